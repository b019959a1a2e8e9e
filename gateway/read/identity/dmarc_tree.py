"""The DNS Tree Walk of DMARC (RFC 9989 section 4.10): which names are asked, and where an organisation begins."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from gateway.read.identity.dmarc_record import PolicyRecord, is_dmarc, parse_policy
from gateway.read.identity.domains import is_askable, is_suffix
from gateway.values.identity import Answer, AwaitedAnswer, Question

if TYPE_CHECKING:
    from gateway.values.identity import DnsAnswers

MAX_QUERIES: Final = 8
"""Names asked in one walk (RFC 9989 section 4.10); the walk of a longer name leaves its middle out."""
_NOTHING: Final = Answer("no_data")


class Tree(msgspec.Struct, frozen=True):
    """What one walk found."""

    organisation: str
    """Organizational Domain of the name the walk began at; empty where DNS did not say enough."""
    records: dict[str, PolicyRecord]
    """By domain, longest first."""
    top: str
    """The last domain asked: the public suffix, or where the walk was stopped."""
    is_whole: bool
    """Every answer that was needed came."""


class Walker:
    """Walks for one message; each name is asked once."""

    def __init__(self, answers: DnsAnswers) -> None:
        """Begin with these answers."""
        self._answers = answers
        self._told: dict[str, PolicyRecord | Literal["failed"] | None] = {}
        self.is_awaiting = False
        """Some answer was not at hand: what was found since means nothing."""

    def ask_txt(self, name: str) -> Answer:
        """Look up TXT; when the answer is not at hand, that is noted, and one without records stands for it."""
        if not is_askable(name):
            return _NOTHING
        try:
            return self._answers.look_up(name, "TXT")
        except AwaitedAnswer:
            self.is_awaiting = True
            return _NOTHING

    def walk(self, domain: str) -> Tree:
        """Walk up from a domain of at least two labels, whether it can exist or not."""
        records: dict[str, PolicyRecord] = {}
        top, has_failed = domain, False
        for name in walk_names(domain):
            record = self._record(name)
            top = name
            if record == "failed":
                has_failed = True
                break
            if record is not None:
                records[name] = record
                if record.psd != "u":
                    break
        return Tree(_organisation(domain, records, top if has_failed else ""), records, top, not has_failed)

    def _record(self, domain: str) -> PolicyRecord | Literal["failed"] | None:
        """Find the one record at a domain; of several, none counts (step 2 of RFC 9989 section 4.10)."""
        if domain not in self._told:
            answer = self.ask_txt(f"_dmarc.{domain}")
            found = [text for text in answer.records if is_dmarc(text)]
            one = parse_policy(found[0]) if len(found) == 1 else None
            self._told[domain] = "failed" if answer.status == "failed" else one
        return self._told[domain]


@lru_cache(maxsize=1024)
def walk_names(domain: str) -> tuple[str, ...]:
    """List the domains whose records are asked, longest first, eight at most.

    Nothing above a known public suffix is asked: whatever stood there could only make one organisation of strangers.
    """
    names = [domain]
    labels = domain.split(".")
    rest = labels[-(MAX_QUERIES - 1) :] if len(labels) >= MAX_QUERIES else labels[1:]
    while rest and not is_suffix(names[-1]):
        names.append(".".join(rest))
        rest = rest[1:]
    return tuple(names)


def walk_questions(domain: str) -> tuple[Question, ...]:
    """List the questions of a walk that no record stops."""
    names = (f"_dmarc.{name}" for name in walk_names(domain))
    return tuple(Question(name, "TXT") for name in names if is_askable(name))


def _organisation(start: str, records: dict[str, PolicyRecord], failed: str) -> str:
    """Select the Organizational Domain (RFC 9989 section 4.10.2).

    Args:
        start: where the walk began.
        records: longest domain first.
        failed: the domain whose record nobody could tell; empty when all could.
    """
    for name, record in records.items():
        if record.psd == "n" and not is_suffix(name):
            return name
        if record.psd == "y" or is_suffix(name):
            return _child(start, name)
    if failed and is_suffix(failed):
        # Whatever stands at a suffix, the domain right below it is the highest that can be an organisation.
        child = _child(start, failed)
        return child if child == start or child in records else ""
    if failed:
        return ""
    return list(records)[-1] if records else start


def _child(start: str, ancestor: str) -> str:
    """Give the name one label below an ancestor of `start`; of itself, itself: a suffix that writes is its own."""
    return ".".join(start.split(".")[-ancestor.count(".") - 2 :])
