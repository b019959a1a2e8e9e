"""Measures: what is counted of one agency in a period.

Secrets are in none of these numbers: the gateway keeps nothing of them but their number, and declared totals leave
them out. Recalled documents are subtracted everywhere and given apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields


@dataclass(slots=True)
class Measures:
    """Counts of one agency, or of several added up."""

    issued: int = 0
    """Documents it issued that were delivered electronically at least once, by whomever."""
    issued_by_type: dict[str, int] = field(default_factory=dict)
    """The same by label of the type table; empty label where no type shows."""
    issued_by_form: dict[str, int] = field(default_factory=dict)
    """The same by form: `signed`, `scan`, `pdf`, `other`."""
    issued_passed_on: int = 0
    """Of these, documents that only others sent."""
    signed: int = 0
    """Of these, documents with a signature that holds (outcome `pass`)."""
    pdf: int = 0
    """Of these, documents in a PDF or as pictures of paper, and not found to be no PDF (BD-1c-0)."""
    electronic_only: int = 0
    """Of these, documents that a rule says go without paper (14/CT-UBND point 1a and the like)."""
    dual: int = 0
    """Of these, documents that a rule says go on paper too (14/CT-UBND point 1b and the like)."""
    submissions: int = 0
    """Of these, documents that submit something for decision."""
    signed_submissions: int = 0
    urgent: int = 0
    """Of these, documents with any mark of urgency."""
    disputed: int = 0
    """Of these, identities that went out with different contents (NAT-4)."""
    recalled: int = 0
    """Documents it issued and took back; in no other count."""
    sent: int = 0
    """Documents it sent, whoever issued them."""
    sent_own: int = 0
    """Of these, documents it issued itself."""
    sent_from_agency_mailbox: int = 0
    """Of these, documents that went out at least once from a mailbox of the agency (BD-1d-2)."""
    deliveries: int = 0
    """Pairs of a document it sent and another agency that got it."""
    received: int = 0
    """Documents that reached it from others."""
    internal: int = 0
    """Documents it sent to itself alone (HNB-2)."""
    messages: dict[str, int] = field(default_factory=dict)
    """Messages it sent by how they ended: `delivered`, `refused`, `deferred`, `rejected`, `put_off`, `unknown`."""
    messages_by_domain: dict[str, int] = field(default_factory=dict)
    """Delivered messages by class of the sender's domain."""
    outside: dict[str, int] = field(default_factory=dict)
    """Addresses outside the registry that delivered messages went to, by class of their domain."""
    mailboxes: dict[str, int] = field(default_factory=dict)
    """Mailboxes that sent something, by kind."""
    clerk_documents: int = 0
    """Documents carried by messages from its agency mailboxes, each time they went out (HN-8)."""

    def add(self, other: Measures) -> None:
        """Add the counts of another; of documents that stand in one of both only, as issued or sent ones do."""
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            if isinstance(mine, dict):
                for key, count in theirs.items():
                    mine[key] = mine.get(key, 0) + count
            else:
                setattr(self, one.name, mine + theirs)

    @property
    def is_zero_sender(self) -> bool:
        """Tell whether it sent no document at all in the period (DL-3a)."""
        return self.sent == 0

    @property
    def active_mailboxes(self) -> int:
        """Count the mailboxes that sent something, of every kind."""
        return sum(self.mailboxes.values())
