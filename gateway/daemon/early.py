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
from gateway.values.faults import Misconfigured
from gateway.values.hostport import split_ip_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gateway.daemon.config.schema import ListenSection

READER_ENTRY = "gateway.daemon.inspection:load"
"""What the readers' process runs."""
BACKLOG = 1024
"""Connections the kernel holds for us; a client waits five minutes for its greeting (RFC 5321 section 4.5.3.2.1)."""


class Place(NamedTuple):
    """Listening sockets of one block of the configuration."""

    block: str
    """Its name."""
    sockets: list[socket.socket]
    are_ours: bool
    """Opened here; else systemd holds them, and the addresses of the configuration say nothing about them."""


class Early(NamedTuple):
    """What was begun."""

    places: list[Place]
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


def open_places(config_file: Path) -> list[Place]:
    """Take over the sockets of our units, or listen on the configured addresses; all of them or none.

    One block takes whatever systemd hands over, several take those with their names.

    Raises:
        Misconfigured: the configuration cannot be read, or has no block for a socket of systemd; problems of the files
            it names are told by whoever loads them.
        OSError: an address cannot be bound.
    """
    config = load_config(config_file)
    blocks = config.listen
    handed: dict[str, list[socket.socket]] = {}
    for name, handed_over in systemd.inherited_sockets():
        handed.setdefault(name if len(blocks) > 1 else blocks[0].name, []).append(handed_over)
    if unknown := handed.keys() - {block.name for block in blocks}:
        message = f"systemd hands over sockets named {', '.join(sorted(unknown))}, and no block has that name"
        raise Misconfigured([config.origin.problem("listen", message)])
    with contextlib.ExitStack() as undone:
        places = [
            Place(block.name, handed[block.name], are_ours=False)
            if block.name in handed
            else Place(block.name, [undone.enter_context(one) for one in _opened(block)], are_ours=True)
            for block in blocks
        ]
        undone.pop_all()
    return places


def _opened(block: ListenSection) -> Iterator[socket.socket]:
    """Listen on the addresses of a block, one after the other."""
    for address in block.addresses:
        host, port = split_ip_port(address, lowest=0)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        yield socket.create_server((host, port), family=family, backlog=BACKLOG, reuse_port=block.limits.has_reuse_port)
