"""The registry page names every key and column the readers know; the sample registry loads and tells the story."""

import datetime as dt
import re
from pathlib import Path

import pytest

from gateway.edge.registry.csv import AGENCY_COLUMNS, MAILBOX_COLUMNS
from gateway.edge.registry.files import load_registry
from gateway.edge.registry.syntax import ATTRIBUTES, CERTIFICATE_STATES, LEVELS, MAILBOX_KINDS
from gateway.edge.registry.toml import AGENCY_KEYS, DAY_KEYS, MAX_DAYS_OFF

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "registry.md").read_text("utf-8")
SAMPLES = sorted((ROOT / "config" / "registry").iterdir())


def columns_of(title):
    """Read the table of the page whose header begins with `title`: column to its other names."""
    table = PAGE.split(f"| {title} |")[1].split("\n\n")[0]
    rows = re.findall(r"(?m)^\| `([a-z_]+)` \| ([^|]*)", table)
    return {column: tuple(re.findall(r"`([^`]+)`", names)) for column, names in rows}


@pytest.mark.parametrize(("title", "columns"), [("mailbox column", MAILBOX_COLUMNS), ("agency column", AGENCY_COLUMNS)])
def test_the_page_lists_every_column_with_its_other_names(title, columns):
    """A clerk can copy the header row from the page."""
    assert columns == columns_of(title)


def test_the_page_lists_every_key_of_an_agency():
    """No key is known to the reader only, none to the page only."""
    table = PAGE.split("| key | meaning |")[1].split("\n\n")[0]
    first_cells = re.findall(r"(?m)^\| (`[^|]*) \|", table)

    assert set(AGENCY_KEYS) == set(re.findall(r"`([a-z_]+)`", " ".join(first_cells)))


def test_the_page_shows_every_key_of_a_day():
    """A day off by decision is written as on the page."""
    block = PAGE.split("[[day]]\n")[1].split("```")[0]

    assert list(DAY_KEYS) == re.findall(r"(?m)^([a-z]+) =", block)
    assert f"at most {MAX_DAYS_OFF}" in block


def test_the_page_lists_every_closed_set():
    """Levels, certificate states and kinds of mailbox."""
    words = {*LEVELS, *CERTIFICATE_STATES, *MAILBOX_KINDS}

    assert set() == {word for word in words if f"`{word}`" not in PAGE}


def test_every_attribute_can_be_written_in_csv():
    """A spreadsheet can say what TOML can, but for mailboxes, successors and start dates."""
    assert set() == set(ATTRIBUTES) - set(AGENCY_COLUMNS)


def test_the_sample_registry_tells_the_reform():
    """The shipped sample loads without a problem, and a commune changes name, parent and territory on the day."""
    registry = load_registry(SAMPLES)
    before, after = (registry.agency("bd-xa-y", dt.date(2025, 6, 30) + dt.timedelta(days)) for days in (0, 1))

    assert (before.parent, before.territory, "xã Y" in before.name) == ("bd-huyen-x", "binh-duong", True)
    assert (after.parent, after.territory, "phường Y" in after.name) == ("hcm-ubnd", "tp-ho-chi-minh", True)


def test_every_name_of_the_sample_registry_is_reserved_for_examples():
    """No sample points at a real domain (RFC 2606)."""
    registry = load_registry(SAMPLES)

    assert set() == {name for name in registry.protected_domains() if not name.endswith(".example")}
