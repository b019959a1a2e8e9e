"""Fixed: settings that a process takes once, at its start; a reload that changes one says that it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gateway.daemon.config.schema import Config

FIXED: Final = ("listen.addresses", "listen.limits.has_reuse_port", "metrics.listen", "log.format")
"""Dotted keys: sockets that are bound once, and the form of the log. All others are taken by a reload."""
_OF_SOCKETS: Final = ("listen.addresses", "listen.limits.has_reuse_port")
"""Not ours to bind when systemd hands the sockets over."""


def waiting_for_restart(started: Config, now: Config, *, has_own_sockets: bool) -> tuple[str, ...]:
    """Name the settings that differ between the configuration at the start and the one that runs now."""
    keys = (key for key in FIXED if has_own_sockets or key not in _OF_SOCKETS)
    return tuple(key for key in keys if _value(started, key) != _value(now, key))


def _value(config: Config, key: str) -> object:
    found: object = config
    for step in key.split("."):
        found = getattr(found, step)
    return found
