"""Pages of the public site: the index, one a month, one an agency; made of frozen reports and of nothing else."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.records.render.page import both, document, report_page
from gateway.records.render.svg import chart_svg
from gateway.records.render.words import cell_words, is_numeric, period_words
from gateway.records.report import Chart, Series, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.records.report import Cell, Column
    from gateway.records.site.freezing import Frozen

MONTHS: Final = "thang"
AGENCIES: Final = "co-quan"
DOWNLOADS: Final = (("report.xlsx", "Excel"), ("exchange.csv", "CSV: gửi, nhận"), ("mailboxes.csv", "CSV: hộp thư"),
                    ("report.json", "JSON"), ("SHA256SUMS", "Mã băm"))  # fmt: skip
"""Files beside the page of a month."""
TABLE: Final = "exchange"
CHART_MONTHS: Final = 12


class History(NamedTuple):
    """What the published months say of one agency."""

    id: str
    name: str
    """As of the last month."""
    agency_class: str
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    """Month and its row of the table of exchange, oldest first."""


def month_folder(frozen: Frozen, *, is_last: bool) -> str:
    """Give the folder of a version: the last one stands in the month's own folder, earlier ones below it."""
    folder = f"{MONTHS}/{frozen.report.period}"
    return folder if is_last else f"{folder}/v{frozen.report.version}"


def month_page(frozen: Frozen, all_versions: Sequence[Frozen]) -> str:
    """Write the page of a month, with downloads, digest and its other versions."""
    is_last = frozen is all_versions[-1]
    up = "../../" if is_last else "../../../"
    crumbs = [(f"{up}index.html", "Tất cả các tháng")]
    if not is_last:
        crumbs.append(("../index.html", f"Bản mới nhất (số {all_versions[-1].report.version})"))
    page = report_page(frozen.report, DOWNLOADS, crumbs)
    return page.replace("</main>", f"{_published(frozen, all_versions)}</main>", 1)


def _published(frozen: Frozen, all_versions: Sequence[Frozen]) -> str:
    items = []
    for one in all_versions:
        words = f"Bản số {one.report.version}, công bố {one.published_at:%d/%m/%Y}"
        reason = f": {escape(one.report.correction)}" if one.report.correction else ""
        link = words
        if one is not frozen:
            folder = "" if frozen is all_versions[-1] else "../"
            target = f"{folder}v{one.report.version}/" if one is not all_versions[-1] else folder
            link = f'<a href="{target}index.html">{words}</a>'
        items.append(f"<li>{link}{reason}<br><span class='soft'>SHA-256 {one.digest}</span></li>")
    title = both(Text("Các bản đã công bố", "Published versions"))
    note = both(Text(
        "Số liệu đã công bố không đổi; sai sót được đính chính bằng bản mới. Mã băm là của tệp report.json.",
        "Published figures do not change; a mistake is corrected by a new version. The digest is of report.json.",
    ))  # fmt: skip
    return f'<section id="ban"><h2>{title}</h2><p>{note}</p><ul>{"".join(items)}</ul></section>'


def index_page(months: Sequence[Frozen], histories: Sequence[History], territory: str) -> str:
    """Write the index: the newest month first, then agencies by class; both to be found with the browser's search."""
    rows = "".join(_month_row(one) for one in reversed(months))
    title = Text(
        "Thống kê gửi, nhận văn bản điện tử và sử dụng hộp thư công vụ",
        "Statistics of electronic documents and official mailboxes",
    )
    agencies: dict[str, list[str]] = {}
    for one in histories:
        link = f'<li><a href="{AGENCIES}/{escape(one.id)}/index.html">{escape(one.name)}</a></li>'
        agencies.setdefault(one.agency_class or "Khác", []).append(link)
    groups = "".join(f"<h3>{escape(name)}</h3><ul>{''.join(links)}</ul>" for name, links in agencies.items())
    heads = "".join(
        f'<th scope="col"{side}>{both(text)}</th>'
        for text, side in (
            (Text("Tháng", "Month"), ""), (Text("Văn bản phát hành qua mạng", "Issued electronically"), ' class="n"'),
            (Text("Lượt gửi", "Deliveries"), ' class="n"'),
            (Text("Cơ quan có gửi", "Agencies that sent"), ' class="n"'),
            (Text("Bản", "Version"), ' class="n"'), (Text("Công bố", "Published"), ""),
        )
    )  # fmt: skip
    where = f"<p>Địa bàn: {escape(territory)}</p>" if territory else ""
    body = (
        f"<h1>{both(title)}</h1>{where}"
        '<p>Công bố hàng tháng. Dữ liệu: Excel, CSV, JSON (<a href="report.schema.json">lược đồ</a>) ở trang mỗi tháng.'
        '<span lang="en" class="en">Published monthly; data on the page of each month.</span></p>'
        f"<section><h2>{both(Text('Các tháng', 'Months'))}</h2>{_issued_chart(months)}"
        f'<div class="wide cards"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></section>'
        f"<section><h2>{both(Text('Các cơ quan', 'Agencies'))}</h2>{groups}</section>"
    )
    return document(title.vi, body)


