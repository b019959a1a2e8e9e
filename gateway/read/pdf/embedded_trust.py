"""Trust whoever signed: a snapshot made of a file's own certificates, for `congthu corpus` alone.

With every signer trusted at the time he claims, what is left of an outcome is the document's own integrity:
an attack on the document must fail then too, and an honest file must pass, whoever issued its certificates.
No message is ever judged by such a snapshot.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING, Any

from gateway.read.cms import structure as cms
from gateway.read.pdf.structure import read_structure
from gateway.read.signatures.times import claimed_time
from gateway.values.trust import EMPTY_TRUST, Anchor, TrustSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from gateway.read.budget import Budget
    from gateway.read.signatures.geometry import SignatureRecord

    Guard = Callable[[Callable[[], Any]], Any]


def trust_whoever_signed(octets: bytes, budget: Budget, guard: Guard) -> tuple[TrustSnapshot, datetime | None]:
    """Make a snapshot in which every certificate of the file that none other in it issued is an anchor.

    Args:
        octets: the file.
        budget: structural limits.
        guard: calls a parser and answers None for whatever it raises.

    Returns:
        The snapshot, revocation off; and the latest time any of the signatures claims, None when none does.
    """
    structure = guard(lambda: read_structure(octets, budget, guard))
    anchors: dict[bytes, None] = {}
    others: dict[bytes, None] = {}
    times: list[datetime] = []
    for record in structure.signatures[: budget.signatures] if structure else ():
        for parsed in _signed(record, guard):
            tops, rest = guard(partial(_split, parsed)) or ((), ())
            anchors |= dict.fromkeys(tops)
            others |= dict.fromkeys(rest)
            time = guard(partial(claimed_time, record, parsed))
            times += [time] if time is not None else []
    if not anchors:
        return EMPTY_TRUST, max(times, default=None)
    generation = hashlib.sha256(b"".join([*anchors, *others])).hexdigest()
    roots = tuple(Anchor(der, "local") for der in anchors)
    return TrustSnapshot(generation, roots, tuple(others), revocation="off"), max(times, default=None)


def _signed(record: SignatureRecord, guard: Guard) -> Iterator[cms.Cms]:
    """Yield the CMS of a signature, and that of its time-stamp token."""
    content_type = "tst_info" if record.is_timestamp else "data"
    parsed = guard(lambda: cms.parse_cms(record.contents, content_type=content_type))
    if parsed is not None:
        yield parsed
        token = guard(lambda: cms.parse_cms(parsed.token, content_type="tst_info")) if parsed.token else None
        if token is not None:
            yield token


def _split(parsed: cms.Cms) -> tuple[list[bytes], list[bytes]]:
    """Tell the certificates nobody in the set issued from the others."""
    certificates, _ = cms.certificates_of(parsed)
    names = {one.subject.dump() for one in certificates}
    tops = [one for one in certificates if one.issuer.dump() == one.subject.dump() or one.issuer.dump() not in names]
    return [one.dump() for one in tops], [one.dump() for one in certificates if one not in tops]
