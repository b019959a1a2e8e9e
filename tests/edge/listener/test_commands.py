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


def mail(argument, *, is_esmtp=True, is_trusted=False):
    """Read MAIL as after EHLO."""
    return parse_mail(argument, is_esmtp=is_esmtp, is_trusted=is_trusted)


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
        (b"FROM:a@b.vn", MailCommand("a@b.vn")),
        (b"FROM: a@b.vn SIZE=5", MailCommand("a@b.vn", 5)),
        (b"FROM: \t <a@b.vn>\t SIZE=5", MailCommand("a@b.vn", 5)),
        (b'FROM:<"a> SIZE=9 <b"@b.vn>', MailCommand('"a> SIZE=9 <b"@b.vn')),
        (b"FROM:<a@b.vn> AUTH=<>", MailCommand("a@b.vn")),
        (b"FROM:<a@b.vn> AUTH=e+3Dmc2@example.com MT-PRIORITY=3", MailCommand("a@b.vn")),
        (b"FROM:<a@b.vn> ret=hdrs ENVID=QQ+2B314159", MailCommand("a@b.vn", dsn=("RET=hdrs", "ENVID=QQ+2B314159"))),
        (b"FROM:<a@b.vn> ENVID=a=b+2b", MailCommand("a@b.vn", dsn=("ENVID=a+3Db+2B",))),
        (b"FROM:<> ENVID=x RET=FULL SIZE=1", MailCommand("", 1, dsn=("RET=FULL", "ENVID=x"))),
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
        (b"TO:<a@b.vn>", "syntax"),
        (b"FROM :<a@b.vn>", "syntax"),
        (b"FROM:<a@b.vn>SIZE=1", "syntax"),
        (b"FROM:<a@b.vn> SIZE=-1", "syntax"),
        (b"FROM:<a@b.vn> SIZE=" + b"9" * 21, "syntax"),
        (b"FROM:<a@b.vn> SIZE=1 size=1", "syntax"),
        (b"FROM:<a@b.vn> SIZE=\xd9\xa3", "syntax"),
        (b"FROM:<a@b.vn> BODY", "syntax"),
        (b"FROM:<a@b.vn> RET=ALL", "syntax"),
        (b"FROM:<a@b.vn> RET", "syntax"),
        (b"FROM:<a@b.vn> RET=FULL RET=FULL", "syntax"),
        (b"FROM:<a@b.vn> ENVID=a+2", "syntax"),
        (b"FROM:<a@b.vn> ENVID=a+zz", "syntax"),
        (b"FROM:<a@b.vn> ENVID=\x01", "syntax"),
        (b"FROM:<a@b.vn> NOTIFY=NEVER", "bad_parameter"),
        (b"FROM:<a@b.vn> REQUIRETLS", "bad_parameter"),
        (b"FROM:<a@b.vn> HOLDFOR=60", "bad_parameter"),
        (b"FROM:<a@b.vn> BY=120;R", "bad_parameter"),
        (b"FROM:<a@b.vn> =1", "bad_parameter"),
        (b"FROM:<a@b>c@d>", "syntax"),
        (b"FROM:a@b> c", "syntax"),
        (b'FROM:<"a@b.vn>', "syntax"),
        (b"FROM:SIZE=1", "bad_reverse_path"),
        (b"FROM:<postmaster>", "bad_reverse_path"),
        ("FROM:<thư@b.vn>".encode(), "need_smtputf8"),
    ],
)
def test_mail_is_refused(argument, situation):
    """Each way to write MAIL wrongly has its situation."""
    assert situation == refusal(lambda: mail(argument))


@pytest.mark.parametrize(
    ("argument", "dsn"),
    [
        (b"TO:<a@b.vn> NOTIFY=NEVER", ("NOTIFY=NEVER",)),
        (b"TO:<a@b.vn> notify=success,FAILURE,Delay", ("NOTIFY=success,FAILURE,Delay",)),
        (b"TO:<a@b.vn> ORCPT=rfc822;a+3Dx@b.vn NOTIFY=DELAY", ("NOTIFY=DELAY", "ORCPT=rfc822;a+3Dx@b.vn")),
        (
            b"TO:<a@b.vn> ORCPT=X400;/G=A/S=B/".replace(b"=A", b"+3DA").replace(b"=B", b"+3DB"),
            ("ORCPT=X400;/G+3DA/S+3DB/",),
        ),
        (b"TO:<a@b.vn> ORCPT=rfc822;SRS0=x=c.vn=a+2bb@b.vn", ("ORCPT=rfc822;SRS0+3Dx+3Dc.vn+3Da+2Bb@b.vn",)),
        (b"TO:a@b.vn", ()),
    ],
)
def test_delivery_reports_are_carried(argument, dsn):
    """NOTIFY and ORCPT (RFC 3461) are checked and kept as they were given, but for escapes that RFC 3461 does not have."""
    assert parse_rcpt(argument, is_smtputf8=False).dsn == dsn


