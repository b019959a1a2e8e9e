"""The two ledgers of a run, the senders' and the next hop's, and what follows when they are laid side by side.

Every attempt to send a mail says EHLO with a name of its own, which our `Received` carries on. So each copy the next
hop stored belongs to one attempt, and what its client was answered tells whether the copy may be there:

| the client was answered | copies of this attempt | so |
|---|---|---|
| 2yz | 1 | delivered |
| 2yz | 0 | lost |
| 4yz or nothing | 0 | it comes again |
| 4yz or nothing | 1 | explained where the next hop spoiled its reply, the gateway was stopped, or the client left; else not |
| 5yz | 1 | unexplained |
| anything | 2 | unexplained: the gateway itself sent it twice |
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chaos.mails import Mail

# docs/fields.md
_OUR_FIELDS = re.compile(
    rb"(?:(?:Received|Congthu-Verdict|Congthu-Tag|Importance|X-Priority):[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)+"
)
_HELO = re.compile(rb"Received: from ([a-z0-9.-]+)")
GRAVE = (
    "lost", "altered", "refused falsely", "secrets passed", "copies unexplained", "cut without cause", "nonsense said",
    "never over", "ended badly", "left running", "bugs logged", "not in the ledger", "twice in the ledger",
    "ledger says otherwise", "ledger damaged",
)  # fmt: skip
"""What must not happen even once."""
CLOSING = 421
"""Of a session, for instance because the gateway stops."""
NO_REPLY = "gave up waiting"
"""What stands in place of a reply that a client did not wait for any longer."""


@dataclass(frozen=True)
class Attempt:
    """One try of a client to send a mail."""

    mail: Mail
    helo: str
    code: int
    """Of the last reply; 0 when there was none."""
    reply: str
    stage: str
    """What was answered, or waited for."""
    has_left: bool = False
    """The client itself closed the session or gave up waiting."""
    is_outage: bool = False
    """The gateway was stopped, or starting, at some time of the attempt."""


@dataclass(frozen=True)
class Copy:
    """One message the next hop stored."""

    helo: str
    """Of the attempt it came by; empty when that cannot be told."""
    octets: bytes


@dataclass
class Ledgers:
    """Filled while it runs, matched at the end."""

    attempts: dict[str, Attempt] = field(default_factory=dict)
    copies: list[Copy] = field(default_factory=list)
    spoiled: dict[str, str] = field(default_factory=dict)
    """Attempts whose reply to the final dot the next hop spoiled after storing, and how."""
    troubles: list[tuple[str, str]] = field(default_factory=list)
    """What went wrong beside the mails: a row of `GRAVE`, and what it was."""

    def note_attempt(self, attempt: Attempt) -> None:
        """Keep what a client was answered."""
        self.attempts[attempt.helo] = attempt

    def note_copy(self, octets: bytes) -> Copy:
        """Keep what the next hop stored, as on the wire."""
        found = _HELO.match(octets)
        copy = Copy(found[1].decode() if found else "", octets)
        self.copies.append(copy)
        return copy

    def match(self) -> list[tuple[str, str]]:
        """Lay the ledgers side by side; list each finding with what it is about."""
        found = list(self.troubles)
        copies = Counter(copy.helo for copy in self.copies)
        found += [line for attempt in self.attempts.values() for line in _of_attempt(attempt, copies[attempt.helo])]
        seen: set[str] = set()
        for copy in self.copies:
            found += self._of_copy(copy, is_again=copy.helo in seen)
            seen.add(copy.helo)
        return found

    def _of_copy(self, copy: Copy, *, is_again: bool) -> list[tuple[str, str]]:
        attempt = self.attempts.get(copy.helo)
        if attempt is None:
            return [("altered", f"nobody sent this: {copy.octets[:200]!r}")]
        found = []
        about = f"{attempt.mail.name} by {copy.helo}"
        own, kept = copy.octets[: -len(attempt.mail.relayed)], attempt.mail.relayed
        if not copy.octets.endswith(kept) or not _OUR_FIELDS.fullmatch(own):
            found.append(("altered", about))
        if attempt.mail.must_be_refused:
            found.append(("secrets passed", about))
        if attempt.code // 100 == 2 and not is_again:
            return found
        reason = self.spoiled.get(copy.helo, "")
        if not reason and (attempt.has_left or (attempt.is_outage and attempt.code in {0, CLOSING})):
            reason = "the gateway was stopped, or the client left"
        if is_again or attempt.code // 100 not in {0, 4} or not reason:
            found.append(("copies unexplained", f"{about}, answered {attempt.code} {attempt.reply}"))
        else:
            found.append(("copies explained", f"{about}: {reason}"))
        return found

    def write(self, folder: Path) -> None:
        """Write both ledgers as lines of JSON, and as files what was altered, to look into a failure."""
        attempts = (asdict(one) | {"mail": one.mail.name} for one in self.attempts.values())
        copies = (
            {"helo": one.helo, "spoiled": self.spoiled.get(one.helo, ""), "sha256": sha256(one.octets).hexdigest()}
            for one in self.copies
        )
        for name, rows in (("senders.jsonl", attempts), ("nexthop.jsonl", copies)):
            (folder / name).write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
        for number, copy in enumerate(self.copies):
            if "altered" in dict(self._of_copy(copy, is_again=False)):
                (folder / f"altered-{number}.eml").write_bytes(copy.octets)


def _of_attempt(attempt: Attempt, copies: int) -> list[tuple[str, str]]:
    about = f"{attempt.mail.name} by {attempt.helo}: {attempt.stage} answered {attempt.code} {attempt.reply}"
    first = attempt.code // 100
    if attempt.reply == NO_REPLY:
        return [(NO_REPLY, about)]
    if attempt.code == 0:
        is_cut = not attempt.has_left and not attempt.is_outage
        return [("cut without cause", about)] if is_cut else []
    if first == 5:
        return [("refused", about)] if attempt.mail.may_be_refused else [("refused falsely", about)]
    if first == 2:
        return [] if copies else [("lost", about)]
    return [] if first == 4 else [("nonsense said", about)]
