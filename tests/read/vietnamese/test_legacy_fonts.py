"""Fonts of old Vietnamese encodings in office files."""

from __future__ import annotations

import pytest

from gateway.read.vietnamese.legacy_fonts import decode_run, legacy_of


@pytest.mark.parametrize(
    ("font", "text", "shown"),
    [
        (".VnTime", "MËT", "MẬT"),
        (".VnTimeH", "mËt", "MẬT"),
        ("@.VnArial", "tèi mËt", "tối mật"),
        ("VNI-Times", "MAÄT", "MẬT"),
        ("Times New Roman", "MËT", "MËT"),
        (".VnTime", "MẬT", "MẬT"),
        (".VnTime", "M\uf0cbT", "MẬT"),
    ],
)
def test_the_font_decides_for_a_single_word(font: str, text: str, shown: str) -> None:
    """Legacy fonts decode their runs, text of symbol fonts included; what was typed in Unicode stays as it is."""
    assert decode_run(text, legacy_of(font)) == shown
