"""Readings of one entity: the Content-Types, transfer encodings and places of the body that mail programs may see.

The plain reading comes first. Others arise from fields that stand twice, from values that name several things, and
from fields that only some programs take for fields: behind a blank, a fold, a control, a comment, an empty line.
"""

from __future__ import annotations

import binascii
import re
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.encoded_words import decode_encoded_words
from gateway.read.kinds import sniff
from gateway.read.mime.fields import read_parameters, without_comments
from gateway.read.mime.transfer import UUENCODED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.mime.fields import Section
    from gateway.read.notes import Notes

_READINGS = 8
"""Plausible readings of one entity that are followed."""
_FIELDS = 8
"""Fields of one name that are looked at."""
_TYPE, _ENCODING = "content-type", "content-transfer-encoding"
ENCODED = frozenset({"base64", "quoted-printable"})
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
_KNOWN = _IDENTITY | ENCODED | UUENCODED
_AS_IT_IS = re.compile(r"[78]|bit|binary|utf|ascii|iso|windows|cp\d|latin|none|plain|text")
"""What stands in a misspelt word for no encoding: `8bits`, `7-bit`, or a charset where the encoding belongs."""
_MEDIA_TYPE = re.compile(rb"\s*[a-z0-9!#$%&'*+^_`{|}~.-]{1,127}/[a-z0-9!#$%&'*+^_`{|}~.-]{1,127}\s*", re.IGNORECASE)
_ODD_MULTIPART = re.compile(rb"\s*multipart(?:/[^\s/,]{0,127})?\s*", re.IGNORECASE)
"""A multipart of no legal subtype, mixed all the same (RFC 2046 section 5.1.3)."""
_TYPE_INSIDE = re.compile(
    rb"(?:text|multipart|application|message|image|audio|video|model|font)/[a-z0-9!#$&^_.+-]{1,127}", re.IGNORECASE
)
_CONTROLS = bytes(octet for octet in range(32) if octet not in b"\t\r\n") + b"\x7f"
_INVISIBLE = bytes(range(33)) + b"\x7f"
_WORDS = (
    (b"base64", "base64"), (b"base-64", "base64"), (b"b64", "base64"),
    (b"quote", "quoted-printable"), (b"qp", "quoted-printable"), (b"uue", "uuencode"),
)  # fmt: skip
"""What a misspelt encoding contains, and what lenient programs take it for."""
_LOOSE = re.compile(
    rb"(?<![\w-])content-(?:type|transfer-encoding)((?:[\x00-\x20]|\([^()\r\n]{0,64}\)){0,16}:?)"
    rb"(?=([^\r\n]{0,300}(?:\r?\n[ \t][^\r\n]{0,300}){0,8}))",
    re.IGNORECASE,
)
_LOOSE_FIELDS = 64
_VALUE_OCTETS = 200
_PREFIX_OCTETS = 100
"""In which the type of a field begins that only lenient readers see."""
_TO_COLON = rb"(?:[\x00-\x20]|\([^()\r\n]{0,64}\)){0,16}:"
_FIELD_LINE = re.compile(rb"[\x00 \t]{0,16}[!-9;-~]{1,80}" + _TO_COLON + rb"[^\n]{0,998}\r?\n|[ \t][^\n]{0,998}\n")
_MIME_FIRST = re.compile(rb"[\s\x00]{0,64}content-[a-z-]{2,40}" + _TO_COLON, re.IGNORECASE)
_MIME_LINE = re.compile(rb"^content-(?:type|transfer-encoding)" + _TO_COLON, re.IGNORECASE | re.MULTILINE)
_PROSE_OCTETS = 1_000
_BLOCK_LINES = 40
_LOOK = 4_096
_WORTH_OCTETS = 16
"""Base64 of this length is no accident; a word of prose is shorter."""
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"
_ESCAPE = re.compile(rb"=[0-9A-F]{2}")
_COMPOSITE = (b"multipart/", b"message/")
_TEXTS = frozenset({"text", "html", "xml", "ics", "eml"})
_NOTHING = frozenset({"unknown", "empty", *_TEXTS})


class Reading(NamedTuple):
    """How one client may take an entity."""

    content_type: bytes
    """Raw value; empty when there is none."""
    encoding: str
    """Lower case; a word nobody knows means that the body stays as it is."""
    body_start: int


