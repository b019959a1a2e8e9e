"""Series: numbers of an issuer's documents that were seen, those that are missing, and what they say of the whole.

Numbers run 1, 2, 3 ... from 1 January (Decree 30/2020 article 15), so that the highest number seen is a lower bound of
all documents issued, and a number that nobody saw stands for a document never sent electronically, or sent as a secret
(which has a series of its own) or not at all. Whether an office runs one series or one for each kind of document is
its own rule; the bound for a whole office is the longest stretch of any of its series, or the documents seen if those
are more, which holds under both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, select

from gateway.records.days import months_of
from gateway.records.store import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gateway.values.period import Period

MIN_SEEN = 50
"""A stretch counts where one number in fifty of it was seen at least: one read wrongly makes none of millions."""
MAX_GAPS = 1_000
"""Missing numbers listed of one series; a wrongly read number of 8 digits would else list millions."""


class Series(msgspec.Struct, frozen=True):
    """One series of one issuer in one year, up to the end of a period."""

    issuer: str
    year: int
    notation: str
    """As printed on one of its documents."""
    highest: int
    seen: int
    """Numbers seen, each once."""
    missing: tuple[int, ...]
    """Numbers from 1 that nobody saw, at most MAX_GAPS."""
    missing_count: int
    """All of them."""
    doubtful: tuple[int, ...] = ()
    """Numbers left out as misread: up to them less than one in MIN_SEEN was seen."""


def lower_bounds(connection: Connection, period: Period) -> dict[str, int]:
    """Give for each issuer the least number of documents it issued in a period, by its number series.

    Of a series, the numbers between the lowest and the highest with a date of issue in the period were all issued in
    it, seen or not; the largest stretch of any series counts, or all documents seen where they are more.
    """
    columns = tables.MONTHLY_SERIES.c
    stretch = (func.max(columns.high) - func.min(columns.low) + 1).label("stretch")
    query = (
        select(columns.issuer, stretch, func.sum(columns.documents).label("documents"))
        .where(columns.month.between(*months_of(period)))
        .group_by(columns.issuer, columns.year, columns.series)
    )
    stretches: dict[str, int] = {}
    seen: dict[str, int] = {}
    for row in connection.execute(query):
        stretch_seen = int(row.stretch) if int(row.stretch) <= MIN_SEEN * int(row.documents) else 0
        stretches[row.issuer] = max(stretches.get(row.issuer, 0), stretch_seen)
        seen[row.issuer] = seen.get(row.issuer, 0) + int(row.documents)
    return {issuer: max(stretch, seen[issuer]) for issuer, stretch in stretches.items()}


def number_series(connection: Connection, period: Period, issuer: str = "") -> list[Series]:
    """List the series with a number issued in a period, from 1 January to its end, with what is missing (NAT-12).

    Args:
        connection: To the store.
        period: Its last day ends the stretch that is looked at.
        issuer: Registry id; empty for all issuers.
    """
    columns = tables.MONTHLY_SERIES.c
    query = select(columns.issuer, columns.year, columns.series).where(columns.month.between(*months_of(period)))
    if issuer:
        query = query.where(columns.issuer == issuer)
    keys = connection.execute(query.distinct().order_by(columns.issuer, columns.year, columns.series)).all()
    return [_series(connection, period, row.issuer, row.year, row.series) for row in keys]


def _series(connection: Connection, period: Period, issuer: str, year: int, series: str) -> Series:
    columns = tables.DOCUMENTS.c
    rows = connection.execute(
        select(columns.number_value, func.min(columns.notation).label("notation"))
        .where(
            columns.issuer == issuer, columns.year == year, columns.series == series, columns.number_value > 0,
            columns.issued_month <= months_of(period)[1],
        )
        .group_by(columns.number_value)
    ).all()  # fmt: skip
    ordered = sorted(int(row.number_value) for row in rows)
    count = len(ordered)
    while ordered[count - 1] - ordered[0] + 1 > MIN_SEEN * count:
        count -= 1
    numbers, highest = set(ordered[:count]), ordered[count - 1]
    missing: list[int] = []
    for number in range(1, highest + 1):
        if number not in numbers:
            missing.append(number)
            if len(missing) == MAX_GAPS:
                break
    return Series(
        issuer=issuer, year=year, notation=min(row.notation for row in rows), highest=highest, seen=len(numbers),
        missing=tuple(missing), missing_count=highest - len(numbers), doubtful=tuple(ordered[count:]),
    )  # fmt: skip
