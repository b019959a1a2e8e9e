"""Tail: the end of one chain, where one process adds records; opened anew after every trouble, whatever it was.

Durability: a commit in WAL mode has left the process with the system call, so `kill -9` loses nothing of it; a loss of
power may cost the last seconds, never the file, unless `is_synced` (ADR 0018).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from typing import TYPE_CHECKING, Final

import msgspec

from gateway.edge.ledger.files import (
    AHEAD,
    INSERT,
    KEEP_ORDINAL,
    NO_HASH,
    SCHEMA,
    LedgerFile,
    connect,
    encode,
    link,
    list_files,
    reason_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gateway.values.ledger import Opened, Record

MAX_RECORDS: Final = 200_000
"""Of one file, then the next one is begun: some 100 MB, which every tool still opens at once."""
CHECKPOINT_RECORDS: Final = 1_000
"""Records between two moves of the write-ahead log into the file, each of which waits for the disk."""
LOCK_WAIT_S: Final = 0.1
"""For another process that writes to the file, such as a purge; who holds it longer is in our way."""


class Tail:
    """One open file. Methods are for one thread; whatever raises, close it and open another one."""

    def __init__(self, folder: Path, chain: str, *, is_synced: bool) -> None:
        """Take the chain for this process; nothing is opened yet.

        Raises:
            OSError: the folder cannot be made or written.
            BlockingIOError: another process writes this chain.
        """
        self._folder, self._chain, self._is_synced = folder, chain, is_synced
        if not folder.exists():
            folder.mkdir()
            folder.chmod(0o750)  # whatever the umask: the group reads it, and makes figures
        self._lock = os.open(folder / f"{chain}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise
        self._database: sqlite3.Connection | None = None
        self._file: LedgerFile | None = None
        self._inode: tuple[int, int] | None = None
        """Device and number of the open file."""
        self._seq, self._hash, self._unmoved = 0, NO_HASH, 0
        self.ordinal = 0
        """Of the last record committed that was noted ahead (`gateway.edge.ledger.ahead`)."""

    @property
    def file(self) -> str:
        """Name of the open file; empty before there is one."""
        return self._file.name if self._file is not None else ""

    @property
    def head(self) -> str:
        """Hash of the last record, in hex."""
        return self._hash.hex()

    def open(self, month: str, opened: Opened, *, is_spoiled: bool = False) -> None:
        """Open the newest file of the chain, or begin one, and write that we did.

        Args:
            month: of now, `2026-11`.
            opened: with neither file nor hash of the one before, which are found here.
            is_spoiled: the newest file took no more records, for it is damaged: another one is begun behind it.

        Raises:
            sqlite3.Error, OSError: nothing is open.
        """
        files = [one for one in list_files(self._folder) if one.chain == self._chain]
        while files and not is_spoiled:
            try:
                self._reopen(files[-1])
            except sqlite3.DatabaseError as error:
                if reason_of(error) != "damaged":
                    raise
                is_spoiled = True
                break
            if self._seq:
                break
            self._shut()  # begun by a process that died at once
            (self._folder / files.pop().name).unlink()
        if not files:
            self._begin(LedgerFile(self._chain, month, 1), opened, None)
        elif is_spoiled:
            # left as it is for who looks into it; its records are read up to the damage
            self._begin(files[-1].next_part, opened, files[-1])
        elif self.is_over(month, 0):
            self.turn_over(month, opened)
        else:
            self.append([opened])

    def is_over(self, month: str, count: int) -> bool:
        """Tell whether so many more records belong into the next file; a clock set back makes no difference."""
        assert self._file is not None
        return month > self._file.month or self._seq + count > MAX_RECORDS

    def turn_over(self, month: str, opened: Opened) -> None:
        """End this file and begin the next one.

        Raises:
            sqlite3.Error, OSError: nothing is open.
        """
        assert self._file is not None
        before, head = self._file, self._hash
        self.finish()
        following = LedgerFile(self._chain, month, 1) if month > before.month else before.next_part
        self._begin(following, opened, before, head)

    def append(self, records: Sequence[Record], ordinal: int = 0) -> None:
        """Write records in one commit, all or none, and the ordinal of the last one noted ahead, if there is any.

        Raises:
            sqlite3.Error: none is written.
        """
        assert self._database is not None
        head = self._hash
        rows = []
        for seq, record in enumerate(records, self._seq + 1):
            body = encode(record)
            head = link(head, seq, body)
            rows.append((seq, body, head))
        self.ordinal, before = max(ordinal, self.ordinal), self.ordinal
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany(INSERT, rows)
        if self.ordinal > before or not self._seq:  # a new file knows it too
            self._database.execute(KEEP_ORDINAL, (self.ordinal,))
        self._database.execute("COMMIT")
        self._seq, self._hash = self._seq + len(rows), head
        self._unmoved += len(rows)

    def move(self) -> None:
        """Move the write-ahead log into the file once it is long; waits for the disk, so not while mail does.

        Raises:
            sqlite3.Error: the log stays as it is.
        """
        if self._unmoved >= CHECKPOINT_RECORDS and self._database is not None:
            self._database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self._unmoved = 0

    def is_there(self) -> bool:
        """Tell whether the open file still lies in the folder: records for one that was removed would be lost.

        Another file of that name is none, such as a copy brought back. Costs one look into the folder.
        """
        return self._file is None or self._inode == _inode_of(self._folder / self._file.name)

    def finish(self) -> None:
        """Shut the file in order, without its companions: so it can be read where one may not write.

        Raises:
            sqlite3.Error: it stays as it is, and whole all the same.
        """
        assert self._database is not None
        with contextlib.suppress(sqlite3.OperationalError):  # somebody reads it just now
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._database.execute("PRAGMA journal_mode = DELETE").fetchone()
        self._shut()

    def close(self) -> None:
        """Give up file and chain. Never raises: what was committed stays."""
        self._shut()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _shut(self) -> None:
        database, self._database, self._file = self._database, None, None
        if database is not None:
            with contextlib.suppress(sqlite3.Error):  # its log is taken up by whoever opens it next
                database.close()

    def _reopen(self, file: LedgerFile) -> None:
        """Open a file and read where it ends; one without a table was begun by a process that died at once."""
        path = self._folder / file.name
        self._database = connect(path, mode="mode=rw", timeout_s=LOCK_WAIT_S)
        self._file, self._inode = file, _inode_of(path)
        self._set_up()
        has_table = self._database.execute("SELECT 1 FROM sqlite_master WHERE name = 'record'").fetchone()
        if not has_table:
            self._database.executescript(f"BEGIN IMMEDIATE;{SCHEMA}COMMIT;")
        self._database.execute(AHEAD)
        row = self._database.execute("SELECT seq, hash FROM record ORDER BY seq DESC LIMIT 1").fetchone()
        self._seq, self._hash = (row[0], bytes(row[1])) if row else (0, NO_HASH)
        found = self._database.execute("SELECT ordinal FROM ahead").fetchone()
        self.ordinal = max(found[0] if found else 0, self.ordinal)

    def _set_up(self) -> None:
        assert self._database is not None
        self._database.execute("PRAGMA journal_mode = WAL").fetchone()
        self._database.execute(f"PRAGMA synchronous = {'FULL' if self._is_synced else 'NORMAL'}")
        self._database.execute("PRAGMA wal_autocheckpoint = 0")  # `move` does it, after the mails that wait

    def _begin(self, file: LedgerFile, opened: Opened, before: LedgerFile | None, head: bytes = b"") -> None:
        self._shut()
        path = self._folder / file.name
        # made by us, as readable for the group as the folder; SQLite gives its companions the same rights
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o640))
        path.chmod(0o640)
        self._reopen(file)
        if before is not None:
            opened = msgspec.structs.replace(opened, previous_file=before.name, previous_hash=head.hex())
        self.append([opened])


def _inode_of(path: Path) -> tuple[int, int] | None:
    """Give device and number of a file; None when it is not there, or nobody may look."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
