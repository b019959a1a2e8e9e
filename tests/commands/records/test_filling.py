"""`congthu records sync | rebuild | status`, over real ledger files and a real store."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat

import pytest
from click.testing import CliRunner

from gateway.commands.cli import cli
from gateway.records.store import opening
from gateway.values.faults import Misconfigured, Transient
from gateway.values.ledger import Opened, Secret
from tests.records.ledger_files import write_file
from tests.records.making import MORNING, REGISTRY, letter, mail, taken

FILE = "gw_congthu_2026-10_001.sqlite"


@pytest.fixture
def host(tmp_path):
    """Lay out what a host that counts has: its configuration, the registry, one node's ledger."""
    (tmp_path / "gw-1").mkdir()
    (tmp_path / "agencies.toml").write_text(REGISTRY, "utf-8")
    config = tmp_path / "records.toml"
    config.write_text(
        f'[records]\nstore = "sqlite:///{tmp_path}/records.db"\nledgers = ["gw-1"]\n[registry]\nfiles = ["agencies.toml"]\n',
        "utf-8",
    )
    opened = Opened(MORNING, "gw", "congthu", MORNING)
    write_file(tmp_path / "gw-1", FILE, [opened, *taken(mail("T1", letter())), Secret("2026-10-05")])
    return tmp_path


def run(host, *words):
    """Run a command; give its lines and exit code."""
    result = CliRunner().invoke(cli, ["records", *map(str, words), "-c", str(host / "records.toml")])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output.splitlines(), result.exit_code


def test_sync_reads_what_is_new_and_status_tells(host):
    """Twice read is once counted."""
    assert run(host, "sync") == (["1 files, 4 new records"], 0)
    assert run(host, "sync") == (["1 files, 0 new records"], 0)
    assert run(host, "status") == (
        [
            f"gw congthu: {FILE}: 4 records, 2026-10-05 to 2026-10-05",
            "1 messages, 1 documents, 1 secrets, 0 outcomes unknown",
        ],
        0,
    )


def test_sync_writes_metrics_that_another_account_can_read(host):
    """Whatever the umask, for node exporter has an account of its own; every kind of caveat stands, most with 0."""
    file = host / "congthu_records.prom"
    before = os.umask(0o077)
    try:
        run(host, "sync", "--metrics", file)
        (host / "agencies.toml").write_text('[[agency]]\nid = "so-b"\n', "utf-8")
        run(host, "sync", "--metrics", file)
    finally:
        os.umask(before)
    lines = file.read_text("utf-8").splitlines()

    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert "congthu_records_documents 1" in lines
    assert 'congthu_records_caveats{kind="agency_not_in_registry"} 1' in lines
    assert 'congthu_records_caveats{kind="ledger_gap"} 0' in lines
    assert any(line.startswith("congthu_records_last_sync_timestamp_seconds 1") for line in lines)


def test_a_sync_that_fails_leaves_its_metrics_as_they_were(host):
    """So that CongthuRecordsStale tells of it."""
    file = host / "congthu_records.prom"
    run(host, "sync", "--metrics", file)
    old = file.read_bytes()
    (host / "gw-1").rename(host / "gone")

    with pytest.raises(Misconfigured):
        run(host, "sync", "--metrics", file)

    assert file.read_bytes() == old


def test_status_warns_and_says_so_by_its_exit(host):
    """An agency the registry no longer holds."""
    run(host, "sync")
    (host / "agencies.toml").write_text('[[agency]]\nid = "so-b"\n', "utf-8")

    lines, code = run(host, "status")

    assert code == 1
    assert lines[-1].startswith("warning: Agency so-a has 1 documents and is not, or no longer, in the registry")


def test_rebuild_refuses_to_forget_what_is_purged(host):
    """Unless that is asked for."""
    run(host, "sync")
    (host / "gw-1" / FILE).unlink()

    lines, code = run(host, "rebuild")

    assert (code, lines) == (65, [f"error: {FILE} is not there any more; what it told would be lost (--forget)"])
    assert "1 documents" in run(host, "status")[0][-1]
    assert run(host, "rebuild", "--forget") == (["0 files, 0 new records"], 0)
    assert "0 documents" in run(host, "status")[0][-1]


def test_rebuild_makes_the_same(host):
    """From nothing."""
    run(host, "sync")
    before = run(host, "status")

    assert run(host, "rebuild") == (["1 files, 4 new records"], 0)
    assert run(host, "status") == before


