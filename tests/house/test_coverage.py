"""docs/coverage.md says of every requirement what answers it; nothing is missing, and every rule named has its evidence."""

from __future__ import annotations

import msgspec
import pytest

from gateway.judge.coverage import Evidence, Point, coverage_lines, parse_coverage, problems_of
from gateway.judge.reference import with_table
from gateway.values.faults import Misconfigured
from tests.support.coverage import COVERAGE, evidence
from tests.support.judging import PACKS
from tests.support.tree import ROOT

EVIDENCE = evidence()
REQUIREMENTS = """
    SEC-1 SEC-2 SEC-3 SEC-4
    HCM-0a HCM-0b HCM-0c HCM-1 HCM-2a HCM-2b HCM-2c HCM-2d HCM-2e HCM-2f HCM-3a HCM-3b HCM-3c HCM-3d HCM-4a
    HCM-4b HCM-5
    BD-0 BD-1 BD-1a-1 BD-1a-2 BD-1a-3 BD-1a-4 BD-1a-5 BD-1a-6 BD-1a-7 BD-1a-8 BD-1a-9 BD-1a-10 BD-1b-1 BD-1b-2
    BD-1b-3 BD-1b-4 BD-1b-5 BD-1b-6 BD-1c-0 BD-1c-1 BD-1c-2 BD-1d-1 BD-1d-2 BD-1d-3 BD-1d-4 BD-1d-5 BD-2a BD-2b
    BD-2c BD-2d BD-3a BD-3b BD-3c BD-4a BD-4b BD-4c BD-4d BD-4e BD-5a BD-5b BD-5c BD-5d BD-5e BD-6
    HN-1 HN-2 HN-3 HN-4 HN-5 HN-6 HN-7 HN-8 HN-9 HN-10
    HNB-1 HNB-2 HNB-3 HNB-4 HNB-5 HNB-6 HNB-7 HNB-8
    DL-1 DL-2 DL-3a DL-3b DL-3c DL-4a DL-4b DL-4c DL-5 DL-6 DL-7 DL-8 DL-9 DL-10 DL-11
    SYS-1 SYS-2 SYS-3 SYS-4 SYS-5 SYS-6 SYS-7 SYS-8 SYS-9 SYS-10 SYS-11 SYS-12 SYS-13 SYS-14 SYS-15 SYS-16
    SYS-17 SYS-18 SYS-19
""".split()  # noqa: SIM905 - read by people, a directive a paragraph


def changed(key, **values):
    """The coverage with other values in one row of Hồ Chí Minh."""
    row = msgspec.structs.replace(COVERAGE.sources["hcm"].rows[key], **values)
    source = COVERAGE.sources["hcm"]
    hcm = msgspec.structs.replace(source, rows=source.rows | {key: row})
    return msgspec.structs.replace(COVERAGE, sources=COVERAGE.sources | {"hcm": hcm})


def test_every_requirement_has_a_row_and_no_other_has():
    """All 117, each once."""
    assert len(REQUIREMENTS) == 117
    assert sorted(REQUIREMENTS) == sorted(key for key, _ in COVERAGE.requirements())


def test_nothing_is_missing():
    """Each row is answered, each rule named exists, and has two cases that hit and two that miss."""
    assert problems_of(COVERAGE, EVIDENCE) == []


def test_the_page_says_what_the_data_says():
    """`scripts/policy-reference` was run."""
    page = (ROOT / "docs" / "coverage.md").read_text("utf-8")
    assert with_table(page, coverage_lines(COVERAGE, EVIDENCE)) == page


@pytest.mark.parametrize("page", sorted({page for _, one in COVERAGE.requirements() for page in one.pages}))
def test_every_page_named_exists(page):
    """A row may lean on a page; then it is there."""
    assert (ROOT / page).is_file()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"rules": (), "needs": (), "pages": ()}, "HCM-0a: nothing answers it, and no reason is given"),
        ({"rules": ("NO-SUCH-RULE",)}, "HCM-0a: there is no rule NO-SUCH-RULE"),
        ({"needs": ("luck",)}, "HCM-0a: there is no reason luck"),
    ],
)
def test_a_row_that_is_not_whole_is_told(values, said):
    """Missing answer, misspelt rule, unknown reason."""
    assert problems_of(changed("HCM-0a", **values), EVIDENCE) == [said]


def test_a_point_without_its_case_is_told():
    """A case that was renamed, and a point nothing shows."""
    points = (Point("t", cases=("national/no-such-case",)), Point("t"))
    assert problems_of(msgspec.structs.replace(COVERAGE, points=points), EVIDENCE) == [
        "point 1: there is no case national/no-such-case",
        "point 2: no case shows it, and no reason is given",
    ]


def test_a_rule_without_cases_is_told():
    """Two that hit and two that miss are asked of every rule a row names."""
    said = problems_of(COVERAGE, Evidence({}, PACKS))
    assert "rule BD-1a-1: 0 cases that hit" in said
    assert "rule BD-1a-1: 0 cases that miss" in said


def test_a_misspelt_key_is_refused():
    """A row is read strictly."""
    with pytest.raises(Misconfigured, match="ruels"):
        parse_coverage('[a]\ntitle = "t"\ndocument = "d"\n[a.rows]\nA-1 = { title = "t", ruels = ["x"] }', "c.toml")
