"""Shell blocks of the documentation, and the mark above each that says whether a test runs it.

A mark is a comment, seen neither on a forge nor on the site, in the line above the block:

    <!-- run -->                                  every command ends with status 0
    <!-- run: expect "3 rules", exit 20 -->       its output holds the words, and the last command ends so
    <!-- run: needs jq -->                        only where that program is installed
    <!-- not run: needs root on a mail host -->   and why not
    <!-- file: registry.toml -->                  above any block: its text is that file in the folder of the commands
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from tests.support.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "policies").glob("*/README.md")])
"""Every page but the decision records, which tell what was so on a day."""
PAGES = [page for page in PAGES if page.parent.name != "adr"]
_BLOCK = re.compile(
    r"(?:^ *<!-- (?P<mark>(?:run|not run|file)[^\n]*?) -->\n\n?)?"
    r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^ *```$",
    re.DOTALL | re.MULTILINE,
)
_TERM = re.compile(r'expect "(?P<expect>[^"]*)"|exit (?P<exit>\d+)|needs (?P<needs>\S+)')
_START = re.compile(
    r"\s*(?:\$ )?(?:sudo (?:-u \S+ )?|runuser -u \S+ -- )?(?:[A-Z_]+=\S+ )?(?:\S*/bin/)?congthu (?=[a-z-])"
)
_SHELL = {"sh", "bash", "shell"}


class Block(NamedTuple):
    """One fenced block of a page."""

    page: str
    """Path from the root of the tree."""
    line: int
    """Where its fence opens, from 1."""
    language: str
    text: str
    """Its lines without the page's indentation, with the last line end."""
    mark: str
    """Words of the comment above it; empty for none."""

    @property
    def name(self) -> str:
        """Where it stands, as an editor opens it."""
        return f"{self.page}:{self.line}"

    @property
    def is_shell(self) -> bool:
        """True for commands that a reader types; `console` is what somebody typed, with the answer."""
        return self.language in _SHELL

    @property
    def is_run(self) -> bool:
        """True where the mark asks for it."""
        return re.match(r"run(:|$)", self.mark) is not None

    @property
    def file(self) -> str:
        """Name of the file whose text it is; empty for none."""
        return self.mark.removeprefix("file:").strip() if self.mark.startswith("file:") else ""

    @property
    def expected(self) -> list[str]:
        """Words that the output holds."""
        return [found["expect"] for found in _TERM.finditer(self.mark) if found["expect"] is not None]

    @property
    def status(self) -> int:
        """Exit status of the last command."""
        return next((int(found["exit"]) for found in _TERM.finditer(self.mark) if found["exit"]), 0)

    @property
    def needed(self) -> list[str]:
        """Programs without which it is not run."""
        return [found["needs"] for found in _TERM.finditer(self.mark) if found["needs"]]

    @property
    def is_marked(self) -> bool:
        """True when the mark is one: nothing but known terms behind `run`, a reason behind `not run`."""
        if self.is_run:
            return not _TERM.sub("", self.mark.removeprefix("run").removeprefix(":")).strip(" ,")
        return re.match(r"not run: \S", self.mark) is not None


def blocks_of(page: Path) -> list[Block]:
    """List the fenced blocks of one page, in order."""
    text, found = page.read_text("utf-8"), []
    for one in _BLOCK.finditer(text):
        line = text.count("\n", 0, one.start("indent")) + 1
        body = re.sub(rf"(?m)^{one['indent']}", "", one["text"])
        found.append(Block(str(page.relative_to(ROOT)), line, one["language"], body, one["mark"] or ""))
    return found


def commands_of(page: Path) -> list[list[str]]:
    """Give the words behind `congthu` of every command on a page: of its blocks of any language, and code spans."""
    text = page.read_text("utf-8").replace("\\\n", " ")
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^ *```.*?^ *```$", "", text))
    lines = [line for block in blocks_of(page) for line in block.text.replace("\\\n", " ").splitlines()]
    found = []
    for line in [*lines, *spans]:
        parts = re.split(r"&&|\|\||[|;]", re.sub(r"(?:^|\s)#\s.*", "", line))
        found += [_words(part[start.end() :]) for part in parts if (start := _START.match(part))]
    return found


def _words(command: str) -> list[str]:
    """Split as a shell would, comment left out; where quotes do not close (part of a sentence), by blanks."""
    try:
        return shlex.split(command, comments=True)
    except ValueError:
        return command.split()
