"""Fonts of PDF text: those of legacy Vietnamese charsets hold other letters than the text layer says.

A document set in `.VnTime` says `MËT` and shows `MẬT`. The font of a character tells its charset, so a page that
mixes legacy and Unicode fonts is decoded run by run.
Cites: TCVN 5712:1993 (VN3); the `.Vn` fonts of the ABC set, whose names end in H when all their letters are
capitals; the `VNI-` fonts.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from gateway.read.vietnamese.legacy_fonts import decode_run, legacy_of
from gateway.read.vietnamese.syllables import is_syllable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEGACY = re.compile(rb"/(?:[A-Z]{6}\+)?(?:(?:\.|#2[eE]|#232[eE])?Vn[A-Z]|VNI[-_ #])")
"""A name of such a font in a serialised object."""
_SUBSET = re.compile(r"[A-Z]{6}\+")
_STYLE = re.compile(r"(?:[ ,-]?(?:Bold|Italic|Oblique|Regular|MT|PS))+")
_BARE = re.compile(r"Vn[A-Z]")
"""Some writers drop the full stop a PostScript name may not begin with."""
_PROPER = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
"""Letters neither legacy charset can say: a font that has them has been mapped to Unicode already."""
_HYPHENATED = re.compile(r"[^\W\d_]{0,7}(?:-[^\W\d_]{0,7}){1,8}")
_PLACES = dict.fromkeys([*range(0x80, 0xA0), *range(0xF020, 0xF100)])
"""Octets without a character, and places of symbol fonts: no encoding says them."""


def charset_of(font: str) -> str:
    """Tell the charset of a font by its name as the file writes it, in the words of `legacy_of`."""
    name = _SUBSET.sub("", font.replace("#2E", ".").replace("#2e", ".").replace("#20", " "), count=1)
    return legacy_of(_STYLE.sub("", f".{name}" if _BARE.match(name) else name))


def decode_runs(characters: Sequence[str], fonts: Sequence[str]) -> tuple[str, frozenset[str]]:
    """Decode a text by the fonts of its characters.

    Args:
        characters: one each, as the text layer says.
        fonts: name of the font of each; empty for blanks the reader made up, which belong to the run around them.

    Returns:
        The text, and the charsets that were decoded.
    """
    own = _unmapped(characters, fonts)
    text, used, charset = [], set(), ""
    charsets = []
    for font in fonts:
        charset = own.get(font, "") if font else charset
        charsets.append(charset)
    for charset, run in groupby(zip(charsets, characters, strict=True), key=lambda pair: pair[0]):
        plain = "".join(character for _, character in run)
        text.append(decode(plain, charset))
        used |= {charset.partition("_")[0]} if charset else set()
    return "".join(text), frozenset(used)


def _unmapped(characters: Iterable[str], fonts: Iterable[str]) -> dict[str, str]:
    """Charsets of the legacy fonts of a page, without those that say proper Vietnamese letters."""
    found: dict[str, str] = {}
    letters: dict[str, set[str]] = {}
    for character, font in zip(characters, fonts, strict=True):
        letters.setdefault(font, set()).add(character)
    for font, seen in letters.items():
        charset = charset_of(font)
        if charset and not _PROPER.search("".join(seen)):
            found[font] = charset
    return found


def decode(text: str, charset: str) -> str:
    """Decode one run: `tcvn3`, `tcvn3_capitals`, `vni`, or empty for text that is right as it is."""
    if not charset:
        return text
    decoded = decode_run(_as_windows(text), charset)
    if charset == "vni":
        return decoded
    return _with_horns(decoded).upper() if charset == "tcvn3_capitals" else _with_horns(decoded)


def _as_windows(text: str) -> str:
    """Undo another encoding of the font file: what Windows-1252 cannot say was an octet of the Macintosh's."""
    if _is_sayable(text, "cp1252") or not _is_sayable(text, "mac_roman"):
        return text
    return text.encode("mac_roman").decode("latin-1")


def _is_sayable(text: str, charset: str) -> bool:
    try:
        text.translate(_PLACES).encode(charset)
    except UnicodeError:
        return False
    return True


def _with_horns(text: str) -> str:
    """Tell ư from the hyphen: octet AD of TCVN3 is a hyphen in the encoding PDF calls WinAnsi (ISO 32000-1 annex D)."""
    return _HYPHENATED.sub(_horned, text) if "-" in text else text


def _horned(match: re.Match[str]) -> str:
    first, *rest = match[0].split("-")
    done, word = "", first
    for piece in rest:
        joined = f"{word}ư{piece}"
        if len(joined) > 1 and is_syllable(joined.lower()):
            word = joined
        else:
            done, word = f"{done}{word}-", piece
    return done + word
