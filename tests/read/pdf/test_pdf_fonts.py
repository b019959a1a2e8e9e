"""Legacy Vietnamese fonts of PDF text: told by name, decoded run by run."""

from __future__ import annotations

import pytest

from gateway.read.pdf.fonts import LEGACY, charset_of, decode, decode_runs


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (".VnTime", "tcvn3"),
        ("ABCDEF+.VnTimeH", "tcvn3_capitals"),
        ("ABCDEF+#2EVnArial", "tcvn3"),
        (".VnTimeH,Bold", "tcvn3_capitals"),
        (".VnTimeH-BoldItalic", "tcvn3_capitals"),
        (".VnArial NarrowH", "tcvn3_capitals"),
        ("VnTime-Italic", "tcvn3"),
        ("ABCDEF+VNI-Helve-Condense", "vni"),
        ("TimesNewRomanPSMT", ""),
        ("Vntime", ""),
        ("", ""),
    ],
)
def test_charset_by_name(name, expected):
    """Subset tags, escapes and styles of the name put aside."""
    assert expected == charset_of(name)


@pytest.mark.parametrize("name", [b"/.VnTime", b"/ABCDEF+.VnTimeH", b"/#2EVnTime", b"/VNI-Times", b"/VnTime"])
def test_such_names_are_found_in_objects(name):
    """The cheap look at a serialised font sees what `charset_of` knows."""
    assert LEGACY.search(b"<< /BaseFont " + name + b" /Type /Font >>")
    assert not LEGACY.search(b"<< /BaseFont /Times /Type /Font >>")


@pytest.mark.parametrize(
    ("text", "charset", "expected"),
    [
        ("MËT", "tcvn3", "MẬT"),
        ("mËt", "tcvn3_capitals", "MẬT"),
        ("MAÄT", "vni", "MẬT"),
        ("tr-êng nh- m-îi", "tcvn3", "trường như mượi"),
        ("12-KH/Q§-UBND", "tcvn3", "12-KH/QĐ-UBND"),
        ("- môc", "tcvn3", "- mục"),
        ("\uf04d\uf0cb\uf054", "tcvn3", "MẬT"),
        ("ôm ≠", "", "ôm ≠"),
    ],
)
def test_decoding(text, charset, expected):
    """Letters, the horned u that PDF calls a hyphen, and places of symbol fonts."""
    assert expected == decode(text, charset)


def test_runs_are_decoded_by_their_own_fonts():
    """TCVN3, a made-up blank, and Unicode: the Unicode stays, whatever it looks like."""
    text = "MËT Ê MẬT"
    fonts = [".VnTime"] * 3 + [""] + ["Times"] * 5

    assert ("MẬT Ê MẬT", frozenset({"tcvn3"})) == decode_runs(list(text), fonts)


def test_a_font_that_was_mapped_to_unicode_is_left_alone():
    """Exporters that know the font write proper letters."""
    text = "số được"

    assert (text, frozenset()) == decode_runs(list(text), [".VnTime"] * len(text))
