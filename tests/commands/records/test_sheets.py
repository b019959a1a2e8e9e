"""`congthu records import | report | publish | calendar | find | lookup`, as a clerk and an operator meet them."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from gateway.commands.cli import cli
from gateway.commands.records import grounds, reports_cli, sheets_cli
from gateway.commands.records.grounds import Called
from gateway.edge.registry.files import load_registry
from gateway.records.definitions.catalogue import REPORTS, UNIT
from gateway.records.imports.sheets import SHEETS
from gateway.values.ledger import Opened
from tests.records.definitions.world import REGISTRY, ledger
from tests.records.ledger_files import write_file
from tests.records.making import MORNING, at, letter, mail, taken

CONFIG = """[records]
store = "sqlite:///{folder}/records.db"
ledgers = ["gw-1"]
territory = "ha-noi"
[registry]
files = ["agencies.toml"]
[policy]
packs = ["national", "ha-noi-1616-2012"]
"""


@pytest.fixture
def host(tmp_path):
    """Lay out a host that counts, with a ledger that was read in."""
    (tmp_path / "gw-1").mkdir()
    (tmp_path / "agencies.toml").write_text(REGISTRY, "utf-8")
    (tmp_path / "records.toml").write_text(CONFIG.format(folder=tmp_path), "utf-8")
    opened = Opened(MORNING, "gw", "congthu", MORNING)
    write_file(tmp_path / "gw-1", "gw_congthu_2026-10_001.sqlite", [opened, *ledger().all[1:]])
    assert run(tmp_path, "sync")[1] == 0
    return tmp_path


def run(host, *words):
    """Run a command; give its lines and exit code."""
    result = CliRunner().invoke(cli, ["records", *map(str, words), "-c", str(host / "records.toml")])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output.splitlines(), result.exit_code


def sheet(host, *lines):
    """Write a sheet as Excel saves it."""
    file = host / "so-lieu.csv"
    file.write_text("\ufeffMã cơ quan,Tháng,Văn bản phát hành\r\n" + "\r\n".join(lines), "utf-8")
    return file


def test_a_sheet_is_checked_taken_once_and_taken_back(host):
    """By names as clerks write them."""
    file = sheet(host, "Sở A,10/2025,12", "so-b,10/2025,20")

    assert run(host, "import", file, "--check") == ([f"{file}: totals, 2 dòng, không có lỗi"], 0)
    assert run(host, "imports") == ([], 0)
    assert run(host, "import", file) == ([f"{file}: totals, đã nhập 2 dòng, số 1"], 0)
    assert run(host, "import", file) == ([f"{file}: đã nhập trước đây"], 0)
    assert run(host, "imports")[0][0].split()[:3] == ["1", "totals", "2"]
    assert run(host, "imports", "--withdraw", 1) == (["2 rows taken back"], 0)
    assert run(host, "imports", "--withdraw", 1) == (["0 rows taken back"], 1)


def test_a_sheet_with_one_mistake_changes_nothing(host):
    """Every mistake with its cell; exit 65."""
    file = sheet(host, "Sở A,10/2025,12", "Sở Q,10/2025,x")

    lines, code = run(host, "import", file)

    assert code == 65
    assert lines == [
        f"{file}: ô C3: văn bản phát hành: “x” không phải là số nguyên từ 0 trở lên",
        f"{file}: không nhập dòng nào; sửa các lỗi trên rồi nhập lại",
    ]
    assert run(host, "imports") == ([], 0)


def test_no_sheet_has_a_terminal_obey_it(host):
    """What a cell holds is quoted in codes; it is somebody else's."""
    lines, code = run(host, "import", sheet(host, "Sở A,10/2025,\x9b2J\u202e12"))

    assert code == 65
    assert any(r"\u009b2J\u202e12" in line for line in lines)
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("kind", sheets_cli.SHEETS)
def test_templates_begin_a_sheet(host, kind):
    """Its titles are those that are read."""
    result = CliRunner().invoke(cli, ["records", "template", kind])
    file = host / "mau.csv"
    file.write_text(result.output, "utf-8")

    assert "không có dòng số liệu" in run(host, "import", file)[0][0]


def test_a_report_is_written_in_every_form(host):
    """Page, workbook, JSON and a CSV a table."""
    out = host / "out"

    lines, code = run(host, "report", "public", "--period", "2026-10", "--out", out)

    assert (lines, code) == ([str(out / "public-2026-10.html")], 0)
    assert {file.name for file in out.iterdir()} == {
        "public-2026-10.html", "public-2026-10.xlsx", "public-2026-10.json", "public-2026-10-exchange.csv",
        "public-2026-10-mailboxes.csv",
    }  # fmt: skip
    assert json.loads((out / "public-2026-10.json").read_text("utf-8"))["figures"][0][1] == 4
    assert load_workbook(out / "public-2026-10.xlsx").sheetnames[0] == "Giới thiệu"
    assert 'href="public-2026-10.xlsx"' in (out / "public-2026-10.html").read_text("utf-8")


