"""Checking: what `congthu check` and `congthu policy` print."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from typing import TYPE_CHECKING

import msgspec

from gateway.commands.advice import advice, ask_routes
from gateway.commands.calendar import calendar_text, switches, unmatched_names, unset_agencies
from gateway.commands.coverage import uncovered
from gateway.commands.trust_report import date_warnings, fetch_warnings
from gateway.commands.waivers import waiver_warnings
from gateway.daemon.asking import decode_inspection
from gateway.daemon.config.load import host_of, load_config, pack_files, shipped_folder
from gateway.daemon.early import READER_ENTRY
from gateway.daemon.listening import load_tls
from gateway.daemon.loading import load_generation, load_packs
from gateway.daemon.trial import try_readers
from gateway.edge.nexthop import NextHops
from gateway.edge.readers.pool import ReaderPool
from gateway.edge.readers.tesseract import load_recogniser
from gateway.judge.binding import posture_of_agency
from gateway.read.containers.libarchive import is_available
from gateway.read.trust.authorities import authorities
from gateway.values.faults import Misconfigured
from gateway.values.verdict import Disposition, Posture
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gateway.commands.calendar import Switch
    from gateway.daemon.config.schema import Config
    from gateway.daemon.generation import Generation
    from gateway.edge.readers.sandbox import SandboxReport
    from gateway.values.events import ConnectionRecord, RelayRecord
    from gateway.values.registry import Registry
    from gateway.values.trust import TrustSnapshot


_NEEDS_ANCHORS = re.compile(r"\bpart\.(?:has_(?:valid|agency|personal)_signature|is_signed_beside|is_public_only)\b")
"""Facts that nobody can know who has not said whose certificates to trust."""
_KEYED = frozenset({"issued", "expired", "revoked"})
"""States of a certificate in the registry of an agency that signs, or has signed."""


class Silent:
    """An observer of next hops that keeps nothing: what asking them found is told from their answers."""

    def on_attempt(self, record: RelayRecord) -> None:
        """Nothing is attempted while checking."""

    def on_connection(self, record: ConnectionRecord) -> None:
        """What asking a next hop found is told from its answer."""


TOO_LITTLE_BUDGET = "inspection.budget leaves a PDF of one page unread: nearly every mail with a document is refused"
WARNING = "warning: "
"""Begins each line that `--strict` counts."""


def report(config_file: Path, *, is_offline: bool = False) -> Iterator[str]:
    """Load everything the daemon would and tell what it found, a line each. `is_offline`: no next hop is asked.

    Raises:
        Misconfigured: with every problem.
        Transient: the readers do not start here.
    """
    config = load_config(config_file)
    generation, judge = load_generation(config, 1)
    refuse_without_anchors(config, generation, judge.registry)
    NextHops(config.relay.routes, host_of(config), Silent(), problem=config.origin.problem)
    load_tls(config)
    sandbox, is_all_read = asyncio.run(confine(config, generation))
    today = dt.datetime.now(VIETNAM).date()
    yield f"configuration {config_file}: ok, schema {config.schema}"
    yield f"registry: {len(judge.registry.agency_ids())} agencies, {judge.registry.mailbox_count} mailboxes"
    trust = generation.trust
    data = f"{len(trust.all_crls_der)} revocation lists, {len(trust.all_responses_der)} responses"
    fetched = f"fetched into {config.trust.fetch.folder}" if config.trust.fetch.folder else "nothing is fetched"
    yield f"trust: {len(trust.anchors)} anchors, {data}, revocation {trust.revocation}, {fetched}"
    for pack in generation.packs:
        yield f"pack {pack.id} {pack.version}: {len(pack.rules)} rules"
    if generation.waivers:
        in_force = sum(one.is_in_force(today) for one in generation.waivers)
        yield f"waivers: {len(generation.waivers)}, {in_force} in force"
    yield f"sandbox: landlock {sandbox.landlock_abi or 'absent'}, seccomp {'on' if sandbox.seccomp else 'absent'}"
    yield f"scans: seals, ink, tone; letters {'read (Tesseract)' if _has_ocr() else 'not read'}"
    yield f"archives: zip, tar, gzip, xz, bzip2, iso, cab, TNEF{', 7z, rar, lha' if is_available() else ''}"
    rows = switches(generation.packs, generation.posture, judge.registry)
    for found in (
        *([] if is_all_read else [TOO_LITTLE_BUDGET]),
        *filter(None, [later_without_anchors(generation, judge.registry, rows, today)]),
        *_warnings(config, generation),
        *advice(config, generation, judge.registry, today),
        *waiver_warnings(generation, judge.registry, today),
        *unmatched_names(config, generation.packs, judge.registry),
        *uncovered(config, judge.registry, today),
        *([] if is_offline else ask_routes(config, Silent()).warnings(config)),
    ):
        yield f"{WARNING}{found}"
    yield "calendar"
    yield calendar_text(rows, today)
    for unset in unset_agencies(generation.packs, judge.registry, today):
        yield f"note: {unset.agency} has no start date for {unset.pack} (chưa quy định): observed only"


def refuse_without_anchors(config: Config, generation: Generation, registry: Registry) -> None:
    """Refuse to start where an enforced rule waits for signatures that nobody can judge: it would defer them for ever.

    Raises:
        Misconfigured: no anchors are configured, and such a rule is enforced for an agency that signs.
    """
    if rule := waiting_for_anchors(generation, registry, dt.datetime.now(VIETNAM).date()):
        message = (
            f"no anchors are configured, so no signature can be judged, and rule {rule} is enforced: "
            "put the roots of the official hierarchy into trust.folder (docs/trust.md), or give the rule the "
            "posture tag under [posture]"
        )
        raise Misconfigured([config.origin.problem("trust.folder", message)])


def waiting_for_anchors(generation: Generation, registry: Registry, on: dt.date) -> str:
    """Name a rule that is enforced on a day and waits for signatures nobody can judge; empty for none."""
    if generation.trust.anchors:
        return ""
    found = (registry.agency(agency_id, on) for agency_id in registry.agency_ids())
    signing = [agency for agency in found if agency is not None and agency.certificate in _KEYED]
    for pack in generation.packs:
        for rule in pack.rules:
            if rule.effect is not Disposition.REJECT or not _NEEDS_ANCHORS.search(rule.when):
                continue
            postures = (posture_of_agency(rule, pack, agency, on, generation.posture) for agency in signing)
            if Posture.ENFORCE in postures:
                return rule.id
    return ""


def later_without_anchors(generation: Generation, registry: Registry, rows: Sequence[Switch], today: dt.date) -> str:
    """Warn of the first day of the calendar from which the service would refuse to start; empty for none."""
    for day in sorted({row.on for row in rows if row.on > today}):
        if rule := waiting_for_anchors(generation, registry, day):
            return (
                f"trust.folder names no anchors, and from {day} on rule {rule} is enforced: the service will not start "
                "then; put the roots of the official hierarchy there before (docs/trust.md), or move that day"
            )
    return ""


async def confine(config: Config, generation: Generation) -> tuple[SandboxReport, bool]:
    """Start one worker and have it read a mail of ours; give what confines it, and whether the budget sufficed."""
    pool = ReaderPool(msgspec.structs.replace(config.inspection.readers, workers=1), decode_inspection)
    try:
        await pool.start(READER_ENTRY, msgspec.msgpack.encode(generation))
        is_all_read = await try_readers(pool)
        found = pool.sandbox_report
        assert found is not None
        return found, is_all_read
    finally:
        await pool.close()


def _has_ocr() -> bool:
    return load_recogniser() is not None


def _warnings(config: Config, generation: Generation) -> Iterator[str]:
    for key in config.origin.outdated:
        yield f"{key}; `congthu migrate` takes it out"
    if not config.relay.routes:
        yield "no [[relay.routes]]: nothing can be relayed"
    if not config.relay.relay_domains:
        yield "relay.relay_domains is empty: only configured client networks can send"
    if not _has_ocr():
        yield "letters of scans stay unread: install libtesseract5 and tesseract-ocr-vie"
    if not generation.trust.anchors:
        yield "trust.folder names no anchors: no signature can be trusted"
    now = dt.datetime.now(dt.UTC)
    yield from stale_lists(generation.trust, now)
    yield from date_warnings(generation.trust, now)
    yield from fetch_warnings(config)
    if not is_available():
        yield "7z, rar and lha files stay unread: install libarchive13 (Debian 13: libarchive13t64)"
    if not config.gateway.help_base:
        yield "gateway.help_base is empty: replies carry no help address"


def stale_lists(trust: TrustSnapshot, at: dt.datetime) -> Iterator[str]:
    """Name every authority without a fresh revocation list: what it signed cannot be judged (law of unknowns)."""
    if trust.revocation == "off":
        return
    effect = "documents signed under it are deferred" if trust.revocation == "require" else "not checked for them"
    for one in authorities(trust, at):
        if not one.waits(at):
            continue
        ended = one.fresh_until
        what = (
            f"the revocation list of {one.name} ended {ended.isoformat()}"
            if ended
            else f"no revocation list of {one.name}"
        )
        yield f"trust: {what}: {effect}"


def shipped_packs(folders: Sequence[Path]) -> dict[str, Path]:
    """Map pack ids to their files: in the given folders and among the shipped ones."""
    found: dict[str, Path] = {}
    for folder in (shipped_folder("policies"), *folders):
        found |= {file.parent.name: file for file in sorted(folder.glob("*/pack.toml"))}
    return found


def chosen_packs(folders: Sequence[Path], config_file: Path | None) -> dict[str, Path]:
    """Map pack ids to their files: those a configuration names, else the given folders' and the shipped ones.

    Raises:
        Misconfigured: the configuration cannot be used, or names a pack that is not there.
    """
    return shipped_packs(folders) if config_file is None else pack_files(load_config(config_file))


def rule_table(files: dict[str, Path]) -> Iterator[str]:
    """List every rule of some packs: id, effect, posture, start, title, citation."""
    for pack in load_packs(files):
        yield f"{pack.id} {pack.version}: {pack.title_vi}"
        for rule in pack.rules:
            start = rule.binding.start or pack.start
            since = f"từ {start.default.isoformat()}" if start.default else ""
            yield (
                f"  {rule.id:18} {rule.scope.value:9} {rule.effect.value:6} {rule.posture.value:8}"
                f" {rule.title_vi} [{'; '.join(rule.cites)}] {since}".rstrip()
            )
