"""Freezing: a published month keeps its figures; what comes later is a new version that says why."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs
from sqlalchemy import insert, select

from gateway.records.render.data import read_report, report_json
from gateway.records.report import UNPRINTABLE
from gateway.records.store.declared import PUBLISHED
from gateway.values.period import parse_period
from gateway.values.zone import clock_of, day_of

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

    from gateway.records.report import Report

MAX_NOTE_CHARACTERS: Final = 300


class NotFrozenError(Exception):
    """A report that cannot be published; the message says why, in English for the operator."""


class Frozen(NamedTuple):
    """One version of a published report."""

    report: Report
    octets: bytes
    """Its JSON, of which `digest` is the SHA-256 in hex."""
    digest: str
    published_at: dt.datetime
    """In the zone of Vietnam."""


def freeze(connection: Connection, report: Report, territory: str, note: str, at_us: int) -> Frozen:
    """Publish a month: the first version, the same again, or a correction with a note.

    Raises:
        NotFrozenError: it is not public, no month that is over, or differs from what was published without a note.
    """
    today = day_of(at_us)
    period = parse_period(report.period)
    if report.audience != "public" or report.subject:
        raise NotFrozenError(f"report `{report.name}` is internal and is not published")
    if not period.is_month or period.last >= today:
        raise NotFrozenError(f"{report.period} is no month that is over")
    earlier = versions(connection, report.name, report.period, territory)
    if earlier:
        last = earlier[-1]
        if has_same_figures(last.report, report):
            return last
        if not note.strip():
            raise NotFrozenError(
                f"{report.period} was published as version {last.report.version} with other figures; say why (--note)"
            )
        note = " ".join(note.split())[:MAX_NOTE_CHARACTERS]
        if UNPRINTABLE.search(note):
            raise NotFrozenError("the note holds a control character, which no workbook can; type it anew (--note)")
        report = structs.replace(report, version=last.report.version + 1, correction=note)
    octets = report_json(report)
    row = {
        "name": report.name, "period": report.period, "territory": territory, "version": report.version,
        "digest": hashlib.sha256(octets).hexdigest(), "note": report.correction, "at_us": at_us, "report": octets,
    }  # fmt: skip
    connection.execute(insert(PUBLISHED), row)
    return versions(connection, report.name, report.period, territory)[-1]


def has_same_figures(one: Report, other: Report) -> bool:
    """Compare all but version and warnings: what makes figures doubtful may be learned later and changes none."""
    bare = {"version": 1, "correction": "", "warnings": ()}
    return structs.replace(one, **bare) == structs.replace(other, **bare)


def versions(connection: Connection, name: str, period: str, territory: str) -> list[Frozen]:
    """Give every version of one month, the first first.

    Raises:
        NotFrozenError: what the store holds is not what was published.
    """
    return [one for one in published(connection, territory, name) if one.report.period == period]


def published(connection: Connection, territory: str, name: str = "public") -> list[Frozen]:
    """Give every version of every month, oldest month first.

    Raises:
        NotFrozenError: a version's octets do not have its digest: somebody changed the store.
    """
    columns = PUBLISHED.c
    query = (
        select(PUBLISHED)
        .where(columns.territory == territory, columns.name == name)
        .order_by(columns.period, columns.version)
    )
    found = []
    for row in connection.execute(query):
        octets = bytes(row.report)
        if hashlib.sha256(octets).hexdigest() != row.digest:
            raise NotFrozenError(f"{row.period} version {row.version} in the store is not what was published")
        when = clock_of(row.at_us)
        found.append(Frozen(read_report(octets), octets, row.digest, when))
    return found
