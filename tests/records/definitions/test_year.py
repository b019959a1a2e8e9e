"""A made-up year with paper and totals: every figure of every report equals what is true of it, as its JSON shows it."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from gateway.edge.registry.files import load_registry
from gateway.records.definitions.catalogue import make_report
from gateway.records.definitions.material import Ground, Material
from gateway.records.definitions.papers import stretches
from gateway.records.definitions.rules import INSPECTED
from gateway.records.figures.series import MAX_GAPS
from gateway.records.imports.keeping import keep
from gateway.records.imports.reading import Import
from gateway.records.reading.ledgers import FolderLedger
from gateway.records.reading.sync import sync
from gateway.records.render.data import read_report, report_json
from gateway.records.report import Hidden, Share
from gateway.records.roster import Roster
from gateway.records.store.opening import open_store
from gateway.values.declared import DeclaredTotal, PaperPart, UnitPrice
from gateway.values.period import parse_period
from tests.records.definitions.world import CRITERIA, GUIDES, OBLIGATIONS, RULES
from tests.records.making import at
from tests.records.year.letters import Maker
from tests.records.year.offices import OFFICES, registry_text
from tests.records.year.truth import Truth
from tests.records.year.writing import write_year

PERIODS = ("2025", "2025-H1", "2025-Q3", "2025-06", "2025-07", "2025-11")
MONTHS = parse_period("2025").months()
DECLARING = {office.id: place for place, office in enumerate(OFFICES) if place % 2 == 0}
WHOLE = {office.id for place, office in enumerate(OFFICES) if place % 4 == 0}
"""Of those that declare totals, those whose paper book is whole."""
PAPER_LAG = dt.timedelta(3)


class Year:
    """The year, its truth, and the reports made of its ledgers."""

    def __init__(self, folder):
        """Write ledgers and sheets, and read them in."""
        year = Maker(1_500, seed=5).make()
        self.truth = Truth(year, OFFICES)
        self.store = open_store(f"sqlite:///{folder}/records.db")
        sync(self.store, [FolderLedger(one) for one in write_year(year, folder)])
        file = folder / "registry.toml"
        file.write_text(registry_text(), "utf-8")
        registry = load_registry([file])
        self.ground = Ground(
            Roster(registry), registry, OBLIGATIONS, RULES, GUIDES, CRITERIA, dt.date(2026, 1, 5)
        )  # fmt: skip
        self.letters = [seen for seen in self.truth.seen.values() if seen.letter not in self.truth.recalled]
        self.papers = [seen for seen in self.letters if seen.letter.tag == "kem-ban-giay" and seen.letter.number % 2]
        self.declared = {}
        for office, place in DECLARING.items():
            for month in MONTHS:
                issued = self.measures(month).get(office)
                if issued is not None:
                    self.declared[office, month] = issued.issued + place
        self.declare()

    def declare(self):
        """Enter totals, the paper of every second letter that needs it, and prices."""
        totals = tuple(
            DeclaredTotal(office, month, count, None, is_paper_book_whole=office in WHOLE)
            for (office, month), count in self.declared.items()
        )
        parts = tuple(
            PaperPart(one.letter.office.id, str(one.letter.number), one.letter.notation, one.letter.issued_on.year,
                      "sent", "", one.first.date() + PAPER_LAG)
            for one in self.papers
        )  # fmt: skip
        prices = (
            UnitPrice("postage", 5_000, dt.date(2020, 1, 1)), UnitPrice("express_mail", 20_000, dt.date(2020, 1, 1))
        )  # fmt: skip
        for kind, rows in (("totals", totals), ("paper", parts), ("prices", prices)):
            assert keep(self.store, kind, kind.encode(), Import(kind, rows), at("2026-01-04 08:00:00"))

    def measures(self, period):
        """Give what is true of a period."""
        return self.truth.measures(period.first, period.last)

    def of(self, period, *, wants_paper=None):
        """Give the letters of whole paper books that count in a period, by whether paper of theirs is entered."""
        return [
            one
            for one in self.letters
            if one.first.date() in period
            and one.letter.office.id in WHOLE
            and (one.letter.office.id, next(m for m in MONTHS if one.first.date() in m)) in self.declared
            and (wants_paper is None or (one in self.papers or "announced" in one.said) == wants_paper)
        ]

    def tables(self, name, period):
        """Make a report, take it through its JSON, and give its tables as lists of dicts."""
        with self.store.begin() as connection:
            made = make_report(name, Material(connection, self.ground, parse_period(period)))
        report = read_report(report_json(made))
        return {
            table.id: [dict(zip([column.id for column in table.columns], row, strict=True)) for row in table.rows]
            for table in report.tables
        }


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """Make one year for all tests here."""
    made = Year(tmp_path_factory.mktemp("year"))
    yield made
    made.store.dispose()


@pytest.mark.parametrize("name", PERIODS)
def test_public_statistics_are_true(year, name):
    """Agency by agency: documents, deliveries, rates with their denominators or lower bounds, mailboxes."""
    period = parse_period(name)
    true, bounds = year.measures(period), year.truth.lower_bounds(period.first, period.last)
    tables = year.tables("public", name)
    counted = {row["id"]: row for row in tables["exchange"]}
    boxes = {row["id"]: row for row in tables["mailboxes"]}

    assert set(counted) == set(true) - {""}
    for office, one in true.items():
        if not office:
            continue
        row, months = counted[office], [year.declared.get((office, month)) for month in period.months()]
        whole = None if None in months else sum(months)
        assert (row["issued"], row["received"], row["deliveries"], row["recalled"]) == (
            one.issued, one.received, one.deliveries, one.recalled
        )  # fmt: skip
        assert row["send"] == Share(one.issued, whole, bounds.get(office, 0) if whole is None else 0)
        assert row["signed"] == Share(one.signed, one.issued)
        assert row["agency_mailbox"] == Share(one.sent_from_agency_mailbox, one.sent)
        people = one.mailboxes.get("personal", 0)
        assert boxes[office]["personal_active"] == (Hidden() if 0 < people < 5 else people)
        assert boxes[office]["messages"] == one.messages.get("delivered", 0)


@pytest.mark.parametrize("name", PERIODS)
def test_lists_and_work_are_true(year, name):
    """Zero-senders, and what clerks carried."""
    period = parse_period(name)
    true = year.measures(period)
    zero = {row["id"] for row in year.tables("lists", name)["zero-senders"]}
    carried = {row["id"]: (row["carried"], row["boxes"]) for row in year.tables("workload", name)["by-agency"]}

    assert zero == {office for office, one in true.items() if office and one.sent == 0}
    assert carried == {
        office: (one.clerk_documents, one.mailboxes.get("agency", 0)) for office, one in true.items() if office
    }


@pytest.mark.parametrize("name", PERIODS)
def test_findings_are_true(year, name):
    """By kind of error, and of the inspection; waived ones count nowhere."""
    period = parse_period(name)
    hits = [
        (office, rule, count)
        for (office, rule, mode), count in year.truth.hits(period.first, period.last).items()
        if office and mode != "waived"
    ]
    by_kind = {}
    for _, rule, count in hits:
        for kind in (RULES[rule].help or ()) if rule in RULES else ():
            by_kind[GUIDES[kind]] = by_kind.get(GUIDES[kind], 0) + count
    failed = {}
    for office, rule, count in hits:
        if rule in INSPECTED:
            failed[office] = failed.get(office, 0) + count

    assert {row["kind"]: row["messages"] for row in year.tables("training", name)["kinds"]} == by_kind
    inspected = year.tables("inspection", name)["by-agency"]
    assert {row["id"]: row["failed"] for row in inspected if row["failed"]} == failed


@pytest.mark.parametrize("name", PERIODS)
def test_series_disputes_and_recalls_are_true(year, name):
    """Number by number."""
    period = parse_period(name)
    days = period.first, period.last
    tables = year.tables("series", name)
    gaps = {
        (f"Cơ quan {office}", notation): stretches(tuple(missing[:MAX_GAPS]))
        for (office, notation), missing in year.truth.series(*days).items()
    }

    assert {(row["agency"], row["notation"]): row["numbers"] for row in tables["series"]} == gaps
    disputed = {row["document"].lstrip("0") for row in tables["disputed"]}
    assert disputed == {f"{number}/{notation}" for _, number, notation in year.truth.disputes(*days)}
    taken_back = [f"{number}/{notation}" for _, number, notation, _ in year.truth.recalls(*days)]
    assert sorted(row["document"] for row in tables["recalled"]) == sorted(taken_back)


@pytest.mark.parametrize("name", PERIODS)
def test_pairs_are_true(year, name):
    """Complete with paper, missing in whole books, else unknown."""
    period = parse_period(name)
    expected = {}
    for one in year.letters:
        if one.letter.tag == "kem-ban-giay" and one.first.date() in period:
            word = "complete" if one in year.papers else "paper_missing" if one in year.of(period) else "unknown"
            counts = expected.setdefault(one.letter.office.id, {"complete": 0, "paper_missing": 0, "unknown": 0})
            counts[word] += 1
    rows = {row["id"]: row for row in year.tables("pairs", name)["by-agency"]}

    assert {
        office: {word: rows[office][word] for word in ("complete", "paper_missing", "unknown")} for office in rows
    } == expected
    assert all(row["electronic_missing"] == 0 for row in rows.values())


@pytest.mark.parametrize("name", PERIODS)
def test_savings_are_true(year, name):
    """Only letters without paper, of whole books; a delivery an agency, urgent ones apart."""
    period = parse_period(name)
    ordinary = urgent = 0
    for one in year.of(period, wants_paper=False):
        issuer = one.letter.office
        reached = {office for mail, _ in one.sent if mail.sender is issuer for office, _ in mail.to} - {issuer}
        ordinary += len(reached) if one.letter.urgency == "none" else 0
        urgent += 0 if one.letter.urgency == "none" else len(reached)
    lines = {row["line"].split(" / ")[1]: row for row in year.tables("savings", name)["by-line"]}
    agencies = {row["id"]: row for row in year.tables("savings", name)["by-agency"] if row["documents"]}
    documents = {
        office: len(list(held))
        for office, held in itertools.groupby(sorted(one.letter.office.id for one in year.of(period)))
    }

    assert (lines["Postage"]["items"], lines["Express mail"]["items"]) == (ordinary, urgent)
    assert lines["Postage"]["saved"] == ordinary * 5_000
    assert lines["Express mail"]["saved"] == urgent * 20_000
    assert {office: row["documents"] for office, row in agencies.items()} == documents
