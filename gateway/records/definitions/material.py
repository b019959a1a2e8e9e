"""Material: what reports are made of, asked of the store once and only when a report wants it."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gateway.records.duties.owing import owed_reports
from gateway.records.figures.agencies import period_figures
from gateway.records.figures.caveats import find_caveats
from gateway.records.figures.declared import Totals, declared_totals, mean_pages, paperless, unit_prices
from gateway.records.figures.disputes import amendments, disputes, recalls
from gateway.records.figures.measures import Measures
from gateway.records.figures.pairs import pairs
from gateway.records.figures.rules import hit_counts, whole_submissions
from gateway.records.figures.series import lower_bounds, number_series
from gateway.records.imports.keeping import handed_in
from gateway.values.period import Period, month_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from gateway.edge.registry.files import FileRegistry
    from gateway.records.definitions.criteria import Criterion
    from gateway.records.duties.owing import Owed
    from gateway.records.duties.packs import Obligations
    from gateway.records.figures.agencies import PeriodFigures
    from gateway.records.figures.caveats import Caveat
    from gateway.records.figures.declared import Paperless
    from gateway.records.figures.disputes import Amendment, Dispute, Recall
    from gateway.records.figures.pairs import Pair
    from gateway.records.figures.rules import HitCount
    from gateway.records.figures.series import Series
    from gateway.records.roster import Roster
    from gateway.values.pack import Rule
    from gateway.values.registry import Agency

TREND_MONTHS = 12
"""Months of a line: the period's last and those before it."""


class Line(NamedTuple):
    """One agency of a report."""

    id: str
    name: str
    agency_class: str
    counts: Measures


class Ground(NamedTuple):
    """What stays the same over all periods."""

    roster: Roster
    registry: FileRegistry
    obligations: Obligations
    rules: Mapping[str, Rule]
    """By id, of the packs in use."""
    guides: Mapping[str, str]
    """Id of a guide to its Vietnamese title: kinds of error."""
    criteria: Sequence[Criterion]
    today: dt.date
    territory: str = ""
    """Only agencies of this territory; empty for all."""


