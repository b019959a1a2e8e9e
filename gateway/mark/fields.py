"""The fields we prepend: Received, Congthu-Verdict, tags; and their octets, folded and beyond injection.

Grammar of Congthu-Verdict (docs/fields.md):

    value   = "1" *( "; " name "=" word )
    name    = "host" / "id" / "disposition" / "agency" / "direction" / "identity" / "rule" / "more"
    word    = 1*( ALPHA / DIGIT / "." / "@" / "_" / "/" / "+" / "-" / ":" )
    rule    = rule-id ":" pack "@" version ":" effect ":" posture [":waived/" waiver-id]  ; once a finding
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.mark.ascii import token
from gateway.mark.tags import tag_fields
from gateway.mark.trace import received
from gateway.values.verdict import Disposition, HeaderField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.values.envelope import Envelope
    from gateway.values.verdict import Finding, Inspection, Verdict

OWN_PREFIX = "Congthu-"
VERDICT_FIELD = "Congthu-Verdict"
FORMAT_VERSION = "1"
MAX_FINDINGS = 40
"""Findings written into one field; `more` counts the rest."""
PREFERRED_LINE = 78
"""RFC 5322 section 2.1.1: lines should be no longer, CRLF left out."""
MAX_WORD = 900
"""A word that cannot be folded is cut here, well below the 998 of RFC 5322 section 2.1.1."""
MAX_VALUE = 16_384
"""Characters of one field value: MAX_FINDINGS of the longest findings fit."""

SEAM_OCTETS = 256
"""Of the received octets that `seam` looks at."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}\Z")
_CONTINUATION = re.compile(rb"\.?[ \t]")
"""In wire form: a dot that begins a line is taken out whatever follows it (RFC 5321 section 4.5.2)."""
_MAILBOX_LINE = re.compile(rb"\.?>?From [ \t]{0,200}[^ \t:\r\n]", re.IGNORECASE)
"""Not `From :`, a field with blanks before its colon."""


def prepended(
    verdict: Verdict, inspection: Inspection, envelope: Envelope, host: str, *, is_inside: bool = True
) -> tuple[HeaderField, ...]:
    """List the fields to put before the received octets, top-most first.

    Nothing for a message that is not relayed. A secret verdict that is only observed gets Received
    alone: the mark of a secret is not repeated where anybody may read it. Mail that leaves the house (not
    `is_inside`) carries no `Congthu-*` field: which rules it broke is nobody's business there.
    """
    if verdict.disposition in {Disposition.REJECT, Disposition.DEFER}:
        return ()
    trace = received(envelope, host)
    if verdict.is_secret:
        return (trace,)
    tags = inspection.tags or tag_fields(verdict, inspection.urgency)
    if not is_inside:
        return (trace, *(field for field in tags if not field.name.startswith(OWN_PREFIX)))
    results = () if inspection.results is None else (inspection.results,)
    return (trace, verdict_field(verdict, envelope, host), *tags, *results)


def verdict_field(verdict: Verdict, envelope: Envelope, host: str) -> HeaderField:
    """Make the one structured field that tells the whole verdict; see the grammar above."""
    findings = (*verdict.findings, *verdict.would, *verdict.waived)
    words = [
        FORMAT_VERSION,
        f"host={token(host, 255)}",
        f"id={token(envelope.transaction_id)}",
        f"disposition={verdict.disposition.value}",
        f"agency={token(verdict.agency)}",
        f"direction={token(verdict.direction)}",
        *((f"identity={token(verdict.identity)}",) if verdict.identity != "unknown" else ()),
        *dict.fromkeys(f"rule={_finding_word(finding)}" for finding in findings[:MAX_FINDINGS]),
    ]
    if len(findings) > MAX_FINDINGS:
        words.append(f"more={len(findings) - MAX_FINDINGS}")
    return HeaderField(VERDICT_FIELD, "; ".join(words))


def _finding_word(finding: Finding) -> str:
    """Write one finding as `rule:pack@version:effect:posture`, and the waiver that covers it behind."""
    waived = f":waived/{token(finding.waived)}" if finding.waived else ""
    pack = f"{token(finding.pack)}@{token(finding.pack_version, 32)}"
    return f"{token(finding.rule)}:{pack}:{finding.effect.value}:{finding.posture.value}{waived}"


def clean_value(value: str) -> str:
    """Make any text a legal unfolded field value: printable ASCII, single spaces, bounded words and length."""
    value = value[:MAX_VALUE]
    if not (value.isascii() and value.isprintable()):
        value = "".join(
            character if " " <= character <= "~" else " " if character in "\t\r\n" else "?" for character in value
        )
    return " ".join(word[:MAX_WORD] for word in value.split())


def render(fields: Iterable[HeaderField]) -> bytes:
    """Write fields as octets: folded at 78 where there is a space, CRLF, ASCII; empty for no fields.

    Whatever a value holds, it stays one field: CR, LF and NUL never get through.

    Raises:
        ValueError: a field name that is not one: a bug.
    """
    return "".join(_folded(field) for field in fields).encode("ascii")


def seam(first: bytes) -> bytes:
    """Give what must stand between our fields and received octets, so that neither changes what the other says.

    A message that begins with a continuation line would write on in our last field, a tag no filter knows any more. Its
    header section is empty by RFC 5322 section 2.2, so an empty line ends ours; the line of a mailbox file (RFC 4155),
    which only readers of a message that begins with it pass over, becomes a field. Both as Postfix does (smtpd).

    Args:
        first: the first SEAM_OCTETS that are kept, in wire form.
    """
    if _CONTINUATION.match(first):
        return b"\r\n"
    return b"X-Mailbox-Line: " if _MAILBOX_LINE.match(first) else b""


def _folded(field: HeaderField) -> str:
    """Fold one field before spaces (RFC 5322 section 2.2.3), so that unfolding gives the value back."""
    if not _NAME.match(field.name):
        raise ValueError(f"not a field name: {field.name!r}")
    first, *words = clean_value(field.value).split(" ")
    # The first word stays on the first line: a line of white space alone is obsolete (section 4.2).
    lines, line = [], f"{field.name}: {first}"
    for word in words:
        if len(line) + 1 + len(word) <= PREFERRED_LINE:
            line += f" {word}"
        else:
            lines.append(line)
            line = f" {word}"
    return "\r\n".join((*lines, line)) + "\r\n"
