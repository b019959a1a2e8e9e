"""CMS signatures (RFC 5652) and time-stamp tokens (RFC 3161): parse, and verify with a public key.

The minimal path: asn1crypto for the structure, cryptography for the one public-key operation. No chain,
no time, no policy: those are `chains` and `signatures`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asn1crypto import algos, cms, parser, tsp
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from gateway.read.cms.ber import check_count

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

PublicKey = object
"""Any key `cryptography` loads from a certificate; unsupported kinds fail to verify."""

MAX_CMS_OCTETS = 1_000_000
"""Contents larger than this are not parsed: real ones are 2 to 60 kB, with embedded CRLs some hundred."""
MAX_CERTIFICATES = 32
"""Certificates taken from one CMS; a government chain has three."""
STRONG_DIGESTS = frozenset(
    {"sha224", "sha256", "sha384", "sha512", "sha512_224", "sha512_256", "sha3_224", "sha3_256", "sha3_384", "sha3_512"}
    | {"shake256"}
)
_MIN_RSA_BITS = 2048

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "md5": hashes.MD5(),  # noqa: S303 - verified to report it, never trusted
    "sha1": hashes.SHA1(),  # noqa: S303 - verified to report it, never trusted
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha512_224": hashes.SHA512_224(),
    "sha512_256": hashes.SHA512_256(),
    "sha3_224": hashes.SHA3_224(),
    "sha3_256": hashes.SHA3_256(),
    "sha3_384": hashes.SHA3_384(),
    "sha3_512": hashes.SHA3_512(),
}
_OTHER_DIGESTS = {"1.3.36.3.2.1": "ripemd160", "1.2.643.7.1.1.2.2": "streebog256", "1.2.156.10197.1.401": "sm3"}
"""Digests seen in the wild that we verify nothing with."""
_EDWARDS: dict[str, type[ed25519.Ed25519PublicKey | ed448.Ed448PublicKey]] = {
    "ed25519": ed25519.Ed25519PublicKey,
    "ed448": ed448.Ed448PublicKey,
}


_EDWARDS_DIGESTS = {"ed25519": "sha512", "ed448": "shake256"}
"""The one digest that goes with each curve (RFC 8419 section 3)."""


class CmsError(ValueError):
    """The CMS is none we verify; the text says which rule it breaks, for the log of `explain`."""


@dataclass(frozen=True, slots=True)
class Cms:
    """One SignedData with exactly one SignerInfo and signed attributes."""

    octets: bytes
    """The whole ContentInfo as it stands in the file, without padding."""
    content_type: str
    """`data` or `tst_info`."""
    certificates: bytes
    """Contents of the certificate set as encoded: the key under which chains are remembered."""
    signer_id: bytes
    """Contents of the signer identifier as encoded."""
    signer_info: Any
    signed_data: Any
    digest_algorithm: str
    message_digest: bytes
    """The digest the signer signed."""
    signed_attributes: bytes
    """DER of the SET OF attributes, which is what the signature is over."""
    signature: bytes
    signing_time: datetime | None = None
    token: bytes = b""
    """The signature time-stamp token, a whole ContentInfo; empty when there is none."""
    content: bytes = b""
    """Encapsulated TSTInfo of a token, or digest of adbe.pkcs7.sha1; empty for detached signatures."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a time-stamp token says (RFC 3161 TSTInfo)."""

    digest_algorithm: str
    imprint: bytes
    time: datetime


