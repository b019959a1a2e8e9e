"""The mapping from what a next hop says to what we say, without a connection."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.nexthop.replies import RawReply, answer_for, answer_for_trouble, clean_text, is_trouble
from gateway.values.faults import Transient
from gateway.values.status import TABLE

stages = st.sampled_from(["MAIL", "RCPT", "DATA", "DOT"])
codes = st.integers(200, 599)
ACCEPTING = {"MAIL": 2, "RCPT": 2, "DATA": 3, "DOT": 2}


@given(stages, codes, st.binary(max_size=600))
@settings(max_examples=100, deadline=None)
def test_every_reply_maps_to_a_legal_one(stage: str, code: int, text: bytes) -> None:
    """Any code and octets give a reply whose lines are legal, whose class fits, and that never turns trouble into 5yz."""
    answer = answer_for(stage, RawReply(code, text), "127.0.0.1:25")

    assert (ACCEPTING[stage] == code // 100) == answer.is_accepted
    assert str(answer.reply.code)[0] == answer.reply.status[0]
    assert answer.is_accepted or answer.reply.code == (451 if answer.situation else code)
    assert answer.reply.code in {250, 251} or stage != "RCPT" or not answer.is_accepted
    assert not is_trouble(answer) or answer.situation
    assert not (answer.reply.is_permanent and code < 500)
    assert len(answer.text) <= 400
    assert answer.text.isprintable()
    assert answer.text.isascii()
    assert all(len(line) <= 510 for line in answer.reply.octets.splitlines())


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "DOT"])
@pytest.mark.parametrize(("code", "expected"), [(421, "4.4.2"), (502, "4.5.0"), (503, "4.5.0"), (299, ""), (399, "")])
def test_trouble_in_words_is_451(stage: str, code: int, expected: str) -> None:
    """421, 502 and 503 are about the dialogue, not the mail; a 2yz or 3yz of the other kind means nothing."""
    if not expected and ACCEPTING[stage] == code // 100:
        return
    expected = expected or "4.5.0"
    answer = answer_for(stage, RawReply(code, b"5.1.1 text"), "")

    assert (451, expected) == (answer.reply.code, answer.reply.status)
    assert (stage == "DOT" and code < 400) == answer.is_outcome_unknown


@pytest.mark.parametrize(
    "situation",
    [f"next_hop_{word}" for word in ("no_answer", "lost", "timeout", "unroutable", "tls", "nonsense", "unavailable")],
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


@pytest.mark.parametrize(
    "said",
    [
        "530 5.7.0 Must issue a STARTTLS command first",
        "530 5.7.1 Client was not authenticated",
        "535 5.7.8 Authentication credentials invalid",
        "538 5.7.11 Encryption required for requested authentication mechanism",
        "521 5.3.2 Server does not accept mail",
        "550 5.7.25 Client host has no reverse name",
        "550 5.7.23 SPF validation failed",
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
        "550 5.7.1 Unable to relay",
        "554 5.7.1 <vanthu@so-b.example>: Relay access denied",
        "550 5.7.1 <vanthu@so-b.example>... Relaying denied. IP name lookup failed [192.0.2.9]",
        "550 relay not permitted",
        "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
        "554 5.7.1 <unknown[192.0.2.9]>: Client host rejected: Access denied",
        "504 5.5.2 <congthu>: Helo command rejected: need fully-qualified hostname",
        "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using bl.example",
        "550 192.0.2.9 is not allowed to send mail here",
        "555 5.5.4 Unsupported option: SIZE=12",
        "454 4.7.1 <vanthu@so-b.example>: Relay access denied",
        "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.9]",
    ],
)
def test_refusal_of_the_gateway_is_deferred(said: str) -> None:
    """What would refuse every mail of every sender alike is 451 to the client, and says so in log and metrics."""
    code, text = said.split(" ", 1)
    answer = answer_for("RCPT", RawReply(int(code), text.encode()), "127.0.0.1:25", "192.0.2.9")

    assert (451, "4.3.5", "next_hop_refuses_us") == (answer.reply.code, answer.reply.status, answer.situation)
    assert not is_trouble(answer), "the connection is in order and may carry other recipients"
    assert answer.said.startswith(code), "the log has the next hop's own words"
    assert "192.0.2.9" not in str(answer.reply.lines)


@pytest.mark.parametrize(
    "said",
    [
        "550 5.1.1 <a@so-b.example>: Recipient address rejected: User unknown in relay recipient table",
        "550 User unknown in relay recipient table",
        "550 5.7.1 Refused by content filter",
        "554 5.7.1 <a@so-b.example>: Recipient address rejected: Access denied",
        "550 5.7.26 This mail has been blocked because the sender is unauthenticated",
        "550 5.1.1 <a@[192.0.2.9]>: no such user",
        "550 5.1.2 host 192.0.2.9 unknown",
        "550 5.7.1 <a@192.0.2.9.example> not wanted",
        "550 5.7.1 blocked 192.0.2.99",
        "552 5.2.2 Mailbox full",
        "501 5.1.3 Bad recipient address syntax",
        "504 5.5.2 <root>: Recipient address rejected: need fully-qualified address",
        "555 5.5.2 Syntax error",
        "450 4.7.1 <unknown[192.0.2.9]>: Client host rejected: Greylisted",
        "454 4.7.0 TLS not available due to local problem",
        "451 4.7.1 192.0.2.9: please try again later",
    ],
)
def test_refusal_of_the_mail_is_passed_on(said: str) -> None:
    """What the sender can mend, or must know, keeps its code and its words; a 4yz in any case."""
    code, text = said.split(" ", 1)
    answer = answer_for("RCPT", RawReply(int(code), text.encode()), "127.0.0.1:25", "192.0.2.9")

    assert (int(code), "") == (answer.reply.code, answer.situation)


def test_lines_of_a_refusal_are_all_passed_on() -> None:
    """As many lines as a reply may have, each printable and within its 512 octets (RFC 5321 section 4.5.3.1.5)."""
    text = b"\n".join(b"5.7.1 line %d \x1b[1m %s" % (number, b"y" * 1500) for number in range(100))
    reply = answer_for("DOT", RawReply(550, text), "").reply.octets.decode()

    assert all(f"line {number} ?[1m" in reply for number in range(100))
    assert 100 * 1500 == reply.count("y")
    assert all(len(line) <= 510 and line.startswith(("550-5.7.1 ", "550 5.7.1 ")) for line in reply.splitlines())
