"""Report: one typed value that every rendering is made of; what stands on no page stands in no file either."""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

SMALL: Final = 5
"""Counts of persons from 1 to one below it are not shown: whoever knows the office would know who is meant."""

UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that no workbook holds (XML 1.0, 2.2) and nobody reads, and halves of characters."""


class Text(msgspec.Struct, frozen=True):
    """Words in Vietnamese, which readers see first, and in English."""

    vi: str
    en: str


class Share(msgspec.Struct, frozen=True, tag="share"):
    """A fraction with both sides, so that no percentage of nothing is shown."""

    part: int
    whole: int | None
    """None: no denominator is known, and no rate is given."""
    at_least: int = 0
    """Lower bound of a whole that is not known, from number series; 0 when they tell nothing."""

    @property
    def percent(self) -> float | None:
        """In percent, to one decimal; None without a denominator, or of nothing."""
        return round(100 * self.part / self.whole, 1) if self.whole else None

    @property
    def percent_at_most(self) -> float | None:
        """What the lower bound allows at most, in percent; None where it tells nothing."""
        return round(100 * min(1, self.part / self.at_least), 1) if self.whole is None and self.at_least else None


class Hidden(msgspec.Struct, frozen=True, tag="hidden"):
    """A small count of persons that is not shown."""

    below: int = SMALL


Cell = str | int | float | Share | Hidden | None
"""What one cell holds; None: nothing is known."""
Kind = Literal["text", "id", "count", "share", "percent", "money", "date", "score", "state"]
"""How a column is written and aligned. `money` is in đồng; `date` is ISO 8601; `state` is one word of a closed list;
`id` joins rows to the registry in files and is not shown on pages."""


class Column(msgspec.Struct, frozen=True):
    """One column of a table."""

    id: str
    """ASCII: the name in CSV and JSON."""
    title: Text
    kind: Kind = "text"


class Table(msgspec.Struct, frozen=True):
    """A table; every row has a cell for each column."""

    id: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    """A last row of sums."""
    note: Text | None = None

    def __post_init__(self) -> None:
        """Refuse a row of another width."""
        for row in (*self.rows, *((self.total,) if self.total is not None else ())):
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.id}: {len(self.columns)} columns and a row of {len(row)} cells")


class Series(msgspec.Struct, frozen=True):
    """The values of one thing over the labels of a chart; None where there is none."""

    title: Text
    values: tuple[float | None, ...]


class Chart(msgspec.Struct, frozen=True):
    """A picture of figures that stand in a table too."""

    id: str
    title: Text
    unit: Text
    kind: Literal["bars", "lines"]
    """`bars`: one a label, lying; `lines`: over months."""
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    """One or two."""
    target: float | None = None
    """A line at a value to be reached."""
    is_percent: bool = False


class Definition(msgspec.Struct, frozen=True):
    """What a measure is and where it comes from."""

    term: Text
    meaning: Text
    source: str = ""
    """Directive and point, or row of the rules."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One report of one period."""

    name: str
    """As `congthu records report` calls it."""
    period: str
    """As `gateway.values.period.parse_period` reads it."""
    title: Text
    audience: Literal["public", "internal"]
    """`internal`: names documents or mailboxes; never on the public site."""
    subject: str = ""
    """Registry id of the agency it is about; empty for all."""
    version: int = 1
    """Of a frozen month, from 1; a correction is a new one."""
    correction: str = ""
    """Why there is a version behind the first."""
    figures: tuple[tuple[Text, Cell], ...] = ()
    """The few that stand first, with their labels."""
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    notes: tuple[Text, ...] = ()
    method: tuple[Text, ...] = ()
    definitions: tuple[Definition, ...] = ()
    warnings: tuple[Text, ...] = ()
    """What makes figures incomplete or doubtful: a lost ledger, a clock, a registry without an agency."""
    citations: tuple[str, ...] = ()


def hide_small(counts: list[int | None], *, with_total: bool) -> list[Cell]:
    """Hide counts of persons below `SMALL`, and one more where a total would give a single hidden one away."""
    hidden = {place for place, count in enumerate(counts) if count is not None and 0 < count < SMALL}
    if with_total and len(hidden) == 1:
        others = [(count, place) for place, count in enumerate(counts) if count and place not in hidden]
        hidden |= {min(others)[1]} if others else set()
    return [Hidden() if place in hidden else count for place, count in enumerate(counts)]


def share_of(part: int, whole: int | None, at_least: int = 0) -> Share:
    """Make a fraction; a lower bound is kept only where the whole is not known."""
    return Share(part, whole, 0 if whole is not None else at_least)
