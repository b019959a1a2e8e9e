"""Kinds without a text to read: sound, film, drawings, maps, fonts, models, keys; and what systems leave behind.

Asked only of octets that are no text and no kind anybody opens here, so that a letter which begins with the word `OTTO`
stays a letter. What is written in letters is read whatever it begins with, for a mark would hide behind four lines of a
drawing. That nothing is read of the others is no fault of theirs, and is said so (`no_text_format`).
"""

from __future__ import annotations

import re

LEFTOVER = "leftover"
"""Kind and reason: what a system put beside people's files and nobody reads."""
NO_TEXT = frozenset({"audio", "video", "drawing", "geodata", "font", "model", "icon", "certificate", "keystore"})
"""Kinds that hold no text of a document."""
_HEAD = 4_096
_PAGE = 65_536
"""Octets of the first page of a database, where its tables are listed; the greatest page there is."""

_MARKS: tuple[tuple[str, str], ...] = (
    # What Macintosh and Windows keep beside files: folder views, thumbnails.
    (r"\0\0\0\x01Bud1", LEFTOVER),
    (r"CMMM[\x14-\x20]\0\0\0", LEFTOVER),
    (r"ID3[\x02-\x04]|MThd\0\0\0\x06|fLaC\0|OggS\0|#!AMR", "audio"),
    (
        r"MAC \x96\x0f|wvpk.{4}[\0-\x20]\x04|DSD \x1c\0|\.snd\0\0",
        "audio",
    ),
    (r"RIFF.{4}WAVE|RF64.{4}WAVE|FORM.{4}AIF[FC]|caff\0\x01\0\0", "audio"),
    (r".{4}ftypM4[ABP] |\xff[\xf0\xf1\xf8\xf9][\x40-\xbf]", "audio"),
    (r"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xfd][\x10-\xef][^\xff]", "audio"),
    (r".{4}ftyp|.{4}(?:moov|mdat|wide|free|skip)|RIFF.{4}(?:AVI |CDXA)", "video"),
    (
        r"\x1a\x45\xdf\xa3|FLV[\x01\x05]\0|\.RMF\0\0",
        "video",
    ),
    (r"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video"),
    (
        r"\0\0\x01[\xb3\xba]|\x47.{187}\x47.{187}\x47|.{4}\x47.{191}\x47.{191}\x47",
        "video",
    ),
    (r"AC10[0-3]\d\0|AC[12]\.\d{1,2}\0|AutoCAD Binary DXF\r\n\x1a\0", "drawing"),
    (
        r"\(DWF V\d\d\.\d\d\)|[\x08\xc8]\x09\xfe\x02",
        "drawing",
    ),
    (r"\0\0\x27\x0a.{24}\xe8\x03\0\0|\0\0\x27\x0a\xff\xff\xfe\x70", "geodata"),
    (
        r"EHFA_HEADER_TAG|LASF.{20}\x01[\0-\x05]|GRIB.{3}[\x01\x02]",
        "geodata",
    ),
    (r"CDF[\x01\x02\x05]\0|\x89HDF\r\n\x1a\n|MrSID|msid\x01|SQT[\0-\x03]", "geodata"),
    (r"\0\x01\0\0\0[\x01-\x40].{6}[A-Za-z]|OTTO\0", "font"),
    (
        r"ttcf\0[\x01\x02]|wOF[F2](?:\0\x01\0\0|OTTO|true)|true\0[\x01-\x40]",
        "font",
    ),
    (r"\x80\x01.{4}%!|.{8}[\0-\x02]\0[\x01\x02]\0.{22}LP", "font"),
    (r"glTF[\x01\x02]\0\0\0|Kaydara FBX Binary  \0|BLENDER[-_][vV]\d", "model"),
    (r"MM.{4}\x02\0\x0a\0|.{4}\x3d\x3d", "model"),
    (r"\0\0[\x01\x02]\0[\x01-\x40]\0.{3}\0", "icon"),
    (r"\xfe\xed\xfe\xed\0\0\0[\x01\x02]|\xce\xce\xce\xce\0\0\0[\x01\x02]", "keystore"),
)
_KINDS = tuple((re.compile(pattern.encode("latin-1"), re.DOTALL), kind) for pattern, kind in _MARKS)
_APPLE_DOUBLE = re.compile(rb"\0\x05\x16\x07\0[\1\2]\0\0", re.DOTALL)
_DATABASE = b"SQLite format 3\0"
_TILES = re.compile(rb"CREATE (?:TABLE|VIEW) [\"'`\[]?(?:tiles|gpkg_contents|geometry_columns)\b", re.IGNORECASE)
_MAP_IDS = frozenset({b"GPKG", b"GP10", b"GP11", b"MPBX"})
"""Application ids of geographic databases (OGC 12-128 clause 1.1.1.1.1; MBTiles 1.3)."""
_KEYS = re.compile(rb"\x30[\x80-\x84].{0,4}?\x02\x01\x03\x30", re.DOTALL)
"""PFX: version 3, then what is kept safe (RFC 7292 section 4); a signature of CMS has its type first."""
_CERTIFICATE = re.compile(
    rb"\x30[\x81-\x84].{1,4}?\x30[\x81-\x84].{1,4}?(?:\xa0\x03\x02\x01[\0-\2]\x02|\x02\x01[\0\1]\x30)", re.DOTALL
)
"""Certificate, revocation list or request: a sequence of a sequence with its version (RFC 5280 sections 4.1, 5.1;
RFC 2986 section 4.1)."""
_STL_HEAD, _STL_FACET = 84, 50
_TABLE_HEAD = re.compile(rb"[\x02\x03\x04\x30\x31\x32\x43\x83\x8b\x8c\xcb\xf5\xfb].[\x01-\x0c][\x01-\x1f]", re.DOTALL)
"""Version and date of a dBASE file (the table beside the shapes of a map)."""


