"""One week's mail of a commune, a department and a committee office, as their clerks would write it.

Each row is a whole mail, read and judged as a worker does. Most are honest: forwards, answers with the province's plan
attached, submissions, enclosures. The others issue a document of their own against the form, under the same disguises.
"""

from __future__ import annotations

from email.message import EmailMessage
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import pytest

from gateway.demo.documents import OfficialDocument, docx, official_pdf, scanned_pdf, zip_of
from gateway.demo.pki import Subject
from gateway.judge.cases import CaseRegistry, ExcerptRegistry
from gateway.judge.decide import judge
from gateway.judge.rules import compile_packs
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.message import read_message
from gateway.values.pack import OWN_POSTURE
from gateway.values.registry import Agency, DomainEntry, MailboxEntry
from gateway.values.verdict import Disposition
from tests.corpus.compose import docx as plain_docx
from tests.support.judging import DOMAINS, PACKS, envelope
from tests.support.signed_pdfs import AT, pki, signed, trust

if TYPE_CHECKING:
    from collections.abc import Mapping

PROVINCE = "thunghiem.gov.vn"
AGENCIES = (
    Agency(
        id="vpubnd", name="Văn phòng UBND tỉnh Thử Nghiệm", notations=("VPUBND",), agency_class="vpubnd", parent="ubnd"
    ),
    Agency(id="ubnd", name="Ủy ban nhân dân tỉnh Thử Nghiệm", notations=("UBND",), agency_class="ubnd"),
    Agency(id="soa", name="Sở A tỉnh Thử Nghiệm", names=("Sở A",), notations=("SA",), agency_class="department"),
    Agency(id="sob", name="Sở B tỉnh Thử Nghiệm", names=("Sở B",), notations=("SB",), agency_class="department"),
    Agency(id="xac", name="Ủy ban nhân dân xã C", names=("UBND xã C",), notations=("UBND",), agency_class="department"),
    Agency(id="xad", name="Ủy ban nhân dân xã D", names=("UBND xã D",), notations=("UBND",), agency_class="department"),
)


@cache
def _registry():
    """All sign; the committees are bound at once, so that every rule of the pack acts."""
    agencies = tuple(
        Agency(
            id=one.id, name=one.name, names=one.names, notations=one.notations, agency_class=one.agency_class,
            parent=one.parent, territory="binh-duong", certificate="issued",
        )
        for one in AGENCIES
    )  # fmt: skip
    boxes = {f"vanthu@{one.id}.{PROVINCE}": MailboxEntry(one.id, "agency") for one in AGENCIES}
    boxes |= {f"chuyenvien@{one.id}.{PROVINCE}": MailboxEntry(one.id, "personal") for one in AGENCIES}
    domains = {f"{one.id}.{PROVINCE}": DomainEntry("official", one.id) for one in AGENCIES}
    return ExcerptRegistry(CaseRegistry(agencies, boxes, domains), DOMAINS)


@cache
def _packs():
    return compile_packs(PACKS)


def _document(organisation, number, notation, parent="UBND TỈNH THỬ NGHIỆM", **words):
    return OfficialDocument(parent=parent, organisation=organisation, number=number, notation=notation, **words)


PLAN = _document("ỦY BAN NHÂN DÂN", "300", "KH-UBND", parent="TỈNH THỬ NGHIỆM", type_line="KẾ HOẠCH")
PROVINCE_PLAN = _document("ỦY BAN NHÂN DÂN TỈNH THỬ NGHIỆM", "300", "KH-UBND", parent="", type_line="KẾ HOẠCH")
PROVINCE_LETTER = _document("ỦY BAN NHÂN DÂN TỈNH THỬ NGHIỆM", "45", "UBND-SA", parent="")
COMMUNE_REPORT = _document("ỦY BAN NHÂN DÂN XÃ C", "20", "BC-UBND", type_line="BÁO CÁO", addressee="Sở A")
OTHER_REPORT = _document("ỦY BAN NHÂN DÂN XÃ D", "15", "BC-UBND", type_line="BÁO CÁO")
DECISION = _document("SỞ A", "15", "QĐ-SA", type_line="QUYẾT ĐỊNH", summary="Về việc ban hành Quy chế")
LETTER = _document("SỞ A", "125", "SA-VP")
OTHER_LETTER = _document("SỞ B", "88", "SB-VP")
INVITATION = _document("VĂN PHÒNG", "31", "GM-VPUBND", type_line="GIẤY MỜI", summary="Họp giao ban")


