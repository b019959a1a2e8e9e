"""Changes after signing: incremental saving, shadow documents, evil annotations, certified documents."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace

from gateway.demo.cms_maker import CmsPlan
from tests.corpus.signed_case import BOTH, EAA, HIDE, ISA, ISO, PARSERS, REPLACE, SSA, V_AP, VIETNAM, Case, all_of
from tests.corpus.signed_keys import SIGNED, agency, person, pki, stranger
from tests.corpus.signed_paper import (
    CATALOG,
    CONTENT,
    FONT,
    FORM,
    PAGE,
    PAGES,
    Paper,
    appended,
    paper,
    shown,
    signed,
    stream,
    words,
)  # fmt: skip

FALSE_TEXT = "So: 125/SA-VP Bao cao thang 11, kinh phi 900 trieu dong"
OTHER = {CONTENT: words(FALSE_TEXT)}
CHANGED = ("Van thu permerror GENERIC",)
SOUND = ("Van thu pass",)
STAMP = (
    b"<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/%(filter)b%(more)b/ByteRange %(range)b/Contents %(hole)b>>"
)
BLANK = b"<</Type/Annot/Subtype/%(kind)b/Rect[40 600 560 780]/F 4/P 3 0 R%(more)b>>"


def annotation(kind: bytes, more: bytes = b"") -> bytes:
    """Serialise an annotation over the text of the page."""
    return BLANK % {b"kind": kind, b"more": more}


def annotated(base: Paper, kind: bytes, more: bytes = b"", appearance: bytes | None = None) -> bytes:
    """Append a revision with one more annotation."""
    number = base.free
    changes = {number: annotation(kind, more + (b"/AP<</N %d 0 R>>" % (number + 1) if appearance else b""))}
    if appearance:
        changes[number + 1] = appearance
    return base.refresh(changes, annotations=(*base.annotations, number)).octets


def table_of(octets: bytes, entries: dict[int, int], *, size: int, root: int = CATALOG) -> bytes:
    """Append a revision that is a table alone: object number to an offset, 0 to free it."""
    previous = int(re.findall(rb"startxref\s+(\d+)", octets)[-1])
    table = b"".join(
        b"%d 1\n%010d %05d %b \n" % (number, place, 0 if place else 1, b"n" if place else b"f")
        for number, place in sorted(entries.items())
    )
    end = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, root, previous, len(octets))
    return octets + b"xref\n" + table + end


def with_hidden(text: bytes, base: Paper | None = None) -> tuple[Paper, int]:
    """A signed document that carries an object no table mentions, inside a stream; with the offset of it."""
    start = base or paper()
    carrier = start.revise({30: stream(b"\n" + text + b"\n")})
    made = carrier.sign()
    return made, made.octets.index(text)


def object_stream(base: Paper, number: int, text: bytes, *, is_hybrid: bool = False) -> bytes:
    """Append a revision whose object hides in an object stream, with a cross-reference stream or a hybrid table."""
    octets, holder, table = base.octets, base.free, base.free + 1
    previous = int(re.findall(rb"startxref\s+(\d+)", octets)[-1])
    head = b"%d 0 " % number
    packed = zlib.compress(head + text, 0)
    out = octets + b"%d 0 obj\n" % holder
    out += stream(packed, b"/Type/ObjStm/N 1/First %d/Filter/FlateDecode" % len(head)) + b"\nendobj\n"
    start = len(out)
    rows = [(2, holder, 0), (1, len(octets), 0), (1, start, 0)]
    data = b"".join(bytes([kind]) + left.to_bytes(4, "big") + right.to_bytes(2, "big") for kind, left, right in rows)
    root = b"" if is_hybrid else b"/Root 1 0 R/Prev %d" % previous
    about = b"/Type/XRef/Size %d/W[1 4 2]/Index[%d 1 %d 1 %d 1]%b" % (table + 1, number, holder, table, root)
    out += b"%d 0 obj\n" % table + stream(data, about) + b"\nendobj\n"
    if not is_hybrid:
        return out + b"startxref\n%d\n%%%%EOF\n" % start
    classic = len(out)
    end = b"trailer\n<</Size %d/Root 1 0 R/Prev %d/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n"
    return out + b"xref\n0 1\n0000000000 65535 f \n" + end % (table + 1, previous, start, classic)


def second_page(text: str = "Phu luc: kinh phi 900 trieu dong") -> dict[int, bytes]:
    """Objects of a page more."""
    return {
        40: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 41 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        41: words(text),
        PAGES: b"<</Type/Pages/Kids[3 0 R 40 0 R]/Count 2>>",
    }


def swapped_catalog() -> bytes:
    """A second tree of objects, and a trailer that names its catalog as the root, with the signed field kept."""
    base = signed()
    tree = {
        50: base.objects[CATALOG].replace(b"2 0 R", b"52 0 R"),
        52: b"<</Type/Pages/Kids[53 0 R]/Count 1>>",
        53: base.objects[PAGE].replace(b"2 0 R", b"52 0 R").replace(b"4 0 R", b"54 0 R"),
        54: words(FALSE_TEXT),
    }
    return appended(base.octets, tree, size=55, root=50)


def copied_signature() -> bytes:
    """The new revision brings a copy of the signature object, so that the last one found is newer."""
    base = signed()
    start = base.octets.rindex(b"8 0 obj\n") + 8
    value = base.octets[start : base.octets.index(b"\nendobj", start)]
    return appended(base.octets, OTHER | {8: value}, size=9)


def overlay_form(catalog: bytes = b"") -> Paper:
    """A document with a filled text field, its appearance as its value."""
    entry, look = 20, 21
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(so tien)/V(100)/DA(/F1 12 Tf 0 g)/F 4/P 3 0 R/Rect[50 600 250 640]/AP<</N 21 0 R>>>>"
    return replace(paper(), catalog=catalog).refresh(
        {entry: field, look: shown("100")}, fields=(entry,), annotations=(entry,),
        form=b"/SigFlags 3/DA(/F1 12 Tf 0 g)/DR<</Font<</F1 5 0 R>>>>",
    )  # fmt: skip


def signed_form(**own: object) -> Paper:
    """The same, signed."""
    return overlay_form().sign(**own)


def lookalike_font() -> bytes:
    """A Type 3 font whose digit 1 draws a 9: exchanged after signing."""
    glyph = stream(b"500 0 d0 0 0 400 700 re f")
    font = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 500 700]/FontMatrix[0.001 0 0 0.001 0 0]/FirstChar 49/LastChar 49"
        b"/Widths[500]/Encoding<</Type/Encoding/Differences[49/one]>>/CharProcs<</one 60 0 R>>>>"
    )
    return signed().revise({FONT: font, 60: glyph}).octets


def covering(identity: object, *, base: Paper, **own: object) -> bytes:
    """Sneaky signature: another signature whose appearance covers the text of the page."""
    look = base.free + 10
    made = base.revise({look: shown(FALSE_TEXT, (520, 180))})
    return made.sign(identity=identity, name="Phu", rect=(40, 600, 560, 780), appearance=look, **own).octets


def covering_figure(identity: object, rect: tuple[int, int, int, int] = (310, 690, 345, 716), **own: object) -> bytes:
    """Sneaky signature over one figure of the text."""
    base = signed()
    look = base.free + 10
    made = base.revise({look: shown("900", (rect[2] - rect[0], rect[3] - rect[1]))})
    return made.sign(identity=identity, name="Phu", rect=rect, appearance=look, **own).octets


def unsigned_field(base: Paper) -> bytes:
    """A signature field without a signature whose appearance covers the page, in a later revision."""
    entry, look = base.free, base.free + 1
    field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Phu)/F 4/P 3 0 R/Rect[40 600 560 780]/AP<</N %d 0 R>>>>" % look
    changes = {entry: field, look: shown(FALSE_TEXT, (520, 180))}
    return base.refresh(changes, fields=(*base.fields, entry), annotations=(*base.annotations, entry)).octets


def seen(**own: object) -> Paper:
    """Signed with a visible appearance, objects 20 (appearance), 21 (field) and 22 (value)."""
    base = paper().revise({20: shown("Co quan: So A")})
    return base.sign(rect=(380, 720, 560, 760), appearance=20, **own)


def changed_field(base: Paper, number: int, old: bytes, new: bytes) -> bytes:
    """Append a revision with one object changed in part."""
    assert old in base.objects[number]
    return base.revise({number: base.objects[number].replace(old, new)}).octets


def layers(state: bytes) -> bytes:
    """Optional content: two layers, one of them off."""
    return b"/OCProperties<</OCGs[70 0 R 71 0 R]/D<</ON[70 0 R]/OFF[71 0 R]%b>>>>" % state


LAYERED = {
    70: b"<</Type/OCG/Name(that)>>",
    71: b"<</Type/OCG/Name(gia)>>",
    CONTENT: stream(
        b"/OC /L0 BDC BT /F1 14 Tf 50 700 Td (kinh phi 100 trieu) Tj ET EMC "
        b"/OC /L1 BDC BT /F1 14 Tf 50 700 Td (kinh phi 900 trieu) Tj ET EMC"
    ),
}


def layered() -> Paper:
    """A signed document with two layers."""
    return replace(paper(), catalog=layers(b"")).refresh(LAYERED).sign()


def certified(level: int, **own: object) -> Paper:
    """A certified document."""
    return paper().sign(certify=level, **own)


def two_signed(*, certify: int = 0, second: dict[str, object] | None = None) -> bytes:
    """Signed by the leader, then by the clerk."""
    first = paper().sign(identity=person(), name="Lanh dao", certify=certify)
    return first.sign(**(second or {})).octets


def changed_between() -> bytes:
    """The clerk signs other content over the leader's signature."""
    first = paper().sign(identity=person(), name="Lanh dao")
    return first.revise(OTHER).sign().octets


