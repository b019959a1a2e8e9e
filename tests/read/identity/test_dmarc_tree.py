"""The DNS Tree Walk (RFC 9989 section 4.10)."""

from __future__ import annotations

import pytest

from gateway.read.identity.dmarc_tree import Walker, walk_names
from tests.support.dns_world import FAILS, World


def walked(domain, **records):
    """Walk up from a domain, where these publish: names with `_` for a dot."""
    table = {f"_dmarc.{name.replace('_', '.')} TXT": text for name, text in records.items()}
    world = World(table)
    return Walker(world).walk(domain), world


def test_long_names_lose_their_middle():
    """Example of RFC 9989 section 4.10: eight queries."""
    assert walk_names("a.b.c.d.e.f.g.h.i.j.mail.example.com") == (
        "a.b.c.d.e.f.g.h.i.j.mail.example.com",
        "g.h.i.j.mail.example.com",
        "h.i.j.mail.example.com",
        "i.j.mail.example.com",
        "j.mail.example.com",
        "mail.example.com",
        "example.com",
        "com",
    )


@pytest.mark.parametrize("labels", range(2, 30))
def test_walk_is_eight_queries_at_most(labels):
    """However many labels a sender invents."""
    names = walk_names(".".join("abcdefghijklmnopqrstuvwxyz0123"[:labels]))

    assert len(names) == min(labels, 8)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("domain", "records", "organisation"),
    [
        ("a.mail.example.com", {}, "a.mail.example.com"),
        ("a.mail.example.com", {"mail_example_com": "v=DMARC1", "example_com": "v=DMARC1"}, "example.com"),
        ("a.mail.example.com", {"mail_example_com": "v=DMARC1;psd=n", "example_com": "v=DMARC1"}, "mail.example.com"),
        ("a.mail.example.com", {"com": "v=DMARC1;psd=y"}, "example.com"),
        ("a.mail.example.com", {"com": "v=DMARC1"}, "example.com"),
        ("a.mail.example.com", {"com": "v=DMARC1;psd=n"}, "example.com"),
        ("a.mail.example.com", {"a_mail_example_com": "v=DMARC1", "com": "v=DMARC1;psd=y"}, "example.com"),
        ("giant.bank.example", {"bank_example": "v=DMARC1;psd=y", "example": "v=DMARC1"}, "giant.bank.example"),
        ("bank.example", {"bank_example": "v=DMARC1;psd=y"}, "bank.example"),
        ("a.example.com", {"example_com": ["v=DMARC1", "v=DMARC1"]}, "a.example.com"),
        ("a.example.com", {"example_com": ["v=DMARC1", "v=spf1 -all", "rac"]}, "example.com"),
    ],
)
def test_organisation(domain, records, organisation):
    """RFC 9989 section 4.10.2, its examples, and single labels, which are nobody's organisation."""
    tree, _ = walked(domain, **records)

    assert tree.organisation == organisation
    assert tree.is_whole


@pytest.mark.parametrize("suffix", ["v=DMARC1; p=reject", "v=DMARC1; psd=n", "v=DMARC1; psd=y", "v=spf1"])
@pytest.mark.parametrize("root", ["v=DMARC1; psd=y", "v=DMARC1; p=none", "v=spf1"])
def test_public_suffix_makes_no_organisation(suffix, root):
    """Whatever stands at gov.vn or vn, agencies below gov.vn are strangers to each other."""
    so_a, world = walked("so-a.gov.vn", gov_vn=suffix, vn=root)
    so_b, _ = walked("so-b.gov.vn", gov_vn=suffix, vn=root)

    assert (so_a.organisation, so_b.organisation) == ("so-a.gov.vn", "so-b.gov.vn")
    assert world.asked == ["_dmarc.so-a.gov.vn TXT", "_dmarc.gov.vn TXT"]


@pytest.mark.parametrize(
    ("domain", "records", "organisation", "is_whole"),
    [
        ("so-a.gov.vn", {"gov_vn": FAILS}, "so-a.gov.vn", False),
        ("mail.so-a.gov.vn", {"gov_vn": FAILS, "so-a_gov_vn": "v=DMARC1"}, "so-a.gov.vn", False),
        ("mail.so-a.gov.vn", {"gov_vn": FAILS, "mail_so-a_gov_vn": "v=DMARC1"}, "", False),
        ("mail.so-a.gov.vn", {"gov_vn": FAILS}, "", False),
        ("mail.so-a.gov.vn", {"mail_so-a_gov_vn": FAILS, "so-a_gov_vn": "v=DMARC1"}, "", False),
        ("mail.so-a.gov.vn", {"mail_so-a_gov_vn": "v=DMARC1;psd=n", "so-a_gov_vn": FAILS}, "mail.so-a.gov.vn", True),
    ],
)
def test_failed_answer_leaves_open_what_it_could_change(domain, records, organisation, is_whole):
    """Right below a public suffix nothing is left to ask; elsewhere the organisation is unknown."""
    tree, _ = walked(domain, **records)

    assert (tree.organisation, tree.is_whole) == (organisation, is_whole)
