"""Every page of documentation can be reached on the site (`make docs`), and every link between pages leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "policies").glob("*/README.md")],
)
_TREE = re.compile(r"^```\{toctree\}\n(.*?)^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?![a-z]+:|#)([^()\s#]+)(?:#[^()\s]*)?\)")
_BLOCK = re.compile(r"^(`{3,})(?!\{).*?^\1", re.DOTALL | re.MULTILINE)


def entries(page: Path) -> set[Path]:
    """Pages that the tables of contents of one page name."""
    found: set[Path] = set()
    for body in _TREE.findall(page.read_text(encoding="utf-8")):
        for line in body.splitlines():
            if line and not line.startswith(":"):
                name = line.split("<")[-1].rstrip(">")
                hits = list(page.parent.glob(f"{name}.md")) if "*" in name else [page.parent / f"{name}.md"]
                assert hits, f"{page.relative_to(ROOT)} names {line}, and there is none"
                found.update(hit.resolve() for hit in hits)
    return found


def test_every_page_stands_in_a_table_of_contents():
    """A page nobody is led to is not read: the walk from docs/index.md reaches each."""
    reached, waiting = set(), [ROOT / "docs/index.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            assert page.is_file(), f"a table of contents names {page.relative_to(ROOT)}, which does not exist"
            reached.add(page)
            waiting.extend(entries(page))
    assert [str(page.relative_to(ROOT)) for page in PAGES if page.resolve() not in reached] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_lead_somewhere(page):
    """The same link works in a clone and on the site, for both are read from the tree as it stands."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    assert [link for link in _LINK.findall(text) if not (page.parent / link).exists()] == []
