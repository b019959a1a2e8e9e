"""Agencies: everything counted of each in a period, those without any traffic too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from gateway.records.days import months_of
from gateway.records.figures.measures import Measures
from gateway.records.store import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Column, Connection, Row, Table

    from gateway.records.roster import Roster
    from gateway.values.period import Period

UNKNOWN_RESULT = "unknown"
"""Word for messages of which nobody knows whether the next hop took them."""
_NOT_URGENT = frozenset({"none", ""})


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """Everything counted in a period."""

    period: Period
    agencies: dict[str, Measures]
    """By registry id, sorted: every agency that lived on a day of the period, and any other that was counted."""
    unresolved: Measures
    """Of documents whose issuer, and of messages whose sender, the registry does not know."""
    total: Measures
    """All of the above. A document that ten agencies got counts ten times in `received`, and once in `issued`."""
    secrets: int
    """Messages marked as secrets: one number, without agency, in no rate."""
    unlisted: tuple[str, ...] = ()
    """Agencies that were counted though the registry holds them on no day of the period."""

    @property
    def zero_senders(self) -> tuple[str, ...]:
        """Give the agencies of the registry that sent no document (DL-3a)."""
        return tuple(name for name, one in self.agencies.items() if one.is_zero_sender and name not in self.unlisted)

    @property
    def senders(self) -> int:
        """Count the agencies that sent a document (226/UBND-TTTH: 86 units)."""
        return sum(1 for one in self.agencies.values() if one.sent)

    @property
    def reached(self) -> int:
        """Count the agencies that got a document (226/UBND-TTTH: 99 units)."""
        return sum(1 for one in self.agencies.values() if one.received)


def period_figures(connection: Connection, roster: Roster, period: Period) -> PeriodFigures:
    """Count a period, from the tables of its months."""
    living = set(roster.living(period))
    found: dict[str, Measures] = {agency: Measures() for agency in living}

    def of(agency: str) -> Measures:
        return found.setdefault(agency, Measures())

    for table, fill in _FILLS:
        for row in _months(connection, table, period):
            fill(of, row)
    _fill_mailboxes(connection, period, of)
    unresolved = found.pop("", Measures())
    total = Measures()
    for one in (*found.values(), unresolved):
        total.add(one)
    secrets = sum(row.messages for row in _months(connection, tables.MONTHLY_SECRETS, period))
    unlisted = tuple(sorted(found.keys() - living))
    return PeriodFigures(period, dict(sorted(found.items())), unresolved, total, secrets, unlisted)


def within(month: Column[Any], period: Period) -> Any:
    """Give the condition that a month lies in a period."""
    return month.between(*months_of(period))


def _months(connection: Connection, table: Table, period: Period) -> Iterator[Row[Any]]:
    """Give the rows of a monthly table, its months added up."""
    keys = [column for column in table.primary_key if column.name != "month"]
    counts = [func.sum(column).label(column.name) for column in table.columns if not column.primary_key]
    query = select(*keys, *counts).where(within(table.c.month, period))
    yield from connection.execute(query.group_by(*keys) if keys else query.having(func.count() > 0))


def _fill_documents(of: Callable[[str], Measures], row: Row[Any]) -> None:
    one, count = of(row.issuer), int(row.documents)
    if row.is_recalled:
        one.recalled += count
        return
    form = tables.FORMS[row.form_rank]
    one.issued += count
    _count(one.issued_by_type, row.doc_type, count)
    _count(one.issued_by_form, form, count)
    one.issued_passed_on += 0 if row.is_own else count
    one.signed += count if row.is_signed else 0
    one.pdf += count if form != "other" and not row.is_not_pdf else 0
    one.electronic_only += count if row.is_electronic_only else 0
    one.dual += count if row.is_dual else 0
    one.submissions += count if row.is_submission else 0
    one.signed_submissions += count if row.is_submission and row.is_signed else 0
    one.urgent += 0 if row.urgency in _NOT_URGENT else count
    one.disputed += count if row.is_disputed else 0


def _fill_sendings(of: Callable[[str], Measures], row: Row[Any]) -> None:
    if row.is_recalled:
        return
    one, count = of(row.agency), int(row.documents)
    one.sent += count
    one.sent_own += count if row.is_own else 0
    one.sent_from_agency_mailbox += count if row.is_agency_mailbox else 0


def _fill_deliveries(of: Callable[[str], Measures], row: Row[Any]) -> None:
    if not row.is_recalled and not row.is_internal:
        of(row.sender).deliveries += int(row.deliveries)


def _fill_receipts(of: Callable[[str], Measures], row: Row[Any]) -> None:
    if row.is_recalled:
        return
    if row.is_internal:
        of(row.agency).internal += int(row.documents)
    else:
        of(row.agency).received += int(row.documents)


def _fill_messages(of: Callable[[str], Measures], row: Row[Any]) -> None:
    one, count = of(row.agency), int(row.messages)
    _count(one.messages, row.result or UNKNOWN_RESULT, count)
    if row.result == "delivered":
        _count(one.messages_by_domain, row.domain_class, count)


def _fill_outside(of: Callable[[str], Measures], row: Row[Any]) -> None:
    _count(of(row.agency).outside, row.domain_class, int(row.addresses))


_FILLS = (
    (tables.MONTHLY_DOCUMENTS, _fill_documents),
    (tables.MONTHLY_SENDINGS, _fill_sendings),
    (tables.MONTHLY_DELIVERIES, _fill_deliveries),
    (tables.MONTHLY_RECEIPTS, _fill_receipts),
    (tables.MONTHLY_MESSAGES, _fill_messages),
    (tables.MONTHLY_OUTSIDE, _fill_outside),
)


def _fill_mailboxes(connection: Connection, period: Period, of: Callable[[str], Measures]) -> None:
    """Count mailboxes once a period, whatever months they sent in."""
    columns = tables.MONTHLY_MAILBOXES.c
    each = (
        select(columns.agency, columns.mailbox, columns.mailbox_kind, func.sum(columns.documents).label("documents"))
        .where(within(columns.month, period))
        .group_by(columns.agency, columns.mailbox, columns.mailbox_kind)
        .subquery()
    )
    query = select(
        each.c.agency,
        each.c.mailbox_kind,
        func.count().label("mailboxes"),
        func.sum(each.c.documents).label("documents"),
    ).group_by(each.c.agency, each.c.mailbox_kind)
    for row in connection.execute(query):
        one = of(row.agency)
        _count(one.mailboxes, row.mailbox_kind, row.mailboxes)
        if row.mailbox_kind == "agency":
            one.clerk_documents += int(row.documents)


def _count(counts: dict[str, int], key: str, count: int) -> None:
    counts[key] = counts.get(key, 0) + count
