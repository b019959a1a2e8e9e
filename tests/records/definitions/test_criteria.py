"""Criteria of scores and lists: the operator's, checked as a whole."""

from __future__ import annotations

import pytest

from gateway.records.definitions.criteria import MEASURES, load_criteria
from gateway.records.definitions.rates import RATES
from gateway.values.faults import Misconfigured


def test_mistakes_are_all_told_with_their_lines(tmp_path):
    """An unknown measure, a weight of nothing, a measure twice."""
    file = tmp_path / "criteria.toml"
    good = 'part = "exchange"\nweight = 10\nfull_at = 100\ngood_at = 60\n'
    nothing = good.replace("= 10", "= 0", 1)
    file.write_text(
        f'[[criterion]]\nmeasure = "sent"\n{good}[[criterion]]\nmeasure = "signed"\n{good}'
        f'[[criterion]]\nmeasure = "signed"\n{good}[[criterion]]\nmeasure = "pdf"\n{nothing}',
        "utf-8",
    )

    with pytest.raises(Misconfigured) as caught:
        load_criteria(file)

    told = [str(problem).removeprefix(f"{file}:") for problem in caught.value.problems]
    assert [text.partition(":")[0] for text in told] == ["1", "13", "19"]
    assert "did you mean `send`" in told[0]


def test_every_measure_is_reckoned():
    """What a criterion may name is what rates know."""
    assert set(MEASURES) == set(RATES)


def test_a_file_without_criteria_is_refused(tmp_path):
    """Scores need at least one."""
    file = tmp_path / "criteria.toml"
    file.write_text("", "utf-8")

    with pytest.raises(Misconfigured):
        load_criteria(file)
