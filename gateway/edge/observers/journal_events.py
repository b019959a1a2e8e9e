"""The reference of log events: name, severity, keys and meaning of every line the journal can write.

`docs/log.md` is written from this table, and `gateway.edge.observers.journal` refuses what is not in it.
"""

from __future__ import annotations

import msgspec

SEVERITIES = ("debug", "info", "warning", "error", "fatal")
"""From the least; no event is `debug` today."""


class Event(msgspec.Struct, frozen=True):
    """One row of the event reference."""

    severity: str
    """`info`, `warning`, `error` or `fatal`: words of Postfix with the same meaning."""
    keys: tuple[str, ...]
    meaning: str


_WHO = ("id", "client", "client_name", "helo", "login", "through", "ident", "proxy", "from")
EVENTS: dict[str, Event] = {
    "transaction": Event("info", (*_WHO, "to_count", "to", "agency", "direction", "identity", "authentication",
        "disposition", "posture", "rules", "would", "waived", "size", "stages_ms", "total_ms", "route", "next_hop",
        "next_hop_reply", "next_hop_tls", "code", "status", "situation", "generation"),
        "A final dot was answered; one line a transaction. `identity` and `authentication`: whether the author is who "
        "From says, and what SPF, DKIM, DMARC and ARC gave; absent where nobody looked. `waived`: rule and waiver of "
        "each finding a waiver covers. `next_hop_tls`: the "
        "version of TLS, `none`, or `failed` where it was offered, failed, and the mail went in plain."),
    "secret_transaction": Event("warning", ("id", "client", "from", "to_count", "to", "disposition", "rules", "code"),
        "The same for a message with a marked state secret: only identity, time, parties and rule."),
    "checked": Event("info", (*_WHO, "agency", "identity", "disposition", "rules", "would", "size", "total_ms", "route",
        "next_hop", "next_hop_reply", "code", "status", "situation", "result", "generation"),
        "A mail to the check address was read, and answered or not (`result`); `disposition` is what a real mail would "
        "have had. Nothing of it was relayed. One with a marked secret has the line `secret_transaction`."),
    "refused": Event("info", (*_WHO, "to", "said", "command", "rule", "code", "status", "situation", "route",
        "next_hop", "stage", "next_hop_reply"), "A command was refused, or a message before it was read: by us "
        "(`situation`), by a rule, or by the next hop; `next_hop_reply`: what it said, or what failed at "
        "`stage` of asking it."),
    "lines_left_out": Event("info", ("client", "next_hop", "count"),
        "So many further lines `refused`, `session_refused` and `tls_failed` about a client, or `relay_in_plain` about "
        "a next hop, in the minute before."),
    "opinions_differ": Event("warning", ("id", "agency", "opinions"),
        "Readers contradict each other about a signature of this message; none of them was believed."),
    "session_refused": Event("info", ("client", "helo", "listener", "result", "situation"),
        "A session was not admitted or was ended by us; `situation` is the reply it was given."),
    "tls_failed": Event("info", ("client", "listener", "reason"), "A TLS handshake with a client failed."),
    "relay_failed": Event("warning", ("id", "route", "next_hop", "result", "stage", "situation", "reason",
        "duration_ms"), "An attempt at a next hop ended in anything but a delivery: at which stage, with which reply "
        "of it or error of TLS or system. `gateway_refused`: it refuses us, whoever sends."),
    "relay_in_plain": Event("warning", ("id", "route", "next_hop", "reason"),
        "A next hop offered STARTTLS and failed at it, with this reply or error; `opportunistic` goes on in plain."),
    "reloaded": Event("info", ("generation",), "A new configuration generation runs."),
    "reload_failed": Event("error", ("generation", "problem_count", "problems"),
        "A reload was refused; the generation named here keeps running."),
    "restart_needed": Event("warning", ("generation", "settings"),
        "A reload was taken, but these settings of it are in force only after a restart."),
    "trust_fetched": Event("info", ("asked", "fresh", "failed"),
        "The trust service brought revocation data that is newer than what was known."),
    "trust_fetch_failed": Event("warning", ("address", "authority", "reason"),
        "The trust service asked in vain; what was known stays. Reasons: docs/trust.md."),
    "ledger_opened": Event("info", ("file", "hash"),
        "The ledger is written to this file from now on; `hash` is that of its last record. With the log on another "
        "host it shows whether somebody rewrote the ledger (docs/ledger.md)."),
    "ledger_fails": Event("error", ("reason",), "No record can be written: `full`, `locked`, `read_only`, `damaged` or "
        "`other`. Mail goes on, records wait in memory; tried again every second until `ledger_opened` comes."),
    "started": Event("info", ("version", "generation", "listeners"), "The daemon takes mail."),
    "draining": Event("info", ("sessions", "deadline_s"), "The daemon was told to stop and finishes open sessions."),
    "stopped": Event("info", ("duration_s",), "The daemon ends."),
    "sandbox_reduced": Event("warning", ("missing",), "Workers run without these layers: the kernel offers none."),
    "readers_fail": Event("error", ("reason",),
        "No worker reads a mail of our own: mail gets 451 and `/readyz` says no until one does. Tried every 10 s."),
    "readers_work": Event("info", (), "A worker reads that mail again."),
    "reader_lost": Event("warning", ("pid",),
        "A reader worker died, failed or overran and is replaced. What it was reading got 451 (`worker_lost`, "
        "`deadline`), or went on without the file that did it (docs/adr/0013)."),
    "bug": Event("error", ("where", "kind", "place"),
        "An unexpected exception: its class and the line of our code, no text. Its mail got 451; come again, it is "
        "judged with what the bug cost as unread (docs/adr/0013)."),
    "library": Event("warning", ("logger", "kind"), "A library logged a warning: its fixed words, none of its values."),
    "lines_lost": Event("error", ("count",), "So many lines were dropped: the reader had stopped reading."),
}  # fmt: skip


