"""What the observers are told of a bug in a reader: the real pool, journal and metrics."""

from __future__ import annotations

import asyncio
import json
import os

import pytest

from gateway.daemon.runtime import Observers
from gateway.edge.observers.journal import Journal
from gateway.edge.observers.journal_stream import Stream
from gateway.edge.observers.metrics import Metrics
from gateway.edge.readers.pool import ReaderPool, ReaderSettings
from gateway.values.faults import Transient
from tests.support.relaying import memory_file


def test_an_exception_in_a_reader_is_logged_and_counted_without_its_text(tmp_path):
    """One line a failure, with class and place; the client gets 451 and may come again."""
    log = tmp_path / "log"
    journal_fd = os.open(log, os.O_CREAT | os.O_WRONLY)
    metrics = Metrics("test")
    observers = Observers(metrics, Journal(Stream(journal_fd)))

    async def story() -> None:
        pool = ReaderPool(ReaderSettings(workers=1), bytes)
        pool.on_bug = lambda bug: observers.on_bug("reader", bug)
        try:
            await pool.start("tests.support.reader_work:load", b"")
            with memory_file(b"raise!") as fd:
                with pytest.raises(Transient) as fault:
                    await pool.inspect("TỐI MẬT".encode(), fd, unread=b"unread")
                assert fault.value.situation == "internal"
                await pool.inspect("TỐI MẬT".encode(), fd, unread=b"unread")
        finally:
            await pool.close()

    asyncio.run(story())
    os.close(journal_fd)
    lines = [json.loads(line) for line in log.read_text().splitlines()]

    assert [(line["event"], line["where"], line["kind"]) for line in lines] == [("bug", "reader", "ValueError")] * 2
    assert all(line["place"].startswith("gateway.edge.readers.nursery:") for line in lines)
    assert "MẬT" not in log.read_text()
    assert b'congthu_bugs_total{where="reader"} 2.0' in metrics.render("")[0]


def test_a_bug_of_the_listener_is_told_the_same_way(tmp_path):
    """Class and place of what a session met."""
    log = tmp_path / "log"
    journal_fd = os.open(log, os.O_CREAT | os.O_WRONLY)
    metrics = Metrics("test")
    Observers(metrics, Journal(Stream(journal_fd))).at("smtp").on_exception(KeyError("MẬT"))
    os.close(journal_fd)
    line = json.loads(log.read_text())

    assert (line["event"], line["where"], line["kind"]) == ("bug", "listener", "KeyError")
    assert "MẬT" not in log.read_text()
    assert b'congthu_bugs_total{where="listener"} 1.0' in metrics.render("")[0]
