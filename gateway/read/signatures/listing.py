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
MAX_CONTENTS = 4_000_000
"""Octets of /Contents taken over in all; those of a real signature are some ten thousand, its padding included."""
_NUMBERS = 4


class Listed(NamedTuple):
    """One filled signature field."""

    contents: bytes
    byte_range: tuple[int, ...]
    """Empty when it is missing or has not four numbers."""


def list_signatures(pdf: Any) -> tuple[Listed, ...] | None:
    """List the filled signature fields of an open document in the order of its form; None when there is too much."""
    count = raw.FPDF_GetSignatureCount(pdf)
    if count > MAX_LISTED:
        return None
    handles = [handle for number in range(count) if (handle := raw.FPDF_GetSignatureObject(pdf, number))]
    lengths = [raw.FPDFSignatureObj_GetContents(handle, None, 0) for handle in handles]
    if sum(lengths) > MAX_CONTENTS:  # many fields may share one value
        return None
    return tuple(
        Listed(_contents(handle, length), _byte_range(handle))
        for handle, length in zip(handles, lengths, strict=True)
        if length
    )


def _contents(handle: Any, length: int) -> bytes:
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
