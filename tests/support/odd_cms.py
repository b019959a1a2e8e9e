"""CMS structures no honest tool writes, or only one: every algorithm, attribute and count can be chosen.

Kept apart from `gateway.demo.cms_maker`, which makes what is seen in practice and must stay easy to read.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from asn1crypto import algos, cms, core, x509

from gateway.demo.cms_maker import sign_octets
from gateway.demo.signing import signature_gap
from tests.support.signed_pdfs import one

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.demo.pki import Identity


def odd_cms(
    document: bytes,
    identity: Identity,
    *,
    digest: str = "sha256",
    algorithm: dict[str, Any] | None = None,
    sign: Callable[[bytes], bytes] | None = None,
    attributes: tuple[dict[str, Any], ...] = (),
    certificates: tuple[bytes, ...] | None = None,
    signers: tuple[Identity, ...] = (),
    content: bytes | None = None,
    key_identifier: bytes | None = None,
    content_type: str = "data",
    unsigned: Callable[[bytes], tuple[dict[str, Any], ...]] | None = None,
) -> bytes:
    """Sign a document with the parts that are given, everything else plain.

    Args:
        document: what is signed.
        identity: who signs.
        digest: digest algorithm of the SignerInfo.
        algorithm: signature algorithm as written; PKCS#1 v1.5 or ECDSA of the digest when None.
        sign: makes the signature value from the DER of the signed attributes; the plain way when None.
        attributes: further signed attributes.
        certificates: the set, DER; the signer's own when None.
        signers: further signers, each with a SignerInfo of its own.
        content: octets to put inside instead of leaving the signature detached.
        key_identifier: name the signer by this key identifier instead of issuer and serial number.
        content_type: `tst_info` for a token, whose content is then given.
        unsigned: unsigned attributes for the signature value.
    """
    signing = [identity, *signers]
    infos = []
    for who in signing:
        is_first = who is identity
        signed_attributes = _signed(content_type, digest, document, attributes if is_first else ())
        make = sign if sign and is_first else lambda octets, who=who: sign_octets(octets, who, digest, "pkcs1")
        named = algorithm if is_first else None
        fields = _fields(who, digest, named, signed_attributes, key_identifier if is_first else None)
        fields["signature"] = make(signed_attributes.dump())
        if unsigned and is_first:
            fields["unsigned_attrs"] = cms.CMSAttributes(list(unsigned(fields["signature"])))
        infos.append(cms.SignerInfo(fields))
    held = certificates if certificates is not None else tuple(who.der for who in (identity, *signers))
    signed = cms.SignedData(
        {
            "version": "v1" if content_type == "data" else "v3",
            "digest_algorithms": [{"algorithm": digest}],
            "encap_content_info": {"content_type": content_type} | _held(content_type, content),
            "certificates": [x509.Certificate.load(der) for der in held],
            "signer_infos": infos,
        }
    )
    octets: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return octets


def _held(content_type: str, content: bytes | None) -> dict[str, Any]:
    if content is None:
        return {}
    return {"content": core.ParsableOctetString(content) if content_type == "tst_info" else content}


def _digest(name: str, octets: bytes) -> bytes:
    return hashlib.shake_256(octets).digest(64) if name == "shake256" else hashlib.new(name, octets).digest()


def _signed(content_type: str, digest: str, document: bytes, more: tuple[dict[str, Any], ...]) -> cms.CMSAttributes:
    return cms.CMSAttributes(
        [
            {"type": "content_type", "values": [content_type]},
            {"type": "message_digest", "values": [_digest(digest, document)]},
            *more,
        ]
    )


def _fields(
    identity: Identity,
    digest: str,
    algorithm: dict[str, Any] | None,
    signed: cms.CMSAttributes,
    key_identifier: bytes | None,
) -> dict[str, Any]:
    certificate = x509.Certificate.load(identity.der)
    kind = "rsassa_pkcs1v15" if certificate.public_key.algorithm == "rsa" else f"{digest}_ecdsa"
    named = {"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}}
    return {
        "version": "v1" if key_identifier is None else "v3",
        "sid": cms.SignerIdentifier({"subject_key_identifier": key_identifier} if key_identifier else named),
        "digest_algorithm": {"algorithm": digest},
        "signed_attrs": signed,
        "signature_algorithm": algos.SignedDigestAlgorithm(algorithm or {"algorithm": kind}),
    }


def with_contents(make: Callable[[bytes], bytes], octets: bytes | None = None) -> bytes:
    """Put into the last signature of a PDF what `make` answers for the octets it covers."""
    octets = octets or one()
    start, end = signature_gap(octets)
    made = make(octets[:start] + octets[end:])
    return octets[: start + 1] + made.hex().encode().ljust(end - start - 2, b"0") + octets[end - 1 :]
