"""Odd but honest forms of signed PDFs: names, attributes, purposes and tables as some tool writes them."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pikepdf
import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import structs

from gateway.demo.pki import Identity, _key, _key_usage
from gateway.demo.signing import add_security_store
from gateway.read.cms.ber import wrap
from gateway.values.evidence import Outcome
from gateway.values.trust import Anchor
from tests.support.odd_cms import odd_cms, with_contents
from tests.support.signed_pdfs import AT, base, ending, facts_of, one, pki, read, signed, trust

POLICY, POLICY_ATTRIBUTE = "2.16.704.1.1.1.99", "1.2.840.113549.1.9.16.2.15"


def test_signature_policy_attribute_is_read_over():
    """A policy identifier (ETSI EN 319 122-1 section 5.2.9) binds the signer; it decides nothing here."""
    identifier = core.ObjectIdentifier(POLICY).dump()
    digest = wrap(0x30, wrap(0x30, core.ObjectIdentifier("2.16.840.1.101.3.4.2.1").dump()), wrap(0x04, bytes(32)))
    policy = asn1_cms.CMSAttribute.load(
        wrap(0x30, core.ObjectIdentifier(POLICY_ATTRIBUTE).dump(), wrap(0x31, wrap(0x30, identifier, digest)))
    )

    octets = with_contents(lambda document: odd_cms(document, pki().agency(), attributes=(policy,)))

    assert ("pass", "") == ending(octets)


def test_signer_named_by_key_identifier():
    """A SignerInfo of version 3 names the certificate by its subject key identifier (RFC 5652 section 5.3)."""
    identifier = x509.SubjectKeyIdentifier.from_public_key(pki().agency().key.public_key()).digest
    named = with_contents(lambda document: odd_cms(document, pki().agency(), key_identifier=identifier))
    other = with_contents(lambda document: odd_cms(document, pki().agency(), key_identifier=bytes(20)))

    assert ("pass", "") == ending(named)
    assert ("permerror", "NO_SIGNING_CERTIFICATE_FOUND") == ending(other)


def ascii_authority() -> tuple[Identity, Identity, Identity]:
    """Root, sub-CA and leaf whose names are ASCII throughout."""
    made = pki()

    def named(text: str) -> x509.Name:
        pairs = [(NameOID.COUNTRY_NAME, "VN"), (NameOID.ORGANIZATION_NAME, "Co quan"), (NameOID.COMMON_NAME, text)]
        return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])

    root = made._authority("ascii root", named("Co quan chung thuc so"), None)
    sub = made._authority("ascii sub", named("Co quan chung thuc so cap duoi"), root)
    key = _key("ascii leaf", "rsa")
    builder = made._builder("ascii leaf", made.agency().certificate.subject, sub, key, (-10, 10))
    builder = builder.add_extension(_key_usage(is_authority=False), critical=True)
    return root, sub, Identity(builder.sign(sub.key, SHA256()), key, (sub, root))


def test_names_in_another_string_type_are_the_same_names():
    """The signer identifier writes PrintableString where the certificate has UTF8String (RFC 5280 section 7.1)."""
    root, sub, leaf = ascii_authority()
    lists = (pki()._crl(root, [], (-1, 30)), pki()._crl(sub, [], (-1, 30)))
    snapshot = structs.replace(
        trust(), generation="ascii", anchors=(Anchor(root.der, "official"),), intermediates_der=(sub.der,),
        crls_der=lists,
    )  # fmt: skip

    name = leaf.certificate.issuer.public_bytes()
    printable = name.replace(b"\x0c", b"\x13")

    def make(document: bytes) -> bytes:
        head, found, tail = odd_cms(document, leaf).rpartition(name)
        assert found
        return head + printable + tail

    octets = with_contents(make)
    assert printable not in leaf.der

    assert ("pass", "") == ending(octets, snapshot)


def test_a_sub_authority_is_no_anchor_that_vouches_for_lists():
    """Pinned instead of its root, a sub-CA has no list of a higher authority: its own still answers for its leaves."""
    made = pki()
    anchors = (Anchor(made.subs["official"].der, "official"),)
    snapshot = structs.replace(trust(), generation="sub as root", anchors=anchors, intermediates_der=())
    bare = structs.replace(snapshot, generation="sub as root, no list", crls_der=trust().crls_der[:1])

    assert ("pass", "") == ending(one(), snapshot)
    assert ("temperror", "TRY_LATER") == ending(one(), bare)
    assert ("fail", "REVOKED") == ending(signed(made.leaf("revoked")), snapshot)


def list_with(extension: x509.ExtensionType | None, *, is_critical: bool) -> bytes:
    """The list of the official sub-CA with one more extension."""
    issuer = pki().subs["official"]
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(AT.replace(hour=1)).next_update(AT.replace(hour=23))
    if extension is not None:
        builder = builder.add_extension(extension, critical=is_critical)
    return builder.sign(issuer.key, SHA256()).public_bytes(Encoding.DER)


UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")


@pytest.mark.parametrize(
    ("extension", "is_critical", "expected"),
    [
        (None, False, "pass"),
        (UNKNOWN, False, "pass"),
        (UNKNOWN, True, "temperror"),
        (x509.DeltaCRLIndicator(1), True, "temperror"),
    ],
    ids=["plain", "unknown", "critical unknown", "delta"],
)
def test_list_with_a_critical_extension_nobody_knows_is_no_list(extension, is_critical, expected):
    """It may not cover what it seems to (RFC 5280 section 5.2): without another list the answer is unknown."""
    lists = (trust().crls_der[0], list_with(extension, is_critical=is_critical))
    snapshot = structs.replace(trust(), generation=f"list {extension} {is_critical}", crls_der=lists)

    assert expected == facts_of(one(), snapshot).outcome.value


@pytest.mark.parametrize(
    ("purposes", "source"),
    [
        ((ExtendedKeyUsageOID.TIME_STAMPING,), "timestamp"),
        ((ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CLIENT_AUTH), "claimed"),
        ((ExtendedKeyUsageOID.CLIENT_AUTH,), "claimed"),
        ((), "claimed"),
    ],
)
def test_a_token_needs_a_certificate_for_nothing_but_time(purposes, source):
    """RFC 3161 section 2.3: exactly the one purpose, or the token proves nothing."""
    issuer, key = pki().subs["official"], _key("odd tsa", "ec")
    subject = pki().time_stamper().certificate.subject
    builder = pki()._builder(f"odd tsa {len(purposes)} {source}", subject, issuer, key, (-100, 100))
    builder = builder.add_extension(_key_usage(is_authority=False), critical=True)
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(purposes)), critical=True)
    stamper = Identity(builder.sign(issuer.key, SHA256()), key, (issuer, pki().roots["official"]))

    assert source == facts_of(signed(stamper=stamper, stamp_time=AT)).signing_time_source


def test_a_token_older_than_the_certificate_proves_the_signature_false():
    """Time-stamped before the signer's certificate began: no clock explains that (EN 319 102-1 section 5.5.4)."""
    begun = pki().leaf("begun", days=(-5, 100))
    stamped = signed(begun, stamper=pki().time_stamper(), stamp_time=AT.replace(day=10))

    assert ("fail", "NOT_YET_VALID") == ending(stamped)


