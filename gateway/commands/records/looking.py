"""Look-up: `congthu records find` and the page of `congthu records lookup`."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from gateway.commands.records.filling import open_configured
from gateway.daemon.config.load import load_config, load_config_registry
from gateway.records.lookup.finding import ask, find
from gateway.records.lookup.page import rows_of
from gateway.records.lookup.server import Answers, LookupServer
from gateway.values.showing import coded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gateway.edge.registry.files import FileRegistry
    from gateway.records.lookup.finding import Known, Question

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def find_document(config_file: Path, number: str, year: int, file: Path | None) -> Iterator[str]:
    """Say what is known of a document, a line each; nothing when it is not known.

    Raises:
        ValueError: it is no number with a notation.
        OSError: the file cannot be read.
    """
    question = ask(number, year, _digest(file) if file is not None else None)
    config = load_config(config_file)
    registry = load_config_registry(config)
    with open_configured(config).begin() as connection:
        found = find(connection, registry.agency_ids(), question)
    name = _namer(registry)
    for one in found:
        yield from (f"{label}: {coded(words)}" for label, words in rows_of(one, name))
        yield ""


def _digest(file: Path) -> bytes:
    """Give the SHA-256 of a file piece by piece: it may be larger than memory."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()


def _namer(registry: FileRegistry) -> Callable[[str], str]:
    """Give what names an agency, as it was last called."""

    def name(agency: str) -> str:
        history = registry.find_history(agency)
        known = registry.agency(agency, dt.date.fromordinal(history.end)) if history is not None else None
        return known.name if known is not None and known.name else agency

    return name


def make_server(config_file: Path, address: tuple[str, int], hosts: frozenset[str]) -> LookupServer:
    """Make the server of the page; it answers under these names and those of loopback.

    Raises:
        OSError: the address cannot be bound.
    """
    config = load_config(config_file)
    registry, engine = load_config_registry(config), open_configured(config)

    def look(question: Question) -> list[Known]:
        with engine.begin() as connection:
            return find(connection, registry.agency_ids(), question)

    return LookupServer(address, Answers(look, _namer(registry), hosts | LOOPBACK | {address[0]}))
