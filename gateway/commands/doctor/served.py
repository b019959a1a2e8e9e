"""Served: what clients meet: the ports we listen on, who answers there, and the certificates shown."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import http.client
import os
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Final

from gateway.commands.doctor.line import Line, fail, ok, warn
from gateway.daemon.config.load import host_of
from gateway.edge.host.certificate import served
from gateway.edge.listener.tls import build_server_context
from gateway.values.faults import Misconfigured
from gateway.values.hostport import split_ip_port
from gateway.values.showing import coded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.daemon.config.schema import Config, ListenSection

PATIENCE_S: Final = 5.0
"""For a listener to greet."""
NEAR: Final = dt.timedelta(days=21)
"""Before a certificate ends: three weeks, as the alert CongthuCertificateExpiring has it."""
_GREETING: Final = "ESMTP Congthu"
_MAX_BANNER: Final = 512
_ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where whoever listens everywhere is reached


def certificates(config: Config, now: dt.datetime) -> Iterator[Line]:
    """Look at the certificate of every block."""
    for block in config.listen:
        where = f"block {block.name}"
        if not block.certificate_file:
            todo = "set listen.certificate_file and key_file (docs/deployment.md)"
            yield warn("certificate", f"{where} has none: mail comes in unencrypted", todo)
            continue
        try:
            build_server_context(block.certificate_file, block.key_file)
            yield from _certificate(block, host_of(config), now)
        except Misconfigured as fault:
            yield fail("certificate", f"{where}: {fault.problems[0]}", "put chain and key of one certificate there")
        except (OSError, ValueError) as error:
            yield fail("certificate", f"{where}: {block.certificate_file}: {error}", "put a PEM chain there")


def _certificate(block: ListenSection, host: str, now: dt.datetime) -> Iterator[Line]:
    shown = served(block.certificate_file)
    where = f"block {block.name}: {block.certificate_file}"
    renew = "renew it; restart where the key is a systemd credential, else reload"
    if now < shown.begins:
        yield fail("certificate", f"{where} begins {shown.begins:%Y-%m-%d}", "wait, or set the clock right")
    elif now >= shown.ends:
        yield fail("certificate", f"{where} ended {shown.ends:%Y-%m-%d}: servers that verify do not deliver", renew)
    elif shown.ends - now < NEAR:
        yield warn("certificate", f"{where} ends {shown.ends:%Y-%m-%d}, in {(shown.ends - now).days} days", renew)
    else:
        yield ok("certificate", f"{where} is good until {shown.ends:%Y-%m-%d}")
    if not any(_covers(name.lower(), host) for name in shown.names):
        names = ", ".join(shown.names) or "no name"
        todo = f"get one for {host}, or set gateway.host to a name it has"
        yield warn("certificate", f"{where} is for {names}, and the gateway calls itself {host}", todo)
    if shown.is_self_signed:
        todo = "enough for servers that encrypt when they can; those that verify want one of an authority"
        yield warn("certificate", f"{where} is signed by itself", todo)
    elif shown.chain_length == 1:
        todo = "append the intermediates its authority gives along, or some servers find no way to the root"
        yield warn("certificate", f"{where} holds the certificate alone", todo)


def _covers(pattern: str, host: str) -> bool:
    """Tell whether a name of a certificate is that of a host (RFC 6125 section 6.4.3: `*` is one whole label)."""
    return pattern == host or (pattern.startswith("*.") and host.partition(".")[2] == pattern[2:])


def ports(config: Config) -> Iterator[Line]:
    """Look who answers on every port, and at those where nobody does, whether we could listen."""
    for block in config.listen:
        for address in block.addresses:
            host, port = split_ip_port(address, lowest=0)
            if port:
                yield _smtp_port(block, host, port)
    if config.metrics.listen and (place := split_ip_port(config.metrics.listen, lowest=0))[1]:
        yield _metrics_port(*place)


def _smtp_port(block: ListenSection, host: str, port: int) -> Line:
    where = f"block {block.name}: {host} port {port}"
    error = _bind_error(host, port)
    if error not in {errno.EADDRINUSE, errno.EACCES}:
        return _free_port(where, error)
    try:
        with socket.create_connection((_ANYWHERE.get(host, host), port), PATIENCE_S) as plain:
            banner = _banner(plain, is_tls=block.tls == "implicit")
    except OSError:
        return _free_port(where, error)
    if _GREETING in banner:
        return ok("ports", f"{where}: the gateway answers, as {banner.partition(_GREETING)[0][4:].strip()}")
    if banner.startswith("421"):
        return warn("ports", f"{where}: {banner}", "see /readyz and the journal: the gateway takes no mail now")
    if not banner and block.proxy_networks:
        return ok("ports", f"{where}: something listens, and waits for the header of a proxy")
    todo = "end the other program, or take another port under listen.addresses"
    return fail("ports", f"{where} is taken by another program: {banner or 'it says nothing'}", todo)


def _banner(plain: socket.socket, *, is_tls: bool) -> str:
    """Read what a listener says first; empty when it says nothing in time."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # who answers is asked, not whether it is right
    try:
        with context.wrap_socket(plain) if is_tls else contextlib.nullcontext(plain) as talking:
            line = talking.recv(_MAX_BANNER)
            with contextlib.suppress(OSError):
                talking.sendall(b"QUIT\r\n")
    except OSError:
        return ""
    return coded(line.decode("ascii", "replace").strip())


