"""Words inside the picture of a signature."""

from __future__ import annotations

import time

import pytest

from gateway.read.pdf.appearance_words import copy_kind_of, names_any, organisation_in, time_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SAO Y\nSở A", "sao_y"),
        ("Sở A\n  SAO LỤC", "sao_luc"),
        ("TRÍCH SAO", "trich_sao"),
        ("TRICH SAO", "trich_sao"),
        ("Bản sao y", ""),
        ("", ""),
    ],
)
def test_kind_of_copy_begins_a_line(text: str, kind: str) -> None:
    """With or without tone marks; words in the middle of a line are none."""
    assert kind == copy_kind_of(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Thời gian ký: 20.11.2026 14:05:09 +07:00", "2026-11-20T14:05:09+07:00"),
        ("20/11/2026 14:05:09", "2026-11-20T14:05:09+07:00"),
        ("2026-11-20T07:05:09+0000", "2026-11-20T07:05:09+00:00"),
        ("Ngày ký: 20/11/2026 07:05:09 UTC", "2026-11-20T07:05:09+00:00"),
        ("20/11/2026 07:05:09 (GMT)", "2026-11-20T07:05:09+00:00"),
        ("2026-11-20T07:05:09Z", "2026-11-20T07:05:09+00:00"),
        ("Signed on 2026-11-20 14:05:09 GMT+7", "2026-11-20T14:05:09+07:00"),
        ("20-11-2026 14:05:09 (UTC+07:00)", "2026-11-20T14:05:09+07:00"),
        ("Date: 2026.11.20\n14:05:09 +07'00'", "2026-11-20T14:05:09+07:00"),
        ("Date: 2026.11.20 07:05:09 -05'00'", "2026-11-20T07:05:09-05:00"),
        ("20/11/2026 14:05:09 ICT", "2026-11-20T14:05:09+07:00"),
        ("20/11/2026 02:05:09 CH", "2026-11-20T14:05:09+07:00"),
        ("20/11/2026 9:05:09 SA", "2026-11-20T09:05:09+07:00"),
        ("20/11/2026 12:05:09 AM", "2026-11-20T00:05:09+07:00"),
        ("20/11/2026 14:05:09 Sở A", "2026-11-20T14:05:09+07:00"),
        ("20/11/2026 14:05:09\n- Lưu: VT", "2026-11-20T14:05:09+07:00"),
        ("20/11/2026 14:05:09 EST", None),
        ("20/11/2026 14:05:09 +27:00", None),
        ("31.02.2026 14:05:09", None),
        ("20.11.2026", None),
        ("", None),
    ],
)
def test_time_is_read_with_its_zone(text: str, moment: str | None) -> None:
    """Both orders of a date; a time that never was, or a day alone, is none."""
    assert moment == time_in(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Người ký: Sở A\nCơ quan: Sở Nội vụ, tỉnh B", "Sở Nội vụ, tỉnh B"),
        ("Co quan : SO A", "SO A"),
        ("Cơ quan chủ quản", ""),
        ("cơ\u031b quan: Sở A", ""),
    ],
)
def test_organisation_stands_behind_its_word(text: str, name: str) -> None:
    """One line, tone marks or none, nothing guessed from other words."""
    assert name == organisation_in(text)


def test_names_are_found_whatever_their_case_and_marks() -> None:
    """Certificates write upper case, tools leave tone marks out and break lines."""
    assert names_any("Cơ quan: UBND\ntỉnh Đắk B", ("UBND TỈNH ĐẮK B",))
    assert names_any("Co quan: SO A", ("Sở A",))
    assert not names_any("Cơ quan: Sở B", ("Sở A", ""))
    assert not names_any("Cơ quan: Sở B", ("\u0301",))


def test_hostile_text_costs_nothing() -> None:
    """Long runs of blanks, digits and half dates are read in time linear in their length."""
    began = time.process_time()
    for text in (" " * 10_000, "20.11.2026 " * 1_000, "Cơ quan:" + " " * 10_000, "\n" * 10_000):
        copy_kind_of(text), time_in(text), organisation_in(text), names_any(text, ("Sở A",))

    assert time.process_time() - began < 5
