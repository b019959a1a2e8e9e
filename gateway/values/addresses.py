"""Addresses: reverse-path and forward-path of RFC 5321 as plain text, and the only place that spells `<>`.

A path arrives as raw octets and leaves as text without brackets, the domain in lower case and in A-labels
(RFC 5890), the local part as it was given. The null reverse-path is `NULL_PATH`.

Strategy: received liberally, told apart strictly. What real servers write is read (Postfix and Exim agree on nearly
all of it): VERP and SRS longer than 64 octets, `a..b@`, quoted local parts, `_` and `--` in domains, address
literals, no brackets; a source route is dropped, as RFC 5321 section 4.1.1.3 asks. Refused is only what could not
stand in a command of ours, or what two programs read as two addresses: comments, blanks outside quotes, two `@`,
octets that are no text. Who may be written to is not decided here but by admission.
"""

from __future__ import annotations

import re
import unicodedata

from gateway.values.faults import Permanent

NULL_PATH = ""
"""The null reverse-path (RFC 5321 section 4.5.5) as the rest of the program holds it."""

POSTMASTER = "postmaster"
"""The one forward-path that needs no domain (RFC 5321 section 4.1.1.3), compared without regard to case."""

MAX_DOMAIN_OCTETS = 255
"""RFC 5321 section 4.5.3.1.2; the DNS knows no longer name."""

MAX_ADDRESS_OCTETS = 1024
"""RFC 5321 section 4.5.3.1 asks servers to take more than the 254 every server must: chains of SRS and VERP are
longer. Half of the command line that Postfix reads (line_length_limit: 2,048)."""

_ATEXT = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~-"
_UTEXT = "\x80-\U0010ffff" + _ATEXT
_DOTTED = re.compile(rf"[{_UTEXT}]++(?:\.[{_UTEXT}]++)*")
"""Dot-string of RFC 5321 section 4.1.2: what needs no quotes. No two parts can match the same octets.

Groups are not repeated possessively here: CPython before 3.11.5, Debian 12's among them, matches those wrongly."""
_UNQUOTED = re.compile(rf"[.{_UTEXT}]++")
"""The same with dots where the grammar has none: `a..b@` and `a.@` are old, common in places, and harmless."""
_QUOTED = re.compile(r'"(?:[ !#-\[\]-~\x80-\U0010ffff]|\\[ -~])+"')
"""Quoted-string of RFC 5321 section 4.1.2, not empty: no control octet, so none ends a command line early."""
_NAME = re.compile(r"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}")
"""A domain as hosts are named, not only as RFC 1123 allows."""
_LITERAL = re.compile(r"\[[!-Z^-~]{1,100}\]")
"""Address-literal of RFC 5321 section 4.1.3, whatever its tag: the next hop knows what it can reach."""
_ROUTE = re.compile(r"\A(?:@[A-Za-z0-9._\[\]-]+, ?)*@[A-Za-z0-9._\[\]-]+:")
"""Source route of RFC 5321 appendix C: accepted and ignored."""

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_STRICT_NAME = re.compile(rf"(?:{_LABEL}\.)*(?![0-9]++\Z){_LABEL}")
"""Domain of RFC 5321 section 4.1.2; a last label of digits only is an address, not a name (RFC 3696 section 2)."""

_HOST_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_MAIL_DOMAIN = re.compile(rf"(?:{_HOST_LABEL}\.)+(?![0-9]+\Z){_HOST_LABEL}")
"""At least two labels, the last not all digits: `[192.0.2.1]`, `192.0.2.1` and `localhost` are none."""
_DNS_NAME_OCTETS = 253
"""RFC 1035 section 2.3.4: 255 octets on the wire, less the root and the first length."""


def parse_reverse_path(raw: bytes, *, is_smtputf8: bool = False, may_lack_domain: bool = False) -> str:
    """Read the path of a MAIL command, in brackets or not, into text without brackets.

    Args:
        raw: what stands behind `FROM:`, without blanks around it.
        is_smtputf8: octets over 127 are UTF-8 (RFC 6531).
        may_lack_domain: let `root` pass, as machines in one's own network write it; the next hop knows its domain.

    Raises:
        Permanent: `bad_reverse_path`, or `need_smtputf8` for octets over 127 without that extension.
    """
    inner = _inner(raw)
    if not inner and raw:
        return NULL_PATH
    # A dot at the end is the root of the DNS written out: the same domain, so it is judged as that.
    inner = inner.removesuffix(b".") if b"@" in inner else inner
    return _parse_mailbox(inner, "bad_reverse_path", is_smtputf8=is_smtputf8, may_lack_domain=may_lack_domain)


