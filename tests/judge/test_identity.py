"""Identity: what verifies an author, what leaves him unknown, and what nobody answers for."""

from __future__ import annotations

import pytest

from gateway.judge.identity import identify, is_spoken_for
from gateway.values.envelope import Client
from gateway.values.facts import AddressFacts, HeaderFacts
from gateway.values.identity import ArcFacts, Authentication, DkimFacts, DmarcFacts, SpfFacts

DOMAIN = "so-a.example"
AUTHOR = HeaderFacts(author=(AddressFacts(f"vanthu@{DOMAIN}"),))
STRANGER = Client("192.0.2.25")
OURS = Client("10.0.0.5", is_trusted=True)
NAMED = Client("10.0.0.5", is_trusted=True, speaks_for=(".so-a.example",))


def found(dmarc="none", *, aligned=(), spf=("none", DOMAIN), dkim=(), is_open=False, **more):
    """What our own checks say."""
    return Authentication(
        spf=SpfFacts(*spf, is_for_anyone=is_open),
        dkim=tuple(DkimFacts(*one) for one in dkim),
        dmarc=DmarcFacts(dmarc, DOMAIN, aligned=aligned),
        source="check",
        **more,
    )


@pytest.mark.parametrize(
    ("client", "header", "authentication", "word"),
    [
        pytest.param(STRANGER, AUTHOR, Authentication(), "unknown", id="nobody-looked"),
        pytest.param(NAMED, AUTHOR, Authentication(), "verified", id="its-own-server"),
        pytest.param(NAMED, AUTHOR, found("fail"), "verified", id="its-own-server-without-signature"),
        pytest.param(STRANGER, AUTHOR, found("pass", aligned=("spf",)), "verified", id="spf"),
        pytest.param(STRANGER, AUTHOR, found("none", aligned=("dkim",)), "verified", id="no-policy-published"),
        pytest.param(STRANGER, AUTHOR, found("fail"), "claimed", id="policy-failed"),
        pytest.param(
            STRANGER, AUTHOR, found("pass", aligned=("spf",), is_open=True), "claimed", id="spf-that-lets-anybody-send"
        ),
        pytest.param(
            STRANGER,
            AUTHOR,
            found("pass", aligned=("spf", "dkim"), is_open=True),
            "verified",
            id="a-signature-beside-it",
        ),
        pytest.param(STRANGER, AUTHOR, found("none"), "claimed", id="nothing-published"),
        pytest.param(STRANGER, AUTHOR, found(spf=("pass", "khac.example")), "claimed", id="spf-of-another"),
        pytest.param(STRANGER, AUTHOR, found("temperror"), "unknown", id="no-answer"),
        pytest.param(STRANGER, AUTHOR, found(spf=("temperror", DOMAIN)), "unknown", id="no-answer-about-spf"),
        pytest.param(
            STRANGER, AUTHOR, found(dkim=[("temperror", "mail.so-a.example")]), "unknown", id="no-answer-about-a-key"
        ),
        pytest.param(
            STRANGER, AUTHOR, found(dkim=[("temperror", "ke-gian.example")]), "claimed", id="a-dead-domain-of-a-forger"
        ),
        pytest.param(
            STRANGER, AUTHOR, found(spf=("temperror", "ke-gian.example")), "claimed", id="a-dead-path-of-a-forger"
        ),
        pytest.param(STRANGER, AUTHOR, found("fail", vouched_by="list.example"), "verified", id="named-sealer"),
        pytest.param(OURS, AUTHOR, found("none"), "unknown", id="a-server-of-ours-about-which-nothing-is-said"),
        pytest.param(OURS, AUTHOR, Authentication(source="upstream"), "unknown", id="upstream-said-nothing"),
        pytest.param(
            OURS,
            AUTHOR,
            Authentication(dmarc=DmarcFacts("pass", DOMAIN), source="upstream"),
            "verified",
            id="upstream-said-pass",
        ),
        pytest.param(
            OURS,
            AUTHOR,
            Authentication(dmarc=DmarcFacts("fail", DOMAIN, policy="reject"), source="upstream"),
            "claimed",
            id="upstream-said-fail",
        ),
        pytest.param(STRANGER, HeaderFacts(), found(), "claimed", id="no-author"),
    ],
)
def test_identity(client, header, authentication, word):
    """Each way an author is verified, claimed or unknown."""
    assert identify(client, header, authentication) == word


@pytest.mark.parametrize(
    "header",
    [
        HeaderFacts(author=(*AUTHOR.author, AddressFacts(f"khac@{DOMAIN}"))),
        HeaderFacts(author=AUTHOR.author, is_author_ambiguous=True),
        HeaderFacts(author=(AddressFacts(""),)),
        HeaderFacts(author=(AddressFacts(f"thu@khac.example'.{DOMAIN}"),)),
    ],
    ids=["two", "differing", "unreadable", "no-host"],
)
@pytest.mark.parametrize("client", [STRANGER, NAMED])
def test_whoever_is_not_one_author_is_never_verified(header, client):
    """No pass, network or seal verifies an author two programs may show differently, or whose domain can be no host."""
    says = found("pass", aligned=("spf", "dkim"), vouched_by="list.example", arc=ArcFacts("pass"))
    assert identify(client, header, says) != "verified"


@pytest.mark.parametrize(
    ("domain", "named", "is_named"),
    [
        ("so-a.example", ("so-a.example",), True),
        ("mail.so-a.example", ("so-a.example",), False),
        ("so-a.example", (".so-a.example",), True),
        ("x.mail.so-a.example", (".so-a.example",), True),
        ("xso-a.example", (".so-a.example",), False),
        ("so-a.example", (), False),
        ("so-a.example", (".so-b.example", "so-a.example"), True),
    ],
)
def test_domains_a_server_speaks_for(domain, named, is_named):
    """Exact names, and names below one with a dot; never a mere ending."""
    assert is_spoken_for(domain, named) is is_named
