"""Drift: manual pages and completion tell of every command, option, key and fact; package and program have one version."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import click
import pytest

import gateway
from gateway.commands.cli import cli
from gateway.daemon.config.text import tables
from gateway.judge.rules import fact_table
from tests.support.tree import ROOT


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Pages as scripts/manual.py writes them, bold and escapes taken out, by name."""
    if shutil.which("lowdown") is None:
        pytest.skip("lowdown is not installed: apt-get install lowdown")
    folder = tmp_path_factory.mktemp("manual")
    subprocess.run([sys.executable, ROOT / "scripts" / "manual.py", folder], check=True)
    return {file.name: re.sub(r"\\f[BRI]|\\(?=-)", "", file.read_text("utf-8")) for file in folder.iterdir()}


def options(command):
    """Give every long option of a command and of those below it; of a group only theirs."""
    if isinstance(command, click.Group):
        return set().union(*(options(one) for one in command.commands.values()))
    return {name for one in command.params for name in one.opts if name.startswith("--")}


def test_every_option_stands_in_the_manual(pages):
    """congthu(8) lists what the program takes."""
    assert [name for name in sorted(options(cli)) if name not in pages["congthu.8"]] == []


def test_every_command_stands_in_the_manual(pages):
    """Each has a section of its own."""
    assert [name for name in cli.commands if f".SS congthu {name} " not in pages["congthu.8"]] == []


def test_every_key_stands_in_the_manual(pages):
    """congthu.toml(5) lists table by table what the configuration takes."""
    text = pages["congthu.toml.5"]

    assert [f"{one.name}.{key.name}" for one in tables() for key in one.keys if f"\n{key.name}\n" not in text] == []
    assert [one.name for one in tables() if f".SH [{'[' * one.is_array}{one.name}]" not in text] == []


def test_every_fact_stands_in_the_manual(pages):
    """congthu-policy(7) names what a rule may ask."""
    text = pages["congthu-policy.7"].replace("\\_", "_")

    assert [fact.name for fact in fact_table() if fact.name not in text] == []


def test_shells_complete_congthu(pages):
    """Both completions are for the command by its name."""
    assert "complete -o nosort -F _congthu_completion congthu" in pages["congthu.bash"]
    assert pages["congthu.zsh"].startswith("#compdef congthu")


def test_manual_formats_without_errors(pages, tmp_path):
    """No page uses a request that does not exist."""
    if shutil.which("mandoc") is None:
        pytest.skip("mandoc is not installed: apt-get install mandoc")
    for name in ("congthu.8", "congthu.toml.5", "congthu-policy.7"):
        (tmp_path / name).write_text(pages[name], "utf-8")
    told = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "error", *tmp_path.iterdir()], capture_output=True, text=True, check=False
    )

    assert told.stdout == ""


def test_package_and_program_have_one_version():
    """The newest entry of debian/changelog is of the program's version."""
    (version,) = re.findall(r"^congthu \(([^-)]+)-", (ROOT / "debian/changelog").read_text("utf-8"))[:1]

    assert gateway.__version__ == version
