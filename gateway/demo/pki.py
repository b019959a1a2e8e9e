"""A throw-away certificate hierarchy shaped like the Vietnamese ones, written as `gateway.edge.trust.folder` reads it.

Four roots: `official` (as the government CA, with a sub-CA, a time-stamping authority and agency leaves),
`public` (as a licensed public CA), `local` (as an older city CA) and `foreign`, which no folder lists.
Keys are made once a process and name, since RSA generation is slow; everything else follows from the inputs, so that
one who hands in the keys gets the same octets each time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.values.trust import Anchor, TrustSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
AuthorityName = Literal["official", "public", "local", "foreign"]
TRUST_LISTS: tuple[AuthorityName, ...] = ("official", "public", "local")

_ROOT_NAMES: dict[str, tuple[str, str]] = {
    "official": ("RootCA chuyên dùng thử nghiệm", "Cơ quan cấp chứng thư thử nghiệm"),
    "public": ("RootCA công cộng thử nghiệm", "Doanh nghiệp chứng thực thử nghiệm"),
    "local": ("RootCA tỉnh thử nghiệm", "Sở Khoa học thử nghiệm"),
    "foreign": ("RootCA lạ", "Không ai biết"),
}
_SUB_NAMES: dict[str, str] = {
    "official": "CA phục vụ cơ quan Nhà nước (thử nghiệm)",
    "public": "CA doanh nghiệp (thử nghiệm)",
    "local": "CA tỉnh (thử nghiệm)",
    "foreign": "CA lạ",
}


@dataclass(frozen=True)
class Identity:
    """A certificate with its private key, and the certificates above it, nearest first."""

    certificate: x509.Certificate
    key: Key
    issuers: tuple[Identity, ...] = ()

    @property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True)
class Subject:
    """Who a leaf certificate names, in the attributes agencies' certificates carry."""

    organisation: str = "SỞ A"
    common_name: str = "Sở A"
    mailbox: str = "vanthu@soa.example.gov.vn"
    uid: str | tuple[str, ...] = "MST:0312345678"
    """One, several as real certificates have, or empty."""
    unit: str = "UBND tỉnh thử nghiệm"
    place: str = "Tỉnh thử nghiệm"


@cache
def _key(name: str, kind: str) -> Key:  # noqa: ARG001 - the name is the key of the cache
    """Make the key of a name once a process."""
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    if kind == "rsa-1024":
        return rsa.generate_private_key(65537, 1024)  # noqa: S505 - a weak key is a test case
    return ec.generate_private_key(ec.SECP256R1())


def _serial(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") | 1


def _name(common_name: str, organisation: str, *more: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    pairs = [(NameOID.COUNTRY_NAME, "VN"), *more, (NameOID.ORGANIZATION_NAME, organisation)]
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in [*pairs, (NameOID.COMMON_NAME, common_name)]])


