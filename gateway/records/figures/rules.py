"""Rules in figures: how often each hit mail of whom, and which documents the inspection looks at (BD-2d)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from sqlalchemy import case, func, select

from gateway.records.days import day_of_number, months_of
from gateway.records.store.tables import COPIES, HITS, MESSAGES, MONTHLY_HITS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection

    from sqlalchemy import Connection

    from gateway.values.period import Period

LACKS: Final = "HCM-2a"
"""Rule that hits a submission of which something it names did not come along."""
SUBMITS: Final = "HCM-2a-paper"
"""Rule that hits every submission with files."""
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


def whole_submissions(connection: Connection, period: Period) -> dict[str, tuple[int, int]]:
    """Count by agency the submissions that came whole in at least one mail of a period, and all (226/UBND-TTTH 2).

    Whole is one of which nothing it names was found to be missing; a waived finding is none. Agencies that submitted
    nothing are left out. A mail that only announces a submission has no document that could be counted.
    """
    query = (
        select(
            MESSAGES.c.agency, COPIES.c.document, func.max(case((HITS.c.rule == LACKS, 1), else_=0)).label("lacks")
        )
        .join(HITS, HITS.c.message == MESSAGES.c.id)
        .join(COPIES, (COPIES.c.message == MESSAGES.c.id) & (COPIES.c.place == 0))
        .where(
            MESSAGES.c.month.between(*months_of(period)), MESSAGES.c.result == "delivered",
            HITS.c.rule.in_((LACKS, SUBMITS)), HITS.c.mode != "waived",
        )
        .group_by(MESSAGES.c.id, MESSAGES.c.agency, COPIES.c.document)
    )  # fmt: skip
    is_whole: dict[tuple[str, int], bool] = {}
    for row in connection.execute(query):
        key = row.agency, row.document
        is_whole[key] = is_whole.get(key, False) or not row.lacks
    found: dict[str, tuple[int, int]] = {}
    for (agency, _), came in is_whole.items():
        whole, submitted = found.get(agency, (0, 0))
        found[agency] = whole + came, submitted + 1
    return found
