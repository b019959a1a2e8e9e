"""Judges every row and says what is wrong, by kind of fault."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.demo.run import TERRITORY
from gateway.edge.readers.tesseract import load_recogniser
from gateway.values.verdict import Disposition
from tests.everyday.papers import Maker
from tests.everyday.shapes import compose, instant
from tests.everyday.shapes.mime import split_address
from tests.everyday.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.daemon.inspection import Examination
    from tests.everyday.rows import Row

KNOWN = Path(__file__).with_name("known.toml")
REFUSED, SECRET, FORM, KIND, MARK, RULE = (
    "false refusal",
    "secret passed",
    "wrong form passed",
    "refused for another reason",
    "missed mark",
    "rule that must not hit",
)
FAULTS = (REFUSED, SECRET, FORM, KIND, MARK, RULE)
GRAVE = (REFUSED, SECRET)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one mail."""

    row: Row
    fault: str
    words: str

    @property
    def line(self) -> str:
        """The fault for people."""
        return f"{self.row['id']:8} {self.fault:27} {self.words}  [{self.row['shape']}: {self.row['kind']}]"


def known(path: Path = KNOWN) -> dict[str, str]:
    """Give the ids that are known to be wrong in a grave way, each with its reason."""
    table: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    return {str(name): str(reason) for part in table.values() for name, reason in part.items()}


def _scans(thing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Find the pictures of paper in a mail or file, at any depth: in archives, attached or returned mail."""
    if thing.get("make") == "scan":
        yield thing
    for inner in (*thing.get("files", []), *(thing[name] for name in ("mail", "failed") if name in thing)):
        yield from _scans(inner)


def has_scan(row: Row) -> bool:
    """Tell whether a mail shows a picture of paper."""
    return any(_scans(row))


class Trying:
    """Composes and judges rows in one province."""

    def __init__(self, territory: str = TERRITORY) -> None:
        """Load the province once, in a territory."""
        self.world = World(territory)
        self._maker = Maker(self.world.signers, self.compose_inner)
        self._reads_pictures = load_recogniser() is not None

    def compose_inner(self, row: Row) -> bytes:
        """Write an attached mail."""
        return compose(row, self._maker.make)

    def compose(self, row: Row) -> bytes:
        """Write the mail of a row."""
        return compose(row, self._maker.make)

    def can_try(self, row: Row) -> bool:
        """Tell whether all that decides can be read here: letters of a picture need the recogniser."""
        # A mark may stand in any line of the paper, beside the date too.
        is_in_picture = row["expect"] == "secret" and any("MẬT" in str(scan.get("doc")) for scan in _scans(row))
        return self._reads_pictures or not is_in_picture

    def is_settled(self, row: Row) -> bool:
        """Tell whether the verdict is the same on every machine: a scan that nobody reads breaks no rule either."""
        return self._reads_pictures or not has_scan(row)

    def judge(self, row: Row, octets: bytes | None = None) -> Examination:
        """Judge the mail of a row."""
        sender = row.get("mail_from", split_address(row["from"])[1])
        paths = (split_address(row["to"][0])[1], *row.get("rcpt", ()))
        return self.world.judge(self.compose(row) if octets is None else octets, sender, paths, instant(row))

    def faults(self, row: Row) -> Iterator[Fault]:
        """Judge a row and compare."""
        examination = self.judge(row)
        verdict = examination.verdict
        hits = ", ".join(
            f"{one.rule}{' ' + one.file_name if one.file_name else ''}"
            for one in verdict.findings
            if one.disposition is not Disposition.TAG
        )
        is_secret, disposition = verdict.is_secret, verdict.disposition
        is_refused = disposition is Disposition.REJECT
        expect = row["expect"]
        if expect in {"deliver", "warn"} and disposition not in {Disposition.RELAY, Disposition.TAG}:
            yield Fault(row, REFUSED, hits)
        elif expect == "secret" and not (is_refused and is_secret):
            yield Fault(row, SECRET, f"{disposition.value} {hits}".strip())
        elif expect == "refuse" and not is_refused:
            tags = " ".join(one.rule for one in verdict.findings)
            yield Fault(row, FORM, f"{disposition.value} {tags}".strip())
        elif missing := set(row.get("hits", ())) - {one.rule for one in verdict.findings}:
            yield Fault(row, FORM, f"{disposition.value} without {' '.join(sorted(missing))}")
        elif expect == "refuse" and is_secret:
            yield Fault(row, KIND, hits)
        for name, wanted in row.get("marks", {}).items():
            found = _found(examination, name)
            if _same(name, wanted, found) is False:
                yield Fault(row, MARK, f"{name}: {wanted!r} expected, {found!r} read")
        banned = {one.rule for one in verdict.findings} & set(row.get("not", ()))
        if banned:
            yield Fault(row, RULE, " ".join(sorted(banned)))


def _found(examination: Examination, name: str) -> Any:
    value = getattr(examination.facts.document, name)
    return getattr(value, "value", value)


def _same(name: str, wanted: Any, found: Any) -> bool:
    if name == "number":
        return str(wanted or "").lstrip("0") == str(found or "").lstrip("0")
    if name == "meeting_time" and wanted and found:
        return str(found).startswith(str(wanted))
    return bool((wanted or None) == (found or None))


def report(faults: list[Fault], judged: int, skipped: int) -> str:
    """Say each wrong mail, then the counts by kind of fault."""
    counts = Counter(one.fault for one in faults)
    lines = [one.line for kind in FAULTS for one in faults if one.fault == kind]
    lines += ["", *(f"{counts[kind]:5} {kind}" for kind in FAULTS)]
    wrong = len({one.row["id"] for one in faults})
    skips = f", {skipped} skipped (no letters of pictures here)" if skipped else ""
    lines.append(f"{judged} mails judged, {wrong} with a fault{skips}")
    return "\n".join(lines) + "\n"
