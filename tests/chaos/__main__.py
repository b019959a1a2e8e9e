"""Chaos on the command line: `python -m tests.chaos [--seed N] [--short]`; 1 when anything went wrong."""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import time
from pathlib import Path

from tests.chaos.plan import SHORT, WHOLE
from tests.chaos.run import run

FOLDER = Path("build/chaos")


def main() -> int:
    """Run, print the table, and keep ledgers and log when something must be looked into."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="of an earlier run, to have the same trouble again")
    parser.add_argument("--short", action="store_true", help="the form that `make test` runs")
    asked = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    began = time.monotonic()
    outcome = asyncio.run(run(FOLDER.resolve(), SHORT if asked.short else WHOLE, seed))
    sys.stdout.write(f"{outcome.table()}\nseed {seed}, {time.monotonic() - began:.0f} s\n")
    if outcome.is_good:
        shutil.rmtree(FOLDER)
        return 0
    outcome.ledgers.write(FOLDER)
    sys.stdout.write("".join(f"{kind}: {about}\n" for kind, about in outcome.grave[:20]))
    sys.stdout.write(f"ledgers and log: {FOLDER}/\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
