"""Files inside texts: uuencode, its base64 form and yEnc."""

from __future__ import annotations

import base64

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.mime.inline_files import InlineFile, find_inline_files
from tests.corpus.compose import uuencoded, yenc


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=4), st.booleans())
def test_files_come_out_as_they_went_in(files: list[bytes], is_yenc: bool) -> None:
    """What was encoded between lines of prose is found, in order, octet for octet."""
    make = yenc if is_yenc else uuencoded
    text = b"Kem theo.\r\n" + b"Va.\r\n".join(make(octets, "a b.bin") for octets in files)

    assert [InlineFile(b"a b.bin", octets) for octets in files] == list(find_inline_files(text))


def test_base64_form_and_missing_ends() -> None:
    """The base64 form of POSIX is read; a file that is cut off gives what came."""
    posix = b"begin-base64 644 a.txt\n" + base64.encodebytes(b"mot hai ba") + b"====\n"
    cut = uuencoded(b"mot" * 40, "a")[:100]

    assert list(find_inline_files(posix)) == [InlineFile(b"a.txt", b"mot hai ba")]
    assert [file.octets[:6] for file in find_inline_files(cut)] == [b"motmot"]


def test_prose_is_no_file() -> None:
    """A sentence that begins so is none, and no more than twenty files are looked for."""
    assert list(find_inline_files(b"begin 2026 with a smile\nbegin 644 x\nXin ch\xc3\xa0o\n")) == []
    assert len(list(find_inline_files(uuencoded(b"x", "a") * 30))) == 20


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"begin 644 a\n", b"=ybegin name=a\n", b"end\n", b"=", b"#0V%T\n", b"\n", b"`"])
        | st.binary(max_size=9),
        max_size=30,
    )
)
def test_any_octets_are_gone_through(pieces: list[bytes]) -> None:
    """Whatever follows a first line, reading ends and never raises."""
    list(find_inline_files(b"".join(pieces)))
