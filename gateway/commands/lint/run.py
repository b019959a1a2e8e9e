"""Lint of a policy where it is in force: packs against registry, trust, postures and waivers."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from gateway.commands.calendar import unmatched_names
from gateway.commands.lint.rules import lint_packs
from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation, load_packs
from gateway.judge.rules import compile_packs
from gateway.values.faults import ConfigProblem
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gateway.daemon.config.schema import Config
    from gateway.daemon.generation import Generation
    from gateway.edge.registry.files import FileRegistry

_NEEDS_TRUST = re.compile(r"\bpart\.(?:has_(?:valid|agency|personal)_signature|is_signed_beside|is_public_only)\b")


def lint_files(files: dict[str, Path], on: dt.date | None = None) -> Iterator[ConfigProblem]:
    """Lint packs by themselves; `on` is today unless given.

    Raises:
        Misconfigured: a pack that does not load.
    """
    yield from lint_packs(compile_packs(load_packs(files)), on or _today())


def lint_config(config_file: Path, on: dt.date | None = None) -> Iterator[ConfigProblem]:
    """Lint the packs a configuration names, and whether its registry, trust and dates leave them anything to do.

    Raises:
        Misconfigured: with every problem of the configuration.
    """
    config = load_config(config_file)
    generation, judge = load_generation(config, 1)
    day = on or _today()
    yield from lint_packs(judge.compiled, day)
    yield from _unreachable(generation, judge.registry)
    yield from unmatched_names(config, generation.packs, judge.registry)
    yield from _over(config, generation, day)
    if not generation.trust.anchors:
        yield from _unknowable(generation)


def _today() -> dt.date:
    return dt.datetime.now(VIETNAM).date()


def _unreachable(generation: Generation, registry: FileRegistry) -> Iterator[ConfigProblem]:
    """Tell of territories and classes that no agency of the registry ever has."""
    seen: dict[str, set[str]] = {"territory": set(), "class": set()}
    for agency_id in registry.agency_ids():
        history = registry.find_history(agency_id)
        for link in history.values if history is not None else ():
            if link.key in seen:
                seen[link.key].add(link.value)
    for pack in generation.packs:
        if not pack.is_national and not seen["territory"].intersection(pack.territories):
            message = f"no agency of the registry lies in {', '.join(pack.territories)}: the pack binds nobody"
            yield ConfigProblem(pack.file, 0, "pack.territories", message)
        for rule in pack.rules:
            if rule.binding.classes and not seen["class"].intersection(rule.binding.classes):
                message = f"rule {rule.id}: no agency of the registry is of class {', '.join(rule.binding.classes)}"
                yield ConfigProblem(pack.file, rule.line, "binding.classes", message)


def _over(config: Config, generation: Generation, on: dt.date) -> Iterator[ConfigProblem]:
    """Tell of posture entries and waivers whose last day is over."""
    for number, entry in enumerate(config.posture.entries):
        if entry.valid_to is not None and entry.valid_to < on:
            key = f"posture.entries[{number}].valid_to"
            message = f"ended on {entry.valid_to.isoformat()}; remove the entry"
            yield config.origin.problem(key, message)
    for waiver in generation.waivers:
        if waiver.valid_to < on:
            message = f"ended on {waiver.valid_to.isoformat()}; remove the waiver"
            yield ConfigProblem(*waiver.origin, f"{waiver.id}.valid_to", message)


def _unknowable(generation: Generation) -> Iterator[ConfigProblem]:
    """Tell of rules that ask for signatures where nobody's certificates are trusted."""
    for pack in generation.packs:
        for rule in pack.rules:
            fact = _NEEDS_TRUST.search(rule.when)
            if fact is not None:
                message = f"rule {rule.id}: `{fact.group()}` needs anchors, and trust.folder names none"
                yield ConfigProblem(pack.file, rule.when_line, "when", message)
