"""Loader: a generation is read and checked in a process of its own, so that the event loop never waits for it.

A registry of the largest size costs seconds of pure Python, which would hold the interpreter's lock against
every open session. The child writes what it made, or every problem it found, into a memory file.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import msgspec

from gateway.daemon.child import run_child
from gateway.daemon.config.load import load_config
from gateway.daemon.config.schema import Config  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.daemon.generation import Generation  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.daemon.loading import load_generation
from gateway.values.faults import ConfigProblem, Misconfigured

LOAD_SECONDS = 300.0
"""For the whole load: a child that takes longer is stuck."""
NICENESS = 10
"""Of the child of a reload: mail comes first."""


class Loaded(msgspec.Struct, frozen=True):
    """What the child hands back: a configuration with its generation, or problems."""

    config: Config | None = None
    generation: Generation | None = None
    problems: tuple[tuple[str, int, str, str], ...] = ()
    """File, line, key and message of each."""


async def load_apart(config_file: Path, number: int) -> tuple[Config, Generation]:
    """Read the configuration and all it names in a child process.

    Raises:
        Misconfigured: with every problem of every file.
        Transient: the child died or took too long.
        OSError: there is no process or descriptor to be had.
    """
    answer_fd = os.memfd_create("congthu-loaded")
    try:
        await run_child(
            "gateway.daemon.loader", (config_file, number, answer_fd),
            fds=(answer_fd,), seconds=LOAD_SECONDS, task="loading the configuration",
        )  # fmt: skip
        loaded = msgspec.msgpack.decode(os.pread(answer_fd, os.fstat(answer_fd).st_size, 0), type=Loaded)
    finally:
        os.close(answer_fd)
    if loaded.config is None or loaded.generation is None:
        raise Misconfigured([ConfigProblem(*problem) for problem in loaded.problems])
    return loaded.config, loaded.generation


def main() -> None:
    """Run as `python -m gateway.daemon.loader FILE NUMBER FD`."""
    file, number, fd = sys.argv[1:]
    if int(number) > 1:
        with contextlib.suppress(OSError):  # our own service unit forbids it
            os.nice(NICENESS)
    try:
        config = load_config(Path(file))
        loaded = Loaded(config, load_generation(config, int(number))[0])
    except Misconfigured as fault:
        problems = ((problem.file, problem.line, problem.key, problem.message) for problem in fault.problems)
        loaded = Loaded(problems=tuple(problems))
    with os.fdopen(int(fd), "wb") as answer:
        answer.write(msgspec.msgpack.encode(loaded))


if __name__ == "__main__":
    main()
