"""Sheets of clerks: `congthu records import`, `imports`, `withdraw` and `template`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gateway.commands.records.filling import open_configured
from gateway.commands.records.grounds import Called, load_ground
from gateway.daemon.config.load import load_config
from gateway.records.imports.grid import MAX_FILE_OCTETS, Unreadable
from gateway.records.imports.keeping import imports, keep, withdraw
from gateway.records.imports.reading import Known, read_sheet, template
from gateway.records.imports.sheets import SHEETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

KINDS = tuple(sheet.kind for sheet in SHEETS)


def import_sheets(config_file: Path, files: Sequence[Path], *, only_check: bool) -> Iterator[tuple[str, bool]]:
    """Take files over one after the other, each whole or not at all.

    Yields:
        Lines to print, and whether each is a mistake.
    """
    config = load_config(config_file)
    ground, engine = load_ground(config), open_configured(config, may_create=True)
    duties = frozenset(duty.id for duty in ground.obligations.duties)
    known = Known(Called(ground.registry).find_agency, duties, ground.today)
    for file in files:
        with file.open("rb") as opened:
            octets = opened.read(MAX_FILE_OCTETS + 1)
        try:
            found = read_sheet(str(file), octets, known)
        except Unreadable as fault:
            yield from ((line, True) for line in fault.lines())
            yield f"{file}: không nhập dòng nào; sửa các lỗi trên rồi nhập lại", True
            continue
        if only_check:
            yield f"{file}: {found.kind}, {len(found.rows)} dòng, không có lỗi", False
            continue
        number = keep(engine, str(file), octets, found, time.time_ns() // 1_000)
        done = f"{found.kind}, đã nhập {len(found.rows)} dòng, số {number}" if number else "đã nhập trước đây"
        yield f"{file}: {done}", False


def list_imports(config_file: Path) -> Iterator[str]:
    """Give one line an import."""
    with open_configured(load_config(config_file)).begin() as connection:
        for number, kind, file, rows, when in imports(connection):
            yield f"{number:>5}  {kind:<10} {rows:>6}  {when:%Y-%m-%d %H:%M}  {file}"


def withdraw_import(config_file: Path, number: int) -> int:
    """Take an import back; gives how many rows went."""
    return withdraw(open_configured(load_config(config_file)), number)


def template_of(kind: str) -> str:
    """Write the empty sheet of a kind."""
    return "\ufeff" + template(next(sheet for sheet in SHEETS if sheet.kind == kind))
