"""Reports: the cells of reports that the truth can tell, row by row and as totals."""

from __future__ import annotations

import datetime as dt

from gateway.records.definitions.catalogue import make_report
from gateway.records.definitions.material import Ground, Material
from gateway.records.report import Hidden, Share
from gateway.records.roster import Roster
from gateway.values.period import parse_period
from tests.records.definitions.world import CRITERIA, GUIDES, OBLIGATIONS, RULES

TODAY = dt.date(2026, 1, 5)
CELLS = {
    ("public", "exchange"): {
        "issued": lambda one: one.issued,
        "received": lambda one: one.received,
        "deliveries": lambda one: one.deliveries,
        "recalled": lambda one: one.recalled,
        "signed": lambda one: Share(one.signed, one.issued),
        "agency_mailbox": lambda one: Share(one.sent_from_agency_mailbox, one.sent),
    },
    ("public", "mailboxes"): {
        "agency_active": lambda one: one.mailboxes.get("agency", 0),
        "messages": lambda one: one.messages.get("delivered", 0),
    },
    ("periodic", "growth"): {"now": lambda one: one.issued},
    ("workload", "by-agency"): {
        "boxes": lambda one: one.mailboxes.get("agency", 0),
        "carried": lambda one: one.clerk_documents,
        "received": lambda one: one.received,
    },
    ("inspection", "by-agency"): {
        "submissions": lambda one: one.submissions,
        "signed": lambda one: Share(one.signed_submissions, one.submissions),
    },
}
"""Report and table to its columns and what each cell of an agency must be."""


def report_differences(connection, registry, truth, name):
    """Yield (cell, as the report has it, as it is) of what differs, and how many cells were compared at the end."""
    period = parse_period(name)
    ground = Ground(Roster(registry), registry, OBLIGATIONS, RULES, GUIDES, CRITERIA, TODAY)
    material = Material(connection, ground, period)
    reports = {
        one: make_report(one, material) for one in ("public", "periodic", "lists", "workload", "inspection", "series")
    }
    compared = 0
    for what, shown, true in (*_cells(reports, truth, period), *_lists(reports, truth, period)):
        compared += 1
        if shown != true and not isinstance(shown, Hidden):
            yield f"{name} {what}", shown, true
    yield compared, None, None


def _table(reports, report, table):
    found = next(one for one in reports[report].tables if one.id == table)
    names = [column.id for column in found.columns]
    return [dict(zip(names, row, strict=True)) for row in found.rows]


def _cells(reports, truth, period):
    """Give the cells of agencies."""
    measures = truth.measures(period.first, period.last)
    for (report, table), columns in CELLS.items():
        for row in _table(reports, report, table):
            for column, of in columns.items():
                yield f"{report} {table} {row['id']} {column}", row[column], of(measures[row["id"]])


def _lists(reports, truth, period):
    """Give the totals of the public report, and lists as sorted rows."""
    days = period.first, period.last
    measures = truth.measures(*days)
    figures = {title.en: value for title, value in reports["public"].figures}
    own = [one for agency, one in measures.items() if agency]
    issued = sum(one.issued for one in own)
    yield "issued", figures["Issued electronically"], issued
    yield "deliveries", figures["Deliveries"], sum(one.deliveries for one in own)
    yield "senders", figures["Agencies that sent"], Share(sum(1 for one in own if one.sent), len(own))
    yield "reached", figures["Agencies reached"], Share(sum(1 for one in own if one.received), len(own))
    yield "weekly", figures["Documents a week"], round(issued * 7 / ((period.last - period.first).days + 1), 1)
    zero = sorted(row["id"] for row in _table(reports, "lists", "zero-senders"))
    yield "zero-senders", zero, sorted(agency for agency, one in measures.items() if agency and not one.sent)
    series = truth.series(*days)
    missing = sorted(row["missing"] for row in _table(reports, "series", "series"))
    yield "missing numbers", missing, sorted(map(len, series.values()))
    documents = {(row["agency"], row["document"].lstrip("0")) for row in _table(reports, "series", "disputed")}
    true = {(f"Cơ quan {issuer}", f"{number}/{notation}") for issuer, number, notation in truth.disputes(*days)}
    yield "disputed", documents, true
    recalled = sorted((row["document"], row["counted_on"]) for row in _table(reports, "series", "recalled"))
    told = sorted((f"{n}/{notation}", day.isoformat() if day else "") for _, n, notation, day in truth.recalls(*days))
    yield "recalled", recalled, told
    amended = sorted((r["how"], r["document"], r["counted_on"]) for r in _table(reports, "series", "amended"))
    mended = truth.amendments(*days)
    told = sorted((how, f"{n}/{notation}", day.isoformat() if day else "") for how, _, n, notation, day in mended)
    yield "amended", amended, told
    whole = {row["id"]: row["whole"] for row in _table(reports, "inspection", "by-agency")}
    true = truth.whole_submissions(*days)
    yield "whole submissions", whole, {one: Share(*true[one]) if one in true else Share(0, None) for one in whole}
