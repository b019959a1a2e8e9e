"""Makers of archives the standard library cannot write: rar, cab and iso with stored members, 7z as samples."""

from __future__ import annotations

import base64
import struct
import zlib
from functools import reduce
from operator import xor

SEVEN_ZIP = base64.b64decode(
    "N3q8ryccAASzR60NkQAAAAAAAAAUAAAAAAAAAI/Sy5ABABhN4bqsVApT4buROiAxMi9DVi1VQk5EbW90AOAAfgBsXQAAgTMHrg/P2W+8D9RqXn3l"
    "190IPXk4pL8k0PaWYpQAe3OBB0zkYnJBw/0bF4Vd9EP8WgGE0uQBQ3PxirxJpBJ4YOW6Pp3ZE+YuYs9Mo23LTyrl0h7Oq9Rnsj+ijkVNIAEQDv7b"
    "gfqkRbkAAAAAFwYdAQl0AAcLAQABISEBGAx/AAA="
)
"""`Công văn.txt` with `MẬT` on its first line, and `a.txt`; LZMA2."""
SEVEN_ZIP_ENCRYPTED = base64.b64decode(
    "N3q8ryccAARFmI7BeQAAAAAAAAAUAAAAAAAAAIHWvcqihiWPPi6gNZCMGSbZFiC2AQBkAQQGAAEJEAoBrFJqmAAHCwEAAiQG8QcBElMPqj1nnzkz"
    "kAtthr0vFhDzhiEhARgBAAwOCgAICgF9egbwAAAFARENAGEALgB0AHgAdAAAABQKAQDwkMXk8XndARUGAQAggICBAAAAFwYQAQlpAAcLAQABISEB"
    "GAxlAAA="
)
"""`a.txt`, its data encrypted."""
SEVEN_ZIP_SEALED = base64.b64decode(
    "N3q8ryccAARgbn7UgAAAAAAAAAAoAAAAAAAAAKFi41hZ+xtfsByYfU3gLVvZZz5tes9umAwq9kR5K9keJVuLHCYbL6tVWYOc6nTLbOaCC3ltTqOY"
    "zYTenS0HF/YnLMsrYF08tn4ExE9GS0cdTxtnA/GR4jiVtpUpgibDcYJdMsI+In7LOgqvHbG6U589DVo5D2A7RoQbppoldUpy0aS4yRcGEAEJcAAH"
    "CwEAASQG8QcBElMPMYku/XhF6h0zDPMRST7jOwxlAAA="
)
"""Names and data encrypted."""
_SECTOR = 2_048


def _rar_block(kind: int, flags: int, fields: bytes, data: bytes = b"") -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data


def rar(*members: tuple[str, bytes], flags: int = 0, file_flags: int = 0) -> bytes:
    """A rar 4 archive with stored members; main header flag 1 makes it a volume, file flag 4 encrypted."""
    out = b"Rar!\x1a\x07\0" + _rar_block(0x73, flags, b"\0" * 6)
    for name, octets in members:
        fields = struct.pack(
            "<IIBIIBBHI", len(octets), len(octets), 3, zlib.crc32(octets), 0x5D750000, 20, 0x30, len(name), 0o100644
        )
        out += _rar_block(0x74, 0x8000 | file_flags, fields + name.encode("ascii"), octets)
    return out + _rar_block(0x7B, 0x4000, b"")