class Material:
    """Everything about one period; each answer is asked for once."""

    def __init__(self, connection: Connection, ground: Ground, period: Period) -> None:
        """Remember whom to ask."""
        self._connection, self.ground, self.period = connection, ground, period

    def of(self, period: Period) -> Material:
        """Give the material of another period."""
        return Material(self._connection, self.ground, period)

    @cached_property
    def figures(self) -> PeriodFigures:
        """What the ledgers tell of the period."""
        return period_figures(self._connection, self.ground.roster, self.period)

    @property
    def is_unknown(self) -> bool:
        """No ledger tells of the period: its zeros are no counts."""
        return not self.figures.total.messages

    @cached_property
    def year_before(self) -> Material:
        """The same period of the year before."""
        return self.of(self.period.year_before())

    @cached_property
    def previous(self) -> Material:
        """The months before, as many as the period has."""
        last = self.period.first - dt.timedelta(1)
        first = month_of(last)
        for _ in self.period.months()[1:]:
            first = month_of(first.first - dt.timedelta(1))
        return self.of(Period(first.first, last))

    @cached_property
    def trend(self) -> list[Material]:
        """The last months, oldest first."""
        first, months = self.period.last.replace(day=1), []
        for _ in range(TREND_MONTHS):
            months.append(self.of(month_of(first)))
            first = (first - dt.timedelta(1)).replace(day=1)
        return months[::-1]

    def find_agency(self, agency: str) -> Agency | None:
        """Give an agency as it stood at the end of the period, or of its life in it."""
        return self.ground.roster.find_agency(agency, self.period)

    def name(self, agency: str) -> str:
        """Give its name, or its id where the registry holds none."""
        found = self.find_agency(agency)
        return (found.name or agency) if found is not None else agency or "(không rõ cơ quan)"

    @cached_property
    def lines(self) -> list[Line]:
        """Every agency of the report, by class and name; those without any traffic too."""
        found = []
        for agency, counts in self.figures.agencies.items():
            known = self.find_agency(agency)
            if self.ground.territory and (known is None or known.territory != self.ground.territory):
                continue
            agency_class = known.agency_class if known is not None else ""
            found.append(Line(agency, self.name(agency), agency_class, counts))
        return sorted(found, key=lambda line: (_rank(line.agency_class), line.name, line.id))

    @cached_property
    def total(self) -> Measures:
        """Add the lines up."""
        total = Measures()
        for line in self.lines:
            total.add(line.counts)
        return total

    def shows(self, agency: str) -> bool:
        """Tell whether an agency stands in the report."""
        return agency in self._shown

    @cached_property
    def _shown(self) -> frozenset[str]:
        return frozenset(line.id for line in self.lines)

    @cached_property
    def declared(self) -> dict[str, Totals]:
        """What clerks declared, by agency."""
        return declared_totals(self._connection, self.period)

    def totals(self, agency: str) -> Totals:
        """Give what one agency declared; nothing where it declared nothing."""
        return self.declared.get(agency, Totals())

    @cached_property
    def bounds(self) -> dict[str, int]:
        """The least number of documents issued, by the number series of each issuer."""
        return lower_bounds(self._connection, self.period)

    @cached_property
    def paperless(self) -> dict[str, Paperless]:
        """What went wholly electronically, where the paper book is whole."""
        return paperless(self._connection, self.period)

    @cached_property
    def prices(self) -> dict[str, tuple[int, str]]:
        """Unit prices on the first day of the period."""
        return unit_prices(self._connection, self.period)

    @cached_property
    def mean_pages(self) -> float | None:
        """Pages of a paper copy, by the paper parts entered."""
        return mean_pages(self._connection, self.period)

    @cached_property
    def pairs(self) -> list[Pair]:
        """Documents that go both ways."""
        found = pairs(self._connection, self.period, self.ground.roster.working_days())
        return [one for one in found if self.shows(one.issuer)]

    @cached_property
    def series(self) -> list[Series]:
        """Number series with what is missing."""
        return [one for one in number_series(self._connection, self.period) if self.shows(one.issuer)]

    @cached_property
    def hits(self) -> list[HitCount]:
        """How often rules hit."""
        return [one for one in hit_counts(self._connection, self.period) if self.shows(one.agency)]

    @cached_property
    def whole_submissions(self) -> dict[str, tuple[int, int]]:
        """Submissions that came whole and all of them, by agency; one without a submission is not in it."""
        return whole_submissions(self._connection, self.period)

    @cached_property
    def disputes(self) -> list[Dispute]:
        """Numbers that went out with more than one content."""
        return [one for one in disputes(self._connection, self.period) if self.shows(one.issuer)]

    @cached_property
    def recalls(self) -> list[Recall]:
        """Documents taken back in the period."""
        return [one for one in recalls(self._connection, self.period) if self.shows(one.issuer)]

    @cached_property
    def amendments(self) -> list[Amendment]:
        """Documents corrected or replaced in the period by others of their issuer."""
        return [one for one in amendments(self._connection, self.period) if self.shows(one.issuer)]

    @cached_property
    def caveats(self) -> list[Caveat]:
        """What speaks against the figures of the period."""
        tomorrow = Period(self.ground.today, self.ground.today).until_us
        return find_caveats(self._connection, self.ground.roster, now_us=tomorrow, period=self.period)

    @cached_property
    def mailboxes(self) -> dict[str, dict[str, int]]:
        """Mailboxes issued, by agency and kind."""
        return self.ground.roster.mailboxes(self.period)

    @cached_property
    def owed(self) -> list[Owed]:
        """Reports that fall due within the period."""
        ground = self.ground
        found = owed_reports(
            ground.obligations.duties, ground.registry, self.period, handed_in(self._connection), ground.today
        )
        return [one for one in found if self.shows(one.agency)]

    @property
    def connection(self) -> Connection:
        """To the store, for a list that one report alone wants."""
        return self._connection


CLASS_NAMES = {
    "ubnd": "UBND tỉnh, thành phố", "vpubnd": "Văn phòng UBND", "department": "Sở, ban, ngành",
    "district_ubnd": "UBND cấp huyện", "district_division": "Phòng cấp huyện", "commune_ubnd": "UBND cấp xã",
    "service_unit": "Đơn vị sự nghiệp", "district_service_unit": "Đơn vị sự nghiệp cấp huyện",
    "economic_unit": "Đơn vị kinh tế",
}  # fmt: skip
"""Classes in the order in which reports list them."""


def _rank(agency_class: str) -> int:
    names = list(CLASS_NAMES)
    return names.index(agency_class) if agency_class in names else len(names)
