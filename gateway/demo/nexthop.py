"""Next hop of the demonstration: a small SMTP server that knows some mailboxes and keeps what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

UNKNOWN_MAILBOX = "550 5.1.1 No such mailbox here"


class DemoNextHop:
    """Runs in a thread of its own; `messages` holds (forward-paths, octets) in order of arrival."""

    def __init__(self, known: frozenset[str], port: int) -> None:
        """Accept mail for `known` forward-paths on a loopback port."""
        self.messages: list[tuple[tuple[str, ...], bytes]] = []
        self._known = known
        self._controller = Controller(self, hostname="127.0.0.1", port=port, server_hostname="mailserver.demo")

    def start(self) -> None:
        """Listen."""
        self._controller.start()

    def stop(self) -> None:
        """Stop listening and end the thread."""
        self._controller.stop()

    async def handle_RCPT(  # noqa: N802 - the library's name for the hook
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """Refuse mailboxes nobody has."""
        del server, session, rcpt_options
        if address not in self._known:
            return UNKNOWN_MAILBOX
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Keep the message."""
        del server, session
        content = envelope.content
        assert isinstance(content, bytes)
        self.messages.append((tuple(envelope.rcpt_tos), content))
        return f"250 2.0.0 Ok: queued as DEMO{len(self.messages):04d}"
