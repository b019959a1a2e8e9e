"""Verdicts, rules and envelopes for tests: plain makers and Hypothesis strategies over hostile text."""

from __future__ import annotations

from hypothesis import strategies as st

from gateway.values.envelope import Client, Envelope
from gateway.values.pack import Citation, Rule, RuleScope
from gateway.values.verdict import Disposition, Finding, Inspection, Posture, Verdict

RULE = Rule(
    id="BD-1c",
    scope=RuleScope.PART,
    title_vi="Văn bản phải là tệp PDF",
    title_en="Documents are PDF files",
    citations=(Citation("Chỉ thị 14/CT-UBND", "điểm 1c"),),
    when="true",
    effect=Disposition.REJECT,
    posture=Posture.ENFORCE,
    severity=3,
    tag="khong-pdf",
    reply_vi="không phải tệp PDF",
    reply_en="The document is not a PDF file.",
    remedy_vi="Xuất văn bản thành PDF, ký số rồi gửi lại.",
    remedy_en="Export it as PDF, sign it and send again.",
)
RULES = {RULE.id: RULE}

CLIENT = Client(ip="192.0.2.10", helo="mail.so-a.example.vn")
ENVELOPE = Envelope(
    client=CLIENT,
    reverse_path="vanthu@so-a.example.vn",
    forward_paths=("vanthu@ubnd.example.vn",),
    received_at_us=1_795_000_000_000_000,
    transaction_id="4bXk2TzQ",
)


def finding(**changes: object) -> Finding:
    """Make a rejecting finding of RULE; `changes` replace fields."""
    fields: dict[str, object] = {
        "rule": RULE.id,
        "pack": "binh-duong-14-2014",
        "pack_version": "1.0",
        "effect": Disposition.REJECT,
        "posture": Posture.ENFORCE,
        "disposition": Disposition.REJECT,
        "cites": ("Chỉ thị 14/CT-UBND, điểm 1c",),
        "subject": "part 2",
        "file_name": "Công văn 12.docx",
        "tag": "khong-pdf",
    }
    return Finding(**{**fields, **changes})


def verdict(*findings: Finding, **changes: object) -> Verdict:
    """Fold findings as the judge does; `changes` replace fields."""
    deciding = max(findings, key=lambda one: one.disposition.strictness, default=None)
    fields: dict[str, object] = {
        "disposition": deciding.disposition if deciding else Disposition.RELAY,
        "findings": findings,
        "deciding": deciding,
        "agency": "so-a",
        "is_secret": any(one.is_secret for one in findings),
    }
    return Verdict(**{**fields, **changes})


def inspection(judged: Verdict, **changes: object) -> Inspection:
    """Wrap a verdict as a worker would."""
    return Inspection(verdict=judged, **changes)


HOSTILE = st.text(max_size=80) | st.sampled_from(
    ["a\r\nInjected: yes", "\n.\r\n", "x" * 4000, "Cộng hòa\u202e fdp.exe", '"quoted" <x>', "\x00\x1b[2J", "250 OK", ""]
)

dispositions = st.sampled_from(Disposition)
findings = st.builds(
    Finding,
    rule=st.just(RULE.id) | HOSTILE,
    pack=HOSTILE,
    pack_version=HOSTILE,
    effect=dispositions,
    posture=st.sampled_from(Posture),
    disposition=dispositions,
    cites=st.lists(HOSTILE, max_size=4).map(tuple),
    subject=HOSTILE,
    evidence=st.lists(HOSTILE, max_size=3).map(tuple),
    file_name=HOSTILE,
    recipient=HOSTILE,
    tag=HOSTILE,
)
verdicts = st.builds(
    lambda found, would, agency: verdict(*found, would=would, agency=agency),
    st.lists(findings, max_size=6),
    st.lists(findings, max_size=3).map(tuple),
    HOSTILE,
)
refusing_verdicts = st.builds(
    lambda found, disposition: verdict(*found, disposition=disposition),
    st.lists(findings, min_size=1, max_size=6),
    st.sampled_from([Disposition.REJECT, Disposition.DEFER]),
)
clients = st.builds(
    Client,
    ip=st.ip_addresses().map(str) | HOSTILE,
    helo=HOSTILE,
    tls_version=st.sampled_from(["", "TLSv1.3"]) | HOSTILE,
    tls_cipher=HOSTILE,
)
envelopes = st.builds(
    Envelope,
    client=clients,
    reverse_path=HOSTILE,
    forward_paths=st.lists(HOSTILE, min_size=1, max_size=3).map(tuple),
    received_at_us=st.integers(0, 4_000_000_000_000_000),
    transaction_id=st.from_regex(r"[0-9A-Za-z]{8,16}", fullmatch=True),
    is_esmtp=st.booleans(),
    is_smtputf8=st.booleans(),
)
