"""Words: how names of organisations, numbers and notations are folded before they are compared."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from gateway.values.registry import name_key

_SHORT_FORMS: Final = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "vp": "van phong",
    "tp": "thanh pho",
    "va": "",
}
"""Short forms in names of agencies (Decree 30/2020 Appendix III), and the `and` that some leave out."""


def fold(text: str) -> str:
    """Fold letters, numbers and notations to compare them: no diacritics, case or separators."""
    return name_key(text).replace(" ", "")


def plain(text: str) -> str:
    """Fold a name and write its short forms out: `UBND TP. X` becomes `uy ban nhan dan thanh pho x`."""
    words = (_SHORT_FORMS.get(word, word) for word in name_key(text).split())
    return " ".join(filter(None, words))


@lru_cache(maxsize=4096)
def plain_names(names: tuple[str, ...]) -> frozenset[str]:
    """Give `plain` of each name, but not the empty one; remembered, so for names of the registry alone, not of mail."""
    return frozenset(map(plain, names)) - {""}
