"""Revocation data a document brings along: CRLs and OCSP responses of its security store and of its CMS.

Such data is as good as its signature: an answer counts when the issuer of the certificate, or a responder that
issuer appointed, signed it (RFC 5280, RFC 6960). It is asked only when the configured lists leave a question open,
and it must speak of the instant that matters, or an attacker would bring along old lists with an old date.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asn1crypto.pdf  # registers the Adobe attribute with the CMS types
from asn1crypto import keys, parser
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.read.revocation import RevocationLists, reason_of, verify_octets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from gateway.read.cms import Cms

assert asn1crypto.pdf
MAX_ITEMS = 32
"""Lists, and responses, taken from one place; a chain of three with two time-stamps needs ten."""
MAX_OCTETS = 4_000_000
"""Of one list or response; the largest revocation lists of national authorities are some megabytes."""
_SINGLES = 8
"""Answers in one OCSP response."""
_CLOCK_SKEW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class EmbeddedData:
    """Lists and responses as they stand in a file, nothing verified."""

    crls: tuple[bytes, ...] = ()
    responses: tuple[bytes, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.crls or self.responses)

    def __add__(self, other: EmbeddedData) -> EmbeddedData:
        return EmbeddedData(self.crls + other.crls, self.responses + other.responses)


NO_DATA = EmbeddedData()


@dataclass(frozen=True, slots=True)
class Weighed:
    """What all data together says of a path."""

    is_known: bool = False
    """Every certificate below the anchor has an answer for the instant that matters."""
    revoked_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one list or response says of one certificate."""

    since: datetime
    until: datetime | None
    revoked_at: datetime | None = None
    reason: str = ""


def data_of(parsed: Cms) -> EmbeddedData:
    """Take the data of a CMS: adbe-revocationInfoArchival (ISO 32000-1 section 12.8.3.3.2) and its set of CRLs.

    Raises:
        ValueError, TypeError, KeyError: asn1crypto met something it cannot read.
    """
    crls = [choice.chosen for choice in parsed.signed_data["crls"] or () if choice.name == "crl"]
    responses: list[Any] = []
    for attribute in parsed.signer_info["signed_attrs"]:
        if attribute["type"].native == "adobe_revocation_info_archival":
            archive = attribute["values"][0]
            crls += list(archive["crl"] or ())
            responses += list(archive["ocsp"] or ())
    return bounded(map(_encoded, crls), map(_encoded, responses))


def _encoded(thing: Any) -> bytes:
    return bytes(parser.emit(0, 1, 16, thing.contents))


def bounded(crls: Iterable[bytes], responses: Iterable[bytes]) -> EmbeddedData:
    """Keep what is within the limits."""
    return EmbeddedData(
        *(tuple(der for der in kind if 0 < len(der) <= MAX_OCTETS)[:MAX_ITEMS] for kind in (crls, responses))
    )


def weigh(
    data: EmbeddedData, path: Sequence[x509.Certificate], configured: RevocationLists, instant: datetime, at: datetime
) -> Weighed:
    """Weigh embedded data together with the configured lists.

    Args:
        data: as it stands in the file.
        path: the certificates, anchor first.
        configured: lists of the trust folder.
        instant: when the certificates must have been good: a proven signing time, else now.
        at: now; data from later does not count.
    """
    lists = RevocationLists(_readable(data.crls))
    is_known = len(path) > 1
    revoked: tuple[datetime, str] | None = None
    for place in range(1, len(path)):
        issuer, certificate = path[place - 1], path[place]
        answers = [
            *_listed((configured, lists), issuer, certificate, is_authority=place < len(path) - 1, at=at),
            *_responded(data.responses, issuer, certificate, at),
        ]
        for answer in answers:
            if answer.revoked_at is not None and (revoked is None or answer.revoked_at < revoked[0]):
                revoked = (answer.revoked_at, answer.reason)
        is_known = is_known and any(_speaks_of(answer, instant, certificate) for answer in answers)
    return Weighed(is_known, *revoked) if revoked else Weighed(is_known)


def _readable(crls: Iterable[bytes]) -> Iterator[bytes]:
    for der in crls:
        try:
            x509.load_der_x509_crl(der)
        except (ValueError, TypeError):
            continue
        yield der


def _speaks_of(answer: _Answer, instant: datetime, certificate: x509.Certificate) -> bool:
    """Does an answer tell whether the certificate was good at the instant?

    One from later does, as long as the certificate had not expired, for lists drop expired ones; one from before
    does while it is fresh.
    """
    if answer.since >= instant:
        return answer.since <= certificate.not_valid_after_utc
    return answer.until is not None and instant <= answer.until


def _listed(
    known: Iterable[RevocationLists], issuer: x509.Certificate, certificate: x509.Certificate, *, is_authority: bool,
    at: datetime,
) -> Iterator[_Answer]:  # fmt: skip
    for lists in known:
        crl = lists.find(issuer, is_authority=is_authority, at=at)
        if crl is not None:
            entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
            words = (entry.revocation_date_utc, reason_of(entry)) if entry is not None else (None, "")
            yield _Answer(crl.last_update_utc, crl.next_update_utc, *words)


def _responded(
    responses: Iterable[bytes], issuer: x509.Certificate, certificate: x509.Certificate, at: datetime
) -> Iterator[_Answer]:
    for der in responses:
        try:
            response = ocsp.load_der_ocsp_response(der)
            if response.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL:
                yield from _answers(response, issuer, certificate, at)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue  # one that cannot be read says nothing


def _answers(
    response: ocsp.OCSPResponse, issuer: x509.Certificate, certificate: x509.Certificate, at: datetime
) -> Iterator[_Answer]:
    """Yield what a response says of the certificate, once its signature was verified."""
    singles = [one for _, one in zip(range(_SINGLES), response.responses, strict=False)]
    own = [one for one in singles if one.serial_number == certificate.serial_number and _names(one, issuer)]
    if not own or not _is_genuine(response, issuer, own[0].this_update_utc):
        return
    for one in own:
        if one.this_update_utc > at + _CLOCK_SKEW:
            continue
        if one.certificate_status is ocsp.OCSPCertStatus.REVOKED:
            why = one.revocation_reason.value if one.revocation_reason else "unspecified"
            yield _Answer(one.this_update_utc, one.next_update_utc, one.revocation_time_utc, why)
        elif one.certificate_status is ocsp.OCSPCertStatus.GOOD:
            yield _Answer(one.this_update_utc, one.next_update_utc)


def _names(single: ocsp.OCSPSingleResponse, issuer: x509.Certificate) -> bool:
    """Does the answer name this issuer, by name and key (RFC 6960 section 4.1.1)?"""
    algorithm = single.hash_algorithm.name
    info = keys.PublicKeyInfo.load(issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    bits = info["public_key"].contents[1:]
    return (
        single.issuer_name_hash == hashlib.new(algorithm, issuer.subject.public_bytes()).digest()
        and single.issuer_key_hash == hashlib.new(algorithm, bits).digest()
    )


def _is_genuine(response: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime) -> bool:
    """Was the response signed by the issuer, or by a responder it appointed (RFC 6960 section 4.2.2.2)?"""
    signers = [issuer, *(one for one in response.certificates[:4] if _is_appointed(one, issuer, at))]
    algorithm = response.signature_hash_algorithm
    return any(
        verify_octets(response.tbs_response_bytes, response.signature, algorithm, signer.public_key())
        for signer in signers
    )


def _is_appointed(responder: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    try:
        purposes = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        responder.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
    is_within = responder.not_valid_before_utc <= at <= responder.not_valid_after_utc
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes and is_within
