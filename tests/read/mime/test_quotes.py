"""What the writer wrote, apart from what is quoted, in the shapes mail programs write."""

import time

import pytest

from gateway.read.mime.paragraphs import Line, plain_lines
from gateway.read.mime.quotes import BodyText, join_bodies, part_quotes
from gateway.read.web.html import html_lines

OWN, MEETING = "Tôi sẽ dự họp.", "Kính mời anh chị dự họp.\nThời gian: 15h30 ngày 30/11/2026"
QUOTED = "> Kính mời anh chị dự họp.\n> Thời gian: 15h30 ngày 30/11/2026"
FROM = "Văn thư Sở A <vanthu@soa.example>"

PLAIN = {
    "Thunderbird": f"On 30/11/2026 08:00, Văn thư Sở A wrote:\n{QUOTED}",
    "Thunderbird, Vietnamese": f"Vào lúc 08:00 30/11/2026, Văn thư Sở A đã viết:\n{QUOTED}",
    "Gmail": f"On Mon, Nov 30, 2026 at 8:12 AM {FROM}\nwrote:\n\n{QUOTED}",
    "Gmail, Vietnamese": f"Vào Th 2, 30 thg 11, 2026 vào lúc 08:12 <vanthu@soa.example> đã viết:\n\n{QUOTED}",
    "Gmail, folded": f"Vào Th 2, 30 thg 11, 2026 vào lúc 08:12 Văn thư Sở A <\nvanthu@soa.example> đã viết:\n\n{QUOTED}",
    "Apple Mail": f"On 30 Nov 2026, at 08:00, {FROM} wrote:\n\n{QUOTED}",
    "iOS, Vietnamese": f"Vào 08:00, 30 thg 11, 2026, {FROM} đã viết:\n\n{QUOTED}",
    "Roundcube": f"Vào lúc 2026-11-30 08:00, Văn thư Sở A viết:\n{QUOTED}",
    "without marks": f"Vào 30/11/2026 08:00, Văn thư Sở A đã viết:\n{MEETING}",
    "without introduction": QUOTED,
    "Outlook": f"From: {FROM}\nSent: Monday, November 30, 2026 8:00 AM\nTo: Văn phòng\nSubject: Mời họp\n\n{MEETING}",
    "Outlook, Vietnamese": f"Từ: Văn thư Sở A\nĐã gửi: Thứ Hai, 30 tháng 11 2026 8:00 SA\nĐến: VP\nChủ đề: x\n\n{MEETING}",
    "Outlook, long": f"{'_' * 32}\nFrom: {FROM}\nSent: 30/11/2026\nTo: a\nCc: b\nSubject: x\nImportance: High\n\n{MEETING}",
    "Outlook Express": f"----- Original Message -----\nFrom: {FROM}\nTo: a\nSent: 30/11\nSubject: x\n\n{MEETING}",
    "old Outlook": f"-----Original Message-----\nFrom: {FROM}\nSent: 30/11\nTo: a\nSubject: x\n\n{MEETING}",
    "Zimbra": f'----- Original Message -----\nFrom: "A" <a@b>\nTo: "B" <b@c>\nSent: 30/11\nSubject: x\n\n{MEETING}',
    "Zimbra, Vietnamese": f'----- Thư gốc -----\nTừ: "A" <a@b>\nĐến: "B" <b@c>\nĐã gửi: 30/11\nChủ đề: x\n\n{MEETING}',
    "Samsung": f"-------- Original message --------\nFrom: {FROM}\nDate: 30/11/2026 08:00 (GMT+07:00)\nTo: a\n\n{MEETING}",
    "Samsung, Vietnamese": f"-------- Tin nhắn gốc --------\nTừ: {FROM}\nNgày: 30/11/2026\nĐến: a\n\n{MEETING}",
    "bold fields": f"*From:* {FROM}\n*Sent:* Monday\n*To:* a\n*Subject:* x\n\n{MEETING}",
}
FORWARDS = {
    "Gmail": f"---------- Forwarded message ---------\nFrom: {FROM}\nDate: 30/11\nSubject: x\nTo: <a@b>\n\n\n{MEETING}",
    "Gmail, Vietnamese": f"---------- Forwarded message ---------\nTừ: {FROM}\nDate: 30/11\nSubject: x\nTo: a\n\n{MEETING}",
    "Thunderbird": f"-------- Forwarded Message --------\nSubject: \tx\nDate: \t30/11\nFrom: \tA <a@b>\nTo: \tb\n\n{MEETING}",
    "Thunderbird, Vietnamese": f"-------- Tin nhắn chuyển tiếp --------\nChủ đề: \tx\nNgày: \t30/11\nTừ: \tA\n\n{MEETING}",
    "Apple Mail": f"Begin forwarded message:\n\nFrom: {FROM}\nSubject: x\nDate: 30/11\nTo: a\n\n{MEETING}",
    "iOS, Vietnamese": f"Bắt đầu thư được chuyển tiếp:\n\nTừ: {FROM}\nNgày: 30/11\nĐến: a\nChủ đề: x\n\n{MEETING}",
    "Zimbra": f"----- Forwarded Message -----\nFrom: A\nTo: b\nSent: 30/11\nSubject: x\n\n{MEETING}",
    "Roundcube": f"-------- Original Message --------\nSubject: x\nDate: 30/11\nFrom: A <a@b>\nTo: b\n\n{MEETING}",
}
PAGE = "<div>Kính mời anh chị dự họp.</div><div>Thời gian: 15h30 ngày 30/11/2026</div>"
PAGES = {
    "Gmail": (
        '<div dir="ltr">Tôi sẽ dự họp.</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" '
        'class="gmail_attr">Vào Th 2, 30 thg 11, 2026 vào lúc 08:12 &lt;<a href="mailto:a@b">a@b</a>&gt; đã viết:<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{PAGE}</blockquote></div>'
    ),
    "Outlook on the web": (
        '<div class="elementToProof">Tôi sẽ dự họp.</div><div id="appendonsend"></div><hr style="display:inline-block">'
        '<div id="divRplyFwdMsg" dir="ltr"><font><b>Từ:</b> A &lt;a@b&gt;<br><b>Đã gửi:</b> 30/11<br><b>Đến:</b> b<br>'
        f"<b>Chủ đề:</b> x</font><div>&nbsp;</div></div>{PAGE}"
    ),
    "Outlook": (
        "<p class=MsoNormal>Tôi sẽ dự họp.<o:p></o:p></p><div style='border:none;border-top:solid #E1E1E1 1.0pt'>"
        "<p class=MsoNormal><b>From:</b> A<br><b>Sent:</b> Monday<br><b>To:</b> b<br><b>Subject:</b> x<o:p></o:p></p></div>"
        "<p class=MsoNormal>Kính mời anh chị dự họp.</p><p class=MsoNormal>Thời gian: 15h30\nngày 30/11/2026</p>"
    ),
    "Outlook 2003": (
        '<div>Tôi sẽ dự họp.</div><div class="OutlookMessageHeader" lang="en-us"><hr tabindex="-1"><b>From:</b> A<br>'
        f"<b>Sent:</b> Monday<br><b>To:</b> b<br><b>Subject:</b> x<br></div>{PAGE}"
    ),
    "Thunderbird": (
        '<p>Tôi sẽ dự họp.</p><div class="moz-cite-prefix">On 30/11/2026 08:00, A wrote:<br></div>'
        f'<blockquote type="cite" cite="mid:1@a">{PAGE}</blockquote>'
    ),
    "Thunderbird, forward": (
        '<p>Tôi sẽ dự họp.</p><div class="moz-forward-container"><br>-------- Forwarded Message --------'
        '<table class="moz-email-headers-table"><tr><th>Subject: </th><td>x</td></tr><tr><th>Date: </th><td>30/11</td></tr>'
        f"<tr><th>From: </th><td>A &lt;a@b&gt;</td></tr></table>{PAGE}</div>"
    ),
    "Apple Mail": (
        '<div>Tôi sẽ dự họp.</div><div><br><blockquote type="cite"><div>On 30 Nov 2026, at 08:00, A &lt;a@b&gt; wrote:</div>'
        f'<br class="Apple-interchange-newline"><div>{PAGE}</div></blockquote></div>'
    ),
    "Zimbra": (
        '<div style="font-family: arial">Tôi sẽ dự họp.<div><br></div><hr id="zwchr" data-marker="__DIVIDER__">'
        '<div data-marker="__HEADERS__"><b>From: </b>"A" &lt;a@b&gt;<br><b>To: </b>b<br><b>Sent: </b>30/11<br><b>Subject: '
        f'</b>x<br></div><div data-marker="__QUOTED_TEXT__">{PAGE}</div></div>'
    ),
    "Roundcube": (
        '<div>Tôi sẽ dự họp.</div><p id="reply-intro">Vào lúc 2026-11-30 08:00, A viết:</p>'
        f'<blockquote type="cite" style="padding: 0 0.4em">{PAGE}</blockquote>'
    ),
    "Yahoo": (
        '<div>Tôi sẽ dự họp.</div><div id="ydp1yahoo_quoted_1" class="ydp1yahoo_quoted"><div>Vào 08:00 Th 2, A &lt;a@b&gt; '
        f"đã viết:</div><div>{PAGE}</div></div>"
    ),
    "Zoho": (
        '<div>Tôi sẽ dự họp.</div><div class="zmail_extra" style=""><div>---- On Mon, 30 Nov 2026 <b>A</b> wrote ----'
        f'</div><blockquote id="blockquote_zmail">{PAGE}</blockquote></div>'
    ),
    "marks in a page": "Tôi sẽ dự họp.<br><br>&gt; Kính mời anh chị dự họp.<br>&gt; Thời gian: 15h30 ngày 30/11/2026",
}


