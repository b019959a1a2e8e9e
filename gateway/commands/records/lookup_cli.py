"""Command line of the look-up: whether a document is known, asked here or on a page."""

from __future__ import annotations

import ipaddress
import sys
from pathlib import Path

import click

from gateway.commands.arguments import EX_DATAERR, config_option
from gateway.values.hostport import spell_host_port, split_ip_port

EX_UNKNOWN = 1


def _read_listen(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, int]:
    """Give IP address and port; port 0 takes a free one."""
    try:
        return split_ip_port(value, lowest=0)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command("find")
@click.argument("number")
@click.argument("file", required=False, type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--year", required=True, type=click.IntRange(2000, 2199), help="Year of issue.")
@config_option
def records_find(number: str, year: int, file: Path | None, config_file: Path) -> None:
    """Tell what is known of a document NUMBER such as 125/SA-VP, and whether FILE is the one that was sent.

    Exit: 0 known, 1 not known, 65 no number.
    """
    from gateway.commands.records.looking import find_document  # noqa: PLC0415 - as in `gateway.commands.cli`

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


COMMANDS = (records_find, records_lookup)
"""As in `sheets_cli`, of what is asked."""
