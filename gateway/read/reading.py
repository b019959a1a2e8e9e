"""Reading: what everything that reads one message shares: notes, trust, instant, and how text becomes marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gateway.read.mime.quotes import join_bodies
from gateway.read.signatures.smime import judge_cms
from gateway.read.underlay import highest
from gateway.read.vietnamese import detect, detect_secrecy
from gateway.values.facts import Marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from gateway.read.mime.quotes import BodyText
    from gateway.read.notes import Notes
    from gateway.read.scans.ocr import Recogniser
    from gateway.read.trust.chains import SignerCache
    from gateway.read.vietnamese.detect import Others
    from gateway.values.evidence import SignatureFacts
    from gateway.values.trust import TrustSnapshot

NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one message."""

    notes: Notes
    trust: TrustSnapshot
    at: datetime
    signers: SignerCache | None
    """What the worker remembers of signers under this trust; None when it remembers nothing."""
    recogniser: Recogniser | None
    others: Others | None = None
    """As `vietnamese.detect` takes them."""

    def marks(self, text: str, kind: str, encoding: str = "unicode") -> Marks:
        """Detect the marks of one text and charge it to the budget; `kind` as `vietnamese.detect` takes it."""
        text = self._charged(text)
        if not text:
            return NO_MARKS
        marks = detect(text, kind, self.at, self.notes.caught, self.others)
        return replace(marks, encoding=encoding) if encoding != "unicode" else marks

    def body_marks(self, bodies: Sequence[BodyText], encoding: str = "unicode") -> Marks:
        """Detect the marks of the texts of one message: what is quoted counts for its secrecy only."""
        marks = self.marks(join_bodies(bodies), "body", encoding)
        marks = self.with_secrecy(marks, (text for body in bodies for text in (body.quoted, *body.asides)), "body")
        return self.with_secrecy(marks, (subject for body in bodies for subject in body.subjects), "subject")

    def with_secrecy(self, marks: Marks, texts: Iterable[str], kind: str) -> Marks:
        """Raise the secrecy of marks to what further texts of the same document are marked with."""
        found = [detect_secrecy(charged, kind) for text in texts if (charged := self._charged(text))]
        level = highest(marks.secrecy, *found)
        return replace(marks, secrecy=level) if level is not marks.secrecy else marks

    def _charged(self, text: str) -> str:
        """Cut a text to what is read of it and charge that; empty when it is blank."""
        if not text or text.isspace():
            return ""
        text = text[: self.notes.budget.text_characters]
        self.notes.charge_text(len(text))
        return text

    def judge(self, signature: bytes, covered: bytes) -> SignatureFacts:
        """Judge a CMS over the octets it covers."""
        return judge_cms(signature, covered, self.trust, self.at, self.signers)

    def may_open(self, depth: int) -> bool:
        """Note when containers stand in one another too deep."""
        if depth < self.notes.budget.container_depth:
            return True
        self.notes.overrun("container_depth")
        return False

    def is_text_spent(self) -> bool:
        """Note when the text one message may hold has been read already."""
        if self.notes.text_octets > 0:
            return False
        self.notes.overrun("text_characters")
        return True
