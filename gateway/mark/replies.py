"""Replies that say why: verdict or delivery to SMTP reply, in Vietnamese without diacritics and short English.

The first line carries everything a helpdesk needs (enhanced status, rule, transaction id, the file at
fault, the reason), because some clients drop the rest. A secret verdict echoes nothing of the message.
Codes come from `gateway.values.status.TABLE`; no code is spelled here.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from gateway.mark.ascii import cut_at_word, fold_vietnamese, safe_file_name, token
from gateway.values.status import MAX_LINE_OCTETS, TABLE, Reply
from gateway.values.verdict import Disposition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.values.pack import Rule
    from gateway.values.verdict import Finding, Verdict

MAX_LINES = 8
"""Lines of one reply; Postfix logs and DSNs cut long texts anyway."""
LINE_TEXT = MAX_LINE_OCTETS - len("ccc-c.ddd.ddd \r\n")
"""Characters left for text on one line, code, status and CRLF taken off."""
MAX_NEXT_HOP_TEXT = 300
"""Characters of the next hop's own text that we pass on: one line together with our id."""
MAX_RECIPIENT = 120
"""Characters of a forward-path named in a reply; the client gave it and has it in full."""

INTEGRITY_FAILURES = frozenset({"HASH_FAILURE"})
"""Sub-indications (EN 319 102-1) that say the file is not what was signed."""
STRUCTURE_FACTS = frozenset({"ambiguities", "overruns", "is_unreadable"})
"""Facts that say the message as a whole could not be inspected."""
UNREADABLE_FOR = frozenset({"over_budget", "malformed", "unsupported", "crashed_reader"})
"""Reasons of `PartFacts.uninspectable` that lie in the structure; `encrypted` is the sender's will: policy."""

FIXED_VI = "Thu bi tu choi theo quy dinh ve bao ve bi mat nha nuoc, noi dung khong duoc luu giu"
UNKNOWN_VI = "Chua xac minh duoc luc nay: may chu se tu gui lai, gui tu chuong trinh thu thi hay gui lai sau"
"""A server retries by itself; the mail program of a person, refused through a proxy filter, does not."""
FIXED_REMEDY_VI = "Khong gui lai qua thu dien tu: gui theo duong van ban mat va bao can bo bao mat cua co quan"
FIXED_EN = (
    "Refused under the rules on protection of state secrets; nothing of the message was kept. Do not send it again by "
    "mail: use the channel for secret documents and tell your security officer"
)


def reply_for_verdict(verdict: Verdict, rules: Mapping[str, Rule], transaction_id: str, help_base: str = "") -> Reply:
    """Answer the final dot of a rejected or deferred message.

    `help_base` is the address of the folder that holds what `congthu policy pages` wrote, such as
    `https://host/r`; empty for no help line.

    Raises:
        ValueError: a verdict that refuses nothing: a bug.
    """
    return _refusal(verdict, rules, transaction_id, help_base, policy_row="policy")


def reply_for_rcpt_verdict(
    verdict: Verdict, rules: Mapping[str, Rule], transaction_id: str, help_base: str = ""
) -> Reply:
    """Answer RCPT when the envelope alone decides: 550 instead of 554 (RFC 5321 section 4.2.3).

    Raises:
        ValueError: a verdict that refuses nothing: a bug.
    """
    return _refusal(verdict, rules, transaction_id, help_base, policy_row="policy_at_rcpt")


