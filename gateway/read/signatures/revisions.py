"""What changed after a signed revision: pyHanko's difference analysis, bounded, as a second opinion too.

It runs only where a later revision exists, the structure is odd or PDFium lists other signatures; one that passes the
geometry gate to the end of a sound file leaves nothing to compare. Its reader takes /Contents digit by digit, 13 ms for
the usual 16,000, which is why it is not asked to open every file (ADR 0012).
"""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.read.signatures.geometry import SignatureRecord

_OBJECTS_PER_SECOND = 2_000
"""Objects of the newest revision compared a second; measured 2,000 to 2,500 on 870 and 9,000 page files.

Work is bounded by this count and not by a clock: the same file gets the same facts on every machine."""
_OCTETS_PER_OBJECT = 330
"""Octets of /Contents that cost as much as one object: 0.76 microseconds a digit, measured."""
_ACTIVE = re.compile(
    rb"/(?:JS|JavaScript|AA|Launch|SubmitForm|ImportData|GoToR|GoToE|RichMedia|XFA|EmbeddedFiles?)(?=[\s/<\[(>]|$)"
)
"""Of an object that acts; no signature and no data for validation brings one."""
_ALLOWED_LEVELS = {"NONE": "none", "LTA_UPDATES": "lta", "FORM_FILLING": "form", "ANNOTATIONS": "annotations"}


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What pyHanko says of one signature, in our words."""

    modification: str = "unknown"
    """As `SignatureFacts.modification`."""
    is_permitted: bool = True
    """The changes are within the DocMDP permission in force."""
    disagreement: tuple[str, ...] = ()
    """As `SignatureFacts.disagreement`."""


UNKNOWN = SecondOpinion()
"""It could not be had: the library gave up, or the budget is spent."""
ABSENT = SecondOpinion(disagreement=("pyhanko:signature:absent",))


def _import() -> tuple[Any, Any, Any]:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - half a second; see the module text
    from pyhanko.sign import diff_analysis  # noqa: PLC0415 - see above
    from pyhanko.sign.validation import pdf_embedded  # noqa: PLC0415 - see above

    # It logs suspicious changes; here they are facts, and nobody reads a worker's stderr.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    return PdfFileReader, diff_analysis, pdf_embedded


@cache
def _policy() -> Any:
    """Build pyHanko's own policy but for one rule: new signature fields that show something, after a certification.

    It refuses them all. DocMDP 2 and 3 permit signing (ISO 32000-1 table 254), and a clerk adds number, date and seal
    to what the leader certified; what such pictures may hide is weighed by `outcome.with_later`.
    """
    rules: Any = _import()[1]
    form = rules.FormUpdatingRule(
        field_rules=[
            rules.SigFieldCreationRule(allow_new_visible_after_certify=True),
            rules.SigFieldModificationRule(),
            rules.GenericFieldModificationRule(),
        ]
    )
    return rules.StandardDiffPolicy(global_rules=rules.DEFAULT_DIFF_POLICY.global_rules, form_rule=form)


class Revisions:
    """pyHanko's view of one file, opened at first use."""

    def __init__(
        self,
        octets: bytes,
        *,
        objects: int,
        seconds: float,
        guard: Callable[[Callable[[], Any]], Any],
        contents_octets: int = 0,
    ) -> None:
        """Prepare.

        Args:
            octets: the file.
            objects: its objects, counted (the /Size of a trailer is whatever its writer says).
            seconds: `Budget.revision_seconds`, spent as objects compared.
            guard: calls the library and answers None for whatever it raises on a malformed file.
            contents_octets: /Contents of all its signatures, which opening the file reads.
        """
        self._octets, self._objects, self._guard = octets, objects, guard
        self._objects_left = int(seconds * _OBJECTS_PER_SECOND) - contents_octets // _OCTETS_PER_OBJECT
        self._embedded: list[Any] | None = None
        self._is_lost = False
        """It was tried to open the file, and in vain."""

    def review(self, record: SignatureRecord, algorithm: str, digest: bytes) -> SecondOpinion:
        """Compare a signed revision with all later ones, and what pyHanko finds of the signature with what we found.

        Args:
            record: the signature, which its /Contents name.
            algorithm: digest algorithm of its CMS.
            digest: what we computed over its ranges.
        """
        opinion: SecondOpinion | None = self._guard(lambda: self._review(record, algorithm, digest))
        return opinion or UNKNOWN

    def _open(self) -> list[Any]:
        if self._embedded is None:
            self._is_lost = True
            reader_class, _, _ = _import()
            reader = reader_class(io.BytesIO(self._octets), strict=False)
            if reader.encrypted:
                reader.decrypt(b"")  # what opens without asking; anything else raises, and nothing is known
            self._embedded = list(reader.embedded_signatures)
            self._is_lost = False
        return self._embedded

    def _find(self, record: SignatureRecord) -> Any:
        """Find the signature of these contents; a file may hold the same ones twice over different ranges."""
        alike = [one for one in self._open() if bytes(one.pkcs7_content) == record.contents]
        same = (one for one in alike if tuple(map(int, one.byte_range)) == record.byte_range)
        return next(same, alike[0] if alike else None)

    def _review(self, record: SignatureRecord, algorithm: str, digest: bytes) -> SecondOpinion:
        if self._is_lost or self._objects_left < 0:
            return UNKNOWN
        one = self._find(record)
        if one is None:
            return ABSENT
        reader = one.reader
        later = reader.xrefs.total_revisions - one.signed_revision - 1
        cost = self._objects * max(later, 1)
        if cost > self._objects_left:
            return UNKNOWN
        self._objects_left -= cost
        one.compute_integrity_info(_policy())
        differs = []
        if tuple(map(int, one.byte_range)) != record.byte_range:
            differs.append("pyhanko:byte_range:other")
        if one.compute_digest(algorithm) != digest:
            differs.append("pyhanko:digest:other")
        return replace(self._judge(one, later), disagreement=tuple(differs))

    @staticmethod
    def _judge(one: Any, later: int) -> SecondOpinion:
        _, diff_analysis, pdf_embedded = _import()
        status = one.summarise_integrity_info()
        result = status["diff_result"]
        if not isinstance(result, diff_analysis.DiffResult):
            return SecondOpinion("other", is_permitted=False)
        level = _ALLOWED_LEVELS.get(result.modification_level.name, "other")
        is_whole = status["coverage"] == pdf_embedded.SignatureCoverageLevel.ENTIRE_FILE
        if level == "none" and later == 0 and not is_whole:
            level = "other"  # octets after the end that belong to no revision: nobody vouches for them
        if level == "form" and not _are_signatures(one.reader, result.changed_form_fields):
            level = "other"  # a filled text field is form filling too, and says something new
        if level in {"lta", "form"} and _shows_otherwise(one.reader, one.signed_revision):
            level = "other"
        if level in {"lta", "form"}:
            level = _kind_of(one.reader, one.signed_revision, level)
        return SecondOpinion(level, is_permitted=status["docmdp_ok"] is not False)


