"""Command lines to values: what is read and what is refused, without I/O."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.listener.commands import (
    is_cross_protocol,
    parse_hello,
    parse_mail,
    parse_rcpt,
    split_line,
)
from gateway.values.envelope import MailCommand
from gateway.values.faults import Permanent
from gateway.values.status import TABLE


def mail(argument, *, is_esmtp=True, is_smtputf8_enabled=True):
    """Read MAIL as after EHLO."""
    return parse_mail(argument, is_esmtp=is_esmtp, is_smtputf8_enabled=is_smtputf8_enabled)


def refusal(call):
    """Answer the situation a call raises."""
    with pytest.raises(Permanent) as caught:
        call()
    return caught.value.situation


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (b"FROM:<a@b.vn>", MailCommand("a@b.vn")),
        (b"from:<>", MailCommand("")),
        (b"FROM: <a@b.vn>", MailCommand("a@b.vn")),
        (b"FROM:<a@b.vn>  SIZE=0", MailCommand("a@b.vn", 0)),
        (b"FROM:<a@b.vn> body=8bitMIME Size=12 smtputf8", MailCommand("a@b.vn", 12, is_8bit=True, is_smtputf8=True)),
        ("FROM:<thư@b.vn> SMTPUTF8".encode(), MailCommand("thư@b.vn", None, is_smtputf8=True)),
    ],
)
def test_mail_is_read(argument, expected):
    """Keyword, path and parameters, in any case, the path as it was given."""
    assert expected == mail(argument)


@pytest.mark.parametrize(
    ("argument", "situation"),
    [
        (b"", "syntax"),
        (b"FROM", "syntax"),
        (b"FROM:", "syntax"),
        (b"FROM:a@b.vn", "syntax"),
        (b"TO:<a@b.vn>", "syntax"),
        (b"FROM:  <a@b.vn>", "syntax"),
        (b"FROM :<a@b.vn>", "syntax"),
        (b"FROM:<a@b.vn>SIZE=1", "syntax"),
        (b"FROM:<a@b.vn> SIZE=-1", "syntax"),
        (b"FROM:<a@b.vn> SIZE=" + b"9" * 21, "syntax"),
        (b"FROM:<a@b.vn> SIZE=1 size=1", "syntax"),
        (b"FROM:<a@b.vn> SIZE=\xd9\xa3", "syntax"),
        (b"FROM:<a@b.vn> BODY", "syntax"),
        (b"FROM:<a@b.vn> AUTH=<>", "bad_parameter"),
        (b"FROM:<a@b.vn> RET=FULL ENVID=QQ314159", "bad_parameter"),
        (b"FROM:<a@b.vn> =1", "bad_parameter"),
        (b"FROM:<a@b>c@d>", "syntax"),
        (b"FROM:<postmaster>", "bad_reverse_path"),
        ("FROM:<thư@b.vn>".encode(), "need_smtputf8"),
    ],
)
def test_mail_is_refused(argument, situation):
    """Each way to write MAIL wrongly has its situation."""
    assert situation == refusal(lambda: mail(argument))


def test_smtputf8_only_when_enabled():
    """A parameter of an extension we do not announce is not recognised."""
    assert refusal(lambda: mail(b"FROM:<a@b.vn> SMTPUTF8", is_smtputf8_enabled=False)) == "bad_parameter"


@pytest.mark.parametrize(
    ("argument", "situation"),
    [
        (b"TO:<>", "bad_forward_path"),
        (b"TO:a@b.vn", "syntax"),
        (b"FROM:<a@b.vn>", "syntax"),
        (b"TO:<a@b.vn> NOTIFY=NEVER", "bad_parameter"),
        (b"TO:<a@b.vn> ORCPT=rfc822;a@b.vn", "bad_parameter"),
        (b"TO:<a@b.vn>,<c@d.vn>", "syntax"),
    ],
)
def test_rcpt_is_refused(argument, situation):
    """RCPT has one path and no parameter: DSN is not offered."""
    assert situation == refusal(lambda: parse_rcpt(argument, is_smtputf8=False))


@pytest.mark.parametrize("helo", ["mta", "mta.so-b.gov.vn", "PC_01", "a.", "[192.0.2.1]", "[IPv6:2001:db8::1]", "1"])
def test_hello_is_read(helo):
    """Names and address literals as clients send them."""
    assert helo == parse_hello(helo.encode())


@pytest.mark.parametrize(
    "argument",
    [b"", b"a b", b"a\rb", b"a\nb", b"a\0", b"(x)", b"a;b", b"<a>", b'"a"', b"\xc3\xa1", b"[x]", b"[1.2.3.4", b".a", b"-a", b"a" * 256],
)  # fmt: skip
def test_hello_is_refused(argument):
    """What could break a Received field or a log line is no name."""
    assert refusal(lambda: parse_hello(argument)) == "bad_hello"


@pytest.mark.parametrize(
    ("line", "is_foreign"),
    [
        (b"GET / HTTP/1.1", True),
        (b"post /x HTTP/1.1", True),
        (b"CONNECT mx:25 HTTP/1.1", True),
        (b"PRI * HTTP/2.0", True),
        (b"\x16\x03\x01", True),
        (b'{"id":1}', True),
        (b" EHLO x", True),
        (b"EHLO x", False),
        (b"GETX", False),
        (b"\r", False),
    ],
)
def test_cross_protocol(line, is_foreign):
    """Lines of other protocols are known by their first word or first octet."""
    assert is_foreign == is_cross_protocol(line)


def test_split_line():
    """The verb in upper case, the argument without blanks around it."""
    assert split_line(b"mail  FROM:<a@b.vn> ") == (b"MAIL", b"FROM:<a@b.vn>")
    assert split_line(b"QUIT") == (b"QUIT", b"")
    assert split_line(b"") == (b"", b"")


@given(st.binary(max_size=60), st.booleans())
@settings(max_examples=100, deadline=None)
def test_any_argument_has_an_answer(argument, is_esmtp):
    """Any octets are a value or a situation of the table, never another exception."""
    situations = set()
    for call in (
        lambda: mail(b"FROM:<" + argument, is_esmtp=is_esmtp),
        lambda: mail(b"FROM:<a@b.vn> " + argument, is_esmtp=is_esmtp),
        lambda: parse_rcpt(b"TO:<" + argument, is_smtputf8=True),
        lambda: parse_hello(argument),
    ):
        try:
            call()
        except Permanent as fault:
            situations.add(fault.situation)
    assert situations <= TABLE.keys()
