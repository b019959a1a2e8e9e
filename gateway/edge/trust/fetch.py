"""One run of the trust service: ask what is due, verify, keep what is newer. Runs in the fetching process only.

A list is kept when one of our authorities signed it, it is fresh, and it is newer than what is known; whatever goes
wrong, what was there stays. A response is kept when it answers, genuinely and freshly, for the certificate asked about.
"""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp

from gateway.edge.trust.cache import (
    AddressState,
    find_list,
    has_room,
    put,
    read_cache,
    read_state,
    set_back,
    tidy,
    write_state,
)
from gateway.edge.trust.http import FetchError, WebLimits, transfer
from gateway.edge.trust.plan import FetchSettings, Source, due_at_s, next_at_s, sources, trusted
from gateway.read.trust.authorities import find_issuer, is_authority, list_addresses, responder_addresses
from gateway.read.trust.ocsp_answers import CLOCK_SKEW, UNREADABLE, responses_answer
from gateway.read.trust.revocation import RevocationLists, find_number, is_list_signed_by, is_whole, open_list
from gateway.values.trust import FetchReport, Renewal, TrustSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_LIST_OCTETS = 32_000_000
"""One list: half a million entries."""
MAX_RESPONSE_OCTETS = 100_000
MAX_PATHS = 16
"""Awaited paths taken in one run."""
MAX_PATH_LENGTH = 4
MAX_CERTIFICATE_OCTETS = 16_384
MAX_LEARNED = 100
REMEMBERED_S = 7 * 86_400.0
"""How long the state of a responder is kept after it was asked last."""
MAX_ADDRESSES = 1_000
"""Whose state is kept, those asked last."""
MAX_FAILURES = 170
"""In a row, of an address that was learned: a week of tries. Then it makes room; a document teaches it again."""
RUN_SECONDS = 300.0
"""After that no transfer begins; what is left comes next time."""
_OCSP_TYPE = "application/ocsp-request"
_KEY_CHARACTERS = 40
_PEM = b"-----BEGIN "
_SPAN = timedelta(days=3660)
"""A list may not end later than this from now: a clock, not an authority, said so."""

Certificates = tuple[x509.Certificate, ...]


class Errand(msgspec.Struct, frozen=True):
    """What the fetching process is sent out for."""

    trust: TrustSnapshot
    settings: FetchSettings
    at_s: float
    """Now, Unix time."""
    awaited: tuple[tuple[bytes, ...], ...] = ()
    """Paths without revocation data, each the signer's certificate first, the anchor left out; not yet believed."""
    is_forced: bool = False
    """Ask every address, due or not."""


def limits_of(settings: FetchSettings, octets: int) -> WebLimits:
    """Give the limits of one transfer; hosts of configured addresses are hosts that may be asked."""
    hosts = {urlsplit(address).hostname or "" for address in settings.addresses} - {""}
    return WebLimits(
        octets, settings.deadline_s, (*settings.hosts, *sorted(hosts)), settings.is_limited_to_hosts, settings.proxy
    )


def renew(errand: Errand) -> Renewal:
    """Run one errand; never raises for anything a peer or a file says."""
    return _Run(errand).tell()


