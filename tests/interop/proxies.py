"""Proxies before the gateway: HAProxy and nginx, by the PROXY protocol or XCLIENT, as docs/ways-in.md has them.

The client connects from an address of its own, which is no client network; the proxy's address is one. So the log has to
name the client, and it may not relay.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import smtplib
import ssl
import subprocess
import threading
from typing import TYPE_CHECKING, NamedTuple

from scripts.bench_peers import free_port, wait_for_port
from tests.interop.roots import version_of
from tests.interop.senders import says
from tests.interop.servers import HOME
from tests.interop.trials import PATIENCE_S, Differs, arrived, check_content, large, plain, shortened
from tests.interop.world import Route, Store, gateway, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.interop.senders import Mail
    from tests.interop.world import Gateway, Tls

CLIENT = "127.0.0.7"
BLOCKS = """\
[[listen]]
name = "proxied"
addresses = ["127.0.0.1:{proxied}"]
proxy_networks = ["127.0.0.1/32"]
[[listen]]
name = "tls"
addresses = ["127.0.0.1:{tls}"]
tls = "implicit"
certificate_file = "{certificate}"
key_file = "{certificate}"
proxy_networks = ["127.0.0.1/32"]
[[listen]]
name = "sessions"
addresses = ["127.0.0.1:{sessions}"]
"""
HAPROXY = """\
defaults
  mode tcp
  timeout connect 10s
  timeout client 11m
  timeout server 11m
listen v1
  bind 127.0.0.1:{v1}
  server congthu 127.0.0.1:{proxied} send-proxy
listen v2
  bind 127.0.0.1:{v2}
  option tcp-check
  tcp-check expect string 220
  server congthu 127.0.0.1:{proxied} send-proxy-v2 check inter 500ms
listen inside
  bind 127.0.0.1:{inside}
  server congthu 127.0.0.1:{tls} send-proxy-v2-ssl-cn
"""
NGINX = """\
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
load_module /usr/lib/nginx/modules/ngx_mail_module.so;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
daemon off;
user root;
events {{}}
stream {{
  server {{ listen 127.0.0.1:{stream}; proxy_pass 127.0.0.1:{proxied}; proxy_protocol on; proxy_timeout 11m; }}
}}
mail {{
  server_name mail.interop.example;
  auth_http 127.0.0.1:{auth}/auth;
  server {{ listen 127.0.0.1:{mail}; protocol smtp; smtp_auth none; xclient on; }}
}}
"""
WAYS = {
    "v1": ("HAProxy, PROXY version 1", "haproxy"),
    "v2": ("HAProxy, PROXY version 2, with checks", "haproxy"),
    "inside": ("HAProxy, PROXY version 2, TLS end to end", "haproxy"),
    "stream": ("nginx stream, PROXY version 1", "nginx"),
    "mail": ("nginx mail, XCLIENT", "nginx"),
}


class Way(NamedTuple):
    """What came of one proxy."""

    name: str
    version: str
    found: str
    """`ok`, or what differs."""


def proxies(certificate: Tls, word: str) -> list[Way]:
    """Try every way with a small mail, one of 20 MB, and a stranger who would relay."""
    ports = {name: free_port() for name in (*WAYS, "proxied", "tls", "sessions", "auth")}
    store = Store()
    blocks = BLOCKS.format(certificate=certificate.certificate, **ports)
    with gateway(HOME / "congthu", [Route(store.port)], blocks=blocks) as running, _proxies(ports):
        return [
            Way(title, version_of(package), _tried(way, ports[way], f"{word}{number}", running, store))
            for number, (way, (title, package)) in enumerate(WAYS.items())
        ]


def _tried(way: str, port: int, word: str, running: Gateway, store: Store) -> str:
    is_tls = way == "inside"
    try:
        for number, make in enumerate((plain, large)):
            mail = make(f"{word}{number}")
            with _session(port, is_tls=is_tls) as client:
                _check(mail, f"{word}{number}", says(client, mail), running, store)
    except Differs as found:
        return str(found)
    with _session(port, is_tls=is_tls) as client:
        complaint = says(client, plain(word)._replace(recipients=("x@elsewhere.example",)))
    return "ok" if "550" in complaint else f"a stranger may relay: {shortened(complaint)}"


def _check(mail: Mail, word: str, complaint: str, running: Gateway, store: Store) -> None:
    if complaint:
        raise Differs(f"refused: {shortened(complaint)}")
    if not until(lambda: arrived(store.messages, word), PATIENCE_S):
        raise Differs("not delivered")
    check_content(mail, arrived(store.messages, word)[0], running)
    lines = [json.loads(line) for line in running.log.read_text().splitlines() if line.startswith("{")]
    told = [line["client"] for line in lines if line["event"] == "transaction" and mail.recipients[0] in line["to"]]
    if told != [CLIENT]:
        raise Differs(f"the log names {told}")


@contextlib.contextmanager
def _session(port: int, *, is_tls: bool) -> Iterator[smtplib.SMTP]:
    """Open a session from an address of the client's own."""
    where = {"timeout": PATIENCE_S, "source_address": (CLIENT, 0)}
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    kind = functools.partial(smtplib.SMTP_SSL, context=context) if is_tls else smtplib.SMTP
    with kind("127.0.0.1", port, "may.example", **where) as client:
        yield client


@contextlib.contextmanager
def _proxies(ports: dict[str, int]) -> Iterator[None]:
    """Run both, and the server that nginx asks where to go."""
    folder = HOME / "proxies"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "haproxy.cfg").write_text(HAPROXY.format(**ports))
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, **ports))
    commands = (["haproxy", "-db", "-f", folder / "haproxy.cfg"], ["nginx", "-p", folder, "-c", folder / "nginx.conf"])
    with _directing(ports["auth"], ports["sessions"]), contextlib.ExitStack() as stack:
        for command in commands:
            process = stack.enter_context(subprocess.Popen(command))
            stack.callback(process.terminate)
        for way in ("v1", "v2", "stream", "mail"):
            wait_for_port(ports[way])
        yield


@contextlib.contextmanager
def _directing(port: int, sessions: int) -> Iterator[None]:
    """Answer nginx that every session goes to one port."""

    class Directions(http.server.BaseHTTPRequestHandler):
        """Says yes."""

        def do_GET(self) -> None:
            """Name the gateway."""
            self.send_response(200)
            for name, value in (("Status", "OK"), ("Server", "127.0.0.1"), ("Port", str(sessions))):
                self.send_header(f"Auth-{name}", value)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with http.server.HTTPServer(("127.0.0.1", port), Directions) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
