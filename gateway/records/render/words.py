"""Words: cells as Vietnamese readers write them, `1.234`, `62,5 %`, `05/10/2026`, and what stands for nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from gateway.records.report import Hidden, Share

if TYPE_CHECKING:
    from gateway.records.report import Cell, Kind

NOTHING: Final = "–"
"""Where nothing is known, as opposed to 0."""
STATES: Final = {
    "coming": "chưa đến kỳ", "due": "đến kỳ", "overdue": "quá hạn", "on_time": "đúng hạn", "late": "trễ",
    "met": "đạt", "near": "gần đạt", "missed": "chưa đạt", "history": "lịch sử", "open": "không có mẫu số",
    "complete": "đủ cặp", "paper_missing": "thiếu bản giấy", "electronic_missing": "thiếu bản điện tử",
    "unknown": "chưa rõ bản giấy", "signed": "ký số", "scan": "bản quét", "pdf": "PDF", "other": "khác",
    "yes": "có", "no": "không", "announced": "có gửi bản giấy", "none_announced": "không gửi bản giấy",
    "corrects": "đính chính", "replaces": "thay thế",
}  # fmt: skip
"""Words of columns of kind `state`."""
ENGLISH_STATES: Final = {
    "coming": "period not over", "due": "due", "overdue": "overdue", "on_time": "on time", "late": "late",
    "met": "met", "near": "nearly", "missed": "missed", "history": "history", "open": "no denominator",
    "complete": "pair complete", "paper_missing": "paper missing", "electronic_missing": "electronic missing",
    "unknown": "paper state unknown", "signed": "signed", "scan": "scan", "pdf": "PDF", "other": "other",
    "yes": "yes", "no": "no", "announced": "paper goes too", "none_announced": "no paper",
    "corrects": "corrected", "replaces": "replaced",
}  # fmt: skip


def number(value: float) -> str:
    """Write a number with dots between thousands and a comma before decimals."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def cell_words(cell: Cell, kind: Kind) -> str:
    """Write one cell for people."""
    if cell is None:
        return NOTHING
    if isinstance(cell, Hidden):
        return f"dưới {cell.below}"
    if isinstance(cell, Share):
        return _share(cell)
    if isinstance(cell, str):
        return _text(cell, kind)
    if kind in {"text", "id"}:
        return str(cell)  # a year is no quantity
    return number(cell) + ("\u00a0%" if kind == "percent" else "\u00a0đ" if kind == "money" else "")


def _share(share: Share) -> str:
    if share.whole is None:
        bound = share.percent_at_most
        if bound is None:
            return f"không có mẫu số ({number(share.part)})"
        known = f"{number(share.part)} trên ít nhất {number(share.at_least)}, nhiều nhất {number(bound)}\u00a0%"
        return f"không có mẫu số ({known})"
    if share.percent is None:
        return f"{NOTHING} (0/0)"
    return f"{number(share.percent)}\u00a0% ({number(share.part)}/{number(share.whole)})"


def _text(cell: str, kind: Kind) -> str:
    if kind == "date" and cell:
        return f"{dt.date.fromisoformat(cell):%d/%m/%Y}"
    return STATES.get(cell, cell) if kind == "state" else cell


def is_numeric(kind: Kind) -> bool:
    """Tell whether a column stands on the right."""
    return kind in {"count", "percent", "money", "score", "share"}


def period_words(period: str) -> str:
    """Write a period for people: `tháng 10/2026`, `quý III/2026`, `6 tháng đầu năm 2026`, `năm 2026`."""
    year, _, rest = period.partition("-")
    if not rest:
        return f"năm {year}"
    if rest.startswith("Q"):
        return f"quý {('I', 'II', 'III', 'IV')[int(rest[1:]) - 1]}/{year}"
    if rest.startswith("H"):
        return f"6 tháng {'đầu' if rest == 'H1' else 'cuối'} năm {year}"
    if "/" in period:
        first, last = (dt.date.fromisoformat(day) for day in period.split("/"))
        return f"từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}"
    return f"tháng {rest}/{year}"
