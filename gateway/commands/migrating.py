"""Migrating: a configuration file brought to the current schema, its comments and order kept; `congthu migrate`."""

from __future__ import annotations

import difflib
import itertools
import os
from typing import TYPE_CHECKING, Final, NamedTuple

import tomlkit

from gateway.daemon.config.versions import CURRENT, KEY, carry_on, refuse_newer, schema_of
from gateway.values.tomltext import TomlText

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
        Misconfigured: it is no TOML, or a newer program wrote it.
        OSError: it cannot be read.
    """
    real = file.resolve()
    with real.open(encoding="utf-8", newline="") as opened:  # line ends stay as they are
        text = opened.read()
    bare = text.removeprefix(_MARK)
    mark = text[: len(text) - len(bare)]
    source = TomlText(str(file), bare.replace("\r\n", "\n"))
    refuse_newer(source)
    was = schema_of(source.value)
    if was == CURRENT:
        return Migration(real, text, text, was, ())
    document = tomlkit.parse(bare)
    steps = carry_on(document)
    if KEY in document:
        document[KEY] = CURRENT
        after = tomlkit.dumps(document)
    else:
        after = _numbered(tomlkit.dumps(document))
    return Migration(real, text, mark + after, was, tuple(f"{step.key}: {step.why}" for step in steps))


def write(migration: Migration) -> None:
    """Keep a copy, then put the new file in place in one step, with owner and mode of the old one.

    Raises:
        FileExistsError: there is a copy already, which may be the only one of its kind.
        OSError: the folder cannot be written.
    """
    state = migration.file.stat()
    new = migration.file.with_name(f".{migration.file.name}.new")
    _put(migration.copy, migration.before, state)
    new.unlink(missing_ok=True)
    _put(new, migration.after, state)
    new.replace(migration.file)


def _put(file: Path, text: str, like: os.stat_result) -> None:
    """Write a file that must not be there yet, as readable as another one, and wait until the disk has it."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as opened:
        if (like.st_uid, like.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(opened.fileno(), like.st_uid, like.st_gid)
        os.fchmod(opened.fileno(), like.st_mode & 0o7777)
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())


def _numbered(text: str) -> str:
    """Put the number before the first table, behind comments that begin the file and are followed by an empty line."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    head = sum(1 for _ in itertools.takewhile(lambda line: line.lstrip().startswith("#"), lines))
    # a comment that touches what comes next is about that
    is_apart = bool(head) and not "".join(lines[head : head + 1]).strip()
    head = head + 1 if is_apart else 0
    return "".join((*lines[:head], f"{KEY} = {CURRENT}{end}{end}", *lines[head:]))
