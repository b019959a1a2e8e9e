"""`congthu ledger verify | show | export | purge`: files are found by the configuration, or named as a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from gateway.commands.arguments import EX_DATAERR, config_option
from gateway.values.faults import Misconfigured
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

_DAY_US = 86_400_000_000
KINDS = ("intent", "outcome", "refusal", "secret", "gap", "opened")

folder_option = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with ledger files. Default: that of the configuration.",
)


@click.group()
def ledger() -> None:
    """Check, show, export and purge what the gateway keeps to count documents by."""


def _chosen(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that choose records."""
    for option in (
        click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day (Vietnam)."),
        click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day, included."),
        click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only these; may be repeated."),
        click.option("--id", "transaction_id", default="", help="Only this transaction."),
    ):
        command = option(command)
    return command


@ledger.command()
@click.option("--json", "is_json", is_flag=True, help="One JSON array, an object a chain.")
@folder_option
@config_option
def verify(config_file: Path, folder: Path | None, *, is_json: bool) -> None:
    """Follow every chain of hashes; name each damage with its place.

    \b
    Exit: 0 sound, 65 something is damaged, missing or changed, or no ledger is there.
    """  # noqa: D301 - click's mark of a paragraph that is not filled is the control character itself
    from gateway.commands.ledger import looking  # noqa: PLC0415 - `classify` must not pay for it

    reports = looking.verify(_looked_at(config_file, folder))
    if is_json:
        click.echo(msgspec.json.format(msgspec.json.encode(reports)).decode())
    else:
        for line in looking.verify_table(reports):
            click.echo(line)
    if not all(one.is_sound for one in reports):
        sys.exit(EX_DATAERR)


@ledger.command()
@_chosen
@click.option("--json", "is_json", is_flag=True, help="One JSON array.")
@folder_option
@config_option
def show(config_file: Path, folder: Path | None, *, is_json: bool, **chosen: Any) -> None:
    """Print records, a line each, oldest first.

    \b
    Exit: 0, also when none of them is wanted; 65 no ledger is there.
    """  # noqa: D301 - click's mark of a paragraph that is not filled is the control character itself
    from gateway.commands.ledger import looking  # noqa: PLC0415 - as above

    found = looking.choose(_looked_at(config_file, folder), _choice(**chosen))
    if is_json:
        click.echo(msgspec.json.format(msgspec.json.encode([looking.as_json(one) for one in found])).decode())
        return
    for one in found:
        click.echo(looking.as_line(one))


@ledger.command()
@_chosen
@folder_option
@config_option
def export(config_file: Path, folder: Path | None, **chosen: Any) -> None:
    """Print records as JSON lines, with file, number and hash of each; damages go to standard error.

    \b
    Exit: 0 everything was read, 65 something is damaged: the rest was printed, or no ledger is there.
    """  # noqa: D301 - click's mark of a paragraph that is not filled is the control character itself
    from gateway.commands.ledger import looking  # noqa: PLC0415 - as above
    from gateway.edge.ledger.reader import Kept, read_ledger  # noqa: PLC0415 - as above

    choice, is_damaged = _choice(**chosen), False
    for found in read_ledger(_looked_at(config_file, folder)):
        if not isinstance(found, Kept):
            is_damaged = True
            click.echo(f"damage: {found.file}: records {found.first} to {found.last}: {found.what}", err=True)
        elif choice.takes(found.record):
            click.echo(msgspec.json.encode(looking.as_json(found)))
    if is_damaged:
        sys.exit(EX_DATAERR)


@ledger.command()
@click.option("--before", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day that stays (Vietnam).")
@folder_option
@config_option
def purge(config_file: Path, folder: Path | None, *, before: dt.datetime) -> None:
    """Remove the files whose every record is older than a day; the rest stays one chain that can be verified.

    \b
    Exit: 0, also when nothing is that old; 65 no ledger is there.
    """  # noqa: D301 - click's mark of a paragraph that is not filled is the control character itself
    from gateway.edge.ledger.purge import purge as purge_files  # noqa: PLC0415 - as above

    removed = 0
    for one in purge_files(_looked_at(config_file, folder), _us_of(before)):
        removed += 0 if one.reason else one.records
        click.echo(f"{one.file}: {f'stays: {one.reason}' if one.reason else f'removed, {one.records} records'}")
    click.echo(f"{removed} records removed")


def _choice(first: dt.datetime | None, last: dt.datetime | None, kinds: tuple[str, ...], transaction_id: str) -> Any:
    from gateway.commands.ledger.looking import Choice  # noqa: PLC0415 - as above

    bounds = {} if first is None else {"from_us": _us_of(first)}
    if last is not None:
        bounds["until_us"] = _us_of(last) + _DAY_US
    return Choice(kinds=frozenset(kinds), transaction_id=transaction_id, **bounds)


def _us_of(day: dt.datetime) -> int:
    return int(day.replace(tzinfo=VIETNAM).timestamp()) * 1_000_000


def _looked_at(config_file: Path, folder: Path | None) -> Path:
    """Give the folder to look into; ends with 65 where no ledger file lies: the path is wrong."""
    from gateway.edge.ledger.files import list_files  # noqa: PLC0415 - as above

    looked_at = folder or _folder_of(config_file)
    if not list_files(looked_at):
        click.echo(f"error: {looked_at}: no ledger files here", err=True)
        sys.exit(EX_DATAERR)
    return looked_at


def _folder_of(config_file: Path) -> Path:
    """Give the folder of a configuration.

    Raises:
        Misconfigured: it keeps no ledger.
    """
    from gateway.daemon.config.load import load_config  # noqa: PLC0415 - as above

    config = load_config(config_file)
    name = config.ledger.folder
    if not name:
        raise Misconfigured([config.origin.problem("ledger.folder", "is empty: no ledger is kept")])
    if not Path(name).is_dir():
        raise Misconfigured([config.origin.problem("ledger.folder", f"there is no folder `{name}` yet")])
    return Path(name)
