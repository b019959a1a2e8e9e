"""Words inside the picture of a signature: kind of copy, time, and the organisation it names.

Decree 30/2020 Appendix I: an electronic copy shows `SAO Y`, `SAO LỤC` or `TRÍCH SAO`, the agency, and the time of
signing (day, hour, zone +07:00); tools of agencies write `Cơ quan:` and `Thời gian ký: dd.MM.yyyy HH:mm:ss +07:00`,
others `2026.11.20 08:15:32 +07'00'`, `UTC`, or twelve hours.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from gateway.values.zone import WRITTEN

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME = 200
"""Characters of an organisation's name kept."""
_COPIES = {"sao y": "sao_y", "sao luc": "sao_luc", "trich sao": "trich_sao"}
_CLOCK = (
    r"[ T\n]{1,3}(?P<clock>\d{1,2}:\d{2}:\d{2})(?: ?(?P<half>AM|PM|SA|CH|am|pm)\b)?"
    r"[ (\n]{0,3}(?P<zone>(?:UTC|GMT)? ?[+-]\d{1,2}(?:[:']?\d{2})?'?|ICT\b|UTC|GMT|Z\b"
    r"|[A-Z]{1,2}[SD]T\b|CET\b|HKT\b|SGT\b|MSK\b)?"
)
_TIME = re.compile(r"(?P<day>\d{2})[./-](?P<month>\d{2})[./-](?P<year>\d{4})" + _CLOCK)
_ISO_TIME = re.compile(r"(?P<year>\d{4})[./-](?P<month>\d{2})[./-](?P<day>\d{2})" + _CLOCK)
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d{1,2})[:']?(?P<minutes>\d{2})?")
_ORGANISATION = re.compile(
    r"^[ \t]{0,8}(?:cơ quan|co quan|tổ chức|to chuc|đơn vị|don vi)[ \t]{0,8}:[ \t]{0,8}([^\n]{1,200})",
    re.IGNORECASE | re.MULTILINE,
)
_ZONES = {"": WRITTEN, "ICT": WRITTEN, "UTC": "+00:00", "GMT": "+00:00", "Z": "+00:00"}
"""Zones by name; ICT is the time of Indochina."""


def copy_kind_of(text: str) -> str:
    """Name the kind of copy a line begins with: `sao_y`, `sao_luc`, `trich_sao`, or empty."""
    for line in map(_plain, text.splitlines()):
        for words, kind in _COPIES.items():
            if line.startswith(words):
                return kind
    return ""


def time_in(text: str) -> str | None:
    """Read the first time, ISO 8601 with its zone, +07:00 when it shows none.

    None without one that exists, and with a zone whose name says nothing here: which hour it means stays open.
    """
    for shape in (_TIME, _ISO_TIME):
        found = shape.search(text)
        if found:
            zone = _zone(found["zone"] or "")
            try:
                moment = datetime.fromisoformat(
                    f"{found['year']}-{found['month']}-{found['day']}T{_clock(found['clock'], found['half'])}{zone}"
                )
            except ValueError:
                return None
            return moment.isoformat() if zone else None
    return None


def _zone(shown: str) -> str:
    """Give the offset of a zone as shown: `+07:00`, `+07'00'`, `GMT+7`, `UTC`; empty for one not known."""
    offset = _OFFSET.search(shown)
    if offset is None:
        return _ZONES.get(shown.strip(), "")
    return f"{offset['sign']}{offset['hours']:>02}:{offset['minutes'] or '00'}"


def _clock(shown: str, half: str | None) -> str:
    """Give the time of day in 24 hours; `SA` and `CH` are the halves of Vietnamese programs."""
    hours, rest = shown.split(":", 1)
    if half is None:
        return f"{hours:>02}:{rest}"
    is_late = half.upper() in {"PM", "CH"}
    return f"{int(hours) % 12 + 12 * is_late:02}:{rest}"


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
