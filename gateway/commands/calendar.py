"""Calendar: the days on which rules begin, end or change their posture, and names that match nothing.

`congthu check` prints it, so that nobody learns of a switch from a refused letter. Pure: packs, posture
table and registry in, rows out.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from gateway.values.faults import ConfigProblem
from gateway.values.pack import Start
from gateway.values.tomltext import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gateway.daemon.config.load import Config
    from gateway.edge.registry.files import FileRegistry
    from gateway.values.pack import Pack, PostureEntry, PostureTable

ALL = "*"
"""Stands for every agency, pack or rule."""
POSTURE_OVER = "posture default"
"""An entry has ended; a less specific one, the pack's own posture or the default holds."""
ONE_DAY = dt.timedelta(days=1)


class Switch(msgspec.Struct, frozen=True, order=True):
    """One change of what holds, from the morning of one day."""

    on: dt.date
    pack: str
    rule: str
    """Rule id, or `*` for all rules of the pack."""
    whom: str
    """Agency id, `class:<class>`, or `*`."""
    change: str
    """`binds` (before: observed), `ends`, `posture <word>` or `posture default`."""
    evidence: str = ""
    """Where the date comes from: `pack`, `registry` or `posture`."""


class Unset(msgspec.Struct, frozen=True, order=True):
    """An agency whose date must be fixed by decision and was not: its findings are only observed (BD-1d-5)."""

    agency: str
    pack: str


def switches(packs: Sequence[Pack], posture: PostureTable, registry: FileRegistry) -> list[Switch]:
    """List every switch of all times, by day; an entry that follows another of its kind that morning replaces it."""
    found = set(_pack_switches(packs)) | set(_agency_switches(packs, registry))
    entries = {one for entry in posture.entries for one in _posture_switches(entry)}
    begun = {(one.on, one.pack, one.rule, one.whom) for one in entries if one.change != POSTURE_OVER}
    ended = {one for one in entries if one.change == POSTURE_OVER and (one.on, one.pack, one.rule, one.whom) in begun}
    return sorted(found | entries - ended)


def unset_agencies(packs: Sequence[Pack], registry: FileRegistry, on: dt.date) -> list[Unset]:
    """List the agencies that are bound by a pack with dates and have none of their own though they need one."""
    found = []
    for agency_id in registry.agency_ids():
        agency = registry.agency(agency_id, on)
        if agency is None:
            continue
        for pack in packs:
            needs_date = agency.has_start_date_unset or agency.agency_class in pack.start.by_decision
            is_bound = pack.is_national or agency.territory in pack.territories
            if is_bound and pack.start != Start() and needs_date and pack.id not in agency.start_dates:
                found.append(Unset(agency_id, pack.id))
    return found


def calendar_text(rows: Sequence[Switch], on: dt.date) -> str:
    """Render the calendar for a terminal: a head, then one line a switch, those still to come marked `>`."""
    cells = [("from", "pack", "rule", "whom", "what")] if rows else []
    cells += [(row.on.isoformat(), row.pack, row.rule, row.whom, row.change) for row in rows]
    pack, rule, whom = (max([least, *(len(cell[at]) for cell in cells)]) for at, least in ((1, 20), (2, 12), (3, 24)))
    marks = [" ", *(">" if row.on > on else " " for row in rows)]
    return "\n".join(
        f"{mark} {cell[0]:<10}  {cell[1]:<{pack}} {cell[2]:<{rule}} {cell[3]:<{whom}} {cell[4]}".rstrip()
        for mark, cell in zip(marks, cells, strict=False)
    )


