"""A node that was taken over hands in its ledger: those of others are counted as if it had handed in nothing."""

from __future__ import annotations

import contextlib
import sqlite3

import msgspec
import pytest
from click.testing import CliRunner

from gateway.commands.cli import cli
from gateway.edge.ledger.files import INSERT, NO_HASH, SCHEMA, encode, link
from gateway.values.ledger import Opened
from tests.records.ledger_files import write_file
from tests.records.making import MORNING, REGISTRY, letter, mail, taken

FILE = "gw_congthu_2026-10_001.sqlite"
OPENED = Opened(MORNING, "gw-2", "congthu", MORNING)
MAIL = msgspec.json.decode(encode(mail("T9", letter("126"))))


@pytest.fixture
def host(tmp_path):
    """Lay out a host that counts for two nodes, one of them honest."""
    for folder in ("gw-1", "gw-2"):
        (tmp_path / folder).mkdir()
    (tmp_path / "agencies.toml").write_text(REGISTRY, "utf-8")
    (tmp_path / "records.toml").write_text(
        f'[records]\nstore = "sqlite:///{tmp_path}/records.db"\nledgers = ["gw-2", "gw-1"]\n[registry]\nfiles = ["agencies.toml"]\n',
        "utf-8",
    )
    write_file(tmp_path / "gw-1", FILE, [Opened(MORNING, "gw-1", "congthu", MORNING), *taken(mail("T1", letter()))])
    return tmp_path


def hand_in(host, *bodies, numbers=None):
    """Write a ledger whose hashes are right and whose records are anything."""
    head = NO_HASH
    with contextlib.closing(sqlite3.connect(host / "gw-2" / FILE.replace("gw", "gw-2"))) as database, database:
        database.executescript(SCHEMA)
        for seq, body in zip(numbers or range(1, 9), (encode(OPENED), *bodies), strict=False):
            head = link(head, seq, body)
            database.execute(INSERT, (seq, body, head))


def run(host, *words):
    """Run a command; give its exit code and what it printed."""
    result = CliRunner().invoke(cli, [*words, "-c", str(host / "records.toml")], catch_exceptions=False)
    return result.exit_code, result.output


@pytest.mark.parametrize(
    "body",
    [
        msgspec.json.encode(MAIL | {"at_us": 2**62}),
        msgspec.json.encode(MAIL | {"at_us": -(2**62)}),
        msgspec.json.encode(MAIL | {"transaction_id": "\0" * 9}),
        b'{"kind":"gap","from_us":-9000000000000000000,"to_us":1,"count":1,"reason":"full"}',
        b'{"kind":"secret","day":"2026-13-45"}',
        b'{"kind":"intent","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=["late", "early", "zeros", "gap", "day", "deep"],
)
def test_what_no_gateway_writes_stops_no_count(host, body):
    """It is told as damage; sync, status and reports go on with what the honest node wrote."""
    hand_in(host, body)

    code, said = run(host, "records", "sync")
    assert (code, "unknown" in said) == (0, True)
    code, said = run(host, "records", "status")
    assert (code, "1 messages, 1 documents" in said) == (1, True)
    code, said = run(host, "records", "report", "periodic", "--period", "2026-10", "--out", str(host / "out"))
    assert (code, "Traceback" in said) == (0, False)


def test_a_number_beyond_any_takes_no_place_of_others(host):
    """Keys of messages are made of the source and the number: a large one would be another source's."""
    hand_in(
        host, encode(mail("T2", letter("126"))), encode(mail("T3", letter("127"))), numbers=[1, 2**33 + 1, 2**33 + 2]
    )

    assert run(host, "records", "sync")[0] == 0
    with contextlib.closing(sqlite3.connect(host / "records.db")) as database:
        assert database.execute("SELECT transaction_id FROM messages").fetchall() == [("T1",)]
