"""The look-up server: one page on loopback; every size, time and count bounded, nothing logged and nothing kept.

Loopback only, unless the operator says that a login stands in front. The Host field is checked, so that a page of
somebody else's cannot ask through a visitor's browser under a name that resolves here (DNS rebinding).
"""

from __future__ import annotations

import contextlib
import hashlib
import socket
import threading
from email.parser import BytesHeaderParser
from email.policy import compat32
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gateway.records.lookup.finding import ask
from gateway.records.lookup.page import lookup_page
from gateway.values.faults import Transient
from gateway.values.hostport import split_host_port

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from email.message import Message

    from gateway.records.lookup.finding import Known, Question

MAX_BODY_OCTETS: Final = 64 * 1024 * 1024
"""Of a question with its file; as large as the mail that could have brought it."""
MAX_CONNECTIONS: Final = 32
"""Open at one time, more are hung up on: a browser opens two or three, some of which it never uses."""
MAX_AT_ONCE: Final = 2
"""Forms read at one time, each with its file in memory some times over; others wait."""
DEADLINE_S: Final = 20.0
"""Of a silence of the client, and of waiting for others' forms."""
WHOLE_S: Final = 120.0
"""Of a connection: an octet now and then keeps no place."""
MAX_PARTS: Final = 8
MAX_HEAD_OCTETS: Final = 2_000
"""Of one part of a form: its name and that of its file."""
_FIELDS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Answers(NamedTuple):
    """What the page is made with."""

    find: Callable[[Question], list[Known]]
    name: Callable[[str], str]
    hosts: frozenset[str]
    """Names and addresses this server answers under, without port or brackets, in lower case."""


class _Form(NamedTuple):
    number: str
    year: str
    digest: bytes | None
    """SHA-256 of the file; None when there is none."""


class LookupServer(ThreadingHTTPServer):
    """Listens until it is closed."""

    daemon_threads = True
    request_queue_size = 8

    def __init__(self, address: tuple[str, int], answers: Answers) -> None:
        """Bind; port 0 takes a free one.

        Raises:
            OSError: the address cannot be bound.
        """
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.answers = answers
        self.room = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self.forms = threading.BoundedSemaphore(MAX_AT_ONCE)
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread of its own while there is room; else hang up at once."""
        if not self.room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Give the room back, whatever comes of the question."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.room.release()

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """Say nothing of a client that went away; what it asked is nobody's business."""


class _Handler(BaseHTTPRequestHandler):
    """One question a connection."""

    server: LookupServer
    timeout = DEADLINE_S
    server_version, sys_version = "congthu", ""

    def setup(self) -> None:
        """Begin the time of the whole connection."""
        super().setup()
        self._clock = threading.Timer(WHOLE_S, self._hang_up)
        self._clock.daemon = True
        self._clock.start()

    def finish(self) -> None:
        """End it."""
        self._clock.cancel()
        super().finish()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):  # gone by itself just now
            self.connection.shutdown(socket.SHUT_RDWR)

    def do_GET(self) -> None:
        if self._is_ours():
            self._send(lookup_page(("", ""), None, self.server.answers.name))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        if not self._is_ours():
            return
        if self.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            self._send("Not from another page.\n", HTTPStatus.FORBIDDEN)  # it could keep us busy through a visitor
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or len(length) > len(str(MAX_BODY_OCTETS)) or int(length) > MAX_BODY_OCTETS:
            self._send("Too large.\n", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        if not self.server.forms.acquire(timeout=DEADLINE_S):
            self._send("Busy; ask again.\n", HTTPStatus.SERVICE_UNAVAILABLE)
            return
        try:
            form = _read_form(self.headers.get("Content-Type", ""), self.rfile.read(int(length)))
        finally:
            self.server.forms.release()
        if form is None:
            self._send("No form.\n", HTTPStatus.BAD_REQUEST)
            return
        try:
            found, problem = self._answer(form)
        except Transient:
            found, problem = None, "Cơ sở dữ liệu đang bận hoặc hỏng; hãy hỏi lại sau ít phút."
        self._send(lookup_page((form.number, form.year), found, self.server.answers.name, problem))

    def _answer(self, form: _Form) -> tuple[Sequence[Known] | None, str]:
        if not form.year.isdecimal() or len(form.year) != 4:
            return None, "Năm gồm bốn chữ số, như 2026."
        try:
            question = ask(form.number, int(form.year), form.digest)
        except ValueError:
            return None, "Số, ký hiệu có dạng như 125/SA-VP."
        return self.server.answers.find(question), ""

    def _is_ours(self) -> bool:
        """Check path and Host; answer what is not for us."""
        if self._host() not in self.server.answers.hosts:
            self._send("Unknown host.\n", HTTPStatus.MISDIRECTED_REQUEST)
        elif self.path != "/":
            self._send("Only / is here.\n", HTTPStatus.NOT_FOUND)
        else:
            return True
        return False

    def _host(self) -> str:
        """Give the name a client knows us by; empty when it says none that could be ours."""
        try:
            return split_host_port(self.headers.get("Host", "").lower(), default=80)[0]
        except ValueError:
            return ""

    def _send(self, text: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        octets = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"text/{'html' if status is HTTPStatus.OK else 'plain'}; charset=utf-8")
        self.send_header("Content-Length", str(len(octets)))
        for name, value in _FIELDS.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        if self.command != "HEAD":
            self.wfile.write(octets)

    def log_message(self, _format: str, *_args: object) -> None:
        """Keep no log: who looked for which document is personal data."""


def _head(octets: bytes) -> Message:
    """Read the short head of a form or of one of its parts."""
    return BytesHeaderParser(policy=compat32).parsebytes(octets)


def _read_form(kind: str, body: bytes) -> _Form | None:
    """Read `multipart/form-data` (RFC 7578); None when it is none."""
    if not kind.lower().startswith("multipart/form-data") or len(kind) > 200 or "\n" in kind or "\r" in kind:
        return None
    boundary = _head(b"Content-Type: " + kind.encode("latin-1")).get_boundary()
    if not boundary:
        return None
    # cut on octets: a parser of mail looks for line ends and other multiparts in the file
    _, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1", "replace"), MAX_PARTS + 1)
    if not 1 < len(parts) <= MAX_PARTS + 1 or not parts[-1].startswith(b"--"):
        return None
    fields: dict[str, bytes] = {}
    for part in parts[:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        if len(head) > MAX_HEAD_OCTETS or head.partition(b"\r\n")[0].strip():
            return None
        name = _head(head.lstrip()).get_param("name", header="content-disposition")
        if isinstance(name, str):
            fields[name] = content
    number, year = (fields.get(name, b"").decode("utf-8", "replace").strip()[:80] for name in ("number", "year"))
    given = fields.get("file")
    return _Form(number, year, hashlib.sha256(given).digest() if given else None)
