"""Registry files: read TOML, CSV and domain lists, check the whole, publish an immutable registry.

`load_registry` reads everything or raises with every problem; nothing half-loaded is ever published, so
the caller keeps the last good generation on a failed reload. Format: docs/registry.md.
"""

from __future__ import annotations

import gc
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec

from gateway.edge.registry.check import check_draft, interval
from gateway.edge.registry.csv import CsvText, draft_csv
from gateway.edge.registry.draft import AgencyDraft, Draft, Where
from gateway.edge.registry.index import (
    Dated,
    FileRegistry,
    History,
    Holding,
    Tables,
    dump,
    generation_of,
    load_dump,
    uint32,
)
from gateway.edge.registry.syntax import LAST_DAY
from gateway.edge.registry.toml import draft_toml
from gateway.judge.domains import LAYERS, parse_domain_list
from gateway.values.faults import Misconfigured
from gateway.values.registry import name_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gateway.edge.registry.draft import MailboxStatement, Statement

__all__ = ["EMPTY_REGISTRY", "FileRegistry", "dump", "generation_of", "load_dump", "load_registry"]

MIN_NAME_CHARACTERS = 3
"""Shorter folded names would protect half the language."""
MAX_REACHED = 8
"""Mailboxes kept with an agency, to name where it is reached: its own now and before."""
_REACHING = ("agency", "registered_other")


def load_registry(files: Sequence[Path], domain_lists: Sequence[Path] = ()) -> FileRegistry:
    """Read agency files (`.toml`, `.csv`) and domain lists (text) into one registry.

    Raises:
        Misconfigured: with every problem of every file, in file order.
    """
    was_enabled = gc.isenabled()
    gc.disable()  # hundreds of thousands of small tuples without cycles: collecting doubles the time
    try:
        draft = Draft()
        for file in files:
            _read_file(draft, file)
        for file in domain_lists:
            _read_list(draft, file)
        check_draft(draft)
        if draft.problems.found:
            raise Misconfigured(draft.problems.in_order([str(file) for file in (*files, *domain_lists)]))
        return FileRegistry(_tables(draft))
    finally:
        if was_enabled:
            gc.enable()


