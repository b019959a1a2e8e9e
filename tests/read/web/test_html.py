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


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>tài khoản, nhớ bảo\n  mật.</p>", "tài khoản, nhớ bảo mật."),
        ("<p>nhớ bảo\r\n<b>mật</b>\r\n.</p>", "nhớ bảo mật ."),
        ("một<br>hai<br/>\nba<BR clear=all>bốn", "một\nhai\nba\nbốn"),
        ("<div>một<div>hai</div>ba</div>", "một\nhai\nba"),
        ("<table><tr><td>Độ mật</td><td>Mật</td></tr><tr><td>Độ khẩn</td><td>Thường</td></tr></table>",
         "Độ mật\tMật\nĐộ khẩn\tThường"),
        ("<table><tr>\n<td>\n<p class=MsoNormal>Độ\nmật<o:p></o:p></p>\n</td>\n<td><p>Mật</p></td></tr></table>",
         "Độ mật\tMật"),
        ("<table><tr><td>SỞ A<br>Số: 12/SA<br>MẬT</td><td>CỘNG HÒA<br>ngày 30</td></tr></table>",
         "SỞ A\tCỘNG HÒA\nSố: 12/SA\tngày 30\nMẬT"),
        ("<table><tr><td><table><tr><td>một</td></tr></table><p>hai</p></td></tr></table>", "một\nhai"),
        ("<table><tr><th>STT<th>Tên<tr><td>1<td>Mật</table>", "STT\tTên\n1\tMật"),
        ("<table><tr><td></td><td>&nbsp;</td><td>x</td></tr></table>", "x"),
        ("<pre>một\n  hai</pre>ba", "một\nhai\nba"),
        ("<div style='white-space: pre-wrap'>một\nhai\tba</div>", "một\nhai\tba"),
        ("<span style='white-space:nowrap'>một\nhai</span>", "một hai"),
        ("Số:&nbsp;&nbsp;&nbsp;12", "Số:\xa0\xa0\xa012"),
        ("<ul><li>một<li>hai</ul><hr>ba", "một\nhai\nba"),
        ("x\1y\4z", "xyz"),
    ],
)  # fmt: skip
def test_paragraphs(source: str, text: str) -> None:
    """One paragraph a line whatever the source's own lines; the cells of a row stand between tabs."""
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
