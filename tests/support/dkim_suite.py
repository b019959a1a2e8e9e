"""Vectors of dkimpy: the signed messages among its test data, and what dkimpy itself signs and verifies."""

from __future__ import annotations

import importlib
import itertools
import re
import sys
from datetime import UTC, datetime

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.identity.canonical import SignedContent
from gateway.read.identity.dkim import check_dkim
from gateway.read.mime.fields import read_section
from gateway.read.notes import Notes
from tests.support.dns_world import World
from tests.support.identity_suites import Outcome

AT = datetime(2026, 11, 30, tzinfo=UTC)
FOOTBALL = "._domainkey.football.example.com TXT"
GMAIL = (
    "k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1Kd87/UeJjenpabgbFwh+eBCsSTrqmwIYYvywlbhbqoo2DymndFkbjOVIPIldNs/"
    "m40KF+yzMn1skyoxcTUGCQs8g3FgD2Ap3ZB5DekAo5wMmk4wimDO+U8QzI3SD07y2+07wlNWwIt8svnxgdxGkVbbhzY8i+RQ9DpSVpPbF7ykQxtKXkv/"
    "ahW3KjViiAH+ghvvIhkx4xYSIc9oSwVmAl5OctMEeWUwg8Istjqz8BZeTWbf41fbNhte7Y+YqZOwq1Sd0DbvYAD9NOZK9vlfuac0598HY+vtSBczUiKE"
    "RHv1yRbcaQtZFh5wtiRrN04BLUTD21MycBX5jYchHjPY/wIDAQAB"
)
"""Key of 2013, as test_dkim.py has it."""
SIGNED = {
    "rfc6376.signed.msg": ("pass", "pass"),
    "rfc6376.signed.rsa.msg": ("pass",),
    "rfc6376.signed.no_t.msg": ("fail",),
    "ed25519test2.msg": ("pass",),
    "test2.message": ("pass",),
    "test.message.baddomain": ("neutral",),
    "message.mbox": ("permerror",),
}
"""Signed messages of the data, and what their signatures are worth by test_dkim.py and test_dkim_ed25519.py: what dkimpy
only refuses is told apart here."""
KEYS = {
    "test.private": "test.txt",
    "test.private 2": "test2.txt",
    "1024_testkey.key": "1024_testkey_wo_markers.pub.txt",
    "1024_testkey.key 2": "1024_testkey_wo_markers.pub.rsa.txt",
    "2048_testkey.key": "2048_testkey_wo_markers.pub.txt",
    "2048_testkey.key 2": "2048_testkey_wo_markers.pub.rsa.txt",
    "2048_testkey_PKCS8.key": "2048_testkey_PKCS8.key.pub.txt",
    "test.private bad version": "badversion.txt",
    "test.private bad kind": "badk.txt",
    "test.private tlsrpt": "test_tlsrpt.txt",
    "test.private bad key": "test_bad.txt",
}
"""Private key, and the record of it that the data holds."""
CHANGES = {
    "untouched": lambda mail: mail,
    "folded": lambda mail: mail.replace(b"Subject: ", b"Subject:\r\n  ", 1),
    "blanks": lambda mail: mail.replace(b" test", b" \t test"),
    "lines at the end": lambda mail: mail + b"\r\n\r\n",
    "blank line at the end": lambda mail: mail + b" \r\n",
    "name in capitals": lambda mail: mail.replace(b"\r\nSubject:", b"\r\nSUBJECT:", 1),
    "body": lambda mail: mail + b"foo\r\n",
    "subject": lambda mail: mail.replace(b"Testing", b"Tasting"),
    "second From": lambda mail: mail.replace(b"\r\nFrom:", b"\r\nFrom: x@y.example\r\nFrom:", 1),
    "field nobody signed": lambda mail: mail.replace(b"\r\nFrom:", b"\r\nX-Foo: bar\r\nFrom:", 1),
}
"""What may befall a message on its way."""


def run(file):
    """Run everything; `file` is the one of the data that marks their folder."""
    data = file.parent
    for name, wanted in SIGNED.items():
        yield Outcome("dkimpy data", name, (" ".join(wanted),), " ".join(_results(_mail(data / name), _records(data))))
    yield from _signed_by_dkimpy(data)


def _signed_by_dkimpy(data):
    """Have dkimpy sign one message in every way and change it in every way: it verifies for both, or for neither."""
    sys.path.insert(0, str(data.parents[2]))
    dkim = importlib.import_module("dkim")
    mail = _mail(data / "test.message")
    methods = itertools.product((b"simple", b"relaxed"), repeat=2)
    ways = [*((*pair, False) for pair in KEYS.items()), (*next(iter(KEYS.items())), True)]
    for (key, record, length), c in itertools.product(ways, methods):
        text = (data / record).read_text("latin-1").strip()
        private = (data / key.partition(" ")[0]).read_bytes()
        field = dkim.sign(mail, b"test", b"example.com", private, canonicalize=c, length=length)
        for change, make in CHANGES.items():
            changed = make(field + mail)
            wanted = "pass" if dkim.verify(changed, dnsfunc=lambda *_, text=text, **__: text.encode()) else "no pass"
            got = _results(changed, {"test._domainkey.example.com TXT": text})
            case = f"{key} {b'/'.join(c).decode()}{' l=' if length else ''}, {change}"
            yield Outcome("dkimpy", case, (wanted,), "pass" if got == ["pass"] else "no pass")


def _mail(file):
    """Read a message with the line ends of mail."""
    return re.sub(rb"\r?\n", b"\r\n", file.read_bytes())


def _records(data):
    """Give the key records of the signed messages."""
    return {
        f"test{FOOTBALL}": (data / "test.txt").read_text().strip(),
        f"brisbane{FOOTBALL}": "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "sed._domainkey.test.ex TXT": (data / "eximtest.dns").read_text().strip(),
        "20120113._domainkey.gmail.com TXT": GMAIL,
    }


def _results(mail, records):
    """Give the results of all signatures of a message."""
    content = SignedContent(mail, read_section(mail, 0, len(mail), Notes(DEFAULT_BUDGET)))
    return [one.result for one in check_dkim(content, World(records), AT)]
