"""Sign sample PDFs, and break them in the ways attackers do: incremental revisions written by hand.

Revisions use a classic cross-reference table, so the base must have one (`documents.official_pdf` has).
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from gateway.demo.cms_maker import CmsPlan, build_cms, build_token, resign

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gateway.demo.pki import Identity

Changes = dict[int, bytes]
"""Object number to the serialised object (generation 0)."""
VARIANT_MARK = b"/CongthuVariant (%010d)"
_VARIANT = re.compile(rb"/CongthuVariant \(\d{10}\)")


@dataclass(frozen=True)
class SignPlan:
    """How one signature is put into a PDF."""

    cms: CmsPlan = field(default_factory=CmsPlan)
    field_name: str = "Signature1"
    sub_filter: str = "adbe.pkcs7.detached"
    reserve_octets: int = 8192
    certify: int = 0
    """DocMDP permission 1..3 for a certification signature."""
    shown_text: str = ""
    """ASCII text of a visible appearance, as the clerk's number; empty for an invisible signature."""
    claimed_time: datetime | None = None
    """The /M entry."""
    gap_before_octets: int = 0
    """Let the signed range end this many octets too early: a valid digest around a wrong gap."""


def append_revision(octets: bytes, edit: Callable[[pikepdf.Pdf], Changes]) -> bytes:
    """Append an incremental update; `edit` may add objects with make_indirect and returns what changed."""
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        changes = edit(pdf)
        size = max([*changes, int(pdf.trailer["/Size"]) - 1]) + 1
        keys = b" ".join(
            key.encode() + b" " + pdf.trailer[key].unparse() for key in ("/Root", "/Info", "/ID") if key in pdf.trailer
        )
    previous = int(octets[octets.rindex(b"startxref") + 9 :].split()[0])
    out = bytearray(octets if octets.endswith(b"\n") else octets + b"\n")
    table = bytearray(b"xref\n0 1\n0000000000 65535 f \n")
    for number in sorted(changes):
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, changes[number])
    start = len(out)
    out += table + b"trailer\n<< /Size %d /Prev %d %b >>\nstartxref\n%d\n%%%%EOF\n" % (size, previous, keys, start)
    return bytes(out)


def _serialise(thing: pikepdf.Object) -> bytes:
    if isinstance(thing, pikepdf.Stream):
        octets = thing.read_raw_bytes()
        return thing.stream_dict.unparse() + b"\nstream\n" + octets + b"\nendstream"
    return thing.unparse(resolved=True)


def changed(*things: pikepdf.Object) -> Changes:
    """Serialise changed or added indirect objects for `append_revision`."""
    return {thing.objgen[0]: _serialise(thing) for thing in things}


def _signature_dictionary(plan: SignPlan) -> bytes:
    lines = [b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /" + plan.sub_filter.encode()]
    if plan.sub_filter == "ETSI.RFC3161":
        lines = [b"<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161"]
    if plan.claimed_time:
        lines.append(b"/M (D:" + plan.claimed_time.strftime("%Y%m%d%H%M%S+00'00'").encode() + b")")
    if plan.certify:
        lines.append(
            b"/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams "
            b"<< /Type /TransformParams /V /1.2 /P %d >> >>]" % plan.certify
        )
    lines.append(b"/ByteRange [0 ********** ********** **********]")
    lines.append(b"/Contents <" + b"0" * (2 * plan.reserve_octets) + b"> >>")
    return b"\n".join(lines)


def _appearance(pdf: pikepdf.Pdf, text: str) -> pikepdf.Object:
    stream = pikepdf.Stream(pdf, b"BT /F 10 Tf 1 0 0 rg 4 8 Td (" + text.encode("ascii") + b") Tj ET")
    stream.Type, stream.Subtype, stream.BBox = Name.XObject, Name.Form, Array([0, 0, 160, 30])
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    stream.Resources = Dictionary(Font=Dictionary(F=font))
    return pdf.make_indirect(stream)


def _add_field(pdf: pikepdf.Pdf, plan: SignPlan) -> Changes:
    """Add a signature field with its widget to the first page, and the value dictionary to fill in."""
    page, root = pdf.pages[0].obj, pdf.Root
    value = pdf.make_indirect(Dictionary())
    widget = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String(plan.field_name), F=132, V=value, P=page
    )
    widget.Rect = Array([380, 750, 540, 780]) if plan.shown_text else Array([0, 0, 0, 0])
    extra = {}
    if plan.shown_text:
        appearance = _appearance(pdf, plan.shown_text)
        widget.AP = Dictionary(N=appearance)
        extra = changed(appearance)
    entry = pdf.make_indirect(widget)
    page.Annots = Array([*page.get("/Annots", Array()), entry])
    form = root.get("/AcroForm", Dictionary(Fields=Array()))
    form.SigFlags, form.Fields = 3, Array([*form.Fields, entry])
    root.AcroForm = form
    if plan.certify:
        root.Perms = Dictionary(DocMDP=value)
    return changed(page, root, entry) | extra | {value.objgen[0]: _signature_dictionary(plan)}


