"""Configurations of other schemas: older ones are carried on, newer ones refused with one clear line."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from gateway.daemon.config.load import parse_config
from gateway.daemon.config.schema import Config
from gateway.daemon.config.types import key_type
from gateway.daemon.config.versions import CURRENT, STEPS, carry_on, schema_of
from gateway.values.faults import Misconfigured

OLD = '[gateway]\nhost = "mx.so-a.example"\nlanguage = "vi"\n[log]\nlevel = "debug"\nformat = "json"\n'


def parsed(text: str) -> Config:
    """Check a text."""
    return parse_config(text, "congthu.toml", Path("/"))


@pytest.mark.parametrize("head", ["", "schema = 1\n"])
def test_file_of_an_older_version_starts_the_gateway(head: str) -> None:
    """Keys that went are left out, each with its reason; what stays is read as before."""
    config = parsed(head + OLD)

    assert ("mx.so-a.example", "json", CURRENT if not head else 1) == (
        config.gateway.host,
        config.log.format,
        config.schema,
    )
    assert ["gateway.language", "log.level"] == [text.partition(":")[0] for text in config.origin.outdated]


def test_file_without_what_went_has_nothing_outdated() -> None:
    """Small files that never say a schema stay as they are."""
    assert () == parsed('[gateway]\nhost = "mx.so-a.example"\n').origin.outdated


def test_key_that_went_is_unknown_in_a_file_of_today() -> None:
    """Whoever writes it anew hears that nothing reads it."""
    with pytest.raises(Misconfigured) as caught:
        parsed(f"schema = {CURRENT}\n{OLD}")

    assert ["gateway.language", "log.level"] == [problem.key for problem in caught.value.problems]


def test_file_of_a_newer_version_is_refused_with_one_line() -> None:
    """Not with a list of keys this version does not know."""
    with pytest.raises(Misconfigured) as caught:
        parsed(f"# mine\nschema = {CURRENT + 1}\n[nonsense]\nkey = 1\n")

    (problem,) = caught.value.problems
    assert (2, "schema") == (problem.line, problem.key)
    assert f"knows {CURRENT} at most" in problem.message
    assert f"congthu.toml.schema-{CURRENT}" in problem.message


@pytest.mark.parametrize("written", ['"2"', "0", "true", "-1"])
def test_schema_that_is_no_number_is_a_problem_of_its_own(written: str) -> None:
    """It names its line like any other."""
    with pytest.raises(Misconfigured, match="schema: must be"):
        parsed(f"schema = {written}\n")


def test_steps_lead_from_the_first_schema_to_this_one() -> None:
    """One for each number, and none for a key that there is."""
    fields = {field.name: key_type(Config, field) for field in msgspec.structs.fields(Config)}

    assert list(range(1, CURRENT)) == sorted(STEPS)
    assert {step.key.partition(".")[0] for steps in STEPS.values() for step in steps} <= fields.keys()


def test_carrying_on_reaches_every_table_of_an_array() -> None:
    """And does nothing the second time."""
    tree = {"schema": 1, "log": [{"level": 1}, {"format": "json"}, {"level": 2}], "gateway": {}}

    assert ["log.level"] == [step.key for step in carry_on(tree)]
    assert [{}, {"format": "json"}, {}] == tree["log"]
    assert [] == carry_on(tree)
    assert 1 == schema_of(tree)