def parse_forward_path(raw: bytes, *, is_smtputf8: bool = False, may_lack_domain: bool = False) -> str:
    """Read the path of a RCPT command, in brackets or not; never null, `<postmaster>` in any case is read.

    Raises:
        Permanent: `bad_forward_path`, or `need_smtputf8` for octets over 127 without that extension.
    """
    inner = _inner(raw)
    if inner.lower() == POSTMASTER.encode():
        return POSTMASTER
    return _parse_mailbox(inner, "bad_forward_path", is_smtputf8=is_smtputf8, may_lack_domain=may_lack_domain)


def bracketed(path: str) -> str:
    """Spell a path as it stands in a command or a trace field; the null path becomes `<>`."""
    return f"<{path}>"


def domain_of(path: str) -> str:
    """Name the domain of a parsed path; empty for the null path, for postmaster, and for one without a domain."""
    return path.rpartition("@")[2] if "@" in path else ""


def is_mail_domain(name: str) -> bool:
    """Tell whether this can be the domain of a sender: a host name of several labels, no literal, no address."""
    return len(name) <= _DNS_NAME_OCTETS and _MAIL_DOMAIN.fullmatch(name) is not None


def normalise_domain(text: str) -> str:
    """Bring a domain name an operator wrote into the form that parsed paths carry.

    Stricter than a path is read: what no host can be called is a slip of the pen.

    Raises:
        ValueError: not a domain name.
    """
    is_plain = text.isascii() and "--" not in text
    # An A-label must decode to a name that encodes back to it, or two programs read two domains.
    name = text.lower() if is_plain else _to_ascii(text)
    if _STRICT_NAME.fullmatch(name) is None or len(name) > MAX_DOMAIN_OCTETS:
        raise ValueError(f"not a domain name: {text!r}")
    return name


def _inner(raw: bytes) -> bytes:
    """Take the brackets off, and blanks inside them; a path without brackets stays as it is."""
    return raw[1:-1].strip(b" \t") if raw[:1] == b"<" and raw[-1:] == b">" else raw


def _parse_mailbox(octets: bytes, situation: str, *, is_smtputf8: bool, may_lack_domain: bool) -> str:
    if not octets.isascii() and not is_smtputf8:
        raise Permanent("need_smtputf8")
    try:
        local, domain = _split(_ROUTE.sub("", octets.decode("utf-8"), count=1))
        path = local = _local_part(local)
        if domain is not None:
            path = f"{local}@{_domain(domain)}"
        elif not may_lack_domain:
            raise Permanent(situation)
    except ValueError:  # UnicodeDecodeError is one
        raise Permanent(situation) from None
    if len(path.encode()) > MAX_ADDRESS_OCTETS:
        raise Permanent(situation)
    return path


def _split(mailbox: str) -> tuple[str, str | None]:
    """Split a mailbox without a route at its `@`; the domain is None when there is none.

    Raises:
        ValueError: a quoted string with anything but a domain behind it.
    """
    quoted = _QUOTED.match(mailbox)
    if quoted is None:
        local, at, domain = mailbox.rpartition("@")
        return (local, domain) if at else (domain, None)
    if mailbox[quoted.end() :][:1] != "@":
        raise ValueError("a quoted local part goes on, or has no domain")
    return quoted[0], mailbox[quoted.end() + 1 :]


def _local_part(text: str) -> str:
    """Read a local part; quotes stay only where they are needed (RFC 5321 section 4.1.2), or one mailbox has two names.

    Raises:
        ValueError: neither a run of characters that need no quotes nor one whole quoted string.
    """
    if text.startswith('"') and _QUOTED.fullmatch(text):
        content = re.sub(r"\\(.)", r"\1", text[1:-1])
        text = content if _DOTTED.fullmatch(content) else '"' + re.sub(r'(["\\])', r"\\\1", content) + '"'
    elif not _UNQUOTED.fullmatch(text):
        raise ValueError("not a local part")
    if text.isascii():
        return text
    # Controls, direction marks, unassigned characters and separators are no part of a name; a combining mark in front
    # would join what stands before it.
    first = text.lstrip('"')[0]
    if unicodedata.combining(first) or any(unicodedata.category(one)[0] in "CZ" for one in text if one != " "):
        raise ValueError("unsafe character in a local part")
    return unicodedata.normalize("NFC", text)  # RFC 6532 section 3.1


def _domain(text: str) -> str:
    """Read the domain of a path into lower case and A-labels.

    Raises:
        ValueError: neither a name nor an address literal.
    """
    if not text.isascii():
        return _to_ascii(text)
    if _LITERAL.fullmatch(text):
        return text
    if len(text) > MAX_DOMAIN_OCTETS or not _NAME.fullmatch(text):
        raise ValueError("not a domain")
    return text.lower()


def _to_ascii(domain: str) -> str:
    """Turn a domain into A-labels by RFC 5890, without DNS.

    Raises:
        ValueError: no such name can exist.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - slow, and few domains need it

    try:
        found = validate_email(
            f"a@{domain}",
            allow_smtputf8=True,
            check_deliverability=False,
            globally_deliverable=False,
            test_environment=True,
        )
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None
    return found.ascii_domain or ""
