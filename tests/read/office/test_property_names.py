"""Document properties: what the user named stands behind that name; what programs count stands nowhere."""

from __future__ import annotations

import struct

import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.containers.ole import CompoundFile
from gateway.read.notes import Notes
from gateway.read.office.packages import read_office
from gateway.read.office.properties import read_properties
from tests.corpus.compose import archive, docx
from tests.corpus.ole import compound

CUSTOM = (
    "<Properties xmlns:vt='v'><property name='Độ mật' pid='2'><vt:lpwstr>Mật</vt:lpwstr></property>"
    "<property name='Người soạn' pid='3'><vt:lpwstr>Mật</vt:lpwstr></property>"
    "<property name='Trang' pid='4'><vt:i4>3</vt:i4></property></Properties>"
)
COUNTED = "<Properties xmlns:vt='v'><Manager>Mật</Manager><TitlesOfParts><vt:vector><vt:lpstr>Mật</vt:lpstr></vt:vector></TitlesOfParts></Properties>"


def test_own_properties_of_a_package() -> None:
    """Each with its name; headings, sheets and persons a program counts are none."""
    octets = docx("x", ("docProps/custom.xml", CUSTOM.encode()), ("docProps/app.xml", COUNTED.encode()))

    assert read_office(octets, "docx", 100, Notes(DEFAULT_BUDGET)).properties == ("Độ mật: Mật", "Người soạn: Mật")


def test_own_properties_of_an_open_document() -> None:
    """`meta:user-defined` names them by an attribute."""
    meta = "<m xmlns:meta='m'><dc:title xmlns:dc='d'>Kế hoạch</dc:title><meta:user-defined meta:name='Độ mật'>Mật</meta:user-defined></m>"
    octets = archive(
        ("mimetype", b"application/vnd.oasis.opendocument.text"), ("meta.xml", meta.encode()), ("content.xml", b"<a/>")
    )

    assert read_office(octets, "odt", 100, Notes(DEFAULT_BUDGET)).properties == ("Kế hoạch", "Độ mật: Mật")


def property_set(names: dict[int, str], values: dict[int, str], *, is_wide: bool) -> bytes:
    """A stream whose second set holds these properties of the user's own ([MS-OLEPS] sections 2.17, 2.21)."""
    dictionary = struct.pack("<I", len(names))
    for number, name in names.items():
        raw = (name + "\0").encode("utf-16-le" if is_wide else "utf-8")
        length = len(name) + 1 if is_wide else len(raw)
        dictionary += struct.pack("<II", number, length) + (raw.ljust(-(-len(raw) // 4) * 4, b"\0") if is_wide else raw)
    bodies = {0: dictionary, 1: struct.pack("<IHH", 2, 1200 if is_wide else 65001, 0)}
    for number, text in values.items():
        raw = (text + "\0").encode("utf-16-le")
        bodies[number] = struct.pack("<II", 0x1F, len(text) + 1) + raw
    heads, rest = b"", b""
    for number, body in bodies.items():
        heads += struct.pack("<II", number, 8 + 8 * len(bodies) + len(rest))
        rest += body.ljust(-(-len(body) // 4) * 4, b"\0")
    own = struct.pack("<II", 8 + len(heads) + len(rest), len(bodies)) + heads + rest
    first = struct.pack("<II", 8, 0)
    head = b"\xfe\xff\0\0" + b"\0" * 20 + struct.pack("<I", 2)
    return head + b"\0" * 16 + struct.pack("<I", 68) + b"\0" * 16 + struct.pack("<I", 68 + len(first)) + first + own


@pytest.mark.parametrize("is_wide", [True, False])
def test_own_properties_of_an_old_file(*, is_wide: bool) -> None:
    """Names come from the dictionary, in either form; what it does not name stands alone."""
    octets = property_set({2: "Độ mật", 3: "Người soạn"}, {2: "Mật", 3: "Văn thư", 4: "x"}, is_wide=is_wide)
    file = CompoundFile(compound({"WordDocument": b"x", "\x05DocumentSummaryInformation": octets}))

    assert read_properties(file) == ("Độ mật: Mật", "Người soạn: Văn thư", "x")
    cut = CompoundFile(compound({"WordDocument": b"x", "\x05DocumentSummaryInformation": octets[:150]}))
    assert len(read_properties(cut)) <= 3
