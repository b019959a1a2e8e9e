"""A new store for each test."""

from __future__ import annotations

import pytest

from gateway.records.store.opening import open_store
from tests.records.making import roster


@pytest.fixture
def store(tmp_path):
    """Open an empty store on SQLite."""
    engine = open_store(f"sqlite:///{tmp_path}/records.db")
    yield engine
    engine.dispose()


@pytest.fixture
def agencies(tmp_path):
    """Give a registry of three departments."""
    return roster(tmp_path)