def test_unit_sheets_are_written_for_every_head(host):
    """Or for one."""
    lines, _ = run(host, "report", "unit", "--period", "2026-10", "--out", host / "out")

    assert [line.rpartition("2026-10-")[2] for line in lines] == ["ubnd.html", "so-a.html", "so-b.html", "so-c.html"]
    assert run(host, "report", "unit", "--period", "2026-10", "--agency", "so-q", "--out", host / "out") == (
        ["error: there is no agency `so-q` in 2026-10"],
        65,
    )


def test_a_period_of_days_is_refused(host):
    """Everything is counted by the month."""
    lines, code = run(host, "report", "public", "--period", "2026-10-05/2026-10-20", "--out", host / "out")

    assert code == 65
    assert "not made of whole months" in lines[-1]
    assert run(host, "report", "public", "--period", "heute", "--out", host / "out")[1] == 2


def test_a_month_is_published_and_corrected(host):
    """A report of a month that was published with other figures says so."""
    site, period = host / "site", ("--period", "2025-10")
    lines, code = run(host, "publish", site, *period)
    assert code == 0
    assert lines[0].startswith("2025-10: version 1, SHA-256 ")
    assert (site / "thang" / "2025-10" / "index.html").is_file()

    run(host, "import", sheet(host, "so-a,10/2025,12"))
    lines, code = run(host, "publish", site, *period)
    assert (code, "say why (--note)" in lines[-1]) == (65, True)
    lines, code = run(host, "report", "public", *period, "--out", host / "out")
    assert lines[0] == "warning: 2025-10 was published as version 1 with other figures"
    lines, code = run(host, "publish", site, *period, "--note", "Sở A khai bổ sung")
    assert (code, lines[0].startswith("2025-10: version 2, SHA-256 ")) == (0, True)
    assert "Sở A khai bổ sung" in (site / "thang" / "2025-10" / "index.html").read_text("utf-8")


DUTY = """
[[duty]]
id = "X-1"
pack = "ha-noi-1616-2012"
title = { vi = "Công khai", en = "Publication" }
cites = { document = "Quyết định 1", locator = "điểm 1", date = 2014-05-30 }
every = "month"
classes = ["department"]
due = { working_days = 5, is_named = false }
report = "public"
"""


def test_a_month_is_frozen_by_itself_on_its_due_day(tmp_path, monkeypatch):
    """Not before, once, and only when its ledgers were read beyond its end; the site is written all the same."""
    (tmp_path / "gw-1").mkdir()
    (tmp_path / "agencies.toml").write_text(REGISTRY, "utf-8")
    (tmp_path / "due.toml").write_text(DUTY, "utf-8")
    config = CONFIG.format(folder=tmp_path).replace("[registry]", 'duties = "due.toml"\n[registry]')
    (tmp_path / "records.toml").write_text(config, "utf-8")

    def read_in(number, day, before=("", "")):
        start = at(f"{day} 08:00:00")
        name = f"gw_congthu_{day[:7]}_001.sqlite"
        letters = taken(mail(f"T{number}", letter(number), at_us=start))
        head = write_file(tmp_path / "gw-1", name, [Opened(start, "gw", "congthu", start, *before), *letters])
        assert run(tmp_path, "sync")[1] == 0
        return name, head

    def publish(day):
        monkeypatch.setattr(grounds, "today", lambda: dt.date(2026, 11, day))
        return run(tmp_path, "publish", tmp_path / "site", "--due")

    october = read_in("1", "2026-10-05")
    lines, code = publish(5)
    assert (lines[0], code) == ("2026-10: is due on 2026-11-06, and not frozen before", 0)
    lines, code = publish(6)
    assert code == 65
    assert "gw (congthu) was read only up to 2026-10-05: its later files may be missing" in lines[-1]
    assert (tmp_path / "site" / "index.html").is_file()

    read_in("2", "2026-11-02", october)
    lines, code = publish(6)
    assert (lines[0].startswith("2026-10: version 1, SHA-256 "), code) == (True, 0)
    assert publish(7)[0][0] == "2026-10: is published as version 1"
    assert run(tmp_path, "publish", tmp_path / "site", "--due", "--period", "2026-10")[1] == 2


def test_calendar_tells_what_is_due_and_overdue(host):
    """With a file for calendar programs and one for Prometheus."""
    ics, metrics = host / "lich.ics", host / "congthu_reports.prom"

    lines, code = run(host, "calendar", "--window", "2026-10", "--ics", ics, "--metrics", metrics)

    assert code == 1
    assert any(line.startswith("2026-10-14 *  overdue") and "HN-3" in line and "so-a" in line for line in lines)
    assert ics.read_bytes().count(b"BEGIN:VEVENT\r\n") == len(lines) - 1
    assert 'congthu_reports_overdue{duty="HN-3"} 3\n' in metrics.read_text("utf-8")


