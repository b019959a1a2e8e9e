"""Evidence: what one document carries, each claim a separate fact, free of judgement: PDF, picture, signature.

Text is Unicode NFC. Everything here may stem from a hostile sender.
"""

from __future__ import annotations

from enum import Enum

import msgspec


class Outcome(str, Enum):
    """Words of RFC 8601: how one check of one thing ended."""

    PASS = "pass"  # noqa: S105 - an RFC 8601 result word
    FAIL = "fail"
    NONE = "none"
    TEMPERROR = "temperror"
    """Unknown for now; a later try may know. The law of unknowns applies."""
    PERMERROR = "permerror"
    """Cannot be known, and a retry will not change that: a known fact."""


class AppearanceFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a signature shows on the page; a picture and words that anybody may draw."""

    page: int = 0
    """From 1; 0 when no page lists it."""
    place: tuple[float, ...] = ()
    """Distance from the left and the top of the page as shown, width and height, in mm."""
    has_picture: bool = False
    picture_colour: str = ""
    """`red` (a seal), `blue`, `black` or `other`; empty without a picture, or when it was not decoded."""
    text: str = ""
    """Its words, at most 500 characters."""
    copy_kind: str = ""
    """`sao_y`, `sao_luc` or `trich_sao` when a line of it begins so."""
    shown_time: str | None = None
    """Time it shows, ISO 8601 with its zone; +07:00 when it names none."""
    named_organisation: str = ""
    """What stands behind `Cơ quan:`."""
    names_signer: bool | None = None
    """Its words name the organisation or the common name of the certificate; None without words or certificate."""
    covered_letters: int | None = None
    """Letters of the pages that lie under it; None when not counted: the file has no other signature, or some page
    it lies on is unknown or not read."""


class SignatureFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """One digital signature of a PDF, each claim a separate fact (EN 319 102-1 words).

    No field is derived from another here; `outcome` maps the claims once, in `read.signatures.validation`.
    """

    field: str
    """Name of the signature field."""
    sub_filter: str = ""
    is_supported: bool = True
    """False when the sub-filter or structure is one we cannot verify; then outcome is PERMERROR."""
    is_timestamp: bool = False
    """A document timestamp (ETSI.RFC3161), not a signature of a person or agency."""
    gap_is_signature: bool = False
    """The octets left out by /ByteRange are exactly the hex string of /Contents (geometry gate)."""
    covers_whole_file: bool = False
    covered_octets: int = 0
    """End of the signed revision."""
    is_intact: bool | None = None
    """Digest of the covered octets equals the signed digest; None when it could not be computed."""
    is_cryptographically_valid: bool | None = None
    digest_algorithm: str = ""
    is_weak_algorithm: bool = False
    chain: Outcome = Outcome.NONE
    """PASS: path to a configured anchor; FAIL: none of ours; PERMERROR: broken certificate."""
    trust_list: str = ""
    """`official`, `public`, `local` or empty."""
    certificate_validity: Outcome = Outcome.NONE
    """Was the certificate within its dates at `signing_time`?"""
    revocation: Outcome = Outcome.NONE
    """PASS good, FAIL revoked before signing, TEMPERROR no fresh data, NONE not checked."""
    revocation_reason: str = ""
    signing_time: str | None = None
    """ISO 8601 UTC."""
    signing_time_source: str = "none"
    """`timestamp`, `claimed` or `none`."""
    modification: str = "none"
    """Change after this revision: `none`, `metadata` (properties that show nothing), `lta` (a security store, document
    timestamps), `form` (signatures), `annotations`, `other`, `unknown`."""
    certification_level: int = 0
    """DocMDP permission 1..3 of a certification signature, 0 otherwise."""
    signer_subject: str = ""
    """RFC 4514 text, at most 512 characters."""
    signer_common_name: str = ""
    signer_organisation: str = ""
    signer_serial: str = ""
    """Lower-case hex without separators."""
    signer_fingerprint: str = ""
    """SHA-256 of the certificate, lower-case hex."""
    signer_mailboxes: tuple[str, ...] = ()
    """rfc822Name of the subject alternative name, lower case."""
    signer_uid: str = ""
    """UID attribute such as `MST:0123456789`, empty when absent."""
    outcome: Outcome = Outcome.NONE
    sub_indication: str = ""
    """EN 319 102-1 sub-indication (`HASH_FAILURE`, `REVOKED`, `NO_CERTIFICATE_CHAIN_FOUND`, `TRY_LATER`, ...)."""
    signer_uids: tuple[str, ...] = ()
    """Every UID attribute in order; real certificates carry two, `MST:` of the agency and `CCCD:` of the person."""
    signer_kind: str = ""
    """`personal` when a UID is that of a person (CCCD, CMND, HC), `agency` when only a tax or budget code (MST,
    MNS) is there or the common name is the organisation's; empty when the certificate does not tell."""
    revocation_source: str = ""
    """Where `revocation` is known from: `configured` lists, or `embedded` in the document; empty when not known."""
    disagreement: tuple[str, ...] = ()
    """What another reader of the same octets says otherwise than the claims here, `reader:claim:answer`
    (`pyhanko:is_intact:false`, `pdfium:signature:only_there`); empty when all agree that were asked."""
    signer_units: tuple[str, ...] = ()
    """Organisational units of the subject in order."""
    signer_places: tuple[str, ...] = ()
    """Locality and province of the subject."""
    is_certificate_bound: bool | None = None
    """ESS signing-certificate (RFC 5035) names the signer's certificate; None when the signer named none."""
    appearance: AppearanceFacts | None = None
    """What it shows; None when it shows nothing."""


class PictureFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """A picture sent as a file; from `image_pages` on as of the scanned pages of a PDF (`PdfFacts`)."""

    width: int = 0
    """Pixels, as stored, of the first page."""
    height: int = 0
    page_count: int = 0
    """Pages of a TIFF file; 1 for all others."""
    image_pages: int = 0
    """Pages of document size among those looked at (the first two and the last); 0: a logo, an icon, a portrait."""
    scan_dpi: int = 0
    """What a scanner wrote, from 100 on; 0 when nobody told, as in photographs."""
    is_scan_colour: bool = False
    scan_tone: str = ""
    shows_colour: bool = False
    skew_degrees: float | None = None
    seal_score: float = 0.0
    seal_page: int = 0
    seal_place: tuple[int, ...] = ()
    """In mm; where no resolution is told, as if the picture were a page of A4."""
    ink_score: float = 0.0
    stamps: tuple[str, ...] = ()
    ocr: str = ""


class PdfFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """Structure of one PDF file."""

    version: str = ""
    """Greater of header and catalog version, for example `1.7`; empty when unreadable."""
    page_count: int = 0
    is_encrypted: bool = False
    is_repaired: bool = False
    """The cross-reference had to be rebuilt."""
    has_header_junk: bool = False
    has_trailing_junk: bool = False
    """Octets other than line endings after the last %%EOF."""
    active_content: tuple[str, ...] = ()
    """Sorted names such as `javascript`, `launch`, `embedded_file`, `xfa`, `submit_form`."""
    has_text: bool = False
    image_pages: int = 0
    """Pages of which one image (or strips together) covers at least 85 %."""
    scan_dpi: int = 0
    """Least resolution among those pages, 0 when there are none."""
    is_scan_colour: bool = False
    seal_score: float = 0.0
    """0..1: a red round seal was seen on an image page. Evidence, never proof."""
    seal_page: int = 0
    """Page of the best seal, from 1; 0 when none."""
    has_signature_picture_only: bool = False
    """Something in `signature_pictures`, and no cryptographic signature in the file."""
    unsigned_signature_fields: int = 0
    signatures: tuple[SignatureFacts, ...] = ()
    """In order of revision."""
    stray_signatures: int = 0
    """Signature dictionaries that no form field holds: no viewer lists them, and we verify none."""
    has_usage_rights: bool = False
    """A usage rights signature (/UR3) of a software maker; it vouches for nobody."""
    scan_tone: str = ""
    """Best format among those pages: `colour`, `grey`, `bitonal`; empty without any, or when too large to decode."""
    shows_colour: bool = False
    """A colour scan really shows colour (red, blue or gold); a grey copy saved in colour does not."""
    skew_degrees: float | None = None
    """How far the lines of the last scanned page that has some are turned clockwise; None when none tell."""
    seal_place: tuple[int, ...] = ()
    """Middle of the best seal from the left and the top, and its diameter, in mm; empty when none."""
    ink_score: float = 0.0
    """0..1: blue handwriting on a scanned page, above 0.5 only beside the seal. Weak evidence: black ink shows none."""
    stamps: tuple[str, ...] = ()
    """Stamps read by OCR off scanned pages, in red or framed in any colour, and off pictures on pages of text; known
    words only (`MẬT`, `HỎA TỐC`, ...)."""
    ocr: str = ""
    """What OCR read: `pages` (letters of the first and last scanned page, and stamps), `marks` (stamps only), or
    empty: nothing, for want of a recogniser, of scans, or of time. The marks of such a part come from it."""
    opens_without_password: bool = False
    """Encrypted with an empty user password, so that every viewer opens it: read and judged like any other."""
    is_read_leniently: bool = False
    """The strict reader gave up or saw no page, and a lenient one read the structure."""
    has_disputed_structure: bool = False
    """The strict reader gave up or saw no page, and two lenient ones see different pages: nothing was read."""
    is_linearised: bool = False
    is_truncated: bool = False
    """No end mark (%%EOF) behind the last cross-reference, or none at all."""
    other_kinds: tuple[str, ...] = ()
    """Kinds other readers may take the same octets for (a polyglot): `zip`, `jpeg`, `html`, ...; sorted."""
    links: tuple[str, ...] = ()
    """Hosts of web links, and schemes of other links with their colon (`file:`); sorted, at most 64."""
    embedded_files: int = 0
    """Files inside; each is a part of its own (`!n`)."""
    unread_pages: int = 0
    """Beyond the budget, or too heavy to be loaded: their text was not looked at."""
    hidden_characters: int = 0
    """Letters and digits that pages hold and do not show."""
    hidden_text: tuple[str, ...] = ()
    """How, in the words of docs/pdf-evidence.md; sorted. Letters recognised from a scan are not hidden."""
    is_secrecy_hidden: bool = False
    """The level of secrecy marked stands only in what pages hold and do not show."""
    is_text_unreadable: bool = False
    """A text layer that is no writing: its fonts do not say what their letters are."""
    legacy_charsets: tuple[str, ...] = ()
    """`tcvn3`, `vni`: text decoded by the names of its fonts; sorted."""
    signature_pictures: tuple[str, ...] = ()
    """What looks like a signature in a file without one: `field` (an empty field that shows something), `stamp` and
    `ink` (annotations), `seal_picture` and `ink_picture` (a red or blue picture below the head of a page); sorted."""
