"""Readiness, watchdog and inherited sockets without a running systemd."""

import os
import socket

from gateway.edge.host import systemd


def test_notify_reaches_the_manager(tmp_path):
    """READY=1 arrives as one datagram; without a manager nothing happens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        assert systemd.notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert manager.recv(100) == b"READY=1"
    assert not systemd.notify("READY=1", {})
    assert not systemd.notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "nobody")})


def test_watchdog_interval_is_half_of_what_is_allowed():
    """The interval is in seconds and only for this process."""
    assert systemd.watchdog_interval_s({"WATCHDOG_USEC": "30000000"}) == 15.0
    assert systemd.watchdog_interval_s({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}) == 0.0
    assert systemd.watchdog_interval_s({}) == 0.0


def test_sockets_meant_for_another_process_are_left_alone():
    """LISTEN_PID of somebody else means none for us."""
    assert systemd.inherited_sockets({"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid() + 1)}) == []
    assert systemd.inherited_sockets({}) == []
