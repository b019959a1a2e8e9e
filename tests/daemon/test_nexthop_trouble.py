"""What client, log and metrics say when the next hop does not take mail: the real daemon in front of a scripted one."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from gateway.demo.mails import DEPARTMENT_A, OFFICE
from tests.support.daemon import mail_titled, running_daemon

if TYPE_CHECKING:
    from pathlib import Path


def test_next_hop_that_does_not_know_us_costs_no_sender_a_bounce(tmp_path: Path) -> None:
    """`Relay access denied` is 451 to the client; log and metrics say whose trouble it is and in whose words."""
    with running_daemon(tmp_path, {"RCPT": "554 5.7.1 <a@b.example>: Relay access denied"}) as daemon:
        code, text = daemon.send_mail(mail_titled("Công dân gửi"))

        assert (451, "4.3.5") == (code, text.split()[0])
        assert 1 == daemon.metric("congthu_relay_attempts_total", result="gateway_refused")
        (refused,), (failed,) = daemon.events("refused"), daemon.events("relay_failed")
    assert ("next_hop_refuses_us", "RCPT") == (refused["situation"], refused["stage"])
    assert "554 <a@b.example>: Relay access denied" == refused["next_hop_reply"] == failed["reason"]
    assert ("gateway_refused", refused["id"]) == (failed["result"], failed["id"])


def test_lines_of_a_refusal_reach_the_client(tmp_path: Path) -> None:
    """A next hop that explains itself in three lines is heard with all of them."""
    said = "550-5.7.1 Refused\r\n550-5.7.1 Ask the help desk\r\n550 5.7.1 Case 4711"
    with running_daemon(tmp_path, {"DOT": said}) as daemon:
        code, text = daemon.send_mail(mail_titled("Công dân gửi"))

        assert (550, ["5.7.1 Refused", "5.7.1 Ask the help desk", "5.7.1 Case 4711"]) == (code, text.splitlines())
        assert "550 Refused Ask the help desk Case 4711" == daemon.events("transaction")[0]["next_hop_reply"]


@pytest.mark.parametrize("said", ["251 2.0.0 Forwarded", "252 2.0.0 Stored"])
def test_stored_mail_is_not_asked_for_again(tmp_path: Path, said: str) -> None:
    """Any 2yz after the final dot is 250 to the client: a 451 would bring copies without end."""
    with running_daemon(tmp_path, {"DOT": said}) as daemon:
        code, _text = daemon.send_mail(mail_titled("Công dân gửi"))

        assert (250, 1) == (code, len(daemon.next_hop.messages))


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        (("8BITMIME", "SMTPUTF8", "DSN"), {"8bitmime", "smtputf8", "dsn"}),
        (("8BITMIME",), {"8bitmime"}),
        ((), set()),
    ],
)
def test_clients_are_offered_what_the_next_hop_offers(
    tmp_path: Path, extensions: tuple[str, ...], expected: set[str]
) -> None:
    """Learned at the start, before any mail, so that a client converts or bounces by itself what would not go on."""
    with running_daemon(tmp_path, extensions=extensions) as daemon:

        def offered() -> set[str]:
            with daemon.client() as client:
                return {"8bitmime", "smtputf8", "dsn"} & set(client.esmtp_features)

        daemon.wait_for(lambda: offered() == expected, "the keywords are not learned")
        daemon.next_hop.extensions = ("8BITMIME", "SMTPUTF8", "DSN")
        daemon.signal(signal.SIGHUP)
        daemon.wait_for(lambda: offered() == {"8bitmime", "smtputf8", "dsn"}, "the keywords are not learned anew")


CITIZEN = "congdan.demo@gmail.com"


def test_reports_asked_for_reach_the_next_hop(tmp_path: Path) -> None:
    """What a mail server in front of us asks (RFC 3461) is asked of the server behind us, octet for octet."""
    with running_daemon(tmp_path, extensions=("DSN", "SIZE 9999999")) as daemon, daemon.client() as client:
        assert client.mail(CITIZEN, ["RET=HDRS", "ENVID=a+2Bb"])[0] == 250
        assert client.rcpt(OFFICE, ["NOTIFY=FAILURE,DELAY", f"ORCPT=rfc822;{OFFICE}"])[0] == 250
        assert client.data(mail_titled("Công dân gửi").octets)[0] == 250

        assert "RET=HDRS ENVID=a+2Bb" in daemon.next_hop.messages[-1].parameters
        assert f"RCPT TO:<{OFFICE}> NOTIFY=FAILURE,DELAY ORCPT=rfc822;{OFFICE}" in daemon.next_hop.commands


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
