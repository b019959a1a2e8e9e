"""Law: of a message with a marked state secret, nothing from inside it is said anywhere.

The real reader, the national pack, the replies, the fields, the metrics and the journal, with a canary in
every place a sender can put text.
"""

from __future__ import annotations

import json
import os
from email.message import EmailMessage

import msgspec
import pytest

from gateway.daemon.config.load import Config
from gateway.daemon.inspection import Inspector
from gateway.daemon.loading import load_generation
from gateway.edge.observers.journal import Journal
from gateway.edge.observers.journal_stream import Stream
from gateway.edge.observers.metrics import Metrics
from gateway.mark.fields import prepended, render
from gateway.mark.replies import reply_for_verdict
from gateway.values.envelope import Client, Envelope
from gateway.values.events import TransactionRecord
from gateway.values.verdict import Disposition

CANARY = "CANARY7Q"
ENVELOPE = Envelope(
    client=Client("192.0.2.10", helo="mail.so-a.example.vn"),
    reverse_path="vanthu@so-a.example.vn",
    forward_paths=("vanthu@ubnd.example.vn",),
    received_at_us=1_795_000_000_000_000,
    transaction_id="4bXk2TzQ",
)


@pytest.fixture(scope="module")
def generation():
    """The shipped national pack, without registry or trust."""
    return load_generation(Config(), 1)[0]


@pytest.fixture(scope="module")
def inspector(generation):
    """Reader and judge of that generation."""
    return Inspector(generation)


def mail(subject, *, body=f"Kính gửi {CANARY}", file_name=f"{CANARY}.txt", content=f"{CANARY}"):
    """Write a mail with text in every place, as wire octets."""
    message = EmailMessage()
    message["From"] = f'"{CANARY}" <vanthu@so-a.example.vn>'
    message["To"] = "vanthu@ubnd.example.vn"
    message["Message-ID"] = f"<{CANARY}@so-a.example.vn>"
    message["Subject"] = subject
    message.set_content(body)
    message.add_attachment(content, filename=file_name)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b".\r\n"


SECRETS = {
    "subject": mail(f"[MẬT] Báo cáo {CANARY}"),
    "higher level": mail(f"TỐI MẬT: {CANARY}"),
    "attached text": mail("Gửi văn bản", content=f"UBND TỈNH A\nMẬT\nSố: 12/{CANARY}\nV/v {CANARY}\n"),
    "file name": mail("Gửi văn bản", file_name=f"TUYỆT MẬT - {CANARY}.txt"),
}


@pytest.mark.parametrize("place", SECRETS)
def test_nothing_from_inside_a_secret_is_said(place, generation, inspector):
    """Reply, fields, metrics, log line and what crosses from the worker: the canary is in none of them."""
    examination = inspector.examine(memoryview(SECRETS[place]), ENVELOPE)
    verdict, inspection = examination.verdict, examination.inspection
    reply = reply_for_verdict(verdict, generation.rules, ENVELOPE.transaction_id, "https://help.example/r")
    record = TransactionRecord(ENVELOPE, reply, len(SECRETS[place]), inspection, total_us=1_000)
    metrics = Metrics("0.1.0")
    metrics.configure(rules=generation.rules)
    metrics.observe_transaction(record)
    reading, writing = os.pipe()
    Journal(Stream(writing)).observe_transaction(record)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        line = pipe.read()

    assert verdict.is_secret
    assert verdict.disposition is Disposition.REJECT
    said = {
        "reply": reply.octets,
        "fields": render(prepended(verdict, inspection, ENVELOPE, "mx.example.vn")),
        "metrics": metrics.render("application/openmetrics-text;version=1.0.0")[0],
        "log": line,
        "worker": msgspec.msgpack.encode(inspection),
    }
    assert [where for where, octets in said.items() if CANARY.encode() in octets] == []
    assert json.loads(line)["event"] == "secret_transaction"
    assert said["fields"] == b""


def test_the_canary_would_be_seen(generation, inspector):
    """The same mail without a mark does carry its file name to where it belongs: the test can fail."""
    examination = inspector.examine(memoryview(mail("Báo cáo")), ENVELOPE)

    assert not examination.verdict.is_secret
    assert CANARY.encode() in msgspec.msgpack.encode(examination.facts)
    assert CANARY in examination.inspection.message_id
