"""The resolver against a real DNS server on loopback: honest answers, every way to fail, and what is remembered."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

import pytest

from gateway.edge.resolver.cache import AnswerCache
from gateway.edge.resolver.resolver import FAILED_FOR_S, Resolver
from gateway.edge.resolver.settings import ResolverSettings
from gateway.values.identity import MAX_ANSWER_RECORDS, Answer, Question
from tests.support.dns_server import dns_server


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Give the instant."""
        return self.now


@contextmanager
def asking(**settings):
    """A server, and a function that asks it many questions at once through one resolver."""
    with dns_server() as server:
        clock = Clock()
        told = []
        values = {"addresses": (server.address,), "lookup_timeout_s": 0.4, **settings}

        async def ask(*rounds, within_s=5.0):
            resolver = Resolver(ResolverSettings(**values), lambda status, _seconds: told.append(status), clock)
            answers = []
            try:
                for one in rounds:
                    if callable(one):
                        one()
                        continue
                    found = await resolver.look_up([Question(*question) for question in one], within_s)
                    answers.append([found[Question(*question)] for question in one])
            finally:
                await resolver.close()
            return answers

        server.clock, server.told = clock, told
        yield server, lambda *rounds, **more: asyncio.run(ask(*rounds, **more))


def one(answers):
    """The answer to the only question of the only round."""
    return answers[0][0]


def test_records_of_each_type_come_as_texts():
    """Records of each type come as texts."""
    with asking() as (server, ask):
        server.txt("so-a.test", "v=spf1 mx -all", "khác".encode().decode("latin-1"))
        server.add("so-a.test", "A", "192.0.2.1")
        server.add("so-a.test", "AAAA", "2001:db8:0::1")
        server.add("so-a.test", "MX", "20 Hai.so-a.test.", "10 mot.so-a.test.")
        server.add("1.2.0.192.in-addr.arpa", "PTR", "Mail.so-a.test.")

        answers = ask(
            [("so-a.test", kind) for kind in ("TXT", "A", "AAAA", "MX")] + [("1.2.0.192.in-addr.arpa", "PTR")]
        )

    txt, a, aaaa, mx, ptr = answers[0]
    assert sorted(txt.records) == sorted(("v=spf1 mx -all", "khác".encode().decode("latin-1")))
    assert a == Answer("found", ("192.0.2.1",))
    assert aaaa == Answer("found", ("2001:db8::1",))
    assert mx == Answer("found", ("mot.so-a.test", "hai.so-a.test"))
    assert ptr == Answer("found", ("mail.so-a.test",))


def test_strings_of_one_record_are_joined_and_huge_ones_come_over_tcp():
    """Strings of one record are joined and huge ones come over tcp."""
    key = "v=DKIM1; p=" + "A" * 4000
    with asking() as (server, ask):
        server.txt("s._domainkey.so-a.test", key)

        answers = ask([("s._domainkey.so-a.test", "TXT")])

        assert one(answers) == Answer("found", (key,))
        assert server.asked_by_tcp["s._domainkey.so-a.test", "TXT"] == 1


def test_a_null_mx_is_the_empty_name():
    """A null mx is the empty name."""
    with asking() as (server, ask):
        server.add("so-a.test", "MX", "0 .")

        assert one(ask([("so-a.test", "MX")])) == Answer("found", ("",))


def test_absence_of_a_name_and_absence_of_a_type_are_told_apart():
    """Absence of a name and absence of a type are told apart."""
    with asking() as (server, ask):
        server.add("so-a.test", "A", "192.0.2.1")

        assert ask([("so-a.test", "TXT"), ("so-b.test", "TXT")])[0] == [Answer("no_data"), Answer("no_domain")]


def test_aliases_are_followed_and_a_circle_of_them_is_no_answer():
    """Aliases are followed and a circle of them is no answer."""
    with asking() as (server, ask):
        server.add("mail.test", "CNAME", "so-a.test.")
        server.txt("so-a.test", "v=spf1 -all")
        server.add("ring.test", "CNAME", "gnir.test.")
        server.add("gnir.test", "CNAME", "ring.test.")

        assert [answer.status for answer in ask([("mail.test", "TXT"), ("ring.test", "TXT")])[0]] == ["found", "failed"]


