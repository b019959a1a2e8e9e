"""Logs: where the lines of the journal are read from, block by block: files, standard input, journald.

A log may have gigabytes, so it is never held: whoever reads gets whole lines in blocks of a megabyte, and may read it
again from the beginning.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

BLOCK_OCTETS: Final = 1 << 20
"""Read at a time: what fits into the cache of a processor core is searched twice as fast as what does not."""
MAX_LINE_OCTETS: Final = 1 << 22
"""A longer line is none of ours, which are some kilobytes; it is passed over, so that no file fills the memory."""
STANDARD_INPUT: Final = "-"
UNITS: Final = ("congthu.service", "congthu@*.service")
"""Whose lines journald is asked for."""


class Log(Protocol):
    """Somewhere lines are read from."""

    size_octets: int | None
    """Of one reading; None when nobody knows before."""

    def blocks(self, since_s: float = 0.0) -> Iterator[bytes]:
        """Give all lines from the beginning, in blocks of whole lines; those before an instant may be left out."""


class FileLog:
    """Files one after the other, oldest first."""

    def __init__(self, paths: Sequence[str]) -> None:
        """Take the files; `-` stands for standard input, which is copied to a temporary file when it is a pipe.

        Raises:
            OSError: a file is not there.
        """
        self._paths = tuple(paths)
        self._input = _seekable_input() if STANDARD_INPUT in self._paths else None
        self.size_octets: int | None = sum(map(self._size, self._paths))

    def _size(self, path: str) -> int:
        if path != STANDARD_INPUT:
            return Path(path).stat().st_size
        assert self._input is not None
        self._input.seek(0, 2)
        return self._input.tell()

    def blocks(self, since_s: float = 0.0) -> Iterator[bytes]:  # noqa: ARG002 - where a line lies is not known here
        """Read every file from its beginning."""
        for path in self._paths:
            if path == STANDARD_INPUT:
                assert self._input is not None
                self._input.seek(0)
                yield from whole_lines(self._input)
            else:
                with Path(path).open("rb", buffering=0) as file:
                    yield from whole_lines(file)


class JournaldLog:
    """What journald keeps, through `journalctl`: of our units, or all that a copied folder or file of journald has."""

    size_octets: int | None = None

    def __init__(self, since: dt.datetime | None = None, place: Path | None = None) -> None:
        """Prepare the command.

        Args:
            since: entries before are left out, by journald.
            place: a folder or file of journald copied from elsewhere; None for the journal of this host.

        Raises:
            FileNotFoundError: there is no `journalctl`.
        """
        program = shutil.which("journalctl")
        if program is None:
            raise FileNotFoundError(2, "is not installed here; name the log with --log", "journalctl")
        self._command = [program, "--quiet", "--no-pager", "--output=cat"]
        if place is None:
            self._command += [f"--unit={unit}" for unit in UNITS]
        else:
            self._command.append(f"--directory={place}" if place.is_dir() else f"--file={place}")
        self._since_s = since.timestamp() if since is not None else 0.0

    def blocks(self, since_s: float = 0.0) -> Iterator[bytes]:
        """Run the command.

        Raises:
            OSError: it failed, with its words.
        """
        command = [*self._command, f"--since=@{max(since_s, self._since_s):.0f}"]
        with tempfile.TemporaryFile() as told:
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told) as process:  # noqa: S603 - ours
                assert process.stdout is not None
                yield from whole_lines(process.stdout)
            if process.returncode:
                told.seek(0)
                words = told.read(1_000).decode("utf-8", "replace").strip()
                raise OSError(5, words or f"ended with {process.returncode}", "journalctl")


def log_of(paths: Sequence[str], since: dt.datetime | None) -> Log:
    """Open what `--log` names: files and `-`, or one folder or `.journal` file of journald; nothing names journald.

    Raises:
        OSError: it is not there.
    """
    if not paths:
        return JournaldLog(since)
    if len(paths) == 1 and (Path(paths[0]).is_dir() or paths[0].endswith(".journal")):
        return JournaldLog(since, Path(paths[0]))
    return FileLog(paths)


def whole_lines(file: Any) -> Iterator[bytes]:
    """Read a binary file in blocks that end with a line; the last one may lack its line end."""
    rest = b""
    while block := file.read(BLOCK_OCTETS):
        end = block.rfind(b"\n") + 1
        if end:
            yield rest + block[:end]
            rest = block[end:]
        elif len(rest) < MAX_LINE_OCTETS:
            rest += block
    if rest:
        yield rest


def _seekable_input() -> BinaryIO:
    given: BinaryIO = sys.stdin.buffer
    if given.seekable():
        return given
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - read twice, and gone with the process
    shutil.copyfileobj(given, copy, BLOCK_OCTETS)
    return copy
