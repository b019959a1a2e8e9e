"""The ledger of a running gateway: what each mail leaves, what none leaves, and that it stops no mail."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import resource
import signal
import sqlite3
from typing import TYPE_CHECKING

import msgspec
import pytest

from gateway.daemon.config.load import load_config
from gateway.daemon.keeping import Keeper
from gateway.demo.mails import DEPARTMENT_A, OFFICE, PROVINCE
from gateway.demo.run import write_world
from gateway.edge.observers.journal import Journal
from gateway.edge.observers.journal_stream import Stream
from gateway.edge.observers.metrics import Metrics
from gateway.values.envelope import Client, Envelope
from gateway.values.ledger import Gap, Intent, Matter, Outcome, Refusal, Secret
from gateway.values.verdict import Disposition, Finding, Inspection, Posture, Verdict
from tests.support.daemon import Daemon, mail_titled, running_daemon, world
from tests.support.ledgers import damages, kept
from tests.support.scripted_nexthop import DROP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gateway.values.ledger import Record

KEPT = {"[log]": '[ledger]\nfolder = "ledger"\n\n[checking]\naddress = "kiemtra@vpubnd.thunghiem.gov.vn"\n\n[log]'}
PLAIN = b"From: vanthu@soa.thunghiem.gov.vn\r\nTo: x\r\nSubject: Trao doi\r\n\r\nXin chao.\r\n"
MANY = 40


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """One gateway that keeps a ledger."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RUNTIME_DIRECTORY", str(tmp_path_factory.mktemp("run")))
        with running_daemon(tmp_path_factory.mktemp("keeping"), changes=KEPT) as daemon:
            yield daemon


@pytest.fixture
def gateway(keeping: Daemon) -> Daemon:
    """It, with an empty log and a next hop that does as it should."""
    keeping.begin_log()
    keeping.next_hop.begin_anew()
    return keeping


def records(gateway: Daemon) -> list[Record]:
    """Everything in its ledger."""
    return [one.record for one in kept(gateway.folder / "ledger")]


def of(gateway: Daemon, reply: str) -> list[Record]:
    """Wait for what was written of the transaction a reply names, all of it."""
    (found,) = re.findall(r"\b[0-9A-Z]{12}\b", reply)[-1:]

    def its() -> list[Record]:
        return [one for one in records(gateway) if getattr(one, "transaction_id", "") == found]

    gateway.wait_for(lambda: its() and not isinstance(its()[-1], Intent), "no outcome and no refusal")
    return its()


def test_a_relayed_mail_leaves_intent_and_outcome(gateway: Daemon) -> None:
    """Who, to whom, which document, what the rules said, and what the next hop answered."""
    _code, reply = gateway.send_mail(mail_titled("Công văn PDF có chữ ký số"))
    intent, outcome = of(gateway, reply)
    assert isinstance(intent, Intent)
    assert isinstance(outcome, Outcome)
    assert (outcome.result, outcome.code) == ("delivered", 250)
    assert intent.at_us <= outcome.at_us
    assert (intent.matter.sender.agency, intent.matter.recipients[0].agency) == ("so-a", "vpubnd")
    (document,) = intent.matter.documents
    assert (document.id.issuer, document.id.number, document.id.notation) == ("so-a", "125", "SA-VP")
    assert (document.form, document.signature) == ("signed", "pass")
    assert intent.direction == "internal"


def test_a_mail_we_refuse_leaves_one_record(gateway: Daemon) -> None:
    """With the rule that refused it and our code."""
    _code, reply = gateway.send_mail(mail_titled("chưa ký"))
    (refusal,) = of(gateway, reply)
    assert isinstance(refusal, Refusal)
    assert (refusal.disposition, refusal.code) == ("reject", 554)
    assert ("BD-1c-2", "enforced") in [(one.rule, one.mode) for one in refusal.rules]
    assert refusal.tags == ("chua-ky-so",)


@pytest.mark.parametrize(
    ("answer", "result"), [("550 5.1.1 No", "refused"), ("451 4.3.0 Not now", "deferred"), (DROP, "unknown")]
)
def test_what_the_next_hop_says_is_told(gateway: Daemon, answer: object, result: str) -> None:
    """Refused or put off; an answer that got lost leaves it open, for the next hop may have the mail (RFC 1047)."""
    before = len(records(gateway))
    gateway.next_hop.script = {"DOT": answer}
    gateway.send(PLAIN, DEPARTMENT_A)
    wanted = before + (1 if result == "unknown" else 2)
    gateway.wait_for(lambda: len(records(gateway)) == wanted, "nothing was written")
    found = records(gateway)[before:]
    assert isinstance(found[0], Intent)
    assert [one.result for one in found[1:]] == ([] if result == "unknown" else [result])


