"""Fonts that do not say what their letters are: no writing is told from writing nobody here reads, and marks are seen."""

from __future__ import annotations

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.message import read_message
from gateway.read.pdf.reader import read_pdf
from gateway.read.scans.ocr import Reading
from gateway.values.facts import Secrecy
from tests.corpus.compose import PLAIN, file, many
from tests.corpus.pdf_tools import add_page, saved
from tests.support.signed_pdfs import AT, trust

VIETNAMESE = "Căn cứ Luật Tổ chức chính quyền địa phương, Ủy ban nhân dân tỉnh yêu cầu các sở, ban, ngành thực hiện"
WRITING = {
    "Vietnamese": VIETNAMESE,
    "English": "The committee approved the report on environmental protection and asked all departments to submit it",
    "German": "Der Ausschuss genehmigte den Bericht zum Umweltschutz und forderte alle Abteilungen auf, ihn vorzulegen",
    "Finnish": "Valiokunta hyväksyi ympäristönsuojelun kertomuksen ja pyysi kaikkia osastoja toimittamaan liitteet",
    "Russian": "Комитет утвердил отчёт об охране окружающей среды и попросил все отделы представить документы",
    "Chinese": "委员会批准了关于环境保护的年度报告，并要求各部门在十一月底之前提交季度报表，包括证明文件",
    "Lao": "ຄະນະກຳມະການໄດ້ຮັບຮອງບົດລາຍງານປະຈຳປີກ່ຽວກັບການປົກປ້ອງສິ່ງແວດລ້ອມ ແລະ ຂໍໃຫ້ທຸກພະແນກສົ່ງ",
    "a table of numbers": "1 2.345.678 12,5 99,0 2 1.200.000 8,4 97,1 3 876.000 5,0 88,2 " * 3,
    "barcodes": "*VN1234567890* *HD-000123* *KH998877* " * 4,
    "formulas": "f(x) = ax2 + bx + c; dy/dx = 2ax + b; E = mc2; H2SO4 + 2NaOH = Na2SO4 + 2H2O; " * 3,
    "serial numbers": "SN 5CG1234XYZ MAC 3C:52:82:AA:BB:CC IMEI 356938035643809 PN L3M56AA#UUF " * 3,
    "names of devices": "CPU GHz RAM GB SSD TB USB HDMI DVI VGA LAN WLAN BIOS UEFI TPM NVMe SATA DDR " * 3,
    "bullets of a symbol font": f"\uf0b7 {VIETNAMESE}",
}
NO_WRITING = {
    "numbers of glyphs": "".join(chr(ord(one) - 29 if ord(one) < 127 else ord(one) % 90 + 1) for one in VIETNAMESE),
    "letters put three on": "".join(chr(ord(one) + 3) if one.isascii() else "q" for one in VIETNAMESE if one != " "),
    "private use": "".join(one if one == " " else chr(0xE000 + ord(one) % 200) for one in VIETNAMESE),
    "controls": "".join(one if one == " " else chr(1 + ord(one) % 8) for one in VIETNAMESE),
}


class Reader:
    """A recogniser that reads one thing off every page, and counts pages; or has no time."""

    def __init__(self, text: str | None) -> None:
        self._text, self.pages = text, 0

    def recognise(self, grey, width, height, *, dpi, is_line, milliseconds):
        """Answer."""
        self.pages += 1
        return None if self._text is None else Reading(self._text, 90)


def composite(pdf, letters=""):
    """A composite font; code n is the n-th of the letters, or nothing is said of its codes."""
    inner = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/ABCDEF+Times"),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(Dictionary(Type=Name.FontDescriptor, FontName=Name("/A+T"), Flags=4)),
    )  # fmt: skip
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/ABCDEF+Times"), Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(inner)]),
    )  # fmt: skip
    if letters:
        pairs = "".join(f"<{code:04x}> <{ord(letter):04x}>\n" for code, letter in enumerate(letters, 1))
        font.ToUnicode = pdf.make_stream(
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange <0000> <ffff> "
            b"endcodespacerange\n%d beginbfchar\n%sendbfchar\nendcmap end end" % (len(letters), pairs.encode())
        )
    return pdf.make_indirect(font)


def page_of(*texts, has_other=True):
    """A page whose text layer says these lines; beside it stands a font without a map."""
    pdf = pikepdf.new()
    letters = "".join(sorted(set("".join(texts))))
    content = b""
    for number, text in enumerate(texts):
        codes = "".join(f"{letters.index(letter) + 1:04x}" for letter in text)
        content += b"BT /F1 5 Tf 1 0 0 1 20 %d Tm <%s> Tj ET\n" % (800 - 30 * number, codes.encode())
    add_page(pdf, content, {"F1": composite(pdf, letters)} | ({"F2": composite(pdf)} if has_other else {}))
    return saved(pdf)


def read(octets, reader=None):
    """Read one file."""
    return read_pdf(octets, DEFAULT_BUDGET, trust(), AT, recogniser=reader)


@pytest.mark.parametrize("name", WRITING)
def test_what_is_writing_stays_readable(name):
    """A font without a map beside it makes no page of another language, of numbers or of codes a broken one."""
    found = read(page_of(WRITING[name]))

    assert (False, "") == (found.facts.is_text_unreadable, found.uninspectable)


@pytest.mark.parametrize("name", NO_WRITING)
def test_what_is_no_writing_is_read_off_the_page(name):
    """Where nobody reads letters it cannot be inspected."""
    octets = page_of(NO_WRITING[name])
    found = read(octets, Reader("SỞ A\nMẬT"))

    assert (True, "", True) == (found.facts.is_text_unreadable, found.uninspectable, "MẬT" in found.text)
    assert "no_ocr" == read(octets).uninspectable


SPOILT = {
    "a mark in a font of its own": page_of(VIETNAMESE, "\x01\x02\x03", has_other=False),
    "one letter of a mark": page_of(VIETNAMESE, "M\ue012T", has_other=False),
    "a font without a map": page_of(VIETNAMESE),
}


def marked(octets, reader):
    """Secrecy of a mail with this file, and what is said of the file."""
    facts = read_message(many(PLAIN, file(octets, b"filename=a.pdf")), DEFAULT_BUDGET, trust(), AT, recogniser=reader)
    return facts.secrecy, facts.parts[-1].uninspectable


@pytest.mark.parametrize("name", SPOILT)
def test_marks_are_seen_where_some_letters_have_no_map(name):
    """The page stays what its text says, and its picture is looked at for marks."""
    octets = SPOILT[name]
    found = read(octets, Reader("SỞ A\nMẬT"))

    assert (False, True) == (found.facts.is_text_unreadable, VIETNAMESE[:20] in found.text)
    assert (Secrecy.MAT, "") == marked(octets, Reader("SỞ A\nMẬT"))
    assert (Secrecy.NONE, "") == marked(octets, Reader("SỞ A\nMẶT"))


@pytest.mark.parametrize("name", SPOILT)
def test_time_that_does_not_suffice_for_them_is_named(name):
    """Not passed in silence."""
    assert (Secrecy.NONE, "unread_letters") == marked(SPOILT[name], Reader(None))


@pytest.mark.parametrize("text", [VIETNAMESE, f"\uf0b7 {VIETNAMESE}", f"{VIETNAMESE} \uf0fc {VIETNAMESE}"])
def test_pages_of_text_cost_no_look(text):
    """Bullets and ticks of symbol fonts are no spoilt words."""
    reader = Reader("MẬT")
    read(page_of(text, has_other=False), reader)

    assert 0 == reader.pages
