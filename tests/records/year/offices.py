"""Offices of the year 2025: sixty agencies of four territories, a third of which the mergers of 1 July end or begin."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

YEAR = 2025
MERGER = dt.date(2025, 7, 1)
"""Two-tier local government begins; one territory goes up in another (202/2025/QH15)."""
FIRST, LAST = dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)


@dataclass(frozen=True)
class Office:
    """One agency and the days of the year it lives."""

    id: str
    territory: str
    letters: str
    """Issuer letters of its notations."""
    first: dt.date = FIRST
    last: dt.date = LAST
    successor: str = ""

    def lives(self, day):
        """Tell whether it lives on a day."""
        return self.first <= day <= self.last

    def mailbox(self, person):
        """Give the pseudonym of one of its mailboxes; 0 is that of the office (văn thư)."""
        return hashlib.sha256(f"{self.id}/{person}".encode()).hexdigest()[:16]


def _some(territory, kind, count, **changes):
    return [Office(f"{territory}-{kind}{n}", territory, f"{kind.upper()}{n}", **changes) for n in range(1, count + 1)]


BEFORE, AFTER = {"last": MERGER - dt.timedelta(1)}, {"first": MERGER}
OFFICES = (
    *_some("ha-noi", "so", 15),
    *_some("ho-chi-minh", "so", 14),
    *_some("ho-chi-minh", "xa", 2, **AFTER),
    *_some("binh-duong", "so", 15, **BEFORE, successor="ho-chi-minh-so1"),
    *_some("dak-lak", "so", 8),
    *_some("dak-lak", "huyen", 4, **BEFORE, successor="dak-lak-xa1"),
    *_some("dak-lak", "xa", 2, **AFTER),
)
SILENT = "ha-noi-so15"
"""It lives all year and sends nothing."""


def registry_text():
    """Write the registry."""
    lines = []
    for office in OFFICES:
        lines += [
            "[[agency]]",
            f'id = "{office.id}"',
            f'name = "Cơ quan {office.id}"',
            f'territory = "{office.territory}"',
        ]
        if office.first > FIRST:
            lines.append(f"valid_from = {office.first}")
        if office.last < LAST:
            lines += [f"valid_to = {office.last}", f'successors = [{{ agency = "{office.successor}" }}]']
    return "\n".join(lines) + "\n"
