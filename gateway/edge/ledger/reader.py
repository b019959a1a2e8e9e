"""Reader: the records of a folder in order, checked; what is damaged is named with its place, and the rest goes on.

A record counts when its octets fit the hashes before and behind: those up to a damage, and those from the second one
behind it, for the first cannot be told from a forged one without the hash it continues. Files may be written to
meanwhile: what is read is what was committed. A process that may not write to the folder reads it too.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.edge.ledger.files import (
    MAX_BODY_OCTETS,
    MAX_SEQ,
    NO_HASH,
    TABLES,
    NoLedger,
    connect,
    find_record,
    link,
    list_files,
    read_anchor,
    reason_of,
)
from gateway.edge.ledger.tail import MAX_RECORDS
from gateway.values.ledger import Opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gateway.edge.ledger.files import LedgerFile
    from gateway.values.ledger import Anchor, Record

BLOCK: Final = 1_000
"""Records of one query: a longer one would keep the writer from shortening its log."""
LOCK_WAIT_S: Final = 2.0
MAX_DAMAGES: Final = 1_000
"""Of one file, each of them told; a file with more is left there."""
MAX_FILE_OCTETS: Final = 1 << 32
"""Of a file, and of its log: forty times what 200,000 ordinary records take."""


class Kept(NamedTuple):
    """One record that is as it was written."""

    file: str
    seq: int
    record: Record
    hash: bytes


class Damage(NamedTuple):
    """Records that cannot be believed, from the first to the last number, both included."""

    file: str
    first: int
    last: int
    what: str
    """`unreadable`: the file is broken there, and behind it when `last` is `first`. `missing`: numbers are left out.
    `changed`: not what was written. `unlinked`: the first behind a damage. `unknown`: of a kind this version does not
    know. `replaced`: not the record that was read here before. `no_file`: the file it continues is not there, and
    was not purged. `torn`: that one ends otherwise than this one says. `locked`, `read_only`, `other`: it cannot be
    opened just now."""


class Place(NamedTuple):
    """How far a file was read before."""

    seq: int
    hash: bytes


Found = Kept | Damage


def read_ledger(folder: Path, after: Mapping[str, Place] | None = None) -> Iterator[Found]:
    """Read all records of all chains of a folder, files in the order they were written.

    Args:
        folder: of one host.
        after: by file name, how far it was read before; the rest comes. Where another record stands there now, for a
            host lost power, that is told as `replaced` and the whole file comes again.

    Raises:
        OSError: the folder cannot be read.
    """
    ends: dict[str, bytes] = {}
    for file in list_files(folder):
        reading = _Reading(folder, file)
        yield from reading.read(ends, (after or {}).get(file.name))
        ends[file.name] = reading.head


def read_file(folder: Path, file: LedgerFile) -> Iterator[Found]:
    """Read one file, whatever it says of the one before."""
    return _Reading(folder, file).read(None, None)


class _Reading:
    """One file while it is read."""

    def __init__(self, folder: Path, file: LedgerFile) -> None:
        self._folder, self._file = folder, file
        self.head = b""
        """Hash of the last record; empty when nobody knows it."""
        self._seq = 0

    def read(self, ends: Mapping[str, bytes] | None, after: Place | None) -> Iterator[Found]:
        try:
            with open_to_read(self._folder / self._file.name) as database:
                anchor = find_anchor(database)
                yield from self._resume(database, after)
                damages = 0
                for found in self._records(database):
                    damages += isinstance(found, Damage)
                    if damages > MAX_DAMAGES:
                        yield self._damage(self._seq, self._seq, "unreadable")
                        return
                    if ends is not None and isinstance(found, Kept) and found.seq == 1:
                        yield from self._joint(found.record, ends, anchor)
                    yield found
        except (sqlite3.Error, OSError) as error:
            yield self._damage(
                self._seq, self._seq, "unreadable" if reason_of(error) == "damaged" else reason_of(error)
            )

    def _resume(self, database: sqlite3.Connection, after: Place | None) -> Iterator[Damage]:
        self.head = NO_HASH
        if after is None:
            return
        row = database.execute("SELECT hash FROM record WHERE seq = ?", (after.seq,)).fetchone()
        if row is not None and bytes(row[0]) == after.hash:
            self._seq, self.head = after
        else:
            yield self._damage(after.seq, after.seq, "replaced")

    def _joint(self, first: Record, ends: Mapping[str, bytes], anchor: Anchor | None) -> Iterator[Damage]:
        """Compare the file before with what the first record of this one says of it."""
        before, head = (first.previous_file, first.previous_hash) if isinstance(first, Opened) else ("", "")
        if not before or (anchor is not None and (anchor.file, anchor.hash) == (before, head)):
            return
        if before not in ends:
            yield self._damage(1, 1, "no_file")
        elif ends[before] and ends[before].hex() != head:
            yield self._damage(1, 1, "torn")

    def _records(self, database: sqlite3.Connection) -> Iterator[Found]:
        """Give the rest of the file; `head` is empty as long as nobody knows what the next record continues."""
        block = BLOCK
        while True:
            start = self._seq
            try:
                for row in database.execute(
                    "SELECT seq, body, hash FROM record WHERE seq >= ? ORDER BY seq LIMIT ?", (self._seq + 1, block)
                ):
                    if not self._may_follow(*row):
                        yield self._damage(self._seq + 1, self._seq + 1, "unreadable")
                        return
                    yield from self._check(*row)
            except sqlite3.DatabaseError as error:
                if reason_of(error) != "damaged":
                    raise
                if block > 1:
                    block = 1  # the module looks one row ahead, and lost the one before the broken place with it
                    continue
                block, readable = BLOCK, _next_readable(database, self._seq)
                yield self._damage(self._seq + 1, readable - 1 if readable else self._seq + 1, "unreadable")
                self.head = b""
                if not readable:
                    return
                self._seq = readable - 1
                continue
            if self._seq == start:
                return

    def _may_follow(self, seq: object, body: object, digest: object) -> bool:
        """Tell whether a row can be one of ours: whoever wrote the file may have written anything, in any order."""
        is_placed = isinstance(seq, int) and self._seq < seq <= MAX_SEQ
        return is_placed and isinstance(body, bytes) and isinstance(digest, bytes) and len(digest) == len(NO_HASH)

    def _check(self, seq: int, body: bytes, digest: bytes) -> Iterator[Found]:
        if seq > self._seq + 1:
            yield self._damage(self._seq + 1, seq - 1, "missing")
            self.head = b""
        before, self.head, self._seq = self.head, digest, seq
        if not before:
            yield self._damage(seq, seq, "unlinked")
        elif link(before, seq, body) != digest:
            yield self._damage(seq, seq, "changed")
        elif (record := find_record(body)) is not None:
            yield Kept(self._file.name, seq, record, digest)
        else:
            yield self._damage(seq, seq, "unknown")

    def _damage(self, first: int, last: int, what: str) -> Damage:
        return Damage(self._file.name, first, last, what)


def _next_readable(database: sqlite3.Connection, seq: int) -> int:
    """Find the first record behind a broken place; 0 when there is none.

    Steps double until a record can be read, then halve: pages hold some ten records, so a few queries are enough.
    """
    broken, step = seq + 1, 1
    last = _first_of(database, "SELECT max(seq) FROM record", ()) or 2 * MAX_RECORDS
    while not _first_from(database, min(broken + step, last)):
        broken, step = broken + step, 2 * step
        if broken >= last:
            return 0
    readable = min(broken + step, last)
    while readable - broken > 1:
        middle = (broken + readable) // 2
        broken, readable = (broken, middle) if _first_from(database, middle) else (middle, readable)
    return _first_from(database, readable)


def _first_from(database: sqlite3.Connection, seq: int) -> int:
    return _first_of(database, "SELECT seq, body, hash FROM record WHERE seq >= ? ORDER BY seq LIMIT 1", (seq,))


def _first_of(database: sqlite3.Connection, query: str, values: tuple[int, ...]) -> int:
    """Ask for a number; 0 for none, and where the file is broken."""
    try:
        row = database.execute(query, values).fetchone()
    except sqlite3.DatabaseError:
        return 0
    return row[0] or 0 if row else 0


def find_anchor(database: sqlite3.Connection) -> Anchor | None:
    """Find what stands for the purged files before this one; None when none were, or the file cannot tell."""
    try:
        row = database.execute("SELECT body FROM anchor").fetchone()
    except sqlite3.DatabaseError:
        return None
    return read_anchor(row[0]) if row and isinstance(row[0], bytes) else None


@contextlib.contextmanager
def open_to_read(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that may be written to meanwhile, or that a killed process left, without a right to write.

    Raises:
        sqlite3.Error, OSError: it cannot be opened.
    """
    names = path.name, f"{path.name}-wal"
    with contextlib.ExitStack() as stack:
        _refuse_others(path.parent / name for name in names)
        database = _open_as_it_is(path)
        if database is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="congthu-ledger-")))
            for name in names:
                if (path.parent / name).exists():
                    shutil.copyfile(path.parent / name, folder / name)
            database = connect(folder / path.name, mode="mode=rw", timeout_s=LOCK_WAIT_S)
        stack.enter_context(contextlib.closing(database))
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_BODY_OCTETS)
        _refuse_other_tables(database)
        yield database


