"""Authentication-Results: the examples of RFC 8601, what is in the field, and what is no result of anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.read.identity.results import (
    MAX_OCTETS,
    MAX_PROPERTIES,
    MAX_RESULTS,
    MethodResult,
    Results,
    parse_results,
    results_value,
)
from gateway.values.identity import ArcFacts, Authentication, DkimFacts, DmarcFacts, SpfFacts


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"example.org 1; none", Results("example.org", ())),
        (
            b" example.com;\r\n spf=pass smtp.mailfrom=example.net\r\n",
            Results("example.com", (MethodResult("spf", "pass", {"smtp.mailfrom": "example.net"}),)),
        ),
        (
            (
                b'example.com;\r\n dkim=pass reason="good signature"\r\n header.i=@mail-router.example.net;\r\n'
                b' dkim=fail reason="bad signature"\r\n header.i=@newyork.example.com'
            ),
            Results(
                "example.com",
                (
                    MethodResult("dkim", "pass", {"header.i": "@mail-router.example.net"}, "good signature"),
                    MethodResult("dkim", "fail", {"header.i": "@newyork.example.com"}, "bad signature"),
                ),
            ),
        ),
        (
            (
                b"foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n"
                b" policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it)"
                b" 1362471462"
            ),
            Results("foo.example.net", (MethodResult("dkim", "fail", {"policy.expired": "1362471462"}),)),
        ),
    ],
    ids=["B.2", "B.3", "B.6", "B.7"],
)
def test_examples_of_the_standard(value, expected):
    """RFC 8601 appendix B."""
    assert parse_results(value) == expected


@pytest.mark.parametrize(
    ("value", "methods", "name", "text"),
    [
        (
            (b"mx.large.example;\r\n       dkim=pass header.i=@so-a.example header.s=s1 header.b=Ab+/c=;\r\n       spf=pass"
            b' (large.example: domain of "van thu"@so-a.example designates 192.0.2.1 as permitted sender)'
            b" smtp.mailfrom=vanthu@so-a.example;\r\n       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=so-a.example"),
            ["dkim", "spf", "dmarc"], "header.b", "Ab+/c=",
        ),
        (
            b"spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=so-a.example; dkim=none", None, "", "",
        ),
        (
            b"mx.large.example 1; dmarc=pass action=none header.from=so-a.example;compauth=pass reason=100",
            ["dmarc", "compauth"], "header.from", "so-a.example",
        ),
        (b'"mx.so-a.example"; auth=pass smtp.auth="a \\"b\\" c"; ', ["auth"], "smtp.auth", 'a "b" c'),
        (b"MX.so-a.example.;iprev=pass policy.iprev=192.0.2.1", ["iprev"], "policy.iprev", "192.0.2.1"),
    ],
    ids=["comments", "no_id", "no_ptype", "quoted", "no_blanks"],
)  # fmt: skip
def test_what_servers_write(value, methods, name, text):
    """Values without the quotes they need, properties without a type; a field without authserv-id is nobody's."""
    found = parse_results(value)

    assert (None if found is None else [one.method for one in found.results]) == methods
    assert not name or found.results[0].properties[name] == text


@pytest.mark.parametrize(
    "value",
    [
        b"", b";", b"mx", b"mx;", b"mx;;", b"mx; spf", b"mx; spf=", b"mx; =pass", b"mx 2; none", b"mx x; none", b"mx; none; none",
        b"mx; spf=pass; ; dkim=pass", b"mx; spf/2=pass", b"mx; spf=pass x", b"mx; spf=pass smtp.=x", b"mx; spf=pass .a=x",
        b"mx; spf=pass (open", b"mx; spf=pass )", b'mx; spf=pass reason="open', b'mx; spf=pass smtp.helo="a"b',
        b"mx; spf=pass smtp.helo=a=\\", b"mx; spf=pass\x00", b"a b; spf=pass", b"mx@; (;) spf pass",
        b"mx; spf=pass (\\) smtp.helo=x", b'mx; spf=pass reason="\r\n" smtp.helo=x',
    ],
)  # fmt: skip
def test_what_is_no_field_of_results(value):
    """One thing the grammar does not know, and nothing of it is believed."""
    assert parse_results(value) is None


def test_quotes_in_comments_hide_nothing():
    """RFC 5322 section 3.2.2: they are letters there; what seems quoted behind is not."""
    found = parse_results(b'mx; spf=fail (a " b) smtp.mailfrom=so-b.example (c " d); dmarc=fail')

    assert [(one.method, one.result) for one in found.results] == [("spf", "fail"), ("dmarc", "fail")]


