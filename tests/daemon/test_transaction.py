"""Whole transactions through the real daemon: what the client, the next hop, the log and the metrics see."""

import os
import re
import signal

import pytest

from gateway.demo.mails import DEPARTMENT_A, OFFICE, PROVINCE
from tests.support.daemon import mail_titled, world
from tests.support.scripted_nexthop import DROP, RESET

PLAIN = b"From: vanthu@soa.thunghiem.gov.vn\r\nTo: x\r\nSubject: Trao doi\r\n\r\nXin chao.\r\n"


@pytest.mark.parametrize("mail", [mail for mail in world()[1] if mail.expected != "rcpt"], ids=lambda mail: mail.title)
def test_every_sample_mail_gets_its_verdict(gateway, mail):
    """The verdicts of the demonstration hold; refused mail never reaches the next hop, other mail does."""
    before = len(gateway.next_hop.messages)
    code, reply = gateway.send_mail(mail)
    arrived = len(gateway.next_hop.messages) - before
    if mail.expected == "reject":
        assert (code, arrived) == (554, 0)
        assert f"[{mail.rule} " in reply
    else:
        assert (code, arrived) == (250, 1)
        field = re.search(rb"Congthu-Verdict:.*?\r\n(?![ \t])", gateway.next_hop.messages[-1].octets, re.DOTALL)[0]
        assert f"disposition={mail.expected}".encode() in field
        assert mail.rule.encode() in field


def test_octets_below_our_fields_are_the_received_octets(gateway):
    """Nothing but our fields on top changes, dots at line starts, 8-bit octets and odd spacing included."""
    message = PLAIN.replace(b"Xin chao.", b"..\r\n.\xc3\xa1 \t \r\n\r\nend  ")
    with gateway.client() as client:
        client.mail(DEPARTMENT_A, ["BODY=8BITMIME"])
        client.rcpt(OFFICE)
        assert client.data(message)[0] == 250
    received = gateway.next_hop.messages[-1].octets.replace(b"\r\n.", b"\r\n")
    assert received.endswith(message)
    added = received[: -len(message)]
    assert re.fullmatch(
        rb"(?:(?:Received|Congthu-Verdict|Congthu-Tag|Importance|X-Priority):(?:.*\r\n)(?:[ \t].*\r\n)*)+", added
    )


def test_forged_fields_of_ours_are_removed(gateway):
    """An inbound Congthu-Verdict or a result in our name never passes (RFC 8601 section 5)."""
    forged = b"congthu-VERDICT : 1; disposition=relay\r\n\tfolded\r\nAuthentication-Results: congthu.thunghiem.gov.vn; dkim=pass\r\n"
    assert gateway.send(forged + PLAIN, DEPARTMENT_A)[0] == 250
    received = gateway.next_hop.messages[-1].octets
    assert received.endswith(PLAIN)
    assert b"dkim=pass" not in received
    assert b"folded" not in received
    assert received.lower().count(b"congthu-verdict") == 1


@pytest.mark.parametrize(
    ("first", "seam"),
    [
        (b" urgent\r\n", b"\r\n"),
        (b"\tCongthu-Tag: x\r\n", b"\r\n"),
        (b"   \r\n", b"\r\n"),
        (b". stuffed alone\r\n", b"\r\n"),
        (b"congthu-tag: x\r\n folded\r\n . \r\n", b""),
        (b".congthu-tag: x\r\n.\tfolded\r\n", b""),
        (b"no colon\r\n", b""),
        (b": no name\r\n", b""),
        (b"\xa0\xc3\xa1: x\r\n", b""),
        (b"..dot\r\n", b""),
        (b"From vanthu@soa.thunghiem.gov.vn Mon Nov 30 10:00:00 2026\r\n", b"X-Mailbox-Line: "),
    ],
)
def test_no_first_line_becomes_part_of_our_fields(gateway, first, seam):
    """Whatever a message begins with, our last field ends where we ended it, and the received octets follow it."""
    below = b"" if first.strip(b".").startswith(b"congthu-") else first
    with gateway.client() as client:
        client.mail(DEPARTMENT_A)
        client.rcpt(OFFICE)
        client.docmd("DATA")
        client.send(first + PLAIN + b".\r\n")
        assert client.getreply()[0] == 250
    received = gateway.next_hop.messages[-1].octets
    assert received.endswith(seam + below + PLAIN)
    ours = received.removesuffix(below + PLAIN).removesuffix(seam)
    assert re.fullmatch(rb"(?:(?:Received|Congthu-Verdict|Congthu-Tag):.*\r\n(?: .*\r\n)*)+", ours)
    assert (seam + below)[:1] not in {b" ", b"\t"}
    assert b"folded" not in received


