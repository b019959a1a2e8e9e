"""What a reader worker and the process that fetches may still do once they are shut in."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys

import pytest

from gateway.edge.readers.pool import ReaderPool, ReaderSettings
from tests.support import escapes

ATTEMPTS = """
import os, socket, ssl, subprocess, sys
from gateway.edge.readers.sandbox import enter_fetcher

folder, port = sys.argv[1], int(sys.argv[2])
secret = os.path.join(os.path.dirname(folder), "key.pem")
report = enter_fetcher(folder)

def write(path):
    with open(path, "w") as file:
        file.write("x")

def attempt(name, act):
    try:
        act()
    except OSError as error:
        print(name, type(error).__name__)
    else:
        print(name, "done")

print("layers", report.landlock_abi > 0 and report.seccomp and report.no_new_privs)
attempt("connect", lambda: socket.create_connection(("127.0.0.1", port)).close())
attempt("look up", lambda: socket.getaddrinfo("localhost", 80))
attempt("certificates", ssl.create_default_context)
attempt("write", lambda: write(os.path.join(folder, "new")))
attempt("replace", lambda: os.replace(os.path.join(folder, "new"), os.path.join(folder, "list")))
attempt("remove", lambda: os.unlink(os.path.join(folder, "list")))
attempt("key", lambda: open(secret).close())
attempt("write elsewhere", lambda: write(secret + ".new"))
attempt("folder", lambda: os.mkdir(os.path.join(folder, "deeper")))
attempt("listen", lambda: socket.create_server(("127.0.0.1", 0)))
attempt("program", lambda: subprocess.run(["/bin/true"], check=True))
attempt("kill", lambda: os.kill(os.getppid(), 0))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Let a process of its own try everything; what came of each attempt."""
    place = tmp_path_factory.mktemp("place")
    (place / "cache").mkdir()
    (place / "key.pem").write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", ATTEMPTS, str(place / "cache"), port], capture_output=True, text=True, check=True
        )
    told = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    if told.pop("layers") != "True":
        pytest.skip("this kernel offers no Landlock or seccomp")
    return told


def test_a_fetcher_connects_and_writes_its_folder(told):
    """Names, web certificates, files put in place and taken away."""
    for name in ("connect", "look up", "certificates", "write", "replace", "remove"):
        assert "done" == told.pop(name)


def test_a_fetcher_does_nothing_else(told):
    """No key, no other file or folder, no server, no program, no signal."""
    for name in ("key", "write elsewhere", "folder", "listen", "program", "kill"):
        assert "PermissionError" == told[name]


REFUSALS = {
    "Operation not permitted",
    "Permission denied",
    "can't start new thread",
    "not allowed to raise maximum limit",
}


@pytest.fixture(scope="module")
def tried():
    """Let a worker of a real pool try everything; what came of each attempt."""

    async def story():
        pool = ReaderPool(ReaderSettings(workers=1), json.loads)
        fd = os.memfd_create("message")
        try:
            await pool.start("tests.support.escapes:load", b"")
            return await pool.inspect(b"try", fd, unread=b""), pool.sandbox_report
        finally:
            os.close(fd)
            await pool.close()

    found, report = asyncio.run(story())
    if not (report.seccomp and report.landlock_abi):
        pytest.skip("this kernel offers no Landlock or seccomp")
    return found


@pytest.mark.parametrize("name", escapes.numbers_of(escapes.MACHINE) if escapes.MACHINE in escapes.MACHINES else ())
def test_a_worker_cannot_make_the_call(tried, name):
    """Whatever reaches beyond the worker, or outlasts it, is refused by name."""
    assert "Operation not permitted" == tried[name]


@pytest.mark.parametrize("name", escapes.ACTS)
def test_a_worker_cannot_do(tried, name):
    """Nor by the ways programs take."""
    assert tried[name] in REFUSALS


def test_every_call_that_is_not_listed_is_refused(tried):
    """Also what nobody thought of; and what this kernel may have and we do not know is absent, as on an older one."""
    assert (["Operation not permitted"], "Function not implemented") == (tried["unlisted"], tried["younger"])