def _octets(draft: Draft, file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError as error:
        draft.problems.add(Where(CsvText(str(file)), 0, ""), f"cannot be read: {error.strerror}")
        return None


def _read_file(draft: Draft, file: Path) -> None:
    octets = _octets(draft, file)
    if octets is None:
        return
    if file.suffix == ".csv":
        draft_csv(draft, str(file), octets)
    elif file.suffix == ".toml":
        try:
            text = octets.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = octets.count(b"\n", 0, error.start) + 1
            draft.problems.add(Where(CsvText(str(file)), line, ""), "is not UTF-8")
            return
        draft_toml(draft, str(file), text)
    else:
        draft.problems.add(Where(CsvText(str(file)), 0, ""), "is neither .toml nor .csv")


def _read_list(draft: Draft, file: Path) -> None:
    """Add one domain list; of two layers that name a domain the stronger one stands."""
    octets = _octets(draft, file)
    try:
        listed = parse_domain_list((octets or b"").decode("utf-8-sig", "replace"), str(file))
    except Misconfigured as error:
        draft.problems.extend(error.problems)
        return
    for domain, layer in listed.layers.items():
        draft.layers[domain] = min(layer, draft.layers.get(domain, layer), key=LAYERS.index)


def _tables(draft: Draft) -> Tables:
    domains: dict[str, list[Holding]] = {}
    for agency in draft.agencies.values():
        for statement in agency.statements.get("domains", ()):
            holding = (*interval(statement, agency), agency.id, statement.kind, "")
            domains.setdefault(statement.value, []).append(holding)
    for statement in draft.shared_domains:
        domains.setdefault(statement.value, []).append((*interval(statement, None), "", statement.kind, ""))
    reached = _reached(draft)
    histories = {agency.id: _history(agency, reached) for _, agency in sorted(draft.agencies.items())}
    mailboxes = _Mailboxes(draft)
    return Tables(
        histories={agency_id: msgspec.msgpack.encode(history) for agency_id, history in histories.items()},
        spans=mailboxes.spans,
        locals=mailboxes.block,
        offsets=mailboxes.offsets,
        holders=mailboxes.holders,
        holdings=[list(holdings) for holdings in mailboxes.numbers],
        domains={name: sorted(held) for name, held in domains.items()},
        layers=draft.layers,
        names=[entry for history in histories.values() for entry in _names(history)],
        days=draft.days,
    )


def _reached(draft: Draft) -> dict[str, list[Dated]]:
    """Give agency id to the mailboxes at which it is reached itself, those of kind `agency` first, in file order."""
    found: dict[str, list[Dated]] = {}
    for mailbox in draft.mailboxes:
        if mailbox.kind in _REACHING:
            held = found.setdefault(mailbox.agency, [])
            if len(held) < MAX_REACHED:
                days = interval(mailbox, draft.agencies[mailbox.agency])
                held.append(Dated(mailbox.kind, mailbox.address, *days))
    return {agency: sorted(held, key=lambda one: _REACHING.index(one.key)) for agency, held in found.items()}


def _history(agency: AgencyDraft, reached: dict[str, list[Dated]]) -> History:
    values = [
        Dated(key, statement.value, *interval(statement, agency), statement.evidence)
        for key, statements in agency.statements.items()
        for statement in statements
    ]
    return History(
        id=agency.id,
        start=agency.start,
        end=agency.end,
        evidence=agency.evidence,
        values=tuple(values),
        successors=tuple(_successor(link, agency) for link in agency.successors),
        start_dates=agency.start_dates,
        has_start_date_unset=agency.has_start_date_unset,
        end_dates=agency.end_dates,
        mailboxes=tuple(reached.get(agency.id, ())),
    )


def _successor(link: Statement, agency: AgencyDraft) -> Dated:
    """Give a link; without a date it begins the day after the agency ends."""
    start = min(agency.end + 1, LAST_DAY) if link.start is None else link.start
    return Dated("successor", link.value, start, LAST_DAY, link.evidence)


def _names(history: History) -> list[tuple[int, int, str, str]]:
    found = []
    for dated in history.values:
        if dated.key in {"name", "names"}:
            key = name_key(dated.value)
            start, end = max(dated.start, history.start), min(dated.end, history.end)
            if len(key) >= MIN_NAME_CHARACTERS and start <= end:
                found.append((start, end, key, history.id))
    return found


class _Mailboxes:
    """Lays out the mailboxes: sorted by domain and local part, equal holdings kept once."""

    def __init__(self, draft: Draft) -> None:
        self.agencies = draft.agencies
        self.numbers: dict[tuple[Holding, ...], int] = {}
        self.known: dict[tuple[int | None, int | None, str, str, str], int] = {}
        by_domain: dict[str, list[str]] = {}
        for address in draft.holders:
            local, _, domain = address.rpartition("@")
            by_domain.setdefault(domain, []).append(local)
        self.spans: dict[str, tuple[int, int]] = {}
        locals_: list[bytes] = []
        holders: list[int] = []
        for domain, members in by_domain.items():
            members.sort()
            self.spans[domain] = (len(locals_), len(locals_) + len(members))
            locals_ += map(str.encode, members)
            holders += [self.number(draft.holders[f"{local}@{domain}"]) for local in members]
        self.block = b"".join(locals_)
        self.offsets = uint32([0, *accumulate(map(len, locals_))])
        self.holders = uint32(holders)

    def number(self, said: MailboxStatement | list[MailboxStatement]) -> int:
        """Give the index of the holdings of one address."""
        if isinstance(said, list):
            holdings = tuple(sorted(self.holding(mailbox) for mailbox in said))
            return self.numbers.setdefault(holdings, len(self.numbers))
        key = said[1:6]
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self.numbers.setdefault((self.holding(said),), len(self.numbers))
        return found

    def holding(self, mailbox: MailboxStatement) -> Holding:
        days = interval(mailbox, self.agencies[mailbox.agency])
        return (*days, mailbox.agency, mailbox.kind, mailbox.forwards_to)


EMPTY_REGISTRY = load_registry(())
"""No agency, no mailbox: every domain is unknown."""
