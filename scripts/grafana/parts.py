"""What panels are made of: queries, colours, thresholds, and a builder for each kind of panel we use.

Colours are those of Okabe and Ito, told apart by colour-blind readers too, and a colour never stands alone: legends
have words, numbers have units. The SDK numbers no panels and gives tables no thresholds: ids come from `board`, and
thresholds are always set. A plain count has the unit `none`; `short` would write 1.2 K for 1,234.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from grafana_foundation_sdk.builders import bargauge, common, dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.models import common as kinds
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = model.DataSourceRef(type_val="prometheus", uid="${datasource}")
PICK = 'job=~"$job", instance=~"$instance"'
AGENCY = f'{PICK}, agency=~"$agency"'
RATE = "$__rate_interval"
GOOD_NEWS = "Empty or 0 is the good news."
"""Ends the description of a panel that may be empty; the test against a real Prometheus reads it."""

BLUE, ORANGE, RED, PURPLE, GREEN, GREY = "#3A8DC8", "#DE8F05", "#D55E00", "#CC79A7", "#009E73", "#8E8E8E"
PER_MINUTE = "suffix:/phút"

DISPOSITIONS = {
    "relay": ("chuyển tiếp", BLUE),
    "tag": ("gắn nhãn", ORANGE),
    "reject": ("từ chối", RED),
    "defer": ("hoãn", PURPLE),
}
POSTURES = {
    "enforce": ("áp dụng", RED),
    "tag": ("chỉ gắn nhãn", ORANGE),
    "observe": ("chỉ quan sát", BLUE),
}
Words = dict[str, tuple[str, str]]
"""Value of a label (or name of a series) to what people read and its colour."""


@dataclass(frozen=True)
class Ask:
    """One query: PromQL, what a series is called, and over which time."""

    expr: str
    legend: str = ""
    is_instant: bool = False
    is_table: bool = False
    has_exemplars: bool = False

    def build(self, ref: str) -> prometheus.Dataquery:
        """Give the SDK's query under a letter of its own."""
        query = prometheus.Dataquery().expr(self.expr).legend_format(self.legend).ref_id(ref).datasource(SOURCE)
        query = query.instant() if self.is_instant else query.range()
        if self.has_exemplars:
            query = query.exemplar(exemplar=True)
        return query.format(PromQueryFormat.TABLE) if self.is_table else query


@dataclass(frozen=True)
class Panel:
    """One panel before it has a place: the SDK's builder, what it is called, its size in a grid of 24 columns."""

    builder: Any
    title: str
    """Vietnamese."""
    told: str
    """English: what is shown and what to make of it."""
    width: int
    height: int
    alerts: tuple[str, ...] = ()
    """Alerts about the same thing; their runbooks are linked."""

    def about(self, *alerts: str) -> Panel:
        """Link the runbooks of these alerts (`Congthu` left out)."""
        return replace(self, alerts=tuple(f"Congthu{alert}" for alert in alerts))


