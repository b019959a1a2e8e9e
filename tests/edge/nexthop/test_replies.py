"""The mapping from what a next hop says to what we say, without a connection."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.nexthop.replies import RawReply, answer_for, answer_for_trouble, clean_text, is_trouble
from gateway.values.faults import Transient
from gateway.values.status import TABLE

stages = st.sampled_from(["MAIL", "RCPT", "DATA", "DOT"])
codes = st.integers(200, 559)
ACCEPTED = {("MAIL", 250), ("RCPT", 250), ("RCPT", 251), ("DATA", 354), ("DOT", 250)}


@given(stages, codes, st.binary(max_size=600))
@settings(max_examples=100, deadline=None)
def test_every_reply_maps_to_a_legal_one(stage: str, code: int, text: bytes) -> None:
    """Any code and octets give a reply whose lines are legal, whose class fits, and that never turns trouble into 5yz."""
    answer = answer_for(stage, RawReply(code, text), "127.0.0.1:25")

    assert ((stage, code) in ACCEPTED) == answer.is_accepted
    assert str(answer.reply.code)[0] == answer.reply.status[0]
    assert (answer.reply.code == code) or (answer.reply.code == 451 and is_trouble(answer))
    assert not (answer.reply.is_permanent and code < 500)
    assert len(answer.text) <= 400
    assert answer.text.isprintable()
    assert answer.text.isascii()
    assert all(len(line) <= 510 for line in answer.reply.octets.splitlines())


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "DOT"])
@pytest.mark.parametrize(("code", "expected"), [(421, "4.4.2"), (503, "4.5.0"), (220, "4.5.0"), (399, "4.5.0")])
def test_trouble_in_words_is_451(stage: str, code: int, expected: str) -> None:
    """421 and 503 are about the dialogue, not the mail; unexpected 2yz and 3yz mean nothing."""
    answer = answer_for(stage, RawReply(code, b"5.1.1 text"), "")

    assert (451, expected) == (answer.reply.code, answer.reply.status)
    assert (stage == "DOT" and code < 400) == answer.is_outcome_unknown


@pytest.mark.parametrize(
    "situation",
    [f"next_hop_{word}" for word in ("no_answer", "lost", "timeout", "unroutable", "tls", "nonsense")],
)
def test_fault_is_its_row(situation: str) -> None:
    """A fault of the connection is 4yz with the row of its situation; the detail stays in our log."""
    answer = answer_for_trouble(Transient(situation, "detail"), "127.0.0.1:25")

    assert answer.reply.is_transient
    assert TABLE[situation].status == answer.reply.status
    assert "detail" not in answer.reply.lines[0]
    assert "detail" == answer.text


def test_text_is_one_printable_line() -> None:
    """Controls, escapes and octets above 127 become question marks; length is cut."""
    assert "a?b?[0m??" == clean_text(b" a\x00b\x1b[0m\xc3\xa9 ")
    assert 400 == len(clean_text(b"x" * 1000))