def test_a_store_that_another_program_holds_is_tried_again_later(host, monkeypatch):
    """A fault that passes, in one line, and nothing read."""
    run(host, "sync")
    monkeypatch.setattr(opening, "BUSY_MS", 10)
    other = sqlite3.connect(host / "records.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(Transient, match="locked"):
            run(host, "sync")
    finally:
        other.close()


def test_a_month_is_not_published_while_another_program_writes(host, monkeypatch):
    """Two who publish at once: the second is told in one line, without statement and values."""
    run(host, "sync")
    monkeypatch.setattr(opening, "BUSY_MS", 10)
    with contextlib.closing(sqlite3.connect(host / "records.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Transient) as caught:
            run(host, "publish", host / "site", "--period", "2026-10")

    assert caught.value.detail == "records store: database is locked"
    assert not (host / "site").exists()


@pytest.mark.parametrize("words", [["status"], ["report", "public", "--period", "2026-10", "--out", "out"]])
def test_a_damaged_page_of_the_store_is_told_in_one_line(host, words):
    """Wherever it is met."""
    run(host, "sync")
    with contextlib.closing(sqlite3.connect(host / "records.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'monthly_messages'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    with (host / "records.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)

    with pytest.raises(Transient) as caught:
        run(host, *words)

    assert caught.value.detail == "records store: database disk image is malformed"


def test_a_store_is_not_for_everybody(host):
    """It tells who wrote to whom, as a ledger does; whatever the umask."""
    before = os.umask(0)
    try:
        run(host, "sync")
    finally:
        os.umask(before)

    assert {file.name: stat.filemode(file.stat().st_mode) for file in host.glob("records.db*")} == dict.fromkeys(
        (file.name for file in host.glob("records.db*")), "-rw-r-----"
    )


def test_a_relative_store_lies_beside_the_configuration(host, tmp_path_factory, monkeypatch):
    """Wherever the command is started."""
    config = host / "records.toml"
    config.write_text(config.read_text("utf-8").replace(f"sqlite:///{host}/", "sqlite:///"), "utf-8")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))

    run(host, "sync")

    assert (host / "records.db").is_file()


@pytest.mark.parametrize("words", [["status"], ["imports"], ["publish", "site"], ["find", "1/SA-VP", "--year", "2026"]])
def test_what_only_looks_makes_no_store(host, words):
    """A slip in the path is told, not answered by an empty store."""
    with pytest.raises(Misconfigured, match="there is none yet"):
        run(host, *words)

    assert not (host / "records.db").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lookup", "--listen", "127.0.0.1:99999"], "no port between 0 and 65535"),
        (["imports", "--withdraw", "99999999999999999999"], "is not in the range"),
        (["publish", "site", "--period", "2026-10-01/2026-10-15"], "not made of whole months"),
    ],
)
def test_what_cannot_be_meant_is_told(host, words, said):
    """In words, not by a traceback."""
    run(host, "sync")

    lines, code = run(host, *words)

    assert code in {2, 65}
    assert any(said in line for line in lines)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("[records]\n", "{file}:1: records.store: names no store"),
        ("[gateway]\n", "{file}: records.store: names no store"),
        ('[records]\nstore = "sqlite://"\n', "{file}:1: records.ledgers: names no folder of a ledger"),
        (
            '[records]\nstore = "sqlite://"\nledgers = ["nowhere"]\n',
            "{file}:3: records.ledgers: there is no folder `{folder}/nowhere`",
        ),
        ('[records]\nstore = "mysql://x/y"\n', "{file}:2: records.store: is neither sqlite: nor postgresql:"),
        ('[records]\nstore = "no URL"\n', "{file}:2: records.store: is no URL of a database"),
    ],
)
def test_what_the_configuration_lacks_is_told(tmp_path, lines, said):
    """A mistake of the operator, with file, line and key; the line of the table where the key does not stand."""
    file = tmp_path / "records.toml"
    file.write_text(lines, "utf-8")

    with pytest.raises(Misconfigured) as caught:
        run(tmp_path, "sync")

    assert [said.format(file=file, folder=tmp_path)] == [str(problem) for problem in caught.value.problems]


def test_a_store_that_is_not_there_or_of_another_version_is_told_with_its_line(host):
    """Where to look, as for any other mistake in the file."""
    place = f"{host}/records.toml:2: records.store: "
    with pytest.raises(Misconfigured) as none:
        run(host, "status")
    run(host, "sync")
    with contextlib.closing(sqlite3.connect(host / "records.db", isolation_level=None)) as database:
        database.execute("UPDATE settings SET value = '0' WHERE name = 'version'")
    with pytest.raises(Misconfigured) as other:
        run(host, "sync")

    assert str(none.value.problems[0]) == place + "there is none yet: `congthu records sync` makes it"
    assert str(other.value.problems[0]).startswith(place + f"sqlite:///{host}/records.db is of version 0, not ")
