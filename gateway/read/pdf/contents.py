"""Contents of PDF pages before PDFium loads them: which pages are read, and what needs a closer look.

Every page is weighed first (`weights`); what is too heavy is not loaded, and named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import pikepdf

from gateway.read.clock import NO_CLOCK
from gateway.read.pdf.alike import Drawings
from gateway.read.pdf.tangle import CROWDED
from gateway.read.pdf.weights import MAX_PAGE_OCTETS, Weight, Weights

if TYPE_CHECKING:
    from typing import Any

    from gateway.read.budget import Budget
    from gateway.read.clock import Clock

_CLIP = re.compile(rb"W\*?\s")
"""An operator that clips, or letters like it: a pattern that begins with a letter is looked for ten times faster."""
_ESCAPED = re.compile(rb"/[A-Za-z]{0,12}#[0-9A-Fa-f]{2}")


class Content(NamedTuple):
    """What one page has to draw."""

    weight: Weight
    clips: bool = False
    """It may clip what it shows."""
    replaces: bool = False
    """It may say other letters than it shows (/ActualText, ISO 32000-1 section 14.9.4)."""

    @property
    def is_heavy(self) -> bool:
        """Is it too much to be loaded?"""
        return self.weight.load > MAX_PAGE_OCTETS


@dataclass(frozen=True, slots=True)
class PagePlan:
    """Which pages are read, and how closely."""

    principal: tuple[int, ...] = ()
    """From 0: the first pages and the last, whose text speaks for the document."""
    middle: tuple[int, ...] = ()
    """The others that are read, in order: what stands at their top is looked at."""
    unread: int = 0
    """Pages beyond the budget: their text was not looked at."""
    is_over_budget: bool = False
    """A principal page is too heavy to be loaded."""
    is_late: bool = False
    """Pages were left out for want of time."""
    twins: dict[int, int] = field(default_factory=dict)
    """Pages that draw what an earlier one does, which is read in their place."""
    crowded: frozenset[int] = frozenset()
    """Pages of many pieces of text, which may be drawn in an order that takes for ever to put right."""
    clipped: frozenset[int] = frozenset()
    replacing: frozenset[int] = frozenset()
    has_legacy_fonts: bool = False
    layers_off: frozenset[str] = frozenset()

    def within(self, count: int) -> PagePlan:
        """Leave out pages that another reader of the file does not have."""
        if max((*self.principal, *self.middle), default=0) < count:
            return self
        kept = [tuple(number for number in pages if number < count) for pages in (self.principal, self.middle)]
        return replace(self, principal=kept[0], middle=kept[1])


NO_PLAN = PagePlan()


def plan_pages(
    pdf: pikepdf.Pdf, budget: Budget, *, has_legacy_fonts: bool, may_replace: bool, clock: Clock = NO_CLOCK
) -> PagePlan:
    """Weigh the pages and decide which to read; pages that draw the same are weighed once.

    Args:
        pdf: the open file.
        budget: `pdf_pages_read`, `pdf_text_pages` and `pdf_content_octets` are asked.
        has_legacy_fonts: some font of the file has the name of one.
        may_replace: some object of the file holds a replacement text.
        clock: what is not weighed in time is not read.
    """
    count, weights, drawings = len(pdf.pages), Weights(), Drawings()
    first = {*range(min(budget.pdf_pages_read - 1, count)), count - 1} - {-1}
    others = [number for number in range(min(count, budget.pdf_text_pages)) if number not in first]
    left, is_over, is_late = budget.pdf_content_octets, False, False
    weighed: dict[int, Content] = {}
    kept: dict[int, Content] = {}
    twins: dict[int, int] = {}
    for number in [*sorted(first), *others]:
        if clock.is_over():
            is_late = True
            break
        page = pdf.pages[number].obj
        twin = drawings.twin(number, page) if count > 1 else None
        content = weighed.get(number if twin is None else twin) or _content(*weights.page(page))
        weighed[number] = content
        is_read_already = twin in kept
        if content.is_heavy or (content.weight.octets > left and not is_read_already):
            is_over = is_over or number in first
            continue
        kept[number] = content
        if twin is not None and is_read_already:
            twins[number] = twin
        else:
            left -= content.weight.octets
    return PagePlan(
        principal=tuple(sorted(first & kept.keys())),
        middle=tuple(sorted(kept.keys() - first)),
        unread=count - len(kept),
        is_over_budget=is_over or (is_late and not first <= kept.keys()),
        is_late=is_late,
        twins=twins,
        crowded=frozenset(number for number, content in kept.items() if content.weight.words > CROWDED),
        clipped=frozenset(number for number, content in kept.items() if content.clips),
        replacing=frozenset(number for number, content in kept.items() if content.replaces or may_replace),
        has_legacy_fonts=has_legacy_fonts,
        layers_off=_layers_off(pdf),
    )


def _content(weight: Weight, plain: bytes) -> Content:
    replaces = b"ActualText" in plain or _ESCAPED.search(plain) is not None
    return Content(weight, _CLIP.search(plain) is not None, replaces)


def _layers_off(pdf: pikepdf.Pdf) -> frozenset[str]:
    """Names of the optional content groups that are off at first (ISO 32000-1 section 8.11.4.3)."""
    about = pdf.Root.get("/OCProperties")
    if not isinstance(about, pikepdf.Dictionary) or not isinstance(about.get("/D"), pikepdf.Dictionary):
        return frozenset()
    default: Any = about.D
    off = default.get("/OFF")
    groups = list(islice(off, 1_000)) if isinstance(off, pikepdf.Array) else []
    if default.get("/BaseState") == pikepdf.Name.OFF and isinstance(about.get("/OCGs"), pikepdf.Array):
        on = default.get("/ON")
        lit = {one.objgen for one in islice(on, 1_000)} if isinstance(on, pikepdf.Array) else set()
        groups += [one for one in islice(about.OCGs, 1_000) if one.objgen not in lit]
    return frozenset(str(one.get("/Name")) for one in groups if isinstance(one, pikepdf.Dictionary) and "/Name" in one)
