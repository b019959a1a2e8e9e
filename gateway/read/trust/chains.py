"""Certificate chains: path to a configured anchor, dates and revocation of a signer, remembered by certificate.

pyhanko-certvalidator builds and validates the path (RFC 5280 section 6) without revocation and without ever
fetching; revocation is looked up here in the CRLs of the snapshot, so that good, revoked, unknown and
"revoked later" stay separate facts. What depends on the time of one document (dates, CRL freshness) is kept
as bounds and compared per document: the thousandth document of a signer builds no path.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    NotYetValidError,
    PathBuildingError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint, DisallowWeakAlgorithmsPolicy

from gateway.read.cms.structure import Cms, PublicKey, certificates_of, is_signed_by
from gateway.read.trust.ocsp_answers import CLOCK_SKEW
from gateway.read.trust.revocation import END_OF_TIME, RevocationLists, look_up
from gateway.values.evidence import Outcome

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from gateway.values.trust import Anchor, TrustSnapshot

T = TypeVar("T")

MAX_SUBJECT = 512
"""Characters of a subject kept as a fact."""
MAX_MAILBOXES = 16
MAX_UIDS = 8
"""UIDs, and organisational units, kept of one subject."""
_PERSON_UIDS = frozenset({"CCCD", "CMND", "HC"})
"""Identity card, its predecessor, passport: what stands before the colon of a person's UID."""
_AGENCY_UIDS = frozenset({"MST", "MNS"})
"""Tax code and budget-unit code."""
_LONGEST_PATH = 8
"""Embedded certificates of one chain; government and public hierarchies have two or three levels."""
MAX_AWAITED = 4
"""Paths of one message noted for the trust service: two signatures with a time-stamp each."""
_SERVICES = frozenset({"time_stamping", "ocsp_signing", "server_auth", "code_signing"})
"""Extended key usages of machines; agencies carry client_auth and email_protection."""
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_REMEMBERED_SIGNERS = 2_000
"""Signers kept in one worker, about 10 kB each: more than the agencies of a province."""


@dataclass(frozen=True, slots=True)
class Signer:
    """One certificate as we report and use it."""

    der: bytes
    public_key: PublicKey
    not_before: datetime
    not_after: datetime
    subject: str
    common_name: str
    organisation: str
    serial: str
    fingerprint: str
    mailboxes: tuple[str, ...]
    uids: tuple[str, ...]
    units: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """`personal`, `agency` or empty, as far as the subject tells (`SignatureFacts.signer_kind`)."""
        prefixes = {uid.partition(":")[0].strip().upper() for uid in self.uids}
        if prefixes & _PERSON_UIDS:
            return "personal"
        is_own_name = bool(self.common_name) and self.common_name.casefold() == self.organisation.casefold()
        return "agency" if prefixes & _AGENCY_UIDS or is_own_name else ""


@dataclass(frozen=True, slots=True)
class Chain:
    """A path, or why there is none; `valid_from`..`valid_to` bounds the instants it may answer for."""

    outcome: Outcome
    sub_indication: str = ""
    trust_list: str = ""
    valid_from: datetime = _BEGINNING
    valid_to: datetime = END_OF_TIME
    revoked_at: datetime | None = None
    revocation_reason: str = ""
    fresh_until: datetime | None = None
    """Earliest nextUpdate of the CRLs used; None when a certificate of the path has no CRL."""
    path: tuple[x509.Certificate, ...] = ()
    """Anchor first; empty when there is none."""

    def answers(self, moment: datetime) -> bool:
        """Was this path judged for a time that includes the moment?"""
        return self.valid_from <= moment <= self.valid_to


@dataclass(slots=True)
class _Remembered:
    signer: Signer | None
    certificates: list[Any]
    chains: dict[str, Chain] = field(default_factory=dict)


