"""`congthu migrate`: a configuration of an older version brought up to date, as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gateway.daemon.config.load import load_config
from gateway.daemon.config.versions import CURRENT
from tests.support.command import congthu

if TYPE_CHECKING:
    from pathlib import Path

OLD = """\
# Cổng thư Sở A. Hỏi: Văn thư, máy lẻ 12

# Who we are
[gateway]
language = "vi"  # of replies
host = "mx.so-a.example"   # as in DNS

[[relay.routes]]
domains = ["*"]
name = "mail"
hosts = [
  "127.0.0.1:2525",  # first
]

[log]
# everything
level = "debug"
format = "json"
"""
NEW = """\
# Cổng thư Sở A. Hỏi: Văn thư, máy lẻ 12

schema = 2

# Who we are
[gateway]
host = "mx.so-a.example"   # as in DNS

[[relay.routes]]
domains = ["*"]
name = "mail"
hosts = [
  "127.0.0.1:2525",  # first
]

[log]
# everything
format = "json"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A configuration of the first schema, readable for its group."""
    made = tmp_path / "congthu.toml"
    made.write_text(OLD, "utf-8")
    made.chmod(0o640)
    return made


def test_dry_run_shows_everything_and_writes_nothing(file: Path) -> None:
    """Which keys go and why, and the lines that change."""
    done = congthu("migrate", "--dry-run", "--config", file)

    assert (0, OLD, ["congthu.toml"]) == (
        done.returncode,
        file.read_text("utf-8"),
        [one.name for one in file.parent.iterdir()],
    )
    assert f"schema 1 to {CURRENT}" in done.stdout
    assert "gateway.language: nothing ever read it" in done.stdout
    assert '-language = "vi"  # of replies' in done.stdout.splitlines()
    assert "+schema = 2" in done.stdout.splitlines()
    assert "nothing written" in done.stdout


def test_comments_and_order_stay(file: Path) -> None:
    """The file as it was is kept beside it, as readable as before; a second run has nothing to do."""
    before = load_config(file)
    done = congthu("migrate", "--config", file)
    copy = file.with_name("congthu.toml.schema-1")

    assert (0, NEW, OLD) == (done.returncode, file.read_text("utf-8"), copy.read_text("utf-8"))
    assert {0o640} == {one.stat().st_mode & 0o777 for one in (file, copy)}
    assert str(copy) in done.stdout
    after = load_config(file)
    assert (before.gateway, before.relay, before.log) == (after.gateway, after.relay, after.log)
    assert "nothing to change" in congthu("migrate", "--config", file).stdout


def test_check_names_what_migrate_would_take_out(file: Path) -> None:
    """A gateway that was upgraded runs on; the operator hears of it when he looks."""
    done = congthu("check", "--offline", "--config", file)

    assert 0 == done.returncode
    assert "warning: log.level: nothing ever read it" in done.stdout
    assert "`congthu migrate` takes it out" in done.stdout


def test_file_of_a_newer_version_is_left_alone(file: Path) -> None:
    """The message says how to go back; the daemon says the same."""
    text = f"schema = {CURRENT + 1}\n[tomorrow]\n"
    file.write_text(text)

    for command in (("migrate",), ("check", "--offline")):
        done = congthu(*command, "--config", file)
        assert (78, text) == (done.returncode, file.read_text())
        assert [f"{file}:1: schema: is {CURRENT + 1}"] == [
            line[7 : line.index(", and")] for line in done.stderr.splitlines()
        ]
        assert "Install that version again" in done.stderr


def test_going_back_is_putting_the_copy_in_place(file: Path) -> None:
    """What the older program wrote is there to the octet."""
    congthu("migrate", "--config", file)
    file.with_name("congthu.toml.schema-1").replace(file)

    assert OLD == file.read_text("utf-8")


def test_copy_that_is_there_is_not_overwritten(file: Path) -> None:
    """It may be the only one of its kind."""
    copy = file.with_name("congthu.toml.schema-1")
    copy.write_text("mine")
    done = congthu("migrate", "--config", file)

    assert (73, OLD, "mine") == (done.returncode, file.read_text("utf-8"), copy.read_text())
    assert "nothing changed" in done.stderr


def test_run_that_was_cut_off_is_taken_up_again(file: Path) -> None:
    """The copy is there already and is the file itself; what a full disk left half written is no copy."""
    file.with_name("congthu.toml.schema-1").write_text(OLD, "utf-8")
    half = file.with_name(".writing-congthu.toml.4711")
    half.write_text(OLD[:40], "utf-8")
    os.utime(half, (0, 0))

    assert 0 == congthu("migrate", "--config", file).returncode
    assert NEW == file.read_text("utf-8")
    assert ["congthu.toml", "congthu.toml.schema-1"] == sorted(one.name for one in file.parent.iterdir())


def test_disk_that_is_full_leaves_no_copy_behind(file: Path) -> None:
    """Else the next run would find half a file under the name of the way back."""
    script = 'ulimit -f 1; trap "" XFSZ; exec "$0" "$@"'
    text = OLD + "# many words about the log\n" * 100
    file.write_text(text, "utf-8")
    done = subprocess.run(
        ["sh", "-c", script, sys.executable, "-m", "gateway", "migrate", "--config", file],
        capture_output=True, text=True, check=False, timeout=60, cwd=file.parent,
    )  # fmt: skip

    assert (73, text) == (done.returncode, file.read_text("utf-8"))
    assert "nothing changed" in done.stderr
    assert ["congthu.toml"] == [one.name for one in file.parent.iterdir()]
    assert 0 == congthu("migrate", "--config", file).returncode
    assert text == file.with_name("congthu.toml.schema-1").read_text("utf-8")


def test_file_in_another_character_set_is_named(file: Path) -> None:
    """As `check` says it: with the line."""
    file.write_bytes("# Sở\n".encode() + "# Đ\xf4ng\n".encode("cp1258"))
    done = congthu("migrate", "--config", file)

    assert 78 == done.returncode
    assert f"{file}:2: is not UTF-8" in done.stderr


@pytest.mark.parametrize("mark", ["\u2028", "\u0085"])
def test_line_ends_that_are_none_in_toml_stay_inside_a_comment(file: Path, mark: str) -> None:
    """Word processors put them there."""
    file.write_text(f"# Sở A{mark}\n\n[gateway]\nlanguage = 'vi'\n", "utf-8")

    assert 0 == congthu("migrate", "--config", file).returncode
    assert f"# Sở A{mark}\n\nschema = 2\n\n[gateway]\n" == file.read_text("utf-8")


def test_line_ends_that_are_none_in_toml_split_no_comment(file: Path) -> None:
    """What looks like a second line, and an empty one after it, is one comment about the table."""
    file.write_text("# a\u2028\u2028b = [\n[gateway]\nlanguage = 'vi'\n", "utf-8")

    assert 0 == congthu("migrate", "--config", file).returncode
    assert "schema = 2\n\n# a\u2028\u2028b = [\n[gateway]\n" == file.read_text("utf-8")


def test_line_ends_mark_and_link_stay(file: Path) -> None:
    """Written on Windows, behind a link: the file itself changes, and nothing else of it."""
    file.write_bytes(b"\xef\xbb\xbf" + OLD.replace("\n", "\r\n").encode())
    link = file.with_name("link.toml")
    link.symlink_to(file)
    assert 0 == congthu("migrate", "--config", link).returncode

    assert link.is_symlink()
    assert b"\xef\xbb\xbf" + NEW.replace("\n", "\r\n").encode() == file.read_bytes()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "schema = 2\n\n"),
        ("[gateway]\n", "schema = 2\n\n[gateway]\n"),
        ("# of the gateway\n[gateway]\n", "schema = 2\n\n# of the gateway\n[gateway]\n"),
        ("# all\n\n# of it\n[gateway]\n", "# all\n\nschema = 2\n\n# of it\n[gateway]\n"),
        ("# all\nschema = 1 # form\n[gateway]\n", "# all\nschema = 2 # form\n[gateway]\n"),
        ("gateway = {language = 'vi', host = 'a.example'}\n", "schema = 2\n\ngateway = { host = 'a.example'}\n"),
        ("log.level = 'info'\nlog.format = 'json'\n", "schema = 2\n\nlog.format = 'json'\n"),
    ],
)
def test_every_way_to_write_it_is_migrated(file: Path, text: str, expected: str) -> None:
    """Empty, without comments, with comments of the file or of a table, with a number, inline, dotted."""
    file.write_text(text)
    congthu("migrate", "--config", file)

    assert expected == file.read_text()
