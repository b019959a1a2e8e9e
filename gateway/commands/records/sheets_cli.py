"""Command line of sheets: what clerks hand in is taken over, listed, taken back, begun from a template."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.commands.arguments import EX_DATAERR, config_option
from gateway.values.showing import coded

EX_UNKNOWN = 1
SHEETS = ("totals", "paper", "prices", "handed-in")
"""Kinds of sheets, here so that help costs no import; a test compares them with the tables."""


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Only tell what is wrong.")
@config_option
def records_import(files: tuple[Path, ...], config_file: Path, *, only_check: bool) -> None:
    """Take over sheets of clerks: totals, paper parts, unit prices, reports handed in (CSV or XLSX).

    Exit: 65 when a file has mistakes; each is told with its cell, and nothing of that file is taken.
    """
    from gateway.commands.records.declaring import import_sheets  # noqa: PLC0415 - as in `gateway.commands.cli`

    has_mistakes = False
    for line, is_mistake in import_sheets(config_file, files, only_check=only_check):
        has_mistakes = has_mistakes or is_mistake
        click.echo(coded(line), err=is_mistake)
    sys.exit(EX_DATAERR if has_mistakes else 0)


@click.command("imports")
@click.option("--withdraw", type=click.IntRange(1, 2**31 - 1), help="Take the rows of this import back.")
@config_option
def records_imports(withdraw: int | None, config_file: Path) -> None:
    """List the sheets that were taken over: number, kind, rows, when, file.

    Exit: 1 when there is no import to take back.
    """
    from gateway.commands.records.declaring import list_imports, withdraw_import  # noqa: PLC0415 - as above

    if withdraw is not None:
        rows = withdraw_import(config_file, withdraw)
        click.echo(f"{rows} rows taken back")
        sys.exit(0 if rows else EX_UNKNOWN)
    for line in list_imports(config_file):
        click.echo(coded(line))


@click.command("template")
@click.argument("kind", type=click.Choice(SHEETS))
def records_template(kind: str) -> None:
    """Print an empty sheet of a KIND with its titles, as CSV to begin from."""
    from gateway.commands.records.declaring import template_of  # noqa: PLC0415 - as above

    click.echo(template_of(kind), nl=False)


COMMANDS = (records_import, records_imports, records_template)
"""What `congthu records` gains from here."""
