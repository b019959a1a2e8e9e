"""Readings compared: which of them give a document somebody could open, and whether they give different ones.

Programs differ on damaged mail, but only two documents deceive: a reading nobody can open shows nothing in place of
the other one. Texts count for none here, for every reading of a text is looked through for marks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.read.containers.zips import find_directory
from gateway.read.kinds import sniff
from gateway.read.mime.fields import read_section
from gateway.read.mime.parts import read_tree
from gateway.read.mime.transfer import decode_readings
from gateway.read.notes import Notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gateway.read.mime.parts import Tree
    from gateway.values.facts import PartFacts

TEXTS = frozenset({"text", "html", "xml", "ics", "eml"})
_NOTHING = frozenset({"unknown", "empty", *TEXTS})
_PACKAGES = frozenset({"zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"})
_TAIL_OCTETS = 1_024
"""What a footer or lost padding leaves; an update of a PDF or a further archive is told by its end."""
_ENDS = (b"startxref", b"PK\5\6", b"Rar!", b"7z\xbc\xaf")
_END_LOOK = 2_048


def opens(octets: bytes) -> bool:
    """Tell whether a program could open the octets as a document that is no text."""
    kind = sniff(octets)
    if kind in _NOTHING:
        return False
    if kind == "pdf":
        return b"startxref" in octets[-_END_LOOK:]
    return kind not in _PACKAGES or find_directory(octets) is not None


def is_same(one: bytes, other: bytes) -> bool:
    """Tell whether two decodings are one document, with noise around it or its last octets damaged."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > _TAIL_OCTETS:
        return False
    if longer.endswith(shorter):
        return True
    common = _common(shorter, longer)
    tails = shorter[common:], longer[common:]
    return max(map(len, tails)) <= _TAIL_OCTETS and not any(mark in tail for mark in _ENDS for tail in tails)


def _common(one: bytes, other: bytes) -> int:
    """Count the octets two decodings begin with alike, by halves."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def distinct(readings: Sequence[bytes]) -> list[bytes]:
    """Give the decodings of one file that are different documents a program could open."""
    found: list[bytes] = []
    for octets in readings:
        if opens(octets) and not any(is_same(octets, known) for known in found):
            found.append(octets)
    return found


def documents_in(octets: bytes, notes: Notes) -> list[bytes]:
    """Decode the files of a message that a program could open; nothing is noted of how it is built."""
    aside = Notes(notes.budget)
    tree = read_tree(octets, read_section(octets, 0, len(octets), aside), aside)
    readings = [
        decoded
        for leaf in tree.leaves
        if leaf.message is None and not leaf.uninspectable and not leaf.media_type.startswith("multipart/")
        for decoded in decode_readings(octets, leaf.start, leaf.end, leaf.encoding, aside)
    ]
    return [one for one in readings if opens(one)]


def note_readings(tree: Tree, found: Iterable[PartFacts], notes: Notes) -> None:
    """Note when different readings of a tree of parts give different files, or more of them."""
    if not tree.alternatives and not tree.extras:
        return
    files = [part for part in found if part.is_attachment and part.kind not in _NOTHING]
    groups: dict[str, set[frozenset[str]]] = {}
    for path, entity in tree.alternatives:
        if entity not in groups:
            groups[entity] = {frozenset(part.sha256 for part in files if _is_plain(part.path, entity))}
        groups[entity].add(frozenset(part.sha256 for part in files if _is_under(part.path, path)))
    outside = [part for part in files if any(_is_under(part.path, path) for path in tree.extras)]
    if 0 < len(outside) < len(files) or any(len(sets - {frozenset()}) > 1 for sets in groups.values()):
        notes.ambiguous("readings_differ")


def _is_under(path: str, around: str) -> bool:
    return path == around or path.startswith((f"{around}.", f"{around}!", f"{around}~"))


def _is_plain(path: str, entity: str) -> bool:
    """Tell whether a part is of the plain reading of an entity; the top of a message is empty or ends in a dot."""
    if not (not entity or (entity.endswith(".") and path.startswith(entity)) or _is_under(path, entity)):
        return False
    return "~" not in path[len(entity) :]
