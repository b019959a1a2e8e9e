"""Senders without a queue: smtplib, msmtp, swaks and curl, which tell whoever started them what became of a mail."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from tests.interop.roots import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.interop.world import Gateway

PATIENCE_S = 120


class Mail(NamedTuple):
    """One message with its envelope."""

    sender: str
    recipients: tuple[str, ...]
    octets: bytes
    """CRLF line endings, not dot-stuffed."""
    options: tuple[str, ...] = ()
    """Parameters of MAIL that whoever hands it in knows of."""


@contextlib.contextmanager
def smtp_session(port: int, ca_file: str = "") -> Iterator[smtplib.SMTP]:
    """Open a session with a port, over TLS when a certificate authority is named."""
    with smtplib.SMTP("localhost" if ca_file else "127.0.0.1", port, "client.example", timeout=PATIENCE_S) as client:
        client.ehlo()
        if ca_file:
            client.starttls(context=ssl.create_default_context(cafile=ca_file))
            client.ehlo()
        yield client


def says(client: smtplib.SMTP, mail: Mail) -> str:
    """Send one mail; answer what was refused, recipients that were and the last reply; empty when nothing was."""
    options = [word for word in mail.options if client.has_extn(word.partition("=")[0].replace("BODY", "8BITMIME"))]
    if "SMTPUTF8" in options:
        client.command_encoding = "utf-8"
    try:
        refused = client.sendmail(mail.sender, mail.recipients, mail.octets, options)
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    except smtplib.SMTPResponseException as error:
        return f"{error.smtp_code} {error.smtp_error!r}"
    except UnicodeEncodeError:
        return "no SMTPUTF8 offered to its own clients"
    return "; ".join(f"{path} {code} {text.decode('utf-8', 'replace')}" for path, (code, text) in refused.items())


class Sender:
    """A program that stands before the gateway."""

    name = ""
    is_queueing = False
    """It keeps what is deferred and tries again by itself."""

    @contextlib.contextmanager
    def before(self, gateway: Gateway) -> Iterator[None]:
        """Make it send to this gateway until the block ends."""
        self.gateway = gateway
        yield

    def version(self) -> str:
        """Name what was tried."""
        raise NotImplementedError

    def send(self, mail: Mail) -> str:
        """Give it one mail; answer its complaint, empty when it has none."""
        raise NotImplementedError

    def flush(self) -> None:
        """Make it try again what it has in its queue."""

    def waiting(self) -> int:
        """Count what it has in its queue."""
        return 0


class Smtplib(Sender):
    """Python's smtplib."""

    name = "Python smtplib"

    def version(self) -> str:
        """That of Python."""
        return sys.version.split()[0]

    def send(self, mail: Mail) -> str:
        """Send it in this process."""
        tls = self.gateway.tls
        with smtp_session(self.gateway.port, str(tls.ca_file) if tls else "") as client:
            return says(client, mail)


class Program(Sender):
    """A program that sends one mail and ends."""

    package = ""

    def version(self) -> str:
        """Of the package."""
        return version_of(self.package)

    def send(self, mail: Mail) -> str:
        """Run it; answer what it printed when it failed."""
        with tempfile.NamedTemporaryFile() as file:
            file.write(mail.octets)
            file.flush()
            done = subprocess.run(
                self.command(mail, file.name), input=mail.octets, capture_output=True, check=False, timeout=PATIENCE_S
            )
        text = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
        return (text or f"status {done.returncode}") if done.returncode or self.is_complaint(text) else ""

    def command(self, mail: Mail, file: str) -> list[str]:
        """Give its command line; the mail is in a file and on standard input."""
        raise NotImplementedError

    def is_complaint(self, text: str) -> bool:
        """Tell a refusal from what it prints though it ends with 0."""
        del text
        return False


class Msmtp(Program):
    """msmtp."""

    name = package = "msmtp"

    def command(self, mail: Mail, file: str) -> list[str]:
        """Everything on the command line, no configuration file."""
        del file
        tls = self.gateway.tls
        security = ["--tls=on", f"--tls-trust-file={tls.ca_file}"] if tls else ["--tls=off"]
        place = [f"--host={'localhost' if tls else '127.0.0.1'}", f"--port={self.gateway.port}", "--file=/dev/null"]
        return [
            "msmtp",
            *place,
            *security,
            "--domain=client.example",
            f"--from={mail.sender or '<>'}",
            "--",
            *mail.recipients,
        ]


class Swaks(Program):
    """swaks."""

    name = package = "swaks"

    def command(self, mail: Mail, file: str) -> list[str]:
        """As a script would call it."""
        tls = self.gateway.tls
        security = ["--tls", "--tls-verify", "--tls-ca-path", str(tls.ca_file)] if tls else []
        place = ["--server", f"{'localhost' if tls else '127.0.0.1'}:{self.gateway.port}", "--helo", "client.example"]
        envelope = ["--from", mail.sender or "<>", "--to", ",".join(mail.recipients)]
        return ["swaks", "--silent", "2", *place, *security, *envelope, "--timeout", "120s", "--data", f"@{file}"]

    def send(self, mail: Mail) -> str:
        """It ends the last line itself."""
        return super().send(mail._replace(octets=mail.octets.removesuffix(b"\r\n")))

    def is_complaint(self, text: str) -> bool:
        """A refusal, which it prints with stars; with one recipient taken it still ends with 0."""
        return "<** " in text


class Curl(Program):
    """curl."""

    name = package = "curl"

    def command(self, mail: Mail, file: str) -> list[str]:
        """As a script would call it."""
        tls = self.gateway.tls
        security = ["--ssl-reqd", "--cacert", str(tls.ca_file)] if tls else []
        place = f"smtp://{'localhost' if tls else '127.0.0.1'}:{self.gateway.port}/client.example"
        rcpts = [word for path in mail.recipients for word in ("--mail-rcpt", path)]
        options = ["--mail-rcpt-allowfails", "--silent", "--show-error", "--verbose"]
        return ["curl", place, *security, *options, "--mail-from", mail.sender, *rcpts, "--upload-file", file]

    def is_complaint(self, text: str) -> bool:
        """It ends with 0 as long as one recipient was taken."""
        return "\n< 5" in text or "\n< 4" in text
