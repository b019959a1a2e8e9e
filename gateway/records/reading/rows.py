"""Rows: one record of a ledger as rows of the fact tables.

Ten million records pass here, so that lists of plain tuples are made, in the order of the tables' columns.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from gateway.records.days import day_number
from gateway.records.identity import document_key, folded_notation, leading_number
from gateway.records.store import tables
from gateway.values.ledger import Gap, Intent, Outcome, Refusal, Secret

if TYPE_CHECKING:
    from sqlalchemy import Table

    from gateway.values.ledger import DocumentEntry, Record

Row = tuple[Any, ...]

SEQUENCE_BITS: Final = 32
"""Of the id of a message: the place in its source; the bits above are the source."""
CLOCK_STEP_US: Final = 3_600_000_000
"""Records of one process stand in the order they were written; what is an hour older than its forerunner shows that
the clock was set back. A message under way takes minutes at most."""
ELECTRONIC_ONLY_TAG, DUAL_TAG, NOT_PDF_TAG = "chi-dien-tu", "kem-ban-giay", "khong-phai-pdf"
SUBMISSION_CLASS: Final = "submission"
_RANKS: Final = {form: rank for rank, form in enumerate(tables.FORMS)}
_REFUSED: Final = {"reject": "rejected", "defer": "put_off"}
_RESULT, _CODE = 13, 14
"""Places of two columns in a row of messages."""


class Rows:
    """Rows of one batch of one source."""

    def __init__(self, source: int, last_us: int = 0) -> None:
        """Begin empty; `last_us` is the time of the last record read before."""
        self.source = source
        self.first_us, self.last_us = 0, last_us
        self.by_table: dict[Table, list[Row]] = {table: [] for table in tables.FACTS if table is not tables.SOURCES}
        self.documents: set[int] = set()
        self.months: set[int] = set()
        self._days: dict[int, list[int]] = {}
        self._open: dict[str, list[Any]] = {}
        self._messages: list[list[Any]] = []

    def add(self, seq: int, record: Record) -> None:
        """Take one record."""
        if type(record) is Intent:
            self._clock(seq, record.at_us)
            self._open[record.transaction_id] = self._message(seq, record, "", 0)
        elif type(record) is Outcome:
            self._clock(seq, record.at_us)
            self._outcome(record)
        elif type(record) is Refusal:
            self._clock(seq, record.at_us)
            self._message(seq, record, _REFUSED.get(record.disposition, "put_off"), record.code)
        elif type(record) is Secret:
            month = int(record.day[:4] + record.day[5:7])
            self.months.add(month)
            self.by_table[tables.SECRETS].append((self.source, seq, month))
        elif type(record) is Gap:
            self.by_table[tables.GAPS].append(
                (self.source, seq, record.from_us, record.to_us, record.count, record.reason)
            )

    def finished(self) -> dict[Table, list[Row]]:
        """Give the rows of every table; nothing may be added afterwards."""
        self.by_table[tables.SOURCE_DAYS] = [(self.source, day, *counts) for day, counts in self._days.items()]
        self.by_table[tables.MESSAGES] = [tuple(row) for row in self._messages]
        return self.by_table

    def _clock(self, seq: int, at_us: int) -> None:
        if not self.first_us:
            self.first_us = at_us
        if at_us < self.last_us - CLOCK_STEP_US:
            self.by_table[tables.CLOCK_STEPS].append((self.source, seq, self.last_us, at_us))
        self.last_us = at_us

    def _outcome(self, outcome: Outcome) -> None:
        row = self._open.pop(outcome.transaction_id, None)
        if row is None:
            month = day_number(outcome.at_us) // 100
            late = (outcome.transaction_id, outcome.result, outcome.code, month, self.source, 0)
            self.by_table[tables.LATE_OUTCOMES].append(late)
        else:
            row[_RESULT], row[_CODE] = outcome.result, outcome.code

    def _message(self, seq: int, record: Intent | Refusal, result: str, code: int) -> list[Any]:
        key = self.source << SEQUENCE_BITS | seq
        day = day_number(record.at_us)
        self.months.add(day // 100)
        sender = record.matter.sender
        row = [
            key, record.transaction_id, record.at_us, day, day // 100, sender.agency, sender.domain_class,
            sender.mailbox_kind, sender.mailbox, record.direction, record.identity, record.disposition,
            int(record.is_automatic), result, code,
        ]  # fmt: skip
        self._messages.append(row)
        counts = self._days.setdefault(day, [0, 0, 0])
        counts[0] += 1
        if record.matter.documents:
            self._copies(key, record)
            for entry in record.matter.documents:
                if entry.issued_on:
                    counts[1] += 1
                    counts[2] += _day(entry.issued_on) > day
        recipients = self.by_table[tables.RECIPIENTS]
        for place, one in enumerate(record.matter.recipients):
            recipients.append((
                key, place, one.agency, one.domain_class, one.mailbox_kind, ",".join(one.roles),
                int("act" in one.roles), one.count,
            ))  # fmt: skip
        if record.rules or record.waived:
            self._hits(key, record)
        return row

    def _copies(self, key: int, record: Intent | Refusal) -> None:
        rows, agency, tags = self.by_table[tables.COPIES], record.matter.sender.agency, record.tags
        for place, entry in enumerate(record.matter.documents):
            identity = entry.id
            document = document_key(identity, agency)
            self.documents.add(document)
            is_principal = place == 0  # tags speak of the principal document of a message
            rows.append((
                key, place, document, identity.issuer, identity.number, identity.notation, identity.year,
                folded_notation(identity.notation), leading_number(identity.number),
                bytes.fromhex(identity.digest) if identity.digest else None, entry.doc_type, entry.urgency,
                _day(entry.issued_on), _RANKS[entry.form], entry.signature, entry.paper,
                int(entry.is_official and bool(identity.number)), int(entry.is_own), int(_is_correction(entry)),
                int(is_principal and ELECTRONIC_ONLY_TAG in tags), int(is_principal and DUAL_TAG in tags),
                int(is_principal and NOT_PDF_TAG in tags), int(SUBMISSION_CLASS in entry.classes),
            ))  # fmt: skip
            if entry.recalls or entry.corrects or entry.replaces:
                self._mentions(key, entry, document)

    def _mentions(self, key: int, entry: DocumentEntry, document: int) -> None:
        rows = self.by_table[tables.MENTIONS]
        place = sum(1 for row in rows[-64:] if row[0] == key)
        named = (("recalls", entry.recalls), ("corrects", entry.corrects), ("replaces", entry.replaces))
        for kind, numbers in named:
            for one in numbers:
                rows.append((
                    key, place, kind, entry.id.issuer, one.number, one.notation, one.year, document, entry.id.year,
                ))  # fmt: skip
                place += 1

    def _hits(self, key: int, record: Intent | Refusal) -> None:
        found: dict[tuple[str, str], str] = {(hit.rule, hit.mode): "" for hit in record.rules}
        found.update({(hit.rule, "waived"): hit.waiver for hit in record.waived})
        self.by_table[tables.HITS].extend((key, rule, mode, waiver) for (rule, mode), waiver in found.items())


@lru_cache(maxsize=4096)
def _day(written: str) -> int:
    """Read a date of ISO 8601 as 20261031; 0 for none."""
    return int(written.replace("-", "") or 0)


def _is_correction(entry: DocumentEntry) -> bool:
    """Tell whether a copy says that it corrects or replaces the document of its own number."""
    if not (entry.corrects or entry.replaces):
        return False
    own = entry.id.key
    return any(one.key == own and one.year in (0, entry.id.year) for one in (*entry.corrects, *entry.replaces))
