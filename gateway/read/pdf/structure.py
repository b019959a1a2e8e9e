"""Structure of a PDF with pikepdf (qpdf): version, encryption, repair, active content, signature fields.

The file is opened without repair first, so that a rebuilt cross-reference is a fact. Nothing is rendered
and no stream is decoded except object streams.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import pikepdf

from gateway.read.clock import NO_CLOCK
from gateway.read.pdf.active import MAX_LINKS
from gateway.read.pdf.appearance import NO_LOOKS, Looks, gather_looks, unread_looks
from gateway.read.pdf.contents import NO_PLAN, PagePlan, plan_pages
from gateway.read.pdf.inflation import inflated
from gateway.read.pdf.packing import is_packed_beyond_measure
from gateway.read.pdf.signature_pictures import NO_PICTURES, Pictures, gather_pictures
from gateway.read.pdf.tree import is_vast_tree
from gateway.read.pdf.walk import Objects, Place, filters_of, walk_objects
from gateway.read.pdf.words import MAX_WORDS, form_words, metadata_words
from gateway.read.signatures.geometry import SignatureRecord
from gateway.read.trust.evidence import MAX_ITEMS, NO_DATA, EmbeddedData, bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.read.budget import Budget
    from gateway.read.clock import Clock
    from gateway.read.pdf.files import Embedded

_HEADER_SEARCH = 1024
"""Readers look for %PDF- within the first 1024 octets (ISO 32000-1 Annex H, note 13)."""
_FIELDS = 20_000
"""Form fields visited; large government forms have some hundred."""
_NAME = 256
"""Characters kept of a field's name."""
_LINE_ENDS = b"\r\n \t\x00"


@dataclass(frozen=True, slots=True)
class Structure:
    """What the structure says; nothing verified."""

    version: str = ""
    page_count: int = 0
    is_encrypted: bool = False
    is_repaired: bool = False
    is_lenient: bool = False
    """Read by `pdf.lenient`; this reader gave up."""
    is_disputed: bool = False
    """Two lenient readers see different pages: neither is believed."""
    has_header_junk: bool = False
    has_trailing_junk: bool = False
    is_readable: bool = False
    is_over_budget: bool = False
    """More objects than `budget.pdf_objects`, or than there was time for: not everything was looked at."""
    is_late: bool = False
    """Time ran out."""
    is_swollen: bool = False
    """Streams grow beyond measure (`gateway.read.pdf.inflation`): no page may be loaded."""
    has_vast_picture: bool = False
    """An image or a mask of it has more pixels than `gateway.read.scans.picture_sizes` allows: no page is drawn."""
    object_count: int = 0
    """Objects of the newest revision, counted, not as the trailer says."""
    active_content: tuple[str, ...] = ()
    """Sorted."""
    links: tuple[str, ...] = ()
    """Hosts of web links, and schemes of others; sorted."""
    words: tuple[str, ...] = ()
    """Texts outside the pages: notes, form values, bookmarks, properties, XFA, XMP."""
    files: tuple[Embedded, ...] = ()
    """Files inside, still packed."""
    has_unmapped_fonts: bool = False
    plan: PagePlan = NO_PLAN
    """Which pages are read."""
    is_linearised: bool = False
    is_truncated: bool = False
    """The last cross-reference has no end mark (%%EOF) behind it, or there is none at all."""
    signatures: tuple[SignatureRecord, ...] = ()
    unsigned_signature_fields: int = 0
    looks: Looks = NO_LOOKS
    """What the signatures show, still to be read."""
    pictures: Pictures = NO_PICTURES
    """What looks like a signature where there is none."""
    stray_signatures: int = 0
    """Signature dictionaries that no form field holds."""
    evidence: EmbeddedData = NO_DATA
    """Revocation data of the document security store (ISO 32000-2 section 12.8.4.3)."""
    has_usage_rights: bool = False
    """/Perms holds /UR3: a signature of a software maker, not of a signer (ISO 32000-1 section 12.8.2.3)."""

    @property
    def has_no_page(self) -> bool:
        """Is the tree of pages empty? One that was not walked for its size is not."""
        return not self.page_count and not self.is_swollen


