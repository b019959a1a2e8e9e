"""The check address through the real daemon: who is answered, with what, and that nothing else ever leaves."""

from __future__ import annotations

import email
import email.policy
import re
from typing import TYPE_CHECKING

import pytest

from gateway.demo.mails import DEPARTMENT_A, OFFICE, PROVINCE
from tests.support.daemon import mail_titled, running_daemon

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from tests.support.daemon import Daemon

CHECK = f"kiemtra@vpubnd.{PROVINCE}"
PLAIN = b"From: vanthu@soa.thunghiem.gov.vn\r\nTo: x\r\nSubject: Trao doi rieng\r\nMessage-ID: <a1@soa.example>\r\n\r\nXin chao.\r\n"
SETTINGS = f'[checking]\naddress = "{CHECK}"\nrecipient = "{OFFICE}"\nper_sender_per_hour = 5\n\n[policy]'
CHANGES = {"[policy]": SETTINGS, 'tls = "none"': 'tls = "none"\nidle_s = 0.000001'}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A gateway with a check address."""
    with running_daemon(tmp_path_factory.mktemp("checked"), changes=CHANGES) as daemon:
        yield daemon


@pytest.fixture
def gateway(running: Daemon) -> Daemon:
    """It, with an empty log, in front of a next hop that accepts everything and has received nothing."""
    running.begin_log()
    running.next_hop.begin_anew()
    return running


def sender(name: str) -> str:
    """A sender of department A that has asked nothing yet."""
    return f"{name}@soa.{PROVINCE}"


def answer_of(gateway: Daemon) -> EmailMessage:
    """The one message the next hop took."""
    (received,) = gateway.next_hop.messages
    return email.message_from_bytes(received.octets, policy=email.policy.default)


def test_a_good_mail_is_answered_and_not_delivered(gateway: Daemon) -> None:
    """The answer comes from <> to the sender alone, threaded, marked automatic (RFC 3834), and quotes nothing."""
    code, _ = gateway.send(PLAIN, sender("mot"), (CHECK,))
    (received,) = gateway.next_hop.messages
    answer = answer_of(gateway)

    assert code == 250
    assert (received.reverse_path, received.forward_paths) == ("", [sender("mot")])
    assert answer["From"].addresses[0].addr_spec == CHECK
    assert answer["To"].addresses[0].addr_spec == sender("mot")
    assert answer["Subject"] == "Kết quả kiểm tra: không có gì phải sửa"
    assert (answer["Auto-Submitted"], answer["In-Reply-To"], answer["References"]) == (
        "auto-replied", "<a1@soa.example>", "<a1@soa.example>",
    )  # fmt: skip
    assert [part.get_content_type() for part in answer.iter_parts()] == ["text/plain", "text/html"]
    text = answer.get_body(("plain",)).get_content()
    assert f"Nếu gửi thật đến {OFFICE}: Thư sẽ được nhận, không có gì phải sửa." in text
    assert "không được chuyển đến ai và không được lưu" in text
    assert b"Xin chao" not in received.octets
    assert "Trao doi rieng" not in text


def test_the_next_hop_is_asked_before_anything_is_read(gateway: Daemon) -> None:
    """At RCPT it hears of a notification to the sender; the answer follows after the client's final dot."""

    def asked() -> list[str]:
        return [command for command in gateway.next_hop.commands if not command.startswith(("EHLO", "QUIT"))]

    with gateway.client() as client:
        client.mail(sender("tam"))
        assert asked() == []
        assert client.rcpt(CHECK)[0] == 250
        assert [command.partition(" SIZE")[0] for command in asked()] == ["MAIL FROM:<>", f"RCPT TO:<{sender('tam')}>"]
        assert client.data(PLAIN) == (250, b"2.0.0 Checked, the answer is on its way")
    assert asked()[2] == "DATA"


