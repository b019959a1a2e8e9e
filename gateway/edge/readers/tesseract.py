"""Tesseract in process: the reader of letters for scans, where it is installed, and how much it may cost.

A worker may not start programs (`gateway.edge.readers.sandbox`), so the library is loaded, and the language read,
before the sandbox closes; recognising reads no file. Absent library or language: no recogniser, and scans say so.

Times are CPU time of a host as fast as the one the figures of docs/scan-evidence.md are from. A slower one is measured
with its first page and given more, up to `_SLOWEST` times: the same pages are read there.
"""

from __future__ import annotations

import math
import time
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.edge.readers.libtesseract import Engine
from gateway.read.scans.ocr import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

LANGUAGE = "vie"
FOLDERS = ("/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tessdata")
"""Where Debian's tesseract-ocr-vie (bookworm and later) and other systems put the language."""
_LINE, _BLOCK, _RAW_LINE = 7, 6, 13
"""Page segmentation modes: one line; one block of text of one size; one line that is not looked over for noise."""
_FIELDS, _WORD_LEVEL = 12, "5"
"""Fields of a row of its table of words, and the level of rows that are words."""
_GAP = 2.0
"""Gap between words from which they stand in columns, in the usual height of words: 1.5 em, blanks have a quarter."""
_LEAST_SIDE = 16
"""Pixels; smaller pictures hold no letter and make the library complain."""
_PROBE: Final = 2_000, 48
"""Pixels of the line of strokes that a host is measured by: its cost is that of the network, whatever it says."""
_PROBE_S = 0.030
"""CPU time it takes on the host of the figures; the least of `_PROBES`, for a busy moment only ever adds."""
_PROBES, _PROBE_AT_MOST_S = 3, 1.0
_SLOWEST = 2.0
"""Slower hosts read less of a message by letters, and say so."""


class _Word(NamedTuple):
    """One word, and where it stands; pixels."""

    left: int
    right: int
    height: int
    text: str


class Tesseract:
    """One recogniser; not for several threads at once. It reads nothing before time is granted."""

    def __init__(self, engine: Engine) -> None:
        """Take over an initialised engine."""
        self._engine = engine
        self._granted = 0.0, math.inf
        self._spent_s = 0.0

    @cached_property
    def slowness(self) -> float:
        """Times that this host takes for what the host of the figures does in one; from 1 to `_SLOWEST`.

        Measured once, when there is something to read: mail without scans need not wait for it.
        """
        return min(max(1.0, min(self._probe() for _ in range(_PROBES)) / _PROBE_S), _SLOWEST)

    @property
    def _left_s(self) -> float:
        """CPU time that is left for the message."""
        milliseconds, at_most = self._granted
        return min(self.slowness * milliseconds, at_most) / 1000 - self._spent_s if milliseconds > 0 else 0.0

    def grant(self, milliseconds: float, at_most: float = math.inf) -> None:
        """Begin a message: from now on so much CPU time may be spent in all, more of it on a slower host.

        Args:
            milliseconds: for the letters of the message.
            at_most: milliseconds that even a slow host may spend, so that with the rest of reading no worker is killed.
        """
        self._granted, self._spent_s = (milliseconds, at_most), 0.0

    def recognise(  # noqa: PLR0913 - as `gateway.read.scans.ocr.Recogniser`
        self, grey: bytes, width: int, height: int, *, dpi: int, is_line: bool, milliseconds: int
    ) -> Reading | None:
        """Read a picture of one octet a pixel, rows packed; None when time runs out or the library fails."""
        if min(width, height) < _LEAST_SIDE or len(grey) != width * height:
            return Reading("", 0)
        left_s = self._left_s
        allowed = min(self.slowness * milliseconds / 1000, left_s) if left_s > 0 else 0.0
        if allowed <= 0:
            return None
        engine, started = self._engine, time.process_time()
        try:
            engine.show(grey, width, height, dpi)
            if not engine.recognise(_LINE if is_line else _BLOCK, allowed):
                return None
            text = engine.text()
            if is_line and not text.strip():
                # bold capitals pass for a drawing at times
                if not engine.recognise(_RAW_LINE, allowed):
                    return None
                text = engine.text()
            return Reading(text if is_line else with_columns(text, engine.table()), engine.confidence())
        finally:
            engine.forget()
            self._spent_s += time.process_time() - started

    def _probe(self) -> float:
        """Tell the CPU seconds that reading a line of strokes takes here."""
        width, height = _PROBE
        stroke = b"\xff" * 8 + b"\x00" * 4 + b"\xff" * 6 + b"\x00" * 6
        row = (stroke * (width // len(stroke) + 1))[:width]
        blank = b"\xff" * (width * height // 6)
        grey = (blank + row * height)[: width * height - len(blank)] + blank
        started = time.process_time()
        try:
            self._engine.show(grey, width, height, 300)
            self._engine.recognise(_RAW_LINE, _PROBE_AT_MOST_S)
            return time.process_time() - started
        finally:
            self._engine.forget()


def with_columns(text: str, table: str) -> str:
    """Part what stands in columns side by side by tabs, as `text` joins them with one blank.

    Args:
        text: as it was read.
        table: words and their places, as `GetTSVText` gives them.
    """
    lines: dict[tuple[str, ...], list[_Word]] = {}
    for row in table.splitlines():
        field = row.split("\t")
        if len(field) == _FIELDS and field[0] == _WORD_LEVEL and field[11].strip():
            word = _Word(int(field[6]), int(field[6]) + int(field[8]), int(field[9]), field[11])
            lines.setdefault(tuple(field[1:5]), []).append(word)
    heights = sorted(word.height for words in lines.values() for word in words)
    if not heights:
        return text
    wide, parted = _GAP * heights[len(heights) // 2], {}
    for words in lines.values():
        gaps = ("\t" if after.left - before.right >= wide else " " for before, after in pairwise(words))
        joined = "".join(f"{gap}{word.text}" for gap, word in zip(gaps, words[1:], strict=True))
        parted[" ".join(word.text for word in words)] = words[0].text + joined
    return "\n".join(parted.get(line, line) for line in text.split("\n"))


def load_recogniser(folders: Iterable[str] = FOLDERS) -> Tesseract | None:
    """Load library and language; None when either is absent."""
    folder = next((name for name in folders if (Path(name) / f"{LANGUAGE}.traineddata").is_file()), None)
    if folder is None:
        return None
    try:
        return Tesseract(Engine(folder, LANGUAGE))
    except OSError:
        return None
