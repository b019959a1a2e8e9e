"""SMTP command lines to values (RFC 5321 section 4.1), over raw octets and without I/O."""

from __future__ import annotations

import re

from gateway.values.addresses import parse_forward_path, parse_reverse_path
from gateway.values.envelope import MailCommand, RcptCommand
from gateway.values.faults import Permanent

MAX_COMMAND_OCTETS = 1024
"""A command line with CRLF. RFC 5321 section 4.5.3.1.4 asks for 512, SIZE, BODY and SMTPUTF8 add 50 more."""

_MAIL = re.compile(rb"FROM: ?(<[^>]*+>)(?: +(.*+))?", re.IGNORECASE | re.DOTALL)
_RCPT = re.compile(rb"TO: ?(<[^>]*+>)(?: +(.*+))?", re.IGNORECASE | re.DOTALL)
"""One blank after the colon is let pass, as every large server does; it hides nothing."""

_HELLO = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,254}|\[(?:IPv6:)?[0-9A-Fa-f:.]{2,45}\]", re.IGNORECASE)
"""Domain or address literal, with the underscore Windows hosts use. What it admits is safe in Received and logs."""

_SIZE = re.compile(rb"[0-9]{1,20}")
"""RFC 1870 section 4: size-value has 1 to 20 digits."""

_FOREIGN_VERBS = frozenset(
    b"GET POST PUT HEAD CONNECT OPTIONS DELETE PATCH TRACE PRI SUBSCRIBE NOTIFY HOST: USER-AGENT:".split()
)
"""First words of other protocols, HTTP above all (Postfix smtpd_forbidden_commands)."""

KNOWN_VERBS = frozenset(b"EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY STARTTLS".split())
UNOFFERED_VERBS = frozenset(b"AUTH BDAT EXPN HELP ETRN TURN SEND SOML SAML".split())
"""Known to SMTP, not offered here."""


def split_line(line: bytes) -> tuple[bytes, bytes]:
    """Split a line without its CRLF into the verb in upper case and the argument; both may be empty."""
    verb, _, argument = line.partition(b" ")
    return verb.upper(), argument.strip(b" \t")


def is_cross_protocol(octets: bytes) -> bool:
    """Say whether a line, or its first octet, cannot come from an SMTP client: no letter, or an HTTP verb."""
    first = octets[:1]
    return (
        not (first.isalpha() or first == b"\r") or octets[:16].rstrip(b"\r").split(b" ", 1)[0].upper() in _FOREIGN_VERBS
    )


def parse_hello(argument: bytes) -> str:
    """Read the argument of EHLO or HELO.

    Raises:
        Permanent: `bad_hello`.
    """
    if _HELLO.fullmatch(argument) is None:
        raise Permanent("bad_hello")
    return argument.decode("ascii")


def parse_mail(argument: bytes, *, is_esmtp: bool, is_smtputf8_enabled: bool) -> MailCommand:
    """Read the argument of MAIL. After HELO no parameter is known.

    Raises:
        Permanent: `syntax`, `bad_parameter`, `bad_reverse_path` or `need_smtputf8`.
    """
    match = _MAIL.fullmatch(argument)
    if match is None:
        raise Permanent("syntax")
    raw_path, raw_parameters = match.groups()
    if not raw_parameters:
        return MailCommand(parse_reverse_path(raw_path), is_esmtp=is_esmtp)
    if not is_esmtp:
        raise Permanent("bad_parameter")
    parameters = _split_parameters(raw_parameters)
    size = parameters.pop(b"SIZE", None)
    body = parameters.pop(b"BODY", b"7BIT")
    smtputf8 = parameters.pop(b"SMTPUTF8", None) if is_smtputf8_enabled else None
    if parameters:
        raise Permanent("bad_parameter")
    if body.upper() not in {b"7BIT", b"8BITMIME"} or smtputf8 or (size is not None and not _SIZE.fullmatch(size)):
        raise Permanent("syntax")
    is_smtputf8 = smtputf8 is not None
    return MailCommand(
        parse_reverse_path(raw_path, is_smtputf8=is_smtputf8),
        int(size) if size is not None else None,
        body.upper() == b"8BITMIME",
        is_smtputf8,
    )


def parse_rcpt(argument: bytes, *, is_smtputf8: bool) -> RcptCommand:
    """Read the argument of RCPT; no parameter is known, DSN is not offered.

    Raises:
        Permanent: `syntax`, `bad_parameter`, `bad_forward_path` or `need_smtputf8`.
    """
    match = _RCPT.fullmatch(argument)
    if match is None:
        raise Permanent("syntax")
    if match[2]:
        raise Permanent("bad_parameter")
    return RcptCommand(parse_forward_path(match[1], is_smtputf8=is_smtputf8))


def _split_parameters(raw: bytes) -> dict[bytes, bytes]:
    """Split `KEY=value KEY` by key in upper case; a key without value has an empty one."""
    parameters: dict[bytes, bytes] = {}
    for word in raw.split():
        key, equals, value = word.partition(b"=")
        if (equals and not value) or key.upper() in parameters:
            raise Permanent("syntax")
        parameters[key.upper()] = value
    return parameters
