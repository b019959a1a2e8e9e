"""A PostgreSQL of its own for tests: made by initdb in a folder of its own, under an account without rights."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
"""Where Debian 12 puts them (`apt-get install postgresql-15`)."""
UNPRIVILEGED = "nobody"
"""Root may not run PostgreSQL."""
WAIT_S = 60


def why_not():
    """Say why there is no PostgreSQL to test with; empty when there is."""
    if not (PROGRAMS / "initdb").exists():
        return "postgresql-15 is not installed"
    try:
        import psycopg  # noqa: F401, PLC0415 - the question is whether it loads
    except ImportError as error:
        return f"psycopg does not load: {error}"
    return ""


@contextlib.contextmanager
def cluster():
    """Run a PostgreSQL that only a socket in its folder leads to; give its URL, without the database."""
    folder = Path(tempfile.mkdtemp(prefix="congthu-postgresql-"))
    account = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    data, log = folder / "data", folder / "log"

    def run(program, *arguments):
        as_account = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        subprocess.run(
            [PROGRAMS / program, *arguments], check=True, timeout=WAIT_S, cwd=folder, env={"LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **as_account,
        )  # fmt: skip

    try:
        run("initdb", "-D", data, "-U", "congthu", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        run("pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            yield f"postgresql://congthu@/{{}}?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
