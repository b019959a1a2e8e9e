"""Fixed: settings that a process takes once, at its start; a reload that changes one says that it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from gateway.daemon.config.schema import Config, ListenSection

_WHOLE: Final = ("metrics.listen", "log.format", "ledger.folder", "ledger.is_synced", "ledger.longest_wait_ms")
"""Dotted keys: a socket that is bound once, the form of the log, the files of the ledger; a reload takes all others."""
_OF_BLOCKS: Final = ("addresses", "limits.has_reuse_port")
"""The same of one `[[listen]]` block; not ours to bind when systemd hands its sockets over."""


def waiting_for_restart(started: Config, now: Config, *, own_names: Collection[str]) -> tuple[str, ...]:
    """Name the settings that differ between the configuration at the start and the one that runs now.

    `own_names` are the names of those blocks whose addresses we bound ourselves.
    """
    before, after = _blocks(started), _blocks(now)
    waiting = ["listen.name"] if before.keys() != after.keys() else []
    both = [(before[name], after[name]) for name in before if name in after and name in own_names]
    waiting += [f"listen.{key}" for key in _OF_BLOCKS if any(_value(old, key) != _value(new, key) for old, new in both)]
    waiting += [key for key in _WHOLE if _value(started, key) != _value(now, key)]
    return tuple(waiting)


def _blocks(config: Config) -> dict[str, ListenSection]:
    return {block.name: block for block in config.listen}


def _value(owner: object, key: str) -> object:
    for step in key.split("."):
        owner = getattr(owner, step)
    return owner