@dataclass(frozen=True)
class Row:
    """A heading and its panels, set from left to right."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Look:
    """How numbers are shown."""

    unit: str = "none"
    decimals: int | None = None
    words: Words = field(default_factory=dict)
    steps: tuple[tuple[float | None, str], ...] = ((None, BLUE),)
    lowest: float | None = 0
    highest: float | None = None
    names: dict[str, str] = field(default_factory=dict)
    """Value to the word shown in its place."""


COUNT = Look(decimals=0)
SHARE = Look("percentunit", decimals=1, highest=1)
SECONDS = Look("s")


def _dressed(builder: Any, look: Look) -> Any:
    """Set unit, bounds, thresholds, words and colours."""
    builder = builder.unit(look.unit).datasource(SOURCE)
    if look.decimals is not None:
        builder = builder.decimals(look.decimals)
    if look.lowest is not None:
        builder = builder.min(look.lowest)
    if look.highest is not None:
        builder = builder.max(look.highest)
    steps = [model.Threshold(value=value, color=colour) for value, colour in look.steps]
    builder = builder.thresholds(dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(steps))
    if look.names:
        shown = {
            value: model.ValueMappingResult(text=text, index=place)
            for place, (value, text) in enumerate(look.names.items())
        }
        builder = builder.mappings([model.ValueMap(options=shown)])
    for name, (text, colour) in look.words.items():
        fixed = {"mode": "fixed", "fixedColor": colour}
        values = [
            model.DynamicConfigValue(id_val="displayName", value=text),
            model.DynamicConfigValue(id_val="color", value=fixed),
        ]
        builder = builder.override_by_name(name, values)
    return builder


def _asked(builder: Any, asks: tuple[Ask, ...]) -> Any:
    for place, ask in enumerate(asks):
        builder = builder.with_target(ask.build("ABCDEFGHIJ"[place]))
    return builder


def lines(title: str, told: str, *asks: Ask, look: Look, width: int = 12, is_stacked: bool = False) -> Panel:
    """Draw series over time; stacked ones fill the space below them."""
    legend = common.VizLegendOptions().show_legend(show_legend=True).display_mode(kinds.LegendDisplayMode.LIST)
    if not look.words:  # colours of names nobody knows ahead are Grafana's own: the largest value tells lines apart too
        legend = legend.calcs(["max"])
    tooltip = common.VizTooltipOptions().mode(kinds.TooltipDisplayMode.MULTI).sort(kinds.SortOrder.DESCENDING)
    builder = (
        timeseries.Panel()
        .draw_style(kinds.GraphDrawStyle.LINE)
        .line_width(1 if is_stacked else 2)
        .fill_opacity(35 if is_stacked else 0)
        .show_points(kinds.VisibilityMode.NEVER)
        .legend(legend.placement(kinds.LegendPlacement.BOTTOM))
        .tooltip(tooltip)
    )
    if is_stacked:
        builder = builder.stacking(common.StackingConfig().mode(kinds.StackingMode.NORMAL).group("A"))
    if look.unit == "none":
        builder = builder.axis_soft_max(1)
    if len(look.steps) > 1:
        style = common.GraphThresholdsStyleConfig().mode(kinds.GraphThresholdsStyleMode.DASHED)
        builder = builder.thresholds_style(style)
    return Panel(_asked(_dressed(builder, look), asks), title, told, width, 8)


def number(title: str, told: str, *asks: Ask, look: Look, width: int = 4, height: int = 4) -> Panel:
    """Show the last value of each query in large figures."""
    builder = (
        stat.Panel()
        .graph_mode(kinds.BigValueGraphMode.NONE)
        .color_mode(kinds.BigValueColorMode.VALUE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .orientation(kinds.VizOrientation.AUTO)
        .wide_layout(wide_layout=False)
    )
    return Panel(_asked(_dressed(builder, look), asks), title, told, width, height)


def bars(title: str, told: str, ask: Ask, *, look: Look, width: int = 12) -> Panel:
    """Show values of a set known ahead (`look.words`) as bars, the largest first; zeros stay, so that all are named."""
    builder = (
        bargauge.Panel()
        .orientation(kinds.VizOrientation.HORIZONTAL)
        .display_mode(kinds.BarGaugeDisplayMode.BASIC)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .show_unfilled(show_unfilled=False)
        .name_placement(kinds.BarGaugeNamePlacement.TOP)
        .sizing(kinds.BarGaugeSizing.MANUAL)
        .min_viz_height(30)
        .max_viz_height(40)
        .text(common.VizTextDisplayOptions().title_size(13).value_size(14))
    )
    asked = replace(ask, expr=f"sort_desc({ask.expr})", is_instant=True)
    return Panel(_asked(_dressed(builder, look), (asked,)), title, told, width, 8)


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    source: str
    """Label, or `Value` (of one query), or `Value #A` (of several)."""
    title: str
    unit: str = ""
    names: dict[str, str] = field(default_factory=dict)
    colour: str = ""
    """Numbers are drawn as bars of this colour."""


def _cells(column: Column) -> list[model.DynamicConfigValue]:
    """Say how the cells of a column differ from the usual."""
    values = []
    if column.unit:
        values.append(model.DynamicConfigValue(id_val="unit", value=column.unit))
        values.append(model.DynamicConfigValue(id_val="decimals", value=0 if column.unit == "none" else 1))
    if column.names:
        options = {value: {"text": text, "index": place} for place, (value, text) in enumerate(column.names.items())}
        values.append(model.DynamicConfigValue(id_val="mappings", value=[{"type": "value", "options": options}]))
    if column.colour:
        fixed = {"mode": "fixed", "fixedColor": column.colour}
        cell = {"type": "gauge", "mode": "basic", "valueDisplayMode": "text"}
        values.append(model.DynamicConfigValue(id_val="custom.cellOptions", value=cell))
        values.append(model.DynamicConfigValue(id_val="color", value=fixed))
        values.append(model.DynamicConfigValue(id_val="min", value=0))
    return values


def grid(title: str, told: str, *asks: Ask, columns: tuple[Column, ...], width: int = 24, height: int = 9) -> Panel:
    """Show instant values as a table, sorted by the last column, the largest first."""
    builder = _dressed(table.Panel(), COUNT)
    builder = _asked(builder, tuple(replace(ask, is_instant=True, is_table=True) for ask in asks))
    if len(asks) > 1:
        builder = builder.with_transformation(model.DataTransformerConfig(id_val="merge", options={}))
    shown = {column.source for column in columns}
    order = {
        "excludeByName": {name: True for name in ("Time", "Value #A") if name not in shown},
        "renameByName": {column.source: column.title for column in columns},
        "indexByName": {column.source: place for place, column in enumerate(columns)},
    }
    builder = builder.with_transformation(model.DataTransformerConfig(id_val="organize", options=order))
    builder = builder.sort_by([common.TableSortByFieldState().display_name(columns[-1].title).desc(desc=True)])
    for column in columns:
        if values := _cells(column):
            builder = builder.override_by_name(column.title, values)
    return Panel(builder, title, told, width, height)


def ranking(
    title: str,
    told: str,
    expr: str,
    columns: tuple[Column, ...],
    *,
    what: str = "Số thư",
    colour: str = BLUE,
    width: int = 12,
) -> Panel:
    """Rank what a query counts, as a table: names of rules and agencies are not known ahead, and one alone keeps it.

    `columns` are those of the labels; the numbers follow under `what`, as bars.
    """
    numbers = Column("Value", what, unit="none", colour=colour)
    return grid(title, told, Ask(expr), columns=(*columns, numbers), width=width, height=8)


RULE, OF_AGENCY = Column("rule", "Quy tắc"), Column("agency", "Cơ quan")


def words(labels: Words) -> dict[str, str]:
    """Leave the colours out, for the cells of a table."""
    return {value: text for value, (text, _) in labels.items()}


def counted(family: str, matchers: str = PICK, by: str = "", over: str = "$__range") -> str:
    """Write how much a counter grew, summed by labels."""
    group = f" by ({by})" if by else ""
    return f"sum{group} (increase(congthu_{family}{{{matchers}}}[{over}]))"


def some(family: str, matchers: str = PICK, by: str = "") -> str:
    """Write how much a counter grew over the time shown, without series that did not."""
    return f"{counted(family, matchers, by)} > 0"


def topmost(most: int, family: str, matchers: str, by: str) -> str:
    """Write the series of `some` that grew most."""
    return f"topk({most}, {counted(family, matchers, by)}) > 0"


def rated(family: str, matchers: str = PICK, by: str = "", over: str = RATE) -> str:
    """Write a counter's rate each second, summed by labels."""
    group = f" by ({by})" if by else ""
    return f"sum{group} (rate(congthu_{family}{{{matchers}}}[{over}]))"


def per_minute(family: str, matchers: str = PICK, by: str = "") -> str:
    """Write a counter's rate each minute, leaving out series in which nothing happened over the time shown."""
    return f"60 * {rated(family, matchers, by)} and {counted(family, matchers, by)} > 0"


def quantile(part: float, family: str, by: str = "", over: str = RATE, matchers: str = PICK) -> str:
    """Write a quantile of a histogram; nothing where nothing was observed."""
    group = f"le, {by}" if by else "le"
    return f"histogram_quantile({part}, {rated(f'{family}_bucket', matchers, group, over)}) >= 0"


def share(part: str, whole: str) -> str:
    """Write one quantity as a part of another; nothing where there is none of the other."""
    return f"{part} / ({whole} > 0)"
