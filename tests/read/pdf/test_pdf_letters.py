"""Letters read off pages: beside the text layer of a scan, and where the layer is no writing."""

from __future__ import annotations

import io

import pikepdf
import pytest

from gateway.demo.documents import scanned_pdf
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.letters import contradicts
from gateway.read.pdf.reader import read_pdf
from gateway.read.scans.ocr import Reading
from tests.corpus.pdf_texts import font_unmapped
from tests.corpus.pdf_tools import line, saved, unicode_font
from tests.support.signed_pdfs import AT, trust

SAID = "UBND TINH THU NGHIEM SO A So 125 SA VP ve viec trien khai gui nhan van ban dien tu"


class Reader:
    """A recogniser that reads the same off every picture."""

    def __init__(self, text: str, confidence: int = 90) -> None:
        self._reading = Reading(text, confidence)

    def recognise(self, grey, width, height, *, dpi, is_line, milliseconds):
        """No stamps, and the text for anything larger."""
        return None if is_line or dpi > 200 else self._reading


def layered(text: str) -> bytes:
    """A scan with an invisible text layer."""
    with pikepdf.open(io.BytesIO(scanned_pdf(has_seal=False, is_grey=True, dpi=100))) as pdf:
        page = pdf.pages[0]
        page.obj.Resources["/Font"] = pikepdf.Dictionary(F1=unicode_font(pdf))
        page.contents_add(pdf.make_stream(line(text, 60, 700, before="3 Tr")))
        return saved(pdf)


def read(octets, reader):
    """Read with a recogniser."""
    return read_pdf(octets, DEFAULT_BUDGET, trust(), AT, recogniser=reader)


@pytest.mark.parametrize(
    ("picture", "layer", "expected"),
    [
        (SAID, SAID, False),
        (SAID, "Bao cao ket qua thuc hien nhiem vu nam", True),
        ("UBND TINH", "Bao cao", False),
        ("", SAID, False),
    ],
)
def test_contradiction_needs_words(picture, layer, expected):
    """Another text; too few words to tell; nothing read."""
    assert expected == contradicts(picture, layer)


def test_the_layer_of_a_scan_is_compared_with_its_picture():
    """The layer hides nothing, and says another thing; what the picture says is looked at for marks."""
    other = "THONG BAO ve viec nghi le cua toan the can bo cong chuc vien chuc nguoi lao dong"

    assert () == read(layered(SAID), Reader(SAID)).facts.hidden_text
    found = read(layered(other), Reader("MẬT\n" + SAID))

    assert ("contradicted",) == found.facts.hidden_text
    assert any("MẬT" in top.splitlines() for top in found.tops)


@pytest.mark.parametrize("reader", [None, Reader(SAID, confidence=30)])
def test_without_sure_letters_nothing_is_compared(reader):
    """Unknown is no contradiction."""
    assert () == read(layered("khac"), reader).facts.hidden_text


@pytest.mark.parametrize(("reader", "expected"), [(None, ("no_ocr", False)), (Reader("SỞ A\nMẬT"), ("", True))])
def test_a_layer_that_is_no_writing_is_read_off_the_page(reader, expected):
    """Or the file is one that cannot be inspected."""
    found = read(font_unmapped(), reader)

    assert expected == (found.uninspectable, "MẬT" in found.text)
    assert (True, "pages" if reader else "") == (found.facts.is_text_unreadable, found.facts.ocr)
