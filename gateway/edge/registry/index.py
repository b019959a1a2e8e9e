"""Registry index: the compact tables behind dated look-ups, and the `Registry` made of them.

Built for 20,000 agencies and 500,000 mailboxes in every worker process: local parts stand sorted by
domain in one block of octets, found by bisection; equal ownerships are stored once; agency histories
stay encoded until someone asks for that agency. The tables are plain data, so a dump costs one copy.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec resolves annotations at run time
import hashlib
from array import array
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from gateway.edge.registry.syntax import ATTRIBUTES
from gateway.judge.domains import DomainList, parents
from gateway.values.registry import Agency, DomainEntry, MailboxEntry
from gateway.values.working_days import WorkingDays

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME_GENERATIONS = 4
"""Days between two changes of any name share one map; this many maps are kept (each some MB at full size)."""

PUBLIC_SUFFIXES = frozenset({"gov.vn", "edu.vn", "org.vn", "com.vn"})
"""Names under which others register: official only when the registry lists them as a domain."""
_UNKNOWN = DomainEntry(kind="unknown")

Holding = tuple[int, int, str, str, str]
"""First day, last day, agency id, kind, and of a mailbox where it passes its mail on to."""


class Dated(msgspec.Struct, frozen=True, array_like=True):
    """One value of one attribute, from the first to the last day, both included."""

    key: str
    value: str
    start: int
    end: int
    evidence: str = ""


class History(msgspec.Struct, frozen=True, array_like=True):
    """Everything the registry says of one agency."""

    id: str
    start: int
    end: int
    evidence: str = ""
    values: tuple[Dated, ...] = ()
    """Statements about the attributes of `registry_syntax.ATTRIBUTES`, in file order."""
    successors: tuple[Dated, ...] = ()
    start_dates: dict[str, dt.date] = {}
    has_start_date_unset: bool = False
    end_dates: dict[str, dt.date] = {}
    mailboxes: tuple[Dated, ...] = ()
    """Addresses at which the agency itself is reached, those of kind `agency` first; the key is the kind."""


class Tables(msgspec.Struct, frozen=True):
    """The registry as plain data."""

    histories: dict[str, bytes]
    """Agency id to its encoded History."""
    spans: dict[str, tuple[int, int]]
    """Mail domain to the half-open range of its mailboxes."""
    locals: bytes
    """Local parts of all mailboxes, by domain, then in octet order, without separators."""
    offsets: bytes
    """uint32 in native order: where each local part begins, and the end."""
    holders: bytes
    """uint32: index into `holdings` for each mailbox."""
    holdings: list[list[Holding]]
    domains: dict[str, list[Holding]]
    layers: dict[str, str]
    """The domain lists: domain to its strongest layer (`gateway.judge.domains.LAYERS`)."""
    names: list[tuple[int, int, str, str]]
    """First day, last day, name key, agency id; by agency id."""
    days: dict[dt.date, bool] = {}
    """Days that are worked (True) or off, whatever the law's own days say."""


