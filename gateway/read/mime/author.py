"""Who wrote a message: what of its From field different readers show differently, each thing a named ambiguity.

The techniques are those published against sender authentication (USENIX Security 2020, "Composition Kills"; 2021,
"Weak Links in Authentication Chains"): one verifier reads one address, the reader's program shows another.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING

from gateway.read.encoded_words import decode_encoded_words
from gateway.read.mime.fields import unfold, without_comments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.read.mime.fields import Section
    from gateway.read.notes import Notes
    from gateway.values.facts import AddressFacts

_VALUE_OCTETS = 16_384
"""Of one From field; honest ones have some hundred."""
_HIDDEN = re.compile(
    rb"(?:\A|(?<=[\r\n]))([\x00-\x09\x0b\x0c\x0e-\x20\x7f-\xff]*+from[\x00-\x20]{0,16}:)"
    rb"(?=([ \t]*+(?:\r?\n[ \t]++)?[^\r\n@]*+@[^\r\n]{0,998}))",
    re.IGNORECASE,
)
"""What no strict reader takes for a field may stand before the name: blanks, controls, a byte order mark. The value is
looked at and not passed over: in its fold the next may begin."""
_NAMED = re.compile(rb"from[\x00-\x20]{0,16}:")
"""What every one of them holds, looked for in lower case at a tenth of the cost: a signature names `from:` too."""
_HIDDEN_FIELDS = 4
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_DIRECTION = re.compile("[\u202b\u202e\u2067]")
"""What turns letters round; marks from left to right come along when a name is copied from an address book."""
_ESCAPE = re.compile(rb"\\(?:[^0-9A-Za-z\x80-\xff]|\Z)|<[^<>\\]*+\\")
"""A backslash that readers may drop with effect; in a name such as `SO-A\\vanthu` it is a letter."""
_SIGNED_FIELDS = re.compile(rb"[\w\s:-]{2,400};\s{0,9}[a-z]{1,4}=")
"""The rest of a list of field names, and the tag behind it."""
_SIGNATURES = frozenset({"dkim-signature", "arc-message-signature", "x-google-dkim-signature"})
_REPORTS = frozenset({"x-spam-report", "x-ham-report"})
_REPORT_OCTETS = 4_096
_PREVIEW = b"content preview:"
"""Filters quote the beginning of the text in their reports, which of a forwarded mail is its From."""
# bounded: each of ten thousand quotation marks that open and never close would be followed to the end
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.){0,400}"', re.DOTALL)
# Unbounded what follows, for a sender chooses how far apart things stand; each ends where the next may begin.
_ROUTE = re.compile(rb"<[ \t]*+@[^<>:]*+:")
_TRAILING = re.compile(rb">[^,;<>@]*+@|>[ \t]*+<")
_ENCODED_ADDRESS = re.compile(rb"<[^<>=]*+(?:=(?!\?)[^<>=]*+)*=\?[^<>]*+>|\?=[ \t]{0,16}@|@[ \t]{0,16}=\?")
_COMMENT_INSIDE = re.compile(rb"<[^<>()]*+\(|\)[ \t]{0,16}@|@[ \t]{0,16}\(|\([^()@]*+@")
_BLANK_INSIDE = re.compile(rb"@[^\s@<>,;]++(?:[ \t]++\.|(?<=\.)[ \t]++[0-9A-Za-z])")
"""Legal around the dots of a domain (RFC 5322 section 4.4), and written by nobody: some cut the address off there."""
_AT = re.compile(rb"[^\s<>()\",;:@]{1,64}[\s\"()]{0,16}@[\s\"()]{0,16}[^\s<>()\",;:@\]]")
"""Anything like an address."""
_IN_PLACE = ("sender", "resent-from")
"""Fields readers show where there is no From."""
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


def hidden_authors(octets: bytes, section: Section, notes: Notes) -> list[bytes]:
    """Values of From fields only some readers see: behind a blank, a NUL, a fold or a bare carriage return."""
    strict = {field.start for field in section.by_name.get("from", ())}
    found: list[bytes] = []
    line, seen, looked_at = section.start, section.start, -1
    for named in _NAMED.finditer(octets[section.start : section.body_start].lower()):
        at = section.start + named.start()
        line = max(line, octets.rfind(b"\n", seen, at) + 1, octets.rfind(b"\r", seen, at) + 1)
        seen = at
        if line == looked_at or line in strict:  # only the first of a line stands where a field begins
            continue
        looked_at = line
        match = _HIDDEN.match(octets, line, section.body_start)
        if match is not None and not _is_quoted(octets, section, match):
            found.append(match[2])
    if found:
        notes.ambiguous("hidden_from")
    return found[:_HIDDEN_FIELDS]


def _is_quoted(octets: bytes, section: Section, match: re.Match[bytes]) -> bool:
    """Tell a signed field named in a DKIM signature (RFC 6376 section 3.5), and text in the report of a filter."""
    at = bisect_right(section.fields, match.start(), key=attrgetter("start")) - 1
    if at < 0:
        return False
    around = section.fields[at]
    if around.name in _SIGNATURES:
        return _SIGNED_FIELDS.match(match[2]) is not None
    return (
        around.name in _REPORTS
        and _PREVIEW in octets[around.start : min(match.start(), around.start + _REPORT_OCTETS)].lower()
    )


def note_author(section: Section, author: Sequence[AddressFacts], notes: Notes, *, has_group: bool) -> None:
    """Note what is ambiguous about the mailboxes read of all From fields."""
    readable = [mailbox for mailbox in author if mailbox.address]
    values = [unfold(section.raw(field)[:_VALUE_OCTETS]) for field in section.by_name.get("from", ())[:_HIDDEN_FIELDS]]
    if not section.count("from"):
        notes.ambiguous("from_missing")
        if any(section.count(name) for name in _IN_PLACE):
            notes.ambiguous("from_replaced")
    elif not readable and not any(map(_may_show_address, values)) and "hidden_from" not in notes.ambiguities:
        # A device, or a bounce: nobody shows an address, so nobody shows another one.
        notes.ambiguous("from_unaddressed")
        return
    elif not readable:
        notes.ambiguous("from_malformed")
    if has_group:
        notes.ambiguous("from_group")
    _note_overlong(section, notes)
    # A name with a comma and no quotes is read as two mailboxes, one of which has no address: nobody shows another.
    hidden = sum("@" in mailbox.display_name for mailbox in author if not mailbox.address)
    signs = sum(value.count(b"@") for value in values) + hidden
    is_several = len(readable) > 1 or (len(author) > 1 and signs > 1)
    if is_several and not section.count("sender"):
        notes.ambiguous("sender_missing")
    if len({mailbox.address.rpartition("@")[2] for mailbox in readable}) > 1:
        notes.ambiguous("authors_of_several_domains")
    for mailbox in author[:_HIDDEN_FIELDS]:
        _note_mailbox(mailbox, notes)
    for value in values:
        _note_value(value, author, notes)


def _note_overlong(section: Section, notes: Notes) -> None:
    is_long = any(one.end - one.value_start > _VALUE_OCTETS for one in section.by_name.get("from", ()))
    if is_long or "address_tokens" in notes.overruns:
        notes.ambiguous("from_overlong")


def _may_show_address(value: bytes) -> bool:
    """Tell whether a program may find an address in a value: as it stands, or decoded."""
    return _AT.search(value) is not None or (b"=?" in value and "@" in decode_encoded_words(value))


def _note_mailbox(mailbox: AddressFacts, notes: Notes) -> None:
    if unicodedata.normalize("NFKC", mailbox.address).count("@") > 1:
        notes.ambiguous("from_quoted_at")
    if _DIRECTION.search(mailbox.display_name):
        notes.ambiguous("from_control")
    shown = _ADDRESS.search(mailbox.display_name)
    if shown is not None and shown[0].lower() != mailbox.address.lower():
        notes.ambiguous("from_shows_address")


def _note_value(value: bytes, author: Sequence[AddressFacts], notes: Notes) -> None:
    """Note what one unfolded From value has that readers parse differently."""
    if _CONTROL.search(value):
        notes.ambiguous("from_control")
    outside = _QUOTED.sub(b'""', value)
    for mailbox in author[:_HIDDEN_FIELDS]:
        # `a@b (a@b)` says the same twice.
        outside = outside.replace(b"(" + mailbox.address.encode() + b")", b"") if mailbox.address else outside
    if b"(" in outside and _COMMENT_INSIDE.search(outside):
        notes.ambiguous("from_comment")
    bare = without_comments(outside) if b"(" in outside else outside
    for name, pattern in (
        ("from_route", _ROUTE),
        ("from_trailing_address", _TRAILING),
        ("from_encoded", _ENCODED_ADDRESS),
        ("from_blank", _BLANK_INSIDE),
    ):
        if pattern.search(bare):
            notes.ambiguous(name)
    if _ESCAPE.search(bare):
        notes.ambiguous("from_escape")
    if b"=?" not in bare:
        return
    is_nameless = any(not mailbox.address for mailbox in author)
    is_hidden = is_nameless and decode_encoded_words(bare).count("@") > bare.count(b"@")
    if is_hidden or any("@" in mailbox.display_name and "<" in mailbox.display_name for mailbox in author):
        notes.ambiguous("from_encoded")
