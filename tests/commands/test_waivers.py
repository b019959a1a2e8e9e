"""What `congthu policy waivers` lists and `congthu check` warns of."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest

from gateway.commands.waivers import waiver_table, waiver_warnings
from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation
from gateway.values.faults import Misconfigured
from tests.support.command import congthu

TODAY = dt.date(2026, 11, 23)
REGISTRY = """
[[agency]]
id = "so-a"
name = "Sở A tỉnh Thử Nghiệm"
class = "department"
territory = "binh-duong"
domains = ["soa.thunghiem.gov.vn"]
[[agency]]
id = "so-b"
name = "Sở B tỉnh Thử Nghiệm"
class = "department"
territory = "noi-khac"
valid_to = 2026-06-30
domains = ["sob.thunghiem.gov.vn"]
[[agency]]
id = "so-c"
name = "Sở C tỉnh Thử Nghiệm"
class = "department"
territory = "noi-khac"
domains = ["soc.thunghiem.gov.vn"]
"""
CONFIG = """
[gateway]
host = "congthu.thunghiem.gov.vn"
[policy]
packs = ["national", "binh-duong-14-2014"]
waivers = ["waivers.toml"]
[registry]
files = ["registry.toml"]
[[posture.entries]]
posture = "tag"
pack = "binh-duong-14-2014"
"""
ROWS = [
    ("wv-good", "so-a", "BD-1c-2", "2026-11-01", "2026-12-31"),
    ("wv-soon", "so-a", "BD-1c-2", "2026-11-01", "2026-12-06"),
    ("wv-over", "so-a", "BD-1c-2", "2026-10-01", "2026-11-22"),
    ("wv-next", "so-a", "BD-1c-2", "2026-12-01", "2026-12-02"),
    ("wv-gone", "so-b", "BD-1c-2", "2026-11-01", "2026-12-31"),
    ("wv-free", "so-c", "BD-1c-2", "2026-11-01", "2026-12-31"),
]


def world(folder, rows=ROWS):
    """Write a configuration with these waivers."""
    waivers = "".join(
        f'[[waivers]]\nid = "{name}"\nagency = "{agency}"\nrules = ["{rule}"]\nreason = "Lý do."\n'
        f'approved_by = "Chánh Văn phòng"\nvalid_from = {first}\nvalid_to = {last}\n'
        for name, agency, rule, first, last in rows
    )
    (folder / "waivers.toml").write_text(waivers, encoding="utf-8")
    (folder / "registry.toml").write_text(REGISTRY, encoding="utf-8")
    file = folder / "congthu.toml"
    file.write_text(CONFIG, encoding="utf-8")
    return file


def test_the_list_marks_what_ends_and_what_covers_nothing(tmp_path):
    """A line each with its marks, then reason and role; with a log, what each has covered."""
    lines = [
        json.dumps({"event": "transaction", "waived": ["BD-1c-2 wv-good", "NAT-8 wv-good"]}),
        "Nov 23 08:00:01 mx congthu[9]: " + json.dumps({"event": "transaction", "waived": ["BD-1c-2 wv-good"]}),
        json.dumps({"log": json.dumps({"event": "transaction", "waived": ["BD-1c-2 wv-good"]}) + "\n"}),
        'no JSON but "waived"',
        '{"waived":' + "[" * 100_000,
        json.dumps({"event": "transaction", "rules": ["BD-1c-2"]}),
    ]
    table = list(waiver_table(world(tmp_path), io.BytesIO("\n".join(lines).encode()), TODAY))
    unused = "[unused: covered nothing in this log]"
    assert [
        "wv-good  2026-11-01 to 2026-12-31  BD-1c-2  agency=so-a  [covered 3 messages]",
        "    Lý do. (Chánh Văn phòng)",
        f"wv-soon  2026-11-01 to 2026-12-06  BD-1c-2  agency=so-a  [ends in 13 days]  {unused}",
        f"wv-over  2026-10-01 to 2026-11-22  BD-1c-2  agency=so-a  [ended]  {unused}",
        f"wv-next  2026-12-01 to 2026-12-02  BD-1c-2  agency=so-a  [not yet]  {unused}",
        (
            "wv-gone  2026-11-01 to 2026-12-31  BD-1c-2  agency=so-b  [covers nothing: agency so-b does not exist on that "
            f"day]  {unused}"
        ),
        (
            "wv-free  2026-11-01 to 2026-12-31  BD-1c-2  agency=so-c  [covers nothing: none of its rules binds so-c]  "
            f"{unused}"
        ),
        "6 waivers, 4 in force",
    ] == [table[0], table[1], *table[2:-1:2], table[-1]]


def test_check_warns_of_the_same(tmp_path):
    """Fourteen days ahead, when it is over, and when it can cover nothing; each with its line."""
    file = world(tmp_path)
    generation, judge = load_generation(load_config(file), 1)
    place = tmp_path / "waivers.toml"
    assert [
        f"{place}:9: waiver wv-soon ends on 2026-12-06: its findings act again from the next day",
        f"{place}:17: waiver wv-over ended on 2026-11-22; remove it",
        f"{place}:33: waiver wv-gone covers nothing: agency so-b does not exist on that day",
        f"{place}:41: waiver wv-free covers nothing: none of its rules binds so-c",
    ] == list(waiver_warnings(generation, judge.registry, TODAY))


def test_a_generation_with_a_wrong_waiver_does_not_load(tmp_path):
    """Names nobody knows are told together, with the line of each waiver."""
    rows = [("wv-1", "so-x", "BD-9", "2026-11-01", "2026-12-31"), ("wv-1", "so-a", "NAT-AMB-1", *ROWS[0][3:])]
    with pytest.raises(Misconfigured) as told:
        load_generation(load_config(world(tmp_path, rows)), 1)
    assert [(1, "wv-1.rules"), (1, "wv-1.agency"), (9, "wv-1.rules"), (9, "wv-1.id")] == [
        (one.line, one.key) for one in told.value.problems
    ]


def test_explain_shows_the_waiver(tmp_path):
    """The rule is told as waived, its finding with the waiver, and nothing is refused."""
    mail = tmp_path / "mail.eml"
    mail.write_bytes(
        b"From: Van thu <vanthu@soa.thunghiem.gov.vn>\r\nTo: x@y.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="a.exe"\r\n\r\nMZ\x90\r\n'
    )
    file = world(tmp_path, [("wv-1", "so-a", "NAT-EXE-1", *ROWS[0][3:])])
    envelope = ("--mail-from", "vanthu@soa.thunghiem.gov.vn", "--rcpt", "x@y.example", "--at", "2026-11-23")
    done = congthu("explain", mail, *envelope, "--config", file, "--json")
    assert 10 == done.returncode, done.stderr  # another rule tags the name that is no program
    story = json.loads(done.stdout)
    assert [("NAT-EXE-1", "wv-1")] == [(one["rule"], one["waived"]) for one in story["waived"]]
    assert ["waived"] == [one["answer"] for one in story["rules"] if one["rule"] == "NAT-EXE-1"]
    assert "NAT-EXE-1 (enforce reject, waived by wv-1)" in congthu("explain", mail, *envelope, "-c", file).stdout
