"""Real type of a file by its content: a closed table of signatures, containers told apart by their members.

Never trusts a name or a declared type; those are only compared with the finding afterwards.
"""

from __future__ import annotations

import re
from itertools import islice

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.containers.ole import OUTLOOK_MARK, CompoundFile
from gateway.read.containers.tar import is_tar
from gateway.read.containers.zips import find_directory, read_package, stream
from gateway.read.media_kinds import LEFTOVER, is_keystore, textless_kind
from gateway.read.notes import Notes
from gateway.read.rare_kinds import rare_kind, rare_markup
from gateway.read.vietnamese.eight_bits import LETTER_CONTROLS

_HEAD = 4_096
_PDF_JUNK = 1_024
"""Octets before `%PDF-` that readers accept (Adobe implementation note 13 to PDF 1.7)."""
_PDF = re.compile(rb"%PDF-\d")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"PK00PK", "zip"),
    (_OLE, "ole"),
    (b"{\\rt", "rtf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x1f\x8b", "gzip"),
    (b"\x1f\x9d", "compress"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"MSCF\0\0\0\0", "cab"),
    (b"!<arch>\n", "ar"),
    (b"070701", "cpio"),
    (b"070702", "cpio"),
    (b"070707", "cpio"),
    (b"MSWIM\0\0\0", "wim"),
    (b"\x60\xea", "arj"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"-----BEGIN PGP MESSAGE", "pgp"),
    (b"-----BEGIN PGP SIGNATURE", "pgp"),
    (b"-----BEGIN PGP PUBLIC", "pgp"),
    (b"-----BEGIN PKCS7-----", "pkcs7"),
    (b"-----BEGIN CMS-----", "pkcs7"),
    (b"\x7fELF", "executable"),
    (b"\xfe\xed\xfa\xce", "executable"),
    (b"\xce\xfa\xed\xfe", "executable"),
    (b"\xcf\xfa\xed\xfe", "executable"),
    (b"L\0\0\0\x01\x14\x02\0", "executable"),
)
_MARKS = tuple(magic for magic, _ in _MAGIC)
_ISO_VOLUME = 0x8001
"""Where the first volume descriptor of an optical disc image names its standard (ECMA-119 section 8.1)."""
_PKCS7_OID = bytes.fromhex("06092a864886f70d0107")
_HTML = re.compile(rb"\s*(?:<!doctype\s+html|<html|<head|<body|<!--[^>]{0,200}-->\s*<html)", re.IGNORECASE)
_TAGS = re.compile(
    rb"<(?:div|p|span|table|meta|style|script|br|a|b|font|title|iframe|center|h1)(?=[\s/>])", re.IGNORECASE
)
_COMMENTS = 16
"""Comments before a page that are passed over."""
_FLAT = re.compile(rb"<(?:pkg:package|w:wordDocument|Workbook|office:document)\b")
"""Office files of one XML part, without a declaration before them."""
_FIELD = re.compile(rb"([A-Za-z-]{2,40}):[ \t]?[^\n]{0,998}\n(?:[ \t][^\n]{0,998}\n){0,50}")
_MAIL_FIELDS = frozenset(
    b"bcc cc content-type date delivered-to dkim-signature from in-reply-to message-id mime-version received "
    b"references reply-to return-path sender subject to x-mailer x-originating-ip x-priority".split()
)
_WIDE_LOOK = 1_024
_CONTROL_LETTERS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
_HIGH_OCTETS = b"\0\x01\x03\x1e\x1f\x20"
"""High octets of Vietnamese letters, marks and punctuation in UTF-16."""
_CONTROLS = bytes(octet for octet in range(32) if octet not in b"\t\n\x0b\x0c\r\x1b")
_HIGH = bytes(range(0x80, 0x100))
_ASCII_LETTERS = b"aeiouAEIOU "
_OFFICE_MEMBERS = ((b"word/", "docx"), (b"xl/", "xlsx"), (b"ppt/", "pptx"))
_OFFICE_TYPES = ((b"wordprocessingml", "docx"), (b"spreadsheetml", "xlsx"), (b"presentationml", "pptx"))
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_OLE_STREAMS = (
    (OUTLOOK_MARK, "msg"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("BasicFileInfo", "drawing"),
    ("Dgn~H", "drawing"),
)
_OLE_CLASSES = {
    "00020900": "doc", "00020906": "doc", "00020810": "xls", "00020820": "xls", "64818d10": "ppt", "00020d0b": "msg",
    "000c1084": "executable", "000c1086": "executable",
}  # fmt: skip
"""First field of the class of the root ([MS-CFB] section 2.6.1) to the program it is of; installers are programs."""
_THUMBNAILS = re.compile(r"catalog|\d{1,5}|\d{2,4}_[0-9a-f]{16}", re.IGNORECASE)
"""Streams of `Thumbs.db`: small pictures of the files beside it."""


def sniff(octets: bytes) -> str:
    """Name the kind of a decoded file: one of the words of `PartFacts.kind`."""
    if not octets:
        return "empty"
    head = octets[:_HEAD]
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "") if head.startswith(_MARKS) else ""
    if kind in ("zip", "ole"):
        return sniff_zip(octets) if kind == "zip" else sniff_ole(octets)
    kind = kind or rare_kind(octets)
    if not kind and octets[_ISO_VOLUME : _ISO_VOLUME + 5] in (b"CD001", b"BEA01"):
        return "iso"
    kind = kind or _sniff_loose(head)
    return _sniff_unknown(octets) if kind == "unknown" else kind