class _Run:
    """One errand under way."""

    def __init__(self, errand: Errand) -> None:
        self._errand, self._settings = errand, errand.settings
        self._folder = Path(errand.settings.folder)
        self._at = datetime.fromtimestamp(errand.at_s, UTC)
        self._state = read_state(self._folder)
        set_back(self._state, errand.at_s)
        self._fetched, self._responses = map(list, read_cache(self._folder))
        self._authorities = trusted(errand.trust, self._at)
        self._configured = [one.certificate for one in self._authorities]
        self._issuers = list(self._configured)
        """With authorities that only a document brought, below those."""
        self._passing: list[Source] = []
        """Lists of those: asked for in this run, for without the document nobody could verify them."""
        self._reports: list[FetchReport] = []
        self._began = time.monotonic()
        self._newest: dict[bytes, x509.CertificateRevocationList] = {}
        for der in (*errand.trust.crls_der, *self._fetched):
            self._remember(x509.load_der_x509_crl(der))

    def tell(self) -> Renewal:
        """Learn from awaited paths, ask for lists, then for what no list covers; sum up."""
        paths = [self._verified(path) for path in self._errand.awaited[:MAX_PATHS]]
        for path in paths:
            self._learn(path)
        wanted = sources(self._errand.trust, self._settings, self._state, self._at)
        # those that fail come last, or silent servers would use up every run
        for source in sorted((*wanted, *self._passing), key=self._failures):
            known = self._state.addresses.get(source.key)
            if self._errand.is_forced or due_at_s(known, self._settings) <= self._errand.at_s:
                self._ask_for_list(source)
        still_open = [number for number, path in enumerate(paths) if path and not self._settle(path)]
        self._tidy(wanted)
        due = next_at_s(wanted, self._settings, self._state, self._errand.at_s)
        succeeded = max((known.succeeded_at_s for known in self._state.addresses.values()), default=0.0)
        return Renewal(tuple(self._reports), tuple(still_open), due, succeeded)

    # Awaited paths

    def _verified(self, octets: Sequence[bytes]) -> Certificates:
        """Rebuild a path link by link up to a configured authority, signer first; empty when it does not hold."""
        if not 0 < len(octets) <= MAX_PATH_LENGTH or any(len(one) > MAX_CERTIFICATE_OCTETS for one in octets):
            return self._refused_path()
        try:
            path = [x509.load_der_x509_certificate(one) for one in octets]
            issuer = find_issuer(path[-1], self._issuers)
            links = [find_issuer(below, [above]) for below, above in pairwise(path)]
        except UNREADABLE:
            return self._refused_path()
        # a signer is no authority: what he issued himself would name whatever address he likes
        if issuer is None or None in links or not all(map(is_authority, path[1:])):
            return self._refused_path()
        return (*path, issuer)

    def _refused_path(self) -> Certificates:
        self._reports.append(FetchReport("", "failed", "no_path"))
        return ()

    def _learn(self, path: Certificates) -> None:
        """Take the addresses of lists from certificates of a verified path."""
        for below, above in pairwise(path):
            if above not in self._issuers:
                self._issuers.append(above)
            for addresses in list_addresses(below) if below not in self._configured else ():
                if above not in self._configured:
                    self._passing.append(Source(addresses))
                elif len(self._state.learned) < MAX_LEARNED:
                    self._state.learned.setdefault(addresses[0], above.fingerprint(hashes.SHA256()).hex())

    def _settle(self, path: Certificates) -> bool:
        """Find or fetch an answer for every certificate of a path; tell whether all have one."""
        lists = RevocationLists([*self._errand.trust.crls_der, *self._fetched], self._responses)
        is_settled = True
        for place, (below, above) in enumerate(pairwise(path)):
            known = lists.answers(above, below, is_authority=place > 0, at=self._at)
            if not any(answer.until is not None and answer.until >= self._at for answer in known):
                is_settled = self._ask_responders(below, above) and is_settled
        return is_settled

    # Lists

    def _failures(self, source: Source) -> int:
        known = self._state.addresses.get(source.key)
        return known.failures if known else 0

    def _ask_for_list(self, source: Source) -> None:
        known = self._state.addresses.setdefault(source.key, AddressState())
        known.tried_at_s = self._errand.at_s
        reason, address = "", source.key
        for address in source.addresses:
            try:
                crl = self._list_at(address)
                result = self._keep_list(crl)
            except FetchError as error:
                reason = error.reason
                continue
            authority = crl.issuer.rfc4514_string()
            known.succeeded_at_s, known.failures, known.reason = self._errand.at_s, 0, ""
            known.authority = authority
            known.fresh_until_s = crl.next_update_utc.timestamp() if crl.next_update_utc else 0.0
            self._reports.append(FetchReport(address, result, "", authority))
            return
        self._failed(known, address, reason)

    def _list_at(self, address: str) -> x509.CertificateRevocationList:
        octets = self._transfer(address, MAX_LIST_OCTETS)
        try:
            is_pem = _PEM in octets[:100]
            crl = open_list(x509.load_pem_x509_crl(octets).public_bytes(Encoding.DER) if is_pem else octets)
            is_usable = any(is_whole(crl, is_authority=kind) for kind in (True, False))
            end = crl.next_update_utc
        except UNREADABLE:
            raise FetchError("not_a_list") from None
        if end is None:
            raise FetchError("not_a_list")
        if not is_usable:
            raise FetchError("partial")
        if not crl.last_update_utc <= self._at + CLOCK_SKEW or not self._at <= end <= self._at + _SPAN:
            raise FetchError("stale")
        return crl

    def _keep_list(self, crl: x509.CertificateRevocationList) -> str:
        """Verify a list and keep it if it is newer than what is known."""
        named = (one for one in self._issuers if one.subject == crl.issuer)
        if not any(is_list_signed_by(crl, one.public_key()) for one in named):
            raise FetchError("not_signed")
        key = self._key(crl)
        known = self._newest.get(key)
        if known is not None and _age(crl) < _age(known):
            raise FetchError("older")
        if known is not None and _age(crl) == _age(known):
            return "unchanged"
        octets, name = crl.public_bytes(Encoding.DER), f"crl-{key.hex()[:_KEY_CHARACTERS]}.crl"
        beside = find_list(self._folder, name)  # another instance may have been faster
        if beside is not None and _age(beside) > _age(crl):
            raise FetchError("older")
        if not has_room(self._folder, name, octets):
            raise FetchError("no_room")
        self._put(name, octets)
        self._newest[key] = crl
        self._fetched.append(octets)
        return "new"

    def _remember(self, crl: x509.CertificateRevocationList) -> None:
        key = self._key(crl)
        known = self._newest.get(key)
        if known is None or _age(crl) > _age(known):
            self._newest[key] = crl

    def _key(self, crl: x509.CertificateRevocationList) -> bytes:
        """Tell lists apart by what they cover: issuer name, issuer key, distribution point."""
        named = (one for one in self._issuers if one.subject == crl.issuer)
        issuer = next((one for one in named if is_list_signed_by(crl, one.public_key())), None)
        state = hashlib.sha256(crl.issuer.public_bytes())
        if issuer is not None:
            state.update(issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
        try:
            point = crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
            state.update(point.public_bytes())
        except (x509.ExtensionNotFound, *UNREADABLE):
            pass
        return state.digest()

    # Responses

    def _ask_responders(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        addresses = responder_addresses(certificate) if self._settings.is_ocsp_enabled else ()
        if not addresses:
            self._reports.append(FetchReport("", "failed", "no_address", issuer.subject.rfc4514_string()))
        return any(self._ask_responder(address, certificate, issuer) for address in addresses)

    def _ask_responder(self, address: str, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        authority = issuer.subject.rfc4514_string()
        known = self._state.addresses.setdefault(address, AddressState(authority=authority))
        # no answer about one certificate holds up no other signer
        is_down = known.failures and known.reason != "no_answer"
        if is_down and due_at_s(known, self._settings) > self._errand.at_s and not self._errand.is_forced:
            return False
        known.tried_at_s = self._errand.at_s
        try:
            octets = self._response_at(address, certificate, issuer)
        except FetchError as error:
            self._failed(known, address, error.reason)
            return False
        known.succeeded_at_s, known.failures, known.reason = self._errand.at_s, 0, ""
        self._responses.append(octets)
        self._reports.append(FetchReport(address, "new", "", authority))
        return True

    def _response_at(self, address: str, certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
        octets = self._transfer(address, MAX_RESPONSE_OCTETS, _request(certificate, issuer))
        answers = responses_answer([octets], issuer, certificate, self._at)
        if not any(answer.until is not None and answer.until >= self._at for answer in answers):
            raise FetchError("no_answer")
        self._put(f"ocsp-{certificate.fingerprint(hashes.SHA256()).hex()[:_KEY_CHARACTERS]}.ors", octets)
        return octets

    # The world outside

    def _transfer(self, address: str, octets: int, body: bytes | None = None) -> bytes:
        if time.monotonic() - self._began > RUN_SECONDS:
            raise FetchError("out_of_time")
        return transfer(address, limits_of(self._settings, octets), body, _OCSP_TYPE)

    def _failed(self, known: AddressState, address: str, reason: str) -> None:
        if reason != "out_of_time":  # which says nothing of the address
            known.failures, known.reason = known.failures + 1, reason
        self._reports.append(FetchReport(address, "failed", reason, known.authority))

    def _put(self, name: str, octets: bytes) -> None:
        try:
            put(self._folder, name, octets)
        except OSError:
            raise FetchError("no_room") from None

    def _tidy(self, wanted: Iterable[Source]) -> None:
        """Drop responses that ended and addresses nobody names, and write down the rest."""
        state, oldest = self._state, self._errand.at_s - REMEMBERED_S
        authorities = {one.fingerprint for one in self._authorities}
        state.learned = {
            address: issuer
            for address, issuer in state.learned.items()
            if issuer in authorities and self._failures(Source((address,))) < MAX_FAILURES
        }
        named = {*state.learned, *(source.key for source in wanted)}
        kept = [(at, one) for at, one in state.addresses.items() if at in named or one.tried_at_s >= oldest]
        kept.sort(key=lambda one: one[1].tried_at_s, reverse=True)
        state.addresses = dict(kept[:MAX_ADDRESSES])
        try:
            tidy(self._folder, self._at)
            write_state(self._folder, state)
        except OSError:
            self._reports.append(FetchReport("", "failed", "no_room"))


def _age(crl: x509.CertificateRevocationList) -> tuple[datetime, int]:
    """Order lists of one kind: by thisUpdate, then by number (RFC 5280 section 5.2.3)."""
    number = find_number(crl)
    return crl.last_update_utc, -1 if number is None else number


def _request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """Ask about one certificate, by SHA-1 as the lightweight profile wants (RFC 5019 section 2.1.1)."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303 - names, not proof
    return builder.build().public_bytes(Encoding.DER)
