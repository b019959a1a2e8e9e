"""A signer of DKIM and ARC that follows the RFCs line by line and shares nothing with the verifier."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FIELDS = ("from", "to", "subject", "date")


@cache
def rsa_key(bits=2048):
    """Make one RSA key of that length for all tests."""
    return rsa.generate_private_key(65_537, bits)


@cache
def edwards_key():
    """Make one Ed25519 key for all tests."""
    return ed25519.Ed25519PrivateKey.generate()


def public_octets(key, form=PublicFormat.SubjectPublicKeyInfo):
    """Give what stands in p= of its record, before base64."""
    public = key.public_key()
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return public.public_bytes(Encoding.DER, form)


def record(key, more="", form=PublicFormat.SubjectPublicKeyInfo):
    """Write the key record of a key; `more` are tags behind v= such as `t=s; `."""
    kind = "ed25519" if isinstance(key, ed25519.Ed25519PrivateKey) else "rsa"
    return f"v=DKIM1; k={kind}; {more}p={base64.b64encode(public_octets(key, form)).decode()}"


def canonical_body(body, method):
    """Make a body canonical, line by line (RFC 6376 section 3.4.3 and 3.4.4)."""
    lines = body.split(b"\r\n")
    if method == "relaxed":
        lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        return b"" if method == "relaxed" else b"\r\n"
    return b"\r\n".join(lines) + b"\r\n"


def canonical_field(field, method):
    """Make one field with its line end canonical (RFC 6376 section 3.4.1 and 3.4.2)."""
    if method == "simple":
        return field
    name, _, value = field.partition(b":")
    value = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip(b" ")
    return name.lower().rstrip(b" \t") + b":" + value + b"\r\n"


def fields_of(content):
    """Split the header section of well-formed content."""
    head = content.partition(b"\r\n\r\n")[0] + b"\r\n"
    return re.findall(rb"[^\r\n]+\r\n(?:[ \t][^\r\n]*\r\n)*", head)


def chosen(content, names):
    """Pick the fields named, each name from below (RFC 6376 section 5.4.2)."""
    left = fields_of(content)
    picked = []
    for name in names:
        for field in reversed(left):
            if field.partition(b":")[0].strip().lower() == name.lower().encode():
                picked.append(field)
                left.remove(field)
                break
    return picked


def sign_octets(key, octets, digest=SHA256):
    """Sign as the algorithm of the key has it, in base64."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        signature = key.sign(hashlib.sha256(octets).digest())
    else:
        signature = key.sign(octets, padding.PKCS1v15(), digest())
    return base64.b64encode(signature).decode()


def signature_field(content, key=None, *, name="DKIM-Signature", fields=FIELDS, c="relaxed/relaxed", **tags):
    """Make the signature field of content; tags replace those by default, and one that is None is left out."""
    key = key or rsa_key()
    header, body = (*c.split("/"), "simple")[:2]
    canonical = canonical_body(content.partition(b"\r\n\r\n")[2], body)
    length = tags.get("l")
    digest = hashlib.sha256(canonical if length is None else canonical[: int(length)]).digest()
    algorithm = "ed25519-sha256" if isinstance(key, ed25519.Ed25519PrivateKey) else "rsa-sha256"
    all_tags = {
        "v": "1", "a": algorithm, "c": c, "d": "so-a.example", "s": "s1", "h": ":".join(fields),
        "bh": base64.b64encode(digest).decode(),
    } | tags  # fmt: skip
    text = "; ".join(f"{tag}={value}" for tag, value in all_tags.items() if value is not None)
    unsigned = f"{name}: {text};\r\n b=".encode()
    own = canonical_field(unsigned + b"\r\n", header).removesuffix(b"\r\n")
    octets = b"".join(canonical_field(field, header) for field in chosen(content, fields)) + own
    value = sign_octets(key, octets, SHA1 if all_tags["a"] == "rsa-sha1" else SHA256)
    folded = "\r\n  ".join(re.findall(".{1,70}", value))
    return unsigned + folded.encode() + b"\r\n"


def sign(content, key=None, **choices):
    """Give content with a signature on top; the choices are those of `signature_field`."""
    return signature_field(content, key, **choices) + content


def seal(content, key=None, *, domain="list.example", told="dmarc=pass header.from=so-a.example", **choices):
    """Give content as a list passes it on: one ARC set more (RFC 8617 section 5.1).

    Choices: `instance` and `cv` instead of the next ones, `fields` for the message signature, `tags` for the seal.
    """
    key = key or rsa_key()
    instance = choices.get("instance", 1 + sum(field.startswith(b"ARC-Seal:") for field in fields_of(content)))
    results = f"ARC-Authentication-Results: i={instance}; mx.{domain}; {told}\r\n".encode()
    fields = choices.get("fields", FIELDS)
    message = signature_field(
        content,
        key,
        name="ARC-Message-Signature",
        fields=fields,
        v=None,
        i=str(instance),
        d=domain,
        **choices.get("ams", {}),
    )
    tags = {
        "i": str(instance), "a": "ed25519-sha256" if isinstance(key, ed25519.Ed25519PrivateKey) else "rsa-sha256",
        "cv": choices.get("cv", "none" if instance == 1 else "pass"), "d": domain, "s": "s1", "t": "1700000000",
    } | choices.get("tags", {})  # fmt: skip
    text = "; ".join(f"{tag}={value}" for tag, value in tags.items() if value is not None)
    unsigned = f"ARC-Seal: {text};\r\n b=".encode()
    signed = b"".join(canonical_field(field, "relaxed") for field in [*_sets(content), results, message])
    own = canonical_field(unsigned + b"\r\n", "relaxed").removesuffix(b"\r\n")
    value = sign_octets(key, signed + own)
    return unsigned + "\r\n  ".join(re.findall(".{1,70}", value)).encode() + b"\r\n" + message + results + content


def _sets(content):
    """Give the fields of the sets that are there, in the order in which a seal signs them."""
    names = (b"arc-authentication-results", b"arc-message-signature", b"arc-seal")
    found = [field for field in fields_of(content) if field.partition(b":")[0].lower() in names]
    instance = re.compile(rb"[ ;:]i=([0-9]+)")
    return sorted(found, key=lambda one: (int(instance.search(one)[1]), names.index(one.partition(b":")[0].lower())))
