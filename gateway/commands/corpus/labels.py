"""Labels of a corpus: what somebody says each file is, in whatever form it was written down; and the scores.

Read are CSV with comma, semicolon or tab, with or without a heading; JSON lines; one JSON list; one JSON object of
path and label. A path may be relative to the folder, absolute, a bare name, a name without extension, a SHA-256 or
a pattern.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import msgspec

from gateway.values.faults import ConfigProblem, Misconfigured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PATH_COLUMNS = (
    "path", "file", "name", "filename", "file_name", "filepath", "file_path", "document", "message", "mail", "sha256",
    "id",
)  # fmt: skip
LABEL_COLUMNS = ("label", "expected", "verdict", "class", "outcome", "expect", "result", "truth", "category", "status")
"""Names of columns or keys, the first that is there counts."""
OUTCOMES = ("passed", "failed", "indeterminate", "none", "fault")
"""Columns of the table that are always there; dispositions of mails join them."""
_WORDS = {
    "passed": ("pass", "valid", "ok", "good", "true", "yes", "1", "genuine", "authentic", "honest"),
    "failed": ("fail", "invalid", "bad", "false", "no", "0", "attack", "tampered", "forged", "manipulated"),
    "indeterminate": ("unknown",),
    "none": ("unsigned", "no_signature"),
    "relay": ("accept", "accepted", "relayed", "allow", "deliver", "delivered"),
    "tag": ("tagged",),
    "reject": ("rejected", "deny", "block"),
    "defer": ("deferred",),
}  # fmt: skip
_MEANING = {word: answer for answer, words in _WORDS.items() for word in (answer, *words)}
"""Labels that say what the answer should be; any other label is only counted."""
_DISPOSITIONS = frozenset({"relay", "tag", "reject", "defer"})
_AS_DISPOSITION = {"passed": "relay", "failed": "reject"}
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_DELIMITERS = "\t;,"
_SHOWN = 20
"""Paths of each list in the last line."""


class Labels:
    """Labels by path, name, digest or pattern, in the order of their list; the first that fits best holds."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        """Take rows of (path or pattern, label)."""
        self._exact: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = {}
        self._patterns: list[str] = []
        for given, label in rows:
            key = _plain(given)
            if key not in self._exact:
                self._exact[key] = label
                self._by_name.setdefault(key.rpartition("/")[2], []).append(key)
                if any(mark in key for mark in "*?["):
                    self._patterns.append(key)
        self._used: set[str] = set()

    def of(self, path: str, sha256: str = "") -> str:
        """Find the label of a path relative to the folder; empty when it has none."""
        key = self._find(_plain(path), sha256)
        if key is None:
            return ""
        self._used.add(key)
        return self._exact[key]

    def _find(self, path: str, sha256: str) -> str | None:
        whole = path.rpartition("#")[0] if "#" in path else ""
        for tried in filter(None, (path, whole)):
            if tried in self._exact:
                return tried
            known = self._by_name.get(tried.rpartition("/")[2], ())
            if found := [key for key in known if _is_end(tried, key) or _is_end(key, tried)]:
                return max(found, key=len)
        if sha256 in self._exact:
            return sha256
        name = path.rpartition("/")[2]
        stem = name.rpartition(".")[0]
        if stem in self._exact:
            return stem
        return next((pattern for pattern in self._patterns if fnmatchcase(path, pattern)), None)

    @property
    def unmatched(self) -> list[str]:
        """Paths of the list that no file had."""
        return [key for key in self._exact if key not in self._used]


def _is_end(path: str, end: str) -> bool:
    return path.endswith("/" + end)


def _plain(path: str) -> str:
    """Spell a path as records do: NFC, slashes, nothing before the first name; digests in small letters."""
    path = unicodedata.normalize("NFC", path.strip()).replace("\\", "/")
    while path.startswith("./"):
        path = path[2:]
    return path.lower() if _SHA256.fullmatch(path) else path.lstrip("/")


def read_labels(file: Path) -> Labels:
    """Read a list of labels.

    Raises:
        Misconfigured: it is none, or a row has no label.
    """
    try:
        rows = list(_rows(_decoded(file.read_bytes())))
    except (OSError, ValueError, KeyError, TypeError, IndexError, csv.Error, msgspec.DecodeError):
        message = "is no list of labels; write CSV or JSON lines with path and label"
        raise Misconfigured([ConfigProblem(str(file), 0, "", message)]) from None
    if not rows:
        raise Misconfigured([ConfigProblem(str(file), 0, "", "holds no label")])
    return Labels(rows)


def _decoded(octets: bytes) -> str:
    """Decode what editors and spreadsheets write."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1258", "replace")


def _rows(text: str) -> Iterator[tuple[str, str]]:
    if text.lstrip()[:1] not in {"{", "["}:
        yield from _csv_rows(text)
        return
    try:
        records = msgspec.json.decode(text)
    except msgspec.DecodeError:
        records = [msgspec.json.decode(line) for line in text.splitlines() if line.strip()]
    if isinstance(records, dict) and not _names_file(records):
        nested = next((held for held in records.values() if isinstance(held, list | dict)), None)
        if len(records) == 1 and nested is not None and not _is_label(nested):
            records = nested
    if isinstance(records, dict):
        if not _names_file(records):
            yield from ((path, _label(held)) for path, held in records.items())
            return
        records = [records]
    for record in records:
        yield str(_cell(record, PATH_COLUMNS)), _label(record)


def _cell(record: Any, columns: tuple[str, ...]) -> Any:
    """Give what stands under the first of some names.

    Raises:
        TypeError: the record is none, or has none of them.
    """
    names = _lowered(record) if isinstance(record, dict) else {}
    for name in columns:
        if name in names:
            return names[name]
    raise TypeError("no such column")


