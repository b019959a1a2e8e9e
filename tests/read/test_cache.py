"""FactsCache: the same document is read once, and facts do not depend on that."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read import cache as cache_module
from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.cache import CacheKey, ContentFacts, FactsCache
from gateway.read.message import read_message
from gateway.values.trust import EMPTY_TRUST
from tests.corpus.compose import CASES, HOSTILE, MIME, RFC, archive, docx, file, many, pdf
from tests.corpus.golden import AT

if TYPE_CHECKING:
    from gateway.values.facts import MessageFacts

MESSAGES = [
    RFC["pdf_attached"],
    RFC["docx_attached"],
    RFC["forwarded_multipart"],
    HOSTILE["zip_of_doc"],
    HOSTILE["zip_of_mail"],
]


@pytest.mark.parametrize("octets", MESSAGES)
def test_facts_do_not_depend_on_the_cache(octets: bytes) -> None:
    """Facts from a warm cache equal those read afresh."""
    cache = FactsCache(10, EMPTY_TRUST.generation)
    fresh = read_message(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT)
    first = read_message(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT, cache=cache)
    second = read_message(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT, cache=cache)

    assert fresh == first == second
    assert cache.hits > 0


def read(octets: bytes, cache: FactsCache | None = None, budget: Budget = DEFAULT_BUDGET) -> MessageFacts:
    """Read without trust."""
    return read_message(octets, budget, EMPTY_TRUST, AT, cache=cache)


def test_one_cache_for_the_whole_corpus_changes_no_facts() -> None:
    """Every message of the corpus after every other, there and back."""
    messages = [octets for folder in CASES.values() for octets in folder.values() if len(octets) < 100_000]
    fresh = {octets: read(octets) for octets in messages}
    cache = FactsCache(1_000, EMPTY_TRUST.generation)

    assert [octets for octets in [*messages, *messages[::-1]] if read(octets, cache) != fresh[octets]] == []
    assert cache.hits > len(messages) // 3


LEAVES = [
    pdf(),
    docx("Độ mật: Mật"),
    b"TB 12/TB-UBND",
    archive(("a.txt", b"x"), ("b.pdf", pdf())),
    archive(("in.zip", archive(("c.txt", b"TB 12/TB-UBND"), ("d.docx", docx("y"))))),
    RFC["forwarded_multipart"],
    MIME + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * 30 + b"--x--\r\n",
]
"""Files of which some hold others."""
PLANS = st.recursive(
    st.integers(0, len(LEAVES) - 1), lambda inside: st.lists(inside, min_size=1, max_size=3), max_leaves=4
)
"""A number is one of LEAVES, a list an archive of what its plans say."""


def made(plan: int | list[object]) -> bytes:
    """Make the file of a plan."""
    if isinstance(plan, int):
        return LEAVES[plan]
    return archive(*((f"{number}.bin", made(inner)) for number, inner in enumerate(plan)))


SMALL = Budget(container_entries=20, container_depth=3, parts=60, text_characters=400, container_octets=60_000)


@settings(max_examples=30, deadline=None)
@given(mails=st.lists(st.lists(PLANS, min_size=1, max_size=4), min_size=2, max_size=4))
def test_no_order_of_messages_changes_facts(mails: list[list[object]]) -> None:
    """Nor do budgets that run out in the middle: what was cut short is not remembered, what is costs the same."""
    cache = FactsCache(50, EMPTY_TRUST.generation)
    for plans in mails:
        message = many(*(file(made(plan), b"filename=f%d.bin" % number) for number, plan in enumerate(plans)))
        assert read(message, cache, SMALL) == read(message, None, SMALL)


def test_copies_out_of_the_cache_cost_their_parts() -> None:
    """A small message cannot become a hundred thousand parts by repeating a file that holds many."""
    inner = MIME + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * 100 + b"--x--\r\n"
    message = many(*[file(archive(("a.eml", inner)), b"filename=a.zip")] * 100)
    facts = read(message, FactsCache(100, EMPTY_TRUST.generation))

    assert len(facts.parts) < 2 * DEFAULT_BUDGET.parts
    assert facts.overruns == ("parts",)


def test_the_cache_is_bounded_in_octets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Archives of many files take the place of many documents, and never more than there is."""
    monkeypatch.setattr(cache_module, "MAX_OCTETS", 50_000)
    cache = FactsCache(1_000, "g")
    members = read(many(file(archive(*((str(n), b"x") for n in range(20))), b"filename=a.zip"))).parts
    for name in "abcdef":
        cache.keep(CacheKey(name, "", 0), ContentFacts("zip", members=members))

    assert [cache.holds(CacheKey(name, "", 0)) for name in "abcdef"] == [False, False, False, False, True, True]


