"""Casualties: what readers died of, remembered by client, so that the same file breaks no second worker (ADR 0013).

Pure and bounded. What one client sent speaks for that client only: the note was written by a worker that read its
octets, and may be a lie about somebody else's file.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gateway.edge.readers.slate import Casualty

_CLIENTS: Final = 256
_FILES: Final = 64
"""Files of one client; they go along with each of its requests, 70 octets apiece."""
_TRIES: Final = 2
"""Deaths after which a file is to blame, where a single one may have been an accident."""


@lru_cache(maxsize=1_024)
def network_of(ip: str) -> str:
    """Name the network a client speaks for: one mail server's /24, or the /56 a site is given for IPv6."""
    try:
        bits = 24 if ip_address(ip).version == 4 else 56
    except ValueError:
        return ip
    return str(ip_network((ip, bits), strict=False))


class Casualties:
    """Files by client network, those longest unused forgotten first."""

    def __init__(self) -> None:
        """Begin with nobody to blame."""
        self._clients: OrderedDict[str, OrderedDict[Casualty, int]] = OrderedDict()

    def of(self, client: str) -> tuple[Casualty, ...]:
        """Give the files of a client that are not to be read again."""
        files = self._clients.get(client)
        return tuple(one for one, deaths in files.items() if deaths >= _TRIES) if files else ()

    def note(self, client: str, casualty: Casualty, *, is_certain: bool) -> bool:
        """Count a death; tell whether the file is to blame, by the way the worker died or by how often."""
        files = self._clients.setdefault(client, OrderedDict())
        self._clients.move_to_end(client)
        deaths = files.pop(casualty, 0) + (_TRIES if is_certain else 1)
        files[casualty] = deaths
        if len(files) > _FILES:
            files.popitem(last=False)
        if len(self._clients) > _CLIENTS:
            self._clients.popitem(last=False)
        return deaths >= _TRIES
