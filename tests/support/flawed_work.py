"""A work function that reads as the gateway does, with detectors that have a bug: they raise on texts that say so."""

from __future__ import annotations

from gateway.daemon import inspection
from gateway.read.vietnamese.detect import read_others

WORD = "hong bo do"
"""In the key of a text, without diacritics: what the bug is about."""


def others(marks, view, kind, received_at, lead):
    """Find what the detectors find, where none of them has the bug."""
    numbers = {WORD: 1}
    if WORD in view.key:
        return numbers[view.text]  # the text as a key: its words would stand in the exception
    return read_others(marks, view, kind, received_at, lead)


def load(payload: bytes):
    """Answer the daemon's work function, with the bug."""
    return inspection.load_whole(payload, lambda examination: examination.inspection, others)
