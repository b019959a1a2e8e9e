"""Authorities of a trust snapshot: their dates, their newest lists, and where their certificates say to fetch more.

For `congthu check`, `congthu trust`, the metrics and the trust service; judging a signature is `read.trust.chains`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import AuthorityInformationAccessOID

from gateway.read.trust.ocsp_answers import CLOCK_SKEW, UNREADABLE, verify_octets
from gateway.read.trust.revocation import RevocationLists, is_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from gateway.values.trust import TrustSnapshot

_NAME_CHARACTERS = 160
"""Of an authority's name, for an operator to read."""
_ADDRESSES = 4
"""Taken from one distribution point, or from one certificate's list of responders."""
_POINTS = 4
_ADDRESS_CHARACTERS = 500
_SCHEMES = ("http://", "https://")
_LONGEST_PATH = 8


@dataclass(frozen=True, slots=True)
class Authority:
    """One anchor or intermediate and the newest list there is of it at one instant."""

    certificate: x509.Certificate
    trust_list: str
    """Of the anchor it ends at; empty when no configured anchor issued it."""
    is_anchor: bool
    valid_from: str = ""
    """Condition of the anchor, as in `values.trust.Anchor`."""
    valid_to: str = ""
    crl: x509.CertificateRevocationList | None = None
    """The newest genuine list that covers what it issues."""
    is_fetched: bool = False
    """The trust service fetched that list; else it lies in the trust folder."""

    @property
    def name(self) -> str:
        """Subject for people to read, cut."""
        return self.certificate.subject.rfc4514_string()[:_NAME_CHARACTERS]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, lower-case hex."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def fresh_until(self) -> datetime | None:
        """When its newest list ends; None without any."""
        return self.crl.next_update_utc if self.crl is not None else None

    def waits(self, at: datetime) -> bool:
        """Is it in force without a fresh list, so that nothing under it can be judged?"""
        until = self.fresh_until
        return self.certificate.not_valid_after_utc >= at and (until is None or until < at)


def authorities(trust: TrustSnapshot, at: datetime) -> tuple[Authority, ...]:
    """Describe every anchor, then every intermediate, with the newest list issued by `at`."""
    lists = RevocationLists(trust.all_crls_der)
    fetched = {x509.load_der_x509_crl(der).fingerprint(hashes.SHA256()) for der in trust.fetched_crls_der}
    fetched -= {x509.load_der_x509_crl(der).fingerprint(hashes.SHA256()) for der in trust.crls_der}
    anchors = [(x509.load_der_x509_certificate(anchor.certificate_der), anchor) for anchor in trust.anchors]
    others = [x509.load_der_x509_certificate(der) for der in trust.intermediates_der]
    found = []
    for certificate, anchor in anchors:
        crl = _newest(lists, certificate, at, is_authority=True)
        found.append(
            Authority(
                certificate, anchor.trust_list, True, anchor.valid_from, anchor.valid_to, crl, _is_in(crl, fetched)
            )
        )
    roots = {certificate: anchor.trust_list for certificate, anchor in anchors}
    for certificate in others:
        crl = _newest(lists, certificate, at, is_authority=False)
        trust_list = _trust_list(certificate, roots, others)
        found.append(Authority(certificate, trust_list, False, crl=crl, is_fetched=_is_in(crl, fetched)))
    return tuple(found)


def _is_in(crl: x509.CertificateRevocationList | None, fetched: set[bytes]) -> bool:
    return crl is not None and crl.fingerprint(hashes.SHA256()) in fetched


def _newest(
    lists: RevocationLists, issuer: x509.Certificate, at: datetime, *, is_authority: bool
) -> x509.CertificateRevocationList | None:
    usable = (
        crl
        for crl in lists.genuine(issuer)
        if crl.last_update_utc <= at + CLOCK_SKEW and is_whole(crl, is_authority=is_authority)
    )
    return max(usable, key=lambda crl: crl.last_update_utc, default=None)


def _trust_list(
    certificate: x509.Certificate, roots: dict[x509.Certificate, str], others: Sequence[x509.Certificate]
) -> str:
    """Follow an intermediate upwards to its anchor."""
    for _ in range(_LONGEST_PATH):
        anchor = find_issuer(certificate, roots)
        if anchor is not None:
            return roots[anchor]
        above = find_issuer(certificate, others)
        if above is None or above == certificate:
            return ""
        certificate = above
    return ""


def find_issuer(certificate: x509.Certificate, candidates: Iterable[x509.Certificate]) -> x509.Certificate | None:
    """Find the authority whose key signed a certificate, by name and signature."""
    named = (one for one in candidates if one.subject == certificate.issuer)
    return next((one for one in named if is_issued_by(certificate, one)), None)


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Verify one link of a path. A SHA-1 signature counts here: nothing but an address rests on it."""
    try:
        algorithm = certificate.signature_hash_algorithm
        if certificate.issuer == issuer.subject and isinstance(algorithm, hashes.SHA1):
            body, signature = certificate.tbs_certificate_bytes, certificate.signature
            return verify_octets(body, signature, algorithm, issuer.public_key())
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *UNREADABLE):
        return False
    return True


def is_authority(certificate: x509.Certificate) -> bool:
    """May a certificate issue others (RFC 5280 section 4.2.1.9)?"""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, *UNREADABLE):
        return False


def list_addresses(certificate: x509.Certificate) -> tuple[tuple[str, ...], ...]:
    """Name where the lists that cover a certificate are to be had: alternatives, a tuple for each distribution point.

    Points of another issuer, or for some reasons only, are left out: such lists are not used (RFC 5280 section
    4.2.1.13).
    """
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return ()
    usable = [point.full_name for point in points if not point.crl_issuer and not point.reasons and point.full_name]
    found = (tuple(_web_addresses(names)) for names in usable[:_POINTS])
    return tuple(addresses for addresses in found if addresses)


def responder_addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    """Name the OCSP responders of a certificate (RFC 5280 section 4.2.2.1)."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return ()
    names = [one.access_location for one in access if one.access_method == AuthorityInformationAccessOID.OCSP]
    return tuple(_web_addresses(names))


def _web_addresses(names: Iterable[x509.GeneralName]) -> Iterator[str]:
    addresses = [str(name.value) for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    usable = (one for one in addresses if one.lower().startswith(_SCHEMES) and len(one) <= _ADDRESS_CHARACTERS)
    for _, address in zip(range(_ADDRESSES), usable, strict=False):
        yield address
