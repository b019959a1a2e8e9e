"""Disputes, recalls and amendments: documents a clerk must look at, one by one, with who sent what to whom (NAT-4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from gateway.records.days import day_number, day_of_number, months_of
from gateway.records.identity import key_of
from gateway.records.projection.documents import years_meant
from gateway.records.store import tables

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from gateway.values.period import Period

_COPIES, _MESSAGES, _DOCUMENTS = tables.COPIES.c, tables.MESSAGES.c, tables.DOCUMENTS.c


@dataclass(frozen=True, slots=True)
class Content:
    """One content that went out under a number."""

    digest: str
    """SHA-256 of the file in hex."""
    first_on: dt.date
    senders: tuple[str, ...]
    """Registry ids, sorted; empty ones of senders the registry does not know."""
    recipients: tuple[str, ...]
    """Registry ids of the agencies that got it, sorted."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A document that went out with different contents; for the clerks of all its senders and recipients."""

    issuer: str
    number: str
    notation: str
    year: int
    contents: tuple[Content, ...]
    """Two or more, the earliest first; copies that say they correct it are left out."""


@dataclass(frozen=True, slots=True)
class Recall:
    """A document that its issuer took back."""

    issuer: str
    number: str
    notation: str
    year: int
    counted_on: dt.date | None
    """Day it was first delivered, and subtracted from; None when it was never seen electronically."""
    recalled_on: dt.date
    recalled_by: str
    """Number and notation of the document that takes it back."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """A document that a later one of its issuer corrects or replaces; it stays counted (Decree 30/2020 art. 18.3)."""

    kind: str
    """`corrects` or `replaces`."""
    issuer: str
    number: str
    notation: str
    year: int
    counted_on: dt.date | None
    """Day it was first delivered; None when it was never seen electronically."""
    amended_on: dt.date
    by: str
    """Number and notation of the document that does so."""


def disputes(connection: Connection, period: Period) -> list[Dispute]:
    """List the documents whose second content, or a later one, came in a period, by issuer and number."""
    query = (
        select(_COPIES.document, _COPIES.digest, func.min(_MESSAGES.day).label("day"))
        .join(tables.MESSAGES, _MESSAGES.id == _COPIES.message)
        .where(_COPIES.document.in_(select(_DOCUMENTS.id).where(tables.DISPUTED)), _is_plain())
        .group_by(_COPIES.document, _COPIES.digest)
    )
    contents: dict[int, list[tuple[int, bytes]]] = {}
    for row in connection.execute(query):
        contents.setdefault(row.document, []).append((row.day, bytes(row.digest)))
    first, last = (month * 100 for month in months_of(period))
    wanted = [key for key, held in contents.items() if any(first < day <= last + 99 for day, _ in sorted(held)[1:])]
    found = [_dispute(connection, key, sorted(contents[key])) for key in wanted]
    return sorted(found, key=lambda one: (one.issuer, one.year, one.notation, len(one.number), one.number))


def _is_plain() -> Any:
    """Give the condition of copies whose content counts: delivered, with a file, and no correction."""
    return and_(
        _MESSAGES.result == "delivered",
        _COPIES.is_official == 1,
        _COPIES.is_correction == 0,
        _COPIES.digest.is_not(None),
    )


def _dispute(connection: Connection, document: int, contents: list[tuple[int, bytes]]) -> Dispute:
    row = connection.execute(select(tables.DOCUMENTS).where(_DOCUMENTS.id == document)).one()
    told = tuple(
        Content(digest.hex(), day_of_number(day), *_parties(connection, document, digest)) for day, digest in contents
    )
    return Dispute(row.issuer, row.number, row.notation, row.year, told)


def _parties(connection: Connection, document: int, digest: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give who sent a content, and which agencies got it."""
    copies = (
        select(_MESSAGES.id, _MESSAGES.agency)
        .join(tables.COPIES, _COPIES.message == _MESSAGES.id)
        .where(_COPIES.document == document, _COPIES.digest == digest, _is_plain())
        .subquery()
    )
    recipients = tables.RECIPIENTS.c
    senders = connection.scalars(select(copies.c.agency).distinct().order_by(copies.c.agency)).all()
    got = (
        select(recipients.agency)
        .join(copies, copies.c.id == recipients.message)
        .where(recipients.agency != "")
        .distinct()
        .order_by(recipients.agency)
    )
    return tuple(senders), tuple(connection.scalars(got))


