"""Words: how names of organisations, numbers and notations are folded before they are compared."""

from __future__ import annotations

import re

from gateway.values.registry import name_key

_SHORT_FORMS = (
    (re.compile(r"\bubnd\b"), "uy ban nhan dan"),
    (re.compile(r"\bhdnd\b"), "hoi dong nhan dan"),
    (re.compile(r"\bvp\b"), "van phong"),
    (re.compile(r"\btp\b"), "thanh pho"),
    (re.compile(r"\bva\b"), ""),
)
"""Short forms in names of agencies (Decree 30/2020 Appendix III), and the `and` that some leave out."""


def fold(text: str) -> str:
    """Fold letters, numbers and notations to compare them: no diacritics, case or separators."""
    return name_key(text).replace(" ", "")


def plain(text: str) -> str:
    """Fold a name and write its short forms out: `UBND TP. X` becomes `uy ban nhan dan thanh pho x`."""
    key = name_key(text)
    for short, full in _SHORT_FORMS:
        key = short.sub(full, key)
    return " ".join(key.split())
