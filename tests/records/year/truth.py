"""Truth: what is so of the year, counted from letters and mails by plain loops; nothing here knows tables or keys."""

from __future__ import annotations

from collections import Counter, defaultdict

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


class Truth:
    """Everything that is so."""

    def __init__(self, year, offices):
        """Sort the mails that ledgers hold by letter."""
        self.offices = offices
        self.secrets = year.secrets
        self.mails = [mail for mail in year.mails if not mail.is_lost]
        sent = defaultdict(list)
        for mail in self.mails:
            if mail.result == "delivered":
                for copy in mail.copies:
                    sent[copy.letter].append((mail, copy))
        self.seen = {letter: Seen(letter, pairs) for letter, pairs in sent.items()}
        self.recalled = {letter.recalls for letter in self.seen if letter.recalls is not None}

    def living(self, first, last):
        """List the offices that lived on any of these days."""
        return [office for office in self.offices if office.first <= last and first <= office.last]

    def measures(self, first, last):
        """Count every agency from one day to another, both included; `` for what no agency sent."""
        found = {office.id: Measures() for office in self.living(first, last)}
        of = defaultdict(Measures, found)
        for seen in self.seen.values():
            self._letter(of, seen, first, last)
        self._mails(of, first, last)
        return dict(of)

    def _letter(self, of, seen, first, last):
        letter = seen.letter
        is_recalled = letter in self.recalled
        if first <= seen.first.date() <= last:
            one = of[letter.office.id]
            if is_recalled:
                one.recalled += 1
            else:
                _issued(one, seen)
        if is_recalled:
            return
        by, got, given = {}, {}, {}
        for mail, _ in seen.sent:
            day = mail.recorded.date()
            by.setdefault(mail.sender, []).append((day, mail))
            for office, _ in mail.to:
                given.setdefault((mail.sender, office), day)
                got.setdefault(office, []).append((day, mail.sender))
        for sender, held in by.items():
            if first <= held[0][0] <= last:
                one = of[sender.id]
                one.sent += 1
                one.sent_own += sender is letter.office
                one.sent_from_agency_mailbox += any(mail.person == 0 for _, mail in held)
        for (sender, office), day in given.items():
            if sender is not office and first <= day <= last:
                of[sender.id].deliveries += 1
        for office, held in got.items():
            if first <= held[0][0] <= last:
                if all(sender is office for _, sender in held):
                    of[office.id].internal += 1
                else:
                    of[office.id].received += 1

    def _mails(self, of, first, last):
        boxes = defaultdict(set)
        for mail in self.mails:
            if not first <= mail.recorded.date() <= last:
                continue
            agency = mail.sender.id if mail.sender else ""
            one = of[agency]
            word = mail.result or "unknown"
            one.messages[word] = one.messages.get(word, 0) + 1
            if mail.result != "delivered":
                continue
            domain = "own" if mail.sender else "free"
            one.messages_by_domain[domain] = one.messages_by_domain.get(domain, 0) + 1
            if mail.outside:
                one.outside["free"] = one.outside.get("free", 0) + mail.outside
            if mail.sender:
                boxes[agency, "personal" if mail.person else "agency"].add(mail.person)
                if not mail.person:
                    one.clerk_documents += len(mail.copies)
        for (agency, kind), people in boxes.items():
            of[agency].mailboxes[kind] = len(people)

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
            found[issuer] = max(found.get(issuer, 0), max(numbers) - min(numbers) + 1)
            seen[issuer] += len(numbers)
        return {issuer: max(stretch, seen[issuer]) for issuer, stretch in found.items()}


def _issued(one, seen):
    """Add one issued letter."""
    letter = seen.letter
    one.issued += 1
    one.issued_by_type[letter.doc_type] = one.issued_by_type.get(letter.doc_type, 0) + 1
    one.issued_by_form[seen.form] = one.issued_by_form.get(seen.form, 0) + 1
    one.issued_passed_on += not seen.is_own
    one.signed += seen.is_signed
    one.pdf += seen.is_pdf
    one.electronic_only += letter.tag == "chi-dien-tu"
    one.dual += letter.tag == "kem-ban-giay"
    one.submissions += letter.is_submission
    one.signed_submissions += letter.is_submission and seen.is_signed
    one.urgent += letter.urgency != "none"
    one.disputed += len(seen.contents) > 1
