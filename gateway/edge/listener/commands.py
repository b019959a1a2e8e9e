"""SMTP command lines to values (RFC 5321 section 4.1), over raw octets and without I/O."""

from __future__ import annotations

import re

from gateway.values.addresses import parse_forward_path, parse_reverse_path
from gateway.values.envelope import MailCommand, RcptCommand
from gateway.values.faults import Permanent

MAX_COMMAND_OCTETS = 2048
"""A command line with CRLF, as Postfix reads it (line_length_limit). RFC 5321 section 4.5.3.1.4 asks for 512, the
parameters of RFC 1870, 3461, 4954, 6152 and 6531 add some 1,100 more."""

_IN_PATH = re.compile(rb'"(?:[^"\\]|\\.)*("?)|[<>]', re.DOTALL)
"""What decides where a path in brackets ends: a quoted string, which may hold any of them, and the brackets."""

MAX_HELO_OCTETS = 255
"""Kept of the argument of EHLO: as long as a domain can be."""
_HELO_ODD = re.compile(rb"[^A-Za-z0-9._:\[\]-]")
"""Octets that become `?` in a name (as in Postfix): what is left is safe in Received fields and logs."""

_SIZE = re.compile(rb"[0-9]{1,20}")
"""RFC 1870 section 4: size-value has 1 to 20 digits."""

_FOREIGN_VERBS = frozenset(
    b"GET POST PUT HEAD CONNECT OPTIONS DELETE PATCH TRACE PRI SUBSCRIBE NOTIFY HOST: USER-AGENT: PROXY".split()
)
"""First words of other protocols, HTTP above all (Postfix smtpd_forbidden_commands). PROXY is a header where none
belongs: its session would count for the proxy, with the proxy's rights."""

KNOWN_VERBS = frozenset(b"EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP STARTTLS XFORWARD XCLIENT".split())
UNOFFERED_VERBS = frozenset(b"AUTH BDAT EXPN ETRN TURN SEND SOML SAML".split())
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
    """Read the argument of EHLO or HELO: whatever it is, mail is not refused for it (RFC 5321 section 4.1.4).

    Raises:
        Permanent: `bad_hello` when there is none.
    """
    if not argument:
        raise Permanent("bad_hello")
    return neutered(argument)


def neutered(name: bytes) -> str:
    """Make a name from outside safe for fields and logs: odd octets become `?`, and it is cut to 255."""
    return _HELO_ODD.sub(b"?", name[:MAX_HELO_OCTETS]).decode("ascii")


def parse_mail(argument: bytes, *, is_esmtp: bool, is_trusted: bool = False) -> MailCommand:
    """Read the argument of MAIL. After HELO no parameter is known.

    Parameters are read whether or not EHLO announced them: a Postfix before us announces its own and hands them all
    through (`smtpd_proxy_filter`). What a next hop lacks is left out where that changes nothing, or refused, later.

    Args:
        argument: what stands behind the verb, without blanks around it.
        is_esmtp: the session began with EHLO.
        is_trusted: the client is of our own networks and may leave out its domain.

    Raises:
        Permanent: `syntax`, `bad_parameter`, `bad_reverse_path` or `need_smtputf8`.
    """
    raw_path, raw_parameters = _split_argument(argument, b"FROM:")
    if not raw_parameters:
        return MailCommand(parse_reverse_path(raw_path, may_lack_domain=is_trusted), is_esmtp=is_esmtp)
    if not is_esmtp:
        raise Permanent("bad_parameter")
    parameters = _split_parameters(raw_parameters)
    size = parameters.pop(b"SIZE", None)
    body = parameters.pop(b"BODY", b"7BIT")
    smtputf8 = parameters.pop(b"SMTPUTF8", None)
    dsn = _take_dsn(parameters, b"RET", b"ENVID")
    if parameters.keys() - _LEFT_OUT:
        raise Permanent("bad_parameter")
    if body.upper() not in {b"7BIT", b"8BITMIME"} or smtputf8 or (size is not None and not _SIZE.fullmatch(size)):
        raise Permanent("syntax")
    is_smtputf8 = smtputf8 is not None
    return MailCommand(
        parse_reverse_path(raw_path, is_smtputf8=is_smtputf8, may_lack_domain=is_trusted),
        int(size) if size is not None else None,
        is_8bit=body.upper() == b"8BITMIME",
        is_smtputf8=is_smtputf8,
        dsn=dsn,
    )


