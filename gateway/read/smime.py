"""S/MIME and other CMS in mail (RFC 8551, RFC 5652): what is signed is opened, its signer judged as that of a PDF.

Nothing is decrypted. A signature speaks of the octets it covers and says nothing of what stands around them.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from gateway.read.ber import Walker, wrap
from gateway.read.chains import SignerCache
from gateway.read.cms import MAX_CMS_OCTETS
from gateway.read.pdf import attempt
from gateway.read.signature_revisions import Revisions
from gateway.read.signatures import Judging, validate_beside
from gateway.read.transfer import decode_body

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from gateway.read.notes import Notes
    from gateway.read.parts import Leaf
    from gateway.values.facts import PartFacts, SignatureFacts
    from gateway.values.trust import TrustSnapshot

_ARMOUR = re.compile(rb"-----BEGIN (?:PKCS7|CMS)-----([A-Za-z0-9+/=\s]+)-----END ")
_PKCS7 = bytes.fromhex("2a864886f70d0107")
"""The arc of PKCS #7 content types; one octet follows."""
_SIGNED_DATA = 2
_KINDS = {3: "enveloped", 4: "enveloped", 6: "enveloped"}
"""envelopedData, signedAndEnvelopedData, encryptedData."""
_COMPRESSED = bytes.fromhex("2a864886f70d0109100109")
_AUTHENTICATED = {bytes.fromhex("2a864886f70d0109100117"), bytes.fromhex("2a864886f70d0109100102")}
"""authEnvelopedData (RFC 5083) and authenticatedData."""
SUB_FILTER = "smime"
"""`SignatureFacts.sub_filter` of a signature of this module."""


class Opened(NamedTuple):
    """What one CMS holds."""

    kind: str
    """`signed`, `certificates` (no signer), `enveloped`, `compressed` or `unknown`."""
    content: bytes | None = None
    """The octets signed, when they are inside."""
    signature: bytes = b""
    """The same CMS without them: a detached signature."""


UNKNOWN = Opened("unknown")


def open_cms(octets: bytes) -> Opened:
    """Open a CMS in DER, BER or PEM; `unknown` when it is none, or damaged."""
    return attempt(lambda: _open(_unarmoured(octets))) or UNKNOWN


def _unarmoured(octets: bytes) -> bytes:
    match = _ARMOUR.match(octets)
    if match is None:
        return octets
    try:
        return base64.b64decode(match[1])
    except binascii.Error:
        return b""


def _open(octets: bytes) -> Opened:
    """Take the content out.

    Raises:
        ValueError, IndexError: the octets are no CMS (RFC 5652 sections 3 and 5.1).
    """
    walker = Walker(octets)
    kind, holder = walker.children(walker.element(0, len(octets)))
    name = octets[kind.start : kind.end]
    if not name.startswith(_PKCS7) or len(name) != len(_PKCS7) + 1:
        return Opened("enveloped" if name in _AUTHENTICATED else "compressed" if name == _COMPRESSED else "unknown")
    if name[-1] != _SIGNED_DATA:
        return Opened(_KINDS.get(name[-1], "unknown"))
    version, digests, inside, *rest = walker.children(walker.children(holder)[0])
    infos = rest[-1]
    if infos.start == infos.end:
        return Opened("certificates")
    inner_kind, *contents = walker.children(inside)
    if octets[inner_kind.start : inner_kind.end] != _PKCS7 + b"\x01" or not contents:
        return Opened("signed", None, octets)
    content = walker.string(walker.children(contents[0])[0])
    if len(octets) - len(content) > MAX_CMS_OCTETS:
        return UNKNOWN
    bare = wrap(0x30, octets[inner_kind.begin : inner_kind.after])
    parts = [octets[one.begin : one.after] for one in (version, digests, *rest)]
    signed = wrap(0x30, *parts[:2], bare, *parts[2:])
    return Opened("signed", content, wrap(0x30, octets[kind.begin : kind.after], wrap(0xA0, signed)))


def judge_cms(
    signature: bytes, covered: bytes, trust: TrustSnapshot, at: datetime, signers: SignerCache | None
) -> SignatureFacts:
    """Judge a detached signature over the octets it stands for, as signatures of documents are judged."""
    judging = Judging(
        octets=covered,
        trust=trust,
        at=at,
        cache=signers if signers is not None else SignerCache(),
        guard=attempt,
        revisions=Revisions(b"", objects=0, seconds=0.0, guard=attempt),
    )
    return validate_beside(signature, judging, SUB_FILTER)


def judge_beside(
    octets: bytes,
    leaves: Sequence[Leaf],
    found: Sequence[PartFacts],
    notes: Notes,
    judge: Callable[[bytes, bytes], SignatureFacts],
) -> list[PartFacts]:
    """Judge detached signatures over the entity (RFC 1847) or the attached file they stand beside.

    A file `a.pdf.p7s` beside `a.pdf` signs it; a signature alone in a multipart/signed covers its first entity.
    """
    by_path = {leaf.path: leaf for leaf in leaves if leaf.message is None}
    files = {part.name: by_path[part.path] for part in found if part.path in by_path and part.kind != "pkcs7"}
    judged = list(found)
    for at, part in enumerate(found):
        leaf = by_path.get(part.path)
        if leaf is None or part.kind != "pkcs7" or part.smime is not None or part.uninspectable:
            continue
        covered = _covered(octets, leaf, files.get(part.name.rpartition(".")[0]) if part.name else None, notes)
        if covered is None:
            continue
        if not notes.may_judge():
            break
        opened = open_cms(decode_body(octets, leaf.start, leaf.end, leaf.encoding, notes))
        if opened.kind == "signed":
            judged[at] = replace(part, smime=judge(opened.signature, covered))
    return judged


def _covered(octets: bytes, leaf: Leaf, file: Leaf | None, notes: Notes) -> bytes | None:
    if leaf.signed[1]:
        return canonical(octets[leaf.signed[0] : leaf.signed[1]])
    return None if file is None else decode_body(octets, file.start, file.end, file.encoding, notes)


def canonical(octets: bytes) -> bytes:
    """Lines as they were signed (RFC 8551 section 3.1.1): CRLF, also where a file was saved with bare line feeds."""
    return octets if b"\r\n" in octets else octets.replace(b"\n", b"\r\n")
