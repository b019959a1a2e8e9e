"""Several listeners in one gateway: TLS, rights, proxies and metrics of each, reloads, and sockets of systemd by name."""

import smtplib
import socket
import ssl
import subprocess
import sys

import pytest

from gateway.demo.mails import DEPARTMENT_A, OFFICE
from gateway.demo.ports import free_ports
from tests.support.certificates import write_pair
from tests.support.daemon import PATIENCE_S, Daemon, running_daemon
from tests.support.scripted_nexthop import ScriptedNextHop, in_thread

PLAIN = b"From: vanthu@soa.thunghiem.gov.vn\r\nSubject: Trao doi\r\n\r\nXin chao.\r\n"
BLOCKS = """
[[listen]]
name = "submission"
role = "internal"
addresses = ["127.0.0.1:{tls}"]
tls = "implicit"
certificate_file = "gw.crt"
key_file = "gw.key"
client_networks = ["127.0.0.1"]
limits = {{recipients_limit = 3}}
[[listen]]
name = "balanced"
addresses = ["127.0.0.1:{proxied}"]
proxy_networks = ["127.0.0.1"]
help_text = "Hoi: quantri@thunghiem.gov.vn"
[relay]
"""


@pytest.fixture(scope="module")
def ports():
    """Ports of the second and third listener."""
    return dict(zip(("tls", "proxied"), free_ports(2), strict=True))


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, ports):
    """A gateway with a block for the world, one with implicit TLS for our own servers, and one behind a proxy."""
    changes = {"[listen]": "[[listen]]", "[relay]\n": BLOCKS.format(**ports)}
    folder = tmp_path_factory.mktemp("blocks")
    write_pair(folder, "gw")
    with running_daemon(folder, changes=changes) as daemon:
        yield daemon


def secure(port):
    """Open a session inside TLS; no certificate of a test is known to anybody."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    client = smtplib.SMTP_SSL("127.0.0.1", port, timeout=PATIENCE_S, context=context)
    client.ehlo("client.example")
    return client


def proxied(port, address):
    """Open a session through a proxy that tells this address."""
    client = smtplib.SMTP(timeout=PATIENCE_S)
    client.sock = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    client.sock.sendall(f"PROXY TCP4 {address} 192.0.2.25 50412 25\r\n".encode())
    client.file = None
    assert client.getreply()[0] == 220
    client.ehlo("may12.example")
    return client


def sent(client, rcpt=OFFICE):
    """Send one mail and end the session; answer the codes of RCPT and the final dot."""
    client.mail(DEPARTMENT_A)
    code = client.rcpt(rcpt)[0]
    codes = [code, client.data(PLAIN)[0]] if code < 400 else [code]
    client.quit()
    return codes


def test_each_listener_has_tls_and_rights_of_its_own(gateway, ports):
    """The world is no client network at the first, and is one at the block that names its own."""
    assert sent(gateway.client()) == [250, 250]
    assert sent(gateway.client(), "x@elsewhere.example") == [550]
    assert sent(secure(ports["tls"])) == [250, 250]
    with secure(ports["tls"]) as inside, gateway.client() as stranger:
        assert "starttls" not in inside.esmtp_features
        assert "xclient" in inside.esmtp_features
        assert "xclient" not in stranger.esmtp_features


def test_a_proxy_tells_whose_mail_it_is(gateway, ports):
    """Log and `Received` name client and proxy; a stranger is told whom to ask."""
    gateway.begin_log()
    assert sent(proxied(ports["proxied"], "203.0.113.12")) == [250, 250]
    head = gateway.next_hop.messages[-1].octets.split(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    assert b"Received: from may12.example ([203.0.113.12]) (proxy [127.0.0.1]) by " in head
    gateway.wait_for(lambda: gateway.events("transaction"), "no transaction")
    line = gateway.events("transaction")[-1]
    assert (line["client"], line["proxy"]) == ("203.0.113.12", "127.0.0.1")

    with proxied(ports["proxied"], "203.0.113.12") as client:
        client.mail(DEPARTMENT_A)
        assert client.rcpt("x@elsewhere.example")[1].endswith(b"Hoi: quantri@thunghiem.gov.vn")


def test_a_proxy_without_its_header_is_logged_and_counted(gateway, ports):
    """Under the listener's name, with the reason, and without a word to the peer."""
    gateway.begin_log()
    with socket.create_connection(("127.0.0.1", ports["proxied"]), PATIENCE_S) as peer:
        peer.sendall(b"EHLO may\r\n")
        assert peer.recv(100) == b""
    gateway.wait_for(lambda: gateway.events("session_refused"), "nothing is logged")
    line = gateway.events("session_refused")[-1]
    assert (line["client"], line["listener"]) == ("127.0.0.1", "balanced")
    assert (line["result"], line["situation"]) == ("proxy_header", "no_header")
    name = "congthu_smtp_connections_total"
    assert gateway.metric(name, listener="balanced", result="proxy_header") == 1
    assert gateway.metric(name, listener="smtp", result="proxy_header") == 0


