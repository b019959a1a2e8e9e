"""Roles: what a document wants of each recipient, by its lines of `Kính gửi` and `Nơi nhận` and the registry.

A line names agencies, by their names or their heads, or groups of them; every name counts as it stands in the sender's
territory. What a line says is split into pieces, the longest that mean something first. What no name or group of the
registry explains stays open, and then nobody is said not to be named.
Cites: directive 14/CT-UBND, BD-1a-7, BD-1a-9, BD-1b-6 (per recipient); Decree 30/2020 Appendix I, II.9.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gateway.judge.groups import (
    BEHIND_GROUPS,
    CLASSES,
    COMMITTEE_HEADS,
    COMMITTEES,
    HEADS,
    KINDS,
    LISTED,
    OPEN_HEADS,
    OWN,
    SHORT,
    WHOLE,
)
from gateway.judge.words import plain
from gateway.values.registry import name_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from gateway.values.facts import Receiver
    from gateway.values.registry import Agency, Registry

MAX_PIECES = 240
"""Pieces of all lines together that are looked at: an article that charges everybody has thirty."""
_LONGEST = 6
"""Pieces of one name: `Sở Văn hóa, Thể thao và Du lịch` has three, a group of committees five."""
_CHAIN = 3
_JOINT = re.compile(r"[,;:]|(?<=\s)(?:và|va|VÀ|VA)(?=\s)")
_EXCEPT = re.compile(r"\(?\s{0,2}(?:ngoại )?trừ:? ([^()]{2,200})\)?", re.IGNORECASE)
_LEVEL = r"(?:tinh|thanh pho|huyen|quan|thi xa|xa|phuong|thi tran|dac khu)"
_PLACE = re.compile(rf".* ({_LEVEL}) ([a-z0-9 ]{{2,60}})$")
"""The last level named: `xã` is also the first half of another word."""
_HEAD_WORDS = sorted(HEADS, key=len, reverse=True)
_HEAD = re.compile(rf"(?:cac )?(?P<head>{'|'.join(_HEAD_WORDS)})(?= |$)")
_SHORT = re.compile(rf"\b(?:{'|'.join(sorted(SHORT, key=len, reverse=True))})\b")
_COMMITTEES = re.compile(
    r"uy ban nhan dan (?:cap |cac )(?:cac )?(?P<levels>(?:(?:" + "|".join(COMMITTEES) + r")(?: |$)){1,5})"
)
_COMMITTEE_LEVEL = re.compile("|".join(sorted(COMMITTEES, key=len, reverse=True)))


_GOES_ON = re.compile("(?:" + "|".join((*COMMITTEES, "ban", "nganh", "doan the", "hoi")) + ")(?: |$)")
_GROUP = re.compile(rf"cac so(?: ban)?(?: nganh)?|so ban|{_COMMITTEES.pattern}")


_KIND = re.compile("|".join(rf"(?P<{kind}>(?<![a-z])(?:{begins})(?![a-z]))" for kind, begins in KINDS.items()))
_COMMITTEE = "uy ban nhan dan "
_DEPARTMENT = "so "
_SHORTENED = re.compile(
    r"(?i:sở|so) {1,3}(?P<initials>[A-ZĐ]{3,6}|[A-ZĐ]{2,4}(?: ?[&,\-] ?[A-ZĐ]{1,4}){1,2})(?: tỉnh)? ?\Z"
)
"""`KH&CN`: the initials of a department; two letters may be those of several."""
_OF_PLACE = re.compile(rf"{_COMMITTEE}(?:{'|'.join(COMMITTEES)}) ")
"""`UBND xã A, xã B`: the second is a committee too."""


class Role(NamedTuple):
    """What a document says of one recipient."""

    roles: tuple[str, ...]
    """Sorted; empty when unknown."""
    is_named: bool | None
    """None when that is open."""


OPEN = Role((), None)


class _Said(NamedTuple):
    """What one line means."""

    ids: frozenset[str]
    """Agencies by name."""
    classes: frozenset[str]
    """Classes, in the sender's territory; an empty one: some of those without a class as well."""
    nearly: frozenset[str]
    """Agencies of that name elsewhere."""
    excepted: frozenset[str]
    is_open: bool
    """Some of it was not understood, or may mean others as well."""
    unknown: frozenset[str]
    """Names nobody knows that tell their kind: open for offices of that kind, and of that place."""
    roles: tuple[str, ...]
    others: frozenset[str] = frozenset()
    """Agencies by name that are neither recipients nor above the sender; of several with one name any."""


