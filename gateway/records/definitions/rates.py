"""Rates: the measures of the directives with both sides of their fraction, one way for every report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.records.report import SMALL, Definition, Share, Text, share_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.records.definitions.material import Line, Material


def send(material: Material, line: Line) -> Share:
    """Share of issued documents that went through the network."""
    return share_of(line.counts.issued, material.totals(line.id).issued, material.bounds.get(line.id, 0))


def receive(material: Material, line: Line) -> Share:
    """Share of received documents that came through the network."""
    return share_of(line.counts.received, material.totals(line.id).received)


def signed(_material: Material, line: Line) -> Share:
    """Share of electronic documents with a signature that holds."""
    return share_of(line.counts.signed, line.counts.issued)


def scans(_material: Material, line: Line) -> Share:
    """Share of electronic documents that are pictures of paper."""
    return share_of(line.counts.issued_by_form.get("scan", 0), line.counts.issued)


def as_pdf(_material: Material, line: Line) -> Share:
    """Share of electronic documents that went as PDF."""
    return share_of(line.counts.pdf, line.counts.issued)


def agency_mailbox(_material: Material, line: Line) -> Share:
    """Share of documents that left from the agency's own mailbox."""
    return share_of(line.counts.sent_from_agency_mailbox, line.counts.sent)


def active_mailboxes(material: Material, line: Line) -> Share:
    """Share of the agency's mailboxes that sent something; not told where it would tell of less than SMALL persons."""
    persons = (material.mailboxes.get(line.id, {}).get("personal", 0), line.counts.mailboxes.get("personal", 0))
    if any(0 < count < SMALL for count in persons):
        return share_of(0, None)
    issued = sum(count for kind, count in material.mailboxes.get(line.id, {}).items() if kind in MAILBOX_KINDS)
    active = sum(count for kind, count in line.counts.mailboxes.items() if kind in MAILBOX_KINDS)
    return share_of(active, issued or None)


def electronic_only(material: Material, line: Line) -> Share:
    """Share of documents without any paper part, of the months whose paper book is whole."""
    one = material.paperless.get(line.id)
    return share_of(one.without_paper, one.documents) if one is not None else share_of(0, None)


def pair(material: Material, line: Line) -> Share:
    """Share of complete pairs among documents that go both ways and whose paper is known."""
    mine = [one for one in material.pairs if one.issuer == line.id and one.state != "unknown"]
    return share_of(sum(one.state == "complete" for one in mine), len(mine))


def signed_submissions(_material: Material, line: Line) -> Share:
    """Share of submissions with a signature that holds."""
    return share_of(line.counts.signed_submissions, line.counts.submissions)


def whole_submissions(material: Material, line: Line) -> Share:
    """Share of submissions of which nothing that they name was missing (HCM-2a)."""
    whole, submitted = material.whole_submissions.get(line.id, (0, 0))
    return share_of(whole, submitted or None)


def reports_on_time(material: Material, line: Line) -> Share:
    """Share of the reports due that were handed in on time."""
    mine = [one for one in material.owed if one.agency == line.id and one.state not in {"coming", "due"}]
    return share_of(sum(one.state == "on_time" for one in mine), len(mine))


MAILBOX_KINDS: Final = ("agency", "personal")
"""Kinds of official mailboxes that people work with."""
RATES: Final[dict[str, Callable[[Material, Line], Share]]] = {
    "send": send, "receive": receive, "signed": signed, "scans": scans, "pdf": as_pdf,
    "agency_mailbox": agency_mailbox, "active_mailboxes": active_mailboxes, "electronic_only": electronic_only,
    "pair": pair, "signed_submissions": signed_submissions, "whole_submissions": whole_submissions,
    "reports_on_time": reports_on_time,
}  # fmt: skip
"""Measure, as targets and criteria name it, to what reckons it."""

RATE_TITLES: Final = {
    "send": Text("Tỷ lệ gửi qua mạng", "Share sent electronically"),
    "receive": Text("Tỷ lệ nhận qua mạng", "Share received electronically"),
    "signed": Text("Tỷ lệ ký số", "Share signed"),
    "scans": Text("Tỷ lệ bản quét", "Share of scans"),
    "pdf": Text("Tỷ lệ PDF", "Share in PDF"),
    "agency_mailbox": Text("Gửi từ hộp thư cơ quan", "Sent from agency mailboxes"),
    "active_mailboxes": Text("Hộp thư có hoạt động", "Mailboxes in use"),
    "electronic_only": Text("Hoàn toàn điện tử", "Wholly electronic"),
    "pair": Text("Đủ cặp điện tử và giấy", "Complete pairs"),
    "signed_submissions": Text("Văn bản trình có ký số", "Signed submissions"),
    "whole_submissions": Text("Hồ sơ trình đủ tài liệu", "Whole submissions"),
    "reports_on_time": Text("Báo cáo đúng hạn", "Reports on time"),
    "agencies_signing": Text("Cơ quan có gửi văn bản ký số", "Agencies that sign"),
}

