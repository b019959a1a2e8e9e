"""A recogniser whose time is not taken from that of reading: letters have `ocr_milliseconds` of their own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sized

    from gateway.read.notes import Notes
    from gateway.read.scans.colour import Page
    from gateway.read.scans.memory import PictureMemory
    from gateway.read.scans.ocr import Reading, Recogniser

T = TypeVar("T", bound="Sized")


class RecogniserApart:
    """Asks another recogniser while the clock of the message stands still, and notes what it leaves unread."""

    def __init__(self, recogniser: Recogniser, notes: Notes, memory: PictureMemory | None = None) -> None:
        """Ask `recogniser` beside the clock of `notes`; `memory` keeps what is found on pictures with its help."""
        self._recogniser, self._notes, self._memory = recogniser, notes, memory

    def recognise(  # noqa: PLR0913 - as `Recogniser`
        self, grey: bytes, width: int, height: int, *, dpi: int, is_line: bool, milliseconds: int
    ) -> Reading | None:
        """Read a picture, as the other does."""
        reading = self._notes.clock.apart(
            partial(
                self._recogniser.recognise, grey, width, height, dpi=dpi, is_line=is_line, milliseconds=milliseconds
            )
        )
        self._notes.unread_letters += reading is None
        return reading

    def once(self, question: str, page: Page, find: Callable[[], T]) -> T:
        """Find something on a page, or remember it; what letters left unread had a part in is not kept.

        No time is charged for what is remembered: more of a message may be read for it, never less.
        """
        if self._memory is None:
            return find()
        unread = self._notes.unread_letters
        return self._memory.answer(question, page, find, is_whole=lambda: self._notes.unread_letters == unread)


def once(recogniser: Recogniser, question: str, page: Page, find: Callable[[], T]) -> T:
    """Find something on a page, or remember it where the recogniser of a message has a memory."""
    return recogniser.once(question, page, find) if isinstance(recogniser, RecogniserApart) else find()
