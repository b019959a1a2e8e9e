"""The sheet for agencies: how to send an official document so that it arrives; one side of A4, of packs and guides.

Each point is a guide that some refusing rule of the packs asks for, in the order of `policies/guides.toml`: its title,
the first step of its first way unless that is a click in a menu, and what comes back otherwise, in the rules' titles.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from gateway.commands.pages.frame import Page, contact_of
from gateway.values.verdict import Disposition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.commands.pages.rule_page import Surroundings
    from gateway.values.guide import Guide
    from gateway.values.pack import Pack, Rule

SENDING_FOLDER: Final = "gui-van-ban"
_TITLE: Final = "Gửi văn bản chính thức sao cho tới nơi"


def sending_page(packs: Sequence[Pack], around: Surroundings) -> Page:
    """Make the sheet; a pack without refusing rules leaves no point on it."""
    points = list(_points(packs, around))
    body = (
        f'<article class="sheet"><h1>{_TITLE}</h1>'
        f'<p class="soft">Theo: {"; ".join(f"{escape(pack.title_vi)} ({escape(pack.version)})" for pack in packs)}.</p>'
        "<p>Trước khi bấm gửi, xem lại từng mục dưới đây; mỗi mục có trang hướng dẫn từng bước.</p>"
        f'<ol class="points">{"".join(_point_vi(*point) for point in points)}</ol>'
        '<h2 id="tra-lai">Nếu thư bị trả lại</h2><p>Thông báo đến ngay khi gửi và người nhận chưa nhận được gì. Đọc '
        "<strong>mã quy tắc</strong> trong ngoặc vuông, sửa như thông báo viết, rồi gửi lại cả thư. Ở cơ quan chưa áp "
        "dụng việc từ chối, thư vẫn đến nơi và mang nhãn. Mã bắt đầu bằng số 4 (như 451) là tạm hoãn: máy chủ "
        f"tự gửi lại, không phải làm gì.</p>{_place(around)}"
        f'<h2 id="hoi">Hỏi ai</h2>{contact_of(around.contact)}{_english([guide for guide, _rules in points])}</article>'
    )
    return Page(SENDING_FOLDER, _TITLE, body)


def _points(packs: Sequence[Pack], around: Surroundings) -> Iterator[tuple[Guide, list[Rule]]]:
    """Give each guide a sender needs and the rules that refuse without it; each rule stands at the first it names."""
    refusing = [rule for pack in packs for rule in pack.rules if rule.effect is Disposition.REJECT and rule.help]
    for guide in around.guides.values():
        rules = [rule for rule in refusing if rule.help and rule.help[0] == guide.id]
        is_for_senders = any(way.tool != "admin" for way in guide.ways)
        if is_for_senders and any(guide.id in (rule.help or ()) for rule in refusing):
            yield guide, rules


def _point_vi(guide: Guide, rules: list[Rule]) -> str:
    first = guide.ways[0].steps[0]
    is_click = first.picture is not None and first.picture.kind == "menu"  # means nothing away from its picture
    links = "; ".join(f'<a href="../{rule.id}/index.html">{escape(rule.title_vi)}</a>' for rule in rules)
    back = f' <span class="soft">Bị trả lại: {links}.</span>' if links else ""
    return f"<li><strong>{escape(guide.title.vi)}.</strong>{'' if is_click else f' {escape(first.vi)}'}{back}</li>"


def _place(around: Surroundings) -> str:
    """Say where the pages of all rules are, for who has the sheet on paper."""
    return f"<p>Hướng dẫn từng quy tắc: <code>{escape(around.help_base)}</code></p>" if around.help_base else ""


def _english(guides: list[Guide]) -> str:
    points = "; ".join(f"{number} {escape(guide.title.en)}" for number, guide in enumerate(guides, 1))
    return (
        '<section lang="en"><h2 id="english">In English</h2><p>How to send an official document so that it arrives: '
        f"{points}. A refusal names the rule in brackets and what to do; codes that begin with 4 are retried by "
        "themselves.</p></section>"
    )
