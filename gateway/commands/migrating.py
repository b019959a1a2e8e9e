"""Migrating: a configuration file brought to the current schema, its comments and order kept; `congthu migrate`."""

from __future__ import annotations

import difflib
import io
import itertools
import time
import tomllib
from typing import TYPE_CHECKING, Final, NamedTuple

import tomlkit
from tomlkit.exceptions import TOMLKitError

from gateway.daemon.config.load import no_utf8
from gateway.daemon.config.versions import CURRENT, KEY, carry_on, refuse_newer, schema_of
from gateway.edge import wholefile
from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.tomltext import TomlText

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

from gateway.daemon.config.versions import Step

_MARK: Final = "\ufeff"
"""Byte order mark, which some editors put first."""


class Migration(NamedTuple):
    """What would change."""

    file: Path
    """The file itself, where a link was named."""
    before: str
    after: str
    was: int
    """Schema of the file as it is."""
    reasons: tuple[str, ...]
    """A line for each key that goes."""

    @property
    def copy(self) -> Path:
        """Where the file as it was is kept."""
        return self.file.with_name(f"{self.file.name}.schema-{self.was}")

    def difference(self) -> Iterator[str]:
        """Give the lines that change, as `diff -u` does."""
        old, new = (text.splitlines() for text in (self.before, self.after))
        return difflib.unified_diff(old, new, str(self.file), str(self.file), n=2, lineterm="")


def plan(file: Path) -> Migration:
    """Work out what a file needs.

    Raises:
        Misconfigured: it is no TOML, a newer program wrote it, or it is written in a way that must be changed by hand.
        OSError: it cannot be read.
    """
    real = file.resolve()
    try:
        text = real.read_bytes().decode()  # line ends stay as they are
    except UnicodeDecodeError as error:
        raise no_utf8(str(file), error) from None
    bare = text.removeprefix(_MARK)
    mark = text[: len(text) - len(bare)]
    source = TomlText(str(file), bare.replace("\r\n", "\n"))
    refuse_newer(source)
    was = schema_of(source.value)
    if was == CURRENT:
        return Migration(real, text, text, was, ())
    after, steps = _carried_on(bare, source)
    return Migration(real, text, mark + after, was, tuple(f"{step.key}: {step.why}" for step in steps))


def _carried_on(bare: str, source: TomlText) -> tuple[str, list[Step]]:
    """Write the text anew, and give the steps that changed it.

    Raises:
        Misconfigured: what would be written is not what the daemon makes of the old text in memory.
    """
    steps = carry_on(source.value)
    expected = {**source.value, KEY: CURRENT}
    try:
        document = tomlkit.parse(bare)
        carry_on(document)
        if KEY in document:
            document[KEY] = CURRENT
            after = tomlkit.dumps(document)
        else:
            after = _numbered(tomlkit.dumps(document))
        if tomllib.loads(after) == expected:
            return after, steps
    except (TOMLKitError, ValueError):  # two readers of TOML need not take the same
        pass
    taken = " and ".join(f"`{step.key}`" for step in steps)
    todo = f"put `{KEY} = {CURRENT}` before the first table" + (f", and take out {taken}" if taken else "")
    raise Misconfigured([ConfigProblem(source.file, 1, "", f"cannot be rewritten by itself: by hand, {todo}")])


def write(migration: Migration) -> None:
    """Keep a copy, then put the new file in place in one step, with owner and mode of the old one.

    A copy that is the file to the octet is what a run before this one left, which was cut off later.

    Raises:
        FileExistsError: there is another copy already, which may be the only one of its kind.
        OSError: the folder cannot be written.
    """
    state = migration.file.stat()
    before = migration.before.encode()
    try:
        wholefile.put_new(migration.copy, before, like=state)
    except FileExistsError:
        if migration.copy.read_bytes() != before:
            raise
    wholefile.put(migration.file, migration.after.encode(), like=state)
    wholefile.tidy(migration.file.parent, time.time())


def _numbered(text: str) -> str:
    """Put the number before the first table, behind comments that begin the file and are followed by an empty line."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = list(io.StringIO(text, newline="\n"))  # `splitlines` ends some at U+2028, which a comment may hold
    head = sum(1 for _ in itertools.takewhile(lambda line: line.lstrip().startswith("#"), lines))
    # a comment that touches what comes next is about that
    is_apart = bool(head) and not "".join(lines[head : head + 1]).strip()
    head = head + 1 if is_apart else 0
    return "".join((*lines[:head], f"{KEY} = {CURRENT}{end}{end}", *lines[head:]))
