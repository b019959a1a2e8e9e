"""The public site: frozen months, corrections beside them, and nothing that is not public."""

from __future__ import annotations

import hashlib
import re
import subprocess

import pytest
from sqlalchemy import update

from gateway.records.definitions.catalogue import make_report
from gateway.records.imports.keeping import keep
from gateway.records.imports.reading import Import
from gateway.records.report import Text
from gateway.records.site.freezing import NotFrozenError, freeze, published
from gateway.records.site.writing import write_site
from gateway.records.store.declared import PUBLISHED
from gateway.values.declared import DeclaredTotal
from gateway.values.ledger import Gap
from gateway.values.period import parse_period
from tests.records.definitions.world import fill, material
from tests.records.making import MORNING, Source, at, read_in

NOVEMBER = at("2026-11-05 08:00:00")
TERRITORY = "ha-noi"


@pytest.fixture
def world(store):
    """Fill a store."""
    fill(store)
    return store


def publish(store, folder, period="2026-10", note="", at_us=NOVEMBER, name="public"):
    """Freeze a month as it stands now."""
    with store.begin() as connection:
        report = make_report(name, material(connection, folder, period))
        return freeze(connection, report, TERRITORY, note, at_us)


def site(store, folder):
    """Write the site and give its files."""
    with store.begin() as connection:
        write_site(folder / "site", published(connection, TERRITORY), TERRITORY)
    return {str(file.relative_to(folder / "site")): file.read_bytes() for file in (folder / "site").rglob("*.*")}


def declare_more(store):
    """A clerk of B declares a total after the month was published."""
    row = DeclaredTotal("so-b", parse_period("2026-10"), 2, 2)
    assert keep(store, "late.csv", b"late", Import("totals", (row,)), NOVEMBER)


def test_a_published_month_does_not_change(world, tmp_path):
    """What comes later changes nothing of it, and publishing again needs a reason."""
    first = publish(world, tmp_path)
    assert publish(world, tmp_path) == first
    declare_more(world)

    with pytest.raises(NotFrozenError, match="say why"):
        publish(world, tmp_path)
    assert site(world, tmp_path)["thang/2026-10/report.json"] == first.octets


def test_a_correction_is_a_new_version_with_its_reason(world, tmp_path):
    """The old one stays readable below it, with its digest."""
    first = publish(world, tmp_path)
    declare_more(world)
    second = publish(world, tmp_path, note="Sở B khai bổ sung")
    files = site(world, tmp_path)
    page = files["thang/2026-10/index.html"].decode()

    assert second.report.version == 2
    assert files["thang/2026-10/report.json"] == second.octets
    assert files["thang/2026-10/v1/report.json"] == first.octets
    assert "Bản đính chính số 2" in page
    assert "Sở B khai bổ sung" in page
    assert first.digest in page
    assert hashlib.sha256(first.octets).hexdigest() == first.digest


def test_a_note_with_a_control_character_is_refused(world, tmp_path):
    """No workbook holds one: the version would be kept, and no site could be written any more."""
    first = publish(world, tmp_path)
    declare_more(world)

    with pytest.raises(NotFrozenError, match="control character"):
        publish(world, tmp_path, note="sai\x01lech")
    assert site(world, tmp_path)["thang/2026-10/report.json"] == first.octets


def test_a_warning_learned_later_makes_no_other_figures(world, tmp_path):
    """A gap of a node whose ledger came late; the version stays the first."""
    first = publish(world, tmp_path)
    read_in(world, Source(Gap(MORNING, MORNING + 1, 12, "full"), node="gw-9"))

    with world.begin() as connection:
        assert make_report("public", material(connection, tmp_path)).warnings != first.report.warnings
    assert publish(world, tmp_path) == first


def test_every_link_leads_to_a_file(world, tmp_path):
    """From a folder, without a web server; nothing is fetched from elsewhere, nothing runs."""
    publish(world, tmp_path, "2025-10")
    publish(world, tmp_path)
    declare_more(world)
    publish(world, tmp_path, note="Sở B khai bổ sung")
    site(world, tmp_path)
    for page in (tmp_path / "site").rglob("*.html"):
        text = page.read_text("utf-8")
        for target in re.findall(r'(?:href|src)="([^"#]+)"', text):
            assert "://" not in target
            assert (page.parent / target).is_file(), (page, target)
        assert "<script" not in text


def test_agencies_have_a_page_with_every_month(world, tmp_path):
    """Those that sent nothing too."""
    publish(world, tmp_path, "2025-10")
    publish(world, tmp_path)
    files = site(world, tmp_path)

    page = files["co-quan/so-a/index.html"].decode()
    assert "Tháng 10/2026" in page
    assert "Tháng 10/2025" in page
    assert "co-quan/so-c/index.html" in files
    assert "co-quan/so-x/index.html" not in files


def test_sums_are_those_that_sha256sum_reads(world, tmp_path):
    """Every file of the month is in the list."""
    publish(world, tmp_path)
    site(world, tmp_path)
    folder = tmp_path / "site" / "thang" / "2026-10"
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True)

    listed = {line.split()[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    assert listed == {file.name for file in folder.iterdir()} - {"SHA256SUMS", "index.html"}


def test_the_same_months_make_the_same_octets(world, tmp_path):
    """And a file that is right already is not written again."""
    publish(world, tmp_path)
    before = site(world, tmp_path)
    times = {file: file.stat().st_mtime_ns for file in (tmp_path / "site").rglob("*.*")}

    assert site(world, tmp_path) == before
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "site").rglob("*.*")} == times


def test_nothing_internal_is_on_the_site(world, tmp_path):
    """No number of a document, no mailbox, no secret with an agency."""
    read_in(world, Source(Gap(MORNING, MORNING + 1, 12, "full"), node="gw-9"))
    report = publish(world, tmp_path).report
    everything = b"".join(octets for name, octets in site(world, tmp_path).items() if not name.endswith(".xlsx"))

    assert b"SA-VP" not in everything
    assert b"example" not in everything
    assert b"gw-" not in everything
    assert Text("Số liệu từ 05/10/2026 đến 05/10/2026 có thể thấp hơn thực tế.",
                "Figures from 05/10/2026 to 05/10/2026 may be too low.") in report.warnings  # fmt: skip


@pytest.mark.parametrize(
    ("period", "name", "at_us", "why"),
    [
        ("2026-10", "public", at("2026-10-31 23:00:00"), "no month that is over"),
        ("2026-Q3", "public", NOVEMBER, "no month that is over"),
        ("2026-10", "series", NOVEMBER, "internal"),
    ],
)
def test_what_is_not_ready_is_not_published(world, tmp_path, period, name, at_us, why):
    """A month that goes on, a quarter, a list for clerks."""
    with pytest.raises(NotFrozenError, match=why):
        publish(world, tmp_path, period, at_us=at_us, name=name)


def test_a_changed_store_is_noticed(world, tmp_path):
    """Whoever edits a published report in the database does not get it published."""
    publish(world, tmp_path)
    with world.begin() as connection:
        connection.execute(update(PUBLISHED).values(report=b"{}"))

    with pytest.raises(NotFrozenError, match="not what was published"):
        site(world, tmp_path)
