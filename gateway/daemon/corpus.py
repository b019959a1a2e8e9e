"""Corpus: read a folder of PDFs and mails as the gateway would, one JSON line a file: `congthu corpus`.

Each file is read in a sandboxed worker with a deadline, so a hostile one costs a line that names the fault.
With labels, a last line holds the confusion table: label by outcome of the deciding signature.
"""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import os
import time
from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import msgspec

from gateway.daemon.config import load_config
from gateway.daemon.corpus_work import CorpusJob, CorpusOrder
from gateway.daemon.generation import VIETNAM
from gateway.daemon.loading import load_generation
from gateway.edge.trust import load_trust
from gateway.edge.workers import ReaderPool, ReaderSettings
from gateway.read.budget import DEFAULT_BUDGET
from gateway.values.faults import ConfigProblem, Misconfigured, Transient
from gateway.values.trust import EMPTY_TRUST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from pathlib import Path

ENTRY = "gateway.daemon.corpus_work:load"
OUTCOMES = ("passed", "failed", "indeterminate", "none", "fault")
"""Columns of the table that are always there; dispositions of mails join them."""
_HEAD_OCTETS = 1024
"""Readers look for %PDF- this far (ISO 32000-1 Annex H, note 13)."""
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Labels:
    """Labels by path or pattern, in file order; the first that fits holds."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        """Take rows of (path or pattern, label)."""
        rows = list(rows)
        self._exact = dict(reversed(rows))
        self._patterns = [(path, label) for path, label in rows if any(mark in path for mark in "*?[")]

    def of(self, path: str) -> str:
        """Find the label of a path relative to the folder; its bare name counts too; empty when it has none."""
        found = self._exact.get(path) or self._exact.get(path.rpartition("/")[2])
        return found or next((label for pattern, label in self._patterns if fnmatchcase(path, pattern)), "")


def read_labels(file: Path) -> Labels:
    """Read labels: JSON lines `{"path": ..., "label": ...}`, or CSV `path,label` with or without a heading.

    Raises:
        Misconfigured: a line that is neither.
    """
    rows: list[tuple[str, str]] = []
    try:
        lines = file.read_text("utf-8-sig").splitlines()
        for number, line in enumerate(lines, 1):
            if line.lstrip().startswith("{"):
                record = msgspec.json.decode(line)
                rows.append((str(record["path"]), str(record["label"])))
            elif line.strip() and (number, line.strip().lower()) != (1, "path,label"):
                path, label = next(csv.reader([line]))
                rows.append((path, label.strip()))
    except (OSError, ValueError, KeyError, TypeError, csv.Error, msgspec.DecodeError):
        problem = ConfigProblem(str(file), 0, "", "is no list of labels; write JSON lines with path and label, or CSV")
        raise Misconfigured([problem]) from None
    return Labels(rows)


def find_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield (file, `pdf` or `eml`) in order of path: PDFs by content or name, mails by name."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            file = folder / os.path.relpath(place, folder) / name
            kind = _kind(file)
            if kind:
                yield file, kind


def _kind(file: Path) -> str:
    """Tell what a file shall be read as; empty for anything else, and for what cannot be opened."""
    if file.suffix.lower() == ".eml":
        return "eml" if file.is_file() else ""
    try:
        if not file.is_file():
            return ""
        with file.open("rb") as stream:
            is_pdf = file.suffix.lower() == ".pdf" or b"%PDF-" in stream.read(_HEAD_OCTETS)
    except OSError:
        return ""
    return "pdf" if is_pdf else ""


async def read_corpus(
    folder: Path, job: CorpusJob, settings: ReaderSettings, labels: Labels | None = None
) -> AsyncIterator[dict[str, Any]]:
    """Yield one record a file in order of path; after them the table, when there are labels.

    Raises:
        Transient: the reader processes do not come up.
    """
    pool = ReaderPool[dict[str, Any]](settings, _decode)
    table: dict[str, Counter[str]] = {}
    waiting: list[asyncio.Task[dict[str, Any]]] = []
    try:
        await pool.start(ENTRY, msgspec.msgpack.encode(job))
        for file, kind in find_files(folder):
            waiting.append(asyncio.create_task(_read(pool, folder, file, kind)))
            if len(waiting) >= settings.workers:
                yield _labelled(await waiting.pop(0), labels, table)
        for task in waiting:
            yield _labelled(await task, labels, table)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await pool.close()
    if labels is not None:
        yield {"confusion": {label: dict(counts) for label, counts in sorted(table.items())}}


def _labelled(record: dict[str, Any], labels: Labels | None, table: dict[str, Counter[str]]) -> dict[str, Any]:
    if labels is None:
        return record
    label = labels.of(record["path"])
    word = "fault" if "fault" in record else record.get("disposition") or record["outcome"]
    table.setdefault(label or "unlabelled", Counter())[word] += 1
    return {"path": record.pop("path"), "label": label, **record}


async def _read(pool: ReaderPool[dict[str, Any]], folder: Path, file: Path, kind: str) -> dict[str, Any]:
    """Have one file read; whatever goes wrong is a fault of its record."""
    path = file.relative_to(folder).as_posix()
    started = time.perf_counter()
    try:
        fd = _memory_file(file)
    except OSError as error:
        return {"path": path, "fault": f"not_read: {error.strerror}"}
    try:
        orders = (msgspec.msgpack.encode(CorpusOrder(kind, is_unread=is_unread)) for is_unread in (False, True))
        found = await pool.inspect(next(orders), fd, unread=next(orders))
    except Transient as fault:
        found = {"fault": fault.situation, "detail": fault.detail} if fault.detail else {"fault": fault.situation}
    finally:
        os.close(fd)
    took = round((time.perf_counter() - started) * 1000, 1)
    return {"path": path, "took_ms": took, **found}


def _memory_file(file: Path) -> int:
    """Copy a file into memory, the form in which workers get what they read."""
    fd = os.memfd_create("congthu-corpus")
    try:
        with file.open("rb") as source, os.fdopen(os.dup(fd), "wb") as target:
            while block := source.read(1_048_576):
                target.write(block)
    except BaseException:
        os.close(fd)
        raise
    return fd


def table_lines(confusion: dict[str, dict[str, int]]) -> Iterator[str]:
    """Set the confusion table as text, one label a line."""
    words = [*OUTCOMES, *sorted({word for counts in confusion.values() for word in counts} - set(OUTCOMES))]
    width = max([5, *map(len, confusion)])
    yield "  ".join(["label".ljust(width), *words, "all"])
    for label, counts in confusion.items():
        cells = [str(counts.get(word, 0)).rjust(len(word)) for word in words]
        yield "  ".join([label.ljust(width), *cells, str(sum(counts.values())).rjust(3)])


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
