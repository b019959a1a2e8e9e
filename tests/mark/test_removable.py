"""What may be left out of a relayed message: forged fields and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.nexthop.body import kept_ranges
from gateway.mark.removable import are_removable
from gateway.read.budget import Budget
from gateway.read.mime.fields import read_section
from gateway.read.mime.header import read_header
from gateway.read.mime.wire import content_of, to_wire
from gateway.read.notes import Notes

FORGED = b"Congthu-Verdict: 1;\r\n\tdisposition=relay\r\n"
RESULTS = b"authentication-RESULTS : mx; dkim=pass\r\n"
HEAD = FORGED + b"Subject: x\r\n" + RESULTS + b"\r\ntext\r\n"
RESULTS_START = len(FORGED) + len(b"Subject: x\r\n")
RESULTS_RANGE = (RESULTS_START, RESULTS_START + len(RESULTS))


@pytest.mark.parametrize("ranges", [(), ((0, len(FORGED)),), (RESULTS_RANGE,), ((0, len(FORGED)), RESULTS_RANGE)])
def test_whole_forged_fields_are_removable(ranges):
    """Continuation lines belong to their field; letter case and blanks before the colon do not matter."""
    assert are_removable(HEAD, ranges)


@pytest.mark.parametrize(
    "ranges",
    [
        ((len(FORGED), RESULTS_START),),
        ((0, RESULTS_START),),
        ((2, len(FORGED)),),
        (RESULTS_RANGE, (0, len(FORGED))),
        ((0, len(FORGED)), (0, len(FORGED))),
        ((0, 0),),
        ((-5, 3),),
        ((len(HEAD) - 6, len(HEAD)),),
        ((0, len(HEAD) + 1),),
    ],
    ids=["another field", "a field more", "not at a line", "unsorted", "twice", "empty", "negative", "body", "beyond"],
)
def test_nothing_else_is(ranges):
    """A worker that was taken over cannot have other octets left out."""
    assert not are_removable(HEAD, ranges)


starts = st.sampled_from(
    [
        b"Congthu-Tag: x", b"congthu-" + b"y" * 1_200 + b": long name", b"Congthu-Tag:", b"CONGTHU-VERDICT \t : 1",
        b"Authentication-Results: mx.test; spf=pass", b"Authentication-Results : other.test; spf=pass",
        b"Subject: x", b" continuation", b"\tcongthu-tag: y", b"no field", b"", b"..", b".Congthu-Tag: dot", b" . ",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(starts, st.booleans()), max_size=12))
def test_forged_fields_are_removable_wherever_dots_were_stuffed(lines):
    """A dot may stand before any line on the wire, its first and its continuations; only what is forged goes."""
    wire = b"".join(b"." * (dot or line.startswith(b".")) + line + b"\r\n" for line, dot in lines)
    content = content_of(wire)
    notes = Notes(Budget())
    header = read_header(content.octets, read_section(content.octets, 0, len(content.octets), notes), "mx.test", notes)
    ranges = to_wire(header.forged_ranges, content.stuffed)
    assert are_removable(wire[: ranges[-1][1]] if ranges else b"", ranges)
    kept = b"".join(wire[start:end] for start, end in kept_ranges(len(wire), ranges))
    honest = kept_ranges(len(content.octets), header.forged_ranges)
    assert content_of(kept).octets == b"".join(content.octets[start:end] for start, end in honest)