def _plainly(call: Callable[[], Any]) -> Any:
    return call()


def read_structure(
    octets: bytes, budget: Budget, guard: Callable[[Callable[[], Any]], Any] = _plainly, clock: Clock = NO_CLOCK
) -> Structure:
    """Read the structure.

    Args:
        octets: the file.
        budget: structural limits.
        guard: runs what may fail alone, such as copying the pictures of signatures; None for whatever it raises.
        clock: what is not looked at in time is left out.

    Raises:
        Exception: whatever the parser meets on a malformed file beyond what is a fact here; the caller maps it.
    """
    if is_packed_beyond_measure(octets):
        return replace(read_outside(octets), is_readable=True, is_over_budget=True, is_swollen=True)
    try:
        pdf, is_repaired, is_vast = _open(octets)
    except pikepdf.PasswordError:
        return replace(read_outside(octets), is_encrypted=True)
    except pikepdf.PdfError:
        # Encryption to certificates is none qpdf opens: such a file is encrypted, not broken.
        return replace(read_outside(octets), is_encrypted=b"/Encrypt" in octets)
    with pdf:
        objects = walk_objects(pdf, budget.pdf_objects, clock)
        is_swollen = is_vast or objects.is_swollen
        plan = NO_PLAN if is_swollen else _plan(pdf, objects, budget, clock)
        found = replace(
            read_outside(octets),
            is_readable=True,
            is_repaired=is_repaired,
            is_swollen=is_swollen,
            page_count=0 if is_vast else len(pdf.pages),
            plan=plan,
        )
        return _with_objects(pdf, found, objects, budget, guard)


def _with_objects(
    pdf: pikepdf.Pdf, found: Structure, objects: Objects, budget: Budget, guard: Callable[[Callable[[], Any]], Any]
) -> Structure:
    """Add what the objects of an open file tell; one that swells is asked for nothing that would unpack it."""
    is_swollen, plan, form, rights = found.is_swollen, found.plan, _read_form(pdf), _usage_rights(pdf)
    return replace(
        found,
        version=_version(pdf),
        is_encrypted=pdf.is_encrypted,
        is_over_budget=objects.count > budget.pdf_objects or is_swollen or objects.is_late,
        is_late=objects.is_late or plan.is_late,
        has_vast_picture=objects.has_vast_picture,
        object_count=objects.count,
        active_content=tuple(sorted(objects.active)),
        links=tuple(sorted(objects.links))[:MAX_LINKS],
        words=(*objects.words, *_more_words(pdf, is_swollen=is_swollen))[:MAX_WORDS],
        files=objects.files,
        has_unmapped_fonts=objects.has_unmapped_fonts,
        signatures=tuple(form.filled),
        unsigned_signature_fields=form.unsigned,
        looks=_looks(pdf, form, guard, is_swollen=is_swollen),
        # A tree of pages that was not walked has none here.
        pictures=_pictures(pdf, form, guard) if found.page_count else NO_PICTURES,
        stray_signatures=len(objects.signed_places - form.places - rights),
        has_usage_rights=bool(rights),
        evidence=NO_DATA if is_swollen else _security_store(pdf),
    )


def _looks(pdf: pikepdf.Pdf, form: _Form, guard: Callable[[Callable[[], Any]], Any], *, is_swollen: bool) -> Looks:
    """Copy what the signatures show; where that fails, say at least which show something."""
    found: Looks | None = None if is_swollen else guard(lambda: gather_looks(pdf, form.fields))
    return found or unread_looks(form.fields, guard)


def _pictures(pdf: pikepdf.Pdf, form: _Form, guard: Callable[[Callable[[], Any]], Any]) -> Pictures:
    """Look for what poses as a signature, where there is none."""
    if form.filled:
        return NO_PICTURES
    found: Pictures = guard(lambda: gather_pictures(pdf)) or NO_PICTURES
    return replace(found, kinds=found.kinds | {"field"}) if form.is_shown else found


