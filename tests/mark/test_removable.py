"""What may be left out of a relayed message: forged fields and nothing else."""

import pytest

from gateway.mark.removable import are_removable

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
