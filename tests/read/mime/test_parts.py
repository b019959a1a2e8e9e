"""The MIME tree: section numbers, octet ranges, budgets and text outside the parts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.mime.fields import read_section
from gateway.read.mime.parts import Tree, read_tree
from gateway.read.notes import Notes
from tests.corpus.compose import many


def tree_of(octets: bytes, budget: Budget = DEFAULT_BUDGET) -> tuple[Tree, Notes]:
    """Tree of a message and the notes taken."""
    notes = Notes(budget)
    return read_tree(octets, read_section(octets, 0, len(octets), notes), notes), notes


def texts(octets: bytes) -> dict[str, bytes]:
    """Section number to body octets."""
    return {leaf.path: octets[leaf.start : leaf.end] for leaf in tree_of(octets)[0].leaves}


def test_section_numbers_follow_imap() -> None:
    """Parts are numbered as RFC 9051 section 6.4.5 numbers them, embedded messages included."""
    inner = many(b"\r\na", b"\r\nb", boundary=b"in", top=b"")
    message = many(
        b"\r\nx",
        inner,
        b"Content-Type: message/rfc822\r\n\r\nFrom: a\r\n\r\ny",
        b"Content-Type: message/rfc822\r\n\r\n" + inner,
    )

    assert list(texts(message)) == ["1", "2.1", "2.2", "3", "3.1", "4", "4.1", "4.2"]
    assert texts(message)["2.2"] == b"b"
    assert texts(message)["3.1"] == b"y"


def test_a_single_part_is_number_one() -> None:
    """A message that is no multipart has one leaf, its whole body."""
    assert texts(b"From: a\r\n\r\nbody\r\n") == {"1": b"body\r\n"}


def test_the_line_break_belongs_to_the_delimiter() -> None:
    """A part ends before the line break that introduces the delimiter; line feeds alone work too."""
    message = many(b"\r\na\r\n", b"\r\n\r\n")

    assert texts(message) == {"1": b"a\r\n", "2": b"\r\n"}
    assert texts(message.replace(b"\r\n", b"\n")) == {"1": b"a\n", "2": b"\n"}


def test_parts_and_depth_are_bounded() -> None:
    """Past the budget the walk ends, and what was left out is an overrun."""
    tree, notes = tree_of(many(*[b"\r\nx"] * 50), Budget(parts=10))
    assert len(tree.leaves) <= 10
    assert notes.overruns == {"parts"}

    nested = b"\r\nx"
    for level in range(6):
        nested = many(nested, boundary=b"b%d." % level, top=b"")
    tree, notes = tree_of(nested, Budget(depth=3))
    assert [leaf.uninspectable for leaf in tree.leaves] == ["over_budget"]
    assert notes.overruns == {"depth"}


def test_text_outside_the_parts_is_kept() -> None:
    """Preamble and epilogue that a reader might show are ranges to be read."""
    message = many(b"\r\na").replace(b"\r\n\r\n--", b"\r\n\r\n" + b"x" * 500 + b"\r\n--", 1) + b"tail"
    tree, notes = tree_of(message)

    assert [message[start:end] for start, end in tree.loose] == [b"x" * 500, b"tail"]
    assert notes.ambiguities == {"preamble_text", "epilogue_text"}


PIECES = st.lists(
    st.sampled_from(
        [b"--b", b"--b--", b"--c", b"--bx", b"\r\n", b"\n", b"", b"x", b"Content-Type: multipart/mixed; boundary=c",
         b"Content-Type: message/rfc822", b"Content-Type: multipart/digest; boundary=b", b"Content-Transfer-Encoding: base64"]
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(PIECES)
def test_any_lines_make_a_tree(pieces: list[bytes]) -> None:
    """Leaves lie inside the message, those of the plain reading in order, with distinct numbers, within the budget."""
    octets = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"\r\n".join(pieces)
    tree, _ = tree_of(octets, Budget(parts=20, depth=5))
    paths = [leaf.path for leaf in tree.leaves]

    assert len(paths) == len(set(paths)) <= 20
    assert all(0 <= leaf.start <= leaf.end <= len(octets) for leaf in tree.leaves)
    starts = [leaf.start for leaf in tree.leaves if leaf.message is None and "~" not in leaf.path]
    assert starts == sorted(starts)