def parse_cms(contents: bytes, *, content_type: str = "data", is_detached: bool = True) -> Cms:
    """Parse the CMS of a signature, refusing what we could not vouch for.

    Args:
        contents: DER or BER, followed by nothing but zero octets (the padding of /Contents).
        content_type: `data` for a detached signature, `tst_info` for a token.
        is_detached: False for adbe.pkcs7.sha1, whose content is the digest of the document.

    Raises:
        CmsError: not exactly one signer, signed attributes missing or repeated, content where none belongs.
        ValueError, TypeError, KeyError: asn1crypto met something else it cannot read.
    """
    if len(contents) > MAX_CMS_OCTETS:
        raise CmsError("CMS too large")
    # Nothing covers octets after the structure: only padding may stand there.
    length = parser.peek(contents)
    if contents[length:].strip(b"\x00"):
        raise CmsError("octets after the CMS")
    check_count(contents[:length])
    information = cms.ContentInfo.load(contents[:length])
    if information["content_type"].native != "signed_data":
        raise CmsError("not SignedData")
    signed_data = information["content"]
    content = _content(signed_data, content_type, is_detached=is_detached)
    infos = signed_data["signer_infos"]
    if len(infos) != 1:
        raise CmsError("not exactly one signer")
    info = infos[0]
    attributes = _attributes(info["signed_attrs"])
    if not attributes:
        raise CmsError("no signed attributes")
    if _single(attributes, "content_type").native != content_type:
        raise CmsError("content type attribute differs")
    raw = info["signed_attrs"].dump()
    return Cms(
        octets=contents[:length],
        content_type=content_type,
        # Contents, never dump(): that writes BER of indefinite length anew, by tables other libraries change.
        certificates=signed_data["certificates"].contents or b"",
        signer_id=info["sid"].chosen.contents,
        signer_info=info,
        signed_data=signed_data,
        digest_algorithm=_named(info["digest_algorithm"]["algorithm"].native),
        message_digest=_single(attributes, "message_digest").native,
        signed_attributes=b"\x31" + raw[1:],  # SET OF instead of IMPLICIT [0] (RFC 5652 section 5.4)
        signature=info["signature"].native,
        signing_time=_single(attributes, "signing_time").native if "signing_time" in attributes else None,
        token=_token(info),
        content=content,
    )


def _named(digest: str) -> str:
    """Name a digest algorithm the library knows by number only."""
    return _OTHER_DIGESTS.get(digest, digest)


def _content(signed_data: Any, content_type: str, *, is_detached: bool) -> bytes:
    encapsulated = signed_data["encap_content_info"]
    if encapsulated["content_type"].native != content_type:
        raise CmsError("unexpected content type")
    content = encapsulated["content"]
    if content_type != "data":
        return bytes(content.contents)
    if is_detached == (content.native is not None):
        raise CmsError("encapsulated content in a detached signature, or none in another")
    return content.native or b""


def _attributes(signed: Any) -> dict[str, Any]:
    """Map attribute type to its values; a type that occurs twice is refused (RFC 5652 section 5.3)."""
    found: dict[str, Any] = {}
    for attribute in signed if len(signed) else ():  # an absent field is Void, of length 0
        name = attribute["type"].native
        if name in found:
            raise CmsError("attribute repeated")
        found[name] = attribute["values"]
    return found


def _single(attributes: dict[str, Any], name: str) -> Any:
    values = attributes.get(name)
    if values is None or len(values) != 1:
        raise CmsError(f"attribute {name} not exactly once")
    return values[0]


def _token(info: Any) -> bytes:
    """Take the first signature time-stamp token of the unsigned attributes."""
    unsigned = info["unsigned_attrs"]
    for attribute in unsigned if len(unsigned) else ():
        if attribute["type"].native == "signature_time_stamp_token" and len(attribute["values"]):
            return bytes(parser.emit(0, 1, 16, attribute["values"][0].contents))  # as in parse_cms, no dump()
    return b""


def parse_stamp(token: Cms) -> Stamp:
    """Read what a parsed token (content type `tst_info`) says."""
    info = tsp.TSTInfo.load(token.content)
    imprint = info["message_imprint"]
    return Stamp(
        digest_algorithm=imprint["hash_algorithm"]["algorithm"].native,
        imprint=imprint["hashed_message"].native,
        time=info["gen_time"].native,
    )


def certificates_of(parsed: Cms) -> tuple[list[Any], Any]:
    """Take the X.509 certificates of a CMS and find the signer's among them (None when it is not there)."""
    chosen = [choice.chosen for choice in parsed.signed_data["certificates"] if choice.name == "certificate"]
    chosen = chosen[:MAX_CERTIFICATES]
    identifier = parsed.signer_info["sid"]
    for certificate in chosen:
        if is_signed_by(identifier, certificate):
            return chosen, certificate
    return chosen, None


def is_signed_by(identifier: Any, certificate: Any) -> bool:
    """Does a SignerIdentifier name this certificate?"""
    if identifier.name == "subject_key_identifier":
        return bool(certificate.key_identifier == identifier.chosen.native)
    name = identifier.chosen
    if certificate.serial_number != name["serial_number"].native:
        return False
    # Tools write a name anew with other string types: it is the same as RFC 5280 section 7.1 compares names.
    return certificate.issuer.dump() == name["issuer"].dump() or bool(certificate.issuer == name["issuer"])


