"""Outlook messages (.msg, [MS-OXMSG]): subject, text and attachments out of the storages of a compound file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.containers.ole import OUTLOOK_MARK
from gateway.read.office.rich_text import unpack_rich_text
from gateway.read.office.rtf import read_rtf
from gateway.read.vietnamese.charsets import decode_text
from gateway.read.web.html import html_text

if TYPE_CHECKING:
    from gateway.read.containers.ole import CompoundFile
    from gateway.read.notes import Notes

_SUBJECT, _BODY, _HTML, _RTF = "0037", "1000", "1013", "1009"
_LONG_NAME, _SHORT_NAME, _DATA, _OBJECT = "3707", "3704", "37010102", "3701000D"
_ATTACHED = re.compile(r"((?:[^/]{1,64}/){0,14}?)(__attach_version1\.0_#[0-9A-F]{8})/(.{1,256})", re.IGNORECASE)
_NAME_OCTETS = 4_096
_RICH_OCTETS = 1_000_000


class OutlookFile(NamedTuple):
    """One attachment."""

    name: str
    octets: bytes | None
    """None when it is over budget, or an object of another program."""
    size_octets: int


class OutlookMessage(NamedTuple):
    """What a reader shows of it, messages attached to it included."""

    subject: str
    text: str
    html: bytes
    rich: str
    """Text of a compressed RTF body, of the HTML in it (section 2.2.4 of [MS-OXRTFEX]) too."""
    files: tuple[OutlookFile, ...]


def read_outlook(file: CompoundFile, limit: int, notes: Notes) -> OutlookMessage:
    """Read a message: at most `limit` characters of each text, attachments within the container budget."""
    tree = file.tree()

    def octets(folder: str, tag: str, size: int) -> bytes:
        stream = tree.get(f"{folder}__substg1.0_{tag}")
        return b"" if stream is None else file.open(stream, size)

    def text(folder: str, tag: str, size: int) -> str:
        wide = octets(folder, tag + "001F", 2 * size)
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return decode_text(octets(folder, tag + "001E", size).rstrip(b"\0"), "")[0]

    folders = {match[1] + match[2] + "/" for path in tree if (match := _ATTACHED.fullmatch(path))}
    files: list[OutlookFile] = []
    inner: list[str] = []
    for folder in sorted(folders):
        if notes.container_entries <= 0:
            notes.overrun("container_entries")
            break
        notes.container_entries -= 1
        name = text(folder, _LONG_NAME, _NAME_OCTETS) or text(folder, _SHORT_NAME, _NAME_OCTETS)
        stream = tree.get(f"{folder}__substg1.0_{_DATA}")
        message = f"{folder}__substg1.0_{_OBJECT}/"
        if stream is None and f"{message}{OUTLOOK_MARK}" in tree:
            # A message inside: its texts are read with ours, its files stand among the folders already.
            inner += [text(message, _SUBJECT, limit), text(message, _BODY, limit)]
            packed = octets(message, _RTF + "0102", _RICH_OCTETS)
            notes.charge_text(len(packed))
            inner += [html_text(decode_text(octets(message, _HTML + "0102", 4 * limit), "")[0], limit)]
            inner += [rich_body(packed, limit)]
            continue
        size = 0 if stream is None else min(stream.size_octets, 1 << 40)
        if stream is None or size > notes.container_octets:
            if stream is not None:
                notes.overrun("container_octets")
            files.append(OutlookFile(name, None, size))
            continue
        data = file.open(stream, size)
        notes.container_octets -= len(data)
        files.append(OutlookFile(name, data, len(data)))
    body = "\n".join(filter(None, (text("", _BODY, limit), *inner)))
    packed = octets("", _RTF + "0102", _RICH_OCTETS)
    if packed:
        notes.charge_text(len(packed))
    rich = rich_body(packed, limit)
    return OutlookMessage(text("", _SUBJECT, limit), body, octets("", _HTML + "0102", 4 * limit), rich, tuple(files))


def rich_body(packed: bytes, limit: int) -> str:
    """Text of a compressed RTF body; whoever opens the message sees it though its checksum be wrong."""
    shown = read_rtf(unpack_rich_text(packed).octets, limit) if packed else None
    return "" if shown is None else "\n".join((shown.text, *shown.asides))[:limit]
