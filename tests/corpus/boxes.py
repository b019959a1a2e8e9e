"""Makers of disc images, cabinets and rar 5 archives in every honest and hostile layout the readers tell apart."""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from tests.corpus.archives import SEVEN_ZIP

SECTOR = 2_048


class Node(NamedTuple):
    """One record of a folder on a disc."""

    name: bytes
    sector: int
    size: int
    flags: int = 0
    fields: bytes = b""
    """Of Rock Ridge."""
    before: int = 0
    """Blocks of attributes before the data."""
    woven: bytes = b"\0\0"
    """Unit and gap of data that is woven into another's."""


def _both(number: int, size: str = "I") -> bytes:
    return struct.pack(f"<{size}", number) + struct.pack(f">{size}", number)


def record(node: Node) -> bytes:
    """A record of a folder (ECMA-119 section 9.1)."""
    body = bytes((node.before,)) + _both(node.sector) + _both(node.size) + bytes(7) + bytes((node.flags,)) + node.woven
    body += _both(1, "H")
    body += bytes((len(node.name),)) + node.name + (b"" if len(node.name) % 2 else b"\0") + node.fields
    body += b"\0" if len(body) % 2 == 0 else b""
    return bytes((len(body) + 1,)) + body


def folder(sector: int, *nodes: Node, own: bytes = b"", size: int = SECTOR) -> bytes:
    """One sector of records, the folder itself and the one around it first."""
    both = record(Node(b"\0", sector, size, 2, own)) + record(Node(b"\1", sector, size, 2))
    return (both + b"".join(map(record, nodes))).ljust(SECTOR, b"\0")


def volume(root: int, size: int = SECTOR, *, is_joliet: bool = False) -> bytes:
    """A volume descriptor with its root folder."""
    head = (b"\x02" if is_joliet else b"\x01") + b"CD001\x01\0" + bytes(80) + (b"%/E" if is_joliet else b"")
    head = head.ljust(128, b"\0") + _both(SECTOR, "H")
    return (head.ljust(156, b"\0") + record(Node(b"\0", root, size, 2))).ljust(SECTOR, b"\0")


def disc(*sectors: bytes) -> bytes:
    """An image whose sectors from 16 on are these."""
    return bytes(16 * SECTOR) + b"".join(one.ljust(SECTOR, b"\0") for one in sectors)


END = b"\xffCD001\x01"
SUSP = b"SP\x07\x01\xbe\xef\0"
"""What announces Rock Ridge in the record of the root (SUSP section 5.3)."""


def named(text: bytes, *, more: int = 0) -> bytes:
    """A Rock Ridge name; bit 0 says that it goes on in the next."""
    return b"NM" + bytes((5 + len(text), 1, more)) + text


def continued(sector: int, offset: int, size: int) -> bytes:
    """Say where the fields of a record go on (SUSP section 5.1)."""
    return b"CE\x1c\x01" + _both(sector) + _both(offset) + _both(size)


def wide(text: str) -> bytes:
    """A name of Joliet."""
    return text.encode("utf-16-be")


def two_trees() -> bytes:
    """A disc as Windows writes it: short names in the first tree, whole ones in the second."""
    return disc(
        volume(19), volume(20, is_joliet=True), END, folder(19, Node(b"BAOCAO~1.TXT;1", 21, 3), Node(b"ONLY.TXT;1", 22, 4)),
        folder(20, Node(wide("Báo cáo tháng 11.txt"), 21, 3)), b"mot", b"chi1",
    )  # fmt: skip


def unix_disc() -> bytes:
    """A disc as Unix writes it: long names in pieces, one behind a continuation, and a folder."""
    long_name = named(b"bao cao ", more=1) + named(b"thang 11.txt")
    return disc(
        volume(18), END,
        folder(18, Node(b"A.TXT;1", 21, 3, 0, long_name), Node(b"B.;1", 22, 3, 0, continued(20, 8, 11)), Node(b"SUB", 19, SECTOR, 2, named(b"muc luc")), own=SUSP),
        folder(19, Node(b"C.TXT;1", 23, 2)), bytes(8) + named(b"b.html"), b"mot", b"hai", b"ba",
    )  # fmt: skip


def circle_of_names() -> bytes:
    """Fields that go on where they began, for ever."""
    return disc(
        volume(18),
        END,
        folder(18, Node(b"A.TXT;1", 20, 3, 0, continued(19, 0, 28)), own=SUSP),
        continued(19, 0, 28),
        b"mot",
    )


def circle_of_folders() -> bytes:
    """A folder inside itself, and two inside one another."""
    return disc(
        volume(18), END, folder(18, Node(b"A", 18, SECTOR, 2), Node(b"B", 19, SECTOR, 2), Node(b"T.TXT;1", 20, 3)),
        folder(19, Node(b"A", 18, SECTOR, 2), Node(b"B", 19, SECTOR, 2)), b"mot",
    )  # fmt: skip


