"""Duties and targets of packs: `reports.toml` beside a `pack.toml`, with citation and dates, checked as a whole."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec resolves annotations at run time
import re
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import msgspec

from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.pack import Citation  # noqa: TC001 - as above
from gateway.values.period import Period  # noqa: TC001 - as above
from gateway.values.tomltext import TomlText

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gateway.values.pack import Pack

FILE: Final = "reports.toml"
MAX_CHARACTERS: Final = 200_000
"""Written by hand; the longest has 4,000."""
MAX_ENTRIES: Final = 200
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,31}")
Measure = Literal["send", "electronic_only", "signed_submissions", "agencies_signing", "scans"]
"""What a target speaks of: documents sent, wholly electronic ones, signed submissions, agencies that sign, scans."""


class Title(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A title in both languages."""

    vi: str
    en: str


class Due(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a report is due: on a day, or some working days after its period."""

    is_named: bool
    """The text names the day; False: it names none, and this is Congthu's choice until a decision sets one."""
    on: dt.date | None = None
    working_days: int = 0

    def __post_init__(self) -> None:
        """Refuse both, or neither."""
        if (self.on is None) == (self.working_days == 0) or not 0 <= self.working_days <= 60:
            raise ValueError("`due` needs `on`, or `working_days` of 1 to 60, and not both")


class Office(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An office by its issuer letters, while the duty is its own."""

    notation: str
    since: dt.date | None = None
    until: dt.date | None = None

    def is_on(self, day: dt.date) -> bool:
        """Tell whether it is the one on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Obligation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What duties and targets share."""

    id: str
    title: Title
    cites: Citation
    classes: tuple[str, ...] = ()
    """Agency classes; empty for all."""
    offices: tuple[Office, ...] = ()
    """Offices it concerns, where the text names an office and no class."""
    since: dt.date | None = None
    until: dt.date | None = None
    pack: str = ""
    territories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check id and dates."""
        if not _ID.fullmatch(self.id):
            raise ValueError("`id` is letters, digits and hyphens, 2 to 32 of them")
        if self.since is not None and self.until is not None and self.until < self.since:
            raise ValueError("`until` lies before `since`")


class Duty(Obligation, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A report that agencies owe: once, or for each month, quarter, half or year."""

    every: Literal["month", "quarter", "half", "year", "once"]
    due: Due
    covers: Period | None = None
    """Of one that is owed once: the days it speaks of."""
    report: str = ""
    """Report that fills it in (`congthu records report`); empty: written by hand."""
    handed_in_by: Literal["", "totals"] = ""
    """What hands it in without a clerk saying so: `totals`, entering the totals of the month."""

    def __post_init__(self) -> None:
        """Check what belongs together."""
        super().__post_init__()
        if not self.classes and not self.offices:
            raise ValueError("name who owes it: `classes` or `offices`")
        if (self.every == "once") != (self.covers is not None) or (self.every == "once") != (self.due.on is not None):
            raise ValueError('`every = "once"` goes with `covers` and `due.on`, and nothing else does')
        if self.handed_in_by == "totals" and self.every != "month":
            raise ValueError('`handed_in_by = "totals"` needs `every = "month"`: totals are entered by month')


class Target(Obligation, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rate that agencies are to reach in some time; before and after it is history."""

    measure: Measure
    at_least: float | None = None
    """Percent."""
    below: float | None = None

    def __post_init__(self) -> None:
        """Check that there is one limit."""
        super().__post_init__()
        if (self.at_least is None) == (self.below is None):
            raise ValueError("a target has `at_least` or `below`")


class Obligations(msgspec.Struct, frozen=True):
    """All duties and targets of the packs in use."""

    duties: tuple[Duty, ...] = ()
    targets: tuple[Target, ...] = ()


_Entry = TypeVar("_Entry", Duty, Target)


def load_obligations(packs: Iterable[tuple[Pack, Path]], own: Path | None = None) -> Obligations:
    """Read the file beside each pack; one of the operator replaces duties of the same id (a decided due day).

    Args:
        packs: each pack with its folder.
        own: a file of the same form whose entries name their `pack`; None for none.

    Raises:
        Misconfigured: every problem of every file.
    """
    problems: list[ConfigProblem] = []
    duties: dict[str, Duty] = {}
    targets: list[Target] = []
    by_id = {}
    for pack, folder in packs:
        by_id[pack.id] = pack
        file = folder / FILE
        if file.is_file():
            found = _read(file, pack, by_id, problems)
            duties |= {duty.id: duty for duty in found.duties}
            targets += found.targets
    if own is not None:
        found = _read(own, None, by_id, problems)
        duties |= {duty.id: duty for duty in found.duties}
        targets += found.targets
    if problems:
        raise Misconfigured(problems)
    return Obligations(tuple(duties.values()), tuple(targets))


def _read(file: Path, pack: Pack | None, packs: dict[str, Pack], problems: list[ConfigProblem]) -> Obligations:
    why, text = "", ""
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        why = "is not UTF-8"
    if len(text) > MAX_CHARACTERS:
        why = f"longer than {MAX_CHARACTERS} characters"
    if why:
        problems.append(ConfigProblem(str(file), 0, "", why))
        return Obligations()
    try:
        document = TomlText(str(file), text)
    except Misconfigured as error:
        problems.extend(error.problems)
        return Obligations()
    unknown = sorted(set(document.value) - {"duty", "target"})
    problems += [document.problem((key,), "unknown key; [[duty]] and [[target]] are known") for key in unknown]
    reader = _Reader(document, pack, packs, problems)
    return Obligations(tuple(reader.entries("duty", Duty)), tuple(reader.entries("target", Target)))


class _Reader:
    """Reads the tables of one file; each with a problem is told of and left out."""

    def __init__(
        self, document: TomlText, pack: Pack | None, packs: dict[str, Pack], problems: list[ConfigProblem]
    ) -> None:
        self.document, self.pack, self.packs, self.problems = document, pack, packs, problems

    def entries(self, key: str, kind: type[_Entry]) -> list[_Entry]:
        """Read `[[key]]`."""
        rows = self.document.value.get(key, [])
        if not isinstance(rows, list) or len(rows) > MAX_ENTRIES:
            self.problems.append(self.document.problem((key,), f"write up to {MAX_ENTRIES} tables as [[{key}]]"))
            return []
        found = []
        for number, row in enumerate(rows):
            try:
                found.append(self.entry(row, kind))
            except ValueError as error:
                self.problems.append(self.document.problem((key, number), str(error)))
        ids = [entry.id for entry in found]
        for number, entry in enumerate(found):
            if kind is Duty and entry.id in ids[:number]:
                self.problems.append(self.document.problem((key, number), f"duty `{entry.id}` stands twice"))
        return found

    def entry(self, row: Any, kind: type[_Entry]) -> _Entry:
        """Read one table; those of a pack's own file belong to it."""
        said = row.get("pack", "") if isinstance(row, dict) else ""
        pack = self.packs.get(said) if self.pack is None else self.pack
        if pack is None:
            raise ValueError(f"there is no pack `{said}`; name one in `pack`")
        entry: _Entry = msgspec.convert(row, kind)
        return msgspec.structs.replace(entry, pack=pack.id, territories=pack.territories)
