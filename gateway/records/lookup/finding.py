"""Finding a document by its number: known or not, when, signed how, and whether a file is what was sent (SYS-18)."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec reads annotations
import re
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import msgspec
from sqlalchemy import select

from gateway.records.days import day_of_number
from gateway.records.figures.disputes import amendments_of
from gateway.records.identity import key_of
from gateway.records.store.tables import COPIES, DOCUMENTS, FORMS
from gateway.values.zone import clock_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Row

KEYS_AT_ONCE: Final = 500
"""Keys of one question to the database; an office has one key a registry id."""
_SPELLED: Final = re.compile(r"\s{0,9}([0-9]{1,8}[0-9A-Za-zĐđ]{0,4})\s{0,9}/\s{0,9}([0-9A-Za-zÀ-ỹ&./_-]{1,48})\s{0,9}")
Content = Literal["equal", "other", "unknown", ""]
"""Of a file against what was sent: the same octets, others, nothing to compare with; empty when no file was given."""


class Known(msgspec.Struct, frozen=True):
    """One document that the records know."""

    issuer: str
    """Registry id; empty where it was not resolved."""
    number: str
    notation: str
    year: int
    doc_type: str
    issued_on: dt.date | None
    first_at: dt.datetime
    """When it was first taken by a next hop, in the zone of Vietnam."""
    signature: Literal["signed", "unsigned"]
    """`signed`: a signature holds on one copy at least."""
    form: str
    """Best form a copy has: `signed`, `scan`, `pdf` or `other`."""
    copies: int
    contents: int
    """Different files under this number; more than one is a finding (NAT-4)."""
    recalled_on: dt.date | None
    amended: tuple[tuple[str, str], ...] = ()
    """What corrects or replaces it: `corrects` or `replaces`, and number and notation of the one that does."""
    content: Content = ""


class Question(NamedTuple):
    """What is looked for."""

    number: str
    notation: str
    year: int
    """Of issue."""
    digest: bytes | None = None
    """SHA-256 of a file to compare; None when there is none."""


def ask(text: str, year: int, digest: bytes | None = None) -> Question:
    """Make a question of `125/SA-VP` or `38/2016/QĐ-UBND`, and of the SHA-256 of a file to compare.

    Raises:
        ValueError: it is no number with a notation.
    """
    spelled = _SPELLED.fullmatch(text)
    if spelled is None:
        raise ValueError(f"`{text[:80]}` is no number with a notation, such as 125/SA-VP")
    return Question(spelled[1], spelled[2], year, digest)


def find(connection: Connection, issuers: Iterable[str], question: Question) -> list[Known]:
    """Find the documents of a number, of any of some issuers (registry ids); letters compared without diacritics."""
    number, notation, year, digest = question
    keys = {key_of(issuer, number, notation, year) for issuer in issuers}
    if digest is not None:
        keys.add(key_of(f"?{digest.hex()}", number, notation, year))  # of an issuer that was not resolved
    found = [
        _known(connection, row, digest)
        for some in _parts(sorted(keys))
        for row in connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.id.in_(some))).all()
    ]
    return sorted(found, key=lambda one: (one.issuer, one.first_at))


def _parts(keys: list[int]) -> Iterable[list[int]]:
    return [keys[start : start + KEYS_AT_ONCE] for start in range(0, len(keys), KEYS_AT_ONCE)]


def _known(connection: Connection, row: Row[Any], digest: bytes | None) -> Known:
    return Known(
        issuer=row.issuer,
        number=row.number,
        notation=row.notation,
        year=row.year,
        doc_type=row.doc_type,
        issued_on=day_of_number(row.issued_day) if row.issued_day else None,
        first_at=_time(row.first_us),
        signature="signed" if row.is_signed else "unsigned",
        form=FORMS[row.form_rank],
        copies=row.copies,
        contents=row.contents,
        recalled_on=_time(row.recalled_us).date() if row.recalled_us else None,
        amended=tuple((one.kind, one.by) for one in amendments_of(connection, row.id, row.issuer)),
        content=_content(connection, row.id, digest),
    )


def _content(connection: Connection, document: int, digest: bytes | None) -> Content:
    """Compare a digest with those of every copy; a mail that is the document itself has none."""
    if digest is None:
        return ""
    sent = select(COPIES.c.digest).where(COPIES.c.document == document, COPIES.c.digest.is_not(None)).distinct()
    digests = {bytes(one) for one in connection.scalars(sent)}
    return "unknown" if not digests else "equal" if digest in digests else "other"


def _time(at_us: int) -> dt.datetime:
    return clock_of(at_us)
