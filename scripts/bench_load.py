"""Load of the benchmark: a sink that counts, senders that time, mails of each kind.

Same mail many times goes through Postfix's smtp-source (C, cheap). Distinct mails and latencies go through
`send_all`, plain blocking sockets in threads of a process of its own; every peer is loaded by the same code.
"""

from __future__ import annotations

import abc
import contextlib
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SENDER, RECIPIENT = "vanthu@soa.bench.gov.vn", "vanthu@vpubnd.bench.gov.vn"


class Sink(abc.ABC):
    """Takes everything, keeps nothing, counts."""

    def __init__(self, port: int, command: Sequence[str]) -> None:
        self.port = port
        self._counts = tempfile.NamedTemporaryFile(prefix="sink")  # noqa: SIM115 - lives as long as the sink
        self._process = subprocess.Popen(command, stdout=self._counts, stderr=subprocess.STDOUT, start_new_session=True)

    @property
    def count(self) -> int:
        """Messages taken so far."""
        with Path(self._counts.name).open("rb") as counts:
            return self.counted(counts)

    @staticmethod
    @abc.abstractmethod
    def counted(counts: BinaryIO) -> int:
        """Read the number from what the sink wrote."""

    def wait_for(self, count: int, seconds: float = 120.0) -> None:
        """Wait until so many messages arrived: a relay that queues gains nothing by answering early."""
        end = time.monotonic() + seconds
        while self.count < count and time.monotonic() < end:
            time.sleep(0.01)
        if self.count < count:
            raise SystemExit(f"bench: only {self.count} of {count} messages reached the sink")

    def stop(self) -> None:
        """End it and what it forked."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class SmallSink(Sink):
    """Postfix's smtp-sink, which costs least for a small mail."""

    def __init__(self, port: int) -> None:
        super().__init__(port, ["smtp-sink", "-c", "-u", "nobody", f"127.0.0.1:{port}", "1000"])

    @staticmethod
    def counted(counts: BinaryIO) -> int:
        """Find its last line."""
        counts.seek(max(0, os.fstat(counts.fileno()).st_size - 200))
        found = re.findall(rb"mesg=(\d+)", counts.read())
        return int(found[-1]) if found else 0


class LargeSink(Sink):
    """`bench_sink.py`, which costs least for a large one."""

    def __init__(self, port: int) -> None:
        super().__init__(port, [sys.executable, str(Path(__file__).with_name("bench_sink.py")), str(port)])

    @staticmethod
    def counted(counts: BinaryIO) -> int:
        """Add up its processes."""
        return sum(memoryview(counts.read()).cast("Q"))


@contextlib.contextmanager
def running_sink(port: int, *, is_large: bool = False) -> Iterator[Sink]:
    """Give a sink that listens."""
    sink = LargeSink(port) if is_large else SmallSink(port)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield sink
    finally:
        sink.stop()


def source_rate(port: int, sink: Sink, mail: Path, messages: int, sessions: int) -> float:
    """Messages per second of one mail sent many times, each over a new connection, until the sink has them all."""
    base, started = sink.count, time.monotonic()
    command = ["smtp-source", "-s", str(sessions), "-m", str(messages), "-f", SENDER, "-t", RECIPIENT, "-F", str(mail)]
    done = subprocess.run([*command, f"127.0.0.1:{port}"], check=False, capture_output=True, timeout=300)
    if done.returncode:
        raise SystemExit(f"bench: smtp-source: {done.stderr.decode()[-300:]}")
    sink.wait_for(base + messages)
    return messages / (time.monotonic() - started)


class Timing(NamedTuple):
    """Outcome of sending a set of mails."""

    rate: float
    """Messages per second."""
    p50_ms: float
    """From the final dot to the reply."""
    p99_ms: float


def sender_timing(port: int, sink: Sink, mails: Sequence[Path], sessions: int) -> Timing:
    """Send each mail once over its own connection, `sessions` at a time, in a process of its own."""
    base, started = sink.count, time.monotonic()
    command = [sys.executable, __file__, str(port), str(sessions)]
    done = subprocess.run(command, input="\n".join(map(str, mails)), check=True, capture_output=True, text=True)
    sink.wait_for(base + len(mails))
    rate = len(mails) / (time.monotonic() - started)
    times = sorted(json.loads(done.stdout))
    return Timing(rate, statistics.median(times) * 1000, times[min(len(times) - 1, int(len(times) * 0.99))] * 1000)


def wire_form(mail: bytes) -> bytes:
    """Turn a file with LF line ends into what goes on the wire: CRLF, dot-stuffed, ended."""
    octets = mail.replace(b"\n", b"\r\n")
    octets = octets if octets.endswith(b"\r\n") else octets + b"\r\n"
    return octets.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _expect(connection: socket.socket, code: bytes) -> None:
    reply = b""
    while not re.search(rb"^\d{3} .*\r\n\Z", reply, re.MULTILINE):
        more = connection.recv(4096)
        if not more:
            raise SystemExit("bench: connection lost")
        reply += more
    if not reply.startswith(code):
        raise SystemExit(f"bench: {reply.decode('ascii', 'replace')}")


def send_all(port: int, paths: Sequence[str], sessions: int, source: str = "127.0.0.1", turns: int = 1) -> list[float]:
    """Send every mail, as often as there are turns; answer seconds from the final dot to the reply, as they end."""
    mails = {path: wire_form(Path(path).read_bytes()) for path in paths}
    waiting = (mails[path] for _ in range(turns) for path in paths)
    times: list[float] = []
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                octets = next(waiting, None)
            if octets is None:
                return
            with socket.create_connection(("127.0.0.1", port), 60, (source, 0)) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _expect(connection, b"220")
                for line in (b"EHLO bench", b"MAIL FROM:<%s>" % SENDER.encode(), b"RCPT TO:<%s>" % RECIPIENT.encode()):
                    connection.sendall(line + b"\r\n")
                    _expect(connection, b"250")
                connection.sendall(b"DATA\r\n")
                _expect(connection, b"354")
                connection.sendall(octets)
                started = time.perf_counter()
                _expect(connection, b"250")
                times.append(time.perf_counter() - started)
                connection.sendall(b"QUIT\r\n")

    threads = [threading.Thread(target=work) for _ in range(sessions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


if __name__ == "__main__":
    port_text, sessions_text, *of_stream = sys.argv[1:]
    source_text, turns_text = of_stream or ("127.0.0.1", "1")
    names = sys.stdin.read().split("\n")
    print(json.dumps(send_all(int(port_text), names, int(sessions_text), source_text, int(turns_text))))
