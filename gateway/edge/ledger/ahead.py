"""Ahead: records that the event loop has written and no commit holds yet, so that mail waits for no commit.

One write into a small file survives the end of the process, however it ends; the thread takes the same records from
memory, commits them some times a second, and drops the file two turns later. What a killed process left is taken up at
the next start: whatever has a higher ordinal than the last commit. Files lie where systemd gives a service memory
(`$RUNTIME_DIRECTORY`, a tmpfs that no disk can hold up). Where there is none no notes are taken: a write of the event
loop into a disk that hangs would stop all mail.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.edge.ledger.files import encode, find_record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from gateway.values.ledger import Record

KEPT_TURNS: Final = 3
"""A record noted while the files turn may stand in the file before, and is committed one turn later: two are enough."""
MAX_OCTETS: Final = 16 * 1024 * 1024
"""Of one file, which lies in memory: more than `MAX_WAITING` records. Beyond it commits are waited for."""


def service_memory() -> Path | None:
    """Give the folder in memory that systemd made for this service; None where there is none."""
    given = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    return Path(given) if given else None


class Noted(NamedTuple):
    """A record of a process that was killed."""

    ordinal: int
    record: Record


class Ahead:
    """The files of one chain. `note` is for the event loop's thread, everything else for the writer's."""

    def __init__(self, folder: Path, chain: str) -> None:
        """Name the files; none is touched yet."""
        self._folder, self._name = folder, f"{chain}.ahead-"
        self._turn = 0
        self._files: dict[int, FileIO] = {}
        self._current: FileIO | None = None
        self._is_used = False

    @property
    def wants_turn(self) -> bool:
        """Something was noted since the last turn, or nothing can be: an idle host writes no files."""
        return self._is_used or self._current is None

    def note(self, ordinal: int, record: Record) -> bool:
        """Write one record; False when that is not possible just now: then a commit must be waited for."""
        current, line = self._current, b"%d %b\n" % (ordinal, encode(record))
        if current is None:
            return False
        try:
            if current.tell() + len(line) > MAX_OCTETS:
                return False  # nothing was committed for long; the file takes more after the next turn
            if current.write(line) == len(line):
                self._is_used = True
                return True
        except (OSError, ValueError):  # no room; closed, for this thread was held up for two turns
            pass
        self._current = None  # what was cut off in its middle must end its file
        return False

    def recover(self, committed: int) -> Iterator[Noted]:
        """Give what a killed process noted behind the last ordinal that was committed, in order, one by one.

        Raises:
            OSError: a file cannot be read.
        """
        for path in self._paths():
            with path.open("rb") as lines:
                for line in lines:
                    ordinal, _, body = line.partition(b" ")
                    if not line.endswith(b"\n"):
                        break  # cut off: nobody was told that it is written
                    record, number = (
                        find_record(body),
                        int(ordinal) if ordinal[:20].isdigit() and len(ordinal) < 20 else 0,
                    )
                    if record is not None and number > committed:
                        yield Noted(number, record)

    def begin(self) -> None:
        """Drop what was recovered, all of which must be committed by now, and begin to take notes."""
        for path in self._paths():
            path.unlink()
        self.turn()

    def turn(self) -> None:
        """Go on in a new file and drop what is committed; call when everything noted before the last turn is."""
        self._turn, self._is_used = self._turn + 1, False
        path = self._folder / f"{self._name}{self._turn:08}"
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o640)
        except OSError:
            self._current = None  # no room: commits are waited for until there is
        else:
            self._files[self._turn] = self._current = os.fdopen(descriptor, "wb", buffering=0)
        for turn in [turn for turn in self._files if turn <= self._turn - KEPT_TURNS]:
            self._drop(turn)

    def close(self) -> None:
        """Drop everything: all of it is committed."""
        self._current = None
        for turn in [*self._files]:
            self._drop(turn)

    def _drop(self, turn: int) -> None:
        file = self._files.pop(turn)
        file.close()
        with contextlib.suppress(OSError):
            (self._folder / f"{self._name}{turn:08}").unlink()

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob(f"{self._name}[0-9]*"))
