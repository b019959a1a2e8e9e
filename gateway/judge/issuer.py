"""Issuers: did this agency issue a document, did another, or is it open? Three-valued; what stays open is not "own".

Letters come first: the issuer's in the notation (first group of a công văn, second of a typed document). But every
People's Committee issues under UBND, and offices of one kind under the same letters, so the organisation lines of the
head outweigh them, then the signer's certificate, then place and addressee.
Cites: directive 14/CT-UBND, BD-1c-0 (the duty is the issuing agency's); Decree 30/2020 Appendix I, II.2 to II.4
(letters alone never say which committee).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from gateway.judge.signers import is_by_agency, signatures_of_signers
from gateway.judge.words import fold, plain

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from gateway.values.facts import Marks, PartFacts
    from gateway.values.registry import Agency, Registry

_OFFICE_CLASS = "vpubnd"
"""Class of the office of a People's Committee, which also issues the Committee's documents (BD-2b)."""
_EVERYWHERE = frozenset({"ubnd", "hdnd"})
"""Letters that the People's Committee, and Council, of every level and place share (Decree 30/2020 Appendix III)."""
_LEVEL = r"(?:tinh|thanh pho|huyen|quan|thi xa|xa|phuong|thi tran|dac khu)"
_KIND = (
    r"(?:uy ban nhan dan|hoi dong nhan dan|van phong|chi cuc|tong cuc|cuc|so|bo|phong|ban|trung tam|truong|benh vien"
    r"|thanh tra|cong an|kho bac|bao hiem|toa an|vien|dang uy|doan)"
)
_BODY = re.compile(rf"\b{_KIND}\b")
"""Where the name of an organisation begins, and of what kind it is."""
_COMMITTEE = re.compile(r"(?:uy ban|hoi dong) nhan dan\b")
_PLACE = re.compile(rf"\b({_LEVEL}) (.{{1,60}}?)(?= (?:{_LEVEL}|{_KIND})\b|$)")
_BARE_PLACE = re.compile(rf"{_LEVEL} (?:(?! (?:{_LEVEL}|{_KIND}) ).){{1,60}}")
"""A place that stands for its committee."""
_PLACE_OF_NAME = re.compile(rf" (?={_LEVEL} |uy ban nhan dan )")
MAX_CORRESPONDENTS = 64
"""Agencies a mail goes to that are compared with whom a document addresses."""
_CHAIN = 3
"""Parents of an agency whose names tell where it is."""


class Issuer(NamedTuple):
    """One organisation whose documents the sender answers for, as the registry knows it."""

    agency: Agency
    letters: frozenset[str]
    """Its notations, folded; empty when the registry names none."""
    names: tuple[str, ...]
    """Its names, folded, short forms written out."""
    shared: frozenset[str]
    """Letters that do not say which organisation is meant."""
    places: frozenset[tuple[str, str]]
    """Level and name of the places its names and those of the bodies above it tell."""
    on: dt.date
    registry: Registry
    correspondents: tuple[str, ...] = ()
    """Names of the agencies the mail goes to, folded likewise."""

    def issued(self, part: PartFacts) -> bool | None:
        """Tell whether it issued the document a file carries; None when that is open."""
        return self._issued(part.marks, part)

    def named(self, marks: Marks) -> bool | None:
        """Tell whether a number that stands in a text alone is of one of its documents; None when that is open."""
        return self._issued(marks, None)

    def is_stranger(self, marks: Marks) -> bool:
        """Tell whether the head names somebody else."""
        return self._head_says(marks.issuer_lines) is False

    def _issued(self, marks: Marks, part: PartFacts | None) -> bool | None:
        said = self._head_says(marks.issuer_lines)
        letters = letters_of(marks)
        is_lettered = not self.letters or letters in self.letters
        if not is_lettered and not (said and letters.endswith(tuple(self.letters))):  # `QĐUBND`: a hyphen was lost
            return False
        if said is None and part is not None:
            said = self._signers_say(part)
        if said is None and _names(marks.addressee, self.names):
            said = False
        if said is None and letters in self.shared:
            is_mine = self._is_my_place(marks.place) or _names(marks.addressee, self.correspondents)
            return True if is_mine else None
        return said is not False

    def _head_says(self, lines: Sequence[str]) -> bool | None:
        return self._says(plain(" ".join(lines))) if lines else None

    def _says(self, head: str) -> bool | None:
        """Tell whether organisation names, the bodies above first, end in this one; None when they name nobody."""
        if any(self._is_called(name, head) for name in self.names):
            return not _is_elsewhere(head, self.places, self.names)
        kinds = [found[0] for found in _BODY.finditer(head)]
        if not kinds:  # `Thông báo số 62/TB-UBND của xã C`
            is_place = self._is_committee and _BARE_PLACE.fullmatch(head) is not None
            return self._is_my_place(head) if is_place else None
        last = head[head.rindex(kinds[-1]) :]
        if any(f"{name} ".startswith(f"{last} ") for name in self.names):
            return None  # `Uỷ ban nhân dân`: the place was not read
        own_kinds = {found[0] for name in self.names if (found := _BODY.match(name))}
        return False if self._is_committee or own_kinds & set(kinds) else None

    @property
    def _is_committee(self) -> bool:
        return any(_COMMITTEE.match(name) for name in self.names)

    def _is_called(self, name: str, head: str) -> bool:
        """Tell whether a name, or what of it stands before its place, is the last one of a head."""
        own = [name, *(name[: cut.start()] for cut in _PLACE_OF_NAME.finditer(name))]
        return any(self._ends_in(head, one) for one in own if not _COMMITTEE.fullmatch(one))

    def _ends_in(self, head: str, name: str) -> bool:
        """Tell whether a name ends a head, or places follow; behind a department its own divisions may."""
        at = f" {head} ".rfind(f" {name} ")
        rest = head[at + len(name) + 1 :] if at >= 0 else "-"
        behind = _LEVEL if self._is_committee else rf"(?:{_LEVEL}|{_KIND})"
        return not rest or bool(re.match(rf"{behind}(?: |$)", rest))

    def _signers_say(self, part: PartFacts) -> bool | None:
        """Tell whether one of the signers is of this agency; False when the signers are named, and others."""
        signers = signatures_of_signers(part.pdf.signatures) if part.pdf else []
        if any(is_by_agency(one, self.agency, self.registry, self.on) for one in signers):
            return True
        said = [self._says(plain(name)) for one in signers for name in (one.signer_organisation,) if name]
        return False if said and all(one is False for one in said) else None

    def _is_my_place(self, place: str) -> bool:
        own = {
            found
            for name in self.names
            if (at := _COMMITTEE.match(name))
            for found in _PLACE.findall(name, at.end())[:1]
        }
        return bool(place) and any(plain(place) in {where, f"{level} {where}"} for level, where in own)