def _sniff_unknown(octets: bytes) -> str:
    """Kinds looked for last, because their marks are weak or stand at the end."""
    # Archivers find the directory from the end, whatever stands in front of the archive.
    if (directory := find_directory(octets)) is not None and octets.startswith(b"PK\x01\x02", directory.start):
        return "zip"
    return textless_kind(octets) or "unknown"


_LOOSE: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)", re.DOTALL), "bzip2"),
    (re.compile(rb".{2}-l[hz][0-9sdx]-", re.DOTALL), "lha"),
    (re.compile(rb".{7}\*\*ACE\*\*", re.DOTALL), "ace"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "webp"),
    # Brands of the pictures telephones take (ISO/IEC 23008-12).
    (re.compile(rb".{4}ftyp(?:hei[cx]|mif1|msf1|avif)", re.DOTALL), "heic"),
    # Encrypted session keys for RSA and elliptic curves, or from a password (RFC 9580 sections 5.1 and 5.3).
    (
        re.compile(
            rb"(?:\x85[\x01-\x04].|[\x84\x86\x87].|\xc1[\x10-\xbf]|\xc1[\xc0-\xdf].)[\x03\x06].{8}[\x01\x02\x10-\x1a]",
            re.DOTALL,
        ),
        "pgp",
    ),
    (re.compile(rb"(?:\x8c|\xc3)[\x04-\x40][\x04-\x06][\x01-\x0d]", re.DOTALL), "pgp"),
    (re.compile(rb"MZ.{62}", re.DOTALL), "executable"),
    (re.compile(rb"BM.{4}\0{4}.{17}", re.DOTALL), "bmp"),
)
"""Marks with a variable octet or away from the beginning."""


def _sniff_loose(head: bytes) -> str:
    """Kinds whose mark is not a fixed prefix."""
    # Before the search for a PDF header: the first member of a tar file stands within its reach.
    # The same holds of what a CMS has signed, and a program with a PDF in its head is still a program.
    if is_tar(head):
        return "tar"
    if head[:1] == b"\x30" and _PKCS7_OID in head[:24]:
        return "keystore" if is_keystore(head) else "pkcs7"
    if _is_program(head):
        return "executable"
    if _PDF.search(head[: _PDF_JUNK + 8]):
        return "pdf"
    return next((kind for mark, kind in _LOOSE if mark.match(head)), "") or _sniff_text(head)


def _is_program(head: bytes) -> bool:
    """Tell a Windows program by both its marks (PE format, section MS-DOS stub)."""
    at = int.from_bytes(head[60:64], "little")
    return head[:2] == b"MZ" and head[at : at + 4] == b"PE\0\0"


