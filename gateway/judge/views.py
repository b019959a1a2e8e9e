"""Views: what a rule may ask. The CEL environment and the table in docs/policy.md are made from these types.

Each view is one prefix (`mail.`, `sender.`, ...). Every field is a bool, number, text or list of texts and
carries its own description. A field typed `bool | None` may be unknown for now: None is left unbound, and CEL
then answers `false && unknown` with false and `unknown` alone with an error (the law of unknowns, ADR 0003).
Texts stem from hostile senders and are cut to `MAX_TEXT_CHARACTERS`, lists to `MAX_LIST_ITEMS`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

MAX_TEXT_CHARACTERS = 998
"""A subject or name longer than one RFC 5322 line tells a rule nothing more."""
MAX_LIST_ITEMS = 256
"""Distinct reasons or kinds are few by nature; this bounds what a hostile message can add."""


def _says(description: str) -> msgspec.Meta:
    return msgspec.Meta(description=description)


class ClientView(msgspec.Struct, frozen=True):
    """`client.`: the peer that connected."""

    is_trusted: Annotated[bool, _says("its address lies in a configured client network")]
    has_tls: Annotated[bool, _says("the session is encrypted")]
    helo: Annotated[str, _says("argument of EHLO or HELO")]
    network: Annotated[
        str, _says("name of the configured network it comes from (`relay.clients.name`); empty when it has none")
    ]


class ReverseView(msgspec.Struct, frozen=True):
    """`reverse.`: the reverse-path of the envelope."""

    address: Annotated[str, _says("without brackets; empty for the null reverse-path")]
    is_null: Annotated[bool, _says("a notification: nobody answers for it")]
    domain: Annotated[str, _says("lower case, A-label form")]
    domain_kind: Annotated[
        str, _says("`official`, `registered_other`, `free`, `disposable`, `unknown`; empty when null")
    ]
    lookalike_of: Annotated[str, _says("official domain the domain imitates; empty when none")]
    agency: Annotated[str, _says("registry id of the agency it belongs to; empty when none")]


class SenderView(msgspec.Struct, frozen=True):
    """`sender.`: who the message says it is from: the first From mailbox, else the reverse-path."""

    address: Annotated[str, _says("addr-spec, lower case")]
    domain: Annotated[str, _says("lower case, A-label form")]
    domain_kind: Annotated[
        str,
        _says(
            "`official`, `registered_other`, `free`, `disposable` or `unknown`; a registered address counts as its kind"
        ),
    ]
    mailbox_kind: Annotated[str, _says("`agency`, `personal`, `system`, `registered_other`; empty when not registered")]
    agency: Annotated[str, _says("registry id on the date; empty when none")]
    agency_class: Annotated[str, _says("class of that agency, for example `department`")]
    agency_level: Annotated[str, _says("`central`, `province`, `district`, `commune`, `unit`; empty when none")]
    territory: Annotated[str, _says("territory of that agency")]
    certificate: Annotated[
        str,
        _says("of that agency on the date: `issued`, `none`, `expired`, `revoked`, `unknown`; empty without one"),
    ]
    is_official: Annotated[bool, _says("the domain is official, or the address is registered to an agency")]
    is_free: Annotated[bool, _says("the domain is free or disposable and the address is not registered")]
    lookalike_of: Annotated[
        str, _says("official domain that the From, Sender, Reply-To or display name domain imitates; empty when none")
    ]
    is_mixed_script: Annotated[bool, _says("a label of its domain mixes scripts or uses confusable letters")]
    claims_office: Annotated[
        bool,
        _says("the display name or local part uses words of an agency or office (UBND, Sở ..., Văn thư, Chủ tịch ...)"),
    ]
    claimed_agency: Annotated[
        str, _says("registry id of the agency whose name stands in the display name; empty when none")
    ]
    is_name_foreign: Annotated[
        bool, _says("the display name names a registered agency other than the sender's own or its parent")
    ]
    is_name_address_foreign: Annotated[
        bool, _says("the display name shows an e-mail address of another, official domain")
    ]
    has_free_reply_to: Annotated[bool, _says("a Reply-To mailbox is free or disposable and not registered")]
    has_foreign_reply_to: Annotated[
        bool, _says("a Reply-To domain is neither official nor registered nor the From domain")
    ]
    is_envelope_mismatched: Annotated[
        bool, _says("From is official and the reverse-path is a free, disposable or imitating domain")
    ]
    author_count: Annotated[int, _says("mailboxes in From")]
    is_ambiguous: Annotated[bool, _says("readers differ in who wrote the message: see docs/mime.md")]
    is_unaddressed: Annotated[
        bool, _says("From is missing, empty, or holds no address with a domain, and nothing else about it is odd")
    ]


class MailView(msgspec.Struct, frozen=True):
    """`mail.`: the message as a whole."""

    direction: Annotated[str, _says("`inbound`, `outbound` or `internal`, by the registry")]
    size_octets: Annotated[int, _says("size of the content")]
    subject: Annotated[str, _says("decoded subject; never quote it as evidence")]
    recipient_count: Annotated[int, _says("forward-paths")]
    recipient_agencies: Annotated[list[str], _says("registry ids of the recipients' agencies")]
    recipient_mailbox_kinds: Annotated[
        list[str], _says("kinds of the recipients' registered mailboxes; an unregistered one counts as empty text")
    ]
    recipient_classes: Annotated[
        list[str], _says("classes of the recipients' agencies; whoever has no agency or class counts as empty text")
    ]
    recipient_levels: Annotated[list[str], _says("levels of those agencies, as `sender.agency_level`; likewise")]
    attachment_count: Annotated[int, _says("attached files, not counting those inside containers")]
    signed_file_count: Annotated[int, _says("attached files with a digital signature, holding or not")]
    file_kinds: Annotated[list[str], _says("real types of the attached files, not looking into containers")]
    all_kinds: Annotated[list[str], _says("real types of all files, also inside containers")]
    uninspectable: Annotated[list[str], _says("reasons why parts could not be read")]
    ambiguities: Annotated[list[str], _says("MIME or header ambiguities: two readers may see two messages")]
    is_ambiguous: Annotated[bool, _says("readers differ in what a document is: see docs/mime.md")]
    overruns: Annotated[list[str], _says("budgets that were exceeded")]
    is_unreadable: Annotated[bool, _says("the reader gave up on the whole message, twice")]
    is_auto_submitted: Annotated[bool, _says("a notification or automatic answer (RFC 3834)")]
    is_reply: Annotated[bool, _says("its subject is that of an answer (`Re:`, `Trả lời:`)")]
    own_document_count: Annotated[int, _says("files that count as documents the sender's agency issued")]
    is_own_document_in_text: Annotated[
        bool,
        _says("the text itself is a document of the sender's agency, from its head to `Nơi nhận`; no file comes along"),
    ]
    named_enclosures: Annotated[
        int,
        _says("enclosures that subject, body or the principal document name (`Kèm theo ...`), as far as it was read"),
    ]
    missing_enclosures: Annotated[
        list[str],
        _says(
            "of those, in the words of the text, what no attachment, file in a container or annex answers; never what "
            "may be in a file that could not be read"
        ),
    ]
    has_all_enclosures: Annotated[
        bool | None,
        _says(
            "all of those came along, or none is named; unknown when a file that could not be read, or is titled "
            "otherwise, may be one. Mostly no later try knows more: a rule that rejects asks `mail.missing_enclosures`"
        ),
    ]
    secrecy: Annotated[str, _says("highest state-secret level marked anywhere: `none`, `mat`, `toi_mat`, `tuyet_mat`")]
    is_secrecy_mentioned: Annotated[bool, _says("secrecy is a topic of the text, not its mark")]
    is_restricted: Annotated[bool, _says("a circulation mark such as LƯU HÀNH NỘI BỘ stands anywhere")]
    urgency: Annotated[
        str, _says("highest urgency mark anywhere: `none`, `khan`, `thuong_khan`, `hoa_toc`, `hoa_toc_hen_gio`")
    ]


class DocumentView(msgspec.Struct, frozen=True):
    """`document.`: the principal document, merged from subject, body, file name and first page."""

    doc_type: Annotated[str, _says("label of the type table (`cong_van`, `giay_moi`, ...); empty when none shows")]
    number: Annotated[str, _says("own number as printed; empty when absent")]
    notation: Annotated[str, _says("after the first slash; empty when absent")]
    is_issued: Annotated[
        bool, _says("number and notation stand, not only in the subject of an answer or receipt, and it is no draft")
    ]
    is_official: Annotated[bool, _says("issued, and no schedule, booking, meeting paper or covering note")]
    is_draft: Annotated[bool, _says("the document itself is a draft, or its number is blank")]
    about_draft: Annotated[bool, _says("a letter concerning a draft")]
    is_invitation: Annotated[bool, _says("invites to a meeting or event")]
    is_meeting_paper: Annotated[bool, _says("meeting papers are sent: not a request for some, without any file")]
    meeting_change: Annotated[str, _says("`postponed`, `rescheduled`, `cancelled` or empty")]
    has_meeting_time: Annotated[bool, _says("start with an hour is known")]
    hours_to_meeting: Annotated[float, _says("hours from the final dot to the start; 1000000.0 when unknown")]
    meeting_flags: Annotated[list[str], _says("`weekday_mismatch`, `invalid_date`, `approximate`, `ambiguous_hour`")]
    classes: Annotated[list[str], _says("classes of directive 14 point 1: `invitation`, `funding`, `personnel`, ...")]
    period: Annotated[
        str,
        _says("`week`, `month`, `quarter`, `half_year`, `adhoc`, `year`, `statistics`, `other`; empty when none"),
    ]
    roles: Annotated[
        list[str], _says("roles read in Kính gửi and Nơi nhận: `act`, `report`, `know`, `coordinate`, `archive`")
    ]
    is_publishable: Annotated[
        bool,
        _says(
            "may be proposed for the website (14/CT-UBND, 2a): issued by a People's Committee or its office, normative "
            "or directing, no matter of persons, no mark of secrecy or circulation, and nothing in the mail unread"
        ),
    ]
    number_defects: Annotated[list[str], _says("`no_leading_zero`, `single_group`")]
    number_key: Annotated[
        str, _says("number and notation in the form to compare (`7745/ubnd-hctc`); empty without a number")
    ]
    cited_numbers: Annotated[list[str], _says("numbers of other documents the texts name, as written")]
    cited_keys: Annotated[
        list[str], _says("the same in the form to compare: no diacritics, case or leading zeros, `UB` is `UBND`")
    ]
    issued_on: Annotated[str, _says("date of issue, ISO 8601; empty when it is blank, impossible or not said")]
    issue_flags: Annotated[
        list[str], _says("`blank_date`: its line is not filled in; `invalid_date`; `future_date`: later than the mail")
    ]
    days_since_issue: Annotated[
        float, _says("whole days from the date of issue to the day of the final dot; 1000000.0 when unknown")
    ]
    working_days_since_issue: Annotated[
        float,
        _says(
            "working days behind the date of issue, a morning as a half: 0.0 on the day itself, 0.5 in the next "
            "working morning, 1.0 in its afternoon; 1000000.0 when unknown"
        ),
    ]
    has_due: Annotated[bool, _says("a time limit is set, and it is known when it falls")]
    due: Annotated[
        str,
        _says("the time limit that counts: an instant with +07:00, or the (last) day, ISO 8601; empty when unknown"),
    ]
    due_kind: Annotated[
        str, _says("what it names: `hour`, `half_day`, `day`, `week`, `month`, `quarter`, `year`; empty without one")
    ]
    due_ground: Annotated[
        str,
        _says("what it counts from: `stated` (a date), `received`, `issued`, `unstated`, `other`; empty without one"),
    ]
    hours_to_due: Annotated[
        float, _says("hours from the final dot until it is too late, less than 0.0 after; 1000000.0 when unknown")
    ]
    time_limits: Annotated[
        list[str],
        _says(
            "all time limits set, those of the principal document first: `2026-11-25T16:00`, `2026-11-30`, "
            "`<2026-11-28` (before that day), `2026-11-24 morning`, `?` (unknown what it counts from)"
        ),
    ]
    urgent_before: Annotated[str, _says("delivery time of hỏa tốc hẹn giờ, ISO 8601; empty without one")]
    hours_to_urgent_before: Annotated[
        float, _says("hours from the final dot to that time, less than 0.0 after; 1000000.0 when unknown")
    ]


class PartView(msgspec.Struct, frozen=True):
    """`part.`: one leaf part."""

    path: Annotated[str, _says("MIME section number, `!n` per container level")]
    kind: Annotated[str, _says("real type by content: `pdf`, `docx`, ...")]
    name: Annotated[str, _says("file name; empty when none")]
    name_kind: Annotated[str, _says("extension of the name, lower case")]
    media_type: Annotated[str, _says("declared type/subtype")]
    size_octets: Annotated[int, _says("decoded size")]
    is_body: Annotated[bool, _says("text shown as the message itself")]
    is_attachment: Annotated[bool, _says("an attached file")]
    is_inside: Annotated[bool, _says("a file inside a container")]
    is_principal: Annotated[
        bool,
        _says(
            "the file of the principal document: carries its number, else the first attached PDF, else the first file"
        ),
    ]
    is_own_document: Annotated[
        bool,
        _says(
            "the file of an official document that the sender's agency issued, by its head, its signers and the "
            "letters of its notation: not one it passes on, answers, encloses or returns, nor one whose issuer is "
            "open. Of each the signed PDFs, else its first PDF, else its first file; an archive counts by what it holds"
        ),
    ]
    is_packed: Annotated[bool, _says("inside an archive or another file, not lying open in the message")]
    is_encrypted: Annotated[bool, _says("cannot be opened without a key")]
    uninspectable: Annotated[
        str,
        _says(
            "why it was not read: `encrypted`, `over_budget`, `malformed`, `unsupported`, `no_ocr`, "
            "`unread_letters` (of pictures, for want of time), `split`, `crashed_reader`, `no_text_format` (sound, "
            "film, drawing, map, font, key: no text to read), `leftover` (of a system, beside files); "
            "empty when it was read"
        ),
    ]
    is_mismatched: Annotated[bool, _says("extension or declared type contradicts the content")]
    has_active_content: Annotated[bool, _says("macros, PDF active content, or a page whose script carries a file")]
    markup: Annotated[
        list[str],
        _says("HTML: `script`, `form`, `refresh`, `object`, `conditional`, `file`, `hidden_text`"),
    ]
    active_content: Annotated[list[str], _says("PDF: names such as `javascript`, `launch`")]
    is_draft: Annotated[bool, _says("this file is a draft")]
    pdf_version: Annotated[float, _says("for example 1.7; 0.0 when no PDF or unreadable")]
    page_count: Annotated[int, _says("pages of a PDF or TIFF; 1 of any other picture")]
    image_pages: Annotated[
        int, _says("PDF pages that are one picture; of a picture sent as a file: pages of document size")
    ]
    scan_dpi: Annotated[int, _says("least resolution of those, 0 without any or when nobody told, as in photographs")]
    is_scan_colour: Annotated[bool, _says("those are in colour")]
    seal_score: Annotated[float, _says("0.0 to 1.0: a red round seal was seen. Evidence, never proof")]
    has_signature_picture_only: Annotated[bool, _says("picture or field of a signature without a cryptographic one")]
    signature_pictures: Annotated[
        list[str],
        _says(
            "what that is: `field` (empty, with a picture), `stamp`, `ink` (annotations), `seal_picture`, `ink_picture`"
        ),
    ]
    visible_signatures: Annotated[int, _says("signatures, holding or not, that show something on a page")]
    copy_kinds: Annotated[
        list[str], _says("kinds of copy that signatures show (Decree 30/2020): `sao_y`, `sao_luc`, `trich_sao`")
    ]
    is_signature_named_otherwise: Annotated[
        bool, _says("the words of a signature name an organisation (`Cơ quan: ...`) that its certificate does not")
    ]
    signature_count: Annotated[int, _says("digital signatures, timestamps not counted")]
    signature_outcomes: Annotated[list[str], _says("RFC 8601 word per signature")]
    sub_indication: Annotated[str, _says("EN 319 102-1 word of the last signature that does not hold; empty when none")]
    has_valid_signature: Annotated[bool | None, _says("one signature holds and covers the whole file; may be unknown")]
    has_agency_signature: Annotated[
        bool | None,
        _says("one of those is the sender's agency's own, or of it and nobody can tell whose; may be unknown"),
    ]
    has_personal_signature: Annotated[
        bool | None, _says("one of those is by a person of the sender's agency; may be unknown")
    ]
    signer_kinds: Annotated[
        list[str],
        _says(
            "kinds of signatures by the sender's agency that hold or may yet: `agency`, `personal`, `unclear` (Decree "
            "30/2020 article 5 wants the first two)"
        ),
    ]
    signers: Annotated[list[str], _says("common names in the signing certificates; never quote them as evidence")]
    is_signed_over: Annotated[
        bool, _says("the last signature is by somebody else than the sender's agency, which signed before")
    ]
    has_broken_signature: Annotated[
        bool,
        _says("a signature fails, or the file shows something else than was signed, whatever other signatures say"),
    ]
    has_disagreement: Annotated[bool, _says("two readers contradict each other about a signature; none is believed")]
    stray_signature_count: Annotated[int, _says("signatures that no form field holds: no viewer lists them")]
    has_usage_rights: Annotated[bool, _says("a usage rights signature of a software maker; it vouches for nobody")]
    is_signed_beside: Annotated[
        bool | None,
        _says("a detached signature over this file holds and is the sender's agency's; may be unknown"),
    ]
    smime_outcome: Annotated[
        str, _says("RFC 8601 word of a .p7m or .p7s, the worst of its signers; empty when there is none")
    ]
    smime_sub_indication: Annotated[str, _says("EN 319 102-1 word when that does not hold; empty otherwise")]
    is_public_only: Annotated[
        bool | None, _says("valid signatures rest on public anchors only (Decree 68/2024); may be unknown")
    ]
    hidden_characters: Annotated[int, _says("letters and digits that PDF pages hold and do not show")]
    hidden_text: Annotated[
        list[str],
        _says(
            "how: `invisible`, `transparent`, `background_colour`, `tiny`, `outside_page`, `clipped`, `covered`, "
            "`layer_off`, `replaced`, `contradicted`, `unchecked`"
        ),
    ]
    is_secrecy_hidden: Annotated[bool, _says("the secrecy marked stands only in text the pages do not show")]
    is_text_unreadable: Annotated[bool, _says("PDF: a text layer that is no writing")]
    unread_pages: Annotated[int, _says("PDF pages beyond the budget, whose text was not looked at")]
    opens_without_password: Annotated[bool, _says("encrypted, yet opened without asking: read and judged like others")]
    other_kinds: Annotated[list[str], _says("kinds other readers may take a PDF for")]
    links: Annotated[list[str], _says("PDF: hosts of web links; of other links the scheme with its colon")]


class RecipientView(msgspec.Struct, frozen=True):
    """`recipient.`: one forward-path."""

    address: Annotated[str, _says("without brackets")]
    domain: Annotated[str, _says("lower case, A-label form")]
    domain_kind: Annotated[str, _says("as `sender.domain_kind`")]
    mailbox_kind: Annotated[str, _says("as `sender.mailbox_kind`")]
    agency: Annotated[str, _says("registry id on the date; empty when none")]
    agency_class: Annotated[str, _says("class of that agency")]
    agency_level: Annotated[str, _says("as `sender.agency_level`")]
    territory: Annotated[str, _says("territory of that agency")]
    lookalike_of: Annotated[str, _says("official domain it imitates; empty when none")]
    roles: Annotated[
        list[str],
        _says(
            "roles of its agency in Kính gửi and Nơi nhận of the principal document, by name or group: `act`, "
            "`report`, `know`, `coordinate`, `archive`; empty when unknown, and at RCPT"
        ),
    ]
    is_named: Annotated[
        bool | None,
        _says("those lines name its agency, alone or in a group; unknown when it stays open whom they mean"),
    ]


View = ClientView | ReverseView | SenderView | MailView | DocumentView | PartView | RecipientView
