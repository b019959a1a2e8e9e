"""A web server on loopback that answers each path as told, well or badly."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Act = "bytes | Callable[[BaseHTTPRequestHandler], None]"


class Web:
    """What the server answers, and what it was asked."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.base = f"http://127.0.0.1:{port}"
        self.pages: dict[str, Act] = {}
        """Path to octets of a good answer, or to a function that answers."""
        self.asked: list[tuple[str, str, bytes]] = []
        """Method, path and body of each request."""
        self.is_over = threading.Event()

    def hang(self, _handler: BaseHTTPRequestHandler) -> None:
        """Say nothing at all."""
        self.is_over.wait(30)

    def drip(self, handler: BaseHTTPRequestHandler) -> None:
        """Send an octet now and then, so that no single wait is long."""
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):
            while not self.is_over.wait(0.02):
                handler.wfile.write(b"0")
                handler.wfile.flush()

    @staticmethod
    def status(code: int) -> Callable[[BaseHTTPRequestHandler], None]:
        """Answer with a status and no content."""

        def act(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(code)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        return act

    @staticmethod
    def moved(address: str, code: int = 302) -> Callable[[BaseHTTPRequestHandler], None]:
        """Send the client elsewhere."""

        def act(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(code)
            handler.send_header("Location", address)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        return act

    @staticmethod
    def endless(handler: BaseHTTPRequestHandler) -> None:
        """Send octets without naming a length, until the client has had enough."""
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):
            while True:
                handler.wfile.write(bytes(65_536))

    @staticmethod
    def boast(handler: BaseHTTPRequestHandler) -> None:
        """Announce a terabyte and send nothing of it."""
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**12))
        handler.end_headers()


@contextlib.contextmanager
def web_server() -> Iterator[Web]:
    """Serve on a free loopback port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            web.asked.append((self.command, self.path, body))
            act = web.pages.get(self.path, web.status(404))
            if callable(act):
                act(self)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(act)))
            self.end_headers()
            self.wfile.write(act)

        do_POST = do_CONNECT = do_GET  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = False
        request_queue_size = 50

        def handle_error(self, *_: object) -> None:
            """Clients that leave are what the tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    web = Web(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        web.is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()
