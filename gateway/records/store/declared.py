"""Declared: tables of what clerks write down and no ledger tells; a rebuild leaves them alone.

Rows are those of `gateway.values.declared`. Days are numbers as 20261031, months as 202610.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table

from gateway.records.store import tables

IMPORTS: Final = Table(
    "imports",
    tables.METADATA,
    Column("id", Integer, primary_key=True),
    tables.words("kind"),
    tables.words("file"),
    tables.words("digest"),
    tables.number("rows"),
    tables.number("at_us"),
)
"""One sheet that was taken over whole; `kind` is the tag of its rows, `digest` SHA-256 of the file in hex."""

DECLARED_TOTALS: Final = tables.table(
    "declared_totals",
    tables.words("agency", is_key=True),
    tables.number("month", is_key=True),
    tables.number("issued"),
    Column("received", BigInteger, nullable=True),
    tables.flag("is_paper_book_whole"),
    tables.number("import_id"),
)
"""`gateway.values.declared.DeclaredTotal`; a later sheet takes the place of an earlier one of the same month."""

PAPER_PARTS: Final = tables.table(
    "paper_parts",
    tables.number("document", is_key=True),
    tables.words("direction", is_key=True),
    tables.words("agency", is_key=True),
    tables.words("issuer"),
    tables.words("number"),
    tables.words("notation"),
    tables.number("year"),
    tables.number("day"),
    tables.number("copies"),
    Column("pages", BigInteger, nullable=True),
    tables.number("import_id"),
)
"""`gateway.values.declared.PaperPart`; `document` is `identity.key_of` of issuer, number, notation and year."""

UNIT_PRICES: Final = tables.table(
    "unit_prices",
    tables.words("line", is_key=True),
    tables.number("valid_from", is_key=True),
    tables.number("price_vnd"),
    tables.words("evidence"),
    tables.number("import_id"),
)
"""`gateway.values.declared.UnitPrice`; `valid_from` is a day."""

HANDED_IN: Final = tables.table(
    "handed_in",
    tables.words("agency", is_key=True),
    tables.words("duty", is_key=True),
    tables.number("first_day", is_key=True),
    tables.number("last_day", is_key=True),
    tables.number("day"),
    tables.words("document"),
    tables.number("import_id"),
)
"""`gateway.values.declared.HandedIn`; `first_day` and `last_day` are of the period it reports on."""

PUBLISHED: Final = tables.table(
    "published",
    tables.words("name", is_key=True),
    tables.words("period", is_key=True),
    tables.words("territory", is_key=True),
    tables.number("version", is_key=True),
    tables.words("digest"),
    tables.words("note"),
    tables.number("at_us"),
    Column("report", LargeBinary, nullable=False),
)
"""A report as published: its JSON and the SHA-256 of that in hex. Never changed; a correction is a new version."""
