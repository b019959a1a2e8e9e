"""Attacks on the CMS of a signature: attributes, algorithms, signers, and octets around it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives.asymmetric import rsa

from gateway.demo.cms_maker import CmsPlan, build_cms, build_token, sign_octets
from tests.corpus.signed_case import CMS, ISO, PADES, PKIX, TSP, VIETNAM, Case, all_of
from tests.corpus.signed_keys import SIGNED, agency, altered, person, pki, rsa_key, stranger
from tests.corpus.signed_paper import HOLE, WIDE, cms_in, signed, with_contents

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.demo.pki import Identity

PLAN = CmsPlan(signing_time=SIGNED)
NO_FORMAT = ("Van thu permerror FORMAT_FAILURE",)
SOUND = ("Van thu pass",)
BROKEN = ("Van thu fail SIG_CRYPTO_FAILURE",)
WEAK = ("Van thu permerror CRYPTO_CONSTRAINTS_FAILURE",)
BLEICHENBACHER = "low exponent forgery"
LAMPS = "signed attributes draft"


def rebuilt(
    edit: Callable[[Any, Any], None], *, plan: CmsPlan = PLAN, identity: Identity | None = None, signs: bool = True,
    hole: bytes = HOLE,
) -> bytes:  # fmt: skip
    """Sign with a CMS that `edit(signer info, signed data)` changed; its attributes are signed again when `signs`."""
    who = identity or agency()

    def make(document: bytes) -> bytes:
        information = cms.ContentInfo.load(build_cms(document, who, plan))
        data = information["content"]
        info = data["signer_infos"][0]
        edit(info, data)
        if signs:
            attributes = cms.CMSAttributes(list(info["signed_attrs"]))
            info["signed_attrs"] = attributes
            info["signature"] = sign_octets(attributes.untag().dump(force=True), who, plan.digest, plan.scheme)
        octets: bytes = information.dump(force=True)
        return octets

    return signed(cms=make, hole=hole).octets


def planned(**changes: Any) -> bytes:
    """Sign by a plan."""
    who = changes.pop("identity", None)
    return signed(identity=who, plan=replace(PLAN, **changes), hole=WIDE).octets


def with_attribute(name: str, *values: Any) -> bytes:
    """Sign one attribute more, or in the place of one that is there."""

    def edit(info: Any, _data: Any) -> None:
        kept = [one for one in info["signed_attrs"] if one["type"].native != name]
        more = [cms.CMSAttribute({"type": name, "values": list(values)})] if values else []
        info["signed_attrs"] = cms.CMSAttributes([*kept, *more])

    return rebuilt(edit)


def repeated(name: str, other: Any) -> bytes:
    """Sign an attribute that is there a second time, with another value first."""

    def edit(info: Any, _data: Any) -> None:
        more = cms.CMSAttribute({"type": name, "values": [other]})
        info["signed_attrs"] = cms.CMSAttributes([more, *info["signed_attrs"]])

    return rebuilt(edit)


def with_octets(change: Callable[[bytes], bytes]) -> bytes:
    """Change the encoded CMS."""
    return signed(cms=lambda document: change(build_cms(document, agency(), PLAN))).octets


def low_exponent() -> bytes:
    """Forge a PKCS#1 v1.5 signature without the private key: e = 3, garbage after the digest."""
    key = rsa_key("cube", exponent=3)
    who = _with_key("cube", key)

    def edit(info: Any, _data: Any) -> None:
        body = info["signed_attrs"].untag().dump(force=True)
        start = b"\x00\x01" + b"\xff" * 8 + b"\x00" + _DIGEST_INFO + hashlib.sha256(body).digest()
        target = int.from_bytes(start.ljust(256, b"\xff"), "big")
        info["signature"] = _cube_root(target).to_bytes(256, "big")

    return rebuilt(edit, identity=who, signs=False)


