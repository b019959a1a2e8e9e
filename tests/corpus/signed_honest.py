"""Honest documents as offices send them, and signatures wrapped in something else."""

from __future__ import annotations

import base64
import io
import zipfile
from dataclasses import replace
from typing import Any

import pikepdf

from gateway.demo.cms_maker import CmsPlan
from tests.corpus.signed_case import ISA, ISO, PADES, PARSERS, SSA, VIETNAM, Case, all_of
from tests.corpus.signed_keys import SIGNED, old_pki, person, pki
from tests.corpus.signed_paper import (
    CATALOG,
    CONTENT,
    FORM,
    WIDE,
    Paper,
    Seal,
    paper,
    picture,
    shown,
    signed,
    stream,
    value_of,
    words,
)  # fmt: skip
from tests.corpus.signed_revisions import BLANK, overlay_form

PLAN = CmsPlan(signing_time=SIGNED)
SOUND = ("Van thu pass",)
BOTH = ("Lanh dao pass", "Van thu pass")
STAMP = (
    b"<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/%(filter)b%(more)b/ByteRange %(range)b/Contents %(hole)b>>"
)
TOKEN: dict[str, Any] = {"sub_filter": "ETSI.RFC3161", "plan": CmsPlan(stamp_time=SIGNED), "value": STAMP}


def leader(**own: Any) -> Paper:
    """Signed by the leader."""
    return paper().sign(identity=person(), name="Lanh dao", **own)


def clerk() -> Paper:
    """Leader, then number, date and seal, each a signature of the clerk with a picture of its own."""
    made = leader()
    for number, (name, text, rect) in enumerate(
        (
            ("So", "125", (90, 740, 130, 760)),
            ("Ngay", "20 thang 11", (330, 740, 420, 760)),
            ("Dau", "SO A", (330, 120, 430, 220)),
        )
    ):
        look = 50 + 10 * number
        made = made.revise({look: shown(text, (rect[2] - rect[0], rect[3] - rect[1]))})
        made = made.sign(name=name, rect=rect, appearance=look)
    return made


def archived() -> bytes:
    """PAdES B-LTA: time-stamped, a security store with lists, a document time-stamp."""
    stamped = replace(PLAN, is_cades=True, stamper=pki().time_stamper(), stamp_time=SIGNED)
    made = signed(sub_filter="ETSI.CAdES.detached", plan=stamped, claimed=SIGNED, hole=WIDE)
    lists = pki().crls()
    objects = {90: b"<</Type/DSS/CRLs[91 0 R 92 0 R]>>", 91: stream(lists[0]), 92: stream(lists[1])}
    made = replace(made, catalog=made.catalog + b"/DSS 90 0 R").refresh(objects)
    return made.sign(identity=pki().time_stamper(), name="Luu tru", **TOKEN).octets


def prepared_field() -> bytes:
    """A certified document with an empty signature field, which the clerk fills in."""
    base = paper()
    field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Van thu)/F 132/Rect[0 0 0 0]/P 3 0 R>>"
    base = base.refresh({20: field}, fields=(20,), annotations=(20,)).sign(
        identity=person(), name="Lanh dao", certify=2
    )
    widget = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Van thu)/F 132/Rect[0 0 0 0]/P 3 0 R/V 60 0 R>>"
    return base.revise({20: widget, 60: value_of(Seal())}).closed().octets


def usage_rights() -> bytes:
    """A form with usage rights of a software maker, signed by nobody."""
    seal = Seal(identity=pki().leaf("maker", authority="foreign"))
    made = replace(overlay_form(), catalog=b"/Perms<</UR3 60 0 R>>").refresh({60: value_of(seal)})
    return made.closed(seal).octets


def scan() -> Paper:
    """A scan: one grey picture that is the page."""
    pixels = bytes((x * y) % 251 for y in range(56) for x in range(40))
    about = b"/Type/XObject/Subtype/Image/Width 40/Height 56/ColorSpace/DeviceGray/BitsPerComponent 8"
    drawn = {CONTENT: stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q"), 44: stream(pixels, about)}
    return paper(resources=b"/XObject<</Im0 44 0 R>>").revise(drawn)


def saved(**options: Any) -> bytes:
    """Save a signed file anew, as mail gateways and printers do."""
    with pikepdf.open(io.BytesIO(signed().octets)) as pdf:
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, **options)
    return out.getvalue()


def encrypted() -> bytes:
    """A signed file put under a password nobody needs: RC4 keys of fixed identifiers, for the same octets each time."""
    with pikepdf.open(io.BytesIO(signed().octets)) as pdf:
        out = io.BytesIO()
        pdf.save(out, static_id=True, encryption=pikepdf.Encryption(owner="o", user="", R=3, aes=False, metadata=False))
    return out.getvalue()