def _kind_of(reader: Any, revision: int, level: str) -> str:
    """Name harmless changes for what they are, and look for objects that no harmless change brings.

    pyHanko compares what a reader of the document reaches, and calls maintenance whatever is left. Only a document
    security store and document timestamps are long-term validation (ETSI EN 319 142-1 section 5.4.2 and 5.4.3,
    ISO 32000-2 sections 12.8.4.3 and 12.8.5); signatures are `form`; properties and rewritten objects are `metadata`.
    """
    changed = set()
    for number in range(revision + 1, reader.xrefs.total_revisions):
        changed |= reader.xrefs.explicit_refs_in_revision(number)
    now = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    # What is new is named by something of before that was changed, or by something new that is.
    reached = {one for one in changed if reader.xrefs.get_introducing_revision(one) <= revision}
    named = [reader.trailer.raw_get(key) for key in ("/Root", "/Info") if key in reader.trailer]
    reached |= _named_by(now, [*map(now, reached), *named], revision + 1)
    if any(_is_foreign(reader, one, is_reached=one in reached) for one in changed):
        return "other"
    signed = [value for _, value, _ in _signature_fields(reader) if value is not None]
    kinds = {_is_timestamp(value.get_object()) for value in signed if _reference(value) in changed}
    if False in kinds or level == "form":
        return "form"
    store = reader.root.raw_get("/DSS") if "/DSS" in reader.root else None
    stored = set() if store is None else {_reference(store)} | _named_by(now, [store], 0)
    return "lta" if True in kinds or stored & changed else "metadata"


