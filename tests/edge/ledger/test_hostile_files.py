"""Files that a node which was taken over hands in: whatever they are, reading names a place and comes to an end."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from gateway.edge.ledger.files import INSERT, MAX_BODY_OCTETS, MAX_SEQ, NO_HASH, SCHEMA, encode, link
from gateway.edge.ledger.reader import MAX_DAMAGES, find_anchor, open_to_read
from tests.support.ledgers import CHAIN, damages, kept, opened, outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = f"{CHAIN}_2026-11_001.sqlite"
LOOSE = "CREATE TABLE record (seq, body, hash); CREATE TABLE anchor (id, body);"
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS {}, x AS {}, x AS {} FROM n WHERE x < 0"
Row = tuple[object, object, object]


def write(folder: Path, change: Callable[[int, bytes, bytes], Row], schema: str = SCHEMA) -> Path:
    """Write three records that hang together, each changed on its way."""
    file = folder / NAME
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.executescript(schema)
        head = NO_HASH
        for seq, body in enumerate((encode(opened()), encode(outcome(1)), encode(outcome(2))), 1):
            head = link(head, seq, body)
            database.execute("INSERT INTO record VALUES (?, ?, ?)", change(seq, body, head))
    return file


def cast(file: Path, column: str, value: object) -> None:
    """Put a value of another type into a column, under the schema of ours: SQLite asks for types only as it writes."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.executescript(
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, ' STRICT', '');"
            "PRAGMA writable_schema = RESET;"
        )
        with database:
            database.execute(f"UPDATE record SET {column} = ? WHERE seq = 2", (value,))
        database.executescript(
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = sql || ' STRICT' WHERE type = 'table';"
        )


@pytest.mark.parametrize("value", ["text", 7, None], ids=str)
@pytest.mark.parametrize("column", ["body", "hash"])
def test_a_table_of_other_types_is_no_ledger(tmp_path: Path, column: str, value: object) -> None:
    """A number for a hash would be so many octets of memory; none of the file is believed."""
    write(
        tmp_path,
        lambda *row: (
            row[0],
            *(value if column == name else one for name, one in zip(("body", "hash"), row[1:], strict=True)),
        ),
        LOOSE,
    )

    assert [(one.file, one.what) for one in damages(tmp_path)] == [(NAME, "unreadable")]
    assert kept(tmp_path) == []


@pytest.mark.parametrize(("column", "value"), [("body", "text"), ("hash", 10**11), ("hash", b"short")])
def test_a_value_of_another_type_ends_the_file(tmp_path: Path, column: str, value: object) -> None:
    """Though the table looks like ours."""
    cast(write(tmp_path, lambda *row: row), column, value)

    assert [(one.first, one.last, one.what) for one in damages(tmp_path)] == [(2, 2, "unreadable")]
    assert len(kept(tmp_path)) == 1


@pytest.mark.parametrize("number", [MAX_SEQ + 1, 2**63 - 1])
def test_a_number_that_no_file_reaches_ends_it(tmp_path: Path, number: int) -> None:
    """The store makes keys of numbers: one beyond would stand in the place of another node's."""
    write(tmp_path, lambda seq, body, head: (seq if seq < 3 else number, body, head))

    assert [(one.first, one.what) for one in damages(tmp_path)] == [(3, "unreadable")]
    assert len(kept(tmp_path)) == 2


def test_a_record_larger_than_any_is_not_loaded(tmp_path: Path) -> None:
    """It is told, and the one behind it is read again from the second on."""
    write(tmp_path, lambda seq, body, head: (seq, body if seq != 2 else bytes(MAX_BODY_OCTETS + 1), head))

    assert [(one.first, one.last, one.what) for one in damages(tmp_path)] == [(2, 2, "unreadable"), (3, 3, "unlinked")]


def test_brackets_in_each_other_are_no_record(tmp_path: Path) -> None:
    """They are told as of a version that is not known, and cost nothing else."""
    deep = b'{"kind":"intent","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    head = link(NO_HASH, 1, deep)
    write(tmp_path, lambda seq, body, chained: (1, deep, head) if seq == 1 else (seq, body, chained))

    assert (1, "unknown") in [(one.first, one.what) for one in damages(tmp_path)]


def test_a_view_in_place_of_a_table_is_not_asked(tmp_path: Path) -> None:
    """It could count for ever."""
    with contextlib.closing(sqlite3.connect(tmp_path / NAME)) as database:
        database.execute(f"CREATE VIEW record AS {ENDLESS.format('seq', 'body', 'hash')}")
        database.execute(f"CREATE VIEW anchor AS {ENDLESS.format('id', 'body', 'more')}")

    assert [one.what for one in damages(tmp_path)] == ["unreadable"]


def test_an_anchor_of_another_type_is_none(tmp_path: Path) -> None:
    """The records are read as if nothing had been purged."""
    file = write(tmp_path, lambda *row: row)
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("INSERT INTO anchor VALUES (1, x'5b5b')")

    with open_to_read(file) as database:
        assert find_anchor(database) is None
    assert len(kept(tmp_path)) == 3


@pytest.mark.parametrize("name", [NAME, f"{NAME}-wal"])
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")], ids=["pipe", "device"])
def test_what_is_no_file_is_not_opened(tmp_path: Path, name: str, make: Callable[[Path], None]) -> None:
    """A pipe would be waited for, a device copied until the disk is full; also as the log beside a file."""
    if name != NAME:
        write(tmp_path, lambda *row: row)
    make(tmp_path / name)

    assert [(one.file, one.what) for one in damages(tmp_path)] == [(NAME, "read_only")]


def test_a_file_of_holes_is_left_where_it_has_too_many(tmp_path: Path) -> None:
    """Each is told and kept by whoever counts: a file may not fill a report with them."""
    body = encode(outcome(1))
    with contextlib.closing(sqlite3.connect(tmp_path / NAME)) as database, database:
        database.executescript(SCHEMA)
        rows = [(2 * number + 1, body, NO_HASH) for number in range(2 * MAX_DAMAGES)]
        database.executemany(INSERT, rows)

    assert len(damages(tmp_path)) == MAX_DAMAGES + 1
    assert damages(tmp_path)[-1].what == "unreadable"