def plausible_readings(octets: bytes, section: Section, end: int, default_type: str, notes: Notes) -> list[Reading]:
    """List the readings of the entity with that header section, at most eight; what sets them apart is noted."""
    types = _types(section, notes)
    encodings = _encodings(section, notes)
    starts = [section.body_start]
    main = types[0].strip()[:64].lower()
    is_composite = main.startswith(_COMPOSITE) or _ODD_MULTIPART.fullmatch(main.split(b";", 1)[0]) is not None
    is_composite = is_composite or (not main and default_type.startswith("message/"))
    if _is_suspicious(octets, section):
        _add_loose(octets, section, (types, encodings), section.start, section.body_start, notes)
    if not is_composite and not main.startswith(b"text/rfc822-headers"):
        at = _fields_inside(octets, section.body_start, end, is_shown=not main or main.startswith(b"text/"))
        if at >= 0:
            starts.append(_block_end(octets, at, end))
            _add_loose(octets, section, (types, encodings), at, starts[-1], notes)
            notes.ambiguous("hidden_field")
    # Whatever stands before the first delimiter, a multipart has the same parts.
    if section.is_cut_short() or (section.broken_at >= 0 and not is_composite):
        starts.append(section.broken_at)
    if not is_composite:
        encodings += _shapes(octets, starts, end, encodings, notes)
    choices = [list(dict.fromkeys(found)) for found in (types, encodings, starts)]
    types, encodings, starts = choices[0], choices[1], choices[2]  # type: ignore[assignment]
    if len(types) == len(encodings) == len(starts) == 1:
        return [Reading(types[0], encodings[0], starts[0])]
    # In order of distance from the plain reading, so that many of one thing do not crowd out another.
    places = sorted(product(range(len(types)), range(len(encodings)), range(len(starts))), key=sum)
    if len(places) > _READINGS:
        notes.ambiguous("too_many_readings")
    return [Reading(types[one], encodings[two], starts[three]) for one, two, three in places[:_READINGS]]


def _types(section: Section, notes: Notes) -> list[bytes]:
    """Raw values of Content-Type, plain ones first."""
    found: list[bytes] = []
    fields = section.by_name.get(_TYPE, [])[:_FIELDS]
    for raw in map(section.raw, fields):
        head = (without_comments(raw) if b"(" in raw else raw).split(b";", 1)[0]
        if _MEDIA_TYPE.fullmatch(head) or _ODD_MULTIPART.fullmatch(head) or not head.strip():
            found.append(raw)
            continue
        inside = _types_inside(raw)
        if len(inside) == 1:
            # To strict readers a text: of a multipart they show the source, in which nobody finds a document.
            notes.ambiguous("malformed_content_type")
            found += inside
            continue
        if inside:
            notes.ambiguous("disputed_type")
        found += [raw, *inside]
    if fields and all(field.is_odd for field in fields):
        found.append(b"")
    return found or [b""]


def _types_inside(raw: bytes) -> list[bytes]:
    """Types that stand in a value which is no type, each with the parameters behind them."""
    clean = raw.translate(None, _CONTROLS)
    head, _, rest = clean.partition(b";")
    matches = list(_TYPE_INSIDE.finditer(head[:_LOOK]))[:_FIELDS]
    if not matches:
        return []
    tail = head[matches[-1].end() :] + b";" + rest
    names = dict.fromkeys(
        b"multipart/mixed" if match[0].lower().startswith(b"multipart/") else match[0] for match in matches
    )
    return [name + b";" + tail for name in names]


def _encodings(section: Section, notes: Notes) -> list[str]:
    """Words of Content-Transfer-Encoding, each followed by what lenient programs take it for."""
    found: list[str] = []
    fields = section.by_name.get(_ENCODING, [])[:_FIELDS]
    for raw in map(section.raw, fields):
        word = _word(raw, notes)
        found.append(word)
        if word not in _KNOWN:
            found += _encodings_inside(raw)
    if fields and all(field.is_odd for field in fields):
        found.append("")
    if len(set(found)) > len(fields):
        notes.ambiguous("disputed_encoding")
    return found or [""]


def _word(raw: bytes, notes: Notes) -> str:
    """Value of a field that is one token, lower case."""
    return read_parameters(raw, notes).main if b"(" in raw or b";" in raw else raw.strip().decode("latin-1").lower()


def _encodings_inside(raw: bytes) -> list[str]:
    """Encodings a misspelt, decorated or encoded value reminds of."""
    spellings = [raw, re.sub(rb"\([^()]{0,200}\)", b"", raw)]
    if b"=?" in raw:
        spellings.append(decode_encoded_words(raw).encode("utf-8", "replace"))
    whole = b" ".join(one.lower().translate(None, _INVISIBLE) for one in spellings)
    return list(dict.fromkeys(name for hint, name in _WORDS if hint in whole))


