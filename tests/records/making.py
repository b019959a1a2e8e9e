"""Records of ledgers made by hand, and sources of them: what a test of counting begins with."""

from __future__ import annotations

import datetime as dt
import hashlib

from gateway.edge.ledger.reader import Damage, Kept
from gateway.edge.registry.files import load_registry
from gateway.records.figures.agencies import period_figures
from gateway.records.reading.ledgers import Ends
from gateway.records.reading.sync import sync
from gateway.records.roster import Roster
from gateway.values.ledger import (
    DocumentEntry,
    DocumentId,
    Intent,
    Matter,
    Opened,
    Outcome,
    Party,
    Recipient,
    Refusal,
)
from gateway.values.period import parse_period
from gateway.values.zone import VIETNAM

CONTENT = hashlib.sha256(b"as signed").hexdigest()
OTHER_CONTENT = hashlib.sha256(b"as changed").hexdigest()


def at(text):
    """Give the microseconds of a time in Vietnam, `2026-10-31 23:59:59`."""
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM).timestamp()) * 1_000_000


def letter(number="125", *, issuer="so-a", notation="SA-VP", year=2026, digest=CONTENT, **changes):
    """Make an official document of an agency, signed, on its way from its issuer."""
    fields = {
        "id": DocumentId(issuer, number, notation, year, digest),
        "doc_type": "cong_van",
        "form": "signed",
        "signature": "pass",
        "issued_on": f"{year}-10-01",
        "is_official": True,
        "is_own": True,
    }
    return DocumentEntry(**fields | changes)


def office(agency="so-a"):
    """Name the office of an agency as a sender."""
    return Party(agency, "own", "agency", hashlib.sha256(agency.encode()).hexdigest()[:16])


def to(*agencies, role="know"):
    """Name one address of each of these agencies as recipients."""
    return tuple(Recipient(agency, "own", "agency", (role,), 1) for agency in agencies)


MORNING = at("2026-10-05 09:00:00")
TO_B = to("so-b")


def mail(transaction_id, *documents, at_us=MORNING, sender=None, recipients=TO_B, **changes):
    """Make the intent of a mail."""
    matter = Matter(sender or office(), recipients, documents)
    return Intent(transaction_id=transaction_id, at_us=at_us, matter=matter, **changes)


def refusal(transaction_id, *documents, at_us=MORNING, **changes):
    """Make the record of a mail that we rejected."""
    matter = Matter(office(), TO_B, documents)
    return Refusal(transaction_id=transaction_id, at_us=at_us, matter=matter, disposition="reject", code=550, **changes)


def taken(intent, result="delivered", code=250):
    """Give a mail with its outcome, which came a second later."""
    return intent, Outcome(intent.transaction_id, intent.at_us + 1_000_000, result, code)


class Source:
    """One file of a ledger, in memory."""

    def __init__(self, *records, node="gw-1", instance="congthu", month="2026-10", previous=("", "")):
        """Put the record of its opening before these."""
        start = getattr(records[0], "at_us", MORNING) if records else MORNING
        opened = Opened(start, node, instance, start, *previous)
        self.all = (opened, *records)
        self.file = f"{node}_{instance}_{month}_001.sqlite"

    def hash_of(self, seq):
        """Give a stand-in for the hash of a record: of all records up to it."""
        return hashlib.sha256(repr(self.all[:seq]).encode()).digest()

    def first(self, count):
        """Give the same file as it was when it held that many records."""
        earlier = Source.__new__(Source)
        earlier.all, earlier.file = self.all[:count], self.file
        return earlier


class Ledger:
    """Files of one folder, in memory."""

    def __init__(self, *files):
        """Take the files."""
        self._files = files

    def ends(self):
        """Tell them apart."""
        return {file.file: Ends(file.hash_of(1).hex(), len(file.all), file.file) for file in self._files}

    def read(self, after):
        """Give what stands behind the places, as the reader of the edge does."""
        for file in self._files:
            place = after.get(file.file)
            start, damages = (place.seq, []) if place else (0, [])
            if place and (start > len(file.all) or file.hash_of(start) != place.hash):
                start, damages = 0, [Damage(file.file, place.seq, place.seq, "replaced")]
            kept = (
                Kept(file.file, seq, file.all[seq - 1], file.hash_of(seq))
                for seq in range(start + 1, len(file.all) + 1)
            )
            yield file.file, [*damages, *kept]

    def damages(self, file):
        """None: what is in memory is sound."""
        return []


def read_in(store, *files):
    """Bring files into a store, all of one folder."""
    return sync(store, [Ledger(*files)])


REGISTRY = """
[[agency]]
id = "so-a"
name = "Sở A"
[[agency]]
id = "so-b"
name = "Sở B"
[[agency]]
id = "so-c"
name = "Sở C"
"""


def roster(folder, text=REGISTRY):
    """Load a registry from its text."""
    file = folder / "registry.toml"
    file.write_text(text, "utf-8")
    return Roster(load_registry([file]))


def figures(store, agencies, period="2026-10"):
    """Count a period."""
    with store.begin() as connection:
        return period_figures(connection, agencies, parse_period(period))
