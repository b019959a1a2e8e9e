"""Structure made to cost: each ends in a named overrun or ambiguity, the work counted by the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.message import read_message
from gateway.values.trust import EMPTY_TRUST
from tests.corpus.compose import MIME, PLAIN, many
from tests.corpus.golden import AT, HOST

if TYPE_CHECKING:
    from gateway.values.facts import MessageFacts

MIXED = MIME + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
QUOTED = b"Content-Type: application/x; name=a\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
BOMBS = {
    "boundaries": (MIXED + b"--b\r\n\r\nx\r\n" * 100_000, "parts"),
    "boundaries_inside_lines": (MIXED + b"x--b" * 300_000, "parts"),
    "boundaries_indented": (MIXED + b" --b\r\n\r\nx\r\n" * 50_000, "parts"),
    "delimiters_of_nothing": (MIXED.replace(b"=b", b"=") + b"--\r\n" * 100_000, "parts"),
    "levels": (MIME + b"".join(b"Content-Type: multipart/mixed; boundary=n%d\r\n\r\n--n%d\r\n" % (n, n) for n in range(1_000)), "depth"),
    "pieces_of_messages": (MIME + b"Content-Type: message/partial; number=1\r\n\r\n" * 2_000, "parts"),
    "parameters": (MIXED.replace(b"=b", b"=b; a=b" + b"; a=b" * 1_000_000), "field_octets"),
    "long_parameter": (MIXED.replace(b"=b", b'="' + b"b" * 5_000_000 + b'"'), "field_octets"),
    "angles": (b"From: " + b"<" * 90_000 + b"\r\n\r\nx", "address_tokens"),
    "lines_without_colon": (b"la la\r\n" * 200_000, "header_octets"),
}  # fmt: skip
ODD = {
    "fields": (b"X-La: x\r\n" * 50_000 + MIME, set()),
    "types": (b"".join(b"Content-Type: text/x%d\r\n" % n for n in range(20_000)) + MIME, {"duplicate_content_type"}),
    "hidden_types": (b"X-La: x\r\n Content-Type: text/plain\r\n" * 5_000 + MIME, {"hidden_field", "too_many_readings"}),
    "hidden_authors": (b"X-La: x\r\n From: a@b.example\r\n" * 5_000 + MIME, {"hidden_from"}),
    "guesses": (MIXED + b"--" + b"\r\n--x" * 200_000, {"boundary_not_found"}),
    "guesses_of_blanks": (MIXED + (b"--c" + b" " * 190 + b"\r\n") * 5_000, {"boundary_not_found"}),
    "escapes": (many(PLAIN, QUOTED + b"=4=5=\r\n" * 400_000), {"too_many_readings"}),
    "padding": (many(PLAIN, QUOTED.replace(b"quoted-printable", b"base64") + b"YQ==\r\n" * 200_000), {"base64_early_padding"}),
}  # fmt: skip


def read(octets: bytes) -> MessageFacts:
    """Facts under the usual budget."""
    return read_message(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT, host=HOST)


@pytest.mark.parametrize("name", BOMBS)
def test_an_overrun_is_named(name: str) -> None:
    """What costs more than its budget is cut there and said so."""
    octets, overrun = BOMBS[name]

    assert overrun in read(octets).overruns


@pytest.mark.parametrize("name", ODD)
def test_much_of_one_thing_is_bounded(name: str) -> None:
    """What has no budget of its own is looked at up to a fixed number, and what is odd about it is noted."""
    octets, expected = ODD[name]

    assert expected <= set(read(octets).ambiguities)
