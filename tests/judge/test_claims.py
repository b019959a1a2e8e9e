"""Display names."""

from __future__ import annotations

import pytest

from gateway.judge.claims import claims_office, find_claimed_agency, shown_domain
from gateway.values.registry import name_key

NAMES = {
    name_key("Thành ủy"): "thanh-uy",
    name_key("Sở Nội vụ tỉnh A"): "so-noi-vu-a",
    name_key("Sở Nội vụ"): "so-noi-vu",
    "snv": "so-noi-vu",
}


@pytest.mark.parametrize(
    ("name", "local", "expected"),
    [
        ("UBND xã B", "x", True),
        ("Ủy ban nhân dân phường C", "x", True),
        ("Văn thư Sở A", "x", True),
        ("VAN PHONG UBND TINH", "x", True),
        ("Phó Chủ tịch", "x", True),
        ("Sở Tài chính", "x", True),
        ("Chi cục Thuế khu vực 1", "x", True),
        ("Thành uỷ", "x", True),
        ("Nguyễn Vân Thu", "x", False),
        ("Lê Chi Cúc", "x", False),
        ("Thanh Uy", "thanhuy", False),
        ("Chủ tịch HĐQT Công ty Xanh", "x", False),
        ("", "vanthu.nguyen", False),
        ("", "ubnd-xab", True),
        ("Công dân thôn 3", "congdan", False),
        ("Công ty Văn thư Xanh", "x", False),
        ("Báo Giao thông", "ubndfan", False),
        ("Cơ sở y tế tư nhân", "x", False),
        ("UВND tỉnh", "x", True),
        ("U\u200bBND\u00ad tỉnh", "x", True),
        ("U.B.N.D xã", "x", True),
        ("ＵＢＮＤ xã", "x", True),
        ("UBND tỉnh - Công ty", "x", True),
        ("Công ty Xanh (gửi UBND tỉnh)", "x", False),
        ("", "vanphongubnd.abc", True),
        ("", "ubndxahoaphu", True),
        ("Nguyễn Văn Thư", "x", False),
        ("nguyễn văn thư", "x", False),
        ("NGUYỄN VĂN THƯ", "x", False),
        ("Văn Thư", "x", False),
        ("Văn Thư Nguyễn", "x", False),
        ("Văn Thư Sở A", "x", True),
        ("Nguyễn Thị B - văn thư", "x", True),
        ("Chủ tịch Hội Người cao tuổi", "x", False),
        ("Chủ tịch Hội đồng nhân dân xã", "x", True),
    ],
)
def test_words_of_offices(name, local, expected):
    """Agencies and heads claim an office; firms, citizens and words inside other words do not."""
    assert expected is claims_office(name, local)


@pytest.mark.parametrize(
    ("name", "agency"),
    [
        ("Sở Nội vụ tỉnh A", "so-noi-vu-a"),
        ("[Thông báo] SỞ NỘI VỤ", "so-noi-vu"),
        ("so noi vu - tinh a (van thu)", "so-noi-vu-a"),
        ("SNV", "so-noi-vu"),
        ("Anh SNV", ""),
        ("S\u200bở Nội vụ", "so-noi-vu"),
        ("Sở Nội νụ", "so-noi-vu"),
        ("Thành ủy", "thanh-uy"),
        ("Thanh Uy", ""),
        ("Nguyễn Thanh Uy", ""),
        ("", ""),
    ],
)
def test_the_longest_agency_name_counts(name, agency):
    """Names are compared by words without diacritics; a short one only as the whole name."""
    assert agency == find_claimed_agency(name, NAMES)


def test_an_address_inside_a_name():
    """What a mail client shows in place of the address."""
    assert ("hanoi.gov.vn", "") == (shown_domain("vanthu@Hanoi.gov.vn."), shown_domain("văn thư @ Hà Nội"))


def test_long_names_are_cut():
    """A name of a megabyte costs no more than one of 256 characters."""
    assert "" == find_claimed_agency("a " * 500_000 + "Sở Nội vụ", NAMES)
