"""Registry drafts: what the files say, each statement with its place, before the whole is checked.

A draft may be wrong in any way that needs more than one statement to see; `registry_check` finds that.
Days are proleptic ordinals (`date.toordinal`); an interval holds from `start` to `end`, both included,
because decisions are written "from 01/7/2025" and "until the end of 30/6/2025".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from gateway.edge.registry.syntax import FIRST_DAY, LAST_DAY
from gateway.values.faults import ConfigProblem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

MAX_PROBLEMS = 1_000
"""Problems kept in one load: enough to work on, and a wrong file of 500,000 rows stays readable."""


class Source(Protocol):
    """A file that can say where a statement stands."""

    file: str

    def line(self, path: Any) -> int:
        """Give the line (from 1) of a position in this file."""
        ...


class Where(NamedTuple):
    """The place of one statement."""

    source: Source
    path: Any
    """A key path in TOML, a line number in CSV."""
    key: str
    """What a problem calls it: dotted key or column."""

    def __str__(self) -> str:
        """Name the place for a cross-reference: `file:line`."""
        return f"{self.source.file}:{self.source.line(self.path)}"


class Statement(NamedTuple):
    """One value that holds for an interval; None where the agency's own interval decides."""

    value: str
    start: int | None
    end: int | None
    evidence: str
    where: Where
    kind: str = ""
    """Only for domains: `official` or `registered_other`."""


class MailboxStatement(NamedTuple):
    """One mailbox for an interval; kept small, for there are hundreds of thousands."""

    address: str
    start: int | None
    end: int | None
    agency: str
    kind: str
    forwards_to: str
    """Lower-case address; empty when nothing is known of it."""
    source: Source
    path: Any

    @property
    def where(self) -> Where:
        """Give the place, made only when a problem needs it."""
        return Where(self.source, self.path, "address")


class AgencyDraft:
    """All statements about one agency id."""

    def __init__(self, agency_id: str, where: Where) -> None:
        """Start without statements; an agency without dates exists always."""
        self.id = agency_id
        self.where = where
        self.start = FIRST_DAY
        self.end = LAST_DAY
        self.evidence = ""
        self.statements: dict[str, list[Statement]] = {}
        self.successors: list[Statement] = []
        self.start_dates: dict[str, dt.date] = {}
        self.end_dates: dict[str, dt.date] = {}
        self.has_start_date_unset = False

    def add(self, key: str, statement: Statement) -> None:
        """Keep one statement about the attribute `key`."""
        self.statements.setdefault(key, []).append(statement)


class Draft:
    """Everything all files say, in file order."""

    def __init__(self) -> None:
        """Start empty."""
        self.agencies: dict[str, AgencyDraft] = {}
        self.mailboxes: list[MailboxStatement] = []
        self.holders: dict[str, MailboxStatement | list[MailboxStatement]] = {}
        """Address to what is said of it, filled by `registry_check`; a list only when said more than once."""
        self.shared_domains: list[Statement] = []
        """Domains of no single agency."""
        self.layers: dict[str, str] = {}
        """The domain lists: domain to its strongest layer."""
        self.days: dict[dt.date, bool] = {}
        """Days that are worked or off by decision."""
        self.problems = Problems()


class Problems:
    """Collects problems in the order found, up to a bound."""

    def __init__(self) -> None:
        """Start with none."""
        self.found: list[ConfigProblem] = []
        self.left_out = 0

    def add(self, where: Where, message: str, key: str | None = None) -> None:
        """Note one problem at a place."""
        if len(self.found) >= MAX_PROBLEMS:
            self.left_out += 1
            return
        line = where.source.line(where.path)
        self.found.append(ConfigProblem(where.source.file, line, where.key if key is None else key, message))

    def extend(self, problems: Iterable[ConfigProblem]) -> None:
        """Note problems found elsewhere."""
        self.found.extend(problems)

    def in_order(self, files: list[str]) -> list[ConfigProblem]:
        """Give all problems by file as configured, then line; the last one tells how many were left out."""
        rank = {file: number for number, file in enumerate(files)}
        ordered = sorted(self.found, key=lambda problem: (rank.get(problem.file, len(rank)), problem.line))
        if self.left_out:
            ordered.append(ConfigProblem("registry", 0, "", f"and {self.left_out} more problems, not listed"))
        return ordered
