"""Asking: how a message is put to a reader worker, by the daemon and by the commands that tell what it would do.

The daemon asks for an `Inspection`, which is small and bounded. Commands ask for the whole `Examination` of the same
work in the same sandbox, so what they tell is what the gateway does.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar

import msgspec

from gateway.daemon.enquiry import ROUNDS
from gateway.daemon.generation import Order
from gateway.edge.readers.casualties import network_of
from gateway.edge.readers.pool import TOP_OCTETS, ReaderPool, Without
from gateway.edge.readers.queue import OURS
from gateway.values.facts import MessageFacts  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.values.faults import Transient
from gateway.values.identity import NOTHING_KNOWN
from gateway.values.verdict import Inspection, Verdict

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from gateway.daemon.enquiry import Enquiry
    from gateway.daemon.generation import Generation
    from gateway.edge.readers.pool import ReaderSettings
    from gateway.read.budget import Budget
    from gateway.values.envelope import Envelope
    from gateway.values.identity import Known, Question

WHOLE_ENTRY: Final = "gateway.daemon.inspection:load_whole"
"""Answers an `Examination`, where that of the daemon (`gateway.daemon.early`) answers an `Inspection`."""
MAX_WHOLE_OCTETS: Final = 256 * 1024 * 1024
"""Of an Examination: facts of a thousand parts with their texts; far more than any of the corpora takes."""
_TRIES = 4
"""Of one message by a command: a client of the gateway comes again too."""


class Asking(Protocol):
    """An answer that may ask for more."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """What it lacked of DNS."""
        ...


Answer = TypeVar("Answer", bound=Asking)
_encode = msgspec.msgpack.Encoder().encode
decode_inspection = msgspec.msgpack.Decoder(Inspection).decode
"""Reads a worker's answer to the daemon."""


class Examination(msgspec.Struct, frozen=True):
    """Everything known after inspecting one message."""

    facts: MessageFacts
    verdict: Verdict
    inspection: Inspection

    @property
    def questions(self) -> tuple[Question, ...]:
        """As in Inspection."""
        return self.inspection.questions


class Told(NamedTuple):
    """What became of one message that a command had examined."""

    examination: Examination
    fault: Transient | None = None
    """Why the gateway would put the client off the first time; the examination is then that of a later try."""


class Examine(Protocol):
    """Has one message examined."""

    async def __call__(self, wire: bytes, envelope: Envelope, enquiry: Enquiry | None = None) -> Told:
        """Examine a message in wire form; what is needed of DNS is asked in the enquiry, begun before.

        Raises:
            Transient: it keeps breaking the readers.
        """
        ...


_decode_whole = msgspec.msgpack.Decoder(Examination).decode


async def ask(  # noqa: PLR0913 - who is asked, about what, at whose cost
    pool: ReaderPool[Answer],
    envelope: Envelope,
    fd: int,
    budget: Budget,
    *,
    account: str = OURS,
    enquiry: Enquiry | None = None,
) -> Answer:
    """Have a worker read and judge the message in a memory file, in wire form, at the cost of an account.

    What the worker needs of DNS is asked in an `enquiry`, and the message handed over again; without one, and when that
    has been done often enough, facts that rest on it stay unknown.

    Raises:
        Transient: as `ReaderPool.inspect`.
    """
    known = await enquiry.known() if enquiry is not None else NOTHING_KNOWN
    answer = await _ask_once(pool, envelope, fd, budget, account, known)
    for _ in range(ROUNDS):
        if enquiry is None or not answer.questions:
            break
        known = await enquiry.more(answer.questions)
        answer = await _ask_once(pool, envelope, fd, budget, account, known)
    return answer


async def _ask_once(  # noqa: PLR0913, PLR0917 - as above
    pool: ReaderPool[Answer], envelope: Envelope, fd: int, budget: Budget, account: str, known: Known
) -> Answer:
    unread = _encode(Order(envelope, known, is_unread=True))
    without = Without(
        network_of(envelope.client.ip),
        lambda left_out: _encode(Order(envelope, known, left_out=left_out)),
        # the whole header section, dots stuffed or not, and some parts: forged fields go whatever stands before
        TOP_OCTETS + 2 * budget.header_octets,
    )
    return await pool.inspect(_encode(Order(envelope, known)), fd, unread=unread, without=without, account=account)


@contextlib.asynccontextmanager
async def examiner(settings: ReaderSettings, generation: Generation) -> AsyncIterator[Examine]:
    """Start workers of one generation; yield what has them examine a message in wire form.

    Raises:
        Transient: the readers do not start here, or one message keeps breaking them.
    """
    pool = ReaderPool(settings, _decode_whole, max_answer_octets=MAX_WHOLE_OCTETS)

    async def examine(wire: bytes, envelope: Envelope, enquiry: Enquiry | None = None) -> Told:
        with memory_file(wire) as fd:
            return await _tell(pool, envelope, fd, generation.budget, enquiry)

    try:
        await pool.start(WHOLE_ENTRY, _encode(generation))
        yield examine
    finally:
        await pool.close()


async def _tell(
    pool: ReaderPool[Examination], envelope: Envelope, fd: int, budget: Budget, enquiry: Enquiry | None
) -> Told:
    first: Transient | None = None
    for _ in range(_TRIES):
        try:
            return Told(await ask(pool, envelope, fd, budget, enquiry=enquiry), first)
        except Transient as fault:
            first = first or fault
    assert first is not None
    raise first


@contextlib.contextmanager
def memory_file(octets: bytes) -> Iterator[int]:
    """Give the descriptor of a memory file with a message in wire form, as a worker maps it."""
    fd = os.memfd_create("congthu-message", os.MFD_CLOEXEC)
    try:
        with os.fdopen(fd, "wb", closefd=False) as file:
            file.write(octets)
        yield fd
    finally:
        os.close(fd)
