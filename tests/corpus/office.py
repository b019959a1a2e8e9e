"""Makers of old office files: workbooks, presentations, Outlook messages, document properties, packaged files."""

from __future__ import annotations

import struct
import zlib

from tests.corpus.ole import compound


def record(kind: int, body: bytes) -> bytes:
    """One BIFF record."""
    return struct.pack("<HH", kind, len(body)) + body


def sheets(*strings: str, header: str = "", macro_sheet: bool = False, encrypted: bool = False, cut: int = 0) -> bytes:
    """The stream of a BIFF8 workbook; `cut` splits the string table after so many octets, as a long one is."""
    out = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    if encrypted:
        out += record(0x002F, b"\x01\0" + b"\0" * 52)
    name = "Sheet1".encode("latin-1")
    out += record(0x0085, struct.pack("<IBBBB", 0, 0, int(macro_sheet), len(name), 0) + name)
    table = struct.pack("<II", len(strings), len(strings))
    for text in strings:
        table += struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
    if cut:
        out += record(0x00FC, table[:cut]) + record(0x003C, b"\x01" + table[cut:])
    else:
        out += record(0x00FC, table)
    if header:
        out += record(0x0014, struct.pack("<HB", len(header), 1) + header.encode("utf-16-le"))
    return (out + record(0x000A, b"")).ljust(4_096, b"\0")


def workbook(*strings: str, **traits: object) -> bytes:
    """A workbook of one stream."""
    return compound({"Workbook": sheets(*strings, **traits)})  # type: ignore[arg-type]


def atom(kind: int, body: bytes, version: int = 0) -> bytes:
    """One PowerPoint record."""
    return struct.pack("<HHI", version, kind, len(body)) + body


def presentation(
    *texts: str | bytes, encrypted: bool = False, macros: bool = False, objects: tuple[bytes, ...] = ()
) -> bytes:
    """Slides in a container, each with one text atom: UTF-16 for str, narrow for bytes."""
    atoms = b"".join(
        atom(0x0FA8, text) if isinstance(text, bytes) else atom(0x0FA0, text.encode("utf-16-le")) for text in texts
    )
    atoms += b"".join(
        atom(0x1011, struct.pack("<I", len(octets)) + zlib.compress(octets, 0), 0x10) for octets in objects
    )
    out = atom(0x03E8, atom(0x03FF, atom(0x0400, struct.pack("<III", 1, macros, 2)), 0xF) + atoms, 0xF)
    token = 0xF3D1C4DF if encrypted else 0xE391C05F
    user = atom(0x0FF6, struct.pack("<III", 20, token, 0) + b"\0" * 12)
    return compound({"PowerPoint Document": out.ljust(4_096, b"\0"), "Current User": user})


def properties(**texts: str) -> bytes:
    """A summary information stream with title, subject or keywords in UTF-16."""
    numbers = {"title": 2, "subject": 3, "keywords": 5, "comments": 6}
    table, data = b"", b""
    for name, text in texts.items():
        table += struct.pack("<II", numbers[name], 8 + 8 * len(texts) + len(data))
        data += struct.pack("<II", 0x1F, len(text) + 1) + text.encode("utf-16-le") + b"\0\0"
    section = struct.pack("<II", 8 + len(table) + len(data), len(texts)) + table + data
    return b"\xfe\xff\0\0" + b"\0" * 20 + struct.pack("<I", 1) + b"\0" * 16 + struct.pack("<I", 48) + section


def packaged(name: str, octets: bytes) -> bytes:
    """A compound file of a packaged file, as office programs embed it."""
    label = name.encode("ascii") + b"\0"
    body = b"\x02\0" + label + b"C:\\" + label + struct.pack("<II", 0x30000, len(label)) + label
    body += struct.pack("<I", len(octets)) + octets + b"\0\0"
    return compound({"\x01Ole10Native": struct.pack("<I", len(body)) + body})


def outlook(subject: str, text: str, *files: tuple[str, bytes], body: bytes = b"") -> bytes:
    """An Outlook message, `body` its compressed rich text; a file whose octets are a str is a message inside with that text."""
    streams = {"__properties_version1.0": b"\0" * 32}
    streams["__substg1.0_0037001F"] = subject.encode("utf-16-le")
    streams["__substg1.0_1000001F"] = text.encode("utf-16-le")
    if body:
        streams["__substg1.0_10090102"] = body
    for number, (name, octets) in enumerate(files):
        folder = f"__attach_version1.0_#{number:08X}/"
        streams[folder + "__substg1.0_3707001F"] = name.encode("utf-16-le")
        if isinstance(octets, bytes):
            streams[folder + "__substg1.0_37010102"] = octets
        else:
            inner = folder + "__substg1.0_3701000D/"
            streams[inner + "__properties_version1.0"] = b"\0" * 24
            streams[inner + "__substg1.0_1000001F"] = str(octets).encode("utf-16-le")
    return compound(streams)
