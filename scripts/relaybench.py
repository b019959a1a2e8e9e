"""Benchmark: Congthu against Debian's Postfix and amavisd in one run on one machine; prints tables for a note.

Plain Postfix relays the same mails unread, amavisd looks at names only; Congthu inspects everything and
verifies every signature. The clock of a rate runs until the sink holds all messages.

usage: relaybench.py [--runs 3] [--quick] [--only congthu,postfix,amavisd]
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import platform
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench_fairness import PARTS, SMALL_MAILS, Stream, beside, mail_of_parts
from bench_identity import compare
from bench_ledger import Cost
from bench_ledger import compare as compare_ledgers
from bench_load import RECIPIENT, SENDER, Sink, running_sink, sender_timing, source_rate, wire_form
from bench_peers import Peer, amavisd, free_port, postfix, wait_for_port

from gateway.demo.cms_maker import CmsPlan
from gateway.demo.documents import official_pdf
from gateway.demo.pki import Subject, throw_away_pki
from gateway.demo.signing import SignPlan, sign_pdf, variant

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Path("/var/tmp/congthu-bench")
"""Readable by the accounts Postfix and amavisd run under."""
DOMAIN = "bench.gov.vn"

CONFIG = """\
[gateway]
host = "congthu.bench.gov.vn"
[listen]
addresses = ["127.0.0.1:{smtp}"]
[listen.limits]
sessions_per_client_limit = 1000
[relay]
relay_domains = [".bench.gov.vn"]
[[relay.routes]]
name = "sink"
domains = [".bench.gov.vn"]
hosts = ["127.0.0.1:{sink}"]
tls = "none"
[policy]
packs = ["national", "binh-duong-14-2014"]
[registry]
files = ["registry.toml"]
[trust]
folder = "trust"
[metrics]
listen = "127.0.0.1:{metrics}"
"""
REGISTRY = """\
[[agency]]
id = "so-a"
name = "Sở A tỉnh Thử Nghiệm"
names = ["Sở A"]
notations = ["SA"]
level = "province"
class = "department"
territory = "binh-duong"
certificate = "issued"
certificate_subjects = ["SỞ A"]
domains = ["soa.bench.gov.vn"]
mailboxes = ["vanthu@soa.bench.gov.vn"]
[[agency]]
id = "vpubnd"
name = "Văn phòng UBND tỉnh Thử Nghiệm"
level = "province"
class = "vpubnd"
territory = "binh-duong"
certificate = "issued"
domains = ["vpubnd.bench.gov.vn"]
mailboxes = ["vanthu@vpubnd.bench.gov.vn"]
"""


class Kind(NamedTuple):
    """One row of the table."""

    name: str
    mails: list[Path]
    """One mail to send many times, or as many distinct ones."""
    messages: int
    sessions: int


def make_mails(folder: Path, scale: float, *, is_small_only: bool = False) -> list[Kind]:
    """Make the mails of every row, or of the first, signed by one agency; distinct documents differ, signed anew.

    Their figure is one for all of them, as a letterhead is, except where the row says otherwise.
    """
    folder.mkdir(parents=True)
    now = dt.datetime.now(dt.UTC)
    pki = throw_away_pki(now)
    pki.write(HOME / "congthu" / "trust")
    agency = pki.leaf("bench", Subject(mailbox=SENDER), kind="rsa")

    def mail(name: str, document: bytes | None) -> Path:
        message = EmailMessage()
        message["From"], message["To"] = SENDER, RECIPIENT
        message["Subject"] = "125/SA-VP V/v triển khai gửi, nhận văn bản điện tử"
        message["Date"], message["Message-ID"] = "Sat, 21 Nov 2026 09:00:00 +0700", f"<{name}@{DOMAIN}>"
        message.set_content("Kính gửi Văn phòng UBND tỉnh,\n\n" + "Sở A gửi văn bản kèm theo để thực hiện. " * 15)
        if document is None:
            message.replace_header("Subject", "Trao đổi lịch làm việc giữa hai văn phòng")
        else:
            message.add_attachment(document, maintype="application", subtype="pdf", filename="125_SA-VP.signed.pdf")
        path = folder / f"{name}.eml"
        path.write_bytes(message.as_bytes())  # LF: smtp-source makes them CRLF
        return path

    def signed(size_octets: int, figure: int = 0) -> bytes:
        plan = SignPlan(cms=CmsPlan(signing_time=now))
        return sign_pdf(official_pdf(size_octets=size_octets, figure=figure), agency, plan)

    def distinct(name: str, document: bytes, count: int) -> list[Path]:
        return [mail(f"{name}-{number}", variant(document, number, agency)) for number in range(1, count + 1)]

    def of_its_own(name: str, size_octets: int, count: int) -> list[Path]:
        return [mail(f"{name}-own-{number}", signed(size_octets, number)) for number in range(1, count + 1)]

    count = lambda full: max(4, int(full * scale))  # noqa: E731 - shorter than a function here
    small = Kind("1.4 kB, no attachment", [mail("small", None)], count(3000), 20)
    if is_small_only:
        return [small]
    middle, large = signed(300_000), signed(5_000_000)
    return [
        small,
        Kind("300 kB PDF signed, seen before", [mail("middle", middle)], count(1000), 20),
        Kind("300 kB PDF signed, every one new", distinct("middle", middle, count(400)), count(400), 20),
        Kind("5 MB PDF signed, seen before", [mail("large", large)], count(100), 10),
        Kind("5 MB PDF signed, every one new", distinct("large", large, count(60)), count(60), 10),
        Kind("300 kB, every one new, its figure too", of_its_own("middle", 300_000, count(400)), count(400), 20),
        Kind("5 MB, every one new, its figure too", of_its_own("large", 5_000_000, count(60)), count(60), 10),
    ]


@contextlib.contextmanager
def congthu(home: Path, sink: int, more: str = "") -> Iterator[Peer]:
    """Run the gateway as its own process with its default settings, and so much more configuration."""
    smtp, metrics = free_port(), free_port()
    (home / "congthu.toml").write_text(CONFIG.format(smtp=smtp, sink=sink, metrics=metrics) + more)
    (home / "registry.toml").write_text(REGISTRY)
    # memory for notes of the ledger, as systemd gives it to the service (`RuntimeDirectory=`)
    memory = tempfile.TemporaryDirectory(prefix="congthu-bench-", dir="/dev/shm")
    with (home / "log").open("ab") as log, memory as notes:
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "run", "--config", str(home / "congthu.toml")],
            stderr=log,
            env=os.environ | {"RUNTIME_DIRECTORY": notes},
        )
        try:
            wait_for_port(smtp)
            NOTES.setdefault("start-up, process start to first 220", f"{time.monotonic() - started:.2f} s")
            PROCESS.update(pid=process.pid, metrics=metrics)
            yield Peer(smtp, process.pid)
        finally:
            process.terminate()
            process.wait()


NOTES: dict[str, str] = {}
PROCESS: dict[str, int] = {}
PEERS = {"congthu": congthu, "postfix": postfix, "amavisd": amavisd}
LARGE_HELD = 30
"""Large mails a stream consists of: its sender holds them all."""
LARGE_OCTETS = 100_000
"""Mails above go to a sink that reads large pieces."""
SHARES = {"congthu": 1.0, "postfix": 1.0, "amavisd": 0.25}
"""Of the messages of a row: a slow peer's rate is as well known from fewer."""