def unmatched_names(config: Config, packs: Sequence[Pack], registry: FileRegistry) -> list[ConfigProblem]:
    """Report agencies, packs and rules that posture table or registry name and nobody knows, or that have ended."""
    rules = {rule.id for pack in packs for rule in pack.rules}
    pack_ids = {pack.id for pack in packs}
    known = {"agency": set(registry.agency_ids()) | {"other"}, "pack": pack_ids, "rule": rules}
    problems = []
    for number, entry in enumerate(config.posture.entries):
        for field, names in known.items():
            name = getattr(entry, field)
            if name and name not in names:
                key = f"posture.entries[{number}].{field}"
                message = f"there is no {field} `{name}`{did_you_mean(name, names)}"
                problems.append(config.origin.problem(key, message))
    for agency_id, where, key in _rule_date_keys(registry):
        if key not in rules and key not in pack_ids:
            message = f"there is no rule or pack `{key}`{did_you_mean(key, rules | pack_ids)}"
            problems.append(ConfigProblem("registry", 0, f"{agency_id}.{where}", message))
    return problems + _outlived_parents(registry)


def _outlived_parents(registry: FileRegistry) -> list[ConfigProblem]:
    """Report agencies that go on under a parent that has ended: after a reform the clerk forgot them."""
    found = []
    histories = {agency_id: registry.find_history(agency_id) for agency_id in registry.agency_ids()}
    for agency_id, history in histories.items():
        assert history is not None
        for link in history.values:
            parent = histories.get(link.value) if link.key == "parent" else None
            if parent is not None and parent.end < min(link.end, history.end):
                day = dt.date.fromordinal(parent.end).isoformat()
                message = f"parent `{parent.id}` ends on {day}; name the one that follows"
                found.append(ConfigProblem("registry", 0, f"{agency_id}.parent", message))
    return found


def _rule_date_keys(registry: FileRegistry) -> Iterator[tuple[str, str, str]]:
    """Give agency, key of the registry, and the rule or pack named there."""
    for agency_id in registry.agency_ids():
        history = registry.find_history(agency_id)
        assert history is not None
        yield from ((agency_id, "start_dates", key) for key in history.start_dates)
        yield from ((agency_id, "end_dates", key) for key in history.end_dates)


def _pack_switches(packs: Iterable[Pack]) -> Iterator[Switch]:
    for pack in packs:
        yield from _start_switches(pack.start, pack.id, ALL)
        for rule in pack.rules:
            if rule.binding.start is not None:
                yield from _start_switches(rule.binding.start, pack.id, rule.id)
            if rule.binding.since is not None:
                yield Switch(rule.binding.since, pack.id, rule.id, ALL, "binds", "pack")
            if rule.binding.until is not None:
                yield Switch(rule.binding.until + ONE_DAY, pack.id, rule.id, ALL, "ends", "pack")


def _start_switches(start: Start, pack: str, rule: str) -> Iterator[Switch]:
    if start.default is not None:
        yield Switch(start.default, pack, rule, ALL, "binds", "pack")
    for agency_class, day in start.by_class.items():
        yield Switch(day, pack, rule, f"class:{agency_class}", "binds", "pack")


def _agency_switches(packs: Sequence[Pack], registry: FileRegistry) -> Iterator[Switch]:
    pack_of = {rule.id: pack.id for pack in packs for rule in pack.rules}
    pack_ids = {pack.id for pack in packs}
    for agency_id in registry.agency_ids():
        history = registry.find_history(agency_id)
        assert history is not None
        dated = [(key, day, "binds") for key, day in history.start_dates.items()]
        dated += [(key, day + ONE_DAY, "ends") for key, day in history.end_dates.items()]
        for key, day, change in dated:
            if key in pack_ids:
                yield Switch(day, key, ALL, agency_id, change, "registry")
            elif key in pack_of:
                yield Switch(day, pack_of[key], key, agency_id, change, "registry")


def _posture_switches(entry: PostureEntry) -> Iterator[Switch]:
    pack, rule, whom = entry.pack or ALL, entry.rule or ALL, entry.agency or ALL
    if entry.valid_from is not None:
        yield Switch(entry.valid_from, pack, rule, whom, f"posture {entry.posture.value}", "posture")
    if entry.valid_to is not None:
        yield Switch(entry.valid_to + ONE_DAY, pack, rule, whom, POSTURE_OVER, "posture")
