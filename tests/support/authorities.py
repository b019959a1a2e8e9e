"""Authorities that say where their lists are, and their lists with every trait a test needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID

from gateway.demo.pki import Identity, Pki, throw_away_pki
from gateway.values.trust import Anchor, TrustSnapshot
from tests.support.signed_pdfs import AT

if TYPE_CHECKING:
    from collections.abc import Sequence


def crl(
    issuer: Identity,
    revoked: Sequence[int] = (),
    *,
    days: tuple[float, float] = (-1, 30),
    number: int | None = 1,
    points: Sequence[str] = (),
    extension: x509.ExtensionType | None = None,
) -> bytes:
    """Issue a list, DER; `points` makes it one of several by distribution point."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(AT + timedelta(days=days[0]))
        .next_update(AT + timedelta(days=days[1]))
    )
    if number is not None:
        builder = builder.add_extension(x509.CRLNumber(number), critical=False)
    if points:
        extension = x509.IssuingDistributionPoint(
            names(points), None, only_contains_user_certs=False, only_contains_ca_certs=False, only_some_reasons=None,
            indirect_crl=False, only_contains_attribute_certs=False,
        )  # fmt: skip
    if extension is not None:
        builder = builder.add_extension(extension, critical=True)
    for serial in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(AT - timedelta(days=5))
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, SHA256()).public_bytes(Encoding.DER)


def names(addresses: Sequence[str]) -> list[x509.GeneralName]:
    """Spell addresses as certificates do."""
    return [x509.UniformResourceIdentifier(address) for address in addresses]


def addressed(
    made: Pki, name: str, issuer: Identity, *, crls: Sequence[str] = (), responders: Sequence[str] = (), like: Identity
) -> Identity:
    """Issue a certificate of the name and key of `like` that names lists, one point each, and responders."""
    builder = made._builder(name, like.certificate.subject, issuer, like.key, (-100, 1000))
    kept = (x509.BasicConstraints, x509.KeyUsage, x509.ExtendedKeyUsage, x509.SubjectAlternativeName)
    for extension in like.certificate.extensions:
        if isinstance(extension.value, kept):
            builder = builder.add_extension(extension.value, critical=extension.critical)
    if crls:
        points = [x509.DistributionPoint(names([one]), None, None, None) for one in crls]
        builder = builder.add_extension(x509.CRLDistributionPoints(points), critical=False)
    if responders:
        access = [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, one) for one in names(responders)]
        builder = builder.add_extension(x509.AuthorityInformationAccess(access), critical=False)
    return Identity(builder.sign(issuer.key, SHA256()), like.key, (issuer, *issuer.issuers))


@dataclass
class Hierarchy:
    """A root, a sub-CA whose certificate names the root's list, and a leaf that names the sub-CA's and a responder."""

    base: str
    """Address everything is fetched from, without a slash at the end."""
    pki: Pki = field(default_factory=lambda: throw_away_pki(AT))

    def __post_init__(self) -> None:
        """Issue the three certificates."""
        self.root = self.pki.roots["official"]
        old = self.pki.subs["official"]
        self.sub = addressed(self.pki, "addressed sub", self.root, crls=[f"{self.base}/root.crl"], like=old)
        self.leaf = addressed(
            self.pki, "addressed leaf", self.sub, crls=[f"{self.base}/sub.crl"], responders=[f"{self.base}/ocsp"],
            like=self.pki.agency(),
        )  # fmt: skip
        self.silent = addressed(
            self.pki, "leaf without list", self.sub, responders=[f"{self.base}/ocsp"], like=self.pki.person()
        )

    def trust(self, *crls: bytes, fetched: Sequence[bytes] = ()) -> TrustSnapshot:
        """Trust the root, with some lists."""
        return TrustSnapshot(
            generation=f"{self.base} {len(crls)} {len(fetched)}",
            anchors=(Anchor(self.root.der, "official"),),
            intermediates_der=(self.sub.der,),
            crls_der=crls,
            fetched_crls_der=tuple(fetched),
        )
