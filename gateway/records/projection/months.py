"""Months: what reports ask for, counted beforehand, a table for each kind of question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, Table, case, delete, distinct, func, insert, select

from gateway.records.store import tables

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection

_COPIES, _MESSAGES, _RECIPIENTS = tables.COPIES.c, tables.MESSAGES.c, tables.RECIPIENTS.c
_DOCUMENTS, _SENDINGS, _DELIVERIES = tables.DOCUMENTS.c, tables.SENDINGS.c, tables.DELIVERIES.c
_IS_RECALLED = case((_DOCUMENTS.recalled_us != 0, 1), else_=0).label("is_recalled")


def make_months(connection: Connection, months: Collection[int] | None) -> None:
    """Count these months anew, or all."""
    for table, query, month in (
        (tables.MONTHLY_DOCUMENTS, _documents(), _DOCUMENTS.month),
        (tables.MONTHLY_SENDINGS, _sendings(), _SENDINGS.month),
        (tables.MONTHLY_DELIVERIES, _deliveries(), _DELIVERIES.month),
        (tables.MONTHLY_MESSAGES, _messages(), _MESSAGES.month),
        (tables.MONTHLY_OUTSIDE, _outside(), _MESSAGES.month),
        (tables.MONTHLY_HITS, _hits(), _MESSAGES.month),
        (tables.MONTHLY_MAILBOXES, _mailboxes(), _MESSAGES.month),
        (tables.MONTHLY_SECRETS, _secrets(), tables.SECRETS.c.month),
    ):
        _fill(connection, table, query if months is None else query.where(month.in_(months)), months)
    _fill(connection, tables.MONTHLY_RECEIPTS, _receipts(months), months)


def make_series(connection: Connection, months: Collection[int] | None) -> None:
    """List the numbers seen anew, of these months of issue or of all."""
    query = _series()
    if months is not None:
        query = query.where(_DOCUMENTS.issued_month.in_(months))
    _fill(connection, tables.MONTHLY_SERIES, query, months)


def _fill(connection: Connection, table: Table, query: Select[Any], months: Collection[int] | None) -> None:
    gone = delete(table)
    connection.execute(gone if months is None else gone.where(table.c.month.in_(months)))
    connection.execute(insert(table).from_select([column.name for column in query.selected_columns], query))


def _grouped(*keys: ColumnElement[Any]) -> tuple[Select[Any], tuple[ColumnElement[Any], ...]]:
    """Begin a query that gives these keys, and repeat them to group by."""
    return select(*keys), tuple(getattr(key, "element", key) for key in keys)


def _documents() -> Select[Any]:
    is_disputed = case((_DOCUMENTS.contents > 1, 1), else_=0).label("is_disputed")
    query, keys = _grouped(
        _DOCUMENTS.month, _DOCUMENTS.issuer, _DOCUMENTS.doc_type, _DOCUMENTS.urgency, _DOCUMENTS.form_rank,
        _DOCUMENTS.is_signed, _DOCUMENTS.is_own, _DOCUMENTS.is_electronic_only, _DOCUMENTS.is_dual,
        _DOCUMENTS.is_not_pdf, _DOCUMENTS.is_submission, _IS_RECALLED, is_disputed,
    )  # fmt: skip
    return query.add_columns(func.count().label("documents")).group_by(*keys)


def _sendings() -> Select[Any]:
    query, keys = _grouped(
        _SENDINGS.month, _SENDINGS.agency, _SENDINGS.is_own, _SENDINGS.is_agency_mailbox, _IS_RECALLED
    )
    joined = tables.SENDINGS.join(tables.DOCUMENTS, _DOCUMENTS.id == _SENDINGS.document)
    return query.add_columns(func.count().label("documents")).select_from(joined).group_by(*keys)


def _deliveries() -> Select[Any]:
    is_internal = case((_DELIVERIES.sender == _DELIVERIES.agency, 1), else_=0).label("is_internal")
    query, keys = _grouped(_DELIVERIES.month, _DELIVERIES.sender, is_internal, _IS_RECALLED)
    joined = tables.DELIVERIES.join(tables.DOCUMENTS, _DOCUMENTS.id == _DELIVERIES.document)
    return query.add_columns(func.count().label("deliveries")).select_from(joined).group_by(*keys)


def _receipts(months: Collection[int] | None) -> Select[Any]:
    """Fold the deliveries of a document to an agency, whoever sent it; internal when nobody else did."""
    is_internal = case((_DELIVERIES.sender == _DELIVERIES.agency, 1), else_=0)
    inner = select(
        _DELIVERIES.document,
        _DELIVERIES.agency,
        func.min(_DELIVERIES.month).label("month"),
        func.min(is_internal).label("is_internal"),
    ).group_by(_DELIVERIES.document, _DELIVERIES.agency)
    if months is not None:
        touching = select(_DELIVERIES.document).where(_DELIVERIES.month.in_(months))
        inner = inner.where(_DELIVERIES.document.in_(touching))
    first = inner.subquery()
    query, keys = _grouped(first.c.month, first.c.agency, first.c.is_internal, _IS_RECALLED)
    joined = first.join(tables.DOCUMENTS, _DOCUMENTS.id == first.c.document)
    query = query.add_columns(func.count().label("documents")).select_from(joined).group_by(*keys)
    return query if months is None else query.where(first.c.month.in_(months))


def _messages() -> Select[Any]:
    query, keys = _grouped(
        _MESSAGES.month, _MESSAGES.agency, _MESSAGES.domain_class, _MESSAGES.mailbox_kind, _MESSAGES.direction,
        _MESSAGES.disposition, _MESSAGES.result,
    )  # fmt: skip
    return query.add_columns(func.count().label("messages")).group_by(*keys)


def _outside() -> Select[Any]:
    query, keys = _grouped(_MESSAGES.month, _MESSAGES.agency, _RECIPIENTS.domain_class)
    joined = tables.MESSAGES.join(tables.RECIPIENTS, _RECIPIENTS.message == _MESSAGES.id)
    return (
        query.add_columns(
            func.count(distinct(_MESSAGES.id)).label("messages"), func.sum(_RECIPIENTS.addresses).label("addresses")
        )
        .select_from(joined)
        .where(_RECIPIENTS.agency == "", _MESSAGES.result == "delivered")
        .group_by(*keys)
    )


def _hits() -> Select[Any]:
    hits = tables.HITS.c
    query, keys = _grouped(_MESSAGES.month, _MESSAGES.agency, hits.rule, hits.mode)
    joined = tables.HITS.join(tables.MESSAGES, _MESSAGES.id == hits.message)
    return query.add_columns(func.count().label("messages")).select_from(joined).group_by(*keys)


def _mailboxes() -> Select[Any]:
    carried = (
        select(func.count())
        .select_from(tables.COPIES)
        .where(_COPIES.message == _MESSAGES.id, _COPIES.is_official == 1)
        .scalar_subquery()
    )
    query, keys = _grouped(_MESSAGES.month, _MESSAGES.agency, _MESSAGES.mailbox, _MESSAGES.mailbox_kind)
    return (
        query.add_columns(func.count().label("messages"), func.sum(carried).label("documents"))
        .where(_MESSAGES.mailbox != "", _MESSAGES.agency != "", _MESSAGES.result == "delivered")
        .group_by(*keys)
    )


def _secrets() -> Select[Any]:
    month = tables.SECRETS.c.month
    return select(month, func.count().label("messages")).group_by(month)


def _series() -> Select[Any]:
    """Recalled documents stay: their numbers were used."""
    query, keys = _grouped(
        _DOCUMENTS.issuer, _DOCUMENTS.year, _DOCUMENTS.series, _DOCUMENTS.issued_month.label("month")
    )
    return (
        query.add_columns(
            func.min(_DOCUMENTS.number_value).label("low"),
            func.max(_DOCUMENTS.number_value).label("high"),
            func.count().label("documents"),
        )
        .where(_DOCUMENTS.issuer != "", _DOCUMENTS.number_value > 0)
        .group_by(*keys)
    )
