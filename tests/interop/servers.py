"""Mail servers with a queue: Postfix, Exim, OpenSMTPD and nullmailer as throw-away instances on loopback.

Each relays all it takes to one port, so the same class stands before the gateway (the port is the gateway's) and behind
it (the port is the store's). What is not set here is Debian's or the program's default.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import ssl
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller

from scripts.bench_peers import free_port, postfix, wait_for_port
from tests.interop.roots import Root, version_of
from tests.interop.senders import Mail, Sender, says, smtp_session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from aiosmtpd.smtp import SMTP

    from tests.interop.world import Gateway, Tls

HOME = Path("/var/tmp/congthu-interop")
"""Readable by the account Postfix runs under."""


class Server(Sender):
    """A mail server; as a sender it is given mail by SMTP."""

    is_queueing = True
    port = 0

    @contextlib.contextmanager
    def before(self, gateway: Gateway) -> Iterator[None]:
        """Run it with the gateway as its smarthost."""
        with self.running(gateway.port, free_port(), checks=gateway.tls):
            yield

    @contextlib.contextmanager
    def listening(self, root: Root, port: int, *command: str, log: str) -> Iterator[None]:
        """Run a program in its folder from its greeting on that port to the end."""
        process = root.start(*command, log=log)
        try:
            wait_for_port(port)
            self.port = port
            yield
        finally:
            root.stop(process)

    @contextlib.contextmanager
    def running(
        self,
        next_port: int,
        port: int,
        checks: Tls | None = None,
        shows: Tls | None = None,
        *,
        has_mailboxes: bool = False,
    ) -> Iterator[None]:
        """Run it on a port, relaying to another; `has_mailboxes` makes it refuse those called `nobody`."""
        raise NotImplementedError
        yield

    @property
    def inlet(self) -> int:
        """Port at which mail is handed in."""
        return self.port

    def send(self, mail: Mail) -> str:
        """Hand a message over by SMTP; answer the first refusal."""
        with smtp_session(self.inlet) as client:
            return says(client, mail)

    def flush(self) -> None:
        """Try everything again now."""

    def waiting(self) -> int:
        """Count what lies in the queue."""
        return 0


class Postfix(Server):
    """Postfix that queues."""

    name = "Postfix"
    config = "smtputf8_enable = yes\nsmtp_tls_loglevel = 1\n"

    @contextlib.contextmanager
    def running(
        self,
        next_port: int,
        port: int,
        checks: Tls | None = None,
        shows: Tls | None = None,
        *,
        has_mailboxes: bool = False,
    ) -> Iterator[None]:
        """Start it anew, with an empty queue."""
        self.home, main = HOME / f"postfix-{port}", self.config
        if checks:
            main += f"smtp_tls_security_level = verify\nsmtp_tls_CAfile = {checks.ca_file}\n"
            main += "smtp_tls_verify_cert_match = localhost\n"
        if shows:
            main += f"smtpd_tls_security_level = may\nsmtpd_tls_chain_files = {shows.certificate}\n"
        if has_mailboxes:
            main += "smtpd_recipient_restrictions = check_recipient_access\n"
            main += "  regexp:{{/^nobody/ 550 5.1.1 No such mailbox}}, permit_mynetworks, reject\n"
        with postfix(self.home, next_port, port, main, self.more_services(next_port)) as peer:
            self.port = peer.port
            yield

    def more_services(self, next_port: int) -> str:
        """Lines to add to master.cf."""
        del next_port
        return ""

    def version(self) -> str:
        """Of the package."""
        return version_of("postfix")

    def flush(self) -> None:
        """`postqueue -f`."""
        subprocess.run(["postqueue", "-c", str(self.home / "etc"), "-f"], check=True, capture_output=True)

    def waiting(self) -> int:
        """Lines of `postqueue -j`."""
        listed = subprocess.run(["postqueue", "-c", str(self.home / "etc"), "-j"], check=True, capture_output=True)
        return listed.stdout.count(b"\n")


class PostfixProxy(Postfix):
    """Postfix with the gateway as `smtpd_proxy_filter`: nothing is queued before the gateway has answered."""

    name = "Postfix smtpd_proxy_filter"
    is_queueing = False

    def more_services(self, next_port: int) -> str:
        """The port that passes sessions through, as in docs/deployment.md."""
        self._proxy_port = free_port()
        options = f"-o smtpd_proxy_filter=127.0.0.1:{next_port} -o smtpd_proxy_timeout=600s"
        return f"127.0.0.1:{self._proxy_port} inet n - n - - smtpd {options}\n"

    @property
    def inlet(self) -> int:
        """That port; the other one queues."""
        return self._proxy_port


EXIM = """\
primary_hostname = exim.interop.example
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
keep_environment =
disable_ipv6
rfc1413_query_timeout = 0s
host_lookup =
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
message_size_limit = 100M
acl_smtp_rcpt = rcpt
{tls_in}
begin acl
rcpt:
  deny condition = {has_mailboxes}
       local_parts = ^nobody
       message = 550 5.1.1 No such mailbox
  accept
