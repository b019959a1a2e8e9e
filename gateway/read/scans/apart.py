"""A recogniser whose time is not taken from that of reading: letters have `ocr_milliseconds` of their own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.read.notes import Notes
    from gateway.read.scans.ocr import Reading, Recogniser


class RecogniserApart:
    """Asks another recogniser while the clock of the message stands still, and notes what it leaves unread."""

    def __init__(self, recogniser: Recogniser, notes: Notes) -> None:
        """Ask `recogniser` beside the clock of `notes`."""
        self._recogniser, self._notes = recogniser, notes

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
