"""Guard: the one wall of the reader around third-party parsers.

They raise almost anything on malformed files (KeyError, AssertionError, RecursionError, errors of C++ libraries), so
here alone in the reader Exception is caught, around third-party code only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def attempt(call: Callable[[], T]) -> T | None:
    """Run third-party code over hostile octets: its value, or None for whatever it raised."""
    try:
        return call()
    except Exception:  # noqa: BLE001 - parsers raise anything on malformed files
        return None
