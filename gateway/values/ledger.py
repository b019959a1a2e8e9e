"""Ledger: what is kept of a message so that documents can be counted, and what is not.

Kept are identities of documents, registry ids of agencies, closed words, rules and times; never subject, text, file
name or an outside address, of which only the class of its domain remains. A marked secret is one count of its day.
Times are microseconds since 1970 in UTC. Whatever comes of a message is bounded here, by pattern and length, so that
nothing else can be decoded into a record, whoever sends it. docs/ledger.md shows records as they are written.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from gateway.values.numbers import loose_key

MAX_DOCUMENTS = 16
"""Documents of one message; honest mail carries one to five."""
MAX_PARTIES = 1_000
"""Groups of recipients of one message: as many as `limits.recipients` allows by itself."""
MAX_RULES = 64
MAX_CLASSES = 32
MAX_NAMED = 8
"""Documents that one of them recalls, corrects or replaces, each."""

AgencyId = Annotated[str, msgspec.Meta(pattern=r"^(?:[a-z0-9][a-z0-9-]{0,62})?\Z")]
"""Registry id; empty for whoever the registry does not know."""
Word = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]{0,32}\Z")]
"""One of a closed list of the facts, such as `cong_van` or `khan`; empty when nothing is known."""
Token = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}\Z")]
"""Id of a rule, waiver, pack or transaction, or a token of `Congthu-Tag`."""
Hex64 = Annotated[str, msgspec.Meta(pattern=r"^(?:[0-9a-f]{64})?\Z")]
Hex16 = Annotated[str, msgspec.Meta(pattern=r"^(?:[0-9a-f]{16})?\Z")]
Number = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{0,8}[0-9A-Za-zĐđ]{0,4}\Z")]
"""Without leading zeros and thousands dots: `125`, `125a`."""
Notation = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-zÀ-ưẠ-ỹ&./_-]{0,48}\Z")]
"""As printed, without spaces: `QĐ-UBND`, `2026/NQ-HĐND`."""
Day = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(?:(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
        r"|(?:0[13578]|1[02])-31)|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|0[48]|[13579][26])00)"
        r"-02-29)?\Z"
    ),
]
"""A day that is in the calendar (ISO 8601), or empty: whoever reads it need not ask again."""
Instant = Annotated[int, msgspec.Meta(ge=0, lt=7_258_118_400_000_000)]
"""Microseconds since 1970, before the year 2200: what every clock, calendar and database can hold."""
Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 48)]
Code = Annotated[int, msgspec.Meta(ge=0, le=999)]
"""Of a reply (RFC 5321 section 4.2)."""
Year = Annotated[int, msgspec.Meta(ge=0, le=9_999)]
Name = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f]{0,255}\Z")]
"""Of a host or process: one line, no control characters."""
FILE_NAME = (
    r"(?P<chain>[a-z0-9.-]{1,120}_[A-Za-z0-9.-]{1,60})_(?P<month>[0-9]{4}-[0-9]{2})_(?P<part>[0-9]{3,6})\.sqlite"
)
"""Pattern of the name of a file: host, process, month, number within the month."""
FileName = Annotated[str, msgspec.Meta(pattern=rf"^(?:{FILE_NAME})?\Z")]

DomainClass = Literal["own", "registered", "official", "free", "other", "null"]
"""Of an address: `own` an agency of the registry by its domain or mailbox there; `registered` by a registered mailbox
outside official domains (226/UBND-TTTH point 2d); `official` an official domain without a known agency; `free` a free
or disposable provider; `null` the null reverse-path."""
Form = Literal["signed", "scan", "pdf", "other"]
"""Of a document: a PDF with digital signatures, holding or not; pictures of paper; any other PDF; any other file, or
the text of the mail itself."""
Paper = Literal["announced", "none_announced", ""]
"""Whether the texts say that paper goes too, or that none does; empty when they say neither, or both."""
Result = Literal["delivered", "refused", "deferred"]
Mode = Literal["enforced", "observed"]
LEDGER_TROUBLES = ("full", "locked", "read_only", "damaged", "slow", "other")
"""Why a record is not written: no room, another program holds the file, no right to write, the file is broken, the disk
takes too long, anything else. A metric label."""


class DocumentNumber(msgspec.Struct, frozen=True, omit_defaults=True):
    """Number and notation of a document that another one names; its issuer is that of the document naming it."""

    number: Number
    notation: Notation
    year: Year = 0
    """0 when not said."""

    @property
    def key(self) -> str:
        """Both in the form to compare: no diacritics, case, zeros in front or marks between groups."""
        return loose_key(self.number, self.notation)


class DocumentId(msgspec.Struct, frozen=True, omit_defaults=True):
    """Identity of a document: equal but for the digest, it is the same number with another content (NAT-4)."""

    issuer: AgencyId = ""
    """Issuing agency; empty where it was not resolved and the notation alone tells."""
    number: Number = ""
    notation: Notation = ""
    year: Year = 0
    """Of its date of issue; without one, of the day it was sent."""
    digest: Hex64 = ""
    """SHA-256 of the file that carries the document, as attached; empty when the mail itself is the document."""

    @property
    def key(self) -> str:
        """Number and notation in the form to compare, as `DocumentNumber.key`."""
        return loose_key(self.number, self.notation)


class DocumentEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One document of a message."""

    id: DocumentId
    doc_type: Word = ""
    """Label of the type table; empty when none shows."""
    urgency: Word = "none"
    issued_on: Day = ""
    form: Form = "other"
    signature: Word = "none"
    """Best outcome of its signatures, in words of RFC 8601."""
    is_official: bool = False
    """A numbered document of its issuer, and no schedule, booking, meeting paper or covering note."""
    is_own: bool = False
    """The sender's agency issued it, as far as its head, letters and signers tell; else it is passed on."""
    paper: Paper = ""
    classes: Annotated[tuple[Word, ...], msgspec.Meta(max_length=MAX_CLASSES)] = ()
    """Classes of 14/CT-UBND point 1, as `document.classes` of rules; sorted."""
    recalls: Annotated[tuple[DocumentNumber, ...], msgspec.Meta(max_length=MAX_NAMED)] = ()
    """Documents it takes back (Decree 30/2020 article 18.4)."""
    corrects: Annotated[tuple[DocumentNumber, ...], msgspec.Meta(max_length=MAX_NAMED)] = ()
    replaces: Annotated[tuple[DocumentNumber, ...], msgspec.Meta(max_length=MAX_NAMED)] = ()


