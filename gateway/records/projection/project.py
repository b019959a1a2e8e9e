"""Project: make all anew, or only what new facts touch; both end in the same tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from gateway.records.projection.documents import make_documents, mark_recalls
from gateway.records.projection.months import make_months, make_series
from gateway.records.store import tables
from gateway.records.store.load import load_rows

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection

_DOCUMENT_COLUMNS = (
    (tables.DOCUMENTS.c.id, tables.DOCUMENTS.c.month),
    (tables.SENDINGS.c.document, tables.SENDINGS.c.month),
    (tables.DELIVERIES.c.document, tables.DELIVERIES.c.month),
)
"""Key of a document and month, of every table with one row or more a document."""


def project_all(connection: Connection) -> None:
    """Make every table anew."""
    for table in (tables.TOUCHED, *tables.MADE):
        connection.execute(delete(table))
    make_documents(connection, is_touched_only=False)
    mark_recalls(connection)
    make_months(connection, None)
    make_series(connection, None)


def project_touched(connection: Connection, documents: set[int], months: set[int]) -> None:
    """Make anew what these documents and months of messages lead to.

    A document may leave a month, when an earlier copy comes to light: the months before and after are both counted.
    """
    _touch(connection, documents)
    months = months | _months_of_touched(connection)
    issued = _issue_months(connection)
    for column in (*(key for key, _ in _DOCUMENT_COLUMNS), tables.PAPER_SAID.c.document):
        connection.execute(delete(column.table).where(column.in_(select(tables.TOUCHED.c.document))))
    make_documents(connection, is_touched_only=True)
    _touch(connection, documents | mark_recalls(connection))
    months |= _months_of_touched(connection)
    issued |= _issue_months(connection)
    make_months(connection, months)
    make_series(connection, issued)
    connection.execute(delete(tables.TOUCHED))


def _touch(connection: Connection, documents: set[int]) -> None:
    connection.execute(delete(tables.TOUCHED))
    load_rows(connection, tables.TOUCHED, [(document,) for document in sorted(documents)])


def _distinct(connection: Connection, key: Column[int], column: Column[int]) -> set[int]:
    query = select(column).where(key.in_(select(tables.TOUCHED.c.document))).distinct()
    return set(connection.scalars(query))


def _months_of_touched(connection: Connection) -> set[int]:
    found: set[int] = set()
    for key, month in _DOCUMENT_COLUMNS:
        found |= _distinct(connection, key, month)
    return found


def _issue_months(connection: Connection) -> set[int]:
    return _distinct(connection, tables.DOCUMENTS.c.id, tables.DOCUMENTS.c.issued_month)
