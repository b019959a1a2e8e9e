"""Drift: docs/dependencies.md lists what the lock of a production host holds, and that lock holds nothing else."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from gateway.edge.readers import libtesseract
from gateway.read.containers import libarchive

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")


def locked(name):
    """Give the packages and versions a lock pins."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9][a-z0-9.-]*)==([^ ;\\]+)", text, flags=re.MULTILINE))


def listed(heading):
    """Give the first two cells of the rows of a section: package and version."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return {tuple(cell.strip() for cell in row.split("|")[1:3]) for row in section.splitlines() if row.startswith("|")}


def table(heading):
    """Leave out head and rule of the table."""
    return {row for row in listed(heading) if row[0] != "package" and set(row[0]) != {"-"}}


def declared(*names):
    """Give the distribution names of requirements."""
    return {re.split(r"[<>=;\[ ]", name)[0] for name in names}


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_page_lists_exactly_what_is_locked():
    """Package by package, version by version."""
    assert locked("requirements-run.lock") == table("Python, named by us") | table("Python, brought along")


def test_page_tells_ours_from_what_they_bring():
    """The first table is the list of pyproject.toml."""
    assert declared(*PROJECT["project"]["dependencies"]) == {name for name, _ in table("Python, named by us")}


def test_host_gets_nothing_that_builds_or_tests():
    """What builds has a lock of its own, with the versions a clone builds with."""
    groups = PROJECT["dependency-groups"]
    tools = declared(*groups["build"], *(name for name in groups["dev"] if isinstance(name, str)))

    assert not tools & {name for name, _ in locked("requirements-run.lock")}
    assert declared(*groups["build"]) <= {name for name, _ in locked("requirements-build.lock")}
    assert locked("requirements-run.lock") | locked("requirements-build.lock") <= locked("requirements.lock")


def test_page_lists_the_libraries_of_the_system():
    """Each is loaded by a name that its package carries."""
    names = {name for name, _ in table("Debian")}

    assert {"libtesseract5", "tesseract-ocr-vie", "libarchive13"} == names
    assert "libtesseract.so.5" == libtesseract.SONAME
    assert "libarchive.so.13" in libarchive._LIBRARIES