def _lowered(record: dict[str, Any]) -> dict[str, Any]:
    return {str(name).strip().lower(): held for name, held in record.items()}


def _names_file(record: dict[str, Any]) -> bool:
    names = _lowered(record)
    return any(name in names for name in PATH_COLUMNS) and any(name in names for name in LABEL_COLUMNS)


def _is_label(held: Any) -> bool:
    return isinstance(held, dict) and any(name in _lowered(held) for name in LABEL_COLUMNS)


def _label(held: Any) -> str:
    if isinstance(held, dict):
        held = _cell(held, LABEL_COLUMNS)
    if isinstance(held, bool):
        return str(held).lower()
    if held is None:
        return ""
    if isinstance(held, list | dict):
        raise TypeError("no label")
    return str(held).strip()


def _csv_rows(text: str) -> Iterator[tuple[str, str]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    delimiter = next((mark for mark in _DELIMITERS if lines and mark in lines[0]), "")
    rows = csv.reader(lines, delimiter=delimiter) if delimiter else (line.rsplit(None, 1) for line in lines)
    path_at, label_at = 0, 1
    for number, row in enumerate(rows):
        cells = [cell.strip().lower() for cell in row]
        if number == 0 and (columns := _heading(cells)) is not None:
            path_at, label_at = columns
        else:
            yield row[path_at], row[label_at].strip()


def _heading(cells: list[str]) -> tuple[int, int] | None:
    """Find the columns of path and label in a first row; None when it is a row like any other.

    Where a path has a heading and the label none we know, it is the first other column.
    """
    path_at = next((cells.index(name) for name in PATH_COLUMNS if name in cells), None)
    if path_at is None or len(cells) < 2:
        return None
    others = [at for at in range(len(cells)) if at != path_at]
    known = (cells.index(name) for name in LABEL_COLUMNS if name in cells and cells.index(name) != path_at)
    return path_at, next(known, others[0])


class Scores:
    """Counts of what was labelled and what was answered, record by record."""

    def __init__(self, labels: Labels) -> None:
        """Score against these labels."""
        self._labels = labels
        self._table: dict[str, Counter[str]] = {}
        self._wrongly_passed: list[str] = []
        self._pairs: Counter[tuple[str, str]] = Counter()

    def labelled(self, record: dict[str, Any]) -> dict[str, Any]:
        """Count one record; give it back with its label."""
        label = self._labels.of(record["path"], record.get("sha256", ""))
        answer = "fault" if "fault" in record else record.get("disposition") or record["outcome"]
        meant = _MEANING.get(label.lower())
        if meant is not None:
            meant, answer = _comparable(meant, answer, record)
            self._pairs[meant, answer] += 1
            if answer == "passed" != meant:
                self._wrongly_passed.append(record["path"])
        row = label if meant is None else label.lower()
        self._table.setdefault(row or "unlabelled", Counter())[answer] += 1
        return {"path": record.pop("path"), "label": label, **record}

    def last_line(self) -> dict[str, Any]:
        """Sum up: the table, scores of labels that are answers, what wrongly passed, labels without a file."""
        return {
            "confusion": {label: dict(counts) for label, counts in sorted(self._table.items())},
            "scores": {meant: self._score(meant) for meant in _WORDS if any(one == meant for one, _ in self._pairs)},
            "wrongly_passed": _first(self._wrongly_passed),
            "labels_without_file": _first(self._labels.unmatched),
        }

    def _score(self, meant: str) -> dict[str, float | int | None]:
        labelled = sum(count for (one, _), count in self._pairs.items() if one == meant)
        answered = sum(count for (_, one), count in self._pairs.items() if one == meant)
        right = self._pairs[meant, meant]
        precision = round(right / answered, 4) if answered else None
        return {
            "labelled": labelled, "answered": answered, "right": right,
            "precision": precision, "recall": round(right / labelled, 4) if labelled else None,
        }  # fmt: skip


def _first(paths: list[str]) -> dict[str, Any]:
    return {"count": len(paths), "first": paths[:_SHOWN]}


def _comparable(meant: str, answer: str, record: dict[str, Any]) -> tuple[str, str]:
    """Put label and answer in the same words: of a judged mail the disposition, else the outcome of signatures."""
    if "disposition" not in record:
        return meant, answer
    if meant in _AS_DISPOSITION:
        return _AS_DISPOSITION[meant], answer
    return meant, answer if meant in _DISPOSITIONS else record["outcome"]


def table_lines(line: dict[str, Any]) -> Iterator[str]:
    """Set the last line as text: the table, one label a row; then scores, then labels without a file."""
    confusion = line["confusion"]
    words = [*OUTCOMES, *sorted({word for counts in confusion.values() for word in counts} - set(OUTCOMES))]
    width = max([5, *map(len, confusion)])
    yield "  ".join(["label".ljust(width), *words, "all"])
    for label, counts in confusion.items():
        cells = [str(counts.get(word, 0)).rjust(len(word)) for word in words]
        yield "  ".join([label.ljust(width), *cells, str(sum(counts.values())).rjust(3)])
    for word, score in line["scores"].items():
        counts = ", ".join(f"{kind} {score[kind]}" for kind in ("labelled", "answered", "right"))
        yield f"{word}: {counts}, precision {_share(score['precision'])}, recall {_share(score['recall'])}"
    for word in ("wrongly_passed", "labels_without_file"):
        if count := line[word]["count"]:
            first = ", ".join(line[word]["first"][:5])
            yield f"{word.replace('_', ' ')}: {count} ({first}{', ...' if count > 5 else ''})"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.4f}"
