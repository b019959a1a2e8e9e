"""Command line: `congthu init | run | check | trust | explain | classify | corpus | replay | policy | demo | ...`.

Exit codes follow sysexits.h: 0 well, 2 wrong usage (as click says it), 78 bad configuration, or with `check --strict`
one that is warned of; `explain` says
0 relay, 10 tag, 20 reject, 30 defer.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click
import msgspec

import gateway
from gateway.commands.arguments import (
    answer,
    config_option,
    listener_option,
    read_address,
    read_forward_paths,
    read_reverse_path,
)
from gateway.commands.ledger.ledger_cli import ledger
from gateway.commands.operations_cli import doctor, migrate, trace
from gateway.commands.policy_cli import policy
from gateway.commands.records.cli import records
from gateway.values.faults import Misconfigured, Transient

if TYPE_CHECKING:
    import datetime as dt

EX_NOINPUT, EX_UNAVAILABLE, EX_OSERR, EX_CANTCREAT, EX_CONFIG = 66, 69, 71, 73, 78


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(gateway.__version__, prog_name="congthu")
def cli() -> None:
    """Policy gateway for official mail."""


cli.add_command(ledger)
cli.add_command(policy)
cli.add_command(trace)
cli.add_command(doctor)
cli.add_command(migrate)
cli.add_command(records)


def main() -> None:
    """Run the command line; configuration problems go to standard error, one a line, with exit 78."""
    try:
        cli()
    except Misconfigured as fault:
        for problem in fault.problems:
            click.echo(f"error: {problem}", err=True)
        sys.exit(EX_CONFIG)
    except Transient as fault:
        click.echo(f"error: {fault.detail or fault.situation}", err=True)
        sys.exit(EX_UNAVAILABLE)
    except OSError as error:  # a file or folder named on the command line, or the system's limits
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"error: {where}{error.strerror or error}", err=True)
        sys.exit(EX_OSERR)


@cli.command()
@config_option
def run(config_file: Path) -> None:
    """Run the gateway until SIGTERM; SIGHUP reloads."""
    from gateway.daemon.early import begin  # noqa: PLC0415 - `classify` must not pay for the daemon's imports

    try:
        early = begin(config_file)
        from gateway.daemon.service import Service  # noqa: PLC0415 - slow, and clients may wait by now

        asyncio.run(Service(config_file, early).run())
    except OSError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(EX_OSERR)


@cli.command()
@click.option("--strict", is_flag=True, help="Exit 78 when there is a warning.")
@click.option("--offline", is_flag=True, help="Ask no next hop whether it answers and what it offers.")
@config_option
def check(config_file: Path, *, strict: bool, offline: bool) -> None:
    """Check configuration, packs, registry, trust, next hops and dates; print what will bind whom from when."""
    from gateway.commands import checking  # noqa: PLC0415 - as above

    has_warnings = False
    for line in checking.report(config_file, is_offline=offline):
        has_warnings = has_warnings or line.startswith(checking.WARNING)
        click.echo(line)
    if strict and has_warnings:
        sys.exit(EX_CONFIG)


@cli.command()
@click.option("--offline", is_flag=True, help="Fetch nothing; only tell what is there.")
@config_option
def trust(config_file: Path, *, offline: bool) -> None:
    """Fetch revocation data now; print every authority, its dates, its newest list, and every address asked."""
    import datetime as dt  # noqa: PLC0415 - as above

    from gateway.commands.trust_report import tell  # noqa: PLC0415 - as above

    for line in tell(config_file, dt.datetime.now(dt.UTC), is_offline=offline):
        click.echo(line)


@cli.command("show-config")
@click.option("--effective", is_flag=True, help="Every key in force, not only those in the file.")
@config_option
def show_config(config_file: Path, *, effective: bool) -> None:
    """Print each key, its value and where it came from."""
    from gateway.daemon.config.load import effective as rows_of  # noqa: PLC0415 - as above
    from gateway.daemon.config.load import load_config  # noqa: PLC0415 - as above

    for key, value, origin in rows_of(load_config(config_file)):
        if effective or origin != "default":
            click.echo(f"{key} = {value}  # {origin}")


@cli.command()
@click.option("--jsonl", "jsonl", type=click.File("rb"), default="-", help="One JSON object a line; - reads stdin.")
def classify(jsonl: BinaryIO) -> None:
    """Run the Vietnamese detectors: one JSON line in (id, kind, received_at, text), one out."""
    from gateway.commands.classifying import classify_record  # noqa: PLC0415 - as above

    for number, line in enumerate(jsonl, 1):
        if not line.strip():
            continue
        try:
            answer = classify_record(msgspec.json.decode(line))
        except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
            click.echo(f"error: line {number}: {error}", err=True)
            sys.exit(65)
        click.echo(msgspec.json.encode(answer).decode())


@cli.command()
@click.argument("mail", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option(
    "--mail-from", required=True, callback=read_reverse_path, help="Reverse-path; empty for the null reverse-path."
)
@click.option(
    "--rcpt",
    "rcpts",
    required=True,
    multiple=True,
    callback=read_forward_paths,
    help="Forward-path; may be given several times.",
)
@click.option(
    "--client-ip", default="192.0.2.1", show_default=True, callback=read_address, help="Address of the client."
)
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]),
    help="Instant to judge at; without a zone it is Vietnam's. Default: now.",
)
@listener_option
@click.option("--helo", default="explain", show_default=True, help="What the client said in EHLO.")
@click.option(
    "--dns",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Check the sender by the answers in this file: records as in a zone (RFC 1035), `$FAIL name [type]`.",
)
@click.option("--look-up", "is_asking", is_flag=True, help="Check the sender by asking DNS now.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@config_option
def explain(  # noqa: PLR0913, PLR0917 - the envelope of a message has this many parts
    config_file: Path, mail: Path, mail_from: str, rcpts: tuple[str, ...], client_ip: str, at: dt.datetime | None,
    listener: str, helo: str, dns: Path | None, *, is_asking: bool, as_json: bool,
) -> None:  # fmt: skip
    """Tell the whole story of one .eml: facts, every rule, verdict, fields, reply. Sends nothing."""
    from gateway.commands.explaining import explain as tell  # noqa: PLC0415 - as above

    if dns is not None and is_asking:
        raise click.UsageError("--dns and --look-up: only one can answer.")
    octets = mail.read_bytes()
    more: dict[str, Any] = {"listener": listener, "helo": helo, "dns": dns, "is_asking": is_asking}
    story = tell(config_file, octets, mail_from, rcpts, client_ip, at, **more)
    click.echo(msgspec.json.format(msgspec.json.encode(story.as_json), indent=2).decode() if as_json else story.text)
    sys.exit(story.exit_code)


@cli.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--labels",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Labels: CSV, TSV, JSON lines or one JSON object of path (name, SHA-256 or pattern) and label.",
)
@click.option(
    "--trust",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Trust folder; without one nobody is trusted.",
)
@click.option(
    "--revocation",
    type=click.Choice(["require", "soft", "off"]),
    default="require",
    show_default=True,
    help="What missing revocation data means, with --trust.",
)
@click.option(
    "--trust-embedded",
    is_flag=True,
    help="Trust whoever signed, at the time claimed: the outcome then tells of the document alone.",
)
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]),
    help="Instant to judge at; without a zone it is Vietnam's. Default: now.",
)
@click.option(
    "--config",
    "-c",
    "config_file",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Configuration: its budget and trust hold, and mails are judged.",
)
@click.option("--mail-from", help="Reverse-path of every mail. Default: the author's.")
@click.option("--rcpt", "rcpts", multiple=True, help="Forward-path of every mail. Default: To and Cc.")
@click.option(
    "--deadline",
    "deadline_s",
    type=click.FloatRange(0.1, 600),
    default=30.0,
    show_default=True,
    help="Seconds one file may take.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Files read at once.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def corpus(folder: Path, labels: Path | None, deadline_s: float, workers: int, *, quiet: bool, **options: Any) -> None:
    """Read every PDF, mail and other document below FOLDER (or one file) as the gateway would, one JSON line each.

    \b
    Mails are found by name (.eml) or content, also in mbox files and Maildirs.
    With --labels a last line holds the confusion table, and precision and recall
    of labels that are answers: passed (valid, true, ...), failed (invalid, ...),
    indeterminate, none (unsigned), relay, tag, reject, defer.
    Every word of a line: docs/corpora.md. Progress goes to standard error.
    Exit: 0 read, 66 nothing to read, 78 labels or configuration are no good.
    """  # noqa: D301 - click's mark of a paragraph that is not filled is the control character itself
    from gateway.commands.corpus import run as reading  # noqa: PLC0415 - as above
    from gateway.commands.corpus.labels import read_labels, table_lines  # noqa: PLC0415 - as above
    from gateway.edge.readers.pool import ReaderSettings  # noqa: PLC0415 - as above

    settings = ReaderSettings(workers=workers, deadline_s=2 * deadline_s)
    job = reading.make_job(**options)
    known, tally = read_labels(labels) if labels else None, reading.Tally()

    async def story() -> None:
        async for record in reading.read_corpus(folder, job, settings, known, tally=tally, without=labels):
            click.echo(msgspec.json.encode(record))
            if "confusion" in record:
                for line in table_lines(record):
                    click.echo(line, err=True)
            elif (progress := tally.count(record)) and not quiet:
                click.echo(progress, err=True)

    asyncio.run(story())
    if not quiet:
        click.echo(str(tally), err=True)
    if not tally.files:
        sys.exit(EX_NOINPUT)


@cli.command()
@click.argument("folder", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--journal", type=click.File("rb"), help="Log in JSON lines in place of mails; - reads stdin.")
@click.option(
    "--against",
    required=True,
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="The other configuration: what would change if it were in force.",
)
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]),
    help="Instant to judge at; without a zone it is Vietnam's. Default: now.",
)
@click.option("--mail-from", help="Reverse-path of every mail. Default: the author's.")
@click.option("--rcpt", "rcpts", multiple=True, help="Forward-path of every mail. Default: To and Cc.")
@click.option(
    "--client-ip", default="192.0.2.1", show_default=True, callback=read_address, help="Address of the client."
)
@listener_option
@click.option("--deadline", "deadline_s", type=click.FloatRange(0.1, 600), default=30.0, show_default=True,
              help="Seconds one mail may take.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Mails read at once.")
@config_option
def replay(folder: Path | None, journal: BinaryIO | None, *, as_json: bool, **options: Any) -> None:
    """Judge the mails of FOLDER (or one mbox or mail) under two configurations; tell what would change.

    \b
    Counted by agency and rule, with file names as examples: -c is the configuration
    in force, --against the other. Mails with a secrecy mark are counted and not named.
    With --journal the log stands in for mails that are gone; what it cannot tell is said.
    Exit: 0 done, 66 nothing to read, 78 one of the configurations is no good.
    """  # noqa: D301 - click's mark of a paragraph that is not filled is the control character itself
    from gateway.commands.replay.journal import replay_journal  # noqa: PLC0415 - as above
    from gateway.commands.replay.mails import replay_mails  # noqa: PLC0415 - as above

    if folder is not None and journal is None:
        task = replay_mails(folder, **options)
    elif journal is not None and folder is None:
        task = replay_journal(journal, **options)
    else:
        raise click.UsageError("Name a folder of mails, or --journal and a log.")
    hidden = not sys.stderr.isatty()
    progress: Any = click.progressbar(length=task.length, label="replay", file=sys.stderr, hidden=hidden)
    with progress as bar:
        changes = task.run(bar.update)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(changes.as_json())).decode())
    else:
        click.echo("\n".join(changes.table()))
    if not changes.mails:
        sys.exit(EX_NOINPUT)


@cli.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("/etc/congthu"))
@click.option("--domain", help="Mail domain of the agency, such as so-a.tinh-b.gov.vn.")
@click.option("--next-hop", help="Mail server behind the gateway, host:port.")
@click.option("--territory", help="Territory of the agency, such as binh-duong: it chooses the packs.")
@click.option("--begin", type=click.DateTime(["%Y-%m-%d"]), help="First day of observing. Default: today.")
@click.option("--observe-days", type=click.IntRange(1, 366), default=28, show_default=True, help="Days of observing.")
@click.option("--tag-days", type=click.IntRange(1, 366), default=28, show_default=True, help="Days of tagging.")
def init(folder: Path, begin: dt.datetime | None, observe_days: int, tag_days: int, **given: str | None) -> None:
    """Write a configuration, a registry and the calendar of a roll-out into FOLDER; overwrite nothing.

    \b
    What is not given is asked for on a terminal. The rules of the national pack and of
    the territory's packs are observed, then tag, then refuse, on days written down.
    Exit: 0 written, 2 something is missing or wrong, 73 a file is there already.
    """  # noqa: D301 - click's mark of a paragraph that is not filled is the control character itself
    import datetime as dt  # noqa: PLC0415 - as above

    from gateway.commands import starting  # noqa: PLC0415 - as above
    from gateway.values.zone import VIETNAM  # noqa: PLC0415 - as above

    questions = (
        ("domain", "Tên miền thư / mail domain", starting.read_domain),
        ("next_hop", "Máy chủ thư phía sau / mail server behind, host:port", starting.read_next_hop),
        ("territory", f"Địa bàn / territory ({', '.join(starting.known_territories())}, ...)", starting.read_territory),
    )
    domain, next_hop, territory = (answer(name, given[name], text, read) for name, text, read in questions)
    first = begin.date() if begin is not None else dt.datetime.now(VIETNAM).date()
    tags = first + dt.timedelta(days=observe_days)
    start = starting.Start(domain, next_hop, territory, first, tags, tags + dt.timedelta(days=tag_days))
    try:
        files = starting.write_start(folder, start)
    except FileExistsError as error:
        click.echo(f"error: {error.filename}: {error.strerror}", err=True)
        sys.exit(EX_CANTCREAT)
    click.echo(starting.next_steps(files, start, starting.packs_for(territory)))


@cli.command()
@click.option("--keep", is_flag=True, help="Leave the gateway running until Ctrl-C.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/demo"),
    show_default=True,
    help="Where configuration, certificates and mails are written.",
)
def demo(folder: Path, *, keep: bool) -> None:
    """Run the whole gateway on sample mails with an embedded next hop, from a source tree (`make demo`)."""
    try:
        from gateway.demo.run import run_demo  # noqa: PLC0415 - as above
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("gateway"):
            raise
        click.echo(
            f"error: {error.name} is not installed here, which draws the documents of the demonstration: a production "
            "host needs neither; run `make demo` in a source tree",
            err=True,
        )
        sys.exit(EX_UNAVAILABLE)
    sys.exit(run_demo(folder, keep=keep))
