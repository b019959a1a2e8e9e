"""Entries of zip files outside the directory."""

from __future__ import annotations

import time

from gateway.read.containers.zip_strays import local_entry, stray_entries
from tests.corpus.crafted import SECRET
from tests.corpus.packing import stored

ARCHIVE = stored(("mat.txt", SECRET))


def test_only_what_is_not_covered_is_a_stray() -> None:
    """An entry in a range the directory accounts for is none; the same octets elsewhere are one."""
    assert list(stray_entries(ARCHIVE, [(0, len(ARCHIVE))], 9)) == []
    assert [entry.name for entry in stray_entries(b"x" * 9 + ARCHIVE, [(0, 5)], 9)] == [b"mat.txt"]


def test_strays_are_bounded() -> None:
    """No more entries than asked for, and a megabyte of false headers ends soon."""
    begin = time.process_time()

    assert len(list(stray_entries(ARCHIVE * 50, [], 7))) == 7
    assert list(stray_entries(b"PK\x03\x04" * 250_000, [], 1_000)) == []
    assert time.process_time() - begin < 2


def test_false_headers_are_none() -> None:
    """A signature before a version, a method or a name that cannot be is no header."""
    for at, octet in ((4, 99), (8, 200), (27, 90)):
        damaged = ARCHIVE[:at] + bytes((octet,)) + ARCHIVE[at + 1 :]
        assert local_entry(damaged, 0) is None
