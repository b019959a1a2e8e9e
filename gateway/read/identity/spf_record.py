"""SPF records (RFC 7208 sections 4.6, 5 to 7 and 12): text to terms, or the fault that makes it a permerror.

The grammar is followed to the letter and the whole record is read before any of it is evaluated, so a fault anywhere
is a fault. Reading is pure, so what a text reads as is remembered.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import Final

import msgspec

MAX_RECORD_OCTETS: Final = 4096
"""RFC 7208 section 3.4 asks for 450; large senders publish up to some 2,000. A longer one is a permerror."""
REMEMBERED_RECORDS: Final = 128
"""A hostile record of the greatest length takes some 130 kB when read: 16 MB at the very worst."""

_QUALIFIERS: Final = {"": "pass", "+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_VERSION: Final = "v=spf1"
_TERM = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9._-]*)")
_CIDR = re.compile(r"(?:/(0|[1-9][0-9]?))?(?://(0|[1-9][0-9]{0,2}))?\Z")
"""dual-cidr-length of RFC 7208 section 5.3; no leading zeros, as in addresses."""
_PIECE = re.compile(r"%\{([A-Za-z])([0-9]*)([rR]?)([.+,/_=-]*)\}|%([%_-])|([!-$&-~]+)")
"""macro-string of RFC 7208 section 7.1: a macro, an escape, or literal octets."""
_TOP_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_IP4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!\Z)|\Z)){4}")
_ESCAPES: Final = {"%": "%", "_": " ", "-": "%20"}
_MACRO_LETTERS: Final = frozenset("slodiphv")
_LETTERS_OF_TEXT: Final = _MACRO_LETTERS | frozenset("crt")
"""c, r and t stand in explanations only; an unknown modifier may be one."""


class Macro(msgspec.Struct, frozen=True):
    """One `%{...}`: which value, and what is done to it (RFC 7208 section 7.3)."""

    letter: str
    """Lower case: s, l, o, d, i, p, h or v."""
    count: int
    """How many parts are kept, from the right; 0: all."""
    is_reversed: bool
    delimiters: str
    """What parts are split at; never empty."""
    is_escaped: bool
    """An upper-case letter: the value is percent-encoded."""


MacroString = tuple[str | Macro, ...]
"""A domain-spec to be expanded; empty where none is given, which is the current domain."""


class Mechanism(msgspec.Struct, frozen=True):
    """One directive of a record."""

    name: str
    """`all`, `include`, `a`, `mx`, `ptr`, `ip4`, `ip6`, `exists`."""
    result: str
    """What a match means: `pass`, `fail`, `softfail`, `neutral`."""
    target: MacroString = ()
    shift4: int = 0
    """Bits of an IPv4 address that do not matter."""
    shift6: int = 0
    """Bits of an IPv6 address that do not matter."""
    network: int = 0
    """Of ip4 and ip6: the address without those bits."""


class Record(msgspec.Struct, frozen=True):
    """A record without fault. `exp=` and unknown modifiers are checked and left out: they change no result."""

    mechanisms: tuple[Mechanism, ...]
    redirect: MacroString = ()


class _Faulty(Exception):
    """A text that is no SPF record, with the reason."""


def is_spf(text: str) -> bool:
    """Tell whether a TXT record is one of SPF version 1 (RFC 7208 section 4.5), well formed or not."""
    return text[:6].lower() == _VERSION and text[6:7] in {"", " "}


@lru_cache(maxsize=REMEMBERED_RECORDS)
def parse_record(text: str) -> Record | str:
    """Read a record that `is_spf`, or say in few words what is wrong with it."""
    if len(text) > MAX_RECORD_OCTETS:
        return "record too long"
    if not text.isascii():
        return "not ASCII"
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, MacroString] = {}
    try:
        # Only the space parts terms (section 4.6.1), so a tab or line end makes a term that is none.
        for term in text[len(_VERSION) :].split(" "):
            if term:
                _read_term(term, mechanisms, modifiers)
    except _Faulty as fault:
        return str(fault)
    return Record(tuple(mechanisms), modifiers.get("redirect", ()))


def _read_term(term: str, mechanisms: list[Mechanism], modifiers: dict[str, MacroString]) -> None:
    match = _TERM.match(term)
    if match is None:
        raise _Faulty("term without name")
    qualifier, name, rest = match[1], match[2].lower(), term[match.end() :]
    if not rest.startswith("="):
        mechanisms.append(_mechanism(_QUALIFIERS[qualifier], name, rest))
    elif qualifier:
        raise _Faulty("modifier with qualifier")
    elif name in {"redirect", "exp"}:
        if name in modifiers:
            raise _Faulty(f"{name} given twice")
        modifiers[name] = _domain_spec(rest[1:])
    else:
        _macro_string(rest[1:], _LETTERS_OF_TEXT)


def _mechanism(result: str, name: str, rest: str) -> Mechanism:
    if name == "all":
        if rest:
            raise _Faulty("all with argument")
        return Mechanism(name, result)
    if name in {"include", "exists"}:
        return Mechanism(name, result, _target(rest, is_optional=False))
    if name == "ptr":
        return Mechanism(name, result, _target(rest, is_optional=True))
    if name in {"a", "mx"}:
        cidr = _CIDR.search(rest)
        assert cidr is not None, "it matches nothing at the end, too"
        shift4, shift6 = _shift(cidr[1], 32), _shift(cidr[2], 128)
        return Mechanism(name, result, _target(rest[: cidr.start()], is_optional=True), shift4, shift6)
    if name == "ip4":
        return _ip4(result, rest)
    if name == "ip6":
        return _ip6(result, rest)
    raise _Faulty("unknown mechanism")


def _target(rest: str, *, is_optional: bool) -> MacroString:
    if not rest and is_optional:
        return ()
    if not rest.startswith(":"):
        raise _Faulty("domain missing")
    return _domain_spec(rest[1:])


def _shift(prefix: str | None, bits: int) -> int:
    if prefix is None:
        return 0
    if int(prefix) > bits:
        raise _Faulty("prefix length too great")
    return bits - int(prefix)


def _network(rest: str) -> tuple[str, str | None]:
    """Part address and prefix length of ip4 and ip6."""
    address, slash, prefix = rest[1:].partition("/")
    if not rest.startswith(":"):
        raise _Faulty("address missing")
    if slash and _CIDR.fullmatch("//" + prefix) is None:
        raise _Faulty("bad prefix length")
    return address, prefix if slash else None


def _ip4(result: str, rest: str) -> Mechanism:
    address, prefix = _network(rest)
    if _IP4.fullmatch(address) is None:
        raise _Faulty("bad IPv4 address")
    shift = _shift(prefix, 32)
    return Mechanism("ip4", result, shift4=shift, network=int(ipaddress.IPv4Address(address)) >> shift)


def _ip6(result: str, rest: str) -> Mechanism:
    address, prefix = _network(rest)
    shift = _shift(prefix, 128)
    try:
        number = int(ipaddress.IPv6Address(address)) if "%" not in address else None
    except ValueError:
        number = None
    if number is None:
        raise _Faulty("bad IPv6 address")
    return Mechanism("ip6", result, shift6=shift, network=number >> shift)


def _domain_spec(text: str) -> MacroString:
    """Read a domain-spec: a macro-string that ends in a macro or in a dot and a top label, with a dot or without."""
    pieces, tail = _macro_string(text, _MACRO_LETTERS)
    if not pieces:
        raise _Faulty("domain missing")
    if tail:
        _, dot, label = tail.removesuffix(".").rpartition(".")
        if not dot or label.isdigit() or _TOP_LABEL.fullmatch(label) is None:
            raise _Faulty("bad domain")
    return pieces


def _macro_string(text: str, letters: frozenset[str]) -> tuple[MacroString, str]:
    """Read pieces, neighbouring literals joined, and give the literal octets at the very end apart as well."""
    pieces: list[str | Macro] = []
    position, tail = 0, ""
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            raise _Faulty("bad macro or octet")
        position = match.end()
        tail = match[6] or ""
        if match[1] is not None:
            pieces.append(_macro(match, letters))
        elif pieces and isinstance(pieces[-1], str):
            pieces[-1] += tail or _ESCAPES[match[5]]
        else:
            pieces.append(tail or _ESCAPES[match[5]])
    return tuple(pieces), tail


def _macro(match: re.Match[str], letters: frozenset[str]) -> Macro:
    letter, digits = match[1].lower(), match[2].lstrip("0")
    if letter not in letters:
        raise _Faulty("unknown macro")
    if match[2] and not digits:
        raise _Faulty("macro keeps no part")
    # A count of more parts than any name has is as good as none.
    count = int(digits) if 0 < len(digits) <= 3 else 0
    return Macro(letter, count, bool(match[3]), match[4] or ".", match[1].isupper())
