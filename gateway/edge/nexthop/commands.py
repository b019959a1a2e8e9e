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

    What is not offered is no error here: 8BITMIME and SMTPUTF8 only where the message needs them, and a report that
    nobody can give is left to the server that asked for it (RFC 3461 section 5.2.2).
    """
    parts = [f"MAIL FROM:<{mail.reverse_path}>"]
    if mail.size_octets is not None and "size" in extensions:
        parts.append(f"SIZE={mail.size_octets}")
    if mail.is_8bit and "8bitmime" in extensions:
        parts.append("BODY=8BITMIME")
    if mail.is_smtputf8 and "smtputf8" in extensions:
        parts.append("SMTPUTF8")
    if "dsn" in extensions:
        parts += mail.dsn
    return " ".join(parts).encode()


def rcpt_command(rcpt: RcptCommand, *, has_dsn: bool, is_smtputf8: bool) -> bytes:
    """Build RCPT; the path is sendable. An original recipient in UTF-8 (RFC 6533) goes only with SMTPUTF8."""
    dsn = (word for word in rcpt.dsn if is_smtputf8 or word.isascii()) if has_dsn else ()
    return " ".join([f"RCPT TO:<{rcpt.forward_path}>", *dsn]).encode()
