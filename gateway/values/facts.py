"""Facts: what was observed of a message, free of judgement. They round-trip through JSON.

Octet ranges are half-open `[start, end)` and count from the first octet of the message content
(after dot-unstuffing). Text is Unicode NFC. Everything here may stem from a hostile sender.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from gateway.values.addresses import domain_of
from gateway.values.evidence import PdfFacts, PictureFacts, SignatureFacts  # noqa: TC001 - msgspec reads annotations
from gateway.values.identity import NOBODY_LOOKED, Authentication
from gateway.values.time_limits import TimeLimit  # noqa: TC001 - msgspec reads annotations


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


class Enclosure(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a text says goes along with it."""

    title: str
    """In its own words, at most 160 characters."""
    count: int = 1
    """More than one where it says how many of a kind (`03 biểu mẫu`)."""


class Amendment(msgspec.Struct, frozen=True, omit_defaults=True):
    """One document that corrects or replaces another, as a text says (Decree 30/2020 article 18.3)."""

    kind: str
    """`corrects` or `replaces`."""
    number: str
    """`number/notation` of what is corrected or replaced, as `Marks.cited_numbers`; of a corrected copy its own."""
    year: int = 0
    """Of its date of issue or in its notation; 0 when not said."""
    by: str = ""
    """`number/notation` of the document that does so; empty when it is the text's own."""


