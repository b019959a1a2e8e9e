"""One signature of a message, DKIM-Signature or ARC-Message-Signature, as its field says it (RFC 6376 section 3.5)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.read.identity.canonical import relax_field
from gateway.read.identity.domains import MAX_NAME_OCTETS, lies_within
from gateway.read.identity.keys import ALGORITHMS
from gateway.read.identity.tags import TagList, decode_base64, parse_tags, split_list
from gateway.values.addresses import normalise_domain

if TYPE_CHECKING:
    from gateway.read.identity.canonical import Method, SignedContent
    from gateway.read.mime.fields import Field

_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*")
_MAX_DIGITS = 76
"""RFC 6376 section 3.5."""
_FIELD_NAMES = re.compile(r"[!-9;-~]+(?::[!-9;-~]+)*")
_ALGORITHM = re.compile(r"[a-z0-9-]{1,32}")
_CANONICAL: Final[dict[str, tuple[Method, Method]]] = {
    "simple": ("simple", "simple"),
    "relaxed": ("relaxed", "simple"),
    "simple/simple": ("simple", "simple"),
    "simple/relaxed": ("simple", "relaxed"),
    "relaxed/simple": ("relaxed", "simple"),
    "relaxed/relaxed": ("relaxed", "relaxed"),
}
NO_TAGS: Final = TagList({})


class Signature(NamedTuple):
    """What one field says; with a fault, the rest is as far as it could be read."""

    field: Field
    tags: TagList
    domain: str = ""
    """d=, lower case A-labels; empty when it is none."""
    selector: str = ""
    algorithm: str = ""
    identity: str = ""
    """Domain of i=, of d= where there is none."""
    names: tuple[str, ...] = ()
    """h=, lower case, as often as written."""
    header_method: Method = "simple"
    body_method: Method = "simple"
    length: int | None = None
    """l=."""
    expires_at: int | None = None
    octets: bytes = b""
    """b=, decoded."""
    body_hash: bytes = b""
    fault: str = ""
    """Why it cannot be verified, in few words of ours."""

    @property
    def key_name(self) -> str:
        """Name whose TXT records are its keys (RFC 6376 section 3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"


def read_signature(content: SignedContent, field: Field, *, is_arc: bool = False) -> Signature:
    """Read a DKIM-Signature, or with `is_arc` an ARC-Message-Signature (RFC 8617 section 4.1.2)."""
    tags = parse_tags(content.value(field))
    if tags is None:
        return Signature(field, NO_TAGS, fault="tags are malformed")
    domain, methods = read_name(tags.text("d")), _CANONICAL.get(tags.text("c", "simple"))
    identity = domain if is_arc or "i" not in tags.values else read_name(tags.text("i").rpartition("@")[2])
    read = Signature(
        field,
        tags,
        domain=domain,
        selector=read_name(tags.text("s")),
        algorithm=read_algorithm(tags),
        identity=identity,
        names=tuple(split_list(tags.text("h").lower())),
        header_method=methods[0] if methods else "simple",
        body_method=methods[1] if methods else "simple",
        length=read_number(tags, "l"),
        expires_at=read_number(tags, "x"),
        octets=decode_base64(tags.text("b")) or b"",
        body_hash=decode_base64(tags.text("bh")) or b"",
    )
    fault = _fault(read, is_arc=is_arc)
    return read._replace(fault=fault) if fault else read


def read_seal(content: SignedContent, field: Field) -> Signature:
    """Read an ARC-Seal, which signs fields by rule and no body (RFC 8617 section 4.1.3)."""
    tags = parse_tags(content.value(field))
    if tags is None:
        return Signature(field, NO_TAGS, fault="tags are malformed")
    read = Signature(
        field,
        tags,
        domain=read_name(tags.text("d")),
        selector=read_name(tags.text("s")),
        algorithm=read_algorithm(tags),
        octets=decode_base64(tags.text("b")) or b"",
    )
    fault = next((fault for holds, fault in common_checks(read) if not holds), "")
    return read._replace(fault=fault) if fault else read


def _fault(signature: Signature, *, is_arc: bool) -> str:
    """Tell the first thing that forbids to verify it (RFC 6376 sections 3.5 and 6.1.1), empty for none."""
    tags = signature.tags
    signed_at = read_number(tags, "t")
    checks = (
        (is_arc or tags.text("v") == "1", "v= is not 1"),
        *common_checks(signature),
        (tags.text("c", "simple") in _CANONICAL, "c= is unknown"),
        (bool(signature.body_hash), "bh= is malformed"),
        (_FIELD_NAMES.fullmatch(":".join(signature.names)) is not None, "h= is malformed"),
        ("dns/txt" in split_list(tags.text("q", "dns/txt")), "q= is unknown"),
        ("l" not in tags.values or signature.length is not None, "l= is malformed"),
        ("x" not in tags.values or signature.expires_at is not None, "x= is malformed"),
        (signed_at is None or signature.expires_at is None or signature.expires_at > signed_at, "x= lies before t="),
        (is_arc or "i" not in tags.values or "@" in tags.text("i"), "i= is malformed"),
        (lies_within(signature.identity, signature.domain), "i= is not of d="),
    )
    return next((fault for holds, fault in checks if not holds), "")


def common_checks(signature: Signature) -> tuple[tuple[bool, str], ...]:
    """Give what signatures and seals have in common: whether each holds, and what to say when it does not."""
    tags = signature.tags
    return (
        (signature.algorithm != "rsa-sha1", NO_SHA1),
        (signature.algorithm in ALGORITHMS, "a= is unknown"),
        (bool(signature.domain) and "." in signature.domain, "d= is malformed"),
        (bool(signature.selector), "s= is malformed"),
        (len(signature.key_name) <= MAX_NAME_OCTETS, "s= and d= are too long"),
        (bool(signature.octets), "b= is malformed"),
        ("t" not in tags.values or read_number(tags, "t") is not None, "t= is malformed"),
    )


NO_SHA1: Final = "rsa-sha1 is not accepted"
"""RFC 8301 section 3.1: such a signature has permanently failed."""


def signed_header(content: SignedContent, signature: Signature) -> bytes:
    """Give what a signature signs of the header section: the fields of h=, then its own with b= emptied."""
    parts = content.header(signature.names, signature.header_method, signature.field)
    parts.append(without_signature(content, signature.field, signature.tags, signature.header_method))
    return b"".join(parts)


def without_signature(content: SignedContent, field: Field, tags: TagList, method: Method) -> bytes:
    """Give a field canonical as it was signed: the value of b= and its blanks taken out, no line end at the end."""
    value = content.value(field)
    start, end = tags.signature_span
    value = value[:start] + value[end:]
    if method == "relaxed":
        return relax_field(field.name, value)
    return content.name(field) + value.removesuffix(b"\r\n")


def read_algorithm(tags: TagList) -> str:
    """Give a= as far as it can be shown; empty for what is no algorithm."""
    found = _ALGORITHM.fullmatch(tags.text("a"))
    return found[0] if found is not None else ""


def read_number(tags: TagList, name: str) -> int | None:
    """Read a tag of decimal digits; None when it is missing, or something else."""
    text = tags.text(name)
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= _MAX_DIGITS else None


def read_name(text: str) -> str:
    """Bring a name of DNS into lower-case A-labels; empty when it is none.

    In mail of SMTPUTF8 it may stand in U-labels (RFC 8616 section 4); `text` is Latin-1, an octet a character.
    """
    if text.isascii():
        name = text.lower()
        return name if _NAME.fullmatch(name) is not None and len(name) <= MAX_NAME_OCTETS else ""
    try:
        return normalise_domain(text[:MAX_NAME_OCTETS].encode("latin-1").decode("utf-8"))
    except ValueError:
        return ""
