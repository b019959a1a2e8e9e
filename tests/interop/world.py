"""World: a gateway as its own process, and the store at the end of every chain, which keeps what arrives."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from scripts.bench_peers import free_port, wait_for_port
from tests.support.scripted_nexthop import EXTENSIONS, ScriptedNextHop

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path
    from typing import Any

    from tests.support.scripted_nexthop import Received

DOMAIN = "interop.example"
CONFIG = """\
[gateway]
host = "congthu.interop.example"
[listen]
addresses = ["127.0.0.1:{port}"]
{certificate}
[relay]
relay_domains = [".interop.example"]
client_networks = ["127.0.0.1/32"]
{routes}
[policy]
packs = ["national"]
[metrics]
listen = "127.0.0.1:{metrics}"
"""
ROUTE = """\
[[relay.routes]]
name = "{name}"
domains = ["{domain}"]
hosts = ["{host}:{port}"]
{tls}
"""


class Tls(NamedTuple):
    """A certificate for `localhost`, and who signed it."""

    certificate: Path
    """With its key."""
    ca_file: Path


class Gateway(NamedTuple):
    """A running gateway, as a sender has to know it."""

    port: int
    log: Path
    tls: Tls | None
    """Set when senders have to use STARTTLS and check the certificate."""


class Route(NamedTuple):
    """Where one domain goes; `*` is all others."""

    port: int
    domain: str = "*"
    ca_file: Path | None = None
    """Set when the next hop's certificate is to be checked."""


@contextlib.contextmanager
def gateway(folder: Path, routes: list[Route], tls: Tls | None = None, blocks: str = "") -> Iterator[Gateway]:
    """Run it until the block ends; `blocks` are more `[[listen]]` blocks as they are written."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    written = [
        ROUTE.format(
            name=f"route-{number}",
            domain=route.domain,
            host="localhost" if route.ca_file else "127.0.0.1",
            port=route.port,
            tls=f'tls = "verified"\nca_file = "{route.ca_file}"' if route.ca_file else 'tls = "none"',
        )
        for number, route in enumerate(routes)
    ]
    certificate = f'certificate_file = "{tls.certificate}"\nkey_file = "{tls.certificate}"' if tls else ""
    text = CONFIG.format(port=port, metrics=free_port(), routes="".join(written), certificate=certificate)
    if blocks:
        text = text.replace("[listen]", "[[listen]]").replace("[relay]", f"{blocks}[relay]")
    (folder / "congthu.toml").write_text(text)
    with (folder / "log").open("ab") as log:
        command = [sys.executable, "-m", "gateway", "run", "--config", str(folder / "congthu.toml")]
        process = subprocess.Popen(command, stderr=log)
    try:
        wait_for_port(port)
        yield Gateway(port, folder / "log", tls)
    finally:
        process.terminate()
        process.wait()


class Store:
    """Takes every message and keeps it, but for mailboxes called `nobody`; can be away for a while."""

    def __init__(self, extensions: tuple[str, ...] = EXTENSIONS) -> None:
        refuse = lambda line: "550 5.1.1 No such mailbox" if "<nobody" in line else None  # noqa: E731 - shorter than a function here
        self._hop = ScriptedNextHop({"RCPT": refuse}, extensions=extensions)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="store", daemon=True)
        self._thread.start()
        self.up()

    @property
    def port(self) -> int:
        """Its port, the same after it was away."""
        return self._hop.port

    @property
    def messages(self) -> list[Received]:
        """What arrived so far."""
        return list(self._hop.messages)

    @property
    def commands(self) -> list[str]:
        """Every command line it heard."""
        return list(self._hop.commands)

    def up(self) -> None:
        """Listen."""
        self._do(self._hop.__aenter__())

    def down(self) -> None:
        """Cut every session and listen no more."""
        self._do(self._hop.stop())

    def _do(self, work: Coroutine[Any, Any, Any]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


def until(condition: Callable[[], object], seconds: float, between: Callable[[], object] | None = None) -> bool:
    """Wait for a condition, doing something now and then; tell whether it came true."""
    end = time.monotonic() + seconds
    pause_s = 0.05
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause_s)
        pause_s = min(1.0, pause_s * 1.5)
        if between is not None and pause_s == 1.0:
            between()
    return True
