"""Signatures as PDFium lists them: the reader of a browser, beside ours, over the same octets.

Two readers that see different signatures in one file are how a forged one is shown as sound (duplicate keys, objects
defined twice, two forms). Asking costs some microseconds, for PDFium has the file open to read its text.
"""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

from pypdfium2 import raw

MAX_LISTED = 256
"""Signature fields asked about; more say that the lists cannot be compared."""
_MAX_CONTENTS = 4_000_000
"""Octets of /Contents taken over; those of a real signature are some ten thousand, its padding included."""
_NUMBERS = 4


class Listed(NamedTuple):
    """One filled signature field."""

    contents: bytes
    byte_range: tuple[int, ...]
    """Empty when it is missing or has not four numbers."""


def list_signatures(pdf: Any) -> tuple[Listed, ...] | None:
    """List the filled signature fields of an open document in the order of its form; None when there are too many."""
    count = raw.FPDF_GetSignatureCount(pdf)
    if count > MAX_LISTED:
        return None
    handles = (raw.FPDF_GetSignatureObject(pdf, number) for number in range(max(count, 0)))
    listed = [Listed(_contents(handle), _byte_range(handle)) for handle in handles if handle]
    return tuple(one for one in listed if one.contents)


def _contents(handle: Any) -> bytes:
    length = raw.FPDFSignatureObj_GetContents(handle, None, 0)
    if not 0 < length <= _MAX_CONTENTS:
        return b""
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFSignatureObj_GetContents(handle, buffer, length)
    return buffer.raw


def _byte_range(handle: Any) -> tuple[int, ...]:
    length = raw.FPDFSignatureObj_GetByteRange(handle, None, 0)
    if length != _NUMBERS:
        return ()
    numbers = (ctypes.c_int * length)()
    raw.FPDFSignatureObj_GetByteRange(handle, numbers, length)
    return tuple(numbers)
