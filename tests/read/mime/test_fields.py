"""Header sections and parameters: folding, damage, bounds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.mime.fields import read_parameters, read_section, without_comments
from gateway.read.notes import Notes


def section_of(octets: bytes, budget: Budget = DEFAULT_BUDGET) -> tuple[list[tuple[str, bytes]], Notes, int]:
    """Names and unfolded values, the notes, and where the body begins."""
    notes = Notes(budget)
    section = read_section(octets, 0, len(octets), notes)
    return [(field.name, section.value(field)) for field in section.fields], notes, section.body_start


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_fields_are_unfolded(line_end: bytes) -> None:
    """Continuation lines join; the body begins behind the empty line, with either line end."""
    octets = line_end.join([b"A: one", b"\ttwo", b"B:", b" three ", b"", b"body"])
    fields, _, body_start = section_of(octets)

    assert fields == [("a", b"one\ttwo"), ("b", b"three")]
    assert octets[body_start:] == b"body"


def test_ranges_cover_whole_fields() -> None:
    """The octet range of a field runs from its name to behind its last line end."""
    octets = b"A: 1\r\nB : 2\r\n 3\r\nC: 4\r\n\r\n"
    notes = Notes(DEFAULT_BUDGET)
    section = read_section(octets, 0, len(octets), notes)
    (field,) = section.by_name["b"]

    assert octets[field.start : field.end] == b"B : 2\r\n 3\r\n"
    assert notes.ambiguities == {"blank_before_colon"}


def test_a_long_header_stops_at_its_budget() -> None:
    """Past header_octets no field is read, the body is still found, and the overrun is noted."""
    fields, notes, body_start = section_of(b"A: 1\r\n" * 100 + b"\r\nbody", Budget(header_octets=60))

    assert len(fields) == 10
    assert notes.overruns == {"header_octets"}
    assert body_start == 602


def test_a_long_field_is_cut() -> None:
    """Of a field over field_octets only the beginning is looked at."""
    fields, notes, _ = section_of(b"A:" + b"x" * 500 + b"\r\n\r\n", Budget(field_octets=100))

    assert fields == [("a", b"x" * 100)]
    assert notes.overruns == {"field_octets"}


@pytest.mark.parametrize(
    ("raw", "main", "values"),
    [
        (b"text/plain", "text/plain", {}),
        (b" Text/Plain ; charset=UTF-8", "text/plain", {"charset": b"UTF-8"}),
        (b'a/b; name="x;y\\"z"; c=d', "a/b", {"name": b'x;y"z', "c": b"d"}),
        (b"a/b (note; x=y); c=(z) d", "a/b", {"c": b"d"}),
        (b'a/b; name="open', "a/b", {"name": b"open"}),
        (b"a/b;;; ; x ; =y; c = d", "a/b", {"c": b"d"}),
        (b"", "", {}),
    ],
)
def test_parameters(raw: bytes, main: str, values: dict[str, bytes]) -> None:
    """Quoted, spaced, commented and damaged parameters are read as clients read them."""
    actual = read_parameters(raw, Notes(DEFAULT_BUDGET))

    assert (actual.main, actual.values) == (main, values)


def test_an_encoded_boundary_is_noted() -> None:
    """A reader that decodes it would split elsewhere; in a file name it is harmless."""
    notes = Notes(DEFAULT_BUDGET)
    read_parameters(b'multipart/mixed; name="=?utf-8?q?a?="', notes)
    assert notes.ambiguities == set()
    read_parameters(b'multipart/mixed; boundary="=?utf-8?q?a?="', notes)
    assert notes.ambiguities == {"encoded_word_in_parameter"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a (b (c) d) e", b"a   e"),
        (b'"(" a', b'"(" a'),
        (b"(\\)) a", b"  a"),
        (b'(a " ) b', b"  b"),
        (b"a ( open", b"a "),
        (b") a", b") a"),
    ],
)
def test_comments_are_dropped(raw: bytes, expected: bytes) -> None:
    """Comments nest, quoted strings protect, escapes count; an open comment runs to the end."""
    assert without_comments(raw).strip() == expected.strip()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_octets_make_a_section(octets: bytes) -> None:
    """Any octets are a section: ranges ascend, lie inside, and do not overlap."""
    notes = Notes(DEFAULT_BUDGET)
    section = read_section(octets, 0, len(octets), notes)
    places = [place for field in section.fields for place in (field.start, field.value_start, field.end)]

    assert places == sorted(places)
    assert all(0 <= place <= len(octets) for place in [*places, section.body_start])
    read_parameters(octets, notes)
    without_comments(octets)
