"""What readers of packed archives give: one file after another, or why the archive goes no further."""

from __future__ import annotations

from typing import NamedTuple


class Unpacked(NamedTuple):
    """One file of an archive."""

    name: str | bytes
    """Octets where no charset is known."""
    octets: bytes | None
    """None when it could not be unpacked."""
    size_octets: int
    uninspectable: str = ""
    """`encrypted`, `over_budget`, `malformed`, `unsupported` or empty."""


class ArchiveFault(Exception):
    """The archive as a whole cannot be read further; the text is the reason."""
