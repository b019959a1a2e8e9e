"""Keeping: the rows of a sheet into the store, all or none; a later sheet takes the place of an earlier one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from gateway.records.days import day_of_number, month_number, number_of_day
from gateway.records.identity import key_of
from gateway.records.store.declared import DECLARED_TOTALS, HANDED_IN, IMPORTS, PAPER_PARTS, UNIT_PRICES
from gateway.records.store.opening import writing
from gateway.values.declared import BY_TOTALS, DeclaredTotal, HandedIn, PaperPart
from gateway.values.period import Period
from gateway.values.zone import clock_of, day_of

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection, Engine, Table

    from gateway.records.imports.reading import Import
    from gateway.values.declared import Declared

TABLES = (DECLARED_TOTALS, PAPER_PARTS, UNIT_PRICES, HANDED_IN)


def keep(engine: Engine, file: str, octets: bytes, found: Import, at_us: int) -> int:
    """Take the rows of a sheet over.

    Returns:
        The number of the import; 0 when the very same file was taken before, and nothing is done.
    """
    digest = hashlib.sha256(octets).hexdigest()
    with writing(engine) as connection:
        if connection.scalar(select(func.count()).where(IMPORTS.c.digest == digest)):
            return 0
        number = (connection.scalar(select(func.max(IMPORTS.c.id))) or 0) + 1
        name = file[-200:].encode("utf-8", "replace").decode()  # half a character of another charset no database takes
        said = {"id": number, "kind": found.kind, "file": name, "digest": digest, "rows": len(found.rows)}
        connection.execute(insert(IMPORTS), said | {"at_us": at_us})
        on = day_of(at_us)
        for row in found.rows:
            _put(connection, number, row)
            if isinstance(row, DeclaredTotal):
                _note_first(connection, number, HandedIn(row.agency, BY_TOTALS, row.month, on))
    return number


def withdraw(engine: Engine, number: int) -> int:
    """Take the rows of an import back; what it had replaced does not come again.

    Returns:
        How many rows went; 0 when there is no such import.
    """
    with writing(engine) as connection:
        connection.execute(
            delete(HANDED_IN).where(HANDED_IN.c.import_id == number, HANDED_IN.c.duty == BY_TOTALS)
        )  # noted beside the rows of the sheet, none of them
        gone = [connection.execute(delete(table).where(table.c.import_id == number)).rowcount for table in TABLES]
        connection.execute(delete(IMPORTS).where(IMPORTS.c.id == number))
    return sum(gone)


def imports(connection: Connection) -> list[tuple[int, str, str, int, dt.datetime]]:
    """List what was taken over: number, kind, file, rows, when (of Vietnam)."""
    rows = connection.execute(select(IMPORTS).order_by(IMPORTS.c.id))
    return [(row.id, row.kind, row.file, row.rows, clock_of(row.at_us)) for row in rows]


def handed_in(connection: Connection) -> list[HandedIn]:
    """List the reports handed in, as clerks declared them, and when totals of a month were first entered."""
    return [
        HandedIn(
            row.agency, row.duty, Period(day_of_number(row.first_day), day_of_number(row.last_day)),
            day_of_number(row.day), row.document,
        )
        for row in connection.execute(select(HANDED_IN))
    ]  # fmt: skip


def _put(connection: Connection, number: int, row: Declared) -> None:
    """Put one row in the place of the one with its key."""
    table, values = _values(row)
    keys = [column.name for column in table.primary_key]
    connection.execute(delete(table).where(*(table.c[key] == values[key] for key in keys)))
    connection.execute(insert(table), values | {"import_id": number})


def _note_first(connection: Connection, number: int, row: HandedIn) -> None:
    """Put a row where none of its key stands: totals entered anew were declared on the first day all the same."""
    table, values = _values(row)
    keys = [column.name for column in table.primary_key]
    if not connection.scalar(select(func.count()).where(*(table.c[key] == values[key] for key in keys))):
        connection.execute(insert(table), values | {"import_id": number})


def _values(row: Declared) -> tuple[Table, dict[str, Any]]:
    if isinstance(row, DeclaredTotal):
        return DECLARED_TOTALS, {
            "agency": row.agency, "month": month_number(row.month.first), "issued": row.issued,
            "received": row.received, "is_paper_book_whole": int(row.is_paper_book_whole),
        }  # fmt: skip
    if isinstance(row, PaperPart):
        return PAPER_PARTS, {
            "document": key_of(row.issuer, row.number, row.notation, row.year), "direction": row.direction,
            "agency": row.agency, "issuer": row.issuer, "number": row.number, "notation": row.notation,
            "year": row.year, "day": number_of_day(row.on), "copies": row.copies, "pages": row.pages,
        }  # fmt: skip
    if isinstance(row, HandedIn):
        return HANDED_IN, {
            "agency": row.agency, "duty": row.duty, "first_day": number_of_day(row.period.first),
            "last_day": number_of_day(row.period.last), "day": number_of_day(row.on), "document": row.document,
        }  # fmt: skip
    return UNIT_PRICES, {
        "line": row.line, "valid_from": number_of_day(row.valid_from), "price_vnd": row.price_vnd,
        "evidence": row.evidence,
    }  # fmt: skip
