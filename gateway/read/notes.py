"""Notes: what one reading of a message has noticed and how much of its budget is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.read.budget import Budget

AMBIGUITIES = {
    "bare_cr": "a carriage return without line feed in a header section",
    "bare_lf": "a line feed without carriage return in a header section",
    "base64_early_padding": "padding inside base64 data: readers stop there or go on",
    "base64_junk": "characters outside the alphabet inside base64 data",
    "base64_malformed": "base64 data of impossible length",
    "blank_before_colon": "blanks between a field name and its colon",
    "blank_before_field": "a header section that begins with a continuation line",
    "boundary_missing": "a multipart without boundary parameter, or with an empty one",
    "boundary_not_found": "a multipart whose boundary never occurs",
    "boundary_prefix": "a delimiter line followed by further text, which some readers take for a delimiter",
    "boundary_reused": "a multipart with the boundary of a multipart around it",
    "boundary_too_long": "a boundary over 70 characters (RFC 2046 section 5.1.1)",
    "close_delimiter_missing": "a multipart that is not closed",
    "control_in_mime_field": "a control character in a MIME field",
    "deceptive_name": "a file name that shows as another: direction controls, a second extension, blanks before it",
    "delimiter_after_close": "a delimiter line behind the closing one",
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
    "duplicate_to": "two To fields",
    "encoded_multipart": "a transfer encoding on a composite type (RFC 2045 section 6.4)",
    "encoded_word_in_parameter": "an encoded-word as boundary or charset (in file names every client decodes it)",
    "epilogue_text": "text behind the last part of a multipart",
    "folded_parameter": "a line fold inside a quoted parameter",
    "from_group": "a group in From",
    "from_malformed": "From that holds no readable mailbox",
    "from_missing": "no From field",
    "malformed_content_type": "Content-Type that is no type/subtype",
    "malformed_field": "a line of a header section that is no field",
    "message_external_body": "message/external-body: the content is elsewhere",
    "message_partial": "message/partial: the content is in pieces over several messages",
    "mime_version_missing": "MIME structure without MIME-Version",
    "name_conflict": "name, filename and filename* with different extensions",
    "nul": "a NUL octet in a header section",
    "preamble_text": "more than a short notice before the first part of a multipart",
    "quoted_printable_malformed": "an equals sign in quoted-printable data that is no escape",
    "sender_missing": "several authors and no Sender (RFC 5322 section 3.6.2)",
    "unknown_transfer_encoding": "a Content-Transfer-Encoding we do not know",
    "zip_disagreement": "a zip entry whose two names differ, or entries of one name",
}
"""Closed table of `MessageFacts.ambiguities`: name, and what readers may take differently."""


_FULL_TEXTS = 32
"""Documents as long as `text_characters` whose text is read in one message, or more that are shorter."""


class Notes:
    """Collected while reading one message or one document; what was exceeded is a fact, not an exception.

    Counters count down what is left of the budget for all parts and containers together.
    """

    __slots__ = (
        "ambiguities",
        "budget",
        "container_entries",
        "container_octets",
        "delimiters",
        "header_octets",
        "overruns",
        "parts",
        "search_octets",
        "signatures",
        "text_octets",
    )

    def __init__(self, budget: Budget) -> None:
        """Start with the whole budget."""
        self.budget = budget
        self.ambiguities: set[str] = set()
        self.overruns: set[str] = set()
        self.parts = budget.parts
        self.container_entries = budget.container_entries
        self.container_octets = budget.container_octets
        self.header_octets = budget.header_octets
        self.signatures = budget.signatures
        # Lines that look like delimiters cost a look each, at every depth.
        self.delimiters = 100 * budget.parts
        # Each level of nesting searches its octets again; set when the size is known.
        self.search_octets = 0
        # Decoding legacy text and looking for marks cost about a microsecond an octet each: so many full texts.
        self.text_octets = _FULL_TEXTS * budget.text_characters

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
        """Take octets of decoded or searched text off what is left."""
        self.text_octets = max(0, self.text_octets - octets)

    def overrun(self, name: str) -> None:
        """Note the name of a Budget field that was exceeded."""
        self.overruns.add(name)
