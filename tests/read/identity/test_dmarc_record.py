"""DMARC Policy Records (RFC 9989 sections 4.7 and 4.8)."""

from __future__ import annotations

import pytest

from gateway.read.identity.dmarc_record import PolicyRecord, is_dmarc, parse_policy


@pytest.mark.parametrize("text", ["v=DMARC1", "v=DMARC1;p=none", "v = DMARC1 ; p=none", "V=DMARC1;", "v=DMARC1\t;p=x"])
def test_version_stands_first(text):
    """The tag's name in any case, its value in this."""
    assert is_dmarc(text)


@pytest.mark.parametrize(
    "text", ["", "v=dmarc1; p=none", "p=none; v=DMARC1", "v=DMARC12", " v=DMARC1", "v=spf1", "v=DMARC1 p=none"]
)
def test_other_texts_are_no_policy(text):
    """RFC 9989 section 4.7: then the entire record is ignored."""
    assert not is_dmarc(text)


def test_endless_text_is_no_policy():
    """However it begins."""
    assert not is_dmarc("v=DMARC1; p=reject; " + "x=y;" * 2000)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("p=reject", PolicyRecord("reject")),
        ("P=Reject; SP=none ;np=quarantine", PolicyRecord("reject", "none", "quarantine")),
        ("p=none; adkim=s; aspf=s; t=y; psd=n", PolicyRecord("none", "", "", "n", True, True, True)),
        ("p=none; adkim=strict; aspf=; t=1; psd=yes", PolicyRecord("none")),
        ("p=none; pct=50; rf=afrf; zz; =; ;; x=y", PolicyRecord("none")),
        ("p=reject; p=none", PolicyRecord("reject")),
        ("psd=y; p=reject", PolicyRecord("reject", psd="y")),
    ],
)
def test_tags_are_read(tags, expected):
    """Unknown ones are ignored, wrong values are defaults."""
    assert parse_policy(f"v=DMARC1; {tags}") == expected


@pytest.mark.parametrize("tags", ["", "p=", "p=rejct", "sp=none", "p=reject; sp=x", "p=reject; np=", "p=reject none"])
@pytest.mark.parametrize(
    ("rua", "p"),
    [
        ("", ""),
        ("rua=mailto:bao-cao@so-a.example", "none"),
        ("rua=x, mailto:a@so-a.example!10m", "none"),
        ("rua=bao-cao@so-a.example", ""),
        ("rua=,", ""),
    ],
)
def test_wrong_preference_asks_for_reports_at_most(tags, rua, p):
    """RFC 9989 section 4.10.1: as `p=none` where there is an address for reports, and no DMARC otherwise."""
    assert parse_policy(f"v=DMARC1; {tags}; {rua}") == PolicyRecord(p)
