"""Page: a report as HTML: one file, no script, nothing fetched, for large screens, telephones and paper."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from gateway.records.render.svg import MAX_BARS, chart_svg
from gateway.records.render.words import ENGLISH_STATES, cell_words, is_numeric, period_words
from gateway.records.report import Share, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.records.report import Cell, Chart, Column, Report, Table

STYLE: Final = (
    ":root{color-scheme:light}*{box-sizing:border-box}"
    "body{font:1rem/1.55 system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;color:#1b1b1b;background:#fff;"
    "max-width:72rem;margin:0 auto;padding:1rem;overflow-wrap:break-word}"
    "h1{font-size:1.6rem;line-height:1.25;margin:.6rem 0 .2rem}h2{font-size:1.2rem;margin:2rem 0 .5rem;"
    "border-bottom:2px solid #0b5cad;padding-bottom:.15rem}a{color:#0b5cad}"
    "a:focus-visible{outline:3px solid #0b5cad;outline-offset:2px}"
    ".en{color:#4a4a4a;font-size:.86em;font-weight:400}.en::before{content:' / '}th .en,h1 .en,h2 .en,dt .en,li .en,"
    "p .en{display:block}th .en::before,h1 .en::before,h2 .en::before,dt .en::before,li .en::before,p .en::before"
    "{content:''}"
    "nav a{display:inline-block;padding:.35rem 0;margin-right:1.2rem}"
    ".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.7rem;padding:0;margin:1rem 0}"
    ".figures div{border:1px solid #c9d1d9;border-left:5px solid #0b5cad;border-radius:4px;padding:.5rem .8rem}"
    ".figures dd{margin:0;font-size:1.35rem;font-weight:600;line-height:1.3}.figures dd.long{font-size:1rem}"
    ".warn{border-left:5px solid #8a6100;background:#fff8e1;padding:.5rem .9rem;margin:1rem 0}"
    ".warn h2{border:0;margin:0 0 .3rem}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}caption{text-align:left;color:#4a4a4a;"
    "padding:.2rem 0 .5rem}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;"
    "border-bottom:1px solid #c9d1d9}"
    "thead th{background:#eef2f6;line-height:1.3}th[scope=row]{font-weight:600;min-width:11rem}.n{text-align:right;"
    "font-variant-numeric:tabular-nums}tfoot td,tfoot th{border-top:2px solid #5b6670;font-weight:600}"
    ".bad,.good{white-space:nowrap}.bad{font-weight:600}"
    ".bad::before{content:'\\25b2  '}.good::before{content:'\\2713  '}"
    ".charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:0 "
    "2rem;align-items:start}"
    "svg{display:block;width:100%;max-width:32rem;height:auto;font-size:13px}svg text{fill:#1b1b1b}"
    ".axis{stroke:#5b6670}.target{stroke:#a4161a;stroke-width:2;stroke-dasharray:7 4}"
    "dt{font-weight:600;margin-top:.6rem}dd{margin:0 0 .3rem}.soft{color:#4a4a4a;font-size:.92em}"
    "input,button{font:inherit;padding:.4rem .6rem;max-width:100%;display:block}label{display:block}"
    "footer{margin-top:2.5rem;border-top:1px solid #8a94a0;padding-top:.5rem}"
    "@media(max-width:40rem){.cards "
    "thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}"
    ".cards caption,.cards table,.cards tbody,.cards tfoot,.cards tr,.cards td,.cards th{"
    "display:block;width:auto;border:0}"
    ".cards tr{border-bottom:1px solid #8a94a0;padding:.5rem 0}.cards td,.cards th{padding:.12rem 0;text-align:left}"
    ".cards td{display:flex;justify-content:space-between;gap:1rem}.cards td.n{text-align:right}"
    ".cards td::before{content:attr(data-label);color:#4a4a4a;text-align:left;flex:0 0 50%}}"
    "@media print{@page{size:A4;margin:14mm}body{max-width:none;padding:0;font-size:9.5pt}nav{display:none}"
    "a{color:inherit;text-decoration:none}.wide{overflow:visible}thead{display:table-header-group}tfoot{display:table-row-group}"
    "th[scope=row]{min-width:4.2cm}.charts{display:block}tr,h2,svg,.figures "
    "div,dd{break-inside:avoid}h2,caption,dt{break-after:avoid}th,td{padding:.2rem .35rem}"
    "svg{width:auto;max-width:100%;max-height:22cm}svg *,thead th,.warn,.figures "
    "div{print-color-adjust:exact;-webkit-print-color-adjust:exact}}"
)
"""Colours stand at 4.5:1 or more against their ground (WCAG 2.2, 1.4.3); states differ by mark and word too."""
_BAD: Final = frozenset({"overdue", "late", "missed", "paper_missing", "electronic_missing"})
_GOOD: Final = frozenset({"on_time", "met", "complete"})
_LONG: Final = 18
"""Characters above which a figure is written smaller."""
FORMATS: Final = (("xlsx", "Excel"), ("csv", "CSV"), ("json", "JSON"))


_FOOT: Final = Text(
    "Số liệu theo ngày của Việt Nam (UTC+07:00). Văn bản mật không có trong bất kỳ số nào ở đây.",
    "Days of Viet Nam (UTC+07:00). State secrets are in none of these figures.",
)


def report_page(report: Report, links: Iterable[tuple[str, str]] = (), crumbs: Iterable[tuple[str, str]] = ()) -> str:
    """Write the whole page.

    Args:
        report: what is shown.
        links: (file, words) of the same report in other forms.
        crumbs: (file, words) of pages above it.
    """
    about = f"{period_words(report.period).capitalize()}"
    head = f"<h1>{both(report.title)}</h1><p>{escape(about)}{_version(report)}</p>"
    parts = [
        head,
        _downloads(links),
        _warnings(report.warnings),
        _figures(report),
        _charts(report.charts),
        *(_table(table) for table in report.tables),
        _list("ghi-chu", Text("Ghi chú", "Notes"), report.notes),
        _definitions(report),
        _list("cach-tinh", Text("Cách tính", "Method"), report.method),
        _citations(report),
    ]
    return document(f"{report.title.vi}, {period_words(report.period)}", "".join(parts), crumbs)


def document(title: str, body: str, crumbs: Iterable[tuple[str, str]] = ()) -> str:
    """Put the frame around a page; links go to files, so that pages work from a folder too."""
    nav = "".join(f'<a href="{escape(file)}">{escape(words)}</a>' for file, words in crumbs)
    nav = f"<nav>{nav}</nav>" if nav else ""
    return (
        '<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body><header>{nav}</header>\n<main>{body}</main>\n<footer>{nav}"
        f'<p class="soft">{both(_FOOT)}</p></footer></body></html>\n'
    )


def both(text: Text) -> str:
    """Write words in both languages."""
    return f'{escape(text.vi)}<span lang="en" class="en">{escape(text.en)}</span>'


def _version(report: Report) -> str:
    if report.version < 2:
        return ""
    return f". <strong>Bản đính chính số {report.version}</strong>: {escape(report.correction)}"


def _downloads(links: Iterable[tuple[str, str]]) -> str:
    items = "".join(f'<a href="{escape(file)}">{escape(words)}</a>' for file, words in links)
    return f"<nav>Tải về: {items}</nav>" if items else ""


def _warnings(warnings: tuple[Text, ...]) -> str:
    if not warnings:
        return ""
    items = "".join(f"<li>{both(text)}</li>" for text in warnings)
    title = both(Text("Lưu ý về số liệu", "Warnings"))
    return f'<section class="warn"><h2>{title}</h2><ul>{items}</ul></section>'


def _figures(report: Report) -> str:
    items = []
    for label, cell in report.figures:
        words = cell_words(cell, "count")
        size = ' class="long"' if len(words) > _LONG else ""
        items.append(f"<div><dt>{both(label)}</dt><dd{size}>{escape(words)}</dd></div>")
    return f'<dl class="figures">{"".join(items)}</dl>' if items else ""


def _charts(charts: tuple[Chart, ...]) -> str:
    """Put charts side by side where there is room."""
    return f'<div class="charts">{"".join(map(_chart, charts))}</div>' if charts else ""


def _chart(chart: Chart) -> str:
    left_out = len(chart.labels) - MAX_BARS if chart.kind == "bars" else 0
    more = f" Còn {left_out} dòng khác trong bảng." if left_out > 0 else ""
    target = " Đường đứt đỏ: chỉ tiêu." if chart.target is not None else ""
    return (
        f'<section id="{chart.id}"><h2>{both(chart.title)}</h2><figure style="margin:0">{chart_svg(chart)}'
        f'<figcaption class="soft">{escape(chart.unit.vi)} / {escape(chart.unit.en)}.{target}{more}</figcaption>'
        "</figure></section>"
    )


def _table(table: Table) -> str:
    shown = [column for column in table.columns if column.kind != "id"]
    head = "".join(f'<th scope="col"{_side(column)}>{both(column.title)}</th>' for column in shown)
    rows = "".join(_row(table.columns, row) for row in table.rows)
    foot = f"<tfoot>{_row(table.columns, table.total)}</tfoot>" if table.total is not None else ""
    caption = f"<caption>{both(table.note)}</caption>" if table.note is not None else ""
    empty = "" if table.rows else '<p class="soft">Không có dòng nào. / None.</p>'
    body = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>{foot}</table>" if table.rows else empty
    return f'<section id="{table.id}"><h2>{both(table.title)}</h2><div class="wide cards">{body}</div></section>'


def _side(column: Column) -> str:
    return ' class="n"' if is_numeric(column.kind) else ""


def _row(columns: tuple[Column, ...], row: tuple[Cell, ...]) -> str:
    cells = []
    for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
        if column.kind == "id":
            continue
        words = escape(cell_words(cell, column.kind))
        if column.kind == "state" and isinstance(cell, str):
            mark = "bad" if cell in _BAD else "good" if cell in _GOOD else "plain"
            words = f'<span class="{mark}" title="{escape(ENGLISH_STATES.get(cell, ""))}">{words}</span>'
        elif isinstance(cell, Share) and cell.whole is None:
            words = f'<span title="no denominator">{words}</span>'
        label = escape(column.title.vi)
        cells.append(
            f'<th scope="row">{words}</th>'
            if place == 0
            else f'<td data-label="{label}"{_side(column)}><span>{words}</span></td>'
        )
    return f"<tr>{''.join(cells)}</tr>"


def _list(ident: str, title: Text, texts: tuple[Text, ...]) -> str:
    if not texts:
        return ""
    items = "".join(f"<li>{both(text)}</li>" for text in texts)
    return f'<section id="{ident}"><h2>{both(title)}</h2><ul>{items}</ul></section>'


def _definitions(report: Report) -> str:
    if not report.definitions:
        return ""
    items = "".join(
        f"<dt>{both(one.term)}</dt><dd>{escape(one.meaning.vi)}"
        f'<span lang="en" class="en">{escape(one.meaning.en)}</span>'
        + (f' <span class="soft">[{escape(one.source)}]</span>' if one.source else "")
        + "</dd>"
        for one in report.definitions
    )
    title = both(Text("Định nghĩa", "Definitions"))
    return f'<section id="dinh-nghia"><h2>{title}</h2><dl>{items}</dl></section>'


def _citations(report: Report) -> str:
    items = "".join(f"<li>{escape(one)}</li>" for one in report.citations)
    title = both(Text("Căn cứ", "Sources"))
    return f'<section id="can-cu"><h2>{title}</h2><ul>{items}</ul></section>' if items else ""
