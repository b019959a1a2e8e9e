"""Keys of hostile DNS: whatever numbers they are made of, they verify or they do not."""

from __future__ import annotations

import base64

import pytest
from asn1crypto.keys import RSAPublicKey
from hypothesis import given
from hypothesis import strategies as st

from gateway.read.identity.keys import MAX_KEY_BITS, read_keys

NUMBERS = st.one_of(
    st.integers(-9, 9), st.integers(0, 2**512), st.integers(2**1_023, 2**1_024), st.integers(2**5_000, 2**5_001)
)
SIGNATURES = (b"", b"\0", b"\xff" * 64, b"\0" * 128, b"\xff" * 128, b"\1" + b"\0" * 63)


@given(NUMBERS, st.one_of(st.integers(-3, 70_000), NUMBERS))
def test_any_numbers_of_rsa(modulus, exponent):
    """Even, tiny, negative and huge ones: no exception, nothing verified, none above the bound loaded."""
    octets = RSAPublicKey({"modulus": modulus, "public_exponent": exponent}).dump()
    (key,) = read_keys([f"p={base64.b64encode(octets).decode()}"], "rsa-sha256")

    assert key.public is None or key.bits <= MAX_KEY_BITS
    assert bool(key.fault) == (key.public is None)
    assert not any(key.verifies(signature, b"x") for signature in SIGNATURES)


@given(st.binary(max_size=40))
def test_any_octets_of_ed25519(octets):
    """Thirty-two octets are a key (RFC 8463 section 4.2), also where no point of the curve is meant."""
    keys = read_keys([f"k=ed25519; p={base64.b64encode(octets).decode()}"], "ed25519-sha256")

    assert [bool(key.fault) for key in keys] == [len(octets) != 32]
    assert not any(key.verifies(b"\xff" * 64, b"x") for key in keys)


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_key_with_a_fault_verifies_nothing(signature):
    """Revoked, say."""
    (key,) = read_keys(["p="], "rsa-sha256")

    assert not key.verifies(signature, b"")
