"""The reply table and the one renderer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.values.status import MAX_LINE_OCTETS, TABLE, Reply, reply_to

VALUES = {"host": "mx.example.vn", "limit": 26_214_400}


@pytest.mark.parametrize("situation", TABLE)
def test_every_row_is_a_legal_reply(situation):
    """Code and enhanced status are of one class, the text is printable ASCII and fits its line."""
    row = TABLE[situation]
    reply = reply_to(situation, **VALUES)
    octets = reply.octets

    assert 200 <= row.code <= 559
    assert row.status == "" or row.status[0] == str(row.code)[0]
    assert len(octets) <= MAX_LINE_OCTETS
    assert octets.isascii()
    assert octets.endswith(b"\r\n")
    assert row.closes == reply.closes
    assert "{" not in reply.lines[0]


def test_closing_replies_close():
    """421 always ends the connection (RFC 5321 section 3.8)."""
    assert all(row.closes for row in TABLE.values() if row.code == 421)


def test_several_lines_carry_code_and_status_each():
    """RFC 2034: the status stands on every line; the last line has a space."""
    assert Reply(554, "5.7.1", ("one", "two")).octets == b"554-5.7.1 one\r\n554 5.7.1 two\r\n"


@given(st.lists(st.text(max_size=700), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_no_text_breaks_out_of_its_line(lines):
    """CR, LF, NUL and non-ASCII become question marks; every line is at most 512 octets."""
    rendered = Reply(550, "5.7.1", tuple(lines)).octets.split(b"\r\n")

    assert rendered.pop() == b""
    assert len(lines) == len(rendered)
    assert all(len(line) + 2 <= MAX_LINE_OCTETS and b"\n" not in line and b"\r" not in line for line in rendered)


def test_an_unknown_situation_is_a_bug():
    """There is no default reply: the caller decides which row is right."""
    with pytest.raises(KeyError):
        reply_to("no_such_row")


@pytest.mark.parametrize(("code", "kinds"), [(250, (1, 0, 0)), (354, (1, 0, 0)), (451, (0, 1, 0)), (554, (0, 0, 1))])
def test_a_reply_is_of_one_kind(code, kinds):
    """Positive, transient or permanent, by its first digit."""
    reply = Reply(code, "", ("x",))

    assert kinds == (reply.is_positive, reply.is_transient, reply.is_permanent)
