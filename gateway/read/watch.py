"""Watch: who looks on from outside while files are read, so that what kills a reader can be named and left out.

The readers below cannot see their own death. They say which file is next and where its reading ends; whoever is told
may forbid it, because a reader died of that very file (ADR 0013).
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager


class Watch(Protocol):
    """Told of every file before it is read; files stand inside one another like brackets."""

    def begins(self, kind: str, sha256: str) -> bool:
        """Say that a file is read from now on; False forbids it, and nothing is to end then.

        Args:
            kind: real kind of the file, which is the reader's name.
            sha256: of its octets, lower-case hex.
        """

    def ends(self, kind: str, sha256: str) -> None:
        """Say that a file begun before has been read, and whatever stands in it: the one around it goes on."""

    def caught(self, fault: Exception) -> None:
        """Say that code of ours raised, so that facts are missing; to raise it again ends the reading.

        Args:
            fault: what it raised, with its traceback; its text may quote the message.
        """

    def confined(self, octets: int) -> AbstractContextManager[Callable[[], int]]:
        """Let native code take no more than so many octets of further memory while the context lasts.

        The context answers what tells how many it holds so far; negative when it gave some back.
        """


class Unwatched:
    """Nobody looks on and nothing is forbidden: tests, and tools that read in their own process."""

    def begins(self, _kind: str, _sha256: str) -> bool:
        """Allow every file."""
        return True

    def ends(self, _kind: str, _sha256: str) -> None:
        """Take no note."""

    def caught(self, fault: Exception) -> None:
        """Let the fault through: there is nobody to be told of it."""
        raise fault

    def confined(self, _octets: int) -> AbstractContextManager[Callable[[], int]]:
        """Limit nothing."""
        return contextlib.nullcontext(int)


UNWATCHED = Unwatched()
