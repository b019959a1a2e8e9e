"""Second opinion on one CMS: pyHanko's own reading of it, asked for every signature whose claims we could check.

It parses the octets anew and follows its own rules for signed attributes, algorithms and keys. Only the public-key
operation itself comes from the same library. Where the two differ nobody is believed: the signature is
indeterminate, and the difference a fact. What it says of the whole file is in `signatures.revisions`.
"""

from __future__ import annotations

import contextlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.read.cms.structure import Cms

REFUSED = "refused"
"""Answer of a reader that finds the structure against its rules."""
_CLIENTS: Final = {
    "pyhanko.sign.timestamps.aiohttp_client": "HTTPTimeStamper",
    "pyhanko_certvalidator.fetchers.aiohttp_fetchers": "AIOHttpFetcherBackend",
}
"""Modules with which pyHanko asks servers, and what it imports of each. Readers ask nobody, and the web client below
these costs as much as all the rest: it reads every certificate authority of the system, twice."""


def warm() -> None:
    """Import pyHanko now, in the parent of workers: a tenth of a second that no message should pay for."""
    _import()


def _import() -> Any:
    with _without_clients():
        from pyhanko.sign import general  # noqa: PLC0415 - see `warm`
        from pyhanko.sign.validation import generic_cms  # noqa: PLC0415 - as above

    return general, generic_cms


@contextlib.contextmanager
def _without_clients() -> Iterator[None]:
    """Have empty modules stand for what asks servers, but for those that somebody has imported."""
    absent = [name for name in _CLIENTS if name not in sys.modules]
    for name in absent:
        instead = ModuleType(name)
        setattr(instead, _CLIENTS[name], None)
        sys.modules[name] = instead
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def differences(
    parsed: Cms,
    digest: bytes,
    certificate_der: bytes,
    claims: tuple[bool, bool],
    guard: Callable[[Callable[[], Any]], Any],
) -> tuple[str, ...]:
    """Name where pyHanko's check of a CMS differs from ours.

    Args:
        parsed: our reading of it, for the octets as they stand in the file and the content type.
        digest: over the content the signer signed, by the digest algorithm of the CMS.
        certificate_der: the signer's certificate.
        claims: what we say: message digest as signed, signature of the attributes valid.
        guard: runs third-party code; None for whatever it raises, which counts as a refusal.
    """
    answer = guard(lambda: _answer(parsed, digest, certificate_der))
    if answer is None:
        # It refuses what it cannot verify too; where we say the same of the signature, nobody differs.
        return (f"pyhanko:is_cryptographically_valid:{REFUSED}",) if all(claims) else ()
    names = ("is_intact", "is_cryptographically_valid")
    return tuple(
        f"pyhanko:{name}:{str(theirs).lower()}"
        for name, ours, theirs in zip(names, claims, answer, strict=True)
        if ours is not theirs
    )


def _answer(parsed: Cms, digest: bytes, certificate_der: bytes) -> tuple[bool, bool]:
    """Ask pyHanko: is the digest the signed one, is the signature valid.

    Raises:
        Exception: whatever it thinks of a CMS against its rules.
    """
    from asn1crypto import cms, x509  # noqa: PLC0415 - its own parse of the octets

    general, generic_cms = _import()
    signed_data = cms.ContentInfo.load(parsed.octets)["content"]
    info = general.extract_signer_info(signed_data)
    certificate = x509.Certificate.load(certificate_der)
    intact, valid = generic_cms.validate_sig_integrity(info, certificate, parsed.content_type, digest)
    return bool(intact), bool(valid)
