"""Parts of an office package and what each is for, by its declared content type, else by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from gateway.read.containers.zips import stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.read.containers.zips import Entry
    from gateway.read.notes import Notes

_TYPES = b"[content_types].xml"
_TYPES_OCTETS = 1_000_000
_DECLARED = 10_000
_PROPERTY_OCTETS = 100_000
_PROPERTY_CHARACTERS = 2_000
_PROPERTIES = 200
_PROPERTY_ELEMENTS = frozenset(
    {"title", "subject", "keywords", "keyword", "category", "contentStatus", "description", "user-defined"}
)  # fmt: skip
_VALUES = frozenset({"lpwstr", "lpstr", "bstr"})
"""Texts of the user's own properties; elsewhere they are headings and sheets counted by the program."""
_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("relations", re.compile(r".*package\.relationships\+xml")),
    ("properties", re.compile(r".*(?:core|custom|extended)-properties\+xml")),
    ("edge", re.compile(r".*\.(?:header|footer)\+xml")),
    ("strings", re.compile(r".*\.sharedStrings\+xml")),
    ("main", re.compile(r".*\.(?:main|slide|worksheet|chartsheet|dialogsheet|macrosheet|intlmacrosheet)\+xml")),
    ("silent", re.compile(r".*\.(?:styles|theme|themeOverride|fontTable|webSettings|numbering|calcChain|presProps"
                          r"|viewProps|tableStyles|stylesWithEffects|chartstyle|chartcolorstyle|diagramStyle"
                          r"|diagramColors|diagramLayout)\+xml")),
    ("running", re.compile(r".*vbaProject|.*activeX(?:\+xml)?|.*webextension(?:taskpanes)?\+xml", re.IGNORECASE)),
    ("embedded", re.compile(r".*(?:oleObject|officedocument\.package|vnd\.ms-package.*)")),
    ("side", re.compile(r".*(?:\+|/)xml|.*vmlDrawing")),
)  # fmt: skip
"""Role to the content types it has (ECMA-376 part 1, clause 15, and the types of macro-enabled and older kinds)."""
_NAMED: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("relations", re.compile(rb"(?:.*/)?_rels/[^/]*\.rels")),
    ("properties", re.compile(rb"docprops/(?:core|custom|app)\.xml|meta\.xml")),
    ("edge", re.compile(rb"word/(?:header|footer)\d{0,4}\.xml")),
    ("strings", re.compile(rb"xl/sharedstrings\.xml")),
    ("main", re.compile(rb"word/document2?\.xml|(?:ppt/slides/slide|xl/worksheets/sheet)\d{1,4}\.xml|content\.xml")),
    ("binary", re.compile(rb"xl/.*(?:sharedstrings|workbook|sheet\d{1,4}|comments\d{1,4}|externallink\d{1,4})\.bin")),
    ("silent", re.compile(rb"(?:word|xl|ppt)/(?:theme/|styles|settings|fonttable|websettings|numbering|calcchain"
                          rb"|presprops|viewprops|tablestyles).*|(?:.*/)?(?:settings|manifest)\.(?:xml|rdf)"
                          rb"|\[content_types\]\.xml|(?:.*/)?(?:layout-cache|thumbnail.*)|configurations2/.*"
                          rb"|customxml/itemprops.*")),
    ("running", re.compile(rb"(?:.*/)?(?:vbaproject\.bin|basic/.+|scripts/.+|activex\d*\.bin)")),
    ("data", re.compile(rb"customxml/item.*\.xml")),
    ("side", re.compile(rb".*\.(?:xml|vml)")),
)  # fmt: skip
_NUMBER = re.compile(rb"(\d{1,6})\.[a-z]{1,8}$")
_ORDER = {"edge": 0, "strings": 1, "main": 2, "binary": 3}


class Part(NamedTuple):
    """One part."""

    entry: Entry
    role: str
    """`edge`, `strings`, `main`, `binary` (records of .xlsb), `side`, `data` (custom XML), `properties`, `relations`,
    `embedded`, `running`, `silent`, or `other`: no XML."""
    is_sheet: bool = False


