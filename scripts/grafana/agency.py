"""One agency for those who answer for compliance: what it sends, how much of it is signed and PDF, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.grafana.board import Board
from scripts.grafana.overview import SIGNATURES
from scripts.grafana.parts import (
    AGENCY,
    BLUE,
    COUNT,
    DISPOSITIONS,
    GOOD_NEWS,
    GREEN,
    GREY,
    OF_AGENCY,
    ORANGE,
    PER_MINUTE,
    PICK,
    POSTURES,
    PURPLE,
    RED,
    RULE,
    Ask,
    Column,
    Look,
    Row,
    bars,
    counted,
    grid,
    lines,
    number,
    per_minute,
    ranking,
    share,
    some,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

CHOSEN, ALL = "cơ quan đã chọn", "mọi cơ quan"
EVERYONE = f'{PICK}, agency!="other"'
FORMS = {
    "pdf": ("PDF", BLUE),
    "office": ("Word, Excel", RED),
    "picture": ("hình", ORANGE),
    "archive": ("tệp nén", PURPLE),
    "other": ("khác", GREY),
}
TYPES = {
    "cong_van": "công văn", "bao_cao": "báo cáo", "giay_moi": "giấy mời", "quyet_dinh": "quyết định",
    "thong_bao": "thông báo", "ke_hoach": "kế hoạch", "to_trinh": "tờ trình", "cong_dien": "công điện",
    "bien_ban": "biên bản", "huong_dan": "hướng dẫn", "hop_dong": "hợp đồng", "chi_thi": "chỉ thị",
    "nghi_quyet": "nghị quyết", "tai_lieu_hop": "tài liệu họp", "lich_lam_viec": "lịch làm việc",
    "phieu_chuyen": "phiếu chuyển", "ban_sao": "bản sao", "chuong_trinh": "chương trình", "de_an": "đề án",
    "phuong_an": "phương án", "thong_tu": "thông tư", "nghi_dinh": "nghị định", "quy_dinh": "quy định",
}  # fmt: skip
URGENCIES = {
    "khan": ("khẩn", ORANGE),
    "thuong_khan": ("thượng khẩn", PURPLE),
    "hoa_toc": ("hỏa tốc", RED),
    "hoa_toc_hen_gio": ("hỏa tốc hẹn giờ", GREEN),
}


def signed(matchers: str, over: str = "$__range") -> str:
    """Write the part of PDF documents that carry a signature, valid or not, of those that carry or should carry one."""
    family = "signature_checks_total"
    return share(counted(family, f'{matchers}, result!="none"', over=over), counted(family, matchers, over=over))


def as_pdf(matchers: str, over: str = "$__range") -> str:
    """Write the part of files of official documents that are PDF."""
    family = "document_files_total"
    return share(counted(family, f'{matchers}, form="pdf"', over=over), counted(family, matchers, over=over))


def refused(matchers: str, over: str = "$__range") -> str:
    """Write the part of messages that was refused."""
    family = "messages_total"
    return share(counted(family, f'{matchers}, disposition="reject"', over=over), counted(family, matchers, over=over))


def compared(write: Callable[[str, str], str], over: str = "$__range", *, is_instant: bool = True) -> tuple[Ask, Ask]:
    """Ask for the agencies chosen, and beside it for all agencies."""
    return (
        Ask(write(AGENCY, over), CHOSEN, is_instant=is_instant),
        Ask(write(EVERYONE, over), ALL, is_instant=is_instant),
    )


AGAINST = Look("percentunit", decimals=1, words={CHOSEN: (CHOSEN, BLUE), ALL: (ALL, GREY)}, highest=1)
BY_AGENCY = "agency"


def each(write_part: str, write_whole: str) -> Ask:
    """Ask for a share by agency, for one column of the table."""
    return Ask(share(write_part, write_whole))


SUMMARY = Row(
    "Cơ quan đã chọn so với mọi cơ quan",
    (
        number(
            "Thư và văn bản",
            "Messages answered, and official documents recognised in those relayed, over the time shown.",
            Ask(counted("messages_total", AGENCY), "thư", is_instant=True),
            Ask(counted("documents_total", AGENCY), "văn bản", is_instant=True),
            look=COUNT,
            width=6,
        ),
        number(
            "Văn bản PDF có ký số",
            "Part of the PDF documents that carry a signature, of those that carry or should carry one.",
            *compared(signed),
            look=AGAINST,
            width=6,
        ),
        number(
            "Tệp văn bản là PDF",
            "Part of the files of official documents that are PDF, relayed or not.",
            *compared(as_pdf),
            look=AGAINST,
            width=6,
        ),
        number(
            "Thư bị từ chối",
            "Part of the messages that was refused.",
            *compared(refused),
            look=AGAINST,
            width=6,
        ).about("AgencyRejectSpike"),
    ),
)

SENT = Row(
    "Gửi những gì",
    (
        lines(
            "Thư mỗi phút theo kết quả",
            "Answered messages of the agencies chosen, by what became of them.",
            Ask(per_minute("messages_total", AGENCY, "disposition"), "{{disposition}}", has_exemplars=True),
            look=Look(PER_MINUTE, words=DISPOSITIONS),
            is_stacked=True,
        ).about("AgencySilent"),
        ranking(
            "Văn bản theo loại",
            "Official documents in relayed messages, by type, over the time shown.",
            some("documents_total", AGENCY, "doc_type"),
            (Column("doc_type", "Loại", names=TYPES),),
            what="Số văn bản",
        ),
        bars(
            "Văn bản theo mức khẩn",
            f"Documents with a mark of urgency, over the time shown. {GOOD_NEWS}",
            Ask(counted("documents_total", f'{AGENCY}, urgency!="none"', "urgency"), "{{urgency}}"),
            look=Look(decimals=0, words=URGENCIES),
            width=8,
        ),
        bars(
            "Dạng tệp của văn bản",
            "Files of official documents by form, relayed or not, over the time shown.",
            Ask(counted("document_files_total", AGENCY, "form"), "{{form}}"),
            look=Look(decimals=0, words=FORMS),
            width=8,
        ),
        bars(
            "Kết quả kiểm chữ ký số",
            "PDF signatures by outcome, over the time shown. none: a signature is missing.",
            Ask(counted("signature_checks_total", AGENCY, "result"), "{{result}}"),
            look=Look(decimals=0, words=SIGNATURES),
            width=8,
        ),
        lines(
            "Xu hướng: có ký số, là PDF, bị từ chối",
            "The three shares of the agencies chosen over time, each point over the hour before it.",
            Ask(signed(AGENCY, "1h"), "có ký số"),
            Ask(as_pdf(AGENCY, "1h"), "là PDF"),
            Ask(refused(AGENCY, "1h"), "bị từ chối"),
            look=Look(
                "percentunit",
                decimals=0,
                highest=1,
                words={"có ký số": ("có ký số", BLUE), "là PDF": ("là PDF", GREEN), "bị từ chối": ("bị từ chối", RED)},
            ),
            width=24,
        ),
    ),
)

WHY = Row(
    "Vì sao bị từ chối, bị gắn nhãn",
    (
        grid(
            "Quy tắc bị vi phạm",
            "Messages of the agencies chosen in which a rule hit, over the time shown. Titles: congthu policy list.",
            Ask(some("agency_rule_matches_total", AGENCY, "agency, rule, effect, posture")),
            columns=(
                OF_AGENCY,
                RULE,
                Column("effect", "Đòi hỏi", names=words(DISPOSITIONS)),
                Column("posture", "Mức áp dụng", names=words(POSTURES)),
                Column("Value", "Số thư", unit="none"),
            ),
            width=14,
            height=8,
        ),
        ranking(
            "Thư miễn phí",
            "Messages in which a rule on free mailboxes hit, over the time shown: senders, and where answers would go."
            f" Of all senders, since free mailboxes are of no agency. {GOOD_NEWS}",
            some("rule_matches_total", f'{PICK}, rule=~"NAT-FREE-.+"', "rule"),
            (RULE,),
            colour=ORANGE,
            width=10,
        ),
    ),
)

COMPARED = Row(
    "So sánh các cơ quan",
    (
        grid(
            "Mọi cơ quan của địa bàn đã chọn",
            "Every agency chosen: territory, class, messages, part refused, part of files that are PDF, part signed.",
            Ask(f'max by (agency, territory, class) (congthu_agency_info{{{AGENCY}, territory=~"$territory"}})'),
            each(
                counted("messages_total", f'{AGENCY}, disposition="reject"', BY_AGENCY),
                counted("messages_total", AGENCY, BY_AGENCY),
            ),
            each(
                counted("document_files_total", f'{AGENCY}, form="pdf"', BY_AGENCY),
                counted("document_files_total", AGENCY, BY_AGENCY),
            ),
            each(
                counted("signature_checks_total", f'{AGENCY}, result!="none"', BY_AGENCY),
                counted("signature_checks_total", AGENCY, BY_AGENCY),
            ),
            Ask(some("messages_total", AGENCY, BY_AGENCY)),
            columns=(
                OF_AGENCY,
                Column("territory", "Địa bàn"),
                Column("class", "Nhóm"),
                Column("Value #B", "Bị từ chối", unit="percentunit"),
                Column("Value #C", "Là PDF", unit="percentunit"),
                Column("Value #D", "Có ký số", unit="percentunit"),
                Column("Value #E", "Số thư", unit="none"),
            ),
        ),
    ),
)

BOARD = Board(
    "congthu-agency",
    "Congthu: Cơ quan / One agency",
    "For compliance: what an agency sends, how much is signed and PDF, what was refused and why, against all others.",
    (SUMMARY, SENT, WHY, COMPARED),
    has_agencies=True,
    shown="now-7d",
)
