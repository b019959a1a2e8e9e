"""RTF: text with its fonts and code pages, regions apart, what is loaded when it is opened."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.office.rtf import read_rtf
from gateway.read.office.rtf_objects import has_objects


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"{\rtf1\ansi mot\par hai}", "mot\nhai"),
        (rb"{\rtf1{\fonttbl{\f0 Times;}}{\*\generator x;}a\{b\}\~c}", "a{b} c"),
        (rb"{\rtf1 K\u237?nh g\u7917\'3fi}", "Kính gửi"),
        (rb"{\rtf1\ansi\ansicpg1252 caf\'e9}", "café"),
        (rb"{\rtf1 \u-10179?\u-8704?}", "\U0001f600"),
        (rb"{\rtf1 {\pict 00ff}a\cell b}", "a\tb"),
    ],
)
def test_rtf(source: bytes, text: str) -> None:
    """Control words go, escapes are decoded, tables of fonts and pictures are skipped."""
    assert read_rtf(source, 1_000).text == text


def test_rtf_objects_are_active_content() -> None:
    """An embedded object shows."""
    source = rb"{\rtf1{\object{\*\objdata 0105}}x}"

    assert (read_rtf(source, 10).text, has_objects(source)) == ("x", True)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [b"{", b"}", b"\\", b"\\u9999999 ", b"\\'e", b"\\'e9", b"\\*", b"\\par", b"x", b"\xff", b"\\ansicpg99999 "]
        ),
        max_size=60,
    )
)
def test_any_rtf_has_text(pieces: list[bytes]) -> None:
    """Any RTF gives text within the limit."""
    assert len(read_rtf(b"".join(pieces), 50).text) <= 50
