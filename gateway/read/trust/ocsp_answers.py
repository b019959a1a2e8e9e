"""OCSP responses (RFC 6960): what one says of a certificate, once its signature was verified.

A response counts when the issuer of the certificate signed it, or a responder that this issuer appointed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from asn1crypto import keys
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cryptography.hazmat.primitives import hashes

    from gateway.read.cms.structure import PublicKey

UNREADABLE = (
    ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)  # fmt: skip
"""What certificates, lists and responses raise when they, or only some part asked for later, cannot be read."""
CLOCK_SKEW = timedelta(minutes=10)
"""How far other clocks may differ from ours: of authorities (thisUpdate, notBefore), of time-stampers (genTime), of
signers. A retry after a deferral comes later than that."""
FRESH_WITHOUT_END = timedelta(hours=4)
"""A response without nextUpdate says that newer is always to be had (RFC 6960 section 2.4); the sender's retry after
a deferral comes within that, and lists that hold for a day say less."""
_DIGESTS = frozenset({"sha256", "sha384", "sha512"})
"""Of the responder's signature. Not SHA-1: whoever asks chooses octets of the response (the nonce, RFC 6960 section
4.4.1), and so could make two collide; of a list nobody chooses anything."""
_SINGLES = 8
"""Answers in one response."""
_CERTIFICATES = 4
"""Responders' certificates tried in one response."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one list or response says of one certificate."""

    since: datetime
    until: datetime | None
    """When a newer one was promised; None when it cannot be fresh."""
    revoked_at: datetime | None = None
    reason: str = ""
    """Word of RFC 5280 section 5.3.1; empty when not revoked."""


def verify_octets(octets: bytes, signature: bytes, algorithm: hashes.HashAlgorithm | None, key: PublicKey) -> bool:
    """Verify PKCS#1 v1.5 or ECDSA over octets; False for other keys and schemes."""
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm is not None:
            key.verify(signature, octets, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm is not None:
            key.verify(signature, octets, ec.ECDSA(algorithm))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
    return True


def responses_answer(
    responses: Iterable[bytes], issuer: x509.Certificate, certificate: x509.Certificate, at: datetime
) -> Iterator[Answer]:
    """Yield what genuine responses, DER each, say of a certificate; those from after `at` do not count."""
    for der in responses:
        try:
            response = ocsp.load_der_ocsp_response(der)
            if response.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL:
                yield from _answers(response, issuer, certificate, at)
        except UNREADABLE:
            continue  # one that cannot be read says nothing


def serials_of(der: bytes) -> tuple[int, ...]:
    """List the serial numbers one response speaks of.

    Raises:
        ValueError: it cannot be read, or the responder had no answer.
    """
    response = ocsp.load_der_ocsp_response(der)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise ValueError("the responder had no answer")
    return tuple(one.serial_number for _, one in zip(range(_SINGLES), response.responses, strict=False))


def end_of(der: bytes) -> datetime:
    """Give the instant after which nothing of a response is fresh.

    Raises:
        ValueError: it cannot be read, or the responder had no answer.
    """
    serials_of(der)
    singles = zip(range(_SINGLES), ocsp.load_der_ocsp_response(der).responses, strict=False)
    return max(one.next_update_utc or one.this_update_utc + FRESH_WITHOUT_END for _, one in singles)


def _answers(
    response: ocsp.OCSPResponse, issuer: x509.Certificate, certificate: x509.Certificate, at: datetime
) -> Iterator[Answer]:
    singles = [one for _, one in zip(range(_SINGLES), response.responses, strict=False)]
    own = [one for one in singles if one.serial_number == certificate.serial_number and _names(one, issuer)]
    end = _end_of_signer(response, issuer, own[0].this_update_utc) if own else None
    if end is None:
        return
    for one in own:
        since = one.this_update_utc
        until = min(one.next_update_utc or since + FRESH_WITHOUT_END, end)
        if since > at + CLOCK_SKEW:
            continue
        if one.certificate_status is ocsp.OCSPCertStatus.REVOKED:
            why = one.revocation_reason.value if one.revocation_reason else "unspecified"
            yield Answer(since, until, one.revocation_time_utc, why)
        elif one.certificate_status is ocsp.OCSPCertStatus.GOOD:
            yield Answer(since, until)


def _names(single: ocsp.OCSPSingleResponse, issuer: x509.Certificate) -> bool:
    """Does the answer name this issuer, by name and key (RFC 6960 section 4.1.1)?"""
    algorithm = single.hash_algorithm.name
    info = keys.PublicKeyInfo.load(issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    bits = info["public_key"].contents[1:]
    return (
        single.issuer_name_hash == hashlib.new(algorithm, issuer.subject.public_bytes()).digest()
        and single.issuer_key_hash == hashlib.new(algorithm, bits).digest()
    )


def _end_of_signer(response: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime) -> datetime | None:
    """Tell when the certificate of whoever signed ends: the issuer, or a responder it appointed; None for others.

    Nothing is fresh beyond that, or the old key of a responder could date an answer back and let it hold for ever (RFC
    6960 section 4.2.2.2).
    """
    algorithm = response.signature_hash_algorithm
    if algorithm is None or algorithm.name not in _DIGESTS:
        return None
    appointed = (one for one in response.certificates[:_CERTIFICATES] if _is_appointed(one, issuer, at))
    for signer in (issuer, *appointed):
        key: Any = signer.public_key()
        if verify_octets(response.tbs_response_bytes, response.signature, algorithm, key):
            return signer.not_valid_after_utc
    return None


def _is_appointed(responder: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    try:
        purposes = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        responder.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, InvalidSignature, *UNREADABLE):
        return False
    is_within = responder.not_valid_before_utc <= at <= responder.not_valid_after_utc
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes and is_within
