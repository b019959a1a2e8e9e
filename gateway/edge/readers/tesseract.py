"""Tesseract in process (tesserocr): the reader of letters for scans, where it is installed.

A worker may not start programs (`gateway.edge.readers.sandbox`), so the library is loaded, and the language read,
before the sandbox closes; recognising reads no file. Absent library or language: no recogniser, and scans say so.
"""

from __future__ import annotations

import importlib
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.read.scans.ocr import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

LANGUAGE = "vie"
FOLDERS = ("/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata")
"""Where Debian's tesseract-ocr-vie (bookworm and later; bullseye) and other systems put the language."""
_LINE, _BLOCK, _RAW_LINE = 7, 6, 13
"""Page segmentation modes: one line; one block of text of one size; one line that is not looked over for noise."""
_FIELDS, _WORD_LEVEL = 12, "5"
"""Fields of a row of its table of words, and the level of rows that are words."""
_GAP = 2.0
"""Gap between words from which they stand in columns, in the usual height of words: 1.5 em, blanks have a quarter."""
_LEAST_SIDE = 16
"""Pixels; smaller pictures hold no letter and make the library complain."""


class _Word(NamedTuple):
    """One word, and where it stands; pixels."""

    left: int
    right: int
    height: int
    text: str


class Tesseract:
    """One recogniser; not for several threads at once. It reads nothing before time is granted."""

    def __init__(self, api: Any) -> None:
        """Take over an initialised `tesserocr.PyTessBaseAPI`."""
        self._api = api
        self._left_ms = 0.0

    def grant(self, milliseconds: int) -> None:
        """Begin a message: from now on so much time may be spent in all."""
        self._left_ms = float(milliseconds)

    def recognise(  # noqa: PLR0913 - as `gateway.read.scans.ocr.Recogniser`
        self, grey: bytes, width: int, height: int, *, dpi: int, is_line: bool, milliseconds: int
    ) -> Reading | None:
        """Read a picture of one octet a pixel, rows packed; None when time runs out or the library fails."""
        if min(width, height) < _LEAST_SIDE or len(grey) != width * height:
            return Reading("", 0)
        api, started = self._api, time.monotonic()
        allowed = min(milliseconds, int(self._left_ms))
        if allowed <= 0:
            return None
        try:
            api.SetPageSegMode(_LINE if is_line else _BLOCK)
            api.SetImageBytes(grey, width, height, 1, width)
            api.SetSourceResolution(dpi)
            if not api.Recognize(allowed):
                return None
            if is_line and not api.GetUTF8Text().strip():
                api.SetPageSegMode(_RAW_LINE)  # bold capitals pass for a drawing at times
                if not api.Recognize(allowed):
                    return None
            text = api.GetUTF8Text()
            return Reading(text if is_line else with_columns(text, api.GetTSVText(0)), int(api.MeanTextConf()))
        except RuntimeError:
            return None
        finally:
            api.Clear()
            self._left_ms -= 1000 * (time.monotonic() - started)


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
        tesserocr: Any = importlib.import_module("tesserocr")
        # recognising by its neural network only: the old engine's data is not shipped by Debian
        api = tesserocr.PyTessBaseAPI(path=f"{folder}/", lang=LANGUAGE, oem=tesserocr.OEM.LSTM_ONLY)
    except (ImportError, RuntimeError):
        return None
    # Messages to standard error, which a worker has on /dev/null: a file of that name cannot be opened in the
    # sandbox any more, and the library writes into it all the same (a segmentation fault at its first complaint).
    api.SetVariable("debug_file", "")
    return Tesseract(api)
