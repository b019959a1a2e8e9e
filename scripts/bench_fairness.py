"""Fairness for the benchmark: what small mail of one client waits beside a stream of costly mail of another.

Both clients are strangers in networks of their own, each as busy as its few sessions allow; the stream runs before the
first small mail comes and until the last one is answered.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from email.message import EmailMessage
from typing import TYPE_CHECKING, NamedTuple

import bench_load
from bench_load import RECIPIENT, SENDER, Sink, Timing, sender_timing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SESSIONS = 4
"""Of either client: more than there are workers on two cores."""
SMALL_MAILS = 800
PARTS = 1_000
OTHER_CLIENT = "127.0.1.1"
"""In another network than 127.0.0.1, where the small mail comes from."""
TURNS = 400
"""Times the stream's mails are sent at most: more than the small ones can take."""


class Stream(NamedTuple):
    """Mail of the other client."""

    name: str
    mails: Sequence[Path]


def mail_of_parts(path: Path) -> Path:
    """Write a mail of a thousand attached texts, no two alike."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, RECIPIENT, "Danh sách kèm theo"
    message.set_content("Kính gửi Văn phòng UBND tỉnh,")
    for number in range(PARTS):
        message.add_attachment(f"Mục {number}: nội dung triển khai\n" * 5, filename=f"muc-{number}.txt")
    path.write_bytes(message.as_bytes())
    return path


@contextlib.contextmanager
def flowing(port: int, sink: Sink, mails: Sequence[Path]) -> Iterator[None]:
    """Have the other client send these mails over and over, from its first answers on."""
    base = sink.count
    command = [sys.executable, bench_load.__file__, str(port), str(SESSIONS), OTHER_CLIENT, str(TURNS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        try:
            process.stdin.write("\n".join(map(str, mails)).encode())
            process.stdin.close()
            sink.wait_for(base + 2 * SESSIONS)
            yield
        finally:
            process.kill()


def beside(port: int, sink: Sink, small: Path, stream: Stream | None, count: int = SMALL_MAILS) -> Timing:
    """Send small mails, alone or beside a stream; answer their times from the final dot to the reply."""
    with flowing(port, sink, stream.mails) if stream is not None else contextlib.nullcontext():
        return sender_timing(port, sink, [small] * count, SESSIONS)
