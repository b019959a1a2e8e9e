"""Formulas that start a program when a table is opened: links to other programs (DDE) in cells, CSV and SYLK files."""

from __future__ import annotations

import re

_LINK = re.compile(
    r"(?:^|[,;\t\"'])[ \t]{0,9}[=+@-][ \t=+@-]{0,9}[A-Za-z0-9.]{2,40}\|[^!\r\n]{1,400}!",
    re.MULTILINE,
)
"""`=cmd|'/c ...'!A0`: program, topic and item (ECMA-376 part 1, 18.17.2.2); leading signs make text a formula."""
_SYLK_MACROS = re.compile(r"^O;(?:[^;\r\n]{1,40};){0,12}E(?:;|\s)|^NN;NAuto_", re.MULTILINE | re.IGNORECASE)
"""A macro sheet of Excel 4, which runs without any VBA, or a name that starts it, in a symbolic link file."""


def starts_program(text: str) -> bool:
    """Tell whether a table of plain text, or one formula, links to another program."""
    is_macro = text.startswith("ID;P") and _SYLK_MACROS.search(text) is not None
    return is_macro or ("|" in text and _LINK.search(text) is not None)
