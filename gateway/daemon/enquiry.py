"""Enquiry: what one message needs of DNS is asked beside everything else, and what does not come is unknown.

Looking up begins with DATA, so most answers are there before the final dot. SPF is worked out here, for one name leads
to the next and a worker that read the message anew for each would be slow; names that only the message itself tells
(selectors, the author's domain) come from the worker that has read it. Those of a reverse-path's domain are remembered
from its last message, so that its next one is read once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.edge.listener.crowd import client_key
from gateway.read.identity.ahead import questions_ahead
from gateway.read.identity.domains import is_askable, lies_within
from gateway.read.identity.spf import check_spf
from gateway.values.addresses import domain_of
from gateway.values.faults import Misconfigured
from gateway.values.identity import Answer, AtHandAlone, AwaitedAnswer, DnsAnswers, Known, Question, SpfFacts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from gateway.daemon.config.schema import Config
    from gateway.edge.resolver.resolver import Resolver
    from gateway.values.envelope import Client
    from gateway.values.identity import RecordType

    Recall = Callable[[Question], Answer | None]
    LookUp = Callable[[Iterable[Question], float], Awaitable[dict[Question, Answer]]]

ROUNDS: Final = 2
"""Times a message is handed to a worker again for answers it lacked: of signatures first, what those lead to then."""
MAX_QUESTIONS: Final = 100
"""That one reading of a message may leave open: ten signatures, a chain of fifty seals, and DMARC."""
_FAILED: Final = Answer("failed")
_KEPT_FREE, _LEAST_S = 40, 2.0
"""Questions and seconds left to the author's domain and signatures, however much the reverse-path's SPF used up: that
is the sender's to choose."""
_MAX_OCTETS: Final = 1_000_000
"""Of all answers of one message before a worker asks, and each time one does: a hundred common ones have a tenth. What
goes beyond counts as failed, the longest answers first, which are not those of the author's domain."""
_DOMAINS, _QUESTIONS_AHEAD = 5_000, 32
"""Domains whose questions are remembered, and how many of each: as many as ten signatures ask, and DMARC."""
_SENDERS, _SENDER_OCTETS = 2_000, 4_096
"""Senders whose beginnings are remembered, and octets of the answers of each: everyday ones have a thousand."""
_ENTRY_OCTETS = 100
"""Of one answer, beside its records."""


class Sender(NamedTuple):
    """All that a beginning depends on, besides DNS."""

    ip: str
    is_trusted: bool
    helo: str
    reverse_path: str


class Begun(NamedTuple):
    """A beginning to which all answers were at hand; it holds for as long as DNS says the same."""

    foreseen: tuple[Question, ...]
    """What the domain's last messages had asked."""
    told: dict[Question, None]
    answers: dict[Question, Answer]
    """All it rests on."""
    spf: SpfFacts | None


class Ahead:
    """What the last messages of domains and senders led to; those seen longest ago are forgotten."""

    def __init__(self) -> None:
        """Foresee nothing yet."""
        self._by_domain: OrderedDict[str, tuple[Question, ...]] = OrderedDict()
        self._by_sender: OrderedDict[Sender, Begun] = OrderedDict()

    def of(self, domain: str) -> tuple[Question, ...]:
        """Give what the last messages of this domain asked beyond what is certain."""
        found = self._by_domain.get(domain, ())
        if found:
            self._by_domain.move_to_end(domain)
        return found

    def learn(self, domain: str, questions: Iterable[Question]) -> None:
        """Remember what a message asked that was not foreseen."""
        if not domain:
            return
        # the newest first: selectors change, and old ones fall off the end
        merged = tuple(dict.fromkeys((*questions, *self.of(domain))))[:_QUESTIONS_AHEAD]
        self._by_domain[domain] = merged
        self._by_domain.move_to_end(domain)
        if len(self._by_domain) > _DOMAINS:
            self._by_domain.popitem(last=False)

    def begun(self, sender: Sender, recall: Recall) -> Begun | None:
        """Give how a message of this very sender begins, if every answer it rests on is still the one remembered."""
        found = self._by_sender.get(sender)
        if found is None or any(recall(question) != answer for question, answer in found.answers.items()):
            return None
        self._by_sender.move_to_end(sender)
        return found

    def keep(self, sender: Sender, begun: Begun) -> None:
        """Remember a beginning, unless its answers are long."""
        octets = sum(_ENTRY_OCTETS + sum(map(len, answer.records)) for answer in begun.answers.values())
        if octets <= _SENDER_OCTETS:
            self._by_sender[sender] = begun
            if len(self._by_sender) > _SENDERS:
                self._by_sender.popitem(last=False)