_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def _cube_root(number: int) -> int:
    low, high = 0, 1 << (number.bit_length() // 3 + 2)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle - 1)
    return low


def _with_key(name: str, key: rsa.RSAPrivateKey) -> Identity:
    made = pki()
    keys = made.make_key
    made.make_key = lambda _name, _kind: key
    try:
        return made.leaf(name, kind="rsa")
    finally:
        made.make_key = keys


def exponent_one() -> bytes:
    """A certificate whose exponent is 1: every padded digest is its own signature."""
    key = rsa_key("cube", exponent=3)
    number = key.public_key().public_numbers().n

    def edit(body: Any) -> None:
        body["subject_public_key_info"]["public_key"] = {"modulus": number, "public_exponent": 1}

    who = altered(_with_key("one", key), edit)

    def change(info: Any, data: Any) -> None:
        body = info["signed_attrs"].untag().dump(force=True)
        end = b"\x00" + _DIGEST_INFO + hashlib.sha256(body).digest()
        info["signature"] = b"\x00\x01" + b"\xff" * (256 - 2 - len(end)) + end
        data["certificates"] = [x509.Certificate.load(who.der)]

    return rebuilt(change, identity=_with_key("one", key), signs=False)


def zero_signature() -> bytes:
    """R = s = 0: accepted by a verifier that forgot to look."""

    def edit(info: Any, _data: Any) -> None:
        info["signature"] = algos.DSASignature({"r": 0, "s": 0}).dump()

    return rebuilt(edit, signs=False)


def other_algorithm(digest: str | None, scheme: str | None) -> bytes:
    """Name another digest or signature algorithm than was used."""

    def edit(info: Any, _data: Any) -> None:
        if digest:
            info["digest_algorithm"] = {"algorithm": digest}
        if scheme:
            info["signature_algorithm"] = {"algorithm": scheme}

    return rebuilt(edit, signs=False)


def same_key(*, is_bound: bool) -> bytes:
    """The certificate exchanged for another of the same key and another name."""
    own = agency()
    body = altered(own, lambda tbs: tbs.__setitem__("serial_number", 4711))
    named = altered(
        body,
        lambda tbs: tbs.__setitem__("subject", x509.Name.build({"country_name": "VN", "organization_name": "SỞ B"})),
    )
    certificate = x509.Certificate.load(named.der)

    def edit(info: Any, data: Any) -> None:
        data["certificates"] = [certificate]
        identifier = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        info["sid"] = cms.SignerIdentifier({"issuer_and_serial_number": identifier})

    return rebuilt(edit, plan=replace(PLAN, is_cades=is_bound), signs=False)


def twin(*, with_own: bool) -> bytes:
    """A stranger's certificate of the agency's issuer and serial, signed by the stranger; beside the agency's own."""
    own, foreign = agency(), stranger()
    certificate = x509.Certificate.load(own.der)

    def edit(body: Any) -> None:
        body["issuer"] = certificate.issuer
        body["serial_number"] = certificate.serial_number
        body["subject"] = certificate.subject

    fake = altered(foreign, edit)

    def change(info: Any, data: Any) -> None:
        data["certificates"] = [x509.Certificate.load(fake.der), *([certificate] if with_own else [])]
        identifier = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        info["sid"] = cms.SignerIdentifier({"issuer_and_serial_number": identifier})

    return rebuilt(change, identity=fake, hole=WIDE)


def key_identifier() -> bytes:
    """The signer named by the identifier of the key."""
    certificate = x509.Certificate.load(agency().der)

    def edit(info: Any, _data: Any) -> None:
        info["version"] = "v3"
        info["sid"] = cms.SignerIdentifier({"subject_key_identifier": certificate.key_identifier})

    return rebuilt(edit)


def two_signers(*, stranger_first: bool) -> bytes:
    """The agency's genuine SignerInfo, and one of a stranger beside it."""

    def make(document: bytes) -> bytes:
        information = cms.ContentInfo.load(build_cms(document, agency(), PLAN))
        other = cms.ContentInfo.load(build_cms(document, stranger(), PLAN))["content"]
        data = information["content"]
        infos = [other["signer_infos"][0], data["signer_infos"][0]]
        data["signer_infos"] = infos if stranger_first else infos[::-1]
        data["certificates"] = [*data["certificates"], *other["certificates"]]
        octets: bytes = information.dump(force=True)
        return octets

    return signed(cms=make, hole=WIDE).octets


def no_signers() -> bytes:
    """Certificates only."""

    def make(document: bytes) -> bytes:
        information = cms.ContentInfo.load(build_cms(document, agency(), PLAN))
        information["content"]["signer_infos"] = []
        octets: bytes = information.dump(force=True)
        return octets

    return signed(cms=make).octets


def holding(content: bytes | None) -> bytes:
    """A detached signature that holds content all the same: the document's own (None) or another's."""

    def make(document: bytes) -> bytes:
        information = cms.ContentInfo.load(build_cms(document, agency(), PLAN))
        information["content"]["encap_content_info"]["content"] = document[:20] if content is None else content
        octets: bytes = information.dump(force=True)
        return octets

    return signed(cms=make).octets


def other_content_type(kind: str) -> bytes:
    """The outer structure says it is something else."""

    def make(document: bytes) -> bytes:
        octets = build_cms(document, agency(), PLAN)
        own, other = (cms.ContentType(one).dump() for one in ("signed_data", kind))
        assert len(own) == len(other)
        return octets.replace(own, other, 1)

    return signed(cms=make).octets


def attributes_as_content() -> bytes:
    """What was signed as attributes shown as content: a signature without attributes over their octets."""

    def make(document: bytes) -> bytes:
        information = cms.ContentInfo.load(build_cms(document, agency(), PLAN))
        data = information["content"]
        info = data["signer_infos"][0]
        content = info["signed_attrs"].untag().dump(force=True)
        bare = cms.SignerInfo(
            {key: info[key] for key in ("version", "sid", "digest_algorithm", "signature_algorithm", "signature")}
        )
        data["signer_infos"] = [bare]
        data["encap_content_info"]["content"] = content
        octets: bytes = information.dump(force=True)
        return octets

    return signed(cms=make).octets


def indefinite(octets: bytes) -> bytes:
    """Encode the outermost element with indefinite length (BER)."""
    assert octets[:2] == b"\x30\x82"
    return b"\x30\x80" + octets[4:] + b"\x00\x00"


def long_lengths(octets: bytes) -> bytes:
    """Encode the outermost length in more octets than needed."""
    return b"\x30\x84\x00\x00" + octets[2:]


def token_as_signature() -> bytes:
    """A time-stamp token in the place of a signature."""
    return signed(cms=lambda document: build_token(document, pki().time_stamper(), SIGNED)).octets


def pss(salt: int) -> bytes:
    """RSASSA-PSS by its definition (RFC 8017 section 9.1.1) with a salt of zeros, for the same octets each time."""
    who = pki().agency()
    assert isinstance(who.key, rsa.RSAPrivateKey)
    numbers = who.key.private_numbers()

    def edit(info: Any, _data: Any) -> None:
        info["signature_algorithm"] = {
            "algorithm": "rsassa_pss",
            "parameters": {
                "hash_algorithm": {"algorithm": "sha256"},
                "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": "sha256"}},
                "salt_length": salt,
            },
        }
        body = info["signed_attrs"].untag().dump(force=True)
        code = _pss_code(hashlib.sha256(body).digest(), bytes(salt))
        signature = pow(int.from_bytes(code, "big"), numbers.d, numbers.public_numbers.n)
        info["signature"] = signature.to_bytes(256, "big")

    return rebuilt(edit, identity=who, signs=False, hole=WIDE)


