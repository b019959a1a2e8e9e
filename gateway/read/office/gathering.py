"""What has been gathered of the XML parts of one office file; shared by whoever reads its elements."""

from __future__ import annotations

from gateway.read.vietnamese.legacy_fonts import legacy_of


class Gathering:
    """Text and findings of one file so far."""

    def __init__(self, limit: int, *, is_open_document: bool = False, default_font: str = "") -> None:
        """Gather at most `limit` characters; `default_font` decides where a run names none."""
        self.limit, self.count, self.stop = limit, 0, limit
        self.is_open_document = is_open_document
        self.default = legacy_of(default_font)
        self.styles: dict[str, str] = {}
        """Style to the legacy encoding of its font."""
        self.strings: list[str] = []
        """Shared strings of a workbook, which cells refer to."""
        self.shown: set[int] = set()
        """Those a cell refers to."""
        self.is_table = False
        """The part is the table of those strings."""
        self.pieces: list[str] = []
        self.boxes: list[str] = []
        self.deleted: list[str] = []
        self.fields: list[str] = []
        self.binaries: list[str] = []
        self.is_active = False
