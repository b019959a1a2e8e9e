"""Purging: what is older goes by whole files, and the rest stays one chain that can be checked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from gateway.edge.ledger.purge import purge
from gateway.edge.ledger.reader import find_anchor, open_to_read
from gateway.edge.ledger.tail import Tail
from gateway.values.ledger import Secret
from tests.support.ledgers import AT_US, CHAIN, damages, intent, kept, opened, write_chain

if TYPE_CHECKING:
    from pathlib import Path

DAY_US = 86_400_000_000
MONTHS = [("2026-11", 0), ("2026-12", 30), ("2027-01", 60)]


def write(folder: Path) -> None:
    """Three months of one process."""
    write_chain(
        folder,
        *((month, [intent(days + one, AT_US + (days + one) * DAY_US) for one in range(5)]) for month, days in MONTHS),
    )


def day_start_us(day: str) -> int:
    """Give the midnight of Vietnam a day begins with."""
    return int(dt.datetime.fromisoformat(f"{day}T00:00:00+07:00").timestamp()) * 1_000_000


def stays(folder: Path, days: int) -> list[str]:
    """Purge and say why each file stays."""
    return [one.reason for one in purge(folder, AT_US + days * DAY_US)]


def test_only_files_that_are_older_altogether_go(tmp_path: Path) -> None:
    """One record of the day itself keeps its file, and those behind it."""
    write(tmp_path)
    assert stays(tmp_path, 4) == ["newer", "behind", "behind"]
    assert stays(tmp_path, 5) == ["", "newer", "behind"]
    assert len(kept(tmp_path)) == 12


def test_a_secret_is_as_new_as_the_end_of_its_day(tmp_path: Path) -> None:
    """Of which nothing else is kept: it may have come at midnight, behind everything else of its file."""
    write_chain(tmp_path, ("2026-11", [intent(1), Secret("2026-12-02")]), ("2026-12", [intent(2, AT_US + 9 * DAY_US)]))
    midnight = day_start_us("2026-12-03")

    assert [one.reason for one in purge(tmp_path, midnight - 1)] == ["newer", "behind"]
    assert [one.reason for one in purge(tmp_path, midnight)] == ["", "newer"]


def test_the_chain_can_be_checked_after_it(tmp_path: Path) -> None:
    """An anchor says what is gone altogether; nothing is missing that was not purged."""
    write(tmp_path)
    stays(tmp_path, 10)
    stays(tmp_path, 40)
    assert damages(tmp_path) == []
    (file,) = tmp_path.glob("*.sqlite")
    with open_to_read(file) as database:
        anchor = find_anchor(database)
    assert anchor is not None
    assert (anchor.records, anchor.from_us, anchor.to_us) == (12, AT_US, AT_US + 34 * DAY_US)


def test_a_file_somebody_took_is_still_missed_after_a_purge(tmp_path: Path) -> None:
    """The anchor stands for the file it names, not for another one."""
    write(tmp_path)
    stays(tmp_path, 10)
    next(tmp_path.glob("*2026-12*")).unlink()
    assert [one.what for one in damages(tmp_path)] == ["no_file"]


def test_a_chain_nobody_writes_any_more_goes_whole(tmp_path: Path) -> None:
    """Its last file too, once it is old; while a process has it, it stays."""
    write(tmp_path)
    tail = Tail(tmp_path, CHAIN, is_synced=False)
    assert stays(tmp_path, 100) == ["", "", "in_use"]
    tail.close()
    assert stays(tmp_path, 100) == [""]
    assert not list(tmp_path.glob("*.sqlite*"))


def test_the_process_goes_on_in_the_file_with_the_anchor(tmp_path: Path) -> None:
    """Purged while it writes: its chain stays sound."""
    write(tmp_path)
    tail = Tail(tmp_path, CHAIN, is_synced=False)
    tail.open("2027-01", opened(AT_US + 66 * DAY_US))
    tail.append([intent(70, AT_US + 70 * DAY_US)])
    assert stays(tmp_path, 40) == ["", "", "newer"]
    tail.append([intent(71, AT_US + 71 * DAY_US)])
    tail.close()
    assert damages(tmp_path) == []
    assert len(kept(tmp_path)) == 9


def test_a_damaged_file_is_as_old_as_the_beginning_of_the_next(tmp_path: Path) -> None:
    """It can be got rid of in time, though nobody can read all of it."""
    write(tmp_path)
    next(tmp_path.glob("*2026-11*")).write_bytes(b"no database" * 1000)
    assert stays(tmp_path, 30)[0] == "newer"
    assert stays(tmp_path, 31)[0] == ""
    assert damages(tmp_path) == []
