"""Views: what a rule may ask. The CEL environment and the table in docs/policy.md are made from these types.

Each view is one prefix (`mail.`, `sender.`, ...). Every field is a bool, number, text or list of texts and
carries its own description. A field typed `bool | None` may be unknown for now: None is left unbound, and CEL
then answers `false && unknown` with false and `unknown` alone with an error (the law of unknowns, ADR 0003).
Texts stem from hostile senders and are cut to `MAX_TEXT_CHARACTERS`, lists to `MAX_LIST_ITEMS`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from gateway.judge.part_view import PartView
from gateway.judge.saying import says

MAX_TEXT_CHARACTERS = 998
"""A subject or name longer than one RFC 5322 line tells a rule nothing more."""
MAX_LIST_ITEMS = 256
"""Distinct reasons or kinds are few by nature; this bounds what a hostile message can add."""


class ClientView(msgspec.Struct, frozen=True):
    """`client.`: the peer that connected."""

    is_trusted: Annotated[bool, says("its address lies in a configured client network")]
    has_tls: Annotated[bool, says("the session is encrypted")]
    helo: Annotated[str, says("argument of EHLO or HELO")]
    network: Annotated[
        str, says("name of the configured network it comes from (`relay.clients.name`); empty when it has none")
    ]


class ReverseView(msgspec.Struct, frozen=True):
    """`reverse.`: the reverse-path of the envelope."""

    address: Annotated[str, says("without brackets; empty for the null reverse-path")]
    is_null: Annotated[bool, says("a notification: nobody answers for it")]
    domain: Annotated[str, says("lower case, A-label form")]
    domain_kind: Annotated[
        str, says("`official`, `registered_other`, `free`, `disposable`, `unknown`; empty when null")
    ]
    lookalike_of: Annotated[str, says("official domain the domain imitates; empty when none")]
    agency: Annotated[str, says("registry id of the agency it belongs to; empty when none")]


class SenderView(msgspec.Struct, frozen=True):
    """`sender.`: who the message says it is from: the first From mailbox, else the reverse-path."""

    address: Annotated[str, says("addr-spec, lower case")]
    domain: Annotated[str, says("lower case, A-label form")]
    domain_kind: Annotated[
        str,
        says(
            "`official`, `registered_other`, `free`, `disposable` or `unknown`; a registered address counts as its kind"
        ),
    ]
    mailbox_kind: Annotated[str, says("`agency`, `personal`, `system`, `registered_other`; empty when not registered")]
    agency: Annotated[str, says("registry id on the date; empty when none")]
    agency_class: Annotated[str, says("class of that agency, for example `department`")]
    agency_level: Annotated[str, says("`central`, `province`, `district`, `commune`, `unit`; empty when none")]
    territory: Annotated[str, says("territory of that agency")]
    certificate: Annotated[
        str,
        says("of that agency on the date: `issued`, `none`, `expired`, `revoked`, `unknown`; empty without one"),
    ]
    is_official: Annotated[bool, says("the domain is official, or the address is registered to an agency")]
    is_free: Annotated[bool, says("the domain is free or disposable and the address is not registered")]
    lookalike_of: Annotated[
        str, says("official domain that the From, Sender, Reply-To or display name domain imitates; empty when none")
    ]
    is_mixed_script: Annotated[bool, says("a label of its domain mixes scripts or uses confusable letters")]
    claims_office: Annotated[
        bool,
        says("the display name or local part uses words of an agency or office (UBND, Sở ..., Văn thư, Chủ tịch ...)"),
    ]
    claimed_agency: Annotated[
        str, says("registry id of the agency whose name stands in the display name; empty when none")
    ]
    is_name_foreign: Annotated[
        bool, says("the display name names a registered agency other than the sender's own or its parent")
    ]
    is_name_address_foreign: Annotated[
        bool, says("the display name shows an e-mail address of another, official domain")
    ]
    has_free_reply_to: Annotated[bool, says("a Reply-To mailbox is free or disposable and not registered")]
    has_foreign_reply_to: Annotated[
        bool, says("a Reply-To domain is neither official nor registered nor the From domain")
    ]
    is_envelope_mismatched: Annotated[
        bool, says("From is official and the reverse-path is a free, disposable or imitating domain")
    ]
    author_count: Annotated[int, says("mailboxes in From")]
    is_ambiguous: Annotated[bool, says("readers differ in who wrote the message: see docs/mime.md")]
    identity: Annotated[
        str,
        says(
            "`verified`: a network of its own by configuration, an aligned signature or address, or a named ARC sealer "
            "vouches for the author; `claimed`: nobody does; `unknown`: nobody looked, or an answer is still out"
        ),
    ]
    is_outside_network: Annotated[
        bool, says("the client's network is configured to speak for certain domains, and the author's is none of them")
    ]
    is_unaddressed: Annotated[
        bool, says("From is missing, empty, or holds no address with a domain, and nothing else about it is odd")
    ]


class AuthView(msgspec.Struct, frozen=True):
    """`auth.`: what SPF, DKIM, DMARC and ARC say, in words of RFC 8601; empty texts where nobody looked."""

    source: Annotated[str, says("whose results: `check` (ours), `upstream` (a server in front of us) or empty")]
    spf: Annotated[str, says("RFC 7208 of the reverse-path, or of EHLO where that is null")]
    dkim: Annotated[list[str], says("RFC 6376 result of each signature")]
    dkim_domains: Annotated[list[str], says("domains whose signature holds")]
    is_oversigned: Annotated[bool, says("a signature that holds lets nobody add a From, Subject, To or Date")]
    dmarc: Annotated[str, says("RFC 9989 result of the author's domain")]
    dmarc_policy: Annotated[str, says("what that domain asks for: `none`, `quarantine`, `reject`; empty when nothing")]
    aligned: Annotated[list[str], says("`spf`, `dkim`: what vouches for the author's own domain")]
    arc: Annotated[str, says("RFC 8617 result of the chain of seals")]
    vouched_by: Annotated[str, says("named ARC sealer who had verified the author before; empty when none")]


class MailView(msgspec.Struct, frozen=True):
    """`mail.`: the message as a whole."""

    direction: Annotated[str, says("`inbound`, `outbound` or `internal`, by the registry")]
    size_octets: Annotated[int, says("size of the content")]
    subject: Annotated[str, says("decoded subject; never quote it as evidence")]
    recipient_count: Annotated[int, says("forward-paths")]
    recipient_agencies: Annotated[list[str], says("registry ids of the recipients' agencies")]
    recipient_mailbox_kinds: Annotated[
        list[str], says("kinds of the recipients' registered mailboxes; an unregistered one counts as empty text")
    ]
    recipient_classes: Annotated[
        list[str], says("classes of the recipients' agencies; whoever has no agency or class counts as empty text")
    ]
    recipient_levels: Annotated[list[str], says("levels of those agencies, as `sender.agency_level`; likewise")]
    recipient_territories: Annotated[list[str], says("territories of those agencies; likewise")]
    attachment_count: Annotated[int, says("attached files, not counting those inside containers")]
    signed_file_count: Annotated[int, says("attached files with a digital signature, holding or not")]
    file_kinds: Annotated[list[str], says("real types of the attached files, not looking into containers")]
    all_kinds: Annotated[list[str], says("real types of all files, also inside containers")]
    uninspectable: Annotated[list[str], says("reasons why parts could not be read")]
    ambiguities: Annotated[list[str], says("MIME or header ambiguities: two readers may see two messages")]
    is_ambiguous: Annotated[bool, says("readers differ in what a document is: see docs/mime.md")]
    overruns: Annotated[list[str], says("budgets that were exceeded")]
    is_unreadable: Annotated[bool, says("the reader gave up on the message, or on its subject, text or a name, twice")]
    is_auto_submitted: Annotated[bool, says("a notification or automatic answer (RFC 3834)")]
    is_reply: Annotated[bool, says("its subject is that of an answer (`Re:`, `Trả lời:`)")]
    own_document_count: Annotated[int, says("files that count as documents the sender's agency issued")]
    is_own_document_in_text: Annotated[
        bool,
        says("the text itself is a document of the sender's agency, from its head to `Nơi nhận`; no file comes along"),
    ]
    rival_numbers: Annotated[
        list[str],
        says("number and notation (in the form to compare) under which two attached PDFs differ, each with a head"),
    ]
    named_enclosures: Annotated[
        int,
        says("enclosures that subject, body or the principal document name (`Kèm theo ...`), as far as it was read"),
    ]
    missing_enclosures: Annotated[
        list[str],
        says(
            "of those, in the words of the text, what no attachment, file in a container or annex answers; never what "
            "may be in a file that could not be read"
        ),
    ]
    has_all_enclosures: Annotated[
        bool | None,
        says(
            "all of those came along, or none is named; unknown when a file that could not be read, or is titled "
            "otherwise, may be one. Mostly no later try knows more: a rule that rejects asks `mail.missing_enclosures`"
        ),
    ]
    unwritten_mailboxes: Annotated[
        list[str],
        says(
            "registered mailboxes of agencies of the sender's territory that Kính gửi and Nơi nhận of the principal "
            "document name, each by itself, and that none of the recipients is of"
        ),
    ]
    secrecy: Annotated[str, says("highest state-secret level marked anywhere: `none`, `mat`, `toi_mat`, `tuyet_mat`")]
    is_secrecy_mentioned: Annotated[bool, says("secrecy is a topic of the text, not its mark")]
    is_restricted: Annotated[bool, says("a circulation mark such as LƯU HÀNH NỘI BỘ stands anywhere")]
    urgency: Annotated[
        str, says("highest urgency mark anywhere: `none`, `khan`, `thuong_khan`, `hoa_toc`, `hoa_toc_hen_gio`")
    ]


class DocumentView(msgspec.Struct, frozen=True):
    """`document.`: the principal document, merged from subject, body, file name and first page."""

    doc_type: Annotated[str, says("label of the type table (`cong_van`, `giay_moi`, ...); empty when none shows")]
    number: Annotated[str, says("own number as printed; empty when absent")]
    notation: Annotated[str, says("after the first slash; empty when absent")]
    is_issued: Annotated[
        bool, says("number and notation stand, not only in the subject of an answer or receipt, and it is no draft")
    ]
    is_official: Annotated[bool, says("issued, and no schedule, booking, meeting paper or covering note")]
    is_draft: Annotated[bool, says("the document itself is a draft, or its number is blank")]
    about_draft: Annotated[bool, says("a letter concerning a draft")]
    is_invitation: Annotated[bool, says("invites to a meeting or event")]
    is_meeting_paper: Annotated[bool, says("meeting papers are sent: not a request for some, without any file")]
    meeting_change: Annotated[str, says("`postponed`, `rescheduled`, `cancelled` or empty")]
    has_meeting_time: Annotated[bool, says("start with an hour is known")]
    hours_to_meeting: Annotated[float, says("hours from the final dot to the start; 1000000.0 when unknown")]
    meeting_flags: Annotated[list[str], says("`weekday_mismatch`, `invalid_date`, `approximate`, `ambiguous_hour`")]
    classes: Annotated[
        list[str], says("classes of directive 14 point 1 (`invitation`, `funding`, `personnel`, ...), and `recall`")
    ]
    period: Annotated[
        str,
        says("`week`, `month`, `quarter`, `half_year`, `adhoc`, `year`, `statistics`, `other`; empty when none"),
    ]
    roles: Annotated[
        list[str], says("roles read in Kính gửi and Nơi nhận: `act`, `report`, `know`, `coordinate`, `archive`")
    ]
    is_publishable: Annotated[
        bool,
        says(
            "may be proposed for the website (14/CT-UBND, 2a): issued by a People's Committee or its office, normative "
            "or directing, no matter of persons, no mark of secrecy or circulation, and nothing in the mail unread"
        ),
    ]
    number_defects: Annotated[
        list[str], says("`no_leading_zero`, `separator`, `single_group`, `spaces`, `type_letters`")
    ]
    number_key: Annotated[
        str, says("number and notation in the form to compare (`7745/ubnd-hctc`); empty without a number")
    ]
    cited_numbers: Annotated[list[str], says("numbers of other documents the texts name, as written")]
    cited_keys: Annotated[
        list[str], says("the same in the form to compare: no diacritics, case or leading zeros, `UB` is `UBND`")
    ]
    corrects: Annotated[
        list[str],
        says("what it says to correct (`đính chính`), in that form; a corrected copy names its own number"),
    ]
    replaces: Annotated[list[str], says("what it says to replace (`thay thế`), in that form")]
    paper: Annotated[
        str,
        says("`announced`: the texts say that paper goes too; `none_announced`: that none does; empty when neither"),
    ]
    issued_on: Annotated[str, says("date of issue, ISO 8601; empty when it is blank, impossible or not said")]
    issue_flags: Annotated[
        list[str], says("`blank_date`: its line is not filled in; `invalid_date`; `future_date`: later than the mail")
    ]
    days_since_issue: Annotated[
        float, says("whole days from the date of issue to the day of the final dot; 1000000.0 when unknown")
    ]
    working_days_since_issue: Annotated[
        float,
        says(
            "working days behind the date of issue, a morning as a half: 0.0 on the day itself, 0.5 in the next "
            "working morning, 1.0 in its afternoon; 1000000.0 when unknown"
        ),
    ]
    has_due: Annotated[bool, says("a time limit is set, and it is known when it falls")]
    due: Annotated[
        str,
        says("the time limit that counts: an instant with +07:00, or the (last) day, ISO 8601; empty when unknown"),
    ]
    due_kind: Annotated[
        str, says("what it names: `hour`, `half_day`, `day`, `week`, `month`, `quarter`, `year`; empty without one")
    ]
    due_ground: Annotated[
        str,
        says("what it counts from: `stated` (a date), `received`, `issued`, `unstated`, `other`; empty without one"),
    ]
    hours_to_due: Annotated[
        float, says("hours from the final dot until it is too late, less than 0.0 after; 1000000.0 when unknown")
    ]
    time_limits: Annotated[
        list[str],
        says(
            "all time limits set, those of the principal document first: `2026-11-25T16:00`, `2026-11-30`, "
            "`<2026-11-28` (before that day), `2026-11-24 morning`, `?` (unknown what it counts from)"
        ),
    ]
    urgent_before: Annotated[str, says("delivery time of hỏa tốc hẹn giờ, ISO 8601; empty without one")]
    hours_to_urgent_before: Annotated[
        float, says("hours from the final dot to that time, less than 0.0 after; 1000000.0 when unknown")
    ]


class RecipientView(msgspec.Struct, frozen=True):
    """`recipient.`: one forward-path."""

    address: Annotated[str, says("without brackets")]
    domain: Annotated[str, says("lower case, A-label form")]
    domain_kind: Annotated[str, says("as `sender.domain_kind`")]
    mailbox_kind: Annotated[str, says("as `sender.mailbox_kind`")]
    agency: Annotated[str, says("registry id on the date; empty when none")]
    agency_class: Annotated[str, says("class of that agency")]
    agency_level: Annotated[str, says("as `sender.agency_level`")]
    territory: Annotated[str, says("territory of that agency")]
    lookalike_of: Annotated[str, says("official domain it imitates; empty when none")]
    forwards_to_kind: Annotated[
        str,
        says("as `domain_kind`, of the address the registry says its mail is passed on to; empty when it names none"),
    ]
    roles: Annotated[
        list[str],
        says(
            "roles of its agency in Kính gửi and Nơi nhận of the principal document, by name or group: `act`, "
            "`report`, `know`, `coordinate`, `archive`; empty when unknown, and at RCPT"
        ),
    ]
    above_roles: Annotated[
        list[str], says("the same of the agency above its own: what is asked of a committee is asked of its office")
    ]
    is_named: Annotated[
        bool | None,
        says("those lines name its agency, alone or in a group; unknown when it stays open whom they mean"),
    ]


View = ClientView | ReverseView | SenderView | AuthView | MailView | DocumentView | PartView | RecipientView
