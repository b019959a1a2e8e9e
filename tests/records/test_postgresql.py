"""PostgreSQL 15, where several nodes report together: the same rows as on SQLite, and one writer at a time."""

from __future__ import annotations

import threading

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.records.figures.caveats import find_caveats
from gateway.records.figures.disputes import disputes, recalls
from gateway.records.figures.series import lower_bounds, number_series
from gateway.records.figures.state import store_state
from gateway.records.reading.sync import rebuild, sync
from gateway.records.store.opening import open_store
from gateway.values.faults import Misconfigured, Transient
from gateway.values.ledger import DocumentNumber, Gap
from gateway.values.period import parse_period
from tests.records.cluster import cluster, why_not
from tests.records.making import (
    MORNING,
    OTHER_CONTENT,
    Ledger,
    Source,
    figures,
    letter,
    mail,
    read_in,
    taken,
)
from tests.records.test_sync import MAILS, files_of, made

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is one")
YEAR = parse_period("2026")


@pytest.fixture(scope="module")
def url():
    """Run one cluster for all tests here."""
    with cluster() as found:
        yield found.format("postgres")


@pytest.fixture(scope="module")
def opened(url):
    """Open its store once."""
    engine = open_store(url)
    yield engine
    engine.dispose()


@pytest.fixture
def store(opened):
    """Give the store without any fact."""
    rebuild(opened, [])
    return opened


@pytest.fixture(scope="module")
def plain():
    """Open a store on SQLite to compare with."""
    engine = open_store("sqlite://")
    yield engine
    engine.dispose()


@settings(deadline=None, max_examples=5, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
@given(st.lists(MAILS, max_size=12), st.lists(st.integers(0, 2), max_size=3))
def test_both_databases_hold_the_same(opened, plain, mails, secrets):
    """Whatever the mails, every row that is made of them is equal."""
    files = files_of(mails, secrets)
    for engine in (opened, plain):
        rebuild(engine, [])
        for file in files:
            sync(engine, [Ledger(file.first(max(1, len(file.all) // 2)))])
        sync(engine, [Ledger(*files)])

    assert made(opened) == made(plain)


def test_every_question_is_answered(store, plain, agencies):
    """Each query runs on both, with the same answers."""
    records = [
        *taken(mail("T1", letter("1"))),
        *taken(mail("T2", letter("4"))),
        *taken(mail("T3", letter("4", digest=OTHER_CONTENT))),
        *taken(mail("T4", letter("5", recalls=(DocumentNumber("1", "SA-VP"),)))),
        Gap(MORNING, MORNING, 3, "full"),
    ]

    def answers(engine):
        rebuild(engine, [])
        read_in(engine, Source(*records))
        counted = figures(engine, agencies, "2026")
        with engine.begin() as connection:
            return [
                counted,
                disputes(connection, YEAR),
                recalls(connection, YEAR),
                number_series(connection, YEAR),
                lower_bounds(connection, YEAR),
                store_state(connection),
                find_caveats(connection, agencies, now_us=MORNING),
            ]

    assert answers(store) == answers(plain)


def test_two_nodes_that_sync_at_once_count_once(store, url, agencies):
    """Each waits for the other's batch; what one read, the other does not read again."""
    files = [
        Source(*(record for n in range(40) for record in taken(mail(f"{name}{n}", letter(f"{n + 1}")))), node=name)
        for name in ("gw-1", "gw-2")
    ]
    engines = [open_store(url) for _ in files]
    threads = [
        threading.Thread(target=sync, args=(engine, [Ledger(file)]))
        for engine, file in zip(engines, files, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    read_in(store, *files)

    found = figures(store, agencies).agencies["so-a"]
    assert (found.issued, found.messages) == (40, {"delivered": 80})
    for engine in engines:
        engine.dispose()


def test_a_database_that_does_not_answer_is_no_traceback(tmp_path):
    """The command says so and exits; the next run of the timer tries again."""
    with pytest.raises(Transient, match="records store"):
        open_store(f"postgresql://congthu@/postgres?host={tmp_path}")


def test_a_url_that_is_none_is_a_mistake_of_the_configuration():
    """With what is possible."""
    for url in ("mysql://localhost/records", "records.db"):
        with pytest.raises(Misconfigured, match=r"records\.store"):
            open_store(url)
