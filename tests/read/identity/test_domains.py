"""Names of domains."""

from __future__ import annotations

import pytest

from gateway.read.identity.domains import common_ancestor, is_askable, is_suffix, lies_within


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
