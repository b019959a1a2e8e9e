"""Every report of the directives over a small world whose figures are known."""

from __future__ import annotations

import pytest

from gateway.records.definitions.catalogue import REPORTS, UNIT, make_report
from gateway.records.render.data import read_report, report_json
from gateway.records.render.page import report_page
from gateway.records.render.xlsx import report_xlsx
from gateway.records.report import Hidden, Share
from gateway.records.store.opening import open_store
from tests.records.definitions.world import fill, material
from tests.records.making import Source, letter, mail, read_in, taken, to


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    """Give what makes a report of the world."""
    folder = tmp_path_factory.mktemp("world")
    store = open_store(f"sqlite:///{folder}/records.db")
    fill(store)
    with store.begin() as connection:
        yield lambda name, period="2026-10", agency="", territory="ha-noi": make_report(
            name, material(connection, folder, period, territory), agency
        )
    store.dispose()


def rows(report, table):
    """Give the rows of a table as dicts, by the first cell."""
    found = next(one for one in report.tables if one.id == table)
    names = [column.id for column in found.columns]
    return {row[0]: dict(zip(names, row, strict=True)) for row in found.rows}


def test_public_statistics_count_documents_and_keep_denominators(make):
    """Declared totals give a rate; without them stands the lower bound of the number series."""
    exchange = rows(make("public"), "exchange")

    assert exchange["Sở A"]["issued"] == 3
    assert exchange["Sở A"]["send"] == Share(3, 4)
    assert exchange["Sở A"]["receive"] == Share(2, 6)
    assert exchange["Sở A"]["deliveries"] == 6
    assert exchange["Sở B"]["send"] == Share(1, None, 1)
    assert (exchange["Sở B"]["signed"], exchange["Sở A"]["signed"]) == (Share(0, 1), Share(3, 3))


def test_public_statistics_show_agencies_without_traffic(make):
    """They come from the registry; those of another territory stand in another report."""
    report = make("public")

    assert list(rows(report, "exchange")) == ["UBND Thành phố", "Sở A", "Sở B", "Sở C"]
    assert rows(report, "exchange")["Sở C"]["issued"] == 0
    assert "Sở X" in rows(make("public", territory=""), "exchange")


def test_public_statistics_hide_few_persons(make):
    """One personal mailbox is a person; the share that would tell of it is left out too."""
    mailboxes = rows(make("public"), "mailboxes")

    assert mailboxes["Sở A"]["personal_boxes"] == Hidden()
    assert mailboxes["Sở A"]["active"] is None
    assert mailboxes["Sở B"]["active"] == Share(1, 1)


def test_public_statistics_name_no_document_and_no_secret(make):
    """One number without agency, in a note; no number or notation of a document anywhere."""
    report = make("public")
    text = report_json(report).decode()

    assert report.audience == "public"
    assert any("1 thư mang dấu chỉ độ mật" in note.vi for note in report.notes)
    assert "SA-VP" not in text
    assert "example" not in text


def test_periodic_form_shows_what_is_due_and_late(make):
    """HN-3 is due on 14 October; A handed it in on the 20th, the others did not."""
    report = make("periodic")
    found = next(one for one in report.tables if one.id == "reports-due")
    due = {(row[0], row[1].split(":")[0]): row[3:] for row in found.rows}

    assert due["Sở A", "HN-3"] == ("2026-10-14", "no", "late", "2026-10-20", 4)
    assert due["Sở B", "HN-3"][2] == "overdue"
    assert "Công văn 1616/UBND-THCB, điểm 1 và đoạn cuối (2012-03-12)" in report.citations


def test_growth_is_against_the_same_period_of_the_year_before(make):
    """Three documents after one."""
    growth = rows(make("periodic"), "growth")

    assert (growth["Sở A"]["then"], growth["Sở A"]["growth"]) == (1, 200.0)
    assert growth["Sở B"]["growth"] is None


def test_targets_of_past_years_are_history(make):
    """Of 2012 nothing is current in 2026; nothing is judged by it."""
    report = make("targets")

    assert rows(report, "targets") == {}
    assert {row["state"] for row in rows(report, "history").values()} == {"history"}


def test_targets_of_their_year_judge_each_class(make):
    """In 2012: HN-1 for departments, HN-4 for the committee, HN-5 for all together, with those that signed nothing."""
    report = make("targets", "2012-11")
    table = next(one for one in report.tables if one.id == "targets")
    by_rule = {}
    for row in table.rows:
        by_rule.setdefault(row[3], []).append((row[0], row[5], row[7]))

    assert set(by_rule) == {"HN-1", "HN-2", "HN-4", "HN-5", "HNB-5"}
    assert by_rule["HN-4"] == [("UBND Thành phố", "≥ 100 %", "open")]
    assert [row[0] for row in by_rule["HN-1"]] == ["Sở A", "Sở B", "Sở C"]
    assert by_rule["HN-5"][0] == ("Tất cả", "≥ 100 %", "missed")
    assert {row[0] for row in by_rule["HN-5"][1:]} == {"Sở A", "Sở B", "Sở C"}
    assert {row[1] for row in by_rule["HNB-5"]} == {"≥ 60 %"}


def test_both_lists_follow_the_same_criteria(make):
    """C and the committee sent nothing; A is good by most and late with a report, so that it stands on neither."""
    report = make("lists")

    assert list(rows(report, "exemplary")) == []
    assert set(rows(report, "deficient")) == {"UBND Thành phố", "Sở B", "Sở C"}
    assert set(rows(report, "zero-senders")) == {"UBND Thành phố", "Sở C"}
    columns = [[column.id for column in table.columns] for table in report.tables[:2]]
    assert columns[0] == columns[1]


