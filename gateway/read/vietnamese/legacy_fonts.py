"""Fonts of old Vietnamese encodings: the name of a run's font tells how its characters read (TCVN3, VNI).

Office files written with `.VnTime` or `VNI-Times` hold Latin letters that only those fonts show as Vietnamese. Guessing
by syllables needs a few words; the font decides for a single one, such as a mark alone in a box.
"""

from __future__ import annotations

import re

from gateway.read.vietnamese.charsets import from_tcvn3, from_vni

_LEGACY = re.compile(r"\s{0,4}@?(\.Vn|VNI[- ])", re.IGNORECASE)
_CAPITALS = re.compile(r"\.Vn[\w ]{1,40}H\s{0,4}")
"""`.VnTimeH` draws capitals over the codes of small letters (TCVN 5712:1993 has none for most)."""
_BEYOND = re.compile("[\u0100-\u0151\u0154-\u015f\u0162-\u0177\u0179-\u017c\u0180-\u0191\u0193-\u02c5\u0300-\u1fff]")
"""Letters no 8-bit font holds: such a run was typed in Unicode whatever font it claims."""


_PRIVATE = {0xF000 + code: code for code in range(0x20, 0x100)}
"""Where text in a font of symbol charset stands in office files."""


def legacy_of(font: str) -> str:
    """Name what a font encodes: `tcvn3`, `tcvn3_capitals`, `vni`, or empty for any other font."""
    match = _LEGACY.match(font[:80])
    if match is None:
        return ""
    if match[1].lower() != ".vn":
        return "vni"
    return "tcvn3_capitals" if _CAPITALS.fullmatch(font[:80]) else "tcvn3"


def decode_run(text: str, legacy: str) -> str:
    """Decode one run of Latin characters under a word of `legacy_of`; Unicode text stays as it is."""
    if not legacy:
        return text
    text = text.translate(_PRIVATE)
    if _BEYOND.search(text):
        return text
    if legacy == "vni":
        return from_vni(text)
    plain = from_tcvn3(text)
    return plain.upper() if legacy == "tcvn3_capitals" else plain