def reference() -> str:
    """Write docs/log.md."""
    rows = "\n".join(
        f"| `{name}` | {event.severity} | {', '.join(f'`{key}`' for key in event.keys) or '-'} | {event.meaning} |"
        for name, event in EVENTS.items()
    )
    return _HEAD + rows + "\n"


_HEAD = """# Log

Written by `scripts/reference` from `gateway/edge/observers/journal_events.py`; a test compares them.

One JSON line an event on standard error (journald or a container takes it from there); columns for people when
that is a terminal. Keys come in this order: `event`, `id`, `severity`, `time` (UTC, ISO 8601), then those of the
table; empty ones are left out. The same `id` stands in `Received`, `Congthu-Verdict`, the reply and the metrics
exemplar; `NOQUEUE` before there is one. Everything about one message:
`congthu trace 0YRNET6JBTVJ` (docs/operations.md).

- Text from outside is made printable (controls and direction marks as `\\uXXXX`) and cut at 256 characters;
  lists end after 20 with the full count beside them.
- Subject, Message-ID, file names and document numbers are never logged. A message with a marked state secret gets
  `secret_transaction` instead of `transaction`: no size, no agency, no timing, no server greeting.
- Every 4yz and 5yz we say has a line: `transaction` at the final dot, `session_refused` when the session ended with it,
  else `refused`. `situation` is the row of the reply table, `said` the command where no address could be read. A client
  gets 30 such lines a minute (one of `client_networks` 3,000); the rest is counted in `lines_left_out`, without
  `client` for those past the first 256 clients of a minute. `relay_in_plain` comes 3 times a minute for a next hop.
- `client` is the true client when a server of `client_networks` named it (XFORWARD, XCLIENT): then `through` is that
  server, `ident` its own id of the message (Postfix's queue id), `client_name` the host name it found, `login` whom it
  has authenticated (XCLIENT). `proxy` is the proxy that told the address of who connected (PROXY protocol).
- When the reader stops reading, mail goes on: 1 MiB of lines waits, then the newest are dropped and counted
  (`lines_lost` here, `congthu_journal_lines_lost_total` in the metrics). Nothing blocks the event loop.
- Severities as in Postfix: `info` normal, `warning` look at it some time, `error` look at it today, `fatal` the
  daemon ends.

| event | severity | keys | meaning |
|---|---|---|---|
"""
