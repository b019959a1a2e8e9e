"""Agencies written as TOML: text to draft, every problem with its line.

A value is either bare (it holds as long as the agency exists) or a table with `value`, `valid_from`,
`valid_to` and `evidence`; an attribute takes one value or a list of them (docs/registry.md).
"""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import TYPE_CHECKING, Any

from gateway.edge.registry.draft import AgencyDraft, Draft, MailboxStatement, Statement, Where
from gateway.edge.registry.syntax import (
    ATTRIBUTES,
    DOMAIN_KINDS,
    normal_address,
    normal_date,
    normal_domain,
    normal_id,
    normal_mailbox_kind,
    normal_text,
)
from gateway.values.faults import Misconfigured
from gateway.values.tomltext import TomlText, did_you_mean, dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gateway.values.tomltext import Path

_PERIOD = ("valid_from", "valid_to", "evidence")
AGENCY_KEYS = ("id", *_PERIOD, *ATTRIBUTES, "mailboxes", "successors", "start_dates", "end_dates", "start_date_unset")
"""Every key of an `[[agency]]` table."""
DAY_KEYS = ("date", "until", "worked", "evidence")
"""Every key of a `[[day]]` table."""
MAX_DAYS_OFF = 31
"""Days of one entry; Tết takes nine."""
_BAD = object()
"""What a reader gives back after it has reported a problem."""


def draft_toml(draft: Draft, file: str, text: str) -> None:
    """Add what one TOML file says to the draft; problems go to `draft.problems`."""
    try:
        source = TomlText(file, text)
    except Misconfigured as error:
        draft.problems.extend(error.problems)
        return
    _TomlReader(draft, source).read()


