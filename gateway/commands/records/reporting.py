"""Reports, the public site and the report calendar: `congthu records report`, `publish` and `calendar`."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, NamedTuple

from gateway.commands.records.filling import open_configured
from gateway.commands.records.grounds import load_ground
from gateway.daemon.config.load import load_config
from gateway.records.definitions.catalogue import UNIT, make_report
from gateway.records.definitions.material import Material
from gateway.records.duties.icalendar import calendar_file
from gateway.records.duties.owing import owed_reports
from gateway.records.imports.keeping import handed_in
from gateway.records.metrics import FOR_ALL, overdue_text
from gateway.records.render.data import report_json, table_csv
from gateway.records.render.page import report_page
from gateway.records.render.xlsx import report_xlsx
from gateway.records.site.falling_due import find_due, obstacles
from gateway.records.site.freezing import NotFrozenError, freeze, has_same_figures, published, versions
from gateway.records.site.writing import put, site_files, write_site
from gateway.records.store.opening import writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from gateway.records.definitions.material import Ground
    from gateway.records.duties.owing import Owed
    from gateway.records.report import Report
    from gateway.values.period import Period


class Wanted(NamedTuple):
    """Which report."""

    name: str
    period: Period
    """Whole months."""
    agency: str = ""
    """Registry id the unit sheet is about; empty for a sheet of each."""
    territory: str | None = None
    """Only agencies of it; None for the configuration's."""


def write_reports(config_file: Path, wanted: Wanted, folder: Path) -> Iterator[str]:
    """Write one report in every form; gives the page written, and warnings, a line each.

    Raises:
        ValueError: the period is not made of months, or no such agency.
    """
    name, period, agency, territory = wanted
    config = load_config(config_file)
    ground = load_ground(config, territory)
    with open_configured(config).begin() as connection:
        material = Material(connection, ground, period)
        agencies = [line.id for line in material.lines] if name == UNIT and not agency else [agency]
        for one in agencies:
            report = make_report(name, material, one)
            yield from _changed(connection, ground, report)
            yield from _write(report, folder)


def _changed(connection: Connection, ground: Ground, report: Report) -> Iterator[str]:
    """Say when a month was published with other figures."""
    frozen = versions(connection, report.name, report.period, ground.territory)
    if frozen and not has_same_figures(frozen[-1].report, report):
        yield f"warning: {report.period} was published as version {frozen[-1].report.version} with other figures"


def _write(report: Report, folder: Path) -> Iterator[str]:
    """Put page, workbook, JSON and a CSV a table beside each other."""
    stem = "-".join(part for part in (report.name, report.period.replace("/", "_"), report.subject) if part)
    files = {f"{stem}.xlsx": report_xlsx(report), f"{stem}.json": report_json(report)}
    files |= {f"{stem}-{table.id}.csv": table_csv(table) for table in report.tables}
    links = [(name, name.removeprefix(f"{stem}-").removeprefix(f"{stem}.")) for name in files]
    files[f"{stem}.html"] = report_page(report, links).encode()
    folder.mkdir(parents=True, exist_ok=True)
    for name, octets in files.items():
        put(folder / name, octets)
    yield str(folder / f"{stem}.html")


class Publishing(NamedTuple):
    """What is to be published."""

    period: Period | None = None
    """Month to freeze; None for none."""
    note: str = ""
    """Why a month's figures change that were published."""
    territory: str | None = None
    """As `Wanted.territory`."""
    is_due: bool = False
    """Freeze the last month by itself, once it is due and nothing speaks against it."""


def publish(config_file: Path, folder: Path, wanted: Publishing) -> Iterator[str]:
    """Freeze a month when one is named or due, and write the site of all that were.

    Raises:
        NotFrozenError: the month cannot be published; one that is due only after the site was written.
    """
    config = load_config(config_file)
    ground, obstacle = load_ground(config, wanted.territory), ""
    engine = open_configured(config)
    with writing(engine) if wanted.is_due or wanted.period is not None else engine.begin() as connection:
        if wanted.is_due:
            said, obstacle = _freeze_due(connection, ground)
            yield said
        elif wanted.period is not None:
            yield _freeze(connection, Material(connection, ground, wanted.period), wanted.note)
        months = published(connection, ground.territory)
    yield f"{folder}: {write_site(folder, months, ground.territory)} files"
    if obstacle:
        raise NotFrozenError(obstacle)


def _freeze(connection: Connection, material: Material, note: str = "") -> str:
    """Freeze one month and say so."""
    territory = material.ground.territory
    frozen = freeze(connection, make_report("public", material), territory, note, time.time_ns() // 1_000)
    for _ in site_files([frozen], territory):
        pass  # every form is made once before the version is kept: none that cannot be shown
    return f"{material.period}: version {frozen.report.version}, SHA-256 {frozen.digest}"


def _freeze_due(connection: Connection, ground: Ground) -> tuple[str, str]:
    """Freeze the last month if it is due and nothing is against it; give what was done, and why not."""
    found = find_due(ground)
    if found is None:
        return "no agency here owes public statistics: nothing is frozen by itself", ""
    month = found.month
    if frozen := versions(connection, "public", str(month), ground.territory):
        return f"{month}: is published as version {frozen[-1].report.version}", ""
    if ground.today < found.on:
        return f"{month}: is due on {found.on}, and not frozen before", ""
    material = Material(connection, ground, month)
    if against := obstacles(connection, material):
        return (
            f"{month}: is due, and not frozen by itself",
            f"{month}: {'; '.join(against)}; look, then --period {month}",
        )
    return _freeze(connection, material), ""


def owed(config_file: Path, window: Period) -> tuple[list[Owed], Ground]:
    """Give what is due in a window of days."""
    config = load_config(config_file)
    ground = load_ground(config)
    with open_configured(config).begin() as connection:
        came = handed_in(connection)
    return owed_reports(ground.obligations.duties, ground.registry, window, came, ground.today), ground


def calendar_lines(rows: list[Owed], ground: Ground) -> Iterator[str]:
    """Write the calendar for a terminal, a line a report."""
    titles = {duty.id: duty.title.vi for duty in ground.obligations.duties}
    for one in rows:
        late = f" {one.late_days} ngày làm việc" if one.late_days else ""
        named = "" if one.is_day_named else " *"
        yield (
            f"{one.due:%Y-%m-%d}{named:2}  {one.state:<8}{late:<18} {one.duty:<8} {one.agency:<24} {one.period!s:<10} "
            f"{titles.get(one.duty, '')}"
        )
    if any(not one.is_day_named for one in rows):
        yield "* the text names no day; it is set by `due` of the pack's reports.toml, or by records.duties"


def write_calendar(rows: list[Owed], ground: Ground, ics: Path | None, metrics: Path | None) -> None:
    """Write the iCalendar file and the file of metrics, where they are asked for."""
    if ics is not None:
        titles = {duty.id: duty.title.vi for duty in ground.obligations.duties}
        found = {one.agency: ground.registry.agency(one.agency, one.period.last) for one in rows}
        names = {agency: known.name for agency, known in found.items() if known is not None}
        put(ics, calendar_file(rows, titles, names, dt.datetime.now(dt.UTC)).encode())
    if metrics is not None:
        put(metrics, overdue_text(rows, int(time.time())).encode(), FOR_ALL)
