"""Catalogue: every report by name, what it is for and where it comes from; docs/reports.md is written from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.records.definitions.lists import emulation, lists
from gateway.records.definitions.papers import papers, series
from gateway.records.definitions.periodic import periodic, public, unit
from gateway.records.definitions.rules import inspection, training
from gateway.records.definitions.savings import savings, workload
from gateway.records.definitions.targets import targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.records.definitions.material import Material
    from gateway.records.report import Report


class Entry(NamedTuple):
    """One report."""

    make: Callable[[Material], Report]
    says: str
    source: str
    """Points of the directives it answers."""


REPORTS: Final[dict[str, Entry]] = {
    "public": Entry(public, "monthly public statistics: exchange and mailbox use by agency", "BD-4d, SYS-8, DL-3a"),
    "periodic": Entry(
        periodic, "quarterly, three-month or six-month form, filled in, with what is due and late",
        "HN-3, HN-9, HCM-2e, DL-11, HCM-1",
    ),
    "targets": Entry(
        targets, "targets by rule, year and class; those of past years as history",
        "HN-1, HN-2, HN-4, HN-5, HNB-1, HNB-5",
    ),
    "lists": Entry(lists, "exemplary and deficient units side by side, by the same criteria; zero-senders", "DL-3"),
    "emulation": Entry(emulation, "score of each agency with weights and evidence", "HCM-4b, BD-3c"),
    "savings": Entry(savings, "avoided costs by line, only without paper, against a year before", "HCM-0c, HCM-4a"),
    "workload": Entry(workload, "documents carried by the mailboxes of clerks", "HN-8"),
    "inspection": Entry(inspection, "submissions and meeting papers, checked and failed", "BD-2d, HCM-2a, HCM-2b"),
    "training": Entry(training, "findings by the remedy that clerks have to learn", "BD-3a, BD-4a, HNB-8"),
    "pairs": Entry(papers, "electronic and paper parts, with the working days between", "BD-1b, DL-7, HCM-2a"),
    "series": Entry(series, "gaps in number series, numbers with two contents", "NAT-12, NAT-4, HN-4"),
}  # fmt: skip
"""Reports over all agencies, in the order of the documentation."""
UNIT: Final = "unit"
"""The sheet for the head of one agency (BD-5b): `--agency` names it."""


def make_report(name: str, material: Material, agency: str = "") -> Report:
    """Make a report by name.

    Raises:
        ValueError: no such report, or the unit sheet of an agency nobody knows.
    """
    if name == UNIT:
        return unit(material, agency)
    if name not in REPORTS:
        raise ValueError(f"there is no report `{name}`: {', '.join((*REPORTS, UNIT))}")
    return REPORTS[name].make(material)
