"""TCVN 5712 with its capitals, and VISCII: declared, undeclared, and told from what only looks like them."""

from __future__ import annotations

import pytest

from gateway.read.kinds import sniff
from gateway.read.vietnamese.charsets import decode_text, from_tcvn5712
from gateway.read.vietnamese.eight_bits import VN1_TABLE, from_viscii

TEXTS = [
    "TUYỆT MẬT",
    "TỐI MẬT",
    "ỦY BAN NHÂN DÂN TỈNH THỬ NGHIỆM",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
    "QUYẾT ĐỊNH\nVề việc ban hành Quy chế làm việc của Ủy ban nhân dân tỉnh",
    "Kính gửi: Văn phòng Ủy ban nhân dân tỉnh, Sở Tài chính",
    "HỎA TỐC",
    "GIẤY MỜI\nTrân trọng kính mời đồng chí dự họp",
    "Căn cứ Luật Tổ chức chính quyền địa phương",
    "GIẤY CHỨNG NHẬN",
]
LATIN = {
    "French": "L'élève a été reçu à l'école où il étudiait déjà, près de la forêt",
    "German": "Über die Straße führen größere Brücken, für Fußgänger geöffnet",
    "quoted English": "The committee’s “first” report – see page 3 – was received…",
    "Spanish": "La señora pidió más información sobre el niño y la mañana",
    "Swedish": "Någon får gå över ån på våren",
}


def octets_of(text: str, decode) -> bytes:
    """Write a text in the charset that `decode` reads."""
    letters = {decode(chr(code)): code for code in reversed(range(256))}
    return bytes(letters[char] for char in text)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", ["tcvn5712-1", "x-viet-tcvn5712", "TCVN"])
def test_declared_tcvn(text: str, name: str) -> None:
    """Capitals are letters, control characters among them; where the set has no capital, none was written."""
    if not all(char in {from_tcvn5712(chr(code)) for code in range(256)} for char in text):
        pytest.skip("the charset has no such letter")

    assert decode_text(octets_of(text, from_tcvn5712), name) == (text, "tcvn3")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", ["VISCII", "viscii1.1-1", "x-viet-viscii"])
def test_declared_viscii(text: str, name: str) -> None:
    """Every letter is one octet."""
    assert decode_text(octets_of(text, from_viscii), name) == (text, "viscii")


@pytest.mark.parametrize("text", [one for one in TEXTS if len(one) > 30])
def test_undeclared_viscii(text: str) -> None:
    """Syllables tell it from Latin-1."""
    assert decode_text(octets_of(text, from_viscii), "") == (text, "viscii")


@pytest.mark.parametrize("name", LATIN)
@pytest.mark.parametrize("declared", ["", "iso-8859-1", "windows-1252"])
def test_other_languages_stay(name: str, declared: str) -> None:
    """Accents and typographic quotes of other languages are not repaired."""
    assert decode_text(LATIN[name].encode("cp1252"), declared)[0] == LATIN[name]


def test_a_false_name_is_no_authority() -> None:
    """Text in UTF-8 that calls itself VISCII is read as what it is; TCVN3 without capitals is read as before."""
    assert decode_text("Kính gửi quý cơ quan".encode(), "viscii")[0] == "Kính gửi quý cơ quan"
    assert decode_text("KÝnh göi".encode("latin-1"), "tcvn")[0] == "Kính gửi"


def test_capitals_among_controls_are_text() -> None:
    """A letter with few of them is text; octets without letters, or with other controls, are not."""
    assert sniff(octets_of("Căn cứ Luật, GIẤY CHỨNG NHẬN quyền sử dụng", from_viscii)) == "text"
    assert sniff(b"QUY\xc3T \xa7\x8eNH, GI\xc4Y CH\x11NG NH\x86N quy\xd2n s\xf6 d\xf4ng") == "text"
    assert sniff(bytes(range(1, 7)) * 9) == "unknown"
    assert sniff(b"a\0b\x11c d e") == "unknown"
    assert sniff(b"van ban\x03 co ky tu la") == "unknown"
    assert VN1_TABLE[0x86] == "Ậ"
