"""Mailbox lists of From, Sender and Reply-To (RFC 5322 section 3.4): small, linear, never raising.

Obsolete routes and group syntax are read; encoded-words are decoded in display names only, never in an
addr-spec, where decoding would let a sender write an address nobody else sees. Where a mailbox has no name, clients
show the comment behind it or the name of its group: so do we.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from gateway.read.encoded_words import decode_encoded_words
from gateway.read.mime.fields import without_comments
from gateway.values.addresses import normalise_domain
from gateway.values.facts import AddressFacts

if TYPE_CHECKING:
    from gateway.read.notes import Notes

_TOKEN = re.compile(
    rb'"((?:[^"\\]++|\\.)*)"?|([,:;<>])|(=\?[\w.*-]{1,40}\?[bBqQ]\?[^?\s"<>@]{1,400}\?=|[^\s",:;<>]+)', re.DOTALL
)
"""Many programs leave commas and colons as they are inside an encoded-word (RFC 2047 section 5, rule 3)."""
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_AROUND = re.compile(rb" ?([@.]) ?")
_QUOTED_LOCAL = re.compile(rb'"(?:[^"\\]++|\\.)*"@[^" ]+')
_COMMENT = re.compile(rb"\(((?:[^()\\]++|\\.|\([^()]{0,512}\)){1,64})\)", re.DOTALL)
"""A comment with comments in it, one level deep."""
_ADDR_SPEC_OCTETS = 320
"""64 for the local part, one at sign, 255 for the domain (RFC 5321 section 4.5.3.1)."""
_NAME_OCTETS = 4_096
_NAME_CHARACTERS = 512
"""More of a display name than this nobody shows."""


class _Mailboxes:
    """State of reading one list: what the current mailbox consists of so far."""

    def __init__(self) -> None:
        self.found: list[AddressFacts] = []
        self.has_group = False
        self.is_grouped = False
        """A group stood before the one that is open."""
        self.is_angle = False
        self.words: list[tuple[bytes, bytes]] = []
        """As written, and as shown (quotes and escapes taken off)."""
        self.word_octets = 0
        self.angle: list[bytes] | None = None
        self.group = b""
        self.group_start = 0

    def add(self, raw: bytes, shown: bytes) -> None:
        if self.is_angle and self.angle is not None:
            self.angle.append(raw)
        elif self.word_octets < _NAME_OCTETS:
            self.words.append((raw, shown))
            self.word_octets += len(raw) + 1

    def special(self, octet: bytes) -> None:
        if octet == b"<":
            # Two addresses in one mailbox: readers that show the first one show it as a name.
            shown = b" ".join(self.angle or ())
            self.is_angle = False
            self.add(shown, shown)
            self.is_angle, self.angle = True, []
        elif octet == b">":
            self.is_angle = False
        elif octet == b":":
            # In an angle: the end of an obsolete route. Outside: the name of a group.
            if self.is_angle:
                self.angle = []
            else:
                self.is_grouped, self.has_group = self.has_group, True
                self.group, self.group_start = b" ".join(shown for _, shown in self.words), len(self.found)
                self.words, self.word_octets = [], 0
        elif octet == b"," and self.is_angle:
            self.angle = []
        else:
            self.close()
            if octet == b";":
                self.close_group()

    def close_group(self) -> None:
        """End a group; one without members still shows its name."""
        if self.group and len(self.found) == self.group_start:
            self.found.append(AddressFacts(address="", display_name=display_text(self.group)))
        self.group = b""

    def end(self) -> None:
        """Close what is open; a colon behind which no group ends was part of a name."""
        self.close()
        if self.group and b"@" not in self.group and len(self.found) == self.group_start + 1:
            last = self.found.pop()
            name = f"{display_text(self.group)}: {last.display_name}"
            self.found.append(AddressFacts(last.address, name if last.display_name else display_text(self.group)))
            self.has_group = self.is_grouped
        else:
            self.close_group()

    def close(self) -> None:
        if self.angle is not None:
            address, name = b" ".join(self.angle), b" ".join(shown for _, shown in self.words)
        else:
            # `office @ example.vn` is legal: blanks around the at sign are dropped.
            address, name = b" ".join(raw for raw, _ in self.words), b""
            if b"@" not in address:
                # The beginning of a name with a comma and no quotes, which readers show.
                address, name = b"", b" ".join(shown for _, shown in self.words)
        if address or name:
            self.found.append(AddressFacts(_addr_spec(address), display_text(name or self.group)))
        self.is_angle, self.angle, self.words, self.word_octets = False, None, [], 0


def read_mailboxes(value: bytes, notes: Notes) -> tuple[tuple[AddressFacts, ...], bool]:
    """Read an unfolded mailbox list: the mailboxes in order, and whether a group was among them."""
    comments = b""
    if b"(" in value:
        comments = b" ".join(_COMMENT.findall(value[:_NAME_OCTETS]))
        value = without_comments(value)
    state = _Mailboxes()
    for count, token in enumerate(_TOKEN.finditer(value)):
        if count >= notes.budget.address_tokens:
            notes.overrun("address_tokens")
            break
        quoted, special, atom = token.groups()
        if special:
            state.special(special)
        elif atom is not None:
            state.add(atom, atom)
        else:
            state.add(b'"' + quoted + b'"', _ESCAPE.sub(rb"\1", quoted))
    state.end()
    found = (one if one.display_name else AddressFacts(one.address, display_text(comments)) for one in state.found)
    return tuple(found), state.has_group


def display_text(raw: bytes) -> str:
    """Decode words shown to a reader: encoded-words or raw octets to NFC, one line, bounded."""
    if not raw:
        return ""
    text = decode_encoded_words(raw[:_NAME_OCTETS])
    return unicodedata.normalize("NFC", " ".join(text.split()))[:_NAME_CHARACTERS]


def _addr_spec(raw: bytes) -> str:
    """addr-spec with its domain in lower-case A-label form; empty when unreadable."""
    if len(raw) > 2 * _ADDR_SPEC_OCTETS:
        return ""
    if b" " in raw:
        raw = _AROUND.sub(rb"\1", raw)
    local, at, domain = raw.rpartition(b"@")
    if not at or not local or not domain or len(raw) > _ADDR_SPEC_OCTETS:
        return ""
    # Two words are no address, whatever a lenient reader makes of them.
    if b" " in raw and not _QUOTED_LOCAL.fullmatch(raw):
        return ""
    try:
        local_text = local.decode("utf-8")
        # as paths of the envelope are read: IDNA 2003 made strasse.example of straße.example, which is another's
        domain_text = domain.decode("ascii") if domain.isascii() else normalise_domain(domain.decode("utf-8"))
    except ValueError:  # UnicodeDecodeError is one
        return ""
    address = f"{unicodedata.normalize('NFC', local_text)}@{domain_text.lower().rstrip('.')}"
    return address if address.isprintable() else ""
