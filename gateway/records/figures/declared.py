"""Declared totals and paper, as figures: what clerks wrote down beside what the ledgers tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from gateway.records.days import months_of, number_of_day
from gateway.records.store.declared import DECLARED_TOTALS, PAPER_PARTS, UNIT_PRICES
from gateway.records.store.tables import DELIVERIES, DOCUMENTS, PAPER_SAID

if TYPE_CHECKING:
    from sqlalchemy import Connection, Subquery

    from gateway.values.period import Period


@dataclass(frozen=True, slots=True)
class Totals:
    """What an agency declared of a period; a total of which a month is missing is not known."""

    issued: int | None = None
    received: int | None = None
    months: int = 0
    """Months with a declaration."""


def declared_totals(connection: Connection, period: Period) -> dict[str, Totals]:
    """Give what each agency declared; one that declared nothing is not in it."""
    columns, wanted = DECLARED_TOTALS.c, len(period.months())
    query = (
        select(
            columns.agency, func.count().label("months"), func.sum(columns.issued).label("issued"),
            func.count(columns.received).label("with_received"), func.sum(columns.received).label("received"),
        )
        .where(columns.month.between(*months_of(period)))
        .group_by(columns.agency)
    )  # fmt: skip
    return {
        row.agency: Totals(
            int(row.issued) if row.months == wanted else None,
            int(row.received) if row.with_received == wanted else None,
            int(row.months),
        )
        for row in connection.execute(query)
    }


@dataclass(slots=True)
class Paperless:
    """Documents an agency issued in months whose paper parts are all entered; elsewhere nobody can tell (SYS-15)."""

    documents: int = 0
    """All of these months, recalled ones left out."""
    without_paper: int = 0
    """Of these, documents of which no paper part is entered, and of which no mail said that paper goes too."""
    announced: int = 0
    """Of all of these, documents without a paper part entered of which a mail said that paper goes too."""
    deliveries: int = 0
    """Of those without paper, to other agencies, by an ordinary way."""
    urgent_deliveries: int = 0
    """The same of documents with a mark of urgency."""


def paperless(connection: Connection, period: Period) -> dict[str, Paperless]:
    """Count by issuer what went wholly electronically, where the paper book is known to be whole."""
    documents, totals, sent = DOCUMENTS.c, DECLARED_TOTALS.c, _other_deliveries()
    paper = select(PAPER_PARTS.c.document).distinct().subquery()
    has_paper, is_urgent = paper.c.document.is_not(None), documents.urgency.not_in(("", "none"))
    is_announced = func.coalesce(PAPER_SAID.c.is_announced, 0)
    query = (
        select(
            documents.issuer, has_paper.label("has_paper"), is_announced.label("is_announced"),
            is_urgent.label("is_urgent"), func.count().label("documents"),
            func.sum(func.coalesce(sent.c.count, 0)).label("deliveries"),
        )
        .join(totals.agency.table, (totals.agency == documents.issuer) & (totals.month == documents.month))
        .outerjoin(paper, paper.c.document == documents.id)
        .outerjoin(PAPER_SAID, PAPER_SAID.c.document == documents.id)
        .outerjoin(sent, (sent.c.document == documents.id) & (sent.c.sender == documents.issuer))
        .where(
            documents.month.between(*months_of(period)), documents.recalled_us == 0, totals.is_paper_book_whole == 1
        )
        .group_by(documents.issuer, has_paper, is_announced, is_urgent)
    )  # fmt: skip
    found: dict[str, Paperless] = {}
    for row in connection.execute(query):
        one = found.setdefault(row.issuer, Paperless())
        one.documents += row.documents
        if not row.has_paper and row.is_announced:
            one.announced += row.documents
        elif not row.has_paper:
            one.without_paper += row.documents
            one.urgent_deliveries += int(row.deliveries) if row.is_urgent else 0
            one.deliveries += 0 if row.is_urgent else int(row.deliveries)
    return found


def _other_deliveries() -> Subquery:
    """Count to how many other agencies an agency sent a document."""
    columns = DELIVERIES.c
    return (
        select(columns.document, columns.sender, func.count().label("count"))
        .where(columns.agency != columns.sender)
        .group_by(columns.document, columns.sender)
        .subquery()
    )


def mean_pages(connection: Connection, period: Period) -> float | None:
    """Give the mean pages of a copy, of the paper parts of a period that tell them; None without any."""
    columns = PAPER_PARTS.c
    first, last = number_of_day(period.first), number_of_day(period.last)
    found = connection.scalar(select(func.avg(columns.pages)).where(columns.day.between(first, last)))
    return None if found is None else float(found)


def unit_prices(connection: Connection, period: Period) -> dict[str, tuple[int, str]]:
    """Give price in đồng and evidence of each cost line, as it was on the first day of a period."""
    rows = connection.execute(
        select(UNIT_PRICES).where(UNIT_PRICES.c.valid_from <= number_of_day(period.first)).order_by("valid_from")
    )
    return {row.line: (int(row.price_vnd), row.evidence) for row in rows}
