"""Certificate: for whom and until when a served certificate is good; a gauge and warnings rest on it."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - a NamedTuple of ours names it
from pathlib import Path
from typing import NamedTuple

from cryptography import x509


class Served(NamedTuple):
    """What clients see of a served certificate."""

    names: tuple[str, ...]
    """DNS names it is for (RFC 6125: of the extension, never of the subject)."""
    begins: dt.datetime
    ends: dt.datetime
    is_self_signed: bool
    chain_length: int
    """Certificates in the file: the served one and intermediates."""


def served(certificate_file: str | Path) -> Served:
    """Read the certificate a PEM file serves, which is its first.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds no certificate.
    """
    chain = x509.load_pem_x509_certificates(Path(certificate_file).read_bytes())
    first = chain[0]
    try:
        names = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        known = tuple(names.get_values_for_type(x509.DNSName))
    except x509.ExtensionNotFound:
        known = ()
    begins, ends = first.not_valid_before_utc, first.not_valid_after_utc
    return Served(known, begins, ends, first.issuer == first.subject, len(chain))


def expires_at_s(certificate_file: str | Path) -> float:
    """Give the Unix time at which the first certificate of a PEM file (the served one) expires.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds no certificate.
    """
    return served(certificate_file).ends.timestamp()
