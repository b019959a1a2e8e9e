"""Web pages saved as one file."""

from __future__ import annotations

import time

from gateway.read.office.mhtml import mhtml_start

PAGE = b"MIME-Version: 1.0\r\nX-A: b\r\nContent-Type: multipart/related; boundary=m\r\n"


def test_pages_are_found_behind_lines() -> None:
    """The fields of MHTML count wherever they stand on the first lines; those of another type do not."""
    assert (mhtml_start(PAGE), mhtml_start(b"x\r\n" + PAGE), mhtml_start(PAGE.replace(b"related", b"mixed"))) == (
        0,
        3,
        -1,
    )


def test_many_beginnings_end() -> None:
    """A head of nothing but beginnings is gone through soon."""
    begin = time.process_time()

    assert mhtml_start(b"MIME-Version: 1.0\n" * 1_000) == -1
    assert time.process_time() - begin < 1
