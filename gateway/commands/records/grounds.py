"""Grounds of reports: what a configuration says of packs, registry, criteria and due days, loaded together."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.daemon.config.load import load_config_registry, pack_files, shipped_folder
from gateway.daemon.loading import load_guides, load_packs
from gateway.records.definitions.criteria import load_criteria
from gateway.records.definitions.material import Ground
from gateway.records.duties.packs import load_obligations
from gateway.records.roster import Roster
from gateway.values.registry import name_key
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from gateway.daemon.config.schema import Config
    from gateway.edge.registry.files import FileRegistry
    from gateway.records.duties.packs import Obligations

CRITERIA = "records-criteria.toml"


def load_ground(config: Config, territory: str | None = None) -> Ground:
    """Load what stays the same over all periods; a territory given here wins over the configuration's.

    Raises:
        Misconfigured: packs, registry, criteria or due days cannot be used.
    """
    files = pack_files(config)
    packs = load_packs(files)
    registry = load_config_registry(config)
    said = config.records
    own = Path(said.duties) if said.duties else None
    criteria = Path(said.criteria) if said.criteria else shipped_folder("config") / CRITERIA
    folders = [(pack, file.parent) for pack, file in zip(packs, files.values(), strict=True)]
    return Ground(
        roster=Roster(registry),
        registry=registry,
        obligations=load_obligations(folders, own),
        rules={rule.id: rule for pack in packs for rule in pack.rules},
        guides={name: guide.title.vi for name, guide in load_guides(files).items()},
        criteria=load_criteria(criteria),
        today=today(),
        territory=said.territory if territory is None else territory,
    )


def shipped_obligations() -> Obligations:
    """Load the duties and targets of every pack that is shipped, for the reference page."""
    files = {file.parent.name: file for file in sorted(shipped_folder("policies").glob("*/pack.toml"))}
    return load_obligations([(pack, files[pack.id].parent) for pack in load_packs(files)])


def today() -> dt.date:
    """Give the day it is in Vietnam."""
    return dt.datetime.now(VIETNAM).date()


class Called:
    """Agencies by what clerks call them."""

    def __init__(self, registry: FileRegistry) -> None:
        """Look up which agencies ever issued under which letters, so that a cell need not ask them all."""
        self._registry = registry
        self._lettered: dict[str, list[str]] = {}
        for agency_id in registry.agency_ids():
            history = registry.find_history(agency_id)
            assert history is not None
            for letters in {said.value for said in history.values if said.key == "notations"}:
                self._lettered.setdefault(letters, []).append(agency_id)

    def find_agency(self, words: str, on: dt.date) -> str:
        """Give the agency that is meant on a day: by id, name, abbreviation or issuer letters; empty for none."""
        if self._registry.agency(words, on) is not None:
            return words
        if found := self._registry.protected_names(on).get(name_key(words)):
            return found
        lettered = [
            agency_id
            for agency_id in self._lettered.get(words, ())
            if (agency := self._registry.agency(agency_id, on)) is not None and words in agency.notations
        ]
        return lettered[0] if len(lettered) == 1 else ""  # letters of two offices mean neither
