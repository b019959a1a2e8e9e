"""Containers of every kind: members, budgets, encryption, pieces, damage."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import subprocess
import sys
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.containers import libarchive
from gateway.read.containers.libarchive import is_available
from gateway.read.containers.members import CONTAINERS, Container, is_piece_name
from gateway.read.kinds import sniff
from gateway.read.notes import Notes
from tests.corpus.archives import SEVEN_ZIP, SEVEN_ZIP_ENCRYPTED, SEVEN_ZIP_SEALED, cab, iso, rar, rar5_volume
from tests.corpus.compose import archive, encrypted, pdf, tar, tnef

FILES = (("a.pdf", pdf()), ("b.txt", b"mot"))
LONG = "bao cao " * 20 + "thang 11.pdf"


def read(octets: bytes, budget: Budget = DEFAULT_BUDGET) -> tuple[dict[str, bytes | None], str, bool]:
    """Names and octets of the members, the reason, and whether something is encrypted."""
    container = Container(octets, sniff(octets), Notes(budget))
    members = {member.name.name: member.octets for member in container}
    return members, container.uninspectable, container.is_encrypted


HAS_LIBRARY = is_available()
"""libarchive13 is on this machine; without it only the formats of our own readers are opened."""
needs_library = pytest.mark.skipif(not HAS_LIBRARY, reason="Debian package libarchive13 is missing")


def test_without_the_library_its_formats_are_unsupported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host without libarchive13 says so of each such container, and reads the others as ever."""
    monkeypatch.setattr(libarchive, "_LIBRARY", None)

    assert not is_available()
    assert read(SEVEN_ZIP) == read(rar(*FILES)) == ({}, "unsupported", False)
    assert read(archive(*FILES)) == (dict(FILES), "", False)


@pytest.mark.parametrize(
    "octets",
    [archive(*FILES), tar(*FILES), tnef(*FILES), archive(*FILES, packed=False)]
    + [rar(*FILES), cab(*FILES)] * HAS_LIBRARY,
)
def test_members_are_unpacked(octets: bytes) -> None:
    """Each format gives names and octets of its files."""
    assert read(octets) == (dict(FILES), "", False)


_NAMES = """
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.containers.members import Container
from gateway.read.notes import Notes
from tests.corpus.archives import SEVEN_ZIP
print([member.name.name for member in Container(SEVEN_ZIP, "7z", Notes(DEFAULT_BUDGET))])
"""


