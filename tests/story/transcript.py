r"""Plays a transcript of `C:` and `S:` lines against a listener: a whole dialogue as a readable file.

`C: text` sends a line and CRLF; several in a row go out in one packet. `C! text` sends it as written, with
`\r`, `\n`, `\0` and `\xNN` escapes and no line ending. `S: text` expects a line that starts so (or equals it
when it ends in `$`). `S! close` expects the end of the session. `set: name = value` before the first line
changes a listener setting (`client_networks` and `extensions` too); `#` starts a comment; `M: text` expects the stored message, escapes as above.
"""

from __future__ import annotations

import ast
import asyncio
from typing import TYPE_CHECKING

from tests.support.smtp_client import PATIENCE_S, bench

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.smtp_client import Bench, RawClient


def unescape(text: str) -> bytes:
    """Turn backslash escapes into the octets they name."""
    return text.encode("utf-8").decode("unicode_escape").encode("latin-1")


def play(path: Path) -> None:
    """Play one file; an assertion names the file's line that failed."""
    asyncio.run(_play(path.name, path.read_text("utf-8")))


async def _play(story: str, text: str) -> None:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    settings, steps = {}, []
    for number, line in lines:
        mark, _, words = line.partition(" ")
        if mark == "set:":
            name, _, value = words.partition(" = ")
            settings[name] = ast.literal_eval(value)
        elif not line.startswith("#"):
            steps.append((number, mark, words))
    assert steps, f"{story}: nothing to play"
    async with bench(**settings) as made:
        client = await made.client()
        messages = iter(made.handler.messages)
        pending = b""
        for number, mark, words in steps:
            if mark in {"C:", "C!"}:
                pending += words.encode("utf-8") + b"\r\n" if mark == "C:" else unescape(words)
                continue
            if pending:
                await client.send(pending)
                pending = b""
            await _expect(f"{story}:{number}", made, client, mark, words, messages)


async def _expect(place: str, made: Bench, client: RawClient, mark: str, text: str, messages) -> None:
    if mark == "S:":
        async with asyncio.timeout(PATIENCE_S):
            line = (await client.reader.readline()).decode("utf-8", "replace").removesuffix("\r\n")
        if text.endswith("$"):
            assert line == text[:-1], place
        else:
            assert line[: len(text)] == text, f"{place}: {line!r}"
    elif mark == "S!":
        assert await client.rest() == b"", place
    elif mark == "M:":
        assert next(messages) == unescape(text), place
    else:
        raise AssertionError(f"{place}: unknown mark {mark}")
