"""Build CMS signatures (RFC 5652) for sample documents, the odd and wrong ones included.

Written against the standards and apart from `gateway.read.cms.structure`, so that each checks the other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asn1crypto import algos, cms, core, crl, ocsp, pdf, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.demo.pki import Identity

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "md5": hashes.MD5(),  # noqa: S303 - weak digests are test cases
    "sha1": hashes.SHA1(),  # noqa: S303 - weak digests are test cases
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True)
class CmsPlan:
    """How one CMS is to be made; the defaults are what the Vietnamese signing tools write."""

    digest: str = "sha256"
    scheme: str = "pkcs1"
    """`pkcs1` or `pss`, for RSA keys."""
    signing_time: datetime | None = None
    is_cades: bool = False
    """Add ESS signing-certificate-v2 and leave out signingTime (ETSI EN 319 122)."""
    stamper: Identity | None = None
    stamp_time: datetime | None = None
    stamp_digest: str = "sha256"
    stamped: bytes | None = None
    """Octets that the time-stamp is over instead of the signature."""
    extra_certificates: tuple[bytes, ...] = ()
    has_signed_attributes: bool = True
    signer_infos: int = 1
    message_digest: bytes | None = None
    """A wrong digest to sign instead of the document's."""
    certificate_hash: bytes | None = None
    """A wrong hash for signing-certificate-v2."""
    holds_digest: bool = False
    """Encapsulate the SHA-1 digest of the document, as adbe.pkcs7.sha1 wants, instead of being detached."""
    archived_crls: tuple[bytes, ...] = ()
    archived_responses: tuple[bytes, ...] = ()
    """For the adbe-revocationInfoArchival attribute."""


def sign_octets(octets: bytes, identity: Identity, digest: str, scheme: str) -> bytes:
    """Sign octets with the private key of an identity."""
    hashed, algorithm = hashlib.new(digest, octets).digest(), Prehashed(_HASHES[digest])
    if isinstance(identity.key, ec.EllipticCurvePrivateKey):
        return identity.key.sign(hashed, ec.ECDSA(algorithm, deterministic_signing=True))
    if scheme == "pss":
        length = _HASHES[digest].digest_size
        return identity.key.sign(hashed, padding.PSS(padding.MGF1(_HASHES[digest]), length), algorithm)
    return identity.key.sign(hashed, padding.PKCS1v15(), algorithm)


def _signature_algorithm(identity: Identity, digest: str, scheme: str) -> algos.SignedDigestAlgorithm:
    if not isinstance(identity.key, rsa.RSAPrivateKey):
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_ecdsa"})
    if scheme == "pss":
        parameters = {
            "hash_algorithm": {"algorithm": digest},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": digest}},
            "salt_length": _HASHES[digest].digest_size,
        }
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"})


def _signed_attributes(digest: bytes, content_type: str, certificate: bytes, plan: CmsPlan) -> cms.CMSAttributes:
    attributes: list[dict[str, Any]] = [
        {"type": "content_type", "values": [content_type]},
        {"type": "message_digest", "values": [plan.message_digest or digest]},
    ]
    if plan.signing_time and not plan.is_cades:
        attributes.append({"type": "signing_time", "values": [cms.Time({"utc_time": plan.signing_time})]})
    if plan.archived_crls or plan.archived_responses:
        archive = pdf.RevocationInfoArchival(
            {
                "crl": [crl.CertificateList.load(der) for der in plan.archived_crls],
                "ocsp": [ocsp.OCSPResponse.load(der) for der in plan.archived_responses],
            }
        )
        attributes.append({"type": "adobe_revocation_info_archival", "values": [archive]})
    if plan.is_cades or content_type == "tst_info":
        hashed = plan.certificate_hash or hashlib.sha256(certificate).digest()
        identifier = tsp.ESSCertIDv2({"hash_algorithm": {"algorithm": "sha256"}, "cert_hash": hashed})
        value = tsp.SigningCertificateV2({"certs": [identifier]})
        attributes.append({"type": "signing_certificate_v2", "values": [value]})
    return cms.CMSAttributes(attributes)


