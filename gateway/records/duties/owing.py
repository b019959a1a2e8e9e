"""Owing: which agency owes which report for which period, when it is due, and whether it came in time. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from gateway.values.declared import BY_TOTALS
from gateway.values.pack import EVERYWHERE
from gateway.values.period import Period, month_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gateway.records.duties.packs import Duty, Obligation
    from gateway.values.declared import HandedIn
    from gateway.values.registry import Agency, Registry
    from gateway.values.working_days import WorkingDays

_MONTHS: Final = {"month": 1, "quarter": 3, "half": 6, "year": 12}
State = Literal["coming", "due", "overdue", "on_time", "late"]
"""`coming`: its period is not over; `due`: it is, and the day has not passed."""


class Owed(msgspec.Struct, frozen=True):
    """One report of one agency for one period."""

    due: dt.date
    duty: str
    agency: str
    period: Period
    is_day_named: bool
    """The text names the day it is due."""
    state: State
    handed_in: dt.date | None = None
    document: str = ""
    late_days: int = 0
    """Working days it came late, or is overdue today."""


def owed_reports(
    duties: Iterable[Duty], registry: Registry, window: Period, handed_in: Iterable[HandedIn], today: dt.date
) -> list[Owed]:
    """List what is due in a window of days, by day; agencies are those of the registry when the period ends."""
    came: dict[tuple[str, str, Period], HandedIn] = {}
    for one in sorted(handed_in, key=lambda one: one.on, reverse=True):
        came[one.duty, one.agency, one.period] = one  # the earliest of several stands
    days, found = registry.working_days(), []
    for duty in duties:
        for period in periods_of(duty, window):
            due = due_day(duty, period, days)
            if due not in window:
                continue
            for agency in _bound(duty, registry, period.last):
                handed = _came(came, duty, agency.id, period)
                state, late_days = _state(due, period, handed, days, today)
                on, document = (handed.on, handed.document) if handed is not None else (None, "")
                named = duty.due.is_named
                found.append(Owed(due, duty.id, agency.id, period, named, state, on, document, late_days))
    return sorted(found, key=lambda one: (one.due, one.duty, one.agency, one.period))


def _came(came: Mapping[tuple[str, str, Period], HandedIn], duty: Duty, agency: str, period: Period) -> HandedIn | None:
    """Give how a report was handed in: as a clerk says, or by what hands it in, whichever came first."""
    ways = (duty.id, BY_TOTALS) if duty.handed_in_by == "totals" else (duty.id,)
    found = [came[way, agency, period] for way in ways if (way, agency, period) in came]
    return min(found, key=lambda one: one.on, default=None)


def periods_of(duty: Duty, window: Period) -> Iterator[Period]:
    """Give the periods of a duty whose report may be due in the window, in order."""
    if duty.covers is not None:
        yield duty.covers
        return
    size = _MONTHS[duty.every]
    # as far back as a due day may lie behind its period: 60 working days, holidays of Tết among them
    day = window.first - dt.timedelta(120) - dt.timedelta(31 * size)
    day = day.replace(month=(day.month - 1) // size * size + 1, day=1)
    while day <= window.last:
        last = day
        for _ in range(size):
            last = month_of(last).last + dt.timedelta(1)
        period = Period(day, last - dt.timedelta(1))
        if (duty.since is None or period.last >= duty.since) and (duty.until is None or period.first <= duty.until):
            yield period
        day = last


def due_day(duty: Duty, period: Period, days: WorkingDays) -> dt.date:
    """Give the last day in time; of years outside the working calendar weekends alone are left out."""
    if duty.due.on is not None:
        return duty.due.on
    found = days.after(period.last, duty.due.working_days)
    if found is not None:
        return found
    day, left = period.last, duty.due.working_days
    while left:
        day += dt.timedelta(1)
        left -= day.weekday() < 5  # Monday to Friday
    return day


def _bound(duty: Duty, registry: Registry, on: dt.date) -> Iterator[Agency]:
    for agency_id in registry.agency_ids():
        agency = registry.agency(agency_id, on)
        if agency is not None and is_bound(duty, agency, on):
            yield agency


def is_bound(one: Obligation, agency: Agency, on: dt.date) -> bool:
    """Tell whether a duty or target concerns an agency on a day; its own dates for the pack in the registry win."""
    start, end = agency.start_dates.get(one.pack), agency.end_dates.get(one.pack)
    if (start is not None and on < start) or (end is not None and on > end):
        return False
    if EVERYWHERE not in one.territories and agency.territory not in one.territories:
        return False
    if one.offices:
        return any(office.notation in agency.notations and office.is_on(on) for office in one.offices)
    return not one.classes or agency.agency_class in one.classes


def _state(
    due: dt.date, period: Period, handed: HandedIn | None, days: WorkingDays, today: dt.date
) -> tuple[State, int]:
    """Give how a report stands, and by how many working days it is late."""
    until = handed.on if handed is not None else today
    late_days = days.between(due, until) if until > due else 0
    late_days = (until - due).days if late_days is None else late_days
    if handed is not None:
        return ("late" if handed.on > due else "on_time"), late_days
    if today > due:
        return "overdue", late_days
    return ("due" if today > period.last else "coming"), 0
