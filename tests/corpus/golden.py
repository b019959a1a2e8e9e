"""Goldens of the corpus: the structural facts of a message as JSON.

Marks and PDF facts are left out: the detectors and the PDF reader have corpora of their own, and a better detector
must not touch a hundred files here. The secrecy of the whole message stays in.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.containers.libarchive import is_available
from gateway.read.message import read_message
from gateway.values.trust import EMPTY_TRUST

HERE = Path(__file__).parent
FOLDERS = (
    "rfc", "legacy", "clients", "malformed", "hostile", "mime", "author", "office", "containers",
    *(("library",) if is_available() else ()),
)  # fmt: skip
"""Cases of `library` need libarchive13; a machine without it holds that their containers are `unsupported`."""
AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
HOST = "mx.gateway.example"


def cases(folder: str) -> list[Path]:
    """All messages of one folder, in order."""
    return sorted((HERE / folder).glob("*.eml"))


def golden_path(message: Path) -> Path:
    """Where the expected facts of a message stand."""
    return message.with_suffix(".facts.json")


def structure(octets: bytes) -> bytes:
    """Read a message and render its structural facts, one line a field, with a final line feed."""
    facts = msgspec.to_builtins(read_message(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT, host=HOST))
    for name in ("subject_marks", "body_marks", "document"):
        facts.pop(name, None)
    parts = facts.get("parts", [])
    for part in parts:
        part.pop("marks", None)
        part.pop("pdf", None)
    if len(parts) > 20:
        facts["parts"] = [*parts[:3], {"and": len(parts) - 4}, parts[-1]]
    if len(authors := facts.get("header", {}).get("author", [])) > 20:
        facts["header"]["author"] = [*authors[:3], {"and": len(authors) - 4}, authors[-1]]
    return msgspec.json.format(msgspec.json.encode(facts), indent=1) + b"\n"
