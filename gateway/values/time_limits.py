"""TimeLimit: a time a text sets for something to be done, as written; when it falls is for `judge.due`."""

from __future__ import annotations

from typing import Literal

import msgspec

Precision = Literal["hour", "half_day", "day", "week", "month", "quarter", "year"]
Ground = Literal["", "received", "issued", "unstated", "other"]
Unit = Literal["", "minutes", "hours", "days", "working_days", "weeks", "months"]


class TimeLimit(msgspec.Struct, frozen=True, omit_defaults=True):
    """One time limit: a point of time, or a length of time and what it counts from."""

    kind: Precision = "day"
    """What the text names: an hour, half a day, a day, or a longer stretch that ends with its last day."""
    at: str = ""
    """ISO 8601: an instant with +07:00 of an hour, else the (last) day; of a length of time the day or instant that the
    text counts it from (`kể từ ngày 17/4/2026`), empty where it names none."""
    is_before: bool = False
    """`trước ngày 20/11`: the day named does not count any more."""
    half: Literal["", "morning", "afternoon"] = ""
    """Of half a day."""
    amount: int = 0
    unit: Unit = ""
    """A length of time: `05 ngày làm việc` is 5 `working_days`."""
    ground: Ground = ""
    """What a length of time counts from: `received` (kể từ ngày nhận), `issued` (kể từ ngày ký, ban hành), `unstated`,
    or `other`: something this text does not date (kể từ ngày nhận đủ hồ sơ). Empty where `at` says it, and of a point
    of time."""
    is_aside: bool = False
    """In merged marks: another text of the message sets it, while the principal document sets its own."""
