"""S/MIME and other CMS in mail (RFC 8551, RFC 5652): what is signed is opened, its signer judged as that of a PDF.

Nothing is decrypted. A signature speaks of the octets it covers and says nothing of what stands around them.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from gateway.read.cms.ber import Walker, wrap
from gateway.read.cms.structure import MAX_CMS_OCTETS
from gateway.read.guard import attempt
from gateway.read.mime.transfer import decode_body
from gateway.read.signatures.revisions import Revisions
from gateway.read.signatures.validation import Judging, validate_beside
from gateway.read.trust.chains import SignerCache

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from gateway.read.mime.parts import Leaf
    from gateway.read.notes import Notes
    from gateway.values.evidence import SignatureFacts
    from gateway.values.facts import PartFacts
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
MAX_SIGNERS = 8
"""Signers of one CMS that are judged; some tools sign with two algorithms at once (RFC 5652 section 5.1)."""
_NAMESAKES = 4
"""Files of one name among which the signed one is looked for."""
_HELD_OCTETS = 16_000_000
"""Files of one archive kept until its detached signatures are judged."""
SUB_FILTER = "smime"
"""`SignatureFacts.sub_filter` of a signature of this module."""


class Opened(NamedTuple):
    """What one CMS holds."""

    kind: str
    """`signed`, `certificates` (no signer), `enveloped`, `compressed` or `unknown`."""
    content: bytes | None = None
    """The octets signed, when they are inside."""
    signatures: tuple[bytes, ...] = ()
    """The same CMS without them, once a signer: detached signatures of one signer each; at most `MAX_SIGNERS`."""
    has_more: bool = False
    """There are more signers than that."""


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
    *sets, infos = rest
    signers = walker.children(infos)
    if not signers:
        return Opened("certificates")
    inner_kind, *contents = walker.children(inside)
    is_inside = octets[inner_kind.start : inner_kind.end] == _PKCS7 + b"\x01" and bool(contents)
    content = walker.string(walker.children(contents[0])[0]) if is_inside else None
    if len(octets) - len(content or b"") > MAX_CMS_OCTETS:
        return UNKNOWN
    if content is None and len(signers) == 1:
        return Opened("signed", None, (octets,))
    bare = wrap(0x30, octets[inner_kind.begin : inner_kind.after])
    head = octets[version.begin : version.after] + octets[digests.begin : digests.after] + bare
    head += b"".join(octets[one.begin : one.after] for one in sets)
    name_octets = octets[kind.begin : kind.after]
    made = [
        wrap(0x30, name_octets, wrap(0xA0, wrap(0x30, head, wrap(0x31, octets[one.begin : one.after]))))
        for one in signers[:MAX_SIGNERS]
    ]
    return Opened("signed", content, tuple(made), has_more=len(signers) > MAX_SIGNERS)


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


def judge_all(
    opened: Opened, covered: bytes, notes: Notes, judge: Callable[[bytes, bytes], SignatureFacts]
) -> tuple[SignatureFacts, ...]:
    """Judge every signer of a CMS over the octets it covers, as far as the budget of signatures goes."""
    if opened.has_more:
        notes.overrun("signatures")
    return tuple(judge(one, covered) for one in opened.signatures if notes.may_judge())


def signed_by(part: PartFacts, facts: Sequence[SignatureFacts], file: PartFacts | None = None) -> PartFacts:
    """Put the signatures of a CMS into the facts of its part; `file` is the one it stands beside."""
    if not facts:
        return part
    name, digest = (file.name, file.sha256) if file else ("", "")
    return replace(part, smime=facts[0], smime_others=tuple(facts[1:]), signs=name, signs_sha256=digest)


class Beside:
    """Files that stand beside one another, and the detached signatures among them."""

    def __init__(self, notes: Notes, judge: Callable[[bytes, bytes], SignatureFacts]) -> None:
        """Judge with `judge` as far as the budget of `notes` goes."""
        self._notes, self._judge = notes, judge
        self._files: dict[str, list[tuple[PartFacts, Callable[[], bytes]]]] = {}
        self._signatures: list[tuple[PartFacts, Callable[[], bytes]]] = []
        self._held = 0

    def add(self, part: PartFacts, octets: Callable[[], bytes]) -> None:
        """Take a file, whose octets are asked for only when a signature goes with it."""
        if part.kind == "pkcs7" and part.smime is None and not part.uninspectable:
            self._signatures.append((part, octets))
        elif part.name:
            self._files.setdefault(part.name.lower(), []).append((part, octets))

    def hold(self, part: PartFacts, octets: bytes) -> None:
        """Take a file with its octets; past `_HELD_OCTETS` of one archive they are let go, and nothing is judged."""
        self._held += len(octets)
        if self._held <= _HELD_OCTETS:
            self.add(part, lambda: octets)

    def judged(self) -> dict[str, PartFacts]:
        """Judge; the changed parts by path.

        A file `a.pdf.p7s` signs `a.pdf`, and `a.p7s` the only other file called `a`. Of several files of one name
        it is the one whose digest was signed.
        """
        found: dict[str, PartFacts] = {}
        for part, octets in self._signatures:
            best: tuple[PartFacts, tuple[SignatureFacts, ...]] | None = None
            opened: Opened | None = None
            for file, content in self._covered_by(part.name)[:_NAMESAKES]:
                opened = opened or open_cms(octets())
                facts = judge_all(opened, content(), self._notes, self._judge) if opened.kind == "signed" else ()
                if facts and (best is None or facts[0].is_intact):
                    best = (file, facts)
                if not facts or facts[0].is_intact:
                    break
            if best is not None:
                found[part.path] = signed_by(part, best[1], best[0])
        return found

    def _covered_by(self, name: str) -> list[tuple[PartFacts, Callable[[], bytes]]]:
        stem = name.lower().rpartition(".")[0]
        if not stem:
            return []
        if stem in self._files:
            return self._files[stem]
        alike = [one for known, files in self._files.items() if known.rpartition(".")[0] == stem for one in files]
        return alike if len(alike) == 1 else []


def judge_beside(
    octets: bytes,
    leaves: Sequence[Leaf],
    found: Sequence[PartFacts],
    notes: Notes,
    judge: Callable[[bytes, bytes], SignatureFacts],
) -> list[PartFacts]:
    """Judge detached signatures over the entity (RFC 1847) or the attached file they stand beside."""
    beside, changed = Beside(notes, judge), {}
    by_path = {leaf.path: leaf for leaf in leaves if leaf.message is None}
    for part in found:
        leaf = by_path.get(part.path)
        if leaf is None:
            continue
        content = partial(decode_body, octets, leaf.start, leaf.end, leaf.encoding, notes)
        is_waiting = part.kind == "pkcs7" and part.smime is None and not part.uninspectable
        if is_waiting and leaf.signed[1]:
            opened, covered = open_cms(content()), canonical(octets[leaf.signed[0] : leaf.signed[1]])
            if opened.kind == "signed":
                changed[part.path] = signed_by(part, judge_all(opened, covered, notes, judge))
        else:
            beside.add(part, content)
    changed |= beside.judged()
    return [changed.get(part.path, part) for part in found]


def canonical(octets: bytes) -> bytes:
    """Lines as they were signed (RFC 8551 section 3.1.1): CRLF, also where a file was saved with bare line feeds."""
    return octets if b"\r\n" in octets else octets.replace(b"\n", b"\r\n")
