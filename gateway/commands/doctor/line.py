"""Line: one thing the doctor looked at."""

from __future__ import annotations

from typing import Literal

import msgspec

from gateway.values.showing import coded


class Line(msgspec.Struct, frozen=True):
    """What was looked at and how it is."""

    state: Literal["ok", "warn", "fail"]
    """`warn`: mail flows, and something will hurt. `fail`: some mail does not, or could not be judged."""
    topic: str
    """One word: `mx`, `certificate`, `ports`, ..."""
    found: str
    todo: str = ""
    """What to do; empty for `ok`."""


def ok(topic: str, found: str) -> Line:
    """Say that something is well."""
    return Line("ok", topic, found)


def warn(topic: str, found: str, todo: str) -> Line:
    """Say what will hurt, and what to do."""
    return Line("warn", topic, found, todo)


def fail(topic: str, found: str, todo: str) -> Line:
    """Say what does not work, and what to do."""
    return Line("fail", topic, found, todo)


def text_of(line: Line) -> str:
    """Write a line for people; what to do stands below it, unbroken, for it may be copied.

    Nothing in it commands a terminal: DNS and whoever listens on a port may say anything.
    """
    text = f"{line.state:4}  {line.topic}: {coded(line.found)}"
    return f"{text}\n      -> {coded(line.todo)}" if line.todo else text
