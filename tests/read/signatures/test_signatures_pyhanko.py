"""Our deciding path and pyHanko's whole validation agree on every sample: neither passes what the other refuses."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from datetime import timedelta
from functools import cache

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import SignatureCoverageLevel, async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from gateway.demo.signing import append_page_text, tamper
from gateway.values.evidence import Outcome
from tests.support.signed_pdfs import AT, one, pki, read, signed, trust, two


@cache
def samples() -> dict[str, bytes]:
    """One file a case; those where we are stricter on purpose are in `STRICTER`."""
    made = pki()
    month_ago = AT - timedelta(days=40)
    return {
        "plain": one(),
        "pss": signed(scheme="pss"),
        "ecdsa": signed(made.person()),
        "sha512": signed(made.person(), digest="sha512"),
        "cades": signed(sub_filter="ETSI.CAdES.detached", is_cades=True, claimed_time=AT),
        "timestamped": signed(stamper=made.time_stamper(), stamp_time=AT),
        "two": two(),
        "certified": signed(certify=2),
        "certified, then signed": signed(octets=signed(certify=2), field_name="Sau"),
        "certified for no change, then signed": signed(octets=signed(certify=1), field_name="Sau"),
        "public": signed(made.leaf("of public", authority="public")),
        "tampered": tamper(one()),
        "appended": append_page_text(one()),
        "wrong digest": signed(message_digest=bytes(32)),
        "foreign": signed(made.leaf("stranger", authority="foreign")),
        "expired": signed(made.expired(), signing_time=month_ago),
        "future": signed(made.leaf("future", days=(1, 100))),
        "revoked": signed(made.leaf("revoked")),
        "sha1": signed(digest="sha1"),
        "md5": signed(digest="md5"),
        "repudiable": signed(made.leaf("login", is_repudiable=True)),
        "short key": signed(made.leaf("short", kind="rsa-1024")),
        "other certificate bound": signed(is_cades=True, certificate_hash=bytes(32)),
        "weak timestamp": signed(stamper=made.time_stamper(), stamp_time=AT, stamp_digest="sha1"),
        "no attributes": signed(has_signed_attributes=False),
        "trailing octets": one() + b"PK\x03\x04",
        "wide gap": signed(gap_before_octets=10),
        "expired, timestamped": signed(made.expired(), stamper=made.time_stamper(), stamp_time=month_ago),
    }


STRICTER = {"no attributes", "trailing octets"}
"""We refuse these whatever a library says (pitfalls of reading CMS and of octets behind the end)."""
OTHER_QUESTION = {"weak timestamp", "expired, timestamped"}
"""pyHanko's plain call judges at now and counts a weak token against the signature; we judge at signing time."""


def pyhanko_passes(octets: bytes) -> list[bool]:
    """Validate every signature with pyHanko alone, as its own bottom line, coverage and changes say."""
    reader = PdfFileReader(io.BytesIO(octets), strict=False)
    return [asyncio.run(_one_passes(embedded)) for embedded in reader.embedded_signatures]


async def _one_passes(embedded) -> bool:
    def context() -> ValidationContext:
        return ValidationContext(
            trust_roots=[x509.Certificate.load(anchor.certificate_der) for anchor in trust().anchors],
            other_certs=[x509.Certificate.load(der) for der in trust().intermediates_der],
            crls=list(trust().crls_der),
            allow_fetching=False,
            revocation_mode="require",
            moment=AT,
        )

    try:
        status = await async_validate_pdf_signature(embedded, context(), context())
    except Exception:  # noqa: BLE001 - any exception is a refusal here
        return False
    is_covered = status.coverage in {SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION}
    level = getattr(status.diff_result, "modification_level", ModificationLevel.OTHER)
    return bool(status.bottom_line) and is_covered and level is not ModificationLevel.OTHER


def ours_pass(octets: bytes) -> list[bool]:
    """The same by our own facts."""
    return [facts.outcome is Outcome.PASS for facts in read(octets).facts.signatures]


@pytest.mark.parametrize("name", sorted(set(samples()) - STRICTER - OTHER_QUESTION))
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_both_opinions_agree(name):
    """Same number of signatures, same passes."""
    assert pyhanko_passes(samples()[name]) == ours_pass(samples()[name])


@pytest.mark.parametrize("name", sorted(STRICTER))
def test_we_are_stricter(name):
    """Refused by our own rules, on top of any library."""
    assert [False] == ours_pass(samples()[name])


@pytest.mark.parametrize("name", sorted(OTHER_QUESTION))
def test_time_and_token_are_judged_apart(name):
    """Valid at signing time, and a weak token taken for none: both pass here."""
    assert [True] == ours_pass(samples()[name])


_WARMED = """
import sys
from gateway.read.signatures.second_opinion import warm

warm()
assert not {"aiohttp", "requests"} & set(sys.modules), "a reader has imported a web client"
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
assert HTTPTimeStamper and AIOHttpFetcherBackend
"""


def test_readers_import_no_web_client_and_others_may() -> None:
    """It would cost every start a fifth of a second; whoever asks for it by name has the real one."""
    done = subprocess.run([sys.executable, "-c", _WARMED], capture_output=True, text=True, check=False, timeout=60)

    assert (0, "") == (done.returncode, done.stderr)