def _reference(thing: Any) -> Any:
    return getattr(thing, "reference", None) or getattr(thing, "container_ref", None)


def _is_timestamp(value: Any) -> bool:
    return bool(value.get("/Type") == "/DocTimeStamp" or value.get("/SubFilter") == "/ETSI.RFC3161")


def _is_foreign(reader: Any, reference: Any, *, is_reached: bool) -> bool:
    """Is an object of a later revision one that nothing of the document names, or one that acts?"""
    thing = reader.get_object(reference)
    is_dictionary = isinstance(thing, dict)
    if is_dictionary and thing.get("/Type") in {"/XRef", "/ObjStm"}:
        return False
    if not is_reached:
        return True
    out = io.BytesIO()
    parts = [part for pair in thing.items() for part in pair] if is_dictionary else [thing]
    for part in parts:
        getattr(part, "raw_object", part).write_to_stream(out, None)
        out.write(b" ")
    return _ACTIVE.search(out.getvalue()) is not None


def _named_by(handler: Any, things: list[Any], since: int) -> set[Any]:
    """Collect the objects of a revision and later that things name, directly or through one another.

    pyHanko's own collection does not look into what is encrypted.
    """
    found: set[Any] = set()
    waiting = list(things)
    while waiting:
        thing = waiting.pop()
        if isinstance(getattr(thing, "raw_object", None), dict | list):
            thing = thing.decrypted
        reference = getattr(thing, "reference", None)
        if reference is not None:
            if reference not in found and handler.reader.xrefs.get_introducing_revision(reference) >= since:
                found.add(reference)
                waiting.append(handler(reference))
        elif isinstance(thing, dict):
            waiting += thing.values()
        elif isinstance(thing, list):
            waiting += thing
    return found


def _are_signatures(reader: Any, names: set[str]) -> bool:
    """Are all these form fields signature fields, filled or with nothing to show?"""
    return names <= {name for name, _, _ in _signature_fields(reader)} - {name for name, _ in _posing(reader)}


def _signature_fields(handler: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, value and reference of each signature field."""
    from pyhanko.sign.fields import enumerate_sig_fields  # noqa: PLC0415 - see the module text

    yield from enumerate_sig_fields(handler)


def _posing(handler: Any) -> set[tuple[str, str]]:
    """Name the signature fields that show something and hold no signature, each with what it shows.

    Nobody vouches for such a picture, and difference analysis takes the new field for a harmless one.
    """
    found = set()
    for name, value, reference in _signature_fields(handler):
        field = reference.get_object()
        kids = field["/Kids"] if value is None and "/Kids" in field else []
        for one in (field, *(kid.get_object() for kid in kids)) if value is None else ():
            if "/AP" in one:
                found.add((name, repr(one.raw_get("/AP"))))
    return found


def _shows_otherwise(reader: Any, revision: int) -> bool:
    """Did a change that pyHanko takes for maintenance alter what readers show or find?

    Setting /NeedAppearances lets viewers draw fields anew from values nobody saw (ISO 32000-1 table 218); title,
    subject and keywords are what a search finds, and evidence here; a field without a signature shows what it likes.
    """
    signed = reader.get_historical_resolver(revision)
    if _draws_anew(reader.root) and not _draws_anew(signed.root):
        return True
    if not _posing(reader) <= _posing(signed):
        return True
    return _properties(signed.trailer_view) != _properties(reader.trailer_view)


def _draws_anew(root: Any) -> bool:
    form = root["/AcroForm"] if "/AcroForm" in root else {}  # noqa: SIM401 - its get() follows no reference
    return "/NeedAppearances" in form and bool(form["/NeedAppearances"])


def _properties(trailer: Any) -> list[str]:
    about = trailer["/Info"] if "/Info" in trailer else {}  # noqa: SIM401 - as above
    return [str(about[key]) if key in about else "" for key in ("/Title", "/Subject", "/Keywords")]
