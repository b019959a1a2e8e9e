"""Envelopes of real servers through the real daemon: what the next hop is asked, whatever they look like."""

import pytest

from gateway.demo.mails import DEPARTMENT_A, OFFICE, PROVINCE
from tests.support.daemon import running_daemon

PLAIN = b"From: vanthu@soa.thunghiem.gov.vn\r\nTo: x\r\nSubject: Trao doi\r\n\r\nXin chao.\r\n"


def deliver(client, mail: str, rcpt: str = f"TO:<{OFFICE}>") -> list[int]:
    """Say one transaction as written; answer the codes of MAIL, RCPT and the final dot."""
    codes = [client.docmd("MAIL", mail)[0], client.docmd("RCPT", rcpt)[0]]
    return [*codes, client.data(PLAIN)[0]]


@pytest.mark.parametrize(
    ("said", "passed"),
    [
        ("FROM:<bounce+" + "0123456789" * 12 + "=vpubnd.example@list.example>", None),
        ("FROM:<SRS1=aB=a.example==HHH=TT=b.example=vanthu@c.example>", None),
        ("FROM:<nguyen..van.a.@phone.example>", None),
        ("FROM:<may_quet@may--in_1.soa.example>", None),
        ('FROM:<"van thu"@soa.example>', None),
        ("FROM:<scanner@[192.168.1.20]>", None),
        ("FROM:  vanthu@soa.example SIZE=100", "vanthu@soa.example"),
        ("FROM:<@may1.example,@may2.example:vanthu@soa.example>", "vanthu@soa.example"),
        ("FROM:<vanthu@soa.example.>", "vanthu@soa.example"),
    ],
)
def test_reverse_paths_of_real_servers_pass(gateway, said, passed):
    """Nobody's mail is refused for the look of its return path, and bounces find back to it."""
    with gateway.client() as client:
        assert deliver(client, said) == [250, 250, 250]
    assert gateway.next_hop.messages[-1].reverse_path == (passed or said[len("FROM:<") : -1])