DEFINITIONS: Final = {
    "document": Definition(
        Text("Văn bản", "Document"),
        Text(
            "Một văn bản là một số, ký hiệu của một cơ quan trong một năm. Gửi lại và gửi bản đính chính không tính "
            "thêm; văn bản bị thu hồi được trừ. Lịch, dự thảo, đăng ký họp, tài liệu họp, thư kèm không phải là "
            "văn bản.",
            "One number and notation of one agency in one year. Resent and corrected copies do not count again; "
            "recalled "
            "documents are subtracted. Schedules, drafts, bookings, meeting papers and covering notes are none.",
        ),
        "Nghị định 30/2020/NĐ-CP, Điều 15",
    ),
    "delivery": Definition(
        Text("Lượt gửi", "Delivery"),
        Text(
            "Một văn bản đến một cơ quan khác. Một văn bản gửi 99 đơn vị là 1 văn bản và 99 lượt gửi.",
            "One document that reached one other agency. One letter to 99 units is 1 document and 99 deliveries.",
        ),
        "226/UBND-TTTH",
    ),
    "send": Definition(
        RATE_TITLES["send"],
        Text(
            "Văn bản phát hành đã đi qua mạng, trên tổng số văn bản phát hành do cơ quan khai (cả giấy và điện tử, "
            "không "
            "kể văn bản mật). Không có số khai thì không có tỷ lệ; số lớn nhất trong dãy số cho biết ít nhất bao "
            "nhiêu "
            "văn bản đã phát hành, và tỷ lệ nhiều nhất.",
            "Documents issued that went through the network, of all documents issued as the agency declares (on "
            "paper "
            "too, secrets excluded). Without a declaration there is no rate; number series give a lower bound of the "
            "whole, and so the rate at most.",
        ),
        "1616/UBND-THCB 1; 9545/UBND-THCB; 14/CT-UBND 4",
    ),
    "receive": Definition(
        RATE_TITLES["receive"],
        Text(
            "Văn bản của cơ quan khác đã đến qua mạng, trên tổng số văn bản đến do cơ quan khai.",
            "Documents of others that came through the network, of all documents received as the agency declares.",
        ),
        "14/CT-UBND 4",
    ),
    "signed": Definition(
        RATE_TITLES["signed"],
        Text(
            "Văn bản phát hành qua mạng có chữ ký số hợp lệ trên ít nhất một bản.",
            "Documents issued electronically with a digital signature that holds on at least one copy.",
        ),
        "14/CT-UBND 1c; 1616/UBND-THCB 1, 2",
    ),
    "electronic_only": Definition(
        RATE_TITLES["electronic_only"],
        Text(
            "Văn bản không có bản giấy nào được nhập và không thư nào báo có bản giấy, chỉ tính các tháng mà cơ quan "
            "xác nhận đã nhập đủ bản giấy. Thư không chứng minh được là không có bản giấy.",
            "Documents without any paper part entered, and of which no mail says that paper goes too, of months whose "
            "paper book the agency confirms to be whole. Mail cannot prove that there was no paper.",
        ),
        "9545/UBND-THCB; Chỉ thị 15/CT-TTg",
    ),
    "pair": Definition(
        RATE_TITLES["pair"],
        Text(
            "Văn bản phải gửi cả hai đường: có bản điện tử và bản giấy cùng số, ký hiệu, năm. Chưa rõ bản giấy thì "
            "không "
            "tính. Độ trễ tính bằng ngày làm việc.",
            "Documents that go both ways: electronic and paper of one number, notation and year. Those whose paper "
            "is "
            "not known are left out. The lag is in working days.",
        ),
        "14/CT-UBND 1b; 241/VPUBND-HCTC II.2; 226/UBND-TTTH 2",
    ),
    "whole_submissions": Definition(
        RATE_TITLES["whole_submissions"],
        Text(
            "Văn bản trình UBND Thành phố mà ít nhất một thư mang đủ các tài liệu văn bản nêu, trên mọi văn bản trình "
            "có tệp kèm theo, theo quy tắc HCM-2a của cổng. Tệp không đọc được thì không coi là thiếu. Nơi không áp "
            "dụng quy tắc thì không có mẫu số.",
            "Submissions of which at least one mail brought everything they name, of all submissions with files, as "
            "the gateway's rule HCM-2a found. What could not be read is not taken for missing. Where the rule is not "
            "in force there is no denominator.",
        ),
        "226/UBND-TTTH 2",
    ),
    "mailbox": Definition(
        RATE_TITLES["active_mailboxes"],
        Text(
            "Hộp thư đã gửi ít nhất một thư trong kỳ, trên số hộp thư đã cấp vào cuối kỳ theo danh bạ. Số người "
            "dưới 5 "
            "không hiện.",
            "Mailboxes that sent something in the period, of those issued at its end by the registry. Counts of "
            "persons "
            "below 5 are not shown.",
        ),
        "14/CT-UBND 4",
    ),
}

METHOD: Final = (
    Text(
        "Số liệu điện tử lấy từ sổ của cổng thư: chỉ tính văn bản mà máy chủ nhận đã xác nhận. Thời điểm gửi là "
        "lúc cổng "
        "nhận xong thư; mỗi văn bản tính vào tháng gửi lần đầu.",
        "Electronic figures come from the gateway's ledgers: only documents that the receiving server has "
        "confirmed. The "
        "sending time is when the gateway had the whole mail; a document counts in the month of its first sending.",
    ),
    Text(
        "Danh sách cơ quan lấy từ danh bạ, không phải từ thư: cơ quan không gửi văn bản nào vẫn có dòng. Cơ quan "
        "được sắp "
        "xếp lại được tính đến ngày cuối của mình, cơ quan mới từ ngày sau.",
        "Agencies come from the registry, not from traffic: one that sent nothing has a row. An agency that was "
        "merged "
        "counts up to its last day, its successor from the day after.",
    ),
    Text(
        "Văn bản mật bị loại khỏi tử số và mẫu số của mọi tỷ lệ.",
        "State secrets are left out of both sides of every rate.",
    ),
)
