"""Data: a report as JSON with a schema, and its tables as CSV, for whoever reckons with the figures."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from gateway.records.report import UNPRINTABLE, Hidden, Report, Share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.records.report import Cell, Table

SCHEMA_ID: Final = "urn:congthu:report:1"
"""Name of the schema, in docs/schemas/report.schema.json; a change that breaks readers raises the number."""
_FORMULA: Final = re.compile("(^|[;\t])(?=\\s{0,9}[=+@\t\r-])")
"""Where a spreadsheet program would begin to calculate; an apostrophe is put there. Also behind `;` and tabs: programs
of countries with a decimal comma take these between cells, whatever stands there."""


def report_json(report: Report) -> bytes:
    """Write the whole report; the octets a frozen month's digest is taken of."""
    named = {"$schema": SCHEMA_ID, **msgspec.to_builtins(report)}
    return msgspec.json.format(msgspec.json.encode(named), indent=1) + b"\n"


def read_report(octets: bytes) -> Report:
    """Read what `report_json` wrote.

    Raises:
        msgspec.ValidationError: it is no report.
    """
    return msgspec.json.decode(octets, type=Report)


def report_schema() -> dict[str, Any]:
    """Give the JSON schema (2020-12) of a report."""
    schema = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(Report)))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}


def table_csv(table: Table) -> bytes:
    """Write one table: UTF-8 with byte order mark, so that Excel shows diacritics; dots before decimals.

    A share takes three columns, part, whole and percent; a whole that is not known is empty, its lower bound a fourth.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(name for column in table.columns for name in _names(column.id, column.kind))
    for row in (*table.rows, *((table.total,) if table.total is not None else ())):
        writer.writerow(
            value for column, cell in zip(table.columns, row, strict=True) for value in _values(cell, column.kind)
        )
    return out.getvalue().encode("utf-8-sig")


def _names(name: str, kind: str) -> tuple[str, ...]:
    return (name, f"{name}_of", f"{name}_of_at_least", f"{name}_percent") if kind == "share" else (name,)


def _values(cell: Cell, kind: str) -> Iterator[object]:
    if kind == "share":
        share = cell if isinstance(cell, Share) else None
        yield from (share.part, share.whole, share.at_least or None, share.percent) if share else (None,) * 4
    else:
        yield plain(cell)


def plain(cell: Cell) -> str | int | float | None:
    """Give a cell for a spreadsheet: nothing that it would calculate, and U+FFFD for what it could not hold."""
    if isinstance(cell, Hidden):
        return f"<{cell.below}"
    if isinstance(cell, Share):
        return cell.percent
    if isinstance(cell, str):
        return _FORMULA.sub(r"\1'", UNPRINTABLE.sub("\ufffd", cell))
    return cell
