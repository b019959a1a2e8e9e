"""Relations of an office package (ECMA-376 part 2, section 9): what it fetches or runs from elsewhere when opened."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FETCHED = frozenset({"attachedtemplate", "oleobject", "frame", "subdocument", "afchunk", "control", "package"})
"""Last word of the type of relations whose external target is loaded without a click (template injection)."""
_RUN = frozenset(
    {"vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet", "activexcontrolbinary", "webextension"}
)
"""Relations to what runs inside the document, wherever its part stands and whatever its name."""
_OCTETS = 262_144


class _StopError(Exception):
    """Leaves the parser: entities are declared."""


def is_loaded(attributes: Mapping[str, str]) -> bool:
    """Tell whether one `Relationship` loads an external template, object, frame or sub-document, or holds a program."""
    kind = attributes.get("Type", "").rpartition("/")[2].lower()
    return kind in _RUN or (kind in _FETCHED and attributes.get("TargetMode", "").lower() == "external")


def is_fetching(pieces: Iterable[bytes]) -> bool:
    """Tell whether a relations part names anything that is loaded or run."""
    found: list[bool] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            found.append(is_loaded(attributes))

    def entity(*_arguments: object) -> None:
        raise _StopError

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EntityDeclHandler = entity
    left = _OCTETS
    try:
        for piece in pieces:
            parser.Parse(piece[:left], False)
            left -= len(piece)
            if left <= 0:
                break
    except (_StopError, expat.ExpatError):
        pass
    return any(found)
