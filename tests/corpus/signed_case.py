"""Cases of the signed corpus: one technique, one file, and what must be found in it, with the reason.

What is expected follows from the standard and from what the technique does; it was written before our reader was
asked. Sources are named by the words below; README.md of the folder explains them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

USF, ISA, SWA = "USF", "ISA", "SWA"
HIDE, REPLACE, BOTH = "shadow hide", "shadow replace", "shadow hide and replace"
EAA, SSA = "EAA", "SSA"
ISO, CMS, PKIX, TSP, PADES, V_AP = "ISO 32000", "RFC 5652", "RFC 5280", "RFC 3161", "PAdES", "V/AP"
PARSERS = "parser differences"
VIETNAM = "Vietnamese practice"


@dataclass(frozen=True)
class Case:
    """One file."""

    name: str
    make: Callable[[], bytes]
    source: str
    why: str
    """Why the outcome must be so, in a few words."""
    signatures: tuple[str, ...]
    """`field outcome SUB_INDICATION` for each signature in order of revision, words of `SignatureFacts`."""
    facts: dict[str, Any] = field(default_factory=dict)
    """Facts of the file (`PdfFacts`), those that matter."""
    claims: tuple[dict[str, Any], ...] = ()
    """Facts of each signature, those that matter."""
    suffix: str = "pdf"


def all_of(*cases: Case) -> tuple[Case, ...]:
    """Take the cases of one table."""
    names = [case.name for case in cases]
    assert len(names) == len(set(names))
    return cases
