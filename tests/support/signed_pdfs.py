"""Signed sample PDFs for tests, made once a process: small, with one throw-away hierarchy and a fixed now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from gateway.demo.cms_maker import CmsPlan
from gateway.demo.documents import official_pdf
from gateway.demo.pki import Pki, throw_away_pki
from gateway.demo.signing import SignPlan, sign_pdf
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.reader import PdfReading, read_pdf
from gateway.read.trust.chains import SignerCache

if TYPE_CHECKING:
    from gateway.demo.pki import Identity
    from gateway.values.evidence import SignatureFacts
    from gateway.values.trust import TrustSnapshot

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
SIGNERS = SignerCache()


@cache
def pki() -> Pki:
    """The hierarchy of all tests, with one revoked agency and one revoked person."""
    made = throw_away_pki(AT)
    made.revoke(made.leaf("revoked"), days_ago=10)
    return made


@cache
def trust() -> TrustSnapshot:
    """Its snapshot, revocation required."""
    return pki().snapshot()


@cache
def base() -> bytes:
    """The unsigned one-page document."""
    return official_pdf()


def plan(**changes: object) -> SignPlan:
    """Plan a signature made an hour before now; keys of CmsPlan and SignPlan alike."""
    own = {key: changes.pop(key) for key in tuple(changes) if key in SignPlan.__dataclass_fields__}
    cms = CmsPlan(**{"signing_time": AT.replace(hour=7), **changes})
    return replace(SignPlan(cms=cms), **own)


def signed(identity: Identity | None = None, octets: bytes | None = None, **changes: object) -> bytes:
    """Sign the standard document as the standard agency unless told otherwise."""
    return sign_pdf(octets or base(), identity or pki().agency(), plan(**changes))


@cache
def one() -> bytes:
    """The plainest signed document."""
    return signed()


@cache
def two() -> bytes:
    """Signed by the leader, then by the clerk with a visible number."""
    first = signed(pki().person(), field_name="Lanh dao")
    return signed(octets=first, field_name="Van thu", shown_text="So: 125/SA-VP")


def read(octets: bytes, snapshot: TrustSnapshot | None = None, at: datetime = AT) -> PdfReading:
    """Read as a worker does."""
    return read_pdf(octets, DEFAULT_BUDGET, snapshot or trust(), at, signers=SIGNERS)


def facts_of(octets: bytes, snapshot: TrustSnapshot | None = None, at: datetime = AT) -> SignatureFacts:
    """Read a file with exactly one signature."""
    (facts,) = read(octets, snapshot, at).facts.signatures
    return facts


def ending(octets: bytes, snapshot: TrustSnapshot | None = None, at: datetime = AT) -> tuple[str, str]:
    """Outcome and sub-indication of a file's only signature."""
    facts = facts_of(octets, snapshot, at)
    return facts.outcome.value, facts.sub_indication