def test_a_secret_leaves_its_day_alone(gateway: Daemon) -> None:
    """No id, no party, no rule, no time: one record more, and nothing of this mail in it."""
    before = len(records(gateway))
    gateway.send_mail(mail_titled("MẬT"))
    gateway.wait_for(lambda: len(records(gateway)) > before, "nothing was written")
    (secret,) = records(gateway)[before:]
    assert isinstance(secret, Secret)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", secret.day)
    assert secret.__struct_fields__ == ("day",)


def test_a_checked_mail_leaves_nothing(gateway: Daemon) -> None:
    """Nobody sent it to anybody."""
    before = len(records(gateway))
    assert gateway.send(PLAIN, DEPARTMENT_A, (f"kiemtra@vpubnd.{PROVINCE}",))[0] == 250
    _code, reply = gateway.send(PLAIN, DEPARTMENT_A)
    of(gateway, reply)
    assert len(records(gateway)) == before + 2


def test_a_refused_recipient_leaves_nothing(gateway: Daemon) -> None:
    """No message came: the metrics count commands."""
    before = len(records(gateway))
    assert gateway.send(PLAIN, DEPARTMENT_A, ("a@elsewhere.example",))[0] >= 550
    _code, reply = gateway.send(PLAIN, DEPARTMENT_A)
    of(gateway, reply)
    assert len(records(gateway)) == before + 2


CANARIES = ("Hoàng Yến", "Hoang Yen", "chimyen", "canary", "773104829316")


def test_no_canary_is_written(gateway: Daemon) -> None:
    """Subject, text, file name, names and outside addresses of relayed, refused and secret mail: in none of the files."""
    head = 'From: "Chim Hoàng Yến" <{sender}>\r\nTo: canary.den@canary-ngoai.example\r\nMIME-Version: 1.0\r\n'
    body = (
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
        'Hoàng Yến 773104829316 gửi {text}\r\n--b\r\nContent-Type: application/pdf; name="canary Hoàng Yến 773104829316.pdf"\r\n'
        'Content-Disposition: attachment; filename="canary Hoàng Yến 773104829316.pdf"\r\n\r\n%PDF-1.4 chimyen\r\n--b--\r\n'
    )
    before = len(records(gateway))
    outside = "canary.nguoi@canary-ngoai.example"
    for subject, text, sender in (
        ("125/SA-VP Hoàng Yến 773104829316", "", DEPARTMENT_A),
        ("Hoàng Yến 773104829316", "Kính gửi chimyen", outside),
        ("[TỐI MẬT] Hoàng Yến 773104829316", "Độ mật: Tối mật", DEPARTMENT_A),
    ):
        mail = (head + "Subject: {subject}\r\n" + body).format(subject=subject, text=text, sender=sender)
        gateway.send(mail.encode(), sender, (OFFICE,))
    gateway.wait_for(lambda: len(records(gateway)) >= before + 3, "nothing was written")
    for file in (gateway.folder / "ledger").iterdir():
        octets = file.read_bytes().lower()
        assert [word for word in CANARIES if word.lower().encode() in octets] == [], file.name


def test_a_locked_ledger_stops_no_mail(gateway: Daemon) -> None:
    """Another program holds the file: every mail is answered 250, the trouble is told, and nothing is lost."""
    (file,) = (gateway.folder / "ledger").glob("*.sqlite")
    before = len(records(gateway))
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert {gateway.send(PLAIN, DEPARTMENT_A)[0] for _ in range(5)} == {250}
        gateway.wait_for(lambda: gateway.metric("congthu_ledger_failing") == 1, "nobody is told")
        assert gateway.metric("congthu_ledger_late_total") == 0
    gateway.wait_for(lambda: gateway.metric("congthu_ledger_failing") == 0, "it stays in trouble")
    gateway.wait_for(
        lambda: sum(isinstance(one, Outcome) for one in records(gateway)[before:]) == 5, "records are lost"
    )
    assert sum(isinstance(one, Intent) for one in records(gateway)[before:]) == 5
    assert gateway.events("ledger_fails")[0]["reason"] == "locked"
    assert gateway.events("ledger_opened")


