"""The journal: what a line holds, what a secret's line does not, and what happens when nobody reads."""

from __future__ import annotations

import json
import logging
import os
import socket

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.observers.journal import MAX_LISTED, MAX_TEXT, Journal, adopt_library_logs, shown
from gateway.edge.observers.journal_events import EVENTS
from gateway.edge.observers.journal_stream import Stream
from gateway.values.envelope import Client, Envelope
from gateway.values.events import (
    ConnectionRecord,
    HandshakeRecord,
    RefusalRecord,
    RelayRecord,
    ReloadRecord,
    SessionRecord,
)
from gateway.values.status import Reply
from gateway.values.verdict import Disposition, Posture
from tests.support.records import relayed, secret
from tests.support.verdicts import CLIENT, ENVELOPE, HOSTILE, finding, inspection, verdict

NOW = "2026-11-21T18:40:00.000Z"


class Pipe:
    """A pipe with a journal at its writing end."""

    def __init__(self, **options):
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)
        self.stream = Stream(self.writing, **options)
        self.journal = Journal(self.stream, now=lambda: NOW)

    def read(self):
        """Give every octet written so far."""
        chunks = []
        while True:
            try:
                chunk = os.read(self.reading, 65_536)
            except BlockingIOError:
                return b"".join(chunks)
            if not chunk:
                return b"".join(chunks)
            chunks.append(chunk)

    def lines(self):
        """Give the events written so far, in order."""
        return [json.loads(line) for line in self.read().splitlines()]


@pytest.fixture
def pipe():
    """A fresh pipe and journal."""
    made = Pipe()
    yield made
    os.close(made.reading)
    os.close(made.writing)


def test_a_transaction_is_one_line_with_event_and_id_first(pipe):
    """All documented keys, in the documented order."""
    pipe.journal.observe_transaction(relayed())

    raw = pipe.read()
    line = json.loads(raw)

    assert raw.startswith(b'{"event":"transaction","id":"4bXk2TzQ","severity":"info","time":"2026-11-21T18:40:00.000Z"')
    assert raw.count(b"\n") == 1
    assert line == {
        "event": "transaction",
        "id": "4bXk2TzQ",
        "severity": "info",
        "time": NOW,
        "client": "192.0.2.10",
        "helo": "mail.so-a.example.vn",
        "from": "vanthu@so-a.example.vn",
        "to_count": 1,
        "to": ["vanthu@ubnd.example.vn"],
        "agency": "so-a",
        "direction": "inbound",
        "disposition": "tag",
        "posture": "enforce",
        "rules": ["BD-1c"],
        "size": 5000,
        "stages_ms": {"receive": 12.0, "wait": 0.2, "read": 9.0, "judge": 0.4, "relay": 31.0},
        "total_ms": 42.0,
        "route": "binh-duong",
        "next_hop": "mail.example.vn[192.0.2.25]:25",
        "next_hop_reply": "250 2.0.0 Ok: queued as 4BXk2",
        "code": 250,
        "status": "2.0.0",
        "generation": 3,
    }
    documented = ("event", "id", "severity", "time", *EVENTS["transaction"].keys)
    assert list(line) == [key for key in dict.fromkeys(documented) if key in line]


def test_findings_that_were_only_observed_stand_under_would(pipe):
    """`rules` hit, `would` would have hit."""
    observed = finding(rule="BD-1d", posture=Posture.OBSERVE, disposition=Disposition.TAG)
    pipe.journal.observe_transaction(relayed(inspection=inspection(verdict(would=(observed, observed)))))

    (line,) = pipe.lines()

    assert "rules" not in line
    assert line["would"] == ["BD-1d"]


def test_waived_findings_stand_under_their_waiver(pipe):
    """Once each, apart from what acted and what only would have."""
    waived = finding(rule="BD-1d", disposition=Disposition.RELAY, waived="wv-1")
    pipe.journal.observe_transaction(relayed(inspection=inspection(verdict(waived=(waived, waived)))))

    (line,) = pipe.lines()

    assert line["waived"] == ["BD-1d wv-1"]
    assert not {"rules", "would"} & line.keys()


def test_the_null_reverse_path_is_shown_as_such(pipe):
    """A notification is not an unknown sender."""
    pipe.journal.observe_transaction(relayed(envelope=msgspec.structs.replace(ENVELOPE, reverse_path="")))

    assert pipe.lines()[0]["from"] == "<>"


def test_contradictions_between_readers_have_a_line_of_their_own(pipe):
    """Beside the line of the transaction, for the alert sends people here."""
    record = relayed()
    opinions = ("pyhanko:is_intact:false",)
    pipe.journal.observe_transaction(
        relayed(inspection=msgspec.structs.replace(record.inspection, disagreements=opinions))
    )

    differ, transaction = pipe.lines()
    assert (differ["event"], differ["severity"], differ["opinions"]) == ("opinions_differ", "warning", [*opinions])
    assert differ["id"] == transaction["id"]


