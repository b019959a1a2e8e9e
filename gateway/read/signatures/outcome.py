"""Outcome of a signature: the one table that maps its claims to the words of ETSI EN 319 102-1.

PASS is TOTAL-PASSED, FAIL is TOTAL-FAILED, TEMPERROR is INDETERMINATE that a later try may settle, PERMERROR is
INDETERMINATE that none will; the sub-indication is the standard's.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import structs

from gateway.values.evidence import Outcome, SignatureFacts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.read.signatures.revisions import SecondOpinion
    from gateway.read.trust.chains import Chain


_COVERED_LETTERS = 40
"""Letters under a later picture: numbers and seals stand in blanks, a date over `ngày ... tháng ... năm 2026`."""
_LARGEST_PICTURE = 12_500.0
"""Square millimetres, a fifth of A4: seal and signature side by side take a third of that."""
_ON_HOLD = "certificateHold"
"""Reason of a revocation that may be taken back (RFC 5280 section 5.3.1, EN 319 102-1 section 5.2.6)."""


def conclude(  # noqa: PLR0913 - the claims that are no facts of their own
    facts: SignatureFacts,
    *,
    chain: Chain | None = None,
    opinion: SecondOpinion | None = None,
    is_expired: bool = False,
    is_early: bool = False,
    is_token_unknown: bool = False,
    missing_signer: bool = False,
) -> SignatureFacts:
    """Map the claims to outcome and sub-indication: the first row that applies holds, definite ones first.

    `is_early`: a token proves that the signature is older than its certificate; `is_expired`: the certificate has run
    out and no token proves an earlier time; `is_token_unknown`: one might, once revocation data is there.
    """
    is_changed = opinion is not None and (
        opinion.modification not in {"none", "metadata", "lta", "form"} or not opinion.is_permitted
    )
    chain_reason = chain.sub_indication if chain else "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    is_revoked_before = facts.revocation is Outcome.FAIL and _was_revoked_before(facts, chain)
    is_out = facts.certificate_validity is Outcome.FAIL or is_expired
    is_unverified = facts.is_intact is None or facts.is_cryptographically_valid is None
    rows: tuple[tuple[bool, Outcome, str], ...] = (
        (not facts.is_supported, Outcome.PERMERROR, "GENERIC"),
        (not facts.gap_is_signature, Outcome.FAIL, "FORMAT_FAILURE"),
        (bool(facts.disagreement), Outcome.PERMERROR, "GENERIC"),
        (facts.is_intact is False, Outcome.FAIL, "HASH_FAILURE"),
        (missing_signer, Outcome.PERMERROR, "NO_SIGNING_CERTIFICATE_FOUND"),
        (facts.is_cryptographically_valid is False, Outcome.FAIL, "SIG_CRYPTO_FAILURE"),
        (facts.is_certificate_bound is False, Outcome.PERMERROR, "NO_SIGNING_CERTIFICATE_FOUND"),
        (facts.is_weak_algorithm and is_unverified, Outcome.PERMERROR, "CRYPTO_CONSTRAINTS_FAILURE"),
        (is_unverified, Outcome.PERMERROR, "FORMAT_FAILURE"),
        (facts.chain is Outcome.TEMPERROR, Outcome.TEMPERROR, chain_reason),
        (facts.chain is not Outcome.PASS, Outcome.PERMERROR, chain_reason),
        (facts.revocation is Outcome.FAIL and facts.revocation_reason == _ON_HOLD, Outcome.TEMPERROR, "TRY_LATER"),
        (is_revoked_before, Outcome.FAIL, "REVOKED"),
        (facts.revocation is Outcome.FAIL, Outcome.PERMERROR, "REVOKED_NO_POE"),
        (facts.is_weak_algorithm, Outcome.PERMERROR, "CRYPTO_CONSTRAINTS_FAILURE"),
        (is_changed, Outcome.PERMERROR, "GENERIC"),
        (is_early, Outcome.FAIL, "NOT_YET_VALID"),
        (facts.certificate_validity is Outcome.TEMPERROR, Outcome.TEMPERROR, "TRY_LATER"),
        (is_out and is_token_unknown, Outcome.TEMPERROR, "TRY_LATER"),
        (is_out, Outcome.PERMERROR, "OUT_OF_BOUNDS_NO_POE"),
        (facts.revocation is Outcome.TEMPERROR, Outcome.TEMPERROR, "TRY_LATER"),
    )
    for applies, outcome, reason in rows:
        if applies:
            return structs.replace(facts, outcome=outcome, sub_indication=reason)
    return structs.replace(facts, outcome=Outcome.PASS)


def _was_revoked_before(facts: SignatureFacts, chain: Chain | None) -> bool:
    """Was the certificate revoked already at the time the signer himself claims?"""
    if chain is None or chain.revoked_at is None or facts.signing_time is None:
        return False
    return chain.revoked_at <= datetime.fromisoformat(facts.signing_time)


def with_later(signatures: Sequence[SignatureFacts]) -> tuple[SignatureFacts, ...]:
    """Let a signature that others follow stand only with them: a picture in a worthless one may cover the page.

    Adding a signature field with an appearance counts as a harmless change, whoever signs it (the certified-document
    attack); so each later signature must hold too, or the earlier says nothing of what the file shows now. A picture
    that hides what was signed takes the earlier along even where its own signature holds: time-stamps are free, and
    certificates of public authorities for sale.
    """
    found: list[SignatureFacts] = []
    shown: list[SignatureFacts] = []
    worthless: set[Outcome] = set()
    is_worthless_shown = False
    for facts in reversed(signatures):
        after = facts
        if facts.outcome is Outcome.PASS and facts.modification != "none":
            # Few files have one signature that passes among many: only those are compared with each later picture.
            is_hidden = any(_hides(one, facts) for one in shown)
            # What shows something is no mere update, though its picture be one the file had before.
            is_shown = facts.modification == "form" or is_worthless_shown
            if is_hidden or (is_shown and worthless):
                is_open = worthless <= {Outcome.TEMPERROR} and not is_hidden
                outcome = (Outcome.TEMPERROR, "TRY_LATER") if is_open else (Outcome.PERMERROR, "GENERIC")
                after = structs.replace(facts, outcome=outcome[0], sub_indication=outcome[1])
        found.append(after)
        if facts.appearance is not None:
            shown.append(facts)
        if facts.outcome is not Outcome.PASS:
            worthless.add(facts.outcome)
            is_worthless_shown = is_worthless_shown or facts.appearance is not None
    return tuple(reversed(found))


def _hides(later: SignatureFacts, earlier: SignatureFacts) -> bool:
    """Does the picture of a later signature lie over text, or over much of the page?

    Signers of the same list may touch a word, and so may the seal of an agency on what a person signed with a public
    certificate. A time-stamp has nothing to show, and a certificate of a public list may have been bought for the
    purpose: one figure covered is enough, and so is not to know.
    """
    about = later.appearance
    if about is None:
        return False
    may_touch = not later.is_timestamp and later.trust_list in {earlier.trust_list, "official"}
    if about.covered_letters is None and not may_touch:
        return True
    area = about.place[2] * about.place[3] if about.place else 0.0
    return (about.covered_letters or 0) > (_COVERED_LETTERS if may_touch else 0) or area > _LARGEST_PICTURE
