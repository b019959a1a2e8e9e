"""Stores opened and let go."""

from __future__ import annotations

import gc
from pathlib import Path

from sqlalchemy import text

from gateway.records.figures.caveats import find_caveats
from gateway.records.store.opening import open_store
from gateway.values.ledger import Outcome
from tests.records.making import MORNING, Source, letter, mail, read_in, taken


def test_stores_that_are_forgotten_leave_no_descriptors(tmp_path):
    """A process that opens store after store holds none of their files."""
    for number in range(3):
        with open_store(f"sqlite:///{tmp_path}/{number}.db").begin():
            pass
    gc.collect()

    held = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink() and link.exists()]
    assert not [link for link in held if str(tmp_path) in str(link.resolve())]


def test_a_store_of_an_older_program_gets_what_is_younger_than_its_version(tmp_path, agencies):
    """Its outcomes that wait are joined, and one whose ledger it did not note is told of without a name."""
    url = f"sqlite:///{tmp_path}/older.db"
    store = open_store(url)
    intent, outcome = taken(mail("T1", letter()))
    read_in(store, Source(Outcome("T9", MORNING, "delivered", 250), outcome))
    with store.begin() as connection:
        for column in ("source", "joined"):
            connection.execute(text(f"ALTER TABLE late_outcomes DROP COLUMN {column}"))
    store.dispose()

    store = open_store(url)
    read_in(store, Source(intent, instance="second"))

    with store.begin() as connection:
        found = find_caveats(connection, agencies, now_us=MORNING)
    assert [(one.kind, one.subject, one.count) for one in found] == [("outcome_alone", "?", 1)]
    store.dispose()