def locked() -> bytes:
    """A text field that the signature locks is filled in afterwards."""
    lock = b"<</Type/SigRef/TransformMethod/FieldMDP/Data 1 0 R/TransformParams<</Type/TransformParams/V/1.2/Action/All>>>>"
    base = signed_form(lock=lock)
    return base.revise({20: base.objects[20].replace(b"/V(100)", b"/V(900)"), 21: shown("900")}).octets


def loop() -> bytes:
    """A revision whose /Prev is its own table."""
    octets = signed().octets
    made = appended(octets, OTHER, size=9)
    own = int(re.findall(rb"startxref\s+(\d+)", made)[-1])
    return appended(octets, OTHER, size=9, previous=own)


def skipping() -> bytes:
    """A revision whose /Prev jumps over the signed one; it brings a form of its own that shows the old signature."""
    base = signed()
    first = int(re.findall(rb"startxref\s+(\d+)", base.octets)[0])
    start = base.octets.rindex(b"8 0 obj\n") + 8
    value = base.octets[start : base.octets.index(b"\nendobj", start)]
    again = {number: base.objects[number] for number in (CATALOG, PAGE, FORM, 7)} | {8: value} | OTHER
    return appended(base.octets, again, size=9, previous=first)


def store(changes: dict[int, bytes]) -> bytes:
    """A security store in a later revision, and something else with it."""
    base = signed()
    made = replace(base, catalog=base.catalog + b"/DSS 80 0 R")
    crl = pki().crls()[0]
    return made.refresh({80: b"<</Type/DSS/CRLs[81 0 R]>>", 81: stream(crl)} | changes).octets


