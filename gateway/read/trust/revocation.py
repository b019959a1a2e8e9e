"""Revocation lists and responses of a trust snapshot (RFC 5280 section 5): parsed, verified and indexed once.

A list of 50,000 is parsed, verified and indexed by `prepare` before workers are forked, so that they share it: a
message then costs a look into a set.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from gateway.read.trust.ocsp_answers import CLOCK_SKEW, UNREADABLE, Answer, responses_answer, serials_of, verify_octets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.read.cms.structure import PublicKey

END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class RevocationLists:
    """The lists of one snapshot by issuer name, and its responses by serial number."""

    def __init__(self, crls_der: Iterable[bytes], responses_der: Iterable[bytes] = ()) -> None:
        """Parse.

        Raises:
            ValueError: a list or response cannot be read; `edge.trust` lets none through.
        """
        self._crls: dict[bytes, list[x509.CertificateRevocationList]] = {}
        for der in crls_der:
            crl = x509.load_der_x509_crl(der)
            self._crls.setdefault(crl.issuer.public_bytes(), []).append(crl)
        self._responses: dict[int, list[bytes]] = {}
        for der in responses_der:
            for serial in serials_of(der):
                self._responses.setdefault(serial, []).append(der)
        self._genuine: dict[tuple[int, bytes], bool] = {}
        self._serials: dict[int, frozenset[int]] = {}
        """Of prepared lists, by identity."""

    def prepare(self, authorities: Iterable[x509.Certificate]) -> None:
        """Verify and index the lists of these authorities now, not with the first signer who needs one."""
        for issuer in authorities:
            for crl in self.genuine(issuer):
                self._serials[id(crl)] = frozenset(entry.serial_number for entry in crl)

    def genuine(self, issuer: x509.Certificate) -> list[x509.CertificateRevocationList]:
        """List what this very issuer key signed; of one name there may be several generations."""
        return [crl for crl in self._crls.get(issuer.subject.public_bytes(), ()) if self._is_genuine(crl, issuer)]

    def find(
        self, issuer: x509.Certificate, certificate: x509.Certificate, *, is_authority: bool, at: datetime
    ) -> x509.CertificateRevocationList | None:
        """Find the newest usable list for a certificate, or None; one just issued by a clock ahead of ours counts."""
        best = None
        for crl in self._crls.get(issuer.subject.public_bytes(), ()):
            if crl.last_update_utc > at + CLOCK_SKEW or not is_whole(crl, is_authority=is_authority):
                continue
            is_newer = best is None or crl.last_update_utc > best.last_update_utc
            if is_newer and _covers(crl, certificate) and self._is_genuine(crl, issuer):
                best = crl
        return best

    def answers(
        self, issuer: x509.Certificate, certificate: x509.Certificate, *, is_authority: bool, at: datetime
    ) -> Iterator[Answer]:
        """Yield what the newest list and every response say of a certificate."""
        crl = self.find(issuer, certificate, is_authority=is_authority, at=at)
        if crl is not None:
            entry = self._entry(crl, certificate.serial_number)
            words = (entry.revocation_date_utc, reason_of(entry)) if entry is not None else (None, "")
            yield Answer(crl.last_update_utc, crl.next_update_utc, *words)
        yield from responses_answer(self._responses.get(certificate.serial_number, ()), issuer, certificate, at)

    def _entry(self, crl: x509.CertificateRevocationList, serial: int) -> x509.RevokedCertificate | None:
        serials = self._serials.get(id(crl))
        if serials is not None and serial not in serials:
            return None
        return crl.get_revoked_certificate_by_serial_number(serial)

    def _is_genuine(self, crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
        key = (id(crl), issuer.fingerprint(hashes.SHA256()))
        if key not in self._genuine:
            self._genuine[key] = is_list_signed_by(crl, issuer.public_key())
        return self._genuine[key]


def open_list(der: bytes) -> x509.CertificateRevocationList:
    """Read a list with all of it that is asked later, for the library reads most only then.

    Raises:
        ValueError, x509.InvalidVersion and their like (`UNREADABLE`): some of it cannot be read.
    """
    crl = x509.load_der_x509_crl(der)
    for part in ("issuer", "extensions", "last_update_utc", "next_update_utc", "signature_algorithm_oid"):
        getattr(crl, part)
    return crl


def is_list_signed_by(crl: x509.CertificateRevocationList, key: Any) -> bool:
    """Verify a list. The oldest hierarchy still signs its lists with SHA-1, which cryptography's own check refuses.

    A SHA-1 list is accepted: a collision needs the authority to sign what an attacker chose.
    """
    verified: PublicKey = key
    try:
        algorithm = crl.signature_hash_algorithm
        if not isinstance(algorithm, hashes.SHA1):
            return crl.is_signature_valid(verified)  # type: ignore[arg-type]  # refuses keys that cannot sign
        return verify_octets(crl.tbs_certlist_bytes, crl.signature, algorithm, verified)
    except (UnsupportedAlgorithm, TypeError, ValueError):
        return False


def is_whole(crl: x509.CertificateRevocationList, *, is_authority: bool) -> bool:
    """Does the list cover every certificate of its issuer of this kind (RFC 5280 section 5.2.5)?

    A list that is one of several by distribution point counts here; `find` asks whose it is. One whose extensions
    cannot be read does not.
    """
    try:
        extensions = crl.extensions
    except UNREADABLE:
        return False
    for extension in extensions:
        value = extension.value
        if isinstance(value, x509.IssuingDistributionPoint):
            is_other = value.only_contains_user_certs if is_authority else value.only_contains_ca_certs
            if is_other or value.indirect_crl or value.only_contains_attribute_certs or value.only_some_reasons:
                return False
        elif extension.critical or isinstance(value, x509.DeltaCRLIndicator):
            return False
    return True


def _covers(crl: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Is the certificate one of those a partitioned list speaks of (RFC 5280 section 6.3.3, b.2.i)?"""
    try:
        point = crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return True
    if point.relative_name is not None:
        return False
    return not point.full_name or not set(point.full_name).isdisjoint(_own_points(certificate))


