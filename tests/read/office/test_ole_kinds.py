"""The kind of a compound file is that of its root; objects inside say nothing of the whole."""

from __future__ import annotations

import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.containers.ole import CompoundFile
from gateway.read.kinds import sniff
from gateway.read.notes import Notes
from gateway.read.office.old_office import read_old_office
from tests.corpus.ole import compound, word_streams

WORD = dict.fromkeys(("WordDocument", "1Table"), b"x")
CLASS_OF_EXCEL = bytes.fromhex("2008020000000000c000000000000046")
CLASS_OF_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")


def with_class(octets: bytes, named: bytes) -> bytes:
    """Name the class of the root entry, which the first sector of the directory begins with."""
    at = octets.index("Root Entry".encode("utf-16-le"))
    return octets[: at + 80] + named + octets[at + 96 :]


@pytest.mark.parametrize(
    ("streams", "kind"),
    [
        (WORD, "doc"),
        ({"worddocument": b"x", "1TABLE": b"x"}, "doc"),
        ({"WORKBOOK": b"x"}, "xls"),
        ({"powerpoint document": b"x"}, "ppt"),
        ({"Workbook": b"x", "MBD0001/WordDocument": b"x"}, "xls"),
        ({"WordDocument": b"x", "ObjectPool/_1/Workbook": b"x"}, "doc"),
        ({"PowerPoint Document": b"x", "Inside/WordDocument": b"x"}, "ppt"),
        ({"VisioDocument": b"x", "Inside/WordDocument": b"x"}, "ole"),
        ({"__properties_version1.0": b"x", "__attach_version1.0_#00000000/WordDocument": b"x"}, "msg"),
    ],
)
def test_the_root_tells_the_kind(streams: dict[str, bytes], kind: str) -> None:
    """Names are compared without case ([MS-CFB] section 2.6.4)."""
    assert sniff(compound(streams)) == kind


def test_the_class_tells_between_programs() -> None:
    """Where the root holds the streams of two, and of an installer, which has none of theirs."""
    both = compound({"WordDocument": b"x", "Workbook": b"x"})

    assert sniff(both) == "doc"
    assert sniff(with_class(both, CLASS_OF_EXCEL)) == "xls"
    assert sniff(with_class(compound({"a": b"x"}), CLASS_OF_INSTALLER)) == "executable"
    assert sniff(with_class(compound({"WordDocument": b"x"}), CLASS_OF_INSTALLER)) == "doc"


def test_streams_are_read_whatever_their_case() -> None:
    """A text whose streams are written in small letters is text all the same."""
    octets = compound({name.lower(): one for name, one in word_streams("Số: 15/QĐ-SA\r").items()})

    assert read_old_office(CompoundFile(octets), "doc", 1_000, Notes(DEFAULT_BUDGET)).text == "Số: 15/QĐ-SA\n"


def test_the_text_of_the_other_program_is_an_aside() -> None:
    """A second document in the root is read as well: either program opens its own."""
    octets = compound({**word_streams("TUYỆT MẬT\r"), "Workbook": b"x"})

    assert "TUYỆT MẬT\n" in read_old_office(CompoundFile(octets), "xls", 1_000, Notes(DEFAULT_BUDGET)).asides
