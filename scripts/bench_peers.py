"""Peers of the benchmark: Debian's Postfix and amavisd as throw-away instances on free loopback ports.

Each peer is a context manager that yields where to send and what runs; it relays to the sink port it is given.
Nothing of the system's own mail configuration is touched. Needs root (both programs do).
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

from gateway.demo.ports import free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Peer(NamedTuple):
    """A relay that runs."""

    port: int
    pid: int
    """Its root process: all that works for it is below."""


def free_port() -> int:
    """Find a loopback port nobody listens on."""
    return free_ports(1)[0]


def wait_for_port(port: int, seconds: float = 30.0) -> None:
    """Wait until somebody greets on the port with 220."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2) as connection:
            if connection.recv(3) == b"220":
                return
        time.sleep(0.1)
    raise SystemExit(f"bench: nothing greets on port {port}")


POSTFIX_MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/maillog
maillog_file_prefixes = {home}
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = bench-postfix.local
mydestination =
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{sink}
disable_dns_lookups = yes
smtpd_recipient_restrictions = permit_mynetworks, reject
message_size_limit = 52428800
mailbox_size_limit = 0
smtpd_client_connection_count_limit = 0
"""
POSTFIX_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
relay unix - - n - - smtp
retry unix - - n - - error
error unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
"""


@contextlib.contextmanager
def postfix(home: Path, sink: int, port: int = 0, main: str = "", master: str = "") -> Iterator[Peer]:
    """Run plain Postfix: accepts, queues on disk, relays unread; `main` and `master` are added to its files."""
    shutil.rmtree(home, ignore_errors=True)
    port, owner = port or free_port(), pwd.getpwnam("postfix")
    for folder in ("queue", "data", "etc"):
        (home / folder).mkdir(parents=True)
    os.chown(home / "data", owner.pw_uid, owner.pw_gid)
    (home / "etc/main.cf").write_text(POSTFIX_MAIN.format(home=home, sink=sink) + main)
    (home / "etc/master.cf").write_text(POSTFIX_MASTER.format(port=port) + master)
    command = ["postfix", "-c", str(home / "etc")]
    subprocess.run([*command, "start"], check=True, capture_output=True)
    try:
        wait_for_port(port)
        yield Peer(port, int((home / "queue/pid/master.pid").read_text()))
    finally:
        subprocess.run([*command, "stop"], check=False, capture_output=True)


AMAVIS = """\
use strict;
$max_servers = 2;
$daemon_user = 'amavis'; $daemon_group = 'amavis';
$mydomain = 'bench.local'; $myhostname = 'bench-amavis.bench.local';
$MYHOME = '{home}'; $TEMPBASE = '{home}/tmp'; $db_home = '{home}/db'; $lock_file = '{home}/lock';
$pid_file = '{home}/pid'; $QUARANTINEDIR = undef; $enable_db = 0; $log_level = 0; $do_syslog = 0;
$LOGFILE = '{home}/log';
$inet_socket_bind = '127.0.0.1'; $inet_socket_port = {port};
@inet_acl = qw( 127.0.0.1 ); @mynetworks = qw( 127.0.0.0/8 );
$forward_method = 'smtp:[127.0.0.1]:{sink}'; $notify_method = $forward_method;
@bypass_virus_checks_maps = (1); @bypass_spam_checks_maps = (1);
$final_banned_destiny = D_BOUNCE; $enable_dkim_verification = 0; $enable_dkim_signing = 0;
$banned_filename_re = new_RE( qr'.\\.(exe|vbs|pif|scr|bat|cmd|com|cpl)$'i );
@local_domains_maps = ( [ '.' ] );
1;
"""


@contextlib.contextmanager
def amavisd(home: Path, sink: int) -> Iterator[Peer]:
    """Run amavisd with two children, checking names and types only: no virus or spam checks."""
    shutil.rmtree(home, ignore_errors=True)
    port, owner = free_port(), pwd.getpwnam("amavis")
    config = home / "etc/amavisd.conf"  # amavisd wants it where it cannot write itself
    state = home / "state"
    for folder in ("etc", "state/tmp", "state/db"):
        (home / folder).mkdir(parents=True)
    config.write_text(AMAVIS.format(home=state, sink=sink, port=port))
    for path in (state, state / "tmp", state / "db"):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    process = subprocess.Popen(
        ["amavisd", "-c", str(config), "foreground"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_port(port)
        yield Peer(port, process.pid)
    finally:
        process.terminate()
        process.wait()
