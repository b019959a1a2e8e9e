"""Second opinions: files on which readers differ are never a pass, and each difference is a fact."""

from __future__ import annotations

from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from asn1crypto import cms as asn1_cms
from msgspec import structs
from pikepdf import Array, Dictionary

from gateway.demo.cms_maker import build_cms, build_token
from gateway.demo.signing import SignPlan, _fill, _signature_dictionary, append_revision, changed
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.cms import structure as cms
from gateway.read.guard import attempt
from gateway.read.pdf.structure import read_structure
from gateway.read.signatures.geometry import SignatureRecord, measure
from gateway.read.signatures.listing import MAX_CONTENTS, MAX_LISTED, Listed, list_signatures
from gateway.read.signatures.outcome import conclude
from gateway.read.signatures.revisions import Revisions, SecondOpinion
from gateway.read.signatures.second_opinion import differences
from gateway.read.signatures.validation import Judging, validate_signatures
from gateway.read.trust.chains import SignerCache
from gateway.values.evidence import Outcome, SignatureFacts
from tests.support.odd_cms import odd_cms, with_contents
from tests.support.signed_pdfs import AT, base, facts_of, one, pki, plan, read, trust, two

SOUND = SignatureFacts(
    field="f",
    gap_is_signature=True,
    is_intact=True,
    is_cryptographically_valid=True,
    chain=Outcome.PASS,
    certificate_validity=Outcome.PASS,
    revocation=Outcome.PASS,
)
PROTECTION = "cms_algorithm_protection"
REFUSED = ("pyhanko:is_cryptographically_valid:refused",)


def protected(digest: str, signature: str) -> bytes:
    """A signed file whose CMS says which algorithms it was made with (RFC 6211)."""
    value = {"digest_algorithm": {"algorithm": digest}, "signature_algorithm": {"algorithm": signature}}
    attribute = {"type": PROTECTION, "values": [value]}
    return with_contents(lambda document: odd_cms(document, pki().agency(), attributes=(attribute,)))


def test_a_cms_on_which_the_readers_differ_is_indeterminate():
    """Signed attributes name other algorithms than were used: pyHanko refuses what our own check lets through."""
    facts = facts_of(protected("sha1", "sha1_rsa"))

    assert (True, True, REFUSED) == (facts.is_intact, facts.is_cryptographically_valid, facts.disagreement)
    assert (Outcome.PERMERROR, "GENERIC") == (facts.outcome, facts.sub_indication)


def test_a_cms_on_which_the_readers_agree_passes():
    """The counter-example: the attribute names what was used."""
    facts = facts_of(protected("sha256", "rsassa_pkcs1v15"))

    assert (Outcome.PASS, ()) == (facts.outcome, facts.disagreement)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ((True, True), ()),
        ((True, False), ("pyhanko:is_cryptographically_valid:true",)),
        ((False, True), ("pyhanko:is_intact:true",)),
    ],
)
def test_differences_name_who_says_what(claims, expected):
    """Whatever our own check came to say, a sound CMS has one answer; a refusal of ours is contradicted too."""
    facts, parsed, digest, der = taken_apart(one())
    assert facts.outcome is Outcome.PASS

    assert expected == differences(parsed, digest, der, claims, attempt)


def taken_apart(octets):
    """Our facts of the only signature, our reading of its CMS, the digest, and the signer's certificate."""
    (record,) = read_structure(octets, DEFAULT_BUDGET).signatures
    view = memoryview(octets)
    digest = cms.digest_of((view[start:end] for start, end in measure(octets, record).ranges), "sha256")
    return facts_of(octets), cms.parse_cms(record.contents), digest, pki().agency().der


def test_disagreement_outranks_every_claim_about_the_cms():
    """Where readers differ nobody is believed, not even that the digest is wrong; our own gate stays definite."""
    differing = structs.replace(SOUND, disagreement=REFUSED)
    broken = [structs.replace(differing, **{name: False}) for name in ("is_intact", "is_cryptographically_valid")]

    assert {(Outcome.PERMERROR, "GENERIC")} == {
        (one.outcome, one.sub_indication) for one in map(conclude, (differing, *broken))
    }
    assert Outcome.FAIL is conclude(structs.replace(differing, gap_is_signature=False)).outcome
    assert Outcome.PASS is conclude(SOUND).outcome


