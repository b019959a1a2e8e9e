"""Archives we have no reader for (7z, rar, lha, ...), streamed through the system's libarchive within budget.

Debian package libarchive13. Called directly through ctypes: the Python packages look for the library with a
compiler and a shell, which no sandboxed worker may start, and open every format there is. The library is loaded
when this module is imported, before the sandbox closes.
"""

from __future__ import annotations

import contextlib
import ctypes
import locale
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from gateway.read.containers.unpacked import ArchiveFault, Unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.read.notes import Notes
    from gateway.read.watch import Watch

T = TypeVar("T")
FORMATS = {
    "7z": ("format_7zip",),
    "rar": ("format_rar", "format_rar5"),
    "lha": ("format_lha",),
    "cpio": ("format_cpio",),
    "ar": ("format_ar",),
    "zstd": ("filter_zstd", "format_raw"),
    "compress": ("filter_compress", "format_raw"),
}
"""Kind to what is switched on for it: nothing else of the library is reachable."""
_OK, _EOF, _WARN = 0, 1, -20
_REGULAR, _TYPE_MASK = 0o100_000, 0o170_000
_CHUNK = 262_144
_LIBRARIES = ("libarchive.so.13", "libarchive.13.dylib")
_NAME_CHARACTERS = 4_096
_WORK_OCTETS: Final = 160_000_000
"""Memory of its own it may take while one file is unpacked. The dictionaries honest packers write take 64 MB; what an
archive says it needs is otherwise granted without question: 125 octets took a gigabyte."""
_WORK_SHARE: Final = 8
"""The same for each octet of the archive."""
_RAR4 = b"Rar!\x1a\x07\0"
_PIECE_OCTETS: Final = 32
"""Of a rar 4 archive the library is handed so little at once, for the clock is asked before every piece: each sixteen
octets that name a filter with data of its own have it fill all the memory it may take (3.6.2), and then forget it."""
_READ = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))
_FATAL = -30


def _load() -> ctypes.CDLL | None:
    # The library makes names through the locale: under plain C those of 7z would come out empty.
    if locale.nl_langinfo(locale.CODESET) != "UTF-8":
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    for name in _LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        pointer, size = ctypes.c_void_p, ctypes.c_size_t
        signatures = {
            "archive_read_new": (pointer, []),
            "archive_read_free": (ctypes.c_int, [pointer]),
            "archive_read_open_memory": (ctypes.c_int, [pointer, ctypes.c_char_p, size]),
            "archive_read_open": (ctypes.c_int, [pointer, pointer, pointer, _READ, pointer]),
            "archive_read_next_header": (ctypes.c_int, [pointer, ctypes.POINTER(pointer)]),
            "archive_read_data": (ctypes.c_ssize_t, [pointer, pointer, size]),
            "archive_error_string": (ctypes.c_char_p, [pointer]),
            "archive_entry_pathname": (ctypes.c_char_p, [pointer]),
            "archive_entry_pathname_utf8": (ctypes.c_char_p, [pointer]),
            "archive_entry_pathname_w": (ctypes.c_wchar_p, [pointer]),
            "archive_entry_size": (ctypes.c_int64, [pointer]),
            "archive_entry_filetype": (ctypes.c_uint, [pointer]),
            "archive_entry_is_encrypted": (ctypes.c_int, [pointer]),
        }
        for function, (answer, arguments) in signatures.items():
            bound = getattr(library, function)
            bound.restype, bound.argtypes = answer, arguments
        return library
    return None


_LIBRARY = _load()


def is_available() -> bool:
    """Tell whether libarchive is on this machine; without it its formats stay `unsupported`."""
    return _LIBRARY is not None


def unpack_all(octets: bytes, kind: str, notes: Notes) -> Iterator[Unpacked]:
    """Unpack the regular files of an archive one after another, each freed before the next.

    Every octet is counted while it is unpacked, folders of solid archives included: nothing is ever skipped over.

    Raises:
        ArchiveFault: `unsupported` without the library, `encrypted`, `malformed`, `over_budget`.
    """
    library = _LIBRARY
    if library is None:
        raise ArchiveFault("unsupported")
    handle = library.archive_read_new()
    if not handle:
        raise ArchiveFault("over_budget")
    memory = _Memory(notes.watch, _WORK_OCTETS + _WORK_SHARE * len(octets))
    pieces = _Pieces(octets, notes)
    read = _READ(pieces.next)  # while the library works, not in `pieces`: a circle would hold the octets for longer
    try:
        for word in FORMATS[kind]:
            switch = getattr(library, f"archive_read_support_{word}", None)
            if switch is not None:
                switch.argtypes = [ctypes.c_void_p]
                switch(handle)
        _open(library, handle, octets, read, memory)
        for one in _entries(library, handle, len(octets), notes, memory):
            yield one._replace(uninspectable="over_budget") if one.octets is None and pieces.is_late else one
            pieces.check()
        pieces.check()
    except ArchiveFault:
        pieces.check()
        raise
    finally:
        library.archive_read_free(handle)


