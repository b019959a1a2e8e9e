"""The time a message may take: what is left unread for want of it is named, and nothing else suffers."""

from __future__ import annotations

from itertools import count

import pytest

from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.cache import FactsCache
from gateway.read.clock import Clock
from gateway.read.message import read_message
from gateway.read.notes import Notes
from gateway.read.scans.apart import RecogniserApart
from gateway.read.scans.ocr import Reading
from gateway.values.facts import Secrecy
from tests.corpus.compose import PLAIN, file, many
from tests.support.signed_pdfs import AT, one, trust

DOCUMENT, FURTHER = file(one(), b"filename=cv.pdf"), file(b"Thu moi hop", b"filename=moi.txt")


def read(octets, *, seconds_a_look=0.0, cache=None, budget=DEFAULT_BUDGET):
    """Read under a clock that goes on by so much whenever it is looked at."""
    ticks = (tick * seconds_a_look for tick in count())
    return read_message(octets, budget, trust(), AT, cache=cache, now=lambda: next(ticks))


def test_what_time_does_not_suffice_for_is_named():
    """File and message say so; the bodies and the header section are read all the same."""
    facts = read(b"Subject: [MAT] =?utf-8?b?W03huqxUXQ==?=\r\n" + many(PLAIN, DOCUMENT, FURTHER), seconds_a_look=100)

    assert {"over_budget"} == {part.uninspectable for part in facts.parts if part.is_attachment}
    assert ("cpu_milliseconds",) == facts.overruns
    assert facts.secrecy is Secrecy.MAT


def test_a_clock_that_is_early_changes_nothing():
    """The facts of a usual mail are those without any clock."""
    octets = many(PLAIN, DOCUMENT, FURTHER)

    assert read_message(octets, DEFAULT_BUDGET, trust(), AT) == read(octets)


def test_what_was_left_unread_is_read_in_the_next_message():
    """A cache remembers no file for which the time of one message did not suffice."""
    cache, octets = FactsCache(10, trust().generation), many(PLAIN, DOCUMENT)
    late = read(octets, seconds_a_look=100, cache=cache)
    again = read(octets, cache=cache)

    assert ["over_budget", ""] == [facts.parts[-1].uninspectable for facts in (late, again)]


def test_letters_take_nothing_from_the_rest():
    """Reading a scan by letters has a bound of its own."""
    ticks = iter([0.0, 5.0, 105.0, 5.9, 106.1])
    clock = Clock(lambda: next(ticks), 6.0)
    notes = Notes(DEFAULT_BUDGET, clock)

    class Slow:
        def recognise(self, *_picture, **_how):
            return Reading("MẬT", 90)

    assert RecogniserApart(Slow(), notes).recognise(b"", 0, 0, dpi=150, is_line=True, milliseconds=9).text == "MẬT"
    assert [clock.is_over(), clock.is_over()] == [False, True]


@pytest.mark.parametrize(("octets", "expected"), [(0, 1.0), (100_000, 1.5), (1_000_000, 6.0), (50_000_000, 8.0)])
def test_time_grows_with_length(octets, expected):
    """A larger message may take longer, and none as long as the kernel grants."""
    assert expected == Budget().cpu_seconds(octets)
