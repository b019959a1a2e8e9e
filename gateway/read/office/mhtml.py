"""Web pages saved as one file (MHTML, RFC 2557): Word opens them under any name, and behind other lines too."""

from __future__ import annotations

import re

_FIELDS = re.compile(
    rb"(?:\A|\n)(MIME-Version:[^\n]{0,200}\n(?:[^\n]{1,998}\n){0,20}?Content-Type:\s{0,9}multipart/related)",
    re.IGNORECASE,
)
_HEAD = 4_096


def mhtml_start(octets: bytes) -> int:
    """Where such a page begins in a text; negative when it is none."""
    match = _FIELDS.search(octets[:_HEAD])
    return match.start(1) if match else -1
