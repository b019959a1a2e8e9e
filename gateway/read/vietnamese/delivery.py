"""Delivery: before when a document marked `hỏa tốc hẹn giờ` must have arrived.

The hour stands with the mark (Circular 01/2011: `HỎA TỐC HẸN GIỜ / Trước 15 giờ ngày 24/11/2026`), or somewhere in the
line behind `trước`; an hour of something else (of the meeting it invites to, of what was done) is none.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from gateway.read.vietnamese.meeting import pair_day
from gateway.read.vietnamese.times import iso, read_expressions

if TYPE_CHECKING:
    from datetime import date

    from gateway.read.vietnamese.normalise import View
    from gateway.read.vietnamese.times import Clock, Day

MAX_MARKS = 8
"""Places of the words looked at; an honest text has one or two."""
MAX_REACH = 200
"""Characters behind the mark."""

_MARK = re.compile(r"hen gio(?![a-z])")
_FILLING = re.compile(
    r"(?:[\s:,.()\[\]\-]|(?:truoc|giao|phat|den|toi|noi|luc|vao|hoi|ngay|thoi|gian|han|hen|gio|xong|phai|thu"
    r"|hai|ba|tu|nam|sau|bay|[2-7]|nhan|chuyen|cham|nhat|la|tuyet|toi|mat)(?![a-z0-9])){0,24}"
)
"""What may stand between the mark and its hour."""
_BEFORE = re.compile(r"(?<![a-z])truoc[ :]{1,2}(?:luc )?$")


def read_urgent_before(view: View, today: date) -> str | None:
    """Give the delivery time of a text marked hỏa tốc hẹn giờ, ISO 8601; None when it names none."""
    for mark in islice(_MARK.finditer(view.key), MAX_MARKS):
        stop = min(len(view.key), mark.end() + MAX_REACH)
        found = read_expressions(view, mark.end(), stop, today)
        for clock in found.clocks:
            day = pair_day(view, found, clock)
            if day is not None and day.value is not None and _is_of_mark(view, mark.end(), clock, day):
                return iso(day.value, clock)
    return None


def _is_of_mark(view: View, start: int, clock: Clock, day: Day) -> bool:
    first = min(clock.start, day.start)
    between = view.key[start:first]
    if "\n" not in between and _BEFORE.search(between):
        return True
    if day.start < clock.start:
        between += view.key[day.end : clock.start]
    return _FILLING.fullmatch(between) is not None
