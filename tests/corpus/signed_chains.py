"""Attacks on certificates, revocation and time: who signed, by whose word, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.demo.cms_maker import CmsPlan
from gateway.demo.pki import Identity, Pki, Subject, _key_usage
from tests.corpus.signed_case import PADES, PKIX, TSP, VIETNAM, Case, all_of
from tests.corpus.signed_keys import AT, SIGNED, agency, issue, make_key, old_pki, person, pki, stranger
from tests.corpus.signed_paper import WIDE, Paper, signed, stream

PLAN = CmsPlan(signing_time=SIGNED)
UNKNOWN = ("Van thu permerror NO_CERTIFICATE_CHAIN_FOUND",)
REFUSED = ("Van thu permerror CHAIN_CONSTRAINTS_FAILURE",)
EXPIRED = ("Van thu permerror OUT_OF_BOUNDS_NO_POE",)
SOUND = ("Van thu pass",)
WAITING = ("Van thu temperror TRY_LATER",)
OCSP = "RFC 6960"


def by(who: Identity, *above: Identity, **changes: Any) -> bytes:
    """Sign as somebody, with certificates above him embedded."""
    plan = replace(PLAN, extra_certificates=tuple(one.der for one in above), **changes)
    return signed(identity=who, plan=plan, hole=WIDE).octets


def authority(
    name: str, issuer: Identity, *, is_authority: bool = True, length: int | None = None, **names: Any
) -> Identity:
    """An authority under another, or what poses as one."""

    def edit(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
        builder = builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=length), critical=True)
        for extension in names.get("more", ()):
            builder = builder.add_extension(extension, critical=True)
        return builder.add_extension(_key_usage(is_authority=True), critical=True)

    return issue(name, issuer, edit, subject=Subject(common_name=f"CA {name}", organisation=f"CA {name}"))


def leaf(
    name: str, issuer: Identity, *more: tuple[x509.ExtensionType, bool], usage: bool = True, **who: Any
) -> Identity:
    """A signer under an authority, with more extensions."""

    def edit(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
        if usage:
            builder = builder.add_extension(_key_usage(is_authority=False), critical=True)
        for extension, is_critical in more:
            builder = builder.add_extension(extension, critical=is_critical)
        return builder

    return issue(name, issuer, edit, subject=Subject(**who))


def official() -> Identity:
    """The configured authority that issues the agency's certificate."""
    return pki().subs["official"]


def purposes(*oids: x509.ObjectIdentifier) -> tuple[x509.ExtensionType, bool]:
    """An extended key usage."""
    return x509.ExtendedKeyUsage(list(oids)), False


def chained_leaf() -> bytes:
    """A certificate issued by the agency's own key: the agency is no authority."""
    return by(leaf("chained", agency()), agency())


def under(*, is_authority: bool = True, length: int | None = None, depth: int = 1, **more: Any) -> bytes:
    """A signer under embedded authorities that hang below the configured one."""
    above: list[Identity] = []
    issuer = official()
    for level in range(depth):
        issuer = authority(f"below {level}", issuer, is_authority=is_authority, length=length, **more)
        above.append(issuer)
    return by(leaf("under", issuer), *above)


def self_signed() -> bytes:
    """A certificate of the agency's name signed by itself."""
    key = make_key("self", "ec")
    name = agency().certificate.subject
    builder = (
        pki()
        ._builder("self", name, None, key, (-365, 730))
        .add_extension(_key_usage(is_authority=False), critical=True)
    )
    return by(Identity(builder.sign(key, SHA256(), ecdsa_deterministic=True), key))


def same_names() -> bytes:
    """A hierarchy of the official names with other keys, embedded whole, its root too."""
    fake = replace(pki(), roots={}, subs={}, leaves={}, make_key=lambda name, kind: make_key(f"fake {name}", kind))
    who = fake.leaf("agency ec")
    return by(who, fake.subs["official"], fake.roots["official"])


def stamped(
    when: Any = SIGNED, *, stamper: Identity | None = None, who: Identity | None = None, **changes: Any
) -> bytes:
    """Sign with a time-stamp."""
    plan = replace(PLAN, stamper=stamper or pki().time_stamper(), stamp_time=when, **changes)
    return signed(identity=who, plan=plan, hole=WIDE).octets


def foreign_token() -> bytes:
    """A genuine token over another signature."""
    return stamped(WITHIN, who=expired(), signing_time=WITHIN, stamped=b"another signature")


def expired() -> Identity:
    """A signer whose certificate ended a month ago."""
    return pki().expired()


def revoked() -> Identity:
    """A signer revoked ten days ago."""
    return pki().leaf("revoked")


WITHIN = AT - timedelta(days=100)
"""While the expired certificate was valid, and before the revoked one was revoked."""
SINCE = AT - timedelta(days=2)
"""After the revocation."""


