"""Backup and restore as docs/backup.md says: a copy while the ledger is written, everything lost, put back, compared."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3

import pytest
from click.testing import CliRunner

from gateway.commands.cli import cli
from gateway.edge.ledger.files import INSERT, SCHEMA
from gateway.values.ledger import Opened
from tests.records.ledger_files import write_file
from tests.records.making import MORNING, REGISTRY, letter, mail, taken

FILE = "gw_congthu_2026-10_001.sqlite"


@pytest.fixture
def host(tmp_path):
    """Lay out a host whose ledger is open: what it committed stands in the log beside the file."""
    for name in ("made", "ledger", "backup"):
        (tmp_path / name).mkdir()
    (tmp_path / "agencies.toml").write_text(REGISTRY, "utf-8")
    (tmp_path / "records.toml").write_text(
        f'[records]\nstore = "sqlite:///{tmp_path}/records.db"\nledgers = ["ledger"]\n[registry]\nfiles = ["agencies.toml"]\n',
        "utf-8",
    )
    write_file(tmp_path / "made", FILE, [Opened(MORNING, "gw", "congthu", MORNING), *taken(mail("T1", letter()))])
    with contextlib.closing(sqlite3.connect(tmp_path / "made" / FILE)) as made:
        rows = made.execute("SELECT * FROM record ORDER BY 1").fetchall()
    with contextlib.closing(sqlite3.connect(tmp_path / "ledger" / FILE, isolation_level=None)) as database:
        database.executescript(f"PRAGMA journal_mode=WAL;{SCHEMA}")
        database.executemany(INSERT, rows)
        yield tmp_path


def run(*words):
    """Run a command; give what it printed."""
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.output


def back_up(source, target):
    """Copy as `.backup` of the sqlite3 program does, by the same call of the library."""
    with (
        contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        contextlib.closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def test_ledger_and_store_are_restored_to_equal_figures(host):
    """The store from its copy, then from ledgers alone."""
    config = ("-c", host / "records.toml")
    run("records", "sync", *config)
    status = run("records", "status", *config)
    back_up(host / "ledger" / FILE, host / "backup" / FILE)
    back_up(host / "records.db", host / "backup" / "records.db")
    shutil.rmtree(host / "ledger")
    (host / "records.db").unlink()

    assert "sound" in run("ledger", "verify", "--folder", host / "backup")
    (host / "ledger").mkdir()
    shutil.copy(host / "backup" / FILE, host / "ledger")
    shutil.copy(host / "backup" / "records.db", host)
    assert run("records", "status", *config) == status
    assert run("records", "sync", *config) == "1 files, 0 new records\n"

    (host / "records.db").unlink()
    assert run("records", "sync", *config) == "1 files, 3 new records\n"
    assert run("records", "status", *config) == status


def test_a_plain_copy_of_an_open_ledger_lacks_what_was_committed_last(host):
    """That is why the page says `.backup`."""
    plain, whole = host / "plain.sqlite", host / "whole.sqlite"
    shutil.copy(host / "ledger" / FILE, plain)
    back_up(host / "ledger" / FILE, whole)

    with contextlib.closing(sqlite3.connect(plain)) as database, contextlib.suppress(sqlite3.DatabaseError):
        assert database.execute("SELECT count(*) FROM record").fetchone() == (0,)
    with contextlib.closing(sqlite3.connect(whole)) as database:
        assert database.execute("SELECT count(*) FROM record").fetchone() == (3,)
