"""Host: what readers of a file ask for when something stands inside it; `contents` answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gateway.read.cache import ContentFacts
    from gateway.read.containers.members import Member
    from gateway.values.facts import PartFacts


class Host(Protocol):
    """Reads what stands inside a file: further files, and messages with leaves of their own."""

    def member(self, member: Member, path: str, depth: int) -> list[PartFacts]:
        """Facts of a file inside another and of what it holds in turn; `path` is relative (`!2`)."""

    def message(self, octets: bytes, depth: int) -> ContentFacts:
        """Facts of a whole message that is a file."""
