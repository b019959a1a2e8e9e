"""Truth: what is so of the year, counted from letters and mails by plain loops; nothing here knows tables or keys."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from functools import lru_cache
from operator import itemgetter

from gateway.records.figures.measures import Measures

FORMS = ("other", "pdf", "scan", "signed")


class Seen:
    """One letter that was taken by a next hop at least once, with its mails in order of the time recorded."""

    def __init__(self, letter, sent):
        """Look at every copy: the first tells when, the best how."""
        self.letter = letter
        self.sent = sorted(sent, key=lambda pair: pair[0].recorded)
        self.first = self.sent[0][0].recorded
        copies = [copy for _, copy in self.sent]
        self.form = max((copy.form for copy in copies), key=FORMS.index)
        self.is_signed = any(copy.is_signed for copy in copies)
        self.is_pdf = any(copy.form != "other" for copy in copies)
        self.is_own = any(mail.sender is letter.office for mail, _ in self.sent)
        contents = {}
        for mail, copy in self.sent:
            if not copy.is_correction:
                contents.setdefault(copy.digest, mail.recorded.date())
        self.contents = contents
        self.said = {copy.paper for copy in copies} - {""}


class Truth:
    """Everything that is so."""

    def __init__(self, year, offices):
        """Sort the mails that ledgers hold by letter."""
        self.offices = offices
        self.secrets = year.secrets
        self.book = None
        """What clerks entered of paper (`tests.records.year.paper`), once they did."""
        self.mails = [mail for mail in year.mails if not mail.is_lost]
        sent = defaultdict(list)
        for mail in self.mails:
            if mail.result == "delivered":
                for copy in mail.copies:
                    sent[copy.letter].append((mail, copy))
        self.seen = {letter: Seen(letter, pairs) for letter, pairs in sent.items()}
        self.recalled = {letter.recalls for letter in self.seen if letter.recalls is not None}
        happened = [one for seen in self.seen.values() for one in self._letter(seen)]
        happened += [one for mail in self.mails for one in self._mail(mail)]
        self.happened = sorted(happened, key=itemgetter(0))
        boxes = [
            (mail.recorded.date(), mail.sender.id, "personal" if mail.person else "agency", mail.person)
            for mail in self.mails
            if mail.sender and mail.result == "delivered"
        ]
        self.boxes = sorted(boxes, key=itemgetter(0))

    def living(self, first, last):
        """List the offices that lived on any of these days."""
        return [office for office in self.offices if office.first <= last and first <= office.last]

    @lru_cache(maxsize=2)  # noqa: B019 - one truth a process
    def measures(self, first, last):
        """Count every agency from one day to another, both included; `` for what no agency sent."""
        found = {office.id: Measures() for office in self.living(first, last)}
        of = defaultdict(Measures, found)
        for _, agency, field, key, count in self._between(self.happened, first, last):
            if key is None:
                setattr(of[agency], field, getattr(of[agency], field) + count)
            else:
                counts = getattr(of[agency], field)
                counts[key] = counts.get(key, 0) + count
        boxes = defaultdict(set)
        for _, agency, kind, person in self._between(self.boxes, first, last):
            boxes[agency, kind].add(person)
        for (agency, kind), people in boxes.items():
            of[agency].mailboxes[kind] = len(people)
        return dict(of)

    @staticmethod
    def _between(happened, first, last):
        """Give what happened from one day to another; it is sorted by day."""
        low = bisect_left(happened, first, key=itemgetter(0))
        return happened[low : bisect_right(happened, last, key=itemgetter(0))]

    def _letter(self, seen):
        """Yield (day, agency, what, key or None, how many) of everything a letter counts for."""
        letter = seen.letter
        issuer, day = letter.office.id, seen.first.date()
        if letter in self.recalled:
            yield day, issuer, "recalled", None, 1
            return
        for field, key in _issued(seen):
            yield day, issuer, field, key, 1
        by, got, given = {}, {}, {}
        for mail, _ in seen.sent:
            day = mail.recorded.date()
            by.setdefault(mail.sender, []).append((day, mail))
            for office, _ in mail.to:
                given.setdefault((mail.sender, office), day)
                got.setdefault(office, []).append((day, mail.sender))
        for sender, held in by.items():
            yield held[0][0], sender.id, "sent", None, 1
            yield held[0][0], sender.id, "sent_own", None, int(sender is letter.office)
            is_from_office = any(mail.person == 0 for _, mail in held)
            yield held[0][0], sender.id, "sent_from_agency_mailbox", None, int(is_from_office)
        for (sender, office), day in given.items():
            if sender is not office:
                yield day, sender.id, "deliveries", None, 1
        for office, held in got.items():
            is_internal = all(sender is office for _, sender in held)
            yield held[0][0], office.id, "internal" if is_internal else "received", None, 1

    def _mail(self, mail):
        """Yield the same of a mail."""
        day, agency = mail.recorded.date(), mail.sender.id if mail.sender else ""
        yield day, agency, "messages", mail.result or "unknown", 1
        if mail.result != "delivered":
            return
        yield day, agency, "messages_by_domain", "own" if mail.sender else "free", 1
        if mail.outside:
            yield day, agency, "outside", "free", mail.outside
        if mail.sender and not mail.person:
            yield day, agency, "clerk_documents", None, len(mail.copies)

    def secret_count(self, first, last):
        """Count secrets, of all agencies together."""
        return sum(1 for at, _ in self.secrets if first <= at.date() <= last)

    def hits(self, first, last):
        """Count messages by agency, rule and mode."""
        found = Counter()
        for mail in self.mails:
            if first <= mail.recorded.date() <= last:
                for rule, mode in set(mail.rules):
                    found[mail.sender.id if mail.sender else "", rule, mode] += 1
        return dict(found)

    def disputes(self, first, last):
        """List (issuer, number, notation) of letters whose second content, or a later one, came in these days."""
        return sorted(
            (seen.letter.office.id, seen.letter.number, seen.letter.notation)
            for seen in self.seen.values()
            if any(first <= day <= last for day in sorted(seen.contents.values())[1:])
        )

    def recalls(self, first, last):
        """List (issuer, number, notation, day counted or None) of what letters first seen in these days take back."""
        found = []
        for seen in self.seen.values():
            target = seen.letter.recalls
            if target is not None and first <= seen.first.date() <= last:
                counted = self.seen[target].first.date() if target in self.seen else None
                found.append((target.office.id, target.number, target.notation, counted))
        return sorted(found, key=lambda one: one[:3])

    def amendments(self, first, last):
        """List (how, issuer, number, notation, day counted or None) of what letters first seen in these days mend."""
        found = []
        for seen in self.seen.values():
            if seen.letter.amends and first <= seen.first.date() <= last:
                kind, target = seen.letter.amends
                counted = self.seen[target].first.date() if target in self.seen else None
                found.append((kind, target.office.id, target.number, target.notation, counted))
        return sorted(found, key=lambda one: one[:4])

    def whole_submissions(self, first, last):
        """Give agency to (submissions of which a mail of these days brought everything, all it submitted)."""
        came = defaultdict(dict)
        for mail in self.mails:
            if mail.result != "delivered" or not first <= mail.recorded.date() <= last or not mail.copies:
                continue
            rules = {rule for rule, _ in mail.rules}
            if rules & {"HCM-2a", "HCM-2a-paper"}:
                letter, of = mail.copies[0].letter, came[mail.sender.id]
                of[letter] = of.get(letter, False) or "HCM-2a" not in rules
        return {agency: (sum(letters.values()), len(letters)) for agency, letters in came.items()}

    def series(self, first, last):
        """Give (issuer, notation) to the numbers missing of those issued up to a day, where one was issued from `first`."""
        numbers, fresh = defaultdict(set), set()
        for letter in self.seen:
            if letter.issued_on <= last:
                key = letter.office.id, letter.notation
                numbers[key].add(letter.number)
                if letter.issued_on >= first:
                    fresh.add(key)
        return {
            key: sorted(set(range(1, max(held) + 1)) - held) for key, held in sorted(numbers.items()) if key in fresh
        }

    def lower_bounds(self, first, last):
        """Give issuer to the longest stretch of numbers of one series issued in these days, or to all if they are more."""
        held = defaultdict(list)
        for letter in self.seen:
            if first <= letter.issued_on <= last:
                held[letter.office.id, letter.notation].append(letter.number)
        found, seen = {}, Counter()
        for (issuer, _), numbers in held.items():
            stretch = max(numbers) - min(numbers) + 1
            is_dense = len(numbers) * 50 >= stretch
            found[issuer] = max(found.get(issuer, 0), stretch if is_dense else 0)
            seen[issuer] += len(numbers)
        return {issuer: max(stretch, seen[issuer]) for issuer, stretch in found.items()}


def _issued(seen):
    """Give (what, key or None) that an issued letter counts for."""
    letter = seen.letter
    yield "issued", None
    yield "issued_by_type", letter.doc_type
    yield "issued_by_form", seen.form
    for what, is_so in (
        ("issued_passed_on", not seen.is_own),
        ("signed", seen.is_signed),
        ("pdf", seen.is_pdf),
        ("electronic_only", letter.tag == "chi-dien-tu"),
        ("dual", letter.tag == "kem-ban-giay"),
        ("submissions", letter.is_submission),
        ("signed_submissions", letter.is_submission and seen.is_signed),
        ("urgent", letter.urgency != "none"),
        ("disputed", len(seen.contents) > 1),
    ):
        if is_so:
            yield what, None
