"""Ports and certificates as clients meet them: real listeners, real certificates."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from gateway.commands.doctor.served import certificates, ports
from gateway.daemon.config.load import load_config
from tests.support.certificates import write_pair
from tests.support.throwaway_tls import ThrowawayAuthority

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gateway.commands.doctor.line import Line

HOST = "congthu.so-a.example"
NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)


def looked_at_ports(folder: Path, address: str, more: str = "", metrics: str = "") -> list[Line]:
    """Look at the ports of a configuration."""
    text = f'[listen]\naddresses = ["{address}"]\n{more}\n[metrics]\nlisten = "{metrics}"\n'
    (folder / "congthu.toml").write_text(text)
    return list(ports(load_config(folder / "congthu.toml")))


@contextlib.contextmanager
def other_program(says: bytes) -> Iterator[str]:
    """Listen as another program does, which says this and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                client, _ = server.accept()
                with client:
                    client.sendall(says)
                    client.shutdown(socket.SHUT_WR)
                    while client.recv(4096):
                        pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@contextlib.contextmanager
def dripping_program() -> Iterator[str]:
    """Begin an answer of HTTP, and send an octet of a header every tenth of a second, as long as somebody reads."""
    is_over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                client, _ = server.accept()
                with client:
                    client.sendall(b"HTTP/1.0 200 OK\r\nX-Long: ")
                    while not is_over.wait(0.1):
                        client.sendall(b"a")

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        is_over.set()
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def test_free_port_says_that_no_gateway_runs(tmp_path: Path) -> None:
    """Both of clients and of metrics."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        smtp, metrics = (f"127.0.0.1:{server.getsockname()[1]}" for server in (one, other))
    lines = looked_at_ports(tmp_path, smtp, metrics=metrics)

    assert ["warn", "warn"] == [line.state for line in lines]
    assert all("is free: no gateway runs" in line.found for line in lines)


@pytest.mark.parametrize(
    ("says", "state", "words"),
    [
        (b"220 mail.so-a.example ESMTP Postfix\r\n", "fail", "taken by another program: 220 mail.so-a.example"),
        (b"220 \x1b[2J\r\n", "fail", r"taken by another program: 220 \u001b[2J"),
        (b"", "fail", "it says nothing"),
        (b"421 4.3.2 congthu.so-a.example is not ready, try again later\r\n", "warn", "is not ready"),
        (b"220 congthu.so-a.example ESMTP Congthu\r\n", "ok", "the gateway answers, as congthu.so-a.example"),
    ],
)
def test_who_answers_is_told(tmp_path: Path, says: bytes, state: str, words: str) -> None:
    """Another mail server, something mute, the gateway before it is ready, the gateway."""
    with other_program(says) as address:
        (line,) = looked_at_ports(tmp_path, address)

    assert state == line.state
    assert words in line.found


def test_listener_behind_a_proxy_is_not_expected_to_speak(tmp_path: Path) -> None:
    """It waits for the proxy's header first."""
    with other_program(b"") as address:
        (line,) = looked_at_ports(tmp_path, address, 'proxy_networks = ["127.0.0.1/32"]')

    assert "ok" == line.state


def test_address_of_another_host_is_told_without_asking_there(tmp_path: Path) -> None:
    """It was written wrong, or moved."""
    (line,) = looked_at_ports(tmp_path, "192.0.2.1:25")

    assert "fail" == line.state
    assert "no interface of this host has that address" in line.todo


def test_metrics_of_another_program_are_told(tmp_path: Path) -> None:
    """Something else answers at that port."""
    with other_program(b"HTTP/1.0 404 Not Found\r\n\r\n") as address:
        lines = looked_at_ports(tmp_path, "192.0.2.1:25", metrics=address)

    assert "is another program's: 404" in lines[1].found


def test_program_that_drips_is_not_waited_for_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each octet of a header comes in time, and the header has no end."""
    monkeypatch.setattr("gateway.commands.doctor.served.PATIENCE_S", 0.5)
    with dripping_program() as address:
        lines = looked_at_ports(tmp_path, "192.0.2.1:25", metrics=address)

    assert "does not answer as the gateway does" in lines[1].found


def looked_at_certificate(folder: Path, certificate: Path, key: Path, now: dt.datetime = NOW) -> list[tuple[str, str]]:
    """Look at one certificate; give state and words."""
    text = (
        f'[gateway]\nhost = "{HOST}"\n[listen]\naddresses = ["127.0.0.1:25"]\ncertificate_file = "{certificate}"\n'
        f'key_file = "{key}"\n'
    )
    (folder / "congthu.toml").write_text(text)
    return [(line.state, line.found) for line in certificates(load_config(folder / "congthu.toml"), now)]


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """A certificate for our name, with that of its authority behind it, and its key."""
    authority = ThrowawayAuthority(tmp_path)
    authority.server_context(HOST)
    file = tmp_path / f"{HOST}.pem"
    file.write_bytes(file.read_bytes() + (tmp_path / "ca.pem").read_bytes())
    return file


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (NOW, ("ok", "is good until 2120-01-01")),
        (dt.datetime(2119, 12, 20, tzinfo=dt.UTC), ("warn", "ends 2120-01-01, in 12 days")),
        (dt.datetime(2120, 1, 1, tzinfo=dt.UTC), ("fail", "ended 2120-01-01")),
        (dt.datetime(2019, 12, 31, tzinfo=dt.UTC), ("fail", "begins 2020-01-01")),
    ],
)
def test_dates_of_a_certificate_are_told(
    tmp_path: Path, chain: Path, on: dt.datetime, expected: tuple[str, str]
) -> None:
    """Good, near its end, ended, not yet begun; nothing else is said of a good one."""
    ((state, words),) = looked_at_certificate(tmp_path, chain, chain, on)

    assert (expected[0], True) == (state, expected[1] in words)


def test_certificate_for_nobody_and_by_itself_is_told(tmp_path: Path) -> None:
    """Its name stands where nobody looks any more, and no authority signed it."""
    found = looked_at_certificate(tmp_path, *write_pair(tmp_path, HOST))

    assert ["ok", "warn", "warn"] == [state for state, _words in found]
    assert f"is for no name, and the gateway calls itself {HOST}" in found[1][1]
    assert "is signed by itself" in found[2][1]


def test_chain_without_its_middle_is_told(tmp_path: Path) -> None:
    """Some clients know the root alone."""
    ThrowawayAuthority(tmp_path).server_context("*.so-a.example")
    file = tmp_path / "*.so-a.example.pem"
    found = looked_at_certificate(tmp_path, file, file)

    assert [("ok", True), ("warn", True)] == [(state, "so-a.example" in words) for state, words in found]
    assert "holds the certificate alone" in found[1][1]


def test_key_of_another_certificate_is_told(tmp_path: Path, chain: Path) -> None:
    """The gateway would not start with it."""
    _certificate, key = write_pair(tmp_path, "other")
    ((state, words),) = looked_at_certificate(tmp_path, chain, key)

    assert "fail" == state
    assert "not usable with key" in words
