"""Signers: is a valid signature there, whose is it, and is it that of an agency or a person? Three-valued answers.

None means unknown for now: some signature is TEMPERROR and could still turn the answer.
Cites: Decree 68/2024 (official against public signatures), Decree 30/2020 article 5 (an electronic
original carries the signature of the competent person and that of the agency).
"""

from __future__ import annotations

import re
from itertools import permutations
from typing import TYPE_CHECKING

from gateway.judge.domains import domain_of
from gateway.judge.words import plain, plain_names
from gateway.values.evidence import Outcome

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from gateway.values.evidence import SignatureFacts
    from gateway.values.facts import PartFacts
    from gateway.values.registry import Agency, Registry

_CHANGED = frozenset({"annotations", "other"})
"""Modifications after the signed revision that show something the signer never saw."""
_BROKEN_LATER = _CHANGED | {"unknown"}
"""Modifications after the signed revision that take its word away."""
_BRANCH = re.compile(r"([0-9]{10})-?([0-9]{3})")
"""Tax code of a dependent unit: that of its agency, and three digits."""
_GOVERNMENT = "uy ban nhan dan "
"""What stands before the name of a place in an organisation attribute."""
_ATTRIBUTES = 8
"""Attributes of one subject whose pairs are tried; real ones have five."""


def signatures_of_signers(signatures: Sequence[SignatureFacts]) -> list[SignatureFacts]:
    """Leave out document timestamps: they prove a time, not a signer."""
    return [signature for signature in signatures if not signature.is_timestamp]


def is_valid(signature: SignatureFacts) -> bool:
    """Tell whether a signature holds and nothing but harmless updates came after it."""
    return signature.outcome is Outcome.PASS and signature.modification not in _BROKEN_LATER


def is_broken(signature: SignatureFacts) -> bool:
    """Tell whether a signature is broken for good: it fails, or something else is shown than was signed."""
    return signature.outcome is Outcome.FAIL or (
        signature.outcome is not Outcome.TEMPERROR and signature.modification in _CHANGED
    )


def any_valid(signatures: Sequence[SignatureFacts]) -> bool | None:
    """Tell whether one signature holds; None when only a later try can say."""
    if any(is_valid(signature) for signature in signatures):
        return True
    return None if any(signature.outcome is Outcome.TEMPERROR for signature in signatures) else False


def only_public(signatures: Sequence[SignatureFacts]) -> bool | None:
    """Tell whether signatures hold, but none rests on an official or local anchor."""
    if any(is_valid(signature) and signature.trust_list != "public" for signature in signatures):
        return False
    if any(signature.outcome is Outcome.TEMPERROR for signature in signatures):
        return None
    return any(is_valid(signature) for signature in signatures)


def is_by_agency(signature: SignatureFacts, agency: Agency, registry: Registry, on: dt.date) -> bool:
    """Tell whether the signer is the agency or one of its people: by serial, code, name or mailbox."""
    if signature.signer_serial and signature.signer_serial in agency.certificate_serials:
        return True
    if any(_is_code_of(uid, agency) for uid in signature.signer_uids or (signature.signer_uid,)):
        return True
    return _is_named(signature, agency) or any(
        _is_mailbox_of(mailbox, agency, registry, on) for mailbox in signature.signer_mailboxes
    )


def _is_code_of(uid: str, agency: Agency) -> bool:
    """Compare a UID such as `MST:0312345678-001` or `MNS:1012345`; one without a prefix counts as a tax code."""
    prefix, _, code = uid.rpartition(":")
    prefix, code = prefix.strip().upper(), code.strip()
    if prefix == "MNS":
        return bool(agency.budget_code) and code == agency.budget_code
    if prefix not in {"", "MST"} or not agency.tax_code:
        return False
    if code.replace("-", "") == agency.tax_code.replace("-", ""):
        return True
    branch = _BRANCH.fullmatch(code)  # a unit of the agency; an agency that is itself a unit has no further ones
    return branch is not None and branch[1] == agency.tax_code


def _is_named(signature: SignatureFacts, agency: Agency) -> bool:
    """Compare whole names only, for one agency's name may begin another's; a name may stand in two attributes."""
    keys = plain_names((*agency.certificate_subjects, agency.name, *agency.names))
    return any(name in keys for name in _names_of(signature))


