"""Sync: what is new in ledgers goes into the store, each record once; then the tables made of facts follow.

Each batch is one transaction together with how far its source was read, so that a sync that is killed goes on where
it was. What is made of facts is replaced at the end in one transaction: until then reports show the figures of before.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select, update

from gateway.edge.ledger.reader import Damage, Kept, Place
from gateway.records.projection.project import project_all, project_touched
from gateway.records.reading.rows import SEQUENCE_BITS, Rows
from gateway.records.store import tables
from gateway.records.store.load import Meeting, load_rows
from gateway.records.store.opening import drop_indexes, filling, make_indexes, writing
from gateway.values.ledger import Opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Engine

    from gateway.edge.ledger.reader import Found
    from gateway.records.reading.ledgers import Ends, Ledger

BATCH: Final = 20_000
"""Records of one transaction."""
MADE, CURRENT, STALE = "made", "current", "stale"
"""Setting that says whether the made tables follow from all facts, and its values."""
LASTING: Final = ("unreadable", "missing", "changed", "unlinked", "unknown")
"""Damages that stay; whether a file is there that another continues is seen in the store (`figures.caveats`)."""
_MEETINGS: Final = {tables.LATE_OUTCOMES: Meeting.KEPT, tables.SOURCE_DAYS: Meeting.ADDED}
MAX_TOUCHED: Final = 200_000
"""Documents; where more got new facts, all is made anew, which is then faster."""


class SyncReport(msgspec.Struct, frozen=True):
    """What one sync did."""

    files: int
    """Files looked at."""
    records: int
    """Records that were new."""
    damages: tuple[Damage, ...] = ()
    """What could not be read this time, for good or just now."""


class _Changes:
    """What became stale: months and documents with new facts."""

    def __init__(self) -> None:
        self.records = 0
        self.damages: list[Damage] = []
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


def rebuild(engine: Engine, ledgers: Sequence[Ledger]) -> SyncReport:
    """Forget every fact and read all ledgers from the beginning; what clerks declared stays.

    What was read from files that are purged or not at hand now is lost: see `missing_files`.
    """
    with filling(engine):
        with writing(engine) as connection:
            drop_indexes(connection)
            for table in tables.FACTS:
                connection.execute(delete(table))
            _note(connection, MADE, STALE)
        return _sync(engine, ledgers)


def missing_files(engine: Engine, ledgers: Sequence[Ledger]) -> tuple[str, ...]:
    """Name the files that the store knows and these ledgers do not hold: a rebuild would forget them."""
    held = {ends.origin for ledger in ledgers for ends in ledger.ends().values()}
    columns = tables.SOURCES.c
    with engine.begin() as connection:
        known = connection.execute(select(columns.origin, columns.file).order_by(columns.id)).all()
    return tuple(row.file for row in known if row.origin not in held)


def sync(engine: Engine, ledgers: Sequence[Ledger]) -> SyncReport:
    """Read what is new in these ledgers and bring every figure up to date.

    The order of the ledgers, and reading one twice, make no difference; another sync or rebuild is waited for.
    """
    with filling(engine):
        return _sync(engine, ledgers)


def _sync(engine: Engine, ledgers: Sequence[Ledger]) -> SyncReport:
    was_enabled = gc.isenabled()
    gc.disable()  # millions of tuples without cycles
    try:
        return _read_all(engine, ledgers)
    finally:
        if was_enabled:
            gc.enable()


def _read_all(engine: Engine, ledgers: Sequence[Ledger]) -> SyncReport:
    changes, looked_at = _Changes(), 0
    with engine.begin() as connection:
        # a sync that was killed left facts behind whose documents nobody remembers
        changes.is_all = _setting(connection, MADE) == STALE
    for ledger in ledgers:
        ends = ledger.ends()
        looked_at += len(ends)
        reading = _Reading(engine, ends, changes)
        reading.drop({one.stand_in for one in ends.values() if one.origin != one.stand_in})
        reading.mend(ledger)
        for file, found in ledger.read(reading.places()):
            reading.read(file, found)
    _finish(engine, changes)
    return SyncReport(looked_at, changes.records, tuple(changes.damages))


class _Source:
    """One file while it is read: its number in the store, how far it was read, the time of its last record."""

    def __init__(self, file: str, origin: str) -> None:
        self.file, self.origin = file, origin
        self.number, self.last_us = 0, 0
        self.place: Place | None = None


class _Reading:
    """The files of one ledger on their way into the store."""

    def __init__(self, engine: Engine, files: Mapping[str, Ends], changes: _Changes) -> None:
        """Look up what is known of each file.

        A second file with the same first record is a copy, and one that ends before the place that was read an older
        copy, or what a host that lost power has left: neither holds anything new.
        """
        self._engine, self._changes = engine, changes
        self._sources: dict[str, _Source] = {}
        seen: set[str] = set()
        with engine.begin() as connection:
            for file, ends in files.items():
                source = _Source(file, ends.origin)
                _look_up(connection, source)
                is_older = source.place is not None and ends.last_seq < source.place.seq
                if ends.origin not in seen and not is_older:
                    seen.add(ends.origin)
                    self._sources[file] = source

    def mend(self, ledger: Ledger) -> None:
        """Read files anew that are less damaged than they were: a copy is whole now, or was brought back.

        Where other records are damaged instead, what was counted of them stays.
        """
        with self._engine.begin() as connection:
            known = _damages(connection)
        for file, source in self._sources.items():
            told = known.get(source.number, set())
            if told and told > {(found.first, found.last, found.what) for found in ledger.damages(file)}:
                with writing(self._engine) as connection:
                    self._forget(connection, source.number)
                source.place, source.last_us = None, 0

    def drop(self, stand_ins: set[str]) -> None:
        """Forget what was read of files while nobody could say which they are: each comes whole under its own hash."""
        columns = tables.SOURCES.c
        with self._engine.begin() as connection:
            found = connection.scalars(select(columns.id).where(columns.origin.in_(stand_ins))).all()
        for number in found:
            with writing(self._engine) as connection:
                self._forget(connection, number)
                connection.execute(delete(tables.SOURCES).where(columns.id == number))

    def _forget(self, connection: Connection, number: int) -> None:
        """Forget what a source told; all that is made of facts is made anew."""
        _forget(connection, number)
        _note(connection, MADE, STALE)
        self._changes.is_all = True

    def places(self) -> dict[str, Place]:
        """Give name of file to how far it was read before."""
        return {file: source.place for file, source in self._sources.items() if source.place is not None}

    def read(self, file: str, found: Iterable[Found]) -> None:
        """Take what is new of one file; one that began while the folder was read waits for the next sync."""
        source = self._sources.get(file)
        if source is None:
            return
        batch: list[Kept] = []
        for item in found:
            if isinstance(item, Damage):
                self._damage(source, item)
                continue
            batch.append(item)
            if len(batch) == BATCH:
                self._write(source, batch)
                batch = []
        if batch:
            self._write(source, batch)

    def _damage(self, source: _Source, damage: Damage) -> None:
        self._changes.damages.append(damage)
        if damage.what == "replaced":
            # the host lost power, and the file goes on otherwise than was read: it comes again from its beginning
            with writing(self._engine) as connection:
                self._forget(connection, source.number)
            source.place, source.last_us = None, 0
        elif damage.what in LASTING:
            with writing(self._engine) as connection:
                source.number = source.number or _new_source(connection, source)
                row = (source.number, damage.first, damage.last, damage.what)
                load_rows(connection, tables.DAMAGES, [row], Meeting.KEPT)

    def _write(self, source: _Source, batch: list[Kept]) -> None:
        """Write one batch together with how far the file is read now."""
        with writing(self._engine) as connection:
            if not source.number:
                source.number = _new_source(connection, source)
            rows = Rows(source.number, source.last_us)
            for item in batch:
                rows.add(item.seq, item.record)
            for table, new in rows.finished().items():
                load_rows(connection, table, new, _MEETINGS.get(table, Meeting.ERROR))
            known = tables.SOURCES.c
            if isinstance(told := batch[0].record, Opened) and batch[0].seq == 1:
                connection.execute(
                    update(tables.SOURCES).where(known.id == source.number).values(
                        node=told.node, instance=told.instance,
                        previous_file=told.previous_file, previous_hash=told.previous_hash,
                    )
                )  # fmt: skip
            connection.execute(
                update(tables.SOURCES).where(known.id == source.number).values(
                    last_seq=batch[-1].seq, last_hash=batch[-1].hash.hex(), last_us=rows.last_us,
                    first_us=func.coalesce(func.nullif(known.first_us, 0), rows.first_us),
                )
            )  # fmt: skip
            _note(connection, MADE, STALE)
        source.last_us = rows.last_us
        self._changes.records += len(batch)
        self._changes.add(rows)


def _damages(connection: Connection) -> dict[int, set[tuple[int, int, str]]]:
    """Give number of a source to what was damaged in it when it was read: first, last, kind."""
    found: dict[int, set[tuple[int, int, str]]] = {}
    for row in connection.execute(select(tables.DAMAGES)):
        found.setdefault(row.source, set()).add((row.first, row.last, row.what))
    return found


def _look_up(connection: Connection, source: _Source) -> None:
    """Look up how far a file was read before."""
    known = connection.execute(select(tables.SOURCES).where(tables.SOURCES.c.origin == source.origin)).first()
    if known is not None:
        source.number, source.last_us = known.id, known.last_us
        source.place = Place(known.last_seq, bytes.fromhex(known.last_hash)) if known.last_seq else None


def _forget(connection: Connection, source: int) -> None:
    """Delete every fact of a source; the source itself stays, to be read again."""
    first, last = source << SEQUENCE_BITS, (source + 1) << SEQUENCE_BITS
    _part_outcomes(connection, source)
    for table in tables.FACTS:
        if "message" in table.c:
            connection.execute(delete(table).where(table.c.message >= first, table.c.message < last))
        elif "source" in table.c:
            connection.execute(delete(table).where(table.c.source == source))
    messages = tables.MESSAGES.c
    connection.execute(delete(tables.MESSAGES).where(messages.id >= first, messages.id < last))


def _part_outcomes(connection: Connection, source: int) -> None:
    """Take outcomes of a source from messages of others, and let outcomes of others for its messages wait again."""
    messages, late = tables.MESSAGES, tables.LATE_OUTCOMES.c
    given = select(late.joined).where(late.source == source, late.joined != 0)
    connection.execute(update(messages).where(messages.c.id.in_(given)).values(result="", code=0))
    is_of_it = late.joined.between(source << SEQUENCE_BITS, ((source + 1) << SEQUENCE_BITS) - 1)
    connection.execute(update(tables.LATE_OUTCOMES).where(is_of_it).values(joined=0))


def _new_source(connection: Connection, source: _Source) -> int:
    """Add a file; its first record will say whose it is."""
    number = int(connection.scalar(select(func.max(tables.SOURCES.c.id))) or 0) + 1
    connection.execute(insert(tables.SOURCES).values(id=number, origin=source.origin, file=source.file))
    return number


def _finish(engine: Engine, changes: _Changes) -> None:
    """Join outcomes that came from other files, and make everything that is made of facts."""
    with writing(engine) as connection:
        _join_outcomes(connection, changes)
        if changes.is_all:
            drop_indexes(connection)
            project_all(connection)
            make_indexes(connection)
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
    joined = update(late).where(late.c.transaction_id == bindparam("one")).values(joined=bindparam("key"))
    connection.execute(joined, [{"one": row.transaction_id, "key": row.id} for row in found])
    changes.months |= {row.month for row in found}
    if not changes.is_all:
        documents = select(tables.COPIES.c.document).where(tables.COPIES.c.message == bindparam("key"))
        for row in found:
            changes.documents |= set(connection.scalars(documents, {"key": row.id}))


def is_current(connection: Connection) -> bool:
    """Tell whether all facts are counted: a sync that was killed, or goes on just now, left some that are not."""
    return _setting(connection, MADE) != STALE


def _setting(connection: Connection, name: str) -> str:
    value = connection.scalar(select(tables.SETTINGS.c.value).where(tables.SETTINGS.c.name == name))
    return str(value or "")


def _note(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(tables.SETTINGS).where(tables.SETTINGS.c.name == name))
    connection.execute(insert(tables.SETTINGS).values(name=name, value=value))