@cache
def pdf(document):
    """The document as its author exports it, unsigned."""
    return official_pdf(document)


@cache
def by(document, organisation):
    """The document signed by an organisation."""
    who = Subject(organisation=organisation, common_name=organisation, uid="", unit="", place="", mailbox="")
    return signed(pki().leaf(organisation, who), official_pdf(document))


TABLE = plain_docx("Bảng số liệu. Tổ 1: 12 hộ")
ANNEX = plain_docx("PHỤ LỤC (Kèm theo Quyết định số 15/QĐ-SA ngày 20/11/2026 của Sở A)")
COMMENTS = plain_docx("Nội dung góp ý: thống nhất với dự thảo, đề nghị sửa Điều 3.")


class Mail(NamedTuple):
    """One mail of the week."""

    sender: str
    to: str
    subject: str
    body: str
    files: Mapping = MappingProxyType({})
    refused: str = ""
    """Rule that must refuse it; empty when it is honest."""
    fields: Mapping = MappingProxyType({})
    reverse_path: str | None = None


C, D, A, B, VP = (f"vanthu@{name}.{PROVINCE}" for name in ("xac", "xad", "soa", "sob", "vpubnd"))
C1, A1, VP1 = (f"chuyenvien@{name}.{PROVINCE}" for name in ("xac", "soa", "vpubnd"))

COMMUNE = [
    Mail(C, C1, "Kế hoạch 300/KH-UBND", "Chuyển anh chị nghiên cứu.", {"300.pdf": pdf(PROVINCE_PLAN)}),
    Mail(C, C1, "300/KH-UBND", "Chuyển.", {"300_KH-UBND.pdf": by(PROVINCE_PLAN, "UBND TỈNH THỬ NGHIỆM")}),
    Mail(C, D, "Fwd: Kế hoạch của UBND tỉnh", "Kính chuyển.", {"300_KH-UBND.pdf": pdf(PLAN)}),
    Mail(C, VP, "RE: Kế hoạch 300/KH-UBND", "Xã gửi lại văn bản để đối chiếu.", {"300.pdf": pdf(PROVINCE_PLAN)}),
    Mail(C, A, "Gửi văn bản của xã D", "Xã C gửi văn bản xã D.", {"15.pdf": by(OTHER_REPORT, "UBND XÃ D")}),
    Mail(C, A, "Fwd: Báo cáo xã D", "Kính chuyển.", {"BC thang 11.docx": docx(OTHER_REPORT)}),
    Mail(C, A, "20/BC-UBND Báo cáo tháng 11", "Kính gửi Sở A.", {"20_BC-UBND.pdf": by(COMMUNE_REPORT, "UBND XÃ C")}),
    Mail(
        C, A, "20/BC-UBND", "Kính gửi.", {"20.pdf": by(COMMUNE_REPORT, "UBND XÃ C"), "20_BC-UBND phu luc.docx": TABLE}
    ),
    Mail(C, A, "Số liệu Kế hoạch 300/KH-UBND", "Xã gửi bảng số liệu.", {"so lieu.docx": TABLE}),
    Mail(C, A, "Re: 125/SA-VP", "Xã gửi bảng số liệu theo Công văn số 125/SA-VP.", {"so lieu.docx": TABLE}),
    Mail(C, A, "V/v góp ý dự thảo", "Xã góp ý.", {"gop y.docx": COMMENTS, "300_KH-UBND.pdf": pdf(PROVINCE_PLAN)}),
    Mail(C1, A1, "Hỏi về Quyết định số 12/QĐ-UBND", "Hồ sơ đã có Quyết định số 12/QĐ-UBND.", {"ke.docx": TABLE}),
    Mail(C, A, "Đã nhận 125/SA-VP", "UBND xã C đã nhận.", {"bang.docx": TABLE}),
    Mail(C, A, "Scan 300 cua tinh", "Gửi Sở.", {"300_KH-UBND.pdf": pdf(PROVINCE_PLAN), "PL 300_KH-UBND.docx": TABLE}),
    Mail(C, A, "20/BC-UBND", "Kính gửi.", {"20_BC-UBND.pdf": pdf(COMMUNE_REPORT)}, "BD-1c-2"),
    Mail(C, A, "Fwd: báo cáo", "Kính chuyển.", {"20_BC-UBND.pdf": pdf(COMMUNE_REPORT)}, "BD-1c-2"),
    Mail(C, A, "Re: báo cáo tháng", "Kính gửi.", {"bao cao.docx": docx(COMMUNE_REPORT)}, "BD-1c-0"),
    Mail(C, A, "20/BC-UBND", "Kính gửi.", {"20.pdf": by(COMMUNE_REPORT, "UBND XÃ D")}, "BD-1c-2-signer"),
]

