"""Notes: what one reading of a message has noticed and how much of its budget is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.read.clock import NO_CLOCK
from gateway.read.watch import UNWATCHED

if TYPE_CHECKING:
    from gateway.read.budget import Budget
    from gateway.read.clock import Clock
    from gateway.read.watch import Watch

AMBIGUITIES = {
    "authors_of_several_domains": "mailboxes of different domains in From: readers show one of them",
    "archive_continues": "entries behind the end of an archive, where some readers go on",
    "bare_cr": "a carriage return without line feed in a header section",
    "bare_lf": "a line feed without carriage return among others with one in a header section",
    "base64_early_padding": "padding inside base64 data: readers stop there or go on",
    "base64_junk": "characters outside the alphabet inside base64 data",
    "base64_malformed": "base64 data of impossible length",
    "blank_before_colon": "blanks between the name of a field of little weight and its colon",
    "blank_before_field": "a header section that begins with a continuation line",
    "boundary_guessed": "a multipart whose parts stand behind lines of another boundary than the declared one",
    "boundary_missing": "a multipart without boundary parameter, or with an empty one",
    "boundary_not_found": "a multipart whose boundary never occurs, nor anything like one",
    "boundary_outside": "a multipart that is not closed, with lines of its boundary behind the multipart around it",
    "boundary_prefix": "a delimiter line followed by further text, which some readers take for a delimiter",
    "boundary_reused": "a multipart with the boundary of a multipart around it",
    "boundary_too_long": "a boundary over 70 characters (RFC 2046 section 5.1.1)",
    "charset_disputed": "a text whose declared charsets differ; it is read under each",
    "close_delimiter_missing": "a multipart that is not closed",
    "control_in_mime_field": "a control character in a MIME field",
    "deceptive_name": "a file name that shows as another: direction controls, a second extension, blanks before it",
    "decodings_differ": "a file, other than a text, whose damaged encoding gives different readers different documents",
    "delimiter_after_close": "a delimiter line behind the closing one",
    "disputed_boundary": "several boundaries one can read in a field occur, or not the plain one",
    "disputed_encoding": "a body that is decoded or not: its transfer encoding is misspelt, wrong or not declared",
    "disputed_type": "a Content-Type that names several types, or hides a multipart from strict readers",
    "duplicate_boundary": "two boundary parameters in one field",
    "duplicate_cc": "two Cc fields",
    "duplicate_content_disposition": "two Content-Disposition fields in one part",
    "duplicate_content_transfer_encoding": "two Content-Transfer-Encoding fields in one part",
    "duplicate_content_type": "two Content-Type fields in one part",
    "duplicate_date": "two Date fields",
    "duplicate_from": "two From fields",
    "duplicate_message_id": "two Message-ID fields",
    "duplicate_mime_version": "two MIME-Version fields",
    "duplicate_parameter": "a parameter given twice in one MIME field",
    "duplicate_reply_to": "two Reply-To fields",
    "duplicate_sender": "two Sender fields",
    "duplicate_subject": "two Subject fields",
    "duplicate_text_type": "two Content-Type fields of a text, shown with its markup or without; it is read as both",
    "duplicate_to": "two To fields",
    "encoded_multipart": "a transfer encoding on a composite type (RFC 2045 section 6.4)",
    "encoded_parts": "a multipart that shows other files when it is decoded first",
    "encoded_word_in_parameter": "an encoded-word as boundary or charset (in file names every client decodes it)",
    "epilogue_entity": "MIME fields behind the last part of a multipart, which some readers take for a part",
    "epilogue_text": "text behind the last part of a multipart",
    "folded_parameter": "a line fold inside a quoted parameter",
    "escaping_name": "an archive entry whose path leads out of the folder it is unpacked in",
    "from_blank": "a blank beside a dot in the domain of From",
    "from_comment": "a comment inside the address of From, or one that holds an address",
    "from_control": "control characters in From, or what turns its letters round",
    "from_encoded": "an encoded-word in From that stands where the address does, or decodes to one in brackets",
    "from_escape": "a backslash outside quotes in From, not before a letter",
    "from_group": "a group in From",
    "from_malformed": "From that holds no readable mailbox, but something like an address",
    "from_missing": "no From field",
    "from_overlong": "a From longer than is read, or addresses too many: what stands further on may be shown",
    "from_quoted_at": "an at sign inside the quoted local part of From",
    "from_replaced": "no From field, but another that readers show in its place",
    "from_route": "a route in the address of From (RFC 5322 section 4.4)",
    "from_shows_address": "a display name in From that is another address than the mailbox's",
    "from_trailing_address": "an address behind the brackets of a mailbox in From",
    "from_unaddressed": "From that is empty, a bare name or without domain: no reader shows an address",
    "hidden_field": "a MIME field only some readers take for one: behind a blank, fold, control, comment or empty line",
    "hidden_from": "a From, Sender or Reply-To field only some readers take for one",
    "indented_delimiter": "a delimiter line behind blanks or a bare carriage return",
    "inline_file": "a uuencoded or yEnc file in a text, which some readers show as a file",
    "lines_of_lf": "line feeds in a header section where all lines, or a file on a disk, have them",
    "mailbox_line": "the first line of a mailbox file before the header section",
    "malformed_content_type": "Content-Type that is no type/subtype",
    "malformed_field": "a line of a header section that is no field: readers that begin the body there miss fields",
    "message_external_body": "message/external-body: the content is elsewhere",
    "message_partial": "message/partial: the content is in pieces over several messages",
    "mime_version_missing": "MIME structure without MIME-Version",
    "name_conflict": "name, filename and filename* of which one is a program's and another is not",
    "nul": "a NUL octet in a header section",
    "polyglot": "a file that is a PDF to one reader and of another kind to the next",
    "preamble_entity": "MIME fields before the first part of a multipart, which some readers take for a part",
    "preamble_text": "more than a short notice before the first part of a multipart",
    "quoted_printable_malformed": "an equals sign in quoted-printable data that is no escape",
    "readings_differ": "an entity that gives different files to different readers, or a file outside the parts",
    "repeated_field": "a field that may stand once stands twice with the same value",
    "sender_missing": "several authors and no Sender (RFC 5322 section 3.6.2)",
    "stray_line": "a line of a header section that is no field, with no field of weight behind it",
    "too_many_readings": "more ways to read one entity than are followed",
    "unknown_transfer_encoding": "a Content-Transfer-Encoding we do not know",
    "zip_disagreement": "a zip file whose directory and entries tell of different files, or two of them of one name",
}
"""Closed table of `MessageFacts.ambiguities`: name, and what readers may take differently."""

DISPUTED_CONTENT = frozenset(
    {
        "archive_continues",
        "bare_cr",
        "bare_lf",
        "boundary_outside",
        "boundary_prefix",
        "decodings_differ",
        "duplicate_subject",
        "encoded_parts",
        "message_partial",
        "name_conflict",
        "nul",
        "readings_differ",
        "too_many_readings",
        "zip_disagreement",
    }
)
"""Ambiguities under which readers differ in what a document is: one sees a file, another none or a different one."""

DISPUTED_AUTHOR = frozenset(
    {
        "authors_of_several_domains",
        "duplicate_from",
        "duplicate_reply_to",
        "duplicate_sender",
        "from_blank",
        "from_comment",
        "from_control",
        "from_encoded",
        "from_escape",
        "from_group",
        "from_malformed",
        "from_overlong",
        "from_quoted_at",
        "from_replaced",
        "from_route",
        "from_trailing_address",
        "hidden_from",
        "sender_missing",
    }
)
"""Ambiguities under which readers differ in who wrote the message."""


_FULL_TEXTS = 32
"""Documents as long as `text_characters` whose text is read in one message, or more that are shorter."""


_SHARED = (
    "container_entries", "container_octets", "delimiters", "header_octets", "parts", "picture_pixels", "signatures",
    "text_octets",
)  # fmt: skip
"""Counters of `Notes` that all documents of a message draw on."""


class Notes:
    """Collected while reading one message or one document; what was exceeded is a fact, not an exception.

    Counters count down what is left of the budget for all parts and containers together.
    """

    __slots__ = (
        "ambiguities",
        "budget",
        "clock",
        "container_entries",
        "container_octets",
        "delimiters",
        "flaws",
        "header_octets",
        "overruns",
        "parts",
        "picture_pixels",
        "search_octets",
        "signatures",
        "text_octets",
        "unfinished",
        "unread_letters",
        "watch",
    )

    def __init__(self, budget: Budget, clock: Clock = NO_CLOCK, watch: Watch = UNWATCHED) -> None:
        """Start with the whole budget, and the time `clock` has left; `watch` is told what is read."""
        self.budget = budget
        self.clock = clock
        self.watch = watch
        self.ambiguities: set[str] = set()
        self.overruns: set[str] = set()
        self.parts = budget.parts
        self.container_entries = budget.container_entries
        self.container_octets = budget.container_octets
        self.picture_pixels = budget.picture_pixels
        self.header_octets = budget.header_octets
        self.signatures = budget.signatures
        # Lines that look like delimiters cost a look each, at every depth.
        self.delimiters = 100 * budget.parts
        # Each level of nesting searches its octets again; set when the size is known.
        self.search_octets = 0
        # Decoding legacy text and looking for marks cost about a microsecond an octet each: so many full texts.
        self.text_octets = _FULL_TEXTS * budget.text_characters

        # Readings cut short for want of time or place of their own: what they gave is not kept for another message.
        self.unfinished = 0
        # Texts of the file, or else the message, being read of which only the secrecy is known: a detector raised.
        self.flaws = 0
        # Pictures of the file being read whose letters are unread because time or pixels did not suffice.
        self.unread_letters = 0

    def left(self) -> tuple[int, ...]:
        """Tell what is left of everything that documents share."""
        return tuple(getattr(self, name) for name in _SHARED)

    def spend(self, costs: tuple[int, ...]) -> bool:
        """Charge what reading a document cost another time, or nothing at all when that would use something up."""
        left = self.left()
        if any(cost and cost >= rest for cost, rest in zip(costs, left, strict=True)):
            return False
        for name, cost, rest in zip(_SHARED, costs, left, strict=True):
            setattr(self, name, rest - cost)
        return True

    def unpacked_limit(self, packed_octets: int) -> int:
        """Tell how many octets so many packed ones may unpack to: a ratio alone is no bomb when the output is small."""
        return max(self.budget.container_small_octets, packed_octets * self.budget.container_ratio)

    def ambiguous(self, name: str) -> None:
        """Note an ambiguity of the closed table."""
        self.ambiguities.add(name)

    def may_judge(self) -> bool:
        """Take one of the signatures of mail that may be judged, or note that there are none left."""
        if self.signatures <= 0:
            self.overrun("signatures")
            return False
        self.signatures -= 1
        return True

    def charge_text(self, octets: int) -> None:
        """Take octets of decoded or searched text off what is left; the one that takes the last may be cut short."""
        if octets >= self.text_octets > 0:
            self.overrun("text_characters")
        self.text_octets = max(0, self.text_octets - octets)

    def caught(self, fault: Exception) -> None:
        """Note that a detector raised; what was read is not kept, for a better one may read it another time."""
        self.flaws += 1
        self.unfinished += 1
        self.watch.caught(fault)

    def is_late(self) -> bool:
        """Note when the time of the message is spent: what is not read by now stays unread, for this message."""
        if not self.clock.is_over():
            return False
        self.overrun("cpu_milliseconds")
        self.unfinished += 1
        return True

    def overrun(self, name: str) -> None:
        """Note the name of a Budget field that was exceeded."""
        self.overruns.add(name)
