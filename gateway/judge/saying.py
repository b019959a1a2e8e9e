"""Saying: the description each field of a view carries, for the table of facts."""

from __future__ import annotations

import msgspec


def says(description: str) -> msgspec.Meta:
    """Describe a field, in words of the page docs/policy.md."""
    return msgspec.Meta(description=description)
