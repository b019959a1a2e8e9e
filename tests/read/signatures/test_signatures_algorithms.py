"""Algorithms of signatures and keys: what verifies, what is weak, and what readers agree on."""

from __future__ import annotations

from functools import cache

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.demo.pki import Identity, _key_usage
from gateway.read.cms.structure import digest_of
from gateway.values.evidence import Outcome
from tests.support.odd_cms import odd_cms, with_contents
from tests.support.signed_pdfs import facts_of, pki

RIPEMD = "1.3.36.3.2.1"
RSA_OCTETS = 256
MAX_SALT = RSA_OCTETS - 32 - 2
"""Longest salt beside a SHA-256 digest in a 2048 bit block (RFC 8017 section 9.1.1)."""


@cache
def holder(name: str) -> Identity:
    """A leaf of the official authority with a key of the named kind."""
    key = {
        "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
        "p192": lambda: ec.generate_private_key(ec.SECP192R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "ed448": ed448.Ed448PrivateKey.generate,
        "rsa-1024": lambda: rsa.generate_private_key(65537, 1024),
    }[name]()
    issuer = pki().subs["official"]
    subject = pki().agency().certificate.subject
    builder = pki()._builder(f"holder {name}", subject, issuer, key, (-30, 30))
    builder = builder.add_extension(_key_usage(is_authority=False), critical=True)
    return Identity(builder.sign(issuer.key, SHA256()), key, (issuer, pki().roots["official"]))


def claims(octets):
    """Claims of a file's only signature that an algorithm decides, with what readers differ in."""
    facts = facts_of(octets)
    verified = (facts.is_intact, facts.is_cryptographically_valid)
    return *verified, facts.is_weak_algorithm, facts.sub_indication or facts.outcome.value, facts.disagreement


SOUND = (True, True, False, "pass", ())
WEAK = (True, True, True, "CRYPTO_CONSTRAINTS_FAILURE", ())


def pss(salt: int, digest: str = "sha256", generator: str = "sha256", told: int | None = None) -> bytes:
    """A file signed with PSS; `told` is the salt length written down where that differs."""
    kinds = {"sha256": hashes.SHA256(), "sha1": hashes.SHA1(), "sha512": hashes.SHA512()}
    parameters = {
        "hash_algorithm": {"algorithm": digest},
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": generator}},
        "salt_length": salt if told is None else told,
    }
    key = pki().agency().key

    def sign(octets):
        return key.sign(octets, padding.PSS(padding.MGF1(kinds[generator]), salt), kinds[digest])

    algorithm = {"algorithm": "rsassa_pss", "parameters": parameters}
    return with_contents(lambda document: odd_cms(document, pki().agency(), algorithm=algorithm, sign=sign))


@pytest.mark.parametrize("salt", [0, 20, 32, MAX_SALT])
def test_pss_salt_of_any_length_verifies(salt):
    """Programs write none, that of SHA-1, that of the digest, and the longest there is room for."""
    assert SOUND == claims(pss(salt))


def test_pss_mask_of_another_hash_verifies():
    """MGF1 with SHA-1, which is the default of the structure, beside SHA-256: the digest alone decides strength."""
    assert SOUND == claims(pss(32, generator="sha1"))
    assert SOUND == claims(pss(32, generator="sha512"))


@pytest.mark.parametrize("told", [0, 20, 31, MAX_SALT + 1, 4096])
def test_pss_salt_of_another_length_than_told_fails(told):
    """The parameters are part of what must fit."""
    assert (True, False, False, "SIG_CRYPTO_FAILURE", ()) == claims(pss(32, told=told))


def test_pss_hash_must_be_that_of_the_message():
    """PSS over SHA-512 while the SignerInfo says SHA-256 (RFC 4056 section 3): the readers differ, nobody is believed."""
    facts = facts_of(pss(32, digest="sha512", generator="sha512"))

    assert (False, Outcome.PERMERROR) == (facts.is_cryptographically_valid, facts.outcome)
    assert ("pyhanko:is_cryptographically_valid:true",) == facts.disagreement


def elliptic(name: str, digest: str, algorithm: str = "") -> bytes:
    """A file signed with an elliptic key of a curve."""
    identity = holder(name)
    kind = getattr(hashes, digest.upper())()
    written = {"algorithm": algorithm or f"{digest}_ecdsa"}
    return with_contents(
        lambda document: odd_cms(
            document,
            identity,
            digest=digest,
            algorithm=written,
            sign=lambda octets: identity.key.sign(octets, ec.ECDSA(kind)),
        )
    )


@pytest.mark.parametrize(
    ("curve", "digest"),
    [("p256", "sha256"), ("p384", "sha384"), ("p521", "sha512"), ("p256", "sha512"), ("p384", "sha3_384")],
)
def test_elliptic_curves_verify(curve, digest):
    """P-256 to P-521 with SHA-2, and SHA-3."""
    assert SOUND == claims(elliptic(curve, digest))


def test_short_curve_is_weak():
    """P-192 verifies and counts for nothing (Circular 15/2025: 256 bits)."""
    assert WEAK == claims(elliptic("p192", "sha256"))


def edwards(name: str, digest: str) -> bytes:
    """A file signed with an Edwards key (RFC 8419)."""
    identity = holder(name)
    return with_contents(
        lambda document: odd_cms(
            document, identity, digest=digest, algorithm={"algorithm": name}, sign=identity.key.sign
        )
    )


@pytest.mark.parametrize(
    ("curve", "digest", "expected"),
    [
        ("ed25519", "sha512", SOUND),
        ("ed448", "shake256", SOUND),
        ("ed25519", "sha256", WEAK),
        ("ed448", "sha512", WEAK),
    ],
)
def test_edwards_curves_go_with_one_digest_each(curve, digest, expected):
    """SHA-512 and SHAKE256 (RFC 8419 section 3); another digest verifies and counts for nothing."""
    assert expected == claims(edwards(curve, digest))


def test_an_edwards_key_makes_no_signature_of_the_other_curve():
    """The key decides, not what is written."""
    identity = holder("ed448")
    octets = with_contents(
        lambda document: odd_cms(
            document, identity, digest="sha512", algorithm={"algorithm": "ed25519"}, sign=identity.key.sign
        )
    )

    assert facts_of(octets).is_cryptographically_valid is False
    assert facts_of(octets).outcome is not Outcome.PASS


def test_shake_is_taken_at_its_length_in_a_cms():
    """Ed448 goes with SHAKE256 of 64 octets (RFC 8419 section 3.2)."""
    assert 64 == len(digest_of([memoryview(b"x")], "shake256"))


@pytest.mark.parametrize("digest", ["sha3_256", "sha3_512", "sha224", "sha512_256"])
def test_rarer_digests_verify_with_rsa(digest):
    """Plain rsaEncryption beside a digest of SHA-3 or a cut SHA-2."""
    kind = getattr(hashes, digest.upper())()
    key = pki().agency().key
    octets = with_contents(
        lambda document: odd_cms(
            document, pki().agency(), digest=digest, sign=lambda tbs: key.sign(tbs, padding.PKCS1v15(), kind)
        )
    )

    assert SOUND == claims(octets)


def test_short_rsa_key_verifies_and_is_weak():
    """RSA of 1024 bits: both claims are true."""
    identity = holder("rsa-1024")

    assert WEAK == claims(with_contents(lambda document: odd_cms(document, identity)))


def test_ripemd_is_named_weak():
    """RIPEMD-160 is nothing we verify: it is named, and no structure is called broken for it."""
    key = pki().agency().key
    octets = with_contents(
        lambda document: odd_cms(
            document,
            pki().agency(),
            digest=RIPEMD,
            sign=lambda tbs: key.sign(tbs, padding.PKCS1v15(), SHA256()),
        )
    )
    facts = facts_of(octets)

    assert ("ripemd160", True, None) == (
        facts.digest_algorithm, facts.is_weak_algorithm, facts.is_cryptographically_valid,
    )  # fmt: skip
    assert (Outcome.PERMERROR, "CRYPTO_CONSTRAINTS_FAILURE") == (facts.outcome, facts.sub_indication)


def test_signature_algorithm_that_names_its_digest_must_name_the_right_one():
    """`sha512WithRSA` beside SHA-256 (RFC 5652 section 5.4)."""
    octets = with_contents(lambda document: odd_cms(document, pki().agency(), algorithm={"algorithm": "sha512_rsa"}))

    assert facts_of(octets).is_cryptographically_valid is False
