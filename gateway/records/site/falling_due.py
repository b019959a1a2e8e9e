"""Falling due: which month is to be frozen without anybody saying so, and what speaks against that.

A frozen month never changes in silence, so this freezes only what nobody has to judge: the last month, on the day its
public statistics are due, for the first time, with every ledger read beyond its end and no caveat on its figures.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from gateway.records.duties.owing import owed_reports
from gateway.records.figures.state import store_state
from gateway.records.reading.sync import is_current
from gateway.values.period import Period, month_of
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gateway.records.definitions.material import Ground, Material
    from gateway.records.figures.state import SourceState

REPORT = "public"
_REACH = dt.timedelta(120)
"""Behind a month, within which its report is due: 60 working days at most."""


class FallsDue(NamedTuple):
    """The last month that is over, and when its statistics are due."""

    month: Period
    on: dt.date


def find_due(ground: Ground) -> FallsDue | None:
    """Give the last month that is over with its due day; None where no agency of the report owes public statistics."""
    month = month_of(ground.today.replace(day=1) - dt.timedelta(1))
    duties = [duty for duty in ground.obligations.duties if duty.report == REPORT]
    window = Period(month.last + dt.timedelta(1), month.last + _REACH)
    owed = owed_reports(duties, ground.registry, window, (), ground.today)
    days = [one.due for one in owed if one.period == month and _shows(ground, one.agency, month)]
    return FallsDue(month, min(days)) if days else None


def _shows(ground: Ground, agency: str, month: Period) -> bool:
    known = ground.registry.agency(agency, month.last)
    return not ground.territory or (known is not None and known.territory == ground.territory)


def obstacles(connection: Connection, material: Material) -> list[str]:
    """List what speaks against freezing a month unseen, in English for the operator; empty when nothing does."""
    found = [one.words.en for one in material.caveats]
    if material.is_unknown:
        found.append("no ledger tells of it")
    if not is_current(connection):
        found.append("ledgers were read that are not counted yet: run `congthu records sync`")
    newest: dict[tuple[str, str], SourceState] = {}
    for source in store_state(connection).sources:
        key = source.node, source.instance
        if key not in newest or source.last_us > newest[key].last_us:
            newest[key] = source
    month = material.period
    return found + [
        f"{node} ({instance}) was read only up to {source.days(VIETNAM)[-10:]}: its later files may be missing"
        for (node, instance), source in sorted(newest.items())
        if month.from_us <= source.last_us < month.until_us
    ]
