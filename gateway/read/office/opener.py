"""Office files -> ContentFacts: packages, flat XML, RTF, compound files and Outlook messages, and the files in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.cache import ContentFacts
from gateway.read.containers.members import Container, Member
from gateway.read.containers.ole import CompoundFile
from gateway.read.containers.tnef import read_tnef_text
from gateway.read.guard import attempt
from gateway.read.kinds import sniff
from gateway.read.names import NO_NAME, clean_name
from gateway.read.office.flat_xml import flat_root, read_flat
from gateway.read.office.notebooks import active_mime, notebook_files
from gateway.read.office.old_office import read_old_office
from gateway.read.office.outlook import read_outlook, rich_body
from gateway.read.office.packages import OfficeText, read_office
from gateway.read.office.rtf import read_rtf
from gateway.read.office.rtf_objects import find_objects, has_objects
from gateway.read.scans.ocr import with_marks
from gateway.read.scans.pictures import KINDS as PICTURES
from gateway.read.scans.pictures import read_stamps
from gateway.read.texts import outlook_bodies
from gateway.read.vietnamese.charsets import decode_text
from gateway.values.facts import PartFacts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.read.containers.zips import Entry
    from gateway.read.host import Host
    from gateway.read.mime.quotes import BodyText
    from gateway.read.reading import Reading
    from gateway.values.facts import Marks

PACKAGES = frozenset({"docx", "xlsx", "pptx", "odt"})
WRAPPERS = frozenset({"onenote", "activemime"})
COMPOUNDS = frozenset({"doc", "xls", "ppt", "ole"})
_LEVEL = re.compile(r"m\s{0,3}\S{1,5}?\s{0,3}t", re.IGNORECASE)
"""What every level of secrecy holds in every encoding: `MẬT`, `MËT`, `MAÄT`, `M Ậ T`, `ma^.t`."""
_RTF_OCTETS = 4
"""Octets of RTF charged for each character wanted."""
_BODY_OCTETS = 4
"""Octets of a body looked at for each character wanted."""
_ASIDES = 60
"""Boxes, headers and sheets of one file whose marks are looked for."""


class OfficeFiles:
    """Opens office files for one reading."""

    def __init__(self, reading: Reading, host: Host) -> None:
        """Open office files under what `reading` shares; `host` reads what they hold."""
        self._reading, self._host = reading, host

    def read(self, octets: bytes, kind: str, depth: int) -> ContentFacts | None:
        """Read an office file; None when `kind` is none, or an XML of another sort."""
        if kind in PACKAGES:
            return self._package(octets, kind, depth)
        if kind == "rtf":
            return self._rtf(octets, depth)
        if kind in COMPOUNDS:
            return self._compound(octets, kind, depth)
        if kind == "msg":
            return self._outlook(octets, depth)
        if kind == "xml" and flat_root(octets):
            return self._flat(octets, depth)
        return self._wrapped(octets, kind, depth) if kind in WRAPPERS else None

    def _wrapped(self, octets: bytes, kind: str, depth: int) -> ContentFacts:
        """A notebook, whose own text no reader of ours knows, or macros packed for another file."""
        notes = self._reading.notes
        if kind == "onenote":
            files, reason = list(notebook_files(octets, notes)), "unsupported"
        else:
            macros = active_mime(octets, notes)
            files, reason = [macros] * bool(macros), "" if macros else "malformed"
        members = self._members((Member(NO_NAME, one, len(one)) for one in files), depth)
        return ContentFacts(kind, reason, has_active_content=kind == "activemime", members=members)

    def read_tnef(self, octets: bytes, depth: int) -> ContentFacts:
        """A winmail.dat: the bodies of its message, then its files."""
        notes = self._reading.notes
        limit = notes.budget.text_characters
        text = read_tnef_text(octets, _BODY_OCTETS * limit)
        notes.charge_text(len(text.plain) + len(text.rich))
        plain, rich = decode_text(text.plain, "")[0], rich_body(text.rich, limit)
        bodies = self._bodies(outlook_bodies(plain, text.html, rich, notes))
        container, members = Container(octets, "tnef", notes), list(bodies)
        for number, member in enumerate(container, len(bodies) + 1):
            members.extend(self._host.member(member, f"!{number}", depth))
        return ContentFacts("tnef", container.uninspectable, members=tuple(members))

    def _bodies(self, texts: Iterable[BodyText]) -> list[PartFacts]:
        """The readings of a message body that differ, as members before its files."""
        return [
            PartFacts(path=f"!{number}", kind="text", is_body=True, marks=self._reading.body_marks([text]))
            for number, text in enumerate(texts, 1)
        ]

    def _marks(self, office: OfficeText) -> Marks:
        marks = self._reading.marks(office.text, "first_page")
        asides = dict.fromkeys(text for text in office.asides if _LEVEL.search(text))
        marks = self._reading.with_secrecy(marks, list(asides)[:_ASIDES], "first_page")
        return self._reading.with_secrecy(marks, office.properties, "subject")

    def _members(self, members: Iterable[Member], depth: int) -> tuple[PartFacts, ...]:
        """Facts of files inside, as far as containers may stand in one another."""
        found: list[PartFacts] = []
        for number, member in enumerate(members, 1):
            if number == 1 and not self._reading.may_open(depth):
                break
            found.extend(self._host.member(member, f"!{number}", depth))
        return tuple(found)

    def _package(self, octets: bytes, kind: str, depth: int) -> ContentFacts:
        notes = self._reading.notes
        office = read_office(octets, kind, notes.budget.text_characters, notes)
        if office.is_encrypted:
            return ContentFacts(kind, "encrypted", is_encrypted=True, marks=self._marks(office))
        package, embedded = Container(octets, "zip", notes), office.embedded
        office = office._replace(text=with_marks(office.text, self._stamps(package, office.pictures)))
        if len(embedded) > notes.container_entries:
            notes.overrun("container_entries")
            embedded = embedded[: notes.container_entries]
        notes.container_entries -= len(embedded)
        return ContentFacts(
            kind,
            has_active_content=office.has_macros,
            marks=self._marks(office),
            members=self._members(map(package.open_entry, embedded), depth),
            is_package_signed=office.is_signed,
        )

    def _stamps(self, package: Container, pictures: Iterable[Entry]) -> list[str]:
        """Words of stamps that stand in a document as pictures."""
        found: list[str] = []
        for entry in pictures if self._reading.recogniser is not None else ():
            plain = package.open_entry(entry).octets or b""
            kind = sniff(plain)
            if kind in PICTURES:
                found += self._stamps_of(plain, kind)
        return found

    def _stamps_of(self, octets: bytes, kind: str) -> list[str]:
        shared = self._reading
        return attempt(lambda: read_stamps(octets, kind, shared.notes, shared.recogniser)) or []

    def _rtf(self, octets: bytes, depth: int) -> ContentFacts:
        notes = self._reading.notes
        limit = notes.budget.text_characters
        notes.charge_text(min(len(octets), limit * _RTF_OCTETS))
        text = read_rtf(octets, limit)
        objects = (Member(clean_name(one.name), one.octets, len(one.octets)) for one in find_objects(octets, notes))
        return ContentFacts(
            "rtf",
            has_active_content=text.is_fetching or has_objects(octets),
            marks=self._marks(OfficeText(text.text, properties=text.properties, asides=text.asides)),
            members=self._members(objects, depth),
        )

    def _flat(self, octets: bytes, depth: int) -> ContentFacts:
        notes = self._reading.notes
        office, files = read_flat(octets, notes.budget.text_characters, notes)
        members = (Member(NO_NAME, one, len(one)) for one in files)
        return ContentFacts(
            "xml",
            has_active_content=office.has_macros,
            marks=self._marks(office),
            members=self._members(members, depth),
        )

    def _compound(self, octets: bytes, kind: str, depth: int) -> ContentFacts:
        notes = self._reading.notes
        office = read_old_office(CompoundFile(octets), kind, notes.budget.text_characters, notes)
        if office.is_encrypted:
            return ContentFacts(kind, "encrypted", is_encrypted=True, has_active_content=office.has_active_content)
        files = (Member(clean_name(name), data, len(data)) for name, data in office.files)
        members = self._members(files, depth)
        # Macros packed for another file have no text.
        is_read = office.text is not None or members or (kind == "ole" and office.has_active_content)
        return ContentFacts(
            kind,
            "" if is_read else "unsupported",
            has_active_content=office.has_active_content,
            marks=self._marks(OfficeText(office.text or "", properties=office.properties, asides=office.asides)),
            members=members,
        )

    def _outlook(self, octets: bytes, depth: int) -> ContentFacts:
        """An Outlook message: its subject marks the file, its texts and attachments are members."""
        notes = self._reading.notes
        if not self._reading.may_open(depth):
            return ContentFacts("msg", uninspectable="over_budget")
        message = read_outlook(CompoundFile(octets), notes.budget.text_characters, notes)
        bodies = self._bodies(outlook_bodies(message.text, message.html, message.rich, notes))
        members = list(bodies)
        for number, one in enumerate(message.files, len(bodies) + 1):
            reason = "" if one.octets is not None else "over_budget" if one.size_octets else "unsupported"
            found = Member(clean_name(one.name), one.octets, one.size_octets, reason)
            members.extend(self._host.member(found, f"!{number}", depth))
        return ContentFacts("msg", marks=self._reading.marks(message.subject, "subject"), members=tuple(members))