def attached() -> bytes:
    """An unsigned cover that carries a signed file: the signature is the attachment's."""
    inner = signed().octets
    objects = {
        91: b"<</Type/Filespec/F(125.pdf)/EF<</F 92 0 R>>>>",
        92: stream(inner, b"/Type/EmbeddedFile/Subtype/application#2Fpdf"),
    }
    base = replace(paper("Quyet dinh khac"), catalog=b"/Names<</EmbeddedFiles<</Names[(a)91 0 R]>>>>")
    return base.refresh(objects).octets


def in_stream() -> bytes:
    """A signed file whole inside a stream of the content: repairing readers may see its objects."""
    return paper("Quyet dinh khac").revise({30: stream(signed().octets)}).octets


def two_headers() -> bytes:
    """Another document in front of the signed one, offsets as they were."""
    return paper("Quyet dinh khac").octets + signed().octets


def in_zip(*, packs: bool) -> bytes:
    """A PDF that is an archive too: the archive behind it, or the file stored inside it."""
    out = io.BytesIO()
    if packs:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(zipfile.ZipInfo("125.pdf", (2026, 11, 20, 8, 0, 0)), signed().octets)
        return out.getvalue()
    out.write(signed().octets)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("a.txt", (2026, 11, 20, 8, 0, 0)), b"900")
    return out.getvalue()


def forms_data() -> bytes:
    """Forms data beside a signature: no pages, fields that a viewer would lay over another file."""
    return b"%FDF-1.2\n1 0 obj\n<</FDF<</Fields[<</T(so tien)/V(900)>>]/F(125.pdf)>>>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"


def mail(octets: bytes, *, kind: str = "application/pdf", name: str = "125.pdf") -> bytes:
    """A mail with the file attached."""
    body = base64.encodebytes(octets).replace(b"\n", b"\r\n")
    return (
        b"From: vanthu@so-a.example.vn\r\nTo: vanthu@tinh-b.example.vn\r\nSubject: 125/SA-VP\r\n"
        b"Date: Fri, 20 Nov 2026 15:00:00 +0700\r\nMessage-ID: <signed@so-a.example.vn>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: " + kind.encode() + b'; name="' + name.encode() + b'"\r\nContent-Transfer-Encoding: base64\r\n'
        b'Content-Disposition: attachment; filename="' + name.encode() + b'"\r\n\r\n' + body
    )


def nested_field() -> bytes:
    """The kind of field, and its value, in the parent; the widget is a child without a name."""
    widget = b"<</Type/Annot/Subtype/Widget/Parent 40 0 R/F 132/Rect[0 0 0 0]/P 3 0 R>>"
    base = paper()
    prepared = base.prepared(Seal(widget=widget))
    entry = base.free
    parent = b"<</FT/Sig/T(Van thu)/Kids[%d 0 R]/V %d 0 R>>" % (entry, entry + 1)
    made = replace(prepared, fields=(40,)).revise({40: parent, FORM: b"<</Fields[40 0 R]/SigFlags 3>>"})
    return made.closed().octets


def shared_value() -> bytes:
    """Two fields with one value: one signature, not two."""
    base = paper()
    prepared = base.prepared(Seal())
    value = base.free + 1
    second = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Lanh dao)/F 132/Rect[0 0 0 0]/P 3 0 R/V %d 0 R>>" % value
    made = replace(prepared, fields=(base.free, 40), annotations=(base.free, 40)).refresh({40: second})
    return made.closed().octets


def two_forms() -> bytes:
    """Two /AcroForm entries in one catalog: which counts depends on the parser."""
    base = signed()
    twice = base.objects[CATALOG].replace(b"/AcroForm", b"/AcroForm<</Fields[]>>/AcroForm")
    return base.revise({CATALOG: twice}).octets


RED, BLUE, BLACK = (205, 30, 45), (30, 50, 170), (25, 25, 25)
DECREE = "Decree 30/2020"
COPY = "SAO Y\nCo quan: So A\n20.11.2026 14:00:00 +07:00"


def visible(text: str = COPY, *, colour: tuple[int, int, int] | None = None, page: bytes = b"", **own: Any) -> bytes:
    """Signed with a picture at the top right, 200 x 40 points, its page as told."""
    changes = {20: shown(text, picture=21 if colour else 0)} | ({21: picture(colour)} if colour else {})
    made = paper(page=page).revise(changes)
    return made.sign(**{"rect": (380, 780, 580, 820), "appearance": 20} | own).octets


