"""Load: many rows into a table as fast as the database takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Table

    from gateway.records.reading.rows import Row


def load_rows(connection: Connection, table: Table, rows: Sequence[Row], *, may_exist: bool = False) -> None:
    """Insert rows, each in the order of the table's columns.

    Those whose key is there already are an error, or left out where they `may_exist`.
    """
    if not rows:
        return
    columns = ", ".join(column.name for column in table.columns)
    if connection.dialect.name == "postgresql" and not may_exist:
        _copy(connection, f"COPY {table.name} ({columns}) FROM STDIN", rows)
        return
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join(mark for _ in table.columns)
    ending = " ON CONFLICT DO NOTHING" if may_exist else ""
    # names are those of our own tables, and values are bound
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({marks}){ending}", rows)  # noqa: S608 - as said


def _copy(connection: Connection, statement: str, rows: Sequence[Row]) -> None:
    """Use COPY of PostgreSQL, ten times as fast as INSERT."""
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row)
