"""Replay over mails: a folder, Maildir, mbox or one mail, judged under two configurations."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any, Final

import msgspec

from gateway.commands.corpus.run import Tally, make_job, read_corpus
from gateway.commands.explaining import admission_at, client_of
from gateway.commands.replay.changes import Changes, Task
from gateway.commands.replay.work import ENTRY, Answer, ReplayJob
from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation
from gateway.edge.readers.pool import ReaderSettings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

HELO: Final = "replay"
"""Said in EHLO by the client of every mail."""


def replay_mails(  # noqa: PLR0913 - two configurations, the envelope of mails that come without one, and the readers
    folder: Path,
    *,
    config_file: Path,
    against: Path,
    at: dt.datetime | None,
    mail_from: str | None,
    rcpts: tuple[str, ...],
    client_ip: str,
    listener: str,
    deadline_s: float,
    workers: int,
) -> Task:
    """Load both configurations and make ready to judge every mail below a folder under both.

    Args:
        folder: folder, Maildir, mbox or one mail; what is no mail is left out.
        config_file: the configuration in force.
        against: the other one.
        at: instant to judge at; None is now, without a zone it is Vietnam's.
        mail_from: reverse-path of every mail; None takes the author's.
        rcpts: forward-paths of every mail; empty takes To and Cc.
        client_ip: address the mails came from.
        listener: name of the block of `listen` they came to, in both configurations; empty for the first.
        deadline_s: seconds one mail may take.
        workers: mails read at once.

    Raises:
        Misconfigured: with every problem of the configuration that comes first.
    """
    present = make_job(
        config_file=config_file,
        trust=None,
        revocation="require",
        trust_embedded=False,
        at=at,
        mail_from=mail_from,
        rcpts=rcpts,
    )
    other = load_config(against)
    before, after = (
        client_of(admission_at(config, listener), client_ip, HELO) for config in (load_config(config_file), other)
    )
    present = msgspec.structs.replace(present, client=before)
    job = ReplayJob(present, load_generation(other, 1)[0], after)
    settings = ReaderSettings(workers=workers, deadline_s=2 * deadline_s)
    return Task(_count_files(folder), lambda on_step: asyncio.run(_replay(folder, job, settings, on_step)))


async def _replay(folder: Path, job: ReplayJob, settings: ReaderSettings, on_files: Callable[[int], object]) -> Changes:
    """Judge every mail; `on_files` is told how many more files were dealt with, an mbox counting as one."""
    changes, tally = Changes(), Tally()
    file, told = "", 0
    async for record in read_corpus(folder, job, settings, entry=ENTRY, tally=tally):
        _add(changes, record)
        whole, _, number = record["path"].rpartition("#")
        read = whole if number.isdecimal() and whole else record["path"]
        on_files((read != file) + tally.left_out - told)
        file, told = read, tally.left_out
    changes.left_out += tally.left_out
    return changes


def _add(changes: Changes, record: dict[str, Any]) -> None:
    if "fault" in record:
        changes.add_fault(record["fault"].partition(":")[0])
    elif record["kind"] == "file":
        changes.left_out += 1
    else:
        before, after = (msgspec.convert(record[name], Answer) for name in ("before", "after"))
        changes.add(record["path"], before, after, is_secret=record["is_secret"])


def _count_files(folder: Path) -> int:
    """Count the files below a folder for a progress bar; of an mbox, one."""
    return sum(len(names) for _, _, names in os.walk(folder, followlinks=True)) if folder.is_dir() else 1
