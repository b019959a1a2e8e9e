"""Identity: who a message says it is from, and what DNS, signatures and trusted servers say to that.

Result words are those of RFC 8601 section 2.7. Names of domains are lower case A-labels without a final dot. All of it
stems from a hostile sender or from DNS, which is hostile too: texts are bounded and printable ASCII.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_ANSWER_RECORDS: Final = 100
"""Of one name and type; an answer with more counts as failed."""
MAX_ANSWER_OCTETS: Final = 65_535
"""Of all records of one answer together; an answer with more counts as failed."""

RecordType = Literal["TXT", "A", "AAAA", "MX", "PTR"]
AnswerStatus = Literal["found", "no_data", "no_domain", "failed"]


class Question(msgspec.Struct, frozen=True, order=True):
    """One look-up: a name and a type of record."""

    name: str
    """Lower case, without the final dot. Of a name that no resolver takes (a label of 64 octets) the answer is
    `no_domain`."""
    kind: RecordType


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What DNS says to one question, as far as it matters here."""

    status: AnswerStatus
    """`found`; `no_data`: the name exists, records of this type do not; `no_domain`: NXDOMAIN; `failed`: SERVFAIL, no
    answer in time, one over the bounds, or the message's look-ups are used up."""
    records: tuple[str, ...] = ()
    """TXT: its character strings joined, an octet a character (latin-1). A, AAAA: addresses in shortest form. MX: names
    of exchanges in order of preference; a null MX (RFC 7505) is the empty name. PTR: names. In the order DNS gave,
    except MX. Empty unless found."""


class AwaitedAnswer(Exception):
    """An answer that is needed and not at hand; `DnsAnswers` has noted the question."""


class DnsAnswers:
    """The answers at hand for one message, and the questions that were asked in vain."""

    def __init__(self, known: Iterable[tuple[Question, Answer]] = ()) -> None:
        """Begin with what is known."""
        self._known = dict(known)
        self.missing: dict[Question, None] = {}
        """What was asked without an answer at hand, in that order."""
        self.used: dict[Question, None] = {}
        """What was asked and answered, in that order."""

    def look_up(self, name: str, kind: RecordType) -> Answer:
        """Give the answer to a question.

        Raises:
            AwaitedAnswer: it is not at hand; the question is noted in `missing`.
        """
        question = Question(name.rstrip(".").lower(), kind)
        answer = self._known.get(question)
        if answer is None:
            self.missing[question] = None
            raise AwaitedAnswer
        self.used[question] = None
        return answer


class AtHandAlone(DnsAnswers):
    """Answers at hand; all others count as failed, so that an evaluation comes to its end now."""

    def __init__(self, answers: DnsAnswers) -> None:
        """Take what these answers have; what is asked in vain is noted there."""
        super().__init__()
        self._answers = answers

    def look_up(self, name: str, kind: RecordType) -> Answer:
        """Give the answer to a question, `failed` where it is not at hand."""
        try:
            return self._answers.look_up(name, kind)
        except AwaitedAnswer:
            return Answer("failed")


class SpfFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 7208 of one identity."""

    result: str
    """`none`, `neutral`, `pass`, `fail`, `softfail`, `temperror`, `permerror` (RFC 7208 section 2.6)."""
    domain: str = ""
    """Domain that was checked: of the reverse-path, or of EHLO when that is null (RFC 7208 section 2.4)."""
    scope: Literal["mailfrom", "helo"] = "mailfrom"
    reason: str = ""
    """Why, in few words of ours, such as the mechanism that matched; printable ASCII, never DNS text as it stands."""
    is_for_anyone: bool = False
    """Of a pass: what decided matches nearly every client: `all`, or a network wider than a registry is given."""


class DkimFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """One DKIM signature (RFC 6376), in the order of the fields."""

    result: str
    """`pass`, `fail`, `policy` (holds, yet not accepted: too short a key, `l=`, From not signed), `neutral`,
    `temperror`, `permerror` (RFC 8601 section 2.7.1)."""
    domain: str = ""
    """d=."""
    selector: str = ""
    """s=."""
    algorithm: str = ""
    """`rsa-sha256`, `rsa-sha1`, `ed25519-sha256` or what a= says, bounded."""
    key_bits: int = 0
    reason: str = ""
    """Why it does not hold, in few words of ours; empty for pass."""
    is_testing: bool = False
    """t=y of the key."""
    is_strict: bool = False
    """t=s of the key: i= must name the domain itself."""
    is_oversigned: bool = False
    """From, To, Cc, Subject, Date, Reply-To cannot be added to without breaking it (RFC 6376 section 8.15)."""
    unsigned_octets: int = 0
    """Octets of the body behind l=."""
    signature: str = ""
    """First letters of b=, as many as tell it from the other signatures, eight at least (RFC 6008 section 4)."""


class DmarcFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9989 of the author's domain."""

    result: str
    """`pass`, `fail`, `none` (no policy is published, or there is not one author), `temperror`, `permerror`."""
    domain: str = ""
    """Of From."""
    organisation: str = ""
    """Organizational Domain by the tree walk of RFC 9989 section 4.10; empty when unknown."""
    policy: str = ""
    """Published for this domain: `none`, `quarantine`, `reject`; empty when none is published. Of a record in testing
    mode (t=y) one step milder, as RFC 9989 section 4.7 has it."""
    published_at: str = ""
    """Domain whose record that is."""
    is_testing: bool = False
    aligned: tuple[str, ...] = ()
    """`spf`, `dkim`: which pass is aligned with From, policy published or not."""
    reason: str = ""


class ArcFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 8617 of the whole chain."""

    result: str
    """`none`, `pass`, `fail`; `temperror` when a key is unknown for now."""
    instances: int = 0
    sealers: tuple[str, ...] = ()
    """d= of each ARC-Seal, instance 1 first."""
    author_results: tuple[str, ...] = ()
    """Of a chain that passes: what the ARC-Authentication-Results of each instance say of the mail as it came there,
    instance 1 first: `dmarc=pass header.from=so-a.example`, or empty text. Believed only of named sealers."""
    reason: str = ""


class Authentication(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was found out about the sender of one message. Every field is None where it was not looked at."""

    spf: SpfFacts | None = None
    dkim: tuple[DkimFacts, ...] = ()
    """Empty: no signature."""
    dmarc: DmarcFacts | None = None
    arc: ArcFacts | None = None
    overruns: tuple[str, ...] = ()
    """Bounds that were met: `dkim_signatures`, `dkim_octets`, `dkim_key_bits`, `arc_sets`, `spf_lookups`,
    `dns_questions`; sorted."""
    vouched_by: str = ""
    """Named ARC sealer who told that the author was verified when the mail came to it, before it changed it; empty."""
    source: Literal["", "check", "upstream"] = ""
    """Whose results these are; empty: nobody's."""


NOBODY_LOOKED: Final = Authentication()
"""Where senders are not checked. One object, for facts leave out what is the default itself."""


class IdentitySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Who is believed about senders, as far as judging a message depends on it."""

    mode: Literal["off", "upstream", "check"] = "off"
    """As in the configuration."""
    upstream: tuple[str, ...] = ()
    """Authserv-ids that are believed, lower case without a final dot."""
    arc_sealers: tuple[str, ...] = ()
    """Sealers that are believed, of the same form."""


class Known(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the asyncio process found out about a message before a worker reads it."""

    spf: SpfFacts | None = None
    """None where it was not looked at: mode is not `check`, or a server of our own networks speaks for itself."""
    answers: tuple[tuple[Question, Answer], ...] = ()
    """Of all questions put so far; what else reading needs comes back as `Inspection.questions`."""
    overruns: tuple[str, ...] = ()
    """`dns_questions`, when some were not put."""


NOTHING_KNOWN: Final = Known()
