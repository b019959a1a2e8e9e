"""Command line of whoever runs the gateway and answers the telephone: `congthu trace | doctor | migrate`."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from gateway.commands.arguments import DEFAULT_CONFIG, config_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

NOTHING_FOUND: Final = 1
"""As grep says it."""
EX_UNAVAILABLE, EX_CANTCREAT = 69, 73
_AGO: Final = re.compile(r"([0-9]{1,6})(m|h|d)")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_FORMS: Final = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


def read_since(_context: click.Context, _parameter: click.Parameter, value: str | None) -> dt.datetime | None:
    """Give the instant an option names: a day, an instant, `today`, or so long ago; without a zone it is Vietnam's."""
    if value is None:
        return None
    try:
        return _instant(value).astimezone(dt.UTC)
    except (ValueError, OverflowError):  # of a form nobody knows, or before the year 1
        forms = "2026-11-21, '2026-11-21 19:00', today, 30m, 2h or 3d"
        raise click.BadParameter(f"`{value}` is no time; write {forms}") from None


def _instant(value: str) -> dt.datetime:
    from gateway.values.zone import VIETNAM  # noqa: PLC0415 - a command must not pay for what others import

    now = dt.datetime.now(VIETNAM)
    if value == "today":
        return now.replace(hour=0, minute=0, second=0, microsecond=0)
    if ago := _AGO.fullmatch(value):
        return now - dt.timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    for form in _FORMS:
        try:
            found = dt.datetime.strptime(value, form)  # noqa: DTZ007 - the zone is given below
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=VIETNAM)
    raise ValueError(value)


@click.command()
@click.argument("id", required=False, default="")
@click.option(
    "--from",
    "sender",
    default="",
    metavar="ADDRESS",
    help="Reverse-path: an address, so-a.example for a domain, .so-a.example with all below, <> for none.",
)
@click.option("--rcpt", "recipient", default="", metavar="ADDRESS", help="One of the forward-paths, in the same forms.")
@click.option("--agency", default="", metavar="ID", help="Registry id of the sender's agency.")
@click.option("--rule", default="", metavar="ID", help="A rule that acted, was only observed, or was waived.")
@click.option(
    "--queue-id", default="", metavar="ID", help="What the next hop calls it, or what the server in front called it."
)
@click.option(
    "--since",
    callback=read_since,
    metavar="TIME",
    help="Only later ones: 2026-11-21, '2026-11-21 19:00', today, 30m, 2h, 3d; Vietnam's time.",
)
@click.option(
    "--log",
    "logs",
    multiple=True,
    type=click.Path(exists=True, allow_dash=True),
    metavar="FILE",
    help="Log file, - for standard input, several in order, or one folder or file of journald. "
    "Default: journald of this host.",
)
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="Messages shown, the newest."
)
@click.option("--full", is_flag=True, help="The whole story of each, also where there are several.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a message, with its lines as the log has them.")
@click.option(
    "--config",
    "-c",
    "config_file",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help=f"Configuration whose packs give the titles of rules. Default: {DEFAULT_CONFIG}, else shipped packs.",
)
def trace(  # noqa: PLR0913 - one option for each thing a caller may know of a message
    *, logs: tuple[str, ...], limit: int, full: bool, as_json: bool, config_file: Path | None,
    since: dt.datetime | None, **asked: str,
) -> None:  # fmt: skip
    """Find a message in the log and tell its story.

    \b
    ID is the one in our reply, in Received and in Congthu-Verdict; whoever does not have
    it asks by what is known, and all that is given must hold.
    One message is told in ten lines: client, envelope, stages, rules with their
    titles, reply, next hop and its queue id. Of several there is one line each.
    Nothing is told that the log does not hold.
    Exit: 0 found, 1 nothing found, 2 wrong usage, 71 the log cannot be read.
    """  # noqa: D301 - click's mark of a paragraph that is not filled is the control character itself
    from gateway.commands.trace import finding, telling  # noqa: PLC0415 - as above
    from gateway.commands.trace.logs import log_of  # noqa: PLC0415 - as above
    from gateway.commands.trace.query import Query  # noqa: PLC0415 - as above

    if not since and not any(asked.values()):
        raise click.UsageError("Say what to find: an ID, or one of the options.")
    written = since.isoformat(timespec="milliseconds").replace("+00:00", "Z") if since else ""
    asked |= {"id": asked["id"].upper()}
    asked |= {path: asked[path].strip("<>") or asked[path] for path in ("sender", "recipient")}
    query, log = Query(**asked, since=written), log_of(logs, since)
    with _progress(log.size_octets, finding.readings(query)) as on_octets:
        found = finding.find(query, log, limit, on_octets)
    titles = _titles(config_file) if any(map(telling.has_rules, found.messages)) else {}
    if as_json:
        for events in found.messages:
            click.echo(msgspec.json.encode(telling.as_json(events, titles)))
    elif len(found.messages) == 1 or full:
        click.echo("\n\n".join("\n".join(telling.story(events, titles)) for events in found.messages))
    else:
        click.echo("\n".join(map(telling.row, found.messages)), nl=bool(found.messages))
    if found.count > len(found.messages):
        click.echo(f"the newest {len(found.messages)} of {found.count}: narrow it, or --limit", err=True)
    if not found.messages:
        click.echo("nothing found: the log holds no such message", err=True)
        sys.exit(NOTHING_FOUND)


