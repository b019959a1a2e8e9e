"""Leaves of a message -> PartFacts: decoding, real type, containers, text and its marks.

The one module of the reader that calls the PDF reader and the Vietnamese detectors.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gateway.read.cache import CacheKey, ContentFacts, Encoded
from gateway.read.closed import closed_content
from gateway.read.containers import CONTAINERS, SPLIT, Container, Member, is_piece_name
from gateway.read.documents import read_office
from gateway.read.fields import read_section
from gateway.read.header import subject_of
from gateway.read.inline_files import find_inline_files
from gateway.read.kinds import is_mismatched, sniff
from gateway.read.names import NO_NAME, clean_name, decode_name, find_name
from gateway.read.old_office import read_old_office
from gateway.read.ole import CompoundFile
from gateway.read.outlook import read_outlook
from gateway.read.parts import read_tree
from gateway.read.pdf import read_pdf
from gateway.read.smime import judge_beside, judge_cms, open_cms
from gateway.read.texts import read_text
from gateway.read.transfer import decode_body
from gateway.read.underlay import highest, underlay
from gateway.read.vietnamese import detect
from gateway.values.facts import Marks, PartFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from gateway.read.cache import FactsCache
    from gateway.read.chains import SignerCache
    from gateway.read.names import FileName
    from gateway.read.notes import Notes
    from gateway.read.ocr import Recogniser
    from gateway.read.parts import Leaf, Tree
    from gateway.values.facts import SignatureFacts
    from gateway.values.trust import TrustSnapshot

_NO_MARKS = Marks()
_BODY_KINDS = frozenset({"text", "html", "xml", "ics", "eml", "empty"})
_OFFICE = frozenset({"docx", "xlsx", "pptx", "odt"})
_TEXTS = frozenset({*_OFFICE, "doc", "xls", "ppt", "rtf", "text", "html", "xml", "ics"})
_OLD_OFFICE = frozenset({"doc", "xls", "ppt", "ole"})
_ENCODED = frozenset({"base64", "quoted-printable"})
_CHARSET_CHARACTERS = 40
_WORTH_OCTETS = 65_536
"""Encoded bodies from here on are looked up before decoding: a digest costs a sixth of decoding base64."""
_SHOWN = ("text/", "message/", "multipart/")
"""Types readers show in place: texts, reports, and what is left of a broken multipart."""
_ENVELOPED_OID = bytes.fromhex("06092a864886f70d010703")
_ENTITY = re.compile(rb"(?:Content-[A-Za-z-]{2,40}|MIME-Version)[ \t]{0,9}:", re.IGNORECASE)
"""A MIME entity; what is signed may be a bare file as well."""


class Reader:
    """Reads the leaves of one message; keeps what all of them share."""

    def __init__(
        self,
        notes: Notes,
        trust: TrustSnapshot,
        at: datetime,
        cache: FactsCache | None,
        recogniser: Recogniser | None = None,
    ) -> None:
        """Read under `trust` at the instant `at`; a cache of another trust generation is left alone."""
        self._notes, self._trust, self._at, self._recogniser = notes, trust, at, recogniser
        self._cache = cache if cache is not None and cache.trust_generation == trust.generation else None

    def leaves(self, octets: bytes, tree: Tree, bodies: list[str], depth: int = 0) -> list[PartFacts]:
        """Facts of all leaves and what they contain; texts of the message itself are appended to `bodies`."""
        found: list[PartFacts] = []
        for leaf in tree.leaves:
            if leaf.message is not None:
                marks = self._marks(subject_of(leaf.message), "subject")
                name = find_name(leaf.disposition, leaf.content_type, self._notes)
                found.append(self._wrapper(leaf, name, marks))
            else:
                found.extend(self._leaf(octets, leaf, bodies, depth))
        if any(part.kind == "pkcs7" for part in found):
            return judge_beside(octets, tree.leaves, found, self._notes, self._judge)
        return found

    @property
    def _signers(self) -> SignerCache | None:
        return self._cache.signers if self._cache is not None else None

    def _judge(self, signature: bytes, covered: bytes) -> SignatureFacts:
        return judge_cms(signature, covered, self._trust, self._at, self._signers)

    def _cms(self, octets: bytes, depth: int) -> ContentFacts:
        """A CMS: opaque signed content is opened like any container (RFC 8551 section 3.5.2)."""
        opened = open_cms(octets)
        if opened.kind in ("enveloped", "compressed"):
            is_encrypted = opened.kind == "enveloped"
            return ContentFacts("pkcs7", "encrypted" if is_encrypted else "unsupported", is_encrypted)
        if opened.kind == "unknown":
            is_encrypted = _ENVELOPED_OID in octets[:32]
            return ContentFacts("pkcs7", "encrypted" if is_encrypted else "malformed", is_encrypted)
        if opened.content is None:
            return ContentFacts("pkcs7")
        if not self._may_open(depth):
            return ContentFacts("pkcs7", "over_budget")
        content = opened.content
        self._notes.container_octets -= min(len(content), self._notes.container_octets)
        facts = self._judge(opened.signature, content) if self._notes.may_judge() else None
        if _ENTITY.match(content):
            return self._message(content, depth)._replace(kind="pkcs7", smime=facts)
        members = self._member(Member(NO_NAME, content, len(content)), "!1", depth)
        return ContentFacts("pkcs7", members=tuple(members), smime=facts)

    def _wrapper(self, leaf: Leaf, name: FileName, marks: Marks) -> PartFacts:
        return PartFacts(
            path=leaf.path, start=leaf.start, end=leaf.end, media_type=leaf.media_type, kind="eml", name=name.name,
            name_kind=name.kind, is_attachment=True, size_octets=leaf.end - leaf.start, marks=marks,
        )  # fmt: skip

    def _leaf(self, octets: bytes, leaf: Leaf, bodies: list[str], depth: int) -> list[PartFacts]:
        name = find_name(leaf.disposition, leaf.content_type, self._notes)
        charset = leaf.content_type.text("charset").strip().lower()[:_CHARSET_CHARACTERS]
        part = PartFacts(
            path=leaf.path, start=leaf.start, end=leaf.end, media_type=leaf.media_type, name=name.name,
            name_kind=name.kind, size_octets=leaf.end - leaf.start, is_inline=leaf.is_inline,
        )  # fmt: skip
        if leaf.uninspectable:
            return [replace(part, is_attachment=True, uninspectable=leaf.uninspectable)]
        if leaf.media_type.startswith("multipart/") and leaf.encoding in _ENCODED:
            return self._encoded_multipart(octets, leaf, part, depth)
        if leaf.media_type.startswith(_SHOWN) and not name.name and leaf.disposition.main != "attachment":
            decoded = decode_body(octets, leaf.start, leaf.end, leaf.encoding, self._notes)
            part = replace(part, size_octets=len(decoded))
            body = self._body(part, decoded, charset, bodies, is_nested=leaf.level > 0 or depth > 0)
            found = [body] if body is not None else self._file(part, name, decoded, charset, depth)
            return [*found, *self._inline_files(decoded, leaf.path, depth)]
        seen, content = self._attached(octets, leaf, charset, depth)
        return self._facts(replace(part, size_octets=seen.size_octets), name, seen.sha256, content)

    def _encoded_multipart(self, octets: bytes, leaf: Leaf, part: PartFacts, depth: int) -> list[PartFacts]:
        """A multipart that some readers decode before they look for its parts."""
        if not self._may_open(depth):
            return [replace(part, is_attachment=True, uninspectable="over_budget")]
        boundary = leaf.content_type.values.get("boundary", b"")
        head = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n'
        found = self._message(head + decode_body(octets, leaf.start, leaf.end, leaf.encoding, self._notes), depth)
        members = [replace(member, path=leaf.path + member.path) for member in found.members]
        return [replace(part, kind="eml", is_attachment=True), *members]

    def _inline_files(self, text: bytes, path: str, depth: int) -> Iterator[PartFacts]:
        """Files written into a text, as members of it."""
        if not self._may_open(depth):
            return
        for number, found in enumerate(find_inline_files(text), 1):
            if self._notes.container_entries <= 0:
                self._notes.overrun("container_entries")
                break
            self._notes.container_entries -= 1
            name = clean_name(decode_name(found.name))
            yield from self._member(Member(name, found.octets, len(found.octets)), f"{path}!{number}", depth)

    def _attached(self, octets: bytes, leaf: Leaf, charset: str, depth: int) -> tuple[Encoded, ContentFacts]:
        """Decode and read an attached leaf; what was decoded and read before is neither decoded nor read again."""
        cache, notes, digest = self._cache, self._notes, b""
        if cache is not None and leaf.encoding == "base64" and leaf.end - leaf.start >= _WORTH_OCTETS:
            digest = hashlib.sha256(memoryview(octets)[leaf.start : leaf.end]).digest()
            seen = cache.find_encoded(digest)
            key = self._key(seen.sha256, charset) if seen is not None else None
            known = self._recall(key) if key is not None and cache.holds(key) else None
            if seen is not None and known is not None:
                notes.ambiguities |= seen.ambiguities
                return seen, known
        around, notes.ambiguities = notes.ambiguities, set()
        decoded = decode_body(octets, leaf.start, leaf.end, leaf.encoding, notes)
        encoded = Encoded(hashlib.sha256(decoded).hexdigest(), len(decoded), frozenset(notes.ambiguities))
        notes.ambiguities |= around
        if cache is not None and digest:
            cache.keep_encoded(digest, encoded)
        return encoded, self._content(decoded, encoded.sha256, charset, depth)

    def _body(
        self, part: PartFacts, decoded: bytes, charset: str, bodies: list[str], *, is_nested: bool
    ) -> PartFacts | None:
        """Facts of a text shown as the message itself; None when it is no text after all."""
        kind = sniff(decoded)
        if kind not in _BODY_KINDS:
            return None
        if self._is_text_spent():
            return replace(part, kind=kind, is_body=True, uninspectable="over_budget")
        is_markup = part.media_type == "text/html" or (kind == "html" and part.media_type != "text/plain")
        text, encoding, _ = read_text(decoded, "html" if is_markup else "text", charset, self._notes)
        marks = _NO_MARKS
        if is_nested:
            marks = self._marks(text, "body", encoding)
        elif text:
            bodies.append(text)
        shown_kind = "text" if kind == "eml" else kind
        return replace(part, kind="html" if is_markup and kind == "text" else shown_kind, is_body=True, marks=marks)

    def _file(self, part: PartFacts, name: FileName, decoded: bytes, charset: str, depth: int) -> list[PartFacts]:
        """Facts of decoded octets as a file."""
        sha256 = hashlib.sha256(decoded).hexdigest()
        return self._facts(part, name, sha256, self._content(decoded, sha256, charset, depth))

    def _facts(self, part: PartFacts, name: FileName, sha256: str, content: ContentFacts) -> list[PartFacts]:
        """Facts of a file and of the files inside it."""
        name_marks = self._marks(name.name, "file_name") if name.name else _NO_MARKS
        is_wrong = is_mismatched(content.kind, name.kind, part.media_type) or name.is_deceptive
        reason = SPLIT if content.uninspectable and is_piece_name(name.name, content.kind) else content.uninspectable
        whole = replace(
            part, kind=content.kind, is_attachment=True, sha256=sha256, is_encrypted=content.is_encrypted,
            uninspectable=reason, is_mismatched=is_wrong, pdf=content.pdf,
            has_active_content=content.has_active_content, smime=content.smime,
            marks=underlay(content.marks, name_marks),
        )  # fmt: skip
        return [whole, *(replace(member, path=part.path + member.path) for member in content.members)]

    def _key(self, sha256: str, charset: str) -> CacheKey:
        return CacheKey(sha256, charset, int(self._at.timestamp()) // 3600)

    def _recall(self, key: CacheKey) -> ContentFacts | None:
        """Look content up and charge what reading it cost; None when it is new or over what is left."""
        notes = self._notes
        known = self._cache.find(key) if self._cache is not None else None
        if known is None or known.container_entries > notes.container_entries:
            return None
        notes.ambiguities |= known.ambiguities
        notes.container_entries -= known.container_entries
        notes.container_octets -= min(known.container_octets, notes.container_octets)
        notes.charge_text(known.text_octets)
        return known

    def _content(self, octets: bytes, sha256: str, charset: str, depth: int) -> ContentFacts:
        """Read content once: from the cache, or now; what exceeds a budget is not kept."""
        notes, key = self._notes, self._key(sha256, charset)
        known = self._recall(key)
        if known is not None:
            return known
        around, notes.ambiguities = notes.ambiguities, set()
        overruns, notes.overruns = notes.overruns, set()
        entries, spent, text = notes.container_entries, notes.container_octets, notes.text_octets
        content = self._read(octets, charset, depth)._replace(
            ambiguities=frozenset(notes.ambiguities),
            container_entries=entries - notes.container_entries,
            container_octets=spent - notes.container_octets,
            text_octets=text - notes.text_octets,
        )
        if self._cache is not None and not notes.overruns:
            self._cache.keep(key, content)
        notes.ambiguities |= around
        notes.overruns |= overruns
        return content

    def _read(self, octets: bytes, charset: str, depth: int) -> ContentFacts:
        kind = sniff(octets)
        if kind == "pdf":
            return self._pdf(octets)
        if kind in CONTAINERS or kind == "eml":
            if not self._may_open(depth):
                return ContentFacts(kind, uninspectable="over_budget")
            return self._message(octets, depth) if kind == "eml" else self._archive(octets, kind, depth)
        if kind in ("pkcs7", "msg"):
            return self._cms(octets, depth) if kind == "pkcs7" else self._outlook(octets, depth)
        if kind in _TEXTS and self._is_text_spent():
            return ContentFacts(kind, uninspectable="over_budget")
        return self._document(octets, kind, charset, depth)

    def _document(self, octets: bytes, kind: str, charset: str, depth: int) -> ContentFacts:
        if kind in _OFFICE:
            return self._office(octets, kind, depth)
        if kind in _OLD_OFFICE:
            return self._old_office(octets, kind, depth)
        if kind in _TEXTS:
            text, encoding, has_object = read_text(octets, kind, charset, self._notes)
            marks = self._marks(text, "first_page", encoding)
            return ContentFacts(kind, has_active_content=has_object, marks=marks)
        return closed_content(octets, kind)

    def _is_text_spent(self) -> bool:
        """Note when the text one message may hold has been read already."""
        if self._notes.text_octets > 0:
            return False
        self._notes.overrun("text_characters")
        return True

    def _pdf(self, octets: bytes) -> ContentFacts:
        reading = read_pdf(
            octets, self._notes.budget, self._trust, self._at, signers=self._signers, recogniser=self._recogniser
        )
        marks = self._with_secrecy(self._marks(reading.text, "first_page"), reading.tops, "first_page")
        return ContentFacts(
            "pdf",
            uninspectable=reading.uninspectable,
            is_encrypted=reading.facts.is_encrypted,
            has_active_content=bool(reading.facts.active_content),
            pdf=reading.facts,
            marks=self._with_secrecy(marks, reading.properties, "subject"),
        )

    def _office(self, octets: bytes, kind: str, depth: int) -> ContentFacts:
        notes = self._notes
        office = read_office(octets, kind, notes.budget.text_characters, notes)
        members: list[PartFacts] = []
        package = Container(octets, "zip", notes)
        if office.embedded and self._may_open(depth):
            for number, entry in enumerate(office.embedded[: notes.container_entries], 1):
                notes.container_entries -= 1
                members.extend(self._member(package.open_entry(entry), f"!{number}", depth))
        marks = self._with_secrecy(self._marks(office.text, "first_page"), office.properties, "subject")
        if office.is_encrypted:
            return ContentFacts(kind, "encrypted", is_encrypted=True, marks=marks)
        return ContentFacts(kind, has_active_content=office.has_macros, marks=marks, members=tuple(members))

    def _old_office(self, octets: bytes, kind: str, depth: int) -> ContentFacts:
        file, notes = CompoundFile(octets), self._notes
        office = read_old_office(file, kind, notes.budget.text_characters)
        if office.is_encrypted:
            return ContentFacts(kind, "encrypted", is_encrypted=True, has_active_content=office.has_active_content)
        members: list[PartFacts] = []
        if office.packaged is not None and self._may_open(depth):
            name, data = office.packaged
            members = self._member(Member(clean_name(name), data, len(data)), "!1", depth)
        marks = self._with_secrecy(self._marks(office.text or "", "first_page"), office.properties, "subject")
        is_read = office.text is not None or members
        return ContentFacts(
            kind, "" if is_read else "unsupported", has_active_content=office.has_active_content, marks=marks,
            members=tuple(members),
        )  # fmt: skip

    def _outlook(self, octets: bytes, depth: int) -> ContentFacts:
        """An Outlook message: its subject marks the file, its texts and attachments are members."""
        notes = self._notes
        if not self._may_open(depth):
            return ContentFacts("msg", uninspectable="over_budget")
        message = read_outlook(CompoundFile(octets), notes.budget.text_characters, notes)
        texts = (message.text, read_text(message.html, "html", "", notes).text if message.html else "")
        bodies = [
            PartFacts(path=f"!{number}", kind="text", is_body=True, marks=self._marks(text, "body"))
            for number, text in enumerate(filter(None, texts), 1)
        ]
        members = list(bodies)
        for number, one in enumerate(message.files, len(bodies) + 1):
            reason = "" if one.octets is not None else "over_budget" if one.size_octets else "unsupported"
            found = Member(clean_name(one.name), one.octets, one.size_octets, reason)
            members.extend(self._member(found, f"!{number}", depth))
        return ContentFacts("msg", marks=self._marks(message.subject, "subject"), members=tuple(members))

    def _may_open(self, depth: int) -> bool:
        """Note when containers stand in one another too deep."""
        if depth < self._notes.budget.container_depth:
            return True
        self._notes.overrun("container_depth")
        return False

    def _message(self, octets: bytes, depth: int) -> ContentFacts:
        """A message attached as a file: its subject marks the file, its leaves are members."""
        section = read_section(octets, 0, len(octets), self._notes)
        tree = read_tree(octets, section, self._notes)
        found = self.leaves(octets, tree, [], depth + 1)
        members = tuple(replace(part, path="!" + part.path, start=0, end=0) for part in found)
        return ContentFacts("eml", marks=self._marks(subject_of(section), "subject"), members=members)

    def _archive(self, octets: bytes, kind: str, depth: int) -> ContentFacts:
        container = Container(octets, kind, self._notes)
        members: list[PartFacts] = []
        for number, member in enumerate(container, 1):
            members.extend(self._member(member, f"!{number}", depth))
        marks = self._with_secrecy(_NO_MARKS, sorted(container.folders), "file_name")
        return ContentFacts(kind, container.uninspectable, container.is_encrypted, marks=marks, members=tuple(members))

    def _member(self, member: Member, path: str, depth: int) -> list[PartFacts]:
        name, reason = member.name, member.uninspectable
        part = PartFacts(path=path, name=name.name, name_kind=name.kind, size_octets=member.size_octets)
        if member.octets is not None:
            return self._file(part, name, member.octets, "", depth + 1)
        marks = self._marks(name.name, "file_name") if name.name else _NO_MARKS
        is_encrypted = reason == "encrypted"
        return [replace(part, is_attachment=True, is_encrypted=is_encrypted, uninspectable=reason, marks=marks)]

    def _with_secrecy(self, marks: Marks, texts: Iterable[str], kind: str) -> Marks:
        """Raise the secrecy of marks to what further texts of the same document are marked with."""
        return replace(marks, secrecy=highest(marks.secrecy, *(self._marks(text, kind).secrecy for text in texts)))

    def _marks(self, text: str, kind: str, encoding: str = "unicode") -> Marks:
        if not text or text.isspace():
            return _NO_MARKS
        text = text[: self._notes.budget.text_characters]
        self._notes.charge_text(len(text))
        marks = detect(text, kind, self._at)
        return replace(marks, encoding=encoding) if encoding != "unicode" else marks
