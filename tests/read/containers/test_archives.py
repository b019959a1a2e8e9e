"""Containers: entries, budgets, lies in the directory."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.containers.tar import read_tar
from gateway.read.containers.zips import find_directory, inflate, read_zip, stream, unpack
from gateway.read.notes import Notes
from tests.corpus.compose import archive, encrypted, tar


def contents(octets: bytes, notes: Notes) -> dict[bytes, bytes | None]:
    """Name to unpacked octets of every readable entry."""
    return {
        entry.name: unpack(octets, entry, notes) for entry in read_zip(octets, notes) or [] if not entry.uninspectable
    }


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text("abc/đ", min_size=1, max_size=5), st.binary(max_size=200), max_size=5), st.booleans())
def test_zip_is_read_as_the_library_reads_it(members: dict[str, bytes], is_packed: bool) -> None:
    """Names and data of an archive are those the standard library finds."""
    octets = archive(*members.items(), packed=is_packed)

    assert contents(octets, Notes(DEFAULT_BUDGET)) == {name.encode(): data for name, data in members.items()}


def test_an_archive_behind_other_octets_is_read() -> None:
    """Local offsets count from where the archive begins (self-extracting files)."""
    assert contents(b"MZ" * 100 + archive(("a", b"x")), Notes(DEFAULT_BUDGET)) == {b"a": b"x"}


def test_an_archive_with_a_comment_is_read() -> None:
    """The end record is found before a comment."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as writer:
        writer.writestr("a", b"x")
        writer.comment = b"note"

    assert contents(out.getvalue(), Notes(DEFAULT_BUDGET)) == {b"a": b"x"}


def test_encrypted_entries_say_so() -> None:
    """The encryption bit makes an entry uninspectable, before its data is touched."""
    (entry,) = read_zip(encrypted(archive(("a", b"x"))), Notes(DEFAULT_BUDGET)) or []

    assert entry.uninspectable == "encrypted"


@pytest.mark.parametrize(
    ("budget", "overrun"),
    [
        (Budget(container_ratio=10, container_small_octets=50_000), "container_ratio"),
        (Budget(container_octets=1_000), "container_octets"),
    ],
)
def test_bombs_stop_at_the_budget(budget: Budget, overrun: str) -> None:
    """An entry that inflates past ratio or octets is given up, and which it was is noted."""
    notes = Notes(budget)
    octets = archive(("a", b"\0" * 100_000))

    assert contents(octets, notes) == {b"a": None}
    assert notes.overruns == {overrun}


def test_streams_stop_at_the_budget() -> None:
    """Reading text out of a bomb yields no more than the budget."""
    notes = Notes(Budget(container_octets=1_000))
    octets = archive(("a", b"\0" * 1_000_000))
    (entry,) = read_zip(octets, notes) or []

    assert sum(map(len, stream(octets, entry, notes))) <= 1_000
    assert notes.overruns == {"container_octets"}


def test_octets_are_shared_by_all_entries() -> None:
    """Overlapping entries cannot buy the same budget twice."""
    notes = Notes(Budget(container_octets=1_500, container_ratio=10_000))
    octets = archive(*((str(number), b"\0" * 1_000) for number in range(3)))

    assert [None if data is None else len(data) for data in contents(octets, notes).values()] == [1_000, None, None]


def test_entries_are_bounded() -> None:
    """Entries past the budget are not listed; empty ones count too."""
    notes = Notes(Budget(container_entries=3))
    entries = read_zip(archive(*((str(number), b"") for number in range(9))), notes)

    assert len(entries or ()) == 3
    assert notes.overruns == {"container_entries"}


def test_two_names_of_one_entry_disagree() -> None:
    """A local name that differs from the directory's is noted."""
    notes = Notes(DEFAULT_BUDGET)
    read_zip(archive(("a.pdf", b"x"), packed=False).replace(b"a.pdf", b"a.exe", 1), notes)

    assert notes.ambiguities == {"zip_disagreement"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_programs_list_twice_is_one_file() -> None:
    """A folder or file listed twice, and a path with its slashes the other way, are no disagreement; two contents are."""
    notes = Notes(DEFAULT_BUDGET)
    for entries in ((("d/", b""), ("d/", b"")), (("a.txt", b"x"), ("a.txt", b"x"))):
        read_zip(archive(*entries), notes)
    read_zip(archive(("d/a.txt", b"x"), packed=False).replace(b"d/a.txt", b"d\\a.txt", 1), notes)
    assert notes.ambiguities == set()

    read_zip(archive(("a.txt", b"x"), ("a.txt", b"y")), notes)
    assert notes.ambiguities == {"zip_disagreement"}


def test_gzip_is_inflated_whole_or_not_at_all() -> None:
    """A gzip file yields its data; a cut one yields nothing."""
    octets = gzip.compress(b"mot hai", mtime=0)

    assert inflate(octets, 31, Notes(DEFAULT_BUDGET)) == b"mot hai"
    assert inflate(octets[:-9], 31, Notes(DEFAULT_BUDGET)) is None


def test_tar_lists_its_files() -> None:
    """Names and data of a ustar archive."""
    octets = tar(("a.txt", b"x" * 600), ("b/c", b"y"))
    entries = read_tar(octets, Notes(DEFAULT_BUDGET)) or []

    assert [(entry.name, octets[slice(*entry.packed)]) for entry in entries] == [(b"a.txt", b"x" * 600), (b"b/c", b"y")]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damaged_archives_never_raise(data: st.DataObject) -> None:
    """Whatever octets of an archive change, listing and unpacking end with facts."""
    octets = bytearray(archive(("a.txt", b"mot hai ba"), ("b", b"\0" * 50)))
    for _ in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(octets[: data.draw(st.integers(0, len(octets)))])
    notes = Notes(DEFAULT_BUDGET)
    for entry in read_zip(cut, notes) or []:
        if not entry.uninspectable:
            unpack(cut, entry, notes)
            list(stream(cut, entry, notes))
    read_tar(cut, notes)
    inflate(cut, 31, notes)
    find_directory(cut)
    assert notes.container_octets >= 0


def _blocks(*heads: bytes) -> bytes:
    """Blocks of a tape archive, padded."""
    return b"".join(head.ljust(512, b"\0") for head in heads)


NAMELESS = bytes(257) + b"ustar\0" + b"00"


@pytest.mark.parametrize(
    ("octets", "names"),
    [
        (_blocks(NAMELESS), [b""]),
        (_blocks(NAMELESS, NAMELESS, b"", b""), [b"", b""]),
        (tar(("a.txt", b"x"))[:1024] + _blocks(NAMELESS, b"", b""), [b"a.txt", b""]),
        (tar(("a.txt", b"x"))[:1024] + _blocks(b"", NAMELESS, b""), [b"a.txt", b""]),
        (tar(("a.txt", b"x"))[:1024] + _blocks(b"\0junk", NAMELESS), [b"a.txt"]),
        (tar(("a.txt", b"x")) + b"\0" * 10_000, [b"a.txt"]),
        (tar(("a.txt", b"x"))[:1024] + _blocks(b"", b"", b"\0" * 511 + b"x"), [b"a.txt"]),
    ],
    ids=["alone", "two", "behind another", "behind the end", "behind what is none", "honest padding", "a last octet"],
)
def test_a_tape_archive_ends_whatever_its_names_are(octets, names):
    """A header without a name is an entry, and nothing is gone over twice."""
    entries = read_tar(octets, Notes(DEFAULT_BUDGET)) or []

    assert [entry.name for entry in entries] == names
