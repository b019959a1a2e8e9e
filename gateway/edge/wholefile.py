"""Whole files: written beside their place, flushed to the disk, then put there in one step.

Whoever reads meets the old file or the new one, never half of one, also after the power failed. A symbolic link in
the place of a file is replaced, not followed: give the file it means.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HALF_WRITTEN: Final = ".writing-"
"""Begins the name a file is written under; its own name and the number of the process follow, so that two can write."""
HALF_WRITTEN_S: Final = 3_600.0
"""After that nobody is writing a file any more."""


def put(file: Path, octets: bytes, *, mode: int | None = None, like: os.stat_result | None = None) -> None:
    """Put a file in place, over what stands there.

    Args:
        file: Where; its folder must be there.
        octets: What it will hold.
        mode: Permissions, whatever the umask; None for those the umask leaves.
        like: A file whose owner, group and permissions it gets in place of `mode`; another owner needs root.

    Raises:
        OSError: it cannot be written, with its name; what stood there stands there still.
    """
    with _beside(file, octets, mode, like) as fresh:
        fresh.replace(file)
    _sync(file.parent)


def put_new(file: Path, octets: bytes, *, like: os.stat_result) -> None:
    """Put a file in place as `put` does, where there is none.

    Raises:
        FileExistsError: there is one; it is left as it is.
        OSError: it cannot be written, or the file system knows no hard links.
    """
    with _beside(file, octets, None, like) as fresh:
        try:
            file.hardlink_to(fresh)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(file)) from None
    _sync(file.parent)


def tidy(folder: Path, at_s: float) -> None:
    """Remove what processes that were killed left half written in a folder, an hour before `at_s` (Unix) or earlier.

    Raises:
        OSError: the folder cannot be written.
    """
    for file in folder.glob(HALF_WRITTEN + "*"):
        with contextlib.suppress(FileNotFoundError):  # others may tidy too
            if file.stat().st_mtime < at_s - HALF_WRITTEN_S:
                file.unlink()


@contextlib.contextmanager
def _beside(file: Path, octets: bytes, mode: int | None, like: os.stat_result | None) -> Iterator[Path]:
    """Write a file beside its place; what the caller has not moved is gone afterwards.

    Whatever stands there under its name is taken away first, never opened: a process that was killed left it, or
    somebody planted a pipe or a link.
    """
    fresh = file.with_name(f"{HALF_WRITTEN}{file.name}.{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        try:
            fresh.unlink(missing_ok=True)
            descriptor = os.open(fresh, flags, 0o600 if like else 0o666 if mode is None else mode)
            with os.fdopen(descriptor, "wb") as opened:
                if like is not None and (like.st_uid, like.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(descriptor, like.st_uid, like.st_gid)
                if like is not None or mode is not None:
                    os.fchmod(descriptor, like.st_mode & 0o7777 if like is not None else mode or 0)
                opened.write(octets)
                opened.flush()
                os.fsync(descriptor)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(file)) from None
        yield fresh
    finally:
        with contextlib.suppress(IsADirectoryError):  # planted; it is told of above
            fresh.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Wait until the disk has the names of a folder too; where it cannot, the file is in place all the same."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
