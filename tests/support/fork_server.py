"""The program for tests that type it often: imported once, and each run a fork of its own with its own end.

What a run does after the imports is what it does anywhere: arguments, folder, environment and standard streams are those
of whoever typed it. Importing takes most of a second of processor time, which a page of commands pays once this way.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.support.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SERVER = """
import importlib, json, os, pkgutil, signal, socket, sys
sys.path.insert(0, {root!r})
import gateway.commands
from gateway.commands.cli import cli, main
for module in pkgutil.walk_packages(gateway.commands.__path__, "gateway.commands."):
    importlib.import_module(module.name)
waiting = [cli]
while waiting:
    command = waiting.pop()
    waiting += getattr(command, "commands", {{}}).values()
    for one in command.params:
        if one.default == "/etc/congthu/congthu.toml":
            one.default = {config!r}


def run(asked, streams):
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(3, 64)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["congthu", *asked["arguments"]]
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    main()


listener = socket.socket(socket.AF_UNIX)
listener.bind({address!r})
listener.listen(16)
print("ready", flush=True)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    typed, _ = listener.accept()
    if os.fork():
        typed.close()
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    words, streams, _, _ = socket.recv_fds(typed, 1 << 20, 3)
    if (child := os.fork()) == 0:
        run(json.loads(words), streams)
    typed.sendall(bytes([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255]))
    os._exit(0)
"""
_TYPED = """#!{python} -IS
import json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({address!r})
asked = {{"arguments": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}}
socket.send_fds(server, [json.dumps(asked).encode()], [0, 1, 2])
sys.exit(ord(server.recv(1)))
"""


@contextlib.contextmanager
def served_program(program: Path, config: Path) -> Iterator[None]:
    """Write `program`, the command `congthu` with `config` as its default configuration, and serve it."""
    words = {"python": sys.executable, "root": str(ROOT), "config": str(config), "address": f"{program}.socket"}
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(_TYPED.format(**words), "utf-8")
    program.chmod(0o755)
    with subprocess.Popen([sys.executable, "-c", _SERVER.format(**words)], stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            yield
        finally:
            server.kill()
