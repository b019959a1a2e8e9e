"""The calendar of switches and names that match nothing."""

import datetime as dt

from gateway.commands.calendar import Switch, Unset, calendar_text, switches, unmatched_names, unset_agencies
from gateway.daemon.config.load import parse_config
from gateway.edge.registry.files import load_registry
from gateway.values.pack import Citation, Pack, PostureTable, Rule, RuleScope, Scope, Start
from gateway.values.verdict import Disposition, Posture

DAY = dt.date(2014, 8, 1)
REGISTRY = """\
[[agency]]
id = "so-a"
class = "department"
territory = "tinh-a"
[[agency]]
id = "phong-b"
class = "division"
territory = "tinh-a"
start_dates = { p = 2015-01-01, R-2 = 2016-01-01, R-9 = 2017-01-01 }
end_dates = { R-1 = 2018-12-31 }
[[agency]]
id = "xa-c"
class = "division"
territory = "tinh-a"
[[agency]]
id = "xa-elsewhere"
class = "division"
territory = "tinh-b"
"""


def rule(rule_id, **scope):
    """Make a rule that only its binding matters of."""
    return Rule(
        rule_id,
        RuleScope.MESSAGE,
        "",
        "",
        (Citation("d"),),
        "true",
        Disposition.TAG,
        Posture.TAG,
        1,
        "t",
        "",
        "",
        "",
        "",
        binding=Scope(**scope),
    )


START = Start(default=dt.date(2014, 9, 1), by_class={"department": dt.date(2014, 7, 1)}, by_decision=("division",))
PACK = Pack("p", "1", "", "", ("tinh-a",), (rule("R-1"), rule("R-2", until=dt.date(2020, 12, 31))), start=START)


def registry(folder):
    """Load the registry of this module."""
    (folder / "a.toml").write_text(REGISTRY)
    return load_registry([folder / "a.toml"])


def posture(text, folder):
    """Read a configuration of posture entries."""
    return parse_config(text, "c.toml", folder)


ENTRY = '[[posture.entries]]\nposture = "enforce"\nagency = "so-a"\nrule = "R-1"\nvalid_from = 2026-01-01\nvalid_to = 2026-06-30\n'


def test_switches_come_from_pack_registry_and_posture(tmp_path):
    """Every date that changes an answer is listed once, in order."""
    found = switches([PACK], posture(ENTRY, tmp_path).posture, registry(tmp_path))

    expected = [
        Switch(dt.date(2014, 7, 1), "p", "*", "class:department", "binds", "pack"),
        Switch(dt.date(2014, 9, 1), "p", "*", "*", "binds", "pack"),
        Switch(dt.date(2015, 1, 1), "p", "*", "phong-b", "binds", "registry"),
        Switch(dt.date(2016, 1, 1), "p", "R-2", "phong-b", "binds", "registry"),
        Switch(dt.date(2019, 1, 1), "p", "R-1", "phong-b", "ends", "registry"),
        Switch(dt.date(2021, 1, 1), "p", "R-2", "*", "ends", "pack"),
        Switch(dt.date(2026, 1, 1), "*", "R-1", "so-a", "posture enforce", "posture"),
        Switch(dt.date(2026, 7, 1), "*", "R-1", "so-a", "posture default", "posture"),
    ]
    assert expected == found


def test_a_step_that_follows_another_is_one_switch(tmp_path):
    """The morning a rule turns from tagging to refusing tells of refusing alone."""
    entry = '[[posture.entries]]\nposture = "{}"\nrule = "R-1"\nvalid_from = {}\n'
    text = entry.format("tag", "2026-12-01") + "valid_to = 2026-12-31\n" + entry.format("enforce", "2027-01-01")
    found = switches([], posture(text, tmp_path).posture, registry(tmp_path))

    assert ["posture tag", "posture enforce"] == [one.change for one in found if one.evidence == "posture"]


def test_a_long_name_moves_the_columns_and_breaks_none():
    """Rules with long names stand in line with the others."""
    rows = [Switch(DAY, "p", "R-1", "*", "binds"), Switch(DAY, "p", "BD-1c-2-invalid", "*", "binds")]

    assert 1 == len({line.index("*") for line in calendar_text(rows, DAY).split("\n")[1:]})


def test_what_is_still_to_come_is_marked(tmp_path):
    """A terminal shows at a glance what will change."""
    text = calendar_text(switches([PACK], PostureTable(), registry(tmp_path))[:2], DAY)

    assert [
        "  from        pack                 rule         whom                     what",
        "  2014-07-01  p                    *            class:department         binds",
        "> 2014-09-01  p                    *            *                        binds",
    ] == text.split("\n")


def test_agencies_without_a_date_are_listed(tmp_path):
    """Who needs a decision and has none, in the territory of the pack only."""
    assert [Unset("xa-c", "p")] == unset_agencies([PACK], registry(tmp_path), DAY)


def test_names_nobody_knows_are_reported(tmp_path):
    """A misspelt rule in the posture table would silently change nothing."""
    text = (
        '[[posture.entries]]\nposture = "tag"\nagency = "so-aa"\npack = "q"\nrule = "R-11"\n'
        '[[posture.entries]]\nposture = "tag"\nagency = "other"\n'
    )

    problems = unmatched_names(posture(text, tmp_path), [PACK], registry(tmp_path))

    assert [
        "c.toml:3: posture.entries[0].agency: there is no agency `so-aa`; did you mean `so-a`?",
        "c.toml:4: posture.entries[0].pack: there is no pack `q`",
        "c.toml:5: posture.entries[0].rule: there is no rule `R-11`; did you mean `R-1`?",
        "registry: phong-b.start_dates: there is no rule or pack `R-9`; did you mean `R-2`?",
    ] == [str(problem) for problem in problems]


def test_agencies_under_an_ended_parent_are_reported(tmp_path):
    """After a reform those that were forgotten show up; those that ended with it do not."""
    text = (
        '[[agency]]\nid = "h"\nvalid_to = 2025-06-30\n[[agency]]\nid = "x"\nparent = "h"\n'
        '[[agency]]\nid = "y"\nparent = "h"\nvalid_to = 2025-06-30\n'
        '[[agency]]\nid = "z"\nparent = [{ value = "h", valid_to = 2025-06-30 }, { value = "x", valid_from = 2025-07-01 }]\n'
    )
    (tmp_path / "b.toml").write_text(text)

    problems = unmatched_names(posture("", tmp_path), [PACK], load_registry([tmp_path / "b.toml"]))

    assert [str(problem) for problem in problems] == [
        "registry: x.parent: parent `h` ends on 2025-06-30; name the one that follows"
    ]
