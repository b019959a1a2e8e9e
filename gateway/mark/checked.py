"""The answer to a checked mail: the whole verdict in Vietnamese, as text and as HTML, a message ready for the wire.

RFC 3834: from the check address, in answer to the Message-ID, `Auto-Submitted: auto-replied`, sent from <>. Of the mail
it names files and recipients at fault, as the reply to a refusal does, and nothing else: no subject, no text.
Both parts are base64, so that no line is too long and none begins with a dot.
"""

from __future__ import annotations

import base64
import re
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.mark.trace import rfc5322_date
from gateway.values.showing import cut, plain
from gateway.values.verdict import Disposition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gateway.values.envelope import Envelope
    from gateway.values.pack import Rule
    from gateway.values.verdict import Finding, Inspection, Verdict

MAX_FINDINGS: Final = 50
"""Told of each kind; the rest is counted."""
MAX_SHOWN: Final = 120
"""Characters of a file name or address."""
_MESSAGE_ID: Final = re.compile(r"<?([!-;=?-~]{1,120}@[!-;=?-~]{1,120})>?\Z")
_ENDS: Final = {
    Disposition.REJECT: ("sẽ bị từ chối", "Thư sẽ bị từ chối. Hãy sửa các điểm dưới đây rồi gửi."),
    Disposition.DEFER: ("chưa xác minh được", "Thư chưa xác minh được lúc này; máy chủ sẽ tự gửi lại cho đến khi rõ."),
    Disposition.TAG: ("được nhận, có lưu ý", "Thư sẽ được nhận và mang nhãn; xem các lưu ý dưới đây."),
    Disposition.RELAY: ("không có gì phải sửa", "Thư sẽ được nhận, không có gì phải sửa."),
}
"""Disposition to (end of the subject, first sentence)."""


class Frame(NamedTuple):
    """What an answer says besides the verdict."""

    host: str
    address: str
    """The check address: who answers."""
    recipient: str
    """Whom the mail was judged as sent to."""
    help_base: str
    contact: str
    """Whom to ask; empty for the general words."""
    doc_type: str
    """Type of the document in words; empty when none shows."""
    rule_count: int


class _Item(NamedTuple):
    """One point: a heading and rows of (label, words); the address of its page, or empty."""

    heading: str
    rows: tuple[tuple[str, str], ...] = ()
    page: str = ""


class _Section(NamedTuple):
    title: str
    items: tuple[_Item, ...]


def answer_octets(inspection: Inspection, envelope: Envelope, rules: Mapping[str, Rule], frame: Frame) -> bytes:
    """Write the answer to one mail in wire form, without the final dot.

    Args:
        inspection: of the mail; never one of a secret.
        envelope: of the mail; its reverse-path is whom we answer.
        rules: by id.
        frame: see there.

    Raises:
        ValueError: a secret is not answered: a bug of the caller.
    """
    verdict = inspection.verdict
    if verdict.is_secret:
        raise ValueError("a secret is not answered")
    ending, first = _ENDS[verdict.disposition]
    sections = (*_faults(verdict, rules, frame.help_base), _right(inspection, frame), _about(envelope, frame))
    lead = f"Nếu gửi thật đến {_shown(frame.recipient)}: {first}"
    boundary = f"=_congthu-{envelope.transaction_id}"
    lines = [
        f"From: {_encoded('Kiểm tra thư')} <{frame.address}>",
        f"To: <{envelope.reverse_path}>",
        f"Subject: {_encoded('Kết quả kiểm tra: ')}",
        f" {_encoded(ending)}",
        f"Date: {rfc5322_date(envelope.received_at_us)}",
        f"Message-ID: <{envelope.transaction_id}.check@{frame.host}>",
        *_threading(inspection.message_id),
        "Auto-Submitted: auto-replied",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        "",
        *_part(boundary, "text/plain", _as_text(lead, sections)),
        *_part(boundary, "text/html", _as_html(lead, sections)),
        f"--{boundary}--",
        "",
    ]
    return "\r\n".join(lines).encode("utf-8")


def _encoded(words: str) -> str:
    """Write an encoded word (RFC 2047 section 2), at most 75 characters for what is said here."""
    return f"=?utf-8?B?{base64.b64encode(words.encode('utf-8')).decode('ascii')}?="


def _threading(message_id: str) -> list[str]:
    """Name the mail that is answered (RFC 3834 section 3.1.5), when its id is one."""
    found = _MESSAGE_ID.match(message_id.strip())
    return [f"In-Reply-To: <{found[1]}>", f"References: <{found[1]}>"] if found else []


def _part(boundary: str, media_type: str, text: str) -> list[str]:
    lines = base64.encodebytes(text.encode("utf-8")).decode("ascii").splitlines()
    head = [f"--{boundary}", f"Content-Type: {media_type}; charset=utf-8", "Content-Transfer-Encoding: base64"]
    return [*head, "Content-Language: vi", "", *lines]


def _shown(text: str) -> str:
    """Show what a sender chose, not too long."""
    return cut(plain(text), MAX_SHOWN)