def list_parts(octets: bytes, entries: list[Entry], notes: Notes) -> list[Part]:
    """Tell what every part is for, in reading order: page headers, main parts by their numbers, then the others."""
    overrides, defaults = _declared(octets, entries, notes)
    parts = []
    for entry in entries:
        name = entry.name.lower()
        if entry.is_folder or name == _TYPES:
            continue
        declared = overrides.get(name) or defaults.get(name.rpartition(b".")[2], "")
        role = _role(name, declared)
        parts.append(Part(entry, role, role == "main" and (b"sheet" in name or "sheet+xml" in declared)))
    return sorted(parts, key=lambda part: (_ORDER.get(part.role, 9), _number(part)))


def _number(part: Part) -> int:
    match = _NUMBER.search(part.entry.name.lower()) if part.role == "main" else None
    return int(match[1]) if match else 0


def _role(name: bytes, declared: str) -> str:
    by_type = next((role for role, kinds in _ROLES if kinds.fullmatch(declared)), "") if declared else ""
    by_name = next((role for role, names in _NAMED if names.fullmatch(name)), "other")
    # A general type such as application/xml says less than the name does, and no type at all says nothing.
    return by_name if by_type in ("", "side") and by_name != "other" else by_type or by_name


def _declared(octets: bytes, entries: list[Entry], notes: Notes) -> tuple[dict[bytes, str], dict[bytes, str]]:
    """Content types by part name and by extension, lower case (ECMA-376 part 2, section 10.1)."""
    overrides: dict[bytes, str] = {}
    defaults: dict[bytes, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "")[:200]
        if len(overrides) + len(defaults) < _DECLARED:
            local = name.rpartition(":")[2]
            if local == "Override":
                overrides[attributes.get("PartName", "").lstrip("/").lower().encode()] = kind
            elif local == "Default":
                defaults[attributes.get("Extension", "").lower().encode()] = kind

    for entry in entries:
        if entry.name.lower() == _TYPES:
            _parse(stream(octets, entry, notes), _TYPES_OCTETS, start)
            break
    return overrides, defaults


def property_texts(octets: bytes, entry: Entry, notes: Notes) -> Iterator[str]:
    """Texts of the document properties of one part that are not empty; `name: text` where the user named them."""
    found: list[str] = []
    labels: list[str] = []
    depth, label = [0], [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "property":
            label[0] = attributes.get("name", "")[:_PROPERTY_CHARACTERS]
        elif len(found) < _PROPERTIES and (local in _PROPERTY_ELEMENTS or (local in _VALUES and label[0])):
            depth[0] = 1
            found.append("")
            labels.append(attributes.get("meta:name", label[0]))

    def end(name: str) -> None:
        depth[0] = 0
        label[0] = "" if name.endswith("property") else label[0]

    def text(data: str) -> None:
        if depth[0] and len(found[-1]) < _PROPERTY_CHARACTERS:
            found[-1] += data

    _parse(stream(octets, entry, notes), _PROPERTY_OCTETS, start, end, text)
    return (
        f"{name}: {one.strip()}" if name else one.strip()
        for name, one in zip(labels, found, strict=True)
        if one.strip()
    )


class _StopParsingError(Exception):
    """Entities are declared: office files declare none."""


def _parse(pieces: Iterable[bytes], octets: int, start: object, end: object = None, text: object = None) -> None:
    """Parse one small part as far as `octets`; what stands before a fault was handled."""

    def entity(*_arguments: object) -> None:
        raise _StopParsingError

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.EntityDeclHandler = entity
    parser.StartElementHandler = start  # type: ignore[assignment]
    parser.EndElementHandler = end  # type: ignore[assignment]
    parser.CharacterDataHandler = text  # type: ignore[assignment]
    try:
        for piece in pieces:
            parser.Parse(piece[:octets], False)
            octets -= len(piece)
            if octets <= 0:
                break
    except (_StopParsingError, expat.ExpatError):
        pass
