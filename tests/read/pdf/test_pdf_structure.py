"""Structure of a PDF: what public corpora showed to be misread, each as a small file of our own."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from gateway.demo.signing import append_revision, changed
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.structure import read_structure
from tests.support.signed_pdfs import base, ending, facts_of, one, read, signed


def edited(edit, octets=None):
    """Edit the unsigned document and write it anew."""
    with pikepdf.open(io.BytesIO(octets or base())) as pdf:
        edit(pdf)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("value", [b"null", b"7", b"true", b"1.5", b"(text)", b"/Name"])
def test_indirect_scalars_are_objects_too(value):
    """Numbers, null and the like stand as objects of their own in many honest files."""

    def add(pdf):
        place = pdf.make_indirect(Dictionary())
        return {place.objgen[0]: value}

    reading = read(signed(octets=append_revision(base(), add)))

    assert ("", "pass") == (reading.uninspectable, reading.facts.signatures[0].outcome.value)


def test_encryption_to_certificates_is_encryption():
    """A file nobody but its addressee can open is encrypted, not broken."""
    filler = b"<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4/CF<</DefaultCryptFilter<</CFM/AESV2>>>>>>"

    def add(pdf):
        return {pdf.make_indirect(Dictionary()).objgen[0]: filler}

    octets = append_revision(base(), add)
    place = octets.rindex(b"/Root")
    octets = octets[:place] + b"/Encrypt %d 0 R " % number_of(octets, filler) + octets[place:]
    reading = read(octets)

    assert ("encrypted", True) == (reading.uninspectable, reading.facts.is_encrypted)


def number_of(octets, body):
    """Find the number of the object with this body."""
    return int(octets[: octets.index(body)].rstrip().rsplit(b"\n", 1)[-1].split()[0])


def test_signature_outside_the_form_is_noticed():
    """A signature dictionary that no field holds: no viewer lists it, and it verifies nothing."""

    def hide(pdf):
        pdf.Root.AcroForm = Dictionary(Fields=Array())
        return changed(pdf.Root)

    reading = read(append_revision(one(), hide))

    assert ((), 1) == (reading.facts.signatures, reading.facts.stray_signatures)
    assert 0 == read(one()).facts.stray_signatures


def test_signature_of_a_removed_field_is_noticed():
    """The clerk's field emptied again: the dictionary is still there."""

    def empty(pdf):
        field = pdf.Root.AcroForm.Fields[0]
        del field.V
        return changed(field)

    facts = read(append_revision(one(), empty)).facts

    assert (1, 1, ()) == (facts.stray_signatures, facts.unsigned_signature_fields, facts.signatures)


def test_text_that_speaks_of_ranges_is_no_signature():
    """A string with the key in it."""

    def write(pdf):
        pdf.docinfo["/Subject"] = "/ByteRange [0 1 2 3]"

    assert 0 == read(edited(write)).facts.stray_signatures


def test_direct_value_of_a_field_is_in_the_form():
    """The signature dictionary written into the field itself."""

    def write(pdf):
        value = Dictionary(Type=Name.Sig, SubFilter=Name("/adbe.pkcs7.detached"), Contents=String("x"))
        value.ByteRange = Array([0, 1, 2, 3])
        field = pdf.make_indirect(Dictionary(FT=Name.Sig, T=String("f"), V=value))
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    facts = read(edited(write)).facts

    assert (1, 0) == (len(facts.signatures), facts.stray_signatures)


def test_usage_rights_are_no_signature_of_a_signer():
    """/UR3: a software maker's, to unlock functions of a viewer; it is named and vouches for nobody."""

    def write(pdf):
        value = Dictionary(Type=Name.Sig, SubFilter=Name("/adbe.pkcs7.detached"), Contents=String("x"))
        value.ByteRange = Array([0, 1, 2, 3])
        pdf.Root.Perms = Dictionary(UR3=pdf.make_indirect(value))

    facts = read(edited(write)).facts

    assert (True, 0, ()) == (facts.has_usage_rights, facts.stray_signatures, facts.signatures)


def test_two_fields_with_one_value_are_one_signature():
    """The same signature shown twice is not two signers."""

    def share(pdf):
        first = pdf.Root.AcroForm.Fields[0]
        second = pdf.make_indirect(Dictionary(FT=Name.Sig, T=String("Hai"), V=first.V))
        pdf.Root.AcroForm.Fields.append(second)
        return changed(pdf.Root, second)

    structure = read_structure(append_revision(one(), share), DEFAULT_BUDGET)

    assert 1 == len(structure.signatures)


def test_version_of_the_catalog_counts():
    """Incremental updates raise the version in the catalog only; a header of 1.3 says nothing then."""
    octets = edited(lambda pdf: pdf.Root.__setitem__("/Version", Name("/1.7"))).replace(b"%PDF-1.7", b"%PDF-1.3")

    assert "1.7" == read(octets).facts.version


def test_plain_signature_is_untouched_by_all_that():
    """The counter-example."""
    assert ("pass", "") == ending(one())
    assert not facts_of(one()).is_timestamp
