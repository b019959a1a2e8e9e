"""Zone file: answers of DNS written by hand (RFC 1035 section 5), for `explain --dns` and the demonstration.

Beside records the file may have lines `$FAIL name [type ...]`: look-ups of these fail, of all types when none is named,
as when a server is silent or answers SERVFAIL. Names are absolute, with or without a final dot. What is not in the file
does not exist.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import dns.exception
import dns.name
import dns.rdatatype
import dns.rrset
import dns.zonefile

from gateway.edge.resolver.resolver import records_of, text_of
from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.identity import Answer, Question

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FAIL: Final = "$FAIL"
_PLACE: Final = re.compile(r"<input>:(\d{1,6}): (.{0,300})")
"""How dnspython tells where a file is wrong."""
_MAX_ALIASES = 16
_ALL_TYPES: Final = "*"


class ZoneFile:
    """Answers at hand."""

    def __init__(self, file: Path) -> None:
        """Read a file.

        Raises:
            Misconfigured: it cannot be read, or a line of it.
        """
        try:
            lines = file.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured([ConfigProblem(str(file), 0, "", f"cannot be read: {error}")]) from None
        failing = [line.split()[1:] for line in lines if line.upper().startswith(_FAIL)]
        self._failing = {
            (_key(words[0]), kind.upper()) for words in failing if words for kind in words[1:] or [_ALL_TYPES]
        }
        # blanked, not left out: problems are told with the line they stand in
        text = "\n".join("" if line.upper().startswith(_FAIL) else line for line in lines) + "\n"
        try:
            rrsets = dns.zonefile.read_rrsets(
                text, rdclass=None, default_ttl=300, origin=dns.name.root, relativize=False
            )
        except (dns.exception.DNSException, ValueError) as error:
            place = _PLACE.match(str(error))
            line, problem = (int(place[1]), place[2]) if place else (0, str(error))
            raise Misconfigured([ConfigProblem(str(file), line, "", f"no master file of DNS: {problem}")]) from None
        self._records = {(text_of(one.name), dns.rdatatype.to_text(one.rdtype)): one for one in rrsets}
        self._names = {name for name, _kind in self._records}

    def answer(self, question: Question) -> Answer:
        """Give the answer to a question; of a name that is not there that it does not exist."""
        name = question.name
        for _ in range(_MAX_ALIASES):
            if {(name, question.kind), (name, _ALL_TYPES)} & self._failing:
                return Answer("failed")
            alias = self._records.get((name, "CNAME"))
            if alias is None:
                return self._at(name, question.kind)
            name = text_of(alias[0].target)
        return Answer("failed")

    def records(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> dns.rrset.RRset | None:
        """Give the records of one name and type as dnspython has them; None when there are none."""
        return self._records.get((text_of(name), dns.rdatatype.to_text(kind)))

    def exists(self, name: dns.name.Name) -> bool:
        """Tell whether the file has records of a name or below it."""
        return self._exists(text_of(name))

    async def look_up(self, questions: Iterable[Question], _within_s: float) -> dict[Question, Answer]:
        """Answer all questions."""
        return {question: self.answer(question) for question in questions}

    def _at(self, name: str, kind: str) -> Answer:
        owner = name if self._exists(name) else self._wildcard(name)
        found = self._records.get((owner, kind))
        if found is None:
            return Answer("no_data") if self._exists(owner) else Answer("no_domain")
        records = records_of(kind, found)
        return Answer("failed") if records is None else Answer("found", records)

    def _exists(self, name: str) -> bool:
        return name in self._names or any(one.endswith(f".{name}") for one in self._names)

    def _wildcard(self, name: str) -> str:
        """Give the wildcard of the closest name that exists (RFC 4592 section 3.3.1)."""
        labels = name.split(".")
        for at in range(1, len(labels)):
            parent = ".".join(labels[at:])
            if self._exists(parent):
                return f"*.{parent}"
        return "*"


def _key(name: str) -> str:
    return name.rstrip(".").lower()