def _refuse_others(paths: Iterable[Path]) -> None:
    """Refuse what is no file, such as a pipe that nobody writes, or too large to be copied away from its log.

    Raises:
        OSError: one of them is.
    """
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            state = path.stat()
            if not stat.S_ISREG(state.st_mode):
                raise OSError(errno.EINVAL, "is no file", str(path))
            if state.st_size > MAX_FILE_OCTETS:
                raise OSError(errno.EFBIG, "is larger than any file of a ledger", str(path))


def _refuse_other_tables(database: sqlite3.Connection) -> None:
    """Look at what the names we ask for are, before anything is asked.

    Raises:
        NoLedger: one of them is no table of ours.
    """
    try:
        found = database.execute("SELECT name, sql FROM sqlite_master WHERE type != 'index'").fetchall()
    except sqlite3.DatabaseError:
        return  # damaged: told by whoever reads on
    if any(TABLES.get(str(name).lower(), sql) != sql for name, sql in found):
        raise NoLedger("another database")


def _open_as_it_is(path: Path) -> sqlite3.Connection | None:
    """Open where it lies; None when that takes a right to write: for the log of a killed process."""
    log = path.with_name(f"{path.name}-wal")
    modes = ["mode=ro"]
    if not (log.exists() and log.stat().st_size):
        modes.append("mode=ro&immutable=1")
    for mode in modes:
        database = connect(path, mode=mode, timeout_s=LOCK_WAIT_S)
        try:
            database.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            database.close()
        except sqlite3.DatabaseError:
            return database  # damaged: told by whoever reads on
        else:
            return database
    return None
