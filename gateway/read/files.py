"""Files -> ContentFacts: what one file holds, by its real type, and the files inside it.

The one module that knows which reader opens which kind; it calls the PDF reader, office readers and containers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gateway.read.cache import ContentFacts
from gateway.read.closed import closed_content
from gateway.read.containers.appended import HOSTS, Appended, find_appended
from gateway.read.containers.members import CONTAINERS, Container, Member
from gateway.read.guard import attempt
from gateway.read.kinds import sniff
from gateway.read.mime.inline_files import find_calendar_files
from gateway.read.names import NO_NAME, clean_name, decode_name
from gateway.read.office.dbase import read_dbase
from gateway.read.office.formulas import starts_program
from gateway.read.office.mhtml import mhtml_start
from gateway.read.office.opener import COMPOUNDS, PACKAGES, OfficeFiles
from gateway.read.pdf.opener import PdfFiles
from gateway.read.pdf.polyglots import holds_pdf
from gateway.read.reading import NO_MARKS
from gateway.read.scans.ocr import with_marks
from gateway.read.scans.pictures import KINDS as PICTURES
from gateway.read.scans.pictures import LEAST_OCTETS, read_picture, read_stamps
from gateway.read.signatures.smime import Beside, judge_all, open_cms
from gateway.read.texts import read_text
from gateway.read.underlay import underlay
from gateway.read.web.markup import read_markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.read.host import Host
    from gateway.read.mime.inline_files import InlineFile
    from gateway.read.reading import Reading
    from gateway.read.web.markup import MarkupFile
    from gateway.values.facts import PartFacts

_TEXTS = frozenset({*PACKAGES, *COMPOUNDS, "rtf", "text", "html", "xml", "ics", "dbf"})
_FOUND_FROM_THE_END = frozenset({"zip", "iso"})
"""Containers that may begin as another file."""
_ENVELOPED_OID = bytes.fromhex("06092a864886f70d010703")
_ENTITY = re.compile(rb"(?:Content-[A-Za-z-]{2,40}|MIME-Version)[ \t]{0,9}:", re.IGNORECASE)
"""A MIME entity; what is signed may be a bare file as well."""


class Files:
    """Opens files for one reading."""

    def __init__(self, reading: Reading, host: Host) -> None:
        """Open under what `reading` shares; `host` reads what stands inside."""
        self._reading, self._host = reading, host
        self._office = OfficeFiles(reading, host)
        self._pdf = PdfFiles(reading, host)

    def read(self, octets: bytes, sha256: str, charset: str, depth: int) -> ContentFacts:
        """Read the decoded octets of one file, of that digest; `depth` counts the containers around it."""
        kind, notes = sniff(octets), self._reading.notes
        if not notes.watch.begins(kind, sha256):
            notes.unfinished += 1  # another time its reader may be a better one
            return ContentFacts(kind, "crashed_reader")
        around, notes.flaws = notes.flaws, 0
        content = self._read_all(octets, kind, charset, depth)
        notes.watch.ends(kind, sha256)
        is_flawed, notes.flaws = notes.flaws > 0, around
        if is_flawed and not content.uninspectable:  # of its text only the secrecy is known
            return content._replace(uninspectable="crashed_reader")
        return content

    def _read_all(self, octets: bytes, kind: str, charset: str, depth: int) -> ContentFacts:
        """Read a file as what it is, and as what others take it for."""
        if kind == "pdf":
            return self._as_pdf(octets, depth)
        content = self._read(octets, kind, charset, depth)
        if kind in HOSTS and (behind := find_appended(octets)) is not None:
            content = self._with_archive(octets, content, behind, depth)
        return self._pdf.read_within(octets, content) if holds_pdf(octets, kind) else content

    def _read(self, octets: bytes, kind: str, charset: str, depth: int) -> ContentFacts:
        if kind in CONTAINERS or kind == "eml":
            if not self._reading.may_open(depth):
                return ContentFacts(kind, uninspectable="over_budget")
            if kind == "tnef":
                return self._office.read_tnef(octets, depth)
            return self._host.message(octets, depth) if kind == "eml" else self._archive(octets, kind, depth)
        if kind == "pkcs7":
            return self._cms(octets, depth)
        if kind in _TEXTS and self._reading.is_text_spent():
            return ContentFacts(kind, uninspectable="over_budget")
        return self._document(octets, kind, charset, depth)

    def _document(self, octets: bytes, kind: str, charset: str, depth: int) -> ContentFacts:
        office = self._office.read(octets, kind, depth)
        if office is not None:
            return office
        if kind == "text" and (start := mhtml_start(octets)) >= 0 and self._reading.may_open(depth):
            return self._host.message(octets[start:], depth)
        if kind == "dbf":
            limit = self._reading.notes.budget.text_characters
            self._reading.notes.charge_text(min(len(octets), limit))
            text, encoding = read_dbase(octets, limit)
            return ContentFacts(kind, marks=self._reading.marks(text, "first_page", encoding))
        if kind in _TEXTS:
            text, encoding = read_text(octets, kind, charset, self._reading.notes)
            is_active = kind == "text" and starts_program(text)
            marks = self._reading.marks(text, "first_page", encoding)
            content = ContentFacts(kind, has_active_content=is_active, marks=marks)
            if kind == "ics":
                return content._replace(members=self._carried(list(find_calendar_files(octets)), depth))
            return self._with_markup(octets, content, depth) if kind == "html" else content
        return self._picture(octets, kind) if kind in PICTURES else closed_content(octets, kind)

    def _with_markup(self, octets: bytes, content: ContentFacts, depth: int) -> ContentFacts:
        """Add what a page holds beside its text, the files it carries among it."""
        page = read_markup(octets)
        return content._replace(
            has_active_content=page.is_active,
            marks=self._reading.with_secrecy(content.marks, [page.aside], "body"),
            members=self._carried(page.files, depth),
            markup=page.traits,
        )

    def _carried(self, files: Sequence[MarkupFile | InlineFile], depth: int) -> tuple[PartFacts, ...]:
        """Read the files that a text carries."""
        notes, members = self._reading.notes, []
        if files and self._reading.may_open(depth):
            for number, file in enumerate(files[: notes.container_entries], 1):
                notes.container_entries -= 1
                name = clean_name(decode_name(file.name))
                members += self._host.member(Member(name, file.octets, len(file.octets)), f"!{number}", depth)
        return tuple(members)

    def _picture(self, octets: bytes, kind: str) -> ContentFacts:
        shared = self._reading
        picture = attempt(lambda: read_picture(octets, kind, shared.notes, shared.recogniser))
        if picture is None:
            return ContentFacts(kind, "malformed" if len(octets) >= LEAST_OCTETS else "")
        if picture.uninspectable == "no_ocr" and shared.recogniser is not None:
            shared.notes.unread_letters += 1
        text, facts = picture.text, picture.facts
        if facts is not None and not facts.image_pages and not picture.uninspectable:
            # a broken logo is no document that nobody could read
            found = attempt(lambda: read_stamps(octets, kind, shared.notes, shared.recogniser)) or []
            text = with_marks("", found)
            facts = replace(facts, stamps=tuple(mark.partition("\n")[0] for mark in found))
        return ContentFacts(kind, picture.uninspectable, marks=shared.marks(text, "first_page"), picture=facts)

    def _as_pdf(self, octets: bytes, depth: int) -> ContentFacts:
        """Read a PDF, and its archive as well where archivers take the same octets for one."""
        content, also = self._pdf.read_outside(octets, depth)
        for kind in set(also) & _FOUND_FROM_THE_END:
            if self._reading.may_open(depth):
                inner = self._archive(octets, kind, depth, first=len(content.members) + 1)
                members = (*content.members, *inner.members)
                content = content._replace(members=members, marks=underlay(content.marks, inner.marks))
        return content

    def _with_archive(self, octets: bytes, content: ContentFacts, behind: Appended, depth: int) -> ContentFacts:
        """Add what stands in an archive behind a program, a picture or a document."""
        if not self._reading.may_open(depth):
            return content
        inner = self._archive(octets[behind.start :], behind.kind, depth, first=len(content.members) + 1)
        if content.kind != "executable":
            self._reading.notes.ambiguous("polyglot")
        return content._replace(
            uninspectable=content.uninspectable or inner.uninspectable,
            is_encrypted=content.is_encrypted or inner.is_encrypted,
            marks=underlay(content.marks, inner.marks),
            members=(*content.members, *inner.members),
        )

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
        judged = judge_all(opened, content, self._reading.notes, self._reading.judge)
        smime, others = (judged[0] if judged else None), judged[1:]
        if _ENTITY.match(content):
            return self._host.message(content, depth)._replace(kind="pkcs7", smime=smime, smime_others=others)
        members = self._host.member(Member(NO_NAME, content, len(content)), "!1", depth)
        return ContentFacts("pkcs7", members=tuple(members), smime=smime, smime_others=others)

    def _archive(self, octets: bytes, kind: str, depth: int, first: int = 1) -> ContentFacts:
        container = Container(octets, kind, self._reading.notes)
        members: list[PartFacts] = []
        beside = Beside(self._reading.notes, self._reading.judge)
        for number, member in enumerate(container, first):
            found = self._host.member(member, f"!{number}", depth)
            members.extend(found)
            if member.octets is not None and found:
                beside.hold(found[0], member.octets)
        judged = beside.judged()
        members = [judged.get(part.path, part) for part in members] if judged else members
        marks = self._reading.with_secrecy(NO_MARKS, sorted(container.folders), "file_name")
        return ContentFacts(kind, container.uninspectable, container.is_encrypted, marks=marks, members=tuple(members))
