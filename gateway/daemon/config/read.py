"""Configuration reader: a TOML document against the schema, every problem with its line, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from gateway.daemon.config.kinds import KINDS
from gateway.daemon.config.schema import ALONE, NOT_A_KEY, Config, Origin
from gateway.daemon.config.types import KeyType, default_of, has_default, key_type
from gateway.daemon.config.versions import carry_on, refuse_newer
from gateway.values.tomltext import did_you_mean, dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from gateway.values.faults import ConfigProblem
    from gateway.values.tomltext import Path as KeyPath
    from gateway.values.tomltext import TomlText

_BROKEN: Any = object()
"""What stands for a value that was reported."""
_MAX_SHOWN = 60


class ConfigReader:
    """Reads one document; every method reports to `problems` and goes on."""

    def __init__(self, source: TomlText, folder: Path, kinds: Mapping[str, Callable[[str, Path], str]] = KINDS) -> None:
        """Read `source`; relative paths are taken from `folder`, kinds of text by dotted key from `kinds`."""
        self.source = source
        self.folder = folder
        self.kinds = kinds
        self.problems: list[ConfigProblem] = []
        self.lines: dict[str, int] = {}
        self.has_gaps = False
        """A table of an array is left out, so the others no longer stand at their index."""

    def read(self) -> Config:
        """Give the configuration; only to be used when there are no problems.

        Raises:
            Misconfigured: a newer program wrote it.
        """
        refuse_newer(self.source)
        outdated = tuple(f"{step.key}: {step.why}" for step in carry_on(self.source.value))
        config: Config = self.table(Config, self.source.value, ())
        return msgspec.structs.replace(config, origin=Origin(self.source.file, self.lines, outdated))

    def table(self, owner: type, written: Any, path: KeyPath) -> Any:
        """Read one table into its Struct."""
        if not isinstance(written, dict):
            self.report(path, f"must be a table: [{dotted(path)}]")
            return _BROKEN
        if path:
            self.lines[dotted(path)] = self.source.line(path)
        fields = {field.name: field for field in msgspec.structs.fields(owner) if field.name != NOT_A_KEY}
        for key in written:
            if key not in fields:
                self.report((*path, key), f"unknown key{did_you_mean(key, fields)}")
        values = {}
        for name, field in fields.items():
            if name in written:
                kind = key_type(owner, field)
                value = self.value(kind, written[name], (*path, name))
                if value is not _BROKEN:
                    values[name] = value
                elif has_default(field):
                    values[name] = default_of(field)
            elif not has_default(field):
                self.report((*path, name), "is missing")
        missing = [name for name, field in fields.items() if name not in values and not has_default(field)]
        return _BROKEN if missing else owner(**values)

    def value(self, kind: KeyType, written: Any, path: KeyPath) -> Any:
        """Read one key: a table, a list or a plain value."""
        if not kind.is_list:
            return self.table(kind.base, written, path) if kind.is_table else self.plain(kind, written, path)
        if path == (ALONE,) and isinstance(written, dict):
            member = self.table(kind.base, written, path)
            self.has_gaps = self.has_gaps or member is _BROKEN
            return (member,)
        if not isinstance(written, list):
            form = f"[[{dotted(path)}]] tables" if kind.is_table else f"a {kind.words}, not {shown(written)}"
            self.report(path, f"must be {form}")
            return _BROKEN
        self.lines[dotted(path)] = self.source.line(path)
        if kind.is_table:
            members = [self.table(kind.base, member, (*path, number)) for number, member in enumerate(written)]
            self.has_gaps = self.has_gaps or _BROKEN in members
            return tuple(member for member in members if member is not _BROKEN)
        members = [self.plain(kind, member, (*path, number)) for number, member in enumerate(written)]
        # A broken member keeps its place, so that later checks count right; the whole is not used anyway.
        return tuple(str(old) if new is _BROKEN else new for old, new in zip(written, members, strict=True))

    def plain(self, kind: KeyType, written: Any, path: KeyPath) -> Any:
        """Read one plain value: type, bounds, then the kind of text."""
        self.lines[dotted(path)] = self.source.line(path)
        one = msgspec.structs.replace(kind, is_list=False)
        if not one.accepts(written):
            hint = did_you_mean(written, kind.choices) if kind.choices and isinstance(written, str) else ""
            self.report(path, f"must be {_article(one)}, not {shown(written)}{hint}")
            return _BROKEN
        check = self.kinds.get(".".join(step for step in path if isinstance(step, str)))
        if check is None or written == "":
            return msgspec.convert(written, kind.base)
        try:
            return check(written, self.folder)
        except ValueError as error:
            self.report(path, str(error))
            return _BROKEN

    def report(self, path: KeyPath, message: str) -> None:
        """Note a problem at a key."""
        self.problems.append(self.source.problem(path, message))


def shown(value: Any) -> str:
    """Quote a written value in a problem, as TOML spells it, cut to a readable length."""
    if isinstance(value, dict):
        return "a table"
    text = repr(value) if isinstance(value, float) else msgspec.json.encode(value).decode()
    return f"`{text}`" if len(text) <= _MAX_SHOWN else f"`{text[:_MAX_SHOWN]}...`"


def _article(kind: KeyType) -> str:
    words = kind.words
    return words if kind.choices or kind.base in {str, bool} else f"a {words}"
