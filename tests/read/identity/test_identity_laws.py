"""Laws of SPF and DMARC on hostile DNS and hostile senders: bounded, typed, in few words of ours."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.identity.ahead import questions_ahead
from gateway.read.identity.dmarc import check_dmarc
from gateway.read.identity.spf import check_spf
from gateway.values.identity import Answer, DkimFacts, DnsAnswers, SpfFacts
from tests.support.dns_world import in_rounds

DOMAINS = st.sampled_from(
    ["so-a.example", "mail.so-a.example", "tinh-b.example", "so-a.gov.vn", "so-b.gov.vn", "gov.vn"]
)
WORDS = st.sampled_from(
    [
        "a",
        "mx",
        "ptr",
        "all",
        "include:",
        "exists:",
        "ip4:",
        "ip6:",
        "redirect=",
        "exp=",
        "x=",
        "%{s}",
        "%{l1r-}",
        "%{i}",
        "%{p}",
        "%{D}",
        "%{h}",
        "%%",
        "%",
        ":",
        "/",
        ".",
        "-",
        "+",
        "?",
        "~",
        "=",
        "0",
        "24",
        "so-a.example",
        "so-b.gov.vn",
        "192.0.2.1",
        "::1",
        "v=DMARC1",
        ";",
        "p=reject",
        "sp=none",
        "np=reject",
        "psd=n",
        "psd=y",
        "t=y",
        "adkim=s",
        "rua=mailto:a",
    ]
)
SOUP = st.lists(st.one_of(WORDS, st.just(" "), st.text(max_size=3)), max_size=12).map("".join)
TEXTS = st.one_of(
    SOUP.map(lambda text: "v=spf1 " + text), SOUP.map(lambda text: "v=DMARC1;" + text), st.text(max_size=20)
)
RECORDS = st.one_of(TEXTS, DOMAINS, st.sampled_from(["192.0.2.1", "2001:db8::1", "", "x"]))
ANSWERS = st.one_of(
    st.sampled_from(["no_data", "no_domain", "failed"]).map(Answer),
    st.lists(RECORDS, min_size=1, max_size=4).map(lambda records: Answer("found", tuple(records))),
)
SENDERS = st.one_of(DOMAINS.map(lambda domain: f"vanthu@{domain}"), st.text(max_size=30), SOUP)
RESULTS = st.sampled_from(["pass", "fail", "temperror", "permerror", "none", "zz"])


class Whims(DnsAnswers):
    """A DNS that answers a question with whatever comes next, and the same again."""

    def __init__(self, answers):
        super().__init__()
        self._answers = answers
        self._told = {}

    def look_up(self, name, kind):
        """Answer, and note the question."""
        if (name, kind) not in self._told:
            self._told[name, kind] = self._answers[len(self._told) % len(self._answers)]
        return self._told[name, kind]

    @property
    def questions(self):
        """Count what was asked."""
        return len(self._told)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "", "x"]),
    SENDERS,
    SENDERS,
    st.lists(ANSWERS, min_size=1),
)
def test_spf_ends_in_a_result(ip, path, helo, answers):
    """Whatever DNS says; within ten look-ups of ten names each; the same in one run and in rounds."""
    whims = Whims(answers)
    facts = check_spf(ip, path, helo, whims)

    assert facts.result in {"none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"}
    assert len(facts.reason) <= 60
    assert facts.reason.isascii()
    assert facts.reason.isprintable()
    assert whims.questions <= 130
    again, rounds = in_rounds(whims, lambda known: check_spf(ip, path, helo, known))
    assert again == facts
    assert len(rounds) <= 13


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(DOMAINS, st.text(max_size=20)),
    st.one_of(st.none(), st.builds(SpfFacts, RESULTS, DOMAINS)),
    st.lists(st.builds(DkimFacts, RESULTS, st.one_of(DOMAINS, st.text(max_size=9))), max_size=4).map(tuple),
    st.lists(ANSWERS, min_size=1),
)
def test_dmarc_ends_in_a_result(author, spf, dkim, answers):
    """Whatever DNS says: the same in one run and in rounds, and a pass only with an alignment."""
    whims = Whims(answers)
    facts = check_dmarc(author, spf, dkim, whims)

    assert facts.result in {"pass", "fail", "none", "temperror"}
    assert facts.result != "pass" or facts.aligned
    assert not (
        {"spf", "dkim"} & set(facts.aligned) and "pass" not in {check.result for check in (spf, *dkim) if check}
    )
    assert whims.questions <= 49
    again, rounds = in_rounds(whims, lambda known: check_dmarc(author, spf, dkim, known))
    assert again == facts
    assert len(rounds) <= 4


@settings(max_examples=300, deadline=None)
@given(st.lists(ANSWERS, min_size=1), st.sampled_from(["so-b.gov.vn", "gov.vn", "mail.so-b.gov.vn", "tinh-b.example"]))
def test_strangers_are_never_aligned(answers, stranger):
    """No DNS makes an agency below gov.vn vouch for another."""
    facts = check_dmarc("so-a.gov.vn", SpfFacts("pass", stranger), (DkimFacts("pass", stranger),), Whims(answers))

    assert facts.aligned == ()


@given(SENDERS, SENDERS, st.lists(st.text(max_size=20), max_size=3))
def test_questions_ahead_are_few(path, helo, authors):
    """For any sender: one of SPF, a walk for each author."""
    questions = questions_ahead(path, helo, authors)

    assert len(questions) <= 1 + 8 * max(1, len(authors))
    assert len(set(questions)) == len(questions)


@pytest.mark.parametrize(
    "record", ["v=spf1 " + "%{l1r-}." * 400 + "%{p}", "v=spf1 " + "a:%{s}%{L}.x " * 300, "v=spf1 " + "ptr mx " * 9]
)
def test_hostile_record_costs_little(record):
    """Of the greatest length, included by itself: a few hundred questions at most, none longer than a name."""
    whims = Whims([Answer("found", (record,))])
    check_spf("192.0.2.1", f"{'a.-' * 300}@so-a.example", "b" * 500, whims)

    assert whims.questions <= 130
