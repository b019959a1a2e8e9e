"""The demonstration: the real daemon, an embedded next hop, sample mails by real SMTP, verdicts compared.

Everything is made anew under one folder and on free loopback ports; nothing needs root or the internet.
"""

from __future__ import annotations

import datetime as dt
import re
import signal
import smtplib
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from gateway.demo.dns import DemoDns
from gateway.demo.mails import KNOWN_MAILBOXES, PROVINCE, DemoMail, demo_mails
from gateway.demo.month import CONFIG as RECORDS
from gateway.demo.month import forget_month, show_month
from gateway.demo.nexthop import DemoNextHop
from gateway.demo.pki import throw_away_pki
from gateway.demo.ports import free_ports
from gateway.demo.senders import GREETING, sender_mails, zone

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.demo.pki import Pki

START_SECONDS = 30.0
TERRITORY = "binh-duong"
"""The demonstration's province is invented; it lies in the pack's territory so that its rules bind."""

_CONFIG = """\
[gateway]
host = "congthu.{province}"
help_base = "https://congthu.{province}/r"

[listen]
addresses = ["127.0.0.1:{smtp}"]

[relay]
relay_domains = [".{province}"]

[[relay.routes]]
name = "mailserver"
domains = [".{province}"]
hosts = ["127.0.0.1:{next_hop}"]
tls = "none"

[policy]
packs = ["national", "binh-duong-14-2014"]

[registry]
files = ["registry.toml"]

[trust]
folder = "trust"

[metrics]
listen = "127.0.0.1:{metrics}"

[log]
format = "json"
"""

_MORE = """
[ledger]
folder = "ledger"

[identity]
mode = "check"

[identity.dns]
addresses = ["127.0.0.1:{dns}"]

[[posture.entries]]
rule = "NAT-AUTH-2"
posture = "enforce"
"""

_AGENCY = """\
[[agency]]
id = "{id}"
name = "{name}"
names = [{names}]
notations = ["{notation}"]
level = "province"
class = "{kind}"
territory = "{territory}"
certificate = "{certificate}"
certificate_subjects = ["{subject}"]
domains = ["{domain}"]
mailboxes = [{mailboxes}]

"""


@dataclass(frozen=True)
class Outcome:
    """What came of one mail."""

    mail: DemoMail
    verdict: str
    """`relay`, `tag`, `reject`, `rcpt` or `defer`."""
    rules: str
    """Rule of the rejection or of the tags."""
    code: int
    reply: str
    """All lines, joined by line ends, without code."""

    @property
    def is_expected(self) -> bool:
        """True when the verdict, and the rule when one was named, are as they should be."""
        return self.verdict == self.mail.expected and (not self.mail.rule or self.mail.rule in self.rules.split())


def run_demo(folder: Path, *, keep: bool) -> int:
    """Run it; answer 0 when every verdict was as expected, else 1."""
    now = dt.datetime.now(dt.UTC)
    folder.mkdir(parents=True, exist_ok=True)
    forget_month(folder)
    ports = free_ports(4)
    pki = throw_away_pki(now)
    mails = [*demo_mails(pki, now), *sender_mails()]
    write_world(folder, pki, ports[:3])
    zone_file = folder / "dns.zone"
    zone_file.write_text(zone(), "utf-8")
    with (folder / "congthu.toml").open("a", encoding="utf-8") as configuration:
        configuration.write(_MORE.format(dns=ports[3]))
        configuration.write(RECORDS.format(folder=folder.absolute()))
    names = DemoDns(zone_file, ports[3])
    names.start()
    click.echo(f"Made a throw-away CA, 3 agencies and {len(mails)} mails in {folder}/")
    next_hop = DemoNextHop(KNOWN_MAILBOXES, ports[1])
    next_hop.start()
    # told to end, it ends the gateway first, as after Ctrl-C: an orphan would hold the ports
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(128 + signal.SIGTERM))
    log = (folder / "gateway.log").open("wb")
    daemon = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "gateway", "run", "--config", str(folder / "congthu.toml")], stdout=log, stderr=log
    )
    try:
        _wait_until_ready(daemon, ports[2], folder)
        outcomes = [_send(mail, number, ports[0], next_hop, folder) for number, mail in enumerate(mails, 1)]
        _print_table(outcomes)
        _print_replies(outcomes)
        _print_counters(ports[2])
        expected = sum(outcome.is_expected for outcome in outcomes)
        click.echo(f"\n{len(outcomes)} mails, {expected} as expected; the next hop holds {len(next_hop.messages)}")
        click.echo(f"explain one:  .venv/bin/congthu explain {folder}/02.eml --config {folder}/congthu.toml \\")
        click.echo(f"                --mail-from {mails[1].reverse_path} --rcpt {mails[1].forward_path}")
        click.echo(f"look into the ledger:  .venv/bin/congthu ledger show --config {folder}/congthu.toml")
        show_month(folder, now)
        if keep:
            click.echo(f"SMTP 127.0.0.1:{ports[0]}   metrics http://127.0.0.1:{ports[2]}/metrics   Ctrl-C ends it")
            _wait_for_interrupt(daemon)
        return 0 if expected == len(outcomes) else 1
    finally:
        daemon.terminate()
        daemon.wait()
        log.close()
        next_hop.stop()
        names.stop()


