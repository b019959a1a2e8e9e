"""What client, log and metrics say when the next hop does not take mail: the real daemon in front of a scripted one."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from gateway.demo.mails import DEPARTMENT_A, OFFICE
from tests.support.daemon import mail_titled, running_daemon
from tests.support.scripted_nexthop import DROP, EXTENSIONS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.daemon import Daemon

OFFERED = (*EXTENSIONS, "STARTTLS")


def test_next_hop_that_does_not_know_us_costs_no_sender_a_bounce(gateway: Daemon) -> None:
    """`Relay access denied` is 451 to the client; log and metrics say whose trouble it is and in whose words."""
    gateway.next_hop.script["RCPT"] = "554 5.7.1 <a@b.example>: Relay access denied"
    before = gateway.metric("congthu_relay_attempts_total", result="gateway_refused")
    code, text = gateway.send_mail(mail_titled("Công dân gửi"))

    assert (451, "4.3.5") == (code, text.split()[0])
    assert before + 1 == gateway.metric("congthu_relay_attempts_total", result="gateway_refused")
    (refused,), (failed,) = gateway.events("refused"), gateway.events("relay_failed")
    assert ("next_hop_refuses_us", "RCPT") == (refused["situation"], refused["stage"])
    assert "554 <a@b.example>: Relay access denied" == refused["next_hop_reply"] == failed["reason"]
    assert ("gateway_refused", refused["id"]) == (failed["result"], failed["id"])


def test_mail_in_plain_where_tls_was_offered_is_seen(tmp_path: Path) -> None:
    """A handshake that fails costs no mail under `opportunistic`; log and metrics say which host, why, and which mail."""
    changes = {'tls = "none"': 'tls = "opportunistic"'}
    with running_daemon(
        tmp_path, {"STARTTLS": lambda _line: ("220 2.0.0 Go", DROP)}, changes, extensions=OFFERED
    ) as daemon:
        assert 250 == daemon.send_mail(mail_titled("Công dân gửi"))[0]

        assert 0 < daemon.metric("congthu_relay_connections_total", tls="failed")
        assert 0 == daemon.metric("congthu_relay_attempts_total", result="connection_failed")
        (transaction,), told = daemon.events("transaction"), daemon.events("relay_in_plain")
    assert "failed" == transaction["next_hop_tls"]
    assert transaction["id"] in {line.get("id") for line in told}
    assert {(transaction["route"], daemon.next_hop.host)} == {(line["route"], line["next_hop"]) for line in told}
    assert all(line["reason"] for line in told)


def test_lines_of_a_refusal_reach_the_client(gateway: Daemon) -> None:
    """A next hop that explains itself in three lines is heard with all of them."""
    gateway.next_hop.script["DOT"] = "550-5.7.1 Refused\r\n550-5.7.1 Ask the help desk\r\n550 5.7.1 Case 4711"
    code, text = gateway.send_mail(mail_titled("Công dân gửi"))

    assert (550, ["5.7.1 Refused", "5.7.1 Ask the help desk", "5.7.1 Case 4711"]) == (code, text.splitlines())
    assert "550 Refused Ask the help desk Case 4711" == gateway.events("transaction")[0]["next_hop_reply"]


@pytest.mark.parametrize("said", ["251 2.0.0 Forwarded", "252 2.0.0 Stored"])
def test_stored_mail_is_not_asked_for_again(gateway: Daemon, said: str) -> None:
    """Any 2yz after the final dot is 250 to the client: a 451 would bring copies without end."""
    gateway.next_hop.script["DOT"] = said
    code, _text = gateway.send_mail(mail_titled("Công dân gửi"))

    assert (250, 1) == (code, len(gateway.next_hop.messages))


def test_clients_are_offered_what_the_next_hop_offers(tmp_path: Path) -> None:
    """Learned at the start, before any mail, so that a client converts or bounces by itself what would not go on.

    Learned again with every reload and every connection.
    """
    words = {"8bitmime", "smtputf8", "dsn"}
    with running_daemon(tmp_path, extensions=()) as daemon:

        def is_offered(expected: set[str]) -> bool:
            with daemon.client() as client:
                return expected == words & set(client.esmtp_features)

        daemon.wait_for(lambda: is_offered(set()), "the keywords are not learned")
        daemon.next_hop.extensions = ("8BITMIME",)
        assert 250 == daemon.send_mail(mail_titled("Công dân gửi"))[0]
        assert is_offered({"8bitmime"})
        daemon.next_hop.extensions = ("8BITMIME", "SMTPUTF8", "DSN")
        daemon.signal(signal.SIGHUP)
        daemon.wait_for(lambda: is_offered(words), "the keywords are not learned anew")


CITIZEN = "congdan.demo@gmail.com"


def test_reports_asked_for_reach_the_next_hop(gateway: Daemon) -> None:
    """What a mail server in front of us asks (RFC 3461) is asked of the server behind us, octet for octet."""
    gateway.next_hop.extensions = ("DSN", "SIZE 9999999")
    octets = mail_titled("Công dân gửi").octets
    assert gateway.send(octets, CITIZEN)[0] == 250  # from now on it is known what the next hop offers
    with gateway.client() as client:
        assert client.mail(CITIZEN, ["RET=HDRS", "ENVID=a+2Bb"])[0] == 250
        assert client.rcpt(OFFICE, ["NOTIFY=FAILURE,DELAY", f"ORCPT=rfc822;{OFFICE}"])[0] == 250
        assert client.data(octets)[0] == 250

    assert "RET=HDRS ENVID=a+2Bb" in gateway.next_hop.messages[-1].parameters
    assert f"RCPT TO:<{OFFICE}> NOTIFY=FAILURE,DELAY ORCPT=rfc822;{OFFICE}" in gateway.next_hop.commands


def test_next_hop_that_quotes_a_marked_secret_is_not_quoted_in_the_log(tmp_path: Path) -> None:
    """Where the rule is only observed the mail goes on; of a refusal that repeats its subject the log has the code alone."""
    observed = "".join(
        f'[[posture.entries]]\nrule = "{rule}"\nposture = "observe"\n'
        for rule in ("NAT-SEC-1", "NAT-SEC-2", "NAT-SEC-3")
    )
    script = {"DOT": "554 5.7.1 Chim Hoang Yen 7731 is not wanted here"}
    with running_daemon(tmp_path, script, {"[policy]": f"{observed}[policy]"}) as daemon:
        octets = f"From: {DEPARTMENT_A}\r\nSubject: [TỐI MẬT] Chim Hoang Yen 7731\r\n\r\nx\r\n".encode()
        code, _text = daemon.send(octets, DEPARTMENT_A)

        assert (554, 1) == (code, len(daemon.events("secret_transaction")))
        (failed,) = daemon.events("relay_failed")
        assert ("DOT", "554") == (failed["stage"], failed["reason"])
        assert "7731" not in daemon.log_file.read_text()
