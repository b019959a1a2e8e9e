"""Measure `congthu trace` on a large log: `.venv/bin/python scripts/tracebench.py [MEGABYTES]`.

The log is written through the real journal: mail of 500 agencies, a refusal in 20, a next hop that fails now and then.
Then it is searched by what a caller may know, and the seconds of each command are printed.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gateway.daemon.ids import new_transaction_id
from gateway.edge.observers.journal import Journal
from gateway.edge.observers.journal_stream import Stream

START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
KINDS = 4_000
"""Lines written through the journal; the log repeats them with ids and times of their own."""


def main() -> None:
    """Write the log, search it, delete it."""
    octets = int(sys.argv[1] if len(sys.argv) > 1 else 1_000) * 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        wanted = write_log(log, octets)
        print(f"{log.stat().st_size:,} octets, {wanted['lines']} lines")
        log.read_bytes()  # as the second question of a caller finds it: in the cache of files
        for title, options in (
            ("by id", [wanted["id"]]),
            ("by an id that is not there", ["ZZZZZZZZZZZZ"]),
            ("by sender", ["--from", wanted["from"]]),
            ("by recipient's domain", ["--rcpt", ".so-7.tinh-b.example"]),
            ("by queue id", ["--queue-id", wanted["queue_id"]]),
            ("by agency", ["--agency", "so-7"]),
            ("by rule", ["--rule", "NAT-SIG-1"]),
            ("since", ["--since", "2026-11-01"]),
        ):
            began = time.perf_counter()
            command = [sys.executable, "-m", "gateway", "trace", *options, "--log", str(log)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            seconds = time.perf_counter() - began
            print(f"{title:28} {seconds:5.1f} s  exit {done.returncode}  {done.stdout.splitlines()[:1]}")


def write_log(log: Path, octets: int) -> dict[str, str]:
    """Fill a file; give what can be asked of a message in its middle."""
    random.seed(13)
    lines = kinds(log)
    number, wanted, size = 0, {}, 0
    with log.open("wb") as file:
        while size < octets:
            moment = (START + dt.timedelta(seconds=number)).isoformat(timespec="milliseconds")[:23]
            line = random.choice(lines)
            identity, queued = new_transaction_id(), f"{random.getrandbits(44):011X}"
            line = line.replace(b"IDENTITY", identity.encode()).replace(b"QUEUED", queued.encode())
            line = line.replace(b"MOMENT", moment.encode()).replace(b"PERSON", b"p%d" % (number % 9_973))
            size += file.write(line)
            number += 1
            if size > octets // 2 and "id" not in wanted and b'"transaction"' in line and queued.encode() in line:
                sender = line.partition(b'"from":"')[2].partition(b'"')[0].decode()
                wanted |= {"id": identity, "queue_id": queued, "from": sender}
    return wanted | {"lines": f"{number:,}"}


def kinds(file: Path) -> list[bytes]:
    """Write lines of every kind through the journal, with words to be replaced."""
    with file.open("wb") as stream:
        journal = Journal(Stream(os.dup(stream.fileno()), 1 << 26), now=lambda: "MOMENTZ")
        for _ in range(KINDS):
            write_one(journal, random.randrange(500), random.random())
        journal.close(60)
    return file.read_bytes().splitlines(keepends=True)


def write_one(journal: Journal, agency: int, luck: float) -> None:
    """Write the line of one mail."""
    domain = f"so-{agency}.tinh-b.example"
    who = {
        "id": "IDENTITY",
        "client": f"10.0.{agency % 250}.{agency % 200}",
        "client_name": f"mail.{domain}",
        "helo": f"mail.{domain}",
        "from": f"PERSON.vanthu@{domain}",
    }
    hop = {"route": "mailserver", "next_hop": "mail.tinh-b.example[10.0.0.10]:25"}
    if luck < 0.02:
        journal.event("relay_failed", id="IDENTITY", **hop, result="temporary_failure", stage="DATA",
                      situation="next_hop_lost", reason="451 queue file write error", duration_ms=20.5)  # fmt: skip
        return
    if luck < 0.06:
        journal.event("refused", **who, to=f"khongco@so-{agency % 7}.tinh-b.example", command="RCPT", code=550,
                      status="5.1.1", situation="next_hop", **hop, stage="RCPT",
                      next_hop_reply="550 5.1.1 Recipient address rejected: User unknown")  # fmt: skip
        return
    is_refused = luck < 0.11
    journal.event("transaction", **who, to_count=2, to=[f"vanthu@so-{random.randrange(500)}.tinh-b.example",
                  f"hanhchinh@so-{random.randrange(500)}.tinh-b.example"], agency=f"so-{agency}", direction="internal",
                  identity="verified", authentication=["spf=pass", "dkim=pass", "dmarc=pass", "arc=none"],
                  disposition="reject" if is_refused else "relay", posture="enforce" if is_refused else "",
                  rules=["NAT-SIG-1"] if is_refused else [], would=["NAT-8"] if luck > 0.7 else [],
                  size=random.randrange(4_000, 4_000_000),
                  stages_ms={"receive": 12.1, "wait": 0.3, "read": 44.2, "judge": 1.9, "relay": 35.4}, total_ms=82.6,
                  **({} if is_refused else hop | {"next_hop_reply": "250 2.0.0 Ok: queued as QUEUED",
                                                  "next_hop_tls": "TLSv1.3"}),
                  code=554 if is_refused else 250, status="5.7.1" if is_refused else "2.0.0", generation=3)  # fmt: skip


if __name__ == "__main__":
    main()