def _open(library: ctypes.CDLL, handle: int, octets: bytes, read: Callable[..., int], memory: _Memory) -> None:
    if octets.startswith(_RAR4):
        opened = memory.run(lambda: library.archive_read_open(handle, None, None, read, None))
    else:
        opened = memory.run(lambda: library.archive_read_open_memory(handle, octets, len(octets)))
    if opened not in (_OK, _WARN):
        raise ArchiveFault(_reason(library, handle))


class _Pieces:
    """An archive handed over piece by piece, until the time of the message is spent."""

    def __init__(self, octets: bytes, notes: Notes) -> None:
        """Begin at the first piece."""
        self._octets, self._notes = octets, notes
        self._first = ctypes.c_void_p.from_buffer(ctypes.c_char_p(octets)).value or 0
        self._at = 0
        self.is_late = False

    def next(self, _handle: int, _data: int, to: Any) -> int:
        """Answer the length of the next piece and where it is, as the library wants to be told."""
        try:
            self.is_late = self.is_late or self._notes.is_late()
            if self.is_late:
                return _FATAL
            to[0], start = self._first + self._at, self._at
            self._at = min(start + _PIECE_OCTETS, len(self._octets))
            return self._at - start
        except MemoryError:  # the library may have left none; it would take whatever an exception leaves for an answer
            self.is_late = True
            return _FATAL

    def check(self) -> None:
        """Raise ArchiveFault when the time was spent before the end."""
        if self.is_late:
            raise ArchiveFault("over_budget") from None


class _Memory:
    """What the library may still take for itself while it works on one archive."""

    def __init__(self, watch: Watch, octets: int) -> None:
        """Begin an archive."""
        self._watch = watch
        self._whole = self._left = octets

    def run(self, call: Callable[[], T], spare: int = 0) -> T:
        """Run one call that may take so many octets more for what it answers.

        Raises:
            ArchiveFault: `over_budget`, when that was not enough.
        """
        with self._watch.confined(self._left + spare) as held:
            try:
                answer = call()
            except MemoryError:
                raise ArchiveFault("over_budget") from None
            kept = len(answer) if isinstance(answer, bytes) else 0
            self._left = max(0, min(self._whole, self._left - held() + kept))
            return answer


def _entries(library: ctypes.CDLL, handle: int, packed: int, notes: Notes, memory: _Memory) -> Iterator[Unpacked]:
    entry = ctypes.c_void_p()
    ratio = notes.unpacked_limit(packed)
    while True:
        answer = memory.run(lambda: library.archive_read_next_header(handle, ctypes.byref(entry)))
        if answer == _EOF:
            return
        if answer not in (_OK, _WARN):
            raise ArchiveFault(_reason(library, handle))
        if notes.container_entries <= 0:
            notes.overrun("container_entries")
            raise ArchiveFault("over_budget")
        notes.container_entries -= 1
        kind = library.archive_entry_filetype(entry) & _TYPE_MASK
        if kind not in (_REGULAR, 0):
            continue
        name, size = _name(library, entry), max(0, library.archive_entry_size(entry))
        if library.archive_entry_is_encrypted(entry):
            yield Unpacked(name, None, size, "encrypted")
            continue
        allowed = min(ratio, notes.container_octets)
        plain = memory.run(partial(_data, library, handle, allowed), 2 * allowed)
        if plain is None:
            yield Unpacked(name, None, size, _reason(library, handle))
            continue
        ratio -= len(plain)
        notes.container_octets -= min(len(plain), notes.container_octets)
        if len(plain) > allowed:
            notes.overrun("container_octets" if notes.container_octets <= 0 else "container_ratio")
            yield Unpacked(name, None, size, "over_budget")
            raise ArchiveFault("over_budget")
        yield Unpacked(name, plain, len(plain))


def _data(library: ctypes.CDLL, handle: int, allowed: int) -> bytes | None:
    """Data of the current entry, one octet past `allowed` at most; None when it is damaged."""
    pieces: list[bytes] = []
    buffer = ctypes.create_string_buffer(_CHUNK)
    left = allowed + 1
    while left > 0:
        count = library.archive_read_data(handle, buffer, min(_CHUNK, left))
        if count < 0:
            return None
        if count == 0:
            break
        pieces.append(ctypes.string_at(buffer, count))
        left -= count
    return b"".join(pieces)


def _name(library: ctypes.CDLL, entry: ctypes.c_void_p) -> str | bytes:
    """Name of an entry; which call knows it depends on the format and the locale."""
    octets = library.archive_entry_pathname_utf8(entry)
    if octets:
        return bytes(octets[:_NAME_CHARACTERS]).decode("utf-8", "replace")
    wide = library.archive_entry_pathname_w(entry)
    return str(wide[:_NAME_CHARACTERS]) if wide else bytes(library.archive_entry_pathname(entry) or b"")


def _reason(library: ctypes.CDLL, handle: int) -> str:
    """Why the library stopped, in our words: its texts are the only thing that tells."""
    text = (library.archive_error_string(handle) or b"").lower()
    # archive_read_has_encrypted_entries would know, but crashes where no format was recognised (3.6.2).
    if b"crypt" in text or b"passphrase" in text:
        return "encrypted"
    if b"memory" in text or b"allocate" in text:
        return "over_budget"
    return "unsupported" if b"support" in text else "malformed"
