"""Registry: agencies as data with a history. Every look-up takes a date (DESIGN: the registry)."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec resolves annotations at run time

import msgspec


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
    start_dates: dict[str, dt.date] = {}
    """Rule or pack id to the date it binds this agency by decision; missing means the pack's own date."""
    has_start_date_unset: bool = False
    """A class whose date must be fixed by decision and was not (BD-1d-5): observe only."""


class MailboxEntry(msgspec.Struct, frozen=True):
    """What the registry knows of one address on one date."""

    agency: str
    """Agency id."""
    kind: str
    """`agency` (văn thư), `personal`, `system` or `registered_other` (non-official address, HCM-2d)."""


class DomainEntry(msgspec.Struct, frozen=True):
    """What is known of one mail domain on one date."""

    kind: str
    """`official`, `registered_other`, `free`, `disposable` or `unknown`."""
    agency: str = ""
    """Owner when the domain (or the closest parent on a label boundary) belongs to one agency."""
