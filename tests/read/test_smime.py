"""S/MIME: opaque and clear signatures opened and judged, detached signatures beside a file, enveloped content."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from asn1crypto import cms as asn1_cms
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.demo.cms_maker import CmsPlan, build_cms
from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.message import read_message
from gateway.read.smime import open_cms
from gateway.values.facts import MessageFacts, Outcome, PartFacts
from tests.corpus.compose import MIME, PLAIN, b64, file, many, pdf
from tests.support.signed_pdfs import AT, pki, trust

ENTITY = b"Content-Type: text/plain; charset=utf-8\r\n\r\nM\xe1\xba\xacT\r\nS\xe1\xbb\x91: 12/CV-UBND\r\n"
PLAN = CmsPlan(signing_time=AT - timedelta(days=1))


def detached(covered: bytes, plan: CmsPlan = PLAN) -> bytes:
    """A signature of the demo agency over octets."""
    return build_cms(covered, pki().agency(), plan)


def opaque(covered: bytes) -> bytes:
    """The same with the octets inside."""
    information = asn1_cms.ContentInfo.load(detached(covered))
    information["content"]["encap_content_info"] = {"content_type": "data", "content": covered}
    return information.dump(force=True)


def indefinite(octets: bytes, content: bytes) -> bytes:
    """An opaque CMS in BER of indefinite length, the content in two strings, as streaming programs write it."""
    half = len(content) // 2
    pieces = b"".join(b"\x04\x82" + len(one).to_bytes(2, "big") + one for one in (content[:half], content[half:]))
    signed = asn1_cms.ContentInfo.load(octets)["content"]
    inside = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80" + pieces + b"\0\0" * 3
    parts = signed["version"].dump() + signed["digest_algorithms"].dump() + inside
    parts += signed["certificates"].dump() + signed["signer_infos"].dump()
    return b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80" + parts + b"\0\0" * 3


def read(mail: bytes, budget: Budget = DEFAULT_BUDGET) -> MessageFacts:
    """Facts of a mail under the trust of the demo authorities."""
    return read_message(mail, budget, trust(), AT)


def parts(mail: bytes) -> dict[str, PartFacts]:
    """Parts by path."""
    return {part.path: part for part in read(mail).parts}


def clear(covered: bytes, signature: bytes) -> bytes:
    """A multipart/signed."""
    p7s = file(signature, b"filename=smime.p7s", b"application/pkcs7-signature")
    return many(covered, p7s, subtype=b"signed; protocol=x")


def wrapped(octets: bytes) -> bytes:
    """A mail that is one application/pkcs7-mime."""
    head = MIME + b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + b64(octets)


def test_a_clear_signature_is_judged() -> None:
    """The second part of a multipart/signed vouches for the first, octet for octet."""
    signature = parts(clear(ENTITY, detached(ENTITY)))["2"].smime
    assert signature is not None

    assert (signature.outcome, signature.sub_filter, signature.trust_list) == (Outcome.PASS, "smime", "official")
    assert signature.signer_serial == f"{pki().agency().certificate.serial_number:x}"


def test_a_changed_text_fails() -> None:
    """One letter changed after signing is a broken digest."""
    signature = parts(clear(ENTITY.replace(b"12/", b"13/"), detached(ENTITY)))["2"].smime
    assert signature is not None

    assert (signature.outcome, signature.sub_indication) == (Outcome.FAIL, "HASH_FAILURE")


def test_lines_saved_as_bare_feeds_still_verify() -> None:
    """A mail saved with bare line feeds is verified over the lines that were sent."""
    mail = clear(ENTITY, detached(ENTITY)).replace(b"\r\n", b"\n")

    signature = parts(mail)["2"].smime
    assert signature is not None
    assert signature.outcome is Outcome.PASS


@pytest.mark.parametrize("make", [opaque, lambda octets: indefinite(opaque(octets), octets)], ids=["der", "ber"])
def test_opaque_content_is_opened(make) -> None:
    """What an opaque signature holds is read as a message inside, in DER and in BER; its marks count."""
    mail = wrapped(make(ENTITY))
    found = parts(mail)

    assert found["1"].smime is not None
    assert (found["1"].kind, found["1"].uninspectable, found["1"].smime.outcome) == ("pkcs7", "", Outcome.PASS)
    assert (found["1!1"].kind, found["1!1"].is_body) == ("text", True)
    assert read(mail).secrecy.value == "mat"


def test_a_signed_file_is_opened() -> None:
    """A .p7m around a bare file gives that file."""
    found = parts(many(PLAIN, file(opaque(pdf()), b"filename=cv.pdf.p7m", b"application/pkcs7-mime")))

    assert found["2"].smime is not None
    assert (found["2!1"].kind, found["2"].smime.outcome) == ("pdf", Outcome.PASS)


def test_a_signature_beside_a_file_is_judged() -> None:
    """`cv.pdf.p7s` signs `cv.pdf`; without such a file it signs nothing we know."""
    signature = file(detached(pdf()), b"filename=cv.pdf.p7s")
    beside = parts(many(PLAIN, file(pdf(), b"filename=cv.pdf"), signature))["3"]
    alone = parts(many(PLAIN, file(pdf(), b"filename=khac.pdf"), signature))["3"]

    assert beside.smime is not None
    assert beside.smime.outcome is Outcome.PASS
    assert (alone.smime, alone.uninspectable) == (None, "")


def test_armoured_signatures_are_read() -> None:
    """PEM around a CMS is taken off."""
    pem = b"-----BEGIN PKCS7-----\n" + base64.encodebytes(detached(ENTITY)) + b"-----END PKCS7-----\n"

    assert open_cms(pem).kind == "signed"


def test_enveloped_and_damaged_content() -> None:
    """What only the recipient can open is encrypted; damage is malformed; no signer is no signature."""
    enveloped = bytes.fromhex("301b06092a864886f70d010703a00e300c02010031003005060100a000")
    damaged = wrapped(opaque(ENTITY)[:200])

    assert parts(wrapped(enveloped))["1"].uninspectable == "encrypted"
    assert parts(damaged)["1"].uninspectable == "malformed"
    assert open_cms(b"\x30\x03abc").kind == "unknown"


def test_nesting_and_signatures_are_bounded() -> None:
    """Signed content inside signed content ends at the container depth; signatures at their budget."""
    octets = ENTITY
    for _ in range(6):
        octets = b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(
            opaque(octets)
        )
    files = [file(detached(pdf()), b"filename=a.pdf.p7s") for _ in range(3)]
    many_signed = read(many(PLAIN, file(pdf(), b"filename=a.pdf"), *files), Budget(signatures=2))

    assert "container_depth" in read(MIME + octets).overruns
    assert many_signed.overruns == ("signatures",)
    assert sum(part.smime is not None for part in many_signed.parts) == 2


OPAQUE = opaque(ENTITY)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5_000), st.binary(max_size=10))
def test_damaged_cms_never_raises(at: int, patch: bytes) -> None:
    """A patched CMS is opened or not, and never passes with other content."""
    at %= len(OPAQUE)
    octets = OPAQUE[:at] + patch + OPAQUE[at + len(patch) :]
    part = parts(wrapped(octets))["1"]

    assert part.smime is None or part.smime.outcome is not Outcome.PASS or open_cms(octets).content == ENTITY


def test_opaque_signatures_share_the_budget() -> None:
    """Signed files inside an archive are opened all, and judged as far as the budget of signatures goes."""
    files = [file(opaque(pdf() + b"%d" % number), b"filename=%d.p7m" % number) for number in range(3)]
    facts = read(many(PLAIN, *files), Budget(signatures=1))

    assert [part.kind for part in facts.parts if part.path.endswith("!1")] == ["pdf"] * 3
    assert (sum(part.smime is not None for part in facts.parts), facts.overruns) == (1, ("signatures",))
