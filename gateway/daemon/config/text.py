"""Configuration texts: the sample file and the reference page, written from the schema.

`config/congthu.toml` is `sample_text()` and `docs/configuration.md` is `reference_text()`; a test compares
them, so a key cannot exist without its meaning, and no default is written down twice.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from gateway.daemon.config.load import toml_value
from gateway.daemon.config.schema import MEANINGS, NOT_A_KEY, Config
from gateway.daemon.config.types import KeyType, default_of, has_default, key_type

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTH = 110
_EXAMPLES = {
    "relay.clients.networks": '["10.0.0.10/32"]',
    "relay.clients.domains": '[".so-a.example"]',
    "relay.routes.name": '"main"',
    "relay.routes.domains": '["*"]',
    "relay.routes.hosts": '["127.0.0.1:10025"]',
    "posture.default": '"observe"',
    "posture.entries.posture": '"enforce"',
    "posture.entries.valid_from": "2026-07-01",
    "posture.entries.valid_to": "2026-12-31",
}
"""What the sample shows, commented out, for keys without a default that TOML can say."""
_SAMPLE_HEAD = """\
# Congthu: every key with its default. Remove what you do not change; a key left out keeps its default.
# `congthu check` reads this file and names every problem with its line; `congthu show-config --effective`
# prints what is in force and where it came from. Units stand in the names: _s seconds, _octets octets.
# Relative paths start from the folder of this file. No secret is written here: keys are named by file, or
# as `credential:NAME` handed over by systemd (LoadCredential=).
# Lines that begin with `#` and a letter, without a space, are examples to uncomment.
"""
_REFERENCE_HEAD = """\
# Configuration

One TOML file, `/etc/congthu/congthu.toml` unless `--config` names another. `config/congthu.toml` is a sample
with every key and its default. `congthu check` reports every problem at once as `file:line: key: message`;
an unknown key is a problem. `congthu show-config --effective` prints every key in force with its origin.

- Units stand in the names: `_s` is seconds, `_octets` octets.
- Relative paths start from the folder of the configuration file.
- No secret stands in the file: private keys are named by path or as `credential:NAME`, a file handed over by
  systemd (`LoadCredential=`), looked up in `$CREDENTIALS_DIRECTORY`.
- Intervals hold from `valid_from` to `valid_to`, both days included.
- Packs are found by id: first below the folders of `[policy] folders`, then among the shipped ones.

This page is written from `gateway/daemon/config/schema.py`; a test compares them.
"""


@cache
def meanings(owner: type) -> dict[str, str]:
    """Give the docstring of each field of a Struct, joined to one line."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(owner))).body[0]
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for field, text in zip(tree.body, tree.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            found[field.target.id] = " ".join(str(text.value.value).split())
    own = {name: text for (struct, name), text in MEANINGS.items() if struct == owner.__name__}
    return found | own


class Key(msgspec.Struct, frozen=True):
    """One row of the reference: a key of a table."""

    name: str
    type: KeyType
    default: str | None
    """As TOML; None when the key has no default or one that TOML cannot say."""
    is_required: bool
    meaning: str
    example: str
    """Shown when there is no default."""


class Table(msgspec.Struct, frozen=True):
    """One table of the file, with its keys in order."""

    name: str
    is_array: bool
    meaning: str
    keys: tuple[Key, ...]


def tables() -> Iterator[Table]:
    """Give every table of the configuration, each before its sub-tables; first the keys before all of them."""
    fields = [field for field in msgspec.structs.fields(Config) if field.name != NOT_A_KEY]
    alone = tuple(_key("", Config, field) for field in fields if not key_type(Config, field).is_table)
    yield Table("", is_array=False, meaning="Before the first table.", keys=alone)
    for section in fields:
        if (kind := key_type(Config, section)).is_table:
            yield from _tables(section.name, kind.base, is_array=False)


def _key(table: str, owner: Any, field: msgspec.structs.FieldInfo) -> Key:
    default = default_of(field) if has_default(field) else None
    shown = None if default is None else toml_value(default)
    meaning, example = meanings(owner).get(field.name, ""), _EXAMPLES.get(f"{table}.{field.name}", "")
    return Key(field.name, key_type(owner, field), shown, not has_default(field), meaning, example)


def _tables(name: str, owner: Any, *, is_array: bool) -> Iterator[Table]:
    keys, below = [], []
    for field in msgspec.structs.fields(owner):
        kind = key_type(owner, field)
        path = f"{name}.{field.name}"
        if kind.is_table:
            below.append((path, kind.base, kind.is_list))
            continue
        keys.append(_key(name, owner, field))
    yield Table(name, is_array, " ".join(inspect.cleandoc(owner.__doc__ or "").split()), tuple(keys))
    for path, base, is_list in below:
        yield from _tables(path, base, is_array=is_list)


def sample_text() -> str:
    """Write the sample file: every key active with its default, arrays of tables and unset keys as examples."""
    lines = [_SAMPLE_HEAD]
    for table in tables():
        mark = "#" if table.is_array else ""
        if table.name:
            lines += _comment(table.meaning)
            lines.append(f"{mark}[[{table.name}]]" if table.is_array else f"[{table.name}]")
        for key in table.keys:
            lines += _comment(f"{key.meaning} {_type_note(key)}")
            is_example = table.is_array or key.default is None
            lines.append(f"{'#' if is_example else ''}{key.name} = {key.default or key.example}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def _type_note(key: Key) -> str:
    """Say what the default does not show: that there is none, a closed set of words, an upper bound."""
    notes = ["Required."] if key.is_required else []
    if key.type.choices or key.type.high is not None:
        notes.append(key.type.words[0].upper() + key.type.words[1:] + ".")
    return " ".join(notes)


def reference_text() -> str:
    """Write the reference page: one table a section."""
    lines = [_REFERENCE_HEAD]
    for table in tables():
        title = f"`[[{table.name}]]`" if table.is_array else f"`[{table.name}]`" if table.name else "Alone"
        lines += [f"## {title}", "", table.meaning, ""]
        if table.keys:
            lines += ["| key | default | type | meaning |", "|---|---|---|---|", *map(_row, table.keys), ""]
    return "\n".join(lines).rstrip() + "\n"


def _row(key: Key) -> str:
    default = "required" if key.is_required else "unset" if key.default is None else f"`{key.default}`"
    meaning = key.meaning.replace("|", "\\|")
    return f"| `{key.name}` | {default} | {key.type.words} | {meaning} |"