def _own_points(certificate: x509.Certificate) -> Iterator[x509.GeneralName]:
    """Yield the names of the distribution points a certificate names."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return
    for point in points:
        yield from point.full_name or ()


def look_up(
    lists: RevocationLists, certificates: list[x509.Certificate], at: datetime
) -> tuple[datetime | None, str, datetime | None]:
    """Look every certificate below the anchor up.

    Args:
        lists: the lists and responses of the snapshot.
        certificates: the path, anchor first.
        at: now; data issued later, by more than CLOCK_SKEW, does not count.

    Returns:
        Earliest revocation and its reason (RFC 5280 section 5.3.1), None and empty when none is revoked; and until
        when all of that is fresh, None when some certificate has no answer.
    """
    fresh_until: datetime | None = END_OF_TIME
    revoked: tuple[datetime, str] | None = None
    last = len(certificates) - 1
    for place in range(1, len(certificates)):
        issuer, certificate = certificates[place - 1], certificates[place]
        known = list(lists.answers(issuer, certificate, is_authority=place < last, at=at))
        until = max((answer.until for answer in known if answer.until is not None), default=None)
        fresh_until = None if fresh_until is None or until is None else min(fresh_until, until)
        for answer in known:
            if answer.revoked_at is not None and (revoked is None or answer.revoked_at < revoked[0]):
                revoked = (answer.revoked_at, answer.reason)
    return (revoked[0] if revoked else None), (revoked[1] if revoked else ""), fresh_until


def find_number(crl: x509.CertificateRevocationList) -> int | None:
    """Find the number of a list (RFC 5280 section 5.2.3)."""
    try:
        return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except (x509.ExtensionNotFound, *UNREADABLE):
        return None


def reason_of(entry: x509.RevokedCertificate) -> str:
    """Name why an entry was revoked (RFC 5280 section 5.3.1)."""
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return "unspecified"
