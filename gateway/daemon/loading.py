"""Loading: from configuration to a checked `Generation`, or every problem of every file at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import structs

from gateway.daemon.config.load import host_of, load_config_registry, pack_files, shipped_folder
from gateway.daemon.config.waivers import load_waivers
from gateway.daemon.generation import Generation, Judge
from gateway.edge.registry.files import EMPTY_REGISTRY, dump
from gateway.edge.trust.cache import with_fetched
from gateway.edge.trust.folder import load_trust
from gateway.judge.cases import Case, coverage_problems, parse_case
from gateway.judge.guidefile import parse_guides
from gateway.judge.packfile import parse_pack
from gateway.judge.waiving import waiver_problems
from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.identity import IdentitySettings
from gateway.values.trust import EMPTY_TRUST

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.daemon.config.schema import Config
    from gateway.values.guide import Guide
    from gateway.values.pack import Pack
    from gateway.values.trust import TrustSnapshot
    from gateway.values.waiver import Waiver

T = TypeVar("T")
CASES = "cases"
GUIDES = "guides.toml"
VERDICT_SUFFIX = ".verdict.json"


def load_generation(config: Config, number: int) -> tuple[Generation, Judge]:
    """Load packs, waivers, registry and trust that a configuration names, and compile them.

    Raises:
        Misconfigured: every problem of every file.
    """
    problems: list[ConfigProblem] = []
    none: tuple[Pack, ...] = ()
    no_waivers: tuple[Waiver, ...] = ()
    packs = _attempt(lambda: load_packs(pack_files(config)), none, problems)
    registry = _attempt(lambda: load_config_registry(config), EMPTY_REGISTRY, problems)
    trust = _attempt(lambda: load_config_trust(config), EMPTY_TRUST, problems)
    waivers = _attempt(lambda: load_waivers(config.policy.waivers), no_waivers, problems)
    if not problems:
        problems.extend(waiver_problems(waivers, packs, registry.agency_ids()))
    if problems:
        raise Misconfigured(problems)
    generation = Generation(
        number=number,
        host=host_of(config),
        packs=packs,
        posture=config.posture,
        registry_dump=dump(registry),
        trust=trust,
        budget=config.inspection.budget,
        cache_entries=config.inspection.cache_entries,
        help_base=config.gateway.help_base,
        waivers=waivers,
        identity=IdentitySettings(
            mode=config.identity.mode,
            upstream=config.identity.upstream,
            arc_sealers=config.identity.arc_sealers,
        ),
        keeps_ledger=bool(config.ledger.folder),
    )
    return generation, Judge(generation)


def _attempt(load: Callable[[], T], instead: T, problems: list[ConfigProblem]) -> T:
    try:
        return load()
    except Misconfigured as fault:
        problems.extend(fault.problems)
        return instead


def load_packs(files: dict[str, Path]) -> tuple[Pack, ...]:
    """Read packs in order; a rule without a case it hits and a case it misses does not load.

    Raises:
        Misconfigured: every problem of every pack.
    """
    problems: list[ConfigProblem] = []
    packs = []
    unknown: dict[str, Guide] | None = None
    guides = _attempt(lambda: load_guides(files), unknown, problems)
    for file in files.values():
        try:
            pack = parse_pack(file.read_text("utf-8-sig"), str(file), guides)
            problems.extend(coverage_problems(pack, [case for case, _mail in load_cases(file.parent)]))
            packs.append(pack)
        except Misconfigured as fault:
            problems.extend(fault.problems)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(ConfigProblem(str(file), 0, "", f"cannot be read: {error}"))
    if problems:
        raise Misconfigured(problems)
    return tuple(packs)


def load_guides(files: dict[str, Path]) -> dict[str, Guide]:
    """Read the shipped guides and those beside these packs; of one id the last counts, so an office may write its own.

    Raises:
        Misconfigured: every problem of every file.
    """
    folders = dict.fromkeys((shipped_folder("policies"), *(file.parent for file in files.values())))
    problems: list[ConfigProblem] = []
    found: dict[str, Guide] = {}
    for file in (folder / GUIDES for folder in folders):
        try:
            found |= parse_guides(file.read_text("utf-8-sig"), str(file))
        except FileNotFoundError:
            continue
        except Misconfigured as fault:
            problems.extend(fault.problems)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(ConfigProblem(str(file), 0, "", f"cannot be read: {error}"))
    if problems:
        raise Misconfigured(problems)
    return found


def load_cases(folder: Path) -> list[tuple[Case, Path]]:
    """Read the cases of one pack folder as (case, path of its mail), by name.

    Raises:
        Misconfigured: a case that cannot be read, or without its mail.
    """
    problems: list[ConfigProblem] = []
    cases = []
    for file in sorted((folder / CASES).glob("*" + VERDICT_SUFFIX)):
        mail = file.with_name(file.name.removesuffix(VERDICT_SUFFIX) + ".eml")
        if not mail.is_file():
            problems.append(ConfigProblem(str(file), 0, "", f"its mail {mail.name} is missing"))
        try:
            cases.append((parse_case(file.read_text("utf-8-sig"), str(file)), mail))
        except Misconfigured as fault:
            problems.extend(fault.problems)
    if problems:
        raise Misconfigured(problems)
    return cases


def with_fetched_trust(generation: Generation, config: Config) -> Generation:
    """Make the next generation: all of this one, with the fetched revocation data as it is now."""
    return structs.replace(generation, number=generation.number + 1, trust=_with_fetched(generation.trust, config))


def _with_fetched(trust: TrustSnapshot, config: Config) -> TrustSnapshot:
    folder = config.trust.fetch.folder
    return with_fetched(trust, Path(folder)) if folder else trust


def load_config_trust(config: Config) -> TrustSnapshot:
    """Load the trust folder a configuration names, with what was fetched.

    Raises:
        Misconfigured: every problem of every file of the trust folder.
    """
    if not config.trust.folder:
        return EMPTY_TRUST
    return _with_fetched(load_trust(Path(config.trust.folder), revocation=config.trust.revocation), config)
