"""Run: the cases of packs, read and judged; which operands decided where a case fails, and what would be expected."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from gateway.commands.cases.goldens import expected_of
from gateway.commands.cases.operands import OperandTrial, decided, why
from gateway.commands.checking import shipped_packs
from gateway.commands.explaining import wire_form
from gateway.daemon.asking import examiner
from gateway.daemon.config.load import shipped_folder
from gateway.daemon.generation import Generation
from gateway.daemon.loading import VERDICT_SUFFIX, load_cases, load_packs
from gateway.edge.readers.pool import ReaderSettings
from gateway.edge.registry.files import EMPTY_REGISTRY, dump
from gateway.judge.cases import coverage_problems, differences, run_case
from gateway.judge.domains import parse_domain_list
from gateway.judge.rules import compile_packs
from gateway.read.budget import DEFAULT_BUDGET
from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.pack import OWN_POSTURE
from gateway.values.trust import EMPTY_TRUST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from gateway.judge.cases import Case, Expected
    from gateway.judge.domains import DomainList
    from gateway.values.facts import MessageFacts
    from gateway.values.pack import Pack


class Update(NamedTuple):
    """A case whose verdict is not what it expects."""

    file: Path
    """Its `.verdict.json`."""
    expected: Expected
    """What it would have to expect."""


class PackRun(NamedTuple):
    """The cases of one pack, run."""

    lines: tuple[tuple[str, bool], ...]
    """What to print, and whether it is good; the sum is last."""
    updates: tuple[Update, ...]
    warnings: tuple[ConfigProblem, ...]
    """Rules that would be left without a hit or a miss, were the updates written: such a pack does not load."""


def run_cases(names: Sequence[str], folders: Sequence[Path]) -> Iterator[tuple[str, bool]]:
    """Run the cases of packs; give (line, whether it is good) each, with a sum at the end of a pack.

    Raises:
        Misconfigured: a pack or case cannot be read, or no pack has that name.
    """
    for one in run_packs(names, folders):
        yield from one.lines


def run_packs(names: Sequence[str], folders: Sequence[Path], *, has_operands: bool = False) -> Iterator[PackRun]:
    """Run the cases of packs, all when none is named; `has_operands` adds how often each operand decided.

    Raises:
        Misconfigured: a pack or case cannot be read, or no pack has that name.
    """
    files = shipped_packs(folders)
    unknown = [name for name in names if name not in files]
    if unknown:
        known = ", ".join(sorted(files))
        raise Misconfigured([ConfigProblem(name, 0, "", f"no such pack; known: {known}") for name in unknown])
    lists = shipped_folder("policies") / "freemail.txt"
    domains = parse_domain_list(lists.read_text("utf-8"), str(lists))
    chosen = [file for name, file in files.items() if not names or name in names]
    packs = [load_packs({file.parent.name: file})[0] for file in chosen]
    cases = [load_cases(file.parent) for file in chosen]
    facts = asyncio.run(_read_cases([one for of_pack in cases for one in of_pack]))
    for pack, of_pack in zip(packs, cases, strict=True):
        yield _run_pack(pack, of_pack, facts, domains, has_operands=has_operands)


async def _read_cases(cases: Sequence[tuple[Case, Path]]) -> dict[Path, MessageFacts]:
    """Read the mails of cases as the gateway would, where the case does not give the facts itself."""
    generation = Generation(
        0, "", (), OWN_POSTURE, dump(EMPTY_REGISTRY), EMPTY_TRUST, DEFAULT_BUDGET, cache_entries=0, help_base=""
    )
    facts = {}
    async with examiner(ReaderSettings(workers=1), generation) as examine:
        for case, mail in cases:
            if case.facts is None:
                told = await examine(wire_form(mail.read_bytes()), case.envelope)
                facts[mail] = told.examination.facts
    return facts


def _run_pack(
    pack: Pack,
    cases: Sequence[tuple[Case, Path]],
    facts: Mapping[Path, MessageFacts],
    domains: DomainList,
    *,
    has_operands: bool,
) -> PackRun:
    compiled = compile_packs([pack])
    trial: OperandTrial | None = OperandTrial(pack) if has_operands else None
    lines: list[tuple[str, bool]] = []
    updates: list[Update] = []
    expectations: list[Case] = []
    for case, mail in cases:
        found = case.facts or facts[mail]
        verdict = run_case(compiled, case, found, domains)
        said = differences(case, pack, verdict)
        expected = expected_of(verdict, pack.id, case.expect)
        expectations.append(msgspec.structs.replace(case, expect=expected) if said else case)
        if said:
            updates.append(Update(mail.with_name(mail.stem + VERDICT_SUFFIX), expected))
            trial = trial or OperandTrial(pack)
            wrong = {*expected.hits} ^ {*case.expect.hits}
            lines += ((line, False) for line in (*(f"{mail}: {line}" for line in said),
                                                 *_reasons(trial, case, found, domains, wrong)))  # fmt: skip
    if has_operands and trial is not None:
        lines += ((line, True) for line in _counts(trial, cases, facts, domains))
    total = f"{pack.id} {pack.version}: {len(pack.rules)} rules, {len(cases)} cases, {len(updates)} failed"
    lines.append((total, not updates))
    return PackRun(tuple(lines), tuple(updates), tuple(coverage_problems(pack, expectations) if updates else ()))


def _reasons(
    trial: OperandTrial, case: Case, facts: MessageFacts, domains: DomainList, rules: set[str]
) -> Iterator[str]:
    """Show the operands of rules that hit or missed against what a case expects."""
    said = trial.ask(case, facts, domains)
    for rule in sorted(rules & trial.of.keys()):
        lines = list(why(trial.of[rule], said.get(rule, [])))
        yield f"    {rule} {lines[0]}"
        yield from (f"    {line}" for line in lines[1:])


def _counts(
    trial: OperandTrial,
    cases: Sequence[tuple[Case, Path]],
    facts: Mapping[Path, MessageFacts],
    domains: DomainList,
) -> Iterator[str]:
    """Tell how often each operand decided alone in the cases of its pack: one that never did is not tried by any."""
    counts = {rule: [0] * len(operands.texts) for rule, operands in trial.of.items()}
    for case, mail in cases:
        said = trial.ask(case, case.facts or facts[mail], domains)
        for rule, seen in said.items():
            for index in set(decided(trial.of[rule], seen)):
                counts[rule][index] += 1
    for rule, operands in trial.of.items():
        if operands.joined_by:
            yield f"{rule} ({operands.joined_by})"
            for text, count in zip(operands.texts, counts[rule], strict=True):
                yield f"  {count or 'never':>5} {text}"
