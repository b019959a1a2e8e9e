"""systemd: readiness, watchdog and inherited sockets over the documented environment protocol.

Outside systemd (no NOTIFY_SOCKET, no LISTEN_FDS) every function does nothing. Protocol: sd_notify(3),
sd_listen_fds(3), systemd.service(5).
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST_FD = 3


def notify(state: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Send one state such as `READY=1` or `STATUS=...`; answer whether a manager was told.

    A manager that does not read is no reason to fail: errors are swallowed.
    """
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # abstract namespace
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.sendto(state.encode(), address)
    except OSError:
        return False
    return True


def watchdog_interval_s(environment: Mapping[str, str] = os.environ) -> float:
    """Half of what the manager allows between two WATCHDOG=1, in seconds; 0 when it does not watch us."""
    pid, usec = environment.get("WATCHDOG_PID", ""), environment.get("WATCHDOG_USEC", "")
    if not usec.isdigit() or (pid and pid != str(os.getpid())):
        return 0.0
    return int(usec) / 2_000_000


def inherited_sockets(environment: Mapping[str, str] = os.environ) -> list[tuple[str, socket.socket]]:
    """Take over the listening sockets of our `.socket` units, in order, each with its name; empty when there are none.

    The name is that of `FileDescriptorName=`, which systemd fills with the name of the unit where none is given.
    """
    if environment.get("LISTEN_PID") != str(os.getpid()) or not environment.get("LISTEN_FDS", "").isdigit():
        return []
    count = int(environment["LISTEN_FDS"])
    names = environment.get("LISTEN_FDNAMES", "").split(":")
    sockets = []
    for number, fd in enumerate(range(_FIRST_FD, _FIRST_FD + count)):
        os.set_inheritable(fd, False)
        sockets.append((names[number] if number < len(names) else "", socket.socket(fileno=fd)))
    return sockets
