"""Transfer encodings: right data, damaged data, and what is noted."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.mime.transfer import decode_body
from gateway.read.notes import Notes


def decode(octets: bytes, encoding: str) -> tuple[bytes, set[str]]:
    """Decoded octets and the ambiguities noted."""
    notes = Notes(DEFAULT_BUDGET)
    return decode_body(b"<<" + octets + b">>", 2, 2 + len(octets), encoding, notes), notes.ambiguities


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_encoding_is_undone_without_a_note(octets: bytes) -> None:
    """Base64 and quoted-printable as written by the standard library decode to the octets, with nothing to note."""
    lines = base64.encodebytes(octets).replace(b"\n", b"\r\n")

    assert decode(lines, "base64") == (octets, set())
    # Line ends are not the business of quoted-printable text: CR is left out here.
    text = octets.replace(b"\r", b"")
    assert decode(quopri.encodestring(text, quotetabs=True), "quoted-printable") == (text, set())
    assert decode(octets, "8bit") == (octets, set())


STRANGE = st.sampled_from(
    [b"=", b"==", b"*", b"-", b" ", b"\t", b"\r", b"\n", b"\r\n", b"A", b"AA", b"!", b"\xff", b""]
)


@settings(max_examples=600, deadline=None)
@given(
    st.binary(min_size=8, max_size=90),
    st.sampled_from([4, 6, 8, 12]),
    st.lists(st.tuples(st.integers(0, 160), st.integers(0, 5), STRANGE), max_size=3),
)
def test_lines_of_one_length_decode_as_any_others(octets: bytes, width: int, damage: list) -> None:
    """However a body of even lines is damaged, it decodes to what it does behind a blank, which makes them uneven."""
    letters = base64.b64encode(octets)
    lines = b"".join(letters[at : at + width] + b"\r\n" for at in range(0, len(letters), width))
    for at, length, strange in damage:
        lines = lines[:at] + strange + lines[at + length :]

    assert decode(lines, "base64") == decode(b" " + lines, "base64")


@pytest.mark.parametrize(
    ("octets", "decoded", "ambiguities"),
    [
        (b"bW90", b"mot", set()),
        (b"bW90IA", b"mot ", set()),
        (b"bW90IA=", b"mot ", set()),
        (b"bW\r\n90", b"mot", set()),
        (b"b!W9*0", b"mot", {"base64_junk"}),
        (b"bW90\r\nYQ==\r\naGFp", b"motahai", {"base64_early_padding"}),
        (b"bW90Y", b"mot", {"base64_malformed"}),
        (b"!!!", b"", {"base64_junk"}),
        (b"====", b"", set()),
        (b"", b"", set()),
    ],
)
def test_damaged_base64(octets: bytes, decoded: bytes, ambiguities: set[str]) -> None:
    """Damage is decoded to the longer reading and noted."""
    assert decode(octets, "base64") == (decoded, ambiguities)


@pytest.mark.parametrize("start", [0, 1, 2, 5])
def test_a_body_of_one_line_decodes_wherever_it_begins(start: int) -> None:
    """No line end, so no length of lines: a place is no reason to fail."""
    octets = b"<" * start + b"bW90IGhhaQ=="

    assert decode_body(octets, start, len(octets), "base64", Notes(DEFAULT_BUDGET)) == b"mot hai"


def test_unknown_encodings_are_noted() -> None:
    """An encoding we do not know leaves the octets as they are."""
    assert decode(b"x", "x-none") == (b"x", {"unknown_transfer_encoding"})


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([b"=", b"==", b"AA", b"!", b"\r\n", b"\xff", b"QQ=="]), max_size=30))
def test_any_octets_decode(pieces: list[bytes]) -> None:
    """Decoding never raises and never grows."""
    for encoding in ("base64", "quoted-printable"):
        assert len(decode(b"".join(pieces), encoding)[0]) <= len(b"".join(pieces))
