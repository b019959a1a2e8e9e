"""Rows: the cells of one row of a table as lines of text, cells apart by tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def join_row(cells: Sequence[str]) -> str:
    """Lines of one row of a table, each with its line end; linear in what the cells hold.

    Blank paragraphs keep what follows them at its height, and make no cells of their own.
    """
    lines: list[list[str]] = []
    for cell in cells:
        for number, line in enumerate(cell.strip("\n").split("\n")):
            if number == len(lines):
                lines.append([])
            if stripped := line.strip(" \t"):
                lines[number].append(stripped)
    return "".join("\t".join(line) + "\n" for line in lines if line)
