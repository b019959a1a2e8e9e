"""Letters and mails of the year: who issues what, how it goes out, what goes wrong on the way.

Everything is drawn from one seed. A letter knows nothing of mails, so that what is true can be counted from letters.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from dataclasses import dataclass, field, replace

from gateway.values.zone import VIETNAM
from tests.records.year.offices import FIRST, LAST, OFFICES, SILENT, YEAR

NODES = ("gw-1", "gw-2")
WRONG_CLOCK = dt.date(YEAR, 3, 31)
"""On this day the clock of the second node is a day ahead: its mail is recorded in April."""
LOST = dt.date(YEAR, 9, 16)
"""On this day the disk of the second node is full: mail goes on, and the ledger holds none of it."""
TYPES = (
    # label, letters of the notation, submits something, tag, share
    ("cong_van", "", False, "", 45),
    ("quyet_dinh", "QĐ", False, "kem-ban-giay", 15),
    ("to_trinh", "TTr", True, "kem-ban-giay", 10),
    ("bao_cao", "BC", False, "chi-dien-tu", 15),
    ("thong_bao", "TB", False, "chi-dien-tu", 15),
)
MICROSECONDS = 1_000_000


@dataclass(eq=False)
class Letter:
    """One document as its office means it."""

    office: object
    number: int
    doc_type: str
    notation: str
    issued_on: dt.date
    is_submission: bool
    tag: str
    urgency: str
    recalls: object = None
    """Letter it takes back."""
    amends: tuple = ()
    """How it mends another letter, `corrects` or `replaces`, and which; empty when it mends none."""

    @property
    def is_about_another(self):
        """It takes back or mends another letter: it goes out, and nothing happens to it in turn."""
        return self.recalls is not None or bool(self.amends)


@dataclass(frozen=True)
class Copy:
    """One file of a letter in one mail."""

    letter: Letter
    digest: str
    form: str
    is_signed: bool
    is_correction: bool = False
    spelling: str = "{}"
    """How the number is written."""
    paper: str = ""
    """What its mail says of paper: `announced`, `none_announced`, or nothing."""


@dataclass(frozen=True)
class Mail:
    """One message; `at` is true time, `skew` what its node's clock was ahead."""

    at: dt.datetime
    node: str
    sender: object
    """Office; None of a citizen."""
    person: int
    """0: the mailbox of the office."""
    copies: tuple
    to: tuple
    """(office, role) each."""
    outside: int = 0
    """Addresses at a free provider."""
    result: str = "delivered"
    skew: dt.timedelta = dt.timedelta(0)
    is_lost: bool = False
    rules: tuple = ()

    @property
    def recorded(self):
        """Give the time the ledger holds."""
        return self.at + self.skew

    @property
    def at_us(self):
        """Give it in microseconds since 1970."""
        return int(self.recorded.timestamp()) * MICROSECONDS + self.recorded.microsecond


@dataclass
class Year:
    """Everything that happened."""

    mails: list = field(default_factory=list)
    secrets: list = field(default_factory=list)
    """(true time, node)."""


def _soon(at, seconds):
    """Give a time some seconds on, of the same day: an office may have no other."""
    later = at + dt.timedelta(seconds=seconds)
    return later if later.date() == at.date() else at.replace(hour=23, minute=59, second=59)