class FileRegistry:
    """The agencies of one generation: implements `gateway.values.registry.Registry`."""

    def __init__(self, tables: Tables) -> None:
        """Lay views over the tables."""
        self._tables = tables
        self._offsets = memoryview(tables.offsets).cast("I")
        self._holders = memoryview(tables.holders).cast("I")
        self._ids = tuple(sorted(tables.histories))
        self._lists = DomainList(tables.layers)
        self._working_days = WorkingDays(tables.days)
        official = (name for name, held in tables.domains.items() if any(h[3] == "official" for h in held))
        self._protected = self._lists.official_suffixes().union(official)
        self._stages: dict[str, tuple[list[int], list[Agency | None]]] = {}
        starts = {start for start, _, _, _ in tables.names}
        self._name_days = sorted(starts | {end + 1 for _, end, _, _ in tables.names})
        self._names_from = lru_cache(maxsize=NAME_GENERATIONS)(self._name_map)

    @property
    def mailbox_count(self) -> int:
        """Give the number of distinct mailboxes of all times."""
        return len(self._holders)

    def mail_domains(self, on: dt.date) -> list[str]:
        """List the domains of agencies on a day: registered as such, or with a mailbox of theirs; sorted."""
        day = on.toordinal()
        held = {name for name, holdings in self._tables.domains.items() if _on(holdings, day)}
        for domain, (low, high) in self._tables.spans.items():
            if any(_on(self._tables.holdings[self._holders[place]], day) for place in range(low, high)):
                held.add(domain)
        return sorted(held)

    def has_agency_mailbox(self, domain: str, on: dt.date) -> bool:
        """Tell whether a mailbox of kind `agency` is registered in just this domain (lower case, A-labels)."""
        span, day = self._tables.spans.get(domain, (0, 0)), on.toordinal()
        held = (_on(self._tables.holdings[self._holders[place]], day) for place in range(*span))
        return any(holding is not None and holding[3] == "agency" for holding in held)

    def mailbox_counts(self, on: dt.date) -> dict[str, dict[str, int]]:
        """Count the mailboxes registered on a day: agency id to kind to how many; agencies without any are left out."""
        day, found = on.toordinal(), dict[str, dict[str, int]]()
        current = [_on(holdings, day) for holdings in self._tables.holdings]
        for holder in self._holders:
            holding = current[holder]
            if holding is not None:
                kinds = found.setdefault(holding[2], {})
                kinds[holding[3]] = kinds.get(holding[3], 0) + 1
        return found

    def find_mailbox(self, address: str, on: dt.date) -> MailboxEntry | None:
        """Find a mailbox by its whole lower-case address (domain in A-labels)."""
        local, _, domain = address.rpartition("@")
        span = self._tables.spans.get(domain)
        if span is None:
            return None
        wanted = local.encode("utf-8", "surrogatepass")
        block, offsets = self._tables.locals, self._offsets
        low, high = span
        while low < high:
            middle = (low + high) // 2
            if block[offsets[middle] : offsets[middle + 1]] < wanted:
                low = middle + 1
            else:
                high = middle
        if low == span[1] or block[offsets[low] : offsets[low + 1]] != wanted:
            return None
        holding = _on(self._tables.holdings[self._holders[low]], on.toordinal())
        return MailboxEntry(agency=holding[2], kind=holding[3], forwards_to=holding[4]) if holding else None

    def find_domain(self, domain: str, on: dt.date) -> DomainEntry:
        """Classify a domain: the closest registered one on a label boundary, else by the domain lists."""
        day = on.toordinal()
        for name in parents(domain):
            held = self._tables.domains.get(name)
            holding = _on(held, day) if held else None
            if holding:
                return DomainEntry(kind=holding[3], agency=holding[2])
        if domain in PUBLIC_SUFFIXES:
            return _UNKNOWN
        return DomainEntry(kind=self._lists.kind(domain), is_allowed=self._lists.find_layer(domain) == "allow")

    def agency(self, agency_id: str, on: dt.date) -> Agency | None:
        """Give the agency as it stood on a day, from the stages of its history; None outside its life."""
        stages = self._stages.get(agency_id)
        if stages is None:
            history = self.find_history(agency_id)
            if history is None:
                return None
            stages = self._stages[agency_id] = _stages(history)
        index = bisect_right(stages[0], on.toordinal()) - 1
        return stages[1][index] if index >= 0 else None

    def find_history(self, agency_id: str) -> History | None:
        """Give all statements about an agency with their evidence."""
        encoded = self._tables.histories.get(agency_id)
        return None if encoded is None else msgspec.msgpack.decode(encoded, type=History)

    def agency_ids(self) -> tuple[str, ...]:
        """Give every id of every time, sorted."""
        return self._ids

    def protected_domains(self) -> frozenset[str]:
        """Give every official domain of every time and the official suffixes; always the same object."""
        return self._protected

    def protected_names(self, on: dt.date) -> Mapping[str, str]:
        """Map the folded names of the date to agency ids; of two agencies with one name the first id stands."""
        return self._names_from(bisect_right(self._name_days, on.toordinal()))

    def working_days(self) -> WorkingDays:
        """Give the days that are worked; always the same object."""
        return self._working_days

    def _name_map(self, generation: int) -> Mapping[str, str]:
        if generation == 0:
            return {}
        day = self._name_days[generation - 1]
        found: dict[str, str] = {}
        for start, end, key, agency_id in self._tables.names:
            if start <= day <= end:
                found.setdefault(key, agency_id)
        return found


def dump(registry: FileRegistry) -> bytes:
    """Encode a registry for another process of this machine (native byte order)."""
    return msgspec.msgpack.encode(registry._tables)  # noqa: SLF001 - same module


def load_dump(octets: bytes) -> FileRegistry:
    """Decode what `dump` made; about as fast as copying it."""
    return FileRegistry(msgspec.msgpack.decode(octets, type=Tables))


def generation_of(registry: FileRegistry) -> str:
    """Give 16 hex digits that change when anything in the registry changes."""
    return hashlib.sha256(dump(registry)).hexdigest()[:16]


def uint32(numbers: list[int]) -> bytes:
    """Pack numbers as the tables hold them."""
    packed = array("I", numbers)
    assert packed.itemsize == 4
    return packed.tobytes()


def _on(held: list[Holding], day: int) -> Holding | None:
    """Give the holding valid on a day; they are sorted and do not overlap."""
    index = bisect_right(held, day, key=_start) - 1
    if index < 0 or held[index][1] < day:
        return None
    return held[index]


def _start(holding: Holding) -> int:
    return holding[0]


def _stages(history: History) -> tuple[list[int], list[Agency | None]]:
    """Cut a history at every day something changes: first days, and the agency from each of them."""
    days = {history.start, history.end + 1}
    for dated in (*history.values, *history.mailboxes):
        days |= {max(dated.start, history.start), min(dated.end, history.end) + 1}
    ordered = sorted(day for day in days if history.start <= day <= history.end + 1)
    return ordered, [_stage(history, day) if day <= history.end else None for day in ordered]


def _stage(history: History, day: int) -> Agency:
    values: dict[str, Any] = {}
    for dated in history.values:
        if dated.start <= day <= dated.end and (attribute := ATTRIBUTES[dated.key]).field:
            if attribute.is_list:
                values[attribute.field] = (*values.get(attribute.field, ()), dated.value)
            else:
                values[attribute.field] = dated.value
    if name := values.get("name"):
        values["names"] = (name, *(other for other in values.get("names", ()) if other != name))
    reached = (dated.value for dated in history.mailboxes if dated.start <= day <= dated.end)
    return Agency(
        history.id,
        mailbox=next(reached, ""),
        start_dates=dict(history.start_dates),
        end_dates=dict(history.end_dates),
        has_start_date_unset=history.has_start_date_unset,
        **values,
    )
