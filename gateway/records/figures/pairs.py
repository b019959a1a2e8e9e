"""Pairs: documents that go electronically and on paper, matched by identity, with the working days between (DL-7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, select

from gateway.records.days import day_of_number, months_of, number_of_day
from gateway.records.store.declared import DECLARED_TOTALS, PAPER_PARTS
from gateway.records.store.tables import DOCUMENTS, PAPER_SAID

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from gateway.values.period import Period
    from gateway.values.working_days import WorkingDays

Said = Literal["announced", "none_announced", ""]
State = Literal["complete", "paper_missing", "electronic_missing", "unknown"]


@dataclass(frozen=True, slots=True)
class Pair:
    """One document that goes both ways, or of which only the paper came."""

    issuer: str
    number: str
    notation: str
    year: int
    electronic_on: dt.date | None
    """Day it was first taken by a next hop; None: no electronic part is known."""
    paper_on: dt.date | None
    """Day the paper was first received, else sent; None: none is entered."""
    state: State
    """Without paper it is `paper_missing` where the month's paper book is whole, else `unknown`."""
    said: Said
    """What its mails said of paper, which proves nothing; empty when they said nothing, or both."""
    lag_days: int | None
    """Working days from the electronic part to the paper, negative when paper came first; None without both."""


def pairs(connection: Connection, period: Period, days: WorkingDays) -> list[Pair]:
    """List the documents of a period that a rule wants both ways, and paper of the period without a document.

    All of them: rates are made of these, and only what a table lists is cut off.
    """
    return sorted(
        (*_electronic(connection, period, days), *_paper_alone(connection, period)),
        key=lambda one: (one.issuer, one.year, one.notation, len(one.number), one.number),
    )


def _electronic(connection: Connection, period: Period, days: WorkingDays) -> Iterator[Pair]:
    documents, totals, said, paper = DOCUMENTS.c, DECLARED_TOTALS.c, PAPER_SAID.c, _first_paper()
    whole = {
        (row.agency, row.month)
        for row in connection.execute(
            select(totals.agency, totals.month).where(totals.is_paper_book_whole == 1, _in(totals.month, period))
        )
    }
    query = (
        select(
            documents.issuer, documents.number, documents.notation, documents.year, documents.day, documents.month,
            paper.c.day.label("paper_day"), said.is_announced, said.is_denied,
        )
        .outerjoin(paper, paper.c.document == documents.id)
        .outerjoin(PAPER_SAID, said.document == documents.id)
        .where(_in(documents.month, period), documents.is_dual == 1, documents.recalled_us == 0)
    )  # fmt: skip
    for row in connection.execute(query):
        on = day_of_number(row.day)
        came = None if row.paper_day is None else day_of_number(row.paper_day)
        state: State = "complete" if came else "paper_missing" if (row.issuer, row.month) in whole else "unknown"
        lag = None if came is None else _lag(on, came, days)
        told: Said = "" if row.is_announced == row.is_denied else "announced" if row.is_announced else "none_announced"
        yield Pair(row.issuer, row.number, row.notation, row.year, on, came, state, told, lag)


def _paper_alone(connection: Connection, period: Period) -> Iterator[Pair]:
    """Give paper parts of the period whose document never came by mail (226/UBND-TTTH point 2)."""
    parts = PAPER_PARTS.c
    query = (
        select(parts.issuer, parts.number, parts.notation, parts.year, func.min(parts.day).label("day"))
        .outerjoin(DOCUMENTS, DOCUMENTS.c.id == parts.document)
        .where(
            parts.day.between(number_of_day(period.first), number_of_day(period.last)), DOCUMENTS.c.id.is_(None)
        )
        .group_by(parts.document, parts.issuer, parts.number, parts.notation, parts.year)
    )  # fmt: skip
    for row in connection.execute(query):
        yield Pair(
            row.issuer, row.number, row.notation, row.year, None, day_of_number(row.day), "electronic_missing", "", None
        )


def _first_paper() -> Any:
    """Give the first day of each document's paper: received where that is entered, else sent."""
    parts = PAPER_PARTS.c
    received = func.min(parts.day).filter(parts.direction == "received")
    return (
        select(parts.document, func.coalesce(received, func.min(parts.day)).label("day"))
        .group_by(parts.document)
        .subquery()
    )


def _in(month: Any, period: Period) -> Any:
    return month.between(*months_of(period))


def _lag(on: dt.date, came: dt.date, days: WorkingDays) -> int:
    """Count working days, or days where the calendar does not reach."""
    first, last = min(on, came), max(on, came)
    count = days.between(first, last)
    count = (last - first).days if count is None else count
    return count if came >= on else -count
