"""The page tree of a PDF, measured before any library lists its pages: one that names millions is never listed.

qpdf makes a page object anew for every further mention of the same page: a list of a million takes seconds and
gigabytes, and fits into some kilobytes.
"""

from __future__ import annotations

from typing import Final

import pikepdf

MAX_PAGES: Final = 20_000
"""Mentions of pages and of nodes in all; the longest official publications have some thousand pages."""


def is_vast_tree(pdf: pikepdf.Pdf) -> bool:
    """Tell whether the tree names more than MAX_PAGES, each node walked once."""
    waiting, seen, mentioned = [pdf.Root.get("/Pages")], set(), 0
    while waiting:
        node = waiting.pop()
        kids = node.get("/Kids") if isinstance(node, pikepdf.Dictionary) else None
        if not isinstance(kids, pikepdf.Array):
            continue
        mentioned += len(kids)
        if mentioned > MAX_PAGES:
            return True
        for kid in kids:
            place = kid.objgen if isinstance(kid, pikepdf.Dictionary) else (0, 0)
            if place != (0, 0) and place not in seen:
                seen.add(place)
                waiting.append(kid)
    return False