def _plan(pdf: pikepdf.Pdf, objects: Objects, budget: Budget, clock: Clock) -> PagePlan:
    return plan_pages(
        pdf, budget, has_legacy_fonts=objects.has_legacy_fonts, may_replace=objects.has_replacements, clock=clock
    )


def _more_words(pdf: pikepdf.Pdf, *, is_swollen: bool) -> tuple[str, ...]:
    return () if is_swollen else (*form_words(pdf), *metadata_words(pdf))


def _open(octets: bytes) -> tuple[pikepdf.Pdf, bool, bool]:
    """Open without repair, then with; tell whether it was repaired, and whether its page tree is vast."""
    try:
        return _opened(octets, is_repaired=False)
    except pikepdf.PasswordError:
        raise
    except pikepdf.PdfError:
        return _opened(octets, is_repaired=True)


def _opened(octets: bytes, *, is_repaired: bool) -> tuple[pikepdf.Pdf, bool, bool]:
    # Pages inherit from their tree where they are asked; pushing it down would list them all, however many.
    pdf = pikepdf.open(
        io.BytesIO(octets), attempt_recovery=is_repaired, suppress_warnings=True, inherit_page_attributes=False
    )
    is_vast = is_vast_tree(pdf)
    if not is_vast:
        len(pdf.pages)  # a broken tree is known here, while the file may still be opened with repair
    return pdf, is_repaired, is_vast


def rewritten(octets: bytes) -> bytes:
    """Write a repaired file anew, for readers that give up where this one repairs.

    Raises:
        Exception: whatever the parser meets.
    """
    pdf, *_ = _open(octets)
    with pdf:
        out = io.BytesIO()
        pdf.save(out, static_id=True)
    return out.getvalue()


def read_outside(octets: bytes) -> Structure:
    """Read what needs no parser: the header's version, and what stands around the file."""
    end = octets.rfind(b"%%EOF")
    trailing = octets[end + 5 :] if end >= 0 else b"missing"
    return Structure(
        version=_header_version(octets),
        has_header_junk=not octets.startswith(b"%PDF-"),
        has_trailing_junk=bool(trailing.strip(_LINE_ENDS)),
        is_linearised=b"/Linearized" in octets[:_HEADER_SEARCH],
        is_truncated=end < max(octets.rfind(b"startxref"), 0),
    )


def _header_version(octets: bytes) -> str:
    found = re.search(rb"%PDF-([0-9]\.[0-9])", octets[:_HEADER_SEARCH])
    return found[1].decode() if found else ""


def _version(pdf: pikepdf.Pdf) -> str:
    """Take the greater of header and catalog version (ISO 32000-1 section 7.5.2)."""
    catalog = str(pdf.Root.get("/Version", "")).removeprefix("/")
    versions = [version for version in (pdf.pdf_version, catalog) if re.fullmatch(r"[0-9]\.[0-9]", version)]
    return max(versions, default="")


@dataclass(slots=True)
class _Form:
    """The signature fields of the interactive form."""

    filled: list[SignatureRecord] = field(default_factory=list)
    fields: list[Any] = field(default_factory=list)
    """Of the filled ones, in the same order."""
    unsigned: int = 0
    is_shown: bool = False
    """Some unsigned one has an appearance."""
    places: set[Place] = field(default_factory=set)
    """Objects that hold the values."""


def _read_form(pdf: pikepdf.Pdf) -> _Form:
    """Walk the form; a value that several fields share is one signature."""
    found = _Form()
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return found
    for name, thing in _fields(form):
        value = thing.get("/V")
        if isinstance(value, pikepdf.Dictionary):
            place = value.objgen
            if place == (0, 0) or place not in found.places:
                found.filled.append(_record(name, value))
                found.fields.append(thing)
            found.places.add(place if place != (0, 0) else thing.objgen)
        else:
            found.unsigned += 1
            found.is_shown = found.is_shown or "/AP" in thing
    return found