def _signer_info(digest: bytes, identity: Identity, plan: CmsPlan, content_type: str) -> cms.SignerInfo:
    certificate = x509.Certificate.load(identity.der)
    attributes = _signed_attributes(digest, content_type, identity.der, plan)
    signature = sign_octets(attributes.dump(), identity, plan.digest, plan.scheme)
    fields: dict[str, Any] = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            {"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}}
        ),
        "digest_algorithm": {"algorithm": plan.digest},
        "signed_attrs": attributes,
        "signature_algorithm": _signature_algorithm(identity, plan.digest, plan.scheme),
        "signature": signature,
    }
    if plan.stamper and plan.stamp_time:
        token = build_token(plan.stamped or signature, plan.stamper, plan.stamp_time, plan.stamp_digest)
        stamp = cms.ContentInfo.load(token)
        fields["unsigned_attrs"] = cms.CMSAttributes([{"type": "signature_time_stamp_token", "values": [stamp]}])
    return cms.SignerInfo(fields)


def _without_signed_attributes(document: bytes, identity: Identity, plan: CmsPlan) -> cms.SignerInfo:
    info = _signer_info(b"", identity, plan, "data")
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": info["sid"],
            "digest_algorithm": info["digest_algorithm"],
            "signature_algorithm": info["signature_algorithm"],
            "signature": sign_octets(document, identity, plan.digest, plan.scheme),
        }
    )


def _wrap(infos: list[cms.SignerInfo], content: dict[str, Any], certificates: list[bytes], digest: str) -> bytes:
    signed = cms.SignedData(
        {
            "version": "v1" if content["content_type"] == "data" else "v3",
            "digest_algorithms": [{"algorithm": digest}],
            "encap_content_info": content,
            "certificates": [x509.Certificate.load(der) for der in certificates],
            "signer_infos": infos,
        }
    )
    octets: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return octets


def build_cms(document: bytes, identity: Identity, plan: CmsPlan) -> bytes:
    """Build a detached CMS over the octets of a document, leaf certificate only unless the plan adds more."""
    content: dict[str, Any] = {"content_type": "data"}
    if plan.holds_digest:
        document = hashlib.sha1(document, usedforsecurity=False).digest()
        content["content"] = document
    digest = hashlib.new(plan.digest, document).digest()
    if plan.has_signed_attributes:
        infos = [_signer_info(digest, identity, plan, "data") for _ in range(plan.signer_infos)]
    else:
        infos = [_without_signed_attributes(document, identity, plan)]
    certificates = [identity.der, *plan.extra_certificates]
    return _wrap(infos, content, certificates, plan.digest)


def build_token(stamped: bytes, stamper: Identity, when: datetime, digest: str = "sha256") -> bytes:
    """Build an RFC 3161 time-stamp token over octets, as a TSA would answer."""
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "2.16.704.1.1.1.99",
            "message_imprint": {
                "hash_algorithm": {"algorithm": digest},
                "hashed_message": hashlib.new(digest, stamped).digest(),
            },
            "serial_number": int.from_bytes(hashlib.sha256(stamped).digest()[:6], "big"),
            "gen_time": when,
        }
    )
    der = info.dump()
    plan = CmsPlan(signing_time=when)
    signer = _signer_info(hashlib.sha256(der).digest(), stamper, plan, "tst_info")
    content = {"content_type": "tst_info", "content": core.ParsableOctetString(der)}
    return _wrap([signer], content, [stamper.der], "sha256")


def resign(contents: bytes, document: bytes, identity: Identity) -> bytes:
    """Make the CMS of another document from that of one: new digest, new signature, all else kept."""
    information = cms.ContentInfo.load(contents)
    info = information["content"]["signer_infos"][0]
    digest = info["digest_algorithm"]["algorithm"].native
    for attribute in info["signed_attrs"]:
        if attribute["type"].native == "message_digest":
            attribute["values"] = [hashlib.new(digest, document).digest()]
    attributes = cms.CMSAttributes(list(info["signed_attrs"]))
    info["signed_attrs"] = attributes
    scheme = "pss" if info["signature_algorithm"]["algorithm"].native == "rsassa_pss" else "pkcs1"
    info["signature"] = sign_octets(attributes.untag().dump(force=True), identity, digest, scheme)
    octets: bytes = information.dump(force=True)
    return octets
