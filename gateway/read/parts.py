"""The MIME tree as a flat list of leaves in reading order (RFC 2045, RFC 2046), found by boundary search.

Iterative and bounded: one search of the octets per level, at most `budget.parts` entities, `budget.depth` levels.
Where two readers may see different parts, the ambiguity is noted and the text outside the parts is kept as
`loose` ranges, so that nothing escapes the detectors.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.fields import NO_PARAMETERS, Parameters, Section, note_duplicates, read_parameters, read_section
from gateway.read.transfer import UUENCODED

if TYPE_CHECKING:
    from gateway.read.notes import Notes

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")
_NOTICE_OCTETS = 400
"""A preamble up to this, without anything that looks like MIME, is the notice clients have always written."""
_BOUNDARY_OCTETS = 70
_ODD_LINES = 16
_HOPS = 64
"""Hyphens looked at one by one before the whole delimiter is searched."""
_LF = 0x0A
_SEARCHES = 24
"""Times the whole message may be searched for boundaries; ordinary mail nests two to four levels."""
_SMALL_OCTETS = 1_000_000
"""Below this the depth limit alone is enough."""
_EMBEDDED_MESSAGE = frozenset({"message/rfc822", "message/global", "message/news"})
_ENCODED = frozenset({"base64", "quoted-printable"})
_ENCODING = "content-transfer-encoding"
_KNOWN = frozenset({"", "7bit", "8bit", "binary", *_ENCODED, *UUENCODED})
_READINGS = 4
"""Plausible readings of one entity that are followed."""
_LOOK = 4_096
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"
_ESCAPE = re.compile(rb"=[0-9A-F]{2}")


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


class Tree(NamedTuple):
    """Leaves in reading order, wrappers before their leaves; text outside the parts."""

    leaves: list[Leaf]
    loose: list[tuple[int, int]]
    """Ranges of preambles and epilogues worth reading."""
    root_type: str


class Reading(NamedTuple):
    """How one client may take an entity whose header section can be taken in several ways."""

    content_type: bytes
    """Raw value; empty when there is none."""
    encoding: str


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
        raw_type, encoding = entity.reading or self._choose(entity, section)
        content_type = read_parameters(raw_type, notes) if raw_type else NO_PARAMETERS
        disposition = _parameters(section, "content-disposition", notes)
        media_type = self._media_type(content_type, entity.default_type)
        is_inline = disposition.main == "inline" or bool(section.count("content-id"))
        leaf = Leaf(
            entity.path, section.body_start, entity.end, media_type, content_type, disposition, encoding, entity.level,
            is_inline=is_inline, signed=entity.signed,
        )  # fmt: skip
        is_composite = media_type.startswith("multipart/") or media_type in _EMBEDDED_MESSAGE
        if is_composite and entity.depth >= notes.budget.depth:
            notes.overrun("depth")
            self._add(leaf._replace(uninspectable="over_budget"))
        elif media_type.startswith("multipart/"):
            self._open_multipart(leaf, entity)
        elif media_type in _EMBEDDED_MESSAGE and encoding not in _ENCODED:
            self._open_message(leaf, entity)
        else:
            self._add(leaf._replace(uninspectable=self._note_reference(media_type)))

    def _choose(self, entity: _Entity, section: Section) -> Reading:
        """Take the first of the plausible readings; the others are read after it, as `1~2`, `1~3`, `1~4`."""
        types = list(dict.fromkeys(map(section.raw, section.by_name.get("content-type", ())))) or [b""]
        encodings = [_word(raw, self.notes) for raw in map(section.raw, section.by_name.get(_ENCODING, ()))] or [""]
        if len(types) == 1 and len(encodings) == 1 and encodings[0] in _KNOWN:
            return Reading(types[0], encodings[0])
        # What a reader does not know it shows as it is, or decodes as what it looks like.
        if not _KNOWN.issuperset(encodings):
            body = self.octets[section.body_start : min(entity.end, section.body_start + _LOOK)]
            encodings += _shapes(body)
        readings = list(dict.fromkeys(Reading(one, other) for one in types for other in encodings))[:_READINGS]
        path = _closed(entity.path)
        self.stack.extend(
            entity._replace(path=f"{path}~{number}", section=section, reading=reading)
            for number, reading in reversed(list(enumerate(readings[1:], 2)))
        )
        return readings[0]

    def _add(self, leaf: Leaf) -> None:
        self.leaves.append(leaf._replace(path=_closed(leaf.path)))

    def _media_type(self, content_type: Parameters, default: str) -> str:
        if not content_type.main:
            return default
        if _MEDIA_TYPE.fullmatch(content_type.main):
            return content_type.main
        self.notes.ambiguous("malformed_content_type")
        return "text/plain"

    def _note_reference(self, media_type: str) -> str:
        """Types whose content is elsewhere cannot be inspected here."""
        if media_type == "message/partial":
            self.notes.ambiguous("message_partial")
        elif media_type == "message/external-body":
            self.notes.ambiguous("message_external_body")
        else:
            return ""
        return "unsupported"

    def _open_message(self, leaf: Leaf, entity: _Entity) -> None:
        section = read_section(self.octets, leaf.start, leaf.end, self.notes)
        note_duplicates(section, self.notes)
        path = _closed(leaf.path)
        self._add(leaf._replace(message=section))
        self.stack.append(
            entity._replace(
                start=leaf.start, path=path + ".", depth=entity.depth + 1, level=entity.level + 1, section=section,
                default_type="text/plain",
            )
        )  # fmt: skip

    def _open_multipart(self, leaf: Leaf, entity: _Entity) -> None:
        notes = self.notes
        if leaf.encoding in _ENCODED:
            notes.ambiguous("encoded_multipart")
        boundary = leaf.content_type.values.get("boundary", b"").rstrip()
        if not boundary:
            notes.ambiguous("boundary_missing")
            self._add(leaf)
            return
        if len(boundary) > _BOUNDARY_OCTETS:
            notes.ambiguous("boundary_too_long")
        if boundary in entity.boundaries:
            notes.ambiguous("boundary_reused")
        self.boundaries.add(boundary)
        notes.search_octets -= leaf.end - leaf.start
        if notes.search_octets < 0:
            notes.overrun("depth")
            self._add(leaf._replace(uninspectable="over_budget"))
            return
        ranges = self._split(leaf.start, leaf.end, boundary)
        if not ranges:
            notes.ambiguous("boundary_not_found")
            self._add(leaf)
            return
        if leaf.encoding in _ENCODED:
            # Forbidden (RFC 2045 section 6.4): some readers decode it first all the same.
            self._add(leaf._replace(path=_closed(leaf.path) + "~0"))
        prefix = leaf.path if not leaf.path or leaf.path.endswith(".") else leaf.path + "."
        default = "message/rfc822" if leaf.media_type == "multipart/digest" else "text/plain"
        around = (*entity.boundaries, boundary)
        is_signed = leaf.media_type == "multipart/signed"
        self.stack.extend(
            _Entity(
                start, end, f"{prefix}{number}", entity.depth + 1, entity.level, default, around,
                signed=ranges[0] if is_signed and number == 2 else (0, 0),
            )
            for number, (start, end) in reversed(list(enumerate(ranges, 1)))
        )  # fmt: skip

    def _split(self, start: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
        """Ranges of the entities between the delimiter lines; what stands outside becomes loose."""
        ranges: list[tuple[int, int]] = []
        opened, is_closed, outside = -1, False, start
        for line, behind, is_close in self._delimiters(start, end, boundary):
            if is_closed:
                self.notes.ambiguous("delimiter_after_close")
            stop = _before_line(self.octets, line, start)
            if opened >= 0:
                ranges.append((opened, max(opened, stop)))
            elif outside < stop and not is_closed:
                self._keep_loose(outside, stop, "preamble_text")
            # Readers that stop at the close and readers that go on: we go on, the union is read.
            opened = -1 if is_close else behind
            is_closed = is_closed or is_close
            outside = behind
            if len(ranges) > self.notes.parts:
                self.notes.overrun("parts")
                return ranges
        if opened >= 0:
            self.notes.ambiguous("close_delimiter_missing")
            ranges.append((opened, end))
        elif ranges:
            self._keep_loose(outside, end, "epilogue_text")
        return ranges

    def _delimiters(self, start: int, end: int, boundary: bytes) -> list[tuple[int, int, bool]]:
        """Delimiter lines: where the line begins, where the next one begins, whether it closes."""
        octets, mark = self.octets, b"--" + boundary
        found = []
        at = start if octets.startswith(mark, start, end) else self._next_line(mark, start, end)
        while at >= 0:
            self.notes.delimiters -= 1
            if self.notes.delimiters < 0:
                self.notes.overrun("parts")
                break
            line_end = octets.find(b"\n", at, end)
            behind = end if line_end < 0 else line_end + 1
            rest = octets[at + len(mark) : min(behind, at + len(mark) + _BOUNDARY_OCTETS)].rstrip()
            if not rest or rest == b"--":
                found.append((at, behind, bool(rest)))
                if len(found) > self.notes.parts + 1:
                    break
            elif rest[:2] == b"--" or not rest[:1].strip():
                # Some readers ignore what follows the delimiter; so do we.
                self.notes.ambiguous("boundary_prefix")
                found.append((at, behind, rest[:2] == b"--"))
            elif len(self.odd_lines) < _ODD_LINES:
                self.odd_lines.append(boundary + rest)
            at = self._next_line(mark, behind - 1, end)
        return found

    def _next_line(self, mark: bytes, start: int, end: int) -> int:
        """Begin of the next line that starts with `mark`, -1 when none does; `start` may be its line feed."""
        octets, at = self.octets, start
        # Base64 holds no hyphen, and one octet is searched ten times faster than several.
        for _ in range(_HOPS):
            at = octets.find(b"-", at + 1, end)
            if at < 0:
                return -1
            if octets[at - 1] == _LF and octets.startswith(mark, at, end):
                return at
        at = octets.find(b"\n" + mark, at - 1, end)
        return at + 1 if at >= 0 else -1

    def _keep_loose(self, start: int, end: int, name: str) -> None:
        text = self.octets[start:end].strip()
        if not text:
            return
        is_notice = len(text) <= _NOTICE_OCTETS and b"content-" not in text.lower() and b"\n--" not in text
        if name == "epilogue_text" or not is_notice:
            self.notes.ambiguous(name)
            self.loose.append((start, end))


def _shapes(body: bytes) -> list[str]:
    """Name the encodings the beginning of a body looks like, whatever its field says."""
    shapes = ["base64"] if len(body) >= 16 and not body.translate(None, _BASE64) else []
    return [*shapes, "quoted-printable"] if body.isascii() and _ESCAPE.search(body) else shapes


def _closed(path: str) -> str:
    """Section number of a leaf: a message that is no multipart has its text at `1`."""
    return path + "1" if not path or path.endswith(".") else path


def _before_line(octets: bytes, line: int, start: int) -> int:
    """The line break before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1)."""
    if line > start and octets[line - 1] == _LF:
        line -= 1
        if line > start and octets[line - 1] == 0x0D:
            line -= 1
    return line


def _parameters(section: Section, name: str, notes: Notes) -> Parameters:
    found = section.by_name.get(name)
    return read_parameters(section.raw(found[0]), notes) if found else NO_PARAMETERS


def _word(raw: bytes, notes: Notes) -> str:
    """Value of a field that is one token, lower case."""
    return read_parameters(raw, notes).main if b"(" in raw or b";" in raw else raw.strip().decode("latin-1").lower()


def read_tree(octets: bytes, section: Section, notes: Notes) -> Tree:
    """Find the leaves of the message whose header section was read; positions count in `octets`."""
    walk = _Walk(octets, notes)
    notes.search_octets = _SEARCHES * max(len(octets), _SMALL_OCTETS)
    note_duplicates(section, notes)
    walk.stack.append(_Entity(0, len(octets), "", 0, 0, "text/plain", (), section))
    walk.run()
    root = read_parameters(section.first("content-type") or b"", notes).main
    return Tree(walk.leaves, walk.loose, root)
