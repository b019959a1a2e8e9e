"""DMARC: a golden set of cases in Vietnamese shapes (RFC 9989)."""

from __future__ import annotations

import pytest

from gateway.read.identity.dmarc import MAX_WALKS, check_dmarc
from gateway.values.identity import DkimFacts, DmarcFacts, SpfFacts
from tests.support.dns_world import FAILS, World, in_rounds

AUTHOR = "stnmt.tinh-a.example"


def policies(table):
    """Make a world of records by domain."""
    return {f"_dmarc.{domain} TXT": text for domain, text in table.items()}


def dmarc(table, author=AUTHOR, spf=None, dkim=(), **more):
    """Check with SPF and DKIM results written `domain` (pass) or `domain result`."""
    return check_dmarc(author, *given(spf, dkim), World(policies(table) | more))


def given(spf, dkim):
    """Write facts from `domain` or `domain result`."""
    pairs = [(text.partition(" ")[0], text.partition(" ")[2] or "pass") for text in (spf or "", *dkim)]
    spf_facts = SpfFacts(pairs[0][1], pairs[0][0]) if spf else None
    return spf_facts, tuple(DkimFacts(result, domain) for domain, result in pairs[1:])


def test_aligned_signature_passes():
    """The province publishes, its department writes, the department's key signs."""
    facts = dmarc({"tinh-a.example": "v=DMARC1; p=reject"}, dkim=[AUTHOR])

    assert facts == DmarcFacts(
        "pass", AUTHOR, "tinh-a.example", "reject", published_at="tinh-a.example", aligned=("dkim",)
    )


@pytest.mark.parametrize(
    ("spf", "dkim", "result", "aligned"),
    [
        ("tinh-a.example", [], "pass", ("spf",)),
        ("thu.tinh-a.example", ["tinh-a.example"], "pass", ("spf", "dkim")),
        ("so-y-te.tinh-a.example", [], "pass", ("spf",)),
        ("tinh-b.example", ["tinh-b.example"], "fail", ()),
        ("xtinh-a.example", ["tinh-a.example.tinh-b.example"], "fail", ()),
        ("example", [], "fail", ()),
        (f"{AUTHOR} softfail", [f"{AUTHOR} fail", f"{AUTHOR} policy", f"{AUTHOR} neutral"], "fail", ()),
        (f"{AUTHOR} temperror", [], "temperror", ()),
        (None, ["mail.tinh-a.example temperror"], "temperror", ()),
        (None, ["tinh-b.example temperror"], "fail", ()),
        (f"{AUTHOR} temperror", [AUTHOR], "pass", ("dkim",)),
        (None, [], "fail", ()),
        ("", [""], "fail", ()),
    ],
)
def test_relaxed_alignment(spf, dkim, result, aligned):
    """One Organizational Domain, which the province's record names; an error counts where it could have aligned."""
    facts = dmarc({"tinh-a.example": "v=DMARC1; p=quarantine"}, spf=spf, dkim=dkim)

    assert (facts.result, facts.aligned) == (result, aligned)
    assert facts.policy == "quarantine"


RFC_EXAMPLES = [
    # Simple: author and signer both publish; the organisation is the shorter name.
    (["example.com", "signing.example.com"], "example.com", "example.com", "signing.example.com", "example.com"),
    # Deep: the middle of a long name is left out.
    (["example.com"], "a.b.c.d.e.f.g.h.i.j.k.example.com", "example.com", "signing.example.com", "example.com"),
]


@pytest.mark.parametrize(("published", "author", "spf", "dkim", "organisation"), RFC_EXAMPLES)
def test_examples_of_the_rfc(published, author, spf, dkim, organisation):
    """RFC 9989 appendix B.4: everything is aligned, the policy is that of the nearest that applies."""
    facts = dmarc(dict.fromkeys(published, "v=DMARC1; p=reject"), author, spf=spf, dkim=[dkim])

    assert (facts.result, facts.aligned, facts.organisation) == ("pass", ("spf", "dkim"), organisation)
    assert facts.published_at == "example.com"


def test_example_of_the_rfc_with_a_public_suffix():
    """RFC 9989 appendix B.4: two banks below one suffix are strangers."""
    table = {"bank.example": "v=DMARC1; p=none; psd=y", "giant.bank.example": "v=DMARC1; p=reject"}

    facts = dmarc(table, "giant.bank.example", spf="mail.giant.bank.example", dkim=["mail.mega.bank.example"])

    assert (facts.aligned, facts.organisation) == (("spf",), "giant.bank.example")
    assert (facts.policy, facts.published_at) == ("reject", "giant.bank.example")


