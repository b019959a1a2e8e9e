"""The fair queue: shares, order, the worker that is kept, and what never happens, over simulated time."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.readers.queue import ACCOUNTS, ALONE_MOST_S, KNOWN_AFTER, OURS, FairQueue, Ticket


class Mail(NamedTuple):
    """One message of a simulation."""

    at_s: float
    account: str
    cost_s: float


@dataclass
class Served:
    """What came of a simulation."""

    begun: list[tuple[float, Mail]] = field(default_factory=list)
    """Instant and message, in order."""

    def waits(self, account: str) -> list[float]:
        """Seconds the messages of an account waited."""
        return [began_s - mail.at_s for began_s, mail in self.begun if mail.account == account]

    def worked(self, account: str, until_s: float) -> float:
        """Worker seconds of the messages of an account that began before an instant."""
        return sum(mail.cost_s for began_s, mail in self.begun if mail.account == account and began_s < until_s)


def serve(mails: list[Mail], workers: int, began_s: float = 0.0) -> Served:
    """Run messages through a queue and as many workers, event by event; checks what holds at every instant."""
    queue, served, free = FairQueue(began_s), Served(), workers
    events: list[tuple[float, int, Mail | Ticket]] = [(mail.at_s, number, mail) for number, mail in enumerate(mails)]
    heapq.heapify(events)
    known: dict[Ticket, Mail] = {}
    while events:
        now_s, _, event = heapq.heappop(events)
        if isinstance(event, Mail):
            known[queue.arrive(event.account, now_s)] = event
        else:
            queue.end(event, now_s)
            free += 1
        while (ticket := queue.next(free, workers, now_s)) is not None:
            free -= 1
            served.begun.append((now_s, known[ticket]))
            heapq.heappush(events, (now_s + known[ticket].cost_s, len(mails) + ticket.number, ticket))
        # never is more than one worker kept, and with one alone nothing is
        assert not len(queue) or free <= (workers > 1)
    assert len(queue) == 0
    return served


def stream(account: str, every_s: float, cost_s: float, until_s: float, begin_s: float = 0.0) -> list[Mail]:
    """Messages at regular intervals."""
    return [Mail(begin_s + number * every_s, account, cost_s) for number in range(int((until_s - begin_s) / every_s))]


accounts = st.sampled_from(["a", "b", "c", "d"])
mails = st.lists(
    st.builds(Mail, st.floats(0, 60).map(lambda at: round(at, 2)), accounts, st.sampled_from([0.01, 0.2, 1.0, 10.0])),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(mails, st.integers(1, 5))
def test_every_message_is_read_once_and_those_of_an_account_in_order(mails, workers):
    """Whatever comes: nothing is lost, nothing overtaken within one account, at most one worker kept."""
    mails.sort()
    served = serve(mails, workers)

    assert sorted(mail for _, mail in served.begun) == mails
    for account in "abcd":
        begun = [mail.at_s for _, mail in served.begun if mail.account == account]
        assert begun == sorted(begun)


@settings(max_examples=100, deadline=None)
@given(mails, st.integers(1, 5))
def test_it_depends_on_nothing_but_what_it_is_told(mails, workers):
    """The same messages are served in the same order at the same instants, at any time of day."""
    mails.sort()
    later = [mail._replace(at_s=mail.at_s + 4096.0) for mail in mails]
    first, second = serve(mails, workers), serve(later, workers, began_s=4096.0)

    assert [mail.account for _, mail in first.begun] == [mail.account for _, mail in second.begun]
    assert first.begun == serve(mails, workers).begun


@pytest.mark.parametrize("workers", [2, 3, 4, 8])
@pytest.mark.parametrize("head_start_s", [0.0, 5.0, 100.0], ids=["at once", "five seconds", "long before"])
def test_a_stream_of_the_worst_holds_up_nobody(workers, head_start_s):
    """Small mail finds a worker at once, however many heavy messages wait, from the first to the last."""
    heavy = [Mail(0.0, "worst", 10.0)] * 20 + stream("worst", 0.5, 10.0, 300.0)
    small = stream("honest", 0.3, 0.05, 300.0, begin_s=head_start_s)
    served = serve(sorted(heavy + small), workers)

    assert max(served.waits("honest")) < 0.1
    assert served.worked("worst", 300.0) > 250.0


def test_with_two_streams_of_the_worst_small_mail_soon_finds_a_worker():
    """The last worker is kept from all who used much, not from one alone."""
    heavy = stream("worst", 0.5, 10.0, 600.0) + stream("worse", 0.5, 10.0, 600.0)
    served = serve(sorted(heavy + stream("honest", 0.3, 0.05, 600.0)), 2)
    waits = sorted(served.waits("honest"))

    assert waits[int(0.85 * len(waits))] < 0.1
    assert abs(served.worked("worst", 600.0) - served.worked("worse", 600.0)) <= 30.0


def test_one_worker_is_shared_as_well_as_can_be():
    """With one worker the order alone helps: small mail waits for one heavy message at most."""
    heavy = [Mail(0.0, "worst", 10.0)] * 20
    served = serve(sorted(heavy + stream("honest", 1.0, 0.05, 60.0)), 1)

    assert max(served.waits("honest")) < 10.1


def test_worker_time_is_shared_not_the_number_of_messages():
    """Three accounts that want all they can get have the same time, by large messages or by many small ones."""
    greedy = [Mail(0.0, "large", 8.0)] * 100 + [Mail(0.0, "middle", 2.0)] * 400 + [Mail(0.0, "small", 0.5)] * 1600
    served = serve(greedy, 4)
    worked = [served.worked(account, 400.0) for account in ("large", "middle", "small")]

    assert max(worked) - min(worked) < 0.15 * sum(worked)


def test_nobody_waits_for_ever_behind_ever_new_accounts():
    """Whoever used much still has its turn while accounts nobody knew keep all workers busy."""
    used = [Mail(0.0, "used", 5.0)] * 8
    waiting = [Mail(30.0 + number, "used", 0.1) for number in range(5)]
    fresh = [Mail(30.0 + number / 2, f"new {number}", 1.0) for number in range(400)]
    served = serve(sorted(used + waiting + fresh), 2)
    turns = [began_s for began_s, mail in served.begun if mail.account == "used"]

    assert max(after - before for before, after in pairwise(turns)) < 35.0


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_messages_known_to_be_short_have_every_worker(workers):
    """The ordinary case costs nothing: whoever sends short messages is served as soon as any worker is free."""
    others = stream("other", 5.0, 0.05, 120.0)
    known = [Mail(1.0 + number, "office", 0.05) for number in range(KNOWN_AFTER + 2)]
    burst = [Mail(20.0, "office", 0.05)] * (4 * workers)
    served = serve(sorted(others + known + burst), workers)

    assert max(served.waits("office")) < 0.05 * 6


def test_who_is_alone_has_every_worker():
    """At night one office sends its scans: after a while without anybody else nothing is kept from it."""
    scans = [Mail(ALONE_MOST_S, "office", 4.0)] * 8
    served = serve([Mail(0.0, "other", 0.1), *scans], 2)

    assert max(served.waits("office")) == pytest.approx(4.0 * 3)


def test_who_was_alone_is_restricted_as_soon_as_somebody_comes():
    """From then on the next worker that is free stays so."""
    heavy = stream("worst", 1.0, 10.0, 900.0)
    small = stream("honest", 0.5, 0.05, 900.0, begin_s=ALONE_MOST_S + 200.0)
    waits = serve(sorted(heavy + small), 2).waits("honest")

    assert max(waits) < 10.1
    assert sum(wait > 0.1 for wait in waits) <= 20


def test_what_we_read_for_ourselves_has_every_worker_and_is_nobodys_company():
    """A corpus is read by all workers; a mail of our own now and then does not end a quiet night."""
    files = [Mail(0.0, OURS, 4.0)] * 8
    scans = [Mail(ALONE_MOST_S, "office", 4.0)] * 8
    served = serve([*files, *stream(OURS, 10.0, 0.01, 400.0, begin_s=200.0), *scans], 2)

    assert max(served.waits(OURS)[:8]) == pytest.approx(4.0 * 3)
    assert max(served.waits("office")) < 4.0 * 3 + 0.1


def test_what_lies_back_is_forgotten():
    """An account that used much an hour ago has its share like everybody."""
    heavy = [Mail(0.0, "office", 10.0)] * 20
    later = [Mail(3_700.0, "office", 1.0), Mail(3_700.0, "other", 1.0), Mail(3_700.0, "third", 1.0)]
    served = serve(sorted([*heavy, *later]), 2)

    assert served.begun[-3][1].account == "office"


def test_a_message_that_gives_up_is_not_handed_out():
    """Who waited too long is gone; the next of its account is served."""
    queue = FairQueue(0.0)
    first, second = queue.arrive("a", 0.0), queue.arrive("a", 1.0)
    queue.end(first, 30.0)

    assert queue.next(2, 2, 30.0) is second
    assert (len(queue), queue.next(1, 2, 30.0)) == (0, None)


def test_accounts_are_bounded_and_those_in_use_are_kept():
    """Ten thousand networks are remembered as the last few thousand; who waits, reads or used much is not forgotten."""
    queue = FairQueue(0.0)
    for number in range(20):
        queue.arrive("worst", float(number))
    reading = queue.next(2, 2, 20.0)
    for number in range(10_000):
        ticket = queue.arrive(f"network {number}", 20.0)
        assert queue.next(1, 2, 20.0) is ticket
        queue.end(ticket, 20.0)

    assert len(queue._accounts) <= ACCOUNTS
    assert queue.largest_part(30.0) == pytest.approx(1.0)
    queue.end(reading, 30.0)
    assert len(queue) == 19


def test_the_largest_part_is_told():
    """What an operator wants to know: does one sender take it all?"""
    queue = FairQueue(0.0)
    assert queue.largest_part(0.0) == 0.0
    tickets = [queue.arrive("a", 0.0), queue.arrive("b", 0.0)]
    while queue.next(3, 3, 0.0):
        pass
    queue.end(tickets[0], 3.0)
    queue.end(tickets[1], 1.0)

    assert queue.largest_part(3.0) == pytest.approx(0.75, abs=0.02)
