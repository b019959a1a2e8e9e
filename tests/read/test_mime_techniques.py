"""Techniques for hiding attachments and authors: each is seen through, or said to be ambiguous; honest mail is neither."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.message import read_message
from gateway.read.notes import AMBIGUITIES, DISPUTED_AUTHOR, DISPUTED_CONTENT
from gateway.values.facts import MessageFacts, Secrecy
from gateway.values.trust import EMPTY_TRUST
from tests.corpus.author_cases import AUTHOR_CASES
from tests.corpus.client_cases import CLIENT_CASES
from tests.corpus.golden import AT, HOST
from tests.corpus.mime_cases import DATA, MIME_CASES, NAMED, mixed

PAGE = (Path(__file__).parents[2] / "docs" / "mime.md").read_text("utf-8")
DISPUTED = frozenset(
    """boundary_2231 boundary_2231_and_plain boundary_2231_continued boundary_blank_behind boundary_blank_inside
    boundary_comment boundary_crossed boundary_name_nul boundary_quoted_tail_joined delimiter_close_indented
    delimiter_longer delimiter_with_text encoding_behind_cr encoding_first_behind_blank encoding_name_nul encoding_nul
    fields_behind_empty_line fields_divided part_between partial subject_two type_nul""".split()  # noqa: SIM905 - a list of names
)
"""Techniques under which one reader may open another document than the next, or other octets in its name."""
OUT_OF_REACH = frozenset({"partial", "base64_prefix"})
"""The document is in another message; and one that no reader opens, for its beginning is another's."""
SEVERAL_WAYS = frozenset({"bounce_of_cut_header", "bounce_without_message", "html_attached_raw", "notice_of_two_types"})
"""Honest mail whose readings come to the same document."""
ONE_AUTHOR = frozenset(
    """from_plain from_empty from_comment_name from_domain_dot from_domain_fullwidth from_domain_ideographic_dot
    from_domain_literal from_domain_lookalike from_folded from_long_name from_name_address from_name_is_own_address
    from_percent from_quoted_name from_word_name_address reply_to_differs sender_differs""".split()  # noqa: SIM905 - a list of names
)
"""Headers whose author every reader takes to be the same; what the name shows is judged by other rules."""


def read(octets: bytes) -> MessageFacts:
    """Facts under the usual budget."""
    return read_message(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT, host=HOST)


@pytest.mark.parametrize("name", MIME_CASES)
def test_what_a_technique_hides_is_found(name: str) -> None:
    """The mark of secrecy behind the technique is seen, and it is ambiguous exactly when readers see different documents."""
    facts = read(MIME_CASES[name])

    assert (facts.secrecy is Secrecy.MAT, facts.is_ambiguous) == (name not in OUT_OF_REACH, name in DISPUTED)


@pytest.mark.parametrize("name", AUTHOR_CASES)
def test_who_the_author_is(name: str) -> None:
    """A header whose author readers show differently is said to be so, and no other is."""
    assert read(AUTHOR_CASES[name]).header.is_author_ambiguous is (name not in ONE_AUTHOR)


@pytest.mark.parametrize("name", CLIENT_CASES)
def test_honest_mail_is_not_ambiguous(name: str) -> None:
    """The structure ordinary programs write has one reading, or several of one document; its author too."""
    facts = read(CLIENT_CASES[name])

    assert (facts.is_ambiguous, facts.header.is_author_ambiguous) == (False, False)
    assert ("~" in "".join(part.path for part in facts.parts)) == (name in SEVERAL_WAYS)


BEFORE = st.sampled_from([b"", b" ", b"\t", b"\0", b"X-La: x\r\n ", b"X-La: x\r", b"la\r\n", b"\r\n"])
BEFORE_COLON = st.sampled_from([b"", b" ", b"\t", b"\r\n ", b"\0", b"(x)"])
BEHIND_COLON = st.sampled_from([b"", b" ", b"\r\n ", b"\r\n\t \r\n ", b"(x) ", b"\0", b'"', b"(", b"x/y, ", b"7bit, "])
BEHIND = st.sampled_from([b"", b" ", b";", b" (x", b"(x)", b"\0", b"\r", b", 7bit", b'"', b"-", b"\r\nla"])
DECOY = st.sampled_from([b"", b"Content-Transfer-Encoding: 7bit\r\n", b"Content-Type: text/plain\r\n", b"la la\r\n"])


@settings(max_examples=150, deadline=None)
@given(BEFORE, BEFORE_COLON, BEHIND_COLON, BEHIND, DECOY, DECOY, st.booleans())
def test_no_damaged_field_hides_an_attachment(
    before: bytes,
    before_colon: bytes,
    behind_colon: bytes,
    behind: bytes,
    above: bytes,
    below: bytes,
    is_type: bool,
) -> None:
    """Whatever stands around name and value of a field, the attachment is found, or an ambiguity is noted."""
    name, value = (
        (b"Content-Type", b'multipart/mixed; boundary="=_b1"') if is_type else (b"Content-Transfer-Encoding", b"base64")
    )
    field = above + before + name + before_colon + b":" + behind_colon + value + behind + b"\r\n" + below
    if is_type:
        octets = mixed(NAMED + b"Content-Transfer-Encoding: base64\r\n\r\n" + DATA, field=field)
    else:
        octets = mixed(NAMED + field + b"\r\n" + DATA)
    facts = read(octets)

    assert facts.secrecy is Secrecy.MAT or facts.ambiguities


def test_the_page_lists_every_technique_and_every_ambiguity() -> None:
    """docs/mime.md names each corpus file, and each ambiguity with its class."""
    techniques = set(re.findall(r"`(?:mime|author)/([a-z0-9_]+)`", PAGE))
    rows = re.findall(r"^\| `([a-z0-9_]+)` \| (document|author|) ?\|", PAGE, re.MULTILINE)
    classes = {
        name: "document" if name in DISPUTED_CONTENT else "author" if name in DISPUTED_AUTHOR else ""
        for name in AMBIGUITIES
    }

    assert techniques == {*MIME_CASES, *AUTHOR_CASES}
    assert classes.items() <= dict(rows).items()
