"""A bug in a detector, through the real pool and workers: told, deferred once, then answered, and no secret passes."""

import asyncio
import os

import msgspec
import pytest

from gateway.daemon.asking import decode_inspection
from gateway.daemon.config.load import Config
from gateway.daemon.generation import Order
from gateway.daemon.loading import load_generation
from gateway.edge.readers.pool import ReaderPool, ReaderSettings, Without
from gateway.values.faults import Transient
from gateway.values.verdict import Disposition
from tests.daemon.test_unread import ENVELOPE, HEAD, word

encode = msgspec.msgpack.encode
BROKEN = "hỏng bộ dò"
PAPER = "UBND TỈNH A\r\nSỞ NỘI VỤ\r\nSố: 12/SNV-VP\r\n"


def mail(subject: str, body: str, attached: str) -> bytes:
    """A mail in wire form with a text and a file that is one."""
    head = HEAD.format(subject=word(subject), more="Message-ID: <1@so-a.example.vn>\r\n")
    typed = "Content-Type: text/plain; charset=utf-8"
    named = "Content-Disposition: attachment; filename=a.txt"
    mixed = f'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n{typed}\r\n\r\n{body}\r\n'
    return f"{head}{mixed}--b\r\n{typed}\r\n{named}\r\n\r\n{attached}\r\n--b--\r\n.\r\n".encode()


MAILS = {
    "sound": mail("x", "Gửi", PAPER),
    "subject": mail(f"Báo cáo {BROKEN}", "Gửi", PAPER),
    "body": mail("x", f"Gửi {BROKEN}", PAPER),
    "file": mail("x", "Gửi", f"{PAPER}{BROKEN}"),
    "secret file beside": mail(f"Báo cáo {BROKEN}", "Gửi", f"TỐI MẬT\r\n{PAPER}"),
    "secret file itself": mail("x", "Gửi", f"TỐI MẬT\r\n{PAPER}{BROKEN}"),
    "secret subject": mail(f"[MẬT] 12/KH-UBND {BROKEN}", "Gửi", PAPER),
    "secret text": mail("x", f"MẬT\r\n{PAPER}{BROKEN}", "Gửi"),
}


async def _asked(pool, octets):
    """Bring a message three times, as a client does; gives the deferrals, and what was known at last."""
    fd = os.memfd_create("test")
    os.write(fd, octets)
    without = Without("192.0.2.0/24", lambda left_out: encode(Order(ENVELOPE, left_out=left_out)), 2_262_144)
    unread, deferrals, known = encode(Order(ENVELOPE, is_unread=True)), [], None
    try:
        for _ in range(3):
            try:
                known = await pool.inspect(encode(Order(ENVELOPE)), fd, unread=unread, without=without)
            except Transient as fault:
                deferrals.append((fault.situation, fault.detail))
        return deferrals, known
    finally:
        os.close(fd)


async def _story():
    pool, bugs = ReaderPool(ReaderSettings(workers=1, deadline_s=60.0), decode_inspection), []
    pool.on_bug = bugs.append
    try:
        await pool.start("tests.support.flawed_work:load", encode(load_generation(Config(), 1)[0]))
        told = {}
        for name, octets in MAILS.items():
            bugs.clear()
            told[name] = (*await _asked(pool, octets), list(bugs))
        return told, pool.restarts
    finally:
        await pool.close()


@pytest.fixture(scope="module")
def story():
    """What became of each mail, and how many workers were replaced."""
    return asyncio.run(_story())


@pytest.mark.parametrize("name", list(MAILS)[1:])
def test_a_bug_is_told_and_costs_one_deferral(story, name):
    """The client comes again, and then there is an answer; log and metric hear of the place each time, not of a word."""
    deferrals, known, bugs = story[0][name]

    assert known is not None
    assert ["internal"] == [situation for situation, _ in deferrals]
    assert {("KeyError", True)} == {(bug.kind, bug.place.startswith("gateway.read.")) for bug in bugs}
    assert len(bugs) == 3
    assert "hỏng" not in str(deferrals)


@pytest.mark.parametrize("name", [name for name in MAILS if name.startswith("secret")])
def test_no_secret_passes_for_a_bug_elsewhere(story, name):
    """Wherever the mark stands and wherever the bug is."""
    verdict = story[0][name][1].verdict

    assert verdict.is_secret
    assert "NAT-SEC-1" in {finding.rule for finding in verdict.findings}


@pytest.mark.parametrize(
    ("name", "rule"), [("subject", "NAT-SEC-5"), ("body", "NAT-SEC-5"), ("file", "NAT-SEC-4-BROKEN")]
)
def test_a_text_that_was_not_read_is_judged_as_such(story, name, rule):
    """By the rules about what cannot be read: the mail is tagged, and not refused."""
    verdict = story[0][name][1].verdict

    assert rule in {finding.rule for finding in verdict.findings}
    assert verdict.disposition is Disposition.TAG


def test_nobody_else_hears_of_it(story):
    """Mail without the bug is answered at once, and no worker is lost."""
    deferrals, known, bugs = story[0]["sound"]

    assert (deferrals, bugs, story[1]) == ([], [], 0)
    assert not {"NAT-SEC-5", "NAT-SEC-4-BROKEN"} & {finding.rule for finding in known.verdict.findings}
