"""Documents: what was delivered at least once, who sent it and who got it, each counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, and_, bindparam, case, distinct, func, insert, select, update

from gateway.records.identity import key_of
from gateway.records.store import tables

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, FromClause, Table

_COPIES, _MESSAGES, _RECIPIENTS = tables.COPIES.c, tables.MESSAGES.c, tables.RECIPIENTS.c


def make_documents(connection: Connection, *, is_touched_only: bool) -> None:
    """Fill all tables of documents, of all or of those touched; they must be empty of these."""
    _fill(connection, tables.DOCUMENTS, _documents(), is_touched_only=is_touched_only)
    _fill(connection, tables.SENDINGS, _sendings(), is_touched_only=is_touched_only)
    _fill(connection, tables.DELIVERIES, _deliveries(), is_touched_only=is_touched_only)
    _fill(connection, tables.PAPER_SAID, _paper_said(), is_touched_only=is_touched_only)


def _fill(connection: Connection, table: Table, query: Select[Any], *, is_touched_only: bool) -> None:
    if is_touched_only:
        query = query.where(_COPIES.document.in_(select(tables.TOUCHED.c.document)))
    columns = [column.name for column in query.selected_columns]
    connection.execute(insert(table).from_select(columns, query))


def _counted(joined: FromClause) -> tuple[FromClause, ColumnElement[bool]]:
    """Give copies with their messages, and which count: official documents that a next hop took."""
    joined = joined.join(tables.MESSAGES, _MESSAGES.id == _COPIES.message)
    return joined, and_(_MESSAGES.result == "delivered", _COPIES.is_official == 1)


def _documents() -> Select[Any]:
    """Fold the copies of a document: the earliest tells when, the best one how."""
    joined, is_counted = _counted(tables.COPIES)
    is_plain = and_(_COPIES.digest.is_not(None), _COPIES.is_correction == 0)
    # typed, so that // is the division of the database and no function of Python
    first_issued = func.min(func.nullif(_COPIES.issued_day, 0), type_=BigInteger)
    return (
        select(
            _COPIES.document.label("id"),
            func.min(_COPIES.issuer).label("issuer"),
            func.min(_COPIES.number).label("number"),
            func.min(_COPIES.notation).label("notation"),
            func.min(_COPIES.year).label("year"),
            func.min(_COPIES.series).label("series"),
            func.min(_COPIES.number_value).label("number_value"),
            func.max(_COPIES.doc_type).label("doc_type"),
            func.coalesce(func.max(func.nullif(_COPIES.urgency, "none")), "none").label("urgency"),
            func.coalesce(first_issued, 0).label("issued_day"),
            func.coalesce(first_issued // 100, func.min(_MESSAGES.month)).label("issued_month"),
            func.min(_MESSAGES.at_us).label("first_us"),
            func.min(_MESSAGES.day).label("day"),
            func.min(_MESSAGES.month).label("month"),
            func.max(_COPIES.form_rank).label("form_rank"),
            func.max(case((_COPIES.signature == "pass", 1), else_=0)).label("is_signed"),
            func.max(_COPIES.is_own).label("is_own"),
            func.max(_COPIES.is_electronic_only).label("is_electronic_only"),
            func.max(_COPIES.is_dual).label("is_dual"),
            func.min(_COPIES.is_not_pdf).label("is_not_pdf"),
            func.max(_COPIES.is_submission).label("is_submission"),
            func.count().label("copies"),
            func.count(distinct(case((is_plain, _COPIES.digest)))).label("contents"),
        )
        .select_from(joined)
        .where(is_counted)
        .group_by(_COPIES.document)
    )


def _sendings() -> Select[Any]:
    joined, is_counted = _counted(tables.COPIES)
    return (
        select(
            _COPIES.document.label("document"),
            _MESSAGES.agency.label("agency"),
            func.min(_MESSAGES.month).label("month"),
            func.max(_COPIES.is_own).label("is_own"),
            func.max(case((_MESSAGES.mailbox_kind == "agency", 1), else_=0)).label("is_agency_mailbox"),
        )
        .select_from(joined)
        .where(is_counted, _MESSAGES.agency != "")
        .group_by(_COPIES.document, _MESSAGES.agency)
    )


def _deliveries() -> Select[Any]:
    joined, is_counted = _counted(tables.COPIES)
    return (
        select(
            _COPIES.document.label("document"),
            _MESSAGES.agency.label("sender"),
            _RECIPIENTS.agency.label("agency"),
            func.min(_MESSAGES.at_us).label("first_us"),
            func.min(_MESSAGES.month).label("month"),
            func.max(_RECIPIENTS.is_to_act).label("is_to_act"),
        )
        .select_from(joined.join(tables.RECIPIENTS, _RECIPIENTS.message == _COPIES.message))
        .where(is_counted, _RECIPIENTS.agency != "")
        .group_by(_COPIES.document, _MESSAGES.agency, _RECIPIENTS.agency)
    )


def _paper_said() -> Select[Any]:
    joined, is_counted = _counted(tables.COPIES)
    return (
        select(
            _COPIES.document.label("document"),
            func.max(case((_COPIES.paper == "announced", 1), else_=0)).label("is_announced"),
            func.max(case((_COPIES.paper == "none_announced", 1), else_=0)).label("is_denied"),
        )
        .select_from(joined)
        .where(is_counted, _COPIES.paper != "")
        .group_by(_COPIES.document)
    )


def mark_recalls(connection: Connection) -> set[int]:
    """Mark the documents that their issuer took back, and unmark others; give those that changed.

    A number without a year is looked for in the year of the document that recalls it, then in the year before.
    """
    wanted = _recalled(connection)
    documents = tables.DOCUMENTS.c
    now = {
        row.id: (row.recalled_us, row.recalled_by)
        for row in connection.execute(
            select(documents.id, documents.recalled_us, documents.recalled_by).where(tables.RECALLED)
        )
    }
    changed = {key: wanted.get(key, (0, 0)) for key in wanted.keys() | now.keys() if wanted.get(key) != now.get(key)}
    if changed:
        statement = update(tables.DOCUMENTS).where(documents.id == bindparam("key")).values(
            recalled_us=bindparam("at"), recalled_by=bindparam("by")
        )  # fmt: skip
        connection.execute(statement, [{"key": key, "at": at, "by": by} for key, (at, by) in changed.items()])
    return set(changed)


def _recalled(connection: Connection) -> dict[int, tuple[int, int]]:
    """Give document to (when it was recalled first, by which document)."""
    mentions = tables.MENTIONS.c
    rows = connection.execute(
        select(
            mentions.issuer, mentions.number, mentions.notation, mentions.year, mentions.by_year,
            mentions.by_document, func.min(_MESSAGES.at_us).label("at_us"),
        )
        .join(tables.MESSAGES, _MESSAGES.id == mentions.message)
        .where(mentions.kind == "recalls", _MESSAGES.result == "delivered", mentions.issuer != "")
        .group_by(
            mentions.issuer, mentions.number, mentions.notation, mentions.year, mentions.by_year, mentions.by_document
        )
    ).all()  # fmt: skip
    candidates = [
        [key_of(row.issuer, row.number, row.notation, year) for year in years_meant(row.year, row.by_year)]
        for row in rows
    ]
    known = _existing(connection, {key for keys in candidates for key in keys})
    found: dict[int, tuple[int, int]] = {}
    for row, keys in zip(rows, candidates, strict=True):
        target = next((key for key in keys if key in known), None)
        if target is not None and target != row.by_document:
            found[target] = min(found.get(target, (row.at_us, row.by_document)), (row.at_us, row.by_document))
    return found


def years_meant(year: int, by_year: int) -> tuple[int, ...]:
    """Give the years in which a number that a document names is looked for."""
    return (year,) if year else (by_year, by_year - 1)


def _existing(connection: Connection, keys: set[int]) -> set[int]:
    """Give those keys that are counted documents, asked for some at a time: databases bound their parameters."""
    ordered, found = sorted(keys), set[int]()
    for start in range(0, len(ordered), 500):
        some = ordered[start : start + 500]
        found |= set(connection.scalars(select(tables.DOCUMENTS.c.id).where(tables.DOCUMENTS.c.id.in_(some))))
    return found