class _AtHand(DnsAnswers):
    """Answers of one message so far, and those its resolver remembers."""

    def __init__(self, answers: dict[Question, Answer], recall: Recall) -> None:
        super().__init__()
        self._known, self._recall = answers, recall

    def look_up(self, name: str, kind: RecordType) -> Answer:
        question = Question(name, kind)
        if question not in self._known and (found := self._recall(question)) is not None:
            self._known[question] = found
        return super().look_up(name, kind)


class Bounds(NamedTuple):
    """What one message may cost in DNS."""

    questions: int
    seconds: float
    """That a client waits for answers behind its final dot."""


class Sources(NamedTuple):
    """Who answers."""

    recall: Recall
    """Gives an answer that is remembered, without asking anybody."""
    look_up: LookUp
    """Answers all questions within so many seconds, a late one as failed."""


class Inquirer:
    """Resolver, bounds and memory that the messages of one gateway share, whatever generation they belong to."""

    def __init__(self, resolver: Resolver) -> None:
        """Ask by this resolver, within its settings."""
        self.resolver = resolver
        settings = resolver.settings
        self._bounds = Bounds(settings.questions_per_message, settings.message_timeout_s)
        self._ahead = Ahead()

    def enquiry(self, client: Client) -> Enquiry:
        """Give the enquiry of one message of a client, whose look-ups are its own."""

        def look_up(questions: Iterable[Question], within_s: float) -> Awaitable[dict[Question, Answer]]:
            return self.resolver.look_up(questions, within_s, client_key(client.ip))

        return Enquiry(Sources(self.resolver.known, look_up), self._bounds, self._ahead)


def resolver_of(config: Config, on_look_up: Callable[[str, float], None] = lambda _status, _seconds: None) -> Resolver:
    """Make the resolver a configuration names; `on_look_up` is told of each look-up.

    Raises:
        Misconfigured: there is nobody to ask.
    """
    from gateway.edge.resolver.resolver import Resolver  # noqa: PLC0415 - dnspython takes a tenth of the time of a start

    try:
        return Resolver(config.identity.dns, on_look_up)
    except ValueError as error:
        raise Misconfigured([config.origin.problem("identity.dns.addresses", str(error))]) from None


