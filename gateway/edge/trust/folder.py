"""Trust folders: read anchors, intermediates and revocation data, check the whole, publish one snapshot.

`load_trust` reads everything or raises with every problem; nothing half-loaded is ever published, so the
caller keeps the last good generation on a failed reload. What the trust service fetched lies in a folder of its own
(`gateway.edge.trust.cache`); nothing is fetched here. Layout: docs/trust.md.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import structs

from gateway.read.trust.authorities import is_authority, is_issued_by
from gateway.read.trust.ocsp_answers import UNREADABLE, serials_of
from gateway.read.trust.revocation import open_list
from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.tomltext import TomlText
from gateway.values.trust import Anchor, TrustSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TRUST_LISTS = ("official", "public", "local")
_CERTIFICATE_KINDS = (".pem", ".crt", ".cer")
_CRL_KINDS = (".crl", ".pem")
_RESPONSE_KINDS = (".ors", ".ocsp", ".der")
_MAX_OCTETS = 64_000_000
"""One file; the largest revocation lists of national authorities are some megabytes."""
_SIDECAR_KEYS = ("valid_from", "valid_to", "allows_sha1")
_PEM = b"-----BEGIN "


@dataclass(slots=True)
class _Draft:
    """What was read so far, and everything wrong with it."""

    anchors: list[Anchor] = field(default_factory=list)
    intermediates: list[bytes] = field(default_factory=list)
    crls: list[bytes] = field(default_factory=list)
    responses: list[bytes] = field(default_factory=list)
    problems: list[ConfigProblem] = field(default_factory=list)
    seen: dict[bytes, Path] = field(default_factory=dict)
    """Anchor to the file it came from."""

    def problem(self, file: Path, message: str) -> None:
        self.problems.append(ConfigProblem(str(file), 0, "", message))


def load_trust(folder: Path | None, *, revocation: str = "require") -> TrustSnapshot:
    """Read a trust folder.

    Args:
        folder: holds `official/`, `public/`, `local/`, `intermediates/`, `crls/`, `ocsp/`, each optional;
            None trusts nobody.
        revocation: `require`, `soft` or `off`, as in `TrustSnapshot`.

    Raises:
        Misconfigured: with every problem of every file, in file order.
    """
    draft = _Draft()
    if folder is not None:
        _read_folder(draft, folder)
    if draft.problems:
        raise Misconfigured(draft.problems)
    return numbered(
        TrustSnapshot(
            generation="",
            anchors=tuple(draft.anchors),
            intermediates_der=tuple(draft.intermediates),
            crls_der=tuple(draft.crls),
            revocation=revocation,
            responses_der=tuple(draft.responses),
        )
    )


def _read_folder(draft: _Draft, folder: Path) -> None:
    if not folder.is_dir():
        draft.problem(folder, "no such folder; create it or correct trust.folder")
        return
    parts = (*TRUST_LISTS, "intermediates", "crls", "ocsp")
    for place in sorted(folder.iterdir()):
        if place.name not in parts and not _is_note(place):
            draft.problem(place, f"not part of a trust folder; put files into {', '.join(parts)} or remove it")
    for name in TRUST_LISTS:
        for file in _files(draft, folder / name, (*_CERTIFICATE_KINDS, ".toml")):
            _read_anchor_file(draft, file, name)
    for file in _files(draft, folder / "intermediates", _CERTIFICATE_KINDS):
        draft.intermediates += [_der(certificate) for certificate in _certificates(draft, file)]
    for file in _files(draft, folder / "crls", _CRL_KINDS):
        _read_crl(draft, file)
    for file in _files(draft, folder / "ocsp", _RESPONSE_KINDS):
        _read_response(draft, file)
    if not draft.anchors and not draft.problems:
        draft.problem(folder, "no anchor found; put root certificates into official/, public/ or local/")


def _is_note(place: Path) -> bool:
    """Hidden files and read-me notes may lie anywhere."""
    return place.name.startswith((".", "README"))


def _files(draft: _Draft, folder: Path, kinds: tuple[str, ...]) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for file in sorted(folder.iterdir()):
        if _is_note(file):
            continue
        if file.suffix.lower() not in kinds or not file.is_file():
            draft.problem(file, f"unknown kind of file; name it {', '.join(kinds)} or remove it")
        else:
            yield file


def _octets(draft: _Draft, file: Path) -> bytes:
    """Read a file; empty after a problem was noted."""
    try:
        if file.stat().st_size > _MAX_OCTETS:
            draft.problem(file, f"larger than {_MAX_OCTETS} octets; this cannot be a certificate or revocation list")
            return b""
        octets = file.read_bytes()
    except OSError as error:
        draft.problem(file, f"cannot be read ({error.strerror}); correct its owner and mode")
        return b""
    if b"PRIVATE KEY" in octets:
        draft.problem(file, "holds a private key; keep only certificates here, and replace that key")
        return b""
    if not octets:
        draft.problem(file, "is empty; copy the certificate or list again")
    return octets


def _certificates(draft: _Draft, file: Path) -> list[x509.Certificate]:
    """Read the certificates of a file, PEM (one or more) or DER (one), all of authorities."""
    octets = _octets(draft, file)
    if not octets:
        return []
    try:
        found = x509.load_pem_x509_certificates(octets) if _PEM in octets else [x509.load_der_x509_certificate(octets)]
        kinds = [is_authority(certificate) for certificate in found]
    except UNREADABLE:
        draft.problem(file, "is no certificate in PEM or DER; export it again as X.509")
        return []
    if not all(kinds):
        draft.problem(file, "is the certificate of a person or agency, not of an authority; remove it")
        return []
    return found


def _read_anchor_file(draft: _Draft, file: Path, trust_list: str) -> None:
    if file.suffix.lower() == ".toml":
        if not any(file.with_suffix(kind).is_file() for kind in _CERTIFICATE_KINDS):
            draft.problem(file, f"belongs to no certificate; name it as the certificate it describes ({file.stem}.pem)")
        return
    conditions = _conditions(draft, file.with_suffix(".toml"))
    for certificate in _certificates(draft, file):
        der = _der(certificate)
        if not is_issued_by(certificate, certificate):  # by SHA-1 too: nobody rests on a root's own signature
            draft.problem(file, "is not self-signed, so no root; move it to intermediates/ and put its root here")
        elif der in draft.seen:
            draft.problem(file, f"is the same certificate as {draft.seen[der]}; keep one, in one list")
        else:
            draft.seen[der] = file
            draft.anchors.append(Anchor(der, trust_list, **conditions))


def _conditions(draft: _Draft, sidecar: Path) -> dict[str, Any]:
    """Read when and how an anchor may be used, from the TOML file beside it."""
    if not sidecar.is_file():
        return {}
    try:
        text = TomlText(str(sidecar), _octets(draft, sidecar).decode())
    except Misconfigured as error:
        draft.problems += error.problems
        return {}
    except UnicodeDecodeError:
        draft.problem(sidecar, "is not UTF-8 text; save it as UTF-8")
        return {}
    found: dict[str, Any] = {}
    for key, value in text.value.items():
        if key not in _SIDECAR_KEYS:
            draft.problems.append(text.problem((key,), f"unknown key; known are {', '.join(_SIDECAR_KEYS)}"))
        elif key == "allows_sha1":
            if isinstance(value, bool):
                found[key] = value
            else:
                draft.problems.append(text.problem((key,), "write true or false"))
        elif (day := _day(value)) is None:
            draft.problems.append(text.problem((key,), "write a date such as 2019-06-15"))
        else:
            found[key] = day
    if found.get("valid_from", "") > found.get("valid_to", "9999-12-31"):
        draft.problems.append(text.problem(("valid_to",), "is before valid_from; exchange or correct them"))
    return found


def _day(value: object) -> str | None:
    if type(value) is dt.date:
        return value.isoformat()
    try:
        return dt.date.fromisoformat(value).isoformat() if isinstance(value, str) else None
    except ValueError:
        return None


def _read_crl(draft: _Draft, file: Path) -> None:
    octets = _octets(draft, file)
    if not octets:
        return
    try:
        der = x509.load_pem_x509_crl(octets).public_bytes(Encoding.DER) if _PEM in octets else octets
        has_end = open_list(der).next_update_utc is not None
    except UNREADABLE:
        draft.problem(file, "is no revocation list in PEM or DER; fetch it again from the authority")
        return
    if not has_end:
        draft.problem(file, "names no next update, so it can never be fresh; ask the authority for another")
        return
    draft.crls.append(der)


def _read_response(draft: _Draft, file: Path) -> None:
    octets = _octets(draft, file)
    if not octets:
        return
    try:
        serials_of(octets)
    except UNREADABLE:
        draft.problem(file, "is no OCSP response in DER, or one without an answer; ask the responder again")
        return
    draft.responses.append(octets)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def numbered(trust: TrustSnapshot) -> TrustSnapshot:
    """Give a snapshot its generation: a digest of the contents with their lengths, so that no two read alike."""
    state = hashlib.sha256(trust.revocation.encode())
    for anchor in trust.anchors:
        state.update(f"{anchor.trust_list},{anchor.valid_from},{anchor.valid_to},{anchor.allows_sha1};".encode())
    groups = (
        tuple(anchor.certificate_der for anchor in trust.anchors), trust.intermediates_der, trust.crls_der,
        trust.responses_der, trust.fetched_crls_der, trust.fetched_responses_der,
    )  # fmt: skip
    for group in groups:
        state.update(f"{len(group)};".encode())
        for der in group:
            state.update(f"{len(der)};".encode() + der)
    return structs.replace(trust, generation=state.hexdigest())
