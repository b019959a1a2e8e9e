"""Drift: pages of reports and sheets say what the tables say."""

from __future__ import annotations

from gateway.commands.records.grounds import shipped_obligations
from gateway.records import reference
from tests.support.tree import ROOT


def test_page_of_reports_is_the_one_of_the_tables():
    """Written by `scripts/reference`."""
    assert (ROOT / "docs" / "reports.md").read_text("utf-8") == reference.reports_page(shipped_obligations())


def test_page_of_sheets_is_the_one_of_the_tables():
    """Every column, and how its title may be spelled."""
    assert (ROOT / "docs" / "records-import.md").read_text("utf-8") == reference.import_page()