DEPARTMENT = [
    Mail(A, VP, "125/SA-VP", "Sở A gửi.", {"125_SA-VP.pdf": by(LETTER, "SỞ A")}),
    Mail(A, VP, "15/QĐ-SA", "Gửi.", {"15_QD-SA.signed.pdf": by(DECISION, "SỞ A"), "15_QD-SA_phu luc.docx": ANNEX}),
    Mail(
        A, VP, "15/QĐ-SA", "Gửi.", {"15_QD-SA.pdf": by(DECISION, "SỞ A"), "PL.zip": zip_of({"PL_15_QD-SA.docx": ANNEX})}
    ),
    Mail(A, VP, "15/QĐ-SA", "Gửi.", {"15.pdf": by(DECISION, "SỞ A"), "DANH SÁCH 015-QĐ-SA.docx": ANNEX}),
    Mail(A, C, "Bổ sung phụ lục 15/QĐ-SA", "Sở A gửi bổ sung phụ lục.", {"Phụ lục 15_QĐ-SA.docx": ANNEX}),
    Mail(A, C, "Fwd: văn bản UBND tỉnh", "Kính chuyển.", {"45.pdf": pdf(PROVINCE_LETTER)}),
    Mail(A, C, "45/UBND-SA", "Sở A sao gửi các xã.", {"45_UBND-SA.pdf": pdf(PROVINCE_LETTER)}),
    Mail(A, VP, "Fwd: 88/SB-VP", "Kính chuyển.", {"88_SB-VP.pdf": pdf(OTHER_LETTER)}),
    Mail(A, VP, "125/SA-VP", "Gửi.", {"125.zip": zip_of({"125_SA-VP.pdf": by(LETTER, "SỞ A")})}),
    Mail(A, VP, "Biểu mẫu", "Đề nghị điền biểu để Sở làm báo cáo Kế hoạch 118/KH-SA.", {"bieu.docx": TABLE}),
    Mail(A, VP, "Số liệu", "Sở A đã ban hành Kế hoạch số 118/KH-SA, gửi bảng số liệu.", {"so lieu.docx": TABLE}),
    Mail(A1, C1, "Trao đổi", "Theo Công văn số 125/SA-VP của Sở A, gửi chị mẫu.", {"mau.docx": TABLE}),
    Mail(
        A,
        VP,
        "Dự thảo Quyết định",
        "Sở A gửi dự thảo.",
        {"Du thao QD.docx": plain_docx("DỰ THẢO QUYẾT ĐỊNH Số:      /QĐ-SA")},
    ),
    Mail(A, VP, "Cảm ơn, đã nhận 31/GM-VPUBND", "Sở A đã nhận.", {"logo.docx": TABLE}),
    Mail(A1, VP1, "Re: 125/SA-VP", "Em gửi lại bảng.", {"bang.docx": TABLE}),
    Mail(
        A, VP, "Trả lời tự động: 125/SA-VP", "Vắng mặt.", {"the.docx": TABLE}, fields={"Auto-Submitted": "auto-replied"}
    ),
    Mail(A, VP, "Read: 125/SA-VP", "Đã đọc.", {"x.docx": TABLE}, reverse_path=""),
    Mail(A, VP, "125/SA-VP", "Gửi.", {"125_SA-VP.docx": docx(LETTER)}, "BD-1c-0"),
    Mail(A, VP, "Gửi văn bản", "Gửi.", {"phu luc.docx": docx(LETTER)}, "BD-1c-0"),
    Mail(A, VP, "125/SA-VP", "Gửi.", {"125.zip": zip_of({"125_SA-VP.docx": docx(LETTER)})}, "BD-1c-0"),
    Mail(A, VP, "125/SA-VP", "Gửi.", {"125.zip": zip_of({"125_SA-VP.pdf": pdf(LETTER)})}, "BD-1c-2"),
    Mail(A, VP, "15, 125", "Gửi.", {"15.pdf": by(DECISION, "SỞ A"), "125.pdf": pdf(LETTER)}, "BD-1c-2"),
    Mail(A, VP, "Fwd: 125/SA-VP", "Kính chuyển.", {"125.pdf": pdf(LETTER)}, "BD-1c-2"),
]

