"""The three families of fault: about us or a peer, never about the message.

A finding is about the message and is a value, not an exception.
The mapping from a fault to a reply is the table in `gateway.values.status`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Fault(Exception):
    """Base of all faults. `situation` is a key of `gateway.values.status.TABLE`."""

    situation = "internal"

    def __init__(self, situation: str | None = None, detail: str = "") -> None:
        """Keep the situation (a key of the reply table) and a detail for the log, never for the wire."""
        if situation is not None:
            self.situation = situation
        self.detail = detail
        super().__init__(f"{self.situation}: {detail}" if detail else self.situation)


class Transient(Fault):
    """Trying again may work: always a 4yz reply."""


class Permanent(Fault):
    """The client must change something: a 5yz reply, only for facts about the dialogue itself."""

    situation = "protocol"


class ConfigProblem:
    """One thing wrong in a file an operator wrote: where it stands and what to do.

    `line` counts from 1; 0 means the file as a whole. `key` is the dotted key or column name,
    empty when none applies. `file` is empty only for what no file says, a URL of a command line.
    """

    __slots__ = ("file", "key", "line", "message")

    def __init__(self, file: str, line: int, key: str, message: str) -> None:
        """Hold the place and the message; `message` says what to do, in English."""
        self.file, self.line, self.key, self.message = file, line, key, message

    def __str__(self) -> str:
        """Render as `file:line: key: message`, the form editors can jump to."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.key, self.message) if part)

    def __repr__(self) -> str:
        """Show the rendered problem in test failures."""
        return f"ConfigProblem({self!s})"

    def __eq__(self, other: object) -> bool:
        """Two problems are equal when they say the same of the same place."""
        return isinstance(other, ConfigProblem) and str(self) == str(other)

    def __hash__(self) -> int:
        """Hash consistently with equality."""
        return hash(str(self))


def problem_of_no_file(key: str, message: str) -> ConfigProblem:
    """Say what is wrong with a value that its caller made up: `Origin.problem` of the configuration knows more."""
    return ConfigProblem("", 0, key, message)


class Misconfigured(Fault):
    """What the operator wrote cannot be used: exit 78 at start, keep the last good on reload.

    Every problem found is carried, not only the first.
    """

    situation = "misconfigured"

    def __init__(self, problems: Sequence[ConfigProblem]) -> None:
        """Carry all problems, in file order."""
        self.problems = tuple(problems)
        super().__init__("misconfigured", "\n".join(str(problem) for problem in self.problems))