def test_comments_and_quotes_hold_no_results():
    """What stands in them is neither a semicolon nor a method."""
    found = parse_results(b'mx; spf=fail (; dmarc=pass (nested) ;) reason="x; dmarc=pass" smtp.helo="; dkim=pass"')

    assert [(one.method, one.result) for one in found.results] == [("spf", "fail")]


def test_bounds_of_one_field():
    """A field, its results and properties are counted; one more, and nothing is read."""
    results = b"mx" + b"; spf=pass" * MAX_RESULTS
    properties = b"mx; spf=pass" + b" smtp.a=b" * MAX_PROPERTIES

    assert len(parse_results(results).results) == MAX_RESULTS
    assert parse_results(results + b"; spf=pass") is None
    assert parse_results(properties) is not None
    assert parse_results(properties + b" smtp.a=b") is None
    assert parse_results(b"mx; none" + b" " * MAX_OCTETS) is None
    assert parse_results(b"mx; none " + b"(" * 8_000 + b")" * 8_000) == Results("mx", ())


@given(
    st.lists(st.sampled_from([*list('mx;=.()"\\/ \t\r\né1-_@\x00'), "spf", "none", "reason", "header.from"])).map(
        "".join
    )
)
def test_any_octets_are_read_or_not(text):
    """It never raises, and gives lower case."""
    found = parse_results(text.encode("latin-1", "replace"))

    assert found is None or found.authserv_id == found.authserv_id.lower()


def test_our_own_field():
    """In the order spf, dkim, dmarc, arc; why something passed is not told."""
    found = Authentication(
        spf=SpfFacts("pass", "so-a.example", reason="ip4"),
        dkim=(
            DkimFacts("pass", "so-a.example", "s1", "rsa-sha256", 2048, signature="AbCd/fGh"),
            DkimFacts("neutral", reason="tags are malformed"),
        ),
        dmarc=DmarcFacts("pass", "so-a.example", policy="reject"),
        arc=ArcFacts("none"),
        source="check",
    )

    assert results_value(found, "gw.so-b.example", "vanthu@so-a.example", "mail.so-a.example") == (
        "gw.so-b.example; spf=pass smtp.mailfrom=vanthu@so-a.example; "
        'dkim=pass header.d=so-a.example header.s=s1 header.a=rsa-sha256 header.b="AbCd/fGh"; '
        'dkim=neutral reason="tags are malformed"; dmarc=pass header.from=so-a.example policy.dmarc=reject; arc=none'
    )


@pytest.mark.parametrize(
    ("spf", "reverse_path", "helo", "written"),
    [
        (SpfFacts("none", "mail.so-a.example", "helo"), "", "mail.so-a.example", "spf=none smtp.helo=mail.so-a.example"),
        (SpfFacts("none", "", "helo"), "", "[192.0.2.1]", 'spf=none smtp.helo="[192.0.2.1]"'),
        (SpfFacts("fail", "so-a.example", reason="all"), "văn@so-a.example", "x", "spf=fail reason=all smtp.mailfrom=so-a.example"),
        (SpfFacts("pass", "so-a.example"), '"a;\\" b"@so-a.example', "x", 'spf=pass smtp.mailfrom="\\"a;\\\\\\" b\\"@so-a.example"'),
    ],
)  # fmt: skip
def test_whose_spf_it_is(spf, reverse_path, helo, written):
    """The reverse-path, or what the client called itself; quoted where it is no token."""
    assert results_value(Authentication(spf=spf), "gw", reverse_path, helo) == f"gw; {written}; dkim=none"


@given(st.text(), st.text(), st.text(), st.text())
def test_nothing_begins_a_result_of_its_own(domain, selector, reverse_path, helo):
    """Whatever senders and DNS put in, our field reads as we meant it (RFC 8601 section 7.10), in printable ASCII."""
    found = Authentication(
        spf=SpfFacts("fail", domain, reason=domain),
        dkim=(DkimFacts("fail", domain, selector, helo, reason=selector, signature=selector),),
        dmarc=DmarcFacts("fail", domain, reason=helo),
        arc=ArcFacts("fail", reason=selector),
    )

    value = results_value(found, "gw.so-b.example", reverse_path, helo)

    assert value.isascii()
    assert value.isprintable()
    read = parse_results(value.encode())
    assert [(one.method, one.result) for one in read.results] == [
        (name, "fail") for name in ("spf", "dkim", "dmarc", "arc")
    ]
