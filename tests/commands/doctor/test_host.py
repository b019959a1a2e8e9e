"""Clock, memory and disk, as the doctor sees them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from gateway.commands.doctor.host import NEVER_BEFORE, clock, disk, memory
from gateway.daemon.config.load import load_config
from gateway.values.trust import EMPTY_TRUST
from tests.support.daemon import world

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.daemon.config.schema import Config

LISTEN = '[listen]\naddresses = ["127.0.0.1:25"]\n'


def config_of(folder: Path, more: str = "") -> Config:
    """Load a small configuration."""
    (folder / "congthu.toml").write_text(LISTEN + more)
    return load_config(folder / "congthu.toml")


def test_time_before_this_program_or_a_list_that_is_here_is_wrong() -> None:
    """A clock that fell back judges every signature wrongly."""
    snapshot = world()[0].snapshot()
    now = dt.datetime.now(dt.UTC)

    assert "fail" == clock(EMPTY_TRUST, NEVER_BEFORE - dt.timedelta(days=1)).state
    assert "fail" == clock(snapshot, NEVER_BEFORE).state
    assert "fail" != clock(snapshot, now).state
    assert "fail" != clock(EMPTY_TRUST, NEVER_BEFORE).state


@pytest.mark.parametrize(("gigabytes", "state"), [(0, "warn"), (0.5, "fail"), (1, "warn"), (4, "ok")])
def test_memory_is_compared_with_what_the_configuration_lets_in(tmp_path: Path, gigabytes: float, state: str) -> None:
    """Unknown, not enough to read, not enough for all messages at once, enough."""
    line = next(memory(config_of(tmp_path, "[inspection.readers]\nworkers = 2\n"), int(gigabytes * 1_000_000_000)))

    assert state == line.state


def test_room_for_messages_that_fits_is_named(tmp_path: Path) -> None:
    """What remains beside the readers: 1,000 MB less 200 at rest and two times 256."""
    line = next(memory(config_of(tmp_path, "[inspection.readers]\nworkers = 2\n"), 1_000_000_000))

    assert "in_flight_octets to 288_000_000" in line.todo


def fetching(folder: Path) -> Config:
    """A configuration that fetches lists into a folder of its own."""
    for name in ("trust", "cache"):
        (folder / name).mkdir()
    return config_of(folder, '[trust]\nfolder = "trust"\n[trust.fetch]\nfolder = "cache"\n')


def test_folder_of_lists_is_measured(tmp_path: Path) -> None:
    """The test's own disk has room; nothing was asked in vain."""
    config = fetching(tmp_path)
    (tmp_path / "cache").chmod(0o777)
    (line,) = disk(config, "nobody")

    assert ("ok", True) == (line.state, line.found.endswith("MB free"))


def test_folder_the_service_may_not_write_is_told(tmp_path: Path) -> None:
    """Lists would run out, and signatures be put off."""
    config = fetching(tmp_path)
    (tmp_path / "cache").chmod(0o500)
    line = next(disk(config, "nobody"))

    assert ("fail", True) == (line.state, "chown nobody:" in line.todo)


def test_nothing_fetched_needs_no_disk(tmp_path: Path) -> None:
    """There is nothing else the service writes."""
    assert ["ok"] == [line.state for line in disk(config_of(tmp_path))]
