"""The sheet for agencies: what it says comes from packs and guides, and it fits on one side of A4."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache

import pytest

from gateway.commands.checking import shipped_packs
from gateway.commands.pages.frame import html_of
from gateway.commands.pages.rule_page import Surroundings
from gateway.commands.pages.sending_page import SENDING_FOLDER, sending_page
from gateway.daemon.loading import load_guides, load_packs


@cache
def sheet(*pack_ids):
    """The sheet of some shipped packs."""
    files = shipped_packs(())
    packs = [pack for pack in load_packs(files) if pack.id in pack_ids or not pack_ids]
    return html_of(sending_page(packs, Surroundings(load_guides(files), "", "")))


def points(page):
    """Titles of its points."""
    return re.findall(r"<li><strong>(.*?)\.</strong>", page)


def test_the_sheet_names_what_the_packs_refuse():
    """Who is bound by Bình Dương's directive is told to sign; a pack that refuses nothing for it says nothing of it."""
    of_province = sheet("national", "binh-duong-14-2014")

    assert "Chỉ thị 14/CT-UBND tỉnh Bình Dương" in of_province
    assert "Thiếu chữ ký số" in of_province
    assert "Thiếu chữ ký số" not in sheet("national", "ho-chi-minh-226-2014")


def test_points_are_those_a_refusing_rule_asks_for():
    """Without the province's pack nobody is refused for a draft without its word; administrators have pages of their own."""
    assert "Ghi rõ là dự thảo" in points(sheet("national", "binh-duong-14-2014"))
    assert "Ghi rõ là dự thảo" not in points(sheet("national"))
    assert "Xác thực tên miền (cho quản trị)" not in points(sheet())


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium to print")
def test_the_sheet_of_all_shipped_packs_is_one_side_of_a4(tmp_path):
    """Printed by a browser as it stands."""
    (tmp_path / SENDING_FOLDER).mkdir()
    (tmp_path / SENDING_FOLDER / "index.html").write_text(sheet(), "utf-8")
    pdf = tmp_path / "sheet.pdf"
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}",
         f"--user-data-dir={tmp_path / 'profile'}", (tmp_path / SENDING_FOLDER / "index.html").as_uri()],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip

    assert len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())) == 1