def hidden_overlay() -> bytes:
    """Shadow document: the page draws the figure, then an overlay over it."""
    content = stream(b"BT /F1 14 Tf 50 700 Td (kinh phi 900 trieu dong) Tj ET /X1 Do")
    look = {CONTENT: content, 44: shown("kinh phi 100 trieu dong", (595, 842))}
    made = paper(resources=b"/XObject<</X1 44 0 R>>").revise(look).sign()
    return table_of(made.octets, {44: 0}, size=60)


def hidden_annotation() -> bytes:
    """Shadow document: an annotation over the text was signed, and is taken away afterwards."""
    base = paper("kinh phi 900 trieu dong")
    over = base.refresh(
        {44: annotation(b"FreeText", b"/AP<</N 45 0 R>>"), 45: shown("100", (520, 180))}, annotations=(44,)
    )
    made = over.sign()
    return made.refresh(annotations=tuple(number for number in made.annotations if number != 44)).octets


def switched() -> bytes:
    """The other text stands in the signed octets as an unused object; a table gives it the number of the text."""
    text = b"%d 0 obj\n" % CONTENT + words(FALSE_TEXT) + b"\nendobj\n"
    base = paper()
    carrier = replace(base, octets=base.octets + text)
    made = carrier.refresh().sign()
    return table_of(made.octets, {CONTENT: made.octets.index(text)}, size=9)


