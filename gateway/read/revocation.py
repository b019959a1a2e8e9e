"""Revocation lists of a trust snapshot (RFC 5280 section 5): parsed once, verified once, looked up by serial.

Parsed lists stay in memory; looking one serial up in a list of 50,000 costs some milliseconds, once a signer.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.read.cms import PublicKey
    from gateway.values.trust import TrustSnapshot

_NAME_CHARACTERS = 160
"""Of an authority's name, for an operator to read."""
END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class RevocationLists:
    """The lists of one snapshot by issuer name."""

    def __init__(self, crls_der: Iterable[bytes]) -> None:
        """Parse.

        Raises:
            ValueError: a list cannot be read; `edge.trust` lets none through.
        """
        self._crls: dict[bytes, list[x509.CertificateRevocationList]] = {}
        for der in crls_der:
            crl = x509.load_der_x509_crl(der)
            self._crls.setdefault(crl.issuer.public_bytes(), []).append(crl)
        self._genuine: dict[tuple[int, bytes], bool] = {}

    def find(self, issuer: x509.Certificate, *, is_authority: bool, at: datetime) -> Any:
        """Find the newest usable CRL signed by this very issuer key, or None."""
        best = None
        for crl in self._crls.get(issuer.subject.public_bytes(), ()):
            if crl.last_update_utc > at or not _is_whole(crl, is_authority=is_authority):
                continue
            if (best is None or crl.last_update_utc > best.last_update_utc) and self._is_genuine(crl, issuer):
                best = crl
        return best

    def _is_genuine(self, crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
        key = (id(crl), issuer.fingerprint(hashes.SHA256()))
        if key not in self._genuine:
            self._genuine[key] = _is_signed_by(crl, issuer.public_key())
        return self._genuine[key]


def _is_signed_by(crl: x509.CertificateRevocationList, key: PublicKey) -> bool:
    """Verify a list. The oldest hierarchy still signs its lists with SHA-1, which cryptography's own check refuses.

    A SHA-1 list is accepted: a collision needs the authority to sign what an attacker chose.
    """
    try:
        algorithm = crl.signature_hash_algorithm
        if not isinstance(algorithm, hashes.SHA1):
            return crl.is_signature_valid(key)  # type: ignore[arg-type]  # refuses keys that cannot sign
        return verify_octets(crl.tbs_certlist_bytes, crl.signature, algorithm, key)
    except (UnsupportedAlgorithm, TypeError, ValueError):
        return False


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


def _is_whole(crl: x509.CertificateRevocationList, *, is_authority: bool) -> bool:
    """Does the list cover every certificate of its issuer of this kind (RFC 5280 section 5.2.5)?"""
    for extension in crl.extensions:
        value = extension.value
        if isinstance(value, x509.IssuingDistributionPoint):
            is_other = value.only_contains_user_certs if is_authority else value.only_contains_ca_certs
            if is_other or value.indirect_crl or value.only_contains_attribute_certs or value.only_some_reasons:
                return False
        elif extension.critical or isinstance(value, x509.DeltaCRLIndicator):
            return False
    return True


def look_up(
    lists: RevocationLists, certificates: list[x509.Certificate], at: datetime
) -> tuple[datetime | None, str, datetime | None]:
    """Look every certificate below the anchor up.

    Args:
        lists: the lists of the snapshot.
        certificates: the path, anchor first.
        at: now; lists issued later do not count.

    Returns:
        Earliest revocation and its reason (RFC 5280 section 5.3.1), None and empty when none is revoked; and until
        when all of that is fresh, None when some certificate has no list.
    """
    fresh_until: datetime | None = END_OF_TIME
    revoked: tuple[datetime, str] | None = None
    last = len(certificates) - 1
    for place in range(1, len(certificates)):
        issuer, certificate = certificates[place - 1], certificates[place]
        crl = lists.find(issuer, is_authority=place < last, at=at)
        if crl is None or crl.next_update_utc is None:
            fresh_until = None
            continue
        if fresh_until is not None:
            fresh_until = min(fresh_until, crl.next_update_utc)
        entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None and (revoked is None or entry.revocation_date_utc < revoked[0]):
            revoked = (entry.revocation_date_utc, reason_of(entry))
    return (revoked[0] if revoked else None), (revoked[1] if revoked else ""), fresh_until


def authorities_without_list(trust: TrustSnapshot, at: datetime) -> Iterator[tuple[str, datetime | None]]:
    """Name the authorities in force that have no fresh list, and when their newest one ended; None without any."""
    lists = RevocationLists(trust.crls_der)
    roots = ((anchor.certificate_der, True) for anchor in trust.anchors)
    for der, is_authority in (*roots, *((der, False) for der in trust.intermediates_der)):
        issuer = x509.load_der_x509_certificate(der)
        crl = lists.find(issuer, is_authority=is_authority, at=at)
        ended = crl.next_update_utc if crl is not None else None
        if issuer.not_valid_after_utc >= at and (ended is None or ended < at):
            yield issuer.subject.rfc4514_string()[:_NAME_CHARACTERS], ended


def reason_of(entry: x509.RevokedCertificate) -> str:
    """Name why an entry was revoked (RFC 5280 section 5.3.1)."""
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except (x509.ExtensionNotFound, ValueError):
        return "unspecified"
