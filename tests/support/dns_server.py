"""A DNS server on loopback, over UDP and TCP, that answers from a zone as told, well or badly."""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import threading
from collections import Counter
from typing import TYPE_CHECKING

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOA = "ns.test. hostmaster.test. 1 7200 3600 86400 {minimum}"


class DnsServer:
    """What the server answers, and what it was asked.

    A wrong message is one of these behaviours of a name: `servfail`, `silent`, `tcp_only` (UDP says truncated),
    `wrong_name` (answers another question), `garbage` (octets that are no message), `refused`.
    """

    def __init__(self) -> None:
        self._udp, self._tcp = _sockets()
        self.port = self._udp.getsockname()[1]
        self._end, self._wake = socket.socketpair()
        self.records: dict[tuple[str, str], list[str]] = {}
        """(name without final dot, type) to records in presentation form."""
        self.behaviours: dict[str, str] = {}
        self.ttl = 300
        self.minimum = 120
        """Negative TTL."""
        self.asked: Counter[tuple[str, str]] = Counter()
        self.asked_by_tcp: Counter[tuple[str, str]] = Counter()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """As a setting names it."""
        return f"127.0.0.1:{self.port}"

    def txt(self, name: str, *texts: str) -> None:
        """Publish TXT records, an octet a character; a long one is cut into strings of 255 octets, as DNS does."""
        self.records[name, "TXT"] = [
            " ".join(_quoted(text[at : at + 255]) for at in range(0, len(text) or 1, 255)) for text in texts
        ]

    def add(self, name: str, kind: str, *records: str) -> None:
        """Publish records in presentation form."""
        self.records[name, kind] = list(records)

    def close(self) -> None:
        """End the thread and free the port."""
        self._wake.send(b"x")
        self._thread.join(10)
        for one in (self._udp, self._tcp, self._end, self._wake):
            one.close()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            for one in (self._udp, self._tcp, self._end):
                selector.register(one, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._end:
                        return
                    with contextlib.suppress(OSError, dns.exception.DNSException):
                        self._answer_udp() if key.fileobj is self._udp else self._answer_tcp()

    def _answer_udp(self) -> None:
        octets, peer = self._udp.recvfrom(65_535)
        answer = self._answer(octets, is_tcp=False)
        if answer is not None:
            self._udp.sendto(answer, peer)

    def _answer_tcp(self) -> None:
        connection, _ = self._tcp.accept()
        with connection:
            connection.settimeout(5)
            (length,) = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))
            answer = self._answer(connection.recv(length, socket.MSG_WAITALL), is_tcp=True)
            if answer is not None:
                connection.sendall(struct.pack("!H", len(answer)) + answer)

    def _answer(self, octets: bytes, *, is_tcp: bool) -> bytes | None:
        query = dns.message.from_wire(octets)
        question = query.question[0]
        name = b".".join(question.name.labels).decode("latin-1").rstrip(".").lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        (self.asked_by_tcp if is_tcp else self.asked)[name, kind] += 1
        behaviour = self.behaviours.get(name, "")
        if behaviour == "silent":
            return None
        if behaviour == "garbage":
            return octets[:2] + b"\xff" * 40
        reply = dns.message.make_response(query, recursion_available=True)
        if behaviour in {"servfail", "refused"}:
            reply.set_rcode(dns.rcode.SERVFAIL if behaviour == "servfail" else dns.rcode.REFUSED)
            return reply.to_wire()
        if behaviour == "tcp_only" and not is_tcp:
            reply.flags |= dns.flags.TC
            return reply.to_wire()
        self._fill(reply, question.name, name, kind)
        if behaviour == "wrong_name":
            reply.question[0].name = dns.name.from_text("elsewhere.test.")
        wire = reply.to_wire(max_size=65_535)
        if not is_tcp and len(wire) > max(query.payload, 512):
            reply.answer.clear()
            reply.flags |= dns.flags.TC
            wire = reply.to_wire()
        return wire

    def _fill(self, reply: dns.message.Message, owner: dns.name.Name, name: str, kind: str) -> None:
        chain = 0
        while (alias := self.records.get((name, "CNAME"))) and kind != "CNAME" and chain < 20:
            reply.answer.append(dns.rrset.from_text(owner, self.ttl, "IN", "CNAME", alias[0]))
            owner, chain = dns.name.from_text(alias[0]), chain + 1
            name = alias[0].rstrip(".").lower()
        records = self.records.get((name, kind)) or self.records.get(("*." + name.partition(".")[2], kind))
        if records:
            reply.answer.append(dns.rrset.from_text(owner, self.ttl, "IN", kind, *records))
            return
        is_there = any(one == name or one.endswith("." + name) for one, _ in self.records)
        if not is_there:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        reply.authority.append(dns.rrset.from_text("test.", self.ttl, "IN", "SOA", _SOA.format(minimum=self.minimum)))


def _sockets() -> tuple[socket.socket, socket.socket]:
    """Bind UDP and TCP to one free port; a port that is free for one may be taken for the other."""
    while True:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            udp.bind(("127.0.0.1", 0))
            tcp.bind(udp.getsockname())
            tcp.listen(16)
        except OSError:
            udp.close()
            tcp.close()
        else:
            return udp, tcp


def _quoted(text: str) -> str:
    """Write one character string as master files have it: what is not plain as its octet's number."""
    return '"{}"'.format("".join(one if one.isalnum() and one.isascii() else f"\\{ord(one):03d}" for one in text))


@contextlib.contextmanager
def dns_server() -> Iterator[DnsServer]:
    """Run a server while the block lasts."""
    server = DnsServer()
    try:
        yield server
    finally:
        server.close()
