"""Pack: policy as data (rules, whom they bind and from when), and the posture it runs under.

A pack is what `gateway.judge.packfile` reads from `policies/<pack>/pack.toml`. Everything here round-trips
through JSON and msgpack, so workers receive the very packs the checker approved.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec resolves annotations at run time
import unicodedata
from enum import Enum

import msgspec

from gateway.values.verdict import Disposition, Posture  # noqa: TC001 - msgspec resolves annotations at run time

EVERYWHERE = "*"
"""As a pack's territory: binds every agency, and senders that are none."""


class RuleScope(str, Enum):
    """What one evaluation of a rule looks at."""

    ENVELOPE = "envelope"
    """Client, reverse-path and one forward-path: decidable at RCPT time."""
    MESSAGE = "message"
    PART = "part"
    """Once per leaf part, files inside containers included."""
    RECIPIENT = "recipient"
    """Once per forward-path, with the message known."""


class Bound(str, Enum):
    """Whose agency must lie in the pack's territory and classes for a rule to bind."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    """Any recipient; in the scopes `envelope` and `recipient` the one looked at."""
    ANY = "any"
    """Sender or any recipient; in a pack for everywhere also messages between strangers."""


class Citation(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a rule comes from."""

    document: str
    """For example `Chỉ thị 14/CT-UBND`, or `house rule` for one of our own."""
    locator: str = ""
    """Article, point."""
    date: dt.date | None = None

    def __str__(self) -> str:
        """Render as `document, locator (date)`."""
        place = f"{self.document}, {self.locator}" if self.locator else self.document
        return f"{place} ({self.date.isoformat()})" if self.date else place


class Start(msgspec.Struct, frozen=True, omit_defaults=True):
    """From when a rule binds; before that it is observed. An agency's own date in the registry wins."""

    default: dt.date | None = None
    """None: from the beginning of time."""
    by_class: dict[str, dt.date] = {}
    """Agency class to date."""
    by_decision: tuple[str, ...] = ()
    """Classes whose date a competent level must fix agency by agency; without one: observe only."""


class Scope(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whom one rule binds inside the pack's territory."""

    binds: Bound = Bound.SENDER
    classes: tuple[str, ...] = ()
    """Agency classes; empty for all."""
    exempt_classes: tuple[str, ...] = ()
    exempt_agencies: tuple[str, ...] = ()
    start: Start | None = None
    """None: the pack's."""
    since: dt.date | None = None
    """First day the rule binds at all, unlike `start` not even observed before: a target of one year. None: always."""
    until: dt.date | None = None
    """Last day the rule binds; None for no end."""


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """One judgement."""

    id: str
    """ASCII, `[A-Za-z0-9][A-Za-z0-9-]{1,31}`, unique over all packs."""
    scope: RuleScope
    title_vi: str
    title_en: str
    citations: tuple[Citation, ...]
    """At least one."""
    when: str
    """CEL expression of type bool over the facts of the scope; true means the rule hits."""
    effect: Disposition
    """TAG or REJECT."""
    posture: Posture
    """Default posture."""
    severity: int
    """1 (note) to 5 (grave): orders findings of one disposition."""
    tag: str
    """Token of the tag field: lower-case ASCII letters, digits and hyphens."""
    reply_vi: str
    """What is wrong, one sentence with diacritics; `reply_ascii` is its wire form."""
    reply_en: str
    remedy_vi: str
    """What the clerk does next."""
    remedy_en: str
    binding: Scope = msgspec.field(default_factory=Scope)
    evidence: tuple[str, ...] = ()
    """Names of facts a finding quotes."""
    is_secret: bool = False
    """A finding echoes nothing of the message."""
    is_waivable: bool = True
    """False for a rule about who wrote a message or whether it was forged: no waiver reaches it."""
    help: tuple[str, ...] | None = None
    """Ids of guides (`gateway.values.guide`) its help page shows; empty: none is needed, None: nobody said."""
    line: int = 0
    """Where the rule begins in its file, from 1."""
    when_line: int = 0
    """Line of the first character of `when`."""

    @property
    def can_be_waived(self) -> bool:
        """True when a waiver may name the rule: never one about state secrets."""
        return self.is_waivable and not self.is_secret

    @property
    def cites(self) -> tuple[str, ...]:
        """The citations as text."""
        return tuple(str(citation) for citation in self.citations)

    @property
    def reply_ascii(self) -> str:
        """`reply_vi` for the SMTP wire."""
        return ascii_form(self.reply_vi)

    @property
    def remedy_ascii(self) -> str:
        """`remedy_vi` for the SMTP wire."""
        return ascii_form(self.remedy_vi)


class Pack(msgspec.Struct, frozen=True, omit_defaults=True):
    """A versioned set of rules for one territory."""

    id: str
    version: str
    title_vi: str
    title_en: str
    territories: tuple[str, ...]
    """Territory ids of the agencies it binds, or `*`."""
    rules: tuple[Rule, ...]
    """In the order of the file, which is the order of evaluation."""
    start: Start = msgspec.field(default_factory=Start)
    file: str = ""
    """As named when it was read: for messages to the operator."""

    @property
    def is_national(self) -> bool:
        """True when the pack binds everywhere."""
        return EVERYWHERE in self.territories


class PostureEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the posture table. Empty `agency`, `pack` or `rule` means all of them."""

    posture: Posture
    agency: str = ""
    pack: str = ""
    rule: str = ""
    valid_from: dt.date | None = None
    """First day; None for always."""
    valid_to: dt.date | None = None
    """Last day; None for no end."""


class PostureTable(msgspec.Struct, frozen=True, omit_defaults=True):
    """How hard rules act, by agency, pack and rule, with dates ([posture] of the configuration).

    The most specific entry valid on the day wins: agency and rule; rule; agency and pack; agency; pack;
    then `default`; then the rule's own posture. Of two equally specific entries the later one wins.
    A rule about state secrets is softened only by an entry that names the rule.
    """

    default: Posture | None = None
    """None: each rule's own."""
    entries: tuple[PostureEntry, ...] = ()

    def posture_of(self, rule: Rule, pack: str, agency: str, on: dt.date) -> Posture:
        """Give the posture of a rule for an agency (its id, or `other`) on a day."""
        best, posture = -1, rule.posture if self.default is None or rule.is_secret else self.default
        for entry in self.entries:
            rank = _rank(entry)
            if rank >= best and _applies(entry, rule, pack, agency, on):
                best, posture = rank, entry.posture
        return posture


OWN_POSTURE = PostureTable()
"""Every rule at its own posture."""


def _rank(entry: PostureEntry) -> int:
    """Give the specificity of an entry: a rule outweighs an agency, an agency a pack."""
    return 8 * bool(entry.rule) + 4 * bool(entry.agency) + bool(entry.pack)


def _applies(entry: PostureEntry, rule: Rule, pack: str, agency: str, on: dt.date) -> bool:
    if rule.is_secret and not entry.rule:
        return False
    return (
        entry.rule in {"", rule.id}
        and entry.agency in {"", agency}
        and entry.pack in {"", pack}
        and (entry.valid_from is None or entry.valid_from <= on)
        and (entry.valid_to is None or on <= entry.valid_to)
    )


def ascii_form(text: str) -> str:
    """Write Vietnamese without diacritics: printable ASCII, anything else becomes `?`.

    Typographic quotes and dashes fall to their ASCII twins.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_TWINS))
    letters = (character for character in plain if not unicodedata.combining(character))
    return "".join(letter if " " <= letter <= "~" else "?" for letter in letters)


_TWINS = str.maketrans({"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."})
