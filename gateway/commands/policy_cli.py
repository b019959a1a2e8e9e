"""`congthu policy`: packs and what lives with them, seen, tried and published."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from gateway.commands.arguments import config_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.commands.cases.run import Update


@click.group()
def policy() -> None:
    """Packs: list their rules, lint them, run their cases; waivers."""


_packs = click.option(
    "--folder", "folders", multiple=True, type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Folder of packs besides the shipped ones.",
)  # fmt: skip
_packs_of = click.option(
    "--config", "-c", "config_file", type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Only the packs this configuration names. Default: all shipped ones and those of --folder.",
)  # fmt: skip


@policy.command("list")
@_packs
@_packs_of
def policy_list(folders: tuple[Path, ...], config_file: Path | None) -> None:
    """Print every rule with its pack, effect, posture and dates."""
    from gateway.commands.checking import chosen_packs, rule_table  # noqa: PLC0415 - as in `gateway.commands.cli`

    for line in rule_table(chosen_packs(folders, config_file)):
        click.echo(line)


@policy.command("test")
@click.argument("packs", nargs=-1)
@click.option("--operands", is_flag=True, help="Tell how often each operand of && and || decided alone.")
@click.option("--update", is_flag=True, help="Show the difference, ask, and write what came out as expected.")
@click.option("--yes", is_flag=True, help="With --update: do not ask.")
@_packs
def policy_test(packs: tuple[str, ...], folders: tuple[Path, ...], *, operands: bool, update: bool, yes: bool) -> None:
    """Run the cases of packs (all when none is named).

    Where a case fails, the operands of the rule are shown, and the one that decided.
    Exit: 0 all as expected, or written so; 1 some failed.
    """
    from gateway.commands.cases.run import run_packs  # noqa: PLC0415 - as in `gateway.commands.cli`

    failed = 0
    updates: list[Update] = []
    for run in run_packs(packs, folders, has_operands=operands):
        for line, is_good in run.lines:
            click.echo(line)
            failed += not is_good
        updates += run.updates
        if update:
            for problem in run.warnings:
                click.echo(f"warning: then {problem}")
    if update and updates:
        _update(updates, is_asked=not yes)
        failed = 0
    sys.exit(1 if failed else 0)


def _update(updates: Sequence[Update], *, is_asked: bool) -> None:
    """Show what would change in the files of cases, and write them."""
    from gateway.commands.cases.goldens import difference, with_expected, write  # noqa: PLC0415 - as above

    texts = {}
    for one in updates:
        before = one.file.read_bytes().decode("utf-8")
        texts[one.file] = with_expected(before, one.expected)
        for line in difference(one.file, before, texts[one.file]):
            click.echo(line)
    if is_asked:
        click.confirm(f"Write {len(texts)} files?", abort=True)
    for file, text in texts.items():
        write(file, text)
    click.echo(f"{len(texts)} files written")


@policy.command("lint")
@click.option("--strict", is_flag=True, help="Exit 1 when something was found.")
@_packs
@_packs_of
def policy_lint(folders: tuple[Path, ...], config_file: Path | None, *, strict: bool) -> None:
    """Tell of rules that cannot hit or that others cover, of dates gone by, and of words that will not do.

    With -c also of territories, classes and postures that reach nobody there.
    """
    from gateway.commands.checking import shipped_packs  # noqa: PLC0415 - as in `gateway.commands.cli`
    from gateway.commands.lint.run import lint_config, lint_files  # noqa: PLC0415 - as in `gateway.commands.cli`

    found = 0
    for problem in lint_config(config_file) if config_file is not None else lint_files(shipped_packs(folders)):
        click.echo(str(problem))
        found += 1
    click.echo(f"{found} findings")
    sys.exit(1 if strict and found else 0)


@policy.command("waivers")
@click.option("--journal", type=click.File("rb"), help="Log to count uses in, JSON lines; - reads stdin.")
@config_option
def policy_waivers(config_file: Path, journal: BinaryIO | None) -> None:
    """List waivers; marked are those that end within 14 days and those that cover nothing."""
    from gateway.commands.waivers import waiver_table  # noqa: PLC0415 - as in `gateway.commands.cli`

    for line in waiver_table(config_file, journal):
        click.echo(line)


@policy.command("pages")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@_packs
@_packs_of
def policy_pages(folder: Path, folders: tuple[Path, ...], config_file: Path | None) -> None:
    """Write one static help page a rule into FOLDER: what the addresses in replies point to.

    Beside them an index, a page of all tags and a sheet to print for agencies
    (gui-van-ban). With -c they name whom to ask (gateway.help_contact).
    """
    from gateway.commands.pages.run import write_pages  # noqa: PLC0415 - as in `gateway.commands.cli`

    click.echo(f"{write_pages(folder, folders, config_file)} pages in {folder}")