class Enquiry:
    """The look-ups of one message."""

    def __init__(self, sources: Sources, bounds: Bounds, ahead: Ahead) -> None:
        """Ask nothing yet.

        Args:
            sources: who answers.
            bounds: of this message.
            ahead: what messages of a domain led to, shared by all messages.
        """
        self._sources, self._bounds, self._ahead = sources, bounds, ahead
        self._answers: dict[Question, Answer] = {}
        self._told: dict[Question, None] = {}
        """Questions whose answers the worker hears; those of SPF stay here."""
        self._domain = ""
        self._is_trusted = False
        self._octets = 0
        """Of answers that were asked for; those remembered are held once for all messages."""
        self._spf: SpfFacts | None = None
        self._spf_at_hand: Callable[[], SpfFacts | None] = lambda: None
        """Works SPF out with what is there, the rest counting as failed."""
        self._task: asyncio.Task[None] | None = None
        self._ends_at_s = 0.0
        self._is_cut_short = False
        """Questions were left out, for there were too many."""

    def begin(self, client: Client, reverse_path: str) -> None:
        """Start asking what can be foreseen; call when DATA begins. What is remembered makes nobody wait."""
        self._domain, self._is_trusted = domain_of(reverse_path).lower(), client.is_trusted
        sender, foreseen = Sender(client.ip, client.is_trusted, client.helo, reverse_path), self._ahead.of(self._domain)
        begun = self._ahead.begun(sender, self._sources.recall)
        if begun is not None and begun.foreseen == foreseen:
            self._told, self._answers, self._spf = dict(begun.told), dict(begun.answers), begun.spf
            return
        ahead = (*questions_ahead(reverse_path, client.helo), *foreseen)
        self._told |= dict.fromkeys(ahead)
        at_hand = _AtHand(self._answers, self._sources.recall)
        for question in ahead:
            with contextlib.suppress(AwaitedAnswer):
                at_hand.look_up(question.name, question.kind)
        if not client.is_trusted:  # a server of our own networks is not where the mail of its domain comes from
            self._spf_at_hand = lambda: check_spf(
                client.ip, reverse_path, client.helo, AtHandAlone(_AtHand(self._answers, self._sources.recall))
            )
            self._try_spf(client, reverse_path, at_hand)
        if at_hand.missing:
            self._task = asyncio.get_running_loop().create_task(self._foresee(client, reverse_path, at_hand.missing))
        else:
            self._ahead.keep(sender, Begun(foreseen, dict(self._told), dict(self._answers), self._spf))

    async def known(self) -> Known:
        """Give what is known at the final dot: waits as long as the bounds allow for what is still being asked."""
        self._ends_at_s = asyncio.get_running_loop().time() + self._bounds.seconds
        if self._task is not None:
            done, _ = await asyncio.wait((self._task,), timeout=self._bounds.seconds)
            if done and not self._task.cancelled():
                self._task.result()  # raises what a bug of ours raised
            self._task.cancel()
        # late look-ups are told from none: a forger whose reverse DNS is slow does not make SPF of a domain unknown
        self._spf = self._spf or self._spf_at_hand()
        return self._so_far()

    async def more(self, questions: Iterable[Question]) -> Known:
        """Give what is known after a worker named further questions."""
        # a worker is not believed: it may not have anything looked up, nor for ever
        asked = tuple(one for one in dict.fromkeys(questions) if one.kind == "TXT" and is_askable(one.name))
        asked, self._octets = asked[:MAX_QUESTIONS], 0
        left_s = self._ends_at_s - asyncio.get_running_loop().time()
        await self._ask(asked, self._bounds.questions + _KEPT_FREE, max(left_s, _LEAST_S))
        self._told |= dict.fromkeys(asked)
        self._ahead.learn(self._domain, filter(self._may_foresee, asked))
        return self._so_far()

    def _may_foresee(self, question: Question) -> bool:
        """Tell whether the next message of this domain may be expected to lead there.

        Anybody may use its name, and would have every message after his wait for servers of his choice.
        """
        is_its_own = self._is_trusted or (self._spf is not None and self._spf.result == "pass")
        return is_its_own or lies_within(question.name, self._domain)

    def close(self) -> None:
        """Stop waiting; look-ups under way go on for the messages to come."""
        if self._task is not None:
            self._task.cancel()

    def _so_far(self) -> Known:
        answers = self._answers
        told = tuple((question, answers.get(question, _FAILED)) for question in self._told)
        return Known(self._spf, told, ("dns_questions",) if self._is_cut_short else ())

    async def _foresee(self, client: Client, reverse_path: str, missing: Iterable[Question]) -> None:
        """Ask until SPF is worked out and everything foreseen is answered; each round for all that is missing."""
        await self._ask(missing)
        while self._spf is None and not client.is_trusted:
            at_hand = _AtHand(self._answers, self._sources.recall)
            self._try_spf(client, reverse_path, at_hand)
            await self._ask(at_hand.missing)

    def _try_spf(self, client: Client, reverse_path: str, at_hand: DnsAnswers) -> None:
        with contextlib.suppress(AwaitedAnswer):
            self._spf = check_spf(client.ip, reverse_path, client.helo, at_hand)

    async def _ask(self, questions: Iterable[Question], in_all: int = 0, within_s: float = 0.0) -> None:
        """Add the answers; past the bound of questions or of time they are failed."""
        new = [question for question in questions if question not in self._answers]
        room = max(0, (in_all or self._bounds.questions) - len(self._answers))
        found = await self._sources.look_up(new[:room], within_s or self._bounds.seconds) if new[:room] else {}
        for octets, question, answer in sorted((sum(map(len, one.records)), key, one) for key, one in found.items()):
            self._octets += octets
            self._answers[question] = answer if self._octets <= _MAX_OCTETS else _FAILED
        self._is_cut_short = self._is_cut_short or len(new) > room or self._octets > _MAX_OCTETS
        self._answers |= dict.fromkeys(new[room:], _FAILED)