class Receiver(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of `Kính gửi` or `Nơi nhận`: whom a document goes to, in words."""

    words: str
    """Without its bullet and role, at most 400 characters. `Như trên` and `Như Điều 3` are replaced by what they refer
    to, and stay only where that was not found."""
    roles: tuple[str, ...] = ()
    """`act`, `report`, `know`, `coordinate`, `archive`; sorted; empty when the line says none."""


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
    time_limits: tuple[TimeLimit, ...] = ()
    """Times the text sets for something to be done, in order; merged: those of the principal document first."""
    issued_on: str | None = None
    """Date of issue, ISO 8601; None when it is blank, impossible or not said."""
    issue_flags: tuple[str, ...] = ()
    """`blank_date`, `invalid_date`: of the line of place and date; sorted."""
    policy_classes: tuple[str, ...] = ()
    """Classes of directive 14 point 1 (`invitation`, `meeting_papers`, `conclusion_notice`, `booking`,
    `schedule`, `seal_notice`, `absence_authorisation`, `funding`, `personnel`, `licensing`, `emulation`,
    `feedback`, `submission`, `normative`, `programme`), and `recall` (Decree 30/2020 article 18.4);
    sorted, no repeats."""
    period: str | None = None
    """Report period: `week`, `month`, `quarter`, `half_year`, `adhoc`, `year`, `statistics`, `other`."""
    cited_numbers: tuple[str, ...] = ()
    """`number/notation` of other documents the text cites, in order of appearance, no repeats."""
    recipient_roles: tuple[str, ...] = ()
    """Roles read in `Kính gửi` / `Nơi nhận`: `act`, `report`, `know`, `coordinate`, `archive`; sorted."""
    number_form: tuple[str, ...] = ()
    """How the head of a page writes its own number otherwise than Decree 30/2020 Appendix I, II.3: `separator` (another
    mark for the hyphen), `spaces`, `type_letters` (none of the type its type line names); sorted."""
    number_source: str = ""
    """Text the number stands in: `subject`, `body`, `file_name` or `first_page`; empty without a number."""
    issuer_letters: str = ""
    """Issuer's letters in the notation: first group of a công văn, second of a typed document (`SA` of `QĐ-SA`)."""
    issuer_lines: tuple[str, ...] = ()
    """Organisation lines of the head of a page, or pasted into a body, as printed, the body above first.

    Of a subject or body that only names a document: whose it says that is (`của UBND xã C`, `Sở A gửi …`)."""
    place: str = ""
    """Place of the place-and-date line."""
    addressee: str = ""
    """What stands behind `Kính gửi` on the first page, up to the end of the line."""
    is_enclosure: bool = False
    """The page has no number of its own and says that it goes with another document (Phụ lục, Kèm theo ...)."""
    is_whole: bool = False
    """The text of a mail is itself a document, from the organisation lines at its top to `Nơi nhận`."""
    enclosures: tuple[Enclosure, ...] = ()
    """What the text says comes along with it, in order; at most 64."""
    receivers: tuple[Receiver, ...] = ()
    """Whom a document says it goes to; at most 64 lines."""
    titles: tuple[str, ...] = ()
    """Titles at the head of the first page of a file, as printed; at most 4."""
    annex_titles: tuple[str, ...] = ()
    """The same of its further pages, where another piece begins there (Phụ lục I, Danh sách, ...); at most 64."""
    paper: str = ""
    """`announced` when the text says that paper of this document goes too, `none_announced` when it says that none
    does; empty when it says neither."""
    amends: tuple[Amendment, ...] = ()
    """What corrects or replaces what; at most 16, in order of appearance."""
    encoding: str = "unicode"
    """`unicode`, `tcvn3`, `vni`, `viqr`, `viscii`, `mojibake` (repaired) or `unknown`."""


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
    `ics`, `dbf`, `database`, `audio`, `video`, `drawing`, `geodata`, `font`, `model`, `icon`, `certificate`,
    `keystore`, `leftover` (of a system: `.DS_Store`, `._*`, `Thumbs.db`), `empty`, `unknown`."""
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
    """Why this part was not read: `encrypted`, `over_budget`, `malformed`, `unsupported`, `no_ocr` (a scan, and nobody
    here reads letters), `unread_letters` (more letters in pictures than the time or the pixels of one message suffice
    for), `split` (a piece of an archive cut into several files, not all of which came along), `crashed_reader`,
    `no_text_format` (sound, film, drawings, maps, fonts, models, keys: there is no text to read), `leftover` (what a
    system puts beside files); empty when it was read, alone or joined with its other pieces."""
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
    """HTML: `conditional`, `file`, `form`, `hidden_text`, `object`, `refresh`,
    `script`, as `read.web.markup` tells them."""
    signs_sha256: str = ""
    """Of the file `signs` names: several may have one name. Empty when that file has no `sha256`."""


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
    """Auto-Submitted other than no, multipart/report, or a field by which older programs say the same (RFC 3834, RFC
    3464)."""
    is_list_mail: bool = False
    """A list sent it on: a List- field (RFC 2369, RFC 2919), or Precedence bulk, list or junk."""
    forged_ranges: tuple[tuple[int, int], ...] = ()
    """Octet ranges of whole inbound fields that claim to be ours and must be removed; ascending."""
    own_ids: tuple[str, ...] = ()
    """Transaction ids in Received fields of this very gateway (our host name in the `by` clause with our marker)."""
    is_author_ambiguous: bool = False
    """Readers differ in who wrote the message: one of the names in `read.notes.DISPUTED_AUTHOR` was noted."""

    @property
    def sole_domain(self) -> str:
        """Domain of the one author that no two readers can differ about, lower case; empty when there is none."""
        return domain_of(self.author[0].address) if len(self.author) == 1 and not self.is_author_ambiguous else ""


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
    """Merged view of the principal document (precedence: `gateway.read.vietnamese.merge`)."""
    secrecy: Secrecy = Secrecy.NONE
    """Highest level marked anywhere: subject, body, names, documents, nested messages."""
    is_unreadable: bool = False
    """The reader crashed or gave up on this message as a whole, twice, or a detector on its subject, text or a name."""
    is_ambiguous: bool = False
    """Readers differ in what a document is: one of the names in `read.notes.DISPUTED_CONTENT` was noted."""
    authentication: Authentication = NOBODY_LOOKED
    """What DNS, signatures and servers in front of us say about who sent it."""
