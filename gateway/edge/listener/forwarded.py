"""XFORWARD and XCLIENT: what a server of our own networks says about the client it speaks for (Postfix's commands).

XFORWARD names the true client of one transaction, for log, trace field and judgement; the server that spoke keeps its
own rights. XCLIENT makes the session that of another client, who then has that client's rights and no others: none
where its address is not known, and none that the session once gave up, for behind a proxy the client itself may say the
word. Both are taken from `client_networks` alone: whoever may use them may write any address into the log.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address

import msgspec

from gateway.edge.listener.commands import neutered
from gateway.values.faults import Permanent

XFORWARD_ATTRIBUTES = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE")
XCLIENT_ATTRIBUTES = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT")
"""Announced behind the keyword in the reply to EHLO; a server sends only what was announced."""

_UNKNOWN = frozenset({"[UNAVAILABLE]", "[TEMPUNAVAIL]"})
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)=([!-~]*)")
_ESCAPED = re.compile(rb"\+([0-9A-Fa-f]{2})")
UNKNOWN_ADDRESS = "unknown"
"""Stands for the address of a client whom the server does not know the address of; lies in no network."""
_IPV6_TAG = "IPV6:"
MAX_IDENT = 64
"""Characters of an identifier that are kept: a long queue id of Postfix has some 20."""
MAX_LOGIN = 128
"""Characters of a login that are kept: twice a long mailbox name."""
_LOGIN_ODD = re.compile(rb"[^!-~]")
"""Octets of a login that become `?`: blanks and what is not printable ASCII. An `@` stays."""


class Forwarded(msgspec.Struct, frozen=True):
    """What was said about a client; an empty text was not said, or is not known there."""

    ip: str = ""
    """UNKNOWN_ADDRESS where the server said that it knows none."""
    helo: str = ""
    name: str = ""
    """Host name by reverse look-up, as the server found it."""
    ident: str = ""
    """The server's own id of the message."""
    login: str = ""
    """Whom the server has authenticated; in XCLIENT alone, for XFORWARD of Postfix has no such attribute."""


def parse_forwarded(argument: bytes, attributes: tuple[str, ...], before: Forwarded | None = None) -> Forwarded:
    """Read `NAME=... ADDR=...`, xtext as in RFC 3461; what is left out stays as `before` has it.

    Raises:
        Permanent: `syntax`: no attribute at all, one that was not announced, or an address that is none.
    """
    said: dict[str, str] = {}
    for word in argument.split():
        match = _ATTRIBUTE.fullmatch(word)
        if match is None or match[1].decode("ascii").upper() not in attributes:
            raise Permanent("syntax")
        value = _ESCAPED.sub(lambda escape: bytes.fromhex(escape[1].decode("ascii")), match[2])
        is_login = match[1].upper() == b"LOGIN"
        text = _LOGIN_ODD.sub(b"?", value[:MAX_LOGIN]).decode("ascii") if is_login else neutered(value)
        said[match[1].decode("ascii").upper()] = "" if match[2].decode("ascii").upper() in _UNKNOWN else text
    if not said:
        raise Permanent("syntax")
    found = before or Forwarded()
    return Forwarded(
        ip=_address(said["ADDR"]) if "ADDR" in said else found.ip,
        helo=said.get("HELO", found.helo),
        name=said.get("NAME", found.name),
        ident=said.get("IDENT", found.ident)[:MAX_IDENT],
        login=said.get("LOGIN", found.login),
    )


def _address(text: str) -> str:
    """Read an address as Postfix writes it: IPv6 with a tag; a mapped one is the IPv4 address it holds."""
    if not text:
        return UNKNOWN_ADDRESS
    try:
        address = ip_address(text[len(_IPV6_TAG) :] if text.upper().startswith(_IPV6_TAG) else text)
    except ValueError:
        raise Permanent("syntax") from None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(address)
