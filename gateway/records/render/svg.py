"""SVG: charts drawn by ourselves, readable in grey, by the colour-blind, on paper and by a screen reader.

Every value is written beside its bar; a second series differs by pattern as well as by colour (Okabe and Ito's blue and
orange). No script, no external file.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from gateway.records.render.words import NOTHING, number

if TYPE_CHECKING:
    from gateway.records.report import Chart

WIDTH: Final = 460
"""Of the drawing, in its own units: about that of a telephone, so that letters stay readable there."""
MAX_LABELS: Final = 8
"""Months written under a line, side by side."""
MAX_BARS: Final = 30
"""Labels of a bar chart; the table has them all."""
_VALUE: Final = 84
"""Room behind the longest bar for its value."""
_LABEL: Final = 18
"""Height of the line above the bars that says whose they are."""
_BAR: Final = 15
_GAP: Final = 7
_HEIGHT: Final = 260
_LEFT: Final = 52
_HATCH: Final = (
    '<defs><pattern id="{id}-h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#e69f00"/><rect width="2" height="6" fill="#7a4f00"/></pattern></defs>'
)


def chart_svg(chart: Chart) -> str:
    """Draw a chart."""
    return _bars(chart) if chart.kind == "bars" else _lines(chart)


def _written(value: float | None, chart: Chart) -> str:
    if value is None:
        return NOTHING
    text = number(int(value) if float(value).is_integer() else value)
    return f"{text}\u00a0%" if chart.is_percent else text


def _top(chart: Chart) -> float:
    """Give the value at the end of the axis."""
    values = [value for series in chart.series for value in series.values if value is not None]
    return max([100.0 if chart.is_percent else 1.0, *values, chart.target or 0.0])


def _frame(chart: Chart, height: int, inside: list[str]) -> str:
    about = "; ".join(
        f"{label}: {', '.join(_written(series.values[place], chart) for series in chart.series)}"
        for place, label in enumerate(chart.labels[:MAX_BARS])
    )
    legend = _legend(chart, height)
    tall = height + (22 if legend else 0)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {tall}" role="img" aria-labelledby="{chart.id}-t {chart.id}-d">'
        f'<title id="{chart.id}-t">{escape(chart.title.vi)}</title><desc id="{chart.id}-d">{escape(about)}</desc>'
        f"{_HATCH.replace('{id}', chart.id)}{''.join(inside)}{legend}</svg>"
    )


def _legend(chart: Chart, top: int) -> str:
    """Name the series where there is more than one."""
    if len(chart.series) < 2:
        return ""
    parts = []
    for place, series in enumerate(chart.series):
        left = 220 * place
        parts.append(f'<rect x="{left}" y="{top + 4}" width="14" height="12" fill="{_fill(chart, place)}"/>')
        parts.append(f'<text x="{left + 20}" y="{top + 15}">{escape(series.title.vi)}</text>')
    return "".join(parts)


def _fill(chart: Chart, place: int) -> str:
    return "#0072b2" if place == 0 else f"url(#{chart.id}-h)"


def _bars(chart: Chart) -> str:
    """Draw lying bars under each label, the value written behind each."""
    room, top = WIDTH - _VALUE, _top(chart)
    inside, y = [], 0
    for place, label in enumerate(chart.labels[:MAX_BARS]):
        inside.append(f'<text x="0" y="{y + 14}">{escape(_short(label))}</text>')
        y += _LABEL
        for number_, series in enumerate(chart.series):
            value = series.values[place]
            width = round(room * (value or 0) / top, 1)
            box = f'x="0" y="{y}" width="{width}" height="{_BAR - 2}"'
            inside.append(f'<rect {box} fill="{_fill(chart, number_)}"/>')
            inside.append(f'<text x="{width + 5:.1f}" y="{y + 11}">{_written(value, chart)}</text>')
            y += _BAR
        y += _GAP
    if chart.target is not None:
        x = room * chart.target / top
        inside.append(f'<line class="target" x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{y}"/>')
    return _frame(chart, y, inside)


def _short(label: str) -> str:
    return label if len(label) <= 58 else f"{label[:57]}…"


def _lines(chart: Chart) -> str:
    """Draw values over months: a point and its number each, so that no line has to be traced."""
    top, count = _top(chart), max(1, len(chart.labels))
    room = WIDTH - _LEFT - 20
    inside = [
        f'<line class="axis" x1="{_LEFT}" y1="{_y(0, top)}" x2="{WIDTH - 10}" y2="{_y(0, top)}"/>',
        f'<text x="{_LEFT - 6}" y="{_y(top, top) + 4}" text-anchor="end">{_written(top, chart)}</text>',
        f'<text x="{_LEFT - 6}" y="{_y(0, top) + 4}" text-anchor="end">0</text>',
    ]
    places = [_LEFT + 20 + (room - 40) * place / max(1, count - 1) for place in range(count)]
    if chart.target is not None:
        y = _y(chart.target, top)
        inside.append(f'<line class="target" x1="{_LEFT}" y1="{y}" x2="{WIDTH - 10}" y2="{y}"/>')
    # every second label where they would run into each other, the last one always
    step = 1 if count <= MAX_LABELS else 2
    for x, label in list(zip(places, chart.labels, strict=True))[::-step]:
        inside.append(f'<text x="{x:.1f}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(label)}</text>')
    for number_, series in enumerate(chart.series):
        inside += _line(chart, number_, series.values, places)
    return _frame(chart, _HEIGHT, inside)


def _line(chart: Chart, number_: int, values: tuple[float | None, ...], places: list[float]) -> list[str]:
    top, drawn, piece = _top(chart), [], list[str]()
    colour = ("#0072b2", "#7a4f00")[number_]
    dash = "" if number_ == 0 else ' stroke-dasharray="6 4"'
    for x, value in zip([*places, 0.0], [*values, None], strict=True):
        if value is not None:
            piece.append(f"{x:.1f},{_y(value, top)}")
            mark = f'cx="{x:.1f}" cy="{_y(value, top)}" r="4" fill="{colour}"'
            drawn.append(f"<circle {mark}/>")
            over = _y(value, top) - 9 if number_ == 0 else _y(value, top) + 18
            drawn.append(f'<text x="{x:.1f}" y="{over}" text-anchor="middle">{_written(value, chart)}</text>')
        elif piece:
            # a month without a value interrupts the line: nothing is drawn where nothing is known
            path = f'points="{" ".join(piece)}" fill="none" stroke="{colour}" stroke-width="2"'
            drawn.append(f"<polyline {path}{dash}/>")
            piece = []
    return drawn


def _y(value: float, top: float) -> int:
    return round(_HEIGHT - 34 - (_HEIGHT - 64) * value / top)