def blank_folders() -> bytes:
    """Folders that claim the whole image, which holds next to nothing, a sector further on each."""
    nodes = [Node(b"F%d" % number, 19 + number, 400 * SECTOR, 2) for number in range(40)]
    return disc(volume(18), END, folder(18, *nodes), *[b""] * 480)


class Packed(NamedTuple):
    """One block of a folder in a cabinet."""

    octets: bytes
    plain: int


def mszip(data: bytes, block: int = 32_768) -> list[Packed]:
    """Pack as MSZIP does: blocks that refer back into the one before ([MS-MCI] section 2)."""
    blocks, before = [], b""
    for at in range(0, len(data), block):
        piece = data[at : at + block]
        pipe = (
            zlib.compressobj(9, zlib.DEFLATED, -15, zdict=before) if before else zlib.compressobj(9, zlib.DEFLATED, -15)
        )
        blocks.append(Packed(b"CK" + pipe.compress(piece) + pipe.flush(), len(piece)))
        before = piece
    return blocks


def cabinet(
    files: list[tuple[bytes, int, int, int]],
    blocks: list[Packed],
    *,
    method: int = 1,
    flags: int = 0,
    reserve: int = 0,
    attributes: int = 0x20,
) -> bytes:
    """A cabinet of one folder; files are name, size, place in the folder, number of the folder."""
    further = struct.pack("<HBB", 3, 2, reserve) + b"abc" if reserve else b""
    further += b"truoc.cab\0dia\0" if flags & 1 else b""
    entries = b"".join(
        struct.pack("<IIHHHH", size, place, number, 0x5D75, 0x4800, attributes) + name + b"\0"
        for name, size, place, number in files
    )
    files_at = 36 + len(further) + 8 + (2 if reserve else 0)
    data_at = files_at + len(entries)
    data = b"".join(struct.pack("<IHH", 0, len(one.octets), one.plain) + bytes(reserve) + one.octets for one in blocks)
    flags |= 4 if reserve else 0
    head = struct.pack("<IIIIBBHHHHH", data_at + len(data), 0, files_at, 0, 3, 1, 1, len(files), flags, 1, 0)
    told = struct.pack("<IHH", data_at, len(blocks), method) + (b"xy" if reserve else b"")
    return b"MSCF\0\0\0\0" + head + further + told + entries + data


def vint(number: int) -> bytes:
    """A number of seven bits an octet."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))


def rar5_block(body: bytes, *, is_sound: bool = True) -> bytes:
    """Put checksum and size before a header."""
    sized = vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(sized) ^ (not is_sound)) + sized


def rar5_file(
    name: str,
    octets: bytes,
    *,
    window: int = 0,
    method: int = 0,
    is_solid: bool = False,
    flags: int = 0,
    extra: bytes = b"",
    size: int = -1,
) -> bytes:
    """A stored file, or one that says it is packed by `method`; `window` is the power of two above 128 kB."""
    told = len(octets) if size < 0 else size
    how = (0x40 if is_solid else 0) | method << 7 | window << 10
    body = vint(2) + vint(2 | (1 if extra else 0)) + (vint(len(extra)) if extra else b"") + vint(len(octets))
    body += vint(flags | 4) + vint(told) + vint(0x20) + struct.pack("<I", zlib.crc32(octets)) + vint(how) + vint(1)
    return rar5_block(body + vint(len(name.encode())) + name.encode() + extra) + octets


RAR5_ENCRYPTED = b"\x02\x01\0"
"""Extra record of a file under a password, cut to what tells it."""
RAR5_LINK = b"\x04\x05\x01\0\0"
RAR5_LINK_OF_NO_KIND = b"\x04\x05\0\0\0"


def rar5(*blocks: bytes, is_solid: bool = False) -> bytes:
    """An archive of these blocks."""
    main = rar5_block(b"\x01\0" + (b"\x04" if is_solid else b"\0"))
    return b"Rar!\x1a\x07\x01\0" + main + b"".join(blocks) + rar5_block(b"\x05\0\0")


def seven_zip_wanting(octets: int) -> bytes:
    """A 7z file that says its data was packed with so large a dictionary, a power of two."""
    whole = bytearray(SEVEN_ZIP)
    at = whole.rindex(b"\x21\x21\x01") + 3
    whole[at] = 2 * (octets.bit_length() - 1 - 12)
    header = int.from_bytes(whole[12:20], "little") + 32
    whole[28:32] = struct.pack("<I", zlib.crc32(whole[header:]))
    whole[8:12] = struct.pack("<I", zlib.crc32(whole[12:32]))
    return bytes(whole)
