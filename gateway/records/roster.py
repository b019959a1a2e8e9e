"""Roster: the registry as the records ask it, by period: who lived when, under what name, with how many mailboxes.

An agency that a merger ends keeps its figures up to its last day; those of its successor begin on the day after.
Nothing is added up over a merger.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.edge.registry.index import FileRegistry
    from gateway.values.period import Period
    from gateway.values.registry import Agency
    from gateway.values.working_days import WorkingDays


class Roster:
    """Agencies of one registry with the days they lived."""

    def __init__(self, registry: FileRegistry) -> None:
        """Look up the first and last day of every agency."""
        self._registry = registry
        self._lives: dict[str, tuple[dt.date, dt.date]] = {}
        for agency in registry.agency_ids():
            history = registry.find_history(agency)
            assert history is not None
            self._lives[agency] = dt.date.fromordinal(history.start), dt.date.fromordinal(history.end)

    def living(self, period: Period) -> tuple[str, ...]:
        """List the agencies that lived on any day of a period, by id."""
        return tuple(
            agency for agency, (first, last) in self._lives.items() if first <= period.last and period.first <= last
        )

    def find_life(self, agency: str) -> tuple[dt.date, dt.date] | None:
        """Give the first and last day of an agency; None when the registry does not hold it at all."""
        return self._lives.get(agency)

    def find_agency(self, agency: str, period: Period) -> Agency | None:
        """Give an agency as it stood on the last of its days in a period; None where it had none there."""
        life = self._lives.get(agency)
        if life is None or life[0] > period.last or period.first > life[1]:
            return None
        return self._registry.agency(agency, min(life[1], period.last))

    def mailboxes(self, period: Period) -> dict[str, dict[str, int]]:
        """Count the mailboxes issued, as of the last day: agency to kind to how many."""
        return self._registry.mailbox_counts(period.last)

    def working_days(self) -> WorkingDays:
        """Give the days that are worked, as the operator says."""
        return self._registry.working_days()