def test_a_secret_shows_identity_time_parties_and_rule_alone(pipe):
    """SEC-1: no size, timing, agency, name or document fact."""
    pipe.journal.observe_transaction(secret("CANARY"))

    raw = pipe.read()

    assert b"CANARY" not in raw
    assert json.loads(raw) == {
        "event": "secret_transaction",
        "id": "4bXk2TzQ",
        "severity": "warning",
        "time": NOW,
        "client": "192.0.2.10",
        "from": "vanthu@so-a.example.vn",
        "to_count": 1,
        "to": ["vanthu@ubnd.example.vn"],
        "disposition": "reject",
        "rules": ["NAT-SEC-1"],
        "code": 554,
    }


@given(HOSTILE, HOSTILE)
@settings(max_examples=50, deadline=None)
def test_hostile_values_stay_inside_one_line(text, other):
    """Whatever client and next hop say: one line of JSON, printable, bounded."""
    pipe = Pipe()
    try:
        envelope = Envelope(Client(text, helo=other), text, (other,) * 50, 0, "4bXk2TzQ")
        pipe.journal.observe_transaction(
            relayed(
                envelope=envelope,
                inspection=inspection(verdict(finding(rule=text), agency=other)),
                next_hop=text,
                next_hop_reply=other,
            )
        )
        raw = pipe.read()
    finally:
        os.close(pipe.reading)
        os.close(pipe.writing)

    assert raw.count(b"\n") == 1
    assert raw.decode()[:-1].isprintable()
    assert len(raw) < 20_000
    assert json.loads(raw)["to_count"] == 50
    assert len(json.loads(raw).get("to", [])) <= MAX_LISTED


@given(st.text(max_size=400))
@settings(max_examples=100, deadline=None)
def test_shown_text_is_printable_and_bounded(text):
    """Controls, line separators, direction marks and lone surrogates become escapes; printable text is kept."""
    result = shown(text)

    assert result.isprintable()
    assert len(result) <= 10 * MAX_TEXT
    if text.isprintable() and len(text) <= MAX_TEXT:
        assert result == text


def test_refusals_sessions_and_attempts_have_their_lines(pipe):
    """One line each, with the id where there is one."""
    journal = pipe.journal
    refusal = Reply(550, "5.7.1", ("no",))
    journal.observe_refusal(RefusalRecord(CLIENT, "RCPT", refusal, "4bXk2TzQ", "a@x.example", "b@y.example", "BD-1d"))
    journal.observe_refusal(RefusalRecord(CLIENT, "MAIL", refusal, situation="bad_reverse_path"))
    journal.observe_session(SessionRecord(CLIENT, "accepted"))
    journal.observe_session(SessionRecord(CLIENT, "limit", "too_many_sessions"))
    journal.observe_handshake(HandshakeRecord(CLIENT, is_successful=True))
    journal.observe_handshake(HandshakeRecord(CLIENT, is_successful=False, reason="NO_SHARED_CIPHER"))
    journal.observe_relay(RelayRecord("a", "mail[192.0.2.25]:25", "delivered", 1_000, "4bXk2TzQ"))
    journal.observe_relay(RelayRecord("a", "mail[192.0.2.25]:25", "connection_failed", 1_000, "4bXk2TzQ"))
    journal.observe_reload(ReloadRecord(is_successful=True, generation=2, at_s=0))
    journal.observe_reload(ReloadRecord(is_successful=False, generation=2, at_s=0, problems=("a.toml:3: x: y",)))

    found = pipe.lines()

    assert [(line["event"], line.get("id")) for line in found] == [
        ("refused", "4bXk2TzQ"),
        ("refused", "NOQUEUE"),
        ("session_refused", None),
        ("tls_failed", None),
        ("relay_failed", "4bXk2TzQ"),
        ("reloaded", None),
        ("reload_failed", None),
    ]
    assert found[-1]["problems"] == ["a.toml:3: x: y"]


def test_falling_back_to_plain_is_told_and_bounded(pipe):
    """Host, route and error of TLS, three times a minute for a host and then a number; nothing where all is well."""
    for tls, reason in (("TLSv1.3", ""), ("none", ""), *[("failed", "SSLError: no shared cipher")] * 5):
        pipe.journal.observe_connection(ConnectionRecord("so-b", "mail.so-b.example:25", tls, reason, "4bXk2TzQ"))
    pipe.journal.observe_connection(ConnectionRecord("so-c", "mail.so-c.example:25", "failed", "454 Not now"))
    pipe.journal.close()

    found = pipe.lines()
    assert [(line["event"], line["next_hop"]) for line in found] == [
        *[("relay_in_plain", "mail.so-b.example:25")] * 3,
        ("relay_in_plain", "mail.so-c.example:25"),
        ("lines_left_out", "mail.so-b.example:25"),
    ]
    assert ("so-b", "SSLError: no shared cipher", "4bXk2TzQ") == tuple(
        found[0][key] for key in ("route", "reason", "id")
    )
    assert found[-1]["count"] == 2


