"""Charsets: legacy Vietnamese is repaired, everything else is left as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.vietnamese import decode_text, repair_text

ROWS = [  # LANGUAGE section 13
    ("Giấy mời họp", "GiÊy mêi häp", "Giaáy môøi hoïp", "Gia^'y mo+`i ho.p"),
    ("Tối mật", "Tèi mËt", "Toái maät", "To^'i ma^.t"),
    ("TỐI MẬT", "TèI MËT", "TOÁI MAÄT", "TO^'I MA^.T"),
    ("Mật", "MËt", "Maät", "Ma^.t"),
    ("Hỏa tốc", "Háa tèc", "Hoûa toác", "Ho?a to^'c"),
    ("Dự thảo", "Dù th¶o", "Döï thaûo", "Du+. tha?o"),
    ("Kính gửi", "KÝnh göi", "Kính göûi", "Ki'nh gu+?i"),
    ("Nơi nhận", "N¬i nhËn", "Nôi nhaän", "No+i nha^.n"),
    ("Quyết định", "QuyÕt ®Þnh", "Quyeát ñònh", "Quye^'t ddi.nh"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_row_of_the_table_is_repaired(row: tuple[str, ...]) -> None:
    """TCVN3, VNI, VIQR and UTF-8 read as Latin-1 give the Unicode column."""
    wanted, tcvn3, vni, viqr = row

    assert (wanted, "tcvn3") == repair_text(tcvn3)
    assert (wanted, "vni") == repair_text(vni)
    assert (wanted, "viqr") == repair_text(viqr)
    assert (wanted, "mojibake") == repair_text(wanted.encode().decode("latin-1"))


def test_lower_case_capital_font_stays_lower_case() -> None:
    """Capital fonts reuse lower-case codes: nothing in the text tells."""
    assert ("tối mật", "tcvn3") == repair_text("tèi mËt")


@pytest.mark.parametrize(
    "text",
    [
        "Café à Paris, été très chaud, où sont les forêts",
        "Schöne Grüße aus München, für die Höhe",
        "¿Qué tal? Año nuevo, mañana será otro día",
        "Meeting at 5 p.m. (see a+b) in C++, don't worry",
        "Giá 5€ – 10£, § 5, «trích», 20°C",
        "Gui anh chi bao cao. Xin cam on?",
        "Hà Nội mùa thu, Áo quần mùa đông",
    ],
)
def test_other_text_is_not_repaired(text: str) -> None:
    """French, German, Spanish, English and good Vietnamese keep their letters."""
    assert text == repair_text(text)[0]


@pytest.mark.parametrize(
    "charset", [None, "", "us-ascii", "iso-8859-1", "utf-8", "bogus", "punycode", "hex", "x" * 500, "\x00"]
)
def test_lying_charsets_do_not_matter_for_utf8(charset: str | None) -> None:
    """Valid UTF-8 is UTF-8, whatever the label says."""
    assert ("Quyết định số", "unicode") == decode_text("Quyết định số".encode(), charset)


def test_windows_1258_is_told_without_a_label() -> None:
    """Combining tones of windows-1258 are found by their syllables."""
    octets = unicodedata.normalize("NFC", "Ba\u0301o ca\u0301o tháng").encode("cp1258")

    assert "Báo cáo tháng" == decode_text(octets, "windows-1258")[0]
    assert "Quyết định" == decode_text(b"Quy\xea\xect \xf0i\xf2nh", None)[0]


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=300),
    st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["utf-8", "utf-16", "windows-1258", "gb18030"])),
)
def test_decoding_is_total(octets: bytes, charset: str | None) -> None:
    """Any octets under any label give NFC text and a known word."""
    text, encoding = decode_text(octets, charset)

    assert unicodedata.normalize("NFC", text) == text
    assert encoding in {"unicode", "tcvn3", "vni", "viqr", "viscii", "mojibake", "unknown"}


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_repair_is_total(text: str) -> None:
    """Any text comes back as text."""
    assert isinstance(repair_text(text)[0], str)
