"""The folder of fetched revocation data: read leniently, written atomically, and what is known of each address.

    crl-<key>.crl      one list of one authority key, DER
    ocsp-<key>.ors     one response about one certificate, DER
    state.json         when each address was asked, and what came of it

Nothing here is believed: lists and responses are verified before they are written and again when they are used. What
cannot be read is left out, and fetched again. Only the fetching process writes.
"""

from __future__ import annotations

import contextlib
from itertools import islice
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from gateway.edge import wholefile
from gateway.edge.trust.folder import numbered
from gateway.read.trust.ocsp_answers import UNREADABLE, end_of, serials_of
from gateway.read.trust.revocation import open_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from cryptography import x509

    from gateway.values.trust import TrustSnapshot

MAX_LISTS = 200
MAX_RESPONSES = 2_000
MAX_OCTETS = 256_000_000
"""Of all lists, and of all that is read; the largest lists of national authorities are some megabytes."""
_STATE = "state.json"
_RESPONSES = "ocsp-*.ors"
_MAX_STATE_OCTETS = 4_000_000
_MODE = 0o644
"""Lists are public, and `congthu trust` may run under another account than the service."""


class AddressState(msgspec.Struct):
    """What is known of one address; instants are Unix time, 0 for never."""

    succeeded_at_s: float = 0.0
    tried_at_s: float = 0.0
    failures: int = 0
    """In a row."""
    reason: str = ""
    """Word of FETCH_REASONS of the last failure; empty after a success."""
    fresh_until_s: float = 0.0
    """When the list it brought runs out."""
    authority: str = ""
    """Name of the authority whose list it brought."""


class CacheState(msgspec.Struct):
    """Everything remembered besides the data itself."""

    addresses: dict[str, AddressState] = msgspec.field(default_factory=dict)
    learned: dict[str, str] = msgspec.field(default_factory=dict)
    """Address of a list that a signer's certificate named, to the fingerprint of the authority that issued it."""


def read_cache(folder: Path) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Read what was fetched: lists, then responses, in order of their names. A missing folder is an empty one."""
    room = MAX_OCTETS
    found: list[tuple[bytes, ...]] = []
    for pattern, load, limit in (("crl-*.crl", open_list, MAX_LISTS), (_RESPONSES, serials_of, MAX_RESPONSES)):
        kept: list[bytes] = []
        for octets in islice(_readable(folder, pattern, load), limit):
            if len(octets) <= room:
                kept.append(octets)
                room -= len(octets)
        found.append(tuple(kept))
    return found[0], found[1]


def _readable(folder: Path, pattern: str, load: Callable[[bytes], object]) -> Iterator[bytes]:
    for file in sorted(folder.glob(pattern)):
        with contextlib.suppress(OSError, *UNREADABLE):
            if file.is_file() and file.stat().st_size <= MAX_OCTETS:
                octets = file.read_bytes()
                load(octets)
                yield octets


def find_list(folder: Path, name: str) -> x509.CertificateRevocationList | None:
    """Find the list of one file as it is now; None when it is missing or broken."""
    try:
        return open_list((folder / name).read_bytes())
    except (OSError, *UNREADABLE):
        return None


def has_room(folder: Path, name: str, octets: bytes) -> bool:
    """May a list be put in place within the limits? Responses make room by themselves (`tidy`)."""
    others = [file.stat().st_size for file in folder.glob("crl-*.crl") if file.name != name]
    return len(others) < MAX_LISTS and sum(others) + len(octets) <= MAX_OCTETS


def with_fetched(trust: TrustSnapshot, folder: Path) -> TrustSnapshot:
    """Give a snapshot the fetched data as it is now; lists that lie in the trust folder too are left out."""
    crls, responses = read_cache(folder)
    fetched = tuple(der for der in crls if der not in trust.crls_der)
    return numbered(structs.replace(trust, fetched_crls_der=fetched, fetched_responses_der=responses))


def read_state(folder: Path) -> CacheState:
    """Read what is known of each address; nothing, when the file is missing or broken."""
    try:
        with (folder / _STATE).open("rb") as file:
            return msgspec.json.decode(file.read(_MAX_STATE_OCTETS), type=CacheState)
    except (OSError, msgspec.DecodeError):
        return CacheState()


def set_back(state: CacheState, at_s: float) -> None:
    """Take what claims to come later for now: the clock was ahead, and nothing would be asked until that time."""
    for known in state.addresses.values():
        known.tried_at_s, known.succeeded_at_s = min(known.tried_at_s, at_s), min(known.succeeded_at_s, at_s)


def write_state(folder: Path, state: CacheState) -> None:
    """Keep what is known of each address.

    Raises:
        OSError: the folder cannot be written.
    """
    put(folder, _STATE, msgspec.json.encode(state))


def put(folder: Path, name: str, octets: bytes) -> None:
    """Put a file in place as a whole, for everybody to read.

    Raises:
        OSError: the folder cannot be written.
    """
    wholefile.put(folder / name, octets, mode=_MODE)


def tidy(folder: Path, at: datetime) -> None:
    """Remove responses that ended, the oldest of too many, and what a process that was killed left half-written.

    Who needs a response again asks again. Other instances may tidy at the same time.

    Raises:
        OSError: the folder cannot be written.
    """
    written: list[tuple[int, Path]] = []
    for file in folder.glob(_RESPONSES):
        with contextlib.suppress(OSError, *UNREADABLE):
            if end_of(file.read_bytes()) >= at:
                written.append((file.stat().st_mtime_ns, file))
                continue
        file.unlink(missing_ok=True)
    for _, file in sorted(written, reverse=True)[MAX_RESPONSES:]:
        file.unlink(missing_ok=True)
    wholefile.tidy(folder, at.timestamp())