def test_wildcards_are_answers_like_others():
    """Wildcards are answers like others."""
    with asking() as (server, ask):
        server.txt("*.so-a.test", "v=spf1 -all")

        assert one(ask([("bat-ky.so-a.test", "TXT")])).records == ("v=spf1 -all",)


@pytest.mark.parametrize("behaviour", ["servfail", "silent", "garbage", "refused", "wrong_name"])
def test_what_is_no_answer_is_failed(behaviour):
    """What is no answer is failed."""
    with asking() as (server, ask):
        server.txt("so-a.test", "v=spf1 -all")
        server.behaviours["so-a.test"] = behaviour

        assert one(ask([("so-a.test", "TXT")])) == Answer("failed")


def test_a_truncated_answer_is_asked_for_over_tcp():
    """A truncated answer is asked for over tcp."""
    with asking() as (server, ask):
        server.txt("so-a.test", "v=spf1 -all")
        server.behaviours["so-a.test"] = "tcp_only"

        assert one(ask([("so-a.test", "TXT")])) == Answer("found", ("v=spf1 -all",))


def test_an_answer_with_too_many_records_is_failed():
    """An answer with too many records is failed."""
    with asking() as (server, ask):
        server.add("so-a.test", "A", *(f"192.0.2.{at}" for at in range(MAX_ANSWER_RECORDS + 1)))
        server.add("so-b.test", "A", *(f"192.0.2.{at}" for at in range(MAX_ANSWER_RECORDS)))

        assert [answer.status for answer in ask([("so-a.test", "A"), ("so-b.test", "A")])[0]] == ["failed", "found"]


@pytest.mark.parametrize("name", ["a" * 64 + ".test", ".".join(["abcdefgh"] * 30), "a..test", "sở.test", ""])
def test_names_no_server_takes_are_no_domain_and_are_not_asked(name):
    """Names no server takes are no domain and are not asked."""
    with asking() as (server, ask):
        assert one(ask([(name, "A")])).status in {"no_domain", "no_data"}
        assert not [asked for asked in server.asked if asked[0]]


def test_a_backslash_in_a_name_escapes_nothing():
    """A backslash in a name escapes nothing."""
    with asking() as (server, ask):
        ask([("a\\.so-b.test", "A")])

        assert list(server.asked) == [("a\\.so-b.test", "A")]


def test_an_answer_is_kept_for_its_ttl_and_no_longer():
    """An answer is kept for its ttl and no longer."""
    with asking() as (server, ask):
        server.ttl = 300
        server.txt("so-a.test", "v=spf1 -all")
        question = [("so-a.test", "TXT")]

        def later(seconds):
            return lambda: setattr(server.clock, "now", server.clock.now + seconds)

        ask(question, question, later(290), question)
        assert server.asked["so-a.test", "TXT"] == 1

        ask(question, later(301), question)
        assert server.asked["so-a.test", "TXT"] == 3


def test_absence_is_kept_as_long_as_the_zone_says():
    """Absence is kept as long as the zone says."""
    with asking() as (server, ask):
        server.minimum = 120
        question = [("khong-co.test", "TXT")]

        ask(question, lambda: setattr(server.clock, "now", server.clock.now + 100), question)
        assert server.asked["khong-co.test", "TXT"] == 1

        ask(question, lambda: setattr(server.clock, "now", server.clock.now + 130), question)
        assert server.asked["khong-co.test", "TXT"] == 3


def test_a_failure_costs_once_a_minute_and_not_every_message():
    """A failure costs once a minute and not every message."""
    with asking() as (server, ask):
        server.behaviours["so-a.test"] = "servfail"
        question = [("so-a.test", "TXT")]

        answers = ask(
            *[question] * 20, lambda: setattr(server.clock, "now", server.clock.now + FAILED_FOR_S + 1), question
        )

        assert {answer.status for round_ in answers for answer in round_} == {"failed"}
        assert server.told == ["failed", "failed"]


def test_a_recovered_server_is_believed_again_after_the_minute():
    """A recovered server is believed again after the minute."""
    with asking() as (server, ask):
        server.behaviours["so-a.test"] = "servfail"
        server.txt("so-a.test", "v=spf1 -all")

        def mend():
            server.behaviours.clear()
            server.clock.now += FAILED_FOR_S + 1

        assert [answer.status for (answer,) in ask([("so-a.test", "TXT")], mend, [("so-a.test", "TXT")])] == [
            "failed",
            "found",
        ]


