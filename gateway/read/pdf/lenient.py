"""Lenient second reader of structure: pypdf, for files that qpdf gives up on and viewers still open.

It finds a catalog without a trailer that names it, and pages under objects that are broken. What it finds is written
anew, and that file is read like any other: weighed, searched for what acts, its pages loaded. PDFium is asked how many
pages the file has as it stands; where the two readers differ nobody is believed.

pypdf is Python, so the file is bounded before it sees it, and it is loaded when first needed.
"""

from __future__ import annotations

import io
import logging
from contextlib import closing

import pypdfium2

MAX_OCTETS = 3_000_000
"""Of a file given to it: half a second at worst."""
MAX_OBJECTS = 3_000
_OBJECT = b"obj"
"""Stands at both ends of an object, with any blank before it."""


def rewrite_leniently(octets: bytes) -> bytes | None:
    """Write anew what pypdf reads of a file; None for one that is too large for it, encrypted, or without a page.

    Raises:
        Exception: whatever it meets; the caller maps it.
    """
    if len(octets) > MAX_OCTETS or octets.count(_OBJECT) > 2 * MAX_OBJECTS:
        return None
    import pypdf  # noqa: PLC0415 - a tenth of a second, for files few senders have

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it forgives is a fact, and nobody reads stderr
    reader = pypdf.PdfReader(io.BytesIO(octets), strict=False)
    if reader.is_encrypted or not reader.pages:
        return None
    out = io.BytesIO()
    pypdf.PdfWriter(clone_from=reader).write(out)
    return out.getvalue()


def count_pages(octets: bytes) -> int:
    """Count the pages PDFium sees; none of them is loaded.

    Raises:
        pypdfium2.PdfiumError: it cannot open the file.
    """
    with closing(pypdfium2.PdfDocument(octets)) as pdf:
        return len(pdf)
