"""One HTTP exchange of the trust service: GET or POST, bounded in octets, seconds, redirects, hosts and ports.

Only the fetching process calls this. It uses the standard library's client: one exchange without cookies, encodings,
pools or automatic redirects is what it does, and a fuller client would only have to be held back. The connection is
made here, to an address that was looked at, so that no second look-up can lead elsewhere.
"""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import ssl
import traceback
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec

from gateway.values.addresses import normalise_domain

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_REDIRECTS = 3
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BLOCK_OCTETS = 65_536
_GLOBAL_UNICAST = ip_network("2000::/3")
"""What the Internet uses of IPv6 (RFC 4291 section 2.4); beyond lie NAT64, IPv4-compatible and site-local addresses."""
_AGENT = "congthu"


class FetchError(Exception):
    """A transfer that brought nothing to use; `reason` is one word of `gateway.values.trust.FETCH_REASONS`."""

    def __init__(self, reason: str) -> None:
        """Say why."""
        super().__init__(reason)
        self.reason = reason


class WebLimits(msgspec.Struct, frozen=True):
    """What one transfer may do."""

    octets: int
    deadline_s: float
    hosts: tuple[str, ...] = ()
    """Hosts that may be asked on any port and address: names, `.suffix` for all below, or IP addresses."""
    is_closed: bool = False
    """Only those hosts; else any other is asked too, on a public address and the usual port."""
    proxy: str = ""
    """`http://host:port`; empty to connect directly."""

    def names(self, host: str) -> bool:
        """Is the host one of those listed?"""
        return any(host == one or (one.startswith(".") and host.endswith(one)) for one in self.hosts)


def transfer(address: str, limits: WebLimits, body: bytes | None = None, content_type: str = "") -> bytes:
    """Fetch the octets at an address; call in the main thread of a process, for the deadline is an alarm.

    Args:
        address: `http` or `https`.
        limits: what it may do.
        body: octets to POST; None asks with GET.
        content_type: of the body.

    Raises:
        FetchError: anything but a whole answer with status 200 within the limits.
    """
    headers = {"User-Agent": _AGENT, "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
    if body is not None:
        headers["Content-Type"] = content_type
    try:
        with _alarm(limits.deadline_s):
            return _follow(address, limits, body, headers)
    except TimeoutError:
        raise FetchError("timeout") from None
    except ssl.SSLError:
        raise FetchError("tls") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        # Python 3.11.2 leaves the answer of a proxy that refuses open, held by the frames of the error.
        traceback.clear_frames(error.__traceback__)
        raise FetchError("unreachable") from None


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise in this thread after so many seconds, whatever it waits for: a drip of octets too.

    It raises no OSError: whoever tries the next address after one would take the alarm for a failed connection.
    """

    def ring(_number: int, _frame: object) -> NoReturn:
        raise FetchError("timeout")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _follow(address: str, limits: WebLimits, body: bytes | None, headers: dict[str, str]) -> bytes:
    first = _parts(address, limits)
    parts = first
    for _ in range(MAX_REDIRECTS + 1):
        with contextlib.closing(_connect(parts, limits)) as connection:
            target = parts.path or "/"
            if parts.query:
                target += f"?{parts.query}"
            if limits.proxy and parts.scheme == "http":
                target = f"http://{parts.netloc}{target}"
            connection.request("GET" if body is None else "POST", target, body, headers)
            with contextlib.closing(connection.getresponse()) as answer:
                if answer.status not in _REDIRECTS:
                    return _content(answer, limits.octets)
                place = answer.getheader("Location")
        if body is not None or not place:
            raise FetchError("redirect")
        parts = _parts(urljoin(parts.geturl(), place), limits)
        if parts.hostname != first.hostname and not limits.names(parts.hostname or ""):
            raise FetchError("redirect")
    raise FetchError("redirect")


def _parts(address: str, limits: WebLimits) -> SplitResult:
    """Take an address apart and refuse what may not be asked."""
    parts = urlsplit(address)
    host, port = parts.hostname, parts.port  # raises ValueError for a port that is none
    if parts.scheme not in _PORTS or not host or parts.username is not None or not address.isascii():
        raise FetchError("address")
    if limits.names(host):
        return parts
    if limits.is_closed or port not in {None, _PORTS[parts.scheme]}:
        raise FetchError("host")
    try:
        is_allowed = is_public(host)
    except ValueError:
        is_allowed = "." in normalise_domain(host)
    if not is_allowed:
        raise FetchError("host")
    return parts


def is_public(address: str) -> bool:
    """Is this an IP address of the public Internet, and not one of ours in disguise?

    Raises:
        ValueError: it is no IP address.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found not in _GLOBAL_UNICAST or found.sixtofour is not None or found.teredo is not None:
            return False
    return found.is_global and not found.is_multicast


def _connect(parts: SplitResult, limits: WebLimits) -> http.client.HTTPConnection:
    assert parts.hostname
    host, port = parts.hostname, parts.port or _PORTS[parts.scheme]
    if limits.proxy:
        proxy = urlsplit(limits.proxy)
        if parts.scheme == "http":
            return http.client.HTTPConnection(proxy.hostname or "", proxy.port, timeout=limits.deadline_s)
        tunnel = http.client.HTTPConnection(proxy.hostname or "", proxy.port, timeout=limits.deadline_s)
        tunnel.set_tunnel(host, port)
        tunnel.connect()
        dialled: socket.socket = tunnel.sock
    else:
        dialled = _dial(host, port, limits)
    if parts.scheme == "http":
        connection = http.client.HTTPConnection(host, port, timeout=limits.deadline_s)
        connection.sock = dialled
        return connection
    context = ssl.create_default_context()
    secured = http.client.HTTPSConnection(host, port, timeout=limits.deadline_s, context=context)
    secured.sock = context.wrap_socket(dialled, server_hostname=host)
    return secured


def _dial(host: str, port: int, limits: WebLimits) -> socket.socket:
    """Connect to the first address of a host that answers, of those that may be asked."""
    places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not limits.names(host):
        places = [place for place in places if is_public(str(place[4][0]))]
        if not places:
            raise FetchError("host")
    failure: OSError | None = None
    for family, kind, protocol, _, place in places:
        dialled = socket.socket(family, kind, protocol)
        dialled.settimeout(limits.deadline_s / len(places))  # one that is silent leaves time for the next
        try:
            dialled.connect(place)
        except OSError as error:
            dialled.close()
            failure = error
        except FetchError:  # the alarm
            dialled.close()
            raise
        else:
            dialled.settimeout(limits.deadline_s)
            return dialled
    raise failure or OSError("no address")


def _content(answer: http.client.HTTPResponse, limit_octets: int) -> bytes:
    if answer.status != http.client.OK:
        raise FetchError("status")
    if (answer.length or 0) > limit_octets:
        raise FetchError("too_large")
    content = bytearray()
    while block := answer.read(_BLOCK_OCTETS):
        content += block
        if len(content) > limit_octets:
            raise FetchError("too_large")
    return bytes(content)
