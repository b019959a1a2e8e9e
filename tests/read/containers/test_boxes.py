"""Disc images, cabinets and rar 5 archives as honest programs write them, and as files that break readers are laid out."""

from __future__ import annotations

import os
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.clock import Clock
from gateway.read.containers.libarchive import is_available, unpack_all
from gateway.read.containers.members import Container
from gateway.read.containers.unpacked import ArchiveFault
from gateway.read.kinds import sniff
from gateway.read.notes import Notes
from tests.corpus import boxes
from tests.corpus.archives import cab, iso, rar, rar_of_filters
from tests.corpus.bombs import as_file
from tests.corpus.boxes import Node, Packed, cabinet, disc, folder, mszip, rar5, rar5_file, volume
from tests.support.real_worker import read_each

needs_library = pytest.mark.skipif(not is_available(), reason="Debian package libarchive13 is missing")
TEXT = b"bao cao thang 11 " * 6_000
ONE = mszip(b"mot hai ba")


def read(octets: bytes) -> tuple[dict[str, bytes | str | None], str]:
    """Names of the members with their octets, or with the reason, and the reason of the whole."""
    container = Container(octets, sniff(octets), Notes(DEFAULT_BUDGET))
    members = {one.name.name: one.octets if one.octets is not None else one.uninspectable for one in container}
    return members, container.uninspectable


@pytest.mark.parametrize(
    ("octets", "members"),
    [
        (iso(("A.TXT", b"mot")), {"A.TXT": b"mot"}),
        (boxes.two_trees(), {"Báo cáo tháng 11.txt": b"mot", "ONLY.TXT": b"chi1"}),
        (boxes.unix_disc(), {"bao cao thang 11.txt": b"mot", "b.html": b"hai", "C.TXT": b"ba"}),
        (disc(volume(18), boxes.END, folder(18)), {}),
        (
            disc(volume(18), boxes.END, folder(18, Node(b"A.;1", 19, 2_049)), b"x" * 2_048, b"y"),
            {"A": b"x" * 2_048 + b"y"},
        ),
        (
            disc(
                volume(18),
                boxes.END,
                folder(18, Node(b"A.;1", 19, 2_048, 0x80), Node(b"A.;1", 20, 1)),
                b"x" * 2_048,
                b"y",
            ),
            {"A": b"x" * 2_048 + b"y"},
        ),
    ],
    ids=["plain", "Joliet", "Rock Ridge", "empty", "two sectors", "two extents"],
)
def test_discs_are_read_under_the_names_people_see(octets, members):
    """What only one of the trees knows is read as well."""
    assert read(octets) == (members, "")


@pytest.mark.parametrize(
    ("octets", "members", "reason"),
    [
        (boxes.circle_of_names(), {"A.TXT": b"mot"}, ""),
        (boxes.circle_of_folders(), {"T.TXT": b"mot"}, ""),
        (boxes.blank_folders(), {}, "over_budget"),
        (disc(volume(18), boxes.END, folder(18, Node(b"A.;1", 19, 9_000)), b"x"), {"A": "malformed"}, ""),
        (
            disc(volume(18), boxes.END, folder(18, Node(b"A.;1", 19, 2_048, 0x80), Node(b"A.;1", 21, 1)), b"x", b"z", b"y"),
            {"A": "unsupported"}, "",
        ),
        (disc(volume(18), boxes.END, folder(18, Node(b"A.;1", 19, 1, before=1)), b"x", b"y"), {"A": "unsupported"}, ""),
        (disc(volume(18), boxes.END, folder(18, Node(b"A.;1", 19, 9, woven=b"\1\1")), b"x", b"y"), {"A": "unsupported"}, ""),
        (
            disc(volume(18), boxes.END, folder(18, Node(b"A", 19, 2_048, 2, before=1)), folder(19), folder(20)),
            {"A": "unsupported"}, "",
        ),
        (disc(volume(18), boxes.END, folder(18, Node(b"A.;1", 19, 3, 0, b"ZF\x10\x01" + bytes(12)), own=boxes.SUSP), b"x"), {"A": "unsupported"}, ""),
        (disc(volume(18, 99_999), boxes.END, folder(18, Node(b"A.;1", 19, 1)), b"x"), {"A": b"x", "": "malformed"}, ""),
        (disc(volume(99_999)), {"": "malformed"}, ""),
        (disc(boxes.END), {}, "malformed"),
    ],
    ids=["names", "folders", "blank folders", "cut file", "extents apart", "attributes before", "woven", "folder behind attributes", "packed", "cut folder", "no root", "no tree"],
)  # fmt: skip
def test_discs_that_lead_in_circles_or_break_off_end_as_facts(octets, members, reason):
    """Nothing is gone over twice, and what is not there is said to be broken."""
    found, why = read(octets)

    assert {name: octets for name, octets in found.items() if octets != b""} == members
    assert why == reason


