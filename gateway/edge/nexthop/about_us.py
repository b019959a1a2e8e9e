"""About us: which refusals of a next hop speak of the gateway and not of the mail; one table, pure.

A next hop that does not know us, wants us to authenticate, or does not like our address refuses every message alike.
Passed on as given, each would be bounced to a sender who can do nothing about it. So these are 451 and an alert
(`CongthuNextHopRefusesGateway`), and the operator's to mend. A refusal that is not surely about us is the sender's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection


class Sign(NamedTuple):
    """One row: a refusal with one of these codes, one of these statuses and these words is about us.

    A 5yz, and where the row is lasting a 4yz too: Postfix answers 454 to relaying and 450 to an address without a name.
    """

    source: str
    codes: frozenset[int] = frozenset()
    """Reply codes; empty for every one."""
    statuses: frozenset[str] = frozenset()
    """Subject and detail of the enhanced status (RFC 3463), `0.0` for none given; empty for every one."""
    words: re.Pattern[str] | None = None
    """What the text holds; None for anything."""
    is_lasting: bool = False
    """A 4yz says no less: no retry mends it, only a change of the configuration."""


NO_STATUS: Final = "0.0"
"""What a reply without an enhanced status counts as."""
_SECURITY: Final = frozenset({NO_STATUS, "7.0", "7.1"})
"""Statuses under which servers speak of access without saying whose."""

SIGNS: Final = (
    Sign(
        "RFC 4954 section 6, RFC 3207 section 4: authentication or TLS is wanted of the client",
        codes=frozenset({530, 534, 535, 538}),
    ),
    Sign("RFC 7504 section 3: the host takes no mail at all", codes=frozenset({521})),
    Sign(
        "IANA registry of enhanced statuses (RFC 5248): credentials, encryption or trust wanted of the client",
        statuses=frozenset({"7.8", "7.9", "7.10", "7.11", "7.12", "7.14"}),
    ),
    Sign(
        "RFC 7372 section 3: SPF or reverse name of the address that connects, and that is ours",
        statuses=frozenset({"7.23", "7.24", "7.25"}), is_lasting=True,
    ),
    Sign(
        "Exchange Server: no relay for this client, not authenticated, may not send as this sender",
        statuses=frozenset({"7.54", "7.57", "7.60", "7.64"}), is_lasting=True,
    ),
    Sign(
        "RFC 5321 section 4.1.1.11: MAIL or RCPT parameters, which we chose by what the next hop offered",
        codes=frozenset({555}), statuses=frozenset({NO_STATUS, "5.4"}),
    ),
    Sign(
        "Postfix `Relay access denied`, Sendmail `Relaying denied`, Exim `relay not permitted`, Exchange `Unable to"
        " relay`, qmail `list of allowed rcpthosts`: the domain is routed there, and the next hop does not know it",
        statuses=_SECURITY,
        words=re.compile(
            r"\brelay(?:ing)?\b[^.;:]{0,16}\b(?:denied|not permitted|not allowed|prohibited|forbidden)\b"
            r"|\b(?:unable|not (?:permitted|allowed|authori[sz]ed)) to relay\b|\ballowed rcpthosts\b", re.IGNORECASE,
        ),
        is_lasting=True,
    ),
    Sign(
        "Postfix smtpd_check.c names what it judged: our address or our EHLO name",
        words=re.compile(r": (?:Client host|Helo command) rejected: "),
    ),
)  # fmt: skip


def is_about_us(code: int, status: str, text: str, own_address: str) -> bool:
    """Tell whether a refusal is about the gateway.

    Args:
        code: reply code; of a 4yz, on which the client tries again anyway, only what lasts counts.
        status: enhanced status with its class, such as `5.7.1`; `5.0.0` when none was given.
        text: all lines without code and status, printable ASCII.
        own_address: address we connected from, as the next hop sees it unless addresses are translated; or empty.
    """
    if code < 400:
        return False
    detail = status.partition(".")[2]
    if any(_holds(sign, code, detail, text) for sign in SIGNS if sign.is_lasting or code >= 500):
        return True
    if code < 500:
        return False
    # Who names our address judged it: block lists, access tables. A recipient may be named by an address too.
    is_of_recipient = detail.startswith("1.")
    return bool(own_address) and not is_of_recipient and _names(text, own_address)


def _holds(sign: Sign, code: int, detail: str, text: str) -> bool:
    def among(value: object, values: Collection[object]) -> bool:
        return not values or value in values

    has_words = sign.words is None or sign.words.search(text) is not None
    return has_words and among(code, sign.codes) and among(detail, sign.statuses)


def _names(text: str, address: str) -> bool:
    """Tell whether an address stands in the text by itself: not as a part of another, of a name or of a mailbox."""
    return re.search(rf"(?<![\w.:@-])(?<!@\[){re.escape(address)}(?![\w:-]|\.\w)", text) is not None
