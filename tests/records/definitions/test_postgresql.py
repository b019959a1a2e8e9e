"""Reports where several nodes report together: PostgreSQL 15 gives the same ones as SQLite, octet for octet."""

from __future__ import annotations

import pytest

from gateway.records.definitions.catalogue import REPORTS, UNIT, make_report
from gateway.records.imports.keeping import handed_in, imports, withdraw
from gateway.records.lookup.finding import ask, find
from gateway.records.render.data import report_json
from gateway.records.site.freezing import freeze, published
from gateway.records.store.opening import open_store
from gateway.values.declared import BY_TOTALS
from tests.records.cluster import cluster, why_not
from tests.records.definitions.world import fill, material
from tests.records.making import at

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is one")


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Fill a store on each database."""
    with cluster() as url:
        both = [open_store(url.format("postgres")), open_store(f"sqlite:///{tmp_path_factory.mktemp('w')}/records.db")]
        for one in both:
            fill(one)
        yield both
        for one in both:
            one.dispose()


def asked(stores, question):
    """Ask both stores the same."""
    answers = []
    for store in stores:
        with store.begin() as connection:
            answers.append(question(connection))
    return answers


@pytest.mark.parametrize("name", [*REPORTS, UNIT])
def test_every_report_is_the_same(stores, tmp_path, name):
    """Of a month and of a year."""
    for period in ("2026-10", "2026"):
        made = asked(
            stores, lambda c, period=period: report_json(make_report(name, material(c, tmp_path, period), "so-a"))
        )

        assert made[0] == made[1]


def test_look_up_and_publication_are_the_same(stores, tmp_path):
    """What is found, and what was frozen."""
    found = asked(stores, lambda c: find(c, ("so-a", "so-b"), ask("2/SA-VP", 2026, b"x" * 32)))
    assert found[0] == found[1] != []
    now = at("2026-11-05 08:00:00")
    frozen = asked(stores, lambda c: freeze(c, make_report("public", material(c, tmp_path)), "ha-noi", "", now).digest)
    assert frozen[0] == frozen[1]
    assert [len(one) for one in asked(stores, lambda c: published(c, "ha-noi"))] == [1, 1]


def test_sheets_are_listed_and_taken_back_alike(stores):
    """The report handed in goes with its sheet."""
    listed = asked(stores, lambda c: [one[:4] for one in imports(c)])
    number = next(one[0] for one in listed[0] if one[1] == "handed-in")

    def said(connection):
        return [one for one in handed_in(connection) if one.duty != BY_TOTALS]

    assert listed[0] == listed[1]
    assert [len(one) for one in asked(stores, said)] == [1, 1]
    assert [withdraw(store, number) for store in stores] == [1, 1]
    assert [len(one) for one in asked(stores, said)] == [0, 0]