def test_a_full_disk_stops_no_mail(gateway: Daemon) -> None:
    """The process may write no more: mail goes on, and what waited is written when there is room."""
    assert gateway.process is not None
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    before = len(records(gateway))
    resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (8_192, resource.RLIM_INFINITY))
    try:
        assert {gateway.send(PLAIN, DEPARTMENT_A)[0] for _ in range(MANY)} == {250}
        gateway.wait_for(lambda: gateway.metric("congthu_ledger_failing") == 1, "nobody is told")
    finally:
        resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, unlimited)
    gateway.wait_for(lambda: gateway.metric("congthu_ledger_failing") == 0, "it stays in trouble")
    gateway.wait_for(lambda: sum(isinstance(one, Outcome) for one in records(gateway)[before:]) == MANY, "lost")
    assert not any(isinstance(one, Gap) for one in records(gateway))
    assert damages(gateway.folder / "ledger") == []


def test_a_reload_may_end_the_keeping(tmp_path: Path) -> None:
    """From then on nothing is written; to begin takes a restart, and the log says so."""
    with running_daemon(tmp_path, changes=KEPT) as gateway:
        _code, reply = gateway.send(PLAIN, DEPARTMENT_A)
        of(gateway, reply)
        gateway.config.write_text(gateway.config.read_text().replace('folder = "ledger"', ""))
        gateway.signal(signal.SIGHUP)
        gateway.wait_for(lambda: gateway.events("restart_needed"), "nobody is told")
        assert gateway.events("restart_needed")[0]["settings"] == ["ledger.folder"]
        before = len(records(gateway))
        assert gateway.send(PLAIN, DEPARTMENT_A)[0] == 250
    assert len(records(gateway)) == before


def test_without_the_setting_nothing_is_kept(tmp_path: Path) -> None:
    """A gateway that keeps no ledger is what it always was."""
    with running_daemon(tmp_path) as gateway:
        assert gateway.send(PLAIN, DEPARTMENT_A)[0] == 250
        assert gateway.metric("congthu_ledger_records_total") == 0
    assert not list(tmp_path.glob("*ledger*"))


def finding(rule: str, tag: str = "", waived: str = "") -> Finding:
    """One that a worker tells of, of whatever names."""
    tagging = Disposition.TAG
    return Finding(rule, "national", "1", tagging, Posture.TAG, tagging, tag=tag, waived=waived)


UNFIT = {
    "tags": Verdict(Disposition.TAG, findings=(finding("BD-1c-2", tag="Trích yếu: mật"),)),
    "rules": Verdict(Disposition.TAG, findings=(finding("Trích yếu: mật"),)),
    "waived": Verdict(Disposition.TAG, waived=(finding("BD-1c-2", waived="a@ngoai.example"),)),
    "identity": Verdict(Disposition.TAG, identity="Nguoi gui\ud800"),
    "direction": Verdict(Disposition.TAG, direction="a@ngoai.example"),
}


async def kept_of(folder: Path, inspection: Inspection) -> tuple[Intent, float]:
    """Keep what a worker says of one message; the record, and bugs counted."""
    write_world(folder, world()[0], [1, 2, 3])
    config = load_config(folder / "congthu.toml")
    ledger = msgspec.structs.replace(config.ledger, folder=str(folder / "ledger"))
    metrics = Metrics("test")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        keeper = Keeper(msgspec.structs.replace(config, ledger=ledger), "gw", metrics, Journal(Stream(nowhere)))
        envelope = Envelope(Client("127.0.0.1"), DEPARTMENT_A, (OFFICE,), 1_800_000_000_000_000, "AAAAAAAAAAAA")
        await keeper.intend(envelope, inspection, 1)
        await keeper.close()
    finally:
        os.close(nowhere)
    (found,) = [one.record for one in kept(folder / "ledger") if isinstance(one.record, Intent)]
    text = metrics.render("text/plain")[0].decode()
    return found, sum(float(one) for one in re.findall(r'congthu_bugs_total\{[^}]*"ledger"[^}]*\} (\S+)', text))


@pytest.mark.parametrize("field", UNFIT)
def test_what_a_worker_may_not_say_is_left_empty(tmp_path: Path, field: str) -> None:
    """Text of a message in place of a rule, tag or word: the record is whole without it, and a bug is counted."""
    found, bugs = asyncio.run(kept_of(tmp_path, Inspection(UNFIT[field])))
    assert getattr(found, field) == getattr(Intent(transaction_id="", at_us=0), field)
    assert bugs == 1
    assert damages(tmp_path / "ledger") == []


def test_octets_that_are_no_text_cost_no_mail(tmp_path: Path) -> None:
    """A word of the matter in no UTF-8: the matter is left empty."""
    matter = msgspec.msgpack.encode({"sender": {"agency": "so-a"}}).replace(b"so-a", b"so-\xff")
    found, bugs = asyncio.run(kept_of(tmp_path, Inspection(Verdict(Disposition.RELAY), matter=matter)))
    assert found.matter == Matter()
    assert bugs == 1
