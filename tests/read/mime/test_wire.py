"""Wire form and content: dots out, and ranges back."""

from __future__ import annotations

import mmap

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.mime.wire import content_of, to_wire

LINES = st.lists(st.sampled_from([b"", b".", b"..", b".a", b"a.b", b"From: x", b"...", b"\r", b"\n."]), max_size=12)


def stuffed(content: bytes) -> bytes:
    """What a client sends for `content` (RFC 5321 section 4.5.2)."""
    return b"\n".join(b"." + line if line.startswith(b".") else line for line in content.split(b"\n"))


@settings(max_examples=100, deadline=None)
@given(LINES)
def test_unstuffing_undoes_stuffing(lines: list[bytes]) -> None:
    """Content of the stuffed octets is the octets, and each content octet is found again on the wire."""
    content = b"\r\n".join(lines)
    wire = stuffed(content)
    actual = content_of(wire)

    assert content == bytes(actual.octets)
    for at in range(len(content)):
        (found,) = to_wire([(at, at + 1)], actual.stuffed)
        assert content[at : at + 1] == wire[found[1] - 1 : found[1]]


@settings(max_examples=100, deadline=None)
@given(LINES, st.data())
def test_removing_whole_lines_on_the_wire_equals_removing_them_from_content(
    lines: list[bytes], data: st.DataObject
) -> None:
    """Taking a range of whole lines out of the wire form leaves exactly the stuffed rest."""
    content = b"\r\n".join(lines)
    starts = [0, *(at + 1 for at, octet in enumerate(content) if octet == 0x0A), len(content)]
    start, end = sorted(data.draw(st.tuples(st.sampled_from(starts), st.sampled_from(starts))))
    wire = stuffed(content)
    ((first, last),) = to_wire([(start, end)], content_of(wire).stuffed)

    assert bytes(content_of(wire[:first] + wire[last:]).octets) == content[:start] + content[end:]


def test_nothing_stuffed_is_not_copied() -> None:
    """Octets without stuffing come back as they are."""
    wire = b"From: a@b.vn\r\n\r\nx.y\r\n"

    assert content_of(wire).octets is wire
    assert content_of(bytearray(wire)).octets == wire


def test_a_mapping_is_read_in_place() -> None:
    """A memory map yields a view, and stuffed ones their content."""
    with mmap.mmap(-1, 12) as mapped:
        mapped[:] = b"a\r\n..b\r\n...."
        content = content_of(mapped)

        assert content.octets == b"a\r\n.b\r\n..."
        assert list(content.stuffed) == [3, 7]


def test_many_dots_are_found_past_the_first_look() -> None:
    """A stuffed line behind thousands of harmless dots is found."""
    wire = b"a." * 5_000 + b"\r\n..\r\n"

    assert content_of(wire).octets == b"a." * 5_000 + b"\r\n.\r\n"
    assert content_of(b"a." * 5_000).stuffed == ()
