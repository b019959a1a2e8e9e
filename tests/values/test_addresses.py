"""RFC 5321 paths: what real servers write is read, what two programs read differently is refused."""

import email_validator
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.values.addresses import (
    NULL_PATH,
    bracketed,
    domain_of,
    is_mail_domain,
    normalise_domain,
    parse_forward_path,
    parse_reverse_path,
)
from gateway.values.faults import Permanent

ATTACKS = {
    # "Splitting the email atom" (PortSwigger 2024), aiosmtpd _getaddr (reliability notes A.3), open-relay testers.
    "encoded word that decodes to a newline": b"<=?utf-8?q?=0aRCPT=20TO:x=40e?=@d.vn>",
    "encoded word in the domain": b"<a@=?utf-8?q?so-a.gov.vn?=>",
    "comment in the local part": b"<a(comment)@so-a.gov.vn>",
    "comment in the domain": b"<a@(comment)so-a.gov.vn>",
    "comment after the domain": b"<a@so-a.gov.vn(evil.vn)>",
    "source route to nobody": b"<@relay.vn:>",
    "source route without an end": b"<@relay.vn,a@so-a.gov.vn>",
    "quoted local part alone": b'<"a@so-a.gov.vn">',
    "quoted local part that goes on": b'<"a"b@so-a.gov.vn>',
    "quoted local part without an end": b'<"a@so-a.gov.vn>',
    "quoted local part with a CR": b'<"a\rb"@so-a.gov.vn>',
    "quoted local part with a NUL": b'<"a\0b"@so-a.gov.vn>',
    "escaped CR in a quoted local part": b'<"a\\\rb"@so-a.gov.vn>',
    "empty quoted local part": b'<""@so-a.gov.vn>',
    "two at signs": b"<victim@evil.vn@so-a.gov.vn>",
    "address literal with a blank": b"<a@[192.0.2.1 x]>",
    "address literal with a bracket": b"<a@[192.0.2.1]]>",
    "display name": b"<Van thu <a@so-a.gov.vn>>",
    "one bracket": b"<a@so-a.gov.vn",
    "blank in the local part": b"<a b@c.vn>",
    "tab": b"<a\t@c.vn>",
    "CR": b"<a\r@c.vn>",
    "LF at the end": b"<a@c.vn\n>",
    "NUL": b"<a\0@c.vn>",
    "ESC": b"<a\x1b@c.vn>",
    "DEL": b"<a\x7f@c.vn>",
    "backslash": b"<a\\@c.vn>",
    "domain ends in two dots": b"<a@c.vn..>",
    "domain begins with a dot": b"<a@.c.vn>",
    "domain with two dots": b"<a@c..vn>",
    "no domain": b"<a@>",
    "no local part": b"<@c.vn>",
    "no at sign": b"<a>",
    "label of 64 octets": b"<a@" + b"c" * 64 + b".vn>",
    "domain over 255 octets": b"<a@" + b"c." * 130 + b"vn>",
    "path over 1,024 octets": b"<" + b"a" * 1020 + b"@c.vn>",
    "empty": b"",
    "garbage": b"<<>>",
}


