"""Declared: what no mail shows and a clerk writes down: totals, paper parts, prices, reports handed in.

Rows of the sheets that `gateway.records.imports` reads, checked; the store keeps them beside what the ledgers tell.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec resolves annotations at run time
from typing import Literal

import msgspec

from gateway.values.period import Period  # noqa: TC001 - as above

COST_LINES = ("photocopy", "printing", "express_printing", "postage", "express_mail", "certified_copy")
"""Cost lines of savings (226/UBND-TTTH, opening): copies, printing, printing in haste, postage, express, sao y."""
CostLine = Literal["photocopy", "printing", "express_printing", "postage", "express_mail", "certified_copy"]


class DeclaredTotal(msgspec.Struct, frozen=True, tag="total"):
    """Documents an agency issued and received in a month, by its registers, on paper or not; secrets excluded."""

    agency: str
    """Registry id."""
    month: Period
    issued: int
    received: int | None = None
    """None: not declared."""
    is_paper_book_whole: bool = False
    """The clerk says that every paper part of the month is entered: only then a document without one had none."""


class PaperPart(msgspec.Struct, frozen=True, tag="paper"):
    """A paper part of one document, as a clerk enters it or the book of incoming documents tells (SYS-15)."""

    issuer: str
    """Registry id of the agency that issued the document."""
    number: str
    """As written in its number line, such as `125`."""
    notation: str
    """Such as `TTr-SNV`."""
    year: int
    direction: Literal["sent", "received"]
    agency: str
    """Who received it; of one sent the addressee, empty where the sheet names none."""
    on: dt.date
    """Day it was sent or received."""
    copies: int = 1
    pages: int | None = None
    """Pages of one copy; None: not told."""


class UnitPrice(msgspec.Struct, frozen=True, tag="price"):
    """What one item of a cost line costs from a day on."""

    line: CostLine
    price_vnd: int
    """Đồng for one item: a page, a letter, a certified copy."""
    valid_from: dt.date
    evidence: str = ""
    """Number of the decision or price list."""


class HandedIn(msgspec.Struct, frozen=True, tag="handed_in"):
    """A periodic report that was handed in (SYS-9)."""

    agency: str
    duty: str
    """Id of the duty, such as `HN-3`."""
    period: Period
    on: dt.date
    document: str = ""
    """Number and notation of the report, such as `45/BC-SNV`."""


BY_TOTALS = "@totals"
"""Stands for a duty in `HandedIn`: an agency entered the totals of a month, first on that day. No duty is called so."""
Declared = DeclaredTotal | PaperPart | UnitPrice | HandedIn
"""One row of any sheet."""
