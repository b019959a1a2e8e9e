"""Elements of BER (ITU-T X.690) by their octets alone: enough to take a CMS apart without building its tree.

Counts and lengths are bounded here, before any library sees the structure: asn1crypto needs two microseconds an
element, and a hostile CMS of six megabytes has three million of them.
"""

from __future__ import annotations

from typing import NamedTuple

MAX_ELEMENTS = 100_000
"""Elements gone through in one CMS; content streamed in pieces of 1 kB makes 30,000 of 30 MB."""
_CONSTRUCTED, _INDEFINITE = 0x20, 0x80


class BerError(ValueError):
    """The octets are no BER, or hold too many elements."""


class Element(NamedTuple):
    """One element: where it stands, and its contents."""

    tag: int
    """Identifier octet; longer ones do not occur in a CMS."""
    begin: int
    start: int
    end: int
    """Contents at `[start, end)`, without the end-of-contents octets."""
    after: int


class Walker:
    """Goes through the elements of one structure and counts them."""

    def __init__(self, octets: bytes) -> None:
        """Walk over octets."""
        self.octets = octets
        self._left = MAX_ELEMENTS

    def element(self, at: int, limit: int) -> Element:
        """Read the element at an offset.

        Raises:
            BerError: it does not end before `limit`, or there are too many.
        """
        tag, start, length = self._head(at, limit)
        if length >= 0:
            if start + length > limit:
                raise BerError("an element ends behind what holds it")
            return Element(tag, at, start, start + length, start + length)
        # Indefinite length: ends where its own end-of-contents stands; those inside are counted, not descended into.
        place, open_ends = start, 1
        while open_ends:
            if self.octets[place : place + 2] == b"\0\0":
                open_ends -= 1
                place += 2
                continue
            _, inner, length = self._head(place, limit)
            open_ends += length < 0
            place = inner + max(0, length)
        return Element(tag, at, start, place - 2, place)

    def children(self, parent: Element) -> list[Element]:
        """Read the elements inside another.

        Raises:
            BerError: one does not end inside, or there are too many.
        """
        found, at = [], parent.start
        while at < parent.end:
            found.append(self.element(at, parent.end))
            at = found[-1].after
        return found

    def string(self, element: Element) -> bytes:
        """Octets of an OCTET STRING, its pieces joined when it is constructed (section 8.7.3).

        Raises:
            BerError: as `children`.
        """
        if not element.tag & _CONSTRUCTED:
            return self.octets[element.start : element.end]
        return b"".join(self.octets[piece.start : piece.end] for piece in self.children(element))

    def step(self, at: int) -> int:
        """Go from one element to the next in the order of their octets, into constructed ones.

        Raises:
            BerError: as `element`.
        """
        tag, start, length = self._head(at, len(self.octets))
        return start if tag & _CONSTRUCTED or length < 0 else start + length

    def _head(self, at: int, limit: int) -> tuple[int, int, int]:
        """Tag, begin of contents and length, -1 for indefinite."""
        self._left -= 1
        if self._left < 0 or at + 2 > limit:
            raise BerError("too many elements, or one without an end")
        tag, first = self.octets[at], self.octets[at + 1]
        if first == _INDEFINITE and tag & _CONSTRUCTED:
            return tag, at + 2, -1
        if first < _INDEFINITE:
            return tag, at + 2, first
        size = first & 0x7F
        if not 1 <= size <= 8:
            raise BerError("a length of no size")
        return tag, at + 2 + size, int.from_bytes(self.octets[at + 2 : at + 2 + size], "big")


def check_count(octets: bytes) -> None:
    """Count the elements of a structure, at every depth.

    Raises:
        BerError: there are more than `MAX_ELEMENTS`, or one has no proper length.
    """
    walker, at = Walker(octets), 0
    while at < len(octets):
        if octets[at : at + 2] == b"\0\0":
            at += 2
            continue
        at = walker.step(at)


def wrap(tag: int, *contents: bytes) -> bytes:
    """Make an element of definite length."""
    inside = b"".join(contents)
    size = len(inside)
    if size < _INDEFINITE:
        return bytes((tag, size)) + inside
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _INDEFINITE | len(length))) + length + inside
