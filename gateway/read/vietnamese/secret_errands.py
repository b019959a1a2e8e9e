"""Errands: what a sentence does with a secret document it names: sends it here, or tells of paper that is elsewhere.

Clerks ask by mail whether a secret letter has come, who keeps its paper, who takes it back, and say that they send
none: a mail that speaks of a secret document is not that document. A file, a scan or a plain `gửi` in the same
sentence, and it is here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.vietnamese.tables import NOUNS

if TYPE_CHECKING:
    from gateway.read.vietnamese.normalise import View

_BREAK = re.compile(r"[.?!;](?=\s)|\n")
_CHARACTERS_BEFORE = 200
_CHARACTERS_BEHIND = 160
_NOT = r"(?<!\w)(?:không|chưa|đừng|chớ|cấm|chẳng|ko|khong|chua)"
_COPYING = r"(?:gửi|chuyển|kèm|đính|scan|chụp|quét)"
_UNDONE = re.compile(rf"{_NOT}(?: \w+){{0,2}} {_COPYING}(?: (?:kèm|theo|lại|qua|tài liệu))*(?!\w)")
"""A copy that is not made or not sent."""
_WAY = re.compile(
    r"(?:qua|bằng|theo) (?:(?:đường|hệ thống|dịch vụ) )?(?:bưu điện|bưu chính|bưu gửi|cơ yếu|văn thư|giao liên|quân bưu"
    r"|kt1)(?!\w)|(?<!\w)(?:bản giấy|gửi bưu điện)(?!\w)"
)
_HERE = re.compile(
    r"(?<!\w)(?:kèm|đính|file|tệp|tập tin|scan|(?<!sao )chụp|quét|bản mềm|bản word|pdf|ảnh|dưới đây|ở dưới|bên dưới"
    r"|(?<!hộp )thư này|mail này|email này|gửi lại|xem (?:giúp|trước|rồi|xong|nhé|nha|ạ|qua)|in giúp)(?!\w)"
)
_BY_MAIL = re.compile(r"(?<!\w)qua (?:thư điện tử|e?-?mail|hộp thư|zalo)(?!\w)")
_SENDS = re.compile(r"(?<!\w)(?:gửi|chuyển(?! trụ sở)|trình)(?!\w)")
_CLAUSE = re.compile(r",| (?:và|còn|rồi|nhưng) ")
"""Parts of a sentence: in `Sở gửi công văn mật số …, bản giấy gửi sau` the way is that of the second alone."""
_PAPER = re.compile(
    r"(?<!\w)(?:(?:đã|chưa|xác|biên|ký|đến|lên(?: \w+)?) nhận|nhận (?:được|trực tiếp)|thất lạc|bị mất|nộp lại|giao nộp"
    r"|trả lại|hoàn trả|hủy|huỷ|thu hồi|mượn|(?:đang|đã) (?:lưu|giữ|cất)|tủ sắt|phòng đọc|đã (?:được )?giải mật)(?!\w)"
)
"""What happens to paper: received, kept, lost, borrowed, returned, destroyed, declassified."""


def is_elsewhere(view: View, start: int, end: int) -> bool:
    """Tell whether the sentence about the document in `[start, end)` tells of paper and brings no copy along."""
    floor = max(0, start - _CHARACTERS_BEFORE)
    breaks = [one.end() for one in _BREAK.finditer(view.key, floor, start)]
    behind = _BREAK.search(view.key, end, end + _CHARACTERS_BEHIND)
    stop = behind.start() if behind else min(len(view.key), end + _CHARACTERS_BEHIND)
    sentence, undone = _UNDONE.subn(" ", view.lower[breaks[-1] if breaks else floor : stop])
    if _HERE.search(sentence) or (not undone and _BY_MAIL.search(sentence)):
        return False
    if any(_SENDS.search(one) and not _WAY.search(one) for one in _CLAUSE.split(sentence)):
        return False
    return undone > 0 or _WAY.search(sentence) is not None or _PAPER.search(sentence) is not None


_GIVES = re.compile(r"(?<!\w)(?:gửi|kèm|(?:kính|xin) chuyển|kính trình)(?: kèm)?(?: theo)?(?!\w)")
_GIVEN = re.compile(rf"(?P<whom>[^.;!?()\n]{{0,40}}?)(?<![a-z0-9])(?:{NOUNS})(?![a-z0-9])[^.:;!?()\n]{{0,90}}")
_NUMBERED = r" {0,8}(?:\d{1,2} ?[.)]|[-+*]) {0,4}"
_ITEM = re.compile(_NUMBERED)
_ITEM_NAMED = re.compile(rf"(?:{_NUMBERED})?(?:{NOUNS})(?![a-z0-9])[^.:;!?()\n]{{0,120}}")
_MAX_ITEMS = 12
_LISTING = re.compile(
    r"(?<![a-z])(?:danh muc|danh sach|thong ke|bang ke|muc luc|quy dinh|huong dan|ban giao|giao nhan|kiem ke"
    r"|ve|mau)(?![a-z])"
)
"""What is given is a list, or speaks of documents."""
_AGENDA = re.compile(r"(?<![a-z])(?:chuong trinh|giay moi|thu moi|lich|noi dung)(?![a-z])")
"""What stands below it is said or done at a meeting."""


def is_catalogued(view: View, at: int) -> bool:
    """Tell whether what ends at `at` is an entry of a list of documents, which gives none of them."""
    first = view.key.rfind("\n", 0, at) + 1
    before = view.key[max(first, at - _CHARACTERS_BEFORE) : at]
    listing = _LISTING.search(before)
    return listing is not None and ":" in before[listing.end() :] and not _GIVES.search(view.lower, first, at)


def is_given(view: View, at: int) -> bool:
    """Tell whether a document whose name ends at `at` is given: behind the verb, or as an item of what is given."""
    first = view.key.rfind("\n", 0, at) + 1
    verb = _GIVES.search(view.lower, max(first, at - _CHARACTERS_BEFORE), at)
    given = _GIVEN.fullmatch(view.key, verb.end(), at) if verb else None
    if given is not None and not _LISTING.search(given["whom"]):
        return not is_elsewhere(view, at, at)
    item = max(first, view.key.rfind(";", first, at) + 1, view.key.rfind(": ", first, at) + 1)
    if item > first and verb is not None and ":" in view.key[verb.end() : item]:
        opening = view.key[verb.end() : view.key.index(":", verb.end())]
        return _ITEM_NAMED.fullmatch(view.key[item:at].lstrip(" ")) is not None and not _lists_others(opening)
    return _ITEM_NAMED.fullmatch(view.key, first, at) is not None and _is_list_given(view, first)


def _lists_others(opening: str) -> bool:
    return _LISTING.search(opening) is not None or _AGENDA.search(opening) is not None


def _is_list_given(view: View, first: int) -> bool:
    """Tell whether the line that opens the list of the item at `first` gives what it lists."""
    if _ITEM.match(view.key, first) is None:
        return False
    for _ in range(_MAX_ITEMS):
        end = first - 1
        if end <= 0:
            return False
        first = view.key.rfind("\n", 0, end) + 1
        line = view.key[first:end]
        if line.strip() and not _ITEM.match(line):
            gives = line.rstrip().endswith(":") and _GIVES.search(view.lower, first, end) is not None
            return gives and not _lists_others(line) and not is_elsewhere(view, first, end)
    return False
