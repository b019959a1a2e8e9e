"""Paper of the year: what clerks enter beside the ledgers, and what is true of documents with and without paper."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from gateway.records.imports.keeping import keep
from gateway.records.imports.reading import Import
from gateway.values.declared import DeclaredTotal, PaperPart
from gateway.values.period import parse_period
from tests.records.year.offices import OFFICES, YEAR

WHOLE = frozenset(office.id for place, office in enumerate(OFFICES) if place % 3 == 0)
"""Offices whose clerks enter every paper part, and say so."""
LAG = dt.timedelta(2)
ENTERED_US = int(dt.datetime(YEAR + 1, 1, 4, tzinfo=dt.UTC).timestamp()) * 1_000_000


class Book:
    """What clerks entered: of every second letter that goes both ways its paper, of some offices that this is all."""

    def __init__(self, truth):
        """Choose the letters."""
        self._letters = [seen for letter, seen in truth.seen.items() if letter not in truth.recalled]
        self.entered = {one for one in self._letters if one.letter.tag == "kem-ban-giay" and one.letter.number % 2}

    def enter(self, store):
        """Bring it into a store."""
        months = parse_period(str(YEAR)).months()
        totals = tuple(
            DeclaredTotal(office, month, 1, None, is_paper_book_whole=True)
            for office in sorted(WHOLE)
            for month in months
        )
        parts = tuple(
            PaperPart(one.letter.office.id, str(one.letter.number), one.letter.notation, YEAR, "sent", "",
                      one.first.date() + LAG)
            for one in self.entered
        )  # fmt: skip
        for kind, rows in (("totals", totals), ("paper", parts)):
            assert keep(store, kind, kind.encode(), Import(kind, rows), ENTERED_US)

    def paperless(self, first, last):
        """Give office to [documents, without paper, announced and not entered, deliveries, urgent ones] of whole books."""
        found = defaultdict(lambda: [0, 0, 0, 0, 0])
        for one in self._letters:
            issuer = one.letter.office
            if issuer.id not in WHOLE or not first <= one.first.date() <= last:
                continue
            counts = found[issuer.id]
            counts[0] += 1
            if one in self.entered:
                continue
            if "announced" in one.said:
                counts[2] += 1
                continue
            reached = {office for mail, _ in one.sent if mail.sender is issuer for office, _ in mail.to} - {issuer}
            counts[1] += 1
            counts[4 if one.letter.urgency != "none" else 3] += len(reached)
        return {office: tuple(counts) for office, counts in found.items()}

    def pairs(self, first, last):
        """List (issuer, number, notation, state, what was said) of the letters that go both ways."""
        found = []
        for one in self._letters:
            letter = one.letter
            if letter.tag != "kem-ban-giay" or not first <= one.first.date() <= last:
                continue
            missing = "paper_missing" if letter.office.id in WHOLE else "unknown"
            state = "complete" if one in self.entered else missing
            said = next(iter(one.said)) if len(one.said) == 1 else ""
            found.append((letter.office.id, letter.number, letter.notation, state, said))
        return sorted(found)
