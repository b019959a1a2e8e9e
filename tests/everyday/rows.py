"""Loads the rows of everyday mail and checks their form strictly."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

from tests.everyday.shapes import SHAPES

FOLDER = Path(__file__).with_name("mails")
_NEEDED = {"id", "kind", "shape", "from", "to", "subject", "text", "expect", "why"}
_KEYS = {
    *_NEEDED,
    *("mail_from", "cc", "html", "table", "quote", "mode", "fields", "calendar", "failed", "files", "inline"),
    *("marks", "hits", "not", "at", "charset", "reply_to", "rcpt"),
}
MARKS = frozenset(
    "number notation doc_type urgency is_draft is_invitation meeting_time meeting_change".split()  # noqa: SIM905
)
EXPECT = ("deliver", "warn", "refuse", "secret")
_INNER = {"from", "to", "cc", "subject", "text", "files", "shape", "html", "table", "quote", "mode", "kind"}
_FILES: dict[str, set[str]] = {
    "pdf": {"doc", "paragraphs", "placed"},
    "signed": {"doc", "paragraphs", "by", "placed"},
    "scan": {"doc"},
    "docx": {"doc", "paragraphs", "table", "header", "footer", "box"},
    "odt": {"paragraphs"},
    "rtf": {"paragraphs"},
    "doc": {"doc"},
    "xlsx": {"rows"},
    "csv": {"rows"},
    **{kind: {"text"} for kind in ("txt", "html", "xml", "json")},
    **{kind: set() for kind in ("jpg", "png", "mp3", "dwg", "exe", "locked", "ds_store", "lock")},
    "zip": {"files"},
    "tnef": {"files"},
    "eml": {"mail"},
}
_DOC = set(
    "parent organisation number notation place_date type_line summary marks addressee body receivers"  # noqa: SIM905
    " signer_title".split()
)
_SHAPE_KEYS = {"calendar": "calendar", "failed": "bounce", "fields": "docsystem"}

Row = dict[str, Any]


class BadRow(ValueError):
    """A row that is not of the form the README gives; its words begin with file and line."""


def load(folder: Path = FOLDER) -> list[Row]:
    """Load every row.

    Raises:
        BadRow: with every problem of every row, one a line.
    """
    rows, problems, seen = [], [], {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if not line.strip():
                continue
            where = f"{path.name}:{number}"
            try:
                row = json.loads(line)
            except ValueError as error:
                problems.append(f"{where}: {error}")
                continue
            problems += [f"{where}: {problem}" for problem in check(row)]
            if (name := str(row.get("id"))) in seen:
                problems.append(f"{where}: id {name} stands in {seen[name]} too")
            seen[name] = where
            rows.append(row)
    if problems:
        raise BadRow("\n".join(problems))
    return rows


def check(row: Row) -> list[str]:
    """Name what is wrong with a row."""
    problems = [f"key {name} is missing" for name in sorted(_NEEDED - set(row))]
    problems += [f"key {name} is unknown" for name in sorted(set(row) - _KEYS)]
    if problems:
        return problems
    if row["shape"] not in SHAPES:
        problems.append(f"shape {row['shape']} is unknown")
    if row["expect"] not in EXPECT:
        problems.append(f"expect {row['expect']} is unknown")
    if (row["expect"] == "warn") != bool(row.get("hits")):
        problems.append("warn and hits go together")
    problems += [f"mark {name} is unknown" for name in sorted(set(row.get("marks", {})) - MARKS)]
    if ("mode" in row) != ("quote" in row) or row.get("mode", "reply") not in {"reply", "forward"}:
        problems.append("mode and quote go together")
    if set(row.get("quote", {})) - {"from", "date", "subject", "text"}:
        problems.append("quote has an unknown key")
    problems += [f"{key} is for {shape}" for key, shape in _SHAPE_KEYS.items() if key in row and row["shape"] != shape]
    problems += [
        f"{shape} needs {key}" for key, shape in _SHAPE_KEYS.items() if row["shape"] == shape and key not in row
    ]
    if set(row.get("charset", {})) - {"codec", "label", "subject"} or ("charset" in row and row["shape"] != "plain"):
        problems.append("charset is for plain: codec, label, subject")
    if not isinstance(row["to"], list) or not re.search(r"[@.]thunghiem\.gov\.vn>?$", (row["to"] or [""])[0]):
        problems.append("the first recipient lies outside the province")
    if "at" in row:
        try:
            dt.datetime.fromisoformat(row["at"])
        except ValueError:
            problems.append(f"at {row['at']} is no time")
    problems += [f"failed: {name} is unknown" for name in sorted(set(row.get("failed", {})) - _INNER)]
    for one in (*row.get("files", []), *row.get("failed", {}).get("files", [])):
        problems += _check_file(one)
    return problems


def _check_file(plan: Row) -> list[str]:
    name, kind = plan.get("name"), plan.get("make")
    if not name or kind not in _FILES:
        return [f"file {name}: make {kind} is unknown"]
    problems = [f"file {name}: key {key} is unknown" for key in sorted(set(plan) - {"name", "make"} - _FILES[kind])]
    problems += [f"file {name}: doc key {key} is unknown" for key in sorted(set(plan.get("doc", {})) - _DOC)]
    problems += [f"file {name}: mail key {key} is unknown" for key in sorted(set(plan.get("mail", {})) - _INNER)]
    needed = {"xlsx": "rows", "csv": "rows", "zip": "files", "tnef": "files", "eml": "mail"}.get(kind)
    if needed and needed not in plan:
        problems.append(f"file {name}: {needed} is missing")
    for one in (*plan.get("files", []), *plan.get("mail", {}).get("files", [])):
        problems += _check_file(one)
    return problems
