"""The command line run in this process, exit status and both outputs as a user sees them."""

from __future__ import annotations

import contextlib
import io
import sys
from typing import NamedTuple

from gateway.commands.cli import main


class Done(NamedTuple):
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def congthu(*arguments: object, stdin: str = "") -> Done:
    """Run `congthu` as its process would, but for the process: `main` and all that is below it."""
    given, out, err = (io.TextIOWrapper(io.BytesIO(octets), "utf-8") for octets in (stdin.encode(), b"", b""))
    status, ours = 0, (sys.argv, sys.stdin)
    sys.argv, sys.stdin = ["congthu", *map(str, arguments)], given
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as end:
        status = end.code or 0
    finally:
        sys.argv, sys.stdin = ours
    out.flush(), err.flush()
    return Done(status, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())
