"""Signers: is a valid signature there, and is it by the agency that sends? Three-valued answers.

None means unknown for now: some signature is TEMPERROR and could still turn the answer.
Cites: Decree 68/2024 and LAW section 8 (official against public signatures), Decree 30/2020 article 5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.judge.domains import domain_of
from gateway.values.facts import Outcome
from gateway.values.registry import name_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from gateway.values.facts import SignatureFacts
    from gateway.values.registry import Agency, Registry

_BROKEN_LATER = frozenset({"other", "unknown"})
"""Modifications after the signed revision that take its word away."""


def signatures_of_signers(signatures: Sequence[SignatureFacts]) -> list[SignatureFacts]:
    """Leave out document timestamps: they prove a time, not a signer."""
    return [signature for signature in signatures if not signature.is_timestamp]


def is_valid(signature: SignatureFacts) -> bool:
    """Tell whether a signature holds and nothing but harmless updates came after it."""
    return signature.outcome is Outcome.PASS and signature.modification not in _BROKEN_LATER


def any_valid(signatures: Sequence[SignatureFacts]) -> bool | None:
    """Tell whether one signature holds; None when only a later try can say."""
    if any(is_valid(signature) for signature in signatures):
        return True
    return None if any(signature.outcome is Outcome.TEMPERROR for signature in signatures) else False


def only_public(signatures: Sequence[SignatureFacts]) -> bool | None:
    """Tell whether signatures hold, but none rests on an official or local anchor."""
    if any(is_valid(signature) and signature.trust_list != "public" for signature in signatures):
        return False
    if any(signature.outcome is Outcome.TEMPERROR for signature in signatures):
        return None
    return any(is_valid(signature) for signature in signatures)


def is_by_agency(signature: SignatureFacts, agency: Agency, registry: Registry, on: dt.date) -> bool:
    """Tell whether the signer is the agency: by serial, name, tax code or mailbox in the certificate."""
    if signature.signer_serial and signature.signer_serial in agency.certificate_serials:
        return True
    if agency.tax_code and signature.signer_uid.rpartition(":")[2] == agency.tax_code:
        return True
    return _is_named(signature, agency) or any(
        _is_mailbox_of(mailbox, agency, registry, on) for mailbox in signature.signer_mailboxes
    )


def _is_named(signature: SignatureFacts, agency: Agency) -> bool:
    """Compare whole names only: one agency's name may begin another's."""
    keys = {name_key(name) for name in (*agency.certificate_subjects, agency.name, *agency.names)} - {""}
    return any(name_key(name) in keys for name in (signature.signer_organisation, signature.signer_common_name) if name)


def _is_mailbox_of(mailbox: str, agency: Agency, registry: Registry, on: dt.date) -> bool:
    entry = registry.find_mailbox(mailbox, on)
    owner = entry.agency if entry else registry.find_domain(domain_of(mailbox), on).agency
    return owner == agency.id


def any_by_agency(
    signatures: Sequence[SignatureFacts], agency: Agency | None, registry: Registry, on: dt.date
) -> bool | None:
    """Tell whether one signature that holds is the agency's own; None when only a later try can say."""
    if agency is None:
        return False
    own = [signature for signature in signatures if is_by_agency(signature, agency, registry, on)]
    return any_valid(own)
