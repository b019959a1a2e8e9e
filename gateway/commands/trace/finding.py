"""Finding: the messages a query asks for, each with all its lines, in one or two readings of a log.

A line tells of one event, and only the last of a message has sender, recipients and rules. So the first reading looks
for ids, the second for everything about them; an id that is known needs only one. Memory is bounded by what is shown.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from typing import TYPE_CHECKING, Final

import msgspec

from gateway.commands.trace.query import (
    ENDINGS,
    Event,
    Query,
    finder_of,
    finder_of_ids,
    lines_with,
    read_event,
    read_line,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.commands.trace.logs import Log

MAX_LINES: Final = 200
"""Kept of one message: a message with so many refused recipients or attempts is told by its last ones."""
LIFE_S: Final = 3_600.0
"""Before its end all lines of a message are looked for; clients do not wait that long (RFC 5321 section 4.5.3.2)."""
NO_ID: Final = "NOQUEUE"
"""Stands for the id where a command was refused before there was one."""


class Found(msgspec.Struct):
    """What a log holds about a query."""

    messages: list[list[Event]]
    """Events of each message, oldest first; messages by the time of their last event."""
    count: int
    """All that the log holds, of which the newest are in `messages`."""


def find(query: Query, log: Log, limit: int, on_octets: Callable[[int], object]) -> Found:
    """Read a log; `on_octets` is told how many more octets were read, `readings` times its size in all."""

    def blocks(since_s: float = 0.0) -> Iterator[bytes]:
        for block in log.blocks(since_s):
            yield block
            on_octets(len(block))

    if query.id and query.id != NO_ID:
        lines = _lines_of((query.id,), blocks())
        events = lines.get(query.id, [])
        is_asked = any(query.matches(line) for line in map(read_line, _octets(events)) if line is not None)
        return Found([_sorted(events)] if is_asked else [], int(is_asked))
    ids, alone, count = _matching(query, blocks(), limit)
    by_id = _lines_of(tuple(ids), blocks(_instant_s(min(ids.values())) - LIFE_S)) if ids else {}
    messages = [_sorted(events) for events in by_id.values()] + [[event] for event in alone]
    messages.sort(key=lambda events: str(events[-1].get("time", "")))
    return Found(messages[-limit:], count)


def readings(query: Query) -> int:
    """How often the log is read at most."""
    return 1 if query.id else 2


def _matching(query: Query, blocks: Iterator[bytes], limit: int) -> tuple[dict[str, str], deque[Event], int]:
    """Give the newest ids asked for with their time, the newest refusals that have none, and how many of both."""
    needle, is_any_case = query.needle()
    ids: dict[str, str] = {}
    alone: deque[Event] = deque(maxlen=limit)
    count = 0
    for octets in lines_with(blocks, finder_of(needle), is_any_case=is_any_case):
        line = read_line(octets)
        if line is None or line.event not in ENDINGS or not query.matches(line):
            continue
        event = read_event(octets)
        if event is None:
            continue
        if line.id == NO_ID:
            alone.append(event)
        else:
            count -= line.id in ids  # another refused recipient of the same message
            ids.pop(line.id, None)
            ids[line.id] = line.time
            if len(ids) > limit:
                del ids[next(iter(ids))]
        count += 1
    return ids, alone, count


def _lines_of(ids: tuple[str, ...], blocks: Iterator[bytes]) -> dict[str, list[Event]]:
    """Collect every event of some messages."""
    found: dict[str, deque[Event]] = {}
    for octets in lines_with(blocks, finder_of_ids(ids), is_any_case=False):
        line = read_line(octets)
        if line is None or line.id not in ids:
            continue
        event = read_event(octets)
        if event is not None:
            found.setdefault(line.id, deque(maxlen=MAX_LINES)).append(event)
    return {key: list(events) for key, events in found.items()}


def _instant_s(time: str) -> float:
    """Give the Unix time of a line; of one that has none an instant before all others."""
    try:
        return dt.datetime.fromisoformat(time).timestamp()
    except (ValueError, OverflowError):
        return LIFE_S


def _octets(events: list[Event]) -> Iterator[bytes]:
    return map(msgspec.json.encode, events)


def _sorted(events: list[Event]) -> list[Event]:
    """By time; lines of one millisecond stay in the order of the log."""
    return sorted(events, key=lambda event: str(event.get("time", "")))
