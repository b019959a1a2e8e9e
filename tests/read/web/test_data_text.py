"""XML, JSON and tables with separators: label and value stay together, and prose stays prose."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from gateway.read.vietnamese import detect_secrecy
from gateway.read.web.data_text import data_text, xml_fields
from gateway.values.facts import Secrecy

AT = dt.datetime(2026, 11, 23, 9, tzinfo=dt.timezone(dt.timedelta(hours=7)))
XML = {
    "an element": ("<VanBan><SoKyHieu>45/BC-CAT</SoKyHieu><DoMat>Tuyệt mật</DoMat></VanBan>", "DoMat: Tuyệt mật"),
    "with a namespace": ("<e:Doc xmlns:e='x'><e:SecurityLevel>Mật</e:SecurityLevel></e:Doc>", "SecurityLevel: Mật"),
    "an attribute": ("<VanBan DoMat='Mật' so='1'/>", "DoMat: Mật"),
    "an attribute of the field": ("<DoMat ma='1' ten='Mật'/>", "DoMat: Mật"),
    "name and value": ("<Field name='DoMat' value='Mật'/>", "DoMat: Mật"),
    "a named element": ("<Field name='Độ mật'>Mật</Field>", "Độ mật: Mật"),
    "elements of name and value": ("<F><Name>DoMat</Name><Value>Mật</Value></F>", "DoMat: Mật"),
    "a value inside": ("<DoMat><Ten>Mật</Ten><Ma>1</Ma></DoMat>", "DoMat: Mật"),
    "text among elements": ("<Doc><p>Tài liệu <b>MẬT</b> số 1</p></Doc>", "Tài liệu MẬT số 1"),
    "a document": ("<Doc><p>MẬT</p><p>Số: 12/BC-SA</p></Doc>", "MẬT"),
    "cut": ("<VanBan><DoMat>Mật</DoMat><a>b", "DoMat: Mật"),
}
JSON = {
    "a field": ({"soKyHieu": "45/BC-CAT", "doMat": "Mật"}, "doMat: Mật"),
    "inside": ({"vanBan": {"thongTin": {"DoMat": "Mật"}}}, "DoMat: Mật"),
    "a value inside": ({"DoMat": {"ma": 2, "ten": "Mật"}}, "DoMat: Mật"),
    "a list": ({"DoMat": ["Mật"]}, "DoMat: Mật"),
    "name and value": ([{"name": "DoMat", "value": "Mật"}], "DoMat: Mật"),
    "key and value": ({"fields": [{"key": "Độ mật", "value": "Tối mật"}]}, "Độ mật: Tối mật"),
    "lines of a text": ({"noiDung": "MẬT\nSố: 12/BC-SA"}, "MẬT"),
}
HONEST = [
    {"name": "congthu-web", "version": "1.0.0", "dependencies": {"left-pad": "^1.3.0", "mat": "1.0"}},
    {"type": "FeatureCollection", "features": [{"properties": {"ten": "Cầu Mật", "cap": 3}, "geometry": {"coordinates": [105.1, 10.2]}}]},
    {"danhSach": [{"hoTen": "Trần Văn Mật", "namSinh": 1980}, {"hoDem": "Lê Thị", "tenGoi": "Mật", "chucVu": "Văn thư"}]},
    {"DoMat": "Thường", "DoKhan": "Hỏa tốc"},
    {"doMat": "Không", "nguoiSoan": "Mật"},
    {"doMat": None, "ghiChu": "bảo mật"},
]  # fmt: skip
HONEST_XML = [
    "<HDon><DLHDon><TTChung><PBan>2.0.1</PBan><THDon>Hóa đơn</THDon></TTChung><HHDVu><THHDVu>Mật ong rừng</THHDVu><SLuong>2</SLuong></HHDVu></DLHDon></HDon>",
    "<NMua><Ten>Công ty Mật Sơn</Ten><HVTNMHang>Mật</HVTNMHang></NMua>",
    "<VanBan><DoMat>Thường</DoMat><NguoiKy>Mật</NguoiKy></VanBan>",
    "<kml><Placemark><name>Mật Sơn</name><description>Phường</description></Placemark></kml>",
    "<Row><HoTen>Nguyễn Văn Mật</HoTen><Ten>Mật</Ten></Row>",
    "<cauHinh><matKhau>a</matKhau><MAT>20</MAT></cauHinh>",
]
TABLES = {
    "semicolons": ("Độ mật;Mật\nĐộ khẩn;Thường\n", "Độ mật\tMật\nĐộ khẩn\tThường\n"),
    "commas": (
        "STT,Họ tên,Tên\n1,Trần Văn,Mật\n2,Lê Thị,Hoa\n",
        "STT\tHọ tên\tTên\n1\tTrần Văn\tMật\n2\tLê Thị\tHoa\n",
    ),
    "quotes": ('a,"b, c",d\n1,"x ""y""",2\n', 'a\tb, c\td\n1\tx "y"\t2\n'),
    "lines in cells": ('a;"b\nc"\n1;2\n3;4\n5;6\n7;8\n9;0\n1;2\n3;4\n5;6\n7;8\n9;0\n1;2\n', None),
}
PROSE = [
    "Kính gửi: Sở A, Sở B\nThực hiện công văn, Sở C báo cáo",
    "- Phòng A;\n- Phòng B;\n- Lưu: VT.",
    "[MẬT] Kế hoạch số 15",
    "{Mật}",
    "Độ mật: Mật",
    "a,b",
    "Tiền: 1,5 triệu\nTổng cộng ba triệu",
    "",
]


