"""Early: what a start begins before anything heavy is imported or read.

Reading packs, registry and trust and starting readers takes a second, and many where the machine is busy. A client that
connects meanwhile waits in the backlog for our greeting, where without a listening socket it would be refused: so the
sockets are opened first, from the configuration alone. And the process that readers are forked from loads its
libraries while everything else goes on. Nothing heavy is imported here.
"""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING, NamedTuple

from gateway.daemon.config.load import load_config
from gateway.edge.host import systemd
from gateway.edge.host.process import allow_open_files, forbid_core_files
from gateway.edge.readers.nursery_process import NurseryProcess

if TYPE_CHECKING:
    from pathlib import Path

READER_ENTRY = "gateway.daemon.inspection:load"
"""What the readers' process runs."""
BACKLOG = 1024
"""Connections the kernel holds for us; a client waits five minutes for its greeting (RFC 5321 section 4.5.3.2.1)."""


class Places(NamedTuple):
    """Listening sockets."""

    sockets: list[socket.socket]
    are_ours: bool
    """Opened here; else systemd holds them, and the configuration says nothing about them."""


class Early(NamedTuple):
    """What was begun."""

    places: Places
    readers: NurseryProcess
    """Loads its libraries, and ends with this process when nothing is handed over."""


def begin(config_file: Path) -> Early:
    """Open the sockets and start the readers' process.

    Raises:
        Misconfigured: the configuration cannot be read; nothing was begun.
        OSError: an address cannot be bound, or there is no process to be had.
    """
    forbid_core_files()  # of all processes: the limit is inherited
    allow_open_files()
    return Early(open_places(config_file), NurseryProcess(READER_ENTRY))


def open_places(config_file: Path) -> Places:
    """Take over the sockets of our unit, or listen on the configured addresses; all of them or none.

    Raises:
        Misconfigured: the configuration cannot be read; problems of the files it names are told by whoever loads them.
        OSError: an address cannot be bound.
    """
    if inherited := systemd.inherited_sockets():
        return Places(inherited, are_ours=False)
    listen = load_config(config_file).listen
    with contextlib.ExitStack() as undone:
        opened = [
            undone.enter_context(_listening(*split_address(address), has_reuse_port=listen.limits.has_reuse_port))
            for address in listen.addresses
        ]
        undone.pop_all()
    return Places(opened, are_ours=True)


def split_address(address: str) -> tuple[str, int]:
    """Split `IPv4:port` or `[IPv6]:port`."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def _listening(host: str, port: int, *, has_reuse_port: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG, reuse_port=has_reuse_port)
