"""Arguments: the configuration, and addresses, read as the listener reads them; what it would refuse is wrong usage."""

from __future__ import annotations

import sys
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.values.addresses import parse_forward_path, parse_reverse_path
from gateway.values.faults import Permanent

if TYPE_CHECKING:
    from collections.abc import Callable

EX_DATAERR = 65
"""Exit of a command that was given something wrong to work on (sysexits.h)."""
DEFAULT_CONFIG = "/etc/congthu/congthu.toml"
config_option = click.option(
    "--config", "-c", "config_file", default=DEFAULT_CONFIG, show_default=True,
    type=click.Path(readable=False, path_type=Path), help="Configuration file.",
)  # fmt: skip
listener_option = click.option(
    "--listener", default="", help="Name of the block of `listen` the client connects to. Default: the first."
)

NULL_PATHS = frozenset({"", "<>"})


def answer(name: str, given: str | None, question: str, read: Callable[[str], str]) -> str:
    """Give an option in the form it is kept; on a terminal one that is missing is asked for, until it is right."""

    def checked(text: str) -> str:
        try:
            return read(text)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=f"--{name.replace('_', '-')}") from None

    if given is None and sys.stdin.isatty():
        asked: str = click.prompt(question, value_proc=checked)
        return asked
    if given is None:
        raise click.UsageError(f"Missing option --{name.replace('_', '-')}: there is no terminal to ask on.")
    return checked(given)


def read_reverse_path(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Give a reverse-path without brackets; empty for the null one."""
    return "" if value in NULL_PATHS else _read(parse_reverse_path, value)


def read_forward_paths(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Give forward-paths without brackets."""
    return tuple(_read(parse_forward_path, value) for value in values)


def read_address(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Give an IP address in its shortest form."""
    try:
        return str(ip_address(value))
    except ValueError:
        raise click.BadParameter(f"`{value}` is no IP address") from None


def _read(parse: Callable[..., str], value: str) -> str:
    try:
        return parse(value.encode("utf-8", "surrogateescape"), is_smtputf8=True, may_lack_domain=True)
    except Permanent:
        raise click.BadParameter(f"`{value}` is no address a mail server takes") from None