def _month_row(one: Frozen) -> str:
    report = one.report
    cells = [cell_words(cell, "count") for _, cell in report.figures[:3]]
    labels = ("Văn bản phát hành qua mạng", "Lượt gửi", "Cơ quan có gửi")
    numbers = "".join(
        f'<td class="n" data-label="{label}"><span>{escape(words)}</span></td>'
        for label, words in zip(labels, cells, strict=True)
    )
    name = escape(period_words(report.period).capitalize())
    return (
        f'<tr><th scope="row"><a href="{MONTHS}/{report.period}/index.html">{name}</a></th>{numbers}'
        f'<td class="n" data-label="Bản"><span>{report.version}</span></td>'
        f'<td data-label="Công bố"><span>{one.published_at:%d/%m/%Y}</span></td></tr>'
    )


def _issued_chart(months: Sequence[Frozen]) -> str:
    last = months[-CHART_MONTHS:]
    values = [one.report.figures[0][1] for one in last]
    points = tuple(float(value) if isinstance(value, int | float) else None for value in values)
    return _line("thang-bieu-do", tuple(one.report.period for one in last), points)


def _line(ident: str, periods: tuple[str, ...], points: tuple[float | None, ...]) -> str:
    if len(periods) < 2:
        return ""
    chart = Chart(
        ident, Text("Văn bản phát hành qua mạng", "Issued electronically"), Text("văn bản", "documents"), "lines",
        tuple(f"{period[5:]}/{period[2:4]}" for period in periods), (Series(Text("Văn bản", "Documents"), points),),
    )  # fmt: skip
    return chart_svg(chart)


def agency_page(history: History, columns: Sequence[Column]) -> str:
    """Write the page of one agency: its row of every published month, newest first."""
    shown = [place for place, column in enumerate(columns) if column.id not in {"agency", "id", "class"}]
    issued = next(place for place, column in enumerate(columns) if column.id == "issued")
    last = history.rows[-CHART_MONTHS:]
    points = tuple(float(row[issued]) if isinstance(row[issued], int) else None for _, row in last)  # type: ignore[arg-type]
    heads = "".join(
        f'<th scope="col"{_side(columns[place])}>{both(columns[place].title)}</th>' for place in shown
    )  # fmt: skip
    rows = "".join(_agency_row(month, row, columns, shown) for month, row in reversed(history.rows))
    month = both(Text("Tháng", "Month"))
    body = (
        f"<h1>{escape(history.name)}</h1><p>{escape(history.agency_class)}</p>"
        f"{_line('co-quan-bieu-do', tuple(month for month, _ in last), points)}"
        f'<div class="wide cards"><table><thead><tr><th scope="col">{month}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
    return document(history.name, body, [("../../index.html", "Tất cả các tháng")])


def _side(column: Column) -> str:
    return ' class="n"' if is_numeric(column.kind) else ""


def _agency_row(month: str, row: tuple[Cell, ...], columns: Sequence[Column], shown: Sequence[int]) -> str:
    cells = "".join(
        f'<td data-label="{escape(columns[place].title.vi)}"{_side(columns[place])}>'
        f"<span>{escape(cell_words(row[place], columns[place].kind))}</span></td>"
        for place in shown
    )
    name = escape(period_words(month).capitalize())
    return f'<tr><th scope="row"><a href="../../{MONTHS}/{month}/index.html">{name}</a></th>{cells}</tr>'


def _rows(one: Frozen) -> tuple[tuple[Cell, ...], ...]:
    return next(table for table in one.report.tables if table.id == TABLE).rows


def histories(months: Sequence[Frozen]) -> list[History]:
    """Gather what the months say of each agency, in the order of the last; an id that is no folder name is left out."""
    found: dict[str, History] = {}
    for row in _rows(months[-1]) if months else ():
        found[str(row[1])] = History(str(row[1]), str(row[0]), str(row[2]), ())
    for one in months:
        for row in _rows(one):
            name, agency, agency_class = (str(cell) for cell in row[:3])
            before = found[agency].rows if agency in found else ()
            found[agency] = History(agency, name, agency_class, (*before, (one.report.period, row)))
    # the registry's own form of an id; whatever else a store held would become a path
    return [one for one in found.values() if one.id and all(c.isalnum() or c == "-" for c in one.id)]
