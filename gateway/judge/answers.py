"""Answers: subjects by which a message answers, passes on or reports, and so issues nothing itself.

Words that mail programs and people put before the subject of what they answer; the number behind them is quoted.
Sources: prefixes written by Outlook and Exchange (English, Vietnamese), Thunderbird, Zimbra, Roundcube, Gmail and
Apple Mail; RFC 5322 section 3.6.5 (`Re:`), RFC 3834 (automatic answers), RFC 8098 (receipts), RFC 5546 (calendar).
"""

from __future__ import annotations

import re

_LIST = r"(?:\[[^\[\]]{0,80}\] {0,4})?"
"""Name that a list or filter puts before every subject."""


def _prefix(words: str, tail: str = r" ?(?:\[\d{1,3}\]|\(\d{1,3}\))? ?[:：]") -> re.Pattern[str]:
    return re.compile(rf" {{0,4}}{_LIST}(?:{words}){tail}", re.IGNORECASE)


_REPLY = _prefix("re|tl|aw|trả lời|phản hồi|hồi âm")
_FORWARD = _prefix("fwd?|ct|wg|chuyển tiếp")
_ANSWER = _prefix(
    # calendar
    "accepted|declined|tentative|tentatively accepted|new time proposed|cancell?ed|"
    "(?:đã )?chấp nhận|(?:đã )?từ chối|dự kiến|tạm chấp nhận|đề xuất thời gian mới|đã hủy|"
    # receipts and reports
    "read|not read|read receipt|return receipt(?: \\(displayed\\))?|disposition notification|delivered|relayed|"
    "undeliverable|undelivered|returned mail|failure notice|delivery status notification(?: \\([a-z]{1,20}\\))?|"
    "đã đọc|chưa đọc|xác nhận đã đọc|biên nhận đọc|đã gửi tới|không gửi được|không thể gửi|thư bị trả lại|"
    # automatic answers
    "auto(?:matic)?[- ]?(?:reply|response|answer)|auto|out of (?:the )?office(?: autoreply)?|ooo|"
    "(?:thư )?trả lời tự động|tự động trả lời|phản hồi tự động|vắng mặt|ngoài văn phòng|"
    # recalls
    "recall|message recall (?:success|failure)|thu hồi|thu hồi thư"
)
_THANKS = _prefix(
    "cảm ơn|cám ơn|xin cảm ơn|đã nhận|xác nhận (?:đã )?nhận|báo nhận|đã tiếp nhận|nhận được|thanks?|thank you|received|"
    "acknowledge[dm]?(?:ent)?",
    r"(?!\w)",
)
_DONE = re.compile(r"(?:^|[ ,:;(-])(?:đã nhận|đã nhận được|đã tiếp nhận|nhận đủ)[ .!)]{0,4}$", re.IGNORECASE)
"""`125/SA-VP đã nhận`: what was received is not sent."""


def is_reply(subject: str) -> bool:
    """Tell whether a subject is that of an answer written by a person."""
    return _REPLY.match(subject) is not None


def is_forward(subject: str) -> bool:
    """Tell whether a subject is that of a message passed on."""
    return _FORWARD.match(subject) is not None


def is_report(subject: str) -> bool:
    """Tell whether a subject is that of a receipt, calendar answer, automatic answer, recall or word of thanks."""
    return any(one.match(subject) for one in (_ANSWER, _THANKS)) or _DONE.search(subject) is not None
