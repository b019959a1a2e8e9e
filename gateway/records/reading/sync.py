"""Sync: what is new in ledgers goes into the store, each record once; then the tables made of facts follow.

Each batch is one transaction together with how far its source was read, so that a sync that is killed goes on where
it was. What is made of facts is replaced at the end in one transaction: until then reports show the figures of before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select, update

from gateway.records.projection.project import project_all, project_touched
from gateway.records.reading.rows import Rows
from gateway.records.store import tables
from gateway.records.store.load import load_rows
from gateway.records.store.opening import drop_indexes, make_indexes, writing
from gateway.values.ledger import Opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Engine

    from gateway.values.ledger import Record

BATCH: Final = 20_000
"""Records of one transaction."""
MADE, CURRENT, STALE = "made", "current", "stale"
"""Setting that says whether the made tables follow from all facts, and its values."""
MAX_TOUCHED: Final = 200_000
"""Documents; where more got new facts, all is made anew, which is then faster."""


class LedgerSource(Protocol):
    """One file of a ledger."""

    file: str
    """Its name, for people."""
    origin: str
    """Hash of its first record: the file under any name."""

    def records(self, after: int) -> Iterator[tuple[int, str, Record]]:
        """Give (place, hash, record) behind a place, in order, as far as the file can be read."""
        ...

    def damage(self) -> str:
        """Say what could not be read and where, once `records` has ended; empty when all was."""
        ...


class SyncReport(msgspec.Struct, frozen=True):
    """What one sync did."""

    sources: int
    """Files looked at."""
    records: int
    """Records that were new."""
    damaged: tuple[str, ...] = ()
    """What readers said of damaged files, one line a file."""


class _Changes:
    """What became stale: months and documents with new facts."""

    def __init__(self) -> None:
        self.records = 0
        self.months: set[int] = set()
        self.documents: set[int] = set()
        self.is_all = False

    def add(self, rows: Rows) -> None:
        self.months |= rows.months
        if not self.is_all:
            self.documents |= rows.documents
            if len(self.documents) > MAX_TOUCHED:
                self.is_all = True
                self.documents.clear()


def rebuild(engine: Engine, sources: Iterable[LedgerSource]) -> SyncReport:
    """Forget every fact and read all ledgers from the beginning; declared totals, paper and prices stay."""
    with writing(engine) as connection:
        drop_indexes(connection)
        for table in tables.FACTS:
            connection.execute(delete(table))
        _note(connection, MADE, STALE)
    return sync(engine, sources)


def sync(engine: Engine, sources: Iterable[LedgerSource]) -> SyncReport:
    """Read what is new in these ledgers and bring every figure up to date.

    The order of the ledgers, and reading one twice, make no difference.
    """
    changes, looked_at, damaged = _Changes(), 0, []
    with engine.begin() as connection:
        # a sync that was killed left facts behind whose documents nobody remembers
        changes.is_all = _setting(connection, MADE) == STALE
    for source in sources:
        looked_at += 1
        _read_source(engine, source, changes)
        if said := source.damage():
            damaged.append(f"{source.file}: {said}")
    _finish(engine, changes)
    return SyncReport(looked_at, changes.records, tuple(damaged))


def _read_source(engine: Engine, source: LedgerSource, changes: _Changes) -> None:
    with engine.begin() as connection:
        known = connection.execute(select(tables.SOURCES).where(tables.SOURCES.c.origin == source.origin)).first()
    after, last_us = (known.last_seq, known.last_us) if known else (0, 0)
    number = known.id if known else 0
    batch: list[tuple[int, str, Record]] = []
    for item in source.records(after):
        batch.append(item)
        if len(batch) == BATCH:
            number, last_us = _write(engine, source, batch, changes, (number, last_us))
            batch.clear()
    if batch:
        number, last_us = _write(engine, source, batch, changes, (number, last_us))
    if number:
        with writing(engine) as connection:
            where = tables.SOURCES.c.id == number
            connection.execute(update(tables.SOURCES).where(where).values(damage=source.damage()))


def _write(
    engine: Engine,
    source: LedgerSource,
    batch: list[tuple[int, str, Record]],
    changes: _Changes,
    state: tuple[int, int],
) -> tuple[int, int]:
    """Write one batch; give the number of its source in the store and the time of its last record."""
    number, last_us = state
    last_seq, last_hash, _ = batch[-1]
    with writing(engine) as connection:
        number = number or _new_source(connection, source, batch[0][2])
        rows = Rows(number, last_us)
        for seq, _, record in batch:
            rows.add(seq, record)
        for table, found in rows.finished().items():
            load_rows(connection, table, found, may_exist=table is tables.LATE_OUTCOMES)
        connection.execute(
            update(tables.SOURCES).where(tables.SOURCES.c.id == number).values(
                last_seq=last_seq, last_hash=last_hash, last_us=rows.last_us,
                first_us=func.coalesce(func.nullif(tables.SOURCES.c.first_us, 0), rows.first_us),
            )
        )  # fmt: skip
        _note(connection, MADE, STALE)
    changes.records += len(batch)
    changes.add(rows)
    return number, rows.last_us


def _new_source(connection: Connection, source: LedgerSource, first: Record) -> int:
    """Add a file; its first record says whose it is. Numbers are never given twice."""
    number = int(connection.scalar(select(func.max(tables.SOURCES.c.id))) or 0) + 1
    told = first if isinstance(first, Opened) else None
    connection.execute(
        insert(tables.SOURCES).values(
            id=number, origin=source.origin, file=source.file,
            node=told.node if told else "", instance=told.instance if told else "",
            previous_file=told.previous_file if told else "", previous_hash=told.previous_hash if told else "",
        )
    )  # fmt: skip
    return number


def _finish(engine: Engine, changes: _Changes) -> None:
    """Join outcomes that came from other files, and make everything that is made of facts."""
    with writing(engine) as connection:
        make_indexes(connection)
        _join_outcomes(connection, changes)
        if changes.is_all:
            project_all(connection)
        elif changes.months:
            project_touched(connection, changes.documents, changes.months)
        _note(connection, MADE, CURRENT)


def _join_outcomes(connection: Connection, changes: _Changes) -> None:
    """Give messages the outcomes that another batch or file held."""
    messages, late = tables.MESSAGES, tables.LATE_OUTCOMES
    found = connection.execute(
        select(messages.c.id, messages.c.month, late.c.transaction_id, late.c.result, late.c.code)
        .join(late, late.c.transaction_id == messages.c.transaction_id)
        .where(messages.c.result == "")
    ).all()
    if not found:
        return
    statement = update(messages).where(messages.c.id == bindparam("key")).values(
        result=bindparam("outcome"), code=bindparam("reply")
    )  # fmt: skip
    connection.execute(statement, [{"key": row.id, "outcome": row.result, "reply": row.code} for row in found])
    gone = delete(late).where(late.c.transaction_id == bindparam("one"))
    connection.execute(gone, [{"one": row.transaction_id} for row in found])
    changes.months |= {row.month for row in found}
    if not changes.is_all:
        documents = select(tables.COPIES.c.document).where(tables.COPIES.c.message == bindparam("key"))
        for row in found:
            changes.documents |= set(connection.scalars(documents, {"key": row.id}))


def _setting(connection: Connection, name: str) -> str:
    value = connection.scalar(select(tables.SETTINGS.c.value).where(tables.SETTINGS.c.name == name))
    return str(value or "")


def _note(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(tables.SETTINGS).where(tables.SETTINGS.c.name == name))
    connection.execute(insert(tables.SETTINGS).values(name=name, value=value))
