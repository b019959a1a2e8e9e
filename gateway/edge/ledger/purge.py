"""Purge: whole files go whose every record is older than a day; an anchor in the next file keeps the chain verifiable.

The anchor is committed before a file is removed, so that a purge that is cut off leaves at worst a file too many.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import os
import sqlite3
import time
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.edge.ledger.files import connect, encode, list_files
from gateway.edge.ledger.reader import Kept, find_anchor, open_to_read, read_file
from gateway.values.faults import Transient
from gateway.values.ledger import Anchor, Gap, Opened, Secret
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gateway.edge.ledger.files import LedgerFile
    from gateway.values.ledger import Record

_DAY_S: Final = 86_400
LOCK_WAIT_S: Final = 5.0
"""For the writer, which holds its file for a few milliseconds at a time."""


class Purged(NamedTuple):
    """What became of one file."""

    file: str
    records: int
    reason: str
    """Why it stays: `newer` (it holds a record of that day or a later one, or may), `in_use` (the process still writes
    to it), `behind` (an older one stays); empty when it is gone."""


class _Contents(NamedTuple):
    """What is known of the records of a file."""

    records: int
    from_us: int
    to_us: int
    """Newest time; 0 where a damage leaves it open."""
    opened: Opened | None
    """Its first record; None when that cannot be read."""
    hash: str
    """Of the last record that can."""


def purge(folder: Path, before_us: int) -> Iterator[Purged]:
    """Remove the files of a folder whose every record is older; of each chain from the oldest, without leaving one out.

    The last file of a chain goes only when no process writes the chain any more; then nothing is left of it.

    Args:
        folder: of one host.
        before_us: microseconds since 1970; what is of then or later stays.

    Raises:
        OSError: nothing more was removed.
        Transient: another program holds a file; nothing more was removed.
    """
    for chain, files in groupby(list_files(folder), key=lambda file: file.chain):
        try:
            yield from _purge_chain(folder, chain, list(files), before_us)
        except sqlite3.Error as error:
            raise Transient("internal", f"{chain}: {error}") from None


def _purge_chain(folder: Path, chain: str, files: list[LedgerFile], before_us: int) -> Iterator[Purged]:
    stays = ""
    looked = (_look(folder, file) for file in files)
    contents = next(looked)
    for file, following in zip(files, [*files[1:], None], strict=True):
        after = next(looked) if following is not None else None
        if not stays:
            # a damaged file holds nothing newer than the beginning of the next one
            began_us = after.opened.at_us if after is not None and after.opened is not None else before_us
            newest = contents.to_us or began_us
            stays = "newer" if newest >= before_us else ""
        if not stays and following is not None:
            _put_anchor(folder, file, following, contents, after.opened if after is not None else None)
            _remove(folder, file)
        elif not stays:
            with _alone(folder, chain) as is_alone:
                stays = "" if is_alone else "in_use"
                if is_alone:
                    _remove(folder, file)
        yield Purged(file.name, contents.records, stays)
        stays = stays and "behind"
        contents = after or contents


def _look(folder: Path, file: LedgerFile) -> _Contents:
    opened: Opened | None = None
    count, oldest, newest, head, is_whole = 0, 0, 0, "", True
    for found in read_file(folder, file):
        if not isinstance(found, Kept):
            is_whole = is_whole and found.what in {"unlinked", "unknown"}
            continue
        if found.seq == 1 and isinstance(found.record, Opened):
            opened = found.record
        count, head = found.seq, found.hash.hex()
        if time_us := time_of(found.record):
            oldest = min(oldest or time_us, time_us)
        newest = max(newest, time_us or _end_of_day_us(found.record))
    return _Contents(count, oldest, newest if is_whole else 0, opened, head)


def _end_of_day_us(record: Record) -> int:
    """Give the last microsecond of the day of a secret, which may have come then; 0 for other records."""
    if not isinstance(record, Secret):
        return 0
    midnight = dt.datetime.combine(dt.date.fromisoformat(record.day), dt.time(), VIETNAM)
    return int(midnight.timestamp() + _DAY_S) * 1_000_000 - 1


def time_of(record: Record) -> int:
    """Give when a record happened, in microseconds since 1970; 0 for a secret, of which only the day is kept."""
    if isinstance(record, Secret):
        return 0
    return record.to_us if isinstance(record, Gap) else record.at_us


def _put_anchor(
    folder: Path, file: LedgerFile, following: LedgerFile, contents: _Contents, opened: Opened | None
) -> None:
    """Write into the file behind what it continues, and what is gone altogether, an older anchor of `file` included."""
    with open_to_read(folder / file.name) as database:
        older = find_anchor(database)
    known = [one for one in (older.from_us if older else 0, contents.from_us) if one]
    anchor = Anchor(
        file=file.name,
        hash=opened.previous_hash if opened is not None else contents.hash,
        records=contents.records + (older.records if older else 0),
        from_us=min(known, default=0),
        to_us=max(contents.to_us, older.to_us if older else 0),
        purged_at_us=time.time_ns() // 1000,
    )
    with contextlib.closing(connect(folder / following.name, mode="mode=rw", timeout_s=LOCK_WAIT_S)) as database:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT OR REPLACE INTO anchor (id, body) VALUES (1, ?)", (encode(anchor),))
        database.execute("COMMIT")


def _remove(folder: Path, file: LedgerFile) -> None:
    for name in (f"{file.name}-wal", f"{file.name}-shm", f"{file.name}-journal", file.name):
        (folder / name).unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(folder: Path, chain: str) -> Iterator[bool]:
    """Hold a chain while its last file goes; tell whether no process writes it."""
    lock = os.open(folder / f"{chain}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(lock)
