"""Query: which lines of a log are asked for, and the octets a line must have to be worth reading.

Nearly every line of a log is about other mail. So blocks are searched for octets first, which the processor does at a
gigabyte a second, and only the lines around a hit are parsed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from gateway.values.addresses import NULL_PATH, bracketed, domain_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ENDINGS: Final = frozenset({"transaction", "secret_transaction", "checked", "refused"})
"""Events that tell what became of a message, or of a command before there was one."""
NULL: Final = bracketed(NULL_PATH)
Event = dict[str, Any]
_PLAIN: Final = re.compile(r"[A-Za-z0-9.@_=+-]+")
"""Octets that every way of writing JSON leaves as they are."""


class Line(msgspec.Struct):
    """What is read of one line to decide whether it is asked for."""

    event: str = ""
    id: str = ""
    time: str = ""
    ident: str = ""
    sender: str = msgspec.field(default="", name="from")
    to: str | list[str] = ""
    agency: str = ""
    rule: str = ""
    rules: list[str] = []
    would: list[str] = []
    waived: list[str] = []
    next_hop_reply: str = ""


class _Wrapped(msgspec.Struct):
    log: str


_T = TypeVar("_T")
_line = msgspec.json.Decoder(Line)
_event = msgspec.json.Decoder(dict[str, Any])
_wrapped = msgspec.json.Decoder(_Wrapped)


def _read(decoder: msgspec.json.Decoder[_T], octets: bytes) -> _T | None:
    """Decode JSON; None where it is none, or more than can be read: others write into a log as well.

    Of octets that are no UTF-8, and of a thousand brackets in each other, msgspec raises errors that are not its own.
    """
    try:
        return decoder.decode(octets)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _json_of(octets: bytes) -> bytes:
    """Give the object in a line, behind what journalctl or a container put before it, or inside what one put around it.

    `json-file` of Docker holds each line as text in an object of its own, under `log`.
    """
    start = octets.find(b"{")
    if octets.startswith(b'{"log":', start):
        around = _read(_wrapped, octets[start:])
        return around.log.encode() if around is not None else b""
    return octets[start:] if start > 0 else octets


def read_as(decoder: msgspec.json.Decoder[_T], octets: bytes) -> _T | None:
    """Read of one line what a decoder takes, whoever wrote it down; None when it is none of ours."""
    return _read(decoder, _json_of(octets))


def read_line(octets: bytes) -> Line | None:
    """Read of one line what decides whether it is asked for; None when it is none of ours."""
    return read_as(_line, octets)


def read_event(octets: bytes) -> Event | None:
    """Read one line whole; None when it is none of ours, which may show only here."""
    return read_as(_event, octets)


class Query(msgspec.Struct, frozen=True):
    """What is asked for; all that is not empty must hold."""

    id: str = ""
    sender: str = ""
    """An address, `so-a.example` for all of a domain, `.so-a.example` for it and all below, NULL for
    notifications."""
    recipient: str = ""
    """The same of one recipient at least."""
    agency: str = ""
    rule: str = ""
    """Acted, observed or waived."""
    queue_id: str = ""
    """Of the next hop, or of the server in front that told its own."""
    since: str = ""
    """As the log writes time."""

    def needle(self) -> tuple[bytes, bool]:
        """Give octets that every line asked for has, the rarest first, and whether in any case of letters."""
        exact = (self.id, self.queue_id)
        folded = (*sorted((self.recipient, self.sender), key="@".__contains__, reverse=True), self.rule, self.agency)
        for text, is_any_case in (*((text, False) for text in exact), *((text, True) for text in folded)):
            if found := max(_PLAIN.findall(text.removeprefix(".")), key=len, default=""):
                return (found.lower() if is_any_case else found).encode(), is_any_case
        return b"", False

    def matches(self, line: Line) -> bool:
        """Tell whether a line is asked for."""
        return (
            line.time >= self.since
            and (not self.id or line.id == self.id)
            # a null reverse-path is left out of some lines; those with a recipient had one
            and (not self.sender or _is_of(self.sender, (line.sender or (NULL if line.to else ""),)))
            and (not self.recipient or _is_of(self.recipient, (line.to,) if isinstance(line.to, str) else line.to))
            and (not self.agency or line.agency == self.agency)
            and (not self.rule or self.rule.casefold() in _rules(line))
            and (not self.queue_id or self.queue_id == line.ident or _has_word(line.next_hop_reply, self.queue_id))
        )


def _is_of(asked: str, addresses: Iterable[str]) -> bool:
    """Tell whether one of some addresses is the one asked for, or of the domain asked for."""
    asked = asked.casefold()
    found = (address.casefold() for address in addresses)
    if asked == NULL or "@" in asked:
        return asked in found
    if asked.startswith("."):
        return any(f".{domain_of(address)}".endswith(asked) for address in found)
    return any(domain_of(address) == asked for address in found)


def _rules(line: Line) -> frozenset[str]:
    waived = (text.partition(" ")[0] for text in line.waived)
    return frozenset(rule.casefold() for rule in (line.rule, *line.rules, *line.would, *waived) if rule)


def _has_word(text: str, word: str) -> bool:
    return word in text and re.search(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])", text) is not None


def finder_of(needle: bytes) -> Callable[[bytes, int], int]:
    """Search a block from a place on for octets, -1 where there are no more; of no octets, every line is a hit."""
    if not needle:
        return lambda block, place: place if place < len(block) else -1
    return lambda block, place: block.find(needle, place)


def finder_of_ids(ids: Iterable[str]) -> Callable[[bytes, int], int]:
    """Search for lines with one of some ids."""
    known = tuple(ids)
    if len(known) == 1:
        return finder_of(known[0].encode())
    # the backslash is that of a line held as text in another object, the blank that of whoever wrote it anew
    pattern = re.compile(rb'id\\?": ?\\?"(?:' + b"|".join(re.escape(one.encode()) for one in known) + rb')\\?"')

    def find(block: bytes, place: int) -> int:
        hit = pattern.search(block, place)
        return -1 if hit is None else hit.start()

    return find


def lines_with(blocks: Iterable[bytes], find: Callable[[bytes, int], int], *, is_any_case: bool) -> Iterator[bytes]:
    """Give the lines of all blocks that have a hit, once each; with `is_any_case` hits are in lower case."""
    for block in blocks:
        searched = block.lower() if is_any_case else block
        hit = find(searched, 0)
        while hit >= 0:
            end = block.find(b"\n", hit)
            end = len(block) if end < 0 else end + 1
            yield block[block.rfind(b"\n", 0, hit) + 1 : end]
            hit = find(searched, end)
