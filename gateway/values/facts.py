"""Facts: what was observed of a message, free of judgement. They round-trip through JSON.

Octet ranges are half-open `[start, end)` and count from the first octet of the message content
(after dot-unstuffing). Text is Unicode NFC. Everything here may stem from a hostile sender.
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


class Secrecy(str, Enum):
    """State-secret level *marked* on a text (Law 117/2025/QH15); a topic mention is NONE."""

    NONE = "none"
    MAT = "mat"
    TOI_MAT = "toi_mat"
    TUYET_MAT = "tuyet_mat"


class Urgency(str, Enum):
    """Urgency mark (Decree 30/2020 Appendix I III.2b; hẹn giờ from Circular 01/2011)."""

    NONE = "none"
    KHAN = "khan"
    THUONG_KHAN = "thuong_khan"
    HOA_TOC = "hoa_toc"
    HOA_TOC_HEN_GIO = "hoa_toc_hen_gio"


class Marks(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the Vietnamese detectors found in one text (subject, body, file name, first page)."""

    doc_type: str | None = None
    """Label of the type table (`cong_van`, `giay_moi`, ...), None when no type shows."""
    type_source: str = ""
    """`notation`, `type_line`, `subject_word`, `file_name`, `default` or empty: precedence in merging."""
    number: str | None = None
    """Own number as printed, leading zeros kept; None when absent, blank or only cited."""
    notation: str | None = None
    """After the first slash, spaces removed, dashes normalised."""
    has_blank_number: bool = False
    """A `Số:      /XX-YY` form without number: not issued yet."""
    urgency: Urgency = Urgency.NONE
    urgent_before: str | None = None
    """Delivery time of hỏa tốc hẹn giờ, ISO 8601 with +07:00."""
    secrecy: Secrecy = Secrecy.NONE
    is_secrecy_mentioned: bool = False
    """Secrecy is a topic of the text, not its mark (SEC-3)."""
    is_restricted: bool = False
    """Circulation mark such as LƯU HÀNH NỘI BỘ: restricted, not a state secret."""
    is_draft: bool = False
    about_draft: bool = False
    is_invitation: bool = False
    meeting_time: str | None = None
    """ISO 8601 start with +07:00, or a date only when no hour is given."""
    meeting_flags: tuple[str, ...] = ()
    """`weekday_mismatch`, `invalid_date`, `approximate`, `ambiguous_hour`; sorted."""
    meeting_change: str | None = None
    """`postponed`, `rescheduled`, `cancelled` or None."""
    due: str | None = None
    """A deadline named in the text (trước 16 giờ ngày ...), ISO 8601."""
    policy_classes: tuple[str, ...] = ()
    """Classes of directive 14 point 1 (`invitation`, `meeting_papers`, `conclusion_notice`, `booking`,
    `schedule`, `seal_notice`, `absence_authorisation`, `funding`, `personnel`, `licensing`, `emulation`,
    `feedback`, `submission`, `normative`, `programme`); sorted, no repeats."""
    period: str | None = None
    """Report period: `week`, `month`, `quarter`, `half_year`, `adhoc`, `year`, `statistics`, `other`."""
    cited_numbers: tuple[str, ...] = ()
    """`number/notation` of other documents the text cites, in order of appearance, no repeats."""
    recipient_roles: tuple[str, ...] = ()
    """Roles read in `Kính gửi` / `Nơi nhận`: `act`, `report`, `know`, `coordinate`, `archive`; sorted."""
    encoding: str = "unicode"
    """`unicode`, `tcvn3`, `vni`, `viqr`, `mojibake` (repaired) or `unknown`."""


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
    covered_letters: int = 0
    """Letters of the page that lie under it; counted where the file has several signatures."""


class SignatureFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """One digital signature of a PDF, each claim a separate fact (EN 319 102-1 words).

    No field is derived from another here; `outcome` maps the claims once, in `read.signatures`.
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
    """Change after this revision: `none`, `lta`, `form`, `annotations`, `other`, `unknown`."""
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
    """Red stamps read off scanned pages by OCR, known words only (`MẬT`, `HỎA TỐC`, ...), in order of pages."""
    ocr: str = ""
    """What OCR read: `pages` (letters of the first and last scanned page, and stamps), `marks` (stamps only), or
    empty: nothing, for want of a recogniser, of scans, or of time. The marks of such a part come from it."""
    opens_without_password: bool = False
    """Encrypted, and every viewer opens it: its text was read, it still counts as encrypted."""
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


class PartFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """One leaf: a body part, or a file inside a container that is one."""

    path: str
    """MIME section number (`1`, `2.1`), `!n` appended per container level (`2!3`).

    Behind `~` stand other readings of one entity, or of its body; 0 is before the first part (docs/mime.md)."""
    start: int = 0
    end: int = 0
    """Octet range of the encoded body in the message content; zero inside containers."""
    media_type: str = ""
    """Declared type/subtype, lower case."""
    kind: str = "unknown"
    """Real type by content: `pdf`, `docx`, `xlsx`, `pptx`, `odt`, `doc`, `xls`, `ppt`, `ole`, `rtf`, `html`,
    `text`, `jpeg`, `png`, `gif`, `tiff`, `bmp`, `webp`, `heic`, `zip`, `7z`, `rar`, `iso`, `cab`, `lha`, `ar`,
    `cpio`, `arj`, `ace`, `wim`, `gzip`, `xz`, `bzip2`, `zstd`, `compress`, `tar`, `eml`, `msg`, `tnef`, `pkcs7`, `pgp`,
    `executable`, `script`, `shortcut`, `chm`, `onenote`, `activemime`, `access`, `disk_image`, `lzip`, `lzop`, `xml`,
    `ics`, `empty`, `unknown`."""
    name: str = ""
    """File name, NFC, without path; empty when none."""
    name_kind: str = ""
    """Extension of the name, lower case, without the dot."""
    is_body: bool = False
    """Text shown as the message itself rather than an attached file."""
    is_attachment: bool = False
    """content_disposition is attachment, or it has a name, or it is no text."""
    size_octets: int = 0
    """Decoded size."""
    sha256: str = ""
    """Of the decoded octets, lower-case hex; empty for bodies."""
    is_encrypted: bool = False
    uninspectable: str = ""
    """Why this part could not be read: `encrypted`, `over_budget`, `malformed`, `unsupported`, `no_ocr`,
    `split` (a piece of an archive cut into several files, not all of which came along), `crashed_reader`; empty when
    it was read, alone or joined with its other pieces."""
    is_mismatched: bool = False
    """Extension or declared type contradicts the real type."""
    has_active_content: bool = False
    """Macros in an office file, PDF active content, or an HTML page whose script carries a file."""
    pdf: PdfFacts | None = None
    marks: Marks = msgspec.field(default_factory=Marks)
    """From the file name and the first pages of text."""
    is_inline: bool = False
    """Shown inside the message text: a Content-ID, or Content-Disposition inline (RFC 2183, RFC 2392)."""
    smime: SignatureFacts | None = None
    """Signature of a `pkcs7` part over what it holds or stands beside (RFC 8551); None when there is none to judge."""
    smime_others: tuple[SignatureFacts, ...] = ()
    """Signatures of its further signers."""
    signs: str = ""
    """Name of the file a detached signature stands beside and was judged over."""
    is_package_signed: bool = False
    """An office package carries an XML signature (ECMA-376 part 2 clause 12, OpenDocument part 3 section 5). It is
    recognised, never verified."""
    picture: PictureFacts | None = None
    """Of a picture whose size could be told; None for every other kind."""
    markup: tuple[str, ...] = ()
    """HTML: `conditional`, `file`, `form`, `hidden_text`, `object`, `refresh`, `script`, as `read.markup` tells them."""


class AddressFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """One mailbox of an address field (RFC 5322 section 3.4)."""

    address: str
    """addr-spec, domain lower case in A-label form; empty when unreadable."""
    display_name: str = ""


class HeaderFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """The top header section."""

    subject: str = ""
    """Decoded, NFC, one line. Never logged."""
    author: tuple[AddressFacts, ...] = ()
    """Mailboxes of From."""
    sender: AddressFacts | None = None
    reply_to: tuple[AddressFacts, ...] = ()
    message_id: str = ""
    date: str | None = None
    received_count: int = 0
    is_auto_submitted: bool = False
    """Auto-Submitted other than no, or multipart/report (RFC 3834, RFC 3464)."""
    forged_ranges: tuple[tuple[int, int], ...] = ()
    """Octet ranges of whole inbound fields that claim to be ours and must be removed; ascending."""
    loop_count: int = 0
    """Received fields written by this very gateway (our host name in the `by` clause with our marker)."""
    is_author_ambiguous: bool = False
    """Readers differ in who wrote the message: one of the names in `read.notes.DISPUTED_AUTHOR` was noted."""


class MessageFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything observed of one message."""

    size_octets: int
    header: HeaderFacts = msgspec.field(default_factory=HeaderFacts)
    parts: tuple[PartFacts, ...] = ()
    """Leaves in reading order, containers before their members."""
    ambiguities: tuple[str, ...] = ()
    """Names of MIME or header ambiguities (`duplicate_content_type`, `duplicate_from`, ...); sorted."""
    overruns: tuple[str, ...] = ()
    """Names of Budget fields that were exceeded; sorted."""
    subject_marks: Marks = msgspec.field(default_factory=Marks)
    body_marks: Marks = msgspec.field(default_factory=Marks)
    document: Marks = msgspec.field(default_factory=Marks)
    """Merged view of the principal document (precedence in LANGUAGE section 3)."""
    secrecy: Secrecy = Secrecy.NONE
    """Highest level marked anywhere: subject, body, names, documents, nested messages."""
    is_unreadable: bool = False
    """The reader crashed or gave up on this message as a whole, twice."""
    is_ambiguous: bool = False
    """Readers differ in what a document is: one of the names in `read.notes.DISPUTED_CONTENT` was noted."""
