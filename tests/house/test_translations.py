"""Vietnamese pages: each tells what its English page tells, section by section, with the same commands and files."""

from __future__ import annotations

import re

import pytest

from tests.support.tree import ROOT

DOCS = ROOT / "docs"
_TWIN = re.compile(r"Bản\s+tiếng\s+Anh:\s+\[[\w-]+\.md\]\(\.\./([\w-]+\.md)\)")
_FENCE = re.compile(r"(?ms)^ *```(\w*)\n(.*?)^ *```$")
_PAGES = sorted(page.name for page in (DOCS / "vi").glob("*.md") if page.name != "index.md")


def twin_of(name):
    """Find the English page that a Vietnamese one names as its own."""
    found = _TWIN.findall((DOCS / "vi" / name).read_text("utf-8"))
    assert len(found) == 1, f"docs/vi/{name} names {found} as its English page"
    return DOCS / found[0]


def shape(text):
    """Give the levels of the headings in order: what two languages have in common."""
    bare = _FENCE.sub("", text)
    marks = re.findall(r"(?m)^(#+) ", bare)
    return [len(mark) for mark in marks]


def code(text):
    """Give blocks of a named language without comments, which are translated; diagrams have words of their own."""
    shown = [(language, re.sub(r"(?m)^ +", "", body)) for language, body in _FENCE.findall(text) if language]
    return [(language, re.sub(r"(?m)\s*(?<!\S)#(?!\d).*$", "", body)) for language, body in shown]


@pytest.mark.parametrize("name", _PAGES)
def test_a_vietnamese_page_has_the_sections_of_its_english_page(name):
    """A section that only one language has is news that half of the readers never get."""
    assert shape((DOCS / "vi" / name).read_text("utf-8")) == shape(twin_of(name).read_text("utf-8"))


@pytest.mark.parametrize("name", _PAGES)
def test_a_vietnamese_page_shows_the_same_commands_and_files(name):
    """What is typed is the same in every language; the English block is the one that tests type."""
    assert code((DOCS / "vi" / name).read_text("utf-8")) == code(twin_of(name).read_text("utf-8"))


def test_what_administrators_need_is_there_in_both_languages():
    """The table of contents from installing to daily work has a Vietnamese page for each English one."""
    contents = re.findall(r"(?ms)^```\{toctree\}\n(.*?)^```$", (DOCS / "index.md").read_text("utf-8"))
    (daily,) = [body for body in contents if "From installing to daily work" in body]
    english = {f"{line}.md" for line in daily.splitlines() if re.fullmatch(r"[\w-]+", line)}

    assert english == {twin_of(name).name for name in _PAGES}
