"""A recogniser whose time is not taken from that of reading: letters have `ocr_milliseconds` of their own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.read.clock import Clock
    from gateway.read.scans.ocr import Reading, Recogniser


class RecogniserApart:
    """Asks another recogniser while the clock of the message stands still."""

    def __init__(self, recogniser: Recogniser, clock: Clock) -> None:
        """Ask `recogniser` beside `clock`."""
        self._recogniser, self._clock = recogniser, clock

    def recognise(  # noqa: PLR0913 - as `Recogniser`
        self, grey: bytes, width: int, height: int, *, dpi: int, is_line: bool, milliseconds: int
    ) -> Reading | None:
        """Read a picture, as the other does."""
        return self._clock.apart(
            partial(
                self._recogniser.recognise, grey, width, height, dpi=dpi, is_line=is_line, milliseconds=milliseconds
            )
        )