def stored(base: Paper, *, crls: tuple[bytes, ...] = (), responses: tuple[bytes, ...] = ()) -> bytes:
    """Append a document security store."""
    changes: dict[int, bytes] = {}
    entries = b""
    for key, kind in ((b"CRLs", crls), (b"OCSPs", responses)):
        numbers = range(90 + len(changes), 90 + len(changes) + len(kind))
        changes |= {number: stream(der) for number, der in zip(numbers, kind, strict=True)}
        entries += b"/%b[%b]" % (key, b" ".join(b"%d 0 R" % number for number in numbers)) if kind else b""
    changes[120] = b"<</Type/DSS%b>>" % entries
    return replace(base, catalog=base.catalog + b"/DSS 120 0 R").refresh(changes).octets


def local(**own: Any) -> Paper:
    """Signed under the authority for which no list is configured."""
    return signed(identity=pki().leaf("local agency", authority="local"), plan=PLAN, hole=WIDE, **own)


def lists(days: tuple[float, float] = (-1, 30), *, bad: bool = False) -> tuple[bytes, ...]:
    """Lists of that authority; `bad` revokes the signer."""
    serial = pki().leaf("local agency", authority="local").certificate.serial_number
    return with_revoked({"local": [(serial, AT - timedelta(days=5))]} if bad else {}).crls("local", days=days)


def with_revoked(found: dict[str, Any]) -> Pki:
    """The same hierarchy with another list of the revoked."""
    made = pki()
    other = replace(made)
    other.roots, other.subs, other.leaves, other.revoked = made.roots, made.subs, made.leaves, found
    return other


def forged_list() -> tuple[bytes, ...]:
    """Lists in the authority's name, signed by somebody else."""
    fake = replace(pki(), roots={}, subs={}, leaves={}, make_key=lambda name, kind: make_key(f"fake {name}", kind))
    return fake.crls("local")


def appointed(*, is_appointed: bool) -> Identity:
    """A responder with an RSA key, whose signatures are the same each time."""
    made = pki()
    keys = made.make_key
    made.make_key = lambda name, kind: make_key(name, "rsa") if "responder" in name else keys(name, kind)
    try:
        return made.responder("local", is_appointed=is_appointed)
    finally:
        made.make_key = keys


def answer(
    days: tuple[float, float] = (-1, 6), *, is_appointed: bool = True, revoked_days_ago: float | None = None
) -> bytes:
    """An OCSP response for the local signer."""
    who = pki().leaf("local agency", authority="local")
    responder = appointed(is_appointed=is_appointed)
    return pki().ocsp_response(who, days=days, responder=responder, revoked_days_ago=revoked_days_ago)


def root_list(days: tuple[float, float] = (-1, 30)) -> tuple[bytes, ...]:
    """The list of the root alone, which answers for the authority below it."""
    return pki().crls("local", days=days)[:1]


def archived() -> bytes:
    """Lists inside the signed attributes, as Adobe writes them."""
    who = pki().leaf("local agency", authority="local")
    return signed(identity=who, plan=replace(PLAN, archived_crls=lists()), hole=WIDE).octets


def weak_token_key() -> bytes:
    """A token by a certificate that is no time-stamper's."""
    return stamped(WITHIN, stamper=agency(), who=expired(), signing_time=WITHIN)


def old_list() -> tuple[bytes, ...]:
    """Lists of the official authority from before the revocation."""
    return with_revoked({}).crls("official", days=(-110, -90))


