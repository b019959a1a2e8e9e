"""Command line of `congthu records`; each command opens the store that the configuration names."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.commands.arguments import EX_DATAERR, config_option
from gateway.commands.records import lookup_cli, reports_cli, sheets_cli


@click.group()
def records() -> None:
    """Count documents: read ledgers, take over sheets, write reports."""


@records.command("sync")
@click.option("--metrics", type=click.Path(dir_okay=False, path_type=Path), help="Also write a textfile of metrics.")
@config_option
def records_sync(metrics: Path | None, config_file: Path) -> None:
    """Read what is new in the ledgers, and bring every figure up to date."""
    from gateway.commands.records.filling import tell_sync, write_metrics  # noqa: PLC0415 - as in `gateway.commands.cli`

    for line in tell_sync(config_file):
        click.echo(line)
    if metrics is not None:
        write_metrics(config_file, metrics)


@records.command("rebuild")
@click.option("--forget", is_flag=True, help="Also what was read from files that are no longer there.")
@config_option
def records_rebuild(config_file: Path, *, forget: bool) -> None:
    """Forget every fact and read all ledgers anew; what clerks declared stays.

    Exit: 65 when files are gone that were read before, whose facts would be lost; then nothing was done.
    """
    from gateway.commands.records.filling import lost_by_rebuild, tell_rebuild  # noqa: PLC0415 - as above

    lost = lost_by_rebuild(config_file)
    if lost and not forget:
        for file in lost:
            click.echo(f"error: {file} is not there any more; what it told would be lost (--forget)", err=True)
        sys.exit(EX_DATAERR)
    for line in tell_rebuild(config_file):
        click.echo(line)


@records.command("status")
@config_option
def records_status(config_file: Path) -> None:
    """Print which ledgers were read how far, what the store holds, and every warning.

    Exit: 1 when there is a warning.
    """
    from gateway.commands.records.filling import tell_status  # noqa: PLC0415 - as above

    has_warnings = False
    for line in tell_status(config_file):
        has_warnings = has_warnings or line.startswith("warning: ")
        click.echo(line)
    sys.exit(1 if has_warnings else 0)


for _command in (*sheets_cli.COMMANDS, *reports_cli.COMMANDS, *lookup_cli.COMMANDS):
    records.add_command(_command)
