"""Bodies of whole messages: what the writer wrote speaks for the mail, and a secret quoted is a secret passed."""

import pytest

from gateway.values.facts import MessageFacts, Secrecy
from tests.read.test_mime_techniques import read

HEAD = "From: vanthu@so-a.example.vn\r\nSubject: Re: Trao doi\r\nMIME-Version: 1.0\r\n"
INVITED = "Kính mời đồng chí dự họp.\r\nThời gian: 15 giờ 30 ngày 30/11/2026\r\nSố: 12/GM-SA"
ANSWER = "Tôi sẽ dự họp."


def mail(text: str, kind: str = "text/plain; charset=utf-8") -> MessageFacts:
    """Facts of a mail of one text."""
    return read(f"{HEAD}Content-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n".encode())


def marked(text: str, mark: str = "> ") -> str:
    """A quotation."""
    return "\r\n".join(mark + line for line in text.split("\r\n"))


QUOTATIONS = {
    "marks": "On 30/11/2026 08:00, Văn thư wrote:\r\n" + marked(INVITED),
    "Gmail": "Vào Th 2, 30 thg 11, 2026 vào lúc 08:12 <a@b.example> đã viết:\r\n\r\n" + marked(INVITED),
    "Outlook": "Từ: A\r\nĐã gửi: 30/11/2026 8:00 SA\r\nĐến: B\r\nChủ đề: Mời họp\r\n\r\n" + INVITED,
    "forward": "---------- Forwarded message ---------\r\nTừ: A <a@b.example>\r\nDate: 30/11\r\nSubject: x\r\nTo: c\r\n\r\n"
    + INVITED,
    "levels": ">> " + marked(INVITED, ">> "),
}


@pytest.mark.parametrize("shape", QUOTATIONS)
def test_a_quoted_invitation_is_not_the_mails(shape: str) -> None:
    """Number, meeting and urgency of a quoted mail are another's."""
    facts = mail(f"{ANSWER}\r\n\r\n{QUOTATIONS[shape]}")

    marks = facts.body_marks
    assert (marks.is_invitation, marks.meeting_time, marks.number, marks.urgency.value) == (False, None, None, "none")


@pytest.mark.parametrize("shape", QUOTATIONS)
def test_a_quoted_secret_is_passed_on(shape: str) -> None:
    """A mark at the head of a quoted mail counts."""
    quoted = QUOTATIONS[shape].replace("Kính mời đồng chí dự họp.", "TỐI MẬT")
    facts = mail(f"Chuyển đồng chí.\r\n\r\n{quoted}")

    assert (facts.secrecy, facts.body_marks.secrecy) == (Secrecy.TOI_MAT, Secrecy.TOI_MAT)


def test_a_quoted_subject_is_read() -> None:
    """The subject of a quoted mail is marked like any subject."""
    text = (
        "Chuyển.\r\n-----Original Message-----\r\nFrom: A\r\nSent: 30/11\r\nTo: B\r\nSubject: Kế hoạch A (MẬT)\r\n\r\nx"
    )
    assert mail(text).secrecy is Secrecy.MAT


def test_own_invitation_over_a_quotation() -> None:
    """What stands over the quotation is the mail's."""
    facts = mail(f"{INVITED}\r\n\r\nOn 30/11/2026 08:00, A wrote:\r\n> Khi nào họp?")
    assert (facts.body_marks.is_invitation, facts.body_marks.meeting_time) == (True, "2026-11-30T15:30:00+07:00")


WRAPPED = {
    "hard": ("Em đã nhắc các thôn giữ gìn thông tin cá nhân và tài khoản, nhớ bảo\r\nmật.", "text/plain; charset=utf-8"),
    "flowed": ("Em đã nhắc các thôn giữ gìn tài khoản, tuyệt đối bảo \r\nmật.", "text/plain; charset=utf-8; format=flowed"),
    "delsp": ("Em đã nhắc giữ gìn tài khoản, tuyệt đối bảo  \r\nmật.", "text/plain; charset=utf-8; format=flowed; delsp=yes"),
    "html": ("<p>Em đã nhắc các thôn giữ gìn tài khoản, nhớ bảo\r\nmật.</p>", "text/html; charset=utf-8"),
    "html br": (
        "Em đã nhắc các thôn giữ gìn thông tin cá nhân và tài khoản, nhớ bảo<br>\r\nmật.", "text/html; charset=utf-8",
    ),
    "quoted": (
        "Vâng.\r\n\r\n> Em đã nhắc các thôn giữ gìn thông tin cá nhân và tài khoản, nhớ bảo\r\n> mật.",
        "text/plain; charset=utf-8",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", WRAPPED)
def test_a_word_wrapped_alone_is_no_mark(shape: str) -> None:
    """A line break of a program sets no mark."""
    assert mail(*WRAPPED[shape]).secrecy is Secrecy.NONE


@pytest.mark.parametrize(
    ("rows", "secrecy"),
    [
        ("<tr><td>Độ mật</td><td>Mật</td></tr><tr><td>Độ khẩn</td><td>Thường</td></tr>", Secrecy.MAT),
        ("<tr><td><p>Độ\r\nmật</p></td><td><p>Tuyệt\r\nmật</p></td></tr>", Secrecy.TUYET_MAT),
        ("<tr><th>Độ khẩn<th>Độ mật<tr><td>Thường<td>Thường", Secrecy.NONE),
        ("<tr><td>Độ mật</td><td>Thường</td></tr>", Secrecy.NONE),
    ],
)
def test_fields_in_cells(rows: str, secrecy: Secrecy) -> None:
    """Label and value of a field stand in the cells of one row."""
    assert mail(f"<table>{rows}</table>", "text/html; charset=utf-8").secrecy is secrecy
