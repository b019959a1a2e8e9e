"""What operators are told of authorities, lists and addresses."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner
from msgspec import structs

from gateway.commands.cli import cli
from gateway.commands.trust_report import date_warnings, describe, fetch_warnings, tell
from gateway.daemon.config.load import Config
from gateway.edge.trust.cache import AddressState, CacheState, write_state
from gateway.edge.trust.plan import FetchSettings
from gateway.values.trust import FETCH_REASONS
from tests.support.authorities import Hierarchy, crl
from tests.support.signed_pdfs import AT
from tests.support.web import web_server

DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def hierarchy() -> Hierarchy:
    """One hierarchy for tests without a server."""
    return Hierarchy("http://crl.example")


def write_config(folder, hierarchy, *, is_fetching):
    """Write a configuration with a trust folder, and perhaps a folder to fetch into."""
    for name, identity in (("official", hierarchy.root), ("intermediates", hierarchy.sub)):
        (folder / "trust" / name).mkdir(parents=True)
        (folder / "trust" / name / "one.crt").write_bytes(identity.der)
    text = '[trust]\nfolder = "trust"\n'
    if is_fetching:
        (folder / "cache").mkdir()
        text += '[trust.fetch]\nfolder = "cache"\nhosts = ["127.0.0.1"]\n'
    (folder / "congthu.toml").write_text(text)
    return folder / "congthu.toml"


def test_authorities_are_described(hierarchy):
    """Name, fingerprint, dates, the list with its number and where it came from."""
    trust = hierarchy.trust(crl(hierarchy.root, [1, 2], number=7), fetched=[crl(hierarchy.sub, days=(-3, -1))])
    anchors = (structs.replace(trust.anchors[0], valid_from="2020-01-01"),)
    lines = list(describe(structs.replace(trust, anchors=anchors), AT))

    assert lines[0].startswith("official: anchor CN=RootCA chuyên dùng thử nghiệm")
    assert "  documents of 2020-01-01 to no end" in lines
    assert "  list number 7, issued 2026-11-19 08:00Z, fresh until 2026-12-20 08:00Z, 2 entries, folder" in lines
    assert "  list number 1, issued 2026-11-17 08:00Z, ENDED 2026-11-19 08:00Z, 0 entries, fetched" == lines[-1]
    assert "  list none" == list(describe(hierarchy.trust(), AT))[-1]


def test_one_command_fetches_and_tells(tmp_path):
    """Addresses with what came of them; the second time the list is there without fetching."""
    with web_server() as web:
        hierarchy = Hierarchy(web.base)
        config = write_config(tmp_path, hierarchy, is_fetching=True)
        first = list(tell(config, AT, is_offline=False))
        web.pages["/root.crl"] = crl(hierarchy.root)
        second = list(tell(config, AT, is_offline=False))
        third = list(tell(config, AT, is_offline=True))

    assert f"  {web.base}/root.crl: {FETCH_REASONS['status']}" in first
    assert (
        f"  {web.base}/root.crl: never good; failed 1 times, last 2026-11-20 08:00Z: an answer other than 200" in first
    )
    assert f"  {web.base}/root.crl: new" in second
    assert "  list number 1, issued 2026-11-19 08:00Z, fresh until 2026-12-20 08:00Z, 0 entries, fetched" in second
    assert f"  {web.base}/root.crl: last good 2026-11-20 08:00Z" in third
    assert "fetching" not in third


def test_the_command_says_when_nothing_is_fetched(tmp_path, hierarchy):
    """Without a folder to fetch into it only tells what is there."""
    config = write_config(tmp_path, hierarchy, is_fetching=False)
    done = CliRunner().invoke(cli, ["trust", "--config", str(config)])

    assert (0, True) == (done.exit_code, done.output.startswith("nothing is fetched: trust.fetch.folder is empty\n"))


def warned(hierarchy, at=AT, **conditions):
    """Warnings without the names."""
    trust = hierarchy.trust()
    anchors = (structs.replace(trust.anchors[0], **conditions),)
    return [
        line.replace(hierarchy.root.certificate.subject.rfc4514_string(), "ROOT").replace(
            hierarchy.sub.certificate.subject.rfc4514_string(), "SUB"
        )
        for line in date_warnings(structs.replace(trust, anchors=anchors), at)
    ]


def test_dates_are_warned_of(hierarchy):
    """Ended, near the end, not yet begun; by certificate and by condition; good ones are not mentioned."""
    sub_end = AT + 1000 * DAY

    assert [] == warned(hierarchy)
    assert ["trust: anchor ROOT counts from 2026-12-01 (valid_from) only"] == warned(hierarchy, valid_from="2026-12-01")
    assert ["trust: anchor ROOT counts for documents until 2019-06-15 (valid_to) only"] == warned(
        hierarchy, valid_to="2019-06-15"
    )
    assert ["trust: anchor ROOT counts until 2026-12-31 (valid_to)"] == warned(hierarchy, valid_to="2026-12-31")
    assert [
        "trust: the certificate of intermediate SUB ends 2029-08-16: ask the authority for its successor"
    ] == warned(hierarchy, sub_end - DAY)
    assert ["trust: the certificate of intermediate SUB ended 2029-08-16: for documents of its time only"] == warned(
        hierarchy, sub_end + DAY
    )


def test_lists_near_their_end_and_lonely_intermediates_are_warned_of(hierarchy):
    """A day before, while there is time to act."""
    near = list(date_warnings(hierarchy.trust(crl(hierarchy.root, days=(-1, 0.5))), AT))
    lonely = list(date_warnings(structs.replace(hierarchy.trust(), anchors=()), AT))

    assert [True] == [line.endswith("ends 2026-11-20 20:00Z") for line in near]
    assert [True] == [line.endswith("ends at none of the anchors: nothing rests on it") for line in lonely]


def test_addresses_asked_in_vain_are_warned_of(tmp_path):
    """The last failure with its reason in words; good addresses are not mentioned."""
    failed = AddressState(tried_at_s=AT.timestamp(), failures=3, reason="not_signed")
    write_state(tmp_path, CacheState({"http://a.example/": failed, "http://b.example/": AddressState(1.0, 1.0)}))
    config = Config(trust=structs.replace(Config().trust, fetch=FetchSettings(folder=str(tmp_path))))

    assert [
        "trust: http://a.example/: never good; failed 3 times, last 2026-11-20 08:00Z: signed by none of our authorities"
    ] == list(fetch_warnings(config))
    assert [] == list(fetch_warnings(Config()))
