"""One connection to one host of a route: opened by aiosmtplib, then driven lean.

aiosmtplib does what is done once: connect, greeting, EHLO, STARTTLS (with its defence against injected
plaintext), EHLO again, and reading the extensions. After that only its transport is kept.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import TYPE_CHECKING, Final, cast

import aiosmtplib

from gateway.edge.nexthop.protocol import NextHopProtocol
from gateway.edge.nexthop.replies import SERVICE_UNAVAILABLE, clean_text, lost, nonsense
from gateway.values.delivery import TlsPolicy
from gateway.values.faults import Transient

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence

    from gateway.edge.nexthop.replies import RawReply
    from gateway.values.delivery import Route

DEFAULT_PORT: Final = 25
WARM_REPLY_S: Final = 5.0
"""For the first reply on a warm connection: one that a firewall forgot is silent, and asking anew is cheap."""

_LOST: Final = (aiosmtplib.SMTPServerDisconnected, ConnectionResetError)
_UNROUTABLE: Final = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN}


class NextHopConnection:
    """A connection after EHLO: one transaction at a time."""

    def __init__(self, host: str, protocol: NextHopProtocol, extensions: frozenset[str]) -> None:
        """Hold a connection that is ready for MAIL; `extensions` are lower-case EHLO keywords."""
        self.host = host
        self.protocol = protocol
        self.extensions = extensions
        self.opened_at = self.idle_since = asyncio.get_running_loop().time()
        self.is_warm = False
        """True from the first time it was given back."""

    async def ask(self, command: bytes, timeout_s: float) -> RawReply:
        """Send one command (no line ending) and take its reply.

        Raises:
            Transient: the connection ended, before or instead of the reply, or the reply is 421.
        """
        protocol = self.protocol
        protocol.expect()
        protocol.write(command + b"\r\n")
        return self._unless_farewell(await protocol.reply(timeout_s))

    async def ask_all(self, commands: Sequence[bytes], timeout_s: float) -> list[RawReply]:
        """Send several commands, in one write where the next hop offers PIPELINING (RFC 2920).

        On a warm connection the first reply must come soon.

        Raises:
            Transient: as `ask`.
        """
        first_s = min(timeout_s, WARM_REPLY_S) if self.is_warm else timeout_s
        timeouts_s = (first_s, *[timeout_s] * (len(commands) - 1))
        if "pipelining" not in self.extensions:
            return [await self.ask(command, limit_s) for command, limit_s in zip(commands, timeouts_s, strict=True)]
        self.protocol.expect(len(commands))
        self.protocol.write(b"\r\n".join(commands) + b"\r\n")
        return [self._unless_farewell(await self.protocol.reply(limit_s)) for limit_s in timeouts_s]

    def quit(self) -> None:
        """Say QUIT and close without waiting for the farewell (as Postfix: smtp_skip_quit_response)."""
        if self.protocol.is_clean:
            self.protocol.write(b"QUIT\r\n")
            self.protocol.transport.close()
        else:
            self.abort()

    def abort(self) -> None:
        """Cut the connection."""
        self.protocol.end(lost("cut by the gateway"))

    def _unless_farewell(self, raw: RawReply) -> RawReply:
        if raw.code == SERVICE_UNAVAILABLE:
            self.protocol.end(lost(f"421 {clean_text(raw.text)}"))
            raise lost(f"421 {clean_text(raw.text)}")
        return raw


def split_host(host: str) -> tuple[str, int]:
    """Split `host:port`, `[IPv6]:port` or a bare host (then port 25).

    Raises:
        ValueError: not of this form.
    """
    name, separator, port = host.rpartition(":")
    if not separator or port.endswith("]"):
        name, port = host, str(DEFAULT_PORT)
    if name.startswith("[") and name.endswith("]"):
        name = name[1:-1]
    elif ":" in name:
        raise ValueError(f"an IPv6 address needs brackets: {host}")
    if not name or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"not host:port: {host}")
    return name, int(port)


async def open_connection(route: Route, host: str, helo: str, tls: ssl.SSLContext | None) -> NextHopConnection:
    """Open one connection to `host` within the route's connect timeout, up to the last EHLO.

    Raises:
        Transient: by the stage that failed; every code a next hop gives here is trouble, not a refusal of mail.
    """
    name, port = split_host(host)
    smtp = aiosmtplib.SMTP(
        hostname=name, port=port, local_hostname=helo, timeout=route.connect_timeout_s, start_tls=False
    )
    try:
        async with asyncio.timeout(route.connect_timeout_s):
            await smtp.connect()
            await smtp.ehlo()
            if tls is not None:
                await _start_tls(smtp, route, tls, name)
        if not smtp.is_connected:
            raise lost("closed right after EHLO")  # noqa: TRY301 - one place closes and maps
    except BaseException as error:  # cancelled too: aiosmtplib closes nothing by itself
        smtp.close()
        if isinstance(error, (aiosmtplib.SMTPException, OSError, ValueError)):
            raise _fault_of(error) from None
        raise
    # create_connection and start_tls of asyncio make stream transports: duck-typed, hence the cast.
    protocol = NextHopProtocol(cast("asyncio.Transport", smtp.transport))
    return NextHopConnection(host, protocol, frozenset(smtp.esmtp_extensions))


async def _start_tls(smtp: aiosmtplib.SMTP, route: Route, tls: ssl.SSLContext, name: str) -> None:
    is_optional = route.tls is TlsPolicy.OPPORTUNISTIC
    if not smtp.supports_extension("starttls"):
        if is_optional:
            return
        raise Transient("next_hop_tls", "STARTTLS not offered")
    try:
        await smtp.starttls(tls_context=tls, server_hostname=route.server_name or name)
        await smtp.ehlo()
    except aiosmtplib.SMTPResponseException as error:
        # 454 and the like: nothing was negotiated, the plain session goes on (RFC 3207 section 4).
        if is_optional and smtp.is_connected and not isinstance(error, aiosmtplib.SMTPHeloError):
            return
        raise Transient("next_hop_tls", _detail_of(error)) from None
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Transient("next_hop_tls", _detail_of(error)) from None


def _fault_of(error: Exception) -> Transient:
    """Map what connect, greeting and EHLO raise; aiosmtplib keeps the true reason in `__cause__`."""
    detail = _detail_of(error)
    cause = error.__cause__
    if isinstance(error, aiosmtplib.SMTPServerDisconnected) or isinstance(cause, _LOST):
        return lost(detail)
    if isinstance(error, aiosmtplib.SMTPResponseException) and not 400 <= error.code < 560:
        return nonsense(detail)
    if isinstance(error, ValueError) or isinstance(cause, (socket.gaierror, ValueError)):
        return Transient("next_hop_unroutable", detail)
    if isinstance(cause, OSError) and cause.errno in _UNROUTABLE:
        return Transient("next_hop_unroutable", detail)
    return Transient("next_hop_no_answer", detail)


def _detail_of(error: Exception) -> str:
    code = f"{error.code} " if isinstance(error, aiosmtplib.SMTPResponseException) else ""
    words = str(getattr(error, "message", error))
    return f"{type(error).__name__}: {code}{clean_text(words.encode('utf-8', 'surrogateescape'))}"
