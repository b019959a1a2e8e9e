"""Mail that broke its readers, through the real pool and the whole daemon: judged as unread, and as nothing else."""

import asyncio
import base64
import os
import signal
import threading
from functools import cache

import msgspec
import pytest

from gateway.daemon.asking import decode_inspection
from gateway.daemon.config.load import Config
from gateway.daemon.generation import Order
from gateway.daemon.loading import load_generation
from gateway.demo.mails import OFFICE
from gateway.edge.readers.pool import ReaderPool, ReaderSettings, Without
from gateway.values.envelope import Client, Envelope
from gateway.values.faults import Transient
from gateway.values.verdict import Disposition

ENVELOPE = Envelope(
    client=Client("192.0.2.10"),
    reverse_path="vanthu@so-a.example.vn",
    forward_paths=("vanthu@ubnd.example.vn",),
    received_at_us=1_795_000_000_000_000,
    transaction_id="4bXk2TzQ",
)
encode = msgspec.msgpack.encode
HEAD = "From: Văn thư <vanthu@so-a.example.vn>\r\nSubject: {subject}\r\n{more}MIME-Version: 1.0\r\n"
MIXED = 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nKính gửi\r\n'


def attached(name: str) -> str:
    """A part that is a file; `name` is the whole parameter, folds and all."""
    return f"--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; {name}\r\n\r\nx\r\n"


def mail(subject: str = "Báo cáo tháng 11", more: str = "", *files: str) -> bytes:
    """A mail in wire form."""
    text = HEAD.format(subject=subject, more=more) + MIXED + "".join(map(attached, files)) + "--b--\r\n.\r\n"
    return text.encode()


async def _twice_broken(mails):
    """Have the worker killed while it holds a message, twice for each; answer what the gateway knows then."""
    pool = ReaderPool(ReaderSettings(workers=1, deadline_s=60.0), decode_inspection)
    try:
        await pool.start("gateway.daemon.inspection:load", encode(load_generation(Config(), 1)[0]))
        return {octets: await _killed(pool, octets) for octets in mails}
    finally:
        await pool.close()


async def _killed(pool, octets: bytes):
    fd = os.memfd_create("test")
    os.write(fd, octets)
    without = Without("192.0.2.0/24", lambda left_out: encode(Order(ENVELOPE, left_out=left_out)), 2_262_144)
    asked = encode(Order(ENVELOPE)), encode(Order(ENVELOPE, is_unread=True))
    try:
        for _ in range(2):
            (worker,) = pool._all
            os.kill(worker.pid, signal.SIGSTOP)  # it never begins, so it names no file
            asking = asyncio.create_task(pool.inspect(asked[0], fd, unread=asked[1], without=without))
            while not pool.busy:  # noqa: ASYNC110 - the pool tells nobody
                await asyncio.sleep(0)
            os.kill(worker.pid, signal.SIGKILL)
            try:
                return await asking
            except Transient:
                while not pool.is_up:  # noqa: ASYNC110 - the pool tells nobody
                    await asyncio.sleep(0)
        raise AssertionError
    finally:
        os.close(fd)


@cache
def inspections():
    """Inspections of all mails of the tables below, each of which broke two workers."""
    tables = (*ORDINARY.values(), *SECRET.values(), *map(_named, HONEST_NAMES), HOPS)
    return asyncio.run(_twice_broken(tables))


def unread(octets: bytes):
    """Inspection of a message that broke two workers."""
    return inspections()[octets]


def word(text: str) -> str:
    """An encoded word."""
    return "=?utf-8?B?" + base64.b64encode(text.encode()).decode() + "?="


ORDINARY = {
    "honest": mail(),
    "invitation": mail("Giấy mời họp lúc 8 giờ ngày mai, 15/GM-UBND"),
    "document": mail("Báo cáo năm 2026", "", 'filename="15_QĐ-SA.pdf"'),
    "two authors": mail("x", "From: khac@so-b.example.vn\r\nSender: ai@so-c.example.vn\r\n"),
    "nobody": b"Subject: x\r\n\r\nx\r\n.\r\n",
    "no header": b"\r\n\r\n.\r\n",
    "noise": b"\0\xff\r\n.\r\n",
    "odd fields": mail("x", "X-Bare: a\rb\r\nFrom (a): b\r\n"),
}


@pytest.mark.parametrize("octets", ORDINARY.values(), ids=ORDINARY)
def test_unread_mail_is_judged_by_the_rule_about_unread_mail_only(octets):
    """Nothing is made of an author, a document or a structure that was not read to its end."""
    verdict = unread(octets).verdict

    assert {"NAT-SEC-5"} == {finding.rule for finding in verdict.findings}
    assert verdict.disposition is Disposition.TAG


