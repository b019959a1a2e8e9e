"""Records handed to observers, made for tests."""

from __future__ import annotations

from gateway.values.events import TransactionRecord
from gateway.values.status import Reply
from gateway.values.verdict import Disposition
from tests.support.verdicts import ENVELOPE, finding, inspection, verdict

DELIVERED = Reply(250, "2.0.0", ("OK",))
REJECTED = Reply(554, "5.7.1", ("no",))

STAGES_US = (("receive", 12_000), ("wait", 200), ("read", 9_000), ("judge", 400), ("relay", 31_000))


def relayed(**changes: object) -> TransactionRecord:
    """Make the record of a tagged and delivered message with one PDF."""
    tagged = verdict(finding(effect=Disposition.TAG, disposition=Disposition.TAG))
    fields: dict[str, object] = {
        "envelope": ENVELOPE,
        "reply": DELIVERED,
        "size_octets": 5_000,
        "inspection": inspection(
            tagged,
            doc_type="giay_moi",
            urgency="khan",
            parts=(("pdf", "clean"),),
            signatures=("pass",),
            cache_misses=1,
        ),
        "route": "binh-duong",
        "next_hop": "mail.example.vn[192.0.2.25]:25",
        "next_hop_reply": "250 2.0.0 Ok: queued as 4BXk2",
        "stages_us": STAGES_US,
        "total_us": 42_000,
        "generation": 3,
    }
    return TransactionRecord(**{**fields, **changes})


def secret(canary: str) -> TransactionRecord:
    """Make the record of a rejected secret that wrongly carries `canary` wherever text fits."""
    found = finding(
        rule="NAT-SEC-1",
        is_secret=True,
        file_name=canary,
        recipient=canary,
        subject=canary,
        cites=(canary,),
        evidence=(canary,),
        tag=canary,
    )
    inspected = inspection(
        verdict(found),
        doc_type=canary,
        urgency=canary,
        message_id=canary,
        parts=((canary, canary),),
        signatures=(canary,),
    )
    return relayed(inspection=inspected, reply=REJECTED, next_hop="", next_hop_reply="", route="", situation="")
