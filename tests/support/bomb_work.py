"""A work function that reads one message as production does, and tells what it cost."""

import resource
import time
from datetime import UTC, datetime

import msgspec

from gateway.edge.readers.slate import SLATE
from gateway.edge.readers.tesseract import load_recogniser
from gateway.read.budget import Budget
from gateway.read.cache import FactsCache
from gateway.read.message import read_message
from gateway.values.trust import TrustSnapshot

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def load(payload: bytes):
    """Answer facts in short, the growth of memory in MB and the seconds taken."""
    trust, budget = msgspec.msgpack.decode(payload, type=tuple[TrustSnapshot, Budget])
    recogniser = load_recogniser()
    cache = FactsCache(100, trust.generation)

    def work(_request: bytes, octets: bytes) -> bytes:
        before = resource.getrusage(resource.RUSAGE_SELF)
        started = time.perf_counter()
        if recogniser is not None:
            recogniser.grant(*budget.ocr_milliseconds_for(len(octets)))
        facts = read_message(
            octets, budget, trust, AT, cache=cache, recogniser=recogniser, now=time.process_time, watch=SLATE
        )
        after = resource.getrusage(resource.RUSAGE_SELF)
        return msgspec.json.encode({
            "words": sorted({*facts.overruns, *(part.uninspectable for part in facts.parts)} - {""}),
            "kinds": sorted({part.kind for part in facts.parts}),
            "parts": len(facts.parts),
            "grown_mb": (after.ru_maxrss - before.ru_maxrss) // 1024,
            "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
            "seconds": round(time.perf_counter() - started, 2),
        })  # fmt: skip

    return work
