"""Text of the XML parts of an office file: OOXML of both conformances, OpenDocument, and their flat forms.

What stands in boxes (text boxes, notes, comments, shapes, page headers of OpenDocument) is given apart as well, for a
mark is looked for on the first lines of whatever it stands on. Deleted text is kept apart from what is shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.office.elements import PartReader
from gateway.read.office.gathering import Gathering
from gateway.read.office.places import BOX_CHARACTERS, BOXES_KEPT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.read.notes import Notes

XML_OCTETS = 4_000_000
"""Octets of one XML part that are parsed: 60,000 characters of text carry far less markup, and a parser may go over
an unfinished tag again with every piece."""
_STRINGS = 50_000
"""Shared strings of a workbook that are looked up."""
_TABLE_SHARE = 4
"""Characters of the shared strings for each of the text wanted."""
_FIELD = re.compile(r"\s{0,99}\"?(?:DDE|DDEAUTO|IMPORT|INCLUDETEXT|LINK)(?![A-Za-z])", re.IGNORECASE)
"""Fields that start programs or load other documents (ECMA-376 part 1, section 17.16.5)."""


class Gathered(Gathering):
    """Text of the XML parts of one file; parts are added one after another."""

    def text(self) -> str:
        """What is shown, in the order of the parts."""
        return "".join(self.pieces)[: self.limit]

    def asides(self) -> tuple[str, ...]:
        """Boxes, and what is struck out."""
        struck = "".join(self.deleted)
        return tuple(box for box in (*self.boxes, struck[:BOX_CHARACTERS]) if box.strip())

    def has_running_fields(self) -> bool:
        """Tell fields that start something; runs may cut a field anywhere."""
        return any(map(_FIELD.match, "".join(self.fields).split("\n")))

    def add(self, pieces: Iterable[bytes], notes: Notes, octets: int = XML_OCTETS, *, is_aside: bool = False) -> None:
        """Add one part; what stands before a fault is kept.

        One that stands apart is a box of its own as well, and its first lines are read however long those before are.
        """
        self.stop = max(self.limit, self.count + BOX_CHARACTERS * is_aside)
        if self.count >= self.stop:
            return
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")
        first = len(self.pieces)
        PartReader(self).feed(pieces, notes, octets)
        if is_aside and len(self.boxes) < BOXES_KEPT:
            self.boxes.append("".join(self.pieces[first:])[:BOX_CHARACTERS])

    def add_strings(self, pieces: Iterable[bytes], notes: Notes) -> None:
        """Read the shared strings of a workbook, which need not stand in the order of its cells."""
        table = Gathered(_TABLE_SHARE * self.limit, default_font="")
        table.default, table.is_table = self.default, True
        table.add(pieces, notes)
        self.strings = "".join(table.pieces).split("\0")[:_STRINGS]

    def add_unused_strings(self) -> None:
        """Add shared strings no cell shows: they were once, and are in the file."""
        text = "\n".join(text for number, text in enumerate(self.strings) if number not in self.shown)
        self.pieces.append(text[: max(0, self.limit - self.count)])
        self.count += len(self.pieces[-1])
