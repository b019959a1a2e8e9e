"""Signatures of a PDF: each claim a separate fact, and one table that maps the claims to an outcome.

The deciding path is ours (geometry gate, digest, one CMS, one public-key operation, a remembered chain). Beside it
stand pyHanko's check of every CMS, PDFium's list of the signatures, and pyHanko's reading of the whole file wherever
later revisions, an odd structure or another list appear (ADR 0012). A disagreement is indeterminate, never a pass.

Words of ETSI EN 319 102-1: PASS is TOTAL-PASSED, FAIL is TOTAL-FAILED,
TEMPERROR is INDETERMINATE that a later try may settle, PERMERROR is INDETERMINATE that none will.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import structs

from gateway.read.cms import structure as cms
from gateway.read.signatures import second_opinion
from gateway.read.signatures.geometry import Geometry, SignatureRecord, measure
from gateway.read.signatures.outcome import conclude, with_later
from gateway.read.signatures.revisions import UNKNOWN, SecondOpinion
from gateway.read.signatures.times import claimed_time
from gateway.read.trust.evidence import NO_DATA, EmbeddedData, data_of, weigh
from gateway.read.trust.ocsp_answers import CLOCK_SKEW
from gateway.values.evidence import Outcome, SignatureFacts
from gateway.values.zone import OFFSET

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.read.budget import Budget
    from gateway.read.signatures.listing import Listed
    from gateway.read.signatures.revisions import Revisions
    from gateway.read.trust.chains import Chain, Signer, SignerCache
    from gateway.values.trust import TrustSnapshot

SHA1_SUB_FILTER = "adbe.pkcs7.sha1"
SUPPORTED = frozenset({"adbe.pkcs7.detached", "ETSI.CAdES.detached", "ETSI.RFC3161", SHA1_SUB_FILTER})
"""Sub-filters we verify (ISO 32000-1 table 252, ISO 32000-2 table 255); that of SHA-1 is verified and weak."""


@dataclass(frozen=True, slots=True)
class Judging:
    """What every signature of one file is judged with."""

    octets: bytes
    trust: TrustSnapshot
    at: datetime
    cache: SignerCache
    guard: Callable[[Callable[[], Any]], Any]
    """Runs third-party code over hostile input: its value, or None when it raised."""
    revisions: Revisions
    evidence: EmbeddedData = NO_DATA
    """Revocation data of the document security store."""
    is_odd: bool = False
    """The file was repaired, has junk before its header or a signature outside the form, or PDFium cannot open
    it or lists other signatures: ask pyHanko even without later revisions."""
    listed: tuple[Listed, ...] | None = None
    """Signatures as PDFium lists them; None when it was not asked."""
    proven: datetime | None = None
    """Time of a later document timestamp that holds: what it covers is not younger."""


@dataclass(frozen=True, slots=True)
class _Time:
    """When a signature was made, as far as known, and what the token adds."""

    moment: datetime
    source: str
    is_token_unknown: bool = False
    """A token is there, and only missing revocation data keeps us from trusting it."""


def validate_signatures(
    records: Sequence[SignatureRecord], judging: Judging, budget: Budget
) -> tuple[SignatureFacts, ...]:
    """Judge the signatures of one file, in order of revision; at most the last `budget.signatures` of them.

    Signatures beyond the budget are reported as unsupported, never dropped.
    """
    only_there = _only_listed(records, judging.listed)
    if judging.listed is not None and _keys(records) != {tuple(one) for one in judging.listed}:
        judging = replace(judging, is_odd=True)
    measured = sorted(((measure(judging.octets, record), record) for record in records), key=lambda pair: pair[0].end)
    # The latest first: it is the one that vouches for the file as it is, and comparing its revision costs least.
    facts: list[SignatureFacts] = []
    proof: tuple[datetime, int] | None = None
    for geometry, record in reversed(measured):
        if len(facts) >= budget.signatures:
            facts.append(_unsupported(record, geometry))
            continue
        proven = proof[0] if proof is not None and geometry.end <= proof[1] else None
        one = _judge(record, geometry, replace(judging, proven=proven) if proven else judging)
        facts.append(one)
        if one.is_timestamp and one.outcome is Outcome.PASS and one.signing_time:
            proof = (datetime.fromisoformat(one.signing_time), geometry.ranges[0][1])
    return with_later([*facts[::-1], *only_there])


def _keys(records: Sequence[SignatureRecord]) -> set[tuple[Any, ...]]:
    return {(record.contents, record.byte_range or ()) for record in records if record.contents}


def _only_listed(records: Sequence[SignatureRecord], listed: tuple[Listed, ...] | None) -> list[SignatureFacts]:
    """Report signatures that PDFium shows and our reader does not: nobody can say what they sign."""
    known = {record.contents for record in records}
    unknown = {one.contents for one in listed or ()} - known
    return [
        conclude(SignatureFacts(field="", is_supported=False, disagreement=("pdfium:signature:only_there",)))
        for _ in unknown
    ]


def validate_beside(contents: bytes, judging: Judging, sub_filter: str) -> SignatureFacts:
    """Judge a detached CMS that stands beside the octets it covers, all of `judging.octets`; the gate has no say."""
    record = SignatureRecord("", "ETSI.CAdES.detached", contents=contents)
    whole = Geometry(gap_is_signature=True, covers_whole_file=True, ranges=((0, len(judging.octets)),))
    return structs.replace(_judge(record, whole, judging), sub_filter=sub_filter)


def _first_facts(record: SignatureRecord, geometry: Geometry) -> SignatureFacts:
    return SignatureFacts(
        field=record.field,
        sub_filter=record.sub_filter,
        is_timestamp=record.is_timestamp,
        gap_is_signature=geometry.gap_is_signature,
        covers_whole_file=geometry.covers_whole_file,
        covered_octets=geometry.end,
        certification_level=record.certification_level,
        appearance=record.appearance,
    )


def _unsupported(record: SignatureRecord, geometry: Geometry) -> SignatureFacts:
    return conclude(structs.replace(_first_facts(record, geometry), is_supported=False))


def _judge(record: SignatureRecord, geometry: Geometry, judging: Judging) -> SignatureFacts:
    """Collect the claims of one signature, and map them."""
    facts = _first_facts(record, geometry)
    if record.sub_filter not in SUPPORTED:
        return _unsupported(record, geometry)
    content_type, is_detached = "tst_info" if record.is_timestamp else "data", record.sub_filter != SHA1_SUB_FILTER
    parsed: cms.Cms | None = judging.guard(
        lambda: cms.parse_cms(record.contents, content_type=content_type, is_detached=is_detached)
    )
    if parsed is None or not geometry.ranges:
        return conclude(facts)
    facts = structs.replace(facts, digest_algorithm=parsed.digest_algorithm)
    signer: Signer | None = judging.guard(lambda: judging.cache.find_signer(parsed, judging.trust))
    digest, facts = _with_digest(facts, parsed, geometry, judging)
    if signer is None:
        return conclude(structs.replace(facts, chain=Outcome.FAIL), missing_signer=True)
    facts = _with_signer(facts, parsed, signer, judging)
    facts = _with_second_opinion(facts, parsed, signer, digest, judging)
    time = _signing_time(record, parsed, judging)
    chain: Chain | None = judging.guard(
        lambda: judging.cache.chain(parsed, judging.trust, time.moment, at=judging.at, is_stamper=record.is_timestamp)
    )
    facts, chain = _with_chain(facts, chain, signer, time, _Embedded(parsed, judging))
    opinion = None
    if digest is not None and (judging.is_odd or geometry.repeats_entries or not geometry.covers_whole_file):
        opinion = _review(record, facts, digest, judging)
        facts = structs.replace(
            facts, modification=opinion.modification, disagreement=(*facts.disagreement, *opinion.disagreement)
        )
    is_proven = time.source == "timestamp"
    # Nothing but a later one proves the time of a document timestamp whose maker's certificate has run out.
    is_covered = judging.proven is not None if record.is_timestamp else is_proven
    return conclude(
        facts,
        chain=chain,
        opinion=opinion,
        is_expired=judging.at > _last_moment(signer, chain) and not is_covered,
        is_early=is_proven and time.moment < signer.not_before - CLOCK_SKEW and not record.is_timestamp,
        is_token_unknown=time.is_token_unknown,
    )


def _last_moment(signer: Signer, chain: Chain | None) -> datetime:
    """When the certificate, or one above it, or the use of its anchor ended: later a time must be proven.

    Whoever took the key of an authority that was given up would claim a time when it was not.
    """
    if chain is None or chain.outcome is not Outcome.PASS:
        return signer.not_after
    return min(signer.not_after, chain.valid_to)


def _review(record: SignatureRecord, facts: SignatureFacts, digest: bytes, judging: Judging) -> SecondOpinion:
    """Ask pyHanko about the whole file; it leaves the sub-filter of SHA-1 out of its list."""
    if record.sub_filter == SHA1_SUB_FILTER:
        return UNKNOWN
    return judging.revisions.review(record, facts.digest_algorithm, digest)


def _with_second_opinion(
    facts: SignatureFacts, parsed: cms.Cms, signer: Signer, digest: bytes | None, judging: Judging
) -> SignatureFacts:
    """Compare with what pyHanko says of the CMS, as far as we could check it ourselves."""
    if digest is None or facts.is_cryptographically_valid is None:
        return facts
    if facts.is_timestamp or facts.sub_filter == SHA1_SUB_FILTER:
        digest = cms.digest_of([memoryview(parsed.content)], parsed.digest_algorithm)
    is_valid = facts.is_cryptographically_valid and facts.is_certificate_bound is not False
    claims = (digest == parsed.message_digest, is_valid)
    differs = second_opinion.differences(parsed, digest, signer.der, claims, judging.guard)
    return structs.replace(facts, disagreement=differs) if differs else facts


def _with_digest(
    facts: SignatureFacts, parsed: cms.Cms, geometry: Geometry, judging: Judging
) -> tuple[bytes | None, SignatureFacts]:
    """Digest the covered octets and compare; for a document timestamp the imprint is what was stamped."""
    expected, algorithm = parsed.message_digest, parsed.digest_algorithm
    if facts.is_timestamp:
        stamp: cms.Stamp | None = judging.guard(lambda: cms.parse_stamp(parsed))
        if stamp is None or cms.digest_of([memoryview(parsed.content)], algorithm) != parsed.message_digest:
            return None, structs.replace(facts, is_intact=False)
        expected, algorithm = stamp.imprint, stamp.digest_algorithm
        facts = structs.replace(facts, digest_algorithm=algorithm)
    elif facts.sub_filter == SHA1_SUB_FILTER:  # ISO 32000-1 table 252: the content is the SHA-1 digest of the ranges
        if cms.digest_of([memoryview(parsed.content)], algorithm) != parsed.message_digest:
            return None, structs.replace(facts, is_intact=False)
        expected, algorithm = parsed.content, "sha1"
        facts = structs.replace(facts, digest_algorithm=algorithm)
    view = memoryview(judging.octets)
    digest: bytes | None = judging.guard(
        lambda: cms.digest_of((view[start:end] for start, end in geometry.ranges), algorithm)
    )
    return digest, structs.replace(facts, is_intact=None if digest is None else digest == expected)


def _with_signer(facts: SignatureFacts, parsed: cms.Cms, signer: Signer, judging: Judging) -> SignatureFacts:
    """Add who signed, the cryptographic check, and whether the algorithms hold."""
    is_bound = judging.guard(lambda: (cms.names_certificate(parsed, signer.der),))
    is_valid = judging.guard(lambda: cms.verify(parsed, signer.public_key))
    is_weak = judging.guard(lambda: cms.is_weak(parsed, signer.public_key))
    return structs.replace(
        facts,
        is_cryptographically_valid=is_valid,
        # One that cannot be read binds another: the signer meant to name somebody (RFC 5035 section 2).
        is_certificate_bound=is_bound[0] if is_bound else False,
        is_weak_algorithm=is_weak is not False or facts.digest_algorithm not in cms.STRONG_DIGESTS,
        signer_subject=signer.subject,
        signer_common_name=signer.common_name,
        signer_organisation=signer.organisation,
        signer_serial=signer.serial,
        signer_fingerprint=signer.fingerprint,
        signer_mailboxes=signer.mailboxes,
        signer_uid=signer.uids[0] if signer.uids else "",
        signer_uids=signer.uids,
        signer_units=signer.units,
        signer_places=tuple(filter(None, signer.places)),
        signer_kind=signer.kind,
    )


def _signing_time(record: SignatureRecord, parsed: cms.Cms, judging: Judging) -> _Time:
    """Know when it was signed: a trusted token, a later document timestamp, what the signer claims, or now."""
    if record.is_timestamp:
        stamp: cms.Stamp | None = judging.guard(lambda: cms.parse_stamp(parsed))
        return _Time(stamp.time, "timestamp") if stamp else _Time(judging.at, "none")
    is_unknown = False
    if parsed.token:
        trusted = judging.guard(lambda: _trusted_stamp(parsed, judging))
        if isinstance(trusted, datetime):
            return _Time(trusted, "timestamp")
        is_unknown = trusted is Outcome.TEMPERROR
    if judging.proven is not None:
        return _Time(judging.proven, "timestamp")
    claimed = claimed_time(record, parsed)
    if claimed is not None and claimed > judging.at + CLOCK_SKEW:
        claimed -= OFFSET  # some signing tools write local time and mark it UTC
    if claimed is None or claimed > judging.at + CLOCK_SKEW:
        return _Time(judging.at, "none", is_unknown)
    return _Time(claimed, "claimed", is_unknown)


def _trusted_stamp(parsed: cms.Cms, judging: Judging) -> datetime | Outcome:
    """Validate a signature time-stamp token on its own; its time, or why it does not count.

    A weak or broken token takes nothing from the signature: it only proves no time.
    """
    token = cms.parse_cms(parsed.token, content_type="tst_info")
    stamp = cms.parse_stamp(token)
    signer = judging.cache.find_signer(token, judging.trust)
    if signer is None or cms.is_weak(token, signer.public_key) or stamp.digest_algorithm not in cms.STRONG_DIGESTS:
        return Outcome.FAIL
    is_sound = (
        cms.digest_of([memoryview(parsed.signature)], stamp.digest_algorithm) == stamp.imprint
        and cms.digest_of([memoryview(token.content)], token.digest_algorithm) == token.message_digest
        and cms.names_certificate(token, signer.der) is not False
        and cms.verify(token, signer.public_key)
        and not second_opinion.differences(token, token.message_digest, signer.der, (True, True), judging.guard)
        and signer.not_before - CLOCK_SKEW <= stamp.time <= judging.at + CLOCK_SKEW
        and judging.at <= signer.not_after
    )
    chain = judging.cache.chain(token, judging.trust, stamp.time, at=judging.at, is_stamper=True)
    if not is_sound or chain.outcome is not Outcome.PASS:
        return Outcome.FAIL
    # Nothing proves the token's own time, so its maker's certificate must be good now.
    _, revocation, _ = _Embedded(token, judging).weigh(chain, _Time(judging.at, "none"))
    return stamp.time if revocation in {Outcome.PASS, Outcome.NONE} else revocation


def _revocation(chain: Chain, judging: Judging) -> Outcome:
    """Judge revocation regardless of signing time: FAIL means some certificate of the path is revoked."""
    if judging.trust.revocation == "off":
        return Outcome.NONE
    if chain.revoked_at is not None:
        return Outcome.FAIL
    if chain.fresh_until is None or chain.fresh_until < judging.at:
        return Outcome.TEMPERROR if judging.trust.revocation == "require" else Outcome.NONE
    return Outcome.PASS


def _validity(signer: Signer, moment: datetime, at: datetime) -> Outcome:
    """Compare a signing time with the dates of the certificate; clocks may differ by CLOCK_SKEW.

    A certificate that begins in a moment was made by a clock ahead of ours: a later try will find it begun.
    """
    if not signer.not_before - CLOCK_SKEW <= moment <= signer.not_after:
        return Outcome.FAIL
    return Outcome.TEMPERROR if at < signer.not_before else Outcome.PASS


@dataclass(frozen=True, slots=True)
class _Embedded:
    """What one signature brings along of revocation data, weighed when configured lists leave the question open."""

    parsed: cms.Cms
    judging: Judging

    def weigh(self, chain: Chain, time: _Time) -> tuple[Chain, Outcome, str]:
        """Judge revocation from configured lists, then with what is embedded; with the source of the answer."""
        judging = self.judging
        found = _revocation(chain, judging)
        if judging.trust.revocation == "off" or found in {Outcome.PASS, Outcome.FAIL}:
            return chain, found, "" if found is Outcome.NONE else "configured"
        data = judging.evidence + (judging.guard(lambda: data_of(self.parsed)) or NO_DATA)
        # What nobody proved may have been signed just now, so the certificate must be good now. Of a proven time a
        # configured list may speak that has run out since.
        is_proven = time.source == "timestamp"
        instant = time.moment if is_proven else judging.at
        sources = (("configured", NO_DATA, is_proven), ("embedded", data, bool(data)))
        for source, brought in ((source, brought) for source, brought, is_asked in sources if is_asked):
            weighed = judging.guard(partial(weigh, brought, chain.path, judging.cache.lists, instant, judging.at))
            if weighed is not None and weighed.revoked_at is not None:
                chain = replace(chain, revoked_at=weighed.revoked_at, revocation_reason=weighed.reason)
                return chain, Outcome.FAIL, source
            if weighed is not None and weighed.is_known:
                return chain, Outcome.PASS, source
        judging.cache.await_answer(chain)
        return chain, found, ""


def _with_chain(
    facts: SignatureFacts, chain: Chain | None, signer: Signer, time: _Time, embedded: _Embedded
) -> tuple[SignatureFacts, Chain | None]:
    """Add chain, dates and revocation as of the signing time."""
    facts = structs.replace(
        facts,
        signing_time=None if time.source == "none" else time.moment.astimezone(UTC).isoformat(),
        signing_time_source=time.source,
        certificate_validity=_validity(signer, time.moment, embedded.judging.at),
        chain=Outcome.PERMERROR if chain is None else chain.outcome,
    )
    if chain is None or chain.outcome is not Outcome.PASS:
        return structs.replace(facts, trust_list=chain.trust_list if chain else ""), chain
    chain, revocation, source = embedded.weigh(chain, time)
    # Revoked after a proven signing time: the signature stands (EN 319 102-1 section 5.5, POE).
    is_proven = time.source == "timestamp" and chain.revoked_at is not None and time.moment < chain.revoked_at
    if revocation is Outcome.FAIL and is_proven:
        revocation = Outcome.PASS
    return structs.replace(
        facts,
        trust_list=chain.trust_list,
        revocation=revocation,
        revocation_reason=chain.revocation_reason,
        revocation_source=source,
    ), chain
