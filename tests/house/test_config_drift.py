"""The schema, the sample and the reference page say the same."""

import re
from pathlib import Path

import msgspec

from gateway.daemon.config.load import Config, load_config, parse_config
from gateway.daemon.config.schema import BOUNDS, MEANINGS
from gateway.daemon.config.text import reference_text, sample_text, tables

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "config" / "congthu.toml"
REFERENCE = ROOT / "docs" / "configuration.md"


def bare(config):
    """Give the configuration without the record of where it was written."""
    return type(config)(**{name: getattr(config, name) for name in config.__struct_fields__ if name != "origin"})


def test_the_sample_is_written_from_the_schema():
    """config/congthu.toml is what the schema says today; renew it with `scripts/reference`."""
    expected = sample_text()

    assert expected == SAMPLE.read_text("utf-8")


def test_the_reference_is_written_from_the_schema():
    """docs/configuration.md is what the schema says today; renew it with `scripts/reference`."""
    expected = reference_text()

    assert expected == REFERENCE.read_text("utf-8")


def test_the_sample_loads_to_the_defaults():
    """The shipped sample changes nothing."""
    expected = Config()

    assert expected == bare(load_config(SAMPLE))


def test_the_examples_of_the_sample_load_when_uncommented(tmp_path):
    """Every commented example is a legal value under a known key."""
    text = re.sub(r"(?m)^#(?=[a-z\[])", "", SAMPLE.read_text("utf-8"))

    config = parse_config(text, "congthu.toml", tmp_path)

    assert (config.relay.routes[0].name, config.posture.entries[0].posture.value) == ("main", "enforce")


def test_every_key_has_a_meaning_and_a_value_to_show():
    """No key stands in sample and reference without a meaning, or without a default or an example."""
    mute = [
        f"{table.name}.{key.name}"
        for table in tables()
        for key in table.keys
        if not key.meaning or not (key.default or key.example)
    ]

    assert mute == []


def test_no_meaning_is_written_for_a_key_that_does_not_exist():
    """The table of meanings holds no key that was renamed or removed."""
    known = {key.name for table in tables() for key in table.keys}

    assert set() == {field for _, field in MEANINGS} - known


def test_no_bound_is_written_for_a_key_that_states_its_own():
    """A bound stands in one place: with the Struct, or in the table when the Struct has none."""
    types = {(owner, field.name): field.type for owner, _ in BOUNDS for field in msgspec.structs.fields(owner)}

    assert {key: types.get(key) for key in BOUNDS if types.get(key) not in {int, float}} == {}


def test_every_key_is_read_by_the_program():
    """A key that changes nothing would be a lie; each name is an attribute somebody reads."""
    makers = {"config_schema.py", "config_text.py", "config_read.py", "config_kinds.py"}
    files = [path for path in (ROOT / "gateway").rglob("*.py") if path.name not in makers]
    code = "\n".join(path.read_text("utf-8") for path in files)
    unread = [
        f"{table.name}.{key.name}"
        for table in tables()
        for key in table.keys
        if not re.search(rf"\.{key.name}\b", code)
    ]

    assert unread == []
