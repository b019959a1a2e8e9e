"""Waiver files: what they give, and every problem at its line and key or column."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.daemon.config.waivers import load_waivers, parse_waivers
from gateway.values.faults import Misconfigured
from gateway.values.waiver import Waiver

TOML = """\
[[waivers]]
id = "wv-2026-001"
rules = ["BD-1c-2", "NAT-8"]
sender = "VanThu@So-A.example"
reason = "Thiết bị ký số  đang được thay."
approved_by = "Chánh Văn phòng"
valid_from = 2026-11-01
valid_to = 2026-12-31

[[waivers]]
id = "wv-2026-002"
rules = ["BD-1c-0"]
agency = "so-a"
number = "214 / GM-UBND"
reason = "Văn bản cũ"
approved_by = "Giám đốc Sở"
valid_from = 2026-01-01
valid_to = 2027-01-01
"""
CSV = """\
Mã;Quy tắc;Người gửi;Mã cơ quan;Số, ký hiệu;Lý do;Người duyệt;Từ ngày;Đến ngày
wv-2026-001;BD-1c-2|NAT-8;VanThu@So-A.example;;;Thiết bị ký số  đang được thay.;Chánh Văn phòng;01/11/2026;31/12/2026

wv-2026-002;BD-1c-0;;so-a;214 / GM-UBND;Văn bản cũ;Giám đốc Sở;2026-01-01;2027-01-01
"""
FIRST = Waiver(
    id="wv-2026-001",
    rules=("BD-1c-2", "NAT-8"),
    sender="vanthu@so-a.example",
    reason="Thiết bị ký số đang được thay.",
    approved_by="Chánh Văn phòng",
    valid_from=dt.date(2026, 11, 1),
    valid_to=dt.date(2026, 12, 31),
    origin=("w.toml", 1),
)
SECOND = Waiver(
    id="wv-2026-002",
    rules=("BD-1c-0",),
    agency="so-a",
    number="214/GM-UBND",
    reason="Văn bản cũ",
    approved_by="Giám đốc Sở",
    valid_from=dt.date(2026, 1, 1),
    valid_to=dt.date(2027, 1, 1),
    origin=("w.toml", 10),
)


def test_both_forms_give_the_same_waivers():
    """A clerk's sheet, saved with a byte order mark and semicolons, says what the TOML says."""
    assert (FIRST, SECOND) == parse_waivers(TOML.encode(), "w.toml")
    sheet = parse_waivers(CSV.encode("utf-8-sig"), "w.csv")
    assert ((*_bare(FIRST), ("w.csv", 2)), (*_bare(SECOND), ("w.csv", 4))) == tuple(
        (*_bare(one), one.origin) for one in sheet
    )


def _bare(waiver):
    return [getattr(waiver, name) for name in waiver.__struct_fields__ if name != "origin"]


WRONG = """\
[[waivers]]
id = "wv 1"
rules = []
reason = ""
approved_by = "Ông Trưởng phòng"
valid_from = 2026-01-01
valid_to = 2027-01-02
[[waivers]]
id = "wv-2"
rules = ["BD-1c-2"]
reson = "x"
reason = "x"
approved_by = "truongphong@so-a.example"
number = "214/GM-UBND"
valid_from = 2026-01-02
valid_to = 2026-01-01
[[waivers]]
id = "wv-3"
rules = ["BD-1c-2"]
sender = "so a"
sha256 = "abc"
reason = "x"
approved_by = "Giám đốc Sở"
valid_from = 2026-01-02
"""


def test_every_problem_is_told_at_once():
    """Line, key, what is wrong, what to write: also a waiver without a last day, or with one too far."""
    with pytest.raises(Misconfigured) as told:
        parse_waivers(WRONG.encode(), "w.toml")
    lines = [str(one) for one in told.value.problems]
    assert [
        "w.toml:2: waivers[0].id: `wv 1` is not an id; use letters, digits, dots and hyphens, 1 to 32 characters",
        (
            "w.toml:5: waivers[0].approved_by: `Ông Trưởng phòng` names a person; write the role, such as "
            "`Chánh Văn phòng`"
        ),
        "w.toml:11: waivers[1].reson: unknown key; did you mean `reason`?",
        (
            "w.toml:13: waivers[1].approved_by: `truongphong@so-a.example` names a person; write the role, such as "
            "`Chánh Văn phòng`"
        ),
        "w.toml:17: waivers[2].valid_to: is missing",
        "w.toml:20: waivers[2].sender: `so a` is not a domain name",
        "w.toml:21: waivers[2].sha256: `abc` is not a SHA-256: 64 digits 0-9 and a-f, as `sha256sum` prints it",
    ] == lines


def test_what_takes_more_than_one_key_is_told_once_each_waiver_is_whole():
    """Nobody covered, a number anybody can write, dates the wrong way or too far apart, empty texts."""
    text = """\
[[waivers]]
id = "wv-1"
rules = []
reason = " "
approved_by = "Giám đốc Sở"
valid_from = 2026-01-01
valid_to = 2027-01-02
[[waivers]]
id = "wv-2"
rules = ["BD-1c-2"]
reason = "x"
approved_by = "Giám đốc Sở"
number = "214/GM-UBND"
valid_from = 2026-01-02
valid_to = 2026-01-01
"""
    with pytest.raises(Misconfigured) as told:
        parse_waivers(text.encode(), "w.toml")
    assert [(3, "rules"), (3, "rules"), (4, "reason"), (7, "valid_to"), (13, "number"), (15, "valid_to")] == [
        (one.line, one.key.rpartition(".")[2]) for one in told.value.problems
    ]
    assert "367 days" in str(told.value.problems[3])


def test_a_sheet_names_line_and_column():
    """Columns nobody knows, days that do not exist, cells without a heading."""
    with pytest.raises(Misconfigured) as told:
        parse_waivers("id,rules,ghi chú\n".encode(), "w.csv")
    assert "w.csv:1: ghi chú: unknown column" in str(told.value.problems[0])
    with pytest.raises(Misconfigured) as told:
        parse_waivers(CSV.replace("31/12/2026", "31/11/2026").replace("2027-01-01", "2027-01-01;x").encode(), "w.csv")
    assert [
        "w.csv:2: valid_to: `31/11/2026` is not a day of the calendar",
        "w.csv:4: has 10 cells and the header 9; put cells with a separator in quotes",
    ] == [str(one) for one in told.value.problems]
    with pytest.raises(Misconfigured) as told:
        parse_waivers(CSV.replace("so-a;", "Sở A;").encode(), "w.csv")
    assert ["w.csv:4: agency: `Sở A` is not an id; use a-z, 0-9 and hyphens, 1 to 63 characters"] == [
        str(one) for one in told.value.problems
    ]


def test_files_are_read_in_order_and_problems_of_all_are_told(tmp_path):
    """One broken file does not hide the next."""
    good, bad, worse = tmp_path / "a.toml", tmp_path / "b.toml", tmp_path / "c.csv"
    good.write_text(TOML, encoding="utf-8")
    assert ["wv-2026-001", "wv-2026-002"] == [one.id for one in load_waivers((str(good),))]
    bad.write_text("[[waivers]\n", encoding="utf-8")
    worse.write_bytes(b"id\n\xff\n")
    with pytest.raises(Misconfigured) as told:
        load_waivers((str(good), str(bad), str(worse), str(tmp_path / "d.toml")))
    assert [(str(bad), 1), (str(worse), 2), (str(tmp_path / "d.toml"), 0)] == [
        (one.file, one.line) for one in told.value.problems
    ]
