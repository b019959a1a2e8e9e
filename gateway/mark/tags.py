"""Tag fields: one line a word, made for the filter rules of mail clients.

A client such as Outlook, Thunderbird or a Sieve script can match `Congthu-Tag: chua-ky-so` exactly;
it need not understand the structured `Congthu-Verdict` field.
"""

from __future__ import annotations

import re
from email.header import Header
from typing import TYPE_CHECKING

from gateway.values.verdict import Disposition, HeaderField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.values.verdict import Finding, Verdict

TAG_FIELD = "Congthu-Tag"
MAX_TAGS = 30
"""Tag fields on one message; packs hold fewer tagging rules than this."""
RETURN_FIELD = "Congthu-Return"
PROPOSED_RETURN = "de-xuat-tra-lai"
"""Tag of rules that propose to send a file back (226/UBND-TTTH point 2: the office may refuse it); a clerk decides."""
MISSING_FIELD = "Congthu-Missing"
_MISSING = "mail.missing_enclosures="
"""Evidence that is shown to the recipient too: it is in the words of the mail itself."""

_TAG = re.compile(r"[^a-z0-9-]+")

URGENCY_TAGS = {
    # facts.Urgency value: tag token (Decree 30/2020 Appendix I III.2b; the timed form from Circular 01/2011).
    "khan": "khan",
    "thuong_khan": "thuong-khan",
    "hoa_toc": "hoa-toc",
    "hoa_toc_hen_gio": "hoa-toc-hen-gio",
}


def tag_token(text: str) -> str:
    """Make a tag word: `[a-z0-9-]{1,64}`, empty when nothing is left."""
    return _TAG.sub("-", text[:64].lower()).strip("-")


def verdict_tags(findings: Sequence[Finding]) -> tuple[str, ...]:
    """List the tag words of findings that really tag, in order, no repeats.

    An observed finding leaves a trace in `Congthu-Verdict` only: its tag would act on users' filters
    before the rule is in force.
    """
    words = (
        tag_token(finding.tag)
        for finding in findings
        if finding.disposition is Disposition.TAG and finding.posture.value not in {"observe", "off"}
    )
    return tuple(dict.fromkeys(word for word in words if word))[:MAX_TAGS]


def tag_fields(verdict: Verdict, urgency: str = "none") -> tuple[HeaderField, ...]:
    """Make the tag fields of a message that will be relayed; none when the verdict is secret.

    `urgency` is a value of `facts.Urgency`. An urgent document also carries the two fields by which
    mail clients show importance (RFC 2156 section 5.3.6 for Importance; X-Priority is a habit).
    """
    if verdict.is_secret:
        return ()
    words = verdict_tags((*verdict.findings, *verdict.would))
    urgent = URGENCY_TAGS.get(urgency)
    if urgent is not None and urgent not in words:
        words = (*words, urgent)
    fields = (*(HeaderField(TAG_FIELD, word) for word in words), *_return_fields(verdict))
    if urgent is None:
        return fields
    return (*fields, HeaderField("Importance", "high"), HeaderField("X-Priority", "1"))


def _return_fields(verdict: Verdict) -> tuple[HeaderField, ...]:
    """Make the fields by which the receiving clerk sees a proposed return, and what the file lacks (RFC 2047)."""
    standing = [finding for finding in verdict.findings if finding.disposition is Disposition.TAG]
    proposing = [finding.rule for finding in standing if finding.tag == PROPOSED_RETURN]
    missing = (word for finding in standing for word in finding.evidence if word.startswith(_MISSING))
    fields = [HeaderField(RETURN_FIELD, f"proposed; rule={rule}") for rule in proposing[:1]]
    if names := next(missing, "").removeprefix(_MISSING):
        fields.append(HeaderField(MISSING_FIELD, Header(names, "utf-8").encode().replace("\n", "")))
    return tuple(fields)
