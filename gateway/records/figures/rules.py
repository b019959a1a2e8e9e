"""Rules in figures: how often each hit mail of whom, and which documents the inspection looks at (BD-2d)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from gateway.records.days import day_of_number, months_of
from gateway.records.store.tables import COPIES, HITS, MESSAGES, MONTHLY_HITS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection

    from sqlalchemy import Connection

    from gateway.values.period import Period

MAX_LISTED: Final = 5_000
"""Documents listed of one period; more are counted and not named."""


@dataclass(frozen=True, slots=True)
class HitCount:
    """How many messages of an agency a rule hit."""

    agency: str
    """Registry id of the sender; empty for none that is known."""
    rule: str
    mode: str
    """`enforced`, `observed` or `waived`."""
    messages: int


def hit_counts(connection: Connection, period: Period) -> list[HitCount]:
    """Count by agency, rule and mode."""
    columns = MONTHLY_HITS.c
    query = (
        select(columns.agency, columns.rule, columns.mode, func.sum(columns.messages).label("messages"))
        .where(columns.month.between(*months_of(period)))
        .group_by(columns.agency, columns.rule, columns.mode)
        .order_by(columns.agency, columns.rule, columns.mode)
    )
    return [HitCount(row.agency, row.rule, row.mode, int(row.messages)) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class HitDocument:
    """One mail that a rule hit, by its principal document."""

    agency: str
    rule: str
    on: dt.date
    number: str
    """Empty, as the notation, of a mail without a numbered document."""
    notation: str
    result: str
    """How the message ended, as in the store; empty while nobody knows."""


def hit_documents(
    connection: Connection, period: Period, rules: Collection[str], shows: Callable[[str], bool]
) -> list[HitDocument]:
    """List the mails of the agencies shown that one of some rules hit, at most MAX_LISTED, by agency and day."""
    query = (
        select(
            MESSAGES.c.agency, HITS.c.rule, MESSAGES.c.day, MESSAGES.c.result, COPIES.c.number, COPIES.c.notation
        )
        .join(HITS, HITS.c.message == MESSAGES.c.id)
        .outerjoin(COPIES, (COPIES.c.message == MESSAGES.c.id) & (COPIES.c.place == 0))
        .where(MESSAGES.c.month.between(*months_of(period)), HITS.c.rule.in_(sorted(rules)))
        .order_by(MESSAGES.c.agency, MESSAGES.c.day, HITS.c.rule, COPIES.c.notation, COPIES.c.number)
    )  # fmt: skip
    found = (
        HitDocument(row.agency, row.rule, day_of_number(row.day), row.number or "", row.notation or "", row.result)
        for row in connection.execute(query)
        if shows(row.agency)
    )
    return list(islice(found, MAX_LISTED))
