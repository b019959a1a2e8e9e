"""Writing: the whole site into a folder, each file in one step, so that a web server never shows half of one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from gateway.edge import wholefile
from gateway.records.render.data import report_schema, table_csv
from gateway.records.render.xlsx import report_xlsx
from gateway.records.site.pages import (
    AGENCIES,
    TABLE,
    agency_page,
    histories,
    index_page,
    month_folder,
    month_page,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gateway.records.site.freezing import Frozen


def write_site(folder: Path, frozen: Sequence[Frozen], territory: str) -> int:
    """Write every page and file of the published months; the same months make the same octets.

    Returns:
        How many files were written or were there already.

    Raises:
        OSError: the folder cannot be written.
    """
    count = 0
    for name, octets in site_files(frozen, territory):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        put(folder / name, octets)
        count += 1
    return count


def put(file: Path, octets: bytes, mode: int | None = None) -> None:
    """Write a file as `wholefile.put`; one that holds these octets is left alone, so that its time tells of a change.

    Raises:
        OSError: it cannot be written.
    """
    if not file.is_file() or file.read_bytes() != octets:
        wholefile.put(file, octets, mode=mode)


def site_files(frozen: Sequence[Frozen], territory: str) -> Iterator[tuple[str, bytes]]:
    """Give every file of the site: its path below the folder, and its octets."""
    by_month: dict[str, list[Frozen]] = {}
    for one in frozen:
        by_month.setdefault(one.report.period, []).append(one)
    for all_versions in by_month.values():
        for one in all_versions:
            yield from _month_files(one, all_versions)
    months = [all_versions[-1] for all_versions in by_month.values()]
    agencies = histories(months)
    for history in agencies:
        table = next(table for table in months[-1].report.tables if table.id == TABLE)
        yield f"{AGENCIES}/{history.id}/index.html", agency_page(history, table.columns).encode()
    schema = msgspec.json.format(msgspec.json.encode(report_schema())) + b"\n"
    yield "report.schema.json", schema
    # last, so that it names nothing that is not there yet
    yield "index.html", index_page(months, agencies, territory).encode()


def _month_files(one: Frozen, all_versions: Sequence[Frozen]) -> Iterator[tuple[str, bytes]]:
    folder = month_folder(one, is_last=one is all_versions[-1])
    files = {"report.json": one.octets, "report.xlsx": report_xlsx(one.report)}
    files |= {f"{table.id}.csv": table_csv(table) for table in one.report.tables}
    sums = "".join(f"{hashlib.sha256(octets).hexdigest()}  {name}\n" for name, octets in sorted(files.items()))
    for name, octets in files.items():
        yield f"{folder}/{name}", octets
    yield f"{folder}/SHA256SUMS", sums.encode()
    yield f"{folder}/index.html", month_page(one, all_versions).encode()