begin routers
all:
  driver = manualroute
  route_list = * 127.0.0.1
  transport = out
  self = send
begin transports
out:
  driver = smtp
  port = {next_port}
  {tls_out}
begin retry
* * F,4d,1s
"""


class Exim(Server):
    """Exim, the light daemon of Debian."""

    name = "Exim"

    @contextlib.contextmanager
    def running(
        self,
        next_port: int,
        port: int,
        checks: Tls | None = None,
        shows: Tls | None = None,
        *,
        has_mailboxes: bool = False,
    ) -> Iterator[None]:
        """Start it anew, with an empty queue."""
        exim = (61002, 0o750)
        root = self.root = Root("exim4", {"var/spool/exim4": exim, "var/log/exim4": exim})
        tls_in, tls_out = "tls_advertise_hosts =", ""
        if shows:
            shutil.copy(shows.certificate, root.path / "etc/shown.pem")
            os.chown(root.path / "etc/shown.pem", 61002, 61002)
            tls_in = "tls_certificate = /etc/shown.pem"
        if checks:
            shutil.copy(checks.ca_file, root.path / "etc/ca.pem")
            tls_out = "hosts_require_tls = *\n  tls_verify_hosts = *\n  tls_verify_certificates = /etc/ca.pem"
            tls_out += "\n  tls_verify_cert_hostnames ="
        text = EXIM.format(
            port=port, next_port=next_port, tls_in=tls_in, tls_out=tls_out, has_mailboxes=str(has_mailboxes).lower()
        )
        root.write("etc/exim4/exim4.conf", text)
        with self.listening(root, port, "/usr/sbin/exim4", "-bdf", "-q1h", log="exim.log"):
            yield

    def version(self) -> str:
        """Of the package."""
        return version_of("exim4-daemon-light")

    def flush(self) -> None:
        """`exim4 -qff`."""
        self.root.run("/usr/sbin/exim4", "-qff")

    def waiting(self) -> int:
        """`exim4 -bpc`."""
        _, text = self.root.run("/usr/sbin/exim4", "-bpc")
        return int(text.split()[-1])


OPENSMTPD = """\
{pki}
smtp max-message-size "100M"
listen on 127.0.0.1 port {port} {shown}
action "out" relay host {address}
{refusal}
match from any for any action "out"
"""


class OpenSmtpd(Server):
    """OpenSMTPD."""

    name = "OpenSMTPD"

    @contextlib.contextmanager
    def running(
        self,
        next_port: int,
        port: int,
        checks: Tls | None = None,
        shows: Tls | None = None,
        *,
        has_mailboxes: bool = False,
    ) -> Iterator[None]:
        """Start it anew, with an empty queue."""
        root = self.root = Root("opensmtpd", {"var/spool/smtpd": (0, 0o711), "var/lib/opensmtpd/empty": (0, 0o755)})
        os.chown(root.path / "usr/sbin/smtpctl", 0, 61004)
        (root.path / "usr/sbin/smtpctl").chmod(0o2555)
        pki = shown = ""
        if shows:
            shutil.copy(shows.certificate, root.path / "etc/shown.pem")
            (root.path / "etc/shown.pem").chmod(0o600)
            pki, shown = 'pki shown cert "/etc/shown.pem"\npki shown key "/etc/shown.pem"', "tls pki shown"
        if checks:
            root.write("etc/ssl/certs/ca-certificates.crt", checks.ca_file.read_text())
        address = f"smtp+tls://localhost:{next_port} tls" if checks else f"smtp://127.0.0.1:{next_port}"
        refusal = 'match from any for rcpt-to regex "^nobody" reject' if has_mailboxes else ""
        root.write(
            "etc/smtpd.conf", OPENSMTPD.format(port=port, address=address, pki=pki, shown=shown, refusal=refusal)
        )
        with self.listening(root, port, "/usr/sbin/smtpd", "-d", "-v", log="smtpd.log"):
            yield

    def version(self) -> str:
        """Of the package."""
        return version_of("opensmtpd")

    def flush(self) -> None:
        """`smtpctl schedule all`, once its relay may be tried again."""
        for verb in (("resume", "mta"), ("schedule", "all")):
            self.root.run("/usr/sbin/smtpctl", *verb)

    def waiting(self) -> int:
        """Lines of `smtpctl show queue`."""
        return len(self.root.run("/usr/sbin/smtpctl", "show", "queue")[1].splitlines())


class Nullmailer(Server):
    """nullmailer: a queue and nothing else, for machines that only send."""

    name = "nullmailer"

    @contextlib.contextmanager
    def before(self, gateway: Gateway) -> Iterator[None]:
        """Start it anew, with an empty queue."""
        mail = (8, 0o700)
        spool = "var/spool/nullmailer"
        root = self.root = Root("nullmailer", {f"{spool}/{name}": mail for name in ("queue", "tmp", "failed")})
        os.chown(root.path / spool, 8, 8)
        if not (root.path / spool / "trigger").exists():
            os.mkfifo(root.path / spool / "trigger", 0o622)
        os.chown(root.path / spool / "trigger", 8, 8)
        options = ""
        if gateway.tls:
            shutil.copy(gateway.tls.ca_file, root.path / "etc/ca.pem")
            options = "--starttls --x509cafile=/etc/ca.pem"
        host = "localhost" if gateway.tls else "127.0.0.1"
        root.write("etc/nullmailer/remotes", f"{host} smtp --port={gateway.port} {options}\n")
        root.write("etc/nullmailer/pausetime", "1\n")
        root.write("etc/nullmailer/maxpause", "1\n")
        process = root.start("/usr/sbin/nullmailer-send", log="nullmailer.log")
        try:
            yield
        finally:
            root.stop(process)

    def version(self) -> str:
        """Of the package."""
        return version_of("nullmailer")

    def send(self, mail: Mail) -> str:
        """Give it to its `sendmail`."""
        status, text = self.root.run(
            "/usr/bin/nullmailer-inject",
            "-f",
            mail.sender or "<>",
            *mail.recipients,
            stdin=mail.octets.replace(b"\r\n", b"\n"),
        )
        return text if status else ""

    def waiting(self) -> int:
        """Files of its queue."""
        return len(list((self.root.path / "var/spool/nullmailer/queue").iterdir()))


class Aiosmtpd(Server):
    """aiosmtpd as it is, handing on what it takes before it answers."""

    name = "aiosmtpd"

    @contextlib.contextmanager
    def running(
        self,
        next_port: int,
        port: int,
        checks: Tls | None = None,
        shows: Tls | None = None,
        *,
        has_mailboxes: bool = False,
    ) -> Iterator[None]:
        """Start it in a thread."""
        del checks, has_mailboxes  # it stands behind the gateway only
        context = None
        if shows:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(shows.certificate)

        class Handler:
            async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
                if address.startswith("nobody"):
                    return "550 5.1.1 No such mailbox"
                envelope.rcpt_tos.append(address)
                envelope.rcpt_options.extend(options)
                return "250 OK"

            async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
                mail = Mail(
                    envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content, tuple(envelope.mail_options)
                )
                with smtp_session(next_port) as client:
                    refusal = says(client, mail)
                return refusal or "250 OK"

        controller = Controller(
            Handler(), "127.0.0.1", port, tls_context=context, data_size_limit=100_000_000, enable_SMTPUTF8=True
        )
        controller.start()
        try:
            self.port = port
            yield
        finally:
            controller.stop()

    def version(self) -> str:
        """Of the Python package."""
        from aiosmtpd import __version__  # noqa: PLC0415 - only here

        return __version__