def _key_usage(*, is_authority: bool, is_repudiable: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority and not is_repudiable,
        key_encipherment=not is_authority,
        data_encipherment=not is_authority,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def sign_again_with_sha1(der: bytes, key: Key, kind: type[Any] = asn1_x509.Certificate) -> bytes:
    """Sign a certificate or list again with SHA-1, which its builder refuses, and rightly so."""
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    thing = kind.load(der)
    body = thing["tbs_cert_list" if kind is asn1_crl.CertificateList else "tbs_certificate"]
    body["signature"] = {"algorithm": "sha1_ecdsa"}
    thing["signature_algorithm"] = {"algorithm": "sha1_ecdsa"}
    name = "signature" if kind is asn1_crl.CertificateList else "signature_value"
    scheme = ec.ECDSA(SHA1(), deterministic_signing=True)  # noqa: S303 - weak on purpose
    thing[name] = key.sign(body.dump(force=True), scheme)
    octets: bytes = thing.dump(force=True)
    return octets


@dataclass
class Pki:
    """The hierarchy as of one instant; leaves are issued on demand and remembered by name."""

    at: datetime
    """Now, aware: validity periods and CRLs are laid around it."""
    roots: dict[str, Identity] = field(default_factory=dict)
    subs: dict[str, Identity] = field(default_factory=dict)
    leaves: dict[str, Identity] = field(default_factory=dict)
    revoked: dict[str, list[tuple[int, datetime]]] = field(default_factory=dict)
    """By authority: serial and revocation date of leaves of its sub-CA."""
    sha1_authorities: frozenset[str] = frozenset()
    """Authorities whose root and sub-CA certificates are signed with SHA-1, as the oldest hierarchy's are."""
    make_key: Callable[[str, str], Key] = _key
    """Gives the key of a name and kind; those of authorities are elliptic."""
    generation: str = ""
    """Makes other serials than another hierarchy of the same names has."""

    def __post_init__(self) -> None:
        """Issue roots and sub-CAs."""
        for name, (common_name, organisation) in _ROOT_NAMES.items():
            subject = _name(common_name, organisation)
            self.roots[name] = self._authority(f"{name} root", subject, None)
            self.subs[name] = self._authority(f"{name} sub", _name(_SUB_NAMES[name], organisation), self.roots[name])

    def _authority(self, name: str, subject: x509.Name, issuer: Identity | None) -> Identity:
        key = self.make_key(name, "ec")
        builder = self._builder(name, subject, issuer, key, (-3650, 3650))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(_key_usage(is_authority=True), critical=True)
        signing_key = issuer.key if issuer else key
        certificate = builder.sign(signing_key, SHA256(), ecdsa_deterministic=True)
        if name.split(maxsplit=1)[0] in self.sha1_authorities:
            der = sign_again_with_sha1(certificate.public_bytes(Encoding.DER), signing_key)
            certificate = x509.load_der_x509_certificate(der)
        return Identity(certificate, key, (issuer,) if issuer else ())

    def _builder(
        self, name: str, subject: x509.Name, issuer: Identity | None, key: Key, days: tuple[float, float]
    ) -> x509.CertificateBuilder:
        issuer_key = issuer.key if issuer else key
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(_serial(self.generation + name))
            .not_valid_before(self.at + timedelta(days=days[0]))
            .not_valid_after(self.at + timedelta(days=days[1]))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        )

    def leaf(  # noqa: PLR0913 - each names one trait of a certificate
        self,
        name: str,
        subject: Subject | None = None,
        *,
        authority: AuthorityName = "official",
        kind: str = "ec",
        days: tuple[float, float] = (-365, 730),
        is_repudiable: bool = False,
    ) -> Identity:
        """Issue, or find again, a signer's certificate.

        Args:
            name: the handle it is remembered by; other arguments count at first use only.
            subject: who it names; the standard agency when None.
            authority: whose sub-CA issues it.
            kind: `ec`, `rsa` or `rsa-1024`.
            days: validity in days from now, start and end.
            is_repudiable: leave out the non-repudiation key usage.
        """
        if name in self.leaves:
            return self.leaves[name]
        who, issuer, key = subject or Subject(), self.subs[authority], self.make_key(name, kind)
        more = [(NameOID.LOCALITY_NAME, who.place), (NameOID.ORGANIZATIONAL_UNIT_NAME, who.unit)]
        uids = (who.uid,) if isinstance(who.uid, str) else who.uid
        more = [*((NameOID.USER_ID, uid) for uid in uids if uid), *more]
        builder = self._builder(name, _name(who.common_name, who.organisation, *more), issuer, key, days)
        builder = builder.add_extension(_key_usage(is_authority=False, is_repudiable=is_repudiable), critical=True)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION]),
            critical=False,
        )
        if who.mailbox:
            names = x509.SubjectAlternativeName([x509.RFC822Name(who.mailbox)])
            builder = builder.add_extension(names, critical=False)
        certificate = builder.sign(issuer.key, SHA256(), ecdsa_deterministic=True)
        self.leaves[name] = Identity(certificate, key, (issuer, self.roots[authority]))
        return self.leaves[name]

    def agency(self, name: str = "agency") -> Identity:
        """The agency's own certificate, RSA-2048 as on the tokens in use."""
        return self.leaf(name, kind="rsa")

    def person(self) -> Identity:
        """A leader's personal certificate of the same agency."""
        who = Subject(common_name="Giám đốc Sở A", mailbox="giamdoc@soa.example.gov.vn", uid="CCCD:000000000000")
        return self.leaf("person", who)

    def expired(self) -> Identity:
        """A leaf whose time ended a month ago."""
        return self.leaf("expired", days=(-760, -30))

    def revoke(self, identity: Identity, days_ago: float = 10, authority: AuthorityName = "official") -> Identity:
        """Put a leaf on its sub-CA's list, and hand it back."""
        when = self.at - timedelta(days=days_ago)
        self.revoked.setdefault(authority, []).append((identity.certificate.serial_number, when))
        return identity

    def time_stamper(self, authority: AuthorityName = "official") -> Identity:
        """The time-stamping authority under an authority's sub-CA (RFC 3161 section 2.3)."""
        name = f"{authority} tsa"
        if name not in self.leaves:
            issuer, key = self.subs[authority], self.make_key(name, "ec")
            subject = _name("Dịch vụ dấu thời gian (thử nghiệm)", _ROOT_NAMES[authority][1])
            builder = self._builder(name, subject, issuer, key, (-3000, 3000))
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(usage, critical=True)
            builder = builder.add_extension(_key_usage(is_authority=False), critical=True)
            certificate = builder.sign(issuer.key, SHA256(), ecdsa_deterministic=True)
            self.leaves[name] = Identity(certificate, key, (issuer, self.roots[authority]))
        return self.leaves[name]

    def crls(
        self, authority: AuthorityName = "official", *, days: tuple[float, float] = (-1, 30), padding: int = 0
    ) -> tuple[bytes, bytes]:
        """Revocation lists of a root and its sub-CA, DER; `padding` adds that many foreign serials."""
        entries = list(self.revoked.get(authority, ()))
        entries += [(2**70 + number, self.at - timedelta(days=100)) for number in range(padding)]
        return self._crl(self.roots[authority], [], days), self._crl(self.subs[authority], entries, days)

    def _crl(self, issuer: Identity, entries: list[tuple[int, datetime]], days: tuple[float, float]) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(self.at + timedelta(days=days[0]))
            .next_update(self.at + timedelta(days=days[1]))
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        )
        for serial, when in entries:
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when)
            builder = builder.add_revoked_certificate(one.build())
        return builder.sign(issuer.key, SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER)

    def ocsp_response(
        self,
        identity: Identity,
        *,
        days: tuple[float, float | None] = (-1, 6),
        revoked_days_ago: float | None = None,
        responder: Identity | None = None,
    ) -> bytes:
        """Answer for a certificate as its issuer's OCSP service, or as another responder, DER.

        Args:
            identity: whose certificate.
            days: thisUpdate and nextUpdate, in days from now; None for no nextUpdate.
            revoked_days_ago: when it was revoked; None says that it is good.
            responder: who signs; the issuer when None.
        """
        issuer = identity.issuers[0]
        signer = responder or issuer
        this_update = self.at + timedelta(days=days[0])
        next_update = None if days[1] is None else self.at + timedelta(days=days[1])
        status = ocsp.OCSPCertStatus.GOOD if revoked_days_ago is None else ocsp.OCSPCertStatus.REVOKED
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=identity.certificate,
            issuer=issuer.certificate,
            algorithm=SHA256(),
            cert_status=status,
            this_update=this_update,
            next_update=next_update,
            revocation_time=None if revoked_days_ago is None else self.at - timedelta(days=revoked_days_ago),
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
        if responder is not None:
            builder = builder.certificates([responder.certificate])
        return builder.sign(signer.key, SHA256()).public_bytes(Encoding.DER)

    def responder(self, authority: AuthorityName = "official", *, is_appointed: bool = True) -> Identity:
        """An OCSP responder under a sub-CA, with or without the purpose that appoints it (RFC 6960 section 4.2.2.2)."""
        name = f"{authority} responder {is_appointed}"
        if name not in self.leaves:
            issuer, key = self.subs[authority], self.make_key(name, "ec")
            builder = self._builder(
                name, _name("OCSP (thử nghiệm)", _ROOT_NAMES[authority][1]), issuer, key, (-100, 100)
            )
            purpose = ExtendedKeyUsageOID.OCSP_SIGNING if is_appointed else ExtendedKeyUsageOID.CLIENT_AUTH
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            self.leaves[name] = Identity(
                builder.sign(issuer.key, SHA256(), ecdsa_deterministic=True), key, (issuer, self.roots[authority])
            )
        return self.leaves[name]

    def snapshot(self, revocation: str = "require", **crl_options: object) -> TrustSnapshot:
        """The hierarchy as the reader sees it, without a folder in between; `foreign` is left out."""
        crls = [der for name in TRUST_LISTS for der in self.crls(name, **crl_options)]  # type: ignore[arg-type]
        digest = hashlib.sha256(b"".join(crls) + revocation.encode()).hexdigest()
        return TrustSnapshot(
            generation=digest,
            anchors=tuple(Anchor(self.roots[name].der, name) for name in TRUST_LISTS),
            intermediates_der=tuple(self.subs[name].der for name in TRUST_LISTS),
            crls_der=tuple(crls),
            revocation=revocation,
        )

    def write(self, folder: Path) -> None:
        """Write the layout `gateway.edge.trust.folder.load_trust` reads: lists, intermediates and crls."""
        for name in TRUST_LISTS:
            (folder / name).mkdir(parents=True, exist_ok=True)
            (folder / name / "root.pem").write_bytes(self.roots[name].certificate.public_bytes(Encoding.PEM))
            for part in ("intermediates", "crls"):
                (folder / part).mkdir(exist_ok=True)
            (folder / "intermediates" / f"{name}.crt").write_bytes(self.subs[name].der)
            for place, der in zip(("root", "sub"), self.crls(name), strict=True):
                (folder / "crls" / f"{name}-{place}.crl").write_bytes(der)


def throw_away_pki(at: datetime) -> Pki:
    """Make the hierarchy around an instant; whole seconds, for certificates hold no more."""
    return Pki(at=at.replace(microsecond=0))
