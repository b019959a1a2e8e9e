"""Reading: the chain holds or the place is named where it does not, and everything else is read."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gateway.edge.ledger.reader import Damage, Kept, Place, read_ledger
from gateway.edge.ledger.tail import MAX_RECORDS, Tail
from gateway.values.ledger import Intent
from tests.support.ledgers import CHAIN, damages, intent, kept, opened, outcome, write_chain
from tests.support.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MANY = [intent(number) for number in range(400)]


def name(month: str = "2026-11", part: int = 1) -> str:
    """A file of the chain."""
    return f"{CHAIN}_{month}_{part:03}.sqlite"


def change(file: Path, statement: str, *values: object) -> None:
    """Do to a file what nobody should."""
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute(statement, values)


def numbers(folder: Path) -> list[int]:
    """Numbers of the intents that are read."""
    return [int(one.record.transaction_id[1:]) for one in kept(folder) if isinstance(one.record, Intent)]


def test_months_are_one_chain(tmp_path: Path) -> None:
    """Files follow each other by the hash each names, and full ones need no companions."""
    write_chain(tmp_path, ("2026-11", MANY[:3]), ("2026-12", MANY[3:5]), ("2027-01", MANY[5:6]))
    assert damages(tmp_path) == []
    assert numbers(tmp_path) == list(range(6))
    assert sorted(one.name for one in tmp_path.glob("*.sqlite*")) == [name(), name("2026-12"), name("2027-01")]


def test_a_file_holds_200_000_records_and_the_next_one_follows(tmp_path: Path) -> None:
    """Whatever the month: the bound is kept, and the chain goes on."""
    tail = Tail(tmp_path, CHAIN, is_synced=False)
    tail.open("2026-11", opened())
    batch = [outcome(number) for number in range(500)]
    for _ in range(MAX_RECORDS // 500):
        if tail.is_over("2026-11", len(batch)):
            tail.turn_over("2026-11", opened())
        tail.append(batch)
        tail.move()
    tail.close()
    assert [one.name for one in sorted(tmp_path.glob("*.sqlite"))] == [name(), name(part=2)]
    with contextlib.closing(sqlite3.connect(tmp_path / name())) as database:
        assert database.execute("SELECT max(seq) FROM record").fetchone()[0] <= MAX_RECORDS
    assert damages(tmp_path) == []


def test_a_clock_set_back_begins_no_earlier_file(tmp_path: Path) -> None:
    """What is newest stays newest, whatever day the host believes it is."""
    write_chain(tmp_path, ("2026-12", MANY[:2]))
    tail = Tail(tmp_path, CHAIN, is_synced=False)
    tail.open("2026-11", opened())
    assert not tail.is_over("2026-11", 1)
    assert tail.file == name("2026-12")
    tail.close()


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE record SET body = CAST(replace(body, 'so-b', 'so-c') AS BLOB) WHERE seq = 11", "changed"),
        ("UPDATE record SET hash = zeroblob(32) WHERE seq = 11", "changed"),
    ],
)
def test_a_changed_record_is_named(tmp_path: Path, statement: str, what: str) -> None:
    """With its number; those before and behind it are read."""
    write_chain(tmp_path, ("2026-11", MANY[:30]))
    change(tmp_path / name(), statement)
    found = damages(tmp_path)
    assert found[0] == Damage(name(), 11, 11, what)
    assert set(range(30)) - set(numbers(tmp_path)) <= {9, 10}


def test_a_record_left_out_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    """The one behind it hangs in the air, which is told too; from then on everything counts."""
    write_chain(tmp_path, ("2026-11", MANY[:30]))
    change(tmp_path / name(), "DELETE FROM record WHERE seq BETWEEN 5 AND 7")
    assert damages(tmp_path) == [Damage(name(), 5, 7, "missing"), Damage(name(), 8, 8, "unlinked")]
    assert numbers(tmp_path) == [0, 1, 2, *range(7, 30)]


def test_broken_pages_cost_their_records_and_no_others(tmp_path: Path) -> None:
    """Octets in the middle of the file are overwritten: the place is named, what stands before and behind is read."""
    write_chain(tmp_path, ("2026-11", MANY))
    file = tmp_path / name()
    with file.open("r+b") as octets:
        octets.seek(4096 * 20)
        octets.write(b"\xff" * 4096)
    found = [one for one in damages(tmp_path) if one.file == name()]
    assert [one.what for one in found] == ["unreadable", "unlinked"]
    assert 2 < found[0].first < found[0].last < 350
    got = numbers(tmp_path)
    assert got[0] == 0
    assert got[-1] == 399
    assert len(got) > 380


def test_a_file_that_is_none_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    """Overwritten from its beginning, or empty."""
    write_chain(tmp_path, ("2026-11", MANY[:3]), ("2026-12", MANY[3:5]))
    (tmp_path / name()).write_bytes(b"no database" * 1000)
    assert [one[1:] for one in damages(tmp_path)] == [(1, 1, "unreadable")]
    assert numbers(tmp_path) == [3, 4]


def test_a_missing_file_and_one_that_was_cut_are_named(tmp_path: Path) -> None:
    """Each file says which one it continues and with what hash that ended."""
    write_chain(tmp_path, ("2026-11", MANY[:3]), ("2026-12", MANY[3:5]), ("2027-01", MANY[5:6]))
    (tmp_path / name()).unlink()
    change(tmp_path / name("2026-12"), "DELETE FROM record WHERE seq = 3")
    assert damages(tmp_path) == [Damage(name("2026-12"), 1, 1, "no_file"), Damage(name("2027-01"), 1, 1, "torn")]


def test_what_was_read_before_does_not_come_again(tmp_path: Path) -> None:
    """Reading goes on behind the place told; one that stands there no more brings the whole file again."""
    write_chain(tmp_path, ("2026-11", MANY[:10]))
    last = kept(tmp_path)[4]
    rest = list(read_ledger(tmp_path, {last.file: Place(last.seq, last.hash)}))
    assert [one.seq for one in rest if isinstance(one, Kept)] == list(range(6, 12))
    anew = list(read_ledger(tmp_path, {last.file: Place(last.seq, bytes(32))}))
    assert anew[0] == Damage(name(), 5, 5, "replaced")
    assert len(anew) == 12


def test_a_record_of_a_later_version_is_told(tmp_path: Path) -> None:
    """Nothing is guessed about a kind nobody here knows; the chain goes on through it."""
    write_chain(tmp_path, ("2026-11", MANY[:2]))
    from gateway.edge.ledger.files import link  # noqa: PLC0415 - forges one record

    body, last = b'{"kind":"later"}', kept(tmp_path)[-1]
    change(tmp_path / name(), "INSERT INTO record VALUES (4, ?, ?)", body, link(last.hash, 4, body))
    assert damages(tmp_path) == [Damage(name(), 4, 4, "unknown")]


_READ = """
import os, sys
from pathlib import Path
from tests.support.ledgers import damages, kept
list(kept(Path("/")))
os.setgroups([]); os.setgid(65534); os.setuid(65534)
print(len(kept(Path(sys.argv[1]))), damages(Path(sys.argv[1])))
"""


@pytest.mark.skipif(os.getuid() != 0, reason="needs another account to read with")
@pytest.mark.parametrize("is_written_to", [True, False])
def test_another_account_reads_without_a_right_to_write(tmp_path: Path, is_written_to: bool) -> None:
    """While the process writes, and after it was killed with records in the log that no file has yet."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == 0 and folder != folder.parent and str(folder) != "/tmp":
            folder.chmod(0o755)
    tail = Tail(tmp_path, CHAIN, is_synced=False)
    tail.open("2026-11", opened())
    tail.append(MANY[:20])
    for file in tmp_path.glob("*.sqlite*"):
        file.chmod(0o644)
    if not is_written_to:  # what a kill leaves: the log without anybody who has it open
        copy = tmp_path / "copy"
        copy.mkdir(mode=0o755)
        for file in tmp_path.glob(f"{CHAIN}_*"):
            if not file.name.endswith("-shm"):
                (copy / file.name).write_bytes(file.read_bytes())
    where = tmp_path if is_written_to else tmp_path / "copy"
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(where)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tail.close()
    assert done.stdout == "21 []\n"
