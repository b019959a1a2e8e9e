"""PDF files -> ContentFacts: what `read_pdf` read, its marks, and the files inside as members.

Everything a PDF says counts for secrecy, whether a page shows it or not; type, number and the rest come from what the
first and last pages show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from gateway.read.cache import ContentFacts
from gateway.read.containers.members import Member
from gateway.read.names import clean_name
from gateway.read.pdf.polyglots import other_kinds
from gateway.read.pdf.reader import read_pdf
from gateway.read.underlay import underlay
from gateway.read.vietnamese import titles_of_tops

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.read.host import Host
    from gateway.read.pdf.files import Embedded
    from gateway.read.reading import Reading
    from gateway.values.facts import PartFacts

_PAGE_BREAK = "\f\n"


class PdfFiles:
    """Opens PDF files for one reading."""

    def __init__(self, reading: Reading, host: Host) -> None:
        """Charge what is read to the notes of `reading`; `host` reads what is carried."""
        self._reading, self._host = reading, host

    def read(self, octets: bytes, depth: int, *, also: tuple[str, ...] = ()) -> ContentFacts:
        """Read a PDF; `also` names the kinds other readers take the octets for."""
        shared = self._reading
        pdf = read_pdf(
            octets, shared.notes.budget, shared.trust, shared.at,
            signers=shared.signers, recogniser=shared.recogniser, clock=shared.notes.clock,
        )  # fmt: skip
        if pdf.uninspectable == "no_ocr" and shared.recogniser is not None and shared.notes.budget.ocr_pages:
            shared.notes.unread_letters += 1
        if pdf.is_late:
            shared.notes.unfinished += 1  # another message may have the time
        marks = shared.with_secrecy(shared.marks(pdf.text, "first_page", pdf.encoding), pdf.tops, "first_page")
        if annexes := titles_of_tops(pdf.tops):
            marks = replace(marks, annex_titles=annexes)
        marks = shared.with_secrecy(marks, pdf.properties, "subject")
        asides = [text for text in pdf.words if text not in pdf.properties]
        marks = shared.with_secrecy(marks, self._pages(asides), "first_page")
        whole = shared.with_secrecy(marks, pdf.withheld, "first_page")
        return ContentFacts(
            "pdf",
            uninspectable=pdf.uninspectable,
            is_encrypted=pdf.facts.is_encrypted and not pdf.facts.opens_without_password,
            has_active_content=bool(pdf.facts.active_content),
            pdf=replace(pdf.facts, is_secrecy_hidden=whole.secrecy is not marks.secrecy, other_kinds=also),
            marks=whole,
            members=tuple(self._members(pdf.files, depth)),
        )

    def read_within(self, octets: bytes, content: ContentFacts) -> ContentFacts:
        """Read a file of another kind as the PDF that readers of PDF take it for, beside what it is otherwise."""
        inner = self.read(octets, self._reading.notes.budget.container_depth, also=(content.kind,))
        if inner.uninspectable == "malformed":
            return content
        self._reading.notes.ambiguous("polyglot")
        return content._replace(
            pdf=inner.pdf,
            uninspectable=content.uninspectable or inner.uninspectable,
            has_active_content=content.has_active_content or inner.has_active_content,
            marks=underlay(inner.marks, content.marks),
        )

    def read_outside(self, octets: bytes, depth: int) -> tuple[ContentFacts, tuple[str, ...]]:
        """Read a PDF, and name the kinds that other readers take it for."""
        also = other_kinds(octets)
        if also:
            self._reading.notes.ambiguous("polyglot")
        return self.read(octets, depth, also=also), also

    def _pages(self, texts: Sequence[str]) -> list[str]:
        """Join short texts, each on a page of its own for the detectors, in pieces of the text budget."""
        pages, limit = [""], self._reading.notes.budget.text_characters
        for text in texts:
            if pages[-1] and len(pages[-1]) + len(text) > limit:
                pages.append("")
            pages[-1] += text + _PAGE_BREAK
        return pages

    def _members(self, files: tuple[Embedded, ...], depth: int) -> list[PartFacts]:
        notes, found = self._reading.notes, []
        if not files or not self._reading.may_open(depth):
            return []
        for number, file in enumerate(files, 1):
            if notes.container_entries <= 0:
                notes.overrun("container_entries")
                break
            notes.container_entries -= 1
            ratio = notes.unpacked_limit(len(file.octets))
            octets, reason = file.unpacked(min(notes.container_octets, ratio))
            if reason == "over_budget":
                notes.overrun("container_ratio" if ratio < notes.container_octets else "container_octets")
            notes.container_octets -= min(len(octets or b""), notes.container_octets)
            member = Member(clean_name(file.name), octets, len(octets or file.octets), reason)
            found += self._host.member(member, f"!{number}", depth)
        return found
