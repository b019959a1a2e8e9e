"""Command line of sheets and reports: what `congthu records` takes over and what it writes."""

from __future__ import annotations

import ipaddress
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.commands.arguments import config_option
from gateway.values.hostport import spell_host_port, split_ip_port
from gateway.values.period import parse_period

if TYPE_CHECKING:
    from gateway.values.period import Period

EX_UNKNOWN, EX_DATAERR = 1, 65
REPORTS = (
    "public", "periodic", "targets", "lists", "emulation", "savings", "workload", "inspection", "training", "pairs",
    "series", "unit",
)  # fmt: skip
"""Names of reports, here so that help costs no import; a test compares them with the catalogue."""
SHEETS = ("totals", "paper", "prices", "handed-in")


def _read_period(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Period | None:
    try:
        return parse_period(value) if value is not None else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _read_listen(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, int]:
    """Give IP address and port; port 0 takes a free one."""
    try:
        return split_ip_port(value, lowest=0)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


_territory = click.option("--territory", help="Agencies of this territory. Default: records.territory.")


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
        click.echo(line, err=is_mistake)
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
        click.echo(line)


@click.command("template")
@click.argument("kind", type=click.Choice(SHEETS))
def records_template(kind: str) -> None:
    """Print an empty sheet of a KIND with its titles, as CSV to begin from."""
    from gateway.commands.records.declaring import template_of  # noqa: PLC0415 - as above

    click.echo(template_of(kind), nl=False)


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
    from gateway.commands.records.reporting import Wanted, write_reports  # noqa: PLC0415 - as above

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
    sys.exit(EX_UNKNOWN if any(one.state == "overdue" for one in rows) else 0)


@click.command("find")
@click.argument("number")
@click.argument("file", required=False, type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--year", required=True, type=click.IntRange(2000, 2199), help="Year of issue.")
@config_option
def records_find(number: str, year: int, file: Path | None, config_file: Path) -> None:
    """Tell what is known of a document NUMBER such as 125/SA-VP, and whether FILE is the one that was sent.

    Exit: 0 known, 1 not known, 65 no number.
    """
    from gateway.commands.records.looking import find_document  # noqa: PLC0415 - as above

    try:
        lines = list(find_document(config_file, number, year, file))
    except ValueError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(EX_DATAERR)
    for line in lines or ["Sổ của cổng không có văn bản này. / The records do not know this document."]:
        click.echo(line)
    sys.exit(0 if lines else EX_UNKNOWN)


@click.command("lookup")
@click.option("--listen", default="127.0.0.1:8095", show_default=True, callback=_read_listen, help="Address and port.")
@click.option("--host", "hosts", multiple=True, help="Name it is reached by, behind a server with a login.")
@config_option
def records_lookup(listen: tuple[str, int], hosts: tuple[str, ...], config_file: Path) -> None:
    """Serve the look-up page on loopback until Ctrl-C.

    It knows no users: whoever reaches it may ask. Put a web server with a login in front, and name it by --host.
    """
    from gateway.commands.records.looking import make_server  # noqa: PLC0415 - as above

    if not ipaddress.ip_address(listen[0]).is_loopback:
        raise click.BadParameter(
            "it listens on loopback alone; put a web server with a login in front", param_hint="--listen"
        )
    server = make_server(config_file, listen, frozenset(host.lower().strip("[]") for host in hosts))
    click.echo(f"http://{spell_host_port(listen[0], server.server_address[1])}/")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


COMMANDS = (
    records_import, records_imports, records_template, records_report, records_publish, records_calendar, records_find,
    records_lookup,
)  # fmt: skip
"""What `congthu records` gains from here."""
