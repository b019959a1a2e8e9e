"""Journal: an observer that writes one structured line for what happened, and never more than it may say.

Lines are JSON with `event` and `id` first (console rendering when the stream is a terminal). Only this
module knows structlog. Every value from outside is made printable and cut; a secret verdict shows identity,
time, parties and rule alone. Which events and keys there are stands in `gateway.edge.observers.journal_events`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import time
from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from gateway.edge.observers.journal_events import EVENTS, SEVERITIES
from gateway.edge.observers.journal_rate import LINES_NEXT_HOP, LineRate
from gateway.values.addresses import bracketed
from gateway.values.events import check_result
from gateway.values.showing import coded, cut

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from gateway.edge.observers.journal_stream import Stream
    from gateway.values.envelope import Client
    from gateway.values.events import (
        ConnectionRecord,
        HandshakeRecord,
        RefusalRecord,
        RelayRecord,
        ReloadRecord,
        SessionRecord,
        TransactionRecord,
    )
    from gateway.values.trust import Renewal
    from gateway.values.verdict import Finding, Inspection

MAX_TEXT = 256
"""Characters of one value: nearly every address is shorter (RFC 5321 section 4.5.3.1.3)."""
MAX_LISTED = 20
"""Forward-paths, rules or problems listed on one line; a count stands beside them."""


def shown(text: str) -> str:
    r"""Make hostile text fit for a line: MAX_TEXT characters of it at most, then codes as `coded` writes them."""
    return coded(cut(text, MAX_TEXT))


def _listed(texts: tuple[str, ...]) -> list[str]:
    return [shown(text) for text in texts[:MAX_LISTED]]


def _rules(findings: tuple[Finding, ...]) -> list[str]:
    """List rule ids once each, in order."""
    return list(dict.fromkeys(shown(finding.rule) for finding in findings))[:MAX_LISTED]


def _milliseconds(duration_us: int) -> float:
    return duration_us / 1_000


class _Lines:
    """The innermost logger structlog calls: hands rendered lines to the stream."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def msg(self, line: str | bytes) -> None:
        self._stream.write(line if isinstance(line, bytes) else line.encode("utf-8", "backslashreplace") + b"\n")

    info = warning = error = fatal = msg


def _utc_now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _to_json(_: object, __: str, event: MutableMapping[str, Any]) -> bytes:
    """Render as one JSON line, keys in the order given, `event` first."""
    return _ENCODER.encode({"event": event.pop("event"), **event}) + b"\n"


_ENCODER = msgspec.json.Encoder()


