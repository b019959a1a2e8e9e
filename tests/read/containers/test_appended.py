"""Archives behind other files."""

from __future__ import annotations

import pytest

from gateway.read.containers.appended import find_appended
from tests.corpus.archives import SEVEN_ZIP, cab, rar, rar5_volume
from tests.corpus.crafted import PNG, PROGRAM
from tests.corpus.packing import stored

CONSTANTS = b"7z\xbc\xaf\x27\x1c" + b"Rar!\x1a\x07\0" + b"Rar!\x1a\x07\x01\0" + b"MSCF\0\0\0\0" + b"x" * 60


@pytest.mark.parametrize(
    ("archive", "kind"),
    [(SEVEN_ZIP, "7z"), (rar(("a.txt", b"mot")), "rar"), (rar5_volume(), "rar"), (cab(("a.txt", b"mot")), "cab")],
)
def test_archives_are_told_from_the_constants_of_programs(archive: bytes, kind: str) -> None:
    """The signature alone, as programs that unpack hold it, is no archive; what follows it tells."""
    found = find_appended(PROGRAM + CONSTANTS + archive)

    assert found == (kind, len(PROGRAM + CONSTANTS))


def test_zip_files_end_where_the_file_ends() -> None:
    """A zip file at the very end is one of its own; one with more behind it is part of something else."""
    archive = stored(("a.txt", b"mot"))

    assert find_appended(PNG + archive) == ("zip", 0)
    assert find_appended(PNG + archive + b"more") is None
    assert find_appended(PNG) is None