def switched_page() -> bytes:
    """As above for a whole page."""
    base = paper()
    text = b"%d 0 obj\n" % PAGE + base.objects[PAGE].replace(b"4 0 R", b"44 0 R") + b"\nendobj\n"
    made = replace(
        base.revise({44: words(FALSE_TEXT)}), octets=base.revise({44: words(FALSE_TEXT)}).octets + text
    ).sign()
    return table_of(made.octets, {PAGE: made.octets.index(text)}, size=60)


def switched_stream() -> bytes:
    """As `switched`, the hidden object inside a stream that was signed."""
    text = b"%d 0 obj\n" % CONTENT + words(FALSE_TEXT) + b"\nendobj"
    made, place = with_hidden(text)
    return table_of(made.octets, {CONTENT: place}, size=60)


def valued_apart() -> bytes:
    """A field whose value and picture disagree, signed so."""
    base = overlay_form()
    return base.revise({20: base.objects[20].replace(b"/V(100)", b"/V(900)")}).sign().octets


def filled_field(base: Paper) -> bytes:
    """Fill the text field in."""
    return base.revise({20: base.objects[20].replace(b"/V(100)", b"/V(900)"), 21: shown("900")}).octets


def sneaky_value() -> bytes:
    """A covering field whose value is a dictionary without ranges."""
    base = certified(2)
    entry, look = base.free, base.free + 1
    field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Phu)/F 4/P 3 0 R/Rect[40 600 560 780]/AP<</N %d 0 R>>/V %d 0 R>>" % (
        look, look + 1,
    )  # fmt: skip
    value = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached>>"
    changes = {entry: field, look: shown(FALSE_TEXT, (520, 180)), look + 1: value}
    return base.refresh(changes, fields=(*base.fields, entry), annotations=(*base.annotations, entry)).octets


def raised() -> bytes:
    """The signature dictionary again in a later revision, its level raised, and an annotation that level allows."""
    base = certified(1)
    start = base.octets.rindex(b"8 0 obj\n") + 8
    value = base.octets[start : base.octets.index(b"\nendobj", start)].replace(b"/P 1", b"/P 3")
    made = replace(base, octets=appended(base.octets, {8: value}, size=9))
    return annotated(made, b"FreeText", b"/Contents(900)", shown("900", (520, 180)))