def two_values(*, is_good_last: bool) -> bytes:
    """A field with two values, one signature sound and one not: readers take the first or the last of a double key."""

    def edit(pdf: pikepdf.Pdf) -> dict[int, bytes]:
        page, root = pdf.pages[0].obj, pdf.Root
        bad, good = pdf.make_indirect(Dictionary()), pdf.make_indirect(Dictionary())
        field = pdf.make_indirect(Dictionary())
        page.Annots, root.AcroForm = Array([field]), Dictionary(Fields=Array([field]), SigFlags=3)
        values = [b"/V %d 0 R" % thing.objgen[0] for thing in ((bad, good) if is_good_last else (good, bad))]
        widget = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Chu ky) /Rect [0 0 0 0] /F 132 %b /P %d 0 R >>"
        (other,) = read_structure(one(), DEFAULT_BUDGET).signatures
        decoy = b"<< /Type /Sig /SubFilter /adbe.pkcs7.detached /ByteRange [0 10 20 10] /Contents <%b> >>"
        decoy %= other.contents.hex().encode()
        return changed(page, root) | {
            field.objgen[0]: widget % (b" ".join(values), page.objgen[0]),
            bad.objgen[0]: decoy,
            good.objgen[0]: _signature_dictionary(SignPlan()),
        }

    prepared = append_revision(base(), edit)
    return _fill(prepared, lambda document: build_cms(document, pki().agency(), plan().cms), 8192, 0)


def test_a_file_on_which_the_readers_differ_is_indeterminate():
    """Our reader takes the last of a double key, pyHanko the first: it lists another signature than we judge."""
    (facts,) = read(two_values(is_good_last=True)).facts.signatures

    assert (True, True, Outcome.PASS) == (facts.is_intact, facts.is_cryptographically_valid, facts.chain)
    assert (Outcome.PERMERROR, ("pyhanko:signature:absent",)) == (facts.outcome, facts.disagreement)


def test_the_other_order_never_passes_either():
    """Our reader takes the decoy, whose range measures nothing."""
    (facts,) = read(two_values(is_good_last=False)).facts.signatures

    assert facts.outcome is Outcome.FAIL


def judging(octets, **changes):
    """What signatures are judged with, as `read_pdf` puts it together."""
    revisions = Revisions(octets, objects=50, seconds=5.0, guard=attempt)
    plain = Judging(octets, trust(), AT, SignerCache(), attempt, revisions)
    return replace(plain, **changes)


def test_a_signature_only_the_browsers_reader_lists_is_reported():
    """PDFium shows one more: it stands among the signatures, unsupported; the one we judged stands."""
    (record,) = read_structure(one(), DEFAULT_BUDGET).signatures
    listed = (Listed(record.contents, record.byte_range), Listed(b"\x30\x00", (0, 1, 2, 3)))
    first, other = validate_signatures([record], judging(one(), listed=listed), DEFAULT_BUDGET)

    assert (("pdfium:signature:only_there",), False) == (other.disagreement, other.is_supported)
    assert (Outcome.PASS, Outcome.PERMERROR) == (first.outcome, other.outcome)


def test_another_list_makes_pyhanko_read_the_whole_file():
    """PDFium lists the same contents with another range, or none at all: pyHanko decides, and it agrees with us."""
    (record,) = read_structure(one(), DEFAULT_BUDGET).signatures
    asked = []

    class Counting(Revisions):
        def review(self, record, algorithm, digest):
            asked.append(record.field)
            return super().review(record, algorithm, digest)

    revisions = Counting(one(), objects=50, seconds=5.0, guard=attempt)
    for listed in ((), (Listed(record.contents, (0, 1, 2, 3)),), (Listed(record.contents, record.byte_range),), None):
        (facts,) = validate_signatures([record], judging(one(), listed=listed, revisions=revisions), DEFAULT_BUDGET)
        assert (Outcome.PASS, ()) == (facts.outcome, facts.disagreement)

    assert 2 == len(asked)


def test_the_browsers_reader_lists_what_ours_does():
    """Leader and clerk: the same contents and ranges from both; an unsigned file has none."""
    for octets, count in ((two(), 2), (base(), 0)):
        records = read_structure(octets, DEFAULT_BUDGET).signatures
        listed = listing(octets)
        assert [(record.contents, record.byte_range) for record in records] == list(map(tuple, listed))
        assert count == len(listed)


def listing(octets):
    """What PDFium lists."""
    with pypdfium2.PdfDocument(octets) as pdf:
        return list_signatures(pdf)


def test_whole_file_review_names_what_differs():
    """Another digest or range than ours, or a signature the library does not list."""
    revisions = Revisions(two(), objects=50, seconds=5.0, guard=attempt)
    (record, _) = read_structure(two(), DEFAULT_BUDGET).signatures
    other = replace(record, byte_range=(0, 1, 2, 3))

    assert ("pyhanko:digest:other",) == revisions.review(record, "sha256", bytes(32)).disagreement
    assert "pyhanko:byte_range:other" in revisions.review(other, "sha256", bytes(32)).disagreement
    assert ("pyhanko:signature:absent",) == revisions.review(SignatureRecord("x"), "sha256", b"").disagreement


