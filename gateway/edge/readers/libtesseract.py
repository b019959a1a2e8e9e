"""The system's libtesseract through its C API (Debian package libtesseract5), and nothing of a wheel.

Bound with ctypes, so that no build tools and no libraries of others' making come along: what decodes and computes here
is what Debian keeps patched. A recognition is cut off by the CPU time it used, not by the clock on the wall: on a busy
host a page takes longer, and costs the same.
"""

from __future__ import annotations

import ctypes
import math
import os
import time
import weakref
from typing import Any, Final

SONAME: Final = "libtesseract.so.5"
"""Of Debian 12 and 13; a library of another name has another interface."""
_NEURAL_NETWORK = 1
"""Engine; the data of the old one is not shipped by Debian."""

_POINTER, _INT, _TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "TessBaseAPICreate": (_POINTER, []),
    "TessBaseAPIInit2": (_INT, [_POINTER, _TEXT, _TEXT, _INT]),
    "TessBaseAPIDelete": (None, [_POINTER]),
    "TessBaseAPISetVariable": (_INT, [_POINTER, _TEXT, _TEXT]),
    "TessBaseAPISetPageSegMode": (None, [_POINTER, _INT]),
    "TessBaseAPISetImage": (None, [_POINTER, _TEXT, _INT, _INT, _INT, _INT]),
    "TessBaseAPISetSourceResolution": (None, [_POINTER, _INT]),
    "TessBaseAPIRecognize": (_INT, [_POINTER, _POINTER]),
    "TessBaseAPIGetUTF8Text": (_POINTER, [_POINTER]),
    "TessBaseAPIGetTsvText": (_POINTER, [_POINTER, _INT]),
    "TessBaseAPIMeanTextConf": (_INT, [_POINTER]),
    "TessBaseAPIClear": (None, [_POINTER]),
    "TessDeleteText": (None, [_POINTER]),
    "TessMonitorCreate": (_POINTER, []),
    "TessMonitorSetCancelFunc": (None, [_POINTER, _POINTER]),
    "TessMonitorSetCancelThis": (None, [_POINTER, _POINTER]),
}
"""What is called of capi.h, with the types of answer and arguments."""


class _Alarm:
    """True once the CPU clock of this process has come to an instant."""

    def __init__(self) -> None:
        self.at_s = math.inf

    def __bool__(self) -> bool:
        return time.process_time() >= self.at_s


class Engine:
    """One initialised recogniser of one language; not for several threads at once."""

    def __init__(self, folder: str, language: str) -> None:
        """Load library and language.

        Args:
            folder: where `language.traineddata` lies.
            language: as Tesseract names it.

        Raises:
            OSError: the library is absent, lacks a function, or does not take the language.
        """
        # One thread a worker: with OpenMP's own number a page takes three times the CPU time. Read when it is loaded.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        self._library = _bound()
        self._handle = self._library.TessBaseAPICreate()
        # also when the interpreter ends, or the library says on standard error what it still holds
        weakref.finalize(self, self._library.TessBaseAPIDelete, self._handle)
        if self._library.TessBaseAPIInit2(self._handle, folder.encode(), language.encode(), _NEURAL_NETWORK) != 0:
            raise OSError(f"no language {language} in {folder}")
        # Messages to standard error, which a worker has on /dev/null: a file of that name cannot be opened in the
        # sandbox any more, and the library writes into it all the same (a segmentation fault at its first complaint).
        self._library.TessBaseAPISetVariable(self._handle, b"debug_file", b"")
        # The library asks a function of C before every word whether to stop. Ours is the one by which Python tells what
        # is true, of an object of ours: a function made by ctypes needs memory that is written and then run, which
        # neither the unit (MemoryDenyWriteExecute) nor the filter of system calls allows, a watching thread clone(2).
        self._alarm = _Alarm()
        self._monitor = self._library.TessMonitorCreate()
        self._library.TessMonitorSetCancelFunc(self._monitor, ctypes.cast(ctypes.pythonapi.PyObject_IsTrue, _POINTER))
        self._library.TessMonitorSetCancelThis(self._monitor, id(self._alarm))

    def show(self, grey: bytes, width: int, height: int, dpi: int) -> None:
        """Take a picture, one octet a pixel, rows packed; it is copied."""
        self._library.TessBaseAPISetImage(self._handle, grey, width, height, 1, width)
        self._library.TessBaseAPISetSourceResolution(self._handle, dpi)

    def recognise(self, mode: int, seconds: float) -> bool:
        """Read the picture as page segmentation `mode` says; False when that takes more than so much CPU time."""
        self._library.TessBaseAPISetPageSegMode(self._handle, mode)
        self._alarm.at_s = time.process_time() + seconds
        return bool(self._library.TessBaseAPIRecognize(self._handle, self._monitor) == 0 and not self._alarm)

    def text(self) -> str:
        """Give the letters read."""
        return self._taken(self._library.TessBaseAPIGetUTF8Text(self._handle))

    def table(self) -> str:
        """Give words and their places, one a line, twelve fields parted by tabs (TSV)."""
        return self._taken(self._library.TessBaseAPIGetTsvText(self._handle, 0))

    def confidence(self) -> int:
        """Tell how sure the words are on the whole, 0 to 100."""
        return int(self._library.TessBaseAPIMeanTextConf(self._handle))

    def forget(self) -> None:
        """Free picture and letters."""
        self._library.TessBaseAPIClear(self._handle)

    def _taken(self, pointer: int | None) -> str:
        """Copy a text of the library's and free it."""
        if not pointer:
            return ""
        try:
            return ctypes.string_at(pointer).decode("utf-8", "replace")
        finally:
            self._library.TessDeleteText(pointer)


def _bound() -> ctypes.PyDLL:
    """Load the library and tell ctypes its functions. Raises OSError when it is absent or another.

    The lock of the interpreter is kept while it works, for it calls back; a worker has one thread.
    """
    library = ctypes.PyDLL(SONAME)
    try:
        for name, (answer, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = answer, arguments
    except AttributeError as error:
        raise OSError(str(error)) from None
    return library