def test_what_would_be_refused_is_told_with_its_page(gateway: Daemon) -> None:
    """Each rule with the file at fault, what to do and the help page, in text and HTML; the client hears 250."""
    mail = mail_titled("chính thức dạng .docx")
    code, _ = gateway.send(mail.octets, mail.reverse_path, (CHECK,))
    answer = answer_of(gateway)
    text, html = (answer.get_body((kind,)).get_content() for kind in ("plain", "html"))

    assert code == 250
    assert answer["Subject"] == "Kết quả kiểm tra: sẽ bị từ chối"
    assert "PHẢI SỬA" in text
    for words in ("[BD-1c-0]", ".docx", f"https://congthu.{PROVINCE}/r/BD-1c-0", "Cần làm gì: Xuất .pdf"):
        assert words in text, words
        assert words in re.sub("<[^>]*>", "", html) + html, words


def test_a_check_is_counted_and_logged_apart(gateway: Daemon) -> None:
    """No message in the figures of mail; a line `checked` without subject or names of files."""
    before = gateway.metric("congthu_messages_total")
    answered = gateway.metric("congthu_checks_total", result="answered")
    gateway.send(PLAIN, sender("hai"), (CHECK,))
    (line,) = gateway.events("checked")

    assert gateway.metric("congthu_messages_total") == before
    assert gateway.metric("congthu_checks_total", result="answered") == answered + 1
    assert (line["from"], line["result"], line["code"], line["disposition"]) == (
        sender("hai"),
        "answered",
        250,
        "relay",
    )
    assert gateway.events("transaction") == []
    assert "Trao doi" not in gateway.log_file.read_text()


def test_a_secret_is_refused_in_the_session_and_leaves_nothing(gateway: Daemon) -> None:
    """As at any other address: 554, no answer, no name of it in log or reply."""
    mail = mail_titled("MẬT")
    code, reply = gateway.send(mail.octets, mail.reverse_path, (CHECK,))

    assert code == 554
    assert "bi mat nha nuoc" in reply
    assert gateway.next_hop.messages == []
    assert gateway.events("checked") == []
    assert len(gateway.events("secret_transaction")) == 1


def test_a_secret_is_refused_whatever_the_posture(tmp_path: Path) -> None:
    """Where an operator only observes the rule, real mail passes; an answer about a secret is still never written."""
    observed = '[[posture.entries]]\nrule = "NAT-SEC-1"\nposture = "observe"\n\n[checking]'
    with running_daemon(tmp_path, changes={"[policy]": SETTINGS.replace("[checking]", observed)}) as gateway:
        mail = mail_titled("MẬT")
        code, reply = gateway.send(mail.octets, mail.reverse_path, (CHECK,))

        assert (code, "bi mat nha nuoc" in reply) == (554, True)
        assert gateway.next_hop.messages == []
        assert gateway.metric("congthu_checks_total", result="secret") == 1


@pytest.mark.parametrize(
    "field",
    [
        b"Auto-Submitted: auto-replied",
        b"Precedence: bulk",
        b"List-Id: <thong-bao.example>",
        b"List-Unsubscribe: <mailto:a@b.example>",
    ],
)
def test_programs_and_lists_get_no_answer(gateway: Daemon, field: bytes) -> None:
    """Two robots would write to each other for ever (RFC 3834 section 2); a permanent refusal, no answer."""
    code, _ = gateway.send(field + b"\r\n" + PLAIN, sender(f"may{len(field)}"), (CHECK,))

    assert code == 550
    assert gateway.next_hop.messages == []
    assert gateway.events("checked")[0]["result"] == "automatic"


@pytest.mark.parametrize("reverse_path", ["", CHECK, CHECK.upper()])
def test_nobody_who_could_loop_may_ask(gateway: Daemon, reverse_path: str) -> None:
    """Notifications and our own address are refused before anything is read."""
    assert gateway.send(PLAIN, reverse_path, (CHECK,))[0] == 550
    assert gateway.next_hop.messages == []


