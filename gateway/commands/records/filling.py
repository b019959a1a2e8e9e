"""Filling the store and looking at it: `congthu records sync`, `rebuild` and `status`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.daemon.config.load import load_config, load_config_registry
from gateway.records.figures.caveats import find_caveats
from gateway.records.figures.state import store_state
from gateway.records.metrics import FOR_ALL, synced_text
from gateway.records.reading.ledgers import FolderLedger
from gateway.records.reading.sync import missing_files, rebuild, sync
from gateway.records.roster import Roster
from gateway.records.site.writing import put
from gateway.records.store.opening import open_store
from gateway.values.faults import Misconfigured
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from gateway.daemon.config.schema import Config
    from gateway.records.reading.sync import SyncReport


def open_configured(config: Config, *, may_create: bool = False) -> Engine:
    """Open the store a configuration names; only what fills one makes it.

    Raises:
        Misconfigured: it names none, or not one that can be opened.
    """
    if not config.records.store:
        raise Misconfigured([config.origin.problem("records.store", "names no store")])
    folder = Path(config.origin.file).absolute().parent
    return open_store(config.records.store, folder, may_create=may_create, problem=config.origin.problem)


def _ledgers(config: Config) -> list[FolderLedger]:
    own = (config.ledger.folder,) if config.ledger.folder else ()
    folders = [Path(folder) for folder in config.records.ledgers or own]
    gone = [str(folder) for folder in folders if not folder.is_dir()]
    if gone or not folders:
        told = [f"there is no folder `{folder}`" for folder in gone] or ["names no folder of a ledger"]
        raise Misconfigured([config.origin.problem("records.ledgers", one) for one in told])
    return [FolderLedger(folder) for folder in folders]


def tell_sync(config_file: Path) -> Iterator[str]:
    """Bring the store up to date, and say in lines what came."""
    config = load_config(config_file)
    yield from _tell(sync(open_configured(config, may_create=True), _ledgers(config)))


def write_metrics(config_file: Path, file: Path) -> None:
    """Write what node exporter shows of a sync that has just ended well.

    Raises:
        OSError: the file cannot be written.
    """
    config = load_config(config_file)
    roster = Roster(load_config_registry(config))
    now_us = time.time_ns() // 1000
    with open_configured(config).begin() as connection:
        caveats = find_caveats(connection, roster, now_us=now_us)
        text = synced_text(store_state(connection), caveats, now_us // 1_000_000)
    put(file, text.encode(), FOR_ALL)


def lost_by_rebuild(config_file: Path) -> tuple[str, ...]:
    """Name the files that were read before and are no longer there."""
    config = load_config(config_file)
    return missing_files(open_configured(config, may_create=True), _ledgers(config))


def tell_rebuild(config_file: Path) -> Iterator[str]:
    """Make the store anew, and say in lines what it holds."""
    config = load_config(config_file)
    yield from _tell(rebuild(open_configured(config, may_create=True), _ledgers(config)))


def _tell(report: SyncReport) -> Iterator[str]:
    yield f"{report.files} files, {report.records} new records"
    for damage in report.damages:
        yield f"warning: {damage.file}: records {damage.first} to {damage.last}: {damage.what}"


def tell_status(config_file: Path) -> Iterator[str]:
    """Say how far ledgers were read, what the store holds and what is wrong, a line each."""
    config = load_config(config_file)
    roster = Roster(load_config_registry(config))
    with open_configured(config).begin() as connection:
        state = store_state(connection)
        for source in state.sources:
            yield f"{source.node} {source.instance}: {source.file}: {source.records} records, {source.days(VIETNAM)}"
        yield (
            f"{state.messages} messages, {state.documents} documents, {state.secrets} secrets, "
            f"{state.unknown} outcomes unknown"
        )
        for caveat in find_caveats(connection, roster, now_us=time.time_ns() // 1000):
            yield f"warning: {caveat.words.en}"