def parse_rcpt(argument: bytes, *, is_smtputf8: bool, is_esmtp: bool = True, is_trusted: bool = False) -> RcptCommand:
    """Read the argument of RCPT; flags as for MAIL, `is_smtputf8` from MAIL.

    Raises:
        Permanent: `syntax`, `bad_parameter`, `bad_forward_path` or `need_smtputf8`.
    """
    raw_path, raw_parameters = _split_argument(argument, b"TO:")
    forward_path = parse_forward_path(raw_path, is_smtputf8=is_smtputf8, may_lack_domain=is_trusted)
    dsn: tuple[str, ...] = ()
    if raw_parameters:
        if not is_esmtp:
            raise Permanent("bad_parameter")
        parameters = _split_parameters(raw_parameters)
        dsn = _take_dsn(parameters, b"NOTIFY", b"ORCPT", is_smtputf8=is_smtputf8)
        if parameters:
            raise Permanent("bad_parameter")
    return RcptCommand(forward_path, dsn)


def _split_argument(argument: bytes, keyword: bytes) -> tuple[bytes, bytes]:
    """Split `FROM:<path> parameters` into path and parameters, either without blanks around it.

    Blanks after the colon and a path without brackets are let pass, as Postfix and Exim do; they hide nothing.
    """
    if argument[: len(keyword)].upper() != keyword:
        raise Permanent("syntax")
    rest = argument[len(keyword) :].lstrip(b" \t")
    path = rest[: _end_of_path(rest)] if rest[:1] == b"<" else rest.partition(b" ")[0].partition(b"\t")[0]
    parameters = rest[len(path) :]
    if not path or parameters[:1] not in {b"", b" ", b"\t"} or (path[:1] != b"<" and not _BRACKETS.isdisjoint(path)):
        raise Permanent("syntax")
    return path, parameters.strip(b" \t")


def _end_of_path(octets: bytes) -> int:
    """Find the end of a path that begins with its bracket."""
    for found in _IN_PATH.finditer(octets, 1):
        if found[0] == b">":
            return found.end()
        if found[0] == b"<" or found[1] == b"":
            break
    raise Permanent("syntax")


_BRACKETS = frozenset(b"<>")
_XTEXT = rb"(?:[!-*,-~]|\+[0-9A-Fa-f]{2})+"
"""RFC 3461 section 4, and what Postfix takes for it: escapes in lower case, `=` as VERP and SRS have it."""
_ODD_IN_XTEXT = re.compile(rb"=|\+..")
_DSN_VALUES = {
    b"RET": re.compile(rb"FULL|HDRS", re.IGNORECASE),
    b"ENVID": re.compile(_XTEXT),
    b"NOTIFY": re.compile(rb"NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY))*", re.IGNORECASE),
    b"ORCPT": re.compile(rb"[A-Za-z0-9-]+;" + _XTEXT),
}
"""Values by keyword (RFC 3461 section 4). Lengths are bounded by the command line."""
_ORCPT_UTF8 = re.compile(r"utf-8;[!-*,-<>-~\x80-\U0010ffff]+", re.IGNORECASE)
"""RFC 6533 section 3: with SMTPUTF8 the address may stand in UTF-8."""
_LEFT_OUT = frozenset({b"AUTH", b"MT-PRIORITY"})
"""Let pass and not passed on, as their definitions allow: we vouch for no submitter, so AUTH is `<>` from here
(RFC 4954 section 5), and a server without priorities knows none (RFC 6710)."""


def _take_dsn(parameters: dict[bytes, bytes], *keywords: bytes, is_smtputf8: bool = False) -> tuple[str, ...]:
    """Take the DSN parameters out, each as it was given, the keyword in upper case, xtext as RFC 3461 has it.

    Raises:
        Permanent: `syntax`.
    """
    words = []
    for keyword in keywords:
        value = parameters.pop(keyword, None)
        if value is None:
            continue
        if not _DSN_VALUES[keyword].fullmatch(value) and not (is_smtputf8 and keyword == b"ORCPT" and _is_utf8(value)):
            raise Permanent("syntax")
        value = _ODD_IN_XTEXT.sub(lambda odd: b"+3D" if odd[0] == b"=" else odd[0].upper(), value)
        words.append(f"{keyword.decode('ascii')}={value.decode('utf-8')}")
    return tuple(words)


def _is_utf8(value: bytes) -> bool:
    text = value.decode("utf-8", "replace")
    return "\ufffd" not in text and text.isprintable() and _ORCPT_UTF8.fullmatch(text) is not None


def _split_parameters(raw: bytes) -> dict[bytes, bytes]:
    """Split `KEY=value KEY` by key in upper case; a key without value has an empty one."""
    parameters: dict[bytes, bytes] = {}
    for word in raw.split():
        key, equals, value = word.partition(b"=")
        if (equals and not value) or key.upper() in parameters:
            raise Permanent("syntax")
        parameters[key.upper()] = value
    return parameters
