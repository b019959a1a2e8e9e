"""Sheets: which columns a clerk's spreadsheet may have, how their titles are spelled, and how their cells read.

A new spelling is a line here; docs/records-import.md is written from these tables.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.records.imports.grid import Formula
from gateway.records.report import UNPRINTABLE
from gateway.values.period import FIRST_YEAR, LAST_YEAR, Period, month_of, parse_period

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.records.imports.grid import Value

MAX_COUNT: Final = 10_000_000
"""Above it a number is a slip of the hand, whatever it counts."""
MAX_PRICE_VND: Final = 100_000_000
DIRECTIONS: Final = {
    "đi": "sent", "gửi": "sent", "gửi đi": "sent", "sent": "sent",
    "đến": "received", "nhận": "received", "gửi đến": "received", "received": "received",
}  # fmt: skip
YES: Final = frozenset({"có", "x", "đủ", "rồi", "yes"})
NO: Final = frozenset({"không", "chưa", "no"})
COST_LINE_NAMES: Final = {
    "photocopy": ("giấy photocopy", "photocopy", "sao chụp"),
    "printing": ("in ấn", "in", "in thường"),
    "express_printing": ("in siêu tốc",),
    "postage": ("cước văn thư", "bưu chính", "cước bưu chính"),
    "express_mail": ("thư hỏa tốc", "chuyển phát nhanh", "hỏa tốc"),
    "certified_copy": ("sao y", "bản sao y", "sao y bản chính"),
}
"""Cost line and how clerks call it; the first is the one shown."""
_INTEGER: Final = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:[.,\u00a0 ][0-9]{3}){1,3}")
_MONTH: Final = re.compile(r"(?:tháng\s*)?(1[0-2]|0?[1-9])\s*[/-]\s*([0-9]{4})", re.IGNORECASE)
_DAY: Final = re.compile(r"(3[01]|[12][0-9]|0?[1-9])\s*[/-]\s*(1[0-2]|0?[1-9])\s*[/-]\s*([0-9]{4})")
_QUARTER: Final = re.compile(r"quý\s*(iv|i{1,3}|[1-4])\s*[/-]\s*([0-9]{4})", re.IGNORECASE)
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_HALF: Final = re.compile(r"(?:6|sáu) tháng (đầu|cuối) năm ([0-9]{4})", re.IGNORECASE)


class Column(NamedTuple):
    """One column of a sheet."""

    name: str
    titles: tuple[str, ...]
    """How its title is spelled; case and blanks do not count. The first is the one of templates."""
    read: Callable[[Value], object]
    """Reads one cell that is not blank; ValueError says in Vietnamese what is wrong."""
    is_required: bool = True
    hint: str = ""
    """For the clerk: what stands in a cell."""


class Sheet(NamedTuple):
    """One kind of sheet."""

    kind: str
    title: str
    columns: tuple[Column, ...]


def folded(text: object) -> str:
    """Fold a title or word for comparison: NFC, lower case, one blank between words, no closing dots or stars."""
    return " ".join(unicodedata.normalize("NFC", str(text)).casefold().replace("*", " ").split()).strip(" .:")


def read_text(value: Value) -> str:
    """Give a cell as text; numbers without the `.0` that spreadsheets add."""
    _no_formula(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dt.date):
        raise ValueError("là ngày tháng; hãy định dạng ô là Văn bản (Text) và gõ lại")  # noqa: TRY004 - told to a clerk
    text = " ".join(unicodedata.normalize("NFC", str(value)).split())
    if UNPRINTABLE.search(text):
        raise ValueError("chứa ký tự điều khiển không nhìn thấy được; hãy xóa ô và gõ lại")
    return text


def read_count(value: Value) -> int:
    """Read a whole number from 0 on; `1.234` and `1 234` are a thousand and more, as Vietnamese sheets write."""
    return _whole(value, MAX_COUNT)


def read_price(value: Value) -> int:
    """Read a price in đồng, from 0 on, without a fraction."""
    return _whole(value, MAX_PRICE_VND)


def _whole(value: Value, most: int) -> int:
    _no_formula(value)
    number: int | None = None
    if isinstance(value, int | float):
        number = int(value) if float(value).is_integer() else None
    elif isinstance(value, str) and _INTEGER.fullmatch(value):
        number = int(re.sub(r"[^0-9]", "", value))
    if number is None or number < 0:
        raise ValueError(f"“{_shown(value)}” không phải là số nguyên từ 0 trở lên")
    if number > most:
        raise ValueError(f"{number} quá lớn; hãy xem lại")
    return number


def read_day(value: Value) -> dt.date:
    """Read a day: a date cell, `05/10/2026` (day first, as in Vietnam) or `2026-10-05`."""
    _no_formula(value)
    if isinstance(value, dt.date):
        day = value
    else:
        text = str(value).strip()
        spelled = _DAY.fullmatch(text)
        try:
            day = dt.date(int(spelled[3]), int(spelled[2]), int(spelled[1])) if spelled else dt.date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"“{_shown(value)}” không phải là ngày; hãy ghi như 05/10/2026") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"năm {day.year} không hợp lý")
    return day


def read_month(value: Value) -> Period:
    """Read a month: `10/2026`, `tháng 10/2026`, `2026-10`, or any day of it as a date cell."""
    if isinstance(value, dt.date):
        return month_of(read_day(value))
    period = read_period(value)
    if not period.is_month:
        raise ValueError(f"“{_shown(value)}” không phải là một tháng; hãy ghi như 10/2026")
    return period


def read_period(value: Value) -> Period:
    """Read a period: a month, `quý III/2026`, `6 tháng đầu năm 2026`, a year, or as commands write it."""
    _no_formula(value)
    text = read_text(value)
    if month := _MONTH.fullmatch(text):
        text = f"{month[2]}-{int(month[1]):02}"
    elif quarter := _QUARTER.fullmatch(text):
        number = quarter[1].lower()
        text = f"{quarter[2]}-Q{_ROMAN.get(number, number)}"
    elif half := _HALF.fullmatch(text):
        text = f"{half[2]}-H{1 if half[1].lower() == 'đầu' else 2}"
    elif text.lower().startswith("năm "):
        text = text[4:]
    try:
        return parse_period(text)
    except ValueError:
        raise ValueError(f"“{_shown(value)}” không phải là kỳ; hãy ghi như 10/2026 hoặc quý III/2026") from None


def read_direction(value: Value) -> str:
    """Read whether paper was sent or received."""
    word = DIRECTIONS.get(folded(read_text(value)))
    if word is None:
        raise ValueError(f"“{_shown(value)}”: hãy ghi “đi” hoặc “đến”")
    return word


def read_yes(value: Value) -> bool:
    """Read a yes or no; `x` is yes, as in columns of crosses."""
    word = folded(read_text(value))
    if word not in YES | NO:
        raise ValueError(f"“{_shown(value)}”: hãy ghi “có” hoặc “không”")
    return word in YES


def read_cost_line(value: Value) -> str:
    """Read a cost line by its id or one of its names."""
    word = folded(read_text(value))
    for line, names in COST_LINE_NAMES.items():
        if word == line or word in names:
            return line
    known = ", ".join(names[0] for names in COST_LINE_NAMES.values())
    raise ValueError(f"“{_shown(value)}” không phải là khoản chi; các khoản: {known}")


def _no_formula(value: Value) -> None:
    if isinstance(value, Formula):
        raise ValueError("chứa công thức; hãy chép rồi dán giá trị (Paste Special > Values)")  # noqa: TRY004 - as above


def _shown(value: object) -> str:
    """Give a cell for a message, cut short."""
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


_AGENCY_HINT = "mã cơ quan trong danh bạ, hoặc đúng tên, tên viết tắt"
SHEETS: Final = (
    Sheet("totals", "Tổng số văn bản phát hành và tiếp nhận", (
        Column("agency", ("mã cơ quan", "cơ quan", "đơn vị", "tên cơ quan", "tên đơn vị", "agency"), read_text,
               hint=_AGENCY_HINT),
        Column("month", ("tháng", "kỳ", "kỳ báo cáo", "month"), read_month, hint="10/2026"),
        Column("issued", ("văn bản phát hành", "số văn bản phát hành", "tổng số văn bản phát hành", "văn bản đi",
                          "số văn bản đi", "tổng số văn bản đi", "vb đi", "issued"), read_count,
               hint="mọi văn bản đã ban hành trong tháng, cả giấy và điện tử, không kể văn bản mật"),
        Column("received", ("văn bản đến", "số văn bản đến", "tổng số văn bản đến", "văn bản tiếp nhận", "vb đến",
                            "số văn bản tiếp nhận", "received"), read_count, is_required=False,
               hint="mọi văn bản đã nhận, không kể văn bản mật"),
        Column("is_paper_book_whole", ("đã nhập đủ bản giấy", "sổ bản giấy đã đủ", "đủ bản giấy", "paper book whole"),
               read_yes, is_required=False, hint="có: mọi bản giấy của tháng đã được nhập; chỉ khi đó mới tính được "
               "văn bản hoàn toàn điện tử"),
    )),
    Sheet("paper", "Bản giấy đã gửi và đã nhận", (
        Column("issuer", ("cơ quan ban hành", "mã cơ quan ban hành", "nơi ban hành", "tác giả", "issuer"), read_text,
               hint=_AGENCY_HINT),
        Column("document", ("số, ký hiệu", "số ký hiệu", "số và ký hiệu", "số/ký hiệu", "số, ký hiệu văn bản",
                            "số hiệu", "document"), read_text, hint="125/TTr-SNV"),
        Column("issued_on", ("ngày văn bản", "ngày, tháng văn bản", "ngày ban hành", "ngày tháng văn bản",
                             "issued on"), read_day, hint="05/10/2026; cho biết năm của số văn bản"),
        Column("direction", ("đi/đến", "đi đến", "chiều", "direction"), read_direction, hint="đi hoặc đến"),
        Column("on", ("ngày gửi, nhận", "ngày gửi/nhận", "ngày gửi nhận", "ngày đến", "ngày gửi", "ngày nhận", "on"),
               read_day, hint="ngày bản giấy được gửi đi hoặc nhận được"),
        Column("agency", ("nơi nhận", "cơ quan nhận", "mã cơ quan nhận", "đơn vị nhận", "recipient"), read_text,
               is_required=False, hint=f"{_AGENCY_HINT}; với bản giấy đến thì phải có"),
        Column("copies", ("số bản", "số lượng bản", "copies"), read_count, is_required=False, hint="1 nếu để trống"),
        Column("pages", ("số trang", "số tờ", "pages"), read_count, is_required=False, hint="số trang của một bản"),
    )),
    Sheet("prices", "Đơn giá", (
        Column("line", ("khoản chi", "khoản mục", "nội dung chi", "line"), read_cost_line,
               hint="; ".join(names[0] for names in COST_LINE_NAMES.values())),
        Column("price_vnd", ("đơn giá", "đơn giá (đồng)", "giá (đồng)", "price"), read_price, hint="đồng, số nguyên"),
        Column("valid_from", ("áp dụng từ", "hiệu lực từ", "từ ngày", "valid from"), read_day, hint="01/01/2026"),
        Column("evidence", ("căn cứ", "văn bản căn cứ", "evidence"), read_text, is_required=False,
               hint="số quyết định, báo giá"),
    )),
    Sheet("handed-in", "Báo cáo định kỳ đã gửi", (
        Column("agency", ("mã cơ quan", "cơ quan", "đơn vị", "tên cơ quan", "agency"), read_text, hint=_AGENCY_HINT),
        Column("duty", ("mã báo cáo", "báo cáo", "nhiệm vụ", "duty"), read_text,
               hint="mã trong congthu records calendar, như HN-3"),
        Column("period", ("kỳ", "kỳ báo cáo", "period"), read_period, hint="quý III/2026"),
        Column("on", ("ngày gửi", "ngày nộp", "ngày báo cáo", "on"), read_day, hint="15/10/2026"),
        Column("document", ("số, ký hiệu", "số ký hiệu", "số và ký hiệu", "document"), read_text, is_required=False,
               hint="45/BC-SNV"),
    )),
)  # fmt: skip
"""Every kind of sheet; which one a file is shows in its titles."""
