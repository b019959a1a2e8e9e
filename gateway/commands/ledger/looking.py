"""Looking: a ledger's chains checked and counted, and its records chosen by day, kind or id, as text or JSON."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from gateway.edge.ledger.files import list_files, parse_name
from gateway.edge.ledger.purge import time_of
from gateway.edge.ledger.reader import Damage, Kept, find_anchor, open_to_read, read_ledger
from gateway.edge.ledger.writer import kind_of
from gateway.values.ledger import Intent, Outcome, Refusal, Secret
from gateway.values.showing import coded
from gateway.values.zone import VIETNAM, clock_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from gateway.edge.ledger.reader import Found
    from gateway.values.ledger import Anchor, DocumentEntry, Record

MAX_SHOWN = 3
"""Documents and agencies written on one line of a table; a count stands behind them."""


class ChainReport(msgspec.Struct, kw_only=True):
    """What was found of one chain: all files of one process of one host."""

    chain: str
    files: int = 0
    records: dict[str, int]
    """By kind."""
    unknown_outcomes: int = 0
    """Intents nothing is known of behind the next hop: a process was killed, or an answer was lost."""
    first: str = ""
    """Oldest time, ISO 8601 of Vietnam; empty without a record that has one."""
    last: str = ""
    head_file: str = ""
    head: str = ""
    """Hash of the last record, to compare with the log's."""
    purged_records: int = 0
    damages: list[dict[str, Any]]
    """As `gateway.edge.ledger.reader.Damage`."""

    @property
    def is_sound(self) -> bool:
        """Every record that was written is there, or was purged."""
        return not self.damages


def verify(folder: Path) -> list[ChainReport]:
    """Read everything and tell of each chain, in the order of their names.

    Raises:
        OSError: the folder cannot be read.
    """
    reports: dict[str, ChainReport] = {}
    for file in list_files(folder):
        report = reports.setdefault(file.chain, ChainReport(chain=file.chain, records={}, damages=[]))
        report.files += 1
        if not report.purged_records and (anchor := _anchor_of(folder / file.name)) is not None:
            report.purged_records = anchor.records
    open_ids: set[str] = set()
    for found in read_ledger(folder):
        name = parse_name(found.file)
        assert name is not None
        _count(reports[name.chain], found, open_ids)
    return list(reports.values())


def _anchor_of(path: Path) -> Anchor | None:
    try:
        with open_to_read(path) as database:
            return find_anchor(database)
    except (OSError, sqlite3.Error):  # told as a damage by whoever reads on
        return None


def _count(report: ChainReport, found: Found, open_ids: set[str]) -> None:
    if isinstance(found, Damage):
        report.damages.append(found._asdict())
        return
    record, kind = found.record, kind_of(found.record)
    report.records[kind] = report.records.get(kind, 0) + 1
    report.head_file, report.head = found.file, found.hash.hex()
    if time_us := time_of(record):
        report.first, report.last = report.first or _local(time_us), _local(time_us)
    if isinstance(record, Intent):
        open_ids.add(record.transaction_id)
        report.unknown_outcomes += 1
    elif isinstance(record, Outcome) and record.transaction_id in open_ids:
        open_ids.remove(record.transaction_id)
        report.unknown_outcomes -= 1


def verify_table(reports: Iterable[ChainReport]) -> Iterator[str]:
    """Write a report for people: a line a chain, then its damages, then whether all is well."""
    is_sound = True
    for report in reports:
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(report.records.items()))
        yield f"{report.chain}: {report.files} files, {report.first or '-'} to {report.last or '-'}"
        yield f"  {counts or 'no records'}; {report.unknown_outcomes} of unknown outcome"
        if report.purged_records:
            yield f"  {report.purged_records} older records were purged"
        yield f"  last {report.head_file} {report.head}"
        for damage in report.damages:
            yield f"  DAMAGE {damage['file']}: records {damage['first']} to {damage['last']}: {damage['what']}"
        is_sound = is_sound and report.is_sound
    yield "sound" if is_sound else "NOT sound: what is damaged is not counted, everything else is"


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Which records are wanted."""

    from_us: int = 0
    until_us: int = 1 << 62
    """Not included."""
    kinds: frozenset[str] = frozenset()
    """Empty: all."""
    transaction_id: str = ""

    def takes(self, record: Record) -> bool:
        """Tell whether a record is one of them; a secret counts as of noon of its day."""
        if self.kinds and kind_of(record) not in self.kinds:
            return False
        if self.transaction_id and getattr(record, "transaction_id", "") != self.transaction_id:
            return False
        return self.from_us <= (time_of(record) or _noon_us(record)) < self.until_us


def choose(folder: Path, choice: Choice) -> Iterator[Kept]:
    """Give the records of a folder that are wanted, in the order of chains; what is damaged is left out.

    Raises:
        OSError: the folder cannot be read.
    """
    return (one for one in read_ledger(folder) if isinstance(one, Kept) and choice.takes(one.record))


def as_json(kept: Kept) -> dict[str, Any]:
    """Give a record with its place, as `export` writes it on one line."""
    return {"file": kept.file, "seq": kept.seq, "hash": kept.hash.hex(), **msgspec.to_builtins(kept.record)}


def as_line(kept: Kept) -> str:
    """Write a record on one line for people."""
    record = kept.record
    when = record.day if isinstance(record, Secret) else _local(time_of(record))
    return f"{when:25}  {kind_of(record):8}  {coded(_about(record))}".rstrip()


def _about(record: Record) -> str:
    if isinstance(record, Intent | Refusal):
        matter = record.matter
        to: Counter[str] = Counter()
        for one in matter.recipients:
            to[one.agency or one.domain_class] += one.count
        parties = f"{matter.sender.agency or matter.sender.domain_class} -> {_some(_counted(to))}"
        code = f" {record.code} {record.situation}".rstrip() if isinstance(record, Refusal) else ""
        documents = _some([_named(one) for one in matter.documents])
        rules = " ".join(one.rule for one in record.rules)
        return "  ".join(filter(None, (record.transaction_id, parties, record.disposition + code, documents, rules)))
    if isinstance(record, Outcome):
        return f"{record.transaction_id}  {record.result} {record.code}"
    values = msgspec.to_builtins(record)
    return " ".join(f"{key}={value}" for key, value in values.items() if key not in {"kind", "day", "at_us"} and value)


def _named(document: DocumentEntry) -> str:
    one = document.id
    return f"{one.number}/{one.notation} ({one.year}, {one.issuer or 'issuer unknown'}, {document.form})"


def _counted(counts: Counter[str]) -> list[str]:
    return [f"{count} x {name}" if count > 1 else name for name, count in counts.items()]


def _some(texts: list[str]) -> str:
    more = len(texts) - MAX_SHOWN
    return ", ".join([*texts[:MAX_SHOWN], *([f"{more} more"] if more > 0 else [])])


def _local(time_us: int) -> str:
    return clock_of(time_us).isoformat()


def _noon_us(record: Record) -> int:
    day = dt.date.fromisoformat(record.day) if isinstance(record, Secret) else dt.date(1970, 1, 1)
    return int(dt.datetime.combine(day, dt.time(12), VIETNAM).timestamp() * 1_000_000)
