"""Loopback ports for servers that are told theirs before they start: of the demonstration, of tests and benchmarks."""

from __future__ import annotations

import contextlib
import itertools
import secrets
import socket

_FIRST, _END = 20_000, 32_000
_PORTS = itertools.islice(itertools.cycle(range(_FIRST, _END)), secrets.randbelow(_END - _FIRST), None)


def free_ports(count: int) -> list[int]:
    """Find ports nobody listens on, none of which this process was given before.

    They lie below those Linux takes for outgoing connections (`ip_local_port_range`, from 32768 on), so none is taken
    between being found and being used; several processes begin at places of their own.
    """
    found: list[int] = []
    while len(found) < count:
        port = next(_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
    return found
