"""Load: many rows into a table as fast as the database takes them."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Table

    from gateway.records.reading.rows import Row


class Meeting(Enum):
    """What becomes of a row whose key is there already."""

    ERROR = ""
    KEPT = "DO NOTHING"
    ADDED = "DO UPDATE SET"
    """Its counts are added to those that are there."""


def load_rows(connection: Connection, table: Table, rows: Sequence[Row], meeting: Meeting = Meeting.ERROR) -> None:
    """Insert rows, each in the order of the table's columns."""
    if not rows:
        return
    columns = ", ".join(column.name for column in table.columns)
    if connection.dialect.name == "postgresql" and meeting is Meeting.ERROR:
        _copy(connection, f"COPY {table.name} ({columns}) FROM STDIN", rows)
        return
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join(mark for _ in table.columns)
    # names are those of our own tables, and values are bound
    statement = f"INSERT INTO {table.name} ({columns}) VALUES ({marks}){_ending(table, meeting)}"  # noqa: S608 - as said
    connection.exec_driver_sql(statement, list(rows))


def _ending(table: Table, meeting: Meeting) -> str:
    if meeting is Meeting.ERROR:
        return ""
    keys = ", ".join(column.name for column in table.primary_key)
    counts = [column.name for column in table.columns if not column.primary_key]
    added = ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in counts)
    return f" ON CONFLICT ({keys}) {meeting.value} {added if meeting is Meeting.ADDED else ''}"


def _copy(connection: Connection, statement: str, rows: Sequence[Row]) -> None:
    """Use COPY of PostgreSQL, ten times as fast as INSERT."""
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row)
