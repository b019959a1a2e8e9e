"""Canonical forms of a message as DKIM and ARC sign it (RFC 6376 section 3.4), each made once for all signatures.

Bodies of megabytes and blanks by the million are a sender's to choose: every pass is linear, or halves what it finds,
and runs in C.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.read.mime.fields import Field, Section

Method = Literal["simple", "relaxed"]

MAX_SIGNATURES: Final = 10
"""DKIM signatures looked at, the top-most first (`dkim_signatures`): mail has one to three, lists add one."""
MAX_FIELD_OCTETS: Final = 65_536
"""Of all DKIM-Signature fields looked at together, and of the fields of all ARC sets twice that (`dkim_octets`); one
has a thousand. A field over what is left is passed over."""
MAX_SETS: Final = 50
"""ARC sets (`arc_sets`), by RFC 8617 section 4.2.1: more are no chain."""
_EMPTY_LINE: Final = b"\r\n"


class SignedContent:
    """Content of one message, its top header section, and what has been made of both so far."""

    def __init__(self, octets: bytes, section: Section) -> None:
        """Look at message content (dots unstuffed, lines with CRLF) and its header section."""
        self._octets = octets
        self.section = section
        self.overruns: set[str] = set()
        """Bounds that were met, as in `Authentication.overruns`."""
        self._bodies: dict[Method, bytes | memoryview] = {}
        self._hashes: dict[tuple[Method, int | None], bytes] = {}
        self._relaxed: dict[int, bytes] = {}

    def value(self, field: Field) -> bytes:
        """Give the whole value of a field with its folds and its line end."""
        return self._octets[field.value_start : field.end]

    def name(self, field: Field) -> bytes:
        """Give the name of a field as written, with its colon and blanks before that."""
        return self._octets[field.start : field.value_start]

    def bounded(self, fields: Iterable[Field], octets: int) -> list[Field]:
        """Pick the fields that fit into so many octets, in order, passing over those that do not."""
        picked = []
        for field in fields:
            size = field.end - field.start
            if size > octets:
                self.overruns.add("dkim_octets")
                continue
            octets -= size
            picked.append(field)
        return picked

    def header(self, names: Iterable[str], method: Method, own: Field) -> list[bytes]:
        """Give the fields signed under lower-case `names`, canonical, in that order (RFC 6376 section 5.4.2).

        A name that comes again stands for the next instance from below, and for nothing when there is none left. The
        signature itself (`own`) is never among them (section 3.5).
        """
        chosen: list[bytes] = []
        left: dict[str, int] = {}
        for name in names:
            fields = self.section.by_name.get(name, ())
            place = left.get(name, len(fields)) - 1
            if place >= 0 and fields[place].start == own.start:
                place -= 1
            if place >= 0:
                chosen.append(self.field(fields[place], method))
            left[name] = max(place, 0)
        return chosen

    def field(self, field: Field, method: Method) -> bytes:
        """Give one field in canonical form, with its line end."""
        if method == "simple":
            return self._octets[field.start : field.end]
        found = self._relaxed.get(field.start)
        if found is None:
            found = self._relaxed[field.start] = relax_field(field.name, self.value(field)) + b"\r\n"
        return found

    def body_length(self, method: Method) -> int:
        """Count the octets of the canonical body."""
        return len(self._body(method)) + (2 if method == "simple" else 0)

    def body_hash(self, method: Method, length: int | None) -> bytes:
        """Give the SHA-256 of the first `length` octets of the canonical body, or of all of them for None."""
        key = (method, length)
        found = self._hashes.get(key)
        if found is None:
            body = self._body(method)
            digest = hashlib.sha256(body if length is None else body[:length])
            if method == "simple":
                # its line end is not in the content where the body is empty or its last line open
                digest.update(_EMPTY_LINE if length is None else _EMPTY_LINE[: max(0, length - len(body))])
            found = self._hashes[key] = digest.digest()
        return found

    def _body(self, method: Method) -> bytes | memoryview:
        """Canonical body; without its last line end for `simple`, so that nothing need be copied."""
        found = self._bodies.get(method)
        if found is None:
            start = self.section.body_start
            if method == "simple":
                found = memoryview(self._octets)[start : start + _content_end(self._octets[start:])]
            else:
                found = relax_body(self._octets[start:])
            self._bodies[method] = found
        return found


def relax_field(name: str, value: bytes) -> bytes:
    """Write a field with the `relaxed` algorithm (RFC 6376 section 3.4.2), without its line end."""
    return name.encode("ascii") + b":" + _single_blanks(value.replace(b"\r\n", b"")).strip(b" ")


def relax_body(body: bytes) -> bytes:
    """Write a body with the `relaxed` algorithm (RFC 6376 section 3.4.4); empty when no line has anything in it."""
    body = _single_blanks(body).replace(b" \r\n", b"\r\n").removesuffix(b" ")
    end = _content_end(body)
    return body[:end] + b"\r\n" if end else b""


def _single_blanks(text: bytes) -> bytes:
    """Make one blank of each run of blanks and tabs; each pass halves the runs that are left."""
    text = text.replace(b"\t", b" ")
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text


def _content_end(body: bytes) -> int:
    """Offset behind the last line that is not empty, its line end left out."""
    rest = len(body.rstrip(b"\r\n"))
    ends = body[rest:]
    if not ends.endswith(b"\n"):
        return len(body)
    # Bare CR and LF are no line ends: only the pairs behind the last of them are.
    pairs = 1 + max(ends.rfind(b"\r\r"), ends.rfind(b"\n\n"))
    return rest + pairs + (ends[pairs : pairs + 1] == b"\n")
