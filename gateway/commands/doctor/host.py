"""Host: clock, memory, sandbox, and the disk that fetched lists are kept on."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import pwd
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gateway.commands.checking import TOO_LITTLE_BUDGET, confine
from gateway.commands.doctor.line import Line, fail, ok, warn
from gateway.commands.trust_report import fetch_warnings
from gateway.edge.host.clock import find_clock_state
from gateway.edge.host.memory import has_unified_cgroups, may_swap
from gateway.read.trust.authorities import authorities
from gateway.values.faults import Transient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.daemon.config.schema import Config
    from gateway.daemon.generation import Generation
    from gateway.values.trust import TrustSnapshot

AT_REST_OCTETS: Final = 200_000_000
"""Of the gateway with two workers that read nothing (docs/deployment.md)."""
READING_OCTETS: Final = 256_000_000
"""That a worker may take beyond while it reads one file (ADR 0013)."""
LITTLE_OCTETS, LEAST_OCTETS = 100_000_000, 10_000_000
"""Of free disk: lists of all authorities have some megabytes, and are written anew beside the old ones."""
NEVER_BEFORE: Final = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
"""No clock that shows an earlier time is right: this program is younger."""
SERVICE_USER: Final = "congthu"
_AGES: Final = dt.timedelta(days=36_525)
_GB: Final = 1_000_000_000


def clock(trust: TrustSnapshot, now: dt.datetime) -> Line:
    """Say whether the time may be believed; signatures, lists and dates of rules are judged by it."""
    later = now + _AGES  # else a clock that fell back would not see the lists that tell so
    issued = (one.crl.last_update_utc for one in authorities(trust, later) if one.crl is not None)
    youngest = max((NEVER_BEFORE, *issued))
    todo = "run chrony or systemd-timesyncd, against a server of your own where there is no Internet"
    if now < youngest:
        return fail("clock", f"it is {now:%Y-%m-%d %H:%M}Z, before {youngest:%Y-%m-%d %H:%M}Z", todo)
    state = find_clock_state()
    if state is None:
        return ok("clock", f"{now:%Y-%m-%d %H:%M}Z; the kernel does not tell whether it is kept in step")
    if not state.is_synchronised:
        return warn("clock", f"{now:%Y-%m-%d %H:%M}Z, and nobody keeps it in step", todo)
    return ok("clock", f"{now:%Y-%m-%d %H:%M}Z, kept in step, wrong by {state.largest_error_s:.3f} s at most")


def memory(config: Config, total: int) -> Iterator[Line]:
    """Say whether so many octets are enough for the most that the configuration lets in, and stay off disks."""
    in_flight = sum(block.limits.in_flight_octets for block in config.listen)
    reading = AT_REST_OCTETS + config.inspection.readers.workers * READING_OCTETS
    words = f"{total / _GB:.1f} GB; reading takes {reading / _GB:.1f}, messages under way {in_flight / _GB:.1f} at most"
    if not total:
        yield warn("memory", "the host does not tell how much it has", "mount /proc")
    elif total < reading:
        todo = "give the host more, or lower inspection.readers.workers"
        yield fail("memory", words, todo)
    elif total < reading + in_flight:
        rest = max(total - reading, 0) // 1_000_000 * 1_000_000
        todo = f"give the host more, or set in_flight_octets to {rest:_} in all: past it clients wait, and nothing dies"
        yield warn("memory", words, todo)
    else:
        yield ok("memory", words)
    if may_swap() and not has_unified_cgroups():
        todo = "switch it off or encrypt it: systemd cannot keep the service out of it without cgroup version 2"
        yield warn("memory", "swap is on, and messages could come to lie on its disk", todo)


def sandbox(config: Config, generation: Generation) -> Iterator[Line]:
    """Start one worker as the gateway does, let it read a mail of ours, and say what confines it."""
    try:
        found, is_all_read = asyncio.run(confine(config, generation))
    except (Transient, OSError) as error:
        todo = "see `congthu check`, and what the kernel or the container forbids"
        yield fail("sandbox", f"no worker reads a mail: {error}", todo)
        return
    todo = "use a kernel of 5.13 or later with Landlock and seccomp; in a container, let its profile permit them"
    missing = [] if found.landlock_abi else ["Landlock"]
    missing += [] if found.seccomp else ["seccomp"]
    missing += [] if found.no_new_privs and found.rlimits else ["limits"]
    if missing:
        yield warn("sandbox", f"workers read without {', '.join(missing)}", todo)
    else:
        yield ok("sandbox", f"Landlock {found.landlock_abi}, seccomp, limits; a worker reads a mail of ours")
    if not is_all_read:
        yield fail("sandbox", TOO_LITTLE_BUDGET, "raise what you lowered under [inspection.budget]")


def disk(config: Config, user: str = SERVICE_USER) -> Iterator[Line]:
    """Say whether fetched lists can be kept by a user; where that is not who asks, only root can tell."""
    folder = config.trust.fetch.folder
    if not folder:
        yield ok("disk", "nothing is fetched (trust.fetch.folder), and nothing else is written")
        return
    space = os.statvfs(folder)
    free = space.f_bavail * space.f_frsize
    words = f"{folder}: {free / 1_000_000:,.0f} MB free"
    if space.f_flag & os.ST_RDONLY or not _is_writable(Path(folder), user):
        todo = f"chown {user}: {folder}; in the unit, CacheDirectory= or ReadWritePaths= must name it"
        yield fail("disk", f"{folder} cannot be written by the service: lists run out and signatures are put off", todo)
    elif free < LEAST_OCTETS or (space.f_files and not space.f_favail):
        yield fail("disk", f"{words}, no room for new lists", "make room, or name another folder")
    elif free < LITTLE_OCTETS:
        yield warn("disk", words, "make room before lists cannot be written any more")
    else:
        yield ok("disk", words)
    for found in fetch_warnings(config):
        yield warn("disk", found.removeprefix("trust: "), "`congthu trust` asks again and tells why")


def _is_writable(folder: Path, name: str) -> bool:
    """Tell whether a user may write a folder; whoever is not root, or knows no such user, asks for himself."""
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        return os.access(folder, os.W_OK | os.X_OK)
    if os.geteuid():
        return os.access(folder, os.W_OK | os.X_OK)
    state = folder.stat()
    if state.st_uid == user.pw_uid:
        return bool(state.st_mode & 0o200)
    return bool(state.st_mode & (0o020 if state.st_gid == user.pw_gid else 0o002))
