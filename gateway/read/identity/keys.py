"""Keys of signatures as DNS holds them (RFC 6376 section 3.6.1, RFC 8301, RFC 8463), and what they verify."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from gateway.read.guard import attempt
from gateway.read.identity.tags import decode_base64, parse_tags, split_list

if TYPE_CHECKING:
    from collections.abc import Iterable

ALGORITHMS: Final = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
"""Value of `a=` to that of `k=`; RFC 8301 section 3.1 withdrew rsa-sha1."""
MIN_KEY_BITS: Final = 1_024
"""Of RSA: below, nothing counts as signed (RFC 8301 section 3.2)."""
MAX_KEY_BITS: Final = 4_096
"""Of RSA (`dkim_key_bits`): what verifiers must know and signers should not exceed (RFC 8301 section 3.2). The cost
of a signature grows with the square of it."""
TOO_LONG: Final = f"key has more than {MAX_KEY_BITS} bits"
"""Fault that is an overrun of `dkim_key_bits`."""
MAX_KEYS: Final = 4
"""Records of one selector that are tried; there should be one (RFC 6376 section 3.6.2.2)."""
_MAX_EXPONENT_BITS: Final = 64
"""Usual is 65,537; the cost of a signature grows with its length."""
_ED25519_OCTETS: Final = 32
_KEYS_KEPT: Final = 100
"""Key records kept as they were read; the longest is bounded by an answer of DNS."""
_PADDING, _HASH = PKCS1v15(), SHA256()


class Key(NamedTuple):
    """One key record."""

    public: RSAPublicKey | Ed25519PublicKey | None
    """None with a fault."""
    bits: int = 0
    is_testing: bool = False
    is_strict: bool = False
    fault: str = ""
    """Why nothing can be verified with it, in few words of ours."""
    is_edwards: bool = False
    """Ed25519, else RSA: told here, for asking the class of a key each time costs as much as a third of a signature."""

    @property
    def is_short(self) -> bool:
        """Tell whether nothing counts as signed with it (RFC 8301 section 3.2)."""
        return self.bits < MIN_KEY_BITS and self.public is not None and not self.is_edwards

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Tell whether this is the signature of the data."""
        try:
            if self.public is None:
                return False
            if self.is_edwards:
                # RFC 8463 section 3: it is the SHA-256 of the data that is signed
                cast("Ed25519PublicKey", self.public).verify(signature, hashlib.sha256(data).digest())
            else:
                cast("RSAPublicKey", self.public).verify(signature, data, _PADDING, _HASH)
        except InvalidSignature:
            return False
        return True


def read_keys(records: Iterable[str], algorithm: str) -> list[Key]:
    """Read the key records of a selector for one algorithm of ALGORITHMS, at most MAX_KEYS.

    Records that begin with another version are those of something else and left out (RFC 6376 section 3.6.1).
    """
    keys: list[Key] = []
    for record in records:
        key = _read_key(record.encode("latin-1", "replace"), ALGORITHMS[algorithm])
        if key is not None:
            keys.append(key)
        if len(keys) == MAX_KEYS:
            break
    return keys


@lru_cache(maxsize=_KEYS_KEPT)
def _read_key(record: bytes, kind: str) -> Key | None:
    # kept: the same domains write again, and a key is made ready for use by the first signature it verifies
    tags = parse_tags(record)
    if tags is None:
        return Key(None, fault="key record is malformed")
    names = list(tags.values)
    if "v" in names and (names[0] != "v" or tags.text("v") != "DKIM1"):
        return None
    flags = split_list(tags.text("t"))
    is_testing, is_strict = "y" in flags, "s" in flags
    public, bits, fault = None, 0, ""
    if "p" not in names:
        fault = "key record has no key"
    elif not tags.text("p"):
        fault = "key is revoked"
    elif tags.text("k", "rsa") != kind:
        fault = "key is of another kind"
    elif "sha256" not in split_list(tags.text("h", "sha256")):
        fault = "key is not for this hash"
    elif not {"*", "email"} & set(split_list(tags.text("s", "*"))):
        fault = "key is not for mail"
    else:
        public, bits, fault = _load(decode_base64(tags.text("p")) or b"", kind)
    return Key(public, bits, is_testing, is_strict, fault, is_edwards=kind == "ed25519")


def _load(octets: bytes, kind: str) -> tuple[RSAPublicKey | Ed25519PublicKey | None, int, str]:
    """Make a key of its octets: (key, bits, fault)."""
    if kind == "ed25519":
        if len(octets) != _ED25519_OCTETS:
            return None, 0, "key is malformed"
        edwards = attempt(lambda: Ed25519PublicKey.from_public_bytes(octets))
        return edwards, 256, "" if edwards is not None else "key is malformed"
    # Both forms are published: SubjectPublicKeyInfo and, as RFC 6376 words it, RSAPublicKey.
    loaded = attempt(lambda: load_der_public_key(octets))
    if not isinstance(loaded, RSAPublicKey):
        return None, 0, "key is malformed"
    if loaded.key_size > MAX_KEY_BITS:
        return None, loaded.key_size, TOO_LONG
    if loaded.public_numbers().e.bit_length() > _MAX_EXPONENT_BITS:
        return None, loaded.key_size, "key has an odd exponent"
    return loaded, loaded.key_size, ""
