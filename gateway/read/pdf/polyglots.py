"""Polyglots: octets that are a PDF to one reader and a file of another kind to the next."""

from __future__ import annotations

import re

from gateway.read.containers.zips import find_directory

_HEAD = 4_096
_PDF_JUNK = 1_024
"""Octets before `%PDF-` that readers accept (Adobe implementation note 13 to PDF 1.7)."""
_HEADER = re.compile(rb"%PDF-\d")
_ISO_VOLUME = 0x8001
_AROUND = 65_536
"""Octets before the header and behind the last end mark of a PDF that are looked at for another file."""
_ARCHIVES = ((b"Rar!\x1a\x07", "rar"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"MSCF\0\0\0\0", "cab"))
_SCRIPT = re.compile(rb"<(?:!doctype\s|html|head|body|script)", re.IGNORECASE)
_ENTRY = b"PK\x01\x02"
_PDF_HOSTS = frozenset({"jpeg", "png", "gif", "bmp", "tiff", "webp", "heic", "executable", "rtf", "ole", "pgp", "iso"})


def other_kinds(octets: bytes) -> tuple[str, ...]:
    """Name the kinds that other readers take a PDF for, by what stands before its header and behind its end mark."""
    begin, end = octets.find(b"%PDF-", 0, _HEAD), octets.rfind(b"%%EOF")
    before = octets[: max(begin, 0)]
    behind = octets[end + 5 : end + 5 + _AROUND] if end >= 0 else b""
    found = {kind for mark, kind in _ARCHIVES if mark in before or mark in behind}
    if before[:2] == b"MZ":
        found.add("executable")
    if _SCRIPT.search(before) or _SCRIPT.search(behind):
        found.add("html")
    if octets[_ISO_VOLUME : _ISO_VOLUME + 5] in (b"CD001", b"BEA01"):
        found.add("iso")
    # Archivers find the directory from the end; that of a file inside the PDF has the rest of the PDF behind it.
    directory = find_directory(octets)
    if directory is not None and end < directory.start + directory.size and octets.startswith(_ENTRY, directory.start):
        found.add("zip")
    return tuple(sorted(found))


def holds_pdf(octets: bytes, kind: str) -> bool:
    """Would a reader of PDF take a file of another kind for one, by a header near its beginning and a trailer?

    Members of containers are read as files of their own, and text may speak of PDF.
    """
    return kind in _PDF_HOSTS and _HEADER.search(octets[: _PDF_JUNK + 8]) is not None and b"startxref" in octets