@pytest.mark.parametrize("raw", ATTACKS.values(), ids=ATTACKS.keys())
def test_refused_for_mail_and_rcpt(raw):
    """Every known trick is refused by both commands, with and without SMTPUTF8, and never repaired."""
    for parse in (parse_reverse_path, parse_forward_path):
        for is_smtputf8 in (False, True):
            with pytest.raises(Permanent):
                parse(raw, is_smtputf8=is_smtputf8)


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"<a@so-a.gov.vn>", "a@so-a.gov.vn"),
        (b"<Van.Thu@SO-A.GOV.VN>", "Van.Thu@so-a.gov.vn"),
        (b"<Postmaster@SO-A.gov.vn>", "Postmaster@so-a.gov.vn"),
        (b"<a+b=c!d%e/f@x>", "a+b=c!d%e/f@x"),
        (b"<" + b"a" * 64 + b"@" + b"b" * 63 + b".vn>", "a" * 64 + "@" + "b" * 63 + ".vn"),
        (b"<a@xn--s-b-g4s.vn>", None),
        (b"<a@3com.vn>", "a@3com.vn"),
        # as real servers write them: VERP, SRS, old telephones, machines without a name
        (b"<bounce+" + b"a" * 200 + b"=so-b.gov.vn@list.vn>", "bounce+" + "a" * 200 + "=so-b.gov.vn@list.vn"),
        (
            b"<SRS1=x=so-c.gov.vn==hHh=TT=so-b.gov.vn=a@so-d.gov.vn>",
            "SRS1=x=so-c.gov.vn==hHh=TT=so-b.gov.vn=a@so-d.gov.vn",
        ),
        (b"<a..b@c.vn>", "a..b@c.vn"),
        (b"<.abc.@c.vn>", ".abc.@c.vn"),
        (b"<a@may_chu.so-a.gov.vn>", "a@may_chu.so-a.gov.vn"),
        (b"<a@r3--sn-x.vn>", "a@r3--sn-x.vn"),
        (b"<a@xn--zzzzzzz99999.vn>", "a@xn--zzzzzzz99999.vn"),
        (b"<a@-c-.vn>", "a@-c-.vn"),
        (b"<a@[192.0.2.1]>", "a@[192.0.2.1]"),
        (b"<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]"),
        (b"<a@192.0.2.1>", "a@192.0.2.1"),
        (b"a@so-a.gov.vn", "a@so-a.gov.vn"),
        (b"< a@c.vn\t>", "a@c.vn"),
        (b"<@relay.vn:a@so-a.gov.vn>", "a@so-a.gov.vn"),
        (b"<@relay.vn,@[192.0.2.1]:a@so-a.gov.vn>", "a@so-a.gov.vn"),
        (b'<"van thu"@so-a.gov.vn>', '"van thu"@so-a.gov.vn'),
        (b'<"a>b\\"c"@so-a.gov.vn>', '"a>b\\"c"@so-a.gov.vn'),
        (b'<"a@b"@so-a.gov.vn>', '"a@b"@so-a.gov.vn'),
    ],
)
def test_read(raw, path):
    """The local part stays as it was given, the domain becomes lower case."""
    if path is None:
        raw = b"<a@" + normalise_domain("sở-b.vn").encode() + b">"
        path = raw[1:-1].decode()

    assert path == parse_reverse_path(raw)
    assert path == parse_forward_path(raw)


@pytest.mark.parametrize("raw", [b'<"vanthu"@so-a.gov.vn>', b'<"van\\thu"@SO-A.gov.vn>', b"<vanthu@so-a.gov.vn>"])
def test_one_mailbox_has_one_name(raw):
    """Quotes that change nothing are dropped (RFC 5321 section 4.1.2): else a registered mailbox had a second name."""
    assert parse_forward_path(raw) == "vanthu@so-a.gov.vn"


def test_final_dot_of_the_domain():
    """A sender's domain written up to the root is the same domain, and judged as it; no recipient is written so."""
    assert parse_reverse_path(b"<a@c.vn.>") == "a@c.vn"
    with pytest.raises(Permanent):
        parse_forward_path(b"<a@c.vn.>")


def test_domain_may_be_missing_where_allowed():
    """`root` from a machine of one's own network is read as it is; a quoted string or a trick without a domain is not."""
    for parse in (parse_reverse_path, parse_forward_path):
        assert parse(b"<root>", may_lack_domain=True) == "root"
        for raw in (b"<root>", b"root"):
            with pytest.raises(Permanent):
                parse(raw)
        for raw in (b'<"a@b">', b'<"root">', b"<>x", b"<a b>", b"", b"<@relay.vn>"):
            with pytest.raises(Permanent):
                parse(raw, may_lack_domain=True)


def test_null_path_only_for_mail():
    """`<>` is the null reverse-path, held as the empty string, and no recipient."""
    assert NULL_PATH == parse_reverse_path(b"<>") == ""
    assert bracketed(NULL_PATH) == "<>"
    with pytest.raises(Permanent) as caught:
        parse_forward_path(b"<>")
    assert caught.value.situation == "bad_forward_path"


def test_postmaster_only_for_rcpt():
    """`<postmaster>` without a domain, in any case, is a recipient and no sender (RFC 5321 section 4.1.1.3)."""
    assert parse_forward_path(b"<PostMaster>") == "postmaster"
    assert domain_of("postmaster") == ""
    with pytest.raises(Permanent) as caught:
        parse_reverse_path(b"<postmaster>")
    assert caught.value.situation == "bad_reverse_path"


