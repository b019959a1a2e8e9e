"""A whole dashboard: variables, links, rows of panels in their places, as the JSON Grafana 10 to 13 opens."""

from __future__ import annotations

from dataclasses import dataclass

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as model

from gateway.values.zone import VIETNAM
from scripts.grafana.parts import SOURCE, Panel, Row

COLUMNS = 24
TAG = "congthu"


@dataclass(frozen=True)
class Board:
    """One dashboard as we write it down."""

    uid: str
    """Fixed: links and bookmarks hold it."""
    title: str
    """Vietnamese / English."""
    told: str
    """English: for whom it is and what it answers."""
    rows: tuple[Row, ...]
    has_agencies: bool = False
    """Variables `territory` and `agency` choose; else the whole gateway is shown."""
    shown: str = "now-6h"
    """Time range at first."""


def _choice(name: str, label: str, query: str, all_value: str = "") -> dashboard.QueryVariable:
    everything = model.VariableOption(text="All", value="$__all")
    made = (
        dashboard.QueryVariable(name)
        .label(label)
        .datasource(SOURCE)
        .query({"query": query, "refId": "A"})
        .definition(query)
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.ALPHABETICAL_ASC)
        .multi(multi=True)
        .include_all(include_all=True)
        .current(everything)
    )
    return made.all_value(all_value) if all_value else made


def _variables(board: Board) -> list[dashboard.QueryVariable]:
    chosen = [
        _choice("job", "Job", "label_values(congthu_build_info, job)", ".+"),
        _choice("instance", "Máy", 'label_values(congthu_build_info{job=~"$job"}, instance)', ".+"),
    ]
    if board.has_agencies:
        # No value of its own for All: all agencies of the territories chosen are named.
        where = 'job=~"$job", territory=~"$territory"'
        chosen += [
            _choice("territory", "Địa bàn", 'label_values(congthu_agency_info{job=~"$job"}, territory)', ".+"),
            _choice("agency", "Cơ quan", f"label_values(congthu_agency_info{{{where}}}, agency)"),
        ]
    return chosen


def _links(panel: Panel, runbooks: str) -> list[dashboard.DashboardLink]:
    return [
        dashboard.DashboardLink(f"Sổ tay: {alert}")
        .url(runbooks.replace("{alert}", alert))
        .target_blank(target_blank=True)
        for alert in panel.alerts
    ]


def encode(board: Board, runbooks: str) -> str:
    """Write a dashboard as JSON: keys sorted, so that a change reads well."""
    return JSONEncoder(sort_keys=True, indent=2).encode(_built(board, runbooks)) + "\n"


def _built(board: Board, runbooks: str) -> model.Dashboard:
    """Set rows and panels from top to bottom and give each its number."""
    others = (
        dashboard.DashboardLink("Congthu")
        .type(model.DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .as_dropdown(as_dropdown=True)
        .include_vars(include_vars=True)
        .keep_time(keep_time=True)
    )
    made = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .description(board.told)
        .tags([TAG])
        .timezone(VIETNAM.tzname(None))
        .time(board.shown, "now")
        .refresh("1m")
        .readonly()
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .link(others)
        .with_variable(dashboard.DatasourceVariable("datasource").label("Nguồn").type("prometheus"))
    )
    for variable in _variables(board):
        made = made.with_variable(variable)
    number, y = 0, 0
    for row in board.rows:
        number += 1
        made = made.with_row(dashboard.Row(row.title).id(number).grid_pos(model.GridPos(x=0, y=y, w=COLUMNS, h=1)))
        y += 1
        x = tallest = 0
        for panel in row.panels:
            number += 1
            if x + panel.width > COLUMNS:
                x, y, tallest = 0, y + tallest, 0
            place = model.GridPos(x=x, y=y, w=panel.width, h=panel.height)
            builder = panel.builder.id(number).title(panel.title).description(panel.told).grid_pos(place)
            made = made.with_panel(builder.links(_links(panel, runbooks)))
            x, tallest = x + panel.width, max(tallest, panel.height)
        y += tallest
    return made.build()
