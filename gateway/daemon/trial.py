"""Trial: a reader worker reads a mail of ours, so that nobody is told "ready" whose workers cannot work.

Limits too small for the libraries, files that cannot be opened, a kernel that ends the worker: all show with the first
mail, and would else show only as 451 to every sender. The mail has a text and a small PDF, which sets both PDF readers
to work, and is as large as everyday mail: a small one may find room in a worker that has none left to ask for.
"""

from __future__ import annotations

import asyncio
import base64
import os
from typing import TYPE_CHECKING, Final

import msgspec

from gateway.daemon.asking import memory_file
from gateway.daemon.generation import Order
from gateway.values.envelope import Client, Envelope
from gateway.values.faults import Transient

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.edge.readers.pool import ReaderPool
    from gateway.values.verdict import Inspection

_AT_US: Final = 1_767_225_600_000_000
"""Of the mail: 2026-01-01, so that no rule with a date depends on today."""
_UNREADABLE: Final = "unreadable"
"""What the attachments metric says of a file no reader could open: of this one, that ours do not work."""
_TOO_LARGE: Final = "too_large"
"""Of a file the budget left unread."""
_ROOM_LINES: Final = 8_000
"""Lines of 1,000 octets before the first part, where a mail may hold what is shown to nobody (RFC 2046 section 5.1.1):
the mail needs as much room as everyday ones with their attachments do."""
LOOK_AGAIN_S: Final = 10.0
"""Between two looks: a worker that fails costs a fork."""
_ADVICE: Final = "are inspection.readers.limits large enough (docs/configuration.md)?"


def _pdf() -> bytes:
    """Make a page with one line of text: the least that is a whole PDF (ISO 32000-2 section 7.5)."""
    line = b"BT /F1 12 Tf 72 720 Td (Thu thu may doc) Tj ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(line), line),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    octets, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(octets))
        octets += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return b"%sxref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        octets, size, table, size, len(octets)
    )  # fmt: skip


def trial_mail() -> bytes:
    """Make the mail, in wire form; no two are alike: one that met two accidents is not read as a whole again."""
    pdf = base64.encodebytes(_pdf()).replace(b"\n", b"\r\n")
    room = (b" " * 998 + b"\r\n") * _ROOM_LINES
    return (
        b"From: postmaster@congthu.invalid\r\nTo: postmaster@congthu.invalid\r\nSubject: Thu thu\r\n"
        b"MIME-Version: 1.0\r\nDate: Thu, 01 Jan 2026 07:00:00 +0700\r\nMessage-ID: <%s@congthu.invalid>\r\n"
        b'Content-Type: multipart/mixed; boundary="trial"\r\n\r\n%s--trial\r\n'
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n\r\nTh\xc6\xb0 th\xe1\xbb\xad.\r\n--trial\r\n"
        b"Content-Type: application/pdf; name=thu.pdf\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename=thu.pdf\r\n\r\n%s\r\n--trial--\r\n"
    ) % (os.urandom(8).hex().encode(), room, pdf)


async def try_readers(pool: ReaderPool[Inspection]) -> bool:
    """Have a worker of a started pool read the mail; tell whether the budget let it read all of it.

    Raises:
        Transient: `not_ready` with the cause when it could not; `memory_short` when no worker was free, which tells
            nothing.
    """
    address = "postmaster@congthu.invalid"
    envelope = Envelope(Client("127.0.0.1"), address, (address,), _AT_US, "TRIAL0000000")
    request, unread = (msgspec.msgpack.encode(Order(envelope, is_unread=is_unread)) for is_unread in (False, True))
    try:
        with memory_file(trial_mail()) as fd:
            inspection = await pool.inspect(request, fd, unread=unread)
    except Transient as fault:
        if fault.situation == "memory_short":
            raise
        raise Transient("not_ready", f"a reader failed on the trial mail ({fault}): {_ADVICE}") from None
    words = dict(inspection.parts)
    if words.get("pdf", _UNREADABLE) == _UNREADABLE:
        raise Transient("not_ready", f"a reader could not open the PDF of the trial mail: {_ADVICE}")
    return words["pdf"] != _TOO_LARGE


class ReaderWatch:
    """Has the mail read again after workers were lost or failed, until one reads it: for `/readyz`."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """`tell` hears why they fail, once, and an empty text when they read again."""
        self._tell = tell
        self.problem = ""
        """Why no worker reads; empty while nothing speaks against it."""
        self._pool: ReaderPool[Inspection] | None = None
        self._losses_seen = 0
        self._looks_at = 0.0
        self._look: asyncio.Task[None] | None = None

    def glance(self, pool: ReaderPool[Inspection], now_s: float) -> None:
        """Begin a look where one is due: something was not read since the last one, or it failed. Call now and then."""
        if pool is not self._pool:  # a generation whose readers passed the trial when it was made
            self._pool, self._losses_seen = pool, 0
            self._note("")
        losses = pool.restarts + pool.failures
        is_looking = self._look is not None and not self._look.done()
        is_due = self.problem or losses > self._losses_seen
        if is_looking or not is_due or now_s < self._looks_at:
            return
        self._losses_seen, self._looks_at = losses, now_s + LOOK_AGAIN_S
        self._look = asyncio.get_running_loop().create_task(self.look(pool))

    async def look(self, pool: ReaderPool[Inspection]) -> None:
        """Have the mail read and note how it went."""
        try:
            await try_readers(pool)
        except Transient as fault:
            if fault.situation != "memory_short" and pool is self._pool:
                self._note(fault.detail)
        else:
            if pool is self._pool:
                self._note("")

    async def stop(self) -> None:
        """End a look under way."""
        if self._look is not None:
            self._look.cancel()
            await asyncio.gather(self._look, return_exceptions=True)

    def _note(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            self._tell(problem)
