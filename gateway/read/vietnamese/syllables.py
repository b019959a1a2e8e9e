"""Syllables: the closed grammar of Vietnamese syllables, by which decodings are scored.

A syllable is onset + rime + tone; the rimes are a closed list and a stop coda admits two tones only,
so a wrong decoding of more than a word or two hardly ever passes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TONES = "\u0300\u0301\u0303\u0309\u0323"
"""Combining grave, acute, tilde, hook above, dot below."""

_ONSETS = (
    "",
    *"b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split(),  # noqa: SIM905 - a word table
)
_RIMES = [
    "a",
    "ac",
    "ach",
    "ai",
    "am",
    "an",
    "ang",
    "anh",
    "ao",
    "ap",
    "at",
    "au",
    "ay",
    "ăc",
    "ăm",
    "ăn",
    "ăng",
    "ăp",
    "ăt",
    "âc",
    "âm",
    "ân",
    "âng",
    "âp",
    "ât",
    "âu",
    "ây",
    "e",
    "ec",
    "em",
    "en",
    "eng",
    "eo",
    "ep",
    "et",
    "ê",
    "êch",
    "êm",
    "ên",
    "ênh",
    "êp",
    "êt",
    "êu",
    "i",
    "ia",
    "ich",
    "iêc",
    "iêm",
    "iên",
    "iêng",
    "iêp",
    "iêt",
    "iêu",
    "im",
    "in",
    "inh",
    "ip",
    "it",
    "iu",
    "o",
    "oa",
    "oac",
    "oach",
    "oai",
    "oam",
    "oan",
    "oang",
    "oanh",
    "oao",
    "oap",
    "oat",
    "oay",
    "oăc",
    "oăm",
    "oăn",
    "oăng",
    "oăt",
    "oe",
    "oen",
    "oeo",
    "oet",
    "oi",
    "om",
    "on",
    "ong",
    "ooc",
    "oong",
    "op",
    "ot",
    "oc",
    "ô",
    "ôc",
    "ôi",
    "ôm",
    "ôn",
    "ông",
    "ôp",
    "ôt",
    "ơ",
    "ơi",
    "ơm",
    "ơn",
    "ơp",
    "ơt",
    "u",
    "ua",
    "uân",
    "uâng",
    "uât",
    "uây",
    "uê",
    "uêch",
    "uênh",
    "ui",
    "um",
    "un",
    "ung",
    "uôc",
    "uôi",
    "uôm",
    "uôn",
    "uông",
    "uôt",
    "up",
    "ut",
    "uc",
    "uơ",
    "uy",
    "uya",
    "uych",
    "uyên",
    "uyêt",
    "uynh",
    "uyt",
    "uyu",
    "ư",
    "ưa",
    "ưc",
    "ưi",
    "ưm",
    "ưn",
    "ưng",
    "ươc",
    "ươi",
    "ươm",
    "ươn",
    "ương",
    "ươp",
    "ươt",
    "ươu",
    "ưt",
    "ưu",
    "y",
    "yêm",
    "yên",
    "yêng",
    "yêt",
    "yêu",
    "ynh",
    "ych",
    "yt",
]
_SYLLABLES = frozenset(onset + rime for onset in _ONSETS for rime in _RIMES) | {
    "gin",
    "gi",
    "gia",
    "giêng",
    "giêt",
    "quôc",
}
_PLAIN = str.maketrans("ăâêôơưđ", "aaeooud")
_ASCII_SYLLABLES = frozenset(syllable.translate(_PLAIN) for syllable in _SYLLABLES)
_STOP_CODA = re.compile(r"(?:c|ch|p|t)\Z")


MAX_COMBINING = 8
"""Combining characters kept behind one letter; sorting a longer run costs its square."""

_COMBINING = re.escape("".join(c for c in map(chr, range(0x300, 0x10000)) if unicodedata.combining(c)))
_COMBINING_RUN = re.compile(f"([{_COMBINING}]{{{MAX_COMBINING}}})[{_COMBINING}]+")


def compose(text: str) -> str:
    """Normalise to NFC in linear time."""
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _COMBINING_RUN.sub(r"\1", text))


@lru_cache(maxsize=4096)
def split_tone(word: str) -> tuple[str, str]:
    """Take the tone marks off a word of any form: (toneless NFC, tones in order)."""
    decomposed = unicodedata.normalize("NFD", word)
    tones = "".join(c for c in decomposed if c in TONES)
    plain = "".join(c for c in decomposed if c not in TONES)
    return unicodedata.normalize("NFC", plain), tones


@lru_cache(maxsize=4096)
def is_syllable(word: str) -> bool:
    """Tell whether a lower-case word is one well-formed syllable with its diacritics."""
    plain, tones = split_tone(word)
    if len(tones) > 1 or plain not in _SYLLABLES:
        return False
    return not (_STOP_CODA.search(plain) and tones and tones not in "\u0301\u0323")


def is_plain_syllable(word: str) -> bool:
    """Tell whether a lower-case ASCII word is a syllable written without diacritics."""
    return word in _ASCII_SYLLABLES


@lru_cache(maxsize=8192)
def is_faded(found: str, spelt: str) -> bool:
    """Tell whether `found` is `spelt` with nothing changed but marks lost (OCR): `quyêt đinh` for `quyết định`."""
    here, there = canonical(found), canonical(spelt)
    if here == there:
        return True
    faded, full = (_letters(text) for text in (here, there))
    return len(faded) == len(full) and all(
        letter == whole and marks <= all_marks for (letter, marks), (whole, all_marks) in zip(faded, full, strict=True)
    )


def _letters(text: str) -> list[tuple[str, frozenset[str]]]:
    """Letters with the set of their marks; the bar of `đ` counts as one, tones count for the letter before."""
    out: list[tuple[str, frozenset[str]]] = []
    for char in unicodedata.normalize("NFD", text.replace("đ", "d\u0335")):
        if unicodedata.combining(char) and out:
            out[-1] = (out[-1][0], out[-1][1] | {char})
        else:
            out.append((char, frozenset()))
    return out


@lru_cache(maxsize=8192)
def canonical(words: str) -> str:
    """Fold tone placement (hoà, hòa) and i/y (lý, lí) of lower-case words: a key for comparison only (N6)."""
    out = []
    for word in words.split():
        plain, tones = split_tone(word)
        out.append(plain.replace("y", "i") + tones)
    return " ".join(out)