@pytest.mark.parametrize(
    ("octets", "members"),
    [
        (cab(("a.txt", b"mot"), ("b.txt", b"hai")), {"a.txt": b"mot", "b.txt": b"hai"}),
        (cabinet([(b"a.txt", len(TEXT), 0, 0)], mszip(TEXT)), {"a.txt": TEXT}),
        (cabinet([(b"a.txt", 3, 0, 0), (b"b.txt", 3, 4, 0)], ONE, reserve=4), {"a.txt": b"mot", "b.txt": b"hai"}),
        (cabinet([("Công văn.txt".encode(), 3, 0, 0)], ONE, attributes=0xA0), {"Công văn.txt": b"mot"}),
        (cabinet([(b"muc\\a.txt", 3, 0, 0)], ONE), {"a.txt": b"mot"}),
        (cabinet([(b"a.txt", 0, 0, 0)], []), {"a.txt": b""}),
    ],
    ids=["stored", "packed", "reserved fields", "UTF-8", "a path", "empty"],
)
def test_cabinets_are_unpacked(octets, members):
    """As makecab and Windows write them."""
    assert read(octets) == (members, "")


@pytest.mark.parametrize(
    ("octets", "members", "reason"),
    [
        (cabinet([(b"a.txt", 3, 0, 0)], ONE, method=0x1503), {"a.txt": "unsupported"}, ""),
        (cabinet([(b"a.txt", 3, 0, 0)], ONE, method=0x1502), {"a.txt": "unsupported"}, ""),
        (cabinet([(b"a.txt", 3, 0, 0xFFFD), (b"b.txt", 3, 0, 0)], ONE, flags=1), {"a.txt": "split", "b.txt": b"mot"}, "split"),
        (cabinet([(b"a.txt", 3, 0, 9)], ONE), {"a.txt": "malformed"}, ""),
        (cabinet([(b"a.txt", 300, 0, 0)], ONE), {"a.txt": "malformed"}, ""),
        (cabinet([(b"a.txt", 3, 0, 0)], [Packed(b"CK" + b"\xff" * 9, 10)]), {"a.txt": "malformed"}, ""),
        (cabinet([(b"a.txt", 3, 0, 0)], [Packed(b"xx" + ONE[0].octets[2:], 10)]), {"a.txt": "malformed"}, ""),
        (cabinet([(b"a.txt", 3, 0, 0)], [Packed(ONE[0].octets, 65_535)]), {"a.txt": "malformed"}, ""),
        (cabinet([(b"a.txt", 3, 0, 0)], ONE)[:-4], {"a.txt": "malformed"}, ""),
        (cabinet([(b"a.txt", 3, 0, 0)], ONE)[:50], {}, "malformed"),
        (cabinet([(b"a" * 400, 3, 0, 0)], ONE), {}, "malformed"),
        (cabinet([(b"a%d" % number, 3, 0, 0) for number in range(1_100)], ONE), None, "over_budget"),
        (cabinet([(b"a%d" % number, 30_000, number, 0) for number in range(300)], mszip(TEXT * 80)), None, ""),
    ],
    ids=[
        "LZX", "Quantum", "piece", "no such folder", "past the end", "damaged", "no MSZIP", "too large a block", "cut data",
        "cut head", "endless name", "many", "overlapping",
    ],
)  # fmt: skip
def test_cabinets_that_break_readers_are_facts(octets, members, reason):
    """Sizes, places and counts are believed of nobody."""
    found, why = read(octets)

    assert why == reason
    assert members is None or found == members


@needs_library
@pytest.mark.parametrize(
    ("octets", "members"),
    [
        (rar5(rar5_file("a.txt", b"mot"), rar5_file("b.txt", b"hai")), {"a.txt": b"mot", "b.txt": b"hai"}),
        (
            rar5(rar5_file("a.txt", b"mot", window=5), rar5_file("b.txt", b"hai", window=3), rar5_file("c.txt", b"ba", window=9)),
            {"a.txt": b"mot", "b.txt": b"hai", "c.txt": b"ba"},
        ),
        (
            rar5(rar5_file("a.txt", b"mot"), rar5_file("muc", b"", flags=1), rar5_file("muc/b.txt", b"hai", is_solid=True), is_solid=True),
            {"a.txt": b"mot", "b.txt": b"hai"},
        ),
        (rar5(rar5_file("Công văn.txt", b"mot"), boxes.rar5_block(b"\x03\x02\x03\x08\0\0\0\0\0") + b"CMT"), {"Công văn.txt": b"mot"}),
        (rar5(rar5_file("a.txt", b"mot"), rar5_file("b.txt", b"", extra=boxes.RAR5_LINK)), {"a.txt": b"mot"}),
        (rar5(rar5_file("a.txt", b"mot"), rar5_file("b.txt", b"hai", extra=boxes.RAR5_ENCRYPTED), rar5_file("c.txt", b"ba")),
         {"a.txt": b"mot", "b.txt": "encrypted", "c.txt": b"ba"}),
    ],
    ids=["two", "windows of three sizes", "solid around a folder", "comment", "link", "one under a password"],
)  # fmt: skip
def test_rar_files_are_handed_over_one_by_one(octets, members):
    """Each by itself, or with those whose data it continues."""
    assert read(octets) == (members, "")


