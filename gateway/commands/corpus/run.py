"""Corpus: read a folder of PDFs and mails as the gateway would, one JSON line a file: `congthu corpus`.

Each file is read in a sandboxed worker with a deadline, so a hostile one costs a line that names the fault.
With labels, a last line holds the confusion table: label by outcome of the deciding signature.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from gateway.commands.corpus.files import find_items
from gateway.commands.corpus.labels import Scores
from gateway.commands.corpus.work import CorpusJob, CorpusOrder
from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation
from gateway.edge.readers.pool import ReaderPool, ReaderSettings
from gateway.edge.trust.folder import load_trust
from gateway.read.budget import DEFAULT_BUDGET
from gateway.values.faults import Transient
from gateway.values.trust import EMPTY_TRUST
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from gateway.commands.corpus.files import Item
    from gateway.commands.corpus.labels import Labels

ENTRY = "gateway.commands.corpus.work:load"
_PROGRESS_FILES: Final = 500
"""Between two lines of progress."""
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Tally:
    """What a run has met so far, for whoever watches it."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.kinds: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.left_out = 0
        self._started = time.monotonic()

    @property
    def files(self) -> int:
        """Records so far."""
        return sum(self.kinds.values())

    def count(self, record: dict[str, Any]) -> str:
        """Count a record; answer a line of progress when it is time for one, else nothing."""
        self.kinds[record.get("kind", "fault")] += 1
        if "fault" in record:
            self.faults[record["fault"].partition(":")[0]] += 1
        return "" if self.files % _PROGRESS_FILES else f"... {self}"

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kinds.items()))
        faults = ", ".join(f"{word} {count}" for word, count in sorted(self.faults.items()))
        seconds = time.monotonic() - self._started
        return (
            f"read {self.files} in {seconds:.0f} s ({kinds or 'nothing'}); faults: {faults or 'none'}; "
            f"left out: {self.left_out} that are no PDF, mail or other document"
        )


async def read_corpus(  # noqa: PLR0913 - some of them are for whoever watches
    folder: Path,
    job: msgspec.Struct,
    settings: ReaderSettings,
    labels: Labels | None = None,
    *,
    entry: str = ENTRY,
    tally: Tally | None = None,
    without: Path | None = None,
) -> AsyncIterator[dict[str, Any]]:
    """Yield one record a file in order of path; after them the table, when there are labels.

    Args:
        folder: the folder, or one file.
        job: what files are read with; a `CorpusJob`, or what the entry asks for.
        settings: of the readers; a file may take half of their deadline.
        labels: what the files are said to be.
        entry: the work of the workers.
        tally: counts what is left out.
        without: a file that is none of the corpus.

    Raises:
        Transient: the reader processes do not come up.
    """
    pool = ReaderPool[dict[str, Any]](settings, _decode)
    scores = Scores(labels) if labels is not None else None
    tally = tally or Tally()
    waiting: list[asyncio.Task[dict[str, Any]]] = []

    def finished(record: dict[str, Any]) -> dict[str, Any]:
        return scores.labelled(record) if scores is not None else record

    try:
        await pool.start(entry, msgspec.msgpack.encode(job))
        for item in find_items(folder, lambda path: labels is not None and labels.of(path) != "", without):
            if item is None:
                tally.left_out += 1
                continue
            waiting.append(asyncio.create_task(_read(pool, item)))
            if len(waiting) >= settings.workers:
                yield finished(await waiting.pop(0))
        while waiting:
            yield finished(await waiting.pop(0))
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await pool.close()
    if scores is not None:
        yield scores.last_line()


async def _read(pool: ReaderPool[dict[str, Any]], item: Item) -> dict[str, Any]:
    """Have one file read; whatever goes wrong is a fault of its record."""
    if item.fault:
        return {"path": item.path, "fault": item.fault} | (
            {"size_octets": item.size_octets} if item.size_octets else {}
        )
    started = time.perf_counter()
    try:
        orders = (
            msgspec.msgpack.encode(CorpusOrder(item.kind, item.name, item.beside_octets, is_unread=is_unread))
            for is_unread in (False, True)
        )
        found = await pool.inspect(next(orders), item.fd, unread=next(orders))
    except Transient as fault:
        found = {"fault": fault.situation, "detail": fault.detail} if fault.detail else {"fault": fault.situation}
    finally:
        os.close(item.fd)
    took = round((time.perf_counter() - started) * 1000, 1)
    return {"path": item.path, "took_ms": took, **found}


def make_job(  # noqa: PLR0913 - the options of the command
    *,
    config_file: Path | None,
    trust: Path | None,
    revocation: str,
    trust_embedded: bool,
    at: dt.datetime | None,
    mail_from: str | None,
    rcpts: tuple[str, ...],
) -> CorpusJob:
    """Load what files are read with: trust of its own folder, else of the configuration, else nobody's.

    Raises:
        Misconfigured: with every problem of configuration or trust folder.
    """
    generation = load_generation(load_config(config_file), 1)[0] if config_file else None
    snapshot = generation.trust if generation else EMPTY_TRUST
    if trust is not None:
        snapshot = load_trust(trust, revocation=revocation)
        generation = generation and msgspec.structs.replace(generation, trust=snapshot)
    moment = at or dt.datetime.now(dt.UTC)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
    return CorpusJob(
        at_us=int(moment.timestamp() * 1_000_000),
        trust=snapshot,
        is_trust_embedded=trust_embedded,
        budget=generation.budget if generation else DEFAULT_BUDGET,
        generation=generation,
        mail_from=mail_from,
        rcpts=rcpts,
    )