@pytest.mark.parametrize("local", ['"van thu"', "a..b", "x" * 100, "van+thu=1/2"])
def test_odd_mailboxes_are_the_next_hops_to_know(gateway, local):
    """A recipient in our domains is asked of the next hop as it was written."""
    with gateway.client() as client:
        assert deliver(client, f"FROM:<{DEPARTMENT_A}>", f"TO:<{local}@vpubnd.{PROVINCE}>") == [250, 250, 250]
    assert gateway.next_hop.messages[-1].forward_paths == [f"{local}@vpubnd.{PROVINCE}"]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A gateway whose client is one of the house, with another route for all the world."""
    internet = '[[relay.routes]]\nname = "internet"\ndomains = ["*"]\nhosts = ["127.0.0.1:1"]\ntls = "none"\n'
    changes = {
        "[[relay.routes]]": f"{internet}[[relay.routes]]",
        "[relay]": '[relay]\nclient_networks = ["127.0.0.1/32"]',
    }
    with running_daemon(tmp_path_factory.mktemp("house"), changes=changes) as daemon:
        yield daemon


@pytest.mark.parametrize("mailbox", ["postmaster", "root"])
def test_mailboxes_without_a_domain_are_in_the_house(house, mailbox):
    """They go where mail for the first relay domain goes, not to the server that takes mail for all the world."""
    with house.client() as client:
        assert deliver(client, f"FROM:<{DEPARTMENT_A}>", f"TO:<{mailbox}>") == [250, 250, 250]
        assert house.next_hop.messages[-1].forward_paths == [mailbox]


def test_odd_mailbox_may_be_unknown(gateway):
    """What the next hop does not know, it refuses in its own words."""
    gateway.next_hop.script["RCPT"] = "550 5.1.1 No such user"
    with gateway.client() as client:
        client.docmd("MAIL", f"FROM:<{DEPARTMENT_A}>")
        assert client.docmd("RCPT", f'TO:<"van thu"@vpubnd.{PROVINCE}>') == (550, b"5.1.1 No such user")


def test_the_domain_itself_belongs_to_a_pattern(gateway):
    """`.tinh.example` is the domain and all below it, for admission and for the route."""
    with gateway.client() as client:
        assert deliver(client, f"FROM:<{DEPARTMENT_A}>", f"TO:<vanthu@{PROVINCE}>") == [250, 250, 250]


def test_parameters_a_postfix_hands_through(gateway):
    """What Postfix announced itself is never refused: RFC 3461 and 4954 parameters cost no mail."""
    mail = f"FROM:<{DEPARTMENT_A}> SIZE=500 BODY=8BITMIME RET=HDRS ENVID=QQ+2B31 AUTH=<>"
    with gateway.client() as client:
        assert deliver(client, mail, f"TO:<{OFFICE}> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;{OFFICE}") == [250, 250, 250]
    assert gateway.next_hop.messages[-1].octets.endswith(PLAIN)


def test_a_strange_ehlo_name_costs_no_mail(gateway):
    """Windows hosts, cameras and scanners say what they like; `Received` says `unknown`, the log something printable."""
    with gateway.client() as client:
        client.docmd("EHLO", "MAY QUET (tang 2)")
        assert deliver(client, f"FROM:<{DEPARTMENT_A}>") == [250, 250, 250]
    assert b"from unknown ([127.0.0.1])" in gateway.next_hop.messages[-1].octets
    gateway.wait_for(
        lambda: any(e["helo"] == "MAY?QUET??tang?2?" for e in gateway.events("transaction")), "no such name"
    )


def test_every_refusal_has_a_line(gateway):
    """Whoever asks why a mail was refused finds who, from whom, to whom and why."""
    with gateway.client() as client:
        client.docmd("MAIL", "FROM:<a b@soa.example>")
        client.docmd("MAIL", "FROM:<keo-dai@soa.example> SIZE=99999999999")
        client.docmd("MAIL", f"FROM:<{DEPARTMENT_A}>")
        client.docmd("RCPT", "TO:<nguoi@noi-khac.example>")
        client.docmd("RCPT", f"TO:<{OFFICE}>")
        client.docmd("DATA")
        client.send(b"bare\nlf\r\n.\r\n")
        assert client.getreply()[0] == 550
    keys = ("client", "helo", "from", "to", "said", "command", "code", "situation")
    ours = [
        {key: event[key] for key in keys if key in event}
        for event in gateway.events("refused")
        if event.get("situation") in {"bad_reverse_path", "too_big", "relay_denied", "stray_octets"}
    ]
    who = {"client": "127.0.0.1", "helo": "client.example"}
    assert ours == [
        who | {"said": "MAIL FROM:<a b@soa.example>", "command": "MAIL", "code": 553, "situation": "bad_reverse_path"},
        who | {"from": "keo-dai@soa.example", "command": "MAIL", "code": 552, "situation": "too_big"},
        who
        | {
            "from": DEPARTMENT_A,
            "to": "nguoi@noi-khac.example",
            "command": "RCPT",
            "code": 550,
            "situation": "relay_denied",
        },
        who | {"from": DEPARTMENT_A, "command": "DOT", "code": 550, "situation": "stray_octets"},
    ]


def test_a_postfix_in_front_names_the_true_client(house):
    """Log and `Received` name who sent, and through which of our servers; facts are about the sender too."""
    house.begin_log()
    with house.client() as client:
        assert "xforward" in client.esmtp_features
        forward = (
            "NAME=may-12.example ADDR=203.0.113.12 PORT=50412 PROTO=ESMTP HELO=may12.example IDENT=4gLk2Q SOURCE=REMOTE"
        )
        assert client.docmd("XFORWARD", forward)[0] == 250
        assert deliver(client, f"FROM:<{DEPARTMENT_A}>") == [250, 250, 250]
        head = house.next_hop.messages[-1].octets.split(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
        assert b"Received: from may12.example ([203.0.113.12]) (through client.example [127.0.0.1]) by " in head
        house.wait_for(lambda: house.events("transaction"), "no transaction")
        line = house.events("transaction")[-1]
        keys = ("client", "client_name", "helo", "through", "ident")
        assert [line[key] for key in keys] == ["203.0.113.12", "may-12.example", "may12.example", "127.0.0.1", "4gLk2Q"]


def test_a_server_in_front_tells_who_logged_in(house):
    """The login of XCLIENT stands in the lines of the session it was said in."""
    house.begin_log()
    with house.client() as client:
        assert client.docmd("XCLIENT", "ADDR=203.0.113.12 LOGIN=vanthu@so-a.example")[0] == 220
        client.ehlo("may12.example")
        client.docmd("MAIL", f"FROM:<{DEPARTMENT_A}>")
        assert client.docmd("RCPT", "TO:<x@elsewhere.example>")[0] == 550
    house.wait_for(lambda: house.events("refused"), "nothing refused")
    assert house.events("refused")[-1]["login"] == "vanthu@so-a.example"