def test_orcpt_in_utf8_with_smtputf8_only():
    """RFC 6533: with SMTPUTF8 the original recipient may stand in UTF-8."""
    argument = "TO:<a@b.vn> ORCPT=utf-8;thư@b.vn".encode()
    assert parse_rcpt(argument, is_smtputf8=True).dsn == ("ORCPT=utf-8;thư@b.vn",)
    assert refusal(lambda: parse_rcpt(argument, is_smtputf8=False)) == "syntax"
    assert refusal(lambda: parse_rcpt(argument[:-6] + b"\xff@b.vn", is_smtputf8=True)) == "syntax"
    assert refusal(lambda: parse_rcpt("TO:<a@b.vn> ORCPT=utf-8;\u202ea@b.vn".encode(), is_smtputf8=True)) == "syntax"


def test_trusted_client_may_leave_out_the_domain():
    """`root` of a machine in our own networks is read; of a stranger it is refused."""
    assert mail(b"FROM:<root>", is_trusted=True).reverse_path == "root"
    assert parse_rcpt(b"TO:<root>", is_smtputf8=False, is_trusted=True).forward_path == "root"
    assert refusal(lambda: mail(b"FROM:<root>")) == "bad_reverse_path"
    assert refusal(lambda: parse_rcpt(b"TO:<root>", is_smtputf8=False)) == "bad_forward_path"


@pytest.mark.parametrize(
    ("argument", "situation"),
    [
        (b"TO:<>", "bad_forward_path"),
        (b"FROM:<a@b.vn>", "syntax"),
        (b"TO:<a@b.vn> NOTIFY=NEVER,DELAY", "syntax"),
        (b"TO:<a@b.vn> NOTIFY=SOMETIMES", "syntax"),
        (b"TO:<a@b.vn> NOTIFY", "syntax"),
        (b"TO:<a@b.vn> ORCPT=a@b.vn", "syntax"),
        (b"TO:<a@b.vn> ORCPT=rfc822;a@b.vn ORCPT=rfc822;c@d.vn", "syntax"),
        (b"TO:<a@b.vn> RET=FULL", "bad_parameter"),
        (b"TO:<a@b.vn> SIZE=1", "bad_parameter"),
        (b"TO:<a@b.vn>,<c@d.vn>", "syntax"),
    ],
)
def test_rcpt_is_refused(argument, situation):
    """RCPT has one path and the two parameters of delivery reports, each once."""
    assert situation == refusal(lambda: parse_rcpt(argument, is_smtputf8=False))


@pytest.mark.parametrize(
    "helo", ["mta", "mta.so-b.gov.vn", "PC_01", "a.", ".a", "-a", "[192.0.2.1]", "[IPv6:2001:db8::1]", "1", "a" * 255]
)
def test_hello_is_read(helo):
    """Names and address literals as clients send them."""
    assert helo == parse_hello(helo.encode())


@pytest.mark.parametrize(
    ("argument", "helo"),
    [
        (b"my computer", "my?computer"),
        (b"PC-V\xc4\x83n-Th\xc6\xb0", "PC-V??n-Th??"),
        (b'a\nb\0(x);<y>"z', "a?b??x???y??z"),
        (b"[192.0.2.1", "[192.0.2.1"),
        (b"a" * 300, "a" * 255),
    ],
)
def test_odd_hello_is_let_pass(argument, helo):
    """Mail is not refused for a name (RFC 5321 section 4.1.4); what could break a field or a log line becomes `?`."""
    assert helo == parse_hello(argument)


def test_hello_needs_a_name():
    """EHLO alone is a syntax error, in Postfix and Exim too."""
    assert refusal(lambda: parse_hello(b"")) == "bad_hello"


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
