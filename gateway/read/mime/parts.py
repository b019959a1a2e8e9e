"""The MIME tree as a flat list of leaves in reading order (RFC 2045, RFC 2046), found by boundary search.

Iterative and bounded: one search of the octets per level and boundary, at most `budget.parts` entities,
`budget.depth` levels. Where readers may see different parts, each way is followed (`1~2`), the ambiguity is noted,
and text outside the parts is kept as `loose` ranges, so that nothing escapes the detectors.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.mime.boundaries import candidates, guess, is_plain
from gateway.read.mime.delimiters import Delimiter, find_delimiters
from gateway.read.mime.fields import NO_PARAMETERS, Parameters, Section, note_duplicates, read_parameters, read_section
from gateway.read.mime.readings import ENCODED, Reading, plausible_readings

if TYPE_CHECKING:
    from gateway.read.notes import Notes

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$%&'*+^_`{|}~.-]{1,127}/[a-z0-9!#$%&'*+^_`{|}~.-]{1,127}")
"""Two tokens of RFC 2045 section 5.1; registered names use fewer letters (RFC 6838 section 4.2)."""
_MULTIPART = re.compile(r"multipart(?:/|\Z)")
_NOTICE_OCTETS = 400
"""A preamble up to this, without anything that looks like MIME, is the notice clients have always written."""
_MIME_LINE = re.compile(rb"^content-(?:type|transfer-encoding|disposition)[ \t]{0,16}:", re.IGNORECASE | re.MULTILINE)
_BOUNDARY_OCTETS = 70
_ODD_LINES = 16
_SEARCHES = 24
"""Times the whole message may be searched for boundaries; ordinary mail nests two to four levels."""
_SMALL_OCTETS = 1_000_000
"""Below this the depth limit alone is enough."""
EMBEDDED_MESSAGE = frozenset({"message/rfc822", "message/global", "message/news"})
"""Types whose body is a message of its own."""
_PREAMBLE, _EPILOGUE = ("preamble_text", "preamble_entity"), ("epilogue_text", "epilogue_entity")
_FURTHER_FIELDS = 3
"""Fields of one name behind the first whose file names are read."""


class Leaf(NamedTuple):
    """One entity that is not split further, or the wrapper of an embedded message."""

    path: str
    start: int
    end: int
    """Octet range of the encoded body."""
    media_type: str
    """Declared or default type/subtype, lower case."""
    content_type: Parameters
    disposition: Parameters
    encoding: str
    """Transfer encoding, lower case."""
    level: int
    """How many embedded messages stand around it; 0 for the message itself."""
    message: Section | None = None
    """Header section of the message this wraps; its leaves follow."""
    uninspectable: str = ""
    is_inline: bool = False
    """Disposition inline, or a Content-ID by which the text may show it."""
    signed: tuple[int, int] = (0, 0)
    """Octet range of the entity this one is the signature of (RFC 1847 section 2.1)."""
    further: tuple[Parameters, ...] = ()
    """Further Content-Disposition and Content-Type fields, whose names and charsets some readers take."""


class Tree(NamedTuple):
    """Leaves in reading order, wrappers before their leaves; text outside the parts."""

    leaves: list[Leaf]
    loose: list[tuple[int, int]]
    """Ranges of preambles and epilogues worth reading."""
    root_type: str
    alternatives: tuple[tuple[str, str], ...] = ()
    """Paths of further readings, each with that of the entity; of the top of a message it is empty or ends in a dot."""
    extras: tuple[str, ...] = ()
    """Paths of entities outside the delimiters, which only some readers take for parts."""


class _Split(NamedTuple):
    """One way to divide the body of a multipart."""

    boundary: bytes
    ranges: list[tuple[int, int, int]]
    """Number of the part, and where it begins and ends; a preamble that is an entity of its own is number 0."""
    outside: frozenset[int] = frozenset()
    """Numbers of those before the first delimiter or behind the close."""


class _Entity(NamedTuple):
    """An entity still to be read."""

    start: int
    end: int
    path: str
    depth: int
    level: int
    default_type: str
    boundaries: tuple[bytes, ...]
    """Of the multiparts around it, outermost first."""
    section: Section | None = None
    """Its header section where that was read already (the root and embedded messages)."""
    signed: tuple[int, int] = (0, 0)
    reading: Reading | None = None
    """One of several plausible readings of its header section; None until they are counted."""


class _Walk:
    """State of one walk: a stack instead of recursion, so that depth costs no frames."""

    def __init__(self, octets: bytes, notes: Notes) -> None:
        self.octets, self.notes = octets, notes
        self.leaves: list[Leaf] = []
        self.loose: list[tuple[int, int]] = []
        self.stack: list[_Entity] = []
        self.boundaries: set[bytes] = set()
        self.odd_lines: list[bytes] = []
        self.alternatives: dict[str, int] = {}
        self.further: list[tuple[str, str]] = []
        self.extras: list[str] = []

    def run(self) -> None:
        while self.stack:
            entity = self.stack.pop()
            if self.notes.parts <= 0:
                self.notes.overrun("parts")
                break
            self.notes.parts -= 1
            self._visit(entity)
        # `--outer-1` inside `outer` is innocent when some inner multipart is named so.
        if any(
            line not in self.boundaries and line.removesuffix(b"--") not in self.boundaries for line in self.odd_lines
        ):
            self.notes.ambiguous("boundary_prefix")

    def _visit(self, entity: _Entity) -> None:
        notes = self.notes
        section = entity.section
        if section is None:
            section = read_section(self.octets, entity.start, entity.end, notes)
            note_duplicates(section, notes)
        reading = entity.reading or self._choose(entity, section)
        content_type = read_parameters(reading.content_type, notes) if reading.content_type else NO_PARAMETERS
        disposition, *further = _parameters(section, "content-disposition", notes) or [NO_PARAMETERS]
        if section.count("content-type") > 1:
            further += [one for one in _parameters(section, "content-type", notes) if one != content_type]
        media_type = self._media_type(content_type, entity.default_type)
        is_inline = disposition.main == "inline" or bool(section.count("content-id"))
        leaf = Leaf(
            entity.path, reading.body_start, entity.end, media_type, content_type, disposition, reading.encoding,
            entity.level, is_inline=is_inline, signed=entity.signed, further=tuple(further),
        )  # fmt: skip
        is_composite = media_type.startswith("multipart/") or media_type in EMBEDDED_MESSAGE
        if is_composite and entity.depth >= notes.budget.depth:
            notes.overrun("depth")
            self._add(leaf._replace(uninspectable="over_budget"))
        elif media_type.startswith("multipart/"):
            self._open_multipart(leaf, entity, reading.content_type)
        elif media_type in EMBEDDED_MESSAGE and reading.encoding not in ENCODED:
            self._open_message(leaf, entity)
        else:
            self._add(leaf._replace(uninspectable=self._note_reference(media_type)))
            if media_type == "message/partial" and content_type.text("number") in ("1", ""):
                # The first piece holds the beginning of the whole message (RFC 2046 section 5.2.2).
                self._open_message(leaf, entity, is_listed=True)

    def _choose(self, entity: _Entity, section: Section) -> Reading:
        """Take the first of the plausible readings; the others are read after it, as `1~2` and so on."""
        first, *others = plausible_readings(self.octets, section, entity.end, entity.default_type, self.notes)
        self.stack.extend(
            entity._replace(path=path, section=section, reading=reading)
            for path, reading in reversed([(self._alternative(entity.path), reading) for reading in others])
        )
        return first

    def _alternative(self, path: str) -> str:
        """Section number of the next other reading of the entity at `path`."""
        base = _closed(path).rpartition("~")[0] if "~" in path.rpartition(".")[2] else _closed(path)
        number = self.alternatives[base] = self.alternatives.get(base, 1) + 1
        self.further.append((f"{base}~{number}", path))
        return f"{base}~{number}"

    def _add(self, leaf: Leaf) -> None:
        self.leaves.append(leaf._replace(path=_closed(leaf.path)))

    def _media_type(self, content_type: Parameters, default: str) -> str:
        if not content_type.main:
            return default
        if _MEDIA_TYPE.fullmatch(content_type.main):
            return content_type.main
        self.notes.ambiguous("malformed_content_type")
        # Whatever kind of multipart it is, it has parts (RFC 2046 section 5.1.3).
        return "multipart/mixed" if _MULTIPART.match(content_type.main) else "text/plain"

    def _note_reference(self, media_type: str) -> str:
        """Types whose content is elsewhere cannot be inspected here."""
        if media_type == "message/partial":
            self.notes.ambiguous("message_partial")
        elif media_type == "message/external-body":
            self.notes.ambiguous("message_external_body")
        else:
            return ""
        return "unsupported"

    def _open_message(self, leaf: Leaf, entity: _Entity, *, is_listed: bool = False) -> None:
        section = read_section(self.octets, leaf.start, leaf.end, self.notes)
        note_duplicates(section, self.notes)
        path = _closed(leaf.path)
        if not is_listed:
            self._add(leaf._replace(message=section))
        self.stack.append(
            entity._replace(
                start=leaf.start, path=path + ".", depth=entity.depth + 1, level=entity.level + 1, section=section,
                default_type="text/plain", reading=None,
            )
        )  # fmt: skip

    def _open_multipart(self, leaf: Leaf, entity: _Entity, raw_type: bytes) -> None:
        notes = self.notes
        if leaf.content_type.values.get("boundary", b"").rstrip() in entity.boundaries:
            notes.ambiguous("boundary_reused")
        splits = self._splits(leaf, raw_type)
        if splits is None:
            notes.overrun("depth")
            self._add(leaf._replace(uninspectable="over_budget"))
            return
        if leaf.encoding in ENCODED:
            # Forbidden (RFC 2045 section 6.4): some readers decode it first all the same.
            notes.ambiguous("encoded_multipart")
            self._add(leaf._replace(path=_closed(leaf.path) + "~0" if splits else leaf.path))
        elif not splits:
            self._add(leaf)
        default = "message/rfc822" if leaf.media_type == "multipart/digest" else "text/plain"
        found: list[_Entity] = []
        for number, split in enumerate(splits):
            path = self._alternative(leaf.path) if number else leaf.path
            prefix = path if not path or path.endswith(".") else path + "."
            around = (*entity.boundaries, split.boundary)
            signed = split.ranges[0][1:] if leaf.media_type == "multipart/signed" else (0, 0)
            found += [
                _Entity(
                    start, end, f"{prefix}{part}", entity.depth + 1, entity.level, default, around,
                    signed=signed if part == 2 else (0, 0),
                )
                for part, start, end in split.ranges
            ]  # fmt: skip
            self.extras += [f"{prefix}{part}" for part in sorted(split.outside)]
        self.stack.extend(reversed(found))

    def _splits(self, leaf: Leaf, raw_type: bytes) -> list[_Split] | None:
        """Every way readers may divide the body, the plain one first; None when searching it is over budget."""
        notes, strict = self.notes, leaf.content_type.values.get("boundary", b"").rstrip()
        options = [strict] if is_plain(raw_type) else candidates(raw_type, strict)
        if not strict:
            notes.ambiguous("boundary_missing")
        elif len(strict) > _BOUNDARY_OCTETS:
            notes.ambiguous("boundary_too_long")
        found: list[_Split] = []
        for boundary in options:
            is_cut = bool(found) and strict.startswith(boundary) and boundary != strict
            # Cut at a blank, the boundary would meet the same lines again.
            if is_cut or (not boundary and b"boundary" not in raw_type.lower()):
                continue
            ways = self._ways(leaf, boundary)
            if ways is None:
                return None
            found += ways
        if not found:
            guessed = guess(self.octets, leaf.start, leaf.end)
            found = [] if guessed is None else self._ways(leaf, guessed) or []
            notes.ambiguous("boundary_guessed" if found else "boundary_not_found")
        elif len(found) > 1 or found[0].boundary != strict or not strict:
            notes.ambiguous("disputed_boundary")
        return found

    def _ways(self, leaf: Leaf, boundary: bytes) -> list[_Split] | None:
        """Divide at one boundary: with the delimiter lines everybody sees, and with those only some see."""
        notes = self.notes
        notes.search_octets -= leaf.end - leaf.start
        if notes.search_octets < 0:
            return None
        delimiters = find_delimiters(self.octets, leaf.start, leaf.end, boundary, notes)
        self.odd_lines += delimiters.longer[: max(0, _ODD_LINES - len(self.odd_lines))]
        lines = [delimiters.found]
        if any(one.is_indented for one in delimiters.found):
            notes.ambiguous("indented_delimiter")
            lines.insert(0, [one for one in delimiters.found if not one.is_indented])
        ways = [way for one in lines if (way := self._split(leaf, boundary, one)).ranges]
        if ways:
            self.boundaries.add(boundary)
            if not delimiters.found[-1].is_close and self._stands_behind(leaf.end, boundary):
                notes.ambiguous("boundary_outside")
        return ways

    def _stands_behind(self, end: int, boundary: bytes) -> bool:
        """Tell whether lines of an unclosed multipart go on outside of it, where some readers still look for them."""
        self.notes.search_octets -= len(self.octets) - end
        return self.notes.search_octets >= 0 and self.octets.find(b"\n--" + boundary, end) >= 0

    def _split(self, leaf: Leaf, boundary: bytes, lines: list[Delimiter]) -> _Split:
        """Ranges of the entities between the delimiter lines; what stands outside becomes loose."""
        ranges: list[tuple[int, int, int]] = []
        extras: set[int] = set()
        start, end = leaf.start, leaf.end
        opened, is_closed, outside, number = -1, False, start, 0
        for one in lines:
            if is_closed:
                self.notes.ambiguous("delimiter_after_close")
            stop = _before_line(self.octets, one.line, start)
            if opened >= 0:
                number += 1
                ranges.append((number, opened, max(opened, stop)))
                extras |= {number} if is_closed else set()
            elif outside < stop:
                number += is_closed
                ranges += self._keep_loose(outside, stop, _EPILOGUE if is_closed else _PREAMBLE, number)
                extras.add(number)
            # Readers that stop at the close and readers that go on: we go on, the union is read.
            opened = -1 if one.is_close else one.behind
            is_closed = is_closed or one.is_close
            outside = one.behind
            if number > self.notes.parts:
                self.notes.overrun("parts")
                return _Split(boundary, ranges, frozenset(extras))
        if opened >= 0:
            self.notes.ambiguous("close_delimiter_missing")
            ranges.append((number + 1, opened, end))
            extras |= {number + 1} if is_closed else set()
        elif lines:
            ranges += self._keep_loose(outside, end, _EPILOGUE, number + 1)
            extras.add(number + 1)
        return _Split(boundary, ranges, frozenset(extras))

    def _keep_loose(self, start: int, end: int, names: tuple[str, str], number: int) -> list[tuple[int, int, int]]:
        """Keep text outside the parts; what begins with MIME fields there is an entity to some readers."""
        text = self.octets[start:end].strip()
        if not text:
            return []
        field = _MIME_LINE.search(self.octets, start, end)
        is_notice = len(text) <= _NOTICE_OCTETS and b"content-" not in text.lower() and b"\n--" not in text
        if names is _EPILOGUE or not is_notice:
            self.notes.ambiguous(names[field is not None])
            if (start, end) not in self.loose:
                self.loose.append((start, end))
        return [(number, field.start(), end)] if field else []


def _closed(path: str) -> str:
    """Section number of a leaf: a message that is no multipart has its text at `1`."""
    return path + "1" if not path or path.endswith(".") else path


def _before_line(octets: bytes, line: int, start: int) -> int:
    """The line break before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1)."""
    if line > start and octets[line - 1] == 0x0A:
        line -= 1
        if line > start and octets[line - 1] == 0x0D:
            line -= 1
    elif line > start and octets[line - 1] == 0x0D:
        line -= 1
    return line


def _parameters(section: Section, name: str, notes: Notes) -> list[Parameters]:
    found = section.by_name.get(name, [])[: 1 + _FURTHER_FIELDS]
    return [read_parameters(section.raw(field), notes) for field in found]


def read_tree(octets: bytes, section: Section, notes: Notes) -> Tree:
    """Find the leaves of the message whose header section was read; positions count in `octets`."""
    walk = _Walk(octets, notes)
    notes.search_octets = _SEARCHES * max(len(octets), _SMALL_OCTETS)
    note_duplicates(section, notes)
    walk.stack.append(_Entity(0, len(octets), "", 0, 0, "text/plain", (), section))
    walk.run()
    root = read_parameters(section.first("content-type") or b"", notes).main
    return Tree(walk.leaves, walk.loose, root, tuple(walk.further), tuple(walk.extras))
