"""Documentation site: the tree's own pages, as they stand, with a table of contents (`make docs`).

The source folder is the root of the repository, so that a link between two pages is the same in a clone and on the
site. Nothing is fetched: no fonts, no scripts of others, no inventories of other projects.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]

project = "Congthu"
author = "Congthu"
release = (ROOT / "gateway/__init__.py").read_text(encoding="utf-8").split('__version__ = "')[1].split('"')[0]
extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "policies/*/README.md", "tests/corpus/signed/README.md"]
exclude_patterns = [".*", "build", "gateway", "node_modules"]
myst_heading_anchors = 4
"""Headings to this depth may be linked to, as on the forges."""
html_theme = "alabaster"
html_title = "Congthu"
html_theme_options = {
    "description": "Cổng thư công vụ / gateway for official mail",
    "fixed_sidebar": True,
    "font_family": "system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif",
    "head_font_family": "system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif",
    "page_width": "1200px",
    "sidebar_width": "280px",
    "sidebar_collapse": True,
}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html", "relations.html"]}
html_static_path = ["static"]
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
highlight_language = "none"


_FOLDER = re.compile(r"\[([^\[\]]+)\]\((?![a-z]+:)[^()\s]*/\)")


def folders_stay_words(_app: object, _page: str, source: list[str]) -> None:
    """Show a link to a folder of the repository as its words: on the site there is no folder to open."""
    source[0] = _FOLDER.sub(r"\1", source[0])


_PAGE = re.compile(r"\[[\w./-]+\.md\](\((?![a-z]+:)[^()\s]+\.md(?:#[^()\s]*)?\))")


def pages_have_titles(_app: object, _page: str, source: list[str]) -> None:
    """Show a link that is written as the name of a file as the title it leads to: on the site nobody sees files."""
    source[0] = _PAGE.sub(r"[]\1", source[0])


def setup(app: Sphinx) -> None:
    """Register the handlers above with Sphinx."""
    app.connect("source-read", folders_stay_words)
    app.connect("source-read", pages_have_titles)