@pytest.mark.parametrize("name", XML)
def test_fields_of_xml(name: str) -> None:
    """One line a value, under the name that says what it is."""
    source, line = XML[name]

    assert line in xml_fields(source, 1_000).split("\n")


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize("is_ascii", [True, False])
def test_fields_of_json(name: str, *, is_ascii: bool) -> None:
    """Escaped or not, on one line or many, cut or whole."""
    value, line = JSON[name]
    text = json.dumps(value, ensure_ascii=is_ascii)

    assert line in (data_text(text, 1_000) or "").split("\n")
    assert line in (data_text(json.dumps(value, ensure_ascii=is_ascii, indent=2), 1_000) or "").split("\n")
    assert line in (data_text(text + "\n" + text[:5], 1_000) or "").split("\n")


@pytest.mark.parametrize("value", HONEST)
def test_honest_json_is_no_secret(value: object) -> None:
    """Names, places, settings, and levels that say none."""
    text = data_text(json.dumps(value), 5_000)

    assert text
    assert detect_secrecy(text, "first_page") not in (Secrecy.MAT, Secrecy.TOI_MAT, Secrecy.TUYET_MAT)


@pytest.mark.parametrize("source", HONEST_XML)
def test_honest_xml_is_no_secret(source: str) -> None:
    """Invoices, maps, registers of persons, settings."""
    text = xml_fields(source, 5_000)

    assert text
    assert detect_secrecy(text, "first_page") not in (Secrecy.MAT, Secrecy.TOI_MAT, Secrecy.TUYET_MAT)


@pytest.mark.parametrize("name", TABLES)
def test_tables_with_separators_are_rows(name: str) -> None:
    """One line a row, cells by tabs; a line inside a cell stands beside the cells of its row."""
    source, text = TABLES[name]

    assert data_text(source, 1_000) == (
        text or "a\tb\nc\n1\t2\n3\t4\n5\t6\n7\t8\n9\t0\n1\t2\n3\t4\n5\t6\n7\t8\n9\t0\n1\t2\n"
    )


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_no_data(text: str) -> None:
    """Sentences with commas, lists with semicolons, a mark in brackets."""
    assert data_text(text, 1_000) is None


def test_hostile_data_costs_what_it_holds() -> None:
    """Depth without end, strings without end, entities, and long lines stay linear and within the limit."""
    assert data_text('[{"a":' * 50_000, 1_000) == ""
    assert len(data_text('{"a":"' + "\\u1ead" * 50_000 + '"}', 1_000) or "") <= 1_000
    assert data_text('{"' + "\\" * 99_999, 1_000) is not None
    assert len(xml_fields("<a>" * 50_000 + "x" * 50_000, 1_000)) <= 1_000
    assert xml_fields("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", 1_000) == ""
    assert data_text("a,b\n" * 50_000, 1_000) is not None
