"""Part view: what a rule may ask of one leaf part; as the other views (`gateway.judge.views`)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from gateway.judge.saying import says


class PartView(msgspec.Struct, frozen=True):
    """`part.`: one leaf part."""

    path: Annotated[str, says("MIME section number, `!n` per container level")]
    kind: Annotated[str, says("real type by content: `pdf`, `docx`, ...")]
    name: Annotated[str, says("file name; empty when none")]
    name_kind: Annotated[str, says("extension of the name, lower case")]
    media_type: Annotated[str, says("declared type/subtype")]
    size_octets: Annotated[int, says("decoded size")]
    is_body: Annotated[bool, says("text shown as the message itself")]
    is_attachment: Annotated[bool, says("an attached file")]
    is_inside: Annotated[bool, says("a file inside a container")]
    is_principal: Annotated[
        bool,
        says(
            "the file of the principal document: carries its number, else the first attached PDF, else the first file"
        ),
    ]
    is_own_document: Annotated[
        bool,
        says(
            "the file of an official document that the sender's agency issued, by its head, its signers and the "
            "letters of its notation: not one it passes on, answers, encloses or returns, nor one whose issuer is "
            "open. Of each the signed PDFs, else its first PDF, else its first file; an archive counts by what it holds"
        ),
    ]
    is_packed: Annotated[bool, says("inside an archive or another file, not lying open in the message")]
    is_numbered: Annotated[
        bool, says("its first page carries number and notation of its own: a document, and no enclosure of one")
    ]
    is_encrypted: Annotated[bool, says("cannot be opened without a key")]
    uninspectable: Annotated[
        str,
        says(
            "why it was not read: `encrypted`, `over_budget`, `malformed`, `unsupported`, `no_ocr`, "
            "`unread_letters` (of pictures, for want of time), `split`, `crashed_reader`, `no_text_format` (sound, "
            "film, drawing, map, font, key: no text to read), `leftover` (of a system, beside files); "
            "empty when it was read"
        ),
    ]
    is_mismatched: Annotated[bool, says("extension or declared type contradicts the content")]
    has_active_content: Annotated[bool, says("macros, PDF active content, or a page whose script carries a file")]
    markup: Annotated[
        list[str],
        says("HTML: `script`, `form`, `refresh`, `object`, `conditional`, `file`, `hidden_text`"),
    ]
    active_content: Annotated[list[str], says("PDF: names such as `javascript`, `launch`")]
    is_draft: Annotated[bool, says("this file is a draft")]
    pdf_version: Annotated[float, says("for example 1.7; 0.0 when no PDF or unreadable")]
    page_count: Annotated[int, says("pages of a PDF or TIFF; 1 of any other picture")]
    image_pages: Annotated[
        int, says("PDF pages that are one picture; of a picture sent as a file: pages of document size")
    ]
    scan_dpi: Annotated[int, says("least resolution of those, 0 without any or when nobody told, as in photographs")]
    is_scan_colour: Annotated[bool, says("those are in colour")]
    seal_score: Annotated[float, says("0.0 to 1.0: a red round seal was seen. Evidence, never proof")]
    has_signature_picture_only: Annotated[bool, says("picture or field of a signature without a cryptographic one")]
    signature_pictures: Annotated[
        list[str],
        says(
            "what that is: `field` (empty, with a picture), `stamp`, `ink` (annotations), `seal_picture`, `ink_picture`"
        ),
    ]
    visible_signatures: Annotated[int, says("signatures, holding or not, that show something on a page")]
    copy_kinds: Annotated[
        list[str], says("kinds of copy that signatures show (Decree 30/2020): `sao_y`, `sao_luc`, `trich_sao`")
    ]
    is_signature_named_otherwise: Annotated[
        bool, says("the words of a signature name an organisation (`Cơ quan: ...`) that its certificate does not")
    ]
    signature_count: Annotated[int, says("digital signatures, timestamps not counted")]
    signature_outcomes: Annotated[list[str], says("RFC 8601 word per signature")]
    sub_indication: Annotated[str, says("EN 319 102-1 word of the last signature that does not hold; empty when none")]
    has_valid_signature: Annotated[bool | None, says("one signature holds and covers the whole file; may be unknown")]
    has_agency_signature: Annotated[
        bool | None,
        says("one of those is the sender's agency's own, or of it and nobody can tell whose; may be unknown"),
    ]
    has_personal_signature: Annotated[
        bool | None, says("one of those is by a person of the sender's agency; may be unknown")
    ]
    signer_kinds: Annotated[
        list[str],
        says(
            "kinds of signatures by the sender's agency that hold or may yet: `agency`, `personal`, `unclear` (Decree "
            "30/2020 article 5 wants the first two)"
        ),
    ]
    signers: Annotated[list[str], says("common names in the signing certificates; never quote them as evidence")]
    is_signed_over: Annotated[
        bool, says("the last signature is by somebody else than the sender's agency, which signed before")
    ]
    has_broken_signature: Annotated[
        bool,
        says("a signature fails, or the file shows something else than was signed, whatever other signatures say"),
    ]
    has_disagreement: Annotated[bool, says("two readers contradict each other about a signature; none is believed")]
    stray_signature_count: Annotated[int, says("signatures that no form field holds: no viewer lists them")]
    has_usage_rights: Annotated[bool, says("a usage rights signature of a software maker; it vouches for nobody")]
    is_signed_beside: Annotated[
        bool | None,
        says("a detached signature over this file holds and is the sender's agency's; may be unknown"),
    ]
    smime_outcome: Annotated[
        str, says("RFC 8601 word of a .p7m or .p7s, the worst of its signers; empty when there is none")
    ]
    smime_sub_indication: Annotated[str, says("EN 319 102-1 word when that does not hold; empty otherwise")]
    is_public_only: Annotated[
        bool | None, says("valid signatures rest on public anchors only (Decree 68/2024); may be unknown")
    ]
    hidden_characters: Annotated[int, says("letters and digits that PDF pages hold and do not show")]
    hidden_text: Annotated[
        list[str],
        says(
            "how: `invisible`, `transparent`, `background_colour`, `tiny`, `outside_page`, `clipped`, `covered`, "
            "`layer_off`, `replaced`, `contradicted`, `unchecked`"
        ),
    ]
    is_secrecy_hidden: Annotated[bool, says("the secrecy marked stands only in text the pages do not show")]
    is_text_unreadable: Annotated[bool, says("PDF: a text layer that is no writing")]
    unread_pages: Annotated[int, says("PDF pages beyond the budget, whose text was not looked at")]
    opens_without_password: Annotated[bool, says("encrypted, yet opened without asking: read and judged like others")]
    other_kinds: Annotated[list[str], says("kinds other readers may take a PDF for")]
    links: Annotated[list[str], says("PDF: hosts of web links; of other links the scheme with its colon")]