def recalls(connection: Connection, period: Period) -> list[Recall]:
    """List what was taken back by a document delivered in a period, seen electronically before or not."""
    found = [
        Recall(one.issuer, one.number, one.notation, one.year, one.counted_on, one.amended_on, one.by)
        for one in _named(connection, period, "recalls")
    ]
    return sorted(found, key=_order)


def amendments(connection: Connection, period: Period) -> list[Amendment]:
    """List what was corrected or replaced by another document delivered in a period; corrected copies are none."""
    found = [one for kind in ("corrects", "replaces") for one in _named(connection, period, kind)]
    return sorted(found, key=lambda one: (*_order(one), one.kind, one.by))


def _order(one: Recall | Amendment) -> tuple[Any, ...]:
    return one.issuer, one.year, one.notation, len(one.number), one.number


def amendments_of(connection: Connection, document: int, issuer: str) -> list[Amendment]:
    """List what corrects or replaces one document, whenever it came."""
    if not issuer:
        return []
    mentions = tables.MENTIONS.c
    found = []
    for kind in ("corrects", "replaces"):
        for row in connection.execute(_mentioned(kind).where(mentions.issuer == issuer)).all():
            keys = [key_of(issuer, row.number, row.notation, year) for year in years_meant(row.year, row.by_year)]
            if document in keys and (one := _read(connection, row, kind, only=document)) is not None:
                found.append(one)
    return sorted(found, key=lambda one: (one.amended_on, one.kind, one.by))


def _mentioned(kind: str) -> Any:
    """Give what delivered documents name in one way, each once, with the time it was named first."""
    mentions = tables.MENTIONS.c
    columns = (
        mentions.issuer, mentions.number, mentions.notation, mentions.year, mentions.by_year, mentions.by_document
    )  # fmt: skip
    return (
        select(*columns, func.min(_MESSAGES.at_us).label("at_us"))
        .join(tables.MESSAGES, _MESSAGES.id == mentions.message)
        .where(mentions.kind == kind, _MESSAGES.result == "delivered", mentions.issuer != "")
        .group_by(*columns)
    )


def _named(connection: Connection, period: Period, kind: str) -> Iterator[Amendment]:
    """Give what documents first delivered in a period name in one way, each once."""
    first, last = months_of(period)
    for row in connection.execute(_mentioned(kind)).all():
        if first <= day_number(row.at_us) // 100 <= last and (found := _read(connection, row, kind)) is not None:
            yield found


def _read(connection: Connection, row: Any, kind: str, *, only: int = 0) -> Amendment | None:
    """Find what is named; None where a document names itself, as a corrected copy does, or another than `only`."""
    years = years_meant(row.year, row.by_year)
    keys = [key_of(row.issuer, row.number, row.notation, year) for year in years]
    seen = {
        found.id: found
        for found in connection.execute(
            select(_DOCUMENTS.id, _DOCUMENTS.day, _DOCUMENTS.year).where(_DOCUMENTS.id.in_(keys))
        )
    }
    target = next((seen[key] for key in keys if key in seen), None)
    if kind != "recalls" and row.by_document == (target.id if target else keys[0]):
        return None
    if only and (target is None or target.id != only):
        return None
    by = connection.execute(
        select(_COPIES.number, _COPIES.notation).where(_COPIES.document == row.by_document).limit(1)
    ).one()
    return Amendment(
        kind=kind,
        issuer=row.issuer,
        number=row.number,
        notation=row.notation,
        year=target.year if target else years[0],
        counted_on=day_of_number(target.day) if target else None,
        amended_on=day_of_number(day_number(row.at_us)),
        by=f"{by.number}/{by.notation}",
    )