def test_sessions_and_certificates_are_shown_by_listener(gateway, ports):
    """Limits and use of each, and the end of the certificate of those that have one."""
    with gateway.client(), secure(ports["tls"]):
        for name in ("smtp", "submission"):
            assert gateway.metric("congthu_smtp_connections_active", listener=name) >= 1
    for name, has_certificate in (("smtp", False), ("submission", True), ("balanced", False)):
        assert gateway.metric("congthu_smtp_connections_limit", listener=name) == 1000
        found = gateway.metric("congthu_certificate_expiry_timestamp_seconds", listener=name)
        assert (found > 0) == has_certificate
    assert gateway.metric("congthu_smtp_tls_handshakes_total", listener="submission", result="ok") >= 1


def test_a_reload_changes_each_listener_and_no_address(gateway, ports):
    """Limits, TLS, rights and proxies hold for the next session; a block that came or moved waits, by its key."""
    text = gateway.config.read_text()
    changed = text.replace("recipients_limit = 3", "recipients_limit = 1").replace(
        'tls = "implicit"', 'tls = "starttls"'
    )
    changed = changed.replace('client_networks = ["127.0.0.1"]', 'client_networks = ["127.0.0.0/8"]')
    changed = changed.replace('proxy_networks = ["127.0.0.1"]\n', "").replace(
        f"127.0.0.1:{ports['proxied']}", "127.0.0.1:0"
    )
    new = '[[listen]]\nname = "new"\naddresses = ["127.0.0.1:0"]\n[[listen]]\nname = "balanced"'
    gateway.config.write_text(changed.replace('[[listen]]\nname = "balanced"', new))
    gateway.begin_log()
    gateway.signal(1)
    gateway.wait_for(lambda: gateway.events("restart_needed"), "nothing is said to wait for a restart")

    assert gateway.events("restart_needed")[-1]["settings"] == ["listen.name", "listen.addresses"]
    with smtplib.SMTP("127.0.0.1", ports["tls"], timeout=PATIENCE_S) as client:
        client.ehlo("may")
        assert "starttls" in client.esmtp_features
        client.mail(DEPARTMENT_A)
        assert [client.rcpt(one)[0] for one in (OFFICE, OFFICE)] == [250, 452]
    with smtplib.SMTP("127.0.0.1", ports["proxied"], timeout=PATIENCE_S) as client:
        assert client.ehlo("may")[0] == 250

    gateway.config.write_text(text)
    gateway.signal(1)
    gateway.wait_for(lambda: gateway.metric("congthu_config_restart_needed") == 0, "it still waits")
    assert sent(secure(ports["tls"])) == [250, 250]
    assert sent(proxied(ports["proxied"], "203.0.113.12")) == [250, 250]


@pytest.fixture
def handed(tmp_path, ports):
    """Give what starts a gateway with sockets of these names, as systemd would; only the first block binds by itself."""
    changes = {"[listen]": "[[listen]]", "[relay]\n": BLOCKS.format(**ports)}
    write_pair(tmp_path, "gw")

    def start(gateway, names, sockets):
        script = (
            'exec 3<&"$1" 4<&"$2"; LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES="$5"'
            ' exec "$3" -m gateway run --config "$4"'
        )
        fds = [one.fileno() for one in sockets]
        arguments = [*map(str, fds), sys.executable, str(gateway.config), names]
        with gateway.log_file.open("ab") as log:
            return subprocess.Popen(["bash", "-c", script, "bash", *arguments], pass_fds=fds, stderr=log)

    with in_thread(ScriptedNextHop({})) as next_hop:
        gateway = Daemon(tmp_path, next_hop, changes)
        listening = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        yield gateway, listening, lambda names: start(gateway, names, listening)
        for one in listening:
            one.close()


def test_sockets_of_systemd_go_to_the_block_of_their_name(handed):
    """In whatever order they come; a block without one binds its own addresses."""
    gateway, listening, start = handed
    gateway.process = start("balanced:submission")
    try:
        gateway.wait_for(gateway.is_ready, "the gateway is not ready")
        assert sent(proxied(listening[0].getsockname()[1], "203.0.113.12")) == [250, 250]
        assert sent(secure(listening[1].getsockname()[1])) == [250, 250]
        assert sent(gateway.client()) == [250, 250]
    finally:
        assert gateway.stop() == 0


def test_a_socket_of_no_block_ends_the_start(handed):
    """Its name is told: a unit without FileDescriptorName= has that of the unit."""
    gateway, _listening, start = handed
    assert start("balanced:congthu.socket").wait(PATIENCE_S) == 78
    assert "listen: systemd hands over sockets named congthu.socket" in gateway.log_file.read_text()
