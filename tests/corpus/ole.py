"""Makers of compound files (OLE2) and old Word files."""

from __future__ import annotations

import struct


def ole(*names: str) -> bytes:
    """A compound file of a header, one allocation sector and one directory sector."""
    header = bytearray(b"\xff" * 512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[8:30] = b"\0" * 16 + struct.pack("<HHH", 0x3E, 3, 0xFFFE)
    header[30:48] = struct.pack("<HH", 9, 6) + b"\0" * 14
    header[48:52] = struct.pack("<I", 1)
    header[76:80] = struct.pack("<I", 0)
    fat = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff" * 504
    entries = b""
    for number, name in enumerate(("Root Entry", *names)):
        raw = name.encode("utf-16-le") + b"\0\0"
        links = (
            0xFFFFFFFF,
            number + 1 if 0 < number < len(names) else 0xFFFFFFFF,
            1 if names and not number else 0xFFFFFFFF,
        )
        kind = 2 if number else 5
        entries += raw.ljust(64, b"\0") + struct.pack("<HBxIII", len(raw), kind, *links) + b"\0" * 48
    return bytes(header) + fat + entries.ljust(512, b"\0")


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of real streams, small ones in mini sectors, one allocation sector (under 64 kB).

    Slashes in the names make storages.
    """
    mini, minis, mini_table = b"", {}, []
    for name, octets in streams.items():
        if len(octets) < 4_096:
            minis[name], count = len(mini) // 64, -(-len(octets) // 64)
            mini_table += [len(mini_table) + number + 1 for number in range(count - 1)] + [0xFFFFFFFE]
            mini += octets.ljust(64 * count, b"\0")
    big = {name: octets for name, octets in streams.items() if len(octets) >= 4_096}
    count_rows = len(streams) + len({path[:at] for path in streams for at, char in enumerate(path) if char == "/"})
    chains: list[tuple[str, bytes]] = [("directory", b"\0" * (-(-(1 + count_rows) // 4) * 512))]
    chains += [("mini table", struct.pack(f"<{len(mini_table)}I", *mini_table)), ("mini", mini)] if mini else []
    chains += big.items()
    fat, starts = [0xFFFFFFFD], {}
    for name, octets in chains:
        starts[name], count = len(fat), -(-len(octets) // 512)
        fat += [len(fat) + number + 1 for number in range(count - 1)] + [0xFFFFFFFE]
    folders = {path.rpartition("/")[0] for path in streams} - {""}
    folders |= {folder[:at] for folder in folders for at, char in enumerate(folder) if char == "/"}
    rows = [("", 5, starts.get("mini", 0xFFFFFFFE), len(mini)), *((folder, 1, 0, 0) for folder in sorted(folders))]
    rows += [(name, 2, minis.get(name, starts.get(name, 0)), len(octets)) for name, octets in streams.items()]
    directory = b""
    for number, (path, kind, start, size) in enumerate(rows):
        folder, _, name = path.rpartition("/")
        siblings = [at for at, row in enumerate(rows) if at > number and row[0].rpartition("/")[0] == folder]
        children = [at for at, row in enumerate(rows) if at and row[0].rpartition("/")[0] == path] if kind != 2 else []
        links = [0xFFFFFFFF, *(found[0] if found else 0xFFFFFFFF for found in (siblings if number else [], children))]
        raw = (name or "Root Entry").encode("utf-16-le") + b"\0\0"
        directory += raw.ljust(64, b"\0") + struct.pack("<HBxIII36xIQ", len(raw), kind, *links, start, size)
    header = bytearray(ole()[:512])
    header[48:52] = struct.pack("<I", starts["directory"])
    header[56:68] = struct.pack("<III", 4_096, starts.get("mini table", 0xFFFFFFFE), -(-len(mini_table) // 128))
    body = b"".join(octets.ljust(-(-len(octets) // 512) * 512, b"\0") for _, octets in [("", directory), *chains[1:]])
    return bytes(header) + struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff") + body


def word(*pieces: str | bytes, flags: int = 0, headers: int = 0, boxes: int = 0) -> bytes:
    """An old Word file of the streams of `word_streams`."""
    return compound(word_streams(*pieces, flags=flags, headers=headers, boxes=boxes))


def word_streams(*pieces: str | bytes, flags: int = 0, headers: int = 0, boxes: int = 0) -> dict[str, bytes]:
    """Streams of an old Word file: text pieces in UTF-16, octets as 8-bit pieces; the table is a mini stream.

    The last `headers` characters are page headers, or the last `boxes` those of text boxes.
    """
    main = bytearray(2_048)
    positions, descriptors = [0], b""
    for piece in pieces:
        octets = piece if isinstance(piece, bytes) else piece.encode("utf-16-le")
        place = len(main) * 2 | 0x40000000 if isinstance(piece, bytes) else len(main)
        main += octets
        positions.append(positions[-1] + len(piece))
        descriptors += struct.pack("<HIH", 0, place, 0)
    plc = struct.pack(f"<{len(positions)}I", *positions) + descriptors
    clx = b"\x01\x02\0xx\x02" + struct.pack("<I", len(plc)) + plc
    main[0x4C:0x6C] = struct.pack("<8I", positions[-1] - headers - boxes, 0, headers, 0, 0, 0, boxes, 0)
    main[0:12] = struct.pack("<HH6xH", 0xA5EC, 0xC1, flags)
    main[0x1A2:0x1AA] = struct.pack("<II", 16, len(clx))
    return {"WordDocument": bytes(main).ljust(4_096, b"\0"), "0Table": b"\0" * 16 + clx}