def _is_suspicious(octets: bytes, section: Section) -> bool:
    """Tell whether the section names MIME fields more often than it has them."""
    lower = octets[section.start : section.body_start].lower()
    return lower.count(b"content-t") > section.count(_TYPE) + section.count(_ENCODING)


def _add_loose(  # noqa: PLR0913, PLR0917 - where to look, and the two lists that grow
    octets: bytes, section: Section, found: tuple[list[bytes], list[str]], start: int, end: int, notes: Notes
) -> None:
    """Add what fields say that only lenient readers see between `start` and `end`."""
    strict = {field.start for name in (_TYPE, _ENCODING) for field in section.by_name.get(name, ())}
    for count, match in enumerate(_LOOSE.finditer(octets, start, end)):
        if count >= _LOOSE_FIELDS:
            notes.ambiguous("too_many_readings")
            break
        if match.start() in strict or b":" not in match[1]:
            continue
        value = match[2][: max(0, end - match.start(2))]
        if octets[match.start() + 8 : match.start() + 12].lower() == b"type":
            clean = value.translate(None, _CONTROLS)
            named = _TYPE_INSIDE.search(clean[:_PREFIX_OCTETS])
            loose_types = [clean[named.start() :]] if named else []
            found[0].extend(loose_types)
            is_found = bool(loose_types)
        else:
            # A list of field names, as in a DKIM signature, names no encoding; nor does the signature behind the list,
            # though the letters of its base64 spell `qp` in one mail of six.
            loose = [] if b":" in value[:40] else _encodings_inside(value.partition(b";")[0][:_VALUE_OCTETS])
            found[1].extend(loose)
            is_found = bool(loose)
        if is_found:
            notes.ambiguous("hidden_field")


def _fields_inside(octets: bytes, start: int, end: int, *, is_shown: bool) -> int:
    """Where MIME fields stand at the beginning of a body, -1 without any; behind a few lines too where no text is."""
    if _MIME_FIRST.match(octets, start, end):
        return start
    if is_shown:
        return -1
    match = _MIME_LINE.search(octets, start, min(end, start + _PROSE_OCTETS))
    return match.start() if match and sniff(octets[start : min(end, start + _LOOK)]) != "eml" else -1


def _block_end(octets: bytes, start: int, end: int) -> int:
    """Where the body begins when the fields at its beginning belong to the header section."""
    at = start
    while at < end and octets[at : at + 1] in (b"\r", b"\n", b"\0"):
        at += 1
    for line in _lines_of_fields(octets, at, end):
        at = line
    if octets.startswith(b"\r\n", at, end):
        return at + 2
    return at + 1 if octets.startswith(b"\n", at, end) else at


def _lines_of_fields(octets: bytes, at: int, end: int) -> Iterator[int]:
    for _ in range(_BLOCK_LINES):
        match = _FIELD_LINE.match(octets, at, end)
        if match is None:
            return
        at = match.end()
        yield at


def _shapes(octets: bytes, starts: list[int], end: int, encodings: list[str], notes: Notes) -> list[str]:
    """Name the encodings the beginning of a body looks like, though no field says so."""
    if any(one in ENCODED or one in UUENCODED for one in encodings):
        return []
    is_unknown = any(one not in _KNOWN and not _AS_IT_IS.search(one) for one in encodings)
    found: list[str] = []
    for start in dict.fromkeys(starts):
        body = octets[start : min(end, start + _LOOK)]
        if len(body) >= _WORTH_OCTETS and not body.translate(None, _BASE64) and (is_unknown or _hides(body, "base64")):
            found.append("base64")
        if (
            b"=" in body
            and body.isascii()
            and _ESCAPE.search(body)
            and (is_unknown or _hides(body, "quoted-printable"))
        ):
            found.append("quoted-printable")
    if found:
        notes.ambiguous("disputed_encoding")
    return found


def _hides(body: bytes, encoding: str) -> bool:
    """Tell whether the beginning of a body decodes to a file, or to text where nobody writes base64 by chance."""
    if encoding == "quoted-printable":
        return sniff(binascii.a2b_qp(body)) not in _NOTHING
    clean = body.translate(None, b"= \t\r\n")
    decoded = binascii.a2b_base64(clean[: len(clean) // 4 * 4])
    kind = sniff(decoded)
    if kind not in _NOTHING:
        return True
    return kind in _TEXTS and b" " in decoded and _is_utf8(decoded)


def _is_utf8(octets: bytes) -> bool:
    """Tell whether octets cut anywhere are UTF-8."""
    return not octets.decode("utf-8", "replace")[:-1].count("\ufffd")
