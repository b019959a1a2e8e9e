"""Objects in RTF: found however their digits are written, within the budget."""

from __future__ import annotations

import time

import pytest

from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.notes import Notes
from gateway.read.office.rtf_objects import find_objects, has_objects
from tests.corpus.office import packaged
from tests.corpus.places import PROGRAM, hexed

OBJECT = packaged("a.exe", PROGRAM)
DIGITS = hexed(OBJECT).encode()


def objects(data: bytes, budget: Budget = DEFAULT_BUDGET) -> tuple[list[bytes], set[str]]:
    """Octets of the objects of an RTF file with this data, and what was exceeded."""
    notes = Notes(budget)
    return [
        one.octets for one in find_objects(b"{\\rtf1{\\object{\\*\\objdata " + data + b"}}}", notes)
    ], notes.overruns


@pytest.mark.parametrize(
    "data",
    [
        DIGITS,
        DIGITS.upper(),
        b"\r\n\t ".join(DIGITS[at : at + 1] for at in range(len(DIGITS))),
        b"0" + DIGITS,
        b"{\\*\\x 99}" + DIGITS[:99] + b"\\par\\bin0 {\\*\\y{\\z 12}}" + DIGITS[99:],
        DIGITS[:40] + b"\\'" + DIGITS[40:42] + DIGITS[42:],
        DIGITS[:200] + b"{" + DIGITS[200:] + b"}",
        b"\\bin%d " % (len(DIGITS) // 2) + bytes.fromhex(DIGITS.decode()),
    ],
)
def test_objects_are_found_however_they_are_written(data: bytes) -> None:
    """Blanks, words, groups, escapes, raw data and an odd digit hide nothing from one of the readings."""
    assert OBJECT in [octets[: len(OBJECT)] for octets in objects(data)[0]]


def test_other_words_are_no_objects() -> None:
    """A word that only begins like it is none; links and updates are active though they carry no data."""
    assert list(find_objects(b"{\\rtf1\\objdatax 0105}", Notes(DEFAULT_BUDGET))) == []
    assert not has_objects(b"{\\rtf1 a file with \\\\objdata in its text}")
    assert [has_objects(b"{\\rtf1\\" + word + b" }") for word in (b"objupdate", b"objautlink", b"objw")] == [1, 1, 0]


def test_cost_is_bounded() -> None:
    """Thousands of objects without an end, each reaching over all that follow, end with an overrun."""
    begin = time.process_time()
    _, overruns = objects(b"{\\objdata 01{\\a}\\'02" * 20_000)

    assert overruns <= {"container_entries", "container_octets"} != set()
    assert objects(DIGITS, Budget(container_octets=100)) == ([], {"container_octets"})
    assert time.process_time() - begin < 2