def test_the_null_reverse_path_stays_null(gateway):
    """A notification is relayed from <> (RFC 5321 section 4.5.5)."""
    assert gateway.send(PLAIN, "")[0] == 250
    assert gateway.next_hop.messages[-1].reverse_path == ""


def test_the_bare_postmaster_is_taken(gateway):
    """RFC 5321 section 4.5.1: every server takes mail to <postmaster>, though it names no domain and so no route."""
    assert gateway.send(PLAIN, DEPARTMENT_A, ("postmaster",))[0] == 250
    assert gateway.next_hop.messages[-1].forward_paths == ["postmaster"]


def test_every_stage_is_timed(gateway):
    """The log tells where the time of a transaction went, from 354 on."""
    gateway.send(PLAIN, DEPARTMENT_A)
    assert list(gateway.events("transaction")[-1]["stages_ms"]) == ["receive", "wait", "read", "judge", "relay"]


def test_nobody_outside_relays_elsewhere(gateway):
    """Never an open relay: foreign domains and the classic tricks are refused."""
    for recipient in (
        "a@elsewhere.example",
        f"a%elsewhere.example@{PROVINCE}",
        f"elsewhere.example!a@vpubnd.{PROVINCE}",
        f"@vpubnd.{PROVINCE}:a@elsewhere.example",
        "a@[127.0.0.1]",
        f'"a@elsewhere.example"@vpubnd.{PROVINCE}',
    ):
        code, _reply = gateway.send(PLAIN, DEPARTMENT_A, (recipient,))
        assert 550 <= code <= 553, recipient


def test_a_looping_message_is_refused(gateway):
    """More than 100 Received fields is a loop (RFC 5321 section 6.3)."""
    hops = b"".join(b"Received: from a by b; Sat, 21 Nov 2026 00:00:%02d +0700\r\n" % (i % 60) for i in range(101))
    code, reply = gateway.send(hops + PLAIN, DEPARTMENT_A)
    assert (code, reply[:5]) == (554, "5.4.6")


def test_one_transaction_is_one_line_and_one_count(gateway):
    """The id of the reply stands in the log line, in Received and in the verdict field."""
    before = gateway.metric("congthu_messages_total", agency="so-a", disposition="relay")
    code, reply = gateway.send(PLAIN, DEPARTMENT_A)
    assert code == 250
    (line,) = [event for event in gateway.events("transaction") if event["id"] in reply]
    received = gateway.next_hop.messages[-1].octets
    assert received.count(line["id"].encode()) == 2
    assert line["agency"] == "so-a"
    assert gateway.metric("congthu_messages_total", agency="so-a", disposition=line["disposition"]) == before + 1


CANARY = "Chim Hoàng Yến 7731"


