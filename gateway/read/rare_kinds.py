"""Kinds that honest official mail hardly carries: scripts, shortcuts, help files, notebooks, disk images, databases.

They are named because attackers send them: each opens, runs or mounts with a click.
"""

from __future__ import annotations

import re

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"ITSF\x03\0\0\0", "chm"),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", "onenote"),
    (b"\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f", "onenote"),
    (b"\0\x01\0\0Standard ACE DB", "access"),
    (b"\0\x01\0\0Standard Jet DB", "access"),
    (b"vhdxfile", "disk_image"),
    (b"conectix", "disk_image"),
    (b"KDMV\x01", "disk_image"),
    (b"QFI\xfb", "disk_image"),
    (b"LZIP\x01", "lzip"),
    (b"\x89LZO\0\r\n", "lzop"),
    (b"ActiveMime", "activemime"),
    (b"\xca\xfe\xba\xbe", "executable"),
    (b"dex\n03", "executable"),
    (b"CWS", "executable"),
)
_MARKS = tuple(mark for mark, _ in _MAGIC)
_FOOTERS: tuple[tuple[int, bytes], ...] = ((512, b"koly"), (512, b"conectix"), (511, b"conectix"))
"""Octets from the end and what stands there: disk images of Apple, fixed images of Microsoft."""
_BOOT_SECTOR = re.compile(rb"(?:\xeb.\x90|\xe9..).{8}.{43,71}(?:FAT(?:12|16|32)? {1,5})|\xeb.\x90NTFS {4}", re.DOTALL)
_SHORTCUT = re.compile(
    rb"\s{0,40}\[(?:InternetShortcut|\{000214A0-0000-0000-C000-000000000046\})|\s{0,40}\[Shell\]\s{1,4}Command="
    rb"|(?:screen mode id|full address|alternate shell|remoteapplicationprogram):[is]:|WEB\r?\n1\r?\nhttps?:",
    re.IGNORECASE,
)
_SHORTCUT_MARKUP = re.compile(
    rb"<(?:libraryDescription|searchConnectorDescription|persistedQuery|PCSettings|jnlp)\b"
    rb"|<(?:[a-z0-9]{1,8}:)?assembly\b[^<>]{0,400}urn:schemas-microsoft-com:asm"
    rb"|<(?:[a-z]{1,8}:)?AppInstaller\b",
    re.IGNORECASE,
)
_SCRIPT_MARKUP = re.compile(rb"<(?:hta:application|scriptlet\b|ms:script|msxsl:script)", re.IGNORECASE)
_SCRIPT_ROOT = re.compile(
    rb"<(?:job|component)\b|<package\b[^<>]{0,200}>\s{0,99}(?:<[?!][^<>]{0,400}>\s{0,99})?<(?:job|component)\b",
    re.IGNORECASE,
)
"""Files of Windows Script Host; further down, ordinary XML has elements of these names."""
_PROLOG = re.compile(rb"\s{0,400}<(?:!--.{0,2000}?--|[?!][^>]{0,400})>\s{0,400}", re.DOTALL)
_PROLOG_ITEMS = 16
_HEAD = 4_096


def rare_kind(octets: bytes) -> str:
    """Name a kind of this module by its first or last octets; empty for any other."""
    kind = next(kind for mark, kind in _MAGIC if octets.startswith(mark)) if octets.startswith(_MARKS) else ""
    if kind == "executable" and octets[:3] == b"CWS":
        return "executable" if octets[3:4] and octets[3] < 60 and octets[8:9] == b"\x78" else ""
    if kind:
        return kind
    if octets.startswith(b"#!/") and b"\0" not in octets[:_HEAD]:
        return "script"
    if any(octets[-behind : len(octets) - behind + len(mark)] == mark for behind, mark in _FOOTERS):
        return "disk_image"
    if octets[510:512] == b"\x55\xaa" and _BOOT_SECTOR.match(octets[:128]):
        return "disk_image"
    return "shortcut" if _SHORTCUT.match(octets[:_HEAD].removeprefix(b"\xef\xbb\xbf")) else ""


def rare_markup(octets: bytes) -> str:
    """Name scripts and shortcuts that are written in markup; empty for any other."""
    head = octets[:_HEAD]
    root = _root(head)
    if _SCRIPT_MARKUP.search(head) or _SCRIPT_ROOT.match(head, root):
        return "script"
    return "shortcut" if _SHORTCUT_MARKUP.match(head, root) else ""


def _root(head: bytes) -> int:
    """Where the first element stands, behind declarations, comments and processing instructions."""
    at = 0
    for _ in range(_PROLOG_ITEMS):
        match = _PROLOG.match(head, at)
        if match is None:
            break
        at = match.end()
    return at
