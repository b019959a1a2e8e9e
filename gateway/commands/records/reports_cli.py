"""Command line of reports: written, published as statistics of a month, and due by a calendar."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.commands.arguments import EX_DATAERR, config_option
from gateway.values.period import parse_period

if TYPE_CHECKING:
    from gateway.values.period import Period

EX_OVERDUE = 1
REPORTS = (
    "public", "periodic", "targets", "lists", "emulation", "savings", "workload", "inspection", "training", "pairs",
    "series", "unit",
)  # fmt: skip
"""Names of reports, here so that help costs no import; a test compares them with the catalogue."""


def _read_period(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Period | None:
    try:
        return parse_period(value) if value is not None else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


_territory = click.option("--territory", help="Agencies of this territory. Default: records.territory.")


@click.command("report")
@click.argument("name", type=click.Choice(REPORTS))
@click.option("--period", required=True, callback=_read_period, help="2026-10, 2026-Q3, 2026-H1 or 2026.")
@click.option("--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder.")
@click.option("--agency", default="", help="Of `unit`: registry id. Default: a sheet for each agency.")
@_territory
@config_option
def records_report(folder: Path, config_file: Path, **wanted: Any) -> None:
    """Write a report as HTML, XLSX, JSON and CSV.

    Exit: 65 when the period is not made of whole months, or no such agency lived in it.
    """
    from gateway.commands.records.reporting import Wanted, write_reports  # noqa: PLC0415 - as in `gateway.commands.cli`

    try:
        for line in write_reports(config_file, Wanted(**wanted), folder):
            click.echo(line, err=line.startswith("warning: "))
    except ValueError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(EX_DATAERR)


@click.command("publish")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--period", callback=_read_period, help="Month to freeze first. Default: none, the site alone.")
@click.option("--note", default="", help="Why figures of a published month change: makes a new version.")
@click.option("--due", "is_due", is_flag=True, help="Freeze the last month, once it is due and nothing is against it.")
@_territory
@config_option
def records_publish(folder: Path, config_file: Path, **wanted: Any) -> None:
    """Freeze a month's public statistics and write the static site of all frozen months into FOLDER.

    Exit: 65 when the month cannot be published as asked; then nothing is written, but for the site with --due.
    """
    from gateway.commands.records.reporting import Publishing, publish  # noqa: PLC0415 - as above
    from gateway.records.site.freezing import NotFrozenError  # noqa: PLC0415 - as above

    if wanted["is_due"] and (wanted["period"] is not None or wanted["note"]):
        raise click.UsageError("--due chooses the month itself, and makes no correction")
    try:
        for line in publish(config_file, folder, Publishing(**wanted)):
            click.echo(line)
    except (NotFrozenError, ValueError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(EX_DATAERR)


@click.command("calendar")
@click.option("--window", callback=_read_period, help="Days in which reports fall due. Default: this year.")
@click.option("--ics", type=click.Path(dir_okay=False, path_type=Path), help="Also write an iCalendar file.")
@click.option("--metrics", type=click.Path(dir_okay=False, path_type=Path), help="Also write a textfile of metrics.")
@config_option
def records_calendar(window: Period | None, ics: Path | None, metrics: Path | None, config_file: Path) -> None:
    """Print which reports are due when, and which came late or not at all.

    Exit: 1 when a report is overdue.
    """
    from gateway.commands.records.grounds import today  # noqa: PLC0415 - as above
    from gateway.commands.records.reporting import calendar_lines, owed, write_calendar  # noqa: PLC0415 - as above

    rows, ground = owed(config_file, window or parse_period(str(today().year)))
    for line in calendar_lines(rows, ground):
        click.echo(line)
    write_calendar(rows, ground, ics, metrics)
    sys.exit(EX_OVERDUE if any(one.state == "overdue" for one in rows) else 0)


COMMANDS = (records_report, records_publish, records_calendar)
"""As in `sheets_cli`, of what is written."""