def _refusal(
    verdict: Verdict, rules: Mapping[str, Rule], transaction_id: str, help_base: str, policy_row: str
) -> Reply:
    """Choose row and words for the deciding finding."""
    finding = verdict.deciding
    if finding is None or verdict.disposition not in {Disposition.REJECT, Disposition.DEFER}:
        raise ValueError("only a rejecting or deferring verdict has a refusal")
    is_deferral = verdict.disposition is Disposition.DEFER
    is_secret = verdict.is_secret or finding.is_secret
    if is_secret:
        finding = next((found for found in verdict.findings if found.is_secret), finding)
    situation = "trust_unknown" if is_deferral else policy_row if is_secret else situation_of(finding, policy_row)
    row = TABLE[situation]
    head = f"[{token(finding.rule)} {token(transaction_id)}]"
    if not is_secret:
        texts = _texts(head, finding, rules.get(finding.rule), row.text, is_deferral=is_deferral)
    elif is_deferral:
        texts = [f"{head} {UNKNOWN_VI}", row.text]
    else:
        texts = [f"{head} {FIXED_VI}", FIXED_REMEDY_VI, FIXED_EN]
    lines = [line for text in texts if text for line in cut_at_word(text, LINE_TEXT)]
    help_lines = cut_at_word(_help_line(finding, help_base), LINE_TEXT)[:1]
    return Reply(row.code, row.status, (*lines[: MAX_LINES - 1], *help_lines))


def situation_of(finding: Finding, policy_row: str = "policy") -> str:
    """Name the row of the reply table for a rejecting finding, from its evidence.

    A rule about signatures quotes the sub-indication of the one that does not hold; a rule about
    structure quotes what made the message ambiguous or too much to read.
    """
    facts = {}
    for word in finding.evidence:
        name, _, value = word.partition("=")
        if value not in {"", "False", "unknown"}:
            facts[name.rpartition(".")[2]] = value
    if facts.get("sub_indication") in INTEGRITY_FAILURES:
        return "digest_mismatch"
    if "sub_indication" in facts:
        return "signature_failed"
    if not STRUCTURE_FACTS.isdisjoint(facts) or facts.get("uninspectable") in UNREADABLE_FOR:
        return "structure"
    return policy_row


def _texts(head: str, finding: Finding, rule: Rule | None, fallback: str, *, is_deferral: bool) -> list[str]:
    """Write the lines: what is wrong with which file, what to do, both in English."""
    fault = _thing_at_fault(finding)
    what_vi = _fold_rule_text(rule.reply_vi).rstrip(".") if rule is not None else fallback
    if is_deferral:  # the rule's own words would read as if it had found something
        what_vi = f"{UNKNOWN_VI}. Dang xet: {_fold_rule_text(rule.title_vi)}" if rule is not None else UNKNOWN_VI
    cites = _fold_rule_text("; ".join(finding.cites[:3]))
    first = " ".join(part for part in (head, fault, what_vi, f"({cites})" if cites else "") if part)
    if is_deferral:
        return [first, fallback]
    if rule is None:
        return [first]
    what_en, remedy_en = _fold_rule_text(rule.reply_en), _fold_rule_text(rule.remedy_en)
    return [first, _fold_rule_text(rule.remedy_vi), " ".join(part for part in (what_en, remedy_en) if part)]


_fold_rule_text = functools.lru_cache(maxsize=4 * 256)(fold_vietnamese)
"""For words of packs only, four texts a rule: nothing of a message is ever kept here."""


def _thing_at_fault(finding: Finding) -> str:
    """Name the file, and the recipient where the rule is about one; empty when it is the whole message."""
    named = []
    if finding.recipient:
        named.append(f"{fold_vietnamese(finding.recipient)[:MAX_RECIPIENT]}:")
    name = safe_file_name(finding.file_name)
    if name:
        named.append(f'Tep "{name}":')
    return " ".join(named)


def _help_line(finding: Finding, help_base: str) -> str:
    """Give the address of the rule's help page."""
    base = help_base.rstrip("/")
    return f"Tro giup / Help: {base}/{token(finding.rule)}" if base else ""


def delivered_reply(next_hop_text: str, transaction_id: str) -> Reply:
    """Answer the final dot once the next hop took the message: its own text and our id.

    `next_hop_text` is hostile text, possibly with its enhanced status in front and several lines.
    """
    row = TABLE["delivered"]
    plain = fold_vietnamese(next_hop_text[: 2 * MAX_NEXT_HOP_TEXT])
    words = _STATUS.sub("", plain)[:MAX_NEXT_HOP_TEXT] or row.text
    return Reply(row.code, row.status, (f"{words} (Congthu {token(transaction_id)})",))


_STATUS = re.compile(r"\A[245]\.[0-9]{1,3}\.[0-9]{1,3}(?: |\Z)")
