"""Places: where text goes while an office document is read: the body, boxes apart from it, and the cells of table rows.

A row is one line for each paragraph that stands at the same height in its cells, cells joined by a tab: a row of
single paragraphs is one line, and the two columns of a letter head are read side by side as the eye does.
"""

from __future__ import annotations

from typing import NamedTuple

from gateway.read.rows import join_row

_DEEP = 200
"""Boxes, rows and cells inside one another that are told apart."""
BOXES_KEPT = 200
"""Texts that stand apart, of one file."""
BOX_CHARACTERS = 4_000
"""Characters kept of what stands apart."""
_BOX, _STRUCK, _ROW, _CELL = "box", "struck", "row", "cell"


class _Frame(NamedTuple):
    """What goes on when a box, a row or a cell ends."""

    kind: str
    into: list[str]
    waiting: list[str]
    rows: int


class Places:
    """Where the text being read goes."""

    def __init__(self, into: list[str], boxes: list[str], deleted: list[str]) -> None:
        """Begin in the body, `into`; text of boxes is kept in `boxes` as well, struck text only in `deleted`."""
        self.into = into
        self._boxes, self._deleted = boxes, deleted
        self._waiting: list[str] = []
        """Boxes anchored in the paragraph or the row that is being read."""
        self._stack: list[_Frame] = []
        self._depth = self._rows = 0

    def enter(self, kind: str) -> None:
        """Begin a `box`, what was `struck` out, a `row` or a `cell`."""
        self._depth += 1
        if self._depth > _DEEP:
            self.into.append("\t" if kind == _CELL else "")
            return
        self._stack.append(_Frame(kind, self.into, self._waiting, self._rows))
        self.into = self._deleted if kind == _STRUCK else []
        if kind in (_BOX, _STRUCK):
            self._waiting, self._rows = [], 0
        self._rows += kind == _ROW

    def leave(self) -> None:
        """End what was begun last: a box stands behind the paragraph or the row it is anchored in."""
        self._depth -= 1
        if not 0 <= self._depth < _DEEP:
            return
        inner, frame = self.into, self._stack.pop()
        self.into, self._rows = frame.into, frame.rows
        if frame.kind == _CELL:
            # A row is the list of its cells; a cell outside of any is text like other.
            self.into.append("".join(inner) if self.is_row() else "".join(inner) + "\t")
        elif frame.kind == _ROW:
            self.into.append(join_row(inner))
            self.end_paragraph()
        else:
            inner.extend(self._waiting)
            self._waiting = frame.waiting
            if frame.kind == _BOX:
                self._keep_box("".join(inner))

    def is_row(self) -> bool:
        """Tell whether what comes next would stand between cells."""
        return bool(self._stack) and self._stack[-1].kind == _ROW

    def is_cell(self) -> bool:
        """Tell whether what comes next stands in a cell."""
        return bool(self._stack) and self._stack[-1].kind == _CELL

    def _keep_box(self, text: str) -> None:
        if text and not text.isspace():
            if len(self._boxes) < BOXES_KEPT:
                self._boxes.append(text[:BOX_CHARACTERS])
            text = text if text.endswith("\n") else f"{text}\n"
            # Word writes a box twice, once for programs that know no shapes.
            if text not in self._waiting[-1:]:
                self._waiting.append(text)

    def end_paragraph(self) -> None:
        """Let the boxes anchored in a paragraph follow it; those of a row wait until its end."""
        if self._waiting and not self._rows:
            self.into.extend(self._waiting)
            self._waiting.clear()

    def close(self) -> None:
        """End whatever is open."""
        self._depth = len(self._stack)
        while self._stack:
            self.leave()
        self.into.extend(self._waiting)
