"""Addresses: reverse-path and forward-path of RFC 5321 as plain text, and the only place that spells `<>`.

A path arrives as raw octets with its brackets and leaves as text without them, the domain in lower case
and in A-labels (RFC 5890), the local part as it was given. The null reverse-path is `NULL_PATH`.

Strategy: one strict grammar over octets decides nearly every path. Only internationalised ones (RFC 6531)
and domains with a double hyphen, which may hide an A-label, go on to email-validator, without DNS. Comments,
folding, source routes, quoted local parts and address literals are not read leniently but refused: every
one of them has been used to make two programs see two different addresses.
"""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email

from gateway.values.faults import Permanent

NULL_PATH = ""
"""The null reverse-path (RFC 5321 section 4.5.5) as the rest of the program holds it."""

POSTMASTER = "postmaster"
"""The one forward-path that needs no domain (RFC 5321 section 4.1.1.3), compared without regard to case."""

MAX_LOCAL_OCTETS = 64
"""RFC 5321 section 4.5.3.1.1."""

MAX_DOMAIN_OCTETS = 255
"""RFC 5321 section 4.5.3.1.2."""

MAX_ADDRESS_OCTETS = 254
"""RFC 5321 section 4.5.3.1.3 (a path has 256 octets) less the two brackets; RFC 3696 erratum 1690."""

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = rf"(?:{_LABEL}\.)*(?![0-9]++\Z){_LABEL}"
"""Domain of RFC 5321 section 4.1.2; a last label of digits only is an address, not a name (RFC 3696 section 2)."""

_MAILBOX_OCTETS = re.compile(rf"({_ATEXT}++(?:\.{_ATEXT}++)*)@({_DOMAIN})".encode())
"""Dot-string "@" Domain. No two parts can match the same octets, so going back finds nothing and costs nothing.

Groups are not repeated possessively: CPython before 3.11.5, Debian 12's among them, matches those wrongly."""

_UTEXT = "[\x80-\U0010ffff" + _ATEXT[1:]
_LOCAL_TEXT = re.compile(rf"{_UTEXT}++(?:\.{_UTEXT}++)*")
_DOMAIN_TEXT = re.compile(_DOMAIN)


def parse_reverse_path(raw: bytes, *, is_smtputf8: bool = False) -> str:
    """Read the path of a MAIL command, brackets included, into text without brackets.

    Raises:
        Permanent: `bad_reverse_path`, or `need_smtputf8` for octets over 127 without that extension.
    """
    if raw == b"<>":
        return NULL_PATH
    return _parse_mailbox(raw, "bad_reverse_path", is_smtputf8=is_smtputf8)


def parse_forward_path(raw: bytes, *, is_smtputf8: bool = False) -> str:
    """Read the path of a RCPT command, brackets included; never null, `<postmaster>` in any case is.

    Raises:
        Permanent: `bad_forward_path`, or `need_smtputf8` for octets over 127 without that extension.
    """
    if len(raw) == len(POSTMASTER) + 2 and raw.lower() == b"<postmaster>":
        return POSTMASTER
    return _parse_mailbox(raw, "bad_forward_path", is_smtputf8=is_smtputf8)


def bracketed(path: str) -> str:
    """Spell a path as it stands in a command or a trace field; the null path becomes `<>`."""
    return f"<{path}>"


def domain_of(path: str) -> str:
    """Name the domain of a parsed path; empty for the null path and for postmaster."""
    return path.rpartition("@")[2] if "@" in path else ""


def normalise_domain(text: str) -> str:
    """Bring a domain name an operator wrote into the form that parsed paths carry.

    Raises:
        ValueError: not a domain name.
    """
    try:
        return parse_forward_path(b"<a@" + text.encode() + b">", is_smtputf8=True)[2:]
    except Permanent as fault:
        raise ValueError(f"not a domain name: {text!r}") from fault


def _parse_mailbox(raw: bytes, situation: str, *, is_smtputf8: bool) -> str:
    if raw[:1] != b"<" or raw[-1:] != b">" or len(raw) > MAX_ADDRESS_OCTETS + 2:
        raise Permanent(situation)
    octets = raw[1:-1]
    match = _MAILBOX_OCTETS.fullmatch(octets)
    if match is None:
        if octets.isascii():
            raise Permanent(situation)
        if not is_smtputf8:
            raise Permanent("need_smtputf8")
        return _parse_international(octets, situation)
    local, domain = match.groups()
    if len(local) > MAX_LOCAL_OCTETS:
        raise Permanent(situation)
    if b"--" in domain:
        # An A-label must decode to a name that encodes back to it, or two programs read two domains.
        return _international(local.decode("ascii"), domain.decode("ascii"), situation)
    return f"{local.decode('ascii')}@{domain.decode('ascii').lower()}"


def _parse_international(octets: bytes, situation: str) -> str:
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        raise Permanent(situation) from None
    local, _, domain = text.rpartition("@")
    if len(local.encode()) > MAX_LOCAL_OCTETS or _LOCAL_TEXT.fullmatch(local) is None:
        raise Permanent(situation)
    return _international(local, domain, situation)


def _international(local: str, domain: str, situation: str) -> str:
    """Normalise by RFC 5890 and RFC 6532: the domain to A-labels, a non-ASCII local part to NFC."""
    try:
        found = validate_email(
            f"{local}@{domain}",
            allow_smtputf8=True,
            check_deliverability=False,
            globally_deliverable=False,
            test_environment=True,
        )
    except EmailNotValidError:
        raise Permanent(situation) from None
    # email-validator lower-cases some well-known local parts; RFC 5321 section 2.4 forbids that to a relay.
    address = f"{local if local.isascii() else found.local_part}@{found.ascii_domain}"
    is_name = found.ascii_domain is not None and _DOMAIN_TEXT.fullmatch(found.ascii_domain) is not None
    if not is_name or len(address.encode()) > MAX_ADDRESS_OCTETS:
        raise Permanent(situation)
    return address
