"""Mailbox lists: what is read, what is refused, and that nothing is slow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.mime.addresses_field import read_mailboxes
from gateway.read.notes import Notes


def read(value: bytes) -> list[tuple[str, str]]:
    """Address and display name of each mailbox."""
    return [(one.address, one.display_name) for one in read_mailboxes(value, Notes(DEFAULT_BUDGET))[0]]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"a@b.vn", [("a@b.vn", "")]),
        (b"<a@B.VN.>", [("a@b.vn", "")]),
        (b"Van thu So A <a@b.vn>", [("a@b.vn", "Van thu So A")]),
        (b'"Thu, Van" <a@b.vn>, c@d.vn', [("a@b.vn", "Thu, Van"), ("c@d.vn", "")]),
        (b'"a b"@c.vn', [('"a b"@c.vn', "")]),
        (b'<"a>b"@c.vn>', [('"a>b"@c.vn', "")]),
        (b"x <@r.vn,@s.vn:a@b.vn>", [("a@b.vn", "x")]),
        (b"G: a@b.vn, B <c@d.vn>;, e@f.vn", [("a@b.vn", "G"), ("c@d.vn", "B"), ("e@f.vn", "")]),
        (b"G:;", [("", "G")]),
        (b"a@b.vn (So A (x))", [("a@b.vn", "So A (x)")]),
        (b"=?utf-8?q?S=E1=BB=9F?= <a@b.vn> (x)", [("a@b.vn", "Sở")]),
        (b"<a@b.vn> <c@d.vn>", [("c@d.vn", "a@b.vn")]),
        ("Sở A <a@b.vn>".encode(), [("a@b.vn", "Sở A")]),
        (b"=?utf-8?q?S=E1=BB=9F?= A <a@b.vn>", [("a@b.vn", "Sở A")]),
        (b'"b@bank.vn" <a@c.vn>', [("a@c.vn", "b@bank.vn")]),
        ("a@sở.vn".encode(), [("a@xn--s-lym.vn", "")]),
        (b"Van thu", [("", "Van thu")]),
        (b"<a@>", [("", "")]),
        (b"<a b@c d>", [("", "")]),
        (b"a@" + b"x" * 400, [("", "")]),
        (b"", []),
        (b", ,;", []),
    ],
)
def test_mailboxes(value: bytes, expected: list[tuple[str, str]]) -> None:
    """Every form of RFC 5322 section 3.4, and what is none of them."""
    assert expected == read(value)


def test_encoded_words_stay_encoded_in_an_address() -> None:
    """An encoded-word in an addr-spec is not decoded: nobody else would see the address it hides."""
    assert read(b"=?utf-8?q?a=40b.vn?=@c.vn") == [("=?utf-8?q?a=40b.vn?=@c.vn", "")]


def test_tokens_are_bounded() -> None:
    """Past address_tokens reading stops and the overrun is noted."""
    notes = Notes(Budget(address_tokens=10))
    mailboxes, _ = read_mailboxes(b"a@b.vn," * 100, notes)

    assert len(mailboxes) == 5
    assert notes.overruns == {"address_tokens"}


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"<", b">", b'"', b"(", b")", b"\\", b",", b":", b";", b"a@b.vn", b" ", b"\xff", b"=?u?"]),
        max_size=40,
    )
)
def test_any_value_is_read(pieces: list[bytes]) -> None:
    """Whatever the octets, mailboxes come out and each address is empty or has an at sign."""
    for mailbox in read_mailboxes(b"".join(pieces), Notes(DEFAULT_BUDGET))[0]:
        assert not mailbox.address or "@" in mailbox.address
