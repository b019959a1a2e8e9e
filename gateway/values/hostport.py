"""Host and port as people write them, `host:port` or `[IPv6]:port` (RFC 3986 section 3.2): cut and spelled here."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

MAX_PORT = 65_535
_LONGEST_PORT = 5
"""Digits: int() of a line of them would take its time."""


def split_host_port(text: str, *, lowest: int = 1, default: int | None = None) -> tuple[str, int]:
    """Cut a host, which is a name or an IP address, from its port.

    Args:
        text: IPv6 stands in brackets; a name is not looked at, but that it holds no blank, bracket or colon.
        lowest: port allowed; 0 where the system is to choose one.
        default: port of a text that names none; None where every text must.

    Returns:
        Host without brackets, as it is written, never empty; port.

    Raises:
        ValueError: not of this form, or no such port; the text says what to write.
    """
    host, colon, port = text.rpartition(":")
    if default is not None and (not colon or text.endswith("]")):
        host, port = text, str(default)
    name = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not _is_host(name, is_bare=name == host):
        like = default or 25
        raise ValueError(f"`{text}` is not `host:port`; write it like `192.0.2.1:{like}` or `[2001:db8::1]:{like}`")
    is_number = port.isascii() and port.isdigit() and len(port) <= _LONGEST_PORT
    if not is_number or not lowest <= int(port) <= MAX_PORT:
        raise ValueError(f"`{text}` has no port between {lowest} and {MAX_PORT}")
    return name, int(port)


def split_ip_port(text: str, *, lowest: int = 1, default: int | None = None) -> tuple[str, int]:
    """Cut an IP address from its port, as `split_host_port`; where the port may be missing, IPv6 may stand bare.

    Returns:
        Address in its shortest form, lower case; port.

    Raises:
        ValueError: neither; the text says what to write.
    """
    is_bare_ipv6 = default is not None and _is_ipv6(text)
    host, port = split_host_port(f"[{text}]" if is_bare_ipv6 else text, lowest=lowest, default=default)
    try:
        return str(ip_address(host)), port
    except ValueError:
        like = default or 25
        raise ValueError(
            f"`{text}` has no IP address; write it like `192.0.2.1:{like}` or `[2001:db8::1]:{like}`"
        ) from None


def spell_host_port(host: str, port: int) -> str:
    """Write what `split_host_port` cuts; of IPv6 in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _is_host(name: str, *, is_bare: bool) -> bool:
    """Look whether a host could stand here: only IPv6 holds colons, and only in brackets."""
    if not name or not name.isprintable() or not {" ", "[", "]"}.isdisjoint(name):
        return False
    return ":" not in name or (not is_bare and _is_ipv6(name))


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True
