"""The month of the demonstration: its ledger read in, a clerk's sheet taken over, the month's table and page."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import click

from gateway.records.render.data import read_report
from gateway.records.render.words import cell_words, period_words
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from gateway.records.report import Table

CONFIG: Final = """
[records]
store = "sqlite:///{folder}/records.db"
"""
_SHEET: Final = "\ufeffMã cơ quan,Tháng,Văn bản phát hành,Văn bản đến\r\nSở A,{month:%m/%Y},9,12\r\n"
"""What the clerk of Sở A declares; nobody declared anything of the others, whose rates have no denominator."""
COMMAND_SECONDS: Final = 120
SHOWN: Final = ("agency", "issued", "received", "deliveries", "send", "signed")


def forget_month(folder: Path) -> None:
    """Remove ledger and store of a demonstration before this one: its documents had the same numbers."""
    shutil.rmtree(folder / "ledger", ignore_errors=True)
    for file in folder.glob("records.db*"):
        file.unlink()


def show_month(folder: Path, now: dt.datetime) -> None:
    """Count what the demonstration sent, as an operator would, and print the month's table.

    Raises:
        ClickException: a command did not do what it should.
    """
    today = now.astimezone(VIETNAM).date()
    period, out = f"{today:%Y-%m}", folder / "thong-ke"
    sheet = folder / "so-lieu.csv"
    sheet.write_text(_SHEET.format(month=today), "utf-8")
    for words in (
        ("sync",),
        ("import", str(sheet)),
        ("report", "public", "--period", period, "--out", str(out)),
        ("report", "series", "--period", period, "--out", str(out)),
    ):
        _records(folder, *words)
    report = read_report((out / f"public-{period}.json").read_bytes())
    click.echo(f"\n{report.title.vi}, {period_words(period)}:")
    for line in _lines(next(table for table in report.tables if table.id == "exchange")):
        click.echo(line)
    for warning in report.warnings:
        click.echo(f"  Lưu ý: {warning.vi}")
    click.echo(f"The page of the month:  {out}/public-{period}.html")


def _records(folder: Path, *words: str) -> None:
    """Run `congthu records` with the demonstration's configuration."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "gateway", "records", *words, "--config", str(folder / "congthu.toml")],
        capture_output=True, check=False, text=True, timeout=COMMAND_SECONDS,
    )  # fmt: skip
    if done.returncode != 0:
        raise click.ClickException(f"congthu records {words[0]} ended with {done.returncode}: {done.stderr.strip()}")


def _lines(table: Table) -> list[str]:
    """Write the columns that fit a terminal."""
    places = [[column.id for column in table.columns].index(name) for name in SHOWN]
    rows = [[table.columns[place].title.vi for place in places]]
    rows += [[cell_words(row[place], table.columns[place].kind) for place in places] for row in table.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(places))]
    return [
        "  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