@pytest.mark.parametrize("shape", PLAIN)
def test_reply(shape: str) -> None:
    """A reply is what stands over the quotation; the quotation is the mail below its fields."""
    body = part_quotes(plain_lines(f"{OWN}\n\n{PLAIN[shape]}"))
    assert (body.own.strip("_\n"), body.quoted) == (OWN, MEETING)


@pytest.mark.parametrize("shape", FORWARDS)
@pytest.mark.parametrize("own", [OWN, ""])
def test_forward(own: str, shape: str) -> None:
    """A forward passes on what another wrote, with a note of its own or none."""
    body = part_quotes(plain_lines(f"{own}\n\n{FORWARDS[shape]}"))
    assert (body.own, body.quoted, body.subjects) == (own, MEETING, ("x",))


@pytest.mark.parametrize("shape", PAGES)
def test_page(shape: str) -> None:
    """Pages are parted by what programs put around or before the quoted mail."""
    body = part_quotes(html_lines(PAGES[shape], 60_000))
    assert body.own == OWN
    assert body.quoted.endswith(MEETING)


ONE_AUTHOR = [
    "Kính mời anh chị dự họp.\nThời gian: 15h30 ngày 30/11/2026\n-- \nVăn thư Sở A",
    "Người gửi: Văn thư Sở A\nNgày gửi: 30/11/2026\nTrích yếu: Mời họp\nĐộ mật: Thường",
    "Từ ngày 30/11 áp dụng.\nNgày: 30/11\nĐến: hết năm",
    "Từ: 8 giờ\nĐến: 10 giờ\nĐịa điểm: Hội trường",
    "Anh Hoa có viết: hồ sơ đã đủ.\nEm xin gửi lại.",
    "Em viết:\n- mục một\n- mục hai",
    "Đề nghị chuyển tiếp thư này cho các phòng.\nVăn bản gốc gửi sau.",
    "Nội dung ban đầu không đổi.\n--\nVăn thư",
    "a > b\n=> đồng ý",
    "From: đầu năm\nđến nay",
]


