"""Plans: how much trouble a run makes."""

from __future__ import annotations

from typing import NamedTuple

STAGES = ("BANNER", "EHLO", "STARTTLS", "MAIL", "RCPT", "DATA", "BODY", "DOT", "AFTERDOT")
"""At which the next hop sees the gateway end: before it says anything there."""


class Plan(NamedTuple):
    """How often each thing happens."""

    workers: int
    nurseries: int
    kills: int
    stops: int
    kills_at_stages: tuple[str, ...]
    stops_at_stages: tuple[str, ...]
    reloads: int
    bad_reloads: int
    kills_in_reloads: int
    """Of a child, and as often of the gateway."""
    faults: int
    """Of each way of each stage of the next hop."""
    chance: float
    """Of a fault each time a stage is reached, while there are some left."""
    has_stalls: bool
    """It also stalls, which each time takes a sender for seconds."""
    senders: int
    pause_s: float
    """Of a sender between two tries, of one mail or of the next. A real server waits minutes."""


WHOLE = Plan(
    workers=950, nurseries=30, kills=12, stops=4, kills_at_stages=STAGES, stops_at_stages=STAGES,
    reloads=10, bad_reloads=10, kills_in_reloads=3, faults=8, chance=0.08, has_stalls=True, senders=12, pause_s=0.05,
)  # fmt: skip
SHORT = Plan(
    workers=10, nurseries=1, kills=0, stops=1, kills_at_stages=("AFTERDOT",), stops_at_stages=(),
    reloads=1, bad_reloads=1, kills_in_reloads=0, faults=1, chance=0.2, has_stalls=False, senders=4, pause_s=0.1,
)  # fmt: skip
CALM = Plan(
    workers=0, nurseries=0, kills=0, stops=0, kills_at_stages=(), stops_at_stages=(),
    reloads=0, bad_reloads=0, kills_in_reloads=0, faults=0, chance=0.0, has_stalls=False, senders=1, pause_s=0.0,
)  # fmt: skip
