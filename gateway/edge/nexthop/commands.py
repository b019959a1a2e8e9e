"""MAIL and RCPT as octets, pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from gateway.values.envelope import MailCommand, RcptCommand


def is_sendable(path: str, *, is_smtputf8: bool) -> bool:
    """Tell whether a path can stand in a command: no control character (injection), ASCII unless SMTPUTF8."""
    return (is_smtputf8 or path.isascii()) and path.isprintable()


def mail_command(mail: MailCommand, extensions: Collection[str]) -> bytes:
    """Build MAIL with the parameters the next hop offers; `extensions` are lower-case EHLO keywords.

    8BITMIME not offered is no error here: only the message tells whether it is needed.
    """
    parts = [f"MAIL FROM:<{mail.reverse_path}>"]
    if mail.size_octets is not None and "size" in extensions:
        parts.append(f"SIZE={mail.size_octets}")
    if mail.is_8bit and "8bitmime" in extensions:
        parts.append("BODY=8BITMIME")
    if mail.is_smtputf8:
        parts.append("SMTPUTF8")
    return " ".join(parts).encode()


def rcpt_command(rcpt: RcptCommand) -> bytes:
    """Build RCPT; the path is sendable."""
    return f"RCPT TO:<{rcpt.forward_path}>".encode()