def test_strangers_may_not_ask(gateway: Daemon) -> None:
    """Or it would tell spammers what passes, and write to whomever they name."""
    code, reply = gateway.send(PLAIN, "ai-do@ngoai.example", (CHECK,))

    assert (code, "Senders of this house only" in reply) == (550, True)
    assert gateway.events("refused")[0]["situation"] == "check_outsider"
    assert gateway.next_hop.messages == []


def test_an_address_in_utf_8_is_answered_as_it_is(gateway: Daemon) -> None:
    """SMTPUTF8 (RFC 6531): the answer's own field To has it, so it is sent with the extension."""
    with gateway.client() as client:
        client.command_encoding = "utf-8"
        assert client.mail(sender("văn.thư"), ["SMTPUTF8"])[0] == 250
        assert client.rcpt(CHECK)[0] == 250
        assert client.data(PLAIN)[0] == 250
    (received,) = gateway.next_hop.messages

    assert "SMTPUTF8" in received.parameters
    assert received.forward_paths == [sender("văn.thư")]
    assert f"To: <{sender('văn.thư')}>\r\n".encode() in received.octets


def test_a_path_too_long_for_a_field_is_refused(gateway: Daemon) -> None:
    """RFC 5321 section 4.5.3.1.3: nobody has such an address, and it would stand in a field of ours."""
    assert gateway.send(PLAIN, sender("a" * 300), (CHECK,))[0] == 550


def test_the_check_address_stands_alone(gateway: Daemon) -> None:
    """Mixed with others it comes separately, whichever is named first, and the others are delivered as ever."""
    for first, second in ((CHECK, OFFICE), (OFFICE, CHECK)):
        gateway.next_hop.begin_anew()
        with gateway.client() as client:
            client.mail(sender("ba"))
            assert client.rcpt(first)[0] == 250
            assert client.rcpt(second)[0] == 452
            assert client.data(PLAIN)[0] == 250
        (received,) = gateway.next_hop.messages
        assert received.forward_paths == [sender("ba") if first == CHECK else OFFICE]


def test_the_address_is_known_in_any_case(gateway: Daemon) -> None:
    """People write it as they like."""
    assert gateway.send(PLAIN, sender("bon"), (CHECK.upper(),))[0] == 250
    assert gateway.next_hop.messages[0].forward_paths == [sender("bon")]


def test_too_many_checks_wait(gateway: Daemon) -> None:
    """Past the limit of a sender: 450, and others may still ask."""
    codes = [gateway.send(PLAIN, sender("nam"), (CHECK,))[0] for _ in range(6)]

    assert codes == [250] * 5 + [450]
    assert gateway.metric("congthu_checks_total", result="limited") >= 1
    assert gateway.send(PLAIN, sender("sau"), (CHECK,))[0] == 250


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ({"RCPT": ["451 4.3.0 later"]}, 451),
        ({"RCPT": ["550 5.1.1 nobody"]}, 550),
        ({"DOT": ["451 4.3.0 later"]}, 451),
        ({"DOT": ["554 5.7.1 no"]}, 554),
    ],
)
def test_an_answer_the_next_hop_does_not_take_is_no_250(gateway: Daemon, script: dict, code: int) -> None:
    """The client keeps its mail, or tells its sender: nothing waits here."""
    gateway.next_hop.begin_anew(script)
    name = f"bay{code}{''.join(script).lower()}"

    assert gateway.send(PLAIN, sender(name), (CHECK,))[0] == code
    assert gateway.next_hop.messages == []


def test_ordinary_mail_is_as_ever(gateway: Daemon) -> None:
    """Where a check address stands, other mail is relayed octet for octet."""
    assert gateway.send(PLAIN, DEPARTMENT_A, (OFFICE,))[0] == 250
    assert gateway.next_hop.messages[0].octets.endswith(PLAIN)
