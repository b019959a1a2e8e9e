"""Vietnamese text as old fonts and code pages write it: TCVN3 (ABC), VNI, windows-1258, and UTF-8 under a wrong label."""

from __future__ import annotations

import unicodedata

_TONES = "\N{COMBINING GRAVE ACCENT}\N{COMBINING HOOK ABOVE}\N{COMBINING TILDE}\N{COMBINING ACUTE ACCENT}\u0323"
_BARE = "aăâeêioôơuưy"
_TCVN3_TONED = (
    *("b5 b6 b7 b8 b9", "bb bc bd be c6", "c7 c8 c9 ca cb", "cc ce cf d0 d1", "d2 d3 d4 d5 d6", "d7 d8 dc dd de"),
    *("df e1 e2 e3 e4", "e5 e6 e7 e8 e9", "ea eb ec ed ee", "ef f1 f2 f3 f4", "f5 f6 f7 f8 f9", "fa fb fc fd fe"),
)
_TCVN3_PLAIN = dict(zip("ăâêôơưđĂÂÊÔƠƯĐ", bytes.fromhex("a8a9aaabacadaea1a2a3a4a5a6a7").decode("latin-1"), strict=True))
_VNI_TONES = dict(zip(_TONES, "øûõùï", strict=True))
_VNI_HATS = {"ă": dict(zip(_TONES, "èúüéë", strict=True)), "â": dict(zip(_TONES, "àåãáä", strict=True))}
_VNI_WHOLE = {"đ": "ñ", "ơ": "ô", "ư": "ö", "í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"}


def _split(letter: str) -> tuple[str, str]:
    """Part a letter into itself without tone, and its tone or nothing."""
    marks = unicodedata.normalize("NFD", letter)
    tone = next((one for one in marks if one in _TONES), "")
    return unicodedata.normalize("NFC", marks.replace(tone, "") if tone else marks), tone


def _tcvn3(letter: str) -> str:
    base, tone = _split(letter)
    if tone and base.lower() in _BARE:  # capital fonts reuse the codes of small letters
        codes = _TCVN3_TONED[_BARE.index(base.lower())].split()
        return chr(int(codes[_TONES.index(tone)], 16))
    return _TCVN3_PLAIN.get(base, base)


def _vni(letter: str) -> str:
    low = letter.lower()
    if low in _VNI_WHOLE:
        return _VNI_WHOLE[low] if letter == low else _VNI_WHOLE[low].upper()
    base, tone = _split(low)
    if base in "ăâêô":
        hat = "ă" if base == "ă" else "â"
        written = {"ă": "a", "â": "a", "ê": "e", "ô": "o"}[base] + (_VNI_HATS[hat][tone] if tone else "êâ"[hat == "â"])
    else:
        written = _VNI_WHOLE.get(base, base) + (_VNI_TONES[tone] if tone else "")
    return written if letter == low else written.upper()


def _windows_1258(text: str) -> bytes:
    return "".join("".join(_split(letter)) for letter in text).encode("cp1258", "replace")


def octets_in(text: str, charset: str) -> bytes:
    """Write text in a charset: `tcvn3`, `vni`, `windows-1258`, `question-marks` (letters a program lost), or Python's."""
    text = unicodedata.normalize("NFC", text)
    if charset == "windows-1258":
        return _windows_1258(text)
    if charset == "question-marks":
        return text.encode("latin-1", "replace")
    if charset == "tcvn3":
        return "".join(map(_tcvn3, text)).encode("latin-1", "replace")
    if charset == "vni":
        return "".join(map(_vni, text)).encode("latin-1", "replace")
    return text.encode(charset)
