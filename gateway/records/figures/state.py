"""State: how far ledgers were read, and what the store holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from gateway.records.store import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class SourceState:
    """One ledger file that was read."""

    file: str
    node: str
    instance: str
    records: int
    """As many as its last one that was read counts."""
    first_us: int
    last_us: int
    """Times of its first and last message; 0 without any."""

    def days(self, zone: dt.tzinfo) -> str:
        """Write the days it spans, `2026-10-01 to 2026-10-31`; `no message` without any."""
        if not self.first_us:
            return "no message"
        days = (dt.datetime.fromtimestamp(at // _MICROSECONDS, zone).date() for at in (self.first_us, self.last_us))
        return " to ".join(day.isoformat() for day in days)


@dataclass(frozen=True, slots=True)
class StoreState:
    """What the store holds."""

    sources: tuple[SourceState, ...]
    messages: int
    documents: int
    secrets: int
    unknown: int
    """Messages of which nobody knows whether the next hop took them."""
    last_us: int
    """Time of the newest message; 0 without any."""


def store_state(connection: Connection) -> StoreState:
    """Look at the store as it is."""
    known = tables.SOURCES.c
    sources = tuple(
        SourceState(row.file, row.node, row.instance, row.last_seq, row.first_us, row.last_us)
        for row in connection.execute(select(tables.SOURCES).order_by(known.node, known.instance, known.file, known.id))
    )
    monthly = tables.MONTHLY_MESSAGES.c
    unknown = select(func.sum(monthly.messages)).where(monthly.result == "")
    return StoreState(
        sources=sources,
        messages=int(connection.scalar(select(func.sum(monthly.messages))) or 0),
        documents=int(connection.scalar(select(func.sum(tables.MONTHLY_DOCUMENTS.c.documents))) or 0),
        secrets=int(connection.scalar(select(func.sum(tables.MONTHLY_SECRETS.c.messages))) or 0),
        unknown=int(connection.scalar(unknown) or 0),
        last_us=max((source.last_us for source in sources), default=0),
    )
