"""Boundary parameters of multiparts: every octet string some reader takes one for, the plain reading first.

Mail programs disagree about quotes, comments, commas, blanks, folds, repeats and encodings in this one parameter
(RFC 2046 section 5.1.1 against what is written), and an attachment hides between two of the answers. All answers are
collected here; the caller looks which of them occur in the body.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from gateway.read.encoded_words import decode_encoded_words
from gateway.read.mime.fields import without_comments

_PLAIN = re.compile(
    rb"boundary=(?:\"[!#-:<-\[\]-~]{1,200}\"|[!#-'*+\--:<-\[\]-~]{1,200})[ \t]*(?:\r?\n[ \t]*)?(?:;|\Z)", re.IGNORECASE
)
_PARAMETER = re.compile(rb"boundary(\*\d{0,3}\*?)?[\x00-\x20]{0,64}=[ \t]{0,64}(\r?\n[ \t]{1,64})?", re.IGNORECASE)
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.){0,1000})("?)([^;\r\n]{0,200})', re.DOTALL)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_FOLD = re.compile(rb"\r?\n[ \t]{1,64}")
_CONTROLS = bytes(octet for octet in range(32) if octet not in b"\t\r\n") + b"\x7f"
_OCCURRENCES = 8
_VALUE_OCTETS = 1_000
_GUESS = re.compile(
    rb"^--([^\r\n]{0,200})\r?\n(?:[ \t]{0,64}\r?\n)?content-[a-z-]{2,40}[ \t]{0,16}:", re.IGNORECASE | re.MULTILINE
)
MAX_CANDIDATES = 12
"""Answers looked for in one body; the plain one is the first of them."""


def is_plain(raw: bytes) -> bool:
    """Tell whether every reader takes the same boundary out of a raw Content-Type value."""
    if b"(" in raw or b"=?" in raw or raw.lower().count(b"boundary") != 1 or raw.translate(None, _CONTROLS) != raw:
        return False
    return _PLAIN.search(raw.rstrip()) is not None


def candidates(raw: bytes, strict: bytes) -> list[bytes]:
    """Give every plausible boundary of a raw Content-Type value; `strict` is the one by the grammar, maybe empty."""
    found = [strict]
    for source in dict.fromkeys((raw, without_comments(raw) if b"(" in raw else raw, raw.translate(None, _CONTROLS))):
        pieces: list[tuple[bytes, bytes]] = []
        for count, match in enumerate(_PARAMETER.finditer(source)):
            if count >= _OCCURRENCES:
                break
            rest = source[match.end() : match.end() + _VALUE_OCTETS]
            found += _values(rest)
            if match[1]:
                pieces.append((match[1], rest))
        found += _continued(pieces)
    return [one for one in dict.fromkeys(found) if b"\n" not in one][:MAX_CANDIDATES]


def _values(rest: bytes) -> list[bytes]:
    """Readings of what stands behind one `boundary=`."""
    line = _FOLD.sub(b"", rest) if rest.startswith((b"\r", b"\n")) else rest
    quoted = _QUOTED.match(line)
    if quoted is not None:
        inner, tail = quoted[1], quoted[3]
        plain = _ESCAPE.sub(rb"\1", inner)
        found = [plain.rstrip(), inner, plain.strip(), _FOLD.sub(b"", plain), _FOLD.sub(b" ", plain)]
        whole = quoted[0].strip()
        if not quoted[2] or whole != b'"' + inner + b'"' or b" " in plain or b";" in plain:
            found += [whole, (plain + tail).strip(), tail.strip(), plain.split(b" ")[0], plain.split(b";")[0]]
            found.append(b'"' + plain.split(b";")[0])
    else:
        to_end = _FOLD.sub(b" ", line).strip()
        joined = _FOLD.sub(b"", line).strip()
        semicolon = line.split(b";")[0]
        token = semicolon.split()[0] if semicolon.split() else b""
        comma = token.split(b",")
        # Without a plain token there is the whole line, the part to the next comma, and what a comma divides.
        found = [token, semicolon.split(b"\r")[0].split(b"\n")[0].strip(), comma[0], *comma[1:2]]
        found += [joined.split(b";")[0], to_end.split(b";")[0], to_end, semicolon.split(b"(")[0].strip()]
        found += [b" " + token] if rest[:1] != b"" else []
    words = [decode_encoded_words(one).encode("utf-8", "replace") for one in found[:2] if b"=?" in one]
    return [*found, *words]


def _continued(pieces: list[tuple[bytes, bytes]]) -> list[bytes]:
    """RFC 2231 forms: `boundary*=us-ascii''x`, and `boundary*0=`, `boundary*1*=`, joined in order."""
    values = []
    for mark, rest in sorted(pieces):
        quoted = _QUOTED.match(rest)
        value = quoted[1] if quoted else re.split(rb"[;\s]", rest, maxsplit=1)[0]
        if mark.endswith(b"*"):
            value = unquote_to_bytes(value.split(b"'", 2)[-1])
        values.append(value)
    return [b"".join(values), *values[:1]] if values else []


def guess(octets: bytes, start: int, end: int) -> bytes | None:
    """Find a boundary by the first line that looks like a delimiter with a MIME field behind it."""
    match = _GUESS.search(octets, max(0, start - 1), end)
    return match[1].rstrip().removesuffix(b"--") if match else None
