"""Caveats: why figures may be too low, counted in the wrong month or under the wrong name; shown on every report.

Nothing is repaired or left out in silence: what a ledger holds is counted, and what speaks against it is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import Row, func, select, union_all

from gateway.records.days import day_number, month_number, number_of_day
from gateway.records.figures.caveat_words import WORDS, Kind, shown_day
from gateway.records.report import Text
from gateway.records.store import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Connection

    from gateway.records.roster import Roster
    from gateway.values.period import Period

AHEAD_US: Final = 600_000_000
"""Ten minutes: clocks kept by NTP differ by less than a second."""
HOUR_US: Final = 3_600_000_000
"""Two files of one chain never overlap; an hour is more than a restart can make."""
MIN_LATER, LATER_SHARE = 5, 0.2
"""Documents of one day and source with a date yet to come, and their share of all dated ones, from which on the clock
is suspected: single ones are misread, or dated ahead by their office."""


class Caveat(msgspec.Struct, frozen=True):
    """One thing that speaks against figures."""

    kind: Kind
    subject: str
    """Node and instance, file, or registry id; empty of the store as a whole."""
    first_day: int
    """As 20261031; 0 when nobody knows: then it touches every period."""
    last_day: int
    count: int
    """Records, messages or documents it concerns; 0 when nobody knows."""
    words: Text


def find_caveats(connection: Connection, roster: Roster, *, now_us: int, period: Period | None = None) -> list[Caveat]:
    """List every warning, or those that touch a period.

    Args:
        connection: To the store.
        roster: The registry as it is now.
        now_us: Time of this host, microseconds since 1970: what is later was written by a clock ahead.
        period: None for all.
    """
    sources = connection.execute(select(tables.SOURCES).order_by(tables.SOURCES.c.id)).all()
    named = {source.id: source for source in sources}
    found = [
        *_gaps(connection, named),
        *_damages(connection, named),
        *_missing(sources),
        *_claims(sources),
        *_set_back(connection, named),
        *_ahead(sources, now_us),
        *_behind(connection, named),
        *_agencies(connection, roster, period),
        *_outcomes(connection, named),
    ]
    if period is None:
        return found
    first, last = number_of_day(period.first), number_of_day(period.last)
    return [one for one in found if not one.first_day or (one.first_day <= last and first <= one.last_day)]


def _caveat(kind: Kind, subject: str, days: tuple[int, int], count: int = 0, **values: object) -> Caveat:
    values |= {"subject": subject, "first": shown_day(days[0]), "last": shown_day(days[1]), "count": count}
    words = Text(WORDS[kind].vi.format_map(values), WORDS[kind].en.format_map(values))
    return Caveat(kind, subject, *days, count, words)


def _host(source: Row[Any]) -> str:
    return f"{source.node} {source.instance}".strip() or str(source.file)


def _month(month: int) -> tuple[int, int]:
    """Give numbers of days between which all days of a month lie."""
    return month * 100 + 1, month * 100 + 31


def _gaps(connection: Connection, named: Mapping[int, Row[Any]]) -> Iterator[Caveat]:
    for gap in connection.execute(select(tables.GAPS).order_by(tables.GAPS.c.source, tables.GAPS.c.seq)):
        days = day_number(gap.from_us), day_number(gap.to_us)
        yield _caveat("ledger_gap", _host(named[gap.source]), days, gap.records, reason=gap.reason)


def _damages(connection: Connection, named: Mapping[int, Row[Any]]) -> Iterator[Caveat]:
    columns = tables.DAMAGES.c
    for one in connection.execute(select(tables.DAMAGES).order_by(columns.source, columns.first)):
        source = named[one.source]
        days = (day_number(source.first_us), day_number(source.last_us)) if source.first_us else (0, 0)
        values = {"begin": one.first, "end": one.last, "reason": one.what}
        yield _caveat("ledger_damaged", source.file, days, one.last - one.first + 1, **values)


def _missing(sources: Iterable[Row[Any]]) -> Iterator[Caveat]:
    """Find files that another continues and that were never read to that end."""
    ends = {source.last_hash for source in sources}
    for source in sources:
        if source.previous_hash and source.previous_hash not in ends:
            # what is missing began in the month its name tells, `gw_congthu_2026-10_001.sqlite`, and ends before this
            last = day_number(source.first_us) if source.first_us else 0
            parts = str(source.previous_file).rsplit("_", 2)
            month = parts[-2].replace("-", "") if len(parts) == 3 else ""
            first = _month(int(month))[0] if month.isdigit() else last
            yield _caveat("ledger_missing", source.previous_file, (first, last), host=_host(source))


def _claims(sources: Iterable[Row[Any]]) -> Iterator[Caveat]:
    """Find two chains under one name that were written at the same time: two hosts, or two processes."""
    chains: dict[str, int] = {}
    held: dict[str, list[tuple[Row[Any], int]]] = {}
    for source in sorted(sources, key=lambda one: (one.first_us, one.id)):
        chain = chains[source.last_hash] = chains.get(source.previous_hash, source.id)
        if source.first_us:
            held.setdefault(_host(source), []).append((source, chain))
    for host, files in held.items():
        yield from _overlaps(host, files)


def _overlaps(host: str, files: Iterable[tuple[Row[Any], int]]) -> Iterator[Caveat]:
    """Name each file that was written while one of another chain was: once, however many there are.

    Args:
        host: the name all go by.
        files: each with its chain, in the order they were begun.
    """
    last: dict[int, Row[Any]] = {}
    """The two chains that reach furthest, each by the file that does."""
    for file, chain in files:
        other = max((one for key, one in last.items() if key != chain), key=lambda one: one.last_us, default=None)
        if other is not None and min(file.last_us, other.last_us) - file.first_us > HOUR_US:
            days = day_number(file.first_us), day_number(min(file.last_us, other.last_us))
            yield _caveat("two_nodes_one_name", host, days, file=other.file, other=file.file)
        last[chain] = max(file, last.get(chain, file), key=lambda one: one.last_us)
        last = dict(sorted(last.items(), key=lambda item: item[1].last_us)[-2:])


def _set_back(connection: Connection, named: Mapping[int, Row[Any]]) -> Iterator[Caveat]:
    steps = tables.CLOCK_STEPS.c
    for step in connection.execute(select(tables.CLOCK_STEPS).order_by(steps.source, steps.seq)):
        days, hours = (day_number(step.to_us), day_number(step.from_us)), round((step.from_us - step.to_us) / HOUR_US)
        yield _caveat("clock_set_back", _host(named[step.source]), days, hours=hours)


def _ahead(sources: Iterable[Row[Any]], now_us: int) -> Iterator[Caveat]:
    for source in sources:
        if source.last_us > now_us + AHEAD_US:
            days = day_number(now_us), day_number(source.last_us)
            yield _caveat("clock_ahead", _host(source), days, hours=round((source.last_us - now_us) / HOUR_US))


def _behind(connection: Connection, named: Mapping[int, Row[Any]]) -> Iterator[Caveat]:
    """Find hosts whose mail carries documents of tomorrow."""
    columns = tables.SOURCE_DAYS.c
    query = (
        select(
            columns.source, func.min(columns.day).label("first"), func.max(columns.day).label("last"),
            func.sum(columns.dated_later).label("documents"),
        )
        .where(columns.dated_later >= MIN_LATER, columns.dated_later > LATER_SHARE * columns.dated)
        .group_by(columns.source)
        .order_by(columns.source)
    )  # fmt: skip
    for row in connection.execute(query):
        yield _caveat("clock_behind", _host(named[row.source]), (row.first, row.last), int(row.documents))


def _agencies(connection: Connection, roster: Roster, period: Period | None) -> Iterator[Caveat]:
    """Find agencies with figures in months, of a period or all, in which the registry does not hold them."""
    for agency, months in sorted(_counted(connection, period).items()):
        life = roster.find_life(agency)
        if life is None:
            yield _of_agency("agency_not_in_registry", agency, months)
        else:
            first, last = (day.year * 100 + day.month for day in life)
            outside = {month: count for month, count in months.items() if not first <= month <= last}
            if outside:
                yield _of_agency("agency_not_living", agency, outside)


def _of_agency(kind: Kind, agency: str, months: Mapping[int, int]) -> Caveat:
    return _caveat(kind, agency, (_month(min(months))[0], _month(max(months))[1]), sum(months.values()))


def _counted(connection: Connection, period: Period | None) -> dict[str, dict[int, int]]:
    """Give agency to month to the largest of its counts: documents dated then, sent then, received then.

    What a merged agency issued in its time may go round later.
    """
    first, last = (month_number(period.first), month_number(period.last)) if period is not None else (0, 999_999)
    counts = [
        select(
            table.c[key].label("agency"), table.c.month.label("month"), func.sum(table.c.documents).label("documents")
        )
        .where(table.c[key] != "", table.c.month.between(first, last))
        .group_by(table.c[key], table.c.month)
        for table, key in (
            (tables.MONTHLY_SERIES, "issuer"),
            (tables.MONTHLY_SENDINGS, "agency"),
            (tables.MONTHLY_RECEIPTS, "agency"),
        )
    ]
    found: dict[str, dict[int, int]] = {}
    for agency, month, documents in connection.execute(union_all(*counts)):
        months = found.setdefault(agency, {})
        months[month] = max(months.get(month, 0), int(documents))
    return found


def _outcomes(connection: Connection, named: Mapping[int, Row[Any]]) -> Iterator[Caveat]:
    monthly, late = tables.MONTHLY_MESSAGES.c, tables.LATE_OUTCOMES.c
    unknown = select(monthly.month, func.sum(monthly.messages)).where(monthly.result == "").group_by(monthly.month)
    alone = select(late.source, late.month, func.count()).where(late.joined == 0).group_by(late.source, late.month)
    for month, count in connection.execute(unknown.order_by(monthly.month)):
        yield _caveat("outcome_unknown", "", _month(month), int(count))
    for source, month, count in connection.execute(alone.order_by(late.source, late.month)):
        host = _host(named[source]) if source in named else "?"
        yield _caveat("outcome_alone", host, _month(month), int(count))
