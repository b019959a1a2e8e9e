"""Canonical forms against a slow reading of RFC 6376 section 3.4, and against shapes that make slow readers slow."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.identity.canonical import SignedContent, relax_body, relax_field
from gateway.read.mime.fields import read_section
from gateway.read.notes import Notes
from tests.support.dkim_signer import canonical_body, canonical_field

PIECES = st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"\r", b"\n", b"a", b"b c", b"\xc3\xa1", b"\0", b"."]))


def content_of(mail):
    """Split a mail as the reader does."""
    return SignedContent(mail, read_section(mail, 0, len(mail), Notes(DEFAULT_BUDGET)))


@given(PIECES.map(b"".join))
def test_bodies_are_as_the_standard_makes_them(body):
    """Any octets, bare CR and LF among them, in both forms and for every length."""
    content = content_of(b"From: a@so-a.example\r\n\r\n" + body)

    assert relax_body(body) == canonical_body(body, "relaxed")
    for method in ("simple", "relaxed"):
        wanted = canonical_body(body, method)
        assert content.body_length(method) == len(wanted)
        assert content.body_hash(method, None) == hashlib.sha256(wanted).digest()
        for length in range(len(wanted) + 1):
            assert content.body_hash(method, length) == hashlib.sha256(wanted[:length]).digest()


@given(PIECES.map(b"".join))
def test_relaxed_fields_are_as_the_standard_makes_them(value):
    """Folds go, runs of blanks become one, ends are bare (RFC 6376 section 3.4.2)."""
    assert relax_field("subject", value) + b"\r\n" == canonical_field(b"SUBJECT:" + value, "relaxed")


def test_the_examples_of_the_standard():
    """RFC 6376 section 3.4.5."""
    mail = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n"
    content = content_of(mail)
    fields = content.section.fields

    assert [content.field(field, "relaxed") for field in fields] == [b"a:X\r\n", b"b:Y Z\r\n"]
    assert [content.field(field, "simple") for field in fields] == [b"A: X\r\n", b"B : Y\t\r\n\tZ  \r\n"]
    assert relax_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C\r\nD E\r\n"
    assert content.body_hash("simple", None) == hashlib.sha256(b" C \r\nD \t E\r\n").digest()


@pytest.mark.parametrize(
    "body",
    [b" " * 3_000_000 + b"x", b"\r\n" * 1_500_000 + b"x", b"x" + b"\r\n" * 1_500_000, b" \t" * 1_500_000, b" \r\n" * 1_000_000,
     b"x" + b"\r\n" * 700_000 + b"\n" + b"\r\n" * 700_000, b"\n" * 3_000_000, b"\r" * 3_000_000, b"a  " * 1_000_000],
    ids=["blanks", "lines", "lines_behind", "tabs", "blank_lines", "stray", "feeds", "returns", "pairs"],
)  # fmt: skip
def test_bodies_that_make_slow_readers_slow(body):
    """Blanks and empty lines by the million: as the standard has it, which a quadratic pass would not finish."""
    content = content_of(b"From: a@so-a.example\r\n\r\n" + body)

    for method in ("simple", "relaxed"):
        assert content.body_hash(method, None) == hashlib.sha256(canonical_body(body, method)).digest()