@pytest.mark.parametrize("text", ONE_AUTHOR)
def test_one_author(text: str) -> None:
    """What only reminds of a quotation is the writer's."""
    assert part_quotes(plain_lines(text)) == BodyText(text)


def test_indented_page() -> None:
    """A blockquote without a source is an indentation."""
    lines = html_lines("<p>Nội dung:</p><blockquote style='margin:0 0 0 40px'>một<br>hai</blockquote>", 1_000)
    assert part_quotes(lines) == BodyText("Nội dung:\nmột\nhai")


def test_answers_between() -> None:
    """Answers between the lines of the quoted mail are the writer's."""
    text = "> Thời gian: 15h30 ngày 30/11\nĐồng ý.\n> Địa điểm: Hội trường\nEm đề nghị phòng 2."
    assert part_quotes(plain_lines(text)) == BodyText(
        "Đồng ý.\nEm đề nghị phòng 2.", "Thời gian: 15h30 ngày 30/11\n\f\nĐịa điểm: Hội trường"
    )


def test_heads() -> None:
    """Each quoted mail stands on a page of its own, its subject told apart."""
    text = (
        "Chuyển anh.\n-----Original Message-----\nFrom: A\nSent: 1\nTo: b\nSubject: Hai (MẬT)\n\nMẬT\nhai\n"
        "From: B\nSent: 2\nTo: c\nSubject: Một\n\nmột"
    )
    assert part_quotes(plain_lines(text)) == BodyText("Chuyển anh.", "MẬT\nhai\n\f\n\nmột", ("Hai (MẬT)", "Một"))


def test_views_of_one_text() -> None:
    """An alternative that says the same, in links and stars apart, is not read twice."""
    views = [BodyText("Kính gửi *anh chị*\nxem <https://a.example/x>"), BodyText("Kính gửi anh chị xem")]
    assert join_bodies(views) == views[0].own
    assert join_bodies([BodyText("một"), BodyText("hai"), BodyText("")]) == "một\n\f\nhai"


@pytest.mark.parametrize(
    "lines",
    [
        [Line(0, "From: a")] * 20_000,
        [Line(n % 2, "wrote:") for n in range(20_000)],
        [Line(0, "On 1 wrote")] * 20_000,
        [Line(0, "-" * 399)] * 200,
        [Line(0, "--original" + " " * 380)] * 200,
        [Line(n % 20, ">") for n in range(20_000)],
    ],
)
def test_hostile_quotes(lines: list[Line]) -> None:
    """Any lines are parted in time that grows with their number."""
    begin = time.process_time()
    part_quotes(lines)
    assert time.process_time() - begin < 1.5


@pytest.mark.parametrize(
    "page",
    [
        "<blockquote type=cite>" * 40_000,
        "<blockquote type=cite></blockquote>" * 20_000,
        "<div class=gmail_quote " * 40_000,
        "<pre>\n" * 100_000,
        "<td>\1" * 100_000,
        "<div style='white-space:pre" * 30_000,
        "<tr><td><p>" * 60_000,
        "<td>" + "<p>a" * 100_000 + "<td>" + "<p>b" * 100_000,
        "<br>" * 200_000,
    ],
)
def test_hostile_page(page: str) -> None:
    """Any page is laid out in time that grows with its length."""
    begin = time.process_time()
    part_quotes(html_lines(page, 60_000))
    assert time.process_time() - begin < 2.5