@pytest.mark.parametrize(
    ("tags", "aligned"),
    [
        ("", ("spf", "dkim")),
        ("adkim=r; aspf=r", ("spf", "dkim")),
        ("adkim=s", ("spf",)),
        ("aspf=s", ("dkim",)),
        ("adkim=s; aspf=s", ()),
    ],
)
def test_strict_alignment_is_equality(tags, aligned):
    """By method, as the record that applies has it."""
    table = {"tinh-a.example": f"v=DMARC1; p=reject; {tags}"}

    assert dmarc(table, spf="tinh-a.example", dkim=["thu.tinh-a.example"]).aligned == aligned
    assert dmarc(table, spf=AUTHOR, dkim=[AUTHOR]).aligned == ("spf", "dkim")


@pytest.mark.parametrize("suffix", [None, "v=DMARC1; p=reject", "v=DMARC1; p=reject; psd=n", "v=DMARC1; p=none; psd=y"])
@pytest.mark.parametrize("own", [None, "v=DMARC1; p=reject"])
def test_siblings_below_gov_vn_are_never_aligned(suffix, own):
    """Whatever stands at gov.vn: so-b.gov.vn vouches for nobody but itself."""
    table = {name: text for name, text in (("gov.vn", suffix), ("so-a.gov.vn", own)) if text}

    facts = dmarc(table, "so-a.gov.vn", spf="so-b.gov.vn", dkim=["so-b.gov.vn", "mail.so-b.gov.vn", "gov.vn"])

    assert facts.aligned == ()
    assert facts.organisation == "so-a.gov.vn"
    assert facts.result == ("fail" if table else "none")


def test_siblings_are_aligned_where_their_province_says_so():
    """Below a record of the province all departments are one organisation; a department may opt out by psd=n."""
    table = {"tinh-a.example": "v=DMARC1; p=reject"}
    apart = table | {AUTHOR: "v=DMARC1; p=reject; psd=n"}

    assert dmarc(table, dkim=["so-y-te.tinh-a.example"]).result == "pass"
    assert dmarc(apart, dkim=["so-y-te.tinh-a.example"]).result == "fail"
    assert dmarc(apart, dkim=[f"thu.{AUTHOR}"]).result == "pass"


@pytest.mark.parametrize(
    ("identifier", "aligned"),
    [(AUTHOR, ("dkim",)), ("tinh-a.example", ()), (f"thu.{AUTHOR}", ()), ("so-y-te.tinh-a.example", ())],
)
def test_alignment_without_any_policy(identifier, aligned):
    """Nothing is published, so every name is its own organisation: only the very domain counts."""
    facts = dmarc({}, dkim=[identifier])

    assert facts == DmarcFacts("none", AUTHOR, AUTHOR, aligned=aligned, reason="no policy published")


@pytest.mark.parametrize(
    ("record", "exists", "policy"),
    [
        ("p=reject", True, "reject"),
        ("p=reject; sp=none", True, "none"),
        ("p=none; sp=quarantine; np=reject", True, "quarantine"),
        ("p=none; sp=quarantine; np=reject", False, "reject"),
        ("p=none; np=reject", True, "none"),
        ("p=none; np=reject", False, "reject"),
        ("p=reject; t=y", True, "quarantine"),
        ("p=none; sp=quarantine; t=y", True, "none"),
        ("p=none; np=reject; t=y", False, "quarantine"),
    ],
)
def test_policy_for_a_department(record, exists, policy):
    """sp= for what exists, np= for what does not, p= for the rest; one step milder while testing."""
    more = {f"{AUTHOR} MX": "mx.tinh-a.example"} if exists else {}
    facts = dmarc({"tinh-a.example": f"v=DMARC1; {record}"}, **more)

    assert (facts.policy, facts.published_at) == (policy, "tinh-a.example")
    assert facts.is_testing == ("t=y" in record)


def test_policy_of_the_domain_itself():
    """Its own record counts before that of the organisation, and sp= and np= are not for it."""
    table = {AUTHOR: "v=DMARC1; p=quarantine; sp=none; np=reject", "tinh-a.example": "v=DMARC1; p=reject"}
    facts = dmarc(table)

    assert (facts.policy, facts.published_at, facts.organisation) == ("quarantine", AUTHOR, "tinh-a.example")


def test_doubtful_existence_takes_the_milder_policy():
    """Whether a department exists nobody could tell."""
    table = {"tinh-a.example": "v=DMARC1; p=none; np=reject"}

    assert dmarc(table, dkim=["tinh-b.example"], **{f"{AUTHOR} TXT": FAILS}).policy == "none"


def test_public_suffix_speaks_for_who_publishes_nothing():
    """RFC 9989 section 4.10.1: the record of the public suffix is the last resort."""
    suffix = {"gov.vn": "v=DMARC1; p=none; sp=reject; psd=y"}

    facts = dmarc(suffix, "stnmt.tinh-a.gov.vn", dkim=["tinh-a.gov.vn"])
    assert (facts.result, facts.policy, facts.published_at) == ("pass", "reject", "gov.vn")
    assert facts.organisation == "tinh-a.gov.vn"
    own = dmarc(suffix | {"tinh-a.gov.vn": "v=DMARC1; p=none"}, "stnmt.tinh-a.gov.vn")
    assert (own.policy, own.published_at) == ("none", "tinh-a.gov.vn")