def pasted(colour: tuple[int, int, int], place: tuple[int, int], size: tuple[int, int] = (105, 105)) -> bytes:
    """An unsigned document with a picture on its page."""
    content = stream(
        b"BT /F1 14 Tf 50 700 Td (Bao cao) Tj ET q %d 0 0 %d %d %d cm /I Do Q" % (size[0], size[1], *place)
    )
    return paper(resources=b"/XObject<</I 44 0 R>>").revise({CONTENT: content, 44: picture(colour)}).octets


def noted(kind: bytes, more: bytes = b"") -> bytes:
    """An unsigned document with an annotation."""
    note = BLANK % {b"kind": kind, b"more": more}
    return paper().refresh({20: note}, annotations=(20,)).octets


CASES = all_of(
    Case(
        "honest_agency",
        lambda: signed().octets,
        VIETNAM,
        "the agency's signature over the whole file",
        SOUND,
        claims=({"covers_whole_file": True, "trust_list": "official", "signer_kind": "agency"},),
    ),
    Case(
        "honest_agency_rsa",
        lambda: signed(identity=pki().agency(), hole=WIDE).octets,
        VIETNAM,
        "RSA-2048, as on the tokens in use",
        SOUND,
    ),
    Case(
        "honest_person_then_agency",
        lambda: leader().sign().octets,
        VIETNAM,
        "leader, then agency (Decree 30/2020 article 5)",
        BOTH,
        claims=({"modification": "form", "signer_kind": "personal"}, {"signer_kind": "agency"}),
    ),
    Case(
        "honest_number_date_seal",
        lambda: clerk().octets,
        VIETNAM,
        "number, date and seal are further signatures",
        ("Lanh dao pass", "So pass", "Ngay pass", "Dau pass"),
    ),
    Case(
        "honest_certified_then_signed",
        lambda: leader(certify=2).sign().octets,
        VIETNAM,
        "the first signature certifies and allows more (level 2), as tools of agencies do",
        BOTH,
        claims=({"certification_level": 2},),
    ),
    Case(
        "honest_certified_field_filled",
        prepared_field,
        VIETNAM,
        "an empty signature field of a certified document is filled",
        BOTH,
    ),
    Case(
        "honest_certified_whole",
        lambda: signed(certify=1).octets,
        ISO,
        "level 1 and nothing after it",
        SOUND,
        claims=({"certification_level": 1},),
    ),
    Case(
        "honest_cades",
        lambda: signed(sub_filter="ETSI.CAdES.detached", plan=replace(PLAN, is_cades=True), claimed=SIGNED).octets,
        PADES,
        "PAdES B-B",
        SOUND,
    ),
    Case(
        "honest_archived",
        archived,
        PADES,
        "PAdES B-LTA",
        ("Van thu pass", "Luu tru pass"),
        claims=({"modification": "lta"}, {"is_timestamp": True}),
    ),
    Case(
        "honest_visible",
        lambda: paper().revise({20: shown("Co quan: So A")}).sign(rect=(380, 780, 580, 820), appearance=20).octets,
        VIETNAM,
        "a picture of the signature",
        SOUND,
    ),
    Case(
        "honest_scan", lambda: scan().sign().octets, VIETNAM, "a scan signed by the agency", SOUND, {"image_pages": 1}
    ),
    Case(
        "honest_two_generations",
        lambda: signed(identity=old_pki().leaf("old agency"), name="Lanh dao").sign().octets,
        VIETNAM,
        "signers of both generations of one hierarchy",
        BOTH,
    ),
    Case(
        "honest_usage_rights",
        usage_rights,
        ISO,
        "usage rights are nobody's signature (12.8.2.3)",
        (),
        {"has_usage_rights": True},
    ),
    Case("honest_unsigned", lambda: paper().octets, VIETNAM, "no signature at all", ()),
    Case(
        "honest_line_end_after", lambda: signed().octets + b"\r\n", PARSERS, "one line end, as mail systems add", SOUND
    ),
    Case("honest_field_in_parent", nested_field, ISO, "value and kind stand in the parent field (12.7.3.1)", SOUND),
    Case("value_of_two_fields", shared_value, PARSERS, "two fields of one value are one signature", SOUND),
    Case(
        "field_without_signature",
        lambda: (
            paper()
            .refresh(
                {20: BLANK % {b"kind": b"Widget", b"more": b"/FT/Sig/T(Van thu)"}}, fields=(20,), annotations=(20,)
            )
            .octets
        ),
        SSA,
        "an empty field is no signature",
        (),
        {"unsigned_signature_fields": 1},
    ),
    Case(
        "picture_without_signature",
        lambda: (
            paper()
            .refresh(
                {20: BLANK % {b"kind": b"Widget", b"more": b"/FT/Sig/T(Van thu)/AP<</N 21 0 R>>"}, 21: shown("Da ky")},
                fields=(20,),
                annotations=(20,),
            )
            .octets
        ),
        SSA,
        "a picture in an empty field",
        (),
        {"unsigned_signature_fields": 1, "has_signature_picture_only": True},
    ),
    Case("two_forms", two_forms, PARSERS, "a form appended beside the form", ("Van thu permerror GENERIC",)),
    Case(
        "wrapped_saved_anew",
        saved,
        PARSERS,
        "saved anew by a program: the ranges fit nothing any more",
        ("Van thu fail FORMAT_FAILURE",),
    ),
    Case(
        "wrapped_encrypted",
        encrypted,
        ISO,
        "encrypted after signing, and opened without asking: every octet is another",
        ("Van thu fail FORMAT_FAILURE",),
        {"is_encrypted": True, "opens_without_password": True},
    ),
    Case(
        "wrapped_attached",
        attached,
        PARSERS,
        "a signed attachment, an unsigned cover",
        (),
        {"active_content": ["embedded_file"]},
    ),
    Case("wrapped_in_stream", in_stream, PARSERS, "a signed file inside a stream is no signature of this file", ()),
    Case(
        "wrapped_two_headers",
        two_headers,
        PARSERS,
        "another document before the signed one: ranges no longer fit",
        ("Van thu fail FORMAT_FAILURE",),
    ),
    Case(
        "wrapped_archive_behind",
        lambda: in_zip(packs=False),
        PARSERS,
        "an archive behind the file is unsigned",
        ("Van thu permerror GENERIC",),
        {"has_trailing_junk": True},
    ),
    Case(
        "wrapped_junk_before",
        lambda: b"MZ\x90\x00 a program\n" + signed().octets,
        PARSERS,
        "octets before the header: ranges no longer fit",
        ("Van thu fail FORMAT_FAILURE",),
        {"has_header_junk": True},
    ),
    Case(
        "wrapped_page_before",
        lambda: b"<html><script>1</script><!--" + signed().octets,
        PARSERS,
        "a web page before the header",
        ("Van thu fail FORMAT_FAILURE",),
        {"has_header_junk": True},
    ),
    Case(
        "wrapped_cut",
        lambda: signed().octets[:-200],
        PARSERS,
        "cut: the range ends beyond the file",
        ("Van thu fail FORMAT_FAILURE",),
        {"is_repaired": True},
    ),
    Case("wrapped_forms_data", forms_data, PARSERS, "forms data, no document", ()),
    Case("mail_signed", lambda: mail(signed().octets), VIETNAM, "sound, in a mail", SOUND, suffix="eml"),
    Case(
        "mail_signed_named_otherwise",
        lambda: mail(signed().octets, kind="application/octet-stream", name="125.doc"),
        PARSERS,
        "sound, whatever the name says",
        SOUND,
        suffix="eml",
    ),
    Case(
        "mail_forged",
        lambda: mail(signed().revise({CONTENT: words("900 trieu")}).octets),
        ISA,
        "changed after signing, in a mail",
        ("Van thu permerror GENERIC",),
        suffix="eml",
    ),
    Case(
        "mail_signed_in_zip",
        lambda: mail(in_zip(packs=True), kind="application/zip", name="125.zip"),
        VIETNAM,
        "sound, inside an archive",
        SOUND,
        suffix="eml",
    ),
    Case(
        "visible_copy",
        visible,
        DECREE,
        "an electronic copy: its kind, agency and time, top right of the first page",
        SOUND,
        claims=(
            {
                "appearance": {
                    "page": 1,
                    "place": [134.1, 7.8, 70.6, 14.1],
                    "text": COPY,
                    "copy_kind": "sao_y",
                    "shown_time": "2026-11-20T14:00:00+07:00",
                    "named_organisation": "So A",
                    "names_signer": True,
                }
            },
        ),
    ),
    Case(
        "visible_seal",
        lambda: visible("", colour=RED),
        DECREE,
        "a red seal as the picture",
        SOUND,
        claims=(
            {
                "appearance": {
                    "page": 1,
                    "place": [134.1, 7.8, 70.6, 14.1],
                    "has_picture": True,
                    "picture_colour": "red",
                }
            },
        ),
    ),
    Case(
        "visible_ink",
        lambda: visible("", colour=BLUE),
        DECREE,
        "a person's signature in blue",
        SOUND,
        claims=(
            {
                "appearance": {
                    "page": 1,
                    "place": [134.1, 7.8, 70.6, 14.1],
                    "has_picture": True,
                    "picture_colour": "blue",
                }
            },
        ),
    ),
    Case(
        "visible_grey",
        lambda: visible("", colour=BLACK),
        DECREE,
        "a picture in black, as copiers leave it",
        SOUND,
        claims=(
            {
                "appearance": {
                    "page": 1,
                    "place": [134.1, 7.8, 70.6, 14.1],
                    "has_picture": True,
                    "picture_colour": "black",
                }
            },
        ),
    ),
    Case(
        "visible_other_organisation",
        lambda: visible("Co quan: So B"),
        DECREE,
        "the words name another organisation than the certificate: a fact, the signature holds",
        SOUND,
        claims=(
            {
                "appearance": {
                    "page": 1,
                    "place": [134.1, 7.8, 70.6, 14.1],
                    "text": "Co quan: So B",
                    "named_organisation": "So B",
                    "names_signer": False,
                }
            },
        ),
    ),
    Case(
        "visible_turned",
        lambda: visible("TRICH SAO", page=b"/Rotate 90"),
        DECREE,
        "a page turned clockwise: the place is that of the page as shown",
        SOUND,
        claims=(
            {
                "appearance": {
                    "page": 1,
                    "place": [275.2, 134.1, 14.1, 70.6],
                    "text": "TRICH SAO",
                    "copy_kind": "trich_sao",
                    "names_signer": False,
                }
            },
        ),
    ),
    Case(
        "visible_flag_hidden",
        lambda: visible(widget=Seal.widget.replace(b"/F 132", b"/F 134")),
        ISO,
        "the flag Hidden: it shows nothing",
        SOUND,
        claims=({"appearance": None},),
    ),
    Case(
        "visible_odd_rectangle",
        lambda: visible(widget=Seal.widget.replace(b"[%(rect)b]", b"[(a) 1 null 99999999999]")),
        ISO,
        "a rectangle of no numbers shows nothing, and hides nothing",
        SOUND,
        claims=({"appearance": None},),
    ),
    Case(
        "visible_without_words",
        lambda: visible(appearance=0),
        ISO,
        "room on the page and no appearance",
        SOUND,
        claims=({"appearance": {"page": 1, "place": [134.1, 7.8, 70.6, 14.1]}},),
    ),
    Case(
        "picture_seal_pasted",
        lambda: pasted(RED, (380, 120)),
        DECREE,
        "a picture of a seal under the text, no signature",
        (),
        {"has_signature_picture_only": True, "signature_pictures": ["seal_picture"]},
    ),
    Case(
        "picture_ink_pasted",
        lambda: pasted(BLUE, (380, 150), (140, 60)),
        DECREE,
        "a picture of a blue signature, no signature",
        (),
        {"has_signature_picture_only": True, "signature_pictures": ["ink_picture"]},
    ),
    Case(
        "picture_emblem",
        lambda: pasted(RED, (245, 700)),
        DECREE,
        "an emblem at the head of the page is none",
        (),
        {"has_signature_picture_only": False},
    ),
    Case(
        "picture_logo_left",
        lambda: pasted(RED, (50, 120)),
        DECREE,
        "a logo in the left half is none",
        (),
        {"has_signature_picture_only": False},
    ),
    Case(
        "picture_figure",
        lambda: pasted(RED, (150, 100), (400, 400)),
        DECREE,
        "a figure larger than a seal is none",
        (),
        {"has_signature_picture_only": False},
    ),
    Case(
        "picture_black",
        lambda: pasted(BLACK, (380, 120)),
        DECREE,
        "a black picture may be anything",
        (),
        {"has_signature_picture_only": False},
    ),
    Case(
        "picture_stamp_annotation",
        lambda: noted(b"Stamp"),
        ISO,
        "a stamp laid on by a viewer",
        (),
        {"has_signature_picture_only": True, "signature_pictures": ["stamp"]},
    ),
    Case(
        "picture_ink_annotation",
        lambda: noted(b"Ink", b"/InkList[[50 650 90 700]]"),
        ISO,
        "a scribble laid on by a viewer",
        (),
        {"has_signature_picture_only": True, "signature_pictures": ["ink"]},
    ),
    Case(
        "picture_note",
        lambda: noted(b"Text", b"/Contents(xem)"),
        ISO,
        "a note is none",
        (),
        {"has_signature_picture_only": False},
    ),
)