def _security_store(pdf: pikepdf.Pdf) -> EmbeddedData:
    """Take the lists and responses of the document security store, decoded as far as their limits go."""
    store = pdf.Root.get("/DSS")
    if not isinstance(store, pikepdf.Dictionary):
        return NO_DATA
    found = []
    for key in ("/CRLs", "/OCSPs"):
        streams = store.get(key)
        kept = list(islice(streams, MAX_ITEMS)) if isinstance(streams, pikepdf.Array) else []
        found.append([_stored(one) for one in kept if isinstance(one, pikepdf.Stream)])
    return bounded(*found)


def _stored(stream: Any) -> bytes:
    return inflated(filters_of(stream.stream_dict)[0], stream.read_raw_bytes())


def _usage_rights(pdf: pikepdf.Pdf) -> set[Place]:
    """Give the place of the usage rights signature, when there is one."""
    permissions = pdf.Root.get("/Perms")
    rights = permissions.get("/UR3", permissions.get("/UR")) if isinstance(permissions, pikepdf.Dictionary) else None
    return {rights.objgen} if isinstance(rights, pikepdf.Dictionary) else set()


def _fields(form: pikepdf.Dictionary) -> Iterator[tuple[str, Any]]:
    """Yield terminal signature fields with their full names; /FT is inherited (ISO 32000-1 section 12.7.3).

    Each indirect field is visited once, and `_FIELDS` in all: a field may be its own child.
    """
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[Any, str, Any]] = [(thing, "", None) for thing in _children(form, "/Fields")]
    for _ in range(_FIELDS):
        if not waiting:
            return
        thing, prefix, kind = waiting.pop()
        if not isinstance(thing, pikepdf.Dictionary) or thing.objgen in seen:
            continue
        if thing.is_indirect:
            seen.add(thing.objgen)
        own = str(thing.get("/T", ""))[:_NAME]
        name = f"{prefix}.{own}" if prefix and own else prefix or own
        kind = thing.get("/FT", kind)
        kids = _children(thing, "/Kids")
        if kind == pikepdf.Name.Sig and (isinstance(thing.get("/V"), pikepdf.Dictionary) or not kids):
            yield name[:_NAME], thing
        else:
            room = _FIELDS - len(waiting)  # many fields may share one long array of children
            waiting += [(kid, name[:_NAME], kind) for kid in kids[:room]]


def _children(thing: pikepdf.Dictionary, key: str) -> list[Any]:
    """Take at most `_FIELDS` children, last first, so that popping visits them in order."""
    children = thing.get(key)
    return list(islice(children, _FIELDS))[::-1] if isinstance(children, pikepdf.Array) else []


def _record(name: str, value: pikepdf.Dictionary) -> SignatureRecord:
    sub_filter = str(value.get("/SubFilter", "")).removeprefix("/")[:64]
    contents = value.get("/Contents")
    time = value.get("/M")
    return SignatureRecord(
        field=name,
        sub_filter=sub_filter,
        is_timestamp=sub_filter == "ETSI.RFC3161",
        byte_range=_integers(value.get("/ByteRange")),
        contents=bytes(contents) if isinstance(contents, pikepdf.String) else b"",
        claimed_time=str(time)[:40] if isinstance(time, pikepdf.String) else "",
        certification_level=_certification(value),
    )


def _integers(thing: Any) -> tuple[int, ...] | None:
    if not isinstance(thing, pikepdf.Array) or len(thing) != 4:
        return None
    numbers: list[Any] = list(thing)
    return tuple(numbers) if all(type(number) is int for number in numbers) else None


def _certification(value: pikepdf.Dictionary) -> int:
    """Read the DocMDP permission, 2 when unsaid (ISO 32000-1 table 254); 0 for an approval signature."""
    references = value.get("/Reference")
    for reference in islice(references, 8) if isinstance(references, pikepdf.Array) else ():
        if isinstance(reference, pikepdf.Dictionary) and reference.get("/TransformMethod") == pikepdf.Name.DocMDP:
            parameters = reference.get("/TransformParams")
            level = parameters.get("/P", 2) if isinstance(parameters, pikepdf.Dictionary) else 2
            return level if type(level) is int and 1 <= level <= 3 else 2
    return 0