def _faults(verdict: Verdict, rules: Mapping[str, Rule], help_base: str) -> Iterator[_Section]:
    """Sort what was found by what it comes to."""
    of = {
        disposition: [found for found in verdict.findings if found.disposition is disposition]
        for disposition in (Disposition.REJECT, Disposition.DEFER, Disposition.TAG)
    }
    for title, findings in (
        ("Phải sửa, nếu không thư bị từ chối", of[Disposition.REJECT]),
        ("Chưa xác minh được lúc này", of[Disposition.DEFER]),
        ("Lưu ý: thư vẫn đến, mang nhãn", of[Disposition.TAG]),
        ("Quy tắc đang theo dõi hoặc chưa áp dụng đầy đủ cho cơ quan", _beside(verdict)),
        ("Được miễn", verdict.waived),
    ):
        if findings:
            items = tuple(_fault(found, rules.get(found.rule), help_base) for found in findings[:MAX_FINDINGS])
            rest = len(findings) - len(items)
            yield _Section(title, (*items, *((_Item(f"… và {rest} điểm nữa"),) if rest else ())))


def _beside(verdict: Verdict) -> list[Finding]:
    """Give what posture kept from acting and that stands in no list before."""
    told = {(found.rule, found.subject) for found in verdict.findings}
    return [found for found in verdict.would if (found.rule, found.subject) not in told]


def _fault(finding: Finding, rule: Rule | None, help_base: str) -> _Item:
    rows = []
    if finding.file_name:
        rows.append(("Tệp", _shown(finding.file_name)))
    if finding.recipient:
        rows.append(("Người nhận", _shown(finding.recipient)))
    if rule is not None and not finding.is_unknown:
        rows += [("Sai ở đâu" if finding.effect is Disposition.REJECT else "Nhận xét", rule.reply_vi)]
        rows += [("Cần làm gì", rule.remedy_vi)]
    if finding.tag and finding.disposition is Disposition.TAG:
        rows.append(("Nhãn", finding.tag))
    rows.append(("Căn cứ", "; ".join(finding.cites)))
    title = f"{rule.title_vi} [{finding.rule}]" if rule is not None else f"[{finding.rule}]"
    base = help_base.rstrip("/")
    return _Item(title, tuple(rows), f"{base}/{finding.rule}" if base else "")


def _right(inspection: Inspection, frame: Frame) -> _Section:
    """Tell what is as it should be, and what was looked at."""
    verdict = inspection.verdict
    at_fault = {found.rule for found in (*verdict.findings, *verdict.would, *verdict.waived)}
    told = [f"Đã đối chiếu {frame.rule_count} quy tắc; {len(at_fault)} quy tắc có ý kiến, nêu ở trên."]
    if frame.doc_type:
        told.append(f"Nhận ra loại văn bản: {frame.doc_type}.")
    clean = [kind for kind, word in inspection.parts if word == "clean"]
    if clean:
        told.append(f"Đọc được {len(clean)}/{len(inspection.parts)} tệp đính kèm: {', '.join(sorted(set(clean)))}.")
    signed = inspection.signatures.count("pass")
    if signed:
        told.append(f"Chữ ký số hợp lệ trên {signed} tệp PDF.")
    if verdict.identity == "verified":
        told.append("Người gửi đã được xác thực.")
    return _Section("Đã đúng", tuple(map(_Item, told)))


def _about(envelope: Envelope, frame: Frame) -> _Section:
    """Say what this answer is and is not."""
    told = (
        "Thư kiểm tra không được chuyển đến ai và không được lưu. Muốn gửi văn bản, hãy gửi lại đến người nhận.",
        f"Kết quả là của thư gửi đến {_shown(frame.recipient)} vào lúc này; người nhận khác có thể theo quy tắc khác.",
        "Không bao giờ gửi văn bản mật đến địa chỉ này.",
        f"Hỏi: {frame.contact or 'đơn vị quản lý thư điện tử của cơ quan bạn'}. Mã thư: {envelope.transaction_id}.",
    )
    return _Section("Về lần kiểm tra này", tuple(map(_Item, told)))


def _as_text(lead: str, sections: Sequence[_Section]) -> str:
    lines = ["KẾT QUẢ KIỂM TRA THƯ", "", lead]
    for section in sections:
        lines += ["", section.title.upper()]
        for number, item in enumerate(section.items, 1):
            lines.append(f"{number}. {item.heading}")
            lines += [f"   {label}: {words}" for label, words in item.rows if words]
            lines += [f"   Trang trợ giúp: {item.page}"] if item.page else []
    return "\r\n".join((*lines, ""))


def _as_html(lead: str, sections: Sequence[_Section]) -> str:
    body = "".join(
        f"<h2>{escape(section.title)}</h2><ol>{''.join(map(_item_html, section.items))}</ol>" for section in sections
    )
    return (
        '<!DOCTYPE html>\r\n<html lang="vi"><head><meta charset="utf-8"><title>Kết quả kiểm tra thư</title></head>'
        '<body style="font-family:sans-serif;color:#1b1b1b;background:#fff;line-height:1.5">'
        f"<h1>Kết quả kiểm tra thư</h1><p><strong>{escape(lead)}</strong></p>{body}</body></html>\r\n"
    )


def _item_html(item: _Item) -> str:
    rows = "".join(f"<br>{label}: {escape(words)}" for label, words in item.rows if words)
    page = f'<br><a href="{escape(item.page)}">Trang trợ giúp</a>' if item.page else ""
    heading = f"<strong>{escape(item.heading)}</strong>" if item.rows else escape(item.heading)
    return f"<li>{heading}{rows}{page}</li>"