class _PinnedSha1(DisallowWeakAlgorithmsPolicy):
    """Refuse weak algorithms, but for certificates issued directly by an anchor that allows SHA-1."""

    def __init__(self, pinned: frozenset[bytes]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library types it only in part
        self._pinned = pinned

    def signature_algorithm_allowed(self, algo: Any, moment: datetime | None, public_key: Any) -> Any:
        """Decide on one certificate signature by the key that made it."""
        allowed = super().signature_algorithm_allowed(algo, moment, public_key)
        if allowed or public_key is None or algo.hash_algo != "sha1":
            return allowed
        return AlgorithmUsageConstraint(hashlib.sha256(public_key.dump()).digest() in self._pinned)


class _Index:
    """One trust snapshot, parsed once."""

    def __init__(self, trust: TrustSnapshot) -> None:
        self.anchors = [(anchor, asn1_x509.Certificate.load(anchor.certificate_der)) for anchor in trust.anchors]
        self.intermediates = [asn1_x509.Certificate.load(der) for der in trust.intermediates_der]
        own = [*self.intermediates, *(root for _, root in self.anchors)]
        self.names = frozenset(one.subject.dump() for one in own)
        """Subjects of configured authorities: from such a name on, embedded certificates are not needed."""
        self.lists = RevocationLists(trust.all_crls_der, trust.all_responses_der)


class SignerCache:
    """What one worker remembers of signers, within one trust generation; bounded, oldest use forgotten.

    The key is the whole certificate set of a CMS with the signer's identifier: another set may open
    another path, so an answer is never reused for it.
    """

    def __init__(self, limit: int = _REMEMBERED_SIGNERS) -> None:
        self._limit = limit
        self._generation = ""
        self._trust: _Index | None = None
        self._entries: OrderedDict[bytes, _Remembered] = OrderedDict()
        self.awaited: dict[bytes, tuple[bytes, ...]] = {}
        """Paths that wait for revocation data, noted until the caller clears them: by the signer's certificate, the
        certificates from there up to below the anchor, DER."""

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def lists(self) -> RevocationLists:
        """Configured lists of the trust generation in use."""
        return self._trust.lists if self._trust else RevocationLists(())

    def prepare(self, trust: TrustSnapshot) -> None:
        """Parse, verify and index a snapshot now: what is done before workers are forked, they all share."""
        index = self._use(trust)
        authorities = [*index.intermediates, *(root for _, root in index.anchors)]
        index.lists.prepare(x509.load_der_x509_certificate(one.dump()) for one in authorities)

    def await_answer(self, chain: Chain) -> None:
        """Note a path for which revocation data is missing, for the trust service to fetch."""
        path = tuple(one.public_bytes(Encoding.DER) for one in chain.path[:0:-1])
        if path and len(self.awaited) < MAX_AWAITED:
            self.awaited[path[0]] = path

    def find_signer(self, parsed: Cms, trust: TrustSnapshot) -> Signer | None:
        """Find the signer's certificate in the CMS or among the intermediates; None when nobody has it.

        Raises:
            ValueError: a certificate cannot be read.
        """
        return self._remembered(parsed, trust).signer

    def chain(self, parsed: Cms, trust: TrustSnapshot, moment: datetime, *, at: datetime, is_stamper: bool) -> Chain:
        """Judge the signer's chain for a signing time.

        Args:
            parsed: the CMS, whose certificates may help to build the path.
            trust: anchors, intermediates and CRLs; another generation empties the cache.
            moment: signing time; a moment outside the certificate's own dates is judged at the nearer end,
                since those dates are a fact of their own.
            at: now; CRLs issued later do not count.
            is_stamper: ask for the time-stamping purpose instead of non-repudiation.
        """
        entry = self._remembered(parsed, trust)
        if entry.signer is None or self._trust is None:
            return Chain(Outcome.FAIL, "NO_SIGNING_CERTIFICATE_FOUND")
        moment = min(max(moment, entry.signer.not_before), entry.signer.not_after)
        kind = "stamper" if is_stamper else "signer"
        known = entry.chains.get(kind)
        if known is None or not known.answers(moment):
            known = entry.chains[kind] = _build(entry, self._trust, moment, at=at, is_stamper=is_stamper)
        return known

    def _remembered(self, parsed: Cms, trust: TrustSnapshot) -> _Remembered:
        index = self._use(trust)
        key = hashlib.sha256(parsed.signer_id + parsed.certificates).digest()
        entry = self._entries.get(key)
        if entry is None:
            entry = self._read(parsed, index)
            self._entries[key] = entry
            if len(self._entries) > self._limit:
                self._entries.popitem(last=False)
        else:
            self._entries.move_to_end(key)
        return entry

    def _use(self, trust: TrustSnapshot) -> _Index:
        if self._trust is None or self._generation != trust.generation:
            self._trust, self._generation = _Index(trust), trust.generation
            self._entries.clear()
            self.awaited.clear()
        return self._trust

    @staticmethod
    def _read(parsed: Cms, index: _Index) -> _Remembered:
        certificates, own = certificates_of(parsed)
        if own is None:
            own = next((one for one in index.intermediates if is_signed_by(parsed.signer_info["sid"], one)), None)
        return _Remembered(None if own is None else _read_signer(own.dump()), certificates)


def _read_signer(der: bytes) -> Signer:
    certificate = x509.load_der_x509_certificate(der)
    subject = certificate.subject
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        mailboxes = tuple(names.get_values_for_type(x509.RFC822Name))[:MAX_MAILBOXES]
    except x509.ExtensionNotFound:
        mailboxes = ()
    return Signer(
        der=der,
        public_key=certificate.public_key(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        subject=subject.rfc4514_string()[:MAX_SUBJECT],
        common_name=_attribute(subject, x509.NameOID.COMMON_NAME),
        organisation=_attribute(subject, x509.NameOID.ORGANIZATION_NAME),
        serial=f"{certificate.serial_number:x}",
        fingerprint=hashlib.sha256(der).hexdigest(),
        mailboxes=tuple(mailbox.lower()[:MAX_SUBJECT] for mailbox in mailboxes),
        uids=_attributes(subject, x509.NameOID.USER_ID)[:MAX_UIDS],
        units=_attributes(subject, x509.NameOID.ORGANIZATIONAL_UNIT_NAME)[:MAX_UIDS],
        places=(
            _attribute(subject, x509.NameOID.LOCALITY_NAME),
            _attribute(subject, x509.NameOID.STATE_OR_PROVINCE_NAME),
        ),
    )


def _attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    """Take the first value of an attribute as text, bounded."""
    return next(iter(_attributes(name, oid)), "")


def _attributes(name: x509.Name, oid: x509.ObjectIdentifier) -> tuple[str, ...]:
    """Take all values of an attribute as text, bounded, in NFC."""
    return tuple(unicodedata.normalize("NFC", str(one.value)[:MAX_SUBJECT]) for one in name.get_attributes_for_oid(oid))


def _is_open(anchor: Anchor, moment: datetime) -> bool:
    """May documents of this moment rest on the anchor? Both bounds are whole days, UTC, inclusive."""
    day = moment.date().isoformat()
    return (not anchor.valid_from or anchor.valid_from <= day) and (not anchor.valid_to or day <= anchor.valid_to)


def _finish(task: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits: with fetching off, certvalidator only calls itself.

    Raises:
        RuntimeError: it tried to wait for something after all.
    """
    try:
        task.send(None)
    except StopIteration as finished:
        return finished.value  # type: ignore[no-any-return]
    task.close()
    raise RuntimeError("path validation waited for an event")


def _build(entry: _Remembered, index: _Index, moment: datetime, *, at: datetime, is_stamper: bool) -> Chain:
    """Build and validate the path at one moment, then look up revocation along it."""
    assert entry.signer
    leaf = asn1_x509.Certificate.load(entry.signer.der)
    usable = [(anchor, root) for anchor, root in index.anchors if _is_open(anchor, moment)]
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    day_end = moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    if not index.anchors:  # nobody said whom to trust: not known, not broken
        return Chain(Outcome.TEMPERROR, "TRY_LATER")
    unfound = Chain(Outcome.FAIL, "NO_CERTIFICATE_CHAIN_FOUND", valid_from=day, valid_to=day_end)
    if not usable:
        return unfound
    pinned = frozenset(hashlib.sha256(root.public_key.dump()).digest() for anchor, root in usable if anchor.allows_sha1)
    context = ValidationContext(
        trust_roots=[root for _, root in usable],
        other_certs=[*index.intermediates, *_helpers(entry, index)],
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=moment,
        time_tolerance=CLOCK_SKEW,
        algorithm_usage_policy=_PinnedSha1(pinned),
    )
    try:
        path = _finish(CertificateValidator(leaf, validation_context=context).async_validate_path())
    except PathBuildingError:
        return unfound
    except ValidationError as error:
        return Chain(Outcome.PERMERROR, _sub_indication(error), valid_from=day, valid_to=day_end)
    anchor = next(anchor for anchor, one in usable if one.sha256 == path.first.sha256)
    certificates = [x509.load_der_x509_certificate(one.dump()) for one in path.iter_certs(include_root=True)]
    bounds = _bounds(anchor, certificates)
    if not _has_purpose(leaf, is_stamper=is_stamper):
        return Chain(Outcome.PERMERROR, "CHAIN_CONSTRAINTS_FAILURE", anchor.trust_list, *bounds)
    revoked_at, reason, fresh_until = look_up(index.lists, certificates, at)
    return Chain(Outcome.PASS, "", anchor.trust_list, *bounds, revoked_at, reason, fresh_until, tuple(certificates))


def _helpers(entry: _Remembered, index: _Index) -> list[Any]:
    """Pick the embedded certificates that really lie above the signer's: one of a name, its signature checked.

    A path builder tries every candidate of the right name before it looks at a signature: eight embedded
    certificates of one name cost it 50 seconds (8! orders), measured.
    """
    assert entry.signer
    picked: list[Any] = []
    below = x509.load_der_x509_certificate(entry.signer.der)
    pool = {one.dump(): one for one in entry.certificates if one.dump() != entry.signer.der}
    names = {below.subject.public_bytes()}
    while len(picked) < _LONGEST_PATH and below.issuer.public_bytes() not in index.names | names:
        names.add(below.issuer.public_bytes())
        for der in pool:
            above = x509.load_der_x509_certificate(der)
            if above.subject == below.issuer and _is_issued_by(below, above):
                picked.append(pool.pop(der))
                below = above
                break
        else:
            break
    return picked


def _is_issued_by(below: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False  # SHA-1 among them: such an authority must be configured
    return True


def _sub_indication(error: ValidationError) -> str:
    if isinstance(error, DisallowedAlgorithmError):
        return "CRYPTO_CONSTRAINTS_FAILURE"
    if isinstance(error, (ExpiredError, NotYetValidError)):
        return "OUT_OF_BOUNDS_NO_POE"
    if "self-signed" in str(error):
        return "NO_CERTIFICATE_CHAIN_FOUND"
    return "CHAIN_CONSTRAINTS_FAILURE" if "signature" not in str(error) else "CERTIFICATE_CHAIN_GENERAL_FAILURE"


def _bounds(anchor: Anchor, certificates: list[x509.Certificate]) -> tuple[datetime, datetime]:
    """Bound the moments for which the same path would be found again."""
    start = max(one.not_valid_before_utc for one in certificates)
    end = min(one.not_valid_after_utc for one in certificates)
    if anchor.valid_from:
        start = max(start, datetime.fromisoformat(anchor.valid_from).replace(tzinfo=UTC))
    if anchor.valid_to:
        last = datetime.fromisoformat(anchor.valid_to).replace(hour=23, minute=59, second=59, tzinfo=UTC)
        end = min(end, last)
    return start, end


def _has_purpose(leaf: Any, *, is_stamper: bool) -> bool:
    """Check key usage: non-repudiation for signers (as real leaves carry), time stamping alone for a TSA.

    Purposes bind where they are named (RFC 5280 section 4.2.1.12): a key for services alone signs no document.
    """
    purposes = leaf.extended_key_usage_value
    if is_stamper:
        return purposes is not None and purposes.native == ["time_stamping"]
    if purposes is not None and set(purposes.native) <= _SERVICES:
        return False
    usage = leaf.key_usage_value
    return usage is None or "non_repudiation" in usage.native
