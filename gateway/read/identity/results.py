"""Authentication-Results (RFC 8601 section 2.2): as others wrote it, read whole or not at all, and as we write it.

A result is somebody's word about a sender, so nothing is guessed: a field with anything in it that the grammar does not
know gives None. Two things that are common in the field are read though: values that are no tokens and should have
quotes (`header.b=AbC/+=`), and properties without a type (`action=none` of Exchange Online), which are left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from gateway.values.identity import Authentication

MAX_OCTETS: Final = 16_384
"""Of one field; that of a large provider has a thousand."""
MAX_RESULTS: Final = 50
MAX_PROPERTIES: Final = 50
"""Of one result."""
MAX_VALUE: Final = 320
"""Characters of one value that we write: the longest usual address (RFC 5321 section 4.5.3.1) has that many."""
_BLANKS = " \t\r\n"
_QUOTED = r'"(?:[^"\\\r\n]|\\[ -~])*"'
_KEYWORD = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9_])?"
_AUTHSERV_ID = re.compile(rf"({_QUOTED}|[!#-:<>-~]{{1,255}})(?: ([0-9]{{1,9}}))?")
_METHOD = re.compile(rf"({_KEYWORD})(?: ?/ ?([0-9]{{1,9}}))? ?= ?({_KEYWORD})")
_REASON = re.compile(rf" reason ?= ?({_QUOTED}|[!#-:<-~]+)", re.IGNORECASE)
_PROPERTY = re.compile(rf" (?:({_KEYWORD}) ?\. ?)?({_KEYWORD}) ?= ?({_QUOTED}|[!#-:<-~\x80-\xff]+)")
_TEXT = r"[A-Za-z0-9!#$%&'*+._`{|}~^-]+"
_BARE = re.compile(rf"{_TEXT}(?:@{_TEXT})?")
"""A token of RFC 2045 section 5.1, or an address made of two."""
_SPECIAL = re.compile(r'["\\]')
_ESCAPE = re.compile(r"\\(.)")
_PIECE = re.compile(rf'{_QUOTED}|[^()"\\;{_BLANKS}]+|[{_BLANKS}]+|[();]')
_COMMENT_PIECE = re.compile(r"[^()\\]+|\\.|[()]", re.DOTALL)
"""Quotes are letters in a comment (RFC 5322 section 3.2.2)."""


class MethodResult(NamedTuple):
    """What one method gave."""

    method: str
    """Lower case: `spf`, `dkim`, `dmarc`, `arc` or another."""
    result: str
    """Lower case."""
    properties: dict[str, str]
    """`header.from` and the like in lower case to the value as written, quotes taken off; the first of a repeated one.
    Latin-1, an octet a character."""
    reason: str = ""


class Results(NamedTuple):
    """One field."""

    authserv_id: str
    """Lower case, without the final dot."""
    results: tuple[MethodResult, ...]
    """In the order written; empty for `none`."""


def parse_results(raw: bytes) -> Results | None:
    """Read the value of a field, folded or not; None when it is none, or goes beyond the bounds. Never raises."""
    parts = _split(raw.decode("latin-1")) if len(raw) <= MAX_OCTETS else None
    if parts is None or len(parts) < 2:
        return None
    head = _AUTHSERV_ID.fullmatch(parts[0])
    if head is None or head[2] not in {None, "1"}:
        return None
    authserv_id = _plain(head[1]).lower().rstrip(".")
    # Some end the last result with a semicolon too.
    rest = parts[1:-1] if len(parts) > 2 and not parts[-1] else parts[1:]
    if len(rest) == 1 and rest[0].lower() == "none":
        return Results(authserv_id, ())
    if len(rest) > MAX_RESULTS:
        return None
    found = [_result(part) for part in rest]
    results = tuple(one for one in found if one is not None)
    return Results(authserv_id, results) if len(results) == len(found) else None


def _result(text: str) -> MethodResult | None:
    """Read one result, its blanks single."""
    match = _METHOD.match(text)
    if match is None or match[2] not in {None, "1"}:
        return None
    method, result, position = match[1].lower(), match[3].lower(), match.end()
    reason = _REASON.match(text, position)
    position = reason.end() if reason is not None else position
    properties: dict[str, str] = {}
    for _ in range(MAX_PROPERTIES + 1):
        if position == len(text):
            return MethodResult(method, result, properties, _plain(reason[1]) if reason is not None else "")
        found = _PROPERTY.match(text, position)
        if found is None:
            return None
        position = found.end()
        if found[1] is not None:
            properties.setdefault(f"{found[1]}.{found[2]}".lower(), _plain(found[3]))
    return None


def _split(text: str) -> list[str] | None:
    """Split at semicolons, comments taken for blanks and blanks single; None for a comment or quote left open."""
    parts: list[list[str]] = [[]]
    depth, position = 0, 0
    while position < len(text):
        match = (_COMMENT_PIECE if depth else _PIECE).match(text, position)
        if match is None:
            return None
        piece, position = match[0], match.end()
        depth += (piece == "(") - (piece == ")")
        if depth < 0:
            return None
        if piece == ";" and not depth:
            parts.append([])
        elif not depth:
            parts[-1].append(" " if piece == ")" or piece[0] in _BLANKS else piece)
    return [_joined(pieces) for pieces in parts] if depth == 0 else None


def _joined(pieces: list[str]) -> str:
    """Join tokens, single blanks between them and none around."""
    single = [one for place, one in enumerate(pieces) if one != " " or (place and pieces[place - 1] != " ")]
    return "".join(single).strip(" ")


def _plain(value: str) -> str:
    """Take quotes and escapes off."""
    return _ESCAPE.sub(r"\1", value[1:-1]) if value[:1] == '"' else value


def results_value(found: Authentication, host: str, reverse_path: str, helo: str) -> str:
    """Write the value of our own field: SPF, every signature, DMARC and ARC, as far as they were looked at.

    Args:
        found: results of ours.
        host: our authserv-id.
        reverse_path: of the envelope; not shown where it is no ASCII, its domain is then.
        helo: what the client called itself.

    Returns:
        Printable ASCII on one line; whatever the parts hold, none of them begins a result of its own.
    """
    results = []
    if found.spf is not None:
        identity = reverse_path if reverse_path.isascii() and reverse_path else found.spf.domain
        said = ("smtp.mailfrom", identity) if found.spf.scope == "mailfrom" else ("smtp.helo", helo or found.spf.domain)
        results.append(_written("spf", found.spf.result, found.spf.reason, said))
    for one in found.dkim:
        key = (("header.d", one.domain), ("header.s", one.selector))
        how = (("header.a", one.algorithm), ("header.b", one.signature))
        results.append(_written("dkim", one.result, one.reason, *key, *how))
    if not found.dkim:
        results.append("dkim=none")
    if found.dmarc is not None:
        policy = (("header.from", found.dmarc.domain), ("policy.dmarc", found.dmarc.policy))
        results.append(_written("dmarc", found.dmarc.result, found.dmarc.reason, *policy))
    if found.arc is not None:
        results.append(_written("arc", found.arc.result, found.arc.reason))
    return "; ".join((_value(host), *results))


def _written(method: str, result: str, reason: str, *properties: tuple[str, str]) -> str:
    """Write one result; properties without a value are left out, and why something passed is not told."""
    told = f" reason={_value(reason)}" if reason and result != "pass" else ""
    return f"{method}={result}{told}" + "".join(f" {name}={_value(text)}" for name, text in properties if text)


def _value(text: str) -> str:
    """Write a value bare where the grammar allows it, else as a quoted string; printable ASCII, bounded."""
    text = text[:MAX_VALUE]
    if _BARE.fullmatch(text):
        return text
    if not (text.isascii() and text.isprintable()):
        text = "".join(character if " " <= character <= "~" else "?" for character in text)
    return '"' + _SPECIAL.sub(r"\\\g<0>", text) + '"'