def rar_of_filters(count: int, octets: int) -> bytes:
    """A rar 4 archive whose packed data name so many filters, each forgetting the last, with so many octets of its own.

    The bits: no PPMd, no old table; two lengths of the code for lengths; of the main code 65 (a letter) and 257 (a
    filter); then filter after filter: its flags and length, number 0, where it begins, its program, which has data.
    """
    program = f"111{octets - 1:032b}".ljust(40, "0")
    check = reduce(xor, int(program, 2).to_bytes(5, "big"))
    code = f"000000{3:02b}{1 << 26:032b}{2:02b}{6:016b}{check:08b}{program}".ljust(112, "0")
    lengths = "".join(f"{number in (1, 19):04b}" for number in range(20))
    zeros = [f"1{number - 11:07b}" for number in (65, 138, 53, 135, 11)]
    table = f"{zeros[0]}0{zeros[1]}{zeros[2]}0{zeros[3]}{zeros[4]}"
    bits = f"00{lengths}{table}" + f"1{0x86:08b}{14 - 7:08b}{code}" * count
    octets_packed = -(-len(bits) // 8)
    packed = int(bits.ljust(8 * octets_packed, "0"), 2).to_bytes(octets_packed, "big")
    fields = struct.pack("<IIBIIBBHI", len(packed), 1_000, 3, 0, 0x5D750000, 29, 0x33, 1, 0o100644)
    return b"Rar!\x1a\x07\0" + _rar_block(0x73, 0, b"\0" * 6) + _rar_block(0x74, 0x8000, fields + b"a", packed)


def rar_volume(name: str, piece: bytes, whole: bytes, *, is_first: bool, is_last: bool) -> bytes:
    """One volume of a rar 4 archive whose one stored member is cut."""
    out = b"Rar!\x1a\x07\0" + _rar_block(0x73, 0x11 | (0x100 if is_first else 0), b"\0" * 6)
    flags = 0x8000 | (0 if is_first else 1) | (0 if is_last else 2)
    checksum = zlib.crc32(whole if is_last else piece)
    fields = struct.pack("<IIBIIBBHI", len(piece), len(whole), 3, checksum, 0x5D750000, 20, 0x30, len(name), 0o100644)
    out += _rar_block(0x74, flags, fields + name.encode("ascii"), piece)
    return out + _rar_block(0x7B, 0x4000 | (not is_last), b"")


def _rar5_block(body: bytes) -> bytes:
    sized = bytes((len(body),)) + body
    return struct.pack("<I", zlib.crc32(sized)) + sized


def rar5_piece(number: int, name: str, piece: bytes, whole: bytes, *, is_last: bool) -> bytes:
    """One volume of a rar 5 archive whose one stored member, under 128 octets, is cut; `number` counts from 0."""
    out = b"Rar!\x1a\x07\x01\0" + _rar5_block(b"\x01\0" + (b"\x01" if number == 0 else bytes((3, number))))
    flags = 2 | (8 if number else 0) | (0 if is_last else 0x10)
    checksum = struct.pack("<I", zlib.crc32(whole if is_last else piece))
    body = (
        bytes((2, flags, len(piece), 4, len(whole), 0x20)) + checksum + bytes((0, 1, len(name))) + name.encode("ascii")
    )
    return out + _rar5_block(body) + piece + _rar5_block(bytes((5, 0, not is_last)))


def rar5_volume() -> bytes:
    """The head of a rar 5 archive in several files: the main header carries the volume flag."""
    head = b"\x01\0\x01"
    return b"Rar!\x1a\x07\x01\0" + struct.pack("<I", zlib.crc32(b"\x03" + head)) + b"\x03" + head + b"\0" * 40


def cab(*members: tuple[str, bytes]) -> bytes:
    """A cabinet with one uncompressed folder."""
    data = b"".join(octets for _, octets in members)
    files, offset = b"", 0
    for name, octets in members:
        files += struct.pack("<IIHHHH", len(octets), offset, 0, 0x5D75, 0x4800, 0x20) + name.encode("ascii") + b"\0"
        offset += len(octets)
    first_data = 36 + 8 + len(files)
    body = struct.pack("<IHH", first_data, 1, 0) + files + struct.pack("<IHH", 0, len(data), len(data)) + data
    return (
        b"MSCF\0\0\0\0" + struct.pack("<IIIIBBHHHHH", 36 + len(body), 0, 44, 0, 3, 1, 1, len(members), 0, 1, 0) + body
    )


def _both(number: int, size: str = "I") -> bytes:
    return struct.pack(f"<{size}", number) + struct.pack(f">{size}", number)


def _record(name: bytes, sector: int, size: int, *, is_folder: bool = False) -> bytes:
    record = b"\0" + _both(sector) + _both(size) + b"\x7e\x0b\x15\x09\0\0\x1c" + (b"\x02" if is_folder else b"\0")
    record += b"\0\0" + _both(1, "H") + bytes((len(name),)) + name + (b"" if len(name) % 2 else b"\0")
    return bytes((len(record) + 1,)) + record


def iso(*members: tuple[str, bytes]) -> bytes:
    """An optical disc image (ECMA-119) with files in its root."""
    folder = _record(b"\0", 21, _SECTOR, is_folder=True) + _record(b"\1", 21, _SECTOR, is_folder=True)
    data, sector = b"", 22
    for name, octets in members:
        folder += _record(name.encode("ascii") + b";1", sector, len(octets))
        padded = octets.ljust(-(-len(octets) // _SECTOR) * _SECTOR, b"\0")
        data, sector = data + padded, sector + len(padded) // _SECTOR
    volume = b"\x01CD001\x01\0" + b" " * 64 + b"\0" * 8 + _both(sector) + b"\0" * 32
    volume += (
        _both(1, "H")
        + _both(1, "H")
        + _both(_SECTOR, "H")
        + _both(10)
        + struct.pack("<II", 19, 0)
        + struct.pack(">II", 20, 0)
    )
    volume += _record(b"\0", 21, _SECTOR, is_folder=True)
    volume = volume.ljust(881, b" ") + b"\x01"
    end = b"\xffCD001\x01"
    tables = struct.pack("<BBIH", 1, 0, 21, 1), struct.pack(">BBIH", 1, 0, 21, 1)
    sectors = (volume, end, b"", *tables, folder)
    return (
        b"\0" * (16 * _SECTOR) + b"".join(one.ljust(_SECTOR, b"\0") for one in sectors) + data.ljust(8 * _SECTOR, b"\0")
    )
