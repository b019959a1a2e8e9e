"""What strangers write is shown on one line, obeyed by no terminal, and reads in the order it is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.values.showing import coded, cut, plain

HOSTILE = {
    "\x1b[2J\x1b[31mok": (r"\u001b[2J\u001b[31mok", "?[2J?[31mok"),
    "\x9b2Jok": (r"\u009b2Jok", "?2Jok"),
    "\x1b]0;title\x07": (r"\u001b]0;title\u0007", "?]0;title?"),
    "bao cao\u202efdp.exe": (r"bao cao\u202efdp.exe", "bao cao?fdp.exe"),
    "\u2066a\u2069\u061c\u200f": (r"\u2066a\u2069\u061c\u200f", "?a???"),
    "a\r\nb\tc\x00": (r"a\u000d\u000ab\u0009c\u0000", "a??b?c?"),
    "a\x85b\u2028c\u2029": (r"a\u0085b\u2028c\u2029", "a?b?c?"),
    "MẬ\u200bT\ufeff": (r"MẬ\u200bT\ufeff", "MẬ?T?"),
    "tag \U000e0041": (r"tag \U000e0041", "tag ?"),
    "half \ud800": (r"half \ud800", "half ?"),
    "nbsp\u00a0": (r"nbsp\u00a0", "nbsp?"),
    "Sở Nội vụ – “Kính gửi”": ("Sở Nội vụ – “Kính gửi”",) * 2,
}


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_is_shown_for_what_it_is(text):
    """Escapes of terminals, eight-bit controls, direction marks, line ends, what has no width; Vietnamese stays."""
    assert (coded(text), plain(text)) == HOSTILE[text]


@given(st.text())
def test_nothing_that_moves_a_cursor_or_turns_a_line_is_left(text):
    """Whatever stands in it, every character prints, a control of no kind among them."""
    for shown in (coded(text), plain(text)):
        assert shown.isprintable()
        assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for letter in shown)
        shown.encode()
    assert len(plain(text)) == len(text)


@given(st.text(), st.integers(1, 20))
def test_a_cut_text_tells_that_it_was_cut(text, most):
    """By its last character; a text that fits stays."""
    found = cut(text, most)

    assert len(found) <= most
    assert found == text or (len(text) > most and found == text[: most - 1] + "…")