@needs_library
@pytest.mark.parametrize(
    ("octets", "members", "reason"),
    [
        (
            rar5(rar5_file("0", b"x"), rar5_file("a", b"mot", window=1, method=3), rar5_file("b", b"hai", window=6, method=3, is_solid=True)),
            {"0": b"x", "a": "unsupported"}, "malformed",
        ),
        (rar5(rar5_file("a.txt", b"mot"), boxes.rar5_block(b"\x02\x02", is_sound=False)), {"a.txt": b"mot"}, "malformed"),
        (rar5(rar5_file("a.txt", b"mot"), boxes.rar5_block(b"\x04\0\0\0\0")), {"a.txt": b"mot"}, "encrypted"),
        (rar5(rar5_file("a.txt", b"mot", size=90), rar5_file("b.txt", b"hai")), {"a.txt": "malformed", "b.txt": b"hai"}, ""),
        (rar5(rar5_file("a.txt", b"mot", extra=boxes.RAR5_ENCRYPTED), rar5_file("b.txt", b"hai", is_solid=True)),
         {"a.txt": "encrypted", "b.txt": b"hai"}, ""),
        (rar5(rar5_file("a", b"mot", method=3, extra=boxes.RAR5_ENCRYPTED), rar5_file("b", b"hai", method=3, is_solid=True)),
         {"a": "encrypted", "b": "encrypted"}, ""),
        (rar5(rar5_file("a.txt", b"mot"), rar5_file("b.txt", b"hai", extra=boxes.RAR5_LINK_OF_NO_KIND)),
         {"a.txt": b"mot", "b.txt": "malformed"}, ""),
        (rar5(*(rar5_file(f"{number}", b"x") for number in range(1_100))), None, "over_budget"),
        (rar5(*(rar5_file(f"{number}", b"", flags=1) for number in range(1_100))), None, "over_budget"),
    ],
    ids=["windows that differ", "wrong checksum", "sealed", "size that is none", "stored behind a password",
        "solid behind a password", "link of no kind", "many", "folders"],
)  # fmt: skip
def test_rar_files_that_break_readers_are_facts(octets, members, reason):
    """What came before the damage is read, and what is left out is named."""
    found, why = read(octets)

    assert why == reason
    assert members is None or found == members


@needs_library
def test_a_dictionary_beyond_reason_is_over_budget_in_a_real_worker():
    """An honest one of 64 MB is granted to any archive; what claims a gigabyte unpacks nowhere on this host."""
    claims = {octets: as_file(boxes.seven_zip_wanting(octets)) for octets in (1 << 26, 1 << 30)}
    answers = [answer for _, answer in read_each((str(octets), mail) for octets, mail in claims.items())]

    assert [(answer["words"], answer["grown_mb"] < 200) for answer in answers] == [([], True), (["over_budget"], True)]


@needs_library
def test_filters_that_fill_all_memory_again_and_again_end_when_the_time_is_spent():
    """Sixteen octets of a rar 4 archive take a tenth of a second: there the clock is asked while the library works."""
    ((_, answer),) = read_each([("rar", as_file(rar_of_filters(5_000, 100_000_000), b"a.rar"))])

    assert ["cpu_milliseconds", "over_budget"] == answer["words"]
    assert 2.0 > answer["cpu_s"]


@needs_library
def test_library_that_left_no_memory_for_the_clock_gets_nothing_more():
    """An exception in what the library calls would leave it a length of chance; so it ends, and for its own reason."""
    asked = iter([0.0])

    def now():
        for time_s in asked:
            return time_s
        raise MemoryError

    with pytest.raises(ArchiveFault, match="over_budget"):
        list(unpack_all(rar(("a.txt", b"x" * 1_000)), "rar", Notes(DEFAULT_BUDGET, Clock(now, 1.0))))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damaged_boxes_never_raise(data: st.DataObject) -> None:
    """Whatever octets change, unpacking ends with facts. Of rar only the headers: the library has its own tests."""
    octets = bytearray(
        data.draw(
            st.sampled_from([boxes.two_trees(), boxes.unix_disc(), cabinet([(b"a.txt", 3, 0, 0)], ONE, reserve=4)])
        )
    )
    kind = sniff(bytes(octets))
    first = 0 if kind == "cab" else 16 * boxes.SECTOR
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(first, len(octets) - 1))
        width = data.draw(st.sampled_from([1, 2, 4]))
        octets[at : at + width] = struct.pack("<I", data.draw(st.integers(0, 2**32 - 1)))[:width]
    notes = Notes(DEFAULT_BUDGET)
    for member in Container(bytes(octets[: data.draw(st.integers(first, len(octets)))]), kind, notes):
        assert (member.octets is None) == bool(member.uninspectable)
    assert notes.container_octets >= 0


def test_random_octets_behind_a_signature_are_facts():
    """Nothing of them is believed."""
    for head, kind in ((b"MSCF\0\0\0\0", "cab"), (b"Rar!\x1a\x07\x01\0", "rar")):
        for _ in range(200):
            list(Container(head + os.urandom(200), kind, Notes(DEFAULT_BUDGET)))