def textless_kind(octets: bytes) -> str:
    """Name the kind of octets that are no text, as far as this module knows it; empty for any other."""
    head = octets[:_HEAD]
    if head.startswith(_DATABASE):
        is_map = octets[68:72] in _MAP_IDS or _TILES.search(octets[:_PAGE]) is not None
        return "geodata" if is_map else "database"
    if head[:1] == b"\x30" and _CERTIFICATE.match(head):
        return "certificate"
    if is_table(octets):
        return "dbf"
    if _APPLE_DOUBLE.match(head):
        return "" if _has_data_fork(head) else LEFTOVER
    kind = next((kind for mark, kind in _KINDS if mark.match(head)), "")
    if not kind and len(octets) > _STL_HEAD:
        count = int.from_bytes(octets[80:_STL_HEAD], "little")
        return "model" if len(octets) == _STL_HEAD + _STL_FACET * count else ""
    return kind


def _has_data_fork(head: bytes) -> bool:
    """Tell whether the entries of a Macintosh file name its data (AppleSingle/AppleDouble formats, entry ID 1)."""
    count = int.from_bytes(head[24:26], "big")
    return any(head[at : at + 4] == b"\0\0\0\1" for at in range(26, min(26 + 12 * count, len(head)), 12))


def is_table(octets: bytes) -> bool:
    """Tell a dBASE file: version and date, and a header as long as it says with its end mark."""
    if _TABLE_HEAD.match(octets[:4]) is None:
        return False
    size = int.from_bytes(octets[8:10], "little")
    return 64 < size <= len(octets) and octets[size - 1 : size] in (b"\r", b"\0") and b"\r" in octets[32:size]


def is_keystore(head: bytes) -> bool:
    """Tell keys kept under a password; the type behind makes them look like a signature."""
    return _KEYS.match(head) is not None


def is_left_name(name: str, size_octets: int) -> bool:
    """Tell whether what a system left behind has the name and size such a thing has: another name is another thing."""
    return size_octets <= _LEFT_OCTETS and _LEFT_NAMES.fullmatch(name) is not None


def is_left_behind(name: str, kind: str, size_octets: int) -> bool:
    """Tell by its name what a system or a program put beside people's files; never what anybody could read.

    Word, Excel and PowerPoint note who has a file open in one of 162 or 165 octets before whose name `~$` stands.
    """
    if kind == "unknown" and name.startswith("~$"):
        return size_octets <= _LOCK_OCTETS
    return kind == "ole" and name.lower() in _THUMBNAILS


_LOCK_OCTETS = 400
_LEFT_OCTETS = 4_000_000
"""Thumbnails of a folder of photographs; others have some kilobytes."""
_LEFT_NAMES = re.compile(
    r"\.DS_Store|\._.{1,250}|(?:eh)?thumbs(?:_vista)?\.db|thumbcache_\w{1,20}\.db", re.IGNORECASE | re.DOTALL
)
_THUMBNAILS = frozenset({"thumbs.db", "ehthumbs.db", "ehthumbs_vista.db"})
