"""Commands of the documentation, typed as a reader types them, on a scratch host with a real gateway."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.support.scratch_host import scratch_host
from tests.support.shell_blocks import PAGES, blocks_of

_TRANSLATED = {"README.vi.md"}
"""Pages whose blocks are those of another but for comments (tests/house/test_readme.py)."""
_READ = {page: blocks_of(page) for page in PAGES if page.name not in _TRANSLATED}
_RUN = {page: blocks for page, blocks in _READ.items() if any(block.is_run for block in blocks)}


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """One host for all pages."""
    with scratch_host(tmp_path_factory.mktemp("host")) as one:
        yield one


@pytest.mark.parametrize("blocks", _RUN.values(), ids=[page.stem for page in _RUN])
def test_what_a_page_says_can_be_typed(host, blocks):
    """Block after block in one folder, files of the page written where it shows them."""
    place = host.place_for(blocks[0].page)
    for block in blocks:
        if block.file:
            file = place / block.file
            file.unlink(missing_ok=True)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, "utf-8")
            if block.file.endswith("no-subject.verdict.json"):
                host.second_case(place)
        elif block.is_run and all(map(shutil.which, block.needed)):
            done = host.type(block.text, place)
            assert done.returncode == block.status, f"{block.name} ended with {done.returncode}:\n{done.stdout}"
            missing = [words for words in block.expected if words not in done.stdout]
            assert missing == [], f"{block.name} does not say so:\n{done.stdout}"
            assert not re.search(r"(?m)^Traceback|not found$", done.stdout), f"{block.name}:\n{done.stdout}"
