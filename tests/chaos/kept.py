"""The gateway's own ledger laid beside the next hop's: every message stored is there, once, and as it went.

Each copy carries the id of its transaction in the fields the gateway put on top, and so does each record.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from gateway.edge.ledger.reader import Damage, read_ledger
from gateway.values.ledger import Intent, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.chaos.ledger import Ledgers

SETTINGS = '[ledger]\nfolder = "kept"\nlongest_wait_ms = 5000\n\n'
"""Waits longer than by default: on a host with ten times as much to do as it has cores, a thread may."""
FOLDER = "kept"
_ID = re.compile(rb"Congthu-Verdict:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*?\bid=([0-9A-Z]+)")


def check(folder: Path, ledgers: Ledgers) -> Iterator[tuple[str, str]]:
    """Name everything the ledger lacks, has twice or tells wrongly."""
    intents: Counter[str] = Counter()
    outcomes: dict[str, str] = {}
    for found in read_ledger(folder / FOLDER):
        if isinstance(found, Damage):
            yield "ledger damaged", str(found)
        elif isinstance(found.record, Intent):
            intents[found.record.transaction_id] += 1
        elif isinstance(found.record, Outcome):
            outcomes[found.record.transaction_id] = found.record.result
    yield from (("twice in the ledger", one) for one, count in intents.items() if count > 1)
    stored: set[str] = set()
    for copy in ledgers.copies:
        seen = _ID.search(copy.octets)
        name = seen[1].decode() if seen else ""
        stored.add(name)
        result = outcomes.get(name, "unknown")
        if name not in intents:
            yield "not in the ledger", f"{name} by {copy.helo}"
        elif result not in {"delivered", "unknown"} and copy.helo not in ledgers.spoiled:
            yield "ledger says otherwise", f"{name} by {copy.helo}: {result}"
    yield from (
        ("ledger says otherwise", f"{one}: delivered, and nobody has it")
        for one, result in outcomes.items()
        if result == "delivered" and one not in stored
    )
