"""Encoded words: RFC 2047 as clients send it, never raising, always linear."""

from __future__ import annotations

import base64

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.encoded_words import MAX_OCTETS, decode_encoded_words


def _b(charset: str, octets: bytes) -> bytes:
    return b"=?" + charset.encode() + b"?B?" + base64.b64encode(octets) + b"?="


def test_utf8_cut_inside_a_letter_is_joined() -> None:
    """Octets of adjacent words of one charset are joined before decoding (N1)."""
    octets = "Giấy mời họp".encode()

    assert "Giấy mời họp" == decode_encoded_words(_b("UTF-8", octets[:3]) + b"\r\n " + _b("utf-8", octets[3:]))


def test_b_and_q_words_of_one_charset_are_joined() -> None:
    """A letter may even be cut between a B and a Q word."""
    assert "Tối mật" == decode_encoded_words(_b("UTF-8", b"T\xe1\xbb") + b" =?UTF-8?Q?=91i_m=E1=BA=ADt?=")


def test_space_between_word_and_text_stays() -> None:
    """White space disappears only between two encoded words (RFC 2047 section 6.2)."""
    assert "Re: Số 12 xin" == decode_encoded_words(b"Re: =?UTF-8?Q?S=E1=BB=91?= 12 xin")


def test_legacy_words_are_repaired() -> None:
    """TCVN3 under a Latin-1 label comes out as Unicode."""
    assert "Độ mật: Tối mật" == decode_encoded_words(_b("iso-8859-1", "§é mËt: Tèi mËt".encode("latin-1")))


def test_windows_1258_is_composed() -> None:
    """windows-1258 gives letter and tone apart; the text is NFC."""
    assert "Tối" == decode_encoded_words(_b("windows-1258", "Tô\u0301i".encode("cp1258")))


def test_raw_octets_are_read() -> None:
    """Unencoded UTF-8 and unencoded TCVN3 are both read."""
    assert "Quyết định" == decode_encoded_words("Quyết định".encode())
    assert "Quyết định" == decode_encoded_words("QuyÕt ®Þnh".encode("latin-1"))


def test_language_suffix_is_ignored() -> None:
    """RFC 2231 section 5 lets a language follow the charset."""
    assert "Mật" == decode_encoded_words(b"=?utf-8*vi?Q?M=E1=BA=ADt?=")


def test_malformed_words_do_not_raise() -> None:
    """Broken base64, unknown charsets and unfinished words still give text."""
    assert "abc" == decode_encoded_words(b"=?x-none?B?YWJj=?=")
    assert "=?utf-8?B?" == decode_encoded_words(b"=?utf-8?B?")
    assert "a" == decode_encoded_words(b"=?utf-8?B?YQ?=")


def test_hostile_openings_are_linear() -> None:
    """A hundred thousand unfinished words are answered within one pass."""
    assert decode_encoded_words(b"=?" * MAX_OCTETS).startswith("=?")
    assert decode_encoded_words(b"=?u?q?" * MAX_OCTETS).startswith("=?u?q?")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_octets_give_text(raw: bytes) -> None:
    """Every string of octets is a field value."""
    assert isinstance(decode_encoded_words(raw), str)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="Quyết định số hỏa tốc mật Đà Nẵng 0123456789/-", min_size=1, max_size=60), st.integers(1, 20))
def test_cutting_never_changes_the_text(text: str, size: int) -> None:
    """However a client cuts the octets, the text is the same."""
    octets = text.encode()
    words = b" ".join(_b("UTF-8", octets[at : at + size]) for at in range(0, len(octets), size))

    assert decode_encoded_words(_b("UTF-8", octets)) == decode_encoded_words(words)