def write_world(folder: Path, pki: Pki, ports: list[int]) -> None:
    """Write configuration, registry and trust of the demonstration; `ports` are SMTP, next hop, metrics."""
    smtp, next_hop, metrics = ports
    text = _CONFIG.format(province=PROVINCE, smtp=smtp, next_hop=next_hop, metrics=metrics)
    (folder / "congthu.toml").write_text(text, "utf-8")
    pki.write(folder / "trust")
    agencies = [
        ("vpubnd", "Văn phòng UBND tỉnh Thử Nghiệm", ("VP UBND tỉnh Thử Nghiệm",), "VPUBND", "vpubnd", "none", ""),
        ("so-a", "Sở A tỉnh Thử Nghiệm", ("Sở A",), "SA", "department", "issued", "SỞ A"),
        ("so-b", "Sở B tỉnh Thử Nghiệm", ("Sở B",), "SB", "department", "none", ""),
    ]
    registry = ""
    for agency_id, name, names, notation, kind, certificate, subject in agencies:
        host = f"{agency_id.replace('-', '')}.{PROVINCE}"
        mailboxes = [f'"vanthu@{host}"', f'{{ address = "chuyenvien@{host}", kind = "personal" }}']
        registry += _AGENCY.format(
            id=agency_id, name=name, names=", ".join(f'"{one}"' for one in names), notation=notation, kind=kind,
            territory=TERRITORY, certificate=certificate, subject=subject or name, domain=host,
            mailboxes=", ".join(mailboxes),
        )  # fmt: skip
    (folder / "registry.toml").write_text(registry, "utf-8")


def _wait_until_ready(daemon: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    started = time.monotonic()
    while time.monotonic() < started + START_SECONDS:
        if daemon.poll() is not None:
            raise click.ClickException(f"the gateway ended with {daemon.returncode}; see {folder}/gateway.log")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                click.echo(f"The gateway took mail after {time.monotonic() - started:.1f} s")
                return
        except OSError:
            time.sleep(0.05)
    raise click.ClickException(f"the gateway is not ready after {START_SECONDS:.0f} s; see {folder}/gateway.log")


def _send(mail: DemoMail, number: int, port: int, next_hop: DemoNextHop, folder: Path) -> Outcome:
    """Send one mail and see what became of it on both sides."""
    (folder / f"{number:02}.eml").write_bytes(mail.octets)
    before = len(next_hop.messages)
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo(GREETING)
        client.mail(mail.reverse_path)
        code, reply = client.rcpt(mail.forward_path)
        if code >= 400:
            verdict = "rcpt" if code >= 500 else "defer"
            return Outcome(mail, verdict, _rule_in(reply), code, reply.decode("ascii"))
        code, reply = client.data(mail.octets)
    text = reply.decode("ascii")
    if code >= 400:
        return Outcome(mail, "reject" if code >= 500 else "defer", _rule_in(reply), code, text)
    if len(next_hop.messages) != before + 1:
        return Outcome(mail, "lost", "", code, text)
    received = next_hop.messages[-1][1]
    verdict_field = re.search(rb"^Congthu-Verdict:((?:.*\r\n)(?:[ \t].*\r\n)*)", received, re.MULTILINE)
    words = verdict_field[1].decode("ascii") if verdict_field else ""
    disposition = re.search(r"disposition=(\w+)", words)
    rules = sorted(
        {rule for rule, posture in re.findall(r"rule=([\w-]+):\S+?:\w+:(\w+)", words) if posture != "observe"}
    )
    return Outcome(mail, disposition[1] if disposition else "unmarked", " ".join(rules), code, text)


def _rule_in(reply: bytes) -> str:
    found = re.search(rb"\[([\w-]+) ", reply)
    return found[1].decode("ascii") if found else ""


def _print_table(outcomes: list[Outcome]) -> None:
    click.echo(f"\n{'#':>2}  {'cơ quan':8} {'thư':50} {'kết quả':8} {'mã':4} quy tắc")
    for number, outcome in enumerate(outcomes, 1):
        mail = outcome.mail
        mark = "" if outcome.is_expected else f"   <-- expected {mail.expected} {mail.rule}"
        click.echo(
            f"{number:2}  {mail.agency:8} {mail.title:50} {outcome.verdict:8} {outcome.code:<4} {outcome.rules}{mark}"
        )


def _print_replies(outcomes: list[Outcome]) -> None:
    click.echo("\nWhat refused senders read:")
    for number, outcome in enumerate(outcomes, 1):
        if outcome.code >= 400:
            lines = outcome.reply.split("\n")
            click.echo(f"{number:2}  {outcome.code} {lines[0]}")
            for line in lines[1:]:
                click.echo(f"        {line}")


def _print_counters(port: int) -> None:
    """Scrape /metrics and show the messages of each agency."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as page:
        text = page.read().decode()
    click.echo("\nPer agency, from /metrics:")
    for line in text.splitlines():
        if line.startswith("congthu_messages_total{") and not line.endswith(" 0.0"):
            click.echo(f"  {line}")


def _wait_for_interrupt(daemon: subprocess.Popen[bytes]) -> None:
    try:
        daemon.wait()
    except KeyboardInterrupt:
        click.echo()