class Party(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who sent a message: an agency, or the class of a domain."""

    agency: AgencyId = ""
    """As which it counts: empty too for whoever only claims to be of one, where senders are checked."""
    domain_class: DomainClass = "other"
    mailbox_kind: Word = ""
    """`agency` (văn thư), `personal`, `system`, `registered_other`; empty when the mailbox is not registered."""
    mailbox: Hex16 = ""
    """First 16 digits of the SHA-256 of an agency's address, to count mailboxes in use: a pseudonym, not anonymous."""


class Recipient(msgspec.Struct, frozen=True, omit_defaults=True):
    """Recipients of one message of whom the same is known."""

    agency: AgencyId = ""
    domain_class: DomainClass = "other"
    mailbox_kind: Word = ""
    roles: Annotated[tuple[Word, ...], msgspec.Meta(max_length=5)] = ()
    """What the principal document wants of the agency: `act`, `report`, `know`, `coordinate`, `archive`; sorted."""
    count: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1


class RuleHit(msgspec.Struct, frozen=True):
    """One rule that hit."""

    rule: Token
    mode: Mode
    """`observed`: posture kept it from all or part of what it asks."""


class WaivedHit(msgspec.Struct, frozen=True):
    """One rule that hit and that a waiver covers."""

    rule: Token
    waiver: Token


class Matter(msgspec.Struct, frozen=True, omit_defaults=True):
    """What reading and judging tell the ledger of one message that is no secret."""

    sender: Party = Party()
    recipients: Annotated[tuple[Recipient, ...], msgspec.Meta(max_length=MAX_PARTIES)] = ()
    """By first appearance; their counts add up to the forward-paths."""
    documents: Annotated[tuple[DocumentEntry, ...], msgspec.Meta(max_length=MAX_DOCUMENTS)] = ()
    """The principal one first; empty for a mail that carries no numbered document."""


class _Message(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What an intent and a refusal hold alike."""

    transaction_id: Token
    at_us: Instant
    """Of the final dot: the sending time for every time limit."""
    matter: Matter = Matter()
    """Empty when a fault came before anything was read."""
    identity: Word = "unknown"
    direction: Word = "inbound"
    is_automatic: bool = False
    """A program or list sent it (RFC 3834 section 2)."""
    tags: Annotated[tuple[Token, ...], msgspec.Meta(max_length=MAX_RULES)] = ()
    rules: Annotated[tuple[RuleHit, ...], msgspec.Meta(max_length=MAX_RULES)] = ()
    waived: Annotated[tuple[WaivedHit, ...], msgspec.Meta(max_length=MAX_RULES)] = ()
    disposition: Word = "relay"
    """`relay`, `tag`, `defer` or `reject`."""
    generation: Count = 0


class Intent(_Message, frozen=True, tag_field="kind", tag="intent"):
    """A message that is about to be sent to the next hop. Without an outcome it is unknown whether that took it."""


class Refusal(_Message, frozen=True, tag_field="kind", tag="refusal"):
    """A message that was rejected or deferred by us, so that no next hop saw it."""

    code: Code
    """Of our reply."""
    situation: Word = ""
    """Key of the reply table when a fault decided; empty when the verdict did."""


class Outcome(msgspec.Struct, frozen=True, tag_field="kind", tag="outcome"):
    """How an intent ended."""

    transaction_id: Token
    at_us: Instant
    """Of the next hop's answer: the receiving time."""
    result: Result
    """`refused` 5yz; `deferred` 4yz, or no answer: then a next hop that took it all the same is possible."""
    code: Code
    """Of the reply that our client was given."""


class Secret(msgspec.Struct, frozen=True, tag_field="kind", tag="secret"):
    """One message marked as a state secret, relayed or not: nothing but the day remains."""

    day: Day
    """Vietnamese date."""


class Gap(msgspec.Struct, frozen=True, tag_field="kind", tag="gap"):
    """Records that could not be written."""

    from_us: Instant
    to_us: Instant
    count: Count
    """Records that are missing."""
    reason: Word
    """One of LEDGER_TROUBLES."""


class Opened(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="opened"):
    """A process began to write here: first record of every file, and one more at every start."""

    at_us: Instant
    node: Name
    """Host name, `gateway.host_name`."""
    instance: Name
    started_us: Instant
    """When the process began."""
    previous_file: FileName = ""
    """File that this one continues; empty for the very first, and where the chain goes on in the same file."""
    previous_hash: Hex64 = ""
    """Of the last record of that file."""


Record = Intent | Outcome | Refusal | Secret | Gap | Opened


class Anchor(msgspec.Struct, frozen=True):
    """What stands for files that were purged: the chain begins behind it."""

    file: FileName
    """Last file purged."""
    hash: Hex64
    """Of its last record, which the next file's `Opened` names."""
    records: Count
    """Purged so far, of this chain."""
    from_us: Instant
    to_us: Instant
    """Oldest and newest time among all purged records; 0 when none told one."""
    purged_at_us: Instant
