"""Writer: the one thread of a process that writes its ledger; mail never waits for it longer than a small bound.

| what happens | records | mail |
|---|---|---|
| all is well | noted in a file at once (`ahead`), committed within `IDLE_S` | goes on at once |
| no memory for notes, or `is_synced` | in one commit with all that came meanwhile | waits for it |
| slower than `longest_wait_ms` | written later, counted as late | goes on; nobody waits until one is written again |
| none written for `SLOW_S` | told as `slow`; noted all the same, else late | goes on; nobody waits |
| full, locked, read-only, damaged | are tried again every second; beyond `MAX_WAITING` of them lost | goes on |
| it writes again | those that waited, then one `Gap` for those lost | as when all is well |

Outcomes and refusals are not noted: they go along with the next commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import sqlite3
import threading
import time
from collections import Counter, deque
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.edge.ledger.ahead import Ahead, service_memory
from gateway.edge.ledger.files import chain_of, reason_of
from gateway.edge.ledger.tail import Tail
from gateway.values.ledger import Gap, Opened
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.edge.ledger.settings import LedgerSettings
    from gateway.values.ledger import Record

MAX_WAITING: Final = 10_000
"""Records in memory, some 10 MB: a minute of the fastest host, or an hour of an ordinary one."""
MAX_BATCH: Final = 500
"""Records of one commit: a tenth of a second at most."""
IDLE_S: Final = 0.2
"""After which records nobody waits for are written too."""
SLOW_S: Final = 5.0
"""Without a commit while records wait, after which the disk is told to be slow."""
RETRY_S: Final = 1.0
CLOSE_S: Final = 5.0
"""For what is left to be written when the process ends; a disk that hangs must not keep it."""


class Told(NamedTuple):
    """What the writer says of one commit, or of a try to write."""

    counts: Counter[str]
    """Records written, by kind."""
    seconds: float
    """What the commit took; 0 when there was none."""
    lost: Counter[str]
    """Records lost, by reason, that were not told of before."""
    trouble: str
    """Why it does not write, in a word of `Gap`; empty while it does."""
    opened: str
    """Name of a file that was opened; empty when none was."""
    head: str
    """Hash of its last record then, to be compared with what is read later."""


_Waiter = asyncio.Future[bool]


class _Held(NamedTuple):
    """One record in memory."""

    record: Record
    waiter: _Waiter | None = None
    ordinal: int = 0
    """Where it stands ahead; 0 when it does not."""


_NOTHING: Final = Told(Counter(), 0.0, Counter(), "", "", "")


class LedgerWriter:
    """Takes records from the event loop's thread and writes them in its own."""

    def __init__(self, settings: LedgerSettings, node: str, instance: str, on_told: Callable[[Told], None]) -> None:
        """Begin in the running loop; `on_told` is called there for every commit and every change, and must not raise.

        `instance` names the process on the host `node`; two of one name never write at the same time.
        """
        self._settings, self._node, self._instance = settings, node, instance
        self._folder, self._chain = Path(settings.folder), chain_of(node, instance)
        self._on_told, self._loop = on_told, asyncio.get_running_loop()
        self._started_us = now_us()
        self.trouble = ""
        """Why it does not write just now, a word of `Gap`; empty while it does."""
        self._is_slow = False
        self._waiters: set[_Waiter] = set()
        self._overdue: asyncio.TimerHandle | None = None
        """Tells that the disk is slow, while something waits."""
        # shared with the thread: the loop only adds to the one, each side holds the lock for the other
        self._waiting: deque[_Held] = deque()
        self._ahead: Ahead | None = None
        """Once what a killed process noted is committed; None for good where each commit is waited for."""
        self._ordinal = 0
        """Of the last record noted ahead."""
        self._lost: Gap | None = None
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._is_ending = False
        self._batch: list[_Held] = []
        """Of the commit under way or to be tried again; the loop only asks whether there is one."""
        # of the thread alone
        self._tail: Tail | None = None
        self._most = MAX_BATCH
        """Records of the next commit: a disk that has no room for many may have it for some."""
        self._failing = ""
        """Why nothing that waits was committed since the last try; empty when that went well."""
        self._is_untold = False
        """The file was opened again, which is told with the first commit of what waits: until then it may be full."""
        self._has_taken_up = False
        self._is_spoiled = False
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Count the records that are not written yet, but for those of the commit under way."""
        return len(self._waiting)

    def post(self, record: Record) -> None:
        """Have a record written soon; nobody waits for it."""
        self._take(_Held(record))

    async def keep(self, record: Record) -> bool:
        """Wait until a record would survive the end of this process; False when that takes too long, or fails."""
        has_room = len(self._waiting) < MAX_WAITING  # what memory cannot hold is lost: no use in noting it
        if has_room and self._ahead is not None and self._ahead.note(self._ordinal + 1, record):
            self._ordinal += 1
            return self._take(_Held(record, ordinal=self._ordinal))
        if self._is_slow or self.trouble:
            self._take(_Held(record))
            return False
        waiter: _Waiter = self._loop.create_future()
        if not self._take(_Held(record, waiter)):
            return False
        self._waiters.add(waiter)
        self._wake.set()
        bound = self._loop.call_later(self._settings.longest_wait_ms / 1000, self._give_up, waiter)
        try:
            return await waiter
        finally:
            bound.cancel()
            self._waiters.discard(waiter)

    def _give_up(self, waiter: _Waiter) -> None:
        if not waiter.done():
            self._is_slow = True
            waiter.set_result(False)

    async def close(self) -> None:
        """Write what is left and end; gives up after `CLOSE_S`."""
        self._is_ending = True
        self._wake.set()
        await asyncio.to_thread(self._thread.join, CLOSE_S)
        self._watch(is_waiting=False)

    def _take(self, held: _Held) -> bool:
        if len(self._waiting) < MAX_WAITING:
            self._waiting.append(held)
            if self._overdue is None:
                self._watch(is_waiting=True)
            if len(self._waiting) == MAX_BATCH:
                self._wake.set()
            return True
        at, reason = now_us(), self.trouble or "slow"
        with self._lock:
            lost = self._lost
            self._lost = Gap(lost.from_us, at, lost.count + 1, lost.reason) if lost else Gap(at, at, 1, reason)
        self._on_told(_NOTHING._replace(lost=Counter({reason: 1}), trouble=self.trouble))
        return False

    def _watch(self, *, is_waiting: bool) -> None:
        """Count `SLOW_S` anew, for something was written or begins to wait."""
        if self._overdue is not None:
            self._overdue.cancel()
        self._overdue = self._loop.call_later(SLOW_S, self._tell_slow) if is_waiting else None

    def _tell_slow(self) -> None:
        if not self.trouble:
            self._hear([], _NOTHING._replace(trouble="slow"))

    def _hear(self, waiters: list[_Waiter], told: Told) -> None:
        """Hear in the loop what the thread did."""
        self._watch(is_waiting=bool(self._waiting or self._batch))
        self.trouble, self._is_slow = told.trouble, False
        for waiter in [*self._waiters] if told.trouble else waiters:
            if not waiter.done():
                waiter.set_result(not told.trouble)
        self._on_told(told)

    # --- in the thread -----------------------------------------------------------------------------------------

    def _run(self) -> None:
        """Write until told to end; whatever a disk does, it is tried again."""
        is_last = False
        while not is_last or self._waiting:
            self._wake.wait(IDLE_S)
            self._wake.clear()
            if self._tail is not None and not self._tail.is_there():
                self._shut()
            is_last = self._is_ending
            if not self._write_all():
                if is_last:
                    break
                time.sleep(RETRY_S)
        if self._tail is not None:
            if self._ahead is not None:
                self._ahead.close()
            with contextlib.suppress(sqlite3.Error):
                self._tail.finish()
            self._shut()

    def _write_all(self) -> bool:
        """Write everything that waits by now; tell whether that went well."""
        try:
            tail = self._tail or self._open()
            if (
                self._ahead is not None and self._ahead.wants_turn and not self._batch
            ):  # all that was noted before the last turn is committed
                self._ahead.turn()
            due = len(self._waiting) + len(self._batch)  # what comes meanwhile is for the next time: this must end
            while due > 0 or (self._lost is not None and not self._waiting):
                due -= self._write_some(tail)
            if self._failing:
                self._say_written(tail, [], _NOTHING)
            tail.move()
        except (sqlite3.Error, OSError) as error:
            self._shut()
            self._failing = reason = reason_of(error)
            self._is_spoiled = reason == "damaged"
            if reason == "full":
                self._most = max(1, self._most // 2)
            self._say([], _NOTHING._replace(trouble=reason))
            return False
        return True

    def _write_some(self, tail: Tail) -> int:
        """Commit the oldest of what waits; tell how many records that were."""
        while self._waiting and len(self._batch) < self._most:
            self._batch.append(self._waiting.popleft())
        held = self._batch[: self._most]
        is_all = not self._waiting and len(held) == len(self._batch)
        lost = self._lost if is_all else None  # what was lost came behind what waited
        told = self._commit(tail, held, [lost] if lost is not None else [])
        if lost is not None:
            with self._lock:
                more = self._lost.count - lost.count if self._lost is not None else 0
                self._lost = Gap(lost.to_us, self._lost.to_us, more, lost.reason) if more and self._lost else None
        self._batch = self._batch[len(held) :]
        self._say_written(tail, [one.waiter for one in held if one.waiter is not None], told)
        return len(held)

    def _commit(self, tail: Tail, held: Sequence[_Held], others: Sequence[Record] = ()) -> Told:
        """Write records in one commit, in the next file when they belong there; give what is to be told of it."""
        records = [*(one.record for one in held), *others]
        month = month_now()
        if tail.is_over(month, len(records)):
            tail.turn_over(month, self._opened())
            self._say_opened(tail)
        began = time.perf_counter()
        tail.append(records, max((one.ordinal for one in held), default=0))
        self._most = min(MAX_BATCH, self._most * 2)
        return _NOTHING._replace(counts=Counter(map(kind_of, records)), seconds=time.perf_counter() - began)

    def _open(self) -> Tail:
        tail = Tail(self._folder, self._chain, is_synced=self._settings.is_synced)
        try:
            tail.open(month_now(), self._opened(), is_spoiled=self._is_spoiled)
        except BaseException:
            tail.close()
            raise
        self._tail, self._is_spoiled = tail, False
        self._say_opened(tail)
        if not self._has_taken_up:
            self._take_up(tail)
        return tail

    def _take_up(self, tail: Tail) -> None:
        """Commit what a killed process noted, before anything of this one, and begin to take notes.

        Where that fails it goes on behind the last commit at the next try: each carries the ordinal it ends with.
        """
        memory = service_memory()
        if memory is not None:
            ahead = Ahead(memory, self._chain)
            noted = (_Held(one.record, ordinal=one.ordinal) for one in ahead.recover(tail.ordinal))
            while piece := [*itertools.islice(noted, self._most)]:
                self._say_written(tail, [], self._commit(tail, piece))
            ahead.begin()
            if self._settings.is_synced:
                ahead.close()
            else:
                self._ordinal = tail.ordinal  # the loop takes none before it sees `_ahead`
                self._ahead = ahead
        self._has_taken_up = True

    def _opened(self) -> Opened:
        return Opened(now_us(), self._node, self._instance, self._started_us)

    def _shut(self) -> None:
        tail, self._tail = self._tail, None
        if tail is not None:
            tail.close()

    def _say_opened(self, tail: Tail) -> None:
        told = _NOTHING._replace(counts=Counter(("opened",)), trouble=self._failing)
        self._is_untold = bool(self._failing)
        self._say([], told if self._is_untold else told._replace(opened=tail.file, head=tail.head))

    def _say_written(self, tail: Tail, waiters: list[_Waiter], told: Told) -> None:
        """Tell of a commit: with it any trouble is over."""
        if self._is_untold:
            told = told._replace(opened=tail.file, head=tail.head)
        self._failing, self._is_untold = "", False
        self._say(waiters, told)

    def _say(self, waiters: list[_Waiter], told: Told) -> None:
        with contextlib.suppress(RuntimeError):  # the loop ended, and did not wait for us any longer
            self._loop.call_soon_threadsafe(self._hear, waiters, told)


def kind_of(record: Record) -> str:
    """Name the kind of a record, as its written form does."""
    return str(record.__struct_config__.tag)


def now_us() -> int:
    """Give the time in microseconds since 1970."""
    return time.time_ns() // 1000


def month_now() -> str:
    """Give the month of now in Vietnam, `2026-11`."""
    return dt.datetime.now(VIETNAM).strftime("%Y-%m")
