"""PROXY protocol: the header by which a proxy tells whose connection it hands through (haproxy's proxy-protocol.txt).

Version 1 is one line, version 2 a binary block; both stand before everything else, TLS too. Pure: octets in, the told
address out. The library at hand (aiosmtpd.proxy_protocol) reads lines of any length and takes what it does not
understand for an address that is not known, so this is our own; see ADR 0004.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from gateway.edge.listener.forwarded import UNKNOWN_ADDRESS

MAX_LINE_OCTETS: Final = 107
"""The longest line of version 1, CRLF included."""
MAX_BLOCK_OCTETS: Final = 4096
"""Of a block of version 2: addresses take 52 octets, what proxies add about TLS some hundred; 65,551 could be said."""

_LINE: Final = b"PROXY "
_SIGNATURE: Final = b"\r\n\r\n\0\r\nQUIT\n"
_BLOCK_HEAD_OCTETS: Final = 16
_VERSION: Final = 2
_LOCAL, _PROXY = 0, 1
_INET, _INET6, _UNIX = 1, 2, 3
_STREAM, _DATAGRAM = 1, 2
_ADDRESSES_OCTETS: Final = {_INET: 12, _INET6: 36, _UNIX: 216}
"""What the addresses of each family take: both ends, and their ports but for sockets of files."""
_IPV4, _IPV6 = re.compile(rb"[0-9.]{7,15}"), re.compile(rb"[0-9A-Fa-f:.]{2,39}")
_PORT = re.compile(rb"0|[1-9][0-9]{0,4}")
_FIELDS: Final = 6


class ProxyHeader(NamedTuple):
    """One whole header."""

    ip: str
    """Address of the client in its shortest form, a mapped one as IPv4. `unknown` where the proxy has none that we can
    use (UNKNOWN, AF_UNSPEC, AF_UNIX, datagrams), and empty where it speaks for itself (LOCAL: a check of its own)."""
    size_octets: int
    """Where the session's own octets begin."""


class BadHeader(ValueError):
    """No header stands here; its text is the reason, `no_header` or `bad_header`."""


def parse_proxy_header(octets: bytes) -> ProxyHeader | None:
    """Read the header at the beginning of a connection; None while more octets have to come.

    Raises:
        BadHeader: it cannot become one any more, whatever comes.
    """
    if octets.startswith(_SIGNATURE):
        return _block(octets)
    if octets.startswith(_LINE):
        return _line(octets)
    if not _SIGNATURE.startswith(octets) and not _LINE.startswith(octets):
        raise BadHeader("no_header")
    return None


def _line(octets: bytes) -> ProxyHeader | None:
    """Read a line of version 1 (section 2.1)."""
    end = octets.find(b"\r\n", 0, MAX_LINE_OCTETS)
    line = octets[: MAX_LINE_OCTETS if end < 0 else end]
    if b"\n" in line or b"\r" in line[:-1] or (end < 0 and len(line) == MAX_LINE_OCTETS):
        raise BadHeader("bad_header")
    if end < 0:
        return None
    fields = line.split(b" ")
    if fields[1] == b"UNKNOWN":  # what stands behind it has no meaning
        return ProxyHeader(UNKNOWN_ADDRESS, end + 2)
    is_ipv6 = fields[1] == b"TCP6"
    form = _IPV6 if is_ipv6 else _IPV4
    if (
        fields[1] not in {b"TCP4", b"TCP6"}
        or len(fields) != _FIELDS
        or not all(form.fullmatch(field) for field in fields[2:4])
        or not all(_PORT.fullmatch(field) and int(field) <= 65_535 for field in fields[4:])
    ):
        raise BadHeader("bad_header")
    try:
        source, _destination = (
            (IPv6Address if is_ipv6 else IPv4Address)(field.decode("ascii")) for field in fields[2:4]
        )
    except ValueError:
        raise BadHeader("bad_header") from None
    return ProxyHeader(_spelled(source), end + 2)


def _block(octets: bytes) -> ProxyHeader | None:
    """Read a block of version 2 (section 2.2); what stands behind the addresses (TLVs) is skipped."""
    if len(octets) < _BLOCK_HEAD_OCTETS:
        return None
    version, command = divmod(octets[12], 16)
    family, protocol = divmod(octets[13], 16)
    size = int.from_bytes(octets[14:16], "big")
    whole = _BLOCK_HEAD_OCTETS + size
    if version != _VERSION or command not in {_LOCAL, _PROXY} or whole > MAX_BLOCK_OCTETS:
        raise BadHeader("bad_header")
    is_local = command == _LOCAL
    if not is_local and (family > _UNIX or protocol > _DATAGRAM or size < _ADDRESSES_OCTETS.get(family, 0)):
        raise BadHeader("bad_header")
    if len(octets) < whole:
        return None
    if is_local:
        return ProxyHeader("", whole)
    if protocol != _STREAM or family not in {_INET, _INET6}:
        return ProxyHeader(UNKNOWN_ADDRESS, whole)
    source = IPv4Address(octets[16:20]) if family == _INET else IPv6Address(octets[16:32])
    return ProxyHeader(_spelled(source), whole)


def _spelled(address: IPv4Address | IPv6Address) -> str:
    """Write an address as those of connections are written."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