def _pss_code(digest: bytes, salt: bytes) -> bytes:
    hashed = hashlib.sha256(bytes(8) + digest + salt).digest()
    block = bytes(256 - 32 - 2 - len(salt)) + b"\x01" + salt
    mask = b"".join(hashlib.sha256(hashed + count.to_bytes(4, "big")).digest() for count in range(8))[: len(block)]
    masked = bytes(left ^ right for left, right in zip(block, mask, strict=True))
    return bytes([masked[0] & 0x7F]) + masked[1:] + hashed + b"\xbc"


def grafted() -> bytes:
    """The CMS of another document of the same agency."""
    other = signed(plan=replace(PLAN, signing_time=SIGNED.replace(hour=6)), name="Khac")
    return with_contents(signed().octets, cms_in(other.octets).rstrip(b"\x00"))


def unsigned_attribute() -> bytes:
    """An attribute nobody signed: legal, and to be left alone."""

    def edit(info: Any, _data: Any) -> None:
        other = cms.CMSAttribute({"type": "1.2.3.4.5", "values": [core.Null()]})
        info["unsigned_attrs"] = cms.CMSAttributes([other])

    return rebuilt(edit)


def bound(*hashes: bytes, is_old: bool = False) -> bytes:
    """ESS signing-certificate with these hashes."""
    if is_old:
        value: Any = tsp.SigningCertificate({"certs": [{"cert_hash": one} for one in hashes]})
        return with_attribute("signing_certificate", value)
    certs = [{"hash_algorithm": {"algorithm": "sha256"}, "cert_hash": one} for one in hashes]
    return with_attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": certs}))


