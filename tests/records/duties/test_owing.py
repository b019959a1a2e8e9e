"""Duties: read from packs, owed by agencies of the day, due on working days, in time or late."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from gateway.daemon.loading import load_packs
from gateway.edge.registry.files import load_registry
from gateway.records.duties.icalendar import calendar_file
from gateway.records.duties.owing import owed_reports
from gateway.records.duties.packs import load_obligations
from gateway.values.declared import BY_TOTALS, HandedIn
from gateway.values.faults import Misconfigured
from gateway.values.period import parse_period

ROOT = Path(__file__).parents[3]
REGISTRY = load_registry(sorted((ROOT / "config" / "registry").glob("*.toml")))
PACKS = [
    (pack, Path(pack.file).parent)
    for pack in load_packs({file.parent.name: file for file in sorted((ROOT / "policies").glob("*/pack.toml"))})
]
SHIPPED = load_obligations(PACKS)


def owed(window, today, handed_in=()):
    """List what is due in a window as (due, duty, agency, period, state, late days)."""
    found = owed_reports(SHIPPED.duties, REGISTRY, parse_period(window), handed_in, dt.date.fromisoformat(today))
    return [(one.due.isoformat(), one.duty, one.agency, str(one.period), one.state, one.late_days) for one in found]


def test_every_directive_that_names_a_report_has_its_duty():
    """Quarterly Hà Nội, three months Đắk Lắk, six months Hồ Chí Minh, monthly Bình Dương; each with a citation."""
    every = {duty.id: duty.every for duty in SHIPPED.duties}

    assert every == {
        "BD-4d": "month", "BD-5e": "month", "DL-11": "quarter", "HN-3": "quarter", "HN-9": "quarter",
        "HCM-2e": "once", "HCM-5": "once",
    }  # fmt: skip
    assert all(duty.cites.document and duty.cites.locator and duty.cites.date for duty in SHIPPED.duties)


def test_entering_totals_hands_the_statistics_of_the_unit_in():
    """BD-5e, of that month and agency alone; a clerk who says an earlier day is believed, and BD-4d is another matter."""
    march = parse_period("2025-03")
    by_totals = HandedIn("bd-so-khcn", BY_TOTALS, march, dt.date(2025, 4, 4))
    said = HandedIn("bd-so-khcn", "BD-5e", march, dt.date(2025, 4, 3), "45/BC-SKHCN")

    def states(*handed_in):
        found = owed("2025-04", "2025-04-30", handed_in)
        return {(row[1], row[2]): row[4:] for row in found if row[2] in {"bd-so-khcn", "bd-so-nv"}}

    assert states()["BD-5e", "bd-so-khcn"][0] == "overdue"
    assert states(by_totals)["BD-5e", "bd-so-khcn"] == ("on_time", 0)
    assert states(by_totals)["BD-4d", "bd-so-khcn"][0] == "overdue"
    found = owed_reports(SHIPPED.duties, REGISTRY, parse_period("2025-04"), (by_totals, said), dt.date(2025, 4, 30))
    assert [one.handed_in for one in found if one.duty == "BD-5e" and one.agency == "bd-so-khcn"] == [said.on]


def test_targets_belong_to_their_years():
    """60 % in 2012 and 80 % in 2013, each over."""
    targets = [(one.id, one.at_least, one.since.year, one.until.year) for one in SHIPPED.targets if one.at_least]

    assert ("HNB-5", 60, 2012, 2012) in targets
    assert ("HNB-5", 80, 2013, 2013) in targets
    assert {"HN-1", "HN-2", "HN-4", "HN-5", "HNB-1"} <= {one[0] for one in targets}


def test_monthly_statistics_are_owed_by_the_office_of_the_day():
    """Sở TTTT until 28/02/2025, Sở KHCN after; ten working days, Tết left out."""
    first = [row for row in owed("2025-02", "2025-02-01") if row[1] == "BD-4d"]
    after = [row for row in owed("2025-04", "2025-04-01") if row[1] == "BD-4d"]

    assert first == [("2025-02-17", "BD-4d", "bd-so-tttt", "2025-01", "due", 0)]
    assert after == [("2025-04-15", "BD-4d", "bd-so-khcn", "2025-03", "due", 0)]


def test_a_merged_territory_owes_nothing_more_under_its_old_pack():
    """From 01/7/2025 agencies of Bình Dương belong to Hồ Chí Minh."""
    assert [row for row in owed("2025-09", "2025-09-01") if row[1].startswith("BD")] == []


def test_review_after_six_months_is_due_on_the_day_the_letter_names():
    """Rules from 01/3/2014, the review on 01/9/2014; late when it comes later."""
    ours = [row for row in owed("2014-09", "2014-09-05") if row[1] == "HCM-2e"]

    assert [(row[0], row[3], row[4], row[5]) for row in ours] == [
        ("2014-09-01", "2014-03-01/2014-08-31", "overdue", 3)  # 2 September is a holiday
    ]


def test_a_report_is_in_time_late_due_or_coming():
    """The earliest of two stands."""
    window, agency = "2026-10", next(row[2] for row in owed("2026-10", "2026-10-01") if row[1] == "HN-3")
    day = dt.date(2026, 10, 14)

    def state(today, *days):
        handed_in = [HandedIn(agency, "HN-3", parse_period("2026-Q3"), one, "45/BC-SNV") for one in days]
        rows = owed(window, today, handed_in)
        return next((row[0], *row[4:]) for row in rows if row[1] == "HN-3" and row[2] == agency)

    assert state("2026-09-30") == ("2026-10-14", "coming", 0)
    assert state("2026-10-14") == ("2026-10-14", "due", 0)
    assert state("2026-10-15") == ("2026-10-14", "overdue", 1)
    assert state("2026-11-30", day) == ("2026-10-14", "on_time", 0)
    assert state("2026-11-30", dt.date(2026, 10, 19)) == ("2026-10-14", "late", 3)
    assert state("2026-11-30", dt.date(2026, 10, 19), day) == ("2026-10-14", "on_time", 0)


def test_own_file_sets_a_decided_day(tmp_path):
    """The text names none; a decision does."""
    file = tmp_path / "reports.toml"
    entry = (ROOT / "policies" / "ha-noi-1616-2012" / "reports.toml").read_text("utf-8").partition("\n\n[[duty]]")[2]
    text = "[[duty]]" + entry.partition("\n[[")[0].replace("working_days = 10", "working_days = 3")
    file.write_text(f'{text}\npack = "ha-noi-1616-2012"\n'.replace("report =", "report ="), "utf-8")
    duties = {duty.id: duty for duty in load_obligations(PACKS, file).duties}

    assert duties["HN-3"].due.working_days == 3
    assert set(duties) == {duty.id for duty in SHIPPED.duties}


def test_mistakes_in_a_file_are_all_told(tmp_path):
    """With their lines."""
    file = tmp_path / "reports.toml"
    file.write_text(
        '[[duty]]\nid = "X-1"\n\n[[duty]]\npack = "none"\n\n[[target]]\npack = "national"\nid = "?"\n[other]\n', "utf-8"
    )

    with pytest.raises(Misconfigured) as caught:
        load_obligations(PACKS, file)

    told = [str(problem).removeprefix(str(file)) for problem in caught.value.problems]
    assert [text.split(":")[1] for text in told] == ["10", "1", "4", "7"]
    assert "no pack `none`" in told[2]


def test_calendar_file_is_one_that_programs_read():
    """RFC 5545: CRLF, lines of 75 octets at most, one stable UID a report, commas escaped."""
    rows = owed_reports(SHIPPED.duties, REGISTRY, parse_period("2026-Q4"), (), dt.date(2026, 11, 30))
    titles = {duty.id: duty.title.vi for duty in SHIPPED.duties}
    stamp = dt.datetime(2026, 11, 30, 1, 2, 3, tzinfo=dt.UTC)
    text = calendar_file(rows, titles, {}, stamp)
    lines = text.split("\r\n")
    whole = text.replace("\r\n ", "").split("\r\n")
    uids = [line for line in whole if line.startswith("UID:")]

    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\n" not in text.replace("\r\n", "")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    assert len(uids) == len(set(uids)) == len(rows) > 0
    assert "DTSTART;VALUE=DATE:20261014" in whole
    assert "DTSTAMP:20261130T010203Z" in whole
    assert whole.count("BEGIN:VEVENT") == whole.count("END:VEVENT") == len(rows)
    assert any(line.startswith("SUMMARY:HN-3: Báo cáo quý về gửi\\, nhận") for line in whole)