def names_certificate(parsed: Cms, certificate_der: bytes) -> bool | None:
    """Check ESS signing-certificate (RFC 5035) against the signer's certificate; None when it is absent."""
    found = None
    for attribute in parsed.signer_info["signed_attrs"]:
        kind = attribute["type"].native
        if kind not in {"signing_certificate", "signing_certificate_v2"}:
            continue
        identifier = attribute["values"][0]["certs"][0]
        digest = "sha1" if kind == "signing_certificate" else identifier["hash_algorithm"]["algorithm"].native
        if identifier["cert_hash"].native != hashlib.new(digest, certificate_der).digest():
            return False
        found = True
    return found


def digest_of(pieces: Iterable[memoryview], algorithm: str) -> bytes:
    """Digest octet ranges in order.

    Raises:
        ValueError: hashlib does not know the algorithm.
    """
    if algorithm == "shake256":  # of 64 octets in a CMS (RFC 8419 section 3.2)
        shake = hashlib.shake_256(usedforsecurity=False)
        for piece in pieces:
            shake.update(piece)
        return shake.digest(64)
    state = hashlib.new(algorithm, usedforsecurity=False)
    for piece in pieces:
        state.update(piece)
    return state.digest()


def _scheme(parsed: Cms) -> tuple[str, str, algos.RSASSAPSSParams | None]:
    """Name the kind of signature, its hash, and PSS parameters."""
    algorithm = parsed.signer_info["signature_algorithm"]
    kind = algorithm.signature_algo
    if kind == "rsassa_pss":
        parameters = algorithm["parameters"]
        return kind, parameters["hash_algorithm"]["algorithm"].native, parameters
    try:
        digest = algorithm.hash_algo
    except ValueError:  # plain rsaEncryption or ecPublicKey: the digest algorithm of the SignerInfo holds
        digest = parsed.digest_algorithm
    return kind, digest, None


def is_weak(parsed: Cms, key: PublicKey) -> bool:
    """Judge algorithms and key size (Circular 15/2025: SHA-256 or stronger, RSA 2048, ECDSA 256)."""
    kind, digest, _ = _scheme(parsed)
    if parsed.digest_algorithm not in STRONG_DIGESTS or digest not in STRONG_DIGESTS:
        return True
    if kind in _EDWARDS_DIGESTS and parsed.digest_algorithm != _EDWARDS_DIGESTS[kind]:
        return True
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size < _MIN_RSA_BITS
    return isinstance(key, ec.EllipticCurvePublicKey) and key.key_size < 256


def verify(parsed: Cms, key: PublicKey) -> bool:
    """Verify the signature over the signed attributes with the signer's public key.

    False for a wrong signature, for a key that does not fit the algorithm, and when the digest of the
    signature differs from that of the message (RFC 5652 section 5.4 leaves no room for two).

    Raises:
        CmsError: the algorithm is none we know.
    """
    kind, digest, parameters = _scheme(parsed)
    if kind in _EDWARDS:
        return isinstance(key, _EDWARDS[kind]) and _holds(key, parsed.signature, parsed.signed_attributes)
    algorithm = _HASHES.get(digest)
    if algorithm is None:
        raise CmsError("unknown digest algorithm")
    if digest != parsed.digest_algorithm:
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pkcs1v15":
            key.verify(parsed.signature, parsed.signed_attributes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pss" and parameters is not None:
            key.verify(parsed.signature, parsed.signed_attributes, _pss(parameters), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
            key.verify(parsed.signature, parsed.signed_attributes, ec.ECDSA(algorithm))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _holds(key: ed25519.Ed25519PublicKey | ed448.Ed448PublicKey, signature: bytes, octets: bytes) -> bool:
    """Verify a signature that needs no digest algorithm (RFC 8419)."""
    try:
        key.verify(signature, octets)
    except InvalidSignature:
        return False
    return True


def _pss(parameters: algos.RSASSAPSSParams) -> padding.PSS:
    generator = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
    if generator not in _HASHES:
        raise CmsError("unknown mask generation digest")
    return padding.PSS(mgf=padding.MGF1(_HASHES[generator]), salt_length=parameters["salt_length"].native)
