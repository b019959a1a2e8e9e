"""Bugs: what a worker tells of an exception, and how much of it is believed: a class and a place, nothing of a message.

The text of an exception may quote what was read, and a worker that was taken over may send anything. So only what
stands in closed sets goes through: names of built-in exceptions, and lines of our own modules.
"""

from __future__ import annotations

import builtins
import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

LENGTH: Final = struct.Struct("!I")
MAX_TOLD: Final = 8
"""Bugs of one message: the first are the ones to mend."""
OTHER: Final = "other"
"""Kind of an exception that is not built in."""
_PACKAGE: Final = "gateway."
_ROOT: Final = Path(__file__).parents[2]
_TOLD: Final = re.compile(rb"([A-Za-z]{1,60}) (?:([a-z0-9_.]{1,120}):([0-9]{1,5}))?")


class Bug(NamedTuple):
    """One unexpected exception."""

    kind: str
    """Name of a built-in exception class, or OTHER."""
    place: str
    """`module:line` of our innermost frame; empty when there is none."""


def bug_of(error: BaseException) -> Bug:
    """Name class and place of an exception that was caught."""
    kind = next((one.__name__ for one in type(error).__mro__ if vars(builtins).get(one.__name__) is one), OTHER)
    place, trace = "", error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(_ROOT):
            parts = file.relative_to(_ROOT).with_suffix("").parts
            place = f"{_PACKAGE}{'.'.join(parts)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return Bug(kind, place)


def told(bug: Bug) -> bytes:
    """Write what a worker answers."""
    return f"{bug.kind} {bug.place}".encode("ascii", "replace")


def heard(octets: bytes) -> Bug:
    """Read what a worker answered, as far as it can be true."""
    match = _TOLD.fullmatch(octets)
    if match is None:
        return Bug(OTHER, "")
    kind = match[1].decode()
    known = vars(builtins).get(kind)
    is_known = isinstance(known, type) and issubclass(known, BaseException)
    module = (match[2] or b"").decode()
    place = f"{module}:{int(match[3])}" if module.startswith(_PACKAGE) and _is_ours(module) else ""
    return Bug(kind if is_known else OTHER, place)


def joined(found: Iterable[Bug], answer: bytes) -> bytes:
    """Write bugs that cost an answer nothing but some of its facts, before it."""
    lines = b"\n".join(map(told, found))
    return LENGTH.pack(len(lines)) + lines + answer


def parted(octets: bytes) -> tuple[list[Bug], bytes]:
    """Take an answer and its bugs apart, of which there is one at least.

    Raises:
        ValueError: no worker of ours answers so.
    """
    end = LENGTH.size + (LENGTH.unpack_from(octets)[0] if len(octets) >= LENGTH.size else 0)
    if not LENGTH.size < end <= len(octets):
        raise ValueError("announces more bugs than it tells, or none")
    return [heard(line) for line in octets[LENGTH.size : end].split(b"\n", MAX_TOLD)[:MAX_TOLD]], octets[end:]


def _is_ours(module: str) -> bool:
    """Tell whether there is such a module; it may not be imported here."""
    file = _ROOT.joinpath(*module.split(".")[1:])
    return file.with_suffix(".py").is_file() or (file / "__init__.py").is_file()
