"""Lead: what stands before the content of a subject: reply prefixes, bracket groups, bare marks (N10).

Detectors read the groups found here; where the content starts is decided once, here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.read.vietnamese.normalise import View

MAX_GROUPS = 24
"""Prefixes, tags and marks taken off one subject."""

_PREFIX = re.compile(
    r"\s*(?:(?:re|fw|fwd|tl|tra loi|ct|chuyen tiep|emailing|vb den|vb di"
    r"|van ban den)\s{0,3}(?:[\[(]\d{1,3}[\])])?\s{0,3}:"
    r"|(?:trich yeu|so,? {0,2}/? {0,2}ky hieu|so hieu|ky hieu|noi dung|tieu de|chu de) {0,3}:"
    r"|\[(?:van thu|external|ext|spam\??|ngoai|internal)\]|#)\s*"
)
_ANSWER = re.compile(
    r"\s{0,3}(?:\[[^\[\]]{0,40}\]\s{0,3})?(?:re|tl|aw|sv|tra loi|phan hoi|accepted|declined|tentative(?:ly accepted)?"
    r"|(?:da )?chap nhan|(?:da )?tu choi|new time proposed|de xuat thoi gian moi)(?: tu dong)? ?"
    r"(?:[\[(]\d{1,3}[\])])? ?:"
)
"""How the subject of an answer begins, of a person, program or calendar (`Re:`, RFC 5322 section 3.6.5)."""
_BRACKET = re.compile(r"\s*[\[(<]\s*([^\[\]()<>\n]{1,60})[\])>]\s*[:\-.,;|/]?")
_LABEL = re.compile(
    r"\s*(?:dau )?(?:chi )?(?:muc |cap )?do (?:bao )?(?:mat|khan)\s{0,3}[:=\-]\s{0,3}"
    r"(?:tuyet mat|toi mat|mat|hoa toc hen gio|hoa toc|thuong khan|khan|thuong"
    r"|khong(?: mat| khan)?)(?![a-z0-9])\s{0,3}[:\-.,;|/)\]]*"
)
_NEXT = (
    r"v/v|vv|ve viec|so|cv|vb|gm|ttr|qd|kh|bc|tb|cong van|cong dien|giay moi|thu moi|bao cao|ke hoach|to trinh"
    r"|thong bao"
    r"|quyet dinh|chi thi|van ban|phieu|nghi quyet|huong dan|de an|phuong an|gui|kinh gui|kinh chuyen|bien ban"
    r"|tai lieu"
)
_BARE = re.compile(
    r"\s*(?:hoa toc,?[ -]{1,3}hen gio|hoa toc hen gio|hoa toc|thuong khan|khan|tuyet mat|toi mat|mat)(?![a-z0-9])"
    rf"(?:\s{{0,3}}(?:[:\-.,;|/!]\s{{0,3}})+|\s{{0,3}}(?=$|\n|\d|[\[(])|\s{{1,3}}(?=(?:{_NEXT})(?![a-z0-9])))"
)
_DRAFT = re.compile(
    r"\s*(?:du thao|d\.thao|d/thao|ban thao|ban nhap|draft|dt(?=[ _]))(?! luan)(?![a-z0-9])"
    r"(?:\s{0,3}(?:lan(?: thu)?|so|v)?\s{0,2}\d{1,2}(?![\d/]))?\s{0,3}[:\-.,;|_]?"
)
_SEND = re.compile(
    r"\s*(?:kinh gui|kinh chuyen|gui kem(?: theo)?|xin gui|sao gui|gui|chuyen|dinh kem)(?![a-z0-9:])\s{0,3}(?!:)"
)
_NAME = (
    r"\s*(?:ubnd|uy ban|hdnd|so|phong|van phong|vp|ban|chi cuc|cuc|trung tam|cong an|truong|bo|thanh tra|hoi|doan"
    r"|dang uy|vpubnd|benh vien|kho bac|thue|toa an|vien)(?! luong)(?![a-z0-9:])"
)
_AGENCY = re.compile(rf"{_NAME}[^:_\n\-\d]{{0,60}}?(?: - |_|: )")
_AGENCY_NAME = re.compile(rf"{_NAME}[^:_\n\d]{{0,60}}")
"""Up to an underscore that stands for a dash (`UBND xã An Phước_47/TTr-UBND_…`)."""


@dataclass(frozen=True)
class Group:
    """One mark-like group of the lead: content `[start, end)` in the view."""

    start: int
    end: int
    form: str
    """`bracket`, `label` or `bare`."""


@dataclass(frozen=True)
class Lead:
    """The lead of one subject, file name or line."""

    start: int
    """Where content starts, after prefixes, tags and marks."""
    groups: tuple[Group, ...]
    has_draft: bool
    """The lead names the document a draft."""
    sent_start: int
    """`start`, also past an agency name and words of sending (`Gửi kèm`)."""
    is_sent: bool
    """Words of sending stood there."""
    is_sent_draft: bool
    """A draft is what is sent (`Gửi dự thảo …`)."""


def answers(key: str) -> bool:
    """Tell whether a subject, given as its ASCII key, is that of an answer: what it names is what is answered."""
    return _ANSWER.match(key) is not None


def scan_lead(view: View, start: int = 0) -> Lead:
    """Take the lead apart, from `start`; linear, at most MAX_GROUPS steps."""
    at, groups, has_draft = start, [], False
    for _ in range(MAX_GROUPS):
        if match := _PREFIX.match(view.key, at):
            at = match.end()
        elif match := _LABEL.match(view.key, at):
            groups.append(Group(match.start(), match.end(), "label"))
            at = match.end()
        elif match := _BRACKET.match(view.key, at):
            groups.append(Group(match.start(1), match.end(1), "bracket"))
            has_draft = has_draft or bool(_DRAFT.match(view.key, match.start(1)))
            at = match.end()
        elif match := _BARE.match(view.key, at):
            groups.append(Group(match.start(), match.end(), "bare"))
            at = match.end()
        elif match := _DRAFT.match(view.key, at):
            has_draft = True
            at = match.end()
        else:
            break
    while at < len(view.key) and view.key[at] in " -:.,;|_":
        at += 1
    return Lead(at, tuple(groups), has_draft, *_scan_sending(view, at))


def _scan_sending(view: View, at: int) -> tuple[int, bool, bool]:
    agency = _AGENCY.match(view.key, at)
    if agency:
        at = agency.end()
    elif joint := next((joint for joint in view.joints if joint > at), None):
        named = _AGENCY_NAME.fullmatch(view.key, at, joint)
        at = joint + 1 if named else at
    send = _SEND.match(view.key, at)
    if send:
        at = send.end()
    while at < len(view.key) and view.key[at] == " ":
        at += 1
    draft = _DRAFT.match(view.key, at) if send else None
    if draft:
        at = draft.end()
        while at < len(view.key) and view.key[at] == " ":
            at += 1
    return at, send is not None, draft is not None