OFFICE = [
    Mail(VP, A, "31/GM-VPUBND", "Kính gửi.", {"31.pdf": by(INVITATION, "VĂN PHÒNG UBND TỈNH THỬ NGHIỆM")}),
    Mail(VP, C, "300/KH-UBND", "Kính gửi.", {"300.pdf": by(PROVINCE_PLAN, "UBND TỈNH THỬ NGHIỆM")}),
    Mail(VP, A, "Fwd: 20/BC-UBND xã C", "Chuyển Sở A tham mưu.", {"20_BC-UBND.pdf": pdf(COMMUNE_REPORT)}),
    Mail(
        VP, A, "Chuyển báo cáo của các xã", "Chuyển.", {"20.docx": docx(COMMUNE_REPORT), "15.docx": docx(OTHER_REPORT)}
    ),
    Mail(VP, A, "Chuyển 88/SB-VP", "Chuyển Sở A phối hợp.", {"88_SB-VP.docx": docx(OTHER_LETTER)}),
    Mail(VP, A, "Đôn đốc 125/SA-VP", "Đề nghị Sở A gửi lại Công văn số 125/SA-VP.", {"danh sach.docx": TABLE}),
    Mail(VP1, A1, "Accepted: 31/GM-SA Họp giao ban", "Sẽ dự.", {"the.docx": TABLE}),
    Mail(VP, A, "Recall: 31/GM-VPUBND", "Thu hồi.", {"x.docx": TABLE}),
    Mail(VP, A, "300/KH-UBND", "Kính gửi.", {"300.pdf": pdf(PROVINCE_PLAN)}, "BD-1c-2"),
    Mail(VP, A, "31/GM-VPUBND", "Kính gửi.", {"31.docx": docx(INVITATION)}, "BD-1c-0"),
]
SUBMISSION = _document("ỦY BAN NHÂN DÂN XÃ C", "30", "TTr-UBND", type_line="TỜ TRÌNH", addressee="UBND tỉnh Thử Nghiệm")
COUNCIL = _document("HỘI ĐỒNG NHÂN DÂN XÃ C", "5", "NQ-HĐND", type_line="NGHỊ QUYẾT")
BRANCH = _document("CHI CỤC E", "12", "CCE-VP", parent="SỞ A")
STEERING = _document("BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ", "3", "KH-BCĐ", type_line="KẾ HOẠCH")
JOINT = _document("SỞ A", "1", "KHPH-SA-SB", type_line="KẾ HOẠCH PHỐI HỢP")
OLD = _document("SỞ A", "12", "QĐ-SA", type_line="QUYẾT ĐỊNH", place_date="Thử Nghiệm, ngày 2 tháng 3 năm 2024")
BLANK = _document("SỞ A", "", "SA-VP")
DRAFT = plain_docx("DỰ THẢO QUYẾT ĐỊNH Số:      /QĐ-UBND về việc phê duyệt")
REGISTER = plain_docx("Sổ văn bản đi: 1. 125/SA-VP ngày 20/11; 2. 126/SA-VP ngày 21/11; 3. 15/QĐ-SA")
LAW = plain_docx("CHÍNH PHỦ Số: 30/2020/NĐ-CP NGHỊ ĐỊNH Về công tác văn thư")


def forwarded(document):
    """A mail with a document, as it is attached to another one."""
    inner = EmailMessage()
    inner["From"], inner["To"], inner["Subject"] = f"vanthu@ubnd.{PROVINCE}", C, "300/KH-UBND"
    inner.set_content("Kính gửi.")
    inner.add_attachment(pdf(document), maintype="application", subtype="pdf", filename="300_KH-UBND.pdf")
    return inner


