"""Registry: agencies as data with a history. Every look-up takes a date."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec resolves annotations at run time
import unicodedata
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.values.working_days import WorkingDays


class Agency(msgspec.Struct, frozen=True, omit_defaults=True):
    """One agency as it stands on one date."""

    id: str
    """Stable ASCII id, `[a-z0-9][a-z0-9-]{0,62}`: the metric label."""
    name: str = ""
    """Vietnamese name on the date."""
    names: tuple[str, ...] = ()
    """All names on the date, abbreviations too: for display-name checks."""
    notations: tuple[str, ...] = ()
    """Issuer letters such as `SNV`."""
    codes: tuple[str, ...] = ()
    level: str = ""
    """`central`, `province`, `district`, `commune` or `unit`."""
    agency_class: str = ""
    """Class a pack scopes by: `ubnd`, `vpubnd`, `department`, `district_ubnd`, `commune_ubnd`, `service_unit`, ..."""
    territory: str = ""
    """Territory id a jurisdiction pack binds, for example `binh-duong`."""
    parent: str = ""
    certificate: str = "unknown"
    """`issued`, `none`, `expired`, `revoked` or `unknown` on the date."""
    certificate_serials: tuple[str, ...] = ()
    """Lower-case hex, known signer certificates on the date; may be empty."""
    certificate_subjects: tuple[str, ...] = ()
    """Names that a signer's CN or O must equal (NFC, case-folded comparison)."""
    tax_code: str = ""
    """MST for matching the UID attribute."""
    budget_code: str = ""
    """Budget-unit code (MNS) for matching the UID attribute."""
    mailbox: str = ""
    """Its first registered mailbox of kind `agency` on the date, else of kind `registered_other`; empty without one."""
    start_dates: dict[str, dt.date] = {}
    """Rule or pack id to the date it binds this agency by decision; missing means the pack's own date."""
    end_dates: dict[str, dt.date] = {}
    """Rule or pack id to the last day it binds this agency, by decision, as interim regimes end."""
    has_start_date_unset: bool = False
    """A class whose date must be fixed by decision and was not (BD-1d-5): observe only."""


class MailboxEntry(msgspec.Struct, frozen=True):
    """What the registry knows of one address on one date."""

    agency: str
    """Agency id."""
    kind: str
    """`agency` (văn thư), `personal`, `system` or `registered_other` (non-official address, HCM-2d)."""
    forwards_to: str = ""
    """Address it passes its mail on to of itself, where the operator knows of one (BD-1d-1); empty otherwise."""


class DomainEntry(msgspec.Struct, frozen=True):
    """What is known of one mail domain on one date."""

    kind: str
    """`official`, `registered_other`, `free`, `disposable` or `unknown`."""
    agency: str = ""
    """Owner when the domain (or the closest parent on a label boundary) belongs to one agency."""
    is_allowed: bool = False
    """Not registered, but on the operator's allow list: what it looks like is no imitation."""


class Registry(Protocol):
    """What the judge asks of the registry: look-ups that take a date, in microseconds, without I/O.

    `gateway.edge.registry.files` builds the real one. Answers for one date never change within one
    registry generation, so a caller may cache them. Addresses and domains are given in lower case,
    domains in A-label form without a final dot.
    """

    def find_mailbox(self, address: str, on: dt.date) -> MailboxEntry | None:
        """Find a registered mailbox by its whole address; None when the registry does not list it."""
        ...

    def find_domain(self, domain: str, on: dt.date) -> DomainEntry:
        """Classify a domain; never fails.

        Order: the closest registered domain on a label boundary; the official suffixes; the free and
        disposable lists of `policies/freemail.txt`; else `unknown`.
        """
        ...

    def agency(self, agency_id: str, on: dt.date) -> Agency | None:
        """Give the agency as it stands on the date; None when it does not exist then."""
        ...

    def agency_ids(self) -> tuple[str, ...]:
        """Give every id of every time, sorted: the closed set of metric labels."""
        ...

    def protected_domains(self) -> frozenset[str]:
        """Give every official domain of every time and the official suffixes: what a look-alike imitates."""
        ...

    def protected_names(self, on: dt.date) -> Mapping[str, str]:
        """Map `name_key` of each agency name and abbreviation on the date to its agency id.

        Keys shorter than 3 characters are left out; of two agencies with one key any may stand.
        """
        ...

    def working_days(self) -> WorkingDays:
        """Give the days that are worked: the law's, and what the operator says was moved."""
        ...


def name_key(text: str) -> str:
    """Fold a name for comparison: no diacritics (`đ` to `d`), case-folded, words joined by one space.

    `Sở Nội vụ - tỉnh A` becomes `so noi vu tinh a`. Only letters and digits of any script survive.
    """
    return " ".join(unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS).split())


class _Letters(dict[int, str | None]):
    """What `str.translate` makes of each decomposed character: nothing of a mark, a blank of what is no letter."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        left = " " if not character.isalnum() else "d" if character in "đð" else character
        self[code] = None if unicodedata.combining(character) else left
        return self[code]


_LETTERS = _Letters()
"""Grows with the characters met, of which there are 150,000: 10 MB if a stranger sends them all."""
