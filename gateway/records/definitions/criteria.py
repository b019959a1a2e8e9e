"""Criteria: what an agency is scored by and compared with others, as the operator decides; one set for every list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.tomltext import TomlText, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

MAX_CRITERIA: Final = 20
MEASURES: Final = (
    "send", "receive", "signed", "scans", "pdf", "agency_mailbox", "active_mailboxes", "electronic_only", "pair",
    "signed_submissions", "whole_submissions", "reports_on_time",
)  # fmt: skip
"""What `gateway.records.definitions.rates` reckons of one agency."""


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One measure with its weight and marks; percentages from 0 to 100."""

    measure: str
    part: Literal["exchange", "mailbox"]
    """Which of the two parts of 226/UBND-TTTH point 4 it belongs to."""
    weight: float
    full_at: float
    """Share that earns the whole weight; below it the score falls in proportion."""
    good_at: float
    """Share from which an agency is good by it, for the exemplary and for the deficient alike."""

    def __post_init__(self) -> None:
        """Refuse measures nobody reckons and marks outside 0 to 100."""
        if self.measure not in MEASURES:
            raise ValueError(f"there is no measure `{self.measure}`{did_you_mean(self.measure, MEASURES)}")
        if not 0 < self.weight <= 100 or not 0 < self.full_at <= 100 or not 0 <= self.good_at <= 100:
            raise ValueError("`weight` and `full_at` lie above 0 and up to 100, `good_at` from 0 to 100")


def load_criteria(file: Path) -> tuple[Criterion, ...]:
    """Read the criteria of a file, `[[criterion]]` each.

    Raises:
        Misconfigured: every problem of it.
    """
    try:
        document = TomlText(str(file), file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured([ConfigProblem(str(file), 0, "", f"cannot be read: {error}")]) from None
    rows = document.value.get("criterion", [])
    problems: list[ConfigProblem] = []
    found: list[Criterion] = []
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_CRITERIA:
        raise Misconfigured([document.problem(("criterion",), f"write 1 to {MAX_CRITERIA} tables as [[criterion]]")])
    for number, row in enumerate(rows):
        try:
            criterion = msgspec.convert(row, Criterion)
        except ValueError as error:
            problems.append(document.problem(("criterion", number), str(error)))
            continue
        if criterion.measure in {one.measure for one in found}:
            problems.append(document.problem(("criterion", number), f"`{criterion.measure}` stands twice"))
        found.append(criterion)
    if problems:
        raise Misconfigured(problems)
    return tuple(found)