def resident_octets(pid: int) -> int:
    """Proportional set size of a process and all below it, from /proc."""
    total = 0
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            total += int(line.split()[1]) * 1024
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            total += resident_octets(int(child))
    return total


class Measure(NamedTuple):
    """One row at one peer in one round."""

    rate: float
    """Messages per second, from the first connection until the sink holds the last one."""
    cpu_ms: float
    """Processor time of the peer, all its processes, per message."""


def measure(kind: Kind, peer: Peer, sink: Sink) -> Measure:
    """Send the messages of one row through one peer."""
    before = tree_cpu_seconds(peer.pid)
    if len(kind.mails) == 1:
        count, rate = kind.messages, source_rate(peer.port, sink, kind.mails[0], kind.messages, kind.sessions)
    else:
        count, rate = len(kind.mails), sender_timing(peer.port, sink, kind.mails, kind.sessions).rate
    return Measure(rate, 1000 * (tree_cpu_seconds(peer.pid) - before) / count)


def throughput(kinds: list[Kind], peers: list[str], runs: int) -> None:
    """Print the table of README's performance section, a peer each: medians, ratios of pairs within one round."""
    found: dict[tuple[str, str], list[Measure]] = {}
    for _ in range(runs):
        for kind in kinds:
            for name in peers:
                sinks = running_sink(free_port(), is_large=kind.mails[0].stat().st_size > LARGE_OCTETS)
                with sinks as sink, PEERS[name](HOME / name, sink.port) as peer:
                    if len(kind.mails) == 1:  # warm connections, processes and caches, at every peer alike
                        source_rate(peer.port, sink, kind.mails[0], max(4, kind.messages // 20), kind.sessions)
                    share = kind._replace(messages=max(4, int(kind.messages * SHARES[name])))
                    share = share._replace(mails=share.mails[: share.messages])
                    one = measure(share, peer, sink)
                    found.setdefault((kind.name, name), []).append(one)
                    print(f"  {kind.name:37} {name:8} {one.rate:8.1f} msg/s {one.cpu_ms:8.2f} ms CPU", flush=True)
    for name in peers[1:]:
        print(f"\n| mail | Congthu, mails a second | {name.replace('postfix', 'Postfix')} | ratio |\n|---|---|---|---|")
        for kind in kinds:
            ours, theirs = found[kind.name, peers[0]], found[kind.name, name]
            ratio = statistics.median(our.rate / their.rate for our, their in zip(ours, theirs, strict=True))
            print(f"| {kind.name} | {_cell(ours)} | {_cell(theirs)} | {ratio:.2f} |")


def _cell(row: list[Measure]) -> str:
    """Write mails a second, and in brackets milliseconds of processor time, to two digits."""
    cpu_ms = statistics.median(one.cpu_ms for one in row)
    return f"{statistics.median(one.rate for one in row):.0f} ({cpu_ms:.{1 if cpu_ms < 9.95 else 0}f})"


def latency(kinds: list[Kind], scale: float) -> None:
    """Print p50 and p99 from the final dot to the reply, at 10 and 50 sessions."""
    print(f"\n{'latency of congthu':34} sessions   p50 ms   p99 ms")
    for kind in kinds[:3]:
        for sessions in (10, 50):
            is_large = kind.mails[0].stat().st_size > LARGE_OCTETS
            with running_sink(free_port(), is_large=is_large) as sink, congthu(HOME / "congthu", sink.port) as peer:
                mails = (kind.mails * max(1, int(600 * scale)))[: max(20, int(600 * scale))]
                timing = sender_timing(peer.port, sink, mails, sessions)
            print(f"{kind.name:34} {sessions:8} {timing.p50_ms:8.1f} {timing.p99_ms:8.1f}")


def fairness(kinds: list[Kind], scale: float) -> None:
    """Print p50 and p99 of small mail of one client, alone and beside streams of another."""
    parts = mail_of_parts(HOME / "mails" / "parts.eml")
    streams = [Stream(kind.name, kind.mails[:LARGE_HELD]) for kind in kinds[3:5]]
    streams.append(Stream(f"{PARTS} parts", [parts]))
    print("\n| small mail of one client | 50 % within ms | 99 % within ms |\n|---|---|---|")
    for stream in (None, *streams):
        with running_sink(free_port(), is_large=True) as sink, congthu(HOME / "congthu", sink.port) as peer:
            beside(peer.port, sink, kinds[0].mails[0], None, 50)  # warm, as for the rates
            timing = beside(peer.port, sink, kinds[0].mails[0], stream, max(100, int(SMALL_MAILS * scale)))
        name = f"beside a stream of another: {stream.name}" if stream is not None else "alone"
        print(f"| {name} | {timing.p50_ms:.0f} | {timing.p99_ms:.0f} |", flush=True)


def identity(kind: Kind, runs: int) -> None:
    """Print what checking the sender costs small mail."""

    def run(mail: Path, more: str) -> tuple[float, float]:
        one = kind._replace(mails=[mail])
        with running_sink(free_port()) as sink, congthu(HOME / "congthu", sink.port, more) as peer:
            source_rate(peer.port, sink, mail, max(4, kind.messages // 20), kind.sessions)
            return tuple(measure(one, peer, sink))

    compare(kind.mails[0], HOME, free_port(), run, runs)


def ledger(kind: Kind, runs: int, scale: float) -> None:
    """Print what a ledger costs small mail."""

    def run(more: str) -> Cost:
        mail = kind.mails[0]
        with running_sink(free_port()) as sink, congthu(HOME / "congthu", sink.port, more) as peer:
            source_rate(peer.port, sink, mail, max(4, kind.messages // 20), kind.sessions)
            found = measure(kind._replace(messages=max(100, kind.messages // 3)), peer, sink)
            timing = sender_timing(peer.port, sink, [mail] * max(20, int(300 * scale)), 1)
            return Cost(found.rate, found.cpu_ms, timing.p50_ms, timing.p99_ms)

    compare_ledgers(HOME / "congthu" / "ledger", run, runs)


def memory_and_abuse(kinds: list[Kind]) -> None:
    """Print memory at rest and per message in flight, and what hostile octets cost."""
    with running_sink(free_port()) as sink, congthu(HOME / "congthu", sink.port) as peer:
        at_rest = resident_octets(PROCESS["pid"])
        print(f"\nmemory at rest (all processes, proportional): {at_rest / 1e6:.0f} MB")
        print(f"memory per message in flight: {in_flight(peer.port, kinds[3].mails[0]):.2f} x message size")
        for name, octets in (
            ("10 MB of empty lines", b"\r\n" * 5_000_000),
            ("one endless line of 10 MB", b"a" * 10_000_000),
        ):
            before, started = cpu_seconds(PROCESS["pid"]), time.monotonic()
            send_octets(peer.port, octets)
            spent = cpu_seconds(PROCESS["pid"]) - before
            print(f"{name}: {time.monotonic() - started:.2f} s, {spent:.2f} s CPU of the main process")
    for name, value in NOTES.items():
        print(f"{name}: {value}")


def in_flight(port: int, mail: Path) -> float:
    """Memory the main process holds for 20 messages that are complete but for their final dot, by message size."""
    import socket  # noqa: PLC0415 - only here

    octets = wire_form(mail.read_bytes()).removesuffix(b".\r\n")
    before = own_octets(PROCESS["pid"])
    connections = []
    for _ in range(20):
        connection = socket.create_connection(("127.0.0.1", port), 30)
        stream = connection.makefile("rb")
        for line in (
            b"",
            b"EHLO bench\r\n",
            b"MAIL FROM:<%s>\r\n" % SENDER.encode(),
            b"RCPT TO:<%s>\r\n" % RECIPIENT.encode(),
            b"DATA\r\n",
        ):
            connection.sendall(line)
            while stream.readline()[3:4] == b"-":
                pass
        connection.sendall(octets)
        connections.append(connection)
    time.sleep(1.5)
    held = own_octets(PROCESS["pid"]) - before
    for connection in connections:
        connection.close()
    return held / (20 * len(octets))


def own_octets(pid: int) -> int:
    """Resident memory of one process, its memory files included (/proc/PID/statm counts mapped pages only)."""
    rss = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    files = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            if "memfd:" in str(link.readlink()):
                files += link.stat().st_blocks * 512
    return rss + files


def cpu_seconds(pid: int) -> float:
    """User and system time of one process so far."""
    return sum(_times(pid)[:2])


def tree_cpu_seconds(pid: int) -> float:
    """User and system time so far of a process and all below it, those it has waited for included."""
    total = sum(_times(pid))
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # ended meanwhile: its time is its parent's now
            total += sum(tree_cpu_seconds(int(child)) for child in (task / "children").read_text().split())
    return total


def _times(pid: int) -> list[float]:
    """User and system time of a process, and of the children it waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [int(field) / os.sysconf("SC_CLK_TCK") for field in fields[11:15]]


def send_octets(port: int, octets: bytes) -> None:
    """Send one message of hostile shape and wait for whatever the answer is."""
    import smtplib  # noqa: PLC0415 - only here

    with smtplib.SMTP("127.0.0.1", port, timeout=120) as client:
        client.ehlo("bench")
        client.mail(SENDER)
        client.rcpt(RECIPIENT)
        client.putcmd("data")
        client.getreply()
        client.send(octets + b"\r\n.\r\n")
        client.getreply()


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a tenth of the messages, one run: does it work at all")
    parser.add_argument("--only", default="congthu,postfix,amavisd")
    parser.add_argument("--identity", action="store_true", help="only what checking the sender costs")
    parser.add_argument("--ledger", action="store_true", help="only what a ledger costs")
    parser.add_argument("--rows", default="", help="words a row's name must contain, comma separated")
    options = parser.parse_args()
    scale = 0.1 if options.quick else 1.0
    flags = sysconfig.get_config_var("CONFIG_ARGS") or ""
    build = "with" if "--enable-optimizations" in flags else "without"
    build = "Debian's" if sys.base_prefix == "/usr" else f"{build} --enable-optimizations"  # Debian's rules do it apart
    print(f"Python {platform.python_version()} ({build}), {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    subprocess.run(["rm", "-rf", str(HOME)], check=True)
    (HOME / "congthu").mkdir(parents=True)
    kinds = make_mails(HOME / "mails", scale, is_small_only=options.identity)
    if options.identity:
        identity(kinds[0], 1 if options.quick else options.runs)
        return
    if options.ledger:
        ledger(kinds[0], 1 if options.quick else options.runs, scale)
        return
    chosen = [kind for kind in kinds if all(word in kind.name for word in options.rows.split(",") if word)]
    throughput(chosen, options.only.split(","), 1 if options.quick else options.runs)
    if not options.rows:
        latency(kinds, scale)
        fairness(kinds, scale)
        identity(kinds[0], 1 if options.quick else options.runs)
        memory_and_abuse(kinds)


if __name__ == "__main__":
    main()
