"""Eight-bit charsets of Vietnam: TCVN3 and what it is a part of, TCVN 5712:1993 VN1, and VISCII.

The last two have capital letters of their own and put some among the control characters; a decoder that drops those
reads `MẬT` as `MT`. Punctuation of Windows stands in the same places, so that undeclared text is taken for one of them
only where its syllables say so.
Cites: TCVN 5712:1993 table VN1; RFC 1456 (VISCII 1.1).
"""

from __future__ import annotations

_TCVN3 = {
    "¡": "Ă", "¢": "Â", "£": "Ê", "¤": "Ô", "¥": "Ơ", "¦": "Ư", "§": "Đ", "¨": "ă", "©": "â", "ª": "ê", "«": "ô",
    "¬": "ơ", "\u00ad": "ư", "®": "đ", "µ": "à", "¶": "ả", "·": "ã", "¸": "á", "¹": "ạ", "»": "ằ", "¼": "ẳ",
    "½": "ẵ", "¾": "ắ", "Æ": "ặ", "Ç": "ầ", "È": "ẩ", "É": "ẫ", "Ê": "ấ", "Ë": "ậ", "Ì": "è", "Î": "ẻ", "Ï": "ẽ",
    "Ð": "é", "Ñ": "ẹ", "Ò": "ề", "Ó": "ể", "Ô": "ễ", "Õ": "ế", "Ö": "ệ", "×": "ì", "Ø": "ỉ", "Ü": "ĩ", "Ý": "í",
    "Þ": "ị", "ß": "ò", "á": "ỏ", "â": "õ", "ã": "ó", "ä": "ọ", "å": "ồ", "æ": "ổ", "ç": "ỗ", "è": "ố", "é": "ộ",
    "ê": "ờ", "ë": "ở", "ì": "ỡ", "í": "ớ", "î": "ợ", "ï": "ù", "ñ": "ủ", "ò": "ũ", "ó": "ú", "ô": "ụ", "õ": "ừ",
    "ö": "ử", "÷": "ữ", "ø": "ứ", "ù": "ự", "ú": "ỳ", "û": "ỷ", "ü": "ỹ", "ý": "ý", "þ": "ỵ",
}  # fmt: skip
TCVN3_TABLE = str.maketrans(_TCVN3)
_VN1_CAPITALS = {
    0x01: "Ú", 0x02: "Ụ", 0x04: "Ừ", 0x05: "Ử", 0x06: "Ữ", 0x11: "Ứ", 0x12: "Ự", 0x13: "Ỳ", 0x14: "Ỷ", 0x15: "Ỹ",
    0x16: "Ý", 0x17: "Ỵ", 0x80: "À", 0x81: "Ả", 0x82: "Ã", 0x83: "Á", 0x84: "Ạ", 0x85: "Ặ", 0x86: "Ậ", 0x87: "È",
    0x88: "Ẻ", 0x89: "Ẽ", 0x8A: "É", 0x8B: "Ẹ", 0x8C: "Ệ", 0x8D: "Ì", 0x8E: "Ỉ", 0x8F: "Ĩ", 0x90: "Í", 0x91: "Ị",
    0x92: "Ò", 0x93: "Ỏ", 0x94: "Õ", 0x95: "Ó", 0x96: "Ọ", 0x97: "Ộ", 0x98: "Ờ", 0x99: "Ở", 0x9A: "Ỡ", 0x9B: "Ớ",
    0x9C: "Ợ", 0x9D: "Ù", 0x9E: "Ủ", 0x9F: "Ũ", 0xAF: "Ằ", 0xB0: "\u0300", 0xB1: "\u0309", 0xB2: "\u0303",
    0xB3: "\u0301", 0xB4: "\u0323", 0xBA: "Ẳ", 0xBF: "Ẵ", 0xC0: "Ắ", 0xC1: "Ầ", 0xC2: "Ẩ", 0xC3: "Ẫ", 0xC4: "Ấ",
    0xC5: "Ề", 0xCD: "Ể", 0xD9: "Ễ", 0xDA: "Ế", 0xDB: "Ồ", 0xE0: "Ổ", 0xF0: "Ỗ", 0xFF: "Ố",
}  # fmt: skip
"""What VN1 adds to the small letters of VN3 (TCVN3); the last but one are marks that combine."""
_VISCII = {
    0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ", 0x80: "Ạ", 0x81: "Ắ", 0x82: "Ằ", 0x83: "Ặ",
    0x84: "Ấ", 0x85: "Ầ", 0x86: "Ẩ", 0x87: "Ậ", 0x88: "Ẽ", 0x89: "Ẹ", 0x8A: "Ế", 0x8B: "Ề", 0x8C: "Ể", 0x8D: "Ễ",
    0x8E: "Ệ", 0x8F: "Ố", 0x90: "Ồ", 0x91: "Ổ", 0x92: "Ỗ", 0x93: "Ộ", 0x94: "Ợ", 0x95: "Ớ", 0x96: "Ờ", 0x97: "Ở",
    0x98: "Ị", 0x99: "Ỏ", 0x9A: "Ọ", 0x9B: "Ỉ", 0x9C: "Ủ", 0x9D: "Ũ", 0x9E: "Ụ", 0x9F: "Ỳ", 0xA0: "Õ", 0xA1: "ắ",
    0xA2: "ằ", 0xA3: "ặ", 0xA4: "ấ", 0xA5: "ầ", 0xA6: "ẩ", 0xA7: "ậ", 0xA8: "ẽ", 0xA9: "ẹ", 0xAA: "ế", 0xAB: "ề",
    0xAC: "ể", 0xAD: "ễ", 0xAE: "ệ", 0xAF: "ố", 0xB0: "ồ", 0xB1: "ổ", 0xB2: "ỗ", 0xB3: "Ỡ", 0xB4: "Ơ", 0xB5: "ộ",
    0xB6: "ờ", 0xB7: "ở", 0xB8: "ị", 0xB9: "Ự", 0xBA: "Ứ", 0xBB: "Ừ", 0xBC: "Ử", 0xBD: "ơ", 0xBE: "ớ", 0xBF: "Ư",
    0xC4: "Ả", 0xC5: "Ă", 0xC6: "ẳ", 0xC7: "ẵ", 0xCB: "Ẻ", 0xCE: "Ĩ", 0xCF: "ỳ", 0xD0: "Đ", 0xD1: "ứ", 0xD5: "ạ",
    0xD6: "ỷ", 0xD7: "ừ", 0xD8: "ử", 0xDB: "ỹ", 0xDC: "ỵ", 0xDE: "ỡ", 0xDF: "ư", 0xE4: "ả", 0xE5: "ă", 0xE6: "ữ",
    0xE7: "ẫ", 0xEB: "ẻ", 0xEE: "ĩ", 0xEF: "ỉ", 0xF0: "đ", 0xF1: "ự", 0xF6: "ỏ", 0xF7: "ọ", 0xF8: "ụ", 0xFB: "ũ",
    0xFC: "ủ", 0xFE: "ợ", 0xFF: "Ữ",
}  # fmt: skip
LETTER_CONTROLS = bytes(sorted(code for code in {*_VN1_CAPITALS, *_VISCII} if code < 0x20))
"""Control characters that are letters in one of them."""
_WINDOWS = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}


def _with_windows(table: dict[int, str]) -> dict[int, str]:
    """Add the characters Windows shows for the octets from 0x80 on: text decoded under its charset has those."""
    return table | {ord(shown): table[code] for code, shown in _WINDOWS.items() if code in table}


VN1_TABLE = TCVN3_TABLE | _with_windows(_VN1_CAPITALS)
"""Code points of Latin-1 or Windows-1252 to letters."""
_VISCII_TABLE = _with_windows(_VISCII)


def from_viscii(text: str) -> str:
    """Decode VISCII shown as Latin-1 or Windows-1252."""
    return text.translate(_VISCII_TABLE)