def _sniff_text(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text"
    if head.translate(None, _CONTROLS) != head:
        return "text" if wide_charset(head) or _has_letter_controls(head) else "unknown"
    return _sniff_letters(head)


def _sniff_letters(head: bytes) -> str:
    """Kinds that are written in letters."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{\\rt"):
        return "rtf"
    if text[:1] == b"<":
        return rare_markup(text) or _sniff_markup(text)
    if text[:15].upper() == b"BEGIN:VCALENDAR":
        return "ics"
    if _is_message(text):
        return "eml"
    return "text"


def _has_letter_controls(head: bytes) -> bool:
    """Tell a text whose control characters are the rare capitals of TCVN 5712 or VISCII: few, among letters."""
    plain = head.translate(None, LETTER_CONTROLS)
    if plain.translate(None, _CONTROLS) != plain or 20 * (len(head) - len(plain)) > len(head):
        return False
    return len(head.translate(None, _HIGH)) > len(head) // 2 and plain.translate(None, _ASCII_LETTERS) != plain


def wide_charset(octets: bytes) -> str:
    """Name the UTF-16 a text without byte order mark is in, by the octets Vietnamese leaves high; empty for none."""
    head = octets[:_WIDE_LOOK]
    if len(head) < 4 or b"\0" not in head:
        return ""
    for begin, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        high, low = head[begin::2], head[1 - begin :: 2]
        plain = high.translate(None, _HIGH_OCTETS)
        is_shaped = 20 * len(plain) <= len(high) and 3 * high.count(0) >= len(high) and 20 * low.count(0) <= len(low)
        if is_shaped and not _CONTROL_LETTERS.search(head.decode(name, "replace")):
            return name
    return ""


def _sniff_markup(text: bytes) -> str:
    if text[:4] == b"<!--":
        # Browsers take what begins with a comment for a page (WHATWG MIME Sniffing section 7.1).
        rest = text
        for _ in range(_COMMENTS):
            if rest[:4] != b"<!--":
                break
            rest = rest.partition(b"-->")[2].lstrip()
        return "xml" if rest[:5] == b"<?xml" or _FLAT.match(rest) else rare_markup(rest) or "html"
    if text[:5] == b"<?xml":
        head = text[:1_024].lower()
        return "html" if b"<html" in head or b"<svg" in head else "xml"
    if text[:4].lower() == b"<svg":
        return "html"  # a picture that browsers run like a page
    if _FLAT.match(text):
        return "xml"
    return "html" if _HTML.match(text) or _TAGS.match(text) else "text"


def _is_message(text: bytes) -> bool:
    """Two known mail fields at the very beginning make a message; one line of prose with a colon does not."""
    position, known = 0, 0
    for _ in range(8):
        match = _FIELD.match(text, position)
        if match is None:
            break
        known += match[1].lower() in _MAIL_FIELDS
        position = match.end()
    return known >= 2


def sniff_zip(octets: bytes) -> str:
    """Tell office packages from plain archives by the names in the central directory."""
    # OpenDocument puts its type first and uncompressed, to be read at offset 38 (part 3, section 3.3).
    if octets[30:38] == b"mimetype" and octets[38 : 38 + len(_OPEN_DOCUMENT)] == _OPEN_DOCUMENT:
        return "odt"
    directory = find_directory(octets)
    if directory is None:
        return "zip"
    listing = octets[directory.start : directory.start + min(directory.size, 1_000_000)].lower()
    if b"[content_types].xml" in listing:
        return next((kind for folder, kind in _OFFICE_MEMBERS if folder in listing), "") or _declared_kind(octets)
    return "odt" if b"meta-inf/manifest.xml" in listing and b"content.xml" in listing else "zip"


def _declared_kind(octets: bytes) -> str:
    """Tell an office package whose parts have names of their own by the content types it declares."""
    notes = Notes(DEFAULT_BUDGET)
    types = next((one for one in read_package(octets, notes) if one.name.lower() == b"[content_types].xml"), None)
    head = b"".join(islice(stream(octets, types, notes), 16)) if types is not None and not types.uninspectable else b""
    return next((kind for word, kind in _OFFICE_TYPES if word in head), "zip")


def sniff_ole(octets: bytes) -> str:
    """Tell the old office formats by the streams of the root; those of an object inside say nothing of the whole.

    A file that has the streams of several programs is of the one its class names.
    """
    file = CompoundFile(octets)
    names = file.root_names
    found = list(dict.fromkeys(kind for stream, kind in _OLE_STREAMS if stream in names))
    named = _OLE_CLASSES.get(file.root_class[:8], "")
    if named in found or (named == "executable" and not found):
        return named
    if not found and names and all(map(_THUMBNAILS.fullmatch, names)):
        return LEFTOVER
    return found[0] if found else "ole"


_EXPECTED: dict[str, frozenset[str]] = {
    "pdf": frozenset({"pdf"}),
    "docx": frozenset({"docx"}),
    "docm": frozenset({"docx"}),
    "xlsx": frozenset({"xlsx"}),
    "xlsm": frozenset({"xlsx"}),
    "xlsb": frozenset({"xlsx"}),
    "dotx": frozenset({"docx"}),
    "dotm": frozenset({"docx"}),
    "xltx": frozenset({"xlsx"}),
    "xltm": frozenset({"xlsx"}),
    "xlam": frozenset({"xlsx"}),
    "pptx": frozenset({"pptx"}),
    "pptm": frozenset({"pptx"}),
    "ppsx": frozenset({"pptx"}),
    "ppsm": frozenset({"pptx"}),
    "potx": frozenset({"pptx"}),
    "potm": frozenset({"pptx"}),
    "odt": frozenset({"odt"}),
    "ods": frozenset({"odt"}),
    "odp": frozenset({"odt"}),
    # Word itself has always written RTF under .doc.
    "doc": frozenset({"doc", "rtf"}),
    "xls": frozenset({"xls"}),
    "ppt": frozenset({"ppt"}),
    "rtf": frozenset({"rtf"}),
    "htm": frozenset({"html", "xml"}),
    "html": frozenset({"html", "xml"}),
    "txt": frozenset({"text", "html", "xml", "ics", "eml", "empty", "pgp"}),
    "jpg": frozenset({"jpeg"}),
    "jpeg": frozenset({"jpeg"}),
    "png": frozenset({"png"}),
    "gif": frozenset({"gif"}),
    "tif": frozenset({"tiff"}),
    "tiff": frozenset({"tiff"}),
    "bmp": frozenset({"bmp"}),
    "zip": frozenset({"zip"}),
    "7z": frozenset({"7z"}),
    "rar": frozenset({"rar"}),
    "gz": frozenset({"gzip"}),
    "tgz": frozenset({"gzip"}),
    "xz": frozenset({"xz"}),
    "txz": frozenset({"xz"}),
    "bz2": frozenset({"bzip2"}),
    "tbz2": frozenset({"bzip2"}),
    "zst": frozenset({"zstd"}),
    "cab": frozenset({"cab"}),
    "iso": frozenset({"iso"}),
    "tar": frozenset({"tar"}),
    "eml": frozenset({"eml"}),
    "msg": frozenset({"msg"}),
    "heic": frozenset({"heic"}),
    "webp": frozenset({"webp"}),
    "ics": frozenset({"ics"}),
    "xml": frozenset({"xml", "html"}),
    "exe": frozenset({"executable"}),
    "dll": frozenset({"executable"}),
    "lnk": frozenset({"executable"}),
    "p7s": frozenset({"pkcs7"}),
    "p7m": frozenset({"pkcs7"}),
}
"""Extension to the kinds a file of that name may honestly be."""

_DECLARED: dict[str, frozenset[str]] = {
    "application/pdf": frozenset({"pdf"}),
    "application/msword": frozenset({"doc", "docx", "rtf"}),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": frozenset({"docx", "doc"}),
    "application/vnd.ms-excel": frozenset({"xls", "xlsx", "text"}),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": frozenset({"xlsx", "xls"}),
    "application/vnd.ms-powerpoint": frozenset({"ppt", "pptx"}),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": frozenset({"pptx", "ppt"}),
    "application/vnd.oasis.opendocument.text": frozenset({"odt"}),
    "application/rtf": frozenset({"rtf"}),
    "text/rtf": frozenset({"rtf"}),
    "application/zip": frozenset({"zip", "docx", "xlsx", "pptx", "odt"}),
    "application/x-zip-compressed": frozenset({"zip", "docx", "xlsx", "pptx", "odt"}),
    "text/plain": frozenset({"text", "html", "xml", "ics", "eml", "empty", "pgp", "rtf"}),
    "text/html": frozenset({"html", "text", "xml", "empty"}),
    "text/calendar": frozenset({"ics", "text"}),
    "image/jpeg": frozenset({"jpeg"}),
    "image/jpg": frozenset({"jpeg"}),
    "image/png": frozenset({"png"}),
    "image/gif": frozenset({"gif"}),
    "image/tiff": frozenset({"tiff"}),
}
"""Declared type to the kinds it may honestly label; clients mix the old and new office types freely."""


def is_mismatched(kind: str, name_kind: str, media_type: str) -> bool:
    """Tell whether the extension or the declared type contradicts the real kind; what neither table lists agrees."""
    expected, declared = _EXPECTED.get(name_kind), _DECLARED.get(media_type)
    return (expected is not None and kind not in expected) or (declared is not None and kind not in declared)
