"""Object streams weighed before any library opens the file: what they hold is parsed whole, at a hundredfold in memory.

A number of two octets takes qpdf 144, and eight kilobytes unpack to eight megabytes of them. Told by the one entry that
readers go by, /First (ISO 32000-1 section 7.5.7), for /Type is asked by none. Of encrypted files nothing is known here.
"""

from __future__ import annotations

import re
import zlib

from gateway.read.pdf.inflation import bare

LEAST_OCTETS = 1_500_000
"""What object streams of any file may unpack to."""
_TIMES = 20
"""And so many times the length of the file; those of real ones are packed three- to tenfold."""
_RATIO = 1032
_STREAM = re.compile(rb"stream\r?\n")
"""Begins with a letter: found four times faster than with a look behind. The end of a stream is sorted out later."""
_STEP_OCTETS = 65_536
_FARTHEST = 65_536
"""Octets before a stream in which its dictionary is looked for."""
_OBJECT = b"obj"
_NUMBER = re.compile(rb"[0-9]\s{1,9}\Z")
_BEHIND = b" \t\r\n\0\f<"
_ASIDE = re.compile(rb"\([^()]*\)|%[^\r\n]*")
"""A string without brackets inside, or a comment."""
_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_NESTING = 30
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_FILTER = re.compile(
    rb"/(?:(A85|ASCII85Decode)|(AHx|ASCIIHexDecode)|(Fl|FlateDecode)|(LZW|LZWDecode|RL|RunLengthDecode))\b"
)
_BARE = ("/ASCII85Decode", "/ASCIIHexDecode")


def is_packed_beyond_measure(octets: bytes) -> bool:
    """Tell whether the object streams of a file unpack to more than any honest file of its length holds."""
    left, behind = LEAST_OCTETS + _TIMES * len(octets), 0
    for match in _STREAM.finditer(octets):
        here = match.start()
        if octets.endswith(b"end", 0, here):
            continue
        begin, behind = max(behind, here - _FARTHEST), match.end()
        before = octets[begin:here]
        if b"/First" in _dictionary(before) or (here - begin == _FARTHEST and _last_head(before) < 0):
            left -= _unpacked(_dictionary(before), octets, match.end(), left)
        if left < 0:
            return True
    return False


def _dictionary(before: bytes) -> bytes:
    """Give the dictionary of a stream from what stands before it; all of that where it is not plain what belongs to it.

    Strings, comments and odd brackets could hide the entry, so they are a reason to look at more and not at less.
    """
    about = _plain_dictionary(before)
    if about is None:
        before = _ESCAPED.sub(b"", before)
        for _ in range(_NESTING):
            fewer = _ASIDE.sub(b"", before)
            about = _plain_dictionary(fewer)
            if about is not None or fewer == before:
                break
            before = fewer
    about = before if about is None else about
    return _ESCAPE.sub(_octet, about) if b"#" in about else about


def _plain_dictionary(before: bytes) -> bytes | None:
    """Give what stands behind the last head of an object; None when that may not be the stream's own."""
    head = _last_head(before)
    about = before[head + len(_OBJECT) :]
    if head < 0 or any(map(about.count, (b"(", b")", b"%"))) or about.count(b"<<") != about.count(b">>"):
        return None
    line = before[max(before.rfind(b"\n", 0, head), before.rfind(b"\r", 0, head)) + 1 : head]
    return about if b"%" not in line and b"(" not in line else None


def _last_head(before: bytes) -> int:
    """Find where the last object begins (`12 0 obj`): the place of its third word, -1 without one."""
    place = before.rfind(_OBJECT)
    while place >= 0:
        behind = before[place + len(_OBJECT) : place + len(_OBJECT) + 1]
        if behind in _BEHIND and _NUMBER.search(before[max(place - 10, 0) : place]):
            break
        place = before.rfind(_OBJECT, 0, place)
    return place


def _octet(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex(match[1].decode())


def _unpacked(about: bytes, octets: bytes, start: int, limit: int) -> int:
    """Count the octets of one stream unpacked, a little beyond the limit at most; where it ends, its data says."""
    found = _FILTER.findall(about)
    armour = [_BARE[bool(hexadecimal)] for base85, hexadecimal, _, _ in found if base85 or hexadecimal]
    growing = [deflate for _, _, deflate, other in found if deflate or other]
    if len(growing) > 1 or growing == [b""]:
        return (len(octets) - start) * _RATIO
    if not growing:
        return len(octets) - start if armour else max(octets.find(b"endstream", start) - start, 0)
    plain = bare(octets[start:], armour) if armour else octets
    return len(octets) * _RATIO if plain is None else _inflated(memoryview(plain)[0 if armour else start :], limit)


def _inflated(octets: memoryview, limit: int) -> int:
    worker, count = zlib.decompressobj(), 0
    try:
        for start in range(0, len(octets), _STEP_OCTETS):
            rest: bytes | memoryview = octets[start : start + _STEP_OCTETS]
            while rest and count <= limit and not worker.eof:
                count += len(worker.decompress(rest, 16 * _STEP_OCTETS))
                rest = worker.unconsumed_tail
            if count > limit or worker.eof:
                break
    except zlib.error:
        pass  # what follows is not deflated data
    return count
