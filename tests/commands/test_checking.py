"""What `congthu check` warns of."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from gateway.commands.checking import refuse_without_anchors, report, stale_lists
from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation
from gateway.demo.pki import Pki
from gateway.edge.trust.folder import load_trust
from gateway.values.faults import Misconfigured

if TYPE_CHECKING:
    from pathlib import Path

AT = dt.datetime(2026, 11, 21, 2, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A trust folder whose lists are fresh at AT."""
    place = tmp_path_factory.mktemp("trust")
    Pki(AT).write(place)
    return place


def test_fresh_lists_are_nothing_to_warn_of(folder):
    """Every authority has a list that is not over yet."""
    assert [] == list(stale_lists(load_trust(folder), AT))


def test_lists_that_ended_and_that_are_missing_are_named(folder):
    """Each authority whose documents would be deferred is named, with the day its list ended."""
    (folder / "crls" / "public-sub.crl").unlink()
    lines = list(stale_lists(load_trust(folder), AT + dt.timedelta(days=400)))
    assert (6, 1) == (len(lines), sum("no revocation list" in line for line in lines))
    assert all(line.endswith("documents signed under it are deferred") for line in lines)


def test_revocation_off_needs_no_lists(folder):
    """Who does not check revocation is not warned of it."""
    assert [] == list(stale_lists(load_trust(folder, revocation="off"), AT + dt.timedelta(days=400)))


REGISTRY = """
[[agency]]
id = "so-a"
name = "Sở A tỉnh Thử Nghiệm"
notations = ["SA"]
class = "department"
territory = "binh-duong"
certificate = "{certificate}"
domains = ["soa.thunghiem.gov.vn"]
mailboxes = ["vanthu@soa.thunghiem.gov.vn"]
"""
CONFIG = """
[gateway]
host = "congthu.thunghiem.gov.vn"
[listen]
addresses = ["127.0.0.1:0"]
[policy]
packs = ["national"{pack}]
[registry]
files = ["registry.toml"]
{more}
"""


def _check(place, *, certificate="issued", pack=', "binh-duong-14-2014"', more=""):
    """Load a configuration, and say whether the check of its anchors refuses it."""
    (place / "registry.toml").write_text(REGISTRY.format(certificate=certificate), encoding="utf-8")
    file = place / "congthu.toml"
    file.write_text(CONFIG.format(pack=pack, more=more), encoding="utf-8")
    config = load_config(file)
    generation, judge = load_generation(config, 1)
    refuse_without_anchors(config, generation, judge.registry)
    return file


def test_an_enforced_signature_rule_without_anchors_is_refused(tmp_path):
    """It would defer every signed document for ever: the report says what to do instead of starting."""
    with pytest.raises(
        Misconfigured, match=r"trust\.folder: no anchors are configured.*BD-1c-2.*docs/trust\.md"
    ) as told:
        _check(tmp_path)
    with pytest.raises(Misconfigured, match="no anchors"):
        list(report(tmp_path / "congthu.toml"))
    assert 1 == len(told.value.problems)


def test_anchors_are_not_asked_for_where_no_rule_waits_for_them(tmp_path, folder):
    """Softened, not bound, not signing, or configured: nothing waits."""
    soft = '[[posture.entries]]\npack = "binh-duong-14-2014"\nposture = "tag"'
    _check(tmp_path, more=soft)
    _check(tmp_path, pack="")
    _check(tmp_path, certificate="none")
    _check(tmp_path, more=f'[trust]\nfolder = "{folder}"')


def test_a_day_from_which_anchors_are_needed_is_told_ahead(tmp_path):
    """A calendar that begins to refuse while nobody has put roots there would stop the next start on that day."""
    entry = '[[posture.entries]]\npack = "binh-duong-14-2014"\nposture = "{}"\n{}\n'
    tag, later = entry.format("tag", "valid_to = 2999-06-30"), entry.format("enforce", "valid_from = 2999-07-01")
    file = _check(tmp_path, more=tag + later)

    assert [] != [
        line for line in report(file, is_offline=True) if "no anchors, and from 2999-07-01 on rule BD-1c-2" in line
    ]
