"""Health: a small HTTP listener inside the event loop for `/metrics`, `/livez` and `/readyz`.

One request a connection, GET and HEAD only, every size, count and time bounded; meant for loopback. Rendering
runs in a thread, because a registry of 200 agencies takes a tenth of a second; one scrape renders at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import re
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Check = Callable[[], str]
    """Gives the reason why not, in English for the operator; empty when all is well."""

MAX_REQUEST_OCTETS = 8_192
"""Request line and fields together (nginx and Apache default to 8 KiB)."""
REQUEST_DEADLINE_S = 5.0
"""From connecting to the end of the request, and again for taking the answer."""
MAX_CONNECTIONS = 16
"""Served at one time; more are closed at once: Prometheus, an operator and a load balancer are three."""

GZIP_LEVEL = 4
"""Of zlib: a twentieth of the size for a tenth of the time that rendering takes."""
_GZIP = re.compile(r"(?:x-)?gzip\s*(?:;\s*q=(?:1(?:\.0{0,3})?|0\.(?!0{1,3}$)[0-9]{1,3})\s*)?")
"""One coding of Accept-Encoding that takes gzip with any weight but 0 (RFC 9110 section 12.5.3)."""

TEXT = "text/plain; charset=utf-8"
_REASONS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class Exposition(Protocol):
    """What is scraped: `gateway.edge.observers.metrics.Metrics` is one."""

    def sample(self) -> None:
        """Bring gauges up to date; called in the loop's thread."""

    def render(self, accept: str) -> tuple[bytes, str]:
        """Give (octets, Content-Type); called in another thread."""


class Health:
    """The listener. `live` and `ready` name checks; a page answers 503 with the reasons of those that object."""

    def __init__(
        self,
        exposition: Exposition,
        ready: Mapping[str, Check],
        live: Mapping[str, Check] | None = None,
        deadline_s: float = REQUEST_DEADLINE_S,
    ) -> None:
        """Prepare; nothing listens before `start`."""
        self._exposition = exposition
        self._ready, self._live = ready, live or {}
        self._deadline_s = deadline_s
        self._rendering = asyncio.Lock()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 picks a free one.

        Raises:
            OSError: the address cannot be bound.
        """
        self._server = await asyncio.start_server(self._serve, host, port, limit=MAX_REQUEST_OCTETS)

    @property
    def port(self) -> int:
        """Port in use; 0 before `start`."""
        sockets = self._server.sockets if self._server is not None else ()
        return int(sockets[0].getsockname()[1]) if sockets else 0

    async def stop(self) -> None:
        """Stop listening and end open connections."""
        if self._server is None:
            return
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close."""
        task = asyncio.current_task()
        assert task is not None
        if len(self._connections) >= MAX_CONNECTIONS:
            writer.close()
            return
        self._connections.add(task)
        try:
            answer = await self._answer(reader)
            writer.write(answer)
            async with asyncio.timeout(self._deadline_s):
                await writer.drain()
        except (TimeoutError, ConnectionError):
            pass  # the peer is gone or does not take its answer: nobody to tell
        except asyncio.CancelledError:
            if self._server is not None and self._server.is_serving():
                raise
        finally:
            self._connections.discard(task)
            writer.close()
            with contextlib.suppress(TimeoutError, ConnectionError, asyncio.CancelledError):
                async with asyncio.timeout(self._deadline_s):
                    await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        """Read a request and give the whole answer."""
        try:
            async with asyncio.timeout(self._deadline_s):
                head = await reader.readuntil(b"\r\n\r\n")
        except TimeoutError:
            return _response(408, "request took too long\n")
        except asyncio.LimitOverrunError:
            return _response(431, "request is too large\n")
        except asyncio.IncompleteReadError:
            return _response(400, "request is incomplete\n")
        method, path, accept, is_gzip = _parse(head)
        if method not in {"GET", "HEAD"}:
            return _response(405, "GET and HEAD only\n", extra="Allow: GET, HEAD\r\n")
        if path == "/metrics":
            return await self._metrics(accept, is_gzip=is_gzip, is_head=method == "HEAD")
        return self._page(path, is_head=method == "HEAD")

    async def _metrics(self, accept: str, *, is_gzip: bool, is_head: bool) -> bytes:
        """Render what is scraped; compressed when asked, for thousands of series differ in few octets."""
        async with self._rendering:
            self._exposition.sample()
            octets, content_type = await asyncio.to_thread(self._exposition.render, accept)
            if is_gzip:
                octets = await asyncio.to_thread(gzip.compress, octets, GZIP_LEVEL, mtime=0)
        extra = "Vary: Accept, Accept-Encoding\r\n" + ("Content-Encoding: gzip\r\n" if is_gzip else "")
        return _response(200, octets, content_type, extra=extra, is_head=is_head)

    def _page(self, path: str, *, is_head: bool) -> bytes:
        if path in {"/livez", "/readyz"}:
            reasons = _objections(self._live if path == "/livez" else self._ready)
            body = "".join(f"{line}\n" for line in reasons) or "ok\n"
            return _response(503 if reasons else 200, body, is_head=is_head)
        return _response(404, "try /metrics, /livez or /readyz\n", is_head=is_head)


def _objections(checks: Mapping[str, Check]) -> list[str]:
    """Ask every check; list `name: reason` of those that object."""
    answers = ((name, check()) for name, check in checks.items())
    return [f"{name}: {reason}" for name, reason in answers if reason]


def _parse(head: bytes) -> tuple[str, str, str, bool]:
    """Give (method, path without query, Accept, whether gzip is taken) of a request; empty method when it is none."""
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return "", "", "", False
    fields = [line.partition(":") for line in lines[1:]]
    accept, encodings = (
        ",".join(value.strip() for name, _, value in fields if name.lower() == wanted)
        for wanted in ("accept", "accept-encoding")
    )
    codings = (coding.strip().lower() for coding in encodings.split(","))
    is_gzip = any(re.fullmatch(_GZIP, coding) for coding in codings)
    return words[0], words[1].partition("?")[0], accept, is_gzip


def _response(
    status: int, body: str | bytes, content_type: str = TEXT, *, extra: str = "", is_head: bool = False
) -> bytes:
    """Write a whole HTTP/1.1 answer; the length is that of the body even when HEAD leaves it out."""
    octets = body.encode() if isinstance(body, str) else body
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {content_type}\r\nContent-Length: {len(octets)}\r\n"
        f"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n{extra}Connection: close\r\n\r\n"
    ).encode("latin-1")
    return head if is_head else head + octets