def test_an_opinion_that_could_not_be_had_is_no_disagreement():
    """The library gives up on the file: what changed is unknown, so no pass; but nobody contradicted us."""
    revisions = Revisions(b"%PDF-1.7 no file", objects=50, seconds=5.0, guard=attempt)
    opinion = revisions.review(SignatureRecord("x", contents=b"x"), "sha256", bytes(32))

    again = revisions.review(SignatureRecord("y", contents=b"y"), "sha256", bytes(32))

    assert [("unknown", ())] * 2 == [(each.modification, each.disagreement) for each in (opinion, again)]
    assert Outcome.PERMERROR is conclude(SOUND, opinion=opinion).outcome
    assert Outcome.PASS is conclude(SOUND, opinion=SecondOpinion("none")).outcome


def odd_token(document: bytes, protection: dict[str, object]) -> bytes:
    """A time-stamped CMS whose token says which algorithms it was made with."""

    def token(signature: bytes) -> tuple[dict[str, object], ...]:
        plain = asn1_cms.ContentInfo.load(build_token(signature, pki().time_stamper(), AT))
        content = plain["content"]["encap_content_info"]["content"].contents
        attribute = {"type": PROTECTION, "values": [protection]}
        made = odd_cms(content, pki().time_stamper(), attributes=(attribute,), content=content, content_type="tst_info")
        return ({"type": "signature_time_stamp_token", "values": [asn1_cms.ContentInfo.load(made)]},)

    return odd_cms(document, pki().agency(), unsigned=token)


@pytest.mark.parametrize(("digest", "source"), [("sha256", "timestamp"), ("sha512", "none")])
def test_a_token_on_which_the_readers_differ_proves_no_time(digest, source):
    """The signature stands by itself, as with a token of nobody's; one that says the truth does prove it."""
    named = {"digest_algorithm": {"algorithm": digest}, "signature_algorithm": {"algorithm": f"{digest}_ecdsa"}}
    facts = facts_of(with_contents(lambda document: odd_token(document, named)))

    assert (source, Outcome.PASS, ()) == (facts.signing_time_source, facts.outcome, facts.disagreement)


def test_the_same_contents_over_two_ranges_are_two_signatures():
    """A duplicated document timestamp: each is compared with its own like."""
    revisions = Revisions(one(), objects=50, seconds=5.0, guard=attempt)
    (record,) = read_structure(one(), DEFAULT_BUDGET).signatures
    (found,) = revisions._open()
    revisions._embedded = [twin(found), found]

    assert found is revisions._find(record)


def twin(embedded):
    """The same contents with another range, as a further field would have them."""

    class Twin:
        pkcs7_content = embedded.pkcs7_content
        byte_range = (0, 1, 2, 3)

    return Twin()


def test_signatures_too_large_to_be_read_again_are_not():
    """Its reader takes /Contents digit by digit: four megabytes of them in one file are more than its time."""
    (record,) = read_structure(one(), DEFAULT_BUDGET).signatures
    revisions = Revisions(one(), objects=50, seconds=5.0, guard=attempt, contents_octets=4_000_000)
    opinion = revisions.review(record, "sha256", bytes(32))

    assert ("unknown", ()) == (opinion.modification, opinion.disagreement)


def crowded(count: int, contents_octets: int) -> bytes:
    """A form of many fields that share one value."""

    def edit(pdf: pikepdf.Pdf) -> dict[int, bytes]:
        value = pdf.make_indirect(Dictionary())
        field = b"<< /FT /Sig /T (f) /V %d 0 R >>" % value.objgen[0]
        form = pdf.make_indirect(Dictionary())
        pdf.Root.AcroForm = form
        return changed(pdf.Root) | {
            form.objgen[0]: b"<< /Fields [%b] >>" % (field * count),
            value.objgen[0]: b"<< /Type /Sig /Contents <%b> >>" % (b"30" * contents_octets),
        }

    return append_revision(base(), edit)


@pytest.mark.parametrize(("count", "octets"), [(MAX_LISTED + 1, 1), (9, MAX_CONTENTS // 8)])
def test_a_crowd_of_fields_cannot_be_listed(count, octets):
    """More fields than anybody signs, or one large value shared by several: nothing is copied, and it is unusual."""
    assert listing(crowded(count, octets)) is None
    assert 9 == len(listing(crowded(9, 10)))
