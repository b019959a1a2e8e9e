"""Files -> ContentFacts: what one file holds, by its real type, and the files inside it.

The one module that knows which reader opens which kind; it calls the PDF reader, office readers and containers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from gateway.read.cache import ContentFacts
from gateway.read.closed import closed_content
from gateway.read.containers import CONTAINERS, Container, Member
from gateway.read.documents import read_office
from gateway.read.kinds import sniff
from gateway.read.names import NO_NAME, clean_name
from gateway.read.old_office import read_old_office
from gateway.read.ole import CompoundFile
from gateway.read.outlook import read_outlook
from gateway.read.pdf import attempt, read_pdf
from gateway.read.pictures import KINDS as PICTURES
from gateway.read.pictures import LEAST_OCTETS, read_picture
from gateway.read.reading import NO_MARKS
from gateway.read.smime import open_cms
from gateway.read.texts import read_text
from gateway.values.facts import PartFacts

if TYPE_CHECKING:
    from gateway.read.reading import Reading

_OFFICE = frozenset({"docx", "xlsx", "pptx", "odt"})
_OLD_OFFICE = frozenset({"doc", "xls", "ppt", "ole"})
_TEXTS = frozenset({*_OFFICE, "doc", "xls", "ppt", "rtf", "text", "html", "xml", "ics"})
_ENVELOPED_OID = bytes.fromhex("06092a864886f70d010703")
_ENTITY = re.compile(rb"(?:Content-[A-Za-z-]{2,40}|MIME-Version)[ \t]{0,9}:", re.IGNORECASE)
"""A MIME entity; what is signed may be a bare file as well."""


class Host(Protocol):
    """Reads what stands inside a file: further files, and messages with leaves of their own."""

    def member(self, member: Member, path: str, depth: int) -> list[PartFacts]:
        """Facts of a file inside another and of what it holds in turn; `path` is relative (`!2`)."""

    def message(self, octets: bytes, depth: int) -> ContentFacts:
        """Facts of a whole message that is a file."""


class Files:
    """Opens files for one reading."""

    def __init__(self, reading: Reading, host: Host) -> None:
        """Open under what `reading` shares; `host` reads what stands inside."""
        self._reading, self._host = reading, host

    def read(self, octets: bytes, charset: str, depth: int) -> ContentFacts:
        """Read the decoded octets of one file; `depth` counts the containers around it."""
        kind = sniff(octets)
        if kind == "pdf":
            return self._pdf(octets)
        if kind in CONTAINERS or kind == "eml":
            if not self._reading.may_open(depth):
                return ContentFacts(kind, uninspectable="over_budget")
            return self._host.message(octets, depth) if kind == "eml" else self._archive(octets, kind, depth)
        if kind in ("pkcs7", "msg"):
            return self._cms(octets, depth) if kind == "pkcs7" else self._outlook(octets, depth)
        if kind in _TEXTS and self._reading.is_text_spent():
            return ContentFacts(kind, uninspectable="over_budget")
        return self._document(octets, kind, charset, depth)

    def _document(self, octets: bytes, kind: str, charset: str, depth: int) -> ContentFacts:
        if kind in _OFFICE:
            return self._office(octets, kind, depth)
        if kind in _OLD_OFFICE:
            return self._old_office(octets, kind, depth)
        if kind in _TEXTS:
            text, encoding, has_object = read_text(octets, kind, charset, self._reading.notes)
            marks = self._reading.marks(text, "first_page", encoding)
            return ContentFacts(kind, has_active_content=has_object, marks=marks)
        return self._picture(octets, kind) if kind in PICTURES else closed_content(octets, kind)

    def _picture(self, octets: bytes, kind: str) -> ContentFacts:
        shared = self._reading
        picture = attempt(lambda: read_picture(octets, kind, shared.notes, shared.recogniser))
        if picture is None:
            return ContentFacts(kind, "malformed" if len(octets) >= LEAST_OCTETS else "")
        if picture.uninspectable == "no_ocr" and shared.recogniser is not None:
            shared.notes.unfinished += 1
        marks = shared.marks(picture.text, "first_page")
        return ContentFacts(kind, picture.uninspectable, marks=marks, picture=picture.facts)

    def _pdf(self, octets: bytes) -> ContentFacts:
        shared = self._reading
        pdf = read_pdf(
            octets, shared.notes.budget, shared.trust, shared.at, signers=shared.signers, recogniser=shared.recogniser
        )
        marks = shared.with_secrecy(shared.marks(pdf.text, "first_page"), pdf.tops, "first_page")
        return ContentFacts(
            "pdf",
            uninspectable=pdf.uninspectable,
            is_encrypted=pdf.facts.is_encrypted,
            has_active_content=bool(pdf.facts.active_content),
            pdf=pdf.facts,
            marks=shared.with_secrecy(marks, pdf.properties, "subject"),
        )

    def _office(self, octets: bytes, kind: str, depth: int) -> ContentFacts:
        notes = self._reading.notes
        office = read_office(octets, kind, notes.budget.text_characters, notes)
        members: list[PartFacts] = []
        package = Container(octets, "zip", notes)
        if office.embedded and self._reading.may_open(depth):
            for number, entry in enumerate(office.embedded[: notes.container_entries], 1):
                notes.container_entries -= 1
                members.extend(self._host.member(package.open_entry(entry), f"!{number}", depth))
        marks = self._reading.with_secrecy(self._reading.marks(office.text, "first_page"), office.properties, "subject")
        if office.is_encrypted:
            return ContentFacts(kind, "encrypted", is_encrypted=True, marks=marks)
        return ContentFacts(kind, has_active_content=office.has_macros, marks=marks, members=tuple(members))

    def _old_office(self, octets: bytes, kind: str, depth: int) -> ContentFacts:
        file, shared = CompoundFile(octets), self._reading
        office = read_old_office(file, kind, shared.notes.budget.text_characters)
        if office.is_encrypted:
            return ContentFacts(kind, "encrypted", is_encrypted=True, has_active_content=office.has_active_content)
        members: list[PartFacts] = []
        if office.packaged is not None and shared.may_open(depth):
            name, data = office.packaged
            members = self._host.member(Member(clean_name(name), data, len(data)), "!1", depth)
        marks = self._reading.with_secrecy(
            self._reading.marks(office.text or "", "first_page"), office.properties, "subject"
        )
        is_read = office.text is not None or members
        return ContentFacts(
            kind, "" if is_read else "unsupported", has_active_content=office.has_active_content, marks=marks,
            members=tuple(members),
        )  # fmt: skip

    def _outlook(self, octets: bytes, depth: int) -> ContentFacts:
        """An Outlook message: its subject marks the file, its texts and attachments are members."""
        notes = self._reading.notes
        if not self._reading.may_open(depth):
            return ContentFacts("msg", uninspectable="over_budget")
        message = read_outlook(CompoundFile(octets), notes.budget.text_characters, notes)
        texts = (message.text, read_text(message.html, "html", "", notes).text if message.html else "")
        bodies = [
            PartFacts(path=f"!{number}", kind="text", is_body=True, marks=self._reading.marks(text, "body"))
            for number, text in enumerate(filter(None, texts), 1)
        ]
        members = list(bodies)
        for number, one in enumerate(message.files, len(bodies) + 1):
            reason = "" if one.octets is not None else "over_budget" if one.size_octets else "unsupported"
            found = Member(clean_name(one.name), one.octets, one.size_octets, reason)
            members.extend(self._host.member(found, f"!{number}", depth))
        return ContentFacts("msg", marks=self._reading.marks(message.subject, "subject"), members=tuple(members))

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
        if not self._reading.may_open(depth):
            return ContentFacts("pkcs7", "over_budget")
        content = opened.content
        self._reading.notes.container_octets -= min(len(content), self._reading.notes.container_octets)
        facts = self._reading.judge(opened.signature, content) if self._reading.notes.may_judge() else None
        if _ENTITY.match(content):
            return self._host.message(content, depth)._replace(kind="pkcs7", smime=facts)
        members = self._host.member(Member(NO_NAME, content, len(content)), "!1", depth)
        return ContentFacts("pkcs7", members=tuple(members), smime=facts)

    def _archive(self, octets: bytes, kind: str, depth: int) -> ContentFacts:
        container = Container(octets, kind, self._reading.notes)
        members: list[PartFacts] = []
        for number, member in enumerate(container, 1):
            members.extend(self._host.member(member, f"!{number}", depth))
        marks = self._reading.with_secrecy(NO_MARKS, sorted(container.folders), "file_name")
        return ContentFacts(kind, container.uninspectable, container.is_encrypted, marks=marks, members=tuple(members))
