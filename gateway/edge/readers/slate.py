"""Slate: the shared page on which a worker notes which reader is at work on which file (ADR 0013).

A worker that dies tells nothing any more; the process that asked it reads the page instead. It may be a lie of code
that took the worker over, so it is bounded, typed, and believed only about what came from the same client.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import resource
from typing import TYPE_CHECKING, Final

import msgspec

from gateway.edge.readers.bugs import MAX_TOLD, bug_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gateway.edge.readers.bugs import Bug

_PAGE_OCTETS: Final = 4_096
_KIND_OCTETS: Final = 16
_DIGEST_OCTETS: Final = 32
_RECORD_OCTETS: Final = _KIND_OCTETS + _DIGEST_OCTETS
_NOTHING: Final = bytes(_RECORD_OCTETS)


class Casualty(msgspec.Struct, frozen=True):
    """A file and the reader that died of it."""

    kind: str
    sha256: str
    """Of the file, lower-case hex."""


class Slate:
    """What the readers of one process are at; a `gateway.read.watch.Watch`. Without a page it only forbids."""

    def __init__(self) -> None:
        """Begin without a page."""
        self._page: mmap.mmap | None = None
        self._statm = -1
        self._open: list[bytes] = []
        self._left_out: frozenset[Casualty] = frozenset()
        self.bugs: list[Bug] = []
        """Faults of ours that were contained while this message was read; told along with the answer."""

    def attach(self, page_fd: int) -> None:
        """Write on this page from now on; in the worker, before its sandbox closes and /proc with it."""
        self._page = mmap.mmap(page_fd, _PAGE_OCTETS)
        with contextlib.suppress(OSError):  # without /proc memory is bounded by RLIMIT_AS as a whole alone
            self._statm = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)

    def begin_message(self, left_out: Iterable[Casualty] = ()) -> None:
        """Wipe the slate; these files may not be read in this message."""
        self._left_out = frozenset(left_out)
        self._open.clear()
        self.bugs.clear()
        self._show()

    def caught(self, fault: Exception) -> None:
        """Keep class and place of a fault of ours."""
        if len(self.bugs) < MAX_TOLD:
            self.bugs.append(bug_of(fault))

    def begins(self, kind: str, sha256: str) -> bool:
        """Note what is read now, or forbid it."""
        if self._left_out and Casualty(kind, sha256) in self._left_out:
            return False
        self._open.append(_record(kind, sha256))
        self._show()
        return True

    def ends(self, kind: str, sha256: str) -> None:
        """Go back to the file around this one; what stood in it and never ended was given up by a reader."""
        record = _record(kind, sha256)
        while self._open and self._open.pop() != record:
            pass
        self._show()

    def _show(self) -> None:
        if self._page is not None:
            self._page[:_RECORD_OCTETS] = self._open[-1] if self._open else _NOTHING

    @contextlib.contextmanager
    def confined(self, octets: int) -> Iterator[Callable[[], int]]:
        """Lower the soft limit of address space to what is in use and so much more; native code gets no memory then."""
        if self._statm < 0:
            yield int
            return
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        used = self._used()
        narrow = used + octets
        if soft == resource.RLIM_INFINITY or narrow < soft:
            resource.setrlimit(resource.RLIMIT_AS, (narrow, hard))
        try:
            yield lambda: self._used() - used
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))

    def _used(self) -> int:
        """Octets of address space in use."""
        return int(os.pread(self._statm, 64, 0).split()[0]) * mmap.PAGESIZE


def _record(kind: str, sha256: str) -> bytes:
    return kind.encode()[:_KIND_OCTETS].ljust(_KIND_OCTETS, b"\0") + bytes.fromhex(sha256)


SLATE = Slate()
"""The one of this process."""


def new_page() -> int:
    """Make the page of one worker; answers its descriptor.

    Raises:
        OSError: there is no memory or descriptor.
    """
    page_fd = os.memfd_create("congthu-slate", os.MFD_CLOEXEC)
    os.ftruncate(page_fd, _PAGE_OCTETS)
    return page_fd


def read_page(page_fd: int) -> Casualty | None:
    """Read which reader was at work on which file; None when none was, or the page holds nonsense."""
    try:
        record = os.pread(page_fd, _RECORD_OCTETS, 0)
        kind = record[:_KIND_OCTETS].rstrip(b"\0").decode("ascii")
    except (OSError, UnicodeDecodeError):
        return None
    if len(record) != _RECORD_OCTETS or not kind or not kind.replace("_", "").isalnum():
        return None
    return Casualty(kind, record[_KIND_OCTETS:].hex())
