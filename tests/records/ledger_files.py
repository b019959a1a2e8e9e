"""Ledger files on disk, written as the gateway writes them but all at once: years of mail in seconds."""

from __future__ import annotations

import contextlib
import sqlite3

from gateway.edge.ledger.files import INSERT, NO_HASH, SCHEMA, encode, link


def write_file(folder, name, records):
    """Write one file of a chain; give the hash of its last record in hex, which the next one names."""
    head = NO_HASH

    def rows():
        nonlocal head
        for seq, record in enumerate(records, 1):
            body = encode(record)
            head = link(head, seq, body)
            yield seq, body, head

    with contextlib.closing(sqlite3.connect(folder / name, isolation_level=None)) as database:
        database.executescript(SCHEMA)
        database.execute("BEGIN")
        database.executemany(INSERT, rows())
        database.execute("COMMIT")
    return head.hex()
