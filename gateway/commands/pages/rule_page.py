"""The page of one rule, for the clerk whose mail it met: what is wrong, how to mend it, whom to ask; English below."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.commands.pages.frame import Page, contact_of
from gateway.commands.pages.pictures import drawn
from gateway.mark.replies import reply_for_rcpt_verdict, reply_for_verdict
from gateway.values.pack import RuleScope
from gateway.values.verdict import Disposition, Finding, Posture, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.values.guide import Guide, Way
    from gateway.values.pack import Pack, Rule

SAMPLE_ID: Final = "0a1b2c3d4e5f"
"""Stands where a transaction's own id stands in a refusal."""
_SAMPLE_FILE: Final = "van-ban.docx"
_TOOLS: Final = {
    "any": ("", ""),
    "word": ("Trong Microsoft Word", "In Microsoft Word"),
    "libreoffice": ("Trong LibreOffice", "In LibreOffice"),
    "signing": ("Trong phần mềm ký số", "In a signing tool"),
    "mail": ("Trong chương trình thư", "In a mail program"),
    "admin": ("Dành cho người quản trị", "For administrators"),
}


class Surroundings(NamedTuple):
    """What all pages share."""

    guides: Mapping[str, Guide]
    contact: str
    """Whom to ask; empty for the general words."""
    help_base: str
    """Address of the pages, as refusals name it; empty for none."""


def rule_page(pack: Pack, rule: Rule, around: Surroundings) -> Page:
    """Make the page of one rule."""
    guides = [around.guides[name] for name in rule.help or ()]
    body = "".join(
        (
            f"<h1>{escape(rule.title_vi)}</h1>",
            f'<p class="soft">Mã <code>{rule.id}</code>, {escape(pack.title_vi)}, bản {escape(pack.version)}</p>',
            f'<h2 id="sai">Sai ở đâu</h2><p class="lead">{escape(rule.reply_vi)}</p>{_effect_vi(rule)}',
            f'<h2 id="sua">Cần làm gì</h2><p class="lead do">{escape(rule.remedy_vi)}</p>',
            f'<h2 id="buoc">Làm từng bước</h2>{"".join(map(_guide_vi, guides))}' if guides else "",
            _refusal(rule, around.help_base) if rule.effect is Disposition.REJECT else "",
            f'<h2 id="can-cu">Căn cứ</h2><ul>{"".join(f"<li>{escape(cite)}</li>" for cite in rule.cites)}</ul>',
            f'<h2 id="hoi">Hỏi ai</h2>{contact_of(around.contact)}<p>{_ASK_WITH}</p>',
            _english(rule, guides),
        )
    )
    return Page(rule.id, f"{rule.title_vi} ({rule.id})", body)


_ASK_WITH: Final = "Khi hỏi, đọc mã quy tắc và mã thư trong ngoặc vuông của thông báo; không gửi lại nội dung thư."


def _effect_vi(rule: Rule) -> str:
    tag = f'<a href="../nhan/index.html#{rule.tag}"><code>{rule.tag}</code></a>'
    if rule.effect is Disposition.REJECT:
        return (
            "<p>Thư bị trả lại ngay, người nhận không nhận được. Ở cơ quan chưa áp dụng việc từ chối, thư vẫn đến nơi "
            f"và mang nhãn {tag}.</p>"
        )
    return f"<p>Thư vẫn đến người nhận; cổng chỉ gắn nhãn {tag} để người nhận biết.</p>"


def _guide_vi(guide: Guide) -> str:
    ways = "".join(_way_vi(way) for way in guide.ways)
    return f'<section><h3 id="{guide.id}">{escape(guide.title.vi)}</h3>{ways}</section>'


def _way_vi(way: Way) -> str:
    head = _TOOLS[way.tool][0]
    steps = "".join(
        f"<li>{escape(step.vi)}{drawn(step.picture) if step.picture is not None else ''}</li>" for step in way.steps
    )
    return f"{f'<h4>{head}</h4>' if head else ''}<ol>{steps}</ol>"


def _refusal(rule: Rule, help_base: str) -> str:
    """Show the refusal as a mail program shows it, for a file of the name `van-ban.docx` where it is about a file."""
    finding = Finding(
        rule.id, "", "", rule.effect, Posture.ENFORCE, Disposition.REJECT, cites=rule.cites, is_secret=rule.is_secret,
        file_name=_SAMPLE_FILE if rule.scope is RuleScope.PART and not rule.is_secret else "",
    )  # fmt: skip
    verdict = Verdict(Disposition.REJECT, (finding,), deciding=finding, is_secret=rule.is_secret)
    reply = reply_for_rcpt_verdict if rule.scope is RuleScope.ENVELOPE else reply_for_verdict
    lines = reply(verdict, {rule.id: rule}, SAMPLE_ID, help_base).lines
    return (
        '<h2 id="thu-tra-loi">Thông báo từ chối viết gì</h2><p>Chương trình thư cho thấy những dòng như sau, '
        f"không dấu; <code>{SAMPLE_ID}</code> là mã của từng thư:</p><pre>{escape(chr(10).join(lines))}</pre>"
    )


def _english(rule: Rule, guides: list[Guide]) -> str:
    steps = "".join(
        f"<h3>{escape(guide.title.en)}</h3>"
        + "".join(
            f"{f'<h4>{_TOOLS[way.tool][1]}</h4>' if _TOOLS[way.tool][1] else ''}<ol>"
            + "".join(f"<li>{escape(step.en)}</li>" for step in way.steps)
            + "</ol>"
            for way in guide.ways
        )
        for guide in guides
    )
    return (
        f'<section lang="en"><h2 id="english">{escape(rule.title_en)}</h2>'
        f"<p>{escape(rule.reply_en)} {escape(rule.remedy_en)}</p>{steps}</section>"
    )