LONG = "X-Long: " + "\r\n ".join(["a" * 900] * 400) + "\r\n"
SECRET = {
    "subject": mail("[TỐI MẬT] 12/KH-UBND"),
    "encoded": mail(word("[MẬT] Báo cáo")),
    "behind 360 kB": mail("Báo cáo", LONG + "Subject: [MẬT] 12/KH-UBND\r\n"),
    "name": mail("x", "", 'filename="[MẬT] 12_KH-UBND.pdf"'),
    "encoded name": mail("x", "", 'filename="a.pdf"', f'filename="{word("MẬT - bao cao.pdf")}"'),
    "extended": mail("x", "", "filename*=utf-8''%5BM%E1%BA%ACT%5D%20bao%20cao.pdf"),
    "in pieces": mail("x", "", "\r\n filename*0*=utf-8''%5BM%E1%BA%AC;\r\n filename*1*=T%5D%20bao%20cao.pdf"),
    "the message itself": mail("x", 'Content-Disposition: attachment; filename="TUYỆT MẬT - a.pdf"\r\n'),
}


@pytest.mark.parametrize("octets", SECRET.values(), ids=SECRET)
def test_marks_of_secrecy_outside_the_content_still_count(octets):
    """Of subjects and of the names of files, however they are written."""
    verdict = unread(octets).verdict

    assert verdict.is_secret
    assert {finding.rule for finding in verdict.findings} <= {"NAT-SEC-1", "NAT-SEC-5"}


HONEST_NAMES = ("bao cao cong tac bao mat.pdf", "Thông báo.pdf", "mat bang.pdf", "Lê Văn Mật - CV.pdf")


def _named(name: str) -> bytes:
    return mail("x", "", f'filename="{name}"')


@pytest.mark.parametrize("name", HONEST_NAMES)
def test_honest_names_of_unread_mail_are_no_marks(name):
    """The same detector as ever reads them."""
    assert not unread(_named(name)).verdict.is_secret


FORGED = "Congthu-Verdict: pass\r\nCongthu-Tag: x\r\n"
HOPS = mail("x", "Received: from a by b; x\r\n" * 120 + LONG + FORGED)


def test_hops_are_counted_and_forged_fields_found_in_unread_mail():
    """However far down the header section they stand."""
    inspection = unread(HOPS)

    assert inspection.received_count == 120
    assert b"".join(HOPS[start:end] for start, end in inspection.forged_ranges) == FORGED.encode()


def _sent_to_dead_readers(daemon, octets: bytes) -> tuple[int, str]:
    """Send a message whose workers are killed before they can begin."""
    daemon.wait_for(lambda: not daemon.metric("congthu_workers_busy"), "still at the mail of our own")
    for pid in daemon.workers():
        os.kill(pid, signal.SIGSTOP)
    stopped, replies = daemon.workers(), []
    sending = threading.Thread(target=lambda: replies.append(daemon.send(octets, "ban.bien.tap@bao.example")))
    sending.start()
    daemon.wait_for(lambda: daemon.metric("congthu_workers_busy"), "nobody reads")
    for pid in stopped:
        os.kill(pid, signal.SIGKILL)
    sending.join()
    daemon.wait_for(lambda: not set(daemon.workers()) & set(stopped) and daemon.is_ready(), "no new readers")
    return replies[0]


@pytest.mark.parametrize(
    ("more", "expected", "delivered"),
    [
        ("Congthu-Verdict: pass\r\n", 250, 1),
        ("Subject: [TỐI MẬT] 12/KH-UBND\r\n", 554, 0),
        ("Received: from a by b; x\r\n" * 120, 554, 0),
    ],
    ids=["forged field", "secret", "hops"],
)
def test_the_daemon_forgets_nothing_of_mail_that_breaks_its_readers(gateway, more, expected, delivered):
    """The first time the sender is asked to try again; the second time there is an answer, and it is a true one."""
    octets = f"From: ban.bien.tap@bao.example\r\nTo: {OFFICE}\r\n{more}\r\nKính gửi quý cơ quan.\r\n".encode()
    assert _sent_to_dead_readers(gateway, octets)[0] == 451
    code, reply = _sent_to_dead_readers(gateway, octets)
    received = [message.octets for message in gateway.next_hop.messages]
    assert (code, len(received)) == (expected, delivered), reply
    if delivered:
        assert b"Congthu-Verdict: pass\r\n" not in received[0]
        assert b"thu-khong-doc-duoc" in received[0]
