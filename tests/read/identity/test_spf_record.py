"""The grammar of SPF records (RFC 7208 section 12)."""

from __future__ import annotations

import pytest

from gateway.read.identity.spf_record import MAX_RECORD_OCTETS, Record, is_spf, parse_record


@pytest.mark.parametrize("text", ["v=spf1", "V=SPF1 -all", "v=spf1 ", "v=spf1  a"])
def test_version_ends_in_space_or_record(text):
    """Compared without regard to case."""
    assert is_spf(text)


@pytest.mark.parametrize("text", ["", " v=spf1", "v=spf10", "v=spf1\t-all", "v=spf1,a", "spf2.0/mfrom", "v=DMARC1"])
def test_other_texts_are_not_of_spf(text):
    """They are none of our business, not faults."""
    assert not is_spf(text)


@pytest.mark.parametrize(
    "terms",
    [
        "a mx ptr a:x.example mx:x.example/24 ptr:x.example a/0 a//0 a/32//128 mx//64",
        "ip4:0.0.0.0 ip4:255.255.255.255/32 ip4:10.0.0.0/8 ip6::: ip6:::1/128 ip6:2001:DB8::1/0 ip6:::ffff:192.0.2.1",
        "+all -a ~mx ?ptr exists:%{i}._spf.%{d} include:x.example. include:%{d2} a:x.xn--p1ai a:x.a-b",
        "redirect=%{d}.x.example exp=%{d} loai=%{c}%{r}%{t}%%%_%- x.y-z_=gi/do:",
        "a:foo:bar/baz.example.com a:_spf.x.example a:x.9a exists:%%",
    ],
)
def test_terms_of_the_grammar_are_read(terms):
    """Every mechanism and modifier in every form."""
    assert isinstance(parse_record(f"v=spf1 {terms}"), Record)


@pytest.mark.parametrize(
    "term",
    [
        "all:x.example", "all/8", "all.", "include", "include:", "include:x.example/24", "exists", "ptr/24",
        "a:", "a/", "a/33", "a/024", "a//129", "a/24/64", "a:x", "a:x.", "a:x.1", "a:192.0.2.1", "a:x.-com", "a:x.com-",
        "a:x..", "mx:x.example:25", "ip4", "ip4:", "ip4:1.2.3", "ip4:1.2.3.4.5", "ip4:1.2.3.4.", "ip4:1.2.3.04",
        "ip4:1.2.3.256", "ip4:1.2.3.4/33", "ip4:1.2.3.4//32", "ip4:1.2.3.4/", "ip4:1.2.3.4:25", "ip4:::1", "ip6",
        "ip6:1.2.3.4", "ip6::::", "ip6:::1%eth0", "ip6:::1/129", "ip6:::1//64", "redirect:x.example", "redirect=",
        "redirect=x", "-redirect=x.example", "exp=", "exp=-all", "x=%a", "x=%", "=x", "1x=y", "-", "-=", "a:%{x}.example",
        "a:%{c}.example", "a:%{d0}", "a:%{d00}", "a:%{}", "a:%{d", "a:%{d2x}", "a:%d.example", "a:%(d).example",
        "a:\t.example", "\ta", "a\r", "a:x.example\n", "a:x.example\0", "ip4:192.0.2.1\n", "ip5:x", "moo", "a:x.exam ple",
        "redirect=x.example redirect=y.example", "exp=x.example EXP=y.example",
    ],
)  # fmt: skip
def test_faults_are_found_anywhere(term):
    """Behind a mechanism that would match, in front of it, in what is never evaluated."""
    assert isinstance(parse_record(f"v=spf1 +all {term}"), str)
    assert isinstance(parse_record(f"v=spf1 {term} +all"), str)


def test_endless_record_is_a_fault():
    """Nobody publishes it for mail."""
    assert parse_record("v=spf1 " + "a " * (MAX_RECORD_OCTETS // 2)) == "record too long"


def test_reason_never_quotes_the_record():
    """It goes to logs; the record is a stranger's."""
    assert "zz" not in str(parse_record("v=spf1 zz:%zz"))