def _fill(octets: bytes, contents: Callable[[bytes], bytes], reserve_octets: int, gap_before: int) -> bytes:
    """Write /ByteRange and /Contents of the last placeholder."""
    place = octets.rindex(b"/ByteRange [0 ")
    start = octets.index(b"/Contents <", place) + len(b"/Contents ")
    end = start + 2 * reserve_octets + 2
    ranges = b"/ByteRange [0 %010d %010d %010d]" % (start - gap_before, end, len(octets) - end)
    out = bytearray(octets)
    out[place : place + len(ranges)] = ranges
    cms = contents(bytes(out[: start - gap_before]) + bytes(out[end:]))
    assert len(cms) <= reserve_octets, "reserve more octets for the CMS"
    out[start + 1 : start + 1 + 2 * len(cms)] = cms.hex().encode()
    return bytes(out)


def sign_pdf(octets: bytes, identity: Identity, plan: SignPlan) -> bytes:
    """Add one signature as an incremental revision.

    An ETSI.RFC3161 plan makes a document timestamp; its CMS plan must then hold stamp_time.
    """
    prepared = append_revision(octets, lambda pdf: _add_field(pdf, plan))

    def contents(document: bytes) -> bytes:
        if plan.sub_filter == "ETSI.RFC3161":
            assert plan.cms.stamp_time
            return build_token(document, identity, plan.cms.stamp_time, plan.cms.stamp_digest)
        return build_cms(document, identity, plan.cms)

    return _fill(prepared, contents, plan.reserve_octets, plan.gap_before_octets)


def signature_gap(octets: bytes) -> tuple[int, int]:
    """Find the gap of the last signature: from its `<` to after its `>`."""
    place = octets.rindex(b"/Contents <") + len(b"/Contents ")
    return place, octets.index(b">", place) + 1


def variant(signed: bytes, number: int, identity: Identity) -> bytes:
    """Make another document, signed anew by the same signer, from one with a single signature: about 2 ms.

    The number goes into the variant mark of the document information; size and layout stay the same.
    """
    start, end = signature_gap(signed)
    head, tail = signed[:start], signed[end:]
    head, count = _VARIANT.subn(VARIANT_MARK % number, head, count=1)
    assert count == 1, "the document carries no variant mark"
    cms = resign(bytes.fromhex(signed[start + 1 : end - 1].decode()), head + tail, identity)
    return head + b"<" + cms.hex().encode().ljust(end - start - 2, b"0") + b">" + tail


def tamper(signed: bytes) -> bytes:
    """Change one octet inside the signed range without hurting the structure (the variant mark)."""
    found = _VARIANT.search(signed)
    assert found, "the document carries no variant mark"
    place = found.end() - 2
    return signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]


def append_page_text(signed: bytes, text: str = "Phu luc gia") -> bytes:
    """Incremental saving attack: put other content over the first page in a revision after the signature."""

    def edit(pdf: pikepdf.Pdf) -> Changes:
        page = pdf.pages[0].obj
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        content = pikepdf.Stream(pdf, b"BT /FX 30 Tf 50 400 Td (" + text.encode("ascii") + b") Tj ET")
        stream = pdf.make_indirect(content)
        page.Resources.Font.FX = font
        page.Contents = stream
        changes = changed(page, stream)
        if page.Resources.is_indirect:
            changes |= changed(page.Resources)
        if page.Resources.Font.is_indirect:
            changes |= changed(page.Resources.Font)
        return changes

    return append_revision(signed, edit)


def add_security_store(signed: bytes, crls: tuple[bytes, ...] = (), responses: tuple[bytes, ...] = ()) -> bytes:
    """Append a document security store (ISO 32000-2 section 12.8.4.3) in a revision of its own."""

    def edit(pdf: pikepdf.Pdf) -> Changes:
        store = pdf.make_indirect(Dictionary(Type=Name.DSS))
        streams = []
        for key, kind in (("/CRLs", crls), ("/OCSPs", responses)):
            made = [pdf.make_indirect(pikepdf.Stream(pdf, der)) for der in kind]
            if made:
                store[key] = Array(made)
            streams += made
        pdf.Root.DSS = store
        return changed(pdf.Root, store, *streams)

    return append_revision(signed, edit)


def wrap(signed: bytes, hidden: bytes = b"%PDF-1.7 other content\n") -> bytes:
    """Signature wrapping: move the second signed range down and put unsigned octets into the gap."""
    start, end = signature_gap(signed)
    head, tail = signed[:start], signed[end:]
    moved = len(head) + (end - start) + len(hidden)
    ranges = b"/ByteRange [0 %010d %010d %010d]" % (len(head), moved, len(tail))
    place = head.rindex(b"/ByteRange [0 ")
    head = head[:place] + ranges + head[place + len(ranges) :]
    return head + signed[start:end] + hidden + tail
