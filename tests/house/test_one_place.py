"""What is made in one place is made nowhere else: who needs it takes it from there."""

from __future__ import annotations

import re

import pytest

from tests.support.tree import sources

HOMES = {
    r"hours=7\b|[\":]\+0?7:?00\"|Asia/Ho_Chi_Minh": {"gateway/values/zone.py"},
    r"partition\(\":\"\).*\bport\b|\bport\b.*partition\(\":\"\)": {"gateway/values/hostport.py"},
    r"if (\w+)\.isprintable\(\) else .* for \1 in": {"gateway/values/showing.py"},
    r"os\.fsync": {"gateway/edge/wholefile.py"},
}
"""Spelling of a thing to the modules that may spell it."""


@pytest.mark.parametrize("spelling", HOMES)
def test_a_thing_has_one_home(spelling):
    """Two homes drift apart, and no test of either sees it."""
    found = {source.name for source in sources() if re.search(spelling, source.text)}

    assert found == HOMES[spelling]