def issuers_of(
    agency: Agency, registry: Registry, on: dt.date, correspondents: Iterable[Agency] = ()
) -> tuple[Issuer, ...]:
    """Give the organisations whose documents an agency issues: itself, and of an office its Committee.

    `correspondents` are the agencies the mail goes to: who sends a document to whom it addresses has issued it.
    """
    others = (other for other in correspondents if other.id != agency.id)
    to = tuple({name: None for other in islice(others, MAX_CORRESPONDENTS) for name in _names_of(other)})
    parent = registry.agency(agency.parent, on) if agency.agency_class == _OFFICE_CLASS and agency.parent else None
    both = (agency, parent) if parent and agency.notations and parent.notations else (agency,)
    return tuple(_issuer(one, registry, on)._replace(correspondents=to) for one in both)


def signing_agency(agency: Agency, registry: Registry, on: dt.date) -> Agency:
    """Give whose signature a document of this agency may bear: of an office the Committee's certificate is its too.

    Names, subjects and serial numbers of both; codes are those of the office, else the Committee's.
    """
    parent = registry.agency(agency.parent, on) if agency.agency_class == _OFFICE_CLASS and agency.parent else None
    if parent is None:
        return agency
    return msgspec.structs.replace(
        agency,
        names=(*agency.names, parent.name, *parent.names),
        certificate_subjects=(*agency.certificate_subjects, *parent.certificate_subjects),
        certificate_serials=(*agency.certificate_serials, *parent.certificate_serials),
        tax_code=agency.tax_code or parent.tax_code,
        budget_code=agency.budget_code or parent.budget_code,
    )


def _issuer(agency: Agency, registry: Registry, on: dt.date) -> Issuer:
    letters = frozenset(filter(None, map(fold, agency.notations)))
    names = _names_of(agency)
    above, known = agency, list(names)
    for _ in range(_CHAIN):
        parent = registry.agency(above.parent, on) if above.parent else None
        if parent is None:
            break
        above, known = parent, [*known, *_names_of(parent)]
    places = frozenset(found for name in known for found in _PLACE.findall(name))
    shared = _EVERYWHERE | _shared_letters(registry, on)  # type: ignore[arg-type]  # any object hashes by identity
    return Issuer(agency, letters, names, shared, places, on, registry)


def _names_of(agency: Agency) -> tuple[str, ...]:
    return _folded((agency.name, *agency.names, *agency.certificate_subjects))


@lru_cache(maxsize=8192)
def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    """Fold the names of one agency; they stem from the registry, never from a sender."""
    return tuple(filter(None, dict.fromkeys(map(plain, names))))


@lru_cache(maxsize=4)
def _shared_letters(registry: Registry, on: dt.date) -> frozenset[str]:
    """Find letters that more than one agency of the registry uses; asked once a registry and day."""
    seen: set[str] = set()
    shared: set[str] = set()
    for agency_id in registry.agency_ids():
        agency = registry.agency(agency_id, on)
        for letters in {fold(one) for one in agency.notations} if agency else ():
            (shared if letters in seen else seen).add(letters)
    return frozenset(shared)


def letters_of(marks: Marks) -> str:
    """Give the issuer's letters of a notation, folded; empty when none stands."""
    return fold(marks.issuer_letters) if marks.issuer_letters else fold(_guess(marks))


def _guess(marks: Marks) -> str:
    """Take the letters of facts that name none: the second group of a typed document, else the first."""
    groups = [one for one in re.split(r"[^\w]", (marks.notation or "").rpartition("/")[2]) if one]
    return groups[1] if marks.doc_type not in {None, "cong_van"} and len(groups) > 1 else (groups or [""])[0]


def _names(addressee: str, names: Iterable[str]) -> bool:
    """Tell whether an addressee is, or begins with, one of the names; names of one word may be anybody's."""
    key = plain(addressee)
    return any(f"{key} ".startswith(f"{name} ") for name in names if " " in name)


def _is_elsewhere(head: str, places: frozenset[tuple[str, str]], names: Sequence[str]) -> bool:
    """Tell whether a head names a place that contradicts the known one of its level.

    Where the place was not read, the organisation's own name follows its level (`UBND TỈNH` / `SỞ A`).
    """
    shown = [(level, where) for level, where in _PLACE.findall(head) if where not in names]
    for level in {level for level, _ in shown}:
        mine = [where for known, where in places if known == level]
        theirs = [where for named, where in shown if named == level]
        if mine and not any(_begins(one, other) for one in mine for other in theirs):
            return True
    return False


def _begins(one: str, other: str) -> bool:
    """Compare places of which one may run on into other words of the head."""
    return f"{one} ".startswith(f"{other} ") or f"{other} ".startswith(f"{one} ")