CASES = all_of(
    Case("isa_page_content", lambda: signed().revise(OTHER).octets, ISA, "the page shows other text", CHANGED),
    Case(
        "isa_without_table",
        lambda: signed().revise(OTHER, has_table=False).octets,
        ISA,
        "bare objects, which repairing readers find",
        CHANGED,
    ),
    Case(
        "isa_without_trailer",
        lambda: signed().revise(OTHER).octets.rpartition(b"trailer")[0],
        ISA,
        "objects and a table, no trailer",
        CHANGED,
    ),
    Case("isa_copied_signature", copied_signature, ISA, "the newest revision holds a copy of the signature", CHANGED),
    Case("isa_without_end", lambda: signed().revise(OTHER, tail=b"").octets, ISA, "no %%EOF after the change", CHANGED),
    Case("isa_page_added", lambda: signed().revise(second_page()).octets, ISA, "a page nobody signed", CHANGED),
    Case(
        "isa_page_exchanged",
        lambda: signed().revise(second_page() | {PAGES: b"<</Type/Pages/Kids[40 0 R]/Count 1>>"}).octets,
        ISA,
        "another page takes the place of the signed one",
        CHANGED,
    ),
    Case(
        "isa_page_removed",
        lambda: paper().revise(second_page()).sign().revise({PAGES: b"<</Type/Pages/Kids[3 0 R]/Count 1>>"}).octets,
        ISA,
        "the annex disappears",
        CHANGED,
    ),
    Case(
        "isa_empty_page_signed",
        lambda: paper("").sign().revise(second_page()).octets,
        ISA,
        "an empty page was signed, the text came later",
        CHANGED,
    ),
    Case("isa_catalog_exchanged", swapped_catalog, ISA, "the trailer names another catalog", CHANGED),
    Case(
        "isa_pages_exchanged",
        lambda: (
            signed()
            .revise(
                {
                    CATALOG: signed().objects[CATALOG].replace(b"2 0 R", b"42 0 R"),
                    42: b"<</Type/Pages/Kids[40 0 R]/Count 1>>",
                }
                | {k: v for k, v in second_page().items() if k != PAGES}
            )
            .octets
        ),
        ISA,
        "the catalog names another page tree",
        CHANGED,
    ),
    Case(
        "isa_media_box",
        lambda: changed_field(signed(), PAGE, b"0 0 595 842", b"0 0 595 300"),
        ISA,
        "the page is cut: text falls off",
        CHANGED,
    ),
    Case(
        "isa_rotated",
        lambda: changed_field(signed(), PAGE, b"/Contents", b"/Rotate 180/Contents"),
        ISA,
        "the page shows otherwise",
        CHANGED,
    ),
    Case(
        "isa_object_stream",
        lambda: object_stream(signed(), PAGE, signed().objects[PAGE].replace(b"4 0 R", b"77 0 R")),
        ISA,
        "the change hides in an object stream",
        CHANGED,
    ),
    Case(
        "isa_hybrid_table",
        lambda: object_stream(signed(), PAGE, signed().objects[PAGE].replace(b"4 0 R", b"77 0 R"), is_hybrid=True),
        PARSERS,
        "/XRefStm shows it to new readers only",
        CHANGED,
    ),
    Case("isa_previous_is_itself", loop, PARSERS, "a loop of /Prev: readers give up, or repair", CHANGED),
    Case("isa_previous_skips", skipping, PARSERS, "/Prev jumps over the signed revision", CHANGED),
    Case(
        "isa_object_freed",
        lambda: table_of(signed().octets, {CONTENT: 0}, size=9),
        ISA,
        "the text of the page is marked free",
        CHANGED,
    ),
    Case(
        "isa_other_generation",
        lambda: signed().octets + b"4 1 obj\n" + words(FALSE_TEXT) + b"\nendobj\n",
        PARSERS,
        "an object of a later generation, no table",
        CHANGED,
    ),
    Case(
        "isa_octets_after_end",
        lambda: signed().octets + b"PK\x03\x04 another file",
        ISA,
        "a file behind the file",
        CHANGED,
        {"has_trailing_junk": True},
    ),
    Case("isa_two_line_ends", lambda: signed().octets + b"\n\n\n", ISA, "more than a mail system adds", CHANGED),
    Case(
        "isa_title_changed",
        lambda: appended(signed().octets, {90: b"<</Title(Quyet dinh 900)>>"}, size=91, trailer=b"/Info 90 0 R"),
        ISA,
        "the document information is what a search finds",
        ("Van thu permerror GENERIC",),
    ),
    Case(
        "isa_open_action",
        lambda: replace(signed(), catalog=b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>").refresh().octets,
        ISA,
        "a script that runs on opening, added afterwards",
        CHANGED,
        {"active_content": ["javascript"]},
    ),
    Case(
        "isa_file_attached",
        lambda: (
            replace(signed(), catalog=b"/Names<</EmbeddedFiles<</Names[(a)91 0 R]>>>>")
            .refresh({91: b"<</Type/Filespec/F(a)/EF<</F 92 0 R>>>>", 92: stream(b"MZ", b"/Type/EmbeddedFile")})
            .octets
        ),
        ISA,
        "a file attached afterwards",
        CHANGED,
        {"active_content": ["embedded_file"]},
    ),
    Case(
        "isa_xfa_added",
        lambda: (
            replace(signed(), form=b"/SigFlags 3/XFA 93 0 R")
            .refresh({93: stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")})
            .octets
        ),
        ISA,
        "an XFA form shows instead of the page",
        CHANGED,
        {"active_content": ["xfa"]},
    ),
    Case(
        "isa_signature_appearance",
        lambda: seen().revise({20: shown("Co quan: So B")}).octets,
        ISA,
        "the picture of the signature names another",
        CHANGED,
    ),
    Case(
        "isa_signature_moved",
        lambda: changed_field(seen(), 21, b"380 720 560 760", b"40 600 560 780"),
        ISA,
        "the picture of the signature covers the text",
        CHANGED,
    ),
    Case("isa_store_and_text", lambda: store(OTHER), ISA, "other text beside a security store", CHANGED),
    Case(
        "isa_store_reuses_text",
        lambda: store({80: b"<</Type/DSS/CRLs[4 0 R]>>", CONTENT: stream(pki().crls()[0])}),
        ISA,
        "the store uses the object of the text: the page turns empty",
        CHANGED,
    ),
    Case(
        "isa_between_signatures",
        changed_between,
        ISA,
        "the clerk signed other text than the leader: only the clerk's holds",
        ("Lanh dao permerror GENERIC", "Van thu pass"),
    ),
    Case(
        "isa_earlier_revision",
        lambda: two_signed()[: two_signed().index(b"%%EOF", two_signed().index(b"(Lanh dao)")) + 6],
        ISO,
        "cut after the first signature: a document the leader alone signed",
        ("Lanh dao pass",),
    ),
    Case("shadow_hide_overlay", hidden_overlay, HIDE, "an overlay drawn over the text is freed afterwards", CHANGED),
    Case(
        "shadow_hide_annotation",
        hidden_annotation,
        HIDE,
        "an annotation over the text is taken away afterwards",
        CHANGED,
    ),
    Case("shadow_replace_font", lookalike_font, REPLACE, "another font draws other digits", CHANGED),
    Case(
        "shadow_replace_value",
        lambda: (
            signed_form()
            .revise({20: signed_form().objects[20].replace(b"/V(100)", b"/V(900)"), 21: shown("900")})
            .octets
        ),
        REPLACE,
        "a text field says something else",
        CHANGED,
    ),
    Case(
        "shadow_replace_appearance",
        lambda: signed_form().revise({21: shown("900")}).octets,
        REPLACE,
        "the field's value stays, its picture changes",
        CHANGED,
    ),
    Case(
        "shadow_replace_default_look",
        lambda: changed_field(signed_form(), 20, b"0 g)", b"1 g)"),
        REPLACE,
        "white letters: the value disappears",
        CHANGED,
    ),
    Case(
        "shadow_need_appearances",
        lambda: replace(signed_form(), form=signed_form().form + b"/NeedAppearances true").refresh().octets,
        V_AP,
        "viewers draw the fields anew, from values nobody saw",
        CHANGED,
    ),
    Case(
        "shadow_switch_table",
        switched,
        BOTH,
        "a table alone makes an object of the signed octets the text of the page",
        CHANGED,
    ),
    Case(
        "shadow_switch_page", switched_page, BOTH, "a table alone makes a page of the signed octets the page", CHANGED
    ),
    Case("shadow_switch_in_stream", switched_stream, BOTH, "the hidden object stands inside a stream", CHANGED),
    Case(
        "shadow_value_beside_appearance",
        valued_apart,
        V_AP,
        "value 900, picture 100, both signed: the signature holds for what was signed",
        SOUND,
    ),
    Case(
        "layers_toggled",
        lambda: (
            replace(layered(), catalog=layers(b"").replace(b"ON[70 0 R]/OFF[71 0 R]", b"ON[71 0 R]/OFF[70 0 R]"))
            .refresh()
            .octets
        ),
        HIDE,
        "the layer with the other figure is switched on afterwards",
        CHANGED,
    ),
    Case(
        "layers_signed",
        lambda: layered().octets,
        HIDE,
        "two layers, both signed, nothing changed since: the signature holds",
        SOUND,
    ),
    Case(
        "script_signed",
        lambda: replace(paper(), catalog=b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>").sign().octets,
        ISO,
        "a script that was signed: the signature holds, the script is a fact of its own",
        SOUND,
        {"active_content": ["javascript"]},
    ),
    Case(
        "eaa_free_text",
        lambda: annotated(
            certified(2), b"FreeText", b"/DA(/F1 30 Tf)/Contents(900 trieu)", shown("900 trieu", (520, 180))
        ),
        EAA,
        "level 2 allows no annotations",
        CHANGED,
    ),
    Case(
        "eaa_free_text_level_3",
        lambda: annotated(
            certified(3), b"FreeText", b"/DA(/F1 30 Tf)/Contents(900 trieu)", shown("900 trieu", (520, 180))
        ),
        EAA,
        "level 3 allows it, and it covers the text: nobody vouches for what shows",
        CHANGED,
    ),
    Case(
        "eaa_stamp_level_3",
        lambda: annotated(certified(3), b"Stamp", b"", shown("900 trieu", (520, 180))),
        EAA,
        "as above, with a stamp",
        CHANGED,
    ),
    Case(
        "eaa_redaction",
        lambda: annotated(certified(3), b"Redact", b"/IC[0 0 0]", shown("", (520, 180))),
        EAA,
        "as above, hiding the text",
        CHANGED,
    ),
    Case(
        "eaa_link",
        lambda: annotated(certified(3), b"Link", b"/A<</S/URI/URI(http://example.test/)>>"),
        EAA,
        "a link over the page leads elsewhere",
        CHANGED,
    ),
    Case(
        "eaa_uncertified",
        lambda: annotated(signed(), b"FreeText", b"/DA(/F1 30 Tf)/Contents(900 trieu)", shown("900 trieu", (520, 180))),
        EAA,
        "an approval signature followed by an annotation",
        CHANGED,
    ),
    Case(
        "eaa_no_further_look",
        lambda: annotated(certified(3), b"Square", b"/IC[1 1 1]/C[1 1 1]"),
        EAA,
        "a white square without an appearance of its own",
        CHANGED,
    ),
    Case(
        "ssa_stranger",
        lambda: covering(stranger(), base=certified(2)),
        SSA,
        "an untrusted signer's picture covers the certified text",
        ("Van thu permerror GENERIC", "Phu permerror NO_CERTIFICATE_CHAIN_FOUND"),
    ),
    Case(
        "ssa_stranger_uncertified",
        lambda: covering(stranger(), base=signed()),
        SSA,
        "as above over an approval signature",
        ("Van thu permerror GENERIC", "Phu permerror NO_CERTIFICATE_CHAIN_FOUND"),
    ),
    Case(
        "ssa_broken_signature",
        lambda: covering(agency(), base=certified(2), plan=CmsPlan(signing_time=SIGNED, message_digest=bytes(32))),
        SSA,
        "the covering signature is broken",
        ("Van thu permerror GENERIC", "Phu fail HASH_FAILURE"),
    ),
    Case(
        "ssa_time_stamp",
        lambda: covering(
            pki().time_stamper(), base=signed(), sub_filter="ETSI.RFC3161", plan=CmsPlan(stamp_time=SIGNED), value=STAMP
        ),
        SSA,
        "anybody gets a time-stamp: its picture covers the text",
        ("Van thu permerror GENERIC", "Phu pass"),
        claims=({}, {"is_timestamp": True}),
    ),
    Case(
        "ssa_firm",
        lambda: covering(pki().leaf("firm", authority="public"), base=signed()),
        SSA,
        "anybody buys a certificate of a public authority: the firm's signature alone holds",
        ("Van thu permerror GENERIC", "Phu pass"),
    ),
    Case(
        "ssa_colleague",
        lambda: covering(person(), base=signed()),
        SSA,
        "whoever covers the text speaks for what then shows; the agency does not",
        ("Van thu permerror GENERIC", "Phu pass"),
    ),
    Case(
        "ssa_firm_one_figure",
        lambda: covering_figure(pki().leaf("firm", authority="public")),
        SSA,
        "as for the firm, over one figure only",
        ("Van thu permerror GENERIC", "Phu pass"),
    ),
    Case(
        "ssa_time_stamp_one_figure",
        lambda: covering_figure(
            pki().time_stamper(), sub_filter="ETSI.RFC3161", plan=CmsPlan(stamp_time=SIGNED), value=STAMP
        ),
        SSA,
        "a time-stamp has nothing to show",
        ("Van thu permerror GENERIC", "Phu pass"),
        claims=({}, {"is_timestamp": True}),
    ),
    Case(
        "firm_in_a_blank",
        lambda: covering_figure(pki().leaf("firm", authority="public"), rect=(330, 100, 460, 140)),
        VIETNAM,
        "a firm signs below the text, as on a contract: both hold",
        ("Van thu pass", "Phu pass"),
    ),
    Case(
        "ssa_unsigned_field",
        lambda: unsigned_field(certified(2)),
        SSA,
        "a field without any signature covers the text",
        CHANGED,
        {"unsigned_signature_fields": 1},
    ),
    Case(
        "ssa_empty_value",
        sneaky_value,
        SSA,
        "a covering field whose value is no signature",
        ("Phu fail FORMAT_FAILURE", "Van thu permerror GENERIC"),
    ),
    Case(
        "ssa_level_1",
        lambda: covering(person(), base=certified(1)),
        SSA,
        "level 1 allows no further signature, not even a trusted one",
        ("Van thu permerror GENERIC", "Phu pass"),
    ),
    Case(
        "certified_form_filled",
        lambda: filled_field(overlay_form().sign(certify=2)),
        ISO,
        "level 2 allows it, and it says something nobody signed",
        CHANGED,
    ),
    Case("certified_level_raised", raised, SSA, "the certification's own parameters changed afterwards", CHANGED),
    Case(
        "certified_permissions_removed",
        lambda: changed_field(certified(1), CATALOG, b"/Perms", b"/XPerms"),
        SSA,
        "taking /Perms away frees nothing",
        CHANGED,
    ),
    Case("field_lock_broken", locked, ISO, "the signature locked all fields", CHANGED),
    Case(
        "signature_out_of_form",
        lambda: replace(signed(), fields=()).refresh().octets,
        PARSERS,
        "the field leaves the form: viewers list no signature",
        (),
        {"stray_signatures": 1},
    ),
    Case(
        "signature_value_null",
        lambda: changed_field(signed(), 7, b"/V 8 0 R", b"/V null"),
        PARSERS,
        "the field loses its value",
        (),
        {"stray_signatures": 1, "unsigned_signature_fields": 1},
    ),
)
