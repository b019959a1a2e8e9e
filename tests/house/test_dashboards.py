"""The dashboards are what the code writes, and hold to the rules Grafana's own linter has for Prometheus dashboards.

Whether a query has an answer is tried in tests/monitoring; here is what no server is needed for.
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from importlib.util import find_spec

import pytest
import yaml

from gateway.edge.observers.catalogue import OTHER, SECRET_RULE
from gateway.records.metrics import FAMILIES
from tests.house.test_prometheus import exposed
from tests.support.tree import ROOT

FOLDER = ROOT / "config" / "grafana"
BOARDS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((FOLDER / "dashboards").glob("*.json"))}
ALERTS = {
    rule["alert"]
    for group in yaml.safe_load((ROOT / "config" / "prometheus" / "rules.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
    if "alert" in rule
}
RECORDS = re.compile(r"\bjob:congthu_\w+:\w+\{[^}]*\}")
SERIES = re.compile(r"(?<![:\w$])((?:congthu|process)_\w+|up)\b(\{[^}]*\})?")
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')
WINDOW = re.compile(r"\b(rate|increase)\(([a-z_]+)\{[^}]*\}\[([^\]]+)\]\)")
GROUPED = re.compile(r"\b(?:by|on|group_left) \(([^)]*)\)")
FIXED_WINDOWS = {"10m": "over each ten minutes", "1h": "hour"}
"""Windows that do not follow the time shown; the panel's description says so."""
COUNTERS = ("_total", "_bucket", "_sum", "_count")
COLOURS = {"#3A8DC8", "#DE8F05", "#D55E00", "#CC79A7", "#009E73", "#8E8E8E"}
"""Told apart by colour-blind readers (scripts/grafana/parts.py)."""


