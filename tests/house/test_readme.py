"""Documents for people: the two readmes tell the same story, links lead somewhere."""

from __future__ import annotations

import re

import pytest

from gateway.commands.cases.run import run_cases
from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation
from tests.support.tree import ROOT

PAGES = [
    "README.md",
    "README.vi.md",
    "CONTRIBUTING.md",
    "docs/deployment.md",
    "docs/operations.md",
    "docs/interoperability.md",
]


def without_fences(text):
    """Drop fenced blocks: a comment in a shell example is no heading."""
    return re.sub(r"(?ms)^```.*?^```$", "", text)


def fences(text):
    """List the fenced blocks."""
    return re.findall(r"(?ms)^```.*?^```$", text)


def headings(text):
    """Give heading levels in order, titles left out: they are in two languages."""
    return [len(marks) for marks in re.findall(r"(?m)^(#+) ", without_fences(text))]


def code(text):
    """Give fenced blocks without comments, which are translated too."""
    return [re.sub(r"\s*(?<!\S)#(?!\d).*", "", block) for block in fences(text)]


def test_the_readmes_have_the_same_headings():
    """What one language tells, the other tells in the same order."""
    assert headings((ROOT / "README.md").read_text("utf-8")) == headings((ROOT / "README.vi.md").read_text("utf-8"))


def test_the_readmes_show_the_same_commands_and_files():
    """Only comments differ inside fenced blocks."""
    assert code((ROOT / "README.md").read_text("utf-8")) == code((ROOT / "README.vi.md").read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files(page):
    """A relative link names a file of the tree."""
    file = ROOT / page
    links = re.findall(r"\]\((?!https?:)([^)#]+)", without_fences(file.read_text("utf-8")))

    assert [link for link in links if not (file.parent / link).exists()] == []


def test_first_agency_and_first_rule_work(tmp_path):
    """What the readme tells a stranger to type loads, and its case gets the verdict it names."""
    text = (ROOT / "README.md").read_text("utf-8")
    config, registry, pack = re.findall(r"(?ms)^```toml\n(.*?)^```$", text)
    (case,) = re.findall(r"(?ms)^```json\n(.*?)^```$", text)
    (mail,) = re.findall(r"(?ms)^```\n(From: .*?)^```$", text)
    cases = tmp_path / "policies" / "so-a" / "cases"
    cases.mkdir(parents=True)
    (tmp_path / "congthu.toml").write_text(config, "utf-8")
    (tmp_path / "registry.toml").write_text(registry, "utf-8")
    (cases.parent / "pack.toml").write_text(pack, "utf-8")
    (cases / "no-subject.eml").write_text(mail, "utf-8", newline="\r\n")
    (cases / "no-subject.verdict.json").write_text(case, "utf-8")
    (expect,) = re.findall(r'"expect": \{"disposition": "relay".*?\}', text)
    (cases / "subject.eml").write_text("Subject: 12/SA-VP\n" + mail, "utf-8", newline="\r\n")
    (cases / "subject.verdict.json").write_text(re.sub(r'"expect": .*?\}', expect, case), "utf-8")

    load_generation(load_config(tmp_path / "congthu.toml"), 1)

    assert [("so-a 1: 1 rules, 2 cases, 0 failed", True)] == list(run_cases(["so-a"], [tmp_path / "policies"]))