@needs_library
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_names_do_not_depend_on_the_locale(locale: str) -> None:
    """Under the plain C locale of a service, names of a 7z are what they are elsewhere."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _NAMES], env={"LC_ALL": locale}, capture_output=True, check=False
    )

    assert done.stdout.decode() == "['Công văn.txt', 'a.txt']\n"


@needs_library
@pytest.mark.parametrize(
    ("octets", "members"),
    [
        (iso(("A.PDF", pdf())), {"A.PDF": pdf()}),
        (SEVEN_ZIP, {"Công văn.txt": "MẬT\nSố: 12/CV-UBND".encode(), "a.txt": b"mot"}),
    ],
)
def test_disc_images_and_7z_are_opened(octets: bytes, members: dict[str, bytes]) -> None:
    """An iso image is a container like any other; names of a 7z are UTF-16, its data is LZMA2."""
    assert read(octets) == (members, "", False)


@needs_library
def test_discs_of_two_file_systems_are_not_read_whole() -> None:
    """A disc image with UDF beside ISO 9660 gives the files of the latter, and says that there is more."""
    plain = iso(("A.TXT", b"mot"))
    bridge = bytearray(plain)
    bridge[0x8000 + 2 * 2_048 + 1 : 0x8000 + 2 * 2_048 + 6] = b"NSR02"

    assert read(plain) == ({"A.TXT": b"mot"}, "", False)
    assert read(bytes(bridge)) == ({"A.TXT": b"mot"}, "unsupported", False)


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (encrypted(archive(("a.txt", b"x"))), ""),
    ]
    + [
        (SEVEN_ZIP_ENCRYPTED, ""),
        (SEVEN_ZIP_SEALED, "encrypted"),
        (rar(("a.txt", b"x" * 16), file_flags=4), ""),
    ]
    * HAS_LIBRARY,
)
def test_encrypted_members_are_said_to_be(octets: bytes, reason: str) -> None:
    """A member behind a password is a fact of its own; sealed names make the whole archive one."""
    members, found, is_encrypted = read(octets)

    assert (found, is_encrypted) == (reason, True)
    assert set(members.values()) <= {None}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_streams_are_unpacked_whole(pack) -> None:
    """One stream, several streams, and zeros behind them are one file; a stream that breaks off is malformed."""
    packed = pack(b"mot hai ba")

    assert read(packed) == ({"": b"mot hai ba"}, "", False)
    assert read(packed + pack(b" bon") + b"\0" * 20) == ({"": b"mot hai ba bon"}, "", False)
    assert read(packed[:-3]) == ({}, "malformed", False)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_stream_bombs_end_early(pack) -> None:
    """Ratio and octets end every stream, and which of them is noted."""
    bomb = pack(b"\0" * 3_000_000)

    assert read(bomb, Budget(container_small_octets=1_000_000))[1] == "over_budget"
    assert read(pack(b"12345678" * 200), Budget(container_octets=1_000))[1] == "over_budget"


@pytest.mark.parametrize("octets", [tar(*FILES), archive(*FILES)] + [SEVEN_ZIP, rar(*FILES)] * HAS_LIBRARY)
def test_entries_and_octets_are_bounded(octets: bytes) -> None:
    """More entries or octets than the budget has are an overrun in every format."""
    few = Notes(Budget(container_entries=1))
    list(Container(octets, sniff(octets), few))
    small = Notes(Budget(container_octets=1))
    container = Container(octets, sniff(octets), small)

    assert [member.octets for member in container if member.octets and len(member.octets) > 1] == []
    assert few.overruns == {"container_entries"}
    assert container.uninspectable == "over_budget"


@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        (rar(*FILES, flags=1), "rar"),
        (rar5_volume(), "rar"),
        (b"PK\x07\x08" + archive(*FILES), "zip"),
        (b"rac" + archive(*FILES).replace(b"PK\x05\x06\0\0", b"PK\x05\x06\3\0"), "zip"),
    ],
)
def test_pieces_show_in_their_octets(octets: bytes, kind: str) -> None:
    """Volumes of rar and the last piece of a zip say so themselves."""
    container = Container(octets, kind, Notes(DEFAULT_BUDGET))
    list(container)

    assert container.uninspectable in {"split", ""}
    assert container.uninspectable == "split" or octets.startswith(b"PK\x07\x08")


@pytest.mark.parametrize("name", ["a.7z.001", "bao cao.zip.002", "a.z01", "a.r00", "a.PART2.rar", "cv.pdf.003"])
def test_pieces_show_in_their_names(name: str) -> None:
    """Names of split archives, whichever tool made them."""
    assert is_piece_name(name, "unknown")
    assert not is_piece_name(name, "pdf")


def test_long_names_of_tapes() -> None:
    """GNU and pax headers hold names longer than the header has room for; old tapes have no magic at all."""
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as writer:
            info = tarfile.TarInfo(LONG)
            info.size = 3
            writer.addfile(info, io.BytesIO(b"mot"))

        assert read(out.getvalue()) == ({LONG: b"mot"}, "", False)
    old = bytearray(tar(("a.txt", b"mot")))
    old[257:265] = b"\0" * 8
    old[148:156] = b" " * 8
    old[148:156] = b"%06o\0 " % sum(old[:512])

    assert read(bytes(old)) == ({"a.txt": b"mot"}, "", False)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_of_zip(method: int) -> None:
    """Members packed with bzip2 or LZMA are unpacked too."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as writer:
        writer.writestr("a.txt", b"mot hai ba" * 20)

    assert read(out.getvalue()) == ({"a.txt": b"mot hai ba" * 20}, "", False)


def test_zip64_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes, offsets and the directory itself may stand in zip64 records, even of a small archive."""
    for name in ("ZIP64_LIMIT", "ZIP_FILECOUNT_LIMIT"):
        monkeypatch.setattr(zipfile, name, 0)
    octets = archive(*FILES)
    assert b"PK\x06\x06" in octets
    assert read(octets) == (dict(FILES), "", False)
    assert read(b"#!/bin/sh\n" * 30 + octets) == (dict(FILES), "", False)


SAMPLES = [SEVEN_ZIP, rar(*FILES), cab(*FILES), tar(*FILES), archive(*FILES), bz2.compress(b"x" * 99), iso(*FILES)]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 40_000), st.binary(max_size=12), st.booleans())
def test_damaged_containers_never_raise(octets: bytes, at: int, patch: bytes, is_cut: bool) -> None:
    """Patched and cut containers give members and a reason of the closed list, never an exception."""
    at %= len(octets)
    damaged = octets[:at] + patch + (b"" if is_cut else octets[at + len(patch) :])
    for kind in {sniff(octets), sniff(damaged)} & CONTAINERS:
        container = Container(damaged, kind, Notes(DEFAULT_BUDGET))
        for member in container:
            assert (member.octets is None) == (member.uninspectable != "")
        assert container.uninspectable in {"", "encrypted", "over_budget", "malformed", "unsupported", "split"}