def panels(board):
    """List the panels that ask something."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def asked():
    """Give (where, panel, expression) of every query."""
    for name, board in BOARDS.items():
        for panel in panels(board):
            for target in panel["targets"]:
                yield f"{name} {panel['id']} {panel['title']} {target['refId']}", panel, target["expr"]


@pytest.mark.skipif(find_spec("grafana_foundation_sdk") is None, reason="the extra `dashboards` is not installed")
def test_files_are_what_the_code_writes(tmp_path):
    """Renew them with `scripts/dashboards`, after the alert rules too."""
    # A process of its own: the library warns when it is imported that Grafana 13 has a newer form.
    subprocess.run([sys.executable, "-m", "scripts.grafana", tmp_path], cwd=ROOT, check=True, capture_output=True)
    written = {path.relative_to(tmp_path): path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file()}
    there = {path.relative_to(FOLDER) for path in FOLDER.rglob("*.json")}

    assert [str(name) for name, text in written.items() if text != (FOLDER / name).read_text("utf-8")] == []
    assert there <= set(written)


def test_there_are_five():
    """Overview, one agency, roll-out, reliability, security: each with a fixed id and title, none to be edited."""
    assert set(BOARDS) == {f"congthu-{name}" for name in ("overview", "agency", "rollout", "reliability", "security")}
    for name, board in BOARDS.items():
        assert board["uid"] == name
        assert " / " in board["title"]
        assert board["schemaVersion"] == 42
        assert board["editable"] is False
        assert board["tags"] == ["congthu"]


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_variables_choose_and_follow_the_time_shown(board):
    """A data source first; job and instance take several and all; agencies follow the territory."""
    first, *others = board["templating"]["list"]
    names = [one["name"] for one in others]

    assert (first["name"], first["type"], first["query"]) == ("datasource", "datasource", "prometheus")
    assert names[:2] == ["job", "instance"]
    assert names[2:] in ([], ["territory", "agency"])
    for one in others:
        assert one["multi"]
        assert one["includeAll"]
        assert one["refresh"] == 2
        assert one["query"]["query"].startswith("label_values(")
        # All agencies means those of the territories chosen, so it is spelled out.
        assert ("allValue" in one) == (one["name"] != "agency")


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_every_panel_says_what_it_shows(board):
    """Title, description in English, unit, data source by variable, thresholds in our colours."""
    for panel in panels(board):
        defaults = panel["fieldConfig"]["defaults"]
        assert panel["title"]
        assert panel["description"].isascii()
        assert panel["description"].endswith(".")
        assert defaults["unit"]
        assert {step["color"] for step in defaults["thresholds"]["steps"]} <= COLOURS
        assert panel["datasource"]["uid"] == "${datasource}"
        assert all(target["datasource"]["uid"] == "${datasource}" for target in panel["targets"])
        assert [target["refId"] for target in panel["targets"]] == list("ABCDEFGHIJ"[: len(panel["targets"])])
    text = json.dumps(board)
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", text)) <= COLOURS


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_panels_have_places_of_their_own(board):
    """No two overlap, none leaves the grid, every id and title stands once in its dashboard."""
    boxes = [(panel["id"], panel["gridPos"]) for panel in board["panels"]]
    for (_, one), (_, other) in itertools.combinations(boxes, 2):
        is_beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        assert is_beside or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    titles = [panel["title"] for panel in panels(board)]

    assert all(box["x"] + box["w"] <= 24 for _, box in boxes)
    assert len({number for number, _ in boxes}) == len(boxes)
    assert len(set(titles)) == len(titles)


def test_queries_ask_for_what_exists():
    """Families, labels and values of the catalogue; job and instance as chosen; grouped by labels that exist."""
    known, wrong = exposed(), []
    labels_of_all = {label for labels in known.values() for label in labels} | {"job", "instance", "le"}
    for where, _, expression in asked():
        for name, matchers in SERIES.findall(RECORDS.sub("", expression)):
            held = dict.fromkeys(()) if not name.startswith("congthu_") else known.get(name)
            if held is None:
                wrong.append(f"{where}: {name}")
                continue
            found = MATCHER.findall(matchers)
            # what is a textfile has job and instance of node exporter, and those chosen are of the gateway
            chosen = {("job", "=~", "$job"), ("instance", "=~", "$instance")}
            if chosen & set(found) != (set() if name in FAMILIES else chosen):
                wrong.append(f"{where}: {name} without job and instance, or a textfile with them")
            for label, operator, value in found:
                values = held.get(label)
                if label not in {*held, "job", "instance"}:
                    wrong.append(f"{where}: {name} has no {label}")
                elif (
                    values is not None and operator in {"=", "!="} and value not in values | {OTHER, SECRET_RULE}
                ) or (values is not None and operator == "=~" and not any(re.fullmatch(value, one) for one in values)):
                    wrong.append(f"{where}: {label} {value}")
        grouped = {one.strip() for group in GROUPED.findall(expression) for one in group.split(",")}
        wrong += [f"{where}: grouped by {label}" for label in sorted(grouped - labels_of_all)]

    assert wrong == []


def test_counters_are_shown_as_rates_over_the_time_shown():
    """A bare counter shows when the gateway was started; a fixed window is told in words."""
    wrong = []
    for where, panel, expression in asked():
        for function, name, window in WINDOW.findall(expression):
            told = FIXED_WINDOWS.get(window)
            if window not in {"$__rate_interval", "$__range"} and (told is None or told not in panel["description"]):
                wrong.append(f"{where}: {function}({name}[{window}])")
        bare = WINDOW.sub("", expression)
        wrong += [f"{where}: {name}" for name, _ in SERIES.findall(bare) if name.endswith(COUNTERS)]

    assert wrong == []


def test_links_lead_to_runbooks_of_alerts_that_exist():
    """Each alert is linked from a panel that shows the same thing."""
    linked = {
        re.search(r"/(\w+)\.html$", link["url"])[1]
        for board in BOARDS.values()
        for panel in panels(board)
        for link in panel.get("links", [])
    }

    assert linked == ALERTS


def provisioned(name):
    """Read one provisioning file."""
    return yaml.safe_load((FOLDER / "provisioning" / name / "congthu.yaml").read_text("utf-8"))


def test_provisioning_names_what_is_there():
    """Alerts ask a data source that is provisioned; exemplars are linked by the label they carry; one folder for all."""
    sources = {source["uid"]: source for source in provisioned("datasources")["datasources"]}
    (group,) = provisioned("alerting")["groups"]
    asked = {query["datasourceUid"] for rule in group["rules"] for query in rule["data"]}
    (link,) = sources["congthu-prometheus"]["jsonData"]["exemplarTraceIdDestinations"]
    (provider,) = provisioned("dashboards")["providers"]

    assert asked == {"congthu-prometheus", "__expr__"}
    assert link["name"] == "trace_id"
    assert "congthu-loki" in sources
    assert "congthu-loki" in link["url"]
    assert provider["folder"] == group["folder"]
    assert {rule["title"] for rule in group["rules"]} == ALERTS


def test_grafana_alerts_say_values_as_grafana_does():
    """`$value` of Prometheus is a whole text in Grafana; uids are unique and short enough (40 characters)."""
    rules = provisioned("alerting")["groups"][0]["rules"]
    text = json.dumps([rule["annotations"] for rule in rules])

    assert not re.search(r"\$value\b", text)
    assert len({rule["uid"] for rule in rules}) == len(rules)
    assert max(len(rule["uid"]) for rule in rules) <= 40