def test_many_that_ask_the_same_at_once_share_one_look_up():
    """Many that ask the same at once share one look up."""
    with asking() as (server, _):
        server.txt("so-a.test", "v=spf1 -all")

        async def crowd():
            resolver = Resolver(ResolverSettings(addresses=(server.address,)))
            answers = await asyncio.gather(*(resolver.look_up([Question("so-a.test", "TXT")], 5) for _ in range(100)))
            await resolver.close()
            return answers

        answers = asyncio.run(crowd())
        assert {answer.status for found in answers for answer in found.values()} == {"found"}
        assert server.asked["so-a.test", "TXT"] == 1


def test_who_floods_gets_half_of_the_places_and_another_still_finds_one():
    """Who floods gets half of the places, and another still finds one; when the flood is over all are free again."""
    with asking() as (server, _):
        flood = [Question(f"{at}.silent.test", "TXT") for at in range(600)]
        for question in flood:
            server.behaviours[question.name] = "silent"
        server.txt("so-a.test", "v=spf1 -all")
        asked = Question("so-a.test", "TXT")

        async def crowd():
            resolver = Resolver(ResolverSettings(addresses=(server.address,), lookup_timeout_s=1.0))
            flooding = asyncio.ensure_future(resolver.look_up(flood, 5, "192.0.2.1"))
            await asyncio.sleep(0)
            refused = await resolver.look_up([Question("so-b.test", "TXT")], 5, "192.0.2.1")
            heard = await resolver.look_up([asked], 5, "192.0.2.2")
            await flooding
            after = await resolver.look_up([Question("so-b.test", "TXT")], 5, "192.0.2.1")
            await resolver.close()
            return [next(iter(found.values())).status for found in (refused, heard, after)]

        server.txt("so-b.test", "v=spf1 -all")
        assert asyncio.run(crowd()) == ["failed", "found", "found"]
        assert 250 == sum(name.endswith("silent.test") for name, _kind in set(server.asked))


def test_a_message_whose_time_is_up_goes_on_without_the_answer():
    """A message whose time is up goes on without the answer."""
    with asking(lookup_timeout_s=5.0) as (server, ask):
        server.behaviours["so-a.test"] = "silent"

        assert one(ask([("so-a.test", "TXT")], within_s=0.05)) == Answer("failed")


def test_whoever_waits_when_the_resolver_ends_goes_on_without_the_answer():
    """It is not cancelled itself: its message is told that nothing is known."""
    with asking(lookup_timeout_s=5.0) as (server, _):
        server.behaviours["so-a.test"] = "silent"

        async def wait():
            resolver = Resolver(ResolverSettings(addresses=(server.address,), lookup_timeout_s=5.0))
            waiting = asyncio.ensure_future(resolver.look_up([Question("so-a.test", "TXT")], 5))
            await asyncio.sleep(0)
            await resolver.close()
            return await waiting

        assert set(asyncio.run(wait()).values()) == {Answer("failed")}


def test_a_second_server_answers_where_the_first_is_silent():
    """A second server answers where the first is silent."""
    with dns_server() as silent, dns_server() as good:
        silent.behaviours["so-a.test"] = "silent"
        good.txt("so-a.test", "v=spf1 -all")

        async def ask():
            resolver = Resolver(ResolverSettings(addresses=(silent.address, good.address), lookup_timeout_s=2.0))
            found = await resolver.look_up([Question("so-a.test", "TXT")], 5)
            await resolver.close()
            return found[Question("so-a.test", "TXT")]

        assert asyncio.run(ask()) == Answer("found", ("v=spf1 -all",))


def test_the_cache_is_bounded_in_number_and_octets():
    """The cache is bounded in number and octets."""
    cache = AnswerCache(3, 10_000)
    for at in range(5):
        cache.keep(Question(f"{at}.test", "TXT"), Answer("found", ("x",)), 10.0)
    assert [at for at in range(5) if cache.find(Question(f"{at}.test", "TXT"), 0.0)] == [2, 3, 4]

    cache.keep(Question("big.test", "TXT"), Answer("found", ("x" * 9_000,)), 10.0)
    assert [at for at in range(5) if cache.find(Question(f"{at}.test", "TXT"), 0.0)] == [3, 4]
    cache.keep(Question("huge.test", "TXT"), Answer("found", ("x" * 11_000,)), 10.0)
    assert len(cache) == 0
