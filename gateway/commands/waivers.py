"""Waivers: what `congthu policy waivers` lists and `congthu check` warns of."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from gateway.commands.trace.query import read_as
from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation
from gateway.judge.binding import posture_of_agency
from gateway.judge.waiving import waivers_by_rule
from gateway.values.verdict import Posture
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gateway.daemon.generation import Generation
    from gateway.values.registry import Registry
    from gateway.values.waiver import Waiver


def waiver_warnings(generation: Generation, registry: Registry, on: dt.date) -> Iterator[str]:
    """Tell of waivers that end soon, have ended, or can cover nothing any more."""
    for one in generation.waivers:
        place = f"{one.origin[0]}:{one.origin[1]}: waiver {one.id}"
        if one.is_expiring(on):
            yield f"{place} ends on {one.valid_to.isoformat()}: its findings act again from the next day"
        elif one.valid_to < on:
            yield f"{place} ended on {one.valid_to.isoformat()}; remove it"
        elif reason := why_idle(one, generation, registry, on):
            yield f"{place} covers nothing: {reason}"


def why_idle(waiver: Waiver, generation: Generation, registry: Registry, on: dt.date) -> str:
    """Say why a waiver in force cannot cover anything on a day, as far as that shows without mail; empty when it can.

    Only an agency tells: a rule may bind a sender without one, or its recipients.
    """
    if not waiver.is_in_force(on) or not waiver.agency:
        return ""
    agency = registry.agency(waiver.agency, on)
    if agency is None:
        return f"agency {waiver.agency} does not exist on that day"
    covered = waivers_by_rule([waiver], generation.packs)
    postures = [
        Posture.ENFORCE  # of its recipients, whoever they are
        if rule.binding.binds.value != "sender"
        else posture_of_agency(rule, pack, agency, on, generation.posture)
        for pack in generation.packs
        for rule in pack.rules
        if rule.id in covered
    ]
    return "" if set(postures) - {Posture.OFF} else f"none of its rules binds {waiver.agency}"


def waiver_table(config_file: Path, journal: BinaryIO | None, on: dt.date | None = None) -> Iterator[str]:
    """List every waiver of a configuration, a line each with its marks, then its reason and who approved it.

    Args:
        config_file: the configuration.
        journal: lines of the log; with them each waiver shows how many messages it covered, and `unused` marks none.
        on: day to look at; None is today in Vietnam.

    Raises:
        Misconfigured: with every problem.
    """
    generation, judge = load_generation(load_config(config_file), 1)
    day = on or dt.datetime.now(VIETNAM).date()
    used = _counted(journal) if journal is not None else None
    for one in generation.waivers:
        marks = list(_marks(one, generation, judge.registry, day))
        if used is not None:
            marks.append(f"covered {used[one.id]} messages" if used[one.id] else "unused: covered nothing in this log")
        period = f"{one.valid_from.isoformat()} to {one.valid_to.isoformat()}"
        yield f"{one.id}  {period}  {', '.join(one.rules)}  {_whom(one)}{''.join(f'  [{mark}]' for mark in marks)}"
        yield f"    {one.reason} ({one.approved_by})"
    yield f"{len(generation.waivers)} waivers, {sum(one.is_in_force(day) for one in generation.waivers)} in force"


def _marks(waiver: Waiver, generation: Generation, registry: Registry, on: dt.date) -> Iterator[str]:
    if waiver.valid_to < on:
        yield "ended"
    elif waiver.valid_from > on:
        yield "not yet"
    elif waiver.is_expiring(on):
        left = (waiver.valid_to - on).days
        yield f"ends in {left} days" if left else "ends today"
    if reason := why_idle(waiver, generation, registry, on):
        yield f"covers nothing: {reason}"


def _whom(waiver: Waiver) -> str:
    given = {
        "sender": waiver.sender,
        "agency": waiver.agency,
        "number": waiver.number,
        "sha256": waiver.sha256[:12] + "..." if waiver.sha256 else "",
    }
    return " ".join(f"{name}={value}" for name, value in given.items() if value)


class _Line(msgspec.Struct):
    """What is read of one line of the log."""

    waived: tuple[str, ...] = ()


def _counted(journal: BinaryIO) -> Counter[str]:
    """Count messages by waiver; lines that are none of ours are passed over."""
    decoder = msgspec.json.Decoder(_Line)
    counts: Counter[str] = Counter()
    for line in journal:
        if b"waived" in line and (found := read_as(decoder, line)) is not None:
            counts.update({text.rpartition(" ")[2] for text in found.waived})
    return counts
