"""Guard: the two walls of the reader, where alone in it Exception is caught.

Third-party parsers raise almost anything on malformed files (KeyError, AssertionError, RecursionError, errors of C++
libraries): a fact like any other, and nobody is told. A detector of ours that raises is a bug, and somebody is told;
but what another detector read of the same text, its secrecy first of all, must not go with it (ADR 0013).
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


def contain(call: Callable[[], T], caught: Callable[[Exception], None]) -> T | None:
    """Run code of ours whose fault is to cost its own value alone: None then, and `caught` is told of the fault."""
    try:
        return call()
    except Exception as fault:  # noqa: BLE001 - whatever it is, a mark of secrecy read before it counts
        caught(fault)
        return None