class Heard(NamedTuple):
    """What `Kính gửi` and `Nơi nhận` say."""

    roles: tuple[Role, ...]
    """One per recipient, in order; open for whoever is of no agency, and where the sender is of none."""
    unwritten: tuple[str, ...] = ()
    """Mailboxes of agencies of the sender's territory that are named, in no group, and none of which is a recipient."""


def read_receivers(
    receivers: Sequence[Receiver],
    sender: Agency | None,
    recipients: Sequence[Agency | None],
    registry: Registry,
    on: dt.date,
) -> Heard:
    """Tell the roles of each recipient, and to whom the document goes besides them."""
    if not receivers or sender is None:
        return Heard((OPEN,) * len(recipients))
    names = _Names(sender, [one for one in recipients if one is not None], registry, on)
    lines = [_said(one, names) for one in receivers]
    known: dict[str, Role] = {}
    for one in recipients:
        if one is not None and one.id not in known:
            known[one.id] = _role(one, lines, sender)
    absent = {other for line in lines for other in line.others if "archive" not in line.roles} - known.keys()
    offices = (registry.agency(one, on) for one in sorted(absent))
    unwritten = (one.mailbox for one in offices if one and one.mailbox and one.territory == sender.territory)
    return Heard(tuple(OPEN if one is None else known[one.id] for one in recipients), tuple(unwritten))


def _role(agency: Agency, lines: Iterable[_Said], sender: Agency) -> Role:
    roles: set[str] = set()
    is_named, is_open = False, False
    is_near = bool(sender.territory) and agency.territory == sender.territory
    for line in lines:
        is_of_group = is_near and agency.agency_class != "" and agency.agency_class in line.classes
        is_meant = agency.id in line.ids or is_of_group
        if is_meant and agency.id not in line.excepted:
            is_named = True
            roles.update(line.roles)
        is_of_others = "" in line.classes and is_near and not agency.agency_class
        is_open = is_open or line.is_open or is_of_others or agency.id in line.nearly
        is_open = is_open or (bool(line.unknown) and (agency.id == sender.id or _may_mean(line.unknown, agency)))
    return Role(tuple(sorted(roles)), True if is_named else None if is_open else False)


def _said(receiver: Receiver, names: _Names) -> _Said:
    """Tell what one line means."""
    if "archive" in receiver.roles:
        return _Said(frozenset({names.sender.id}), *(frozenset[str](),) * 3, False, frozenset(), receiver.roles)
    words, excepted = receiver.words, frozenset[str]()
    if exception := _EXCEPT.search(words):
        words = words[: exception.start()] + words[exception.end() :]
        excepted = frozenset(names.read(exception[1], (_COMMITTEE,)).ids)
    found = names.read(words)
    ids, classes, nearly = frozenset(found.ids), frozenset(found.classes), frozenset(found.nearly)
    unknown, others = frozenset(found.unknown), frozenset(found.others)
    return _Said(ids, classes, nearly, excepted, found.is_open, unknown, receiver.roles, others)


