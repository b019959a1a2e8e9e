"""One connection to one host of a route: opened by aiosmtplib, then driven lean.

aiosmtplib does what is done once: connect, greeting, EHLO, STARTTLS (with its defence against injected
plaintext), EHLO again, and reading the extensions. After that only its transport is kept.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from typing import TYPE_CHECKING, Final, cast

import aiosmtplib

from gateway.edge.nexthop.protocol import NextHopProtocol
from gateway.edge.nexthop.replies import SERVICE_UNAVAILABLE, OpeningFailed, clean_text, lost
from gateway.values.delivery import TlsPolicy
from gateway.values.faults import Transient
from gateway.values.hostport import split_host_port

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence

    from gateway.edge.nexthop.replies import RawReply
    from gateway.values.delivery import Route

WARM_REPLY_S: Final = 5.0
"""For the first reply on a warm connection: one that a firewall forgot is silent, and asking anew is cheap."""

_NO_EHLO: Final = {500, 502, 503}
"""EHLO, or the greeting before it, is not understood: no server of ESMTP, and nothing about us."""
_LOST: Final = (aiosmtplib.SMTPServerDisconnected, ConnectionResetError)
_UNROUTABLE: Final = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN}


class NextHopConnection:
    """A connection after EHLO: one transaction at a time."""

    def __init__(self, host: str, protocol: NextHopProtocol, extensions: frozenset[str], tls_error: str = "") -> None:
        """Hold a connection that is ready for MAIL; `extensions` are lower-case EHLO keywords.

        `tls_error` is what failed at STARTTLS, so that the connection is in plain.
        """
        self.host = host
        self.protocol = protocol
        self.extensions = extensions
        self.opened_at = self.idle_since = asyncio.get_running_loop().time()
        self.is_warm = False
        """True from the first time it was given back."""
        self.own_address: str = (protocol.transport.get_extra_info("sockname") or ("",))[0]
        """Where we connected from, as the next hop names us unless addresses are translated."""
        secure = protocol.transport.get_extra_info("ssl_object")
        self.tls: str = (secure and secure.version()) or ("failed" if tls_error else "none")
        """One of `gateway.values.events.RELAY_TLS`."""
        self.tls_error = tls_error
        self.refused_count = 0
        """4yz and 5yz since it was opened or last took a message."""

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

    def note_delivery(self) -> None:
        """Note that a message was taken: servers forget the errors before it."""
        self.refused_count = 0

    def _unless_farewell(self, raw: RawReply) -> RawReply:
        self.refused_count += raw.code >= 400
        if raw.code == SERVICE_UNAVAILABLE:
            self.protocol.end(lost(f"421 {clean_text(raw.text)}"))
            raise lost(f"421 {clean_text(raw.text)}")
        return raw


async def open_connection(route: Route, host: str, helo: str, tls: ssl.SSLContext | None) -> NextHopConnection:
    """Open one connection to `host` within the route's connect timeout, up to the last EHLO.

    Opportunistic TLS must never deliver less than none does (RFC 7435 section 3): a server whose handshake fails, as
    with TLS 1.0 alone, is asked once more in plain, with a connect timeout of its own, as Postfix and Exim do.

    Raises:
        OpeningFailed: every code a next hop gives here is trouble, not a refusal of mail.
    """
    try:
        return await _open(route, host, helo, tls)
    except OpeningFailed as failed:
        if failed.stage != "STARTTLS" or route.tls is not TlsPolicy.OPPORTUNISTIC:
            raise
        tls_error = failed.detail
    return await _open(route, host, helo, None, tls_error)


async def _open(
    route: Route, host: str, helo: str, tls: ssl.SSLContext | None, tls_error: str = ""
) -> NextHopConnection:
    name, port = split_host_port(host)
    limit_s = route.connect_timeout_s
    # No time-outs of its own: one deadline is below, and asyncio.wait_for of Python 3.11 may swallow a cancellation.
    smtp = aiosmtplib.SMTP(hostname=name, port=port, local_hostname=helo, timeout=None, start_tls=False)
    stage = "connect"
    try:
        async with asyncio.timeout(limit_s):
            await smtp.connect()
            stage = "EHLO"
            await smtp.ehlo()
            is_wanted = route.tls is not TlsPolicy.OPPORTUNISTIC or smtp.supports_extension("starttls")
            if tls is not None and is_wanted:
                stage = "STARTTLS"
                tls_error = await _start_tls(smtp, route, tls, name)
        if not smtp.is_connected:
            raise lost("closed right after EHLO")  # noqa: TRY301 - one place closes and maps
    except BaseException as error:  # cancelled too: aiosmtplib closes nothing by itself
        smtp.close()
        if isinstance(error, Transient):
            raise OpeningFailed(error.situation, error.detail, stage) from None
        if isinstance(error, (aiosmtplib.SMTPException, OSError, ValueError)):
            raise _fault_of(error, stage, limit_s) from None
        raise
    # create_connection and start_tls of asyncio make stream transports: duck-typed, hence the cast.
    protocol = NextHopProtocol(cast("asyncio.Transport", smtp.transport))
    return NextHopConnection(host, protocol, frozenset(smtp.esmtp_extensions), tls_error)


async def _start_tls(smtp: aiosmtplib.SMTP, route: Route, tls: ssl.SSLContext, name: str) -> str:
    """Encrypt, or tell with what words an optional STARTTLS was refused."""
    is_optional = route.tls is TlsPolicy.OPPORTUNISTIC
    if not smtp.supports_extension("starttls"):
        raise Transient("next_hop_tls", "STARTTLS not offered")
    try:
        await smtp.starttls(tls_context=tls, server_hostname=route.server_name or name)
        await smtp.ehlo()
    except aiosmtplib.SMTPResponseException as error:
        # 454 and the like: nothing was negotiated, the plain session goes on (RFC 3207 section 4).
        if is_optional and error.code >= 400 and smtp.is_connected and not isinstance(error, aiosmtplib.SMTPHeloError):
            return _detail_of(error)
        raise Transient("next_hop_tls", _detail_of(error)) from None
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Transient("next_hop_tls", _detail_of(error)) from None
    return ""


def _fault_of(error: Exception, stage: str, limit_s: float) -> OpeningFailed:
    """Map what connect, greeting and EHLO raise; aiosmtplib keeps the true reason in `__cause__`."""
    detail, cause = _detail_of(error), error.__cause__
    is_reply = isinstance(error, aiosmtplib.SMTPResponseException)
    if stage == "connect" and (is_reply or isinstance(cause, aiosmtplib.SMTPException)):
        stage = "greeting"  # connected, for something was read
    if isinstance(error, TimeoutError):
        situation, detail = "next_hop_no_answer", f"no answer within {limit_s:g} s"
    elif isinstance(error, aiosmtplib.SMTPServerDisconnected) or isinstance(cause, _LOST):
        situation = "next_hop_lost"
    elif isinstance(error, aiosmtplib.SMTPResponseException):
        situation = _situation_of(error.code)
    elif (
        isinstance(error, ValueError)
        or isinstance(cause, (socket.gaierror, ValueError))
        or (isinstance(cause, OSError) and cause.errno in _UNROUTABLE)
    ):
        situation = "next_hop_unroutable"
    else:
        situation = "next_hop_no_answer"
    return OpeningFailed(situation, detail, stage)


def _situation_of(code: int) -> str:
    """Name what a reply to the connection or to EHLO means that is not the one that lets us in."""
    if not 400 <= code < 600 or code in _NO_EHLO:
        return "next_hop_nonsense"
    return "next_hop_unavailable" if code < 500 else "next_hop_refuses_us"


def _detail_of(error: Exception) -> str:
    """Say what failed: the reply when there is one, the system's words for an errno, else class and words."""
    words = " ".join(str(getattr(error, "message", error)).split())
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return clean_text(f"{error.code} {words}".encode("utf-8", "surrogateescape"))
    cause = error.__cause__ or error
    if isinstance(cause, socket.gaierror):
        return str(cause.strerror)
    is_of_openssl = hasattr(cause, "library")
    if isinstance(cause, OSError) and cause.errno and cause.errno in errno.errorcode and not is_of_openssl:
        return os.strerror(cause.errno)
    return clean_text(f"{type(cause).__name__}: {words}".encode("utf-8", "surrogateescape"))
