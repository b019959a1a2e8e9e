"""The demonstration's own DNS: one thread that answers over UDP on loopback, so that nothing outside is asked."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from gateway.edge.resolver.zone import ZoneFile

if TYPE_CHECKING:
    from pathlib import Path

_TTL_S = 300
_LARGEST_OCTETS = 65_535


class DemoDns:
    """Answers TXT questions from a master file; whatever else is asked is not there."""

    def __init__(self, zone: Path, port: int) -> None:
        """Read the file and take the port.

        Raises:
            Misconfigured: the file is none.
            OSError: the port is taken.
        """
        self._zone = ZoneFile(zone)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self._thread = threading.Thread(target=self._serve, name="dns", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and free the port."""
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            octets, peer = self._socket.recvfrom(_LARGEST_OCTETS)
            if not octets:  # nobody but `stop` sends nothing
                return
            try:
                query = dns.message.from_wire(octets)
            except dns.exception.DNSException:
                continue
            self._socket.sendto(self._reply(query).to_wire(), peer)

    def _reply(self, query: dns.message.Message) -> dns.message.Message:
        reply = dns.message.make_response(query, recursion_available=True)
        question = query.question[0]
        found = self._zone.records(question.name, question.rdtype)
        if found is not None:
            reply.answer.append(dns.rrset.from_rdata_list(question.name, _TTL_S, list(found)))
        elif not self._zone.exists(question.name):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply
