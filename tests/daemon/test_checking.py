"""What `congthu check` warns of."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from gateway.daemon.checking import stale_lists
from gateway.demo.pki import Pki
from gateway.edge.trust import load_trust

if TYPE_CHECKING:
    from pathlib import Path

AT = dt.datetime(2026, 11, 21, 2, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A trust folder whose lists are fresh at AT."""
    place = tmp_path_factory.mktemp("trust")
    Pki(AT).write(place)
    return place


def test_fresh_lists_are_nothing_to_warn_of(folder):
    """Every authority has a list that is not over yet."""
    assert [] == list(stale_lists(load_trust(folder), AT))


def test_lists_that_ended_and_that_are_missing_are_named(folder):
    """Each authority whose documents would be deferred is named, with the day its list ended."""
    (folder / "crls" / "public-sub.crl").unlink()
    lines = list(stale_lists(load_trust(folder), AT + dt.timedelta(days=400)))
    assert (6, 1) == (len(lines), sum("no revocation list" in line for line in lines))
    assert all(line.endswith("documents signed under it are deferred") for line in lines)


def test_revocation_off_needs_no_lists(folder):
    """Who does not check revocation is not warned of it."""
    assert [] == list(stale_lists(load_trust(folder, revocation="off"), AT + dt.timedelta(days=400)))
