"""Waiver: an exception from rules for one sender, agency, document or file, with its reason and its last day.

A waiver says *what* it waives (rules, or packs) and *whom or which* it covers; where several are given, all must hold.
Everybody's exception from a rule is no waiver but a posture. Rules about state secrets and about who wrote a mail
(`Rule.can_be_waived`) stand whatever a waiver says.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec resolves annotations at run time

import msgspec

MAX_WAIVER_DAYS = 366
"""First and last day included: a year, so that somebody looks at each exception once a year."""
WARNED_DAYS = 14
"""A waiver that ends within so many days is told of, so that the office can mend its mail or ask again."""


class Waiver(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One exception. Of `sender`, `agency`, `number` and `sha256` at least one is given."""

    id: str
    """Short name, unique over all files, such as `wv-2026-003`; it stands in log, field and report."""
    rules: tuple[str, ...]
    """Ids of rules or packs; of a pack, every rule that can be waived."""
    reason: str
    """Why, in a sentence."""
    approved_by: str
    """Role of who approved it, such as `Chánh Văn phòng`; never a person."""
    valid_from: dt.date
    """First day."""
    valid_to: dt.date
    """Last day, included; at most 366 days are covered."""
    sender: str = ""
    """Address of the author, or domain: `so-a.example` exactly, `.so-a.example` it and all below."""
    agency: str = ""
    """Registry id of the sender's agency."""
    number: str = ""
    """Number and notation of the document, such as `214/GM-UBND`; needs `sender` or `agency` beside it."""
    sha256: str = ""
    """SHA-256 of the file, 64 hexadecimal digits."""
    origin: tuple[str, int] = ("", 0)
    """File and line it was read from: for messages to the operator."""

    def is_in_force(self, on: dt.date) -> bool:
        """Tell whether it holds on a day."""
        return self.valid_from <= on <= self.valid_to

    def is_expiring(self, on: dt.date) -> bool:
        """Tell whether it holds on a day and ends within `WARNED_DAYS`."""
        return self.is_in_force(on) and (self.valid_to - on).days < WARNED_DAYS