CASES = all_of(
    Case("chain_stranger", lambda: by(stranger()), PKIX, "the agency's name from an authority nobody lists", UNKNOWN),
    Case("chain_self_signed", self_signed, PKIX, "the agency's name, signed by itself", UNKNOWN),
    Case("chain_of_same_names", same_names, PKIX, "all names of the official hierarchy, other keys", UNKNOWN),
    Case(
        "chain_stranger_with_own_root",
        lambda: by(stranger(), pki().subs["foreign"], pki().roots["foreign"]),
        PKIX,
        "a root the file brings along is nobody's",
        UNKNOWN,
    ),
    Case("chain_below_an_agency", chained_leaf, PKIX, "an agency is no authority (section 4.2.1.9)", REFUSED),
    Case("chain_no_authority", lambda: under(is_authority=False), PKIX, "CA:FALSE in the middle", REFUSED),
    Case(
        "chain_too_long",
        lambda: under(length=0, depth=2),
        PKIX,
        "pathLenConstraint 0 allows no authority below",
        REFUSED,
    ),
    Case(
        "chain_name_constraint",
        lambda: under(
            more=(x509.NameConstraints([x509.DirectoryName(x509.Name.from_rfc4514_string("O=SO KHAC,C=VN"))], None),)
        ),
        PKIX,
        "the authority may issue for another organisation only",
        REFUSED,
    ),
    Case(
        "chain_unknown_critical",
        lambda: by(
            leaf(
                "critical",
                official(),
                (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00"), True),
            )
        ),
        PKIX,
        "a critical extension nobody knows (section 4.2)",
        REFUSED,
    ),
    Case(
        "chain_without_repudiation",
        lambda: by(pki().leaf("repudiable", is_repudiable=True)),
        VIETNAM,
        "no non-repudiation in the key usage: for logging in, not for signing",
        REFUSED,
    ),
    Case(
        "chain_encryption_only",
        lambda: by(
            leaf(
                "cipher",
                official(),
                (x509.KeyUsage(False, False, True, False, False, False, False, False, False), True),
                usage=False,
            )
        ),
        PKIX,
        "a key for encryption alone",
        REFUSED,
    ),
    Case(
        "chain_time_stamper_signs",
        lambda: by(pki().time_stamper()),
        PKIX,
        "a critical purpose of time-stamping alone (RFC 3161 section 2.3)",
        REFUSED,
    ),
    Case(
        "chain_responder_signs",
        lambda: by(leaf("ocsp only", official(), purposes(ExtendedKeyUsageOID.OCSP_SIGNING))),
        PKIX,
        "a purpose that is not signing documents (section 4.2.1.12)",
        REFUSED,
    ),
    Case(
        "chain_server_signs",
        lambda: by(leaf("server only", official(), purposes(ExtendedKeyUsageOID.SERVER_AUTH), usage=False)),
        PKIX,
        "a web server's certificate",
        REFUSED,
    ),
    Case(
        "chain_authority_signs",
        lambda: by(official()),
        PKIX,
        "an authority's key signs certificates, not documents",
        REFUSED,
    ),
    Case(
        "chain_public",
        lambda: by(pki().leaf("firm", authority="public")),
        VIETNAM,
        "sound, and of the public list: a rule asks which",
        SOUND,
        claims=({"trust_list": "public"},),
    ),
    Case(
        "chain_embedded_authority",
        under,
        PKIX,
        "an authority below the configured one, brought along; its own list is missing",
        WAITING,
    ),
    Case(
        "chain_expired",
        lambda: by(expired(), signing_time=WITHIN),
        PKIX,
        "expired, and only the signer says it was in time",
        EXPIRED,
    ),
    Case(
        "chain_not_yet_valid",
        lambda: by(pki().leaf("future", days=(30, 700))),
        PKIX,
        "not valid before next month",
        EXPIRED,
    ),
    Case("time_stamped", stamped, TSP, "sound, its time proven", SOUND, claims=({"signing_time_source": "timestamp"},)),
    Case(
        "time_expired_stamped",
        lambda: stamped(WITHIN, who=expired(), signing_time=WITHIN),
        PADES,
        "proven to be made while the certificate was valid",
        SOUND,
        claims=({"signing_time_source": "timestamp"},),
    ),
    Case(
        "time_token_of_another",
        foreign_token,
        TSP,
        "the token stamps another signature",
        EXPIRED,
        claims=({"signing_time_source": "claimed"},),
    ),
    Case(
        "time_stranger_stamps",
        lambda: stamped(WITHIN, stamper=pki().time_stamper("foreign"), who=expired(), signing_time=WITHIN),
        TSP,
        "a token of nobody",
        EXPIRED,
        claims=({"signing_time_source": "claimed"},),
    ),
    Case(
        "time_agency_stamps",
        weak_token_key,
        TSP,
        "the agency's own key is no time-stamper's",
        EXPIRED,
        claims=({"signing_time_source": "claimed"},),
    ),
    Case(
        "time_weak_token",
        lambda: stamped(WITHIN, who=expired(), signing_time=WITHIN, stamp_digest="sha1"),
        TSP,
        "the token binds by SHA-1",
        EXPIRED,
        claims=({"signing_time_source": "claimed"},),
    ),
    Case(
        "time_weak_token_valid_now",
        lambda: stamped(stamp_digest="sha1"),
        VIETNAM,
        "the token counts for nothing, the certificate is valid now",
        SOUND,
        claims=({"signing_time_source": "claimed"},),
    ),
    Case(
        "time_token_from_tomorrow",
        lambda: stamped(AT + timedelta(days=3), who=expired(), signing_time=WITHIN),
        TSP,
        "no token comes from the future",
        EXPIRED,
    ),
    Case(
        "time_token_before_stamper",
        lambda: stamped(AT - timedelta(days=3400), who=expired(), signing_time=WITHIN),
        TSP,
        "older than the stamper's certificate",
        EXPIRED,
    ),
    Case(
        "time_token_after_expiry",
        lambda: stamped(AT - timedelta(days=3), who=expired(), signing_time=WITHIN),
        PADES,
        "stamped after the certificate ended",
        EXPIRED,
    ),
    Case(
        "time_claimed_in_future",
        lambda: by(agency(), signing_time=AT + timedelta(days=400)),
        PADES,
        "a claim from the future is none; the certificate is valid now",
        SOUND,
        claims=({"signing_time_source": "none"},),
    ),
    Case(
        "time_claimed_seven_hours_ahead",
        lambda: by(agency(), signing_time=AT + timedelta(hours=6, minutes=50)),
        VIETNAM,
        "local time marked UTC, as some tools write",
        SOUND,
        claims=({"signing_time": "2026-11-20T07:50:00+00:00"},),
    ),
    Case(
        "revoked_now",
        lambda: by(revoked(), signing_time=SINCE),
        PKIX,
        "signed after the revocation, by its own word",
        ("Van thu fail REVOKED",),
    ),
    Case(
        "revoked_backdated",
        lambda: by(revoked(), signing_time=WITHIN),
        PADES,
        "claims a time before it, which nobody proves",
        ("Van thu permerror REVOKED_NO_POE",),
    ),
    Case(
        "revoked_stamped_before",
        lambda: stamped(WITHIN, who=revoked(), signing_time=WITHIN),
        PADES,
        "proven to be made before it",
        SOUND,
    ),
    Case(
        "revoked_stamped_after",
        lambda: stamped(SINCE, who=revoked(), signing_time=WITHIN),
        PADES,
        "proven to be made after it, whatever it claims",
        ("Van thu fail REVOKED",),
    ),
    Case(
        "revoked_backdated_with_old_list",
        lambda: (
            signed(
                identity=revoked(), plan=replace(PLAN, signing_time=WITHIN, archived_crls=old_list()), hole=WIDE
            ).octets
        ),
        PADES,
        "brings a list from before: the configured one is newer",
        ("Van thu permerror REVOKED_NO_POE",),
    ),
    Case("list_missing", lambda: local().octets, PKIX, "no list for this authority: a later try may know", WAITING),
    Case(
        "list_in_store",
        lambda: stored(local(), crls=lists()),
        PADES,
        "fresh lists in the security store: sound",
        SOUND,
        claims=({"revocation_source": "embedded"},),
    ),
    Case(
        "list_in_attribute",
        archived,
        PADES,
        "fresh lists in the signed attributes: sound",
        SOUND,
        claims=({"revocation_source": "embedded"},),
    ),
    Case(
        "list_old",
        lambda: stored(local(), crls=lists((-60, -30))),
        PADES,
        "lists that ran out prove nothing for a claimed time",
        WAITING,
    ),
    Case(
        "list_revokes",
        lambda: stored(local(), crls=lists(bad=True)),
        PADES,
        "its own list says revoked",
        ("Van thu fail REVOKED",),
    ),
    Case("list_forged", lambda: stored(local(), crls=forged_list()), PKIX, "lists signed by somebody else", WAITING),
    Case(
        "list_from_tomorrow",
        lambda: stored(local(), crls=lists((3, 30))),
        PKIX,
        "no list comes from the future",
        WAITING,
    ),
    Case(
        "response_in_store",
        lambda: stored(local(), crls=root_list(), responses=(answer(),)),
        OCSP,
        "a fresh answer of an appointed responder: sound",
        SOUND,
        claims=({"revocation_source": "embedded"},),
    ),
    Case(
        "response_unappointed",
        lambda: stored(local(), crls=root_list(), responses=(answer(is_appointed=False),)),
        OCSP,
        "the issuer appointed somebody else (section 4.2.2.2)",
        WAITING,
    ),
    Case(
        "response_old",
        lambda: stored(local(), crls=root_list(), responses=(answer((-40, -30)),)),
        OCSP,
        "an answer that ran out",
        WAITING,
    ),
    Case(
        "response_revokes",
        lambda: stored(local(), crls=root_list(), responses=(answer(revoked_days_ago=5),)),
        OCSP,
        "it says revoked",
        ("Van thu fail REVOKED",),
    ),
    Case(
        "response_of_garbage",
        lambda: stored(local(), responses=(b"\x30\x03\x0a\x01\x00",)),
        OCSP,
        "no response at all",
        WAITING,
    ),
    Case(
        "generation_of_sha1",
        lambda: by(old_pki().leaf("old agency")),
        VIETNAM,
        "the oldest hierarchy is SHA-1 throughout, and pinned: sound",
        SOUND,
        claims=({"trust_list": "official", "is_weak_algorithm": False},),
    ),
    Case(
        "generation_of_sha1_person", lambda: by(person()), VIETNAM, "the new hierarchy of the same names: sound", SOUND
    ),
)
