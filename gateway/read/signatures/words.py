"""Words inside the picture of a signature: kind of copy, time, and the organisation it names.

Decree 30/2020 Appendix I: an electronic copy shows `SAO Y`, `SAO LỤC` or `TRÍCH SAO`, the agency, and the time of
signing (day, hour, zone +07:00); tools of agencies write `Cơ quan:` and `Thời gian ký: dd.MM.yyyy HH:mm:ss +07:00`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME = 200
"""Characters of an organisation's name kept."""
_COPIES = {"sao y": "sao_y", "sao luc": "sao_luc", "trich sao": "trich_sao"}
_CLOCK = r"[ T]{1,3}(?P<clock>\d{2}:\d{2}:\d{2})[ ]{0,2}(?P<zone>[+-]\d{2}:?\d{2})?"
_TIME = re.compile(r"(?P<day>\d{2})[./-](?P<month>\d{2})[./-](?P<year>\d{4})" + _CLOCK)
_ISO_TIME = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})" + _CLOCK)
_ORGANISATION = re.compile(
    r"^[ \t]{0,8}(?:cơ quan|co quan|tổ chức|to chuc|đơn vị|don vi)[ \t]{0,8}:[ \t]{0,8}([^\n]{1,200})",
    re.IGNORECASE | re.MULTILINE,
)
_VIETNAM = "+07:00"


def copy_kind_of(text: str) -> str:
    """Name the kind of copy a line begins with: `sao_y`, `sao_luc`, `trich_sao`, or empty."""
    for line in map(_plain, text.splitlines()):
        for words, kind in _COPIES.items():
            if line.startswith(words):
                return kind
    return ""


def time_in(text: str) -> str | None:
    """Read the first time, ISO 8601 with its zone, +07:00 when it shows none; None without one that exists."""
    for shape in (_TIME, _ISO_TIME):
        found = shape.search(text)
        if found:
            zone = found["zone"] or _VIETNAM
            zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
            try:
                day = f"{found['year']}-{found['month']}-{found['day']}"
                return datetime.fromisoformat(f"{day}T{found['clock']}{zone}").isoformat()
            except ValueError:
                return None
    return None


def organisation_in(text: str) -> str:
    """Take what follows `Cơ quan:` on its line; empty without one."""
    found = _ORGANISATION.search(unicodedata.normalize("NFC", text))
    return found[1].strip()[:_NAME] if found else ""


def names_any(text: str, names: Iterable[str]) -> bool:
    """Does a text name one of these? Case, line breaks and tone marks do not matter: some tools write without."""
    whole = _plain(text)
    return any(_plain(name) in whole for name in names if _plain(name))


def _plain(text: str) -> str:
    """Lower case, one blank between words, no diacritics."""
    letters = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())
