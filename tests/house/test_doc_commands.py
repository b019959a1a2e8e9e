"""Commands of the documentation: each block is run or says why not, and each `congthu` command is one of the program."""

from __future__ import annotations

import re
import subprocess

import pytest

from gateway.commands.cli import cli
from tests.support.shell_blocks import PAGES, blocks_of, commands_of
from tests.support.tree import ROOT

SHELL = [block for page in PAGES for block in blocks_of(page) if block.is_shell]
_NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def test_every_shell_block_is_run_or_says_why_not():
    """What no test runs is wrong one day; a mark that is misspelt counts as none (tests/support/shell_blocks.py)."""
    assert [block.name for block in SHELL if not block.is_marked] == []


def test_every_shell_block_is_shell():
    """Those that are not run at least parse."""
    wrong = []
    for block in SHELL:
        done = subprocess.run(["sh", "-n"], input=block.text, capture_output=True, text=True, check=False)
        wrong += [f"{block.name}: {done.stderr}"] if done.returncode else []
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=_NAMES)
def test_commands_and_options_exist(page):
    """Every `congthu COMMAND --option` of a page, in blocks and in sentences, is one of the program."""
    assert [" ".join(words) for words in commands_of(page) if not is_known(words)] == []


def is_known(words):
    """True when the words name a command and no option it lacks."""
    command, rest = cli, list(words)
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest.pop(0)]
    if command is cli:
        return rest[:1] == ["--version"]
    if getattr(command, "commands", {}) and rest and re.fullmatch(r"[a-z-]+", rest[0]):
        return False
    known = {"--help", "-h", *(option for one in command.params for option in one.opts)}
    used = {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
    return used <= known