class Journal:
    """Writes events. Methods are for the event loop's thread."""

    def __init__(  # noqa: PLR0913 - composed once, by the daemon
        self,
        stream: Stream,
        *,
        is_console: bool = False,
        has_colours: bool = False,
        level: str = "info",
        now: Callable[[], str] = _utc_now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Write JSON, or columns for people when `is_console`, with `has_colours` on a terminal; `level` is the least.

        `now` gives the time as text, `clock` seconds for the bound on lines about refusals.
        """
        self._stream = stream
        self._now = now
        renderer: Callable[..., str | bytes] = (
            structlog.dev.ConsoleRenderer(sort_keys=False, colors=has_colours) if is_console else _to_json
        )
        self._rate = LineRate(clock)
        self._next_hop_rate = LineRate(clock, LINES_NEXT_HOP)
        self._log = structlog.wrap_logger(
            _Lines(stream),
            processors=[renderer],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
            context_class=dict,
        ).bind()
        self._written = frozenset(SEVERITIES[SEVERITIES.index(level) :])
        self.on_lost: Callable[[int], None] | None = None
        self._lost_counted = 0
        """Told how many lines were dropped: the metric."""

    def event(self, name: str, **values: object) -> None:
        """Write an event of EVENTS with the keys it documents; text is made printable and cut.

        Raises:
            KeyError: the event or a key is not documented: a bug.
        """
        known = EVENTS[name]
        unknown = values.keys() - set(known.keys)
        if unknown:
            raise KeyError(f"{name}: {sorted(unknown)}")
        self._write(name, {key: _plain(values[key]) for key in known.keys if key in values})

    def observe_transaction(self, record: TransactionRecord) -> None:
        """Write the line of one transaction, and one more where readers of its documents differ."""
        if not record.is_secret and record.inspection is not None and record.inspection.disagreements:
            agency = record.verdict.agency if record.verdict is not None else ""
            self.event("opinions_differ", id=record.envelope.transaction_id, agency=agency,
                       opinions=record.inspection.disagreements)  # fmt: skip
        if not record.is_secret and "info" not in self._written:
            return
        if record.is_secret:
            self._write("secret_transaction", _secret_keys(record))
        else:
            self._write("transaction", _transaction_keys(record))

    def observe_check(self, record: TransactionRecord) -> None:
        """Write the line of one mail to the check address that is no secret."""
        keys = _transaction_keys(record)
        verdict = record.verdict
        keys |= {
            "disposition": verdict.disposition.value if verdict is not None else "",
            "result": check_result(record.situation),
        }
        self._write("checked", {name: keys[name] for name in EVENTS["checked"].keys if name in keys})

    def observe_refusal(self, record: RefusalRecord) -> None:
        """Write the line of a refused command, as long as its client has not had too many."""
        if not self._rate.admits(record.client.ip, is_trusted=record.client.is_trusted):
            return
        values = {
            "id": record.transaction_id or "NOQUEUE",
            **_who(record.client),
            "from": shown(record.reverse_path),
            "to": shown(record.forward_path),
            "said": shown(record.said),
            "command": record.command,
            "rule": shown(record.rule),
            "code": record.reply.code,
            "status": record.reply.status,
            "situation": record.situation,
            "route": record.route,
            "next_hop": shown(record.next_hop),
            "stage": record.stage,
            "next_hop_reply": shown(record.next_hop_reply),
        }
        self._write("refused", values)

    def observe_session(self, record: SessionRecord) -> None:
        """Write a line for a session that was not served; admissions are only counted."""
        client = record.client
        if record.result != "accepted" and self._rate.admits(client.ip, is_trusted=client.is_trusted):
            self.event("session_refused", client=client.ip, helo=client.helo, listener=record.listener,
                       result=record.result, situation=record.situation)  # fmt: skip

    def observe_handshake(self, record: HandshakeRecord) -> None:
        """Write a line for a failed handshake."""
        client = record.client
        if not record.is_successful and self._rate.admits(client.ip, is_trusted=client.is_trusted):
            self.event("tls_failed", client=record.client.ip, listener=record.listener, reason=record.reason)

    def observe_relay(self, record: RelayRecord) -> None:
        """Write a line for an attempt that delivered nothing."""
        if record.result != "delivered":
            self.event("relay_failed", id=record.transaction_id, route=record.route, next_hop=record.next_hop,
                       result=record.result, stage=record.stage, situation=record.situation, reason=record.reason,
                       duration_ms=_milliseconds(record.duration_us))  # fmt: skip

    def observe_connection(self, record: ConnectionRecord) -> None:
        """Write a line for a connection in plain that should have been none, as long as there are not too many."""
        if record.reason and self._next_hop_rate.admits(record.next_hop):
            self.event("relay_in_plain", id=record.transaction_id, route=record.route, next_hop=record.next_hop,
                       reason=record.reason)  # fmt: skip

    def observe_reload(self, record: ReloadRecord) -> None:
        """Write which generation runs and, after a failure, the problems found."""
        if record.is_successful:
            self.event("reloaded", generation=record.generation)
        else:
            self.event("reload_failed", generation=record.generation, problem_count=len(record.problems),
                       problems=record.problems)  # fmt: skip

    def observe_renewal(self, renewal: Renewal) -> None:
        """Write a line when something new came, and one for each address that was asked in vain."""
        reports = renewal.reports
        fresh, failed = (sum(one.result == word for one in reports) for word in ("new", "failed"))
        if fresh:
            self.event("trust_fetched", asked=len(reports), fresh=fresh, failed=failed)
        for report in reports:
            if report.result == "failed":
                self.event("trust_fetch_failed", address=report.address, authority=report.authority,
                           reason=report.reason)  # fmt: skip

    def flush(self) -> None:
        """Try again what the stream did not take; call now and then, say once a second."""
        self._tell_left_out(is_end=False)
        self._stream.flush()
        self._tell_lost()

    def close(self, deadline_s: float = 2.0) -> None:
        """Write what is left, waiting at most `deadline_s` seconds for the reader."""
        self._tell_left_out(is_end=True)
        self._stream.drain(deadline_s)
        self._tell_lost()

    def _write(self, name: str, values: dict[str, object]) -> None:
        """Send one line: event, id, severity, time, the rest; empty values are left out."""
        head = {"id": values.pop("id")} if "id" in values else {}
        rest = {key: value for key, value in values.items() if value or value == 0}
        severity = EVENTS[name].severity
        if severity in self._written:
            getattr(self._log, severity)(name, **head, severity=severity, time=self._now(), **rest)
        if self._stream.lost:
            self._tell_lost()

    def _tell_left_out(self, *, is_end: bool) -> None:
        for client, count in self._rate.take_left_out(is_end=is_end):
            self.event("lines_left_out", client=client, count=count)
        for next_hop, count in self._next_hop_rate.take_left_out(is_end=is_end):
            self.event("lines_left_out", next_hop=next_hop, count=count)

    def _tell_lost(self) -> None:
        """Count lost lines at once, for a reader that stays stuck must show; log them when it reads again."""
        fresh = self._stream.lost - self._lost_counted
        if fresh:
            self._lost_counted += fresh
            if self.on_lost is not None:
                self.on_lost(fresh)
        lost = self._stream.take_lost()
        if lost:
            self._lost_counted = 0
            if not self._stream.is_broken:
                self.event("lines_lost", count=lost)


def _who(client: Client) -> dict[str, object]:
    """List what is known of a client, and of the server that spoke for it."""
    forwarder = client.forwarder
    return {
        "client": shown(client.ip),
        "client_name": shown(client.name),
        "helo": shown(client.helo),
        "login": shown(client.login),
        "through": shown(forwarder.ip) if forwarder is not None else "",
        "ident": shown(forwarder.ident) if forwarder is not None else "",
        "proxy": shown(client.proxy),
    }


def _secret_keys(record: TransactionRecord) -> dict[str, object]:
    """List what may be said of a secret (Law 117/2025/QH15): nothing that comes from inside the message."""
    envelope, verdict = record.envelope, record.verdict
    return {
        "id": envelope.transaction_id,
        "client": shown(envelope.client.ip),
        "from": shown(envelope.reverse_path),
        "to_count": len(envelope.forward_paths),
        "to": _listed(envelope.forward_paths),
        "disposition": record.disposition,
        "rules": _rules(tuple(found for found in (*verdict.findings, *verdict.would) if found.is_secret))
        if verdict is not None
        else [],
        "code": record.reply.code,
    }


def _transaction_keys(record: TransactionRecord) -> dict[str, object]:
    """List the documented keys of a transaction."""
    envelope, verdict = record.envelope, record.verdict
    values: dict[str, object] = {
        "id": envelope.transaction_id,
        **_who(envelope.client),
        "from": shown(envelope.reverse_path) or bracketed(envelope.reverse_path),
        "to_count": len(envelope.forward_paths),
        "to": _listed(envelope.forward_paths),
    }
    if verdict is not None:
        values |= {
            "agency": shown(verdict.agency),
            "direction": shown(verdict.direction),
            **_identity(record.inspection),
            "disposition": record.disposition,
            "posture": verdict.deciding.posture.value if verdict.deciding is not None else "",
            "rules": _rules(verdict.findings),
            "would": _rules(verdict.would),
            "waived": _listed(tuple(dict.fromkeys(f"{one.rule} {one.waived}" for one in verdict.waived))),
        }
    else:
        values["disposition"] = record.disposition
    values |= {
        "size": record.size_octets,
        "stages_ms": {stage: _milliseconds(duration_us) for stage, duration_us in record.stages_us},
        "total_ms": _milliseconds(record.total_us),
        "route": record.route,
        "next_hop": shown(record.next_hop),
        "next_hop_reply": shown(record.next_hop_reply),
        "next_hop_tls": record.next_hop_tls,
        "code": record.reply.code,
        "status": record.reply.status,
        "situation": record.situation,
        "generation": record.generation,
    }
    return values


def _identity(inspection: Inspection | None) -> dict[str, object]:
    """Write who the sender is and what says so, `method=result`; nothing where nobody looked."""
    if inspection is None or not inspection.authentication:
        return {}
    found = inspection.authentication[:MAX_LISTED]
    return {
        "identity": shown(inspection.verdict.identity),
        "authentication": [shown(f"{method}={result}") for method, result in found if method != "identity"],
    }


def _plain(value: object) -> object:
    """Make a value of an event fit for a line."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, (tuple, list)):
        return _listed(tuple(str(item) for item in value))
    return value


class _LibraryHandler(logging.Handler):
    """Turns warnings of libraries into `library` events without their values, which may quote a message."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(logging.WARNING)
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        """Say which logger, and the class of the exception or else the unfilled message."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else str(record.msg)
        with contextlib.suppress(KeyError):
            self._journal.event("library", logger=record.name, kind=kind)


def adopt_library_logs(journal: Journal) -> None:
    """Send warnings of all libraries to the journal, and silence aiosmtpd, which logs envelopes and bodies."""
    root = logging.getLogger()
    root.handlers = [_LibraryHandler(journal)]
    root.setLevel(logging.WARNING)
    silenced = logging.getLogger("mail.log")
    silenced.handlers, silenced.propagate, silenced.disabled = [logging.NullHandler()], False, True
