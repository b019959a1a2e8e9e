"""TNEF: files with their long names, messages inside, bodies of every form, damage."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.containers.tnef import read_tnef, read_tnef_text
from gateway.read.notes import Notes
from tests.corpus.compose import tnef
from tests.corpus.crafted import CRAFTED, attribute, listed, winmail


def test_tnef_lists_its_files() -> None:
    """Titles and data of a winmail.dat; one that breaks off is malformed."""
    octets = tnef(("a.doc", b"x"), ("b.pdf", b"yy"))
    entries = read_tnef(octets, Notes(DEFAULT_BUDGET)) or []

    assert [(entry.name, octets[slice(*entry.packed)]) for entry in entries] == [(b"a.doc", b"x"), (b"b.pdf", b"yy")]
    assert read_tnef(octets[:-3], Notes(DEFAULT_BUDGET)) is None


def test_long_names_stand_among_the_properties() -> None:
    """The long name wins over the title; a message inside begins behind the identifier of its interface."""
    ((_, named),), ((_, nested),) = CRAFTED["tnef_long_name"], CRAFTED["tnef_message_inside"]
    entries = read_tnef(named, Notes(DEFAULT_BUDGET)) or []
    inside = read_tnef(nested, Notes(DEFAULT_BUDGET)) or []

    assert [entry.name for entry in entries] == [b"cong van tap mot hai ba bon nam.exe"]
    assert [nested[entry.packed[0] :][:4] for entry in inside] == [b"\x78\x9f\x3e\x22"]


def test_bodies_of_every_form_are_found() -> None:
    """Plain, HTML and rich text; UTF-16 is told by its type."""
    wide = "mật".encode("utf-16-le")
    octets = winmail(
        attribute(0x00069003, listed((0x102, 0x1013, b"<p>"), (0x1F, 0x1000, wide), (0x102, 0x1009, b"r")))
    )

    assert read_tnef_text(octets, 100) == ("mật".encode(), b"<p>", b"r")


def test_files_are_bounded() -> None:
    """More files than the budget has entries are an overrun."""
    notes = Notes(Budget(container_entries=3))

    assert len(read_tnef(tnef(*((f"{number}", b"x") for number in range(9))), notes) or []) == 3
    assert notes.overruns == {"container_entries"}


def test_endless_lists_end() -> None:
    """Counts of thousands of millions are followed no further than what is there."""
    octets = winmail(attribute(0x00069003, b"\xff\xff\xff\xff" + b"\x03\x10\x00\x30\xff\xff\xff\xff" * 50))

    assert read_tnef_text(octets, 100) == (b"", b"", b"")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 400), st.binary(max_size=12))
def test_damaged_lists_never_raise(at: int, patch: bytes) -> None:
    """Patched attributes give files and bodies, or an end."""
    for name in ("tnef_long_name", "tnef_message_inside", "tnef_rich_body"):
        ((_, octets),) = CRAFTED[name]
        at %= len(octets)
        damaged = octets[:at] + patch + octets[at + len(patch) :]
        read_tnef(damaged, Notes(DEFAULT_BUDGET))
        read_tnef_text(damaged, 1_000)
