"""Revocation data a document brings along: CRLs and OCSP responses of its security store and of its CMS.

Such data is as good as its signature: an answer counts when the issuer of the certificate, or a responder that
issuer appointed, signed it (RFC 5280, RFC 6960). It is asked only when the configured lists leave a question open,
and it must speak of the instant that matters, or an attacker would bring along old lists with an old date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asn1crypto.pdf  # registers the Adobe attribute with the CMS types
from asn1crypto import parser

from gateway.read.trust.ocsp_answers import UNREADABLE, Answer, serials_of
from gateway.read.trust.revocation import RevocationLists, open_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from cryptography import x509

    from gateway.read.cms.structure import Cms

assert asn1crypto.pdf
MAX_ITEMS = 32
"""Lists, and responses, taken from one place; a chain of three with two time-stamps needs ten."""
MAX_OCTETS = 4_000_000
"""Of one list or response; the largest revocation lists of national authorities are some megabytes."""


@dataclass(frozen=True, slots=True)
class EmbeddedData:
    """Lists and responses as they stand in a file, nothing verified."""

    crls: tuple[bytes, ...] = ()
    responses: tuple[bytes, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.crls or self.responses)

    def __add__(self, other: EmbeddedData) -> EmbeddedData:
        return EmbeddedData(self.crls + other.crls, self.responses + other.responses)


NO_DATA = EmbeddedData()


@dataclass(frozen=True, slots=True)
class Weighed:
    """What all data together says of a path."""

    is_known: bool = False
    """Every certificate below the anchor has an answer for the instant that matters."""
    revoked_at: datetime | None = None
    reason: str = ""


def data_of(parsed: Cms) -> EmbeddedData:
    """Take the data of a CMS: adbe-revocationInfoArchival (ISO 32000-1 section 12.8.3.3.2) and its set of CRLs.

    Raises:
        ValueError, TypeError, KeyError: asn1crypto met something it cannot read.
    """
    crls = [choice.chosen for choice in parsed.signed_data["crls"] or () if choice.name == "crl"]
    responses: list[Any] = []
    for attribute in parsed.signer_info["signed_attrs"]:
        if attribute["type"].native == "adobe_revocation_info_archival":
            archive = attribute["values"][0]
            crls += list(archive["crl"] or ())
            responses += list(archive["ocsp"] or ())
    return bounded(map(_encoded, crls), map(_encoded, responses))


def _encoded(thing: Any) -> bytes:
    return bytes(parser.emit(0, 1, 16, thing.contents))


def bounded(crls: Iterable[bytes], responses: Iterable[bytes]) -> EmbeddedData:
    """Keep what is within the limits."""
    return EmbeddedData(
        *(tuple(der for der in kind if 0 < len(der) <= MAX_OCTETS)[:MAX_ITEMS] for kind in (crls, responses))
    )


def weigh(
    data: EmbeddedData, path: Sequence[x509.Certificate], configured: RevocationLists, instant: datetime, at: datetime
) -> Weighed:
    """Weigh embedded data together with the configured lists and responses.

    Args:
        data: as it stands in the file.
        path: the certificates, anchor first.
        configured: data of the trust snapshot.
        instant: when the certificates must have been good: a proven signing time, else now.
        at: now; data from later does not count.
    """
    known = [configured]
    if data:
        known.append(RevocationLists(_readable(data.crls, open_list), _readable(data.responses, serials_of)))
    is_known = len(path) > 1
    revoked: tuple[datetime, str] | None = None
    for place in range(1, len(path)):
        issuer, certificate = path[place - 1], path[place]
        is_authority = place < len(path) - 1
        answers = [
            answer for lists in known for answer in lists.answers(issuer, certificate, is_authority=is_authority, at=at)
        ]
        for answer in answers:
            if answer.revoked_at is not None and (revoked is None or answer.revoked_at < revoked[0]):
                revoked = (answer.revoked_at, answer.reason)
        is_known = is_known and any(_speaks_of(answer, instant, certificate) for answer in answers)
    return Weighed(is_known, *revoked) if revoked else Weighed(is_known)


def _readable(things: Iterable[bytes], load: Callable[[bytes], object]) -> Iterator[bytes]:
    for der in things:
        try:
            load(der)
        except UNREADABLE:
            continue
        yield der


def _speaks_of(answer: Answer, instant: datetime, certificate: x509.Certificate) -> bool:
    """Does an answer tell whether the certificate was good at the instant?

    One from later does, as long as the certificate had not expired, for lists drop expired ones; one from before
    does while it is fresh.
    """
    if answer.since >= instant:
        return answer.since <= certificate.not_valid_after_utc
    return answer.until is not None and instant <= answer.until