def test_an_agency_the_registry_lost_stands_in_no_list(tmp_path):
    """What only got documents of one nobody knows any more is told by a caveat; it is nobody to be blamed."""
    store = open_store(f"sqlite:///{tmp_path}/records.db")
    read_in(store, Source(*taken(mail("T1", letter(), recipients=to("so-b", "so-mat")))))
    with store.begin() as connection:
        report = make_report("lists", material(connection, tmp_path, territory=""), "")

    others = {"UBND Thành phố", "Sở B", "Sở C", "Sở X"}
    assert (set(rows(report, "zero-senders")), set(rows(report, "deficient"))) == (others, others)


def test_emulation_scores_what_is_known(make):
    """Each mark has its share beside it; what has no denominator leaves score and weight."""
    scores = rows(make("emulation"), "scores")
    a, b = scores["Sở A"], scores["Sở B"]

    # A: send 75 % of 30, signed 20, pair 1/1 of 10, reports 0 of 10, agency mailbox 15; mailboxes would tell of one
    # person and are left out
    assert a["score"] == round(100 * (30 * 0.75 + 20 + 10 + 0 + 15) / 85, 1)
    assert a["active_mailboxes"].whole is None
    assert a["weight_known"] == 85.0
    assert a["exchange"] + a["mailbox"] == pytest.approx(a["score"], abs=0.11)
    # B declared no total; its paper without mail is a pair that is not complete
    assert (b["weight_known"], b["send"].whole, b["pair"]) == (70.0, None, Share(0, 1))


def test_savings_count_only_where_no_paper_went(make):
    """A's 2 has paper; 1 and 5 went to two and three units without. Pages are the mean of paper entered: 15."""
    report = make("savings")
    lines = {row[0].split(" / ")[1]: row for row in next(t for t in report.tables if t.id == "by-line").rows}
    agencies = rows(report, "by-agency")

    assert (agencies["Sở A"]["documents"], agencies["Sở A"]["without_paper"]) == (3, 2)
    assert lines["Postage"][1:5] == (5, 5_000, "BG 1", 25_000)
    assert lines["Photocopies"][1:5] == (75, 300, "BG 1", 22_500)
    assert lines["Printing"][1:5] == (30, None, "", None)
    assert lines["Certified copies"][1] is None
    assert lines["Postage"][5:] == (10_000, 15_000, "")
    assert "no unit price" in lines["Printing"][7]
    assert "mail does not tell how many" in lines["Certified copies"][7]
    assert agencies["Sở B"]["saved"] is None


def test_workload_counts_what_agency_mailboxes_carried(make):
    """Resends are work: five mails with a document from A's mailbox."""
    work = rows(make("workload"), "by-agency")

    assert (work["Sở A"]["boxes"], work["Sở A"]["carried"], work["Sở A"]["each"]) == (1, 5, 5.0)
    assert work["Sở C"]["each"] is None


def test_inspection_lists_submissions_that_failed(make):
    """By agency with what was checked, and one by one with number and rule."""
    report = make("inspection")

    assert rows(report, "by-agency")["Sở A"]["failed"] == 1
    assert [row[2] for row in report.tables[1].rows] == ["2/SA-VP"]
    assert rows(report, "by-agency")["Sở A"]["whole"] == Share(0, 1)


def test_training_is_grouped_by_what_clerks_have_to_learn(make):
    """NAT-5-DPI is mended by scanning anew."""
    report = make("training")

    assert rows(report, "by-agency")["Sở A"]["messages"] == 1
    assert all(kind for kind in rows(report, "kinds"))


def test_pairs_have_their_lag_in_working_days(make):
    """Electronic on Monday 5, paper on Thursday 8; B's paper has no mail."""
    report = make("pairs")
    found = {row[1]: row for row in next(t for t in report.tables if t.id == "pairs").rows}

    assert found["2/SA-VP"][3:] == ("2026-10-05", "2026-10-08", 3, "complete", "")
    assert found["8/SB-VP"][6] == "electronic_missing"
    assert rows(report, "by-agency")["Sở A"]["pair"] == Share(1, 1)


def test_gaps_of_series_and_disputed_numbers_are_listed(make):
    """3 and 4 of A were never seen; 5 went out with two contents, and B's clerk hears of nothing."""
    report = make("series")

    assert rows(report, "series")["Sở A"]["numbers"] == "3-4"
    assert rows(report, "disputed")["Sở A"]["document"] == "5/SA-VP"


def test_unit_sheet_is_about_one_agency(make):
    """For its head: own figures beside its past and its peers, its reports, gaps and errors."""
    report = make(UNIT, agency="so-a")
    comparison = rows(report, "comparison")

    assert report.subject == "so-a"
    assert report.audience == "internal"
    assert comparison["Văn bản phát hành qua mạng"]["then"] == 1
    assert comparison["Văn bản phát hành qua mạng"]["peers"] == 0.5
    assert {row[0] for row in next(t for t in report.tables if t.id == "reports-due").rows} == {"Sở A"}
    with pytest.raises(ValueError, match="no agency `so-none`"):
        make(UNIT, agency="so-none")


@pytest.mark.parametrize("name", list(REPORTS))
@pytest.mark.parametrize("period", ["2026-10", "2026-Q4", "2026", "2012-01"])
def test_every_report_renders_for_every_period(make, name, period):
    """Without any traffic too; the same report comes back from its JSON."""
    report = make(name, period)

    assert read_report(report_json(report)) == report
    assert report_page(report).startswith("<!DOCTYPE html>")
    assert report_xlsx(report).startswith(b"PK")


def test_an_unknown_report_is_named_with_those_there_are(make):
    """Wrong usage."""
    with pytest.raises(ValueError, match="no report `nothing`: public, periodic"):
        make("nothing")