def test_a_document_under_another_name_is_read_once() -> None:
    """Names are no part of the key: the second copy is a hit, with its own name in the facts."""
    cache = FactsCache(10, EMPTY_TRUST.generation)
    facts = read_message(
        many(file(pdf(), b"filename=a.pdf"), file(pdf(), b"filename=b.pdf")),
        DEFAULT_BUDGET,
        EMPTY_TRUST,
        AT,
        cache=cache,
    )

    assert [part.name for part in facts.parts] == ["a.pdf", "b.pdf"]
    assert (cache.hits, cache.misses, len(cache)) == (1, 1, 1)


def test_a_large_body_seen_before_is_not_decoded() -> None:
    """Facts, hits and ambiguities are the same whether a body was decoded again or known by its encoded octets."""
    # Of three octets each, so that a letter behind them is no padding but one too many.
    body = file((pdf() + b"%" + b"x" * 100_000)[:99_999], b"filename=a.pdf").rstrip() + b"e\r\n"
    cache = FactsCache(10, EMPTY_TRUST.generation)
    fresh = read_message(many(body), DEFAULT_BUDGET, EMPTY_TRUST, AT)
    again = [read_message(many(body), DEFAULT_BUDGET, EMPTY_TRUST, AT, cache=cache) for _ in range(3)]

    assert again == [fresh] * 3
    assert fresh.ambiguities == ("base64_malformed",)
    assert (cache.hits, cache.misses, len(cache)) == (2, 1, 1)


def test_another_trust_generation_passes_the_cache_by() -> None:
    """A cache filled under other anchors is neither read nor written."""
    cache = FactsCache(10, "other")
    read_message(RFC["pdf_attached"], DEFAULT_BUDGET, EMPTY_TRUST, AT, cache=cache)

    assert (cache.hits, cache.misses, len(cache)) == (0, 0, 0)


def test_an_hour_later_it_is_read_again() -> None:
    """Relative dates and signature validity depend on the instant: entries serve within their hour."""
    cache = FactsCache(10, EMPTY_TRUST.generation)
    for at in (AT, AT + timedelta(minutes=5), AT + timedelta(hours=1)):
        read_message(RFC["pdf_attached"], DEFAULT_BUDGET, EMPTY_TRUST, at, cache=cache)

    assert (cache.hits, cache.misses) == (1, 2)


def test_what_exceeds_a_budget_is_not_kept() -> None:
    """A bomb is noted as overrun every time it comes."""
    cache = FactsCache(10, EMPTY_TRUST.generation)
    facts = [read_message(HOSTILE["zip_bomb"], DEFAULT_BUDGET, EMPTY_TRUST, AT, cache=cache) for _ in range(2)]

    assert facts[0] == facts[1]
    assert facts[1].overruns == ("container_ratio",)


def test_a_hit_is_charged_to_the_budget() -> None:
    """Copies of an archive out of the cache cost their entries like the first."""
    octets = archive(*((str(number), b"x") for number in range(4)))
    message = many(*[file(octets, b"filename=a%d.zip" % number) for number in range(3)])
    budget = Budget(container_entries=10)
    cache = FactsCache(10, EMPTY_TRUST.generation)
    facts = read_message(message, budget, EMPTY_TRUST, AT, cache=cache)

    assert facts.overruns == ("container_entries",)
    assert facts == read_message(message, budget, EMPTY_TRUST, AT)


def test_the_longest_unused_goes_first() -> None:
    """The cache holds no more than its size and forgets what was not used."""
    cache = FactsCache(2, "g")
    keys = [CacheKey(name, "", 0) for name in "abc"]
    cache.keep(keys[0], ContentFacts("pdf"))
    cache.keep(keys[1], ContentFacts("zip"))
    cache.find(keys[0])
    cache.keep(keys[2], ContentFacts("doc"))

    assert [cache.find(key) is not None for key in keys] == [True, False, True]
    assert len(cache) == 2


@pytest.mark.parametrize("where", ["subject", "document"])
def test_nothing_of_a_state_secret_is_kept(where: str) -> None:
    """A marked message leaves no facts behind, wherever the mark stands; what was known before stays."""
    cache = FactsCache(10, EMPTY_TRUST.generation)
    known = many(file(pdf(), b"filename=a.pdf"))
    read_message(known, DEFAULT_BUDGET, EMPTY_TRUST, AT, cache=cache)
    marked = "Độ mật: Tối mật".encode() if where == "document" else b"x"
    secret = many(file(marked, b"filename=b.txt"), file(b"another", b"filename=c.txt"))
    if where == "subject":
        secret = "Subject: [MẬT] 12/KH-BCĐ\r\n".encode() + secret
    facts = read_message(secret, DEFAULT_BUDGET, EMPTY_TRUST, AT, cache=cache)

    assert facts.secrecy.value != "none"
    assert len(cache) == 1
