"""Charsets: octets or wrongly decoded text to Unicode NFC, with repair of legacy Vietnamese (N2, N3).

TCVN3, VNI, VIQR and UTF-8 read as Latin-1 are told by the share of well-formed syllables each decoding
gives; a clear margin is required, so French or German text stays as it is.
Cites: TCVN 5712:1993 (VN3); RFC 1456 (VIQR).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TYPE_CHECKING

from gateway.read.vietnamese.eight_bits import TCVN3_TABLE, VN1_TABLE, from_viscii
from gateway.read.vietnamese.syllables import compose, is_plain_syllable, is_syllable

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_SCORED_CHARACTERS = 4_000
"""Characters looked at when telling encodings apart; a page of text decides."""

MAX_REPAIRED_LINES = 2_000
"""Lines judged one by one when a text mixes encodings."""

_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_BREVE = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_HAT = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_SINGLE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_pairs() -> dict[str, str]:
    pairs = {}
    for base, letter in [*((c, c) for c in "aeouy"), ("ô", "ơ"), ("ö", "ư")]:
        pairs.update({base + mark: letter + tone for mark, tone in _VNI_TONES.items()})
    pairs.update({"a" + mark: "ă" + tone for mark, tone in _VNI_BREVE.items()})
    for base, letter in (("a", "â"), ("e", "ê"), ("o", "ô")):
        pairs.update({base + mark: letter + tone for mark, tone in _VNI_HAT.items()})
    pairs.update(_VNI_SINGLE)
    pairs = {old: unicodedata.normalize("NFC", new) for old, new in pairs.items()}
    upper = {old.upper(): new.upper() for old, new in pairs.items()}
    title = {old[0].upper() + old[1:]: new.upper() for old, new in pairs.items()}
    return pairs | title | upper


_VNI = _vni_pairs()
_VNI_EXPRESSION = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

_VIQR_HATS = {"^": "\u0302", "(": "\u0306", "+": "\u031b", "*": "\u031b"}
_VIQR_TONES = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
_VIQR_WORD = re.compile(r"(?<![\w@])(?:[dD][dD]|[aeiouyAEIOUY][\^(+*]?['`?~.]?|[A-Za-z]){1,15}(?![@:]//)")
_LAST_DD = re.compile(r"DD(?!D)")
_LETTERS_OF_TYPE = re.compile(r"[A-Z]+|[A-Z][a-z]DD")
"""Letters of a notation: `HDD`, `QyDD`."""

_VIQR_LETTER = re.compile(r"[dD][dD]|([aeiouyAEIOUY])([\^(+*]?)(['`?~.]?)")
_VIQR_HINT = re.compile(r"[aeouAEOU](?:[\^+*]|\([a-z'`?~.])|(?<![a-z])dd[aeiouy]|DD[AEIOUY]|[aeiouy]['`?~.][a-z]")
_VIQR_FULL = re.compile(r"[aeouAEOU][\^+(]['`?~.]")
_VIQR_HAT_HINT = re.compile(r"[aeouAEOU][\^+*(]['`?~.]?|[dD][dD][aeiouyAEIOUY]")

_VIETNAMESE_ONLY = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9\u0300\u0301\u0303\u0309\u0323]")
_HIGH = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_FOREIGN = re.compile("[\u0080-\u009f¡-¦¨-ªµ¶¸¹¼-¿ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ¬¯®\u00ad]")
_TOKEN = re.compile("[A-Za-z\u00a1-\u024f\u1e00-\u1eff]+")
_MOJIBAKE = re.compile("[\u00c2-\u00c6\u00e1\u00e2][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122 ]")
_MOJIBAKE_RUN = re.compile("[\u0080-\u00ff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{2,}")


def from_tcvn3(text: str) -> str:
    """Decode TCVN3 shown as Latin-1; capitals of capital fonts are restored word by word."""
    return _WORD.sub(_raise_capitals, text.translate(TCVN3_TABLE))


_WORD = re.compile(r"(?<![^\W\d_])(?=[^\W\d_]{0,20}[A-Z])[^\W\d_]+")


def _raise_capitals(match: re.Match[str]) -> str:
    word = match[0]
    plain = [c for c in word if c.isascii()]
    if len(word) > 1 and plain and all(c.isupper() for c in plain) and (len(plain) > 1 or word[0].isascii() is False):
        return word.upper()
    return word


def from_tcvn5712(text: str) -> str:
    """Decode TCVN 5712 VN1 shown as Latin-1 or Windows-1252: TCVN3 with capitals of its own."""
    return text.translate(VN1_TABLE)


def from_vni(text: str) -> str:
    """Decode VNI (Windows) shown as Latin-1."""
    return _VNI_EXPRESSION.sub(lambda match: _VNI[match[0]], text)


def from_viqr(text: str) -> str:
    """Decode VIQR word by word; a final mark that no syllable can carry stays punctuation."""
    return _VIQR_WORD.sub(_viqr_word, text)


def _viqr_letter(match: re.Match[str]) -> str:
    if match[1] is None:
        return "Đ" if match[0][0] == "D" else "đ"
    composed = match[1] + _VIQR_HATS.get(match[2], "") + _VIQR_TONES.get(match[3], "")
    composed = unicodedata.normalize("NFC", composed)
    return composed if len(composed) == 1 else match[0]


def _viqr_word(match: re.Match[str]) -> str:
    word = match[0]
    whole = _VIQR_LETTER.sub(_viqr_letter, word)
    if is_syllable(whole.lower()) or (len(whole) == 1 and word[1:2] in _VIQR_HATS):
        return whole
    body = word.rstrip(".?'`~*(+")
    for cut in range(len(word) - 1, len(body) - 1, -1):
        shorter = _VIQR_LETTER.sub(_viqr_letter, word[:cut])
        if is_syllable(shorter.lower()):
            return shorter + word[cut:]
    return _LAST_DD.sub("Đ", word) if _LETTERS_OF_TYPE.fullmatch(word) else word


def _octet(char: str) -> int:
    if ord(char) < 0x100:
        return ord(char)
    return char.encode("cp1252")[0]


def from_mojibake(text: str) -> str:
    """Undo UTF-8 read as Latin-1 or Windows-1252, run by run; a run that does not fit stays."""
    return _MOJIBAKE_RUN.sub(_mojibake_run, text.replace("Ã ", "Ã\u00a0"))


def _mojibake_run(match: re.Match[str]) -> str:
    try:
        return bytes(_octet(c) for c in match[0]).decode("utf-8")
    except UnicodeError:
        return match[0]


def _score(text: str) -> tuple[int, int]:
    """Count (well-formed, all) words that carry a non-ASCII letter."""
    good = total = 0
    for word in _TOKEN.findall(text):
        if word.isascii() or len(word) == 1 or not any(map(str.isalpha, word)):
            continue
        if word.isupper() and "Đ" in word and not is_syllable(word.lower()):
            continue  # an abbreviation such as HĐND says nothing
        total += 1
        good += is_syllable(word.lower())
    return good, total


_VOWEL = re.compile("[aeiouy]")
_NO_EVIDENCE = frozenset(
    [
        "re",
        "fw",
        "fwd",
        "tl",
        "vv",
        "doc",
        "docx",
        "pdf",
        "xls",
        "xlsx",
        "ppt",
        "pptx",
        "odt",
        "zip",
        "rar",
        "signed",
        "email",
        "mail",
        "gov",
        "vn",
        "www",
        "http",
        "https",
    ]
)


def _is_plain_vietnamese(text: str) -> bool:
    """Tell whether the undiacritised words could be Vietnamese: guards French and German with one lucky word.

    Letters of notations (UBND, BCH) and words of every mail say nothing.
    """
    tokens = _TOKEN.findall(text)
    words = [w.lower() for w in tokens if w.isascii() and len(w) > 1 and not w.isupper()]
    words = [w for w in words if w not in _NO_EVIDENCE and _VOWEL.search(w)]
    good = sum(map(is_plain_syllable, words))
    accented = sum(not w.isascii() for w in tokens)
    return len(words) - good <= max(good, accented // 2)


_CANDIDATES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("tcvn3", from_tcvn3),
    ("vni", from_vni),
    ("tcvn5712", from_tcvn5712),
    ("viscii", from_viscii),
)
_WORDS = {"tcvn5712": "tcvn3"}
"""Candidates to the word of `Marks.encoding`, where that is another."""


def _find_legacy(text: str) -> str:
    """Name the legacy encoding of text without proper Vietnamese letters, `` when none is clear."""
    text = _SPACED_LETTER.sub(r"\1", text)
    good, total = _score(_widen(text))
    base = good / total if total else 0.0
    best, best_share = "", 0.0
    for name, decode in _CANDIDATES:
        fixed, words = _score(decode(text))
        share = fixed / words if words else 0.0
        if share > best_share:
            best, best_share = name, share
    if _BARRED.search(text) and not _score(from_tcvn3(text))[1]:
        return "tcvn3"
    needed = 0.75 if total > 3 else 0.99
    if best_share < needed or best_share < base + 0.2:
        return ""
    return best if total > 6 or _is_plain_vietnamese(text) else ""


_BARRED = re.compile(r"[A-Z]§|§[A-Z]")
"""`Q§-UBND`: the Đ of TCVN3 inside letters of a notation, where no syllable can tell."""

_SYMBOLS = "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾×÷"
_SYMBOL_LETTER = re.compile(f"(?<=[A-Za-z])[{_SYMBOLS}]|[{_SYMBOLS}](?=[A-Za-z])")


_SPACED_LETTER = re.compile(r"(?<![^\s\[(])([^\s\[\]()]) {1,3}(?=[^\s\[\]()](?:[\s\])]|$))")


def _widen(text: str) -> str:
    """Make symbols inside words, which TCVN3 uses for letters, count as ill-formed letters of the original."""
    return _SYMBOL_LETTER.sub("ÿ", text)


def _is_viqr(text: str) -> bool:
    sample = text[:MAX_SCORED_CHARACTERS]
    if not _VIQR_HINT.search(sample):
        return False
    hats = len(_VIQR_HAT_HINT.findall(sample))
    decoded = from_viqr(sample)
    good, total = _score(decoded)
    if not total or good < (0.8 if hats > 1 else 1.0) * total:
        return False
    if total == 1 and not _VIQR_FULL.search(sample):
        return False
    words = _TOKEN.findall(sample)
    return 8 * total >= len(words) and _is_plain_vietnamese(decoded)


def _repair_once(text: str) -> tuple[str, str]:
    sample = text[:MAX_SCORED_CHARACTERS]
    if _MOJIBAKE.search(sample):
        fixed = from_mojibake(sample)
        good, total = _score(fixed)
        _, before = _score(sample)
        if fixed != sample and (not total or good >= 0.7 * total) and (good or before > total):
            return from_mojibake(text), "mojibake"
    if _VIETNAMESE_ONLY.search(sample):
        return text, "unicode"
    if not _HIGH.search(sample):
        return (from_viqr(text), "viqr") if _is_viqr(text) else (text, "unicode")
    name = _find_legacy(sample)
    return (dict(_CANDIDATES)[name](text), _WORDS.get(name, name)) if name else (text, "")


def _repair_lines(text: str) -> tuple[str, str]:
    """Repair the lines of a mixed text one by one (capital fonts pasted into a Unicode page)."""
    encoding = "unicode"
    lines = text.split("\n")
    for index, line in enumerate(lines[:MAX_REPAIRED_LINES]):
        if not _FOREIGN.search(line) or _VIETNAMESE_ONLY.search(line):
            continue
        name = _find_legacy(line[:MAX_SCORED_CHARACTERS])
        if name:
            lines[index] = dict(_CANDIDATES)[name](line)
            encoding = _WORDS.get(name, name)
    return "\n".join(lines), encoding


def repair_text(text: str) -> tuple[str, str]:
    """Repair already decoded text of any kind: (NFC text, encoding word of `Marks.encoding`).

    Never raises. Text that is not clearly legacy Vietnamese comes back unchanged but for NFC.
    """
    if text.isascii():
        if not _is_viqr(text):
            return text, "unicode"
        return from_viqr(text), "viqr"
    composed = compose(text)
    # NFC first would lose nothing legacy: the letters of TCVN3 and VNI are precomposed Latin-1.
    if not _FOREIGN.search(composed) and _VIETNAMESE_ONLY.search(composed[:MAX_SCORED_CHARACTERS]):
        return composed, "unicode"
    fixed, encoding = _repair_once(composed)
    if encoding == "mojibake":
        again, second = _repair_once(fixed)
        return (compose(again if second == "mojibake" else fixed), "mojibake")
    if encoding == "unicode":
        fixed, encoding = _repair_lines(composed)
    if not encoding:
        fixed, encoding = _repair_lines(composed)
        encoding = encoding if encoding != "unicode" else _verdict_of_unrepaired(composed)
    return compose(fixed), encoding


def _verdict_of_unrepaired(text: str) -> str:
    """`unicode` when the accented words are Vietnamese or no Vietnamese is claimed, `unknown` otherwise."""
    good, total = _score(text[:MAX_SCORED_CHARACTERS])
    return "unicode" if not total or 2 * good >= total else "unknown"


_LATIN = frozenset(
    {"", "us-ascii", "ascii", "iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "ansi", "iso-8859-15"}
)
_VIETNAMESE_8BIT = {"windows-1258": "cp1258", "cp1258": "cp1258", "x-cp1258": "cp1258"}
_TCVN_NAMES = ("tcvn", "x-viet-tcvn", "abc")
_ALLOWED = re.compile(
    r"utf-?(?:8|16|32)(?:-?(?:le|be|sig))?|iso-8859-\d{1,2}|(?:windows|cp)-?(?:125\d|8\d\d"
    r"|437)|koi8-[ru]|gb2312|gbk|gb18030"
    r"|big5(?:-hkscs)?|shift_?jis|euc-(?:jp|kr)|iso-2022-(?:jp|kr)|ks_c_5601-1987|tis-620|mac-?roman|macintosh"
)


def _decode_latin(octets: bytes) -> str:
    """Windows-1252 with its five holes as C1 controls, so that nothing is lost."""
    text = octets.decode("latin-1")
    return text.translate(_C1) if _C1_FOUND.search(text) else text


_C1_FOUND = re.compile("[\u0080-\u009f]")
_C1 = {code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}}


def _decode_unlabelled(octets: bytes) -> tuple[str, str]:
    """UTF-8 when it is valid, else an 8-bit legacy encoding told by its syllables."""
    try:
        text = octets.decode("utf-8")
    except UnicodeError:
        pass
    else:
        return repair_text(text)
    if octets[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return compose(octets.decode("utf-16", "replace")), "unicode"
    text, encoding = repair_text(_decode_latin(octets))
    combining = compose(octets.decode("cp1258", "replace"))
    good, total = _score(combining[:MAX_SCORED_CHARACTERS])
    fixed, words = _score(text[:MAX_SCORED_CHARACTERS])
    if total and good >= 0.8 * total and good * max(words, 1) > fixed * total and _is_plain_vietnamese(combining):
        return combining, "unicode"
    lenient = octets.decode("utf-8", "replace")
    if encoding == "unknown" and lenient.count("\ufffd") * 8 < len(_HIGH.findall(text)):
        return compose(lenient), "unknown"
    return text, encoding


def _best(octets: bytes, *decoders: Callable[[str], str]) -> str:
    """Decode in the way that gives most syllables, the first one where several do."""
    text = octets.decode("latin-1")
    found = [compose(decode(text)) for decode in decoders]
    return max(found, key=lambda one: _score(one[:MAX_SCORED_CHARACTERS])[0])


def _decode_viscii(octets: bytes) -> tuple[str, str]:
    """VISCII, unless its name is a lie."""
    text = compose(from_viscii(octets.decode("latin-1")))
    good, total = _score(text[:MAX_SCORED_CHARACTERS])
    return (text, "viscii") if 2 * good >= total else _decode_unlabelled(octets)


def decode_text(octets: bytes, declared_charset: str | None) -> tuple[str, str]:
    """Decode a body or field value: (NFC text, encoding word of `Marks.encoding`).

    A missing, unknown or lying charset never raises; undecodable octets become U+FFFD at worst.
    """
    name = (declared_charset or "").strip().strip("\"'").lower().replace("_", "-")[:64]
    if name in _LATIN or name.startswith("utf-8") or name == "utf8":
        return _decode_unlabelled(octets.removeprefix(codecs.BOM_UTF8))
    if name.startswith(_TCVN_NAMES):
        return _best(octets, from_tcvn3, from_tcvn5712), "tcvn3"
    codec = _VIETNAMESE_8BIT.get(name, name)
    if codec == "cp1258":
        text = compose(octets.decode("cp1258", "replace"))
        good, total = _score(text[:MAX_SCORED_CHARACTERS])
        return (text, "unicode") if 2 * good >= total else _decode_unlabelled(octets)
    try:
        if not _ALLOWED.fullmatch(codec):
            return _decode_viscii(octets) if "viscii" in name else _decode_unlabelled(octets)
        return compose(octets.decode(codec.replace("ks-c", "ks_c"), "replace")), "unicode"
    except (LookupError, UnicodeError, ValueError):
        return _decode_unlabelled(octets)
