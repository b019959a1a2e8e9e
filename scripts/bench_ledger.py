"""What a ledger costs small mail: pairs of runs with `[ledger]` off and on, processor time and latency."""

from __future__ import annotations

import shutil
import statistics
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

VARIANTS = {
    "no ledger": "",
    "ledger": '[ledger]\nfolder = "{folder}"\n',
    "ledger, `is_synced`": '[ledger]\nfolder = "{folder}"\nis_synced = true\n',
}


class Cost(NamedTuple):
    """One run."""

    rate: float
    """Mails a second."""
    cpu_ms: float
    """Processor time a mail, all processes."""
    p50_ms: float
    """From the final dot to the reply, one session, so that no mail waits for another."""
    p99_ms: float


def compare(folder: Path, run: Callable[[str], Cost], rounds: int) -> None:
    """Print each variant's medians, and what it costs against the first one in the same round.

    Args:
        folder: for the ledger, made anew for every run.
        run: sends small mail through a gateway with so much more configuration.
        rounds: of all variants, in turns, so that a busy host strikes all alike.
    """
    found: list[list[Cost]] = []
    for _ in range(rounds):
        costs = []
        for more in VARIANTS.values():
            shutil.rmtree(folder, ignore_errors=True)
            costs.append(run(more.format(folder=folder)))
            print("  ", *(f"{one:9.2f}" for one in costs[-1]), flush=True)
        found.append(costs)
    print("\n| small mail | mails a second | ms CPU a mail | against off | p50 ms | more | p99 ms |")
    print("|---|---|---|---|---|---|---|")
    for place, name in enumerate(VARIANTS):
        rate, cpu_ms, p50_ms, p99_ms = (_median(row[place][which] for row in found) for which in range(4))
        cpu = _median(row[place].cpu_ms / row[0].cpu_ms - 1 for row in found)
        more_ms = _median(row[place].p50_ms - row[0].p50_ms for row in found)
        print(f"| {name} | {rate:.0f} | {cpu_ms:.2f} | {cpu:+.1%} | {p50_ms:.1f} | {more_ms:+.1f} | {p99_ms:.1f} |")


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)
