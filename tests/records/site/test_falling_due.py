"""A month frozen by itself: the last one, on its due day, and only when nobody has to judge anything."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.edge.registry.files import load_registry
from gateway.records.definitions.material import Ground, Material
from gateway.records.reading.sync import MADE, STALE
from gateway.records.roster import Roster
from gateway.records.site.falling_due import find_due, obstacles
from gateway.records.store.tables import SETTINGS
from gateway.values.ledger import Gap
from gateway.values.period import parse_period
from tests.records.definitions.world import CRITERIA, GUIDES, OBLIGATIONS, RULES
from tests.records.making import Source, at, letter, mail, read_in, taken

REGISTRY = """
[[agency]]
id = "so-a"
name = "Sở Khoa học và Công nghệ"
notations = ["SKHCN"]
class = "department"
territory = "binh-duong"
[[agency]]
id = "so-b"
name = "Sở B"
class = "department"
territory = "dak-lak"
"""
OCTOBER = parse_period("2026-10")
LAST = at("2026-10-30 16:00:00")
BEHIND = at("2026-11-02 08:00:00")


def ground(folder, today="2026-11-16", territory="binh-duong"):
    """Give what a report of the province is made with."""
    file = folder / "registry.toml"
    file.write_text(REGISTRY, "utf-8")
    registry = load_registry([file])
    day = dt.date.fromisoformat(today)
    return Ground(Roster(registry), registry, OBLIGATIONS, RULES, GUIDES, CRITERIA, day, territory)


def against(store, folder):
    """List what speaks against freezing October."""
    with store.begin() as connection:
        return obstacles(connection, Material(connection, ground(folder), OCTOBER))


def node(name="gw-1", *more, last_us=BEHIND):
    """Give a ledger of one letter of October, and of one of another day."""
    mails = (mail(f"{name}-1", letter("1"), at_us=LAST), mail(f"{name}-2", letter("2"), at_us=last_us))
    return Source(*(record for one in mails for record in taken(one)), *more, node=name)


@pytest.mark.parametrize(
    ("today", "month", "on"),
    [
        ("2026-11-01", "2026-10", "2026-11-13"),
        ("2026-11-30", "2026-10", "2026-11-13"),
        ("2027-01-01", "2026-12", "2027-01-15"),
    ],
)
def test_the_last_month_falls_due_on_its_working_day(tmp_path, today, month, on):
    """BD-4d: ten working days after it, holidays left out."""
    found = find_due(ground(tmp_path, today))

    assert (str(found.month), found.on.isoformat()) == (month, on)


def test_where_nobody_owes_statistics_nothing_falls_due(tmp_path):
    """The duty is Bình Dương's; of all territories together it is still somebody's."""
    assert find_due(ground(tmp_path, territory="dak-lak")) is None
    assert find_due(ground(tmp_path, territory="")) is not None


def test_nothing_speaks_against_a_month_that_was_read_to_its_end(store, tmp_path):
    """Every node that tells of it was read beyond it; one that ended before tells nothing of it."""
    read_in(
        store,
        node(),
        node("gw-2"),
        Source(*taken(mail("T-old", letter("9"), at_us=at("2026-09-01 08:00:00"))), node="gw-old"),
    )

    assert against(store, tmp_path) == []


def test_a_month_without_traffic_is_not_frozen(store, tmp_path):
    """Its zeros would be no counts."""
    assert against(store, tmp_path) == ["no ledger tells of it"]


def test_a_node_that_was_read_only_up_to_the_month_is_named(store, tmp_path):
    """Its later files may not have come."""
    read_in(store, node(), node("gw-2", last_us=LAST))

    assert against(store, tmp_path) == ["gw-2 (congthu) was read only up to 2026-10-30: its later files may be missing"]


def test_a_caveat_wants_somebody_who_looks(store, tmp_path):
    """A gap of the month; one of another month does not matter."""
    gap = Gap(at("2026-10-07 08:00:00"), at("2026-10-07 09:00:00"), 7, "full")
    read_in(store, node("gw-1", Gap(at("2026-09-07 08:00:00"), at("2026-09-07 09:00:00"), 7, "full")))
    assert against(store, tmp_path) == []

    read_in(store, node("gw-2", gap))
    (found,) = against(store, tmp_path)
    assert "gw-2" in found


def test_what_is_read_and_not_counted_yet_is_not_frozen(store, tmp_path):
    """As a sync that was killed leaves it."""
    read_in(store, node())
    with store.begin() as connection:
        connection.execute(SETTINGS.update().where(SETTINGS.c.name == MADE).values(value=STALE))

    assert against(store, tmp_path) == ["ledgers were read that are not counted yet: run `congthu records sync`"]
