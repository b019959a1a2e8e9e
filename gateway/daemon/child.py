"""Child processes that do one errand apart from the event loop: started, waited for so long, never left behind."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from gateway.values.faults import Transient

if TYPE_CHECKING:
    from collections.abc import Iterable


async def run_child(
    module: str, arguments: Iterable[object], *, fds: tuple[int, ...], seconds: float, task: str
) -> None:
    """Run a module of ours in an interpreter of its own and wait until it has ended; cancelled, it is killed.

    Args:
        module: what follows `python -m`.
        arguments: its command line, spelled by `str`.
        fds: descriptors it inherits under the same numbers.
        seconds: how long it may take.
        task: what it does, for the fault (`loading the configuration`).

    Raises:
        Transient: it took too long or ended with another status than 0.
        OSError: there is no process or descriptor to be had.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *map(str, arguments), pass_fds=fds, stdin=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(seconds):
            status = await child.wait()
    except TimeoutError:
        raise Transient("not_ready", f"{task} takes too long") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if status:
        raise Transient("not_ready", f"{task}: the process ended with {status}")