def test_calendar_makes_no_folder_for_a_name_with_a_slip(host):
    """Else the file lies where no calendar program looks, and nobody is told."""
    with pytest.raises(FileNotFoundError):
        run(host, "calendar", "--window", "2026-10", "--ics", host / "lihc" / "a.ics")

    assert not (host / "lihc").exists()


def test_a_report_handed_in_is_no_longer_overdue(host):
    """By the sheet of reports handed in."""
    file = host / "da-gui.csv"
    rows = "".join(f"{agency},HN-3,quý III/2026,12/10/2026\r\n" for agency in ("so-a", "so-b", "so-c"))
    file.write_text(f"Mã cơ quan,Mã báo cáo,Kỳ,Ngày gửi\r\n{rows}", "utf-8")

    assert run(host, "import", file)[1] == 0
    lines, code = run(host, "calendar", "--window", "2026-10")
    assert code == 0
    assert sum("on_time" in line for line in lines) == 3


def test_find_tells_what_is_known(host):
    """Exit 0, 1 and 65."""
    lines, code = run(host, "find", "1/SA-VP", "--year", 2026)

    assert code == 0
    assert lines[:2] == ["Cơ quan ban hành: Sở A", "Số, ký hiệu: 1/SA-VP (2026)"]
    assert run(host, "find", "77/SA-VP", "--year", 2026)[1] == 1
    assert run(host, "find", "SA-VP", "--year", 2026)[1] == 65
    other = host / "other.pdf"
    other.write_bytes(b"other")
    assert any(
        line.startswith("Đối chiếu tệp: TỆP KHÁC") for line in run(host, "find", "1/SA-VP", other, "--year", 2026)[0]
    )


@pytest.mark.parametrize("listen", ["0.0.0.0:8095", "192.0.2.1:80", "[::]:80", "nowhere:80", "127.0.0.1"])
def test_lookup_listens_on_loopback_alone(host, listen):
    """It knows no users."""
    assert run(host, "lookup", "--listen", listen)[1] == 2


def test_names_of_the_command_line_are_those_of_the_tables():
    """They are written there too, so that help costs no import."""
    assert set(reports_cli.REPORTS) == {*REPORTS, UNIT}
    assert sheets_cli.SHEETS == tuple(one.kind for one in SHEETS)


def test_clerks_may_write_agencies_as_they_are_called(tmp_path):
    """By id, name without regard to case and diacritics, or issuer letters that are one office's."""
    file = tmp_path / "registry.toml"
    letters = 'notations = ["{}"]\n'
    file.write_text(
        f'[[agency]]\nid = "so-a"\nname = "Sở Nội vụ"\n{letters.format("SNV")}[[agency]]\nid = "so-b"\nname = "Sở B"\n'
        f'{letters.format("UB")}[[agency]]\nid = "so-c"\nname = "Sở C"\n{letters.format("UB")}',
        "utf-8",
    )
    called, day = Called(load_registry([file])), dt.date(2026, 10, 1)

    assert [called.find_agency(words, day) for words in ("so-a", "SỞ NỘI VỤ", "So noi vu", "SNV")] == ["so-a"] * 4
    assert [called.find_agency(words, day) for words in ("UB", "", "Sở Q")] == [""] * 3


_SPANS = st.tuples(st.integers(2020, 2025), st.integers(2020, 2025)).map(sorted)
_LETTERS = st.dictionaries(st.sampled_from(["SA", "SB", "UB", "sa"]), _SPANS, max_size=3)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_LETTERS, min_size=1, max_size=5))
def test_letters_mean_the_one_agency_that_has_them_on_the_day(tmp_path, agencies):
    """Whatever agencies had them before and after; asked of every agency it is the same."""
    text = ""
    for number, letters in enumerate(agencies):
        said = ", ".join(
            f'{{ value = "{one}", valid_from = {first}-05-01, valid_to = {last}-06-30 }}'
            for one, (first, last) in letters.items()
        )
        text += f'[[agency]]\nid = "so-{number}"\nname = "Cơ quan {number}"\nnotations = [{said}]\n'
    (tmp_path / "registry.toml").write_text(text, "utf-8")
    registry = load_registry([tmp_path / "registry.toml"])
    called = Called(registry)

    for day in (dt.date(year, month, 15) for year in range(2019, 2027) for month in (4, 5, 8)):
        living = [one for name in registry.agency_ids() if (one := registry.agency(name, day)) is not None]
        for words in ("SA", "SB", "UB", "sa", "Sa"):
            meant = [one.id for one in living if words in one.notations]
            assert called.find_agency(words, day) == (meant[0] if len(meant) == 1 else "")
