"""The index of all rules and the page of all tags: found by code, words, tag or what is to be done, without script."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from gateway.commands.pages.frame import Page, contact_of
from gateway.mark.tags import TAG_FIELD, URGENCY_TAGS
from gateway.values.verdict import Disposition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.commands.pages.rule_page import Surroundings
    from gateway.values.pack import Pack, Rule

TAGS_FOLDER: Final = "nhan"
_URGENCY: Final = {
    "khan": "Văn bản mang dấu chỉ mức độ khẩn: KHẨN",
    "thuong-khan": "Văn bản mang dấu chỉ mức độ khẩn: THƯỢNG KHẨN",
    "hoa-toc": "Văn bản mang dấu chỉ mức độ khẩn: HỎA TỐC",
    "hoa-toc-hen-gio": "Văn bản mang dấu chỉ mức độ khẩn: HỎA TỐC HẸN GIỜ",
}


def index_page(packs: Sequence[Pack], around: Surroundings) -> Page:
    """Make the index: how to look, all rules by pack, and the kinds of remedy with the rules that ask for them."""
    title = "Trợ giúp: quy tắc của cổng thư"
    body = (
        f"<h1>{title}</h1><p>Thư bị từ chối hoặc mang nhãn? Tìm trang của quy tắc bằng chức năng tìm trong trang "
        "(Ctrl+F): gõ <strong>mã quy tắc</strong> trong ngoặc vuông của thông báo, <strong>vài chữ không dấu</strong> "
        "của thông báo, hoặc <strong>nhãn</strong> của thư.</p>"
        f'<ul><li><a href="#quy-tac">Tra theo mã và chữ của thông báo</a></li><li><a href="#viec">Tra theo việc cần '
        f'làm</a></li><li><a href="{TAGS_FOLDER}/index.html">Tra theo nhãn</a></li></ul>'
        f'<h2 id="hoi">Hỏi ai</h2>{contact_of(around.contact)}'
        f'<h2 id="quy-tac">Các quy tắc</h2>{"".join(map(_pack, packs))}'
        f'<h2 id="viec">Việc cần làm</h2>{_by_guide(packs, around)}'
        '<section lang="en"><h2 id="english">In English</h2><p>Find the rule named in brackets in the refusal, or '
        "words of it, with your browser's search. Every page has an English part at its end.</p></section>"
    )
    return Page("", title, body)


def _pack(pack: Pack) -> str:
    rows = "".join(map(_row, pack.rules))
    return (
        f'<details open id="{pack.id}"><summary>{escape(pack.title_vi)}</summary><table><thead><tr><th scope="col">Mã'
        f'</th><th scope="col">Chuyện gì</th></tr></thead><tbody>{rows}</tbody></table></details>'
    )


def _row(rule: Rule) -> str:
    what = "từ chối" if rule.effect is Disposition.REJECT else "gắn nhãn"
    return (
        f'<tr id="{rule.id}"><td>{_link(rule)}</td><td><strong>{escape(rule.title_vi)}</strong> ({what}, nhãn '
        f'<code>{rule.tag}</code>)<br><span class="soft">{escape(rule.reply_ascii)}</span></td></tr>'
    )


def _link(rule: Rule, folder: str = "") -> str:
    return f'<a href="{folder}{rule.id}/index.html"><code>{rule.id}</code></a>'


def _by_guide(packs: Sequence[Pack], around: Surroundings) -> str:
    """List the kinds of remedy that some rule here asks for."""
    rules = [rule for pack in packs for rule in pack.rules]
    rows = []
    for guide in around.guides.values():
        asking = [rule for rule in rules if guide.id in (rule.help or ())]
        if asking:
            links = ", ".join(_link(rule) for rule in asking)
            rows.append(f"<li>{escape(guide.title.vi)}: {links}</li>")
    return f"<ul>{''.join(rows)}</ul>"


def tags_page(packs: Sequence[Pack]) -> Page:
    """Make the page of all tags: each token with what it means and the rules that give it."""
    by_tag: dict[str, list[Rule]] = {}
    for pack in packs:
        for rule in pack.rules:
            by_tag.setdefault(rule.tag, []).append(rule)
    for token in URGENCY_TAGS.values():
        by_tag.setdefault(token, [])
    rows = "".join(_tag_row(token, by_tag[token]) for token in sorted(by_tag))
    title = "Các nhãn của thư"
    body = (
        f"<h1>{title}</h1><p>Cổng ghi mỗi nhãn vào một trường <code>{TAG_FIELD}</code> ở đầu thư; quy tắc lọc của "
        "chương trình thư có thể so đúng chữ đó. Nhãn không có nghĩa là thư sai: xem từng quy tắc.</p>"
        '<table><thead><tr><th scope="col">Nhãn</th><th scope="col">Nghĩa</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        '<section lang="en"><h2 id="english">In English</h2><p>Each tag is the value of a field '
        f"<code>{TAG_FIELD}</code>; the rules that give it explain it.</p></section>"
    )
    return Page(TAGS_FOLDER, title, body)


def _tag_row(token: str, rules: list[Rule]) -> str:
    meanings = [f"<li>{escape(_URGENCY[token])}</li>"] if token in _URGENCY else []
    meanings += [
        f'<li>{escape(rule.title_vi)} ({_link(rule, "../")})<br><span lang="en" class="soft">{escape(rule.title_en)}'
        "</span></li>"
        for rule in rules
    ]
    return f'<tr id="{token}"><td><code>{token}</code></td><td><ul>{"".join(meanings)}</ul></td></tr>'
