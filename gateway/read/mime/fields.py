"""Header sections and the syntax of their fields (RFC 5322 section 2.2, RFC 2045 section 5, RFC 2231).

Everything is linear in the octets looked at; values are sliced out only when somebody asks for them.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.encoded_words import decode_encoded_words

if TYPE_CHECKING:
    from gateway.read.notes import Notes

_FIELD = re.compile(rb"(?:([!-9;-~]++)([ \t]*+):)?[^\n]*+(?:\n[ \t][^\n]*+)*\n?")
_MAILBOX_LINE = re.compile(rb">?From [^\r\n]{1,200}\r?\n\Z", re.IGNORECASE)
"""First line of a message in a Unix mailbox file (RFC 4155), left there by old programs."""
_FOLD = re.compile(rb"\r?\n")
_GAP = re.compile(rb"[\s;]*")
_PARAMETER = re.compile(rb'([^\s;="]++)[ \t\r\n]*=[ \t\r\n]*(?:"((?:[^"\\]++|\\.)*)"?|([^;\s]*))', re.DOTALL)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_NAMES = frozenset({"name", "filename"})
_NAME_ESCAPE = re.compile(rb'\\(["\\])')
"""Programs of Windows write paths with their backslashes as they are."""
_BARE_NAME = re.compile(
    rb"(?:\A|[;\s])(file)?name[ \t]{0,16}=[ \t]{0,16}([^\s\";][^;\r\n]{0,998}?(?:\r?\n[ \t][^;:=\r\n]{0,998}?)?)"
    rb"(?=\s{0,64}(?:;|\Z)|\s[a-z-]{2,30}=|[\r\n])",
    re.IGNORECASE,
)
"""A file name without quotes: programs show it to the semicolon, blanks and brackets included."""
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]|\x1b(?![$(])")
"""Japanese programs write names in ISO-2022-JP as they are, whose escapes begin so."""
_MIME_FIELDS = ("content-type", "content-transfer-encoding", "content-disposition", "mime-version")
_BLANKS_BEFORE_COLON = {
    "content-type": "hidden_field",
    "content-transfer-encoding": "hidden_field",
    "content-disposition": "hidden_field",
    "from": "hidden_from",
    "sender": "hidden_from",
    "reply-to": "hidden_from",
}
"""Fields whose absence changes what a reader sees."""
_WEIGHTY = frozenset(
    {"content-type", "content-transfer-encoding", "content-disposition", "from", "sender", "reply-to", "subject"}
)
"""Fields that change what a reader sees when the header section ends before them."""
_IDENTITY = frozenset({b"7bit", b"8bit", b"binary", b""})
_SPLIT = re.compile(r"text/|multipart/|message/")
_ONE_ADDRESS = re.compile(rb"[^\s<>,;:\"()@]{1,64}@[^\s<>,;:\"()@]{1,255}")
_SHOWN_TYPES = frozenset({"text/plain", "text/html"})
_STRUCTURAL = ("boundary", "charset")
"""Parameters that decide how a body is read; a reader that decodes them reads another one."""
_REPEATS = 8
_BARE_OCTETS = 8_192
"""Of a field, looked through for names without quotes: eight names as long as file systems take, coded in any way."""
_CUT_OCTETS = 200
_COMMENT_TOKEN = re.compile(rb'["()\\]')


class Field(NamedTuple):
    """One field: lower-case name, octet range `[start, end)` of the whole field, where its value begins."""

    name: str
    start: int
    value_start: int
    end: int
    is_odd: bool = False
    """Blanks stand before its colon: some readers take it for no field at all."""


class Section:
    """One header section: its fields in order and by name, and where the body begins."""

    __slots__ = ("_limit", "_octets", "body_start", "broken_at", "by_name", "fields", "is_open", "start")

    def __init__(  # noqa: PLR0913, PLR0917 - six offsets and limits of one section, made in one place
        self, octets: bytes, fields: list[Field], start: int, body_start: int, limit: int, broken_at: int = -1
    ) -> None:
        """Index `fields` of `octets` by name; `limit` octets of a value are looked at.

        At `broken_at` stands the first line that is no field: some readers begin the body there; -1 for none.
        """
        self._octets, self.fields, self.body_start, self._limit = octets, fields, body_start, limit
        self.start, self.broken_at = start, broken_at
        self.is_open = False
        """No empty line ends it."""
        self.by_name: dict[str, list[Field]] = {}
        for field in fields:
            self.by_name.setdefault(field.name, []).append(field)

    def raw(self, field: Field) -> bytes:
        """Value of a field with its folds, at most the limit."""
        return self._octets[field.value_start : min(field.end, field.value_start + self._limit)]

    def value(self, field: Field) -> bytes:
        """Value of a field, unfolded and stripped."""
        return unfold(self.raw(field))

    def first(self, name: str) -> bytes | None:
        """Unfolded value of the first field of that lower-case name; None when there is none."""
        found = self.by_name.get(name)
        return self.value(found[0]) if found else None

    def count(self, name: str) -> int:
        """How many fields have that lower-case name."""
        return len(self.by_name.get(name, ()))

    def is_cut_short(self) -> bool:
        """Tell whether fields of weight, or a body, stand behind a line that is no field, where some readers end it."""
        if self.broken_at < 0:
            return False
        # Reports cut off the header they return anywhere; that little is no body.
        is_body = self.is_open and bool(self.fields) and self.body_start - self.broken_at > _CUT_OCTETS
        return is_body or any(one.start > self.broken_at and one.name in _WEIGHTY for one in self.fields)


def unfold(raw: bytes) -> bytes:
    """Join continuation lines (RFC 5322 section 2.2.3) and strip blanks at both ends."""
    return raw.replace(b"\r\n", b"").replace(b"\n", b"").strip()


def read_section(octets: bytes, start: int, end: int, notes: Notes) -> Section:
    """Read the header section that begins at `start`; the body begins behind its empty line."""
    header_end, body_start = _find_end(octets, start, end)
    is_open = body_start < 0
    if is_open:
        body_start = header_end = end
    if header_end - start > notes.header_octets:
        notes.overrun("header_octets")
        header_end = start + notes.header_octets
    # Part headers share the same allowance, so that many parts cannot buy many sections.
    notes.header_octets -= header_end - start
    _note_octets(octets, start, header_end, notes)
    fields, broken_at = _split(octets, start, header_end, notes)
    section = Section(octets, fields, start, body_start, notes.budget.field_octets, broken_at)
    section.is_open = is_open
    if broken_at >= 0:
        notes.ambiguous("malformed_field" if section.is_cut_short() else "stray_line")
    return section


def _find_end(octets: bytes, start: int, end: int) -> tuple[int, int]:
    """Offsets of header end and body start; (end, -1) when no empty line comes."""
    if octets.startswith(b"\r\n", start, end):
        return start, start + 2
    if octets.startswith(b"\n", start, end):
        return start, start + 1
    crlf = octets.find(b"\n\r\n", start, end)
    lf = octets.find(b"\n\n", start, end if crlf < 0 else crlf + 1)
    if lf >= 0:
        return lf + 1, lf + 2
    return (crlf + 1, crlf + 3) if crlf >= 0 else (end, -1)


def _note_octets(octets: bytes, start: int, end: int, notes: Notes) -> None:
    section = octets[start:end]
    pairs = section.count(b"\r\n")
    if section.count(b"\n") > pairs:
        # Files on disks of Unix have line feeds throughout; only a mixture is read in two ways.
        notes.ambiguous("bare_lf" if pairs else "lines_of_lf")
    if section.count(b"\r") > pairs:
        notes.ambiguous("bare_cr")
    if b"\0" in section:
        notes.ambiguous("nul")


def _split(octets: bytes, start: int, end: int, notes: Notes) -> tuple[list[Field], int]:
    """Fields in order, and where the first line stands that is none, -1 without one."""
    fields: list[Field] = []
    broken_at = -1
    longest = notes.budget.field_octets
    if octets[start : start + 1] in (b" ", b"\t") and end > start:
        notes.ambiguous("blank_before_field")
    for match in _FIELD.finditer(octets, start, end):
        begin, stop = match.span()
        name, blanks = match.groups()
        if name is None:
            if begin != stop and not (begin == start and _MAILBOX_LINE.match(octets, begin, stop)):
                broken_at = begin if broken_at < 0 else broken_at
            elif begin != stop:
                notes.ambiguous("mailbox_line")
            continue
        if stop - begin > longest:
            notes.overrun("field_octets")
        fields.append(Field(name.decode("ascii").lower(), begin, match.end(2) + 1, stop, bool(blanks)))
        if blanks:
            notes.ambiguous(_BLANKS_BEFORE_COLON.get(fields[-1].name, "blank_before_colon"))
    return fields, broken_at


class Parameters(NamedTuple):
    """A structured MIME field: main value, lower case, and its parameters."""

    main: str
    """For example `multipart/mixed` or `attachment`; empty when absent."""
    values: dict[str, bytes]
    """Lower-case attribute (with RFC 2231 asterisks) to raw value; the first of a repeated attribute."""
    repeats: tuple[tuple[str, bytes], ...] = ()
    """Further values of repeated attributes that differ from the first, which some readers take; at most eight."""

    def text(self, name: str) -> str:
        """A parameter as text for comparison: Latin-1, empty when absent."""
        return self.values.get(name, b"").decode("latin-1")


NO_PARAMETERS = Parameters("", {})


def read_parameters(raw: bytes, notes: Notes) -> Parameters:
    """Read `main; name=value; ...` (RFC 2045 section 5.1), value still folded; comments are skipped."""
    if _CONTROL.search(raw):
        notes.ambiguous("control_in_mime_field")
    whole = raw
    if b"(" in raw:
        raw = without_comments(raw)
    head, _, rest = raw.partition(b";")
    values: dict[str, bytes] = {}
    repeats: list[tuple[str, bytes]] = []
    position = 0
    bare: list[re.Match[bytes]] | None = None
    while match := _next_parameter(rest, position):
        position = match.end()
        name = match[1].decode("latin-1").lower()
        if name in _NAMES and match[2] is None:
            # Looked for once a field: a sender may write thousands of names into one.
            bare = _bare_names(whole) if bare is None else bare
            value = _bare_name(bare, name, match[3])
        else:
            value = _value(match, name, notes)
        if name in values:
            if value != values[name]:
                notes.ambiguous("duplicate_boundary" if name == "boundary" else "duplicate_parameter")
                repeats += [(name, value)] if len(repeats) < _REPEATS else []
        else:
            values[name] = value
            if name in _STRUCTURAL and b"=?" in value and b"?=" in value:
                notes.ambiguous("encoded_word_in_parameter")
    return Parameters(head.strip().decode("latin-1").lower(), values, tuple(repeats))


def _value(match: re.Match[bytes], name: str, notes: Notes) -> bytes:
    """Value of one parameter: folds, quotes and escapes taken off."""
    value: bytes = match[3] if match[2] is None else match[2]
    if match[2] is None:
        return value
    if b"\n" in value:
        notes.ambiguous("folded_parameter")
        value = _FOLD.sub(b"", value)
    if b"\\" in value:
        value = (_NAME_ESCAPE if name in _NAMES else _ESCAPE).sub(rb"\1", value)
    return value


def _bare_names(raw: bytes) -> list[re.Match[bytes]]:
    """Find the file names without quotes at the beginning of a field."""
    return list(islice(_BARE_NAME.finditer(raw, 0, _BARE_OCTETS), _REPEATS))


def _bare_name(found: list[re.Match[bytes]], name: str, value: bytes) -> bytes:
    """Value of a file name without quotes that begins with `value`, as far as programs show it."""
    for match in found:
        if bool(match[1]) == (name == "filename") and match[2].startswith(value.partition(b"(")[0]):
            return b" ".join(match[2].split()).rstrip(b'"')
    return value


def _next_parameter(rest: bytes, position: int) -> re.Match[bytes] | None:
    """Match the next parameter, passing over what is none up to the next semicolon."""
    while True:
        gap = _GAP.match(rest, position)
        position = gap.end() if gap else position
        match = _PARAMETER.match(rest, position)
        if match is not None:
            return match
        following = rest.find(b";", position + 1)
        if following < 0:
            return None
        position = following


def without_comments(raw: bytes) -> bytes:
    """Drop RFC 5322 comments, nested ones too; quoted strings are left alone. Iterative, linear."""
    kept: list[bytes] = []
    depth, is_quoted, begin, position = 0, False, 0, 0
    while token := _COMMENT_TOKEN.search(raw, position):
        position = token.end()
        if token[0] == b"\\":
            position += 1
        elif token[0] == b'"':
            is_quoted = is_quoted != (depth == 0)
        elif is_quoted:
            continue
        elif token[0] == b"(":
            if depth == 0:
                kept.append(raw[begin : token.start()])
            depth += 1
        elif depth:
            depth -= 1
            begin = position
    if depth == 0:
        kept.append(raw[begin:])
    return b" ".join(kept)


def note_duplicates(section: Section, notes: Notes, names: tuple[str, ...] = _MIME_FIELDS) -> None:
    """Note each of the given fields that occurs more than once (default: the MIME fields), and whether they differ."""
    for name in names:
        if section.count(name) > 1:
            values = {b" ".join(section.value(field).split()) for field in section.by_name[name]}
            notes.ambiguous(_difference(name, values, notes) or "repeated_field")


def _difference(name: str, values: set[bytes], notes: Notes) -> str:
    """Name what sets the values of one field apart, empty where readers take all of them alike."""
    if name == "subject":
        return "duplicate_subject" if len({decode_encoded_words(value) for value in values}) > 1 else ""
    values = {value.lower() for value in values}
    if name in {"reply-to", "sender"} and all(_ONE_ADDRESS.findall(value) for value in values):
        values = {b" ".join(_ONE_ADDRESS.findall(value)) for value in values}
    elif name == "content-transfer-encoding":
        values = {b"" if value in _IDENTITY else value for value in values}
    elif name in _MIME_FIELDS and len(values) > 1:
        read = [read_parameters(value, notes) for value in values]
        mains, parameters = {one.main for one in read}, {frozenset(one.values.items()) for one in read}
        # Whether a named file is shown or attached, or called by its kind or only a file, it is the same file.
        is_file = all(one.text("filename") or one.text("name") for one in read)
        if len(parameters) == 1 and (len(mains) == 1 or (is_file and not any(map(_SPLIT.match, mains)))):
            return ""
        if _SHOWN_TYPES.issuperset(one.main for one in read) and not any(one.text("name") for one in read):
            return "duplicate_text_type"
    return "duplicate_" + name.replace("-", "_") if len(values) > 1 else ""