def test_only_documented_events_and_keys_can_be_written(pipe):
    """The reference cannot be out of date."""
    with pytest.raises(KeyError):
        pipe.journal.event("no_such_event")
    with pytest.raises(KeyError, match="subject"):
        pipe.journal.event("reloaded", subject="x")


def test_a_reader_that_stops_reading_costs_lines_and_never_time(pipe):
    """Past the buffer lines are dropped and counted; then the journal goes on and says how many."""
    pipe.stream._max_pending_octets = 10_000
    told = []
    pipe.journal.on_lost = told.append
    written = 2_000
    for _ in range(written):
        pipe.journal.event("started", version="0.1.0", generation=1)

    assert sum(told) == pipe.stream.lost  # the metric shows it while the reader is still stuck
    before = pipe.read()
    lost = pipe.stream.lost
    pipe.journal.flush()
    pipe.journal.flush()
    after = pipe.read()
    kept = [json.loads(line) for line in (before + after).splitlines()]

    assert lost > 0
    assert sum(told) == lost
    assert kept[-1] == {"event": "lines_lost", "severity": "error", "time": NOW, "count": lost}
    assert len(kept) - 1 + lost == written


def test_a_reader_that_is_gone_does_not_stop_mail():
    """EPIPE drops the lines and raises nothing."""
    reading, writing = os.pipe()
    journal = Journal(Stream(writing))
    os.close(reading)
    told = []
    journal.on_lost = told.append
    journal.event("reloaded", generation=1)
    journal.event("reloaded", generation=1)
    os.close(writing)

    assert told == [1, 1]


def test_a_socket_takes_partial_lines():
    """The stream of journald is a socket: what does not fit now is sent later, in order, unharmed."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        journal = Journal(Stream(ours.fileno()), now=lambda: NOW)
        for number in range(3_000):
            journal.event("reloaded", generation=number)
        received = bytearray()
        while True:
            try:
                received += theirs.recv(65_536)
            except BlockingIOError:
                journal.flush()
                if not journal._stream._pending:
                    break
        received += b"".join([theirs.recv(65_536)] if select_ready(theirs) else [])
        journal._stream._socket.close()

    generations = [json.loads(line)["generation"] for line in received.splitlines() if b"reloaded" in line]
    assert generations == list(range(len(generations)))
    assert len(generations) + journal._stream.lost == 3_000


def select_ready(sock):
    """Tell whether octets wait in a socket."""
    try:
        return bool(sock.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False


def test_a_terminal_gets_columns_for_people():
    """Console rendering names event and id without JSON."""
    controller, terminal = os.openpty()
    try:
        journal = Journal(Stream(terminal), is_console=True)
        journal.observe_transaction(relayed())
        shown_text = os.read(controller, 65_536).decode()
    finally:
        os.close(controller)
        os.close(terminal)

    assert "transaction" in shown_text
    assert "4bXk2TzQ" in shown_text
    assert not shown_text.startswith("{")


def test_the_level_leaves_out_what_is_less_severe(pipe):
    """At `warning` ordinary transactions are silent; refused secrets and failed reloads are not."""
    quiet = Journal(pipe.stream, level="warning")
    quiet.observe_transaction(relayed())
    quiet.event("reloaded", generation=1)
    quiet.observe_transaction(secret("CANARY"))
    quiet.observe_reload(ReloadRecord(is_successful=False, generation=2, at_s=0))

    assert [line["event"] for line in pipe.lines()] == ["secret_transaction", "reload_failed"]


def test_library_warnings_lose_their_values(pipe):
    """A library may quote the message it chokes on: its unfilled words or the exception class are all we log."""
    root, silenced = logging.getLogger(), logging.getLogger("mail.log")
    saved = root.handlers, root.level, silenced.disabled, silenced.propagate, silenced.handlers
    try:
        adopt_library_logs(pipe.journal)
        logging.getLogger("some.library").warning("cannot read %s", "CANARY")
        logging.getLogger("mail.log").error("From: CANARY")
        logging.getLogger("asyncio").error("Task exception was never retrieved", exc_info=ValueError("CANARY"))
    finally:
        root.handlers, root.level, silenced.disabled, silenced.propagate, silenced.handlers = saved

    assert [(line["logger"], line["kind"]) for line in pipe.lines()] == [
        ("some.library", "cannot read %s"),
        ("asyncio", "ValueError"),
    ]


def test_columns_in_a_file_have_no_colours(tmp_path):
    """Whoever asks for columns and sends them into a file gets text alone."""
    with (tmp_path / "log").open("wb") as file:
        journal = Journal(Stream(file.fileno()), is_console=True)
        journal.event("started", version="0.1.0", generation=1, listeners=["127.0.0.1:25"])
        journal.close()

    assert "started" in (tmp_path / "log").read_text()
    assert "\x1b" not in (tmp_path / "log").read_text()
