"""Files of a ledger: their names and order, the chain of hashes, how a file is opened.

A file is an SQLite database with one table of records. Each record carries SHA-256 over the hash of the one before, its
own number and its octets (JSON), so that a record changed, left out or put in shows. The first record of a file names
the file it continues and the hash that one ended with; so all files of one process are one chain, from month to month.
"""

from __future__ import annotations

import errno
import hashlib
import re
import sqlite3
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from gateway.values.ledger import FILE_NAME, Anchor, Record

if TYPE_CHECKING:
    from pathlib import Path

NO_HASH: Final = bytes(32)
"""What stands in place of the hash before the first record of a file."""
APPLICATION_ID: Final = 0x434F4C31
"""`COL1` in the header of the database (PRAGMA application_id): file(1) and we know it by it."""
TABLES: Final = {
    "record": "CREATE TABLE record (seq INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB NOT NULL) STRICT",
    "anchor": "CREATE TABLE anchor (id INTEGER PRIMARY KEY CHECK (id = 1), body BLOB NOT NULL) STRICT",
}
"""Name to what makes it; SQLite keeps it to the letter, so that another file is known for one."""
SCHEMA: Final = f"PRAGMA application_id = {APPLICATION_ID};{';'.join(TABLES.values())};"
MAX_SEQ: Final = (1 << 31) - 1
"""Number of a record; a file ends ten thousand times earlier."""
MAX_BODY_OCTETS: Final = 1 << 20
"""Of one record, two times the largest that its types let through."""
AHEAD: Final = (
    "CREATE TABLE IF NOT EXISTS ahead (id INTEGER PRIMARY KEY CHECK (id = 1), ordinal INTEGER NOT NULL) STRICT"
)
KEEP_ORDINAL: Final = "INSERT OR REPLACE INTO ahead (id, ordinal) VALUES (1, ?)"
INSERT: Final = "INSERT INTO record (seq, body, hash) VALUES (?, ?, ?)"
_NAME = re.compile(FILE_NAME)

encode = msgspec.json.Encoder().encode
_record_decoder: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
_anchor_decoder: Final = msgspec.json.Decoder(Anchor)
_NO_JSON: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises: its own, and others' of octets that are no UTF-8 and of a thousand brackets in each other."""


class NoLedger(sqlite3.DatabaseError):
    """A database with other tables under these names: a view could count for ever, a column be of any type."""


def find_record(body: bytes) -> Record | None:
    """Read a record; None for what is none, or one of a later version."""
    try:
        return _record_decoder.decode(body)
    except _NO_JSON:
        return None


def read_anchor(body: bytes) -> Anchor | None:
    """Read an anchor; None for what is none."""
    try:
        return _anchor_decoder.decode(body)
    except _NO_JSON:
        return None


class LedgerFile(NamedTuple):
    """One file of a folder; they sort by chain, month and part."""

    chain: str
    """Host and name of the process, `gw.so-a.example_congthu`."""
    month: str
    """`2026-11`, of Vietnam, in which it was begun."""
    part: int
    """From 1 within the month."""

    @property
    def name(self) -> str:
        """Name in the folder."""
        return f"{self.chain}_{self.month}_{self.part:03}.sqlite"

    @property
    def next_part(self) -> LedgerFile:
        """The file behind it within the month."""
        return self._replace(part=self.part + 1)


def chain_of(node: str, instance: str) -> str:
    """Name a chain by host and process; whatever a file name should not hold becomes a hyphen."""
    host = re.sub(r"[^a-z0-9.-]", "-", node.lower())[:120] or "-"
    return f"{host}_{re.sub(r'[^A-Za-z0-9.-]', '-', instance)[:60] or '-'}"


def parse_name(name: str) -> LedgerFile | None:
    """Read the name of a file; None for what is no ledger's."""
    found = _NAME.fullmatch(name)
    return LedgerFile(found["chain"], found["month"], int(found["part"])) if found else None


def list_files(folder: Path) -> list[LedgerFile]:
    """List the ledger files of a folder by chain and in the order they were written; whatever else lies there is left.

    Raises:
        OSError: the folder cannot be read.
    """
    return sorted(found for entry in folder.iterdir() if (found := parse_name(entry.name)) is not None)


def link(before: bytes, seq: int, body: bytes) -> bytes:
    """Give the hash of a record: SHA-256 of the hash before it, its number (8 octets, big-endian) and its octets."""
    return hashlib.sha256(b"%b%b%b" % (before, seq.to_bytes(8, "big"), body)).digest()


def reason_of(error: Exception) -> str:
    """Name why a file cannot be written or read, in one of the words of `gateway.values.ledger.Gap`."""
    if isinstance(error, NoLedger):
        return "damaged"
    code = getattr(error, "sqlite_errorname", "")
    for begins, word in _REASONS.items():
        if code.startswith(begins):
            return word
    if isinstance(error, BlockingIOError):
        return "locked"  # another process writes this chain
    return _ERRNOS.get(error.errno or 0, "read_only") if isinstance(error, OSError) else "other"


_REASONS: Final = {
    "SQLITE_FULL": "full",
    "SQLITE_IOERR": "full",  # of a write: SQLite does not tell the quota or the limit from the disk
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "SQLITE_READONLY": "read_only",
    "SQLITE_CANTOPEN": "read_only",
    "SQLITE_PERM": "read_only",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
    "SQLITE_TOOBIG": "damaged",  # a record larger than any that was written
}


_ERRNOS: Final = {errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EFBIG: "full"}


def connect(path: Path, *, mode: str, timeout_s: float) -> sqlite3.Connection:
    """Open a file by URI in a mode of SQLite (`rw`, `ro`, ...); transactions are begun by hand.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=timeout_s, isolation_level=None, check_same_thread=False
    )
