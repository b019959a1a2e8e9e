"""Which mark a box says: several readings of its letters vote, and so does what stands above and below the A.

MẬT differs from MẤT, MẶT, MÁT and MẠT by a hat and a dot only, a tenth of a millimetre of ink each. A recogniser
takes one for another in bad copies, and a picture of strokes is blind for letters; where both agree it is a mark.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.scans.apart import once
from gateway.read.scans.impressions import impressions
from gateway.read.scans.ocr import STAMP_DPI, STAMP_MILLISECONDS, plain_letters, said_word

if TYPE_CHECKING:
    from gateway.read.scans.colour import Page
    from gateway.read.scans.impressions import Impression, Sight
    from gateway.read.scans.ocr import Reading, Recogniser

_LEVEL = "MAT"
_LETTERS = "MẬT"
_SURE = 60
"""Of 100, confidence from which a reading has a whole vote."""
_SECOND = 0.5
"""What the less clear of two pictures of a box counts."""
_MOST_LINES, _MOST_LETTERS = 4, 32
_CAPITALS = (32, 48)
"""Heights in which capitals are shown to the recogniser; the second where the first leaves it open."""
_OPEN = 1.0
_NONSENSE = -0.25
"""Votes that TỐI MẬT and TUYỆT MẬT must exceed: other tones make no words of them, a tie is one."""
_DOT, _NO_DOT = 0.0025, 0.0015
"""Ink below an A, in squares of its height: there is a dot from the first on, none up to the second."""
_HAT, _BOWL = 0.018, -0.014
"""Arch of what stands above, from which it is a hat, and up to which it is a bowl."""
_HATLESS = 0.003
_ACUTE = 0.065
"""Lean from which an acute stands above."""
_EXACT = re.compile("M ?[AÁÀẢÃẠÂẤẦẨẪẬĂẮẰẲẴẶÄ]")
_BESIDE = re.compile(r"\d|^(?:SỐ|BẢN|NGÀY|GIỜ|TRƯỚC|ĐẾN|HẠN|THỜI|CHỈ|GIẢI|TÀI|KHÔNG|XEM|ĐỘ)\b")
"""What else stands in the frame of a level, below it: numbers, dates and terms; `ONG RỪNG` makes another word of it."""


class _Said(NamedTuple):
    """What one reading says."""

    word: str
    below: tuple[str, ...]
    lines: int
    """Lines that the word takes."""
    exact: str
    """The M of MẬT and what follows it as they were read; empty when the M was not."""


def read_mark(part: Page, recogniser: Recogniser, *, is_red: bool) -> str:
    """Name the mark a rendering of a box says, with what stands below it; empty when it says none that is known."""
    question = "red mark" if is_red else "mark"
    return once(recogniser, question, part, lambda: _elected(part, recogniser, is_red=is_red))


def _elected(part: Page, recogniser: Recogniser, *, is_red: bool) -> str:
    """Let the readings of a box vote until the vote is clear."""
    votes: dict[str, float] = {}
    below: dict[str, tuple[str, ...]] = {}
    for number, pressed in enumerate(impressions(part, is_red=is_red)):
        if not _is_plausible(pressed):
            continue
        weight = _SECOND if number else 1.0
        for capital in _CAPITALS:
            said, vote = _heard(pressed, recogniser, capital)
            if said is not None:
                votes[said.word] = votes.get(said.word, 0.0) + weight * vote
                below.setdefault(said.word, said.below)
            if said is not None and abs(votes[said.word]) >= _OPEN:
                break
        if any(vote > _OPEN for vote in votes.values()):
            break
    word = max(votes, key=votes.__getitem__, default="")
    least = 0.0 if word == _LETTERS else _NONSENSE
    return "\n".join((word, *below[word])) if word and votes[word] > least else ""


def _is_plausible(pressed: Impression) -> bool:
    return len(pressed.lines) <= _MOST_LINES and all(len(line.letters) <= _MOST_LETTERS for line in pressed.lines)


def _heard(pressed: Impression, recogniser: Recogniser, capital: int) -> tuple[_Said | None, float]:
    """Read an impression once: what it says, and by how much that speaks for it."""
    picture = pressed.picture(capital)
    reading = recogniser.recognise(
        picture.tobytes(), picture.width, picture.height,
        dpi=STAMP_DPI, is_line=len(pressed.lines) == 1, milliseconds=STAMP_MILLISECONDS,
    )  # fmt: skip
    said = _said(reading, pressed.borders) if reading is not None else None
    if said is None or reading is None:
        return None, 0.0
    if not plain_letters(said.word).endswith(_LEVEL):
        return said, 2.0
    line = pressed.lines[min(said.lines, len(pressed.lines)) - 1]
    sight = pressed.sight(line, len(plain_letters(said.word.split()[-1] if said.lines > 1 else said.word)))
    heard = (1.0 if said.exact == _LETTERS[:2] else -1.0) if said.exact else 0.0
    if reading.confidence < _SURE:
        heard /= 2
    return said, heard + _seen(sight)


def _said(reading: Reading, borders: int) -> _Said | None:
    found = said_word(reading, borders)
    if found is None:
        return None
    word, taken, lines = found
    below = tuple(lines[taken:])
    if word == _LETTERS and below and not any(_BESIDE.search(line.upper()) for line in below):
        return None
    exact = _EXACT.findall(unicodedata.normalize("NFC", "".join(lines[:taken]).upper()))
    return _Said(word, below, taken, exact[-1].replace(" ", "") if exact else "")


def _seen(sight: Sight) -> float:
    """Vote of the picture: a hat above and a dot below, or something else; 0 where it cannot be told."""
    if sight.dot <= _NO_DOT or sight.above <= _HATLESS or abs(sight.lean) >= _ACUTE:
        return -1.0
    if sight.dot < _DOT:
        return 0.0
    if sight.arch >= _HAT:
        return 1.0
    return -1.0 if sight.arch <= _BOWL else 0.0
