"""PDF files whose text says other than their pages show: fonts, pages, hidden text."""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.corpus.pdf_tools import BODY, HEAD, add_page, font, letter, line, lines, paper, saved, unicode_font

# Fonts.


@paper
def font_tcvn3() -> bytes:
    """Body in .VnTime, mark in the capitals of .VnTimeH; the horned u is a hyphen in the text layer."""
    pdf = pikepdf.new()
    body = lines(b"\xa7\xb6ng b\xe9 t\xd8nh", b"S\xe8: 12/BC-TU", b"v\xa8n ph\xdfng nh\xad tr\xad\xeang")
    mark = line(b"m\xcbt", 60, 700, "F2")
    add_page(pdf, body + mark, {"F1": font(pdf, "ABCDEF+.VnTime"), "F2": font(pdf, ".VnTimeH")})
    return saved(pdf)


@paper
def font_vni() -> bytes:
    """The mark in VNI-Times."""
    pdf = pikepdf.new()
    text = lines(b"UBND T\xc6NH", b"So\xe1: 7/BC", b"MA\xc4T")
    add_page(pdf, text, {"F1": font(pdf, "VNI-Times")})
    return saved(pdf)


@paper
def font_mixed() -> bytes:
    """TCVN3 body and a Unicode mark: each is read by its own font."""
    pdf = pikepdf.new()
    text = lines(b"C\xe9ng ho\xb5", b"V\xa8n b\xb6n m\xcbt") + line("MẬT", 60, 600, "F2")
    add_page(pdf, text, {"F1": font(pdf, "#2EVnArial"), "F2": unicode_font(pdf)})
    return saved(pdf)


@paper
def font_unnamed() -> bytes:
    """TCVN3 in a font whose name was lost: told by its syllables."""
    pdf = pikepdf.new()
    said = (b"C\xe9ng hoa x\xb7 h\xe9i ch\xf1 ngh\xdca Vi\xd6t Nam", b"M\xcbT", b"B\xb8o c\xb8o c\xf1a t\xd8nh")
    add_page(pdf, lines(*said), {"F1": font(pdf, "ABCDEF+F1")})
    return saved(pdf)


@paper
def font_unmapped() -> bytes:
    """A composite font that does not say what its letters are: no writing, so it is not clean either."""
    pdf = pikepdf.new()
    inner = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/ABCDEF+Times"),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(Dictionary(Type=Name.FontDescriptor, FontName=Name("/A+T"), Flags=4)),
    )  # fmt: skip
    outer = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/ABCDEF+Times"), Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(inner)]),
    )  # fmt: skip
    codes = "".join(f"{ord(letter) - 29:04x}" for letter in "VAN BAN NAY KHONG CO BANG MA CHU CAI DE DOC DUOC " * 4)
    text = b"BT /F1 12 Tf 60 800 Td <%s> Tj ET" % codes.encode()
    add_page(pdf, text, {"F1": pdf.make_indirect(outer)})
    return saved(pdf)


# Pages.


@paper
def page_bound_in() -> bytes:
    """A secret letter bound in as the fourth of seven pages."""
    pdf = pikepdf.new()
    for number in range(7):
        head = lines("SỞ A", "MẬT", "Ve viec khac") if number == 3 else lines(f"Trang {number + 1}", *BODY)
        add_page(pdf, head)
    return saved(pdf)


@paper
def page_beyond() -> bytes:
    """More pages than are read: that is said, and a mark on the last page is found."""
    pdf = pikepdf.new()
    add_page(pdf, lines("Trang dau"))
    pages = [pdf.pages[0].obj] * 209
    pdf.pages.extend(pikepdf.Page(pdf.make_indirect(Dictionary(page))) for page in pages)
    add_page(pdf, lines("SỞ A", "TỐI MẬT"))
    return saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


@paper
def page_mark_drawn_last() -> bytes:
    """A mark that an editor put at the top: it is drawn after forty lines of body."""
    pdf = pikepdf.new()
    add_page(pdf, lines(*HEAD.split("|"), *BODY, *BODY) + line("MẬT", 60, 780))
    return saved(pdf)


# Hidden text.

SECRET = "MẬT"


@paper
def hidden_invisible() -> bytes:
    """Text rendering mode 3 without a picture."""
    return letter(line(SECRET, 300, 700, before="3 Tr"), b"0 Tr ", line("Het", 300, 100))


@paper
def hidden_white() -> bytes:
    """White on white."""
    return letter(line(SECRET, 300, 700, before="1 g"))


@paper
def hidden_on_colour() -> bytes:
    """Letters in the colour of the box behind them; white letters on the box show."""
    box = b"0.8 0 0 rg 290 690 200 40 re f\n"
    return letter(box, line(SECRET, 300, 700, before="0.8 0 0 rg"), line("Khung", 400, 700, before="1 g"))


@paper
def hidden_tiny() -> bytes:
    """A fifth of a point."""
    return letter(line(SECRET, 300, 700, size=0.2))


@paper
def hidden_outside() -> bytes:
    """Beside the page."""
    return letter(line(SECRET, 700, 700))


@paper
def hidden_clipped() -> bytes:
    """Behind a clip that leaves nothing of it."""
    return letter(b"q 0 0 20 20 re W n\n", line(SECRET, 300, 700), b"Q\n")


@paper
def hidden_covered() -> bytes:
    """Under a box drawn later."""
    return letter(line(SECRET, 300, 700), b"0.9 g 280 690 200 40 re f\n")


@paper
def hidden_transparent() -> bytes:
    """No opacity."""
    states = Dictionary(G1=Dictionary(Type=Name.ExtGState, ca=0))
    return letter(b"q /G1 gs\n", line(SECRET, 300, 700), b"Q\n", ExtGState=states)


@paper
def hidden_layer() -> bytes:
    """On a layer that is off when the file opens."""
    pdf = pikepdf.new()
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("An")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group]), Order=Array([group])))
    content = lines(*HEAD.split("|"), *BODY) + b"/OC /L1 BDC\n" + line(SECRET, 300, 700) + b"EMC\n"
    add_page(pdf, content, Properties=Dictionary(L1=group))
    return saved(pdf)


@paper
def hidden_replaced() -> bytes:
    """The page shows a mark; whoever copies or searches gets other words."""
    said = b"/Span <</ActualText (THONG BAO)>> BDC\n" + line(SECRET, 60, 815) + b"EMC\n"
    return letter(said)


@paper
def hidden_between() -> bytes:
    """Letters the page does not show stand between those of the mark."""
    parts = line("M", 60, 815) + line("xx", 72, 815, before="1 g") + line("ẬT", 71, 815, before="0 g")
    return letter(parts)


@paper
def shown_on_picture() -> bytes:
    """Invisible letters on a picture are those of recognition: nothing is hidden."""
    pdf = pikepdf.new()
    picture = pdf.make_stream(b"\xee" * 64 * 64)
    picture.stream_dict.update(
        {"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 64, "/Height": 64, "/BitsPerComponent": 8,
         "/ColorSpace": Name.DeviceGray}
    )  # fmt: skip
    content = b"q 400 0 0 300 60 400 cm /I1 Do Q\n" + line("SỐ LIỆU", 100, 500, before="3 Tr")
    add_page(pdf, lines("Trang") + content, XObject=Dictionary(I1=picture))
    return saved(pdf)
