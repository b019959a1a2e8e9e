"""Duties: does a sentence set a time limit, or does a time in it say something else.

A time limit is set for something to be done: handed in, answered, finished. The same words stand before dates of
validity, of figures, of holidays and of what another document had asked; those set none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gateway.read.vietnamese.normalise import View

SENTENCE_CHARACTERS = 400
"""Of a sentence, looked at before a time; as many behind it."""

_BREAK = re.compile(r"[;\n!?]|\.(?:\s|$)")
_DUTY = re.compile(
    r"(?<![a-z])(?:gui|goi|nop|bao cao|tra loi|phan hoi|y kien|gop y|hoan (?:thanh|thien|tat)|dang ky"
    r"|(?<!cong )(?<!quy )(?<!chuong )(?<!qua )(?<!lo )trinh"
    r"|tham muu|cung cap|cap nhat|xac nhan|lap danh sach|bo sung|tong hop|bieu quyet"
    r"|chuyen(?! (?:phat|vien|de|mon|doi))|xong|thuc hien|trien khai|ke khai|khac phuc|giai quyet|nhan|xu ly"
    r"|ra soat|thong bao|ban giao|cu (?:can bo|nguoi|dai dien)|quyet toan|giai ngan|thanh toan|phat hanh|ky"
    r"|ban hanh|de xuat|bao lai|cho biet|tham dinh|tham tra|cong bo|niem yet|to chuc xong|kiem tra|thu hoi|so ket"
    r"|tong ket|danh gia|bao (?:em|anh|chi|lai|cho|ten|toi|minh)|tra(?= ket| ho|$)|xay dung|chuan bi|trich nop"
    r"|doi chieu|cong khai|nghiem thu|ho so|co van ban|gia han)(?![a-z])"
)
"""What is to be done by a time."""
_HANDING_IN = re.compile(
    r"(?<![a-z])(?:nhan|nop|gui|dang ky|y kien|tiep nhan|hoan thanh|thu (?:ho so|bai)|gop y)(?![a-z])"
)
"""What goes on until a time, and closes then."""
_TAKING = re.compile(r"(?<![a-z])(?:nhan|nop|dang ky|tiep nhan|lay y kien|thu (?:ho so|bai))(?![a-z])")
_SPAN = re.compile(r"(?<![a-z])tu (?:[a-z]{2,4} )?\d{1,2}[/.\- ][^;.]{1,24}$|(?<![a-z])tu nay $")
"""`từ 30/11 đến 04/12`: when something lasts, unless it is taken in meanwhile."""
_FINISHING = re.compile(
    r"(?<![a-z])(?:hoan (?:thanh|thien|tat)|xong|trinh|dut diem|nghiem thu|gui|nop|ban giao|phai|giai ngan het"
    r"|tham muu|ban hanh)(?![a-z])"
)
"""What ends with a month or quarter; what merely went on in one is its report."""
_ENDING = re.compile(r"(?<![a-z])(?:hoan (?:thanh|tat)|xong|dut diem|nghiem thu)(?![a-z])")
"""Said of work, whatever words of a report stand behind it."""
_OUGHT = re.compile(r"(?<![a-z])(?:phai|trach nhiem)(?![a-z])")
_PLANNED = re.compile(r"[\W\d]{0,6}(?:theo (?:ke hoach|tien do|hop dong|lo trinh)|du kien)(?![a-z])")
"""How a sentence begins that tells of a plan."""
_BODY = (
    r"(?:cac|so|phong|ban|ubnd|uy ban|giam doc|chanh|chu tich|pho|van phong|don vi|trung tam|cong an|thanh tra|truong"
    r"|to|doan|thu truong|chi cuc|cuc|hoi|bo|nganh|vp|dong chi|ong|ba)(?![a-z])"
)
"""Whom something is assigned to (`giao Sở A`): goods are delivered (`giao trong 3 ngày`)."""
_DEMAND = re.compile(
    r"(?<![a-z])(?<!theo )(?<!thuc hien )(?:de nghi|yeu cau|phai|nho|mong|kinh mong|xin|vui long|can|thong nhat"
    rf"|giao(?= {_BODY})"
    r"|trach nhiem|co quyen|moi|don doc|nhac|giup (?:em|anh|chi|minh|toi|co|thay|phong))(?![a-z])"
)
_STATED = re.compile(
    r"(?<![a-z])(?:hieu luc|gia tri|het han|(?<!bao lanh )bao hanh"
    r"|du kien (?:to chuc|dien ra|khai mac|hoan thanh|co ket qua)|sinh (?:tu |ngay )|tinh den"
    r"|so lieu(?= (?:tu|den|tinh"
    r"|trong thang))|nghi (?:tet|le|phep|bu)|giao hang|thoi ky|giai doan)(?![a-z])"
)
"""What is said of a time without asking for anything: validity, figures, leave."""
_FIGURES = re.compile(r"(?:tính|số liệu|so lieu|công tác|cong tac|sử dụng|su dung) $")
"""Before `đến`: what is counted, on the way or of use until then."""
_REPORTED = re.compile(
    r"(?<![a-z])(?:ket qua|tinh hinh|hoat dong|so lieu|nhiem vu|cong tac|chuong trinh|phat sinh|tiep nhan)(?![a-z])"
)
"""What a report tells of a month or quarter."""
_CITED = re.compile(
    r"\d{1,6}[a-z]? {0,2}/ {0,2}(?:(?:19|20)\d\d ?/ ?)?[a-z]{1,10} ?[\-/] ?[a-z0-9&]{1,12}(?:-[a-z0-9]{1,10}){0,2}"
    r"|\d{1,4}-[a-z]{2,4}/[a-z]{2,6}(?![a-z])"
)
_OF_CITED = re.compile(
    r"(?<![a-z])(?:ve viec|v/v|de nghi|yeu cau|giao|quy dinh|chi dao|don doc|nhac|han|thoi han|phai)(?![a-z])"
)
_ISSUED_BEFORE = re.compile(r"(?<![a-z])(?:da co|da ban hanh|da gui|co|nhan duoc|ban hanh)(?: [a-z]+){0,4} (?:so )?$")
_TURN = re.compile(r",[^,]{1,160}")
_REPEATED = re.compile(
    r"[ ,(]{0,3}(?:(?:hang|moi|cac) (?:ngay|tuan|thang|quy|nam)|cua thang|thang (?:cuoi|dau))(?![a-z])"
)
_REPEATING = re.compile(
    r"(?<![a-z])(?:dinh ky|hang (?:ngay|tuan|thang|quy|nam)|moi (?:ngay|tuan|thang|quy|nam))(?![a-z])"
)
_PROMISE = re.compile(r"(?<![a-z])(?:se|gui sau)(?![a-z])")
_WILL = re.compile(r"(?<![^\W\d_])(?:sẽ|se)(?![^\W\d_])")
"""What stands behind a time is promised: `trước ngày 25/12 Liên đoàn sẽ chuyển tiền`."""
_CLAUSE_END = re.compile(r"[,;.\n]")
_OWED = re.compile(r"\((?P<who>[a-z]{2,12}(?: [a-z]{1,12})?) (?:con |can |phai |se )[^()]*\Z")
"""`gửi về Phòng trước 12/01 (Phòng cần tổng hợp gửi Sở trước 15/01)`."""
_ITEM = re.compile(r"[a-z)] ?: ?\Z")
"""`Quyết toán: trong quý I`."""
_ENTRY = re.compile(r" {0,8}(?:[-+*\u2022?]|\(?\d{1,2}[.)/](?!\d)|\(?[a-z]{1,2}[.)]) ?")
MAX_ENTRIES = 12
"""Entries of a list looked at above one."""
_PAST_SPELT = re.compile(r"(?<![^\W\d_])đã(?![^\W\d_])")
_PAST_PLAIN = re.compile(r"(?<![a-z])da(?![a-z])")
_HAD_TO = re.compile(r" (?:phai|yeu cau|de nghi|giao|nhac|don doc|nho)(?![a-z])")
"""Behind `đã`: somebody had to do it or was asked to, and it asks for nothing now."""


class Sentence(NamedTuple):
    """Where a time stands: `[start, at)` before the words that announce it, `[end, stop)` behind them."""

    start: int
    at: int
    end: int
    stop: int


def sentence_of(view: View, at: int, end: int) -> Sentence:
    """Find the sentence, or entry of a list, around `[at, end)`."""
    base = max(0, at - SENTENCE_CHARACTERS)
    breaks = [match.end() for match in _BREAK.finditer(view.key, base, at)]
    behind = _BREAK.search(view.key, end, end + SENTENCE_CHARACTERS)
    stop = behind.start() if behind else min(len(view.key), end + SENTENCE_CHARACTERS)
    return Sentence(breaks[-1] if breaks else base, at, end, stop)


def is_repeated(view: View, end: int) -> bool:
    """Tell whether the time before `end` comes again and again (`ngày 25 hằng tháng`): no date of this document's."""
    return _REPEATED.match(view.key, end, end + 24) is not None