def hybrid(octets: bytes, number: int, body: bytes) -> bytes:
    """Append a hybrid revision: an object that only readers of cross-reference streams see (ISO 32000-1 7.5.8.4)."""
    previous = int(octets[octets.rindex(b"startxref") + 9 :].split()[0])
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        root, size = pdf.Root.objgen[0], int(pdf.trailer["/Size"])
    out = bytearray(octets)
    hidden = len(out)
    out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    stream_at, stream = len(out), size + 1
    entries = b"\x01" + hidden.to_bytes(4, "big") + b"\x00"
    head = b"<< /Type /XRef /Size %d /W [1 4 1] /Index [%d 1] /Length %d >>" % (stream + 1, number, len(entries))
    out += b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (stream, head, entries)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size %d /Prev %d /Root %d 0 R /XRefStm %d >>\n" % (
        stream + 1, previous, root, stream_at,
    )  # fmt: skip
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def test_signed_file_with_a_hybrid_table_passes():
    """The table was hybrid before anybody signed; the signature covers it all."""
    with pikepdf.open(io.BytesIO(base())) as pdf:
        number = int(pdf.trailer["/Size"])

    assert ("pass", "") == ending(signed(octets=hybrid(base(), number, b"<< /Hidden true >>")))


def test_hybrid_revision_after_signing_is_seen():
    """A page content put in place by a table that only some readers follow: intact, and never a pass."""
    with pikepdf.open(io.BytesIO(one())) as pdf:
        contents = pdf.pages[0].obj.Contents
        number = (contents[0] if isinstance(contents, pikepdf.Array) else contents).objgen[0]
    octets = hybrid(one(), number, b"<< /Length 5 >>\nstream\nBT ET\nendstream")
    facts = facts_of(octets)

    assert (True, False) == (facts.is_intact, facts.covers_whole_file)
    assert Outcome.PERMERROR is facts.outcome


