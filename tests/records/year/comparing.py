"""Comparing: every figure of every period of the year with what is true; each difference in words."""

from __future__ import annotations

from gateway.records.figures.agencies import period_figures
from gateway.records.figures.declared import paperless
from gateway.records.figures.disputes import amendments, disputes, recalls
from gateway.records.figures.measures import Measures
from gateway.records.figures.pairs import pairs
from gateway.records.figures.rules import hit_counts, whole_submissions
from gateway.records.figures.series import MAX_GAPS, lower_bounds, number_series
from gateway.values.period import parse_period
from gateway.values.working_days import LAWFUL_DAYS
from tests.records.year.offices import YEAR

PERIODS = tuple(
    f"{YEAR}{rest}"
    for rest in ("", "-H1", "-H2", "-Q1", "-Q2", "-Q3", "-Q4", *(f"-{month:02}" for month in range(1, 13)))
)


def differences(connection, roster, truth, periods=PERIODS):
    """Yield what is counted otherwise than it is, and how much was compared at the end as (figures, None, None)."""
    compared = 0
    for name in periods:
        period = parse_period(name)
        for what, counted, true in _pairs(connection, roster, truth, period):
            compared += 1
            if counted != true:
                yield f"{name} {what}", counted, true
    yield compared, None, None


def _pairs(connection, roster, truth, period):
    """Give (what, as counted, as it is)."""
    days = period.first, period.last
    figures, true = period_figures(connection, roster, period), truth.measures(*days)
    yield "agencies", sorted(figures.agencies), sorted(true.keys() - {""})
    for agency in sorted(true.keys() | figures.agencies.keys() | {""}):
        counted = figures.unresolved if agency == "" else figures.agencies.get(agency)
        expected = true.get(agency, Measures() if agency == "" else None)
        for field in type(figures.total).__dataclass_fields__:
            yield f"{agency} {field}", getattr(counted, field, None), getattr(expected, field, None)
    for field in ("issued", "sent", "received", "deliveries", "recalled"):
        yield f"total {field}", getattr(figures.total, field), sum(getattr(one, field) for one in true.values())
    yield "secrets", figures.secrets, truth.secret_count(*days)
    zero = sorted(office.id for office in truth.living(*days) if not true[office.id].sent)
    yield "zero-senders", sorted(figures.zero_senders), zero
    hits = {(one.agency, one.rule, one.mode): one.messages for one in hit_counts(connection, period)}
    yield "hits", hits, truth.hits(*days)
    found = [(one.issuer, int(one.number), one.notation) for one in disputes(connection, period)]
    yield "disputes", sorted(found), truth.disputes(*days)
    taken_back = [(one.issuer, int(one.number), one.notation, one.counted_on) for one in recalls(connection, period)]
    yield "recalls", sorted(taken_back, key=lambda one: one[:3]), truth.recalls(*days)
    mended = [
        (one.kind, one.issuer, int(one.number), one.notation, one.counted_on) for one in amendments(connection, period)
    ]
    yield "amendments", sorted(mended, key=lambda one: one[:4]), truth.amendments(*days)
    yield "whole submissions", whole_submissions(connection, period), truth.whole_submissions(*days)
    yield from _paper(connection, truth, period)
    series = {(one.issuer, one.notation): list(one.missing) for one in number_series(connection, period)}
    gaps = {key: missing[:MAX_GAPS] for key, missing in truth.series(*days).items()}
    yield "series", series, gaps
    yield "lower bounds", lower_bounds(connection, period), truth.lower_bounds(*days)


def _paper(connection, truth, period):
    """Give the same of paper, where clerks entered some."""
    if truth.book is None:
        return
    days = period.first, period.last
    saved = {
        issuer: (one.documents, one.without_paper, one.announced, one.deliveries, one.urgent_deliveries)
        for issuer, one in paperless(connection, period).items()
    }
    yield "without paper", saved, truth.book.paperless(*days)
    found = pairs(connection, period, LAWFUL_DAYS)
    shown = sorted(
        (one.issuer, int(one.number), one.notation, one.state, one.said) for one in found if one.electronic_on
    )
    yield "pairs", shown, truth.book.pairs(*days)
