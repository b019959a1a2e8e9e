"""Macros of SPF (RFC 7208 section 7): a domain-spec to the name that is asked.

The values are chosen by the sender (local part, EHLO) and the expression by whoever publishes the record, so both
may be hostile: an expansion is made from the right and never longer than the name that can come of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from gateway.read.identity.domains import MAX_NAME_OCTETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.read.identity.spf_record import Macro, MacroString

MAX_VALUE_OCTETS: Final = 512
"""Of a macro's value, from its right: an address has 320 at most (RFC 5321 section 4.5.3.1)."""
MAX_PIECES: Final = 254
"""Of an expression, from its right: as many as can show in a name."""


def expand(spec: MacroString, value_of: Callable[[str], str]) -> str:
    """Give the name a domain-spec stands for: lower case, no final dot, labels cut off on the left until it fits.

    Args:
        spec: not empty.
        value_of: the value of a macro by its lower-case letter.

    Cites: RFC 7208 section 7.3, the last paragraphs: 253 octets.
    """
    pieces: list[str] = []
    length = 0
    for piece in reversed(spec[-MAX_PIECES:]):
        text = piece if isinstance(piece, str) else _transformed(piece, value_of(piece.letter))
        pieces.append(text)
        length += len(text)
        # One octet of final dot, one before the first label that stays: nothing further left can matter.
        if length > MAX_NAME_OCTETS + 1:
            break
    name = "".join(reversed(pieces)).removesuffix(".")
    if len(name) > MAX_NAME_OCTETS:
        name = name[-MAX_NAME_OCTETS - 1 :].partition(".")[2]
    return name.lower()


def _transformed(macro: Macro, value: str) -> str:
    value = value[-MAX_VALUE_OCTETS:]
    if macro.count or macro.is_reversed or macro.delimiters != ".":
        parts = value.split(".") if macro.delimiters == "." else re.split(f"[{re.escape(macro.delimiters)}]", value)
        if macro.is_reversed:
            parts.reverse()
        value = ".".join(parts[-macro.count :] if macro.count else parts)
    return quote(value, safe="") if macro.is_escaped else value