class _TomlReader:
    """Reads one document; every method reports and goes on."""

    def __init__(self, draft: Draft, source: TomlText) -> None:
        self.draft = draft
        self.source = source

    def read(self) -> None:
        top = self.source.value
        self.keys(top, (), ("agency", "domain", "day"))
        for path, table in self.tables(top.get("agency", []), ("agency",)):
            self.agency(table, path)
        for path, table in self.tables(top.get("domain", []), ("domain",)):
            self.keys(table, path, ("domain", "kind", *_PERIOD))
            self.draft.shared_domains += self.domain(table, path, "domain")
        for path, table in self.tables(top.get("day", []), ("day",)):
            self.keys(table, path, DAY_KEYS)
            self.day(table, path)

    # Days worked or off by decision

    def day(self, table: dict[str, Any], path: Path) -> None:
        missing = [key for key in ("date", "worked") if key not in table]
        if missing:
            self.report(path, f"needs `{missing[0]}`")
            return
        first, worked = self.date(table["date"], (*path, "date")), table["worked"]
        last = self.date(table["until"], (*path, "until")) if "until" in table else first
        if not isinstance(worked, bool):
            self.report((*path, "worked"), "must be true (a working day) or false (a day off)")
        elif first is not None and last is not None and not 0 <= last - first < MAX_DAYS_OFF:
            self.report((*path, "until"), f"must be the last day, at most {MAX_DAYS_OFF} from `date`")
        elif first is not None and last is not None:
            for day in map(dt.date.fromordinal, range(first, last + 1)):
                if self.draft.days.setdefault(day, worked) != worked:
                    self.report((*path, "date"), f"{day} is said to be worked and off")

    # One agency

    def agency(self, table: dict[str, Any], path: Path) -> None:
        self.keys(table, path, AGENCY_KEYS)
        if "id" not in table:
            self.report(path, "an agency needs an `id`")
            return
        ids = self.normal(normal_id, table["id"], (*path, "id"))
        if not ids:
            return
        known = self.draft.agencies.get(ids[0])
        if known is not None:
            self.report((*path, "id"), f"agency `{ids[0]}` is defined already at {known.where}")
            return
        agency = AgencyDraft(ids[0], self.where((*path, "id")))
        self.draft.agencies[agency.id] = agency
        start, end, agency.evidence = self.period(table, path)
        agency.start = agency.start if start is None else start
        agency.end = agency.end if end is None else end
        self.attributes(agency, table, path)
        self.rule_dates(agency, table, path)

    def attributes(self, agency: AgencyDraft, table: dict[str, Any], path: Path) -> None:
        for key, attribute in ATTRIBUTES.items():
            for place, value in self.members(table.get(key, []), (*path, key)):
                if key == "domains":
                    for statement in self.domain(value, place, "value"):
                        agency.add(key, statement)
                else:
                    for statement in self.statement(value, place, "value", attribute.normal):
                        agency.add(key, statement)
        for place, value in self.members(table.get("mailboxes", []), (*path, "mailboxes")):
            self.mailbox(agency, value, place)
        for place, value in self.tables(table.get("successors", []), (*path, "successors")):
            self.keys(value, place, ("agency", "valid_from", "evidence"))
            agency.successors += self.statement(value, place, "agency", normal_id)

    def mailbox(self, agency: AgencyDraft, value: Any, path: Path) -> None:
        kinds, targets = ["agency"], [""]
        if isinstance(value, dict):
            self.keys(value, path, ("address", "kind", "forwards_to", *_PERIOD))
            if "kind" in value:
                kinds = self.normal(normal_mailbox_kind, value["kind"], (*path, "kind"))
            if "forwards_to" in value:
                targets = self.normal(normal_address, value["forwards_to"], (*path, "forwards_to"))
        for kind, target in product(kinds, targets):
            for found in self.statement(value, path, "address", normal_address):
                self.draft.mailboxes.append(
                    MailboxStatement(found.value, found.start, found.end, agency.id, kind, target, self.source, path)
                )

    def domain(self, value: Any, path: Path, word: str) -> list[Statement]:
        kind = DOMAIN_KINDS[0]
        if isinstance(value, dict):
            self.keys(value, path, (word, "kind", *_PERIOD))
            kind = value.get("kind", kind)
            if kind not in DOMAIN_KINDS:
                self.report((*path, "kind"), f"`{kind}` is not known; use one of {', '.join(DOMAIN_KINDS)}")
                return []
        return [found._replace(kind=kind) for found in self.statement(value, path, word, normal_domain)]

    def rule_dates(self, agency: AgencyDraft, table: dict[str, Any], path: Path) -> None:
        """Read from when and until when rules bind the agency by decision."""
        unset = table.get("start_date_unset", False)
        if not isinstance(unset, bool):
            self.report((*path, "start_date_unset"), "must be true or false")
        agency.has_start_date_unset = unset is True
        for key, found in (("start_dates", agency.start_dates), ("end_dates", agency.end_dates)):
            dates = table.get(key, {})
            if not isinstance(dates, dict):
                self.report((*path, key), "must be a table of rule or pack id = date")
                continue
            for name, value in dates.items():
                place = (*path, key, name)
                written = value
                if isinstance(value, dict):
                    self.keys(value, place, ("date", "evidence"))
                    written, place = value.get("date"), (*place, "date")
                day = self.date(written, place)
                if day is not None:
                    found[name] = dt.date.fromordinal(day)

    # One value

    def statement(self, value: Any, path: Path, word: str, normal: Callable[[str], str]) -> list[Statement]:
        """Read a bare value or a table with its period; one statement, or none after a problem."""
        start, end, evidence, place = None, None, "", path
        if isinstance(value, dict):
            if word == "value":
                self.keys(value, path, ("value", "kind", *_PERIOD) if path[-2] == "domains" else ("value", *_PERIOD))
            if word not in value:
                self.report(path, f"needs `{word}`")
                return []
            start, end, evidence = self.period(value, path)
            value, place = value[word], (*path, word)
        found = self.normal(normal, value, place)
        return [Statement(text, start, end, evidence, self.where(path)) for text in found]

    def normal(self, normal: Callable[[str], str], value: Any, path: Path) -> list[str]:
        """Bring one text to its stored form; an empty list after a problem."""
        if not isinstance(value, str):
            self.report(path, "must be text in quotes")
            return []
        try:
            return [normal(value)]
        except ValueError as error:
            self.report(path, str(error))
            return []

    def period(self, table: dict[str, Any], path: Path) -> tuple[int | None, int | None, str]:
        start = self.date(table["valid_from"], (*path, "valid_from")) if "valid_from" in table else None
        end = self.date(table["valid_to"], (*path, "valid_to")) if "valid_to" in table else None
        if start is not None and end is not None and end < start:
            self.report((*path, "valid_to"), "lies before `valid_from`; it is the last day, included")
            end = None
        evidence = self.normal(normal_text, table["evidence"], (*path, "evidence")) if "evidence" in table else []
        return start, end, "".join(evidence)

    def date(self, value: Any, path: Path) -> int | None:
        if isinstance(value, str):
            try:
                return normal_date(value).toordinal()
            except ValueError as error:
                self.report(path, str(error))
                return None
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value.toordinal()
        self.report(path, "must be a date such as 2025-07-01")
        return None

    # Shapes

    def members(self, value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
        """Give the elements of a list, or one bare value as a list of itself."""
        if isinstance(value, list):
            yield from (((*path, number), member) for number, member in enumerate(value))
        else:
            yield path, value

    def tables(self, value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
        for place, member in self.members(value, path):
            if isinstance(member, dict):
                yield place, member
            else:
                self.report(place, f"must be a table, written [[{dotted(path)}]] or {{ ... }}")

    def keys(self, table: dict[str, Any], path: Path, known: Iterable[str]) -> None:
        for key in table:
            if key not in known:
                self.report((*path, key), f"unknown key{did_you_mean(key, known)}")

    def where(self, path: Path) -> Where:
        return Where(self.source, path, dotted(path))

    def report(self, path: Path, message: str) -> None:
        self.draft.problems.add(self.where(path), message)