class _Found:
    """Collects what the pieces of one line mean."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.classes: set[str] = set()
        self.nearly: set[str] = set()
        self.others: set[str] = set()
        self.is_open = False
        self.unknown: set[str] = set()


class _Names:
    """Names as the sender writes them."""

    def __init__(self, sender: Agency, recipients: Iterable[Agency], registry: Registry, on: dt.date) -> None:
        self.sender = sender
        self.left = MAX_PIECES
        self.known = registry.protected_names(on)
        self.above = [sender]
        while len(self.above) <= _CHAIN and (parent := registry.agency(self.above[-1].parent, on)):
            self.above.append(parent)
        self.places = tuple(dict.fromkeys(place for one in self.above for place in _places(one)))
        self.certain: dict[str, set[str]] = {}
        self.near: dict[str, set[str]] = {}
        for one in {one.id: one for one in (*self.above, *recipients)}.values():
            self._learn(one)

    def _learn(self, agency: Agency) -> None:
        """Take down what an agency may be called: in full for certain; without its place only near by."""
        is_mine = agency in self.above
        is_near = bool(agency.territory) and agency.territory == self.sender.territory
        is_provincial = agency.level in {"province", ""} or agency.agency_class == "department"
        for name in filter(None, _called((agency.name, *agency.names))):
            self.certain.setdefault(name, set()).add(agency.id)
            for short, is_of_province in _without_place(name, (*self.places, *_places(agency))):
                is_sure = is_mine or (is_near and (is_provincial or is_of_province))
                (self.certain if is_sure else self.near).setdefault(short, set()).add(agency.id)

    def read(self, words: str, prefixes: tuple[str, ...] = ()) -> _Found:
        """Tell what words mean, the longest run of pieces first; `prefixes` may be left out before names."""
        found = _Found()
        cuts = [(match.start(), match.end()) for match in _JOINT.finditer(words)]
        self.left -= len(cuts) + 1
        if self.left < 0:
            found.is_open = True
            return found
        starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(words)]
        at = 0
        while at < len(starts):
            for last in range(min(at + _LONGEST, len(starts)) - 1, at - 1, -1):
                raw = words[starts[at] : ends[last]]
                if words[ends[last] : ends[last] + 1] == ":" and (listed := _listing(_without_heads(_long(raw))[0])):
                    prefixes = listed  # who is meant stands behind the colon
                    break
                if self._is_cut_off(raw, words[ends[last] : ends[last + 1]] if last + 1 < len(starts) else ""):
                    continue
                if any(self._means(f"{before}{raw}", found) for before in ("", *prefixes)):
                    break
            else:
                last = at
                name = _long(words[starts[at] : ends[at]])
                found.unknown.add(name)
                found.is_open = found.is_open or not _kinds(name)
            name, _ = _without_heads(_long(words[starts[at] : ends[last]]))
            prefixes = _begins_list(name) or (prefixes if prefixes or not _OF_PLACE.match(name) else (_COMMITTEE,))
            at = last + 1
        return found

    @staticmethod
    def _is_cut_off(raw: str, behind: str) -> bool:
        """Tell whether a group goes on in the next piece: `UBND các xã, phường thuộc huyện A`."""
        return bool(_GOES_ON.match(_long(behind))) and _GROUP.fullmatch(_without_heads(_long(raw))[0]) is not None

    def _means(self, raw: str, found: _Found) -> bool:
        """Add what one run of pieces means; tell whether it means anything."""
        key = _long(raw)
        name, heads = _without_heads(key)
        if not name:
            return not key or self._heads_alone(heads, found)
        is_meant = self._is_group(name, found) or self._is_own(name, key, found)
        if listed := _begins_list(name):
            name = f"{listed[0]}{name.partition(listed[0].strip())[2].strip()}"
        written = _without_heads(name_key(raw))[0]
        is_meant = is_meant or self._is_name(WHOLE.get(name, name), written, found)
        if not is_meant and name.startswith(_DEPARTMENT) and (short := _SHORTENED.search(raw)):
            is_meant = self._is_shortened(name_key(short["initials"]).replace(" ", ""), found)
        if is_meant:
            found.is_open = found.is_open or not OPEN_HEADS.isdisjoint(heads)
            return True
        return False

    def _heads_alone(self, heads: Sequence[str], found: _Found) -> bool:
        """`CT, các PCT` are those of the committee above all that writes."""
        if not COMMITTEE_HEADS.isdisjoint(heads):
            committee = next(
                (one for one in self.above if one.agency_class.endswith("ubnd") and one.agency_class != "vpubnd"), None
            )
            if committee is None:
                return False
            found.ids.add(committee.id)
        return True

    def _is_group(self, name: str, found: _Found) -> bool:
        """Tell whether a name is a group of the sender's territory, with or without words that say so."""
        if not self.sender.territory:
            return False
        for short in (name, *(name.removesuffix(f" {end}") for end in BEHIND_GROUPS if name.endswith(f" {end}"))):
            committees = _COMMITTEES.fullmatch(short)
            levels = _COMMITTEE_LEVEL.findall(committees["levels"]) if committees else []
            classes = CLASSES.get(short, tuple(COMMITTEES[level] for level in levels))
            if classes:
                found.classes.update(classes)
                return True
        return False

    def _is_own(self, name: str, key: str, found: _Found) -> bool:
        if name not in OWN or name == key == "so":
            return False
        found.ids.add(self.sender.id)
        return True

    def _is_name(self, name: str, written: str, found: _Found) -> bool:
        """Look a name up: among agencies that matter here, then in the whole registry with and without our places."""
        if name in self.certain:
            found.ids |= self.certain[name]
            found.nearly |= self.near.get(name, set()) - found.ids
            return True
        found.nearly |= self.near.get(name, set())
        other = next((form for form in self._forms(dict.fromkeys((name, written))) if form in self.known), None)
        if other is not None:
            found.others.add(self.known[other])
        return other is not None

    def _is_shortened(self, initials: str, found: _Found) -> bool:
        """Look for departments of the sender's territory with these initials."""
        names = (name for name in self.certain if name.startswith(_DEPARTMENT) and _initials(name) == initials)
        ids = {one for name in names for one in self.certain[name]}
        found.ids |= ids
        return bool(ids)

    def _forms(self, names: Iterable[str]) -> Iterable[str]:
        """Give the names under which the registry may list what is written here."""
        behind = ("", *(f" {where}" for _, where in self.places), *(f" {' '.join(place)}" for place in self.places))
        for full in (f"{name}{end}" for name in names for end in behind):
            yield full
            yield full.replace("uy ban nhan dan", "ubnd")


