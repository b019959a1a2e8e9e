"""Guide text to `Guide`s: every broken guide at once, each with file, line and key."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.guide import Guide
from gateway.values.tomltext import TomlText

_PLACE = re.compile(r"(.*?) - at `\$\.?(.*)`\Z", re.DOTALL)
"""How msgspec names the place of a wrong value: `Expected `str`, got `int` - at `$.ways[0].tool``."""
_STEP = re.compile(r"[^.\[\]]+")


def parse_guides(text: str, file: str) -> dict[str, Guide]:
    """Read the guides of one file, by id.

    Raises:
        Misconfigured: with one problem a broken guide, in file order.
    """
    document = TomlText(file, text)
    rows: Any = document.value.get("guides", [])
    problems = [
        document.problem((key,), "unknown key; write guides as [[guides]]") for key in document.value if key != "guides"
    ]
    if not isinstance(rows, list):
        raise Misconfigured([*problems, document.problem(("guides",), "write guides as [[guides]]")])
    found: dict[str, Guide] = {}
    for index, row in enumerate(rows):
        try:
            guide = msgspec.convert(row, Guide)
        except msgspec.ValidationError as error:
            problems.append(_problem(document, index, str(error)))
            continue
        if guide.id in found:
            problems.append(document.problem(("guides", index, "id"), f"`{guide.id}` is the id of a guide above"))
        found[guide.id] = guide
    if problems:
        raise Misconfigured(problems)
    return found


def _problem(document: TomlText, index: int, message: str) -> ConfigProblem:
    """Say what is wrong at the line of the value."""
    place = _PLACE.match(message)
    what, where = place.groups() if place else (message, "")
    path = tuple(int(step) if step.isdecimal() else step for step in _STEP.findall(where))
    return document.problem(("guides", index, *path), what)
