"""Sample mails of the demonstration: what each is, and the verdict a working gateway gives it.

Agencies and people are roles of a province that does not exist; the directives are real.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from gateway.demo.cms_maker import CmsPlan
from gateway.demo.documents import OfficialDocument, doc, docx, official_pdf, scanned_pdf, zip_of
from gateway.demo.pki import Subject
from gateway.demo.signing import SignPlan, sign_pdf, tamper
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from gateway.demo.pki import Pki

PROVINCE = "thunghiem.gov.vn"
OFFICE = f"vanthu@vpubnd.{PROVINCE}"
DEPARTMENT_A = f"vanthu@soa.{PROVINCE}"
"""Has a digital certificate."""
DEPARTMENT_B = f"vanthu@sob.{PROVINCE}"
"""Has none: its documents carry a scanned seal."""
PERSONAL_A = f"chuyenvien@soa.{PROVINCE}"
KNOWN_MAILBOXES = frozenset({OFFICE, DEPARTMENT_A, DEPARTMENT_B})


@dataclass(frozen=True)
class DemoMail:
    """One mail, whom it goes to, and what must come of it."""

    title: str
    """What it shows, Vietnamese."""
    reverse_path: str
    octets: bytes
    expected: str
    """`relay`, `tag`, `reject` or `rcpt` (refused by the next hop at RCPT)."""
    rule: str = ""
    """Rule that must decide (reject) or be among the findings (tag); empty for none."""
    forward_path: str = OFFICE
    agency: str = "other"


def compose(sender: str, subject: str, body: str, files: dict[str, bytes] | None = None, *, name: str = "") -> bytes:
    """Compose one message with CRLF line ends."""
    message = EmailMessage()
    message["From"] = f'"{name}" <{sender}>' if name else sender
    message["To"] = OFFICE
    message["Subject"] = subject
    message["Date"] = format_datetime(dt.datetime.now(VIETNAM))
    message["Message-ID"] = f"<{abs(hash((sender, subject)))}@demo.{PROVINCE}>"
    message.set_content(body)
    types = {"pdf": ("application", "pdf"), "zip": ("application", "zip"), "doc": ("application", "msword")}
    for file_name, octets in (files or {}).items():
        main, sub = types.get(file_name.rpartition(".")[2], ("application", "octet-stream"))
        message.add_attachment(octets, maintype=main, subtype=sub, filename=file_name)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


COVER = "Kính gửi Văn phòng UBND tỉnh,\n\nSở A gửi văn bản kèm theo.\n\nVăn thư Sở A\n"


def demo_mails(pki: Pki, now: dt.datetime) -> list[DemoMail]:
    """Make all sample mails around an instant; the agency's certificate comes from `pki`."""
    letter = OfficialDocument(place_date=f"Thử Nghiệm, ngày {now.astimezone(VIETNAM):%d tháng %m năm %Y}")
    subject = f"{letter.number}/{letter.notation} {letter.summary}"
    mailbox = Subject(mailbox=DEPARTMENT_A)
    agency = pki.leaf("demo-agency", mailbox, kind="rsa")
    unsigned = official_pdf(letter)
    signed = sign_pdf(unsigned, agency, SignPlan(cms=CmsPlan(signing_time=now)))
    from_a = {"reverse_path": DEPARTMENT_A, "agency": "so-a"}
    letter_b = replace(letter, organisation="SỞ B", notation="SB-VP", number="48")
    soon = now.astimezone(VIETNAM) + dt.timedelta(hours=20)
    meeting = replace(
        letter,
        type_line="GIẤY MỜI",
        number="31",
        notation="GM-SA",
        summary="Họp giao ban công tác tháng",
        body=(f"Thời gian: {soon:%H} giờ {soon:%M}, ngày {soon:%d/%m/%Y}.", "Địa điểm: Phòng họp số 2."),
    )
    urgent = replace(letter, number="09", notation="CĐ-SA", type_line="CÔNG ĐIỆN", marks=("HỎA TỐC",))
    draft = replace(letter, number="", marks=("DỰ THẢO",), notation="KH-SA", type_line="KẾ HOẠCH")

    def sign(document: OfficialDocument) -> bytes:
        return sign_pdf(official_pdf(document), agency, SignPlan(cms=CmsPlan(signing_time=now)))

    def a(  # noqa: PLR0913, PLR0917 - a row of the list below
        title: str, subject: str, files: dict[str, bytes], expected: str, rule: str = "", body: str = COVER
    ) -> DemoMail:
        return DemoMail(
            title, octets=compose(DEPARTMENT_A, subject, body, files), expected=expected, rule=rule, **from_a
        )

    return [
        a("Công văn PDF có chữ ký số", subject, {"125_SA-VP.signed.pdf": signed}, "relay"),
        a("PDF chưa ký, cơ quan đã có chứng thư số", subject, {"125_SA-VP.pdf": unsigned}, "reject", "BD-1c-2"),
        DemoMail(
            "PDF quét có dấu, cơ quan chưa có chứng thư số",
            DEPARTMENT_B,
            compose(
                DEPARTMENT_B,
                "48/SB-VP V/v báo cáo sử dụng hộp thư công vụ",
                COVER.replace("Sở A", "Sở B"),
                {"48_SB-VP.pdf": scanned_pdf(letter_b)},
            ),
            "relay",
            agency="so-b",
        ),
        a("Văn bản chính thức dạng .docx", subject, {"125_SA-VP.docx": docx(letter)}, "reject", "BD-1c-0"),
        a(
            "Dự thảo .docx xin ý kiến",
            "Dự thảo Kế hoạch - xin ý kiến",
            {"Du_thao_KH.docx": docx(draft)},
            "tag",
            "BD-1a-8",
        ),
        DemoMail(
            "Hộp thư gmail tự xưng văn phòng",
            "vanphongubnd.thunghiem@gmail.com",
            compose(
                "vanphongubnd.thunghiem@gmail.com",
                subject,
                COVER,
                {"125_SA-VP.pdf": unsigned},
                name="Văn phòng UBND tỉnh Thử Nghiệm",
            ),
            "reject",
            "NAT-NAME-1",
        ),
        DemoMail(
            "Công dân gửi kiến nghị từ gmail",
            "congdan.demo@gmail.com",
            compose("congdan.demo@gmail.com", "Kiến nghị về đèn đường thôn 3", "Tôi đề nghị sửa đèn đường.\n"),
            "tag",
            "NAT-FREE-3",
        ),
        DemoMail(
            "Văn bản gửi từ hộp thư cá nhân",
            PERSONAL_A,
            compose(PERSONAL_A, subject, COVER, {"125_SA-VP.signed.pdf": signed}),
            "tag",
            "BD-1d-2",
            agency="so-a",
        ),
        a(
            "Giấy mời họp trước chưa đủ 24 giờ",
            "31/GM-SA Họp giao ban",
            {"31_GM-SA.pdf": sign(meeting)},
            "tag",
            "BD-5c",
        ),
        a("Công điện hỏa tốc", "HỎA TỐC - Công điện số 09/CĐ-SA", {"09_CD-SA.pdf": sign(urgent)}, "tag", "NAT-URG-2"),
        a("Tài liệu đóng dấu MẬT", "[MẬT] 12/KH-SA", {"12_KH-SA.pdf": signed}, "reject", "NAT-SEC-1"),
        a(
            "Bẫy: mật khẩu, Mặt trận",
            "128/SA-VP V/v đổi mật khẩu hộp thư của Ủy ban Mặt trận Tổ quốc",
            {
                "128_SA-VP.pdf": sign(
                    replace(letter, number="128", summary="V/v đổi mật khẩu hộp thư của Ủy ban Mặt trận Tổ quốc")
                )
            },
            "relay",
        ),
        a("Tệp zip chứa .doc", subject, {"125_SA-VP.zip": zip_of({"125_SA-VP.doc": doc()})}, "reject", "BD-1c-0"),
        a("Chữ ký số bị sửa nội dung", subject, {"125_SA-VP.signed.pdf": tamper(signed)}, "reject", "BD-1c-2-invalid"),
        DemoMail(
            "Thông báo hoàn trả (người gửi rỗng)",
            "",
            compose(f"mailer-daemon@{PROVINCE}", "Undelivered Mail Returned to Sender", "Không chuyển được thư.\n"),
            "relay",
        ),
        replace(
            a("Hộp thư nhận không tồn tại", subject, {"125_SA-VP.signed.pdf": signed}, "rcpt"),
            forward_path=f"khongco@vpubnd.{PROVINCE}",
        ),
    ]