def _bind_error(host: str, port: int) -> int:
    """Try to take a port, and let it go; give the errno, 0 when it can be had."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
    except OSError as error:
        return error.errno or errno.EIO
    return 0


def _free_port(where: str, error: int) -> Line:
    """Say whether we could listen where nobody does."""
    todo = {
        0: "systemctl enable --now congthu.socket congthu.service",
        errno.EACCES: "enable congthu.socket, which holds the port for the service, or take a port above 1023",
        errno.EADDRNOTAVAIL: "no interface of this host has that address: mend it in the configuration",
    }.get(error, "find out who holds it: ss -ltnp")
    if error:
        return fail("ports", f"{where} cannot be listened on: {os.strerror(error)}", todo)
    return warn("ports", f"{where} is free: no gateway runs", todo)


@contextlib.contextmanager
def _deadline(connection: socket.socket) -> Iterator[None]:
    """End a connection in time: its own timeout begins anew with every octet that comes.

    Raises:
        TimeoutError: it was ended so; what was read may be cut off.
    """
    is_over = threading.Event()
    held = connection.dup()  # whoever reads may close the other one

    def end() -> None:
        is_over.set()
        with contextlib.suppress(OSError):
            held.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(PATIENCE_S, end)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        held.close()
    if is_over.is_set():
        raise TimeoutError(errno.ETIMEDOUT, "its answer does not end")


def _metrics_port(host: str, port: int) -> Line:
    """Ask the gateway whether it is ready."""
    where = f"metrics: {host} port {port}"
    asked = http.client.HTTPConnection(_ANYWHERE.get(host, host), port, timeout=PATIENCE_S)
    try:
        asked.connect()
        with _deadline(asked.sock):
            asked.request("GET", "/readyz")
            answer = asked.getresponse()
            words = answer.read(_MAX_BANNER).decode("utf-8", "replace").strip()
    except ConnectionRefusedError:
        return _free_port(where, _bind_error(host, port))
    except (OSError, http.client.HTTPException) as error:
        todo = "another program listens there: take another address for metrics.listen"
        return fail("ports", f"{where} does not answer as the gateway does: {error}", todo)
    finally:
        asked.close()
    if answer.status == http.client.OK:
        return ok("ports", f"{where}: the gateway is ready")
    if answer.status == http.client.SERVICE_UNAVAILABLE:
        return fail("ports", f"{where}: the gateway is not ready: {words}", "see its journal for the last lines")
    return fail("ports", f"{where} is another program's: {answer.status}", "take another address for metrics.listen")