class Maker:
    """Draws a year of so many messages."""

    def __init__(self, messages, seed):
        """Begin with empty number series."""
        self.random = random.Random(seed)
        self.wanted = messages
        self.numbers = {}
        self.year = Year()
        self.letters = []

    def make(self):
        """Draw letters in the order of their days until there are enough mails, then all else in between."""
        days = [FIRST + dt.timedelta(n) for n in range((LAST - FIRST).days + 1)]
        days = [day for day in days if day.weekday() < 5]
        for place, day in enumerate(days):
            offices = [office for office in OFFICES if office.lives(day) and office.id != SILENT]
            while len(self.year.mails) < self.wanted * (place + 1) // len(days):
                self._letter(self.random.choice(offices), day)
        self.year.mails.sort(key=lambda mail: (mail.at, mail.node))
        return self.year

    def chance(self, percent):
        """Decide."""
        return self.random.random() * 100 < percent

    def _time(self, day):
        seconds = self.random.randrange(24 * 3600)
        return dt.datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + dt.timedelta(seconds=seconds)

    def _number(self, office, short):
        key = office.id, short
        self.numbers[key] = self.numbers.get(key, 0) + 1
        return self.numbers[key]

    def _letter(self, office, day, recalls=None, amends=()):
        doc_type, short, submits, tag, _ = self.random.choices(TYPES, [row[4] for row in TYPES])[0]
        notation = f"{short}-{office.letters}" if short else f"{office.letters}-VP"
        letter = Letter(
            office, self._number(office, short), doc_type, notation, day, submits, tag,
            "khan" if self.chance(5) else "none", recalls, amends,
        )  # fmt: skip
        if not letter.is_about_another and self.chance(6):
            self.letters.append(letter)  # on paper only: a gap, which may still be recalled
            return
        form = self.random.choices(("signed", "scan", "pdf", "other"), (60, 20, 15, 5))[0]
        is_signed = form == "signed" and not self.chance(5)
        copy = Copy(letter, self._digest(letter, ""), form, is_signed, paper=self._paper(tag))
        if not letter.is_about_another and self.chance(1):
            self.year.secrets.append((self._time(day), self.random.choice(NODES)))
        self.letters.append(letter)
        self._send(letter, copy, self._time(day))

    def _paper(self, tag):
        """What is said of paper, as rules want it, and now and then otherwise."""
        said = self.random.random() * 100
        if tag == "kem-ban-giay":
            return "announced" if said < 50 else "none_announced" if said < 52 else ""
        return "none_announced" if said < 20 else "announced" if said < 26 else ""

    def _digest(self, letter, words):
        return hashlib.sha256(f"{letter.office.id} {letter.number} {letter.notation} {words}".encode()).hexdigest()

    def _receivers(self, sender, at):
        living = [office for office in OFFICES if office.lives(at.date()) and office is not sender]
        count = 40 if self.chance(0.5) else self.random.randint(1, 4)
        chosen = self.random.sample(living, min(count, len(living)))
        return tuple((office, self.random.choice(("act", "know"))) for office in chosen)

    def _send(self, letter, copy, at):
        """Send a letter out, in one mail or in several, and let happen what happens."""
        sender = letter.office
        to = self._receivers(sender, at)
        parts = [to[::2], to[1::2]] if len(to) > 1 and self.chance(15) else [to]
        for part in parts:
            self._mail(sender, (copy,), part, at)
        if self.chance(10):  # another copy, written otherwise
            again = replace(copy, spelling="0{}", paper=self._paper("")) if self.chance(30) else copy
            when = self._later(at, sender)
            self._mail(sender, (again,), self._receivers(sender, when), when)
        if self.chance(2):  # signed after all, and said so
            signed = replace(
                copy, digest=self._digest(letter, "corrected"), form="signed", is_signed=True, is_correction=True
            )
            self._again(sender, signed, part, at)
        if self.chance(0.7):  # another text under the same number
            self._again(sender, replace(copy, digest=self._digest(letter, "other")), part, at)
        if self.chance(4):  # whoever got it passes it on
            by = self.random.choice(part)[0]
            when = self._later(at, by)
            self._mail(by, (copy,), self._receivers(by, when), when)
        if self.chance(1):
            self._mail(sender, (copy,), ((sender, "know"),), self._later(at, sender))
        if not letter.is_about_another and self.chance(1.5):
            self._recall(letter, at)
        if not letter.is_about_another and self.chance(2):
            self._amend(letter, at)

    def _again(self, sender, copy, to, at):
        """Send to those of the first mail that are still there."""
        when = self._later(at, sender)
        self._mail(sender, (copy,), tuple(one for one in to if one[0].lives(when.date())), when)

    def _recall(self, letter, at):
        when = self._later(at, letter.office)
        # the number of the recall itself follows those of its day, however late it is drawn
        self._letter(letter.office, when.date(), recalls=letter)

    def _amend(self, letter, at):
        when = self._later(at, letter.office)
        self._letter(letter.office, when.date(), amends=(self.random.choice(("corrects", "replaces")), letter))

    def _later(self, at, office):
        """Give a time some days on, while the office lives and the year lasts."""
        last = min(office.last, LAST)
        day = min(at.date() + dt.timedelta(self.random.choice((0, 1, 3, 20, 45))), last)
        later = self._time(day)
        return later if later > at else _soon(at, 30)

    def _mail(self, sender, copies, to, at):
        node = self.random.choice(NODES)
        skew = dt.timedelta(1) if node == NODES[1] and at.date() == WRONG_CLOCK else dt.timedelta(0)
        mail = Mail(
            at, node, sender, 0 if self.chance(80) else self.random.randint(1, 4), copies, to,
            outside=self.random.randint(1, 3) if self.chance(5) else 0, skew=skew,
            is_lost=node == NODES[1] and at.date() == LOST,
            rules=self._rules(copies),
        )  # fmt: skip
        ending = self.random.random() * 100
        if ending < 3:  # rejected by us, and sent again corrected
            self.year.mails.append(replace(mail, result="rejected", rules=(*mail.rules, ("BD-1c-0", "enforced"))))
            self.year.mails.append(replace(mail, at=_soon(at, 600)))
        elif ending < 5:
            self.year.mails.append(replace(mail, result="deferred"))
            self.year.mails.append(replace(mail, at=_soon(at, 900)))
        elif ending < 6:
            self.year.mails.append(replace(mail, result="refused"))
        elif ending < 6.4:  # the gateway died before the answer; half of the clients come again
            self.year.mails.append(replace(mail, result=""))
            if self.chance(50):
                self.year.mails.append(replace(mail, at=_soon(at, 1200)))
        else:
            self.year.mails.append(mail)
        if self.chance(3):  # a citizen writes in
            self.year.mails.append(
                replace(mail, sender=None, person=0, copies=(), outside=0, rules=(), result="delivered")
            )

    def _rules(self, copies):
        drawn = [("NAT-8", "observed", 10), ("BD-1d-2", "enforced", 3)]
        if copies[0].letter.is_submission:
            drawn += [("HCM-2a-paper", "enforced", 100), ("HCM-2a", "observed", 15)]
        return tuple((rule, mode) for rule, mode, percent in drawn if self.chance(percent))
