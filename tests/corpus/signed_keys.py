"""Keys and certificates of the signed corpus: throw-away, made from their own names, the same octets every time.

Whoever reads this file can sign as anybody in it. Nothing outside these tests trusts its roots.
"""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.demo.pki import Identity, Key, Pki, Subject

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
"""Now, for every file of the corpus."""
SIGNED = AT.replace(hour=7)
"""When the honest ones were signed."""

_SMALL = math.prod(p for p in range(3, 2000) if all(p % d for d in range(2, math.isqrt(p) + 1)))


def _number(name: str, tries: int, bits: int) -> int:
    pieces = (hashlib.sha512(f"congthu {name} {tries} {piece}".encode()).digest() for piece in range(bits // 512))
    return int.from_bytes(b"".join(pieces), "big") | (3 << (bits - 2)) | 1


def _is_prime(number: int) -> bool:
    return number % 3 != 1 and math.gcd(number, _SMALL) == 1 and pow(2, number - 1, number) == 1


def _prime(name: str, bits: int) -> int:
    tries = 0
    while not _is_prime(_number(name, tries, bits)):
        tries += 1
    return _number(name, tries, bits)


def rsa_key(name: str, *, exponent: int = 65537, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Make the RSA key of a name."""
    p, q = _prime(f"{name} p", bits // 2), _prime(f"{name} q", bits // 2)
    d = pow(exponent, -1, math.lcm(p - 1, q - 1))
    public = rsa.RSAPublicNumbers(exponent, p * q)
    crt = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *crt, public).private_key()


@cache
def make_key(name: str, kind: str) -> Key:
    """Make the key of a name, as `Pki` asks for it."""
    if kind == "rsa":
        return rsa_key(name)
    if kind == "rsa-1024":
        return rsa_key(name, bits=1024)
    return ec.derive_private_key(
        int.from_bytes(hashlib.sha256(f"congthu {name}".encode()).digest(), "big") >> 1, ec.SECP256R1()
    )


@cache
def pki() -> Pki:
    """The hierarchy all files of the corpus are signed under."""
    made = Pki(AT, make_key=make_key)
    made.revoke(made.leaf("revoked"), days_ago=10)
    return made


@cache
def old_pki() -> Pki:
    """The same names in a generation before, signed with SHA-1, other keys."""
    return Pki(
        AT,
        make_key=lambda name, kind: make_key(f"old {name}", kind),
        sha1_authorities=frozenset({"official"}),
        generation="old ",
    )


def agency() -> Identity:
    """The standard agency on an elliptic key, which keeps files small."""
    return pki().leaf("agency ec")


def person() -> Identity:
    """Its leader."""
    return pki().person()


def stranger() -> Identity:
    """Somebody of an authority nobody lists, under the agency's own name."""
    return pki().leaf("stranger", authority="foreign")


def issue(
    name: str,
    issuer: Identity,
    edit: Callable[[x509.CertificateBuilder], x509.CertificateBuilder],
    *,
    subject: Subject | None = None,
    key: Key | None = None,
) -> Identity:
    """Issue a certificate of any kind: `edit` adds its extensions."""
    own = key or make_key(name, "ec")
    who = subject or Subject()
    pairs = [("C", "VN"), ("O", who.organisation), ("CN", who.common_name)]
    text = x509.Name.from_rfc4514_string(",".join(f"{left}={right}" for left, right in reversed(pairs)))
    builder = pki()._builder(name, text, issuer, own, (-365, 730))
    certificate = edit(builder).sign(issuer.key, SHA256(), ecdsa_deterministic=True)
    return Identity(certificate, own, (issuer, *issuer.issuers))


def altered(identity: Identity, edit: Callable[[asn1_x509.TbsCertificate], None]) -> Identity:
    """Issue a certificate again with anything changed that a builder refuses."""
    thing = asn1_x509.Certificate.load(identity.der)
    edit(thing["tbs_certificate"])
    body = thing["tbs_certificate"].dump(force=True)
    issuer_key = identity.issuers[0].key
    assert isinstance(issuer_key, ec.EllipticCurvePrivateKey)
    thing["signature_value"] = issuer_key.sign(body, ec.ECDSA(SHA256(), deterministic_signing=True))
    return Identity(x509.load_der_x509_certificate(thing.dump(force=True)), identity.key, identity.issuers)
