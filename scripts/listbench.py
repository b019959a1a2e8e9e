"""What the length of revocation lists costs: CPU milliseconds to prepare a generation, and to read one signed PDF.

Measured in a warm process for a signer seen before and for one seen the first time, without entries and with N in the
list of each of three roots' sub-CAs. `.venv/bin/python scripts/listbench.py`; nothing is sent.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import statistics
import time

from gateway.demo.cms_maker import CmsPlan
from gateway.demo.documents import official_pdf
from gateway.demo.pki import throw_away_pki
from gateway.demo.signing import SignPlan, sign_pdf
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.reader import read_pdf
from gateway.read.trust.chains import SignerCache
from gateway.values.evidence import Outcome

AT = dt.datetime(2026, 11, 21, 2, 30, tzinfo=dt.UTC)
SIGNERS = 30
ROUNDS = 4
"""The first meets each signer for the first time."""


def main() -> None:
    """Measure without and with entries, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=50_000, help="revoked certificates in each long list")
    options = parser.parse_args()
    pki = throw_away_pki(AT)
    plan = SignPlan(cms=CmsPlan(signing_time=AT - dt.timedelta(hours=1)))
    papers = [sign_pdf(official_pdf(), pki.leaf(f"signer {number}"), plan) for number in range(SIGNERS)]
    print(f"{'entries':>8} {'prepare ms':>11} {'new signer ms':>14} {'seen before ms':>15}")
    for entries in (0, options.entries):
        trust = pki.snapshot(padding=entries)
        signers = SignerCache()
        began = time.process_time()
        signers.prepare(trust)
        prepared = 1_000 * (time.process_time() - began)
        read_pdf(papers[0], DEFAULT_BUDGET, trust, AT, signers=SignerCache())  # meets the cold code
        gc.collect()
        times: list[list[float]] = [[], []]
        for turn in range(ROUNDS):
            for paper in papers:
                began = time.process_time()
                facts = read_pdf(paper, DEFAULT_BUDGET, trust, AT, signers=signers).facts
                times[min(turn, 1)].append(1_000 * (time.process_time() - began))
                assert facts.signatures[0].outcome is Outcome.PASS
        new, seen = map(statistics.median, times)
        print(f"{entries:8} {prepared:11.1f} {new:14.2f} {seen:15.2f}")


if __name__ == "__main__":
    main()
