"""Old Word files: text out of pieces, and nothing out of what is damaged."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.containers.ole import CompoundFile
from gateway.read.office.worddoc import WordText, read_word
from tests.corpus.compose import compound, ole, word


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (["Kính gửi"], "Kính gửi"),
        (["Số: ", b"12/BC", "\r\x07hai"], "Số: 12/BC\n\thai"),
        (["a\x13 HYPERLINK x \x14b\x15c\x01"], "abc"),
        ([b"UBND t\xd8nh B\xd7nh D\xad\xacng"], "UBND tỉnh Bình Dương"),
        (["x" * 3_000, "y" * 3_000], "x" * 3_000 + "y" * 3_000),
    ],
)
def test_pieces_are_joined(pieces: list[str | bytes], text: str) -> None:
    """UTF-16 and 8-bit pieces in order; field codes and controls go; legacy fonts are decoded."""
    assert read_word(CompoundFile(word(*pieces)), 10_000) == WordText(text)


def test_text_is_cut_at_the_limit() -> None:
    """No more characters than asked for."""
    assert read_word(CompoundFile(word("abc", "def")), 4).text == "abcd"


def test_an_encrypted_file_says_so() -> None:
    """The encryption flag of the file information block."""
    assert read_word(CompoundFile(word("x", flags=0x100)), 10) == WordText(None, is_encrypted=True)


def test_what_is_no_word_file_has_no_text() -> None:
    """A directory without streams, or a stream without piece table."""
    assert read_word(CompoundFile(ole("WordDocument")), 10) == WordText(None)
    assert read_word(CompoundFile(compound({"WordDocument": b"\xec\xa5\xc1\0" + b"\0" * 5_000})), 10) == WordText(None)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text("abcd", min_size=1, max_size=4), st.binary(max_size=6_000), max_size=5))
def test_streams_are_read_back(streams: dict[str, bytes]) -> None:
    """Streams in sectors and in mini sectors hold what was written."""
    file = CompoundFile(compound(streams))

    assert {name: file.stream(name, 10_000) for name in streams} == streams
    assert file.names == {"Root Entry", *streams}


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damaged_files_never_raise(data: st.DataObject) -> None:
    """Whatever octets change, there is text or none."""
    octets = bytearray(word("Kính gửi", b"Van phong"))
    spots = st.one_of(st.integers(0, len(octets) - 1), st.integers(0, 1_536), st.integers(1_536, 1_700))
    for _ in range(data.draw(st.integers(1, 6))):
        octets[data.draw(spots)] = data.draw(st.integers(0, 255))
    text = read_word(CompoundFile(bytes(octets)), 100).text

    assert text is None or len(text) <= 100


def test_page_headers_come_first() -> None:
    """Page headers stand behind the text in the file, across pieces, and before it in what is read."""
    octets = word("Kính gửi\r" * 40, "x" * 9, "yMẬT\r", headers=13)

    assert (read_word(CompoundFile(octets), 50).text or "").startswith("xxxxxxxxyMẬT\n\nKính gửi\n")
    assert len(read_word(CompoundFile(octets), 50).text or "") <= 50
