"""Telling: the story of one message in about ten lines, a list of many in a line each, or all of it as JSON.

Nothing is told that the log does not hold, but for the titles of rules and the texts of our own replies.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from gateway.commands.trace.finding import NO_ID
from gateway.commands.trace.query import ENDINGS, Event
from gateway.commands.trace.queue_ids import find_queue_id
from gateway.values.addresses import bracketed
from gateway.values.showing import coded
from gateway.values.status import TABLE
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OUTCOMES: Final = {
    "relay": "relayed",
    "tag": "relayed with a tag",
    "reject": "refused",
    "defer": "put off, the client comes again under another id",
}
_LISTED: Final = {"relay": "relayed", "tag": "tagged", "reject": "refused", "defer": "put off"}
_MINOR: Final = ("relay_failed", "relay_in_plain", "opinions_differ", "refused")
"""Events that are told of a message beside the one that ended it."""
_MAX_LINES: Final = 8
"""Of these events, the newest; how many there were more is said."""


def story(events: list[Event], titles: Mapping[str, str]) -> Iterator[str]:
    """Tell one message; `titles` are those of rules by id."""
    end = _end_of(events)
    yield f"{_of(end, 'id') or NO_ID}  {_instant(end)}  {_outcome(end)}"
    yield from (f"  {label:9} {coded(text)}" for label, text in _rows(events, end, titles) if text)


def _rows(events: list[Event], end: Event, titles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "client", _client(end)
    yield "envelope", _envelope(end)
    yield "message", _message(end)
    yield "stages", _stages(end)
    yield from _earlier([event for event in events if event is not end and event.get("event") in _MINOR])
    yield from _ruled(end, titles)
    yield "reply", _reply(end)
    yield "next hop", _next_hop(end)
    if queue_id := find_queue_id(_of(end, "next_hop_reply")):
        yield "queue id", f"{queue_id} in the next hop's log"


def row(events: list[Event]) -> str:
    """Tell one message in one line."""
    end = _end_of(events)
    more = _number(end, "to_count") - 1
    to = _texts(end, "to")
    names = f"{bracketed(to[0])}{f' +{more}' if more > 0 else ''}" if to else ""
    rules = ", ".join(dict.fromkeys((*_texts(end, "rule"), *_texts(end, "rules"))))
    reply = f"{_number(end, 'code') or ''} {_of(end, 'situation')}".rstrip()
    path = f"{_path(end)} -> {names}" if names or _path(end) else _of(end, "said")
    text = f"{_instant(end)}  {_of(end, 'id') or NO_ID:12}  {_listed(end):8} {path}  {rules or reply}"
    return coded(text).rstrip()


def as_json(events: list[Event], titles: Mapping[str, str]) -> dict[str, Any]:
    """Give one message as JSON values: its events as the log has them, and what is concluded of them."""
    end = _end_of(events)
    named = {rule for key in ("rule", "rules", "would") for rule in _texts(end, key)}
    return {
        "id": _of(end, "id"),
        "time": _of(end, "time"),
        "outcome": _listed(end),
        "queue_id": find_queue_id(_of(end, "next_hop_reply")),
        "titles": {rule: titles[rule] for rule in sorted(named) if rule in titles},
        "events": events,
    }


def has_rules(events: list[Event]) -> bool:
    """Tell whether a title of a rule is needed to tell this message."""
    return any(event.get(key) for event in events for key in ("rule", "rules", "would", "waived"))


def _end_of(events: list[Event]) -> Event:
    """Give the event that ended a message: of its final dot, else its last refusal, else the last there is."""
    endings = [event for event in events if event.get("event") in ENDINGS]
    dots = [event for event in endings if event["event"] != "refused"]
    return (dots or endings or events)[-1]


def _outcome(end: Event) -> str:
    kind, code = end.get("event"), _number(end, "code")
    if kind == "refused":
        return f"{'put off' if code < 500 else 'refused'} at {_of(end, 'command')}"
    if kind == "checked":
        return f"mail to the check address: {_of(end, 'result')}"
    word = _OUTCOMES.get(_of(end, "disposition"), "the log does not say how it ended")
    return f"{word} (marked secret: the log keeps no more)" if kind == "secret_transaction" else word


def _listed(end: Event) -> str:
    """Name the outcome in one word or two."""
    if end.get("event") == "refused":
        return "put off" if _number(end, "code") < 500 else "refused"
    if end.get("event") == "checked":
        return "checked"
    return _LISTED.get(_of(end, "disposition"), "unknown")


def _client(end: Event) -> str:
    name = f" ({_of(end, 'client_name')})" if _of(end, "client_name") else ""
    said = (("EHLO", "helo"), ("login", "login"), ("proxy", "proxy"))
    words = [f"{word} {_of(end, key)}" for word, key in said if _of(end, key)]
    if through := _of(end, "through"):
        ident = f" as {_of(end, 'ident')}" if _of(end, "ident") else ""
        words.append(f"through {through}{ident}")
    client = _of(end, "client")
    return ", ".join((f"{client}{name}", *words)) if client else ""


def _path(end: Event) -> str:
    sender = _of(end, "from")
    return bracketed(sender.strip("<>")) if sender or end.get("to") else ""


def _envelope(end: Event) -> str:
    to = _texts(end, "to")
    more = _number(end, "to_count") - len(to)
    names = ", ".join(map(bracketed, to)) + (f" and {more} more" if more > 0 else "")
    if not to and not _path(end):
        return f"said {_of(end, 'said')}" if _of(end, "said") else ""
    return f"{_path(end)} -> {names}" if names else _path(end)


def _message(end: Event) -> str:
    size = end.get("size")
    words = [f"{size:,} octets" if isinstance(size, int) else "", _of(end, "direction")]
    words += [f"agency {_of(end, 'agency')}" if _of(end, "agency") else ""]
    if identity := _of(end, "identity"):
        words.append(f"sender {identity} ({', '.join(_texts(end, 'authentication'))})")
    return ", ".join(filter(None, words))


def _stages(end: Event) -> str:
    stages, total = end.get("stages_ms"), end.get("total_ms")
    if not isinstance(stages, dict) or not isinstance(total, (int, float)):
        return ""
    told = [f"{name} {_duration(ms)}" for name, ms in stages.items() if isinstance(ms, (int, float))]
    return f"{', '.join(told)}; {_duration(total)} from the final dot to the reply"


def _earlier(events: list[Event]) -> Iterator[tuple[str, str]]:
    """Tell what happened to a message before its end."""
    if len(events) > _MAX_LINES:
        yield "earlier", f"{len(events) - _MAX_LINES} lines more about attempts and refusals"
    for event in events[-_MAX_LINES:]:
        match event.get("event"):
            case "relay_failed":
                what = f"{_of(event, 'result')} at {_of(event, 'stage')}: {_of(event, 'reason')}"
                yield "attempt", f"{_clock(event)} {_of(event, 'route')}: {_of(event, 'next_hop')}: {what}"
            case "relay_in_plain":
                yield "in plain", f"{_clock(event)} {_of(event, 'next_hop')} failed at TLS: {_of(event, 'reason')}"
            case "opinions_differ":
                yield "readers", f"differ about a signature: {', '.join(_texts(event, 'opinions'))}"
            case _:
                to = bracketed(_of(event, "to")) if event.get("to") else _of(event, "said")
                rule = f"{_of(event, 'rule')}: " if event.get("rule") else ""
                reply = _of(event, "next_hop_reply") or _reply(event)
                yield "refused", f"{_clock(event)} {_of(event, 'command')} {to}: {rule}{reply}"


def _ruled(end: Event, titles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    posture = _of(end, "posture")
    for rule in (*_texts(end, "rule"), *_texts(end, "rules")):
        yield "rule", f"{rule}  {titles.get(rule, '')}{f' ({posture})' if posture else ''}"
        posture = ""  # of the deciding one, which stands first
    for rule in _texts(end, "would"):
        yield "observed", f"{rule}  {titles.get(rule, '')}"
    for text in _texts(end, "waived"):
        rule, _, waiver = text.partition(" ")
        yield "waived", f"{rule}  {titles.get(rule, '')} (waiver {waiver})"


def _reply(end: Event) -> str:
    code, situation = _number(end, "code"), _of(end, "situation")
    if not code:
        return ""
    text = "in the next hop's words" if situation == "next_hop" else ""
    if situation in TABLE:
        text = TABLE[situation].text
    return f"{code} {_of(end, 'status')} {text}".strip()


def _next_hop(end: Event) -> str:
    hop = _of(end, "next_hop")
    if not hop and not _of(end, "next_hop_reply"):
        return ""
    told = _of(end, "next_hop_tls")
    tls = f" ({'in plain' if told in {'none', 'failed'} else told})" if told else ""
    stage = f" at {_of(end, 'stage')}" if _of(end, "stage") else ""
    route = f"{_of(end, 'route')}: " if _of(end, "route") else ""
    return f"{route}{hop}{tls}{stage}: {_of(end, 'next_hop_reply')}"


def _of(event: Event, key: str) -> str:
    """Give a text of an event; empty when there is none, or something else."""
    value = event.get(key)
    return value if isinstance(value, str) else ""


def _texts(event: Event, key: str) -> list[str]:
    value = event.get(key)
    if isinstance(value, str):
        return [value] if value else []
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _number(event: Event, key: str) -> int:
    value = event.get(key)
    return value if isinstance(value, int) else 0


def _duration(ms: float) -> str:
    return f"{ms / 1_000:.1f} s" if ms >= 1_000 else f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f} ms"


def _instant(event: Event) -> str:
    moment = _moment(event)
    return f"{moment:%Y-%m-%d %H:%M:%S} +07" if moment else "at an unknown time"


def _clock(event: Event) -> str:
    moment = _moment(event)
    return f"{moment:%H:%M:%S}" if moment else "--:--:--"


def _moment(event: Event) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(_of(event, "time")).astimezone(VIETNAM)
    except (ValueError, OverflowError):
        return None