def _long(words: str) -> str:
    """Fold words and write short forms out, those of receivers too."""
    long = _SHORT.sub(lambda match: SHORT[match[0]], plain(words)) if words else ""
    return long.replace(f"{_COMMITTEE}{_COMMITTEE}", _COMMITTEE)  # `LĐVP UBND tỉnh`


@lru_cache(maxsize=4096)
def _called(names: tuple[str, ...]) -> tuple[str, ...]:
    """Fold the names of an agency as lines of receivers are folded; remembered, so for names of the registry alone."""
    return tuple(map(_long, names))


def _kinds(name: str) -> set[str]:
    """Tell what kinds of offices a name speaks of; a division of an office, two."""
    return {kind for match in _KIND.finditer(name) if (kind := match.lastgroup)}


def _may_mean(unknown: Iterable[str], agency: Agency) -> bool:
    """Tell whether a name nobody knows may be an office's: it is of its kind or place, or no kind is told."""
    kinds = {kind for name in _called((agency.name, *agency.names)) for kind in _kinds(name) or {""}}
    places = {f" {level} {where}" for level, where in _places(agency) if level not in {"tinh", "thanh pho"}}
    return any("" in kinds or kinds & _kinds(name) or name.endswith(tuple(places)) for name in unknown)


def _without_heads(key: str) -> tuple[str, list[str]]:
    """Take who heads an office off its name; give what was taken."""
    heads = []
    while match := _HEAD.match(key):
        heads.append(match["head"])
        swallowed = HEADS[match["head"]]
        key = f"{swallowed}{key[match.end() :]}".strip()
        if swallowed:
            break
    return key, heads


def _initials(name: str) -> str:
    """Shorten the name of a department as people do: `so khoa hoc cong nghe` becomes `khcn`."""
    return "".join(word[0] for word in name.removeprefix(_DEPARTMENT).removesuffix(" tinh").split())


def _places(agency: Agency) -> list[tuple[str, str]]:
    """Give level and name of the place an agency's names end in."""
    return [(m[1], m[2]) for name in _called((agency.name, *agency.names)) if (m := _PLACE.match(name))]


def _without_place(name: str, places: Iterable[tuple[str, str]]) -> Iterable[tuple[str, bool]]:
    """Give a name without its place, and whether it still says that it is of the province."""
    for level, where in dict.fromkeys(places):
        if name.endswith(f" {level} {where}"):
            short = name.removesuffix(f" {level} {where}")
            yield f"{short} {level}", level in {"tinh", "thanh pho"}
            if " " in short and short not in {"uy ban nhan dan", "hoi dong nhan dan"}:
                yield short, False
        elif name.endswith(f" {where}"):
            yield name.removesuffix(f" {where}"), level == "tinh"


def _listing(name: str) -> tuple[str, ...]:
    """Give what each name behind a colon begins with."""
    committees = _COMMITTEES.fullmatch(name)
    if committees:
        return tuple(f"uy ban nhan dan {level} " for level in _COMMITTEE_LEVEL.findall(committees["levels"]))
    return LISTED.get(name, ())


def _begins_list(name: str) -> tuple[str, ...]:
    """Give the same of a list that begins without a colon: `Các Sở Nội vụ, Tài chính`."""
    return next((begins for words, begins in LISTED.items() if " " in words and name.startswith(f"{words} ")), ())
