"""Questions that can be foreseen."""

from __future__ import annotations

import pytest

from gateway.read.identity.ahead import questions_ahead
from gateway.read.identity.dmarc import check_dmarc
from gateway.read.identity.spf import check_spf
from gateway.values.identity import SpfFacts
from tests.support.dns_world import World


def names(*asked):
    """Write questions as `name TYPE`."""
    return [f"{question.name} {question.kind}" for question in questions_ahead(*asked)]


def test_everything_foreseen_is_asked():
    """For mail whose author has the domain of the reverse-path."""
    world = World({})
    check_spf("192.0.2.1", "a@thu.so-a.example", "x.example", world)
    check_dmarc("thu.so-a.example", SpfFacts("none", "thu.so-a.example"), (), world)

    assert names("a@thu.so-a.example", "x.example") == world.asked


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("", "mail.so-a.example", ["So-B.gov.vn."]), ["mail.so-a.example", "_dmarc.so-b.gov.vn", "_dmarc.gov.vn"]),
        (("", "[192.0.2.1]"), []),
        (("a@[192.0.2.1]", "x.example", ["khong", "so-b.gov.vn"]), ["_dmarc.so-b.gov.vn", "_dmarc.gov.vn"]),
    ],
)
def test_known_authors_replace_the_guess(asked, expected):
    """And what is no domain is not asked."""
    assert names(*asked) == [f"{name} TXT" for name in expected]