HARDER = [
    Mail(
        C,
        VP,
        "Tờ trình 30/TTr-UBND",
        "UBND xã C kính trình.",
        {
            "30_TTr-UBND.pdf": by(SUBMISSION, "UBND XÃ C"),
            "Du thao QD.docx": DRAFT,
            "300_KH-UBND.pdf": pdf(PROVINCE_PLAN),
        },
    ),
    Mail(C, A, "Công văn 4567/UBND-KT của tỉnh", "Chuyển Sở A.", {"scan0001.pdf": scanned_pdf(PROVINCE_LETTER)}),
    Mail(C, C1, "4567/UBND-KT", "Chuyển anh chị.", {"4567_UBND-KT.pdf": scanned_pdf(PROVINCE_LETTER, has_seal=False)}),
    Mail(C, A, "Chuyển thư của UBND tỉnh", "Thư gốc đính kèm.", {"thu.eml": forwarded(PROVINCE_PLAN)}),
    Mail(C, A, "Nghị quyết của HĐND xã", "Gửi Sở A.", {"05_NQ-HDND.pdf": pdf(COUNCIL)}),
    Mail(
        C,
        VP,
        "Gửi lại 20/BC-UBND",
        "Bản ký số.",
        {"20.pdf": by(COMMUNE_REPORT, "UBND XÃ C"), "20.docx": docx(COMMUNE_REPORT)},
    ),
    Mail(
        C,
        A,
        "Re: 45/UBND-SA",
        "UBND xã C báo cáo, kèm bảng.",
        {"bang.docx": TABLE, "45_UBND-SA.pdf": pdf(PROVINCE_LETTER)},
    ),
    Mail(A, VP, "125/SA-VP", "Gửi.", {"125.pdf": by(LETTER, "SỞ A"), "125_SA-VP.docx": docx(LETTER)}),
    Mail(
        A,
        VP,
        "125/SA-VP và hồ sơ",
        "Gửi.",
        {"125.pdf": by(LETTER, "SỞ A"), "ho so.zip": zip_of({"12_QD-SA.pdf": pdf(OLD)})},
    ),
    Mail(A, C, "Văn bản của Chi cục E", "Sở A chuyển.", {"12_CCE-VP.pdf": pdf(BRANCH)}),
    Mail(A, C, "Kế hoạch của Ban Chỉ đạo", "Gửi các xã.", {"03_KH-BCD.pdf": pdf(STEERING)}),
    Mail(A, B, "Kế hoạch phối hợp", "Gửi Sở B.", {"01_KHPH-SA-SB.pdf": by(JOINT, "SỞ A")}),
    Mail(A, C, "Mẫu công văn", "Gửi mẫu để các xã dùng.", {"mau cong van.docx": docx(BLANK)}),
    Mail(A, VP, "Sổ văn bản đi tháng 11", "Gửi Văn phòng.", {"so van ban di.docx": REGISTER}),
    Mail(A, C, "Nghị định 30/2020/NĐ-CP", "Gửi các xã để thực hiện.", {"ND 30-2020.docx": LAW}),
    Mail(VP, C, "Chuyển tờ trình của xã", "Trả lại xã bổ sung.", {"30_TTr-UBND.docx": docx(SUBMISSION)}),
    Mail(VP1, C1, "Re: Tờ trình 30/TTr-UBND", "Em sửa trực tiếp trong tệp.", {"30 TTr.docx": docx(SUBMISSION)}),
]
WEEK = [*COMMUNE, *DEPARTMENT, *OFFICE, *HARDER]


