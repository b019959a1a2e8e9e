"""Names of domains."""

from __future__ import annotations

import pytest

from gateway.read.identity.domains import common_ancestor, is_askable, is_mail_domain, is_suffix, lies_within


@pytest.mark.parametrize("name", ["a", "a b.example", "_dmarc.so-a.example", "x" * 63 + ".y", ".".join(["x" * 62] * 4)])
def test_names_a_resolver_takes(name):
    """Any printable octets in labels of the right length."""
    assert is_askable(name)


@pytest.mark.parametrize(
    "name", ["", ".", "a.", ".a", "a..b", "x" * 64, ".".join(["x" * 63] * 4), "a\\.b", "\u00e1", "a\0", "a\n", "a\x7f"]
)
def test_names_no_resolver_takes(name):
    """Empty or long labels, octets that are not printable, and the escape of resolvers."""
    assert not is_askable(name)


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


def test_names_are_compared_on_label_boundaries():
    """`xso-a.example` is a stranger."""
    assert lies_within("mail.so-a.example", "so-a.example")
    assert not lies_within("xso-a.example", "so-a.example")
    assert common_ancestor("a.xso-a.example", "a.so-a.example") == "example"
    assert common_ancestor("a.so-a.example", "so-a.example") == "so-a.example"
    assert common_ancestor("a.example", "a.test") == ""


def test_suffixes_of_strangers():
    """Known ones of .vn and all single labels; what the registry does not sell is none."""
    assert [is_suffix(name) for name in ("gov.vn", "id.vn", "binhduong.vn", "vn", "com", "")] == [True] * 6
    assert [is_suffix(name) for name in ("so-a.gov.vn", "tinh-a.vn", "so-a.example")] == [False] * 3
