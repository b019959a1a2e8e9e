"""Files of a corpus: what of a folder is read, as what, and in which order.

Read are PDFs, mails (also without extension, in mboxes and Maildirs) and every other document or container that
shows itself to be one; texts, programs and the unknown only where a label names them. Nothing here is parsed: the
octets go to a sandboxed worker in a memory file.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from gateway.read.kinds import sniff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_FILE_OCTETS: Final = 200_000_000
"""Largest file or message read; four times what the gateway takes by default."""
_HEAD_OCTETS = 4_096
_BLOCK_OCTETS = 1_048_576
_LEFT_OUT = frozenset({"text", "xml", "html", "ics", "empty", "unknown", "executable"})
"""Kinds no corpus is made of: notes, sources, tools."""
_DOCUMENTS = frozenset({
    ".pdf", ".doc", ".docx", ".docm", ".dot", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ppt", ".pptx", ".odt", ".ods",
    ".odp", ".rtf", ".htm", ".html", ".mht", ".p7m", ".p7s", ".msg", ".zip", ".7z", ".rar", ".dat",
})  # fmt: skip
"""Extensions that make a file a document, whatever it shows itself to be."""
_SIGNATURES = frozenset({".p7s", ".p7m", ".sig"})
_MBOX = re.compile(rb"From [^\r\n]{1,200}\r?\n>?[A-Za-z-]{2,60}:")
"""Separator line of an mbox (RFC 4155 appendix A) and the first field of a message."""


class Item(NamedTuple):
    """One thing to read."""

    path: str
    """Relative to the folder, with slashes; `#n` behind an mbox; what is no UTF-8 escaped."""
    kind: str
    """`eml` or `file`."""
    name: str = ""
    """File name, as an attachment of that name would have it."""
    fd: int = -1
    """Memory file with the octets, to be closed by the taker; -1 when there is a fault."""
    fault: str = ""
    beside_octets: int = 0
    """The octets are a signature of that length, and behind it the file of the same name it stands beside."""
    size_octets: int = 0


def find_items(folder: Path, is_labelled: Callable[[str], bool], without: Path | None = None) -> Iterator[Item | None]:
    """Yield what is to be read, in order of path, and None for every file left out.

    Args:
        folder: the folder, or one file.
        is_labelled: whether somebody has labelled a path; such a file is read whatever it is.
        without: a file that is no part of the corpus: the list of labels.
    """
    if folder.is_file():
        yield from _items(folder, folder.name, is_labelled)
        return
    for file in _walk(folder):
        path = shown_path(file, folder)
        if without is not None and file.resolve() == without.resolve():
            continue
        yield from _items(file, path, is_labelled)


def _walk(folder: Path) -> Iterator[Path]:
    """Yield files in order of path; links to folders are followed, but none twice."""
    seen: set[tuple[int, int]] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        found = Path(place).stat()
        if (found.st_dev, found.st_ino) in seen:
            folders.clear()
            continue
        seen.add((found.st_dev, found.st_ino))
        folders.sort()
        yield from (Path(place, name) for name in sorted(names))


def shown_path(file: Path, folder: Path) -> str:
    """Spell a path relative to the folder; octets that are no UTF-8 are escaped."""
    return os.fsencode(file.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")


def _items(file: Path, path: str, is_labelled: Callable[[str], bool]) -> Iterator[Item | None]:
    suffix, is_wanted = file.suffix.lower(), is_labelled(path)
    is_document = is_wanted or suffix in _DOCUMENTS or suffix == ".eml"
    if file.exists() and not file.is_file():
        yield None  # a folder, socket or device
        return
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD_OCTETS)
            if suffix != ".eml" and _MBOX.match(head):
                stream.seek(0)
                yield from _mbox(stream, path, file.name)
                return
    except OSError as error:
        yield Item(path, "file", fault=f"not_read: {error.strerror}") if is_document else None
        return
    kind = "eml" if suffix in {".eml", ".mht"} else sniff(head)
    if kind in _LEFT_OUT and not is_document:
        yield None
        return
    yield _open(file, path, "eml" if kind == "eml" else "file")


def _open(file: Path, path: str, kind: str) -> Item:
    """Copy a file into memory, and behind a signature the file it stands beside."""
    files = [file]
    signed = file.with_suffix("")
    if file.suffix.lower() in _SIGNATURES and signed.suffix and signed.is_file():
        files.append(signed)
    try:
        sizes = [one.stat().st_size for one in files]
        if sum(sizes) > MAX_FILE_OCTETS:
            return Item(path, kind, fault="too_large", size_octets=sizes[0])
        fd = _memory_file(files)
    except OSError as error:
        return Item(path, kind, fault=f"not_read: {error.strerror}")
    name = os.fsencode(file.name).decode("utf-8", "replace")
    return Item(path, kind, name, fd, beside_octets=sizes[0] if len(files) > 1 else 0)


def _memory_file(files: list[Path]) -> int:
    """Copy files behind each other into memory, the form in which workers get what they read."""
    fd = os.memfd_create("congthu-corpus")
    try:
        with os.fdopen(os.dup(fd), "wb") as target:
            for file in files:
                with file.open("rb") as source:
                    shutil.copyfileobj(source, target, _BLOCK_OCTETS)
    except BaseException:  # interrupted too: the descriptor is the only hold on that memory
        os.close(fd)
        raise
    return fd


def _mbox(stream: BinaryIO, path: str, name: str) -> Iterator[Item]:
    """Cut an mbox at its separator lines; each message is copied into memory by itself."""
    number, fd, size, target = 0, -1, 0, None
    is_blank, is_whole_line = True, True
    try:
        while line := stream.readline(_BLOCK_OCTETS):
            if is_blank and is_whole_line and line.startswith(b"From "):
                if target is not None:
                    target.close()
                    yield _message(path, name, number, fd, size)
                fd = os.memfd_create("congthu-corpus")
                number, size, target = number + 1, 0, os.fdopen(os.dup(fd), "wb")
            elif target is not None:
                size += len(line)
                if size <= MAX_FILE_OCTETS:
                    target.write(line)
            is_blank, is_whole_line = line in {b"\n", b"\r\n"}, line.endswith(b"\n")
        if target is not None:
            target.close()
            yield _message(path, name, number, fd, size)
    finally:
        if target is not None:
            target.close()


def _message(path: str, name: str, number: int, fd: int, size: int) -> Item:
    if size <= MAX_FILE_OCTETS:
        return Item(f"{path}#{number}", "eml", name, fd)
    os.close(fd)
    return Item(f"{path}#{number}", "eml", fault="too_large", size_octets=size)
