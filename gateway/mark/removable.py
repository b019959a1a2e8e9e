"""Removable: what may be left out of a relayed message, held once more against its octets.

The ranges of forged fields come from a reader worker, which a hostile message may have taken over. Nothing but
a whole field with one of these names is left out, whatever the worker says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIELD = re.compile(
    rb"\.?(?:congthu-[^:\n]*|authentication-results[ \t]*):[^\n]*(?:\n\.?[ \t][^\n]*)*\n?", re.IGNORECASE
)
"""In wire form: before any line may stand a dot, which whoever takes the message off the wire takes out.
The last line end may be missing where a header section is cut at its budget."""
_LINE_END = 0x0A


def are_removable(head: bytes, ranges: Sequence[tuple[int, int]]) -> bool:
    """Say whether sorted half-open ranges of wire octets are whole fields that only we may write.

    `head` is the message from its first octet to the end of the last range at least. Whether a result field
    claims to be ours is the reader's to say: leaving out another's costs that result, no content.
    """
    position = 0
    for start, end in ranges:
        if not position <= start < end <= len(head) or (start and head[start - 1] != _LINE_END):
            return False
        if _FIELD.fullmatch(head, start, end) is None:
            return False
        position = end
    return True
