"""Formulas that start programs."""

from __future__ import annotations

import time

import pytest

from gateway.read.office.formulas import starts_program


@pytest.mark.parametrize(
    ("text", "is_active"),
    [
        ("=cmd|'/k calc.exe'!A0", True),
        ("STT,Ten\n1,+cmd|' /C calc'!A0", True),
        ('1;"@SUM(1)";"=MSEXCEL|x!y"', True),
        ("ID;PWXL;N;E\r\nO;L;E;D;V0\r\n", True),
        ("ID;PSYLK\r\nNN;NAuto_open;ER1C1\r\n", True),
        ("ID;PWXL;N;E\r\nO;L;D;V0;K47\r\n", False),
        ("a|b|c!\n- Sở A | Sở B! Kính gửi", False),
        ("=SUM(A1:A2)", False),
    ],
)
def test_links_to_programs_show(text: str, is_active: bool) -> None:
    """A formula with program, topic and item, whatever sign makes it one; tables and prose with bars are none."""
    assert starts_program(text) is is_active


def test_many_bars_end() -> None:
    """Text of nothing but beginnings of formulas is gone through in time proportional to it."""
    begin = time.process_time()

    assert not starts_program("=aa|" * 100_000)
    assert time.process_time() - begin < 3
