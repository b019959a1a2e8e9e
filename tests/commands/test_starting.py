"""`congthu init`: a start that loads, acts as its calendar says, and overwrites nothing."""

from __future__ import annotations

import datetime as dt
import os
import pty
import subprocess
import sys

import pytest

from gateway.commands.starting import CONFIG, REGISTRY
from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation
from tests.support.command import congthu

FLAGS = ("--domain", "So-A.tinh-b.gov.vn", "--next-hop", "10.0.0.5:25", "--territory", "binh-duong")
BEGUN = dt.date(2026, 12, 1)
BEGIN = ("--begin", "2026-12-01", "--observe-days", 28, "--tag-days", 10)


def names(folder):
    """List what a folder holds."""
    return [file.name for file in folder.iterdir()]


def test_what_is_written_loads_and_follows_its_calendar(tmp_path):
    """Observed even before the first day, then tagging, then refusing; marked secrets are refused throughout."""
    done = congthu("init", tmp_path / "etc", *FLAGS, *BEGIN)
    assert 0 == done.returncode, done.stderr
    config = load_config(tmp_path / "etc" / CONFIG)
    generation, judge = load_generation(config, 1)
    agency = judge.registry.agency("so-a", BEGUN)
    assert ("binh-duong", ["so-a.tinh-b.gov.vn"]) == (agency.territory, list(judge.registry.mail_domains(BEGUN)))
    assert ("national", "binh-duong-14-2014") == config.policy.packs
    assert ((".so-a.tinh-b.gov.vn",), ("10.0.0.5:25",)) == (config.relay.relay_domains, config.relay.routes[0].hosts)
    days = ["2026-11-01", "2026-12-28", "2026-12-29", "2027-01-07", "2027-01-08", "2030-01-01"]

    def postures(rule, pack):
        found = generation.rules[rule]
        return [config.posture.posture_of(found, pack, "so-a", dt.date.fromisoformat(day)).value for day in days]

    assert ["observe", "observe", "tag", "tag", "enforce", "enforce"] == postures("NAT-EXE-1", "national")
    assert ["observe", "observe", "tag", "tag", "enforce", "enforce"] == postures("BD-1c-2", "binh-duong-14-2014")
    assert ["enforce"] * 6 == postures("NAT-SEC-1", "national")
    own = generation.rules["NAT-8"].posture.value
    assert ["observe", "observe", own, own, own, own] == postures("NAT-8", "national")


def test_the_next_steps_are_told_in_both_languages(tmp_path):
    """Vietnamese first; with the days and the files."""
    told = congthu("init", tmp_path, *FLAGS, *BEGIN).stdout
    assert told.index("Việc tiếp theo") < told.index("What to do next")
    assert "01/12/2026 chỉ ghi nhận, 29/12/2026 gắn nhãn, 08/01/2027 từ chối" in told
    assert 2 == told.count(f"congthu check -c {tmp_path / CONFIG}")
    assert 0 == congthu("policy", "list", "-c", tmp_path / CONFIG).returncode


@pytest.mark.parametrize("there", [CONFIG, REGISTRY])
def test_nothing_is_overwritten(tmp_path, there):
    """One file that is there is enough to write none."""
    (tmp_path / there).write_text("mine")
    done = congthu("init", tmp_path, *FLAGS)
    assert (73, [there], "mine") == (done.returncode, names(tmp_path), (tmp_path / there).read_text())
    assert f"{tmp_path / there}: is there already; nothing was written" in done.stderr


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        ("--domain", "so a", "is not a domain name"),
        ("--domain", "localhost", "is not a mail domain"),
        ("--next-hop", "10.0.0.5", "is not `host:port`"),
        ("--territory", "Bình Dương", "is not an id"),
        ("--territory", None, "Missing option --territory: there is no terminal to ask on."),
    ],
)
def test_wrong_or_missing_without_a_terminal_is_wrong_usage(tmp_path, flag, value, said):
    """Said with the flag; nothing is written."""
    flags = [str(word) for word in FLAGS]
    place = flags.index(flag)
    flags[place : place + 2] = [flag, value] if value is not None else []
    done = congthu("init", tmp_path, *flags)
    assert (2, True, []) == (done.returncode, said in done.stderr, names(tmp_path)), done.stderr


def test_a_territory_without_a_pack_gets_the_national_one(tmp_path):
    """It is no mistake: its pack may come later."""
    assert 0 == congthu("init", tmp_path, *FLAGS[:-1], "noi-khac").returncode
    assert ("national",) == load_config(tmp_path / CONFIG).policy.packs


def test_on_a_terminal_it_asks_until_the_answer_is_right(tmp_path):
    """A wrong domain is told and asked again; what was given as a flag is not asked."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "gateway", "init", str(tmp_path / "etc"), *FLAGS[2:]]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True) as process:
        os.close(theirs)
        os.write(ours, b"so a\nso-a.tinh-b.gov.vn\n")
        assert 0 == process.wait(timeout=60)
    told = b""
    while True:
        try:
            told += os.read(ours, 65_536)
        except OSError:  # the other end is closed, and everything was read
            break
    os.close(ours)
    assert b"is not a domain name" in told
    assert (".so-a.tinh-b.gov.vn",) == load_config(tmp_path / "etc" / CONFIG).relay.relay_domains