def test_store_after_a_signature_of_another_sub_filter_keeps_its_word():
    """`ETSI.CAdES.detached` with a security store behind it, as long-term forms are made."""
    octets = add_security_store(signed(sub_filter="ETSI.CAdES.detached", is_cades=True), crls=pki().crls())
    (facts,) = read(octets).facts.signatures

    assert ("lta", Outcome.PASS, True) == (facts.modification, facts.outcome, facts.is_certificate_bound)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (x509.ReasonFlags.certificate_hold, ("temperror", "TRY_LATER")),
        (x509.ReasonFlags.key_compromise, ("fail", "REVOKED")),
    ],
)
def test_a_certificate_on_hold_waits(reason, expected):
    """What may be taken back is not known for good; a revocation is."""
    issuer, leaf = pki().subs["official"], pki().leaf("held")
    entry = x509.RevokedCertificateBuilder().serial_number(leaf.certificate.serial_number)
    entry = entry.revocation_date(AT.replace(day=10)).add_extension(x509.CRLReason(reason), critical=False)
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(AT.replace(hour=1)).next_update(AT.replace(hour=23))
    made = builder.add_revoked_certificate(entry.build()).sign(issuer.key, SHA256()).public_bytes(Encoding.DER)
    lists = (trust().crls_der[0], made)
    snapshot = structs.replace(trust(), generation=f"held {reason}", crls_der=lists)

    assert expected == ending(signed(leaf), snapshot)


def stamped(octets: bytes, when: datetime, stamper: Identity | None = None, name: str = "Dau") -> bytes:
    """Add a document timestamp."""
    made = stamper or pki().time_stamper()
    return signed(made, octets, stamp_time=when, sub_filter="ETSI.RFC3161", field_name=name, reserve_octets=8192)


def test_a_document_timestamp_proves_the_time_of_what_it_covers():
    """Signed without a token by a certificate that has run out since: a later document timestamp saves it."""
    when = AT - timedelta(days=40)
    bare = signed(pki().expired(), signing_time=when - timedelta(days=1))
    late = read(stamped(bare, AT - timedelta(days=5))).facts.signatures[0]
    first, stamp = read(stamped(bare, when)).facts.signatures

    assert ("permerror", "OUT_OF_BOUNDS_NO_POE") == ending(bare)
    assert (Outcome.PASS, "timestamp") == (first.outcome, first.signing_time_source)
    assert (when.isoformat(), Outcome.PASS) == (first.signing_time, stamp.outcome)
    assert Outcome.PERMERROR is late.outcome


def test_a_document_timestamp_that_does_not_hold_proves_nothing():
    """Made by nobody we know."""
    when = AT - timedelta(days=40)
    bare = signed(pki().expired(), signing_time=when - timedelta(days=1))
    first, _ = read(stamped(bare, when, pki().time_stamper("foreign"))).facts.signatures

    assert (Outcome.PERMERROR, "claimed") == (first.outcome, first.signing_time_source)


def test_a_document_timestamp_outlives_its_certificate_under_another():
    """Whoever holds the key of an expired authority can put back its clock; a later timestamp says it was there."""
    issuer, key = pki().subs["official"], _key("old tsa", "ec")
    builder = pki()._builder("old tsa", pki().time_stamper().certificate.subject, issuer, key, (-900, -20))
    builder = builder.add_extension(_key_usage(is_authority=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    old = Identity(builder.sign(issuer.key, SHA256()), key, (issuer, pki().roots["official"]))
    first = stamped(one(), AT - timedelta(days=40), old)
    both = stamped(first, AT - timedelta(days=30), name="Dau 2")

    assert "OUT_OF_BOUNDS_NO_POE" == read(first).facts.signatures[1].sub_indication
    assert [Outcome.PASS] * 2 == [each.outcome for each in read(both).facts.signatures[1:]]