def test_international_path_needs_smtputf8():
    """Octets over 127 are refused as such without the extension, read with it; the domain becomes A-labels."""
    raw = "<văn.thư@Sở-Nội-Vụ.vn>".encode()
    with pytest.raises(Permanent) as caught:
        parse_forward_path(raw)
    assert caught.value.situation == "need_smtputf8"

    path = parse_forward_path(raw, is_smtputf8=True)
    assert path.startswith("văn.thư@xn--s-ni-v-")
    assert domain_of(path).isascii()
    assert domain_of(path) == normalise_domain("sở-nội-vụ.vn")


@pytest.mark.parametrize(
    "raw",
    [
        b"<\xff@c.vn>",
        b"<a@\xc3.vn>",
        "<a@c。vn。>".encode(),
        "<\u202ea@c.vn>".encode(),
        "<\x85a@c.vn>".encode(),
        '<"a\u202eb"@c.vn>'.encode(),
        "<\u0301a@c.vn>".encode(),
        '<"\u0301a b"@c.vn>'.encode(),
    ],
)
def test_unsafe_international_path(raw):
    """Broken UTF-8, direction marks, C1 controls, a combining mark in front and look-alike dots are refused."""
    with pytest.raises(Permanent):
        parse_forward_path(raw, is_smtputf8=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".vn",
        "a b.vn",
        "a@b.vn",
        "192.0.2.1",
        "so-a.gov.vn.",
        "-a.vn",
        "a_b.vn",
        "[192.0.2.1]",
        "ab--cd.vn",
        "xn--zzzzzzz99999.vn",
        "a" * 64 + ".vn",
        "a." * 128 + "vn",
        "@r.vn:b.vn",
    ],
)
def test_normalise_domain_refuses(text):
    """What is not a domain name is an operator's mistake."""
    with pytest.raises(ValueError):
        normalise_domain(text)


_ASCII_PATH = st.text(st.sampled_from('aZ09.-_@%!+"(<>:[]\\ \t\n\r\0xn'), max_size=24)
_LIKELY_PATH = st.builds(
    lambda local, labels: f"{local}@{'.'.join(labels)}",
    st.text(st.sampled_from("ab.+!%"), min_size=1, max_size=8),
    st.lists(st.text(st.sampled_from("aB0-xn"), min_size=1, max_size=6), min_size=1, max_size=4),
)


@given(st.one_of(_ASCII_PATH, _LIKELY_PATH))
@example("postmaster@A.vn")
@example("a@xn--nxasmq6b.vn")
@settings(max_examples=100, deadline=None)
def test_reads_what_email_validator_reads(address):
    """Any ASCII address the library takes is read as the library reads it; we read more, never otherwise."""
    reserved = email_validator.SPECIAL_USE_DOMAIN_NAMES[:]
    email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()
    try:
        found = email_validator.validate_email(address, check_deliverability=False, globally_deliverable=False)
        expected = f"{address.rpartition('@')[0]}@{found.ascii_domain}"
    except email_validator.EmailNotValidError:
        expected = None
    finally:
        email_validator.SPECIAL_USE_DOMAIN_NAMES.extend(reserved)
    if expected is not None:
        assert expected == parse_reverse_path(f"<{address}>".encode())


@given(
    st.one_of(
        st.binary(max_size=40),
        st.text(max_size=20).map(lambda text: f"<{text}@sở.vn>".encode()),
        _LIKELY_PATH.map(lambda text: f"<{text}>".encode()),
    )
)
@settings(max_examples=100, deadline=None)
def test_reading_is_stable(raw):
    """Any octets are read or refused, and what was read is read again as itself: no second meaning."""
    try:
        path = parse_forward_path(raw, is_smtputf8=True)
    except Permanent:
        return
    assert path == parse_forward_path(bracketed(path).encode(), is_smtputf8=True)
    assert path.startswith('"') or not any(character in path for character in "<> ")
    assert path.isprintable()
    assert len(path.encode()) <= 1024


@pytest.mark.parametrize("name", ["so-a.example", "a_b.c--d.xn--p1ai", "1.2.x", "a.b.c.d.e"])
def test_domains_of_senders(name):
    """Host names of several labels."""
    assert is_mail_domain(name)


@pytest.mark.parametrize(
    "name", ["", "a", "1.2.3.4", "a.1", "-a.b", "a.b-", "So.example", "a.b.", "[::1]", "a b.c", "a.b\n"]
)
def test_what_is_no_domain_of_a_sender(name):
    """Addresses, literals, single labels and what no host is called."""
    assert not is_mail_domain(name)
