"""Text of HTML documents."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.web.html import html_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>mot</p><p>hai &amp; ba</p>", "mot\nhai & ba"),
        ("a<style>b</style>c<SCRIPT x=1>d</script >e", "ace"),
        ("a<!-- <p>b --> c", "a c"),
        ("a<script>b", "ab"),
        ("a<!-- b", "a<!-- b"),
        ("1 < 2 <b>x</b>", "1 < 2 x"),
        ("&#7853;&#x1EAD;&#999999999999;", "ậậ;"),
        ("K&iacute;nh g&#7917;i", "Kính gửi"),
    ],
)
def test_html(source: str, text: str) -> None:
    """Tags go, blocks break lines, hidden parts are dropped unless never closed."""
    assert html_text(source, 1_000) == text


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["<", ">", "<!--", "-->", "<script>", "</script", "&#", "9" * 20, "x", '"', "\n"]), max_size=60
    )
)
def test_any_html_has_text(pieces: list[str]) -> None:
    """Any markup gives text no longer than it, within the limit."""
    source = "".join(pieces)
    assert len(html_text(source, 50)) <= min(50, len(source))
