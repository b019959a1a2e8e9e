"""Forgeries of /ByteRange and /Contents: universal forgery, wrapping, and ways of writing that parsers read apart."""

from __future__ import annotations

from tests.corpus.signed_case import ISO, SWA, USF, Case, all_of
from tests.corpus.signed_paper import HOLE, RANGE, Seal, appended, cms_in, hole_of, paper, signed, words

VALUE = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/%(filter)b%(more)b/ByteRange %(range)b/Contents %(hole)b>>"
NO_FORMAT = ("Van thu permerror FORMAT_FAILURE",)
NO_GAP = ("Van thu fail FORMAT_FAILURE",)


def without(entry: bytes) -> bytes:
    """A signature that was signed, its entry renamed afterwards: nothing can be verified."""
    return signed().octets.replace(entry, entry[:-1] + b"X")


def with_range(text: bytes) -> bytes:
    """A signed file whose /ByteRange is overwritten in place, same length."""
    octets = signed().octets
    place = octets.rindex(b"/ByteRange ") + 11
    assert len(text) <= len(RANGE)
    return octets[:place] + text.ljust(len(RANGE)) + octets[place + len(RANGE) :]


def with_gap(text: bytes) -> bytes:
    """A signed file whose /Contents is overwritten in place, same length."""
    octets = signed().octets
    start, end = hole_of(octets)
    return octets[:start] + text.ljust(end - start) + octets[end:]


def spelled(value: bytes) -> bytes:
    """A file signed with another way of writing the signature dictionary."""
    return signed(value=value).octets


def two_contents(*, is_last: bool) -> bytes:
    """Another /Contents beside the one in the gap; parsers take the first or the last of two."""
    other = b"/Contents <3003020100>"
    if is_last:
        value = VALUE.replace(b"/Contents %(hole)b", b"/Contents %(hole)b" + other)
    else:
        value = VALUE.replace(b"/Contents", other + b"/Contents", 1)
    return spelled(value)


def indirect(placeholder: bytes, open_object: bytes) -> bytes:
    """A file signed with an entry in an object of its own."""
    return paper().prepared(Seal(value=VALUE.replace(placeholder, b"20 0 R"))).revise({20: open_object}).closed().octets


def replaced(placeholder: bytes, open_object: bytes, other: bytes) -> bytes:
    """The same, and a later revision with another value for the entry."""
    return appended(indirect(placeholder, open_object), {20: other}, size=21)


def literal_string() -> bytes:
    """/Contents as a literal string: as legal, and no hex string the gate knows."""
    hole = b"(" + b"\x00" * (len(HOLE) - 2) + b")"

    def write(cms: bytes, hole: bytes) -> bytes:
        for plain in (b"\\", b"(", b")"):
            cms = cms.replace(plain, b"\\" + plain)
        return b"(" + cms.replace(b"\r", b"\\r").ljust(len(hole) - 2, b"\x00") + b")"

    return signed(hole=hole, fill={"write": write}).octets


def late_gap() -> bytes:
    """The gap reaches beyond the hex string, over an entry nobody signed."""
    more = b"/Note (x)"

    def write(cms: bytes, hole: bytes) -> bytes:
        return b"<" + cms.hex().encode().ljust(len(hole) - 2 - len(more), b"0") + b">" + more

    return signed(hole=HOLE + more, fill={"write": write}).octets


def in_hex(text: bytes) -> bytes:
    """Put octets into the zero padding of the hex string, whose length the ranges follow."""

    def write(cms: bytes, hole: bytes) -> bytes:
        digits = cms.hex().encode().ljust(len(hole) - 2 - len(text), b"0")
        return b"<" + digits[:-50] + text + digits[-50:] + b">"

    return signed(hole=HOLE + b"#" * len(text), fill={"write": write}).octets


def in_padding(text: bytes) -> bytes:
    """Cut the zero padding of a signed file short and put other octets there: no offset moves."""
    octets = signed().octets
    start, end = hole_of(octets)
    length = len(cms_in(octets).rstrip(b"\x00"))
    value = octets[start : start + 1 + 2 * length + 2] + b">" + text
    return octets[:start] + value.ljust(end - start) + octets[end:]


def relocated(text: bytes = b"Kinh phi 900 trieu dong") -> bytes:
    """Signature wrapping as published: the signed tail moves to the end, an attacker's tail takes its place."""
    octets = signed().octets
    start, end = hole_of(octets)
    head, tail = octets[:start], octets[end:]
    table = int(tail[tail.rindex(b"startxref") + 9 :].split()[0])
    evil = b">>\nendobj\n4 0 obj\n" + words(text.decode()) + b"\nendobj\n"
    lines = octets[table : octets.index(b"trailer", table)].split(b"4 1\n")[0] + b"4 1\n%010d 00000 n \n" % (end + 11)
    # the table the signed tail points to: the attacker's own, at the same offset, as long as the room lasts
    room = table - end
    hidden = evil[:room].ljust(room) + lines + octets[octets.index(b"trailer", table) :]
    place = head.rindex(b"/ByteRange ") + 11
    numbers = b"[0 %010d %010d %010d]" % (len(head), end + len(hidden), len(tail))
    return head[:place] + numbers + head[place + len(numbers) :] + octets[start:end] + hidden + tail


