"""Kinds without a text to read, and what systems leave behind; letters that begin like them stay letters."""

from __future__ import annotations

import struct

import pytest

from gateway.read.closed import closed_content
from gateway.read.containers.members import reason_by_name
from gateway.read.kinds import sniff
from gateway.read.office.dbase import read_dbase
from tests.corpus.compose import archive
from tests.corpus.ole import compound

APPLE_DOUBLE = b"\0\x05\x16\x07\0\x02\0\0Mac OS X        \0\x02\0\0\0\x09\0\0\0\x32\0\0\0\xb0\0\0\0\x02" + b"\0" * 200
APPLE_SINGLE_OF_DATA = b"\0\x05\x16\x07\0\x02\0\0" + b"\0" * 16 + b"\0\x01\0\0\0\x01\0\0\0\x26\0\0\0\x05MATAB"
BEHIND = b"\0\1\2\3" * 64
NO_TEXT = {
    "mp3 with a tag": (b"ID3\x04\0\0\0\0\0\x21" + BEHIND, "audio"),
    "mp3": (b"\xff\xfb\x90\x64\0" + BEHIND, "audio"),
    "wav": (b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0" + BEHIND, "audio"),
    "ogg": (b"OggS\0\2" + BEHIND, "audio"),
    "flac": (b"fLaC\0\0\0\x22" + BEHIND, "audio"),
    "amr of a telephone": (b"#!AMR\n\x3c" + BEHIND, "audio"),
    "m4a of a telephone": (b"\0\0\0\x20ftypM4A \0\0\0\0" + BEHIND, "audio"),
    "mp4": (b"\0\0\0\x20ftypisom\0\0\2\0" + BEHIND, "video"),
    "mov": (b"\0\0\0\x14ftypqt  \0\0\0\0" + BEHIND, "video"),
    "avi": (b"RIFF\x24\0\0\0AVI LIST" + BEHIND, "video"),
    "mkv": (b"\x1a\x45\xdf\xa3\x01\0\0\0" + BEHIND, "video"),
    "wmv": (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + BEHIND, "video"),
    "mpeg": (b"\0\0\1\xba\x44\0" + BEHIND, "video"),
    "dwg": (b"AC1027\0\0\0\0" + BEHIND, "drawing"),
    "dxf, binary": (b"AutoCAD Binary DXF\r\n\x1a\0\0SECTION\0" + BEHIND, "drawing"),
    "dgn": (b"\x08\x09\xfe\x02" + BEHIND, "drawing"),
    "rvt": (compound({"BasicFileInfo": b"x", "Formats/Latest": b"x"}), "drawing"),
    "shp": (b"\0\0\x27\x0a" + b"\0" * 20 + b"\0\0\0\x32\xe8\x03\0\0\5\0\0\0" + BEHIND, "geodata"),
    "mbtiles": (b"SQLite format 3\0" + b"\x10\0\1\1\0\x40\x20\x20" + b"\0" * 44 + b"MPBX" + BEHIND, "geodata"),
    "mbtiles without id": (b"SQLite format 3\0" + BEHIND + b"CREATE TABLE tiles (zoom_level integer)", "geodata"),
    "ttf": (b"\0\1\0\0\0\x0f\0\x80\0\3\0\x70GDEF" + BEHIND, "font"),
    "otf": (b"OTTO\0\x0b\0\x80" + BEHIND, "font"),
    "woff2": (b"wOF2\0\1\0\0" + BEHIND, "font"),
    "glb": (b"glTF\2\0\0\0" + BEHIND, "model"),
    "stl": (b"solid of a program".ljust(80, b"\0") + struct.pack("<I", 2) + b"\1" * 100, "model"),
    "ico": (b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0" + BEHIND, "icon"),
    "p12": (b"\x30\x82\x0a\x12\x02\1\3\x30\x82\x09\xd8\x06\x09\x2a\x86\x48\x86\xf7\x0d\1\7\1" + BEHIND, "keystore"),
    "small p12": (b"\x30\x80\x02\1\3\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\1\7\1" + BEHIND, "keystore"),
    "jks": (b"\xfe\xed\xfe\xed\0\0\0\2" + BEHIND, "keystore"),
    "cer": (b"\x30\x82\x03\x10\x30\x82\x01\xf8\xa0\3\2\1\2\2\x14" + BEHIND, "certificate"),
    "crl": (b"\x30\x82\x03\x10\x30\x82\x01\xf8\2\1\1\x30\x0d" + BEHIND, "certificate"),
}
LEFTOVERS = {
    "._a.pdf": APPLE_DOUBLE,
    ".DS_Store": b"\0\0\0\1Bud1\0\0\x10\0" + BEHIND,
    "._b.pdf": b"\0\x05\x16\x07\0\x02\0\0" + b"\0" * 100,
    "Thumbs.db": compound({"Catalog": b"x", "1": b"x", "256_0123456789abcdef": b"x"}),
    "thumbcache_96.db": b"CMMM\x20\0\0\0" + BEHIND,
}
LETTERS = [
    "OTTO gửi anh báo cáo", "ID3 là thẻ tên bài hát", "AC1015 là phiên bản bản vẽ", "RIFF và WAVE", "MThd", "BLENDER-v2",
    "0 SECTION 2 HEADER", "Kính gửi: Sở A", "glTF là định dạng", "SQLite format 3 là gì", "GRIB", "free và wide", "~$",
]  # fmt: skip


@pytest.mark.parametrize("name", NO_TEXT)
def test_files_without_text_say_so(name: str) -> None:
    """They are named by content, and not called broken, encrypted or unsupported."""
    octets, kind = NO_TEXT[name]

    assert sniff(octets) == kind
    assert closed_content(octets, kind).uninspectable == "no_text_format"
    assert not closed_content(octets, kind).is_encrypted


@pytest.mark.parametrize("name", LEFTOVERS)
def test_leftovers_are_known(name: str) -> None:
    """What a system wrote beside people's files is neither a document nor a fault."""
    assert sniff(LEFTOVERS[name]) == "leftover"
    assert closed_content(LEFTOVERS[name], "leftover").uninspectable == "leftover"


@pytest.mark.parametrize("text", LETTERS)
def test_letters_that_begin_like_them_stay_letters(text: str) -> None:
    """A mark of printable characters counts only where the rest is no text."""
    assert sniff(text.encode()) == "text"


def test_what_holds_data_is_no_leftover() -> None:
    """A fork with the data of a file, a plain database, and a document of that name are read or stay unread."""
    assert sniff(APPLE_SINGLE_OF_DATA) == "unknown"
    assert sniff(b"SQLite format 3\0" + BEHIND) == "database"
    assert closed_content(b"", "database").uninspectable == "unsupported"
    assert sniff(compound({"Catalog": b"x", "WordDocument": b"x"})) == "doc"
    assert sniff(compound({"Catalog": b"x", "Daten": b"x"})) == "ole"


def test_a_lock_of_word_is_told_by_name_and_size() -> None:
    """`~$` before a name, and too small to hold more than who opened the file."""
    assert reason_by_name("~$o cao.docx", "unknown", 162, "unsupported") == "leftover"
    assert reason_by_name("~$o cao.docx", "unknown", 20_000, "unsupported") == "unsupported"
    assert reason_by_name("~$o cao.docx", "docx", 162, "") == ""
    assert reason_by_name("bao cao.docx", "unknown", 162, "unsupported") == "unsupported"
    assert reason_by_name("Thumbs.db", "ole", 9_000, "unsupported") == "leftover"
    assert reason_by_name("Thumbs.db", "zip", 9_000, "encrypted") == "encrypted"
    assert reason_by_name("a.zip.001", "unknown", 162, "unsupported") == "split"


def test_an_archive_behind_a_film_is_found() -> None:
    """Programs for archives open such a file from its end."""
    film = b"\0\0\0\x20ftypisom\0\0\2\0" + BEHIND

    assert sniff(film + archive(("a.txt", b"x"))) in ("zip", "video")


def dbase(fields: dict[str, int], *rows: str) -> bytes:
    """A dBASE III file of text fields; rows are padded cells joined."""
    head = 33 + 32 * len(fields)
    octets = struct.pack("<B3sIHH20x", 3, b"\x7e\x0b\x17", len(rows), head, 1 + sum(fields.values()))
    octets += b"".join(struct.pack("<11sc4xB15x", name.encode(), b"C", width) for name, width in fields.items())
    return octets + b"\r" + b"".join(b" " + row.encode() for row in rows) + b"\x1a"


def test_the_table_of_a_map_is_read() -> None:
    """Its cells are text, one record a line."""
    octets = dbase({"TEN": 10, "DOMAT": 12}, "Thua 12   Mật       ", "Thua 13   Thuong      ")

    assert sniff(octets) == "dbf"
    assert read_dbase(octets, 1_000) == ("TEN\tDOMAT\nThua 12\tMật\nThua 13\tThuong", "unicode")
    assert read_dbase(octets[:64], 1_000)[0] == "TEN"
