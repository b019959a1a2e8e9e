"""Domain classes, look-alikes, mixed scripts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.judge.domains import Protected, domain_of, is_mixed_script, parents, parse_domain_list, protect, to_unicode
from gateway.values.faults import Misconfigured
from tests.support.judging import DOMAINS

OFFICIAL = frozenset({"hanoi.gov.vn", "binhduong.gov.vn"}) | DOMAINS.official_suffixes()
PROTECTED = Protected(OFFICIAL)


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        ("gmail.com", "free"),
        ("mail.yahoo.com.vn", "free"),
        ("hn.vnn.vn", "free"),
        ("fpt.com.vn", "unknown"),
        ("hanoi.gov.vn", "official"),
        ("camau.dcs.vn", "official"),
        ("mailinator.com", "disposable"),
        ("notgmail.com", "unknown"),
        ("gmail.com.example", "unknown"),
        ("xgov.vn", "unknown"),
    ],
)
def test_a_domain_is_classified_on_label_boundaries(domain, kind):
    """A suffix of letters is no parent domain."""
    assert kind == DOMAINS.kind(domain)


def test_the_stronger_layer_stands():
    """A local allow entry frees a domain, a deny entry binds it, wherever it stands in the file."""
    listed = parse_domain_list("[free]\na.vn\n[allow]\nA.vn\n[review]\nb.vn\n[deny]\nb.vn # ours\n", "list")
    assert ("unknown", "free") == (listed.kind("x.a.vn"), listed.kind("b.vn"))


def test_every_bad_line_is_reported():
    """Unknown layers and malformed names are named with their lines."""
    with pytest.raises(Misconfigured) as raised:
        parse_domain_list("a.vn\n[fre]\n[free]\nb..vn\nok.vn\n-c.vn\n", "list")
    assert ["list:1", "list:2", "list:4", "list:6"] == [
        str(problem).partition(": ")[0] for problem in raised.value.problems
    ]


@pytest.mark.parametrize(
    ("domain", "imitated"),
    [
        ("hanoi.gov.vn", ""),
        ("sub.hanoi.gov.vn", ""),
        ("other.gov.vn", ""),
        ("hanoi.vn", ""),
        ("govern.com", ""),
        ("example.com", ""),
        ("", ""),
        ("hanoi-gov.vn", "hanoi.gov.vn"),
        ("hanoigov.vn", "hanoi.gov.vn"),
        ("hanoi-gov-vn.com", "hanoi.gov.vn"),
        ("hanoi.gov.vn.example.com", "hanoi.gov.vn"),
        ("mail.hanoi.gov.vn.example.com", "hanoi.gov.vn"),
        ("hano1.gov.vn", "hanoi.gov.vn"),
        ("hanoi.g0v.vn", "hanoi.gov.vn"),
        ("gov.vn.com", "gov.vn"),
        ("abc-gov.vn", "gov.vn"),
        ("chinhphu-vn.com", "chinhphu.vn"),
        ("h\u0430noi.gov.vn", "hanoi.gov.vn"),
        ("xn--hnoi-53d.gov.vn", "hanoi.gov.vn"),
        ("binhdu\u01a1ng.gov.vn", "binhduong.gov.vn"),
    ],
)
def test_look_alikes_are_seen_and_nothing_else(domain, imitated):
    """Label tricks, hyphens, digits and letters of other scripts read as what they look like."""
    assert imitated == PROTECTED.find_imitated(domain)


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("hanoi.gov.vn", False),
        ("xn--hnoi-53d.gov.vn", True),
        ("h\u0430noi.vn", True),
        ("\u0440\u0430\u0443.com", True),
        ("\u043f\u043e\u0447\u0442\u0430.example", False),
        ("b\u00ecnhd\u01b0\u01a1ng.vn", False),
    ],
)
def test_mixed_scripts(domain, expected):
    """Latin with Cyrillic in one label, or a label wholly of Latin twins; honest Cyrillic is no mixture."""
    assert expected is is_mixed_script(domain)


def test_small_text_helpers():
    """Domains of addresses, parents in order, broken A-labels left alone."""
    assert ("b.vn", "") == (domain_of("A@B.vn."), domain_of("nobody"))
    assert ["a.b.vn", "b.vn", "vn"] == list(parents("a.b.vn"))
    assert "xn--\u0301.vn" == to_unicode("xn--\u0301.vn")
    assert "xn--" + "z" * 100_000 == to_unicode("xn--" + "z" * 100_000)


def test_the_index_of_one_generation_is_built_once():
    """The same set gives the same index."""
    assert protect(OFFICIAL) is protect(OFFICIAL)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abghinov.-1\u0430\u0301xn", max_size=80))
def test_any_text_gets_an_answer(domain):
    """Total on hostile names; an official name imitates nothing; memory changes no answer."""
    found = PROTECTED.find_imitated(domain)
    assert found in OFFICIAL | {""}
    assert found == Protected(OFFICIAL).find_imitated(domain)
    assert is_mixed_script(domain) in {True, False}
