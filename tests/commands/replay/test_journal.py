"""`congthu replay --journal`: other postures over what hit, and what nobody can know."""

from __future__ import annotations

import json

import pytest

from tests.commands.replay.test_mails import CONFIG, REGISTRY
from tests.support.command import congthu

ENTRY = """
[[posture.entries]]
posture = "{posture}"
rule = "{rule}"
"""
LINES = [
    {"event": "transaction", "id": "a1", "agency": "so-a", "disposition": "reject", "rules": ["NAT-EXE-1", "NAT-8"]},
    {"event": "transaction", "id": "a2", "agency": "so-a", "disposition": "relay", "would": ["NAT-SEC-4"]},
    {"event": "transaction", "id": "a3", "agency": "so-a", "disposition": "defer", "rules": ["NAT-SEC-4"]},
    {"event": "transaction", "id": "a4", "disposition": "relay", "waived": ["NAT-SEC-4 wv-1"]},
    {"event": "transaction", "id": "a5", "disposition": "tag", "rules": ["OLD-1"]},
    {"event": "secret_transaction", "id": "a6", "disposition": "reject", "rules": ["NAT-SEC-1"]},
    {"event": "refused", "id": "a7", "rule": "NAT-EXE-1"},
]


@pytest.fixture
def place(tmp_path):
    """Two configurations: the other one refuses archives under a password and only observes programs."""
    (tmp_path / "registry.toml").write_text(REGISTRY, encoding="utf-8")
    (tmp_path / "congthu.toml").write_text(CONFIG, encoding="utf-8")
    entries = ENTRY.format(posture="observe", rule="NAT-EXE-1") + ENTRY.format(posture="enforce", rule="NAT-SEC-4")
    (tmp_path / "other.toml").write_text(CONFIG + entries, encoding="utf-8")
    log = "\n".join(["Nov 23 mx congthu[9]: " + json.dumps(LINES[0]), *map(json.dumps, LINES[1:]), "other words", ""])
    (tmp_path / "log").write_text(log, encoding="utf-8")
    return tmp_path


def replay(place, *more):
    """Run the command over the log at a fixed day."""
    both = ("-c", place / "congthu.toml", "--against", place / "other.toml", "--at", "2026-11-23")
    return congthu("replay", "--journal", place / "log", *both, *more)


def test_rules_that_hit_come_to_what_the_other_postures_make_of_them(place):
    """Harder, softer, deferred; a waived finding stays waived, a rule nobody has comes to nothing."""
    told = json.loads(replay(place, "--json").stdout)
    assert (6, 3, {"mails": 1, "changed": 0}, 1) == (told["mails"], told["changed"], told["secret"], told["left_out"])
    assert {
        ("NAT-EXE-1", "reject", "observe", ("a1",)),
        ("NAT-SEC-4", "tag", "reject", ("a2",)),
        ("NAT-SEC-4", "tag", "defer", ("a3",)),
    } == {(one["rule"], one["before"], one["after"], tuple(one["examples"])) for one in told["rules"]}
    assert {("a1",), ("a2",), ("a3",)} == {tuple(one["examples"]) for one in told["answers"]}


def test_what_the_log_cannot_tell_is_said(place):
    """In both forms, with the rules that are not what they were."""
    known = CONFIG.replace('["national"]', '["national", "binh-duong-14-2014"]')
    (place / "other.toml").write_text(known, encoding="utf-8")
    table = replay(place).stdout
    assert "These figures cannot know:\n- a rule that was off, not bound or not there when the mail came" in table
    assert "- rules only the other configuration has: BD-1a-1, " in table
    assert any("waivers by document number" in one for one in json.loads(replay(place, "--json").stdout)["unknowable"])


def test_lines_of_others_are_counted_and_end_nothing(place):
    """Brackets in each other, octets that are no UTF-8; a container that puts an object around each line is read."""
    before = json.loads(replay(place, "--json").stdout)
    wrapped = json.dumps({"log": json.dumps(LINES[0]) + "\n"}).encode()
    foreign = [b'{"event":"transaction","x":' + b"[" * 100_000, b'{"event":"\xe1"}']
    log = place / "log"
    log.write_bytes(b"\n".join([*foreign, wrapped, *log.read_bytes().splitlines()[1:]]))

    assert json.loads(replay(place, "--json").stdout) == before | {"left_out": 3}
