"""Clock: whether the kernel says that this host's time is kept in step with others' (adjtimex(2))."""

from __future__ import annotations

import ctypes
from typing import NamedTuple

STA_UNSYNC = 0x40
"""Nobody has set the clock by another one lately, or the error grew too large."""
_TIMEX_OCTETS = 256
"""More than `struct timex` has, on any processor."""


class ClockState(NamedTuple):
    """What the kernel says."""

    is_synchronised: bool
    largest_error_s: float
    """By which the time may be wrong, as the kernel reckons."""


class _Timex(ctypes.Structure):
    """The beginning of `struct timex`."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * _TIMEX_OCTETS),
    )


def find_clock_state() -> ClockState | None:
    """Ask the kernel; None where it may not be asked, as in some containers."""
    told = _Timex()  # modes 0: nothing is set
    if ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(told)) < 0:
        return None
    return ClockState(not told.status & STA_UNSYNC, told.maxerror / 1_000_000)