def _written(mail):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = mail.sender, mail.to, mail.subject
    message["Date"], message["Message-ID"] = "Fri, 20 Nov 2026 14:59:00 +0700", "<week@example.invalid>"
    for name, value in mail.fields.items():
        message[name] = value
    message.set_content(mail.body)
    for name, octets in mail.files.items():
        if isinstance(octets, EmailMessage):
            message.add_attachment(octets)
            continue
        message.add_attachment(octets, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _deciding(mail):
    """Rule that refuses the mail, or that defers it; empty when it goes on."""
    facts = read_message(_written(mail), DEFAULT_BUDGET, trust(), AT)
    path = mail.sender if mail.reverse_path is None else mail.reverse_path
    verdict = judge(_packs(), envelope(path, mail.to), facts, _registry(), AT, OWN_POSTURE)
    if verdict.disposition not in {Disposition.REJECT, Disposition.DEFER}:
        return ""
    return verdict.deciding.rule


@pytest.mark.parametrize("mail", WEEK, ids=lambda mail: f"{mail.sender.partition('.')[0]}: {mail.subject}")
def test_the_week(mail):
    """Nothing honest is refused, and nothing issued against the form slips through under a marker."""
    assert mail.refused == _deciding(mail)


def test_the_week_is_mostly_honest():
    """At least forty honest mails."""
    assert sum(not mail.refused for mail in WEEK) >= 40


MENTIONS = [
    ("Trao đổi công việc", "Sở A đã ban hành Kế hoạch số 118/KH-SA, em gửi anh bảng số liệu."),
    ("Trao đổi công việc", "Chị điền giúp em biểu này để em làm báo cáo Kế hoạch 118/KH-SA ạ."),
    ("Trao đổi công việc", "Kính gửi anh, danh sách này phục vụ Quyết định số 12/QĐ-SA sắp trình."),
    ("Trao đổi công việc", "Hồ sơ này đã có Quyết định số 12/QĐ-SA ngày 02/3/2024, em gửi bảng kê."),
    ("Trao đổi công việc", "Chị ơi, slide giới thiệu Kế hoạch số 118/KH-SA em để trong tệp."),
    ("Trao đổi công việc", "Em gửi anh số liệu theo mẫu của Công văn số 125/SA-VP."),
    ("Trao đổi công việc", "Thực hiện Công văn 125/SA-VP, em gửi danh sách."),
    ("Trao đổi công việc", "Anh xem giúp em bảng này giống bảng trong 125/SA-VP không ạ."),
    ("Trao đổi công việc", "Em gửi file số liệu để bổ sung báo cáo 45/BC-SA."),
    ("Trao đổi công việc", "Theo đề nghị tại Công văn số 125/SA-VP, gửi các anh chị danh sách."),
    ("Trao đổi công việc", "Gửi chị bảng theo dõi thực hiện Quyết định 12/QĐ-SA."),
    ("Trao đổi công việc", "Em gửi lại bảng, trong 125/SA-VP ghi sai số."),
    ("Trao đổi công việc", "Nhờ anh kiểm tra số liệu trước khi em trình 46/TTr-SA."),
    ("Trao đổi công việc", "Sở A sẽ ban hành 119/KH-SA tuần sau, xin gửi bảng phân công."),
    ("Trao đổi công việc", "Kèm theo 125/SA-VP là danh sách này, em gửi lại bản mềm."),
    ("Trao đổi công việc", "Em chuyển bảng chấm công, văn bản 125/SA-VP đã gửi hôm qua."),
    ("Số liệu phục vụ báo cáo 45/BC-SA", "Em gửi số liệu."),
    ("Góp ý Kế hoạch 118/KH-SA", "Em gửi số liệu."),
    ("Bảng số liệu kèm 125/SA-VP", "Em gửi số liệu."),
    ("Hỏi về 125/SA-VP", "Em gửi số liệu."),
    ("V/v thực hiện 125/SA-VP", "Em gửi số liệu."),
    ("Danh sách theo 125/SA-VP", "Em gửi số liệu."),
    ("Bổ sung số liệu cho 45/BC-SA", "Em gửi số liệu."),
    ("Xin ý kiến về Tờ trình 46/TTr-SA", "Em gửi số liệu."),
]


@pytest.mark.parametrize(("subject", "body"), MENTIONS, ids=lambda text: text[:40])
def test_a_mail_that_mentions_a_document_does_not_send_it(subject, body):
    """The department's own letters, which nobody shares, in a mail with a table: cited is not sent."""
    assert not _deciding(Mail(A1, VP, subject, body, {"so lieu.docx": TABLE}))


@pytest.mark.parametrize(
    "body",
    [
        "Sở A gửi kèm Công văn số 125/SA-VP.",
        "Kính gửi Văn phòng Công văn số 125/SA-VP của Sở A.",
        "Xin gửi Kế hoạch số 118/KH-SA để thực hiện.",
        "Sở A kính chuyển Quyết định số 12/QĐ-SA.",
    ],
)
def test_a_mail_that_says_it_sends_a_document_sends_it(body):
    """Then the file beside stands for it, under whatever name."""
    assert "BD-1c-0" == _deciding(Mail(A, VP, "Gửi văn bản", body, {"vb.docx": TABLE}))