def _is_past(view: View, start: int, at: int) -> bool:
    """Tell whether what is said before a time is done (`đã gửi`), and nothing is asked for behind that."""
    expression = _PAST_PLAIN if view.text[start:at].isascii() else _PAST_SPELT
    found = list(expression.finditer(view.lower, start, at))
    if not found:
        return False
    if _is_of_other_clause(view, found[-1].end(), at):
        return False
    had_to = _HAD_TO.match(view.key, found[-1].end(), at)
    return not _DEMAND.search(view.key, had_to.end() if had_to else found[-1].end(), at)


def _is_of_other_clause(view: View, past: int, at: int) -> bool:
    """Tell whether a comma parts what is past from the time, whose own clause says behind it what is to be done."""
    if "," not in view.key[past:at]:
        return False
    stop = _CLAUSE_END.search(view.key, at, at + 120)
    return _DUTY.search(view.key, at, stop.start() if stop else at + 120) is not None


def _is_promised(view: View, start: int, at: int) -> bool:
    """Tell whether the sender says what he will do himself (`sẽ gửi`, `em gửi sau`): nothing is asked for."""
    found = list(_PROMISE.finditer(view.key, start, at))
    is_meant = bool(found) and view.lower[found[-1].start() : found[-1].end()] in {"sẽ", "se", "gửi sau", "gui sau"}
    return is_meant and not _DEMAND.search(view.key, found[-1].end(), at)