def _names_of(signature: SignatureFacts) -> Iterator[str]:
    """Yield the names a subject may mean: organisation, common name, and pairs such as `Sở A` of `UBND tỉnh B`."""
    own = [plain(name) for name in (signature.signer_organisation, signature.signer_common_name) if name]
    yield from own
    around = [plain(name) for name in (*signature.signer_units, *signature.signer_places)]
    for first, second in permutations(dict.fromkeys(filter(None, [*own, *around][:_ATTRIBUTES])), 2):
        yield f"{first} {second}"
        if second.startswith(_GOVERNMENT):
            yield f"{first} {second.removeprefix(_GOVERNMENT)}"


def _is_mailbox_of(mailbox: str, agency: Agency, registry: Registry, on: dt.date) -> bool:
    entry = registry.find_mailbox(mailbox, on)
    owner = entry.agency if entry else registry.find_domain(domain_of(mailbox), on).agency
    return owner == agency.id


def kind_of_signer(signature: SignatureFacts, agency: Agency, registry: Registry, on: dt.date) -> str:
    """Tell whether a signature of the agency is that of the `agency` itself or of a `personal` holder.

    Empty when neither certificate nor registry tells: a role such as `Văn thư`, or a serial number, may be either.
    """
    if signature.signer_kind:
        return signature.signer_kind
    if plain(signature.signer_common_name) in plain_names((agency.name, *agency.names)):
        return "agency"
    entries = (registry.find_mailbox(mailbox, on) for mailbox in signature.signer_mailboxes)
    kinds = {entry.kind for entry in entries if entry and entry.agency == agency.id}
    return next(iter(kinds)) if len(kinds) == 1 and kinds <= {"agency", "personal"} else ""


def any_by_agency(
    signatures: Sequence[SignatureFacts], agency: Agency | None, registry: Registry, on: dt.date, *, kind: str
) -> bool | None:
    """Tell whether one signature that holds is by the agency and of that kind; None when only a later try can say.

    `kind` is `agency`, `personal` or empty for either; a signer whose kind nobody can tell counts as the agency's own.
    """
    if agency is None:
        return False
    own = [signature for signature in signatures if is_by_agency(signature, agency, registry, on)]
    return any_valid(
        [one for one in own if not kind or (kind_of_signer(one, agency, registry, on) or "agency") == kind]
    )


def kinds_of_signers(
    signatures: Sequence[SignatureFacts], agency: Agency | None, registry: Registry, on: dt.date
) -> set[str]:
    """Name the kinds of the agency's signatures that hold or may yet: `agency`, `personal`, `unclear`."""
    if agency is None:
        return set()
    holding = [one for one in signatures if is_valid(one) or one.outcome is Outcome.TEMPERROR]
    own = [one for one in holding if is_by_agency(one, agency, registry, on)]
    return {kind_of_signer(one, agency, registry, on) or "unclear" for one in own}


def is_signed_over(
    signatures: Sequence[SignatureFacts], agency: Agency | None, registry: Registry, on: dt.date
) -> bool:
    """Tell whether somebody else signed after the agency: what a viewer shows may then be theirs in part."""
    if agency is None:
        return False
    own = [is_by_agency(one, agency, registry, on) for one in signatures]
    return True in own and own[-1] is False


def beside_by_path(parts: Sequence[PartFacts]) -> dict[str, list[SignatureFacts]]:
    """Map the path of each file to the detached signatures that were judged over it.

    Several files may have one name: it is the digest that tells which was signed.
    """
    files: dict[tuple[str, str], list[PartFacts]] = {}
    for part in parts:
        if part.kind != "pkcs7" and part.name:
            files.setdefault((_around(part.path), part.name), []).append(part)
    found: dict[str, list[SignatureFacts]] = {}
    for part in parts:
        if not part.signs or part.smime is None:
            continue
        named = files.get((_around(part.path), part.signs), [])
        if part.signs_sha256 or len(named) > 1:
            named = [one for one in named if part.signs_sha256 and one.sha256 == part.signs_sha256]
        for one in named:
            found.setdefault(one.path, []).extend((part.smime, *part.smime_others))
    return found


def _around(path: str) -> str:
    """Path of the container a file stands in; empty for the message itself."""
    return path.rpartition("!")[0]
