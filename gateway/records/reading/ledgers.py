"""Ledgers: folders of ledger files as sources, each file known by the hash of its first record.

Names of files do not tell them apart: two nodes may claim one name, and a file may have been copied. Of a file whose
first record cannot be believed, the name and folder stand in.
"""

from __future__ import annotations

import itertools
import sqlite3
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, Protocol

from gateway.edge.ledger.files import list_files, parse_name
from gateway.edge.ledger.reader import Damage, Kept, open_to_read, read_file, read_ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from gateway.edge.ledger.files import LedgerFile
    from gateway.edge.ledger.reader import Found, Place


class Ends(NamedTuple):
    """What tells one file from another, and an older copy of it from itself."""

    origin: str
    """Hash of its first record in hex."""
    last_seq: int
    """Number of its last record; 0 when it cannot be read now."""
    stand_in: str
    """Folder and name, which stand in for `origin` while its first record cannot be read."""


class Ledger(Protocol):
    """Ledger files of one place."""

    def ends(self) -> Mapping[str, Ends]:
        """Give name of file to its ends."""
        ...

    def read(self, after: Mapping[str, Place]) -> Iterable[tuple[str, Iterable[Found]]]:
        """Give (name of file, what is found behind the place told of it)."""
        ...

    def damages(self, file: str) -> Iterable[Damage]:
        """Look through one file from its beginning for what cannot be believed."""
        ...


class FolderLedger:
    """All ledger files of one folder: what one host wrote, or what was brought of it."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is read yet."""
        self._folder = folder

    def ends(self) -> dict[str, Ends]:
        """List the files in the order they were written.

        Raises:
            OSError: the folder cannot be read.
        """
        return {file.name: self._ends(file) for file in list_files(self._folder)}

    def _ends(self, file: LedgerFile) -> Ends:
        first = next(read_file(self._folder, file), None)
        is_whole = isinstance(first, Kept) and first.seq == 1
        stand_in = f"{self._folder.name}/{file.name}"
        origin = first.hash.hex() if isinstance(first, Kept) and is_whole else stand_in
        try:
            with open_to_read(self._folder / file.name) as database:
                last = database.execute("SELECT max(seq) FROM record").fetchone()[0] or 0
        except (sqlite3.Error, OSError):
            last = 0
        return Ends(origin, last, stand_in)

    def read(self, after: Mapping[str, Place]) -> Iterable[tuple[str, Iterable[Found]]]:
        """Read the files in the order they were written.

        Raises:
            OSError: the folder cannot be read.
        """
        return itertools.groupby(read_ledger(self._folder, after), key=attrgetter("file"))

    def damages(self, file: str) -> list[Damage]:
        """Look through one file; one that is gone meanwhile cannot be read, which is a damage too."""
        named = parse_name(file)
        assert named is not None
        return [found for found in read_file(self._folder, named) if isinstance(found, Damage)]
