"""What was found on pictures, kept by their pixels: offices send the same logo, seal or banner with every document.

The answer to a question about a page is a function of the page's pixels, so they are the key, and nothing of the file
they come from is: whatever masks, palettes, profiles, forms and matrices say has been drawn by then. Two pictures that
are drawn alike have one answer, and two that are not share no key, whatever their files say.

No text of documents is kept: boxes, and the words of stamps. No hit is counted: nobody learns what was seen before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Sized

    from gateway.read.scans.colour import Page

MAX_OCTETS: Final = 4_000_000
"""Memory all answers may take, as estimated: a hundred octets for each letter or box, and `_ENTRY_OCTETS`."""
_ENTRY_OCTETS, _PIECE_OCTETS = 600, 100
"""Measured: a key takes 500, a box 80, a letter of Vietnamese 4."""

T = TypeVar("T", bound="Sized")


class PictureKey(NamedTuple):
    """A question, and all that its answer depends on."""

    question: str
    width: int
    height: int
    dpi: int
    planes: tuple[bytes, bytes, bytes]
    """Tags of blue, green and red."""


class PictureMemory:
    """Bounded map, the first in the first out: what is looked up leaves no trace; not for several threads."""

    def __init__(self, max_answers: int, tag_of: Callable[[bytes], bytes]) -> None:
        """Remember nothing.

        Args:
            max_answers: a logo takes four or so: where red and frames are on it, and what is read in each.
            tag_of: names a plane of pixels; nobody outside must be able to find two of one name.
        """
        self._max_answers, self._tag_of = max_answers, tag_of
        self._answers: dict[PictureKey, Sized] = {}
        self._octets = 0
        self._fresh: list[PictureKey] = []

    def __len__(self) -> int:
        return len(self._answers)

    def begin_message(self) -> None:
        """From here on answers belong to a new message."""
        self._fresh.clear()

    def forget_message(self) -> None:
        """Drop what was kept since `begin_message`."""
        for key in self._fresh:
            self._drop(key)
        self._fresh.clear()

    def answer(self, question: str, page: Page, find: Callable[[], T], *, is_whole: Callable[[], bool]) -> T:
        """Answer a question about the pixels of a page, by `find` unless it was answered before.

        Args:
            question: its name; one name, one type of answer.
            page: what the answer depends on, and all of it.
            find: finds the answer.
            is_whole: tells, afterwards, whether nothing cut `find` short; else its answer is not kept.
        """
        key = self._key(question, page)
        known = self._answers.get(key)
        if known is not None:
            return cast("T", known)
        found = find()
        if is_whole():
            self._keep(key, found)
        return found

    def _key(self, question: str, page: Page) -> PictureKey:
        green = self._tag_of(page.green)
        blue, red = (green if plane is page.green else self._tag_of(plane) for plane in (page.blue, page.red))
        return PictureKey(question, page.width, page.height, page.dpi, (blue, green, red))

    def _keep(self, key: PictureKey, answer: Sized) -> None:
        self._answers[key] = answer
        self._octets += _weight(answer)
        self._fresh.append(key)
        while len(self._answers) > self._max_answers or self._octets > MAX_OCTETS:
            self._drop(next(iter(self._answers)))

    def _drop(self, key: PictureKey) -> None:
        answer = self._answers.pop(key, None)
        if answer is not None:
            self._octets -= _weight(answer)


def _weight(answer: Sized) -> int:
    return _ENTRY_OCTETS + _PIECE_OCTETS * len(answer)