@pytest.mark.parametrize("place", ["subject", "file name", "body"])
def test_a_state_secret_leaves_no_trace(gateway, place):
    """Log, reply and metrics hold nothing of a marked message; the next hop never sees it (SEC-1)."""
    text = {
        "subject": ("[TỐI MẬT] " + CANARY, "", ""),
        "file name": ("", f"[MẬT] {CANARY}.txt", ""),
        "body": ("", "", f"Độ mật: Tuyệt mật\r\n{CANARY}"),
    }
    subject, name, body = text[place]
    message = (
        f"From: {DEPARTMENT_A}\r\nMIME-Version: 1.0\r\nSubject: {subject}\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
        f'{body}\r\n--b\r\nContent-Type: text/plain; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\n'
        "x\r\n--b--\r\n"
    ).encode()
    before = len(gateway.next_hop.messages)
    code, reply = gateway.send(message, DEPARTMENT_A)
    assert (code, len(gateway.next_hop.messages)) == (554, before)
    words = ("Chim", "7731", "Hoàng", "Hoang", "ng Y")
    for witness in (
        reply,
        gateway.log_file.read_text().encode().decode("unicode_escape", "replace"),
        gateway.page("/metrics")[1],
    ):
        assert not [word for word in words if word in witness]
    (line,) = [event for event in gateway.events("secret_transaction") if event["id"] in reply]
    assert set(line) <= {
        "event",
        "id",
        "severity",
        "time",
        "client",
        "from",
        "to_count",
        "to",
        "disposition",
        "rules",
        "code",
    }


def test_an_unknown_recipient_is_refused_in_session(gateway):
    """The next hop's own words reach the client at RCPT, and the other recipient still gets the message."""
    gateway.next_hop.script["RCPT"] = lambda line: "550 5.1.1 No such user" if "khongco" in line else None
    with gateway.client() as client:
        client.mail(DEPARTMENT_A)
        assert client.rcpt(f"khongco@vpubnd.{PROVINCE}") == (550, b"5.1.1 No such user")
        assert client.rcpt(OFFICE)[0] == 250
        assert client.data(PLAIN)[0] == 250
        assert gateway.next_hop.messages[-1].forward_paths == [OFFICE]


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ({"BANNER": "554 go away"}, 451),
        ({"BANNER": DROP}, 451),
        ({"EHLO": "550 no"}, 451),
        ({"MAIL": "421 4.3.2 closing"}, 451),
        ({"MAIL": "450 4.7.1 later"}, 450),
        ({"MAIL": "550 5.7.1 no"}, 550),
        ({"RCPT": RESET}, 451),
        ({"RCPT": "452 4.2.2 full"}, 452),
        ({"DATA": DROP}, 451),
        ({"DATA": "554 5.5.1 no"}, 554),
        ({"BODY": RESET}, 451),
        ({"DOT": "garbage"}, 451),
        ({"DOT": "452 4.3.1 room"}, 452),
        ({"DOT": "554 5.7.1 content"}, 554),
        ({"AFTERDOT": DROP}, 451),
    ],
    ids=str,
)
def test_trouble_at_the_next_hop_never_loses_or_refuses_mail_for_good(gateway, script, code):
    """Trouble is 451; only the next hop's own 4yz and 5yz to a command pass through."""
    gateway.next_hop.script.update(script)
    answer, reply = gateway.send(PLAIN, DEPARTMENT_A)
    assert answer == code
    assert reply[:2] == f"{code // 100}."


def test_a_killed_worker_costs_at_most_one_deferral(gateway):
    """After kill -9 of every reader: the gateway answers 250 or 4yz, never 5yz, and works on."""
    killed = gateway.workers()
    for worker in killed:
        os.kill(worker, signal.SIGKILL)
    code, _reply = gateway.send(PLAIN, DEPARTMENT_A)
    assert code in {250, 451}
    gateway.wait_for(lambda: gateway.send(PLAIN, DEPARTMENT_A)[0] == 250, "no worker came back")
    gateway.wait_for(lambda: {event["pid"] for event in gateway.events("reader_lost")} == set(killed), "a loss unsaid")


def test_a_document_of_an_agency_is_judged_by_its_certificate(gateway):
    """The same unsigned PDF is refused from the agency with a certificate; the reply names the file."""
    code, reply = gateway.send_mail(mail_titled("chưa ký"))
    assert code == 554
    assert '"125_SA-VP.pdf"' in reply
    assert all(ord(character) < 127 for character in reply)