@pytest.mark.parametrize("records", [["v=DMARC1; p=none", "v=DMARC1; p=reject"], "v=DMARC1; p=rejct", "v=DMARC1"])
def test_unusable_record_is_no_policy(records):
    """Several records, or no preference and no address for reports."""
    facts = dmarc({"tinh-a.example": records}, "tinh-a.example", dkim=["tinh-a.example"])

    assert (facts.result, facts.policy, facts.published_at, facts.aligned) == ("none", "", "", ("dkim",))


def test_record_without_preference_but_with_reports_passes():
    """It counts as p=none."""
    facts = dmarc({"tinh-a.example": "v=DMARC1; rua=mailto:a@tinh-a.example"}, "tinh-a.example", spf="tinh-a.example")

    assert (facts.result, facts.policy) == ("pass", "none")


@pytest.mark.parametrize(
    ("table", "dkim", "result", "aligned"),
    [
        ({AUTHOR: FAILS}, [AUTHOR], "temperror", ("dkim",)),
        ({AUTHOR: "v=DMARC1; p=reject", "tinh-a.example": FAILS}, [AUTHOR], "pass", ("dkim",)),
        ({AUTHOR: "v=DMARC1; p=reject", "tinh-a.example": FAILS}, ["tinh-a.example"], "temperror", ()),
        ({AUTHOR: "v=DMARC1; p=reject", "tinh-a.example": FAILS}, ["tinh-b.example"], "fail", ()),
        ({AUTHOR: "v=DMARC1; p=reject", "tinh-a.example": FAILS}, [], "fail", ()),
        ({"tinh-a.example": FAILS}, [], "temperror", ()),
        (
            {"tinh-a.example": "v=DMARC1; p=reject", "thu.tinh-a.example": FAILS},
            ["thu.tinh-a.example"],
            "temperror",
            (),
        ),
        ({"tinh-a.example": "v=DMARC1; p=reject", "example": FAILS}, ["tinh-a.example"], "pass", ("dkim",)),
    ],
)
def test_failed_answers_are_no_failures(table, dkim, result, aligned):
    """What DNS does not tell now is unknown; what it could not change is told."""
    facts = dmarc(table, dkim=dkim)

    assert (facts.result, facts.aligned) == (result, aligned)


@pytest.mark.parametrize("author", ["", "localhost", "[192.0.2.1]", "192.0.2.1", "a.-b", ".example", "a..example"])
def test_author_without_domain_asks_nothing(author):
    """There is nothing to align with."""
    world = World({})

    assert check_dmarc(author, SpfFacts("pass", author), (), world).result == "none"
    assert world.asked == []


@pytest.mark.parametrize("label", ["x" * 64, "s\u1edf", "a b", "", "x." * 200, "-", "a\\"])
def test_author_that_cannot_exist_is_below_somebody(label):
    """A name no resolver takes is not asked; the policy for names that do not exist holds for it."""
    world = World(policies({"tinh-a.example": "v=DMARC1; p=none; np=reject"}))

    facts = check_dmarc(f"{label}.tinh-a.example", None, (), world)

    assert (facts.result, facts.policy, facts.organisation) == ("fail", "reject", "tinh-a.example")
    assert facts.domain.isascii()
    assert len(facts.domain) <= 254


def test_names_are_asked_together():
    """Author and signers are walked in one round; a stranger's domain is not walked at all."""
    world = World(policies({"tinh-a.example": "v=DMARC1; p=none; np=reject"}) | {f"{AUTHOR} A": "192.0.2.1"})
    spf, dkim = given("tra.tinh-a.example", ["tinh-b.example", "tinh-a.example"])

    facts, rounds = in_rounds(world, lambda answers: check_dmarc(AUTHOR, spf, dkim, answers))

    assert (facts.result, facts.aligned) == ("pass", ("spf", "dkim"))
    walks = [f"_dmarc.{name} TXT" for name in (AUTHOR, "tinh-a.example", "example", "tra.tinh-a.example")]
    assert rounds == [walks, [f"{AUTHOR} TXT"]]


def test_what_lies_outside_the_organisation_is_not_walked():
    """A department with psd=n ends the walk, and so does the province's signature at its door."""
    world = World(policies({AUTHOR: "v=DMARC1; p=reject; psd=n"}))

    assert check_dmarc(AUTHOR, *given(None, ["tinh-a.example"]), world).result == "fail"
    assert world.asked == [f"_dmarc.{AUTHOR} TXT"]


def test_walks_are_bounded():
    """A hundred signatures of a hundred names below the author's cost a few dozen questions."""
    world = World(policies({"tinh-a.example": "v=DMARC1; p=reject"}))
    dkim = tuple(DkimFacts("pass", f"a.b.c.d.e.f.g.h.x{number}.tinh-a.example") for number in range(100))

    check_dmarc(f"a.b.c.d.e.f.g.h.{AUTHOR}", None, dkim, world)

    assert len(world.asked) <= 8 * (MAX_WALKS + 1)
