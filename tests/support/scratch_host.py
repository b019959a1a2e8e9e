"""A host on which commands of the documentation are typed: a running gateway, its folder, its log, a clone of the tree.

What is not there is the system around: `/etc/congthu` is a folder of the test, `journalctl` shows the log the gateway has
written to its standard error, and `systemctl reload congthu` sends it SIGHUP and waits for its word. `congthu` itself is
the whole program, in a process of its own that had its imports made beforehand (`tests/support/fork_server.py`).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING

from tests.support.daemon import Daemon, mail_titled, running_daemon
from tests.support.fork_server import served_program
from tests.support.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SENT = ("PDF có chữ ký số", "chưa ký", "gmail tự xưng", "Công dân")
"""Words of the titles of what has come in before anything is typed."""
LIMIT_S = 400.0

_JOURNALCTL = """#!/bin/sh
cat {log}
"""
_SYSTEMCTL = """#!/bin/sh
[ "$*" = "reload congthu" ] || {{ echo "no systemctl here but: reload congthu" >&2; exit 1; }}
count() {{ grep -cE '"event":"(reloaded|reload_failed)"' {log}; }}
before=$(count)
kill -HUP {pid}
tries=0
until [ "$(count)" -gt "$before" ]; do
  tries=$((tries + 1)); [ "$tries" -lt 300 ] || exit 1
  sleep 0.1
done
"""
_SECOND_CASE = """{
 "about": "Thư có tiêu đề: chuyển đi.", "mail_from": "vanthu@soa.tinh-a.example", "rcpt_to": ["vanthu@sob.tinh-a.example"],
 "at": "2026-11-23T09:00:00+07:00",
 "registry": {
  "agencies": [{"id": "so-a", "name": "Sở A", "agency_class": "department", "territory": "tinh-a"}],
  "domains": {"soa.tinh-a.example": {"kind": "official", "agency": "so-a"}}
 },
 "expect": {"disposition": "relay", "misses": ["SOA-1"]}
}
"""


class ScratchHost:
    """The host; each page has a folder of its own to type in."""

    def __init__(self, folder: Path, daemon: Daemon) -> None:
        self.folder, self.daemon = folder, daemon
        self._programs = folder / "bin"
        words = {"log": daemon.log_file, "pid": daemon.process.pid if daemon.process else 0}
        for name, text in (("journalctl", _JOURNALCTL), ("systemctl", _SYSTEMCTL)):
            self._write(self._programs / name, text.format(**words), 0o755)

    def _write(self, file: Path, text: str, mode: int = 0o644) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        file.chmod(mode)

    def place_for(self, page: str) -> Path:
        """Give the folder in which commands of a page are typed: a clone, with what readers have of their own in it."""
        place = self.folder / "typed" / page.replace("/", "-")
        if place.exists():
            return place
        place.mkdir(parents=True)
        for name in ("docs", "config", "scripts", "systemd", "Makefile", "pyproject.toml", "requirements.lock"):
            (place / name).symlink_to(ROOT / name)
        for name in ("congthu.toml", "registry.toml", "trust"):
            (place / name).symlink_to(self.daemon.folder / name)
        (place / ".venv/bin").mkdir(parents=True)
        (place / ".venv/bin/congthu").symlink_to(self._programs / "congthu")
        (place / ".venv/.ready").touch()
        (place / "policies").mkdir()
        for pack in (ROOT / "policies").iterdir():
            (place / "policies" / pack.name).symlink_to(pack)
        unsigned = mail_titled("chưa ký")
        (place / "DIR").mkdir()
        (place / "thu.eml").write_bytes(unsigned.octets)
        (place / "DIR" / "thu.eml").write_bytes(mail_titled("PDF có chữ ký số").octets)
        (place / "MAILS").symlink_to("DIR")
        (place / "new.toml").symlink_to(self.daemon.config)
        (place / "build/demo").mkdir(parents=True)
        for name in ("congthu.toml", "registry.toml", "trust"):
            (place / "build/demo" / name).symlink_to(self.daemon.folder / name)
        (place / "build/demo/02.eml").symlink_to(place / "thu.eml")
        self._write(place / "labels.jsonl", '{"path": "thu.eml", "label": "passed"}\n')
        self._write(place / "labels.csv", "path,label\nthu.eml,relay\n")
        return place

    def second_case(self, place: Path) -> None:
        """Write the case that the readme describes in words, beside the one it shows."""
        cases = place / "policies/so-a/cases"
        self._write(cases / "subject.verdict.json", _SECOND_CASE)
        mail = (cases / "no-subject.eml").read_text("utf-8")
        self._write(cases / "subject.eml", "Subject: 12/SA-VP\n" + mail)

    def type(self, text: str, place: Path) -> subprocess.CompletedProcess[str]:
        """Have a shell do what a block says, and end at the first command that fails."""
        text = text.replace("/etc/congthu", str(self.daemon.folder))
        path = f"{self._programs}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["sh", "-e", "-c", text], cwd=place, env=os.environ | {"PATH": path}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip


_RECORDS = """[records]
store = "sqlite:///{folder}/records.db"
ledgers = ["ledger"]

[registry]
files = ["registry.toml"]
"""


@contextlib.contextmanager
def scratch_host(folder: Path) -> Iterator[ScratchHost]:
    """Start the gateway, have some mails come in, and give the host."""
    changes = {"[metrics]": '[ledger]\nfolder = "ledger"\n\n[metrics]'}
    (folder / "congthu").mkdir()
    with running_daemon(folder / "congthu", changes=changes) as daemon:
        (daemon.folder / "records.toml").write_text(_RECORDS.format(folder=daemon.folder), "utf-8")
        for title in SENT:
            daemon.send_mail(mail_titled(title))
        with served_program(folder / "bin" / "congthu", daemon.config):
            yield ScratchHost(folder, daemon)