def wrapped(hidden: bytes) -> bytes:
    """Signature wrapping: the second signed range moves down, other octets stand before it."""
    octets = signed().octets
    start, end = hole_of(octets)
    head, tail = octets[:start], octets[end:]
    place = head.rindex(b"/ByteRange ") + 11
    numbers = b"[0 %010d %010d %010d]" % (len(head), end + len(hidden), len(tail))
    return head[:place] + numbers + head[place + len(numbers) :] + octets[start:end] + hidden + tail


def upper() -> bytes:
    """The hex string in capital letters."""
    return signed(
        fill={"write": lambda cms, hole: b"<" + cms.hex().upper().encode().ljust(len(hole) - 2, b"0") + b">"}
    ).octets


CASES = all_of(
    Case("usf_no_byte_range", lambda: without(b"/ByteRange"), USF, "no ranges: nothing says what was signed", NO_GAP),
    Case("usf_byte_range_null", lambda: with_range(b"null"), USF, "as without", NO_GAP),
    Case("usf_byte_range_empty", lambda: with_range(b"[]"), USF, "as without", NO_GAP),
    Case("usf_byte_range_zeros", lambda: with_range(b"[0 0 0 0]"), USF, "empty ranges sign nothing", NO_GAP),
    Case("usf_byte_range_negative", lambda: with_range(b"[0 -1 -1 0]"), USF, "no range is of negative length", NO_GAP),
    Case("usf_byte_range_start_negative", lambda: with_range(b"[-20 20 50 100]"), USF, "no offset is negative", NO_GAP),
    Case("usf_byte_range_overflow", lambda: with_range(b"[0 4294967297 9999999999 1]"), USF, "beyond the file", NO_GAP),
    Case(
        "usf_byte_range_enormous",
        lambda: with_range(b"[0 99999999999999999999999999 1 1]"),
        USF,
        "beyond any integer a parser holds: the dictionary cannot be read, and another reader lists it",
        (" permerror GENERIC",),
    ),
    Case(
        "usf_byte_range_reals", lambda: with_range(b"[0 10.5 20.5 10.0]"), USF, "octets are counted in integers", NO_GAP
    ),
    Case("usf_byte_range_texts", lambda: with_range(b"[(0) (9) (9) (9)]"), USF, "texts are no numbers", NO_GAP),
    Case("usf_byte_range_of_two", lambda: with_range(b"[0 900]"), USF, "two numbers leave no gap to fill", NO_GAP),
    Case(
        "usf_byte_range_of_six",
        lambda: with_range(b"[0 9 20 9 40 9]"),
        USF,
        "two gaps: one is unsigned content",
        NO_GAP,
    ),
    Case(
        "usf_byte_range_swapped",
        lambda: with_range(b"[3000 100 0 100]"),
        USF,
        "the digest starts in the middle",
        NO_GAP,
    ),
    Case("usf_no_contents", lambda: without(b"/Contents"), USF, "no CMS at all", NO_GAP),
    Case("usf_contents_null", lambda: with_gap(b"null"), USF, "no CMS at all", NO_GAP),
    Case("usf_contents_empty", lambda: with_gap(b"<>"), USF, "no CMS at all", NO_GAP),
    Case("usf_contents_one_zero", lambda: with_gap(b"<00>"), USF, "no CMS at all", NO_GAP),
    Case("usf_contents_zeros", lambda: with_gap(b"<" + b"0" * (len(HOLE) - 2) + b">"), USF, "only padding", NO_FORMAT),
    Case("usf_contents_garbage", lambda: with_gap(b"<" + b"f" * (len(HOLE) - 2) + b">"), USF, "no DER", NO_FORMAT),
    Case(
        "usf_value_missing",
        lambda: signed().octets.replace(b"/V 8 0 R", b"/V 0 0 R"),
        USF,
        "the field loses its value: an unsigned field, and a dictionary nobody holds",
        (),
        {"unsigned_signature_fields": 1, "stray_signatures": 1},
    ),
    Case(
        "usf_no_sub_filter",
        lambda: spelled(VALUE.replace(b"/SubFilter/%(filter)b", b"")),
        USF,
        "nothing says how to read /Contents",
        ("Van thu permerror GENERIC",),
    ),
    Case(
        "swa_relocated",
        relocated,
        SWA,
        "the signed end of the file moved down, an attacker's end with another table took its place",
        NO_GAP,
    ),
    Case(
        "swa_in_padding",
        lambda: in_padding(b"/Note (x)"),
        SWA,
        "the padding of /Contents gives room for entries nobody signed",
        NO_GAP,
    ),
    Case(
        "swa_object_in_padding",
        lambda: in_padding(b">>endobj 4 0 obj " + words("900 trieu") + b" endobj 99 0 obj <<"),
        SWA,
        "as above, for a whole object",
        NO_GAP,
    ),
    Case(
        "swa_octets_between",
        lambda: wrapped(b"4 0 obj\n" + words("Kinh phi 900 trieu dong") + b"\nendobj\n"),
        SWA,
        "unsigned objects in the gap cut the dictionary in two: one reader lists it, another does not",
        (" permerror GENERIC",),
    ),
    Case("swa_padding", lambda: wrapped(b"\x00" * 200), SWA, "nothing visible in the gap, but room for it", NO_GAP),
    Case("swa_white_space", lambda: wrapped(b" "), SWA, "one blank is already room that nobody signed", NO_GAP),
    Case(
        "gap_begins_early",
        lambda: signed(fill={"early": 10}).octets,
        SWA,
        "the gap takes the name of the entry along",
        NO_GAP,
    ),
    Case("gap_ends_late", late_gap, SWA, "the gap takes another entry along", NO_GAP),
    Case("gap_with_blank_in_hex", lambda: in_hex(b" "), SWA, "white space between digits is room for more", NO_GAP),
    Case(
        "gap_with_comment",
        lambda: in_hex(b"%evil\n"),
        SWA,
        "a comment is none inside a hex string (7.2.3): readers find two different values",
        (*NO_GAP, " permerror GENERIC"),
    ),
    Case(
        "gap_with_odd_digit",
        lambda: in_hex(b"0"),
        ISO,
        "an odd digit counts as followed by 0 (7.3.4.3): another length than the gap",
        NO_GAP,
    ),
    Case("gap_is_literal_string", literal_string, ISO, "escapes make the CMS and the gap differ in length", NO_GAP),
    Case(
        "range_begins_late",
        lambda: signed(fill={"first": 9}).octets,
        SWA,
        "the header is unsigned: another file may stand there",
        NO_GAP,
    ),
    Case(
        "range_ends_early",
        lambda: signed(fill={"cut": 6}).octets,
        ISO,
        "the end of the file is unsigned",
        ("Van thu permerror GENERIC",),
    ),
    Case(
        "range_overlaps",
        lambda: with_range(b"[0 0000001000 0000000900 0000003000]"),
        USF,
        "the second range begins inside the first",
        NO_GAP,
    ),
    Case(
        "contents_twice_gap_first",
        lambda: two_contents(is_last=True),
        ISO,
        "which /Contents counts depends on the parser",
        NO_GAP,
    ),
    Case(
        "contents_twice_gap_last",
        lambda: two_contents(is_last=False),
        ISO,
        "as above, the other way round",
        ("Van thu permerror GENERIC",),
    ),
    Case(
        "byte_range_twice",
        lambda: spelled(VALUE.replace(b"/ByteRange %", b"/ByteRange [0 10 20 10]/ByteRange %")),
        ISO,
        "duplicate keys (7.3.7): which ranges count depends on the parser",
        ("Van thu permerror GENERIC",),
    ),
    Case(
        "byte_range_indirect",
        lambda: indirect(b"%(range)b", RANGE),
        ISO,
        "the array stands in an object of its own, signed with the rest: sound as long as nothing follows",
        ("Van thu pass",),
    ),
    Case("contents_indirect", lambda: indirect(b"%(hole)b", HOLE), ISO, "as above for /Contents", ("Van thu pass",)),
    Case(
        "byte_range_indirect_replaced",
        lambda: replaced(b"%(range)b", RANGE, b"[0 20 40 20]"),
        SWA,
        "a later revision brings other ranges: they digest to something else",
        ("Van thu fail FORMAT_FAILURE",),
    ),
    Case(
        "contents_indirect_replaced",
        lambda: replaced(b"%(hole)b", HOLE, b"<3003020100>"),
        SWA,
        "a later revision brings another CMS, which stands in no gap",
        ("Van thu fail FORMAT_FAILURE",),
    ),
    Case(
        "names_escaped",
        lambda: spelled(VALUE.replace(b"/ByteRange", b"/Byte#52ange").replace(b"/Contents", b"/C#6fntents")),
        ISO,
        "an escaped name is the same name (7.3.5): sound",
        ("Van thu pass",),
    ),
    Case(
        "byte_range_spaced",
        lambda: spelled(VALUE.replace(b"%(range)b", b"  \r\n\t %% [1 2 3 4]\n %(range)b")),
        ISO,
        "white space and comments between tokens mean nothing: sound",
        ("Van thu pass",),
    ),
    Case(
        "contents_before_byte_range",
        lambda: spelled(
            b"<</Contents %(hole)b/ByteRange %(range)b/SubFilter/%(filter)b/Filter/Adobe.PPKLite/Type/Sig%(more)b>>"
        ),
        ISO,
        "entries stand in any order: sound",
        ("Van thu pass",),
    ),
    Case(
        "type_missing",
        lambda: spelled(VALUE.replace(b"/Type/Sig", b"")),
        ISO,
        "/Type is optional (table 252): sound",
        ("Van thu pass",),
    ),
    Case("hex_upper_case", upper, ISO, "hex digits of both cases are the same: sound", ("Van thu pass",)),
)
