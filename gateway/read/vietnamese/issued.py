"""Issued: the date of issue of a document (Decree 30/2020 Appendix I, II.4).

On a page, and in one pasted into a body, the line of place and date; in a subject or body the date right behind the own
number; in a notice of a document system its field. The dates of meetings, of what is cited and of the incoming stamp
are none of them.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.vietnamese.times import MONTH_WORDS

if TYPE_CHECKING:
    from gateway.read.vietnamese.normalise import View
    from gateway.read.vietnamese.number import Numbers

_D = "[0-9oil]"
_WORDED = re.compile(
    rf"(?:(?:mong|mung) )?(?P<d>{_D}{{1,2}})\s{{0,2}}thang\s{{0,2}}"
    rf"(?P<m>{_D}{{1,2}}|{'|'.join(sorted(MONTH_WORDS, key=len, reverse=True))})[\s,]{{0,3}}"
    rf"nam\s{{0,2}}(?P<y>[12]{_D}{{3}})(?!\d)"
)
_NUMERIC = re.compile(r"(?P<d>\d{1,2}) ?(?P<s>[/.\-]) ?(?P<m>\d{1,2})(?: ?(?P=s) ?(?P<y>\d{4}))?(?![\d/])")
_BLANK = re.compile(r"[\s.?_]{0,40}(?:\d{1,2}[\s.]{0,4})?thang[\s.?_\d]{0,40}nam|[ .?_]{0,20}/[ .?_\d]{0,20}/ ?\d{0,4}")
_BEHIND = re.compile(r"[ ,;]{0,3}\(?(?:(?:ky |ban hanh )?ngay )?(?=\d)")
_FIELD = re.compile(r"(?:^|[\n|]) {0,4}ngay (?:van ban|vb|ban hanh|ky|phat hanh|cong van) {0,3}[:|] {0,3}(?=\d)")
_DIGITS = str.maketrans("oil", "011")


class Issue(NamedTuple):
    """The date of issue one text gives."""

    on: date | None = None
    flags: tuple[str, ...] = ()
    """`blank_date` (the line is there, its date is not filled in), `invalid_date` (no such day)."""


NOT_SAID = Issue()


def read_issue(view: View, dated_at: int, numbers: Numbers, today: date) -> Issue:
    """Read the date of issue; `dated_at` is where the date of the line of place and date begins, -1 without one.

    A date behind a number that lies ahead of `today` is of what the document is about.
    """
    if dated_at >= 0:
        return _of_line(view, dated_at)
    if numbers.own is None:
        return NOT_SAID
    if numbers.form == "notice" and (field := _FIELD.search(view.key)) is not None:
        return Issue(_numeric(view, field.end(), today))
    behind = _BEHIND.match(view.key, numbers.own.end)
    if behind is None:
        return NOT_SAID
    worded = _WORDED.match(view.key, behind.end())
    on = _date(worded) if worded else _numeric(view, behind.end(), today)
    return Issue(on) if on is not None and on <= today else NOT_SAID


def _of_line(view: View, at: int) -> Issue:
    match = _WORDED.match(view.key, at) or _NUMERIC.match(view.key, at)
    if match is not None and match["y"]:
        on = _date(match)
        return Issue(on) if on else Issue(None, ("invalid_date",))
    return Issue(None, ("blank_date",)) if _BLANK.match(view.key, at) else NOT_SAID


def _date(match: re.Match[str]) -> date | None:
    """Build the date; None when there is no such day."""
    year, day = (int(match[part].translate(_DIGITS)) for part in "yd")
    month = MONTH_WORDS.get(match["m"]) or int(match["m"].translate(_DIGITS))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _numeric(view: View, at: int, today: date) -> date | None:
    """A date in figures; without a year the last one that was."""
    match = _NUMERIC.match(view.key, at)
    if match is None:
        return None
    if match["y"]:
        return _date(match)
    try:
        on = date(today.year, int(match["m"]), int(match["d"]))
        return on if on <= today else on.replace(year=today.year - 1)
    except ValueError:
        return None
