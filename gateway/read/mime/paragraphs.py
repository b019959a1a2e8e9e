"""Plain text put together: quote depth, format=flowed and hard wrapping undone, one paragraph a line.

A line of a mail is where a program cut the text, not where its writer ended it (RFC 3676, RFC 5322 section 2.1.1),
so no detector may take it for a line of its own. What is undone without being declared is undone only where the cut
shows: the line is as wide as programs fill it, and the word behind it would not have fitted. Linear.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDEST = 100
"""Columns up to which programs wrap; 72 to 80 are usual, RFC 5322 recommends 78."""
_LEAST_SURE, _LEAST = 54, 62
"""Columns a wrapped line is filled to, where the next one begins with a small letter, or as a name does."""
_LEAST_OCTETS = 40
"""Characters that may be as many octets as a line is filled to."""
_DEPTH = 20
"""Levels of quoting told apart."""
_LINES = 20_000
"""Lines of one text that are put together; what is behind them stays as it is."""
SIGNATURE = "-- "
"""The line before a signature (RFC 3676 section 4.3)."""
_QUOTED = re.compile(rf"(?:> ?){{1,{_DEPTH}}}")
_BREAKS = re.compile(r"\r\n?|[\x0b\x85\u2028\u2029]")
_ODD_BREAKS = "\r\x0b\x85\u2028\u2029"
_GAP = "   "
"""Blanks that set columns apart."""
_ITEM = re.compile(
    r"[-+*•·●○▪►➢✓√–—=_#|<\[]|\(?\d{1,3}(?:\.\d{1,3}){0,4}(?:[.)/]\s|[.)][^\W\d_]|\s{1,4}[A-ZĐ])"
    r"|\(?[A-Za-zđĐ][.)]\s|[IVXLC]{1,6}[.)]\s"
)
"""What begins an item of a list, a rule or a row."""
_LABEL = re.compile(r"[^\W\d_][^:\n]{0,40}:(?:\s|\Z)")
"""`Thời gian: ...`: a field begins."""
_LABEL_CHARACTERS = 43
_END = ".!?:;…"
_SHORT_WORDS = 4
"""Words of a line all in capitals up to which it may be a mark or a heading rather than the rest of one."""


class Line(NamedTuple):
    """One paragraph."""

    depth: int
    """Marks of quoting before it; 0 for what was not quoted."""
    text: str


def plain_lines(text: str, *, is_flowed: bool = False, is_delsp: bool = False) -> list[Line]:
    """Read the paragraphs of a text/plain body; blank lines are kept.

    `is_flowed` and `is_delsp` are the parameters format=flowed and DelSp=yes (RFC 3676 section 4).
    """
    if "\r\n" in text:
        text = text.replace("\r\n", "\n")
    if any(one in text for one in _ODD_BREAKS):
        text = _BREAKS.sub("\n", text)
    raw = text.split("\n", _LINES)
    lines = _flowed(raw, is_delsp=is_delsp) if is_flowed else [_unquoted(line) for line in raw]
    return joined(lines)


def joined_text(text: str) -> str:
    """Undo hard wrapping in a text that is no mail."""
    if len(text) < _LEAST_OCTETS or "\n" not in text:
        return text
    return "\n".join(line.text for line in joined([Line(0, line.rstrip()) for line in text.split("\n", _LINES)]))


def _unquoted(line: str) -> Line:
    """Take the marks of quoting off a line."""
    if not line.startswith(">"):
        return Line(0, line if line == SIGNATURE else line.rstrip())
    match = _QUOTED.match(line)
    end = match.end() if match else 0
    return Line(line.count(">", 0, end), line[end:].rstrip())


def _flowed(raw: Iterable[str], *, is_delsp: bool) -> list[Line]:
    """Join soft breaks; take off quoting and stuffed blanks (RFC 3676 sections 4.1 to 4.5)."""
    lines: list[Line] = []
    pieces: list[str] = []
    depth = 0
    for line in raw:
        bare = line.lstrip(">")
        level = len(line) - len(bare)
        content = bare.removeprefix(" ")
        if pieces and (level != depth or content == SIGNATURE):
            # A soft break before another depth is a mistake of the sender's: the paragraph ends.
            lines.append(Line(min(depth, _DEPTH), "".join(pieces).rstrip()))
            pieces = []
        depth = level
        if content.endswith(" ") and content != SIGNATURE:
            pieces.append(content[:-1] if is_delsp else content)
            continue
        lines.append(Line(min(depth, _DEPTH), "".join((*pieces, content))))
        pieces = []
    if pieces:
        lines.append(Line(min(depth, _DEPTH), "".join(pieces).rstrip()))
    return lines


def joined(lines: list[Line]) -> list[Line]:
    """Undo hard wrapping in each block of lines of one depth."""
    # Nothing is as wide as a wrapped line: nothing was wrapped.
    if not any(len(line.text) >= _LEAST_OCTETS for line in lines):
        return lines
    found: list[Line] = []
    block: list[str] = []
    depth = 0
    for line in lines:
        # Blanks that do not break, tabs and wide blanks are a blank line to whoever reads it.
        is_blank = not line.text.strip()
        if block and (line.depth != depth or is_blank or line.text == SIGNATURE):
            found += [Line(depth, text) for text in unwrapped(block)]
            block = []
        if not is_blank and line.text != SIGNATURE:
            block.append(line.text)
            depth = line.depth
        else:
            found.append(line)
    found += [Line(depth, text) for text in unwrapped(block)]
    return found


def unwrapped(block: list[str]) -> list[str]:
    """Join the lines of one block, none of them blank, where they were cut to a width."""
    widest = max(map(len, block), default=0)
    # A line wider than any program wraps to shows that none did.
    if len(block) < 2 or not _LEAST_OCTETS <= widest <= WIDEST:
        return block
    # Old programs count octets, of which a Vietnamese letter has up to three.
    octets = max(len(line.encode("utf-8", "replace")) for line in block)
    pieces = [[block[0]]]
    for above, below in pairwise(block):
        if len(above) >= _LEAST_OCTETS and _is_cut(above, below, widest, octets):
            pieces[-1].append(below.strip())
        else:
            pieces.append([below])
    return [" ".join(words) for words in pieces]


def _is_cut(above: str, below: str, widest: int, most_octets: int) -> bool:
    """Tell whether a program broke the line between the two, in a block as wide as `widest` and `most_octets`."""
    text = below.lstrip()
    width = _filled(above, text.split(None, 1)[0], widest, most_octets)
    if width < _LEAST_SURE or "\t" in above or "\t" in below or _GAP in above or _GAP in below:
        return False
    if _ITEM.match(text) or (":" in text[:_LABEL_CHARACTERS] and _LABEL.match(text)):
        return False
    if text[0].islower():
        return True
    is_heading = text.isupper() and (not above.isupper() or len(text.split()) <= _SHORT_WORDS)
    return width >= _LEAST and text == below and above[-1] not in _END and not is_heading


def _filled(above: str, word: str, widest: int, most_octets: int) -> int:
    """Give the columns, or octets, of a line behind which the word had no room; 0 when it had."""
    if len(above) + 1 + len(word) > widest and len(above) >= _LEAST:
        return len(above)
    size = len(above.encode("utf-8", "replace"))
    if _LEAST <= size <= most_octets <= WIDEST and size + 1 + len(word.encode("utf-8", "replace")) > most_octets:
        return size
    return len(above) if len(above) + 1 + len(word) > widest else 0
