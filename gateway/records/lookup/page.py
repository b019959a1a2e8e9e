"""The look-up page: a form and what is known, without script; nothing that is asked or sent is kept."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from gateway.records.render.page import both, document
from gateway.records.report import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.records.lookup.finding import Known

CONTENT_WORDS: Final = {
    "equal": Text("TỆP GIỐNG HỆT tệp đã gửi qua cổng.", "The file is exactly the one that was sent."),
    "other": Text(
        "TỆP KHÁC tệp đã gửi qua cổng: có thể là bản quét, bản in lại, bản sửa.",
        "The file differs from what was sent: a scan, a print, or changed.",
    ),
    "unknown": Text("Không có tệp nào để so sánh.", "There is no file to compare with."),
    "": None,
}
"""What a comparison says; None when no file was given."""
FORM_WORDS: Final = {"signed": "PDF có chữ ký số", "scan": "bản quét", "pdf": "PDF", "other": "khác"}
NOTHING: Final = Text(
    "Sổ của cổng không có văn bản này. Có thể văn bản gửi giấy, gửi qua hệ thống khác, hoặc gõ khác số, ký hiệu, năm.",
    "The records do not know this document. It may have gone on paper, by another system, or under another number.",
)
UNRESOLVED: Final = "(không rõ cơ quan)"


def lookup_page(
    typed: tuple[str, str], found: Sequence[Known] | None, name: Callable[[str], str], problem: str = ""
) -> str:
    """Write the page.

    Args:
        typed: number and year as they stood in the form, to stand there again.
        found: what is known; None before anything was asked.
        name: registry id to the agency's name.
        problem: what was wrong with the question, in Vietnamese.
    """
    title = Text("Tra cứu, đối chiếu văn bản", "Look up and compare a document")
    number, year = (escape(text, quote=True) for text in typed)
    form = (
        '<form method="post" action="/" enctype="multipart/form-data">'
        f'<p><label>{both(Text("Số, ký hiệu", "Number"))}<input name="number" required maxlength="80" '
        f'placeholder="125/SA-VP" value="{number}"></label></p>'
        f'<p><label>{both(Text("Năm ban hành", "Year of issue"))}<input name="year" required inputmode="numeric" '
        f'pattern="[0-9]{{4}}" maxlength="4" value="{year}"></label></p>'
        f"<p><label>{both(Text('Tệp để đối chiếu (không bắt buộc, không lưu lại)', 'File to compare, not kept'))}"
        '<input type="file" name="file"></label></p><p><button>Tra cứu</button></p></form>'
    )
    said = f'<p class="warn" role="alert">{escape(problem)}</p>' if problem else ""
    results = ""
    if found is not None:
        results = "".join(_known(one, name) for one in found) or f'<p class="warn">{both(NOTHING)}</p>'
        results = f'<section aria-live="polite"><h2>{both(Text("Kết quả", "Result"))}</h2>{results}</section>'
    return document(title.vi, f"<h1>{both(title)}</h1>{said}{form}{results}")


def rows_of(one: Known, name: Callable[[str], str]) -> list[tuple[str, str]]:
    """Give what is known as label and words, for the page and the command alike."""
    signature = "có chữ ký số hợp lệ" if one.signature == "signed" else "không có chữ ký số hợp lệ"
    rows = [
        ("Cơ quan ban hành", name(one.issuer) if one.issuer else UNRESOLVED),
        ("Số, ký hiệu", f"{one.number}/{one.notation} ({one.year})"),
        ("Ngày ban hành", f"{one.issued_on:%d/%m/%Y}" if one.issued_on is not None else "không đọc được"),
        ("Gửi lần đầu", f"{one.first_at:%H:%M ngày %d/%m/%Y}, {one.copies} lần gửi"),
        ("Chữ ký", f"{signature}; dạng tốt nhất: {FORM_WORDS[one.form]}"),
    ]
    if one.recalled_on is not None:
        rows.append(("Thu hồi", f"ĐÃ THU HỒI ngày {one.recalled_on:%d/%m/%Y}"))
    for kind, by in one.amended:
        rows.append(("Lưu ý", f"{'được đính chính' if kind == 'corrects' else 'được thay thế'} bằng {by}"))
    if one.contents > 1:
        rows.append(("Lưu ý", f"số này đã gửi với {one.contents} nội dung khác nhau"))
    if (words := CONTENT_WORDS[one.content]) is not None:
        rows.append(("Đối chiếu tệp", words.vi))
    return rows


def _known(one: Known, name: Callable[[str], str]) -> str:
    items = "".join(f"<dt>{escape(label)}</dt><dd>{escape(words)}</dd>" for label, words in rows_of(one, name))
    return f"<dl>{items}</dl>"