def _is_cited(view: View, said: Sentence, own_at: int) -> bool:
    """Tell whether the time is one that another document, named in the same sentence, had set."""
    cited = [one for one in _CITED.finditer(view.key, said.start, said.at) if one.start() != own_at]
    if not cited:
        return False
    tail = view.key[cited[-1].end() : said.at]
    if any(_DUTY.search(turn) or _DEMAND.search(turn) for turn in _TURN.findall(tail)):
        return False
    head = view.key[said.start : cited[-1].start()]
    if _ISSUED_BEFORE.search(head):
        return True
    return _OF_CITED.search(tail) is not None and not _DEMAND.search(head)


def sets(view: View, said: Sentence, form: str, own_at: int, *, is_report: bool = False) -> bool:
    """Tell whether a time sets a time limit.

    `form` is how it is introduced: `label` (hạn nộp, chậm nhất), `before` (trước), `until` (đến, đến hết), `within`
    (trong ngày), `stretch` (trong tháng, quý), `length` (trong vòng 05 ngày). `own_at` is where the document's own
    number stands, -1 without one. A report (`is_report`) tells what its writer does, and sets only what it demands.
    """
    before = view.key[said.start : said.at]
    asks = _is_demanded(view, said, before) if is_report and form != "label" else _asks(view, said, form, before)
    return (
        asks
        and not _REPEATING.search(before[-60:])
        and not _is_past(view, said.start, said.at)
        and not _is_promised(view, said.start, said.at)
        and not _is_cited(view, said, own_at)
        and not _is_of_asker(before)
    )


def _is_of_asker(before: str) -> bool:
    """Tell whether brackets say what those have to do by the time to whom things are handed in before them."""
    owed = _OWED.search(before)
    return owed is not None and re.search(rf" (?:ve|gui|cho) {owed['who']} ", before[: owed.start()]) is not None


def _is_demanded(view: View, said: Sentence, before: str) -> bool:
    return _DEMAND.search(before) is not None or _is_listed_below_demand(view, said)


def _asks(view: View, said: Sentence, form: str, before: str) -> bool:
    """Tell whether something is to be done by the time, by the words around it."""
    if form == "label":
        return True
    stated = [match.end() for match in _STATED.finditer(before)]
    since = stated[-1] if stated else 0
    if form == "until":
        taken = _SPAN.search(before) is None or _TAKING.search(before, since) is not None
        figures = _FIGURES.search(view.lower, max(said.start, said.at - 12), said.at)
        return taken and figures is None and _HANDING_IN.search(before, since) is not None
    if form == "stretch":
        return _asks_within(before, since)
    if _DUTY.search(before, since) or _DEMAND.search(before, since):
        return True
    return not stated and (_asks_behind(view, said) or _is_listed_below_demand(view, said))


def _asks_within(before: str, since: int) -> bool:
    """Tell whether something ends in a month or quarter that `before` leads to, and did not merely go on in it."""
    if _PLANNED.match(before) and not _DEMAND.search(before):
        return False
    if _ITEM.search(before) and _DUTY.search(before, since):
        return True
    reported = [match.end() for match in _REPORTED.finditer(before)]
    finished = [match.end() for one in (_FINISHING, _DEMAND) for match in one.finditer(before, since)]
    return bool(finished) and (max(finished) >= max(reported, default=0) or _ENDING.search(before) is not None)


def _asks_behind(view: View, said: Sentence) -> bool:
    """Tell whether something is to be done behind the time, and not promised there."""
    behind = view.key[said.end : min(said.stop, said.end + 120)]
    duty = _DUTY.search(behind) or _OUGHT.search(behind)
    return duty is not None and not _WILL.search(view.lower, said.end, said.end + duty.start())


def _is_listed_below_demand(view: View, said: Sentence) -> bool:
    """Tell whether a sentence is in an entry of a list below `đề nghị các đơn vị:`, which asks for every entry."""
    at = view.key.rfind("\n", 0, said.at) + 1
    for _ in range(MAX_ENTRIES):
        if at <= 0 or not _ENTRY.match(view.key, at):
            break
        at = view.key.rfind("\n", 0, at - 1) + 1
    else:
        return False
    end = view.key.find("\n", at)
    lead = view.key[max(at, end - SENTENCE_CHARACTERS) : max(at, end)].rstrip()
    return lead.endswith(":") and _DEMAND.search(lead[max(lead.rfind("."), lead.rfind(";")) + 1 :]) is not None
