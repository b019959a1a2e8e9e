"""Settings of the ledger."""

from __future__ import annotations

from typing import Annotated

import msgspec


class LedgerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept so that documents can be counted (docs/ledger.md): never subject, text, file name, outside address.

    Each process writes files of its own, named after host and configuration file.
    """

    folder: str = ""
    """Where the files are written, such as `/var/lib/congthu/ledger`; empty: no ledger is kept."""
    is_synced: bool = False
    """Wait for the disk before a message is sent on: a loss of power then costs no intent, and each mail some time."""
    longest_wait_ms: Annotated[int, msgspec.Meta(ge=1, le=5_000)] = 250
    """How long a message waits at most for the disk, with `is_synced`, and where its intent cannot be noted otherwise;
    then it is sent without, and that is counted."""
