"""S/MIME: opaque and clear signatures opened and judged, detached signatures beside a file, enveloped content."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from asn1crypto import cms as asn1_cms
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.demo.cms_maker import CmsPlan, build_cms
from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.message import read_message
from gateway.read.signatures.smime import MAX_SIGNERS, open_cms
from gateway.values.evidence import Outcome
from tests.corpus.compose import MIME, PLAIN, b64, file, many, pdf
from tests.support.odd_cms import odd_cms
from tests.support.signed_pdfs import AT, pki, trust

if TYPE_CHECKING:
    from gateway.values.facts import MessageFacts, PartFacts

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


def of_two(covered: bytes, second: bytes | None = None) -> bytes:
    """Detached, signed by the agency and by the leader; the leader over other octets when given."""
    agency, leader = pki().agency(), pki().person()
    information = asn1_cms.ContentInfo.load(odd_cms(covered, agency, certificates=(agency.der, leader.der)))
    other = asn1_cms.ContentInfo.load(odd_cms(second or covered, leader))
    signed = information["content"]
    signed["signer_infos"] = [signed["signer_infos"][0], other["content"]["signer_infos"][0]]
    return information.dump(force=True)


def test_each_signer_of_one_cms_is_reported() -> None:
    """Two signers, each judged apart; one that signed something else fails alone."""

    def outcomes(part: PartFacts) -> dict[str, Outcome]:
        return {one.signer_common_name: one.outcome for one in (part.smime, *part.smime_others)}

    both = outcomes(parts(clear(ENTITY, of_two(ENTITY)))["2"])
    one = outcomes(parts(clear(ENTITY, of_two(ENTITY, b"other")))["2"])

    assert both == {"Sở A": Outcome.PASS, "Giám đốc Sở A": Outcome.PASS}
    assert one == {"Sở A": Outcome.PASS, "Giám đốc Sở A": Outcome.FAIL}


def test_signers_of_one_cms_are_bounded() -> None:
    """Eight are judged, and that there are more is an overrun."""
    many_signers = odd_cms(ENTITY, pki().agency(), signers=(pki().person(),) * MAX_SIGNERS)
    facts = read(clear(ENTITY, many_signers))
    part = next(part for part in facts.parts if part.path == "2")

    assert (1 + len(part.smime_others), facts.overruns) == (MAX_SIGNERS, ("signatures",))


def zipped(files: dict[str, bytes]) -> PartFacts:
    """The part of the signature inside an archive of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, octets in files.items():
            archive.writestr(name, octets)
    found = parts(many(PLAIN, file(made.getvalue(), b"filename=van_ban.zip")))
    return next(part for part in found.values() if part.kind == "pkcs7")


@pytest.mark.parametrize("order", [("cv.pdf", "cv.pdf.p7s"), ("cv.pdf.p7s", "cv.pdf"), ("so/CV.PDF", "so/cv.pdf.p7s")])
def test_a_signature_beside_a_file_inside_an_archive_is_judged(order) -> None:
    """Whichever comes first, and whatever the case of letters."""
    octets = {name: detached(pdf()) if name.endswith("p7s") else pdf() for name in order}
    part = zipped(octets)

    assert part.smime is not None
    assert (part.smime.outcome, part.signs.lower()) == (Outcome.PASS, "cv.pdf")
    assert part.signs_sha256 == hashlib.sha256(pdf()).hexdigest()


def test_a_signature_inside_an_archive_over_another_file() -> None:
    """Changed octets fail; without its file nothing is judged."""
    changed = zipped({"cv.pdf": pdf() + b"\n", "cv.pdf.p7s": detached(pdf())})

    assert changed.smime is not None
    assert (changed.smime.outcome, changed.smime.sub_indication) == (Outcome.FAIL, "HASH_FAILURE")
    assert zipped({"khac.pdf": pdf(), "cv.pdf.p7s": detached(pdf())}).smime is None


@pytest.mark.parametrize(
    ("names", "expected"),
    [((b"cv.pdf",), True), ((b"cv.pdf", b"cv.docx"), False), ((b"khac.pdf",), False)],
)
def test_a_signature_named_after_the_stem(names, expected) -> None:
    """`cv.p7s` signs the only other file called `cv`; of two nobody knows which."""
    others = [file(pdf(), b"filename=" + name) for name in names]
    found = parts(many(PLAIN, *others, file(detached(pdf()), b"filename=cv.p7s")))
    part = next(part for part in found.values() if part.kind == "pkcs7")

    assert expected is (part.smime is not None and part.smime.outcome is Outcome.PASS)


def test_of_two_files_of_one_name_the_signed_one_is_found() -> None:
    """And where none fits, it fails."""
    signature = file(detached(pdf()), b"filename=cv.pdf.p7s")
    other = file(pdf() + b"\n", b"filename=cv.pdf")
    both = parts(many(PLAIN, other, file(pdf(), b"filename=cv.pdf"), signature))["4"]
    neither = parts(many(PLAIN, other, other, signature))["4"]

    assert (both.smime.outcome, neither.smime.outcome) == (Outcome.PASS, Outcome.FAIL)
    assert both.signs_sha256 == hashlib.sha256(pdf()).hexdigest()


@pytest.mark.parametrize("micalg", [b"sha-1", b"md5", b"sha-512", b"nonsense"])
def test_a_wrong_micalg_changes_nothing(micalg) -> None:
    """It is a hint for reading in one go (RFC 8551 section 3.5.3.2); the CMS says what was used."""
    mail = clear(ENTITY, detached(ENTITY)).replace(b"protocol=x", b"protocol=x; micalg=" + micalg)

    assert parts(mail)["2"].smime.outcome is Outcome.PASS


def test_signed_inside_signed_is_judged_at_both_depths() -> None:
    """An opaque message whose content is opaque again (a triple wrap without its envelope)."""
    head = b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    found = parts(wrapped(opaque(head + b64(opaque(ENTITY)))))

    assert [found[path].smime.outcome for path in ("1", "1!1")] == [Outcome.PASS] * 2
    assert found["1!1!1"].is_body