@contextlib.contextmanager
def _progress(size_octets: int | None, readings: int) -> Iterator[Callable[[int], object]]:
    """Show on a terminal how far reading is, or how much was read where nobody knows how much there is."""
    if not sys.stderr.isatty():
        yield lambda _octets: None
    elif size_octets is not None:
        bar: Any = click.progressbar(length=size_octets * readings, label="trace", file=sys.stderr)
        with bar:
            yield bar.update
    else:
        total = 0

        def tell(octets: int) -> None:
            nonlocal total
            total += octets
            click.echo(f"\rtrace: {total / 1e6:,.0f} MB read", err=True, nl=False)

        yield tell
        click.echo(err=True)


def _titles(config_file: Path | None) -> Mapping[str, str]:
    """Give the titles of rules by id; none where the packs are no good, for a trace is needed then most of all."""
    from gateway.commands.checking import chosen_packs  # noqa: PLC0415 - as above
    from gateway.daemon.loading import load_packs  # noqa: PLC0415 - as above
    from gateway.values.faults import Misconfigured  # noqa: PLC0415 - as above

    file = config_file or (Path(DEFAULT_CONFIG) if Path(DEFAULT_CONFIG).is_file() else None)
    try:
        return {rule.id: rule.title_vi for pack in load_packs(chosen_packs((), file)) for rule in pack.rules}
    except Misconfigured as fault:
        click.echo(f"note: rules are told without titles: {fault.problems[0]}", err=True)
        return {}


@click.command()
@click.option("--offline", is_flag=True, help="Ask neither DNS nor next hops.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: state, topic, found, todo.")
@config_option
def doctor(config_file: Path, *, offline: bool, as_json: bool) -> None:
    """Look at what is around the gateway, and say what to do.

    \b
    Each line is ok, warn (mail flows, something will hurt) or fail, with what to do below:
    configuration, DNS of the relay domains (MX, SPF, DMARC), ports, certificates,
    clock, memory, sandbox, disk of fetched lists, next hops and what they offer.
    Nothing is changed and no mail is sent. Run it as root, or as the service's account.
    Exit: 0 nothing fails, 69 something does, 2 wrong usage.
    """  # noqa: D301 - as above
    from gateway.commands.doctor.line import text_of  # noqa: PLC0415 - as above
    from gateway.commands.doctor.run import examine  # noqa: PLC0415 - as above

    has_failed = False
    for line in examine(config_file, is_offline=offline):
        has_failed = has_failed or line.state == "fail"
        click.echo(msgspec.json.encode(line) if as_json else text_of(line))
    if has_failed:
        sys.exit(EX_UNAVAILABLE)


@click.command()
@click.option("--dry-run", "is_shown_only", is_flag=True, help="Show what would change, and write nothing.")
@config_option
def migrate(config_file: Path, *, is_shown_only: bool) -> None:
    """Bring the configuration to this version's schema.

    \b
    Shows each key that goes and why, and the lines that change; then writes the file in
    one step, comments and order kept, and keeps what it was as FILE.schema-N. Nothing is
    reloaded.
    A file of a newer version is left alone: the message says how to go back.
    Exit: 0 done or nothing to do, 71 cannot be read, 73 cannot be written or a copy is
    there already, 78 no TOML, or of a newer version.
    """  # noqa: D301 - as above
    from gateway.commands import migrating  # noqa: PLC0415 - as above
    from gateway.daemon.config.versions import CURRENT  # noqa: PLC0415 - as above

    found = migrating.plan(config_file)
    if found.was == CURRENT:
        click.echo(f"{config_file}: schema {CURRENT}, nothing to change")
        return
    click.echo(f"{config_file}: schema {found.was} to {CURRENT}")
    for line in (*found.reasons, *found.difference()):
        click.echo(line)
    if is_shown_only:
        click.echo("nothing written (--dry-run)")
        return
    try:
        migrating.write(found)
    except OSError as error:
        click.echo(f"error: {error.filename}: {error.strerror}; nothing changed", err=True)
        sys.exit(EX_CANTCREAT)
    click.echo(f"written; as it was: {found.copy}. Now: congthu check && systemctl reload congthu")