def own_hash(name: str = "sha256") -> bytes:
    """Hash of the agency's certificate."""
    return hashlib.new(name, agency().der).digest()


UTC_TIME = cms.Time({"utc_time": SIGNED.replace(year=2020)})


CASES = all_of(
    Case(
        "cms_without_attributes",
        lambda: planned(has_signed_attributes=False),
        CMS,
        "could be cut from another protocol: its content might be attributes (section 5.4)",
        NO_FORMAT,
    ),
    Case(
        "cms_attributes_as_content",
        attributes_as_content,
        LAMPS,
        "signed attributes of one message shown as the content of another",
        NO_FORMAT,
    ),
    Case("cms_no_signers", no_signers, CMS, "certificates only: nobody signed", NO_FORMAT),
    Case(
        "cms_two_signers",
        lambda: two_signers(stranger_first=False),
        ISO,
        "one signer only (12.8.3.3.1): which is meant is open",
        NO_FORMAT,
    ),
    Case("cms_two_signers_stranger_first", lambda: two_signers(stranger_first=True), ISO, "as above", NO_FORMAT),
    Case(
        "cms_holds_content",
        lambda: holding(b"another document"),
        ISO,
        "no data in a detached signature (12.8.3.3.1)",
        NO_FORMAT,
    ),
    Case("cms_holds_own_content", lambda: holding(None), ISO, "as above", NO_FORMAT),
    Case(
        "cms_content_type_missing",
        lambda: with_attribute("content_type"),
        CMS,
        "the attribute must be there (section 5.3)",
        NO_FORMAT,
    ),
    Case(
        "cms_content_type_differs",
        lambda: with_attribute("content_type", "tst_info"),
        CMS,
        "signed as something else (section 5.3)",
        NO_FORMAT,
    ),
    Case(
        "cms_content_type_twice",
        lambda: with_attribute("content_type", "data", "data"),
        CMS,
        "exactly one value (section 11.1)",
        NO_FORMAT,
    ),
    Case(
        "cms_digest_missing",
        lambda: with_attribute("message_digest"),
        CMS,
        "nothing ties the signature to the document",
        NO_FORMAT,
    ),
    Case(
        "cms_digest_twice",
        lambda: repeated("message_digest", bytes(32)),
        CMS,
        "an attribute occurs once (section 5.3)",
        NO_FORMAT,
    ),
    Case(
        "cms_digest_two_values",
        lambda: with_attribute("message_digest", bytes(32), bytes(32)),
        CMS,
        "one value (section 11.2)",
        NO_FORMAT,
    ),
    Case(
        "cms_digest_empty",
        lambda: with_attribute("message_digest", b""),
        CMS,
        "no digest is the document's",
        ("Van thu fail HASH_FAILURE",),
    ),
    Case(
        "cms_digest_of_another",
        lambda: planned(message_digest=bytes(32)),
        CMS,
        "a signature over another document",
        ("Van thu fail HASH_FAILURE",),
    ),
    Case(
        "cms_of_another_document", grafted, CMS, "a genuine CMS put into another file", ("Van thu fail HASH_FAILURE",)
    ),
    Case("cms_time_twice", lambda: repeated("signing_time", UTC_TIME), CMS, "an attribute occurs once", NO_FORMAT),
    Case(
        "cms_digest_algorithm_differs",
        lambda: other_algorithm("sha512", None),
        CMS,
        "named SHA-512, made with SHA-256: readers differ on which holds",
        ("Van thu permerror GENERIC",),
    ),
    Case(
        "cms_signature_algorithm_differs",
        lambda: other_algorithm(None, "sha512_ecdsa"),
        CMS,
        "the signature names another digest than the message (section 5.4)",
        BROKEN,
    ),
    Case(
        "cms_signature_algorithm_of_rsa",
        lambda: other_algorithm(None, "rsassa_pkcs1v15"),
        CMS,
        "RSA named, the key is elliptic",
        BROKEN,
    ),
    Case("cms_sha1", lambda: planned(digest="sha1"), VIETNAM, "SHA-256 or stronger (Circular 15/2025)", WEAK),
    Case(
        "cms_rsa_1024",
        lambda: planned(identity=pki().leaf("short", kind="rsa-1024")),
        VIETNAM,
        "RSA of 2048 bits or more",
        ("Van thu permerror CRYPTO_CONSTRAINTS_FAILURE",),
    ),
    Case(
        "cms_octets_behind",
        lambda: with_octets(lambda octets: octets + b"\xde\xad\xbe\xef"),
        CMS,
        "octets in /Contents that belong to nothing",
        NO_FORMAT,
    ),
    Case(
        "cms_another_behind",
        lambda: with_octets(lambda octets: octets + b"\x30\x03\x02\x01\x01"),
        CMS,
        "a second structure in /Contents",
        NO_FORMAT,
    ),
    Case(
        "cms_cut",
        lambda: with_octets(lambda octets: octets[:-40]),
        CMS,
        "the zero padding takes the place of its last octets: a broken signature",
        BROKEN,
    ),
    Case("cms_enveloped", lambda: other_content_type("enveloped_data"), CMS, "not SignedData", NO_FORMAT),
    Case(
        "cms_exponent_three",
        low_exponent,
        BLEICHENBACHER,
        "a signature computed without the key: octets after the digest must not be there",
        BROKEN,
    ),
    Case(
        "cms_exponent_one",
        exponent_one,
        PKIX,
        "with exponent 1 everybody signs",
        ("Van thu permerror NO_SIGNING_CERTIFICATE_FOUND",),
    ),
    Case("cms_zero_signature", zero_signature, "psychic signatures", "r = s = 0 is no signature", BROKEN),
    Case(
        "cms_certificate_exchanged",
        lambda: same_key(is_bound=True),
        CMS,
        "ESS names another certificate of the same key",
        ("Van thu permerror NO_SIGNING_CERTIFICATE_FOUND",),
    ),
    Case(
        "cms_certificate_exchanged_unbound",
        lambda: same_key(is_bound=False),
        CMS,
        "without ESS nothing tells two certificates of one key apart: the one shown is named, and it is not the agency's",
        SOUND,
        claims=({"signer_organisation": "SỞ B", "is_certificate_bound": None},),
    ),
    Case(
        "cms_twin",
        lambda: twin(with_own=False),
        PKIX,
        "a certificate of the same issuer name and serial, from nobody",
        ("Van thu permerror NO_CERTIFICATE_CHAIN_FOUND",),
    ),
    Case(
        "cms_twin_beside_own",
        lambda: twin(with_own=True),
        PKIX,
        "as above, the genuine one beside it: whichever is taken, nothing passes",
        BROKEN,
    ),
    Case(
        "cms_bound_wrongly",
        lambda: planned(is_cades=True, certificate_hash=bytes(32)),
        CMS,
        "ESS names a certificate that is not there",
        ("Van thu permerror NO_SIGNING_CERTIFICATE_FOUND",),
    ),
    Case(
        "cms_bound_to_second",
        lambda: bound(bytes(32), own_hash()),
        CMS,
        "the first certificate of ESS is the signer's (RFC 5035 section 3)",
        ("Van thu permerror NO_SIGNING_CERTIFICATE_FOUND",),
    ),
    Case(
        "cms_sid_of_another",
        lambda: rebuilt(lambda info, _data: info["sid"].chosen.__setitem__("serial_number", 99), signs=False),
        CMS,
        "no certificate bears that serial",
        ("Van thu permerror NO_SIGNING_CERTIFICATE_FOUND",),
    ),
    Case(
        "cms_without_certificate",
        lambda: rebuilt(lambda _info, data: data.__setitem__("certificates", [x509.Certificate.load(person().der)])),
        CMS,
        "the signer's certificate is not there",
        ("Van thu permerror NO_SIGNING_CERTIFICATE_FOUND",),
    ),
    Case(
        "cms_pkcs7_sha1",
        lambda: signed(sub_filter="adbe.pkcs7.sha1", plan=replace(PLAN, holds_digest=True)).octets,
        ISO,
        "the document is bound by SHA-1 only",
        WEAK,
    ),
    Case(
        "cms_pkcs7_sha1_of_another",
        lambda: (
            signed(
                sub_filter="adbe.pkcs7.sha1",
                cms=lambda _document: build_cms(b"another", agency(), replace(PLAN, holds_digest=True)),
            ).octets
        ),
        ISO,
        "the digest it holds is another document's",
        ("Van thu fail HASH_FAILURE",),
    ),
    Case(
        "cms_x509_rsa",
        lambda: signed(sub_filter="adbe.x509.rsa_sha1").octets,
        ISO,
        "withdrawn, and not verified here: named, never passed",
        ("Van thu permerror GENERIC",),
    ),
    Case("cms_token_as_signature", token_as_signature, TSP, "a time-stamp token says when, not who", NO_FORMAT),
    Case(
        "cms_timestamp_alone",
        lambda: (
            signed(
                identity=pki().time_stamper(),
                sub_filter="ETSI.RFC3161",
                plan=CmsPlan(stamp_time=SIGNED),
                name="Dau",
                value=b"<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/%(filter)b%(more)b/ByteRange %(range)b/Contents %(hole)b>>",
            ).octets
        ),
        TSP,
        "a document time-stamp holds and is nobody's signature",
        ("Dau pass",),
        claims=({"is_timestamp": True},),
    ),
    Case(
        "cms_key_identifier",
        key_identifier,
        CMS,
        "the signer may be named by key identifier (section 5.3): sound",
        SOUND,
    ),
    Case(
        "cms_bound_by_sha1",
        lambda: bound(own_hash("sha1"), is_old=True),
        PADES,
        "ESS of the first version, as PAdES part 2 has it: sound",
        SOUND,
    ),
    Case("cms_unsigned_attribute", unsigned_attribute, CMS, "an unsigned attribute takes nothing away: sound", SOUND),
    Case("cms_indefinite_length", lambda: with_octets(indefinite), CMS, "BER is allowed (section 2): sound", SOUND),
    Case("cms_long_length", lambda: with_octets(long_lengths), CMS, "BER is allowed: sound", SOUND),
    Case("cms_pss", lambda: pss(32), VIETNAM, "RSASSA-PSS as Circular 15/2025 prescribes: sound", SOUND),
    Case("cms_pss_without_salt", lambda: pss(0), CMS, "a salt may be empty (RFC 8017 section 9.1): sound", SOUND),
    Case("cms_sha512", lambda: planned(digest="sha512"), VIETNAM, "stronger than asked: sound", SOUND),
)
