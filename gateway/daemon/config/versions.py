"""Versions: what became of keys from one schema of the configuration to the next; old files are read as they are meant.

A file says its schema (`schema = 2`); one that says none was written before there were numbers, and has schema 1. The
daemon carries an older one on in memory, so an upgrade stops no mail; `congthu migrate` writes the same to the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import gateway
from gateway.values.faults import ConfigProblem, Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from gateway.values.tomltext import TomlText

KEY: Final = "schema"
CURRENT: Final = 2
"""Raised with every step below; a key that is only added needs none."""


class Step(NamedTuple):
    """A key that the next schema no longer has."""

    key: str
    """Dotted; below an array of tables it stands for all of them."""
    why: str


STEPS: Final[Mapping[int, tuple[Step, ...]]] = {
    1: (
        Step("gateway.language", "nothing ever read it: replies are in both languages"),
        Step("log.level", "nothing ever read it: every event has a line, with its severity"),
    ),
}
"""Schema to what is done to reach the one after it."""


def schema_of(tree: Mapping[str, Any]) -> int:
    """Give the schema a file says; 1 for one that says none, and for nonsense, which is reported elsewhere."""
    written = tree.get(KEY, 1)
    return int(written) if isinstance(written, int) and not isinstance(written, bool) and written >= 1 else 1


def refuse_newer(source: TomlText) -> None:
    """Refuse a file that a newer program wrote: what its keys mean is not known here.

    Raises:
        Misconfigured: with this one problem, whatever else is wrong.
    """
    written = schema_of(source.value)
    if written > CURRENT:
        message = (
            f"is {written}, and congthu {gateway.__version__} knows {CURRENT} at most: a newer congthu wrote this file."
            f" Install that version again, or put the copy back that `congthu migrate` kept"
            f" ({source.file}.schema-{CURRENT})"
        )
        raise Misconfigured([ConfigProblem(source.file, source.line((KEY,)), KEY, message)])


def carry_on(tree: MutableMapping[str, Any]) -> list[Step]:
    """Take what the current schema no longer has out of a tree, tables in place; give the steps that changed anything.

    The number itself is left alone. The tree may be what `tomllib` gives, or a document that keeps its comments.
    """
    steps = (step for number in range(schema_of(tree), CURRENT) for step in STEPS[number])
    return [step for step in steps if _remove(tree, step.key.split("."))]


def _remove(tree: Any, path: list[str]) -> bool:
    """Remove a key below a table or each table of an array; tell whether there was one."""
    if isinstance(tree, list):
        return sum(_remove(member, path) for member in tree) > 0
    if not hasattr(tree, "keys") or path[0] not in tree:
        return False
    if len(path) > 1:
        return _remove(tree[path[0]], path[1:])
    del tree[path[0]]
    return True
