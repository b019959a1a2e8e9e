"""Due: when a time limit falls, and which one of a message counts.

Days of a length of time count from the day after the one they count from, and end at midnight; one that is counted in
days and would end on a day off ends with the next working day (Civil Code 2015 articles 147 and 148). Zone +07:00.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.values.time_limits import TimeLimit
    from gateway.values.working_days import WorkingDays

"""No daylight saving."""
NOON = dt.time(12, tzinfo=VIETNAM)
EVENING = dt.time(18, tzinfo=VIETNAM)
"""A morning ends at noon and an afternoon at six: the words end there, office hours are set locally."""
_YEARS = range(1990, 2100)
"""Years whose dates are reckoned with."""


class Basis(NamedTuple):
    """What lengths of time count from."""

    received: dt.datetime
    """Final dot."""
    issued_on: dt.date | None
    days: WorkingDays


class Due(NamedTuple):
    """One time limit and when it falls."""

    limit: TimeLimit
    end: dt.datetime | None
    """First instant that is too late; None while nobody knows what it counts from."""

    @property
    def text(self) -> str:
        """ISO 8601 as far as it is precise: an instant, or the day; empty when unknown."""
        if self.end is None:
            return ""
        if self.limit.kind == "hour":
            return self.end.isoformat()
        if self.limit.at and not self.limit.unit:
            return self.limit.at
        return (self.end - dt.timedelta(seconds=1)).date().isoformat()


def fall(limit: TimeLimit, basis: Basis) -> Due:
    """Reckon when a time limit falls."""
    return Due(limit, _end(limit, basis) if limit.unit else _end_of_point(limit))


def find_counting(dues: Iterable[Due], received: dt.datetime) -> Due | None:
    """Find the time limit that counts: of the principal document, the next to fall; when all have, the last that did.

    One whose end is unknown counts only where there is no other.
    """
    own = [one for one in dues if not one.limit.is_aside]
    known = sorted((one for one in own if one.end is not None), key=lambda one: one.end or received)
    ahead = [one for one in known if one.end is not None and one.end >= received]
    return next(iter(ahead or known[-1:] or own), None)


def _end_of_point(limit: TimeLimit) -> dt.datetime | None:
    instant = _instant(limit.at)
    if instant is None or "T" in limit.at:
        return instant
    if limit.half:
        return dt.datetime.combine(instant.date(), NOON if limit.half == "morning" else EVENING)
    return instant if limit.is_before else instant + dt.timedelta(1)


def _instant(at: str) -> dt.datetime | None:
    """Read an instant, or the midnight a day begins with; None for what is neither, or of another age."""
    try:
        instant = dt.datetime.fromisoformat(at) if "T" in at else _midnight(dt.date.fromisoformat(at))
    except ValueError:
        return None
    return instant if instant.tzinfo is not None and instant.year in _YEARS else None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(tzinfo=VIETNAM))


def _end(limit: TimeLimit, basis: Basis) -> dt.datetime | None:
    """Reckon a length of time from its ground."""
    start = _start(limit, basis)
    if start is None or start.year not in _YEARS:
        return None
    if limit.unit in {"minutes", "hours"}:
        is_known = "T" in limit.at or (limit.ground != "issued" and start == basis.received)
        return start + dt.timedelta(**{limit.unit: limit.amount}) if is_known else None
    day = start.astimezone(VIETNAM).date()
    if limit.unit == "working_days":
        last = basis.days.after(day, limit.amount)
    elif limit.unit == "months":
        last = basis.days.first_from(_months_on(day, limit.amount))
    else:
        last = basis.days.first_from(day + dt.timedelta(limit.amount * (7 if limit.unit == "weeks" else 1)))
    return None if last is None else _midnight(last + dt.timedelta(1))


def _start(limit: TimeLimit, basis: Basis) -> dt.datetime | None:
    """Give what a length counts from: one without a ground counts where day of issue and of receipt are the same."""
    received = basis.received.astimezone(VIETNAM)
    if limit.at:
        return _instant(limit.at)
    if limit.ground == "received":
        return basis.received
    if limit.ground == "issued":
        return None if basis.issued_on is None else _midnight(basis.issued_on)
    is_said = limit.ground == "unstated" and basis.issued_on in {None, received.date()}
    return basis.received if is_said else None


def _months_on(day: dt.date, count: int) -> dt.date:
    """Give the same day some months on, or the last day of a shorter month (article 148.3)."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def spell(due: Due) -> str:
    """Spell a time limit for lists: `2026-11-25T16:00`, `2026-11-30`, `<2026-11-28`, `2026-11-24 morning`, `?`.

    `<`: the day named does not count any more; `?`: nobody knows what it counts from.
    """
    if due.end is None:
        return "?"
    if due.limit.kind == "hour":
        return due.end.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")
    half = f" {due.limit.half}" if due.limit.half else ""
    return f"{'<' if due.limit.is_before else ''}{due.text}{half}"
