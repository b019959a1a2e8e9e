"""Scripts dpkg runs of the Debian packages, where something came to nothing or was taken away; the example they bring."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

from gateway.daemon.config.load import load_config

DEBIAN: Final = Path(__file__).parents[2] / "debian"


def run_script(name: str, word: str, root: Path, package: str = "congthu") -> int:
    """Run a script as dpkg does, with the folders it names below another root; give its exit status."""
    text = (DEBIAN / f"{package}.{name}").read_text("utf-8")
    for folder in ("/usr/lib/congthu", "/run/congthu-install", "/var/lib/", "/etc/"):
        text = text.replace(folder, f"{root}{folder}")
    return subprocess.run(["sh", "-c", text, name, word], check=False, timeout=30).returncode


def test_removal_does_not_fail_for_a_folder_that_is_gone(tmp_path: Path) -> None:
    """Else the package could neither be removed nor installed again."""
    assert 0 == run_script("prerm", "upgrade", tmp_path)


def test_removal_takes_bytecode_along(tmp_path: Path) -> None:
    """Which postinst made and dpkg does not know."""
    compiled = tmp_path / "usr/lib/congthu/common/__pycache__"
    compiled.mkdir(parents=True)
    (compiled / "a.pyc").touch()

    assert 0 == run_script("prerm", "upgrade", tmp_path)
    assert not compiled.exists()
    assert compiled.parent.exists()


def test_installation_that_came_to_nothing_leaves_no_mark(tmp_path: Path) -> None:
    """It would let a later upgrade start what somebody stopped."""
    mark = tmp_path / "run/congthu-install"
    mark.parent.mkdir()
    mark.touch()

    assert 0 == run_script("postrm", "abort-install", tmp_path)
    assert not mark.exists()


def test_purge_of_the_records_keeps_the_store_and_ends_the_metrics(tmp_path: Path) -> None:
    """What clerks declared cannot be made again; a time that stands still would raise an alert for ever."""
    folder = tmp_path / "var/lib/congthu-records"
    folder.mkdir(parents=True)
    for name in ("records.db", "congthu_records.prom", "congthu_reports.prom"):
        (folder / name).touch()

    assert 0 == run_script("postrm", "purge", tmp_path, "congthu-records")
    assert [folder / "records.db"] == list(folder.iterdir())


def test_purge_of_records_that_counted_nothing_leaves_no_folder(tmp_path: Path) -> None:
    """Metrics alone are nothing to keep."""
    folder = tmp_path / "var/lib/congthu-records"
    folder.mkdir(parents=True)
    (folder / "congthu_records.prom").touch()

    assert 0 == run_script("postrm", "purge", tmp_path, "congthu-records")
    assert not folder.exists()


def test_the_example_of_the_records_is_a_configuration(tmp_path: Path) -> None:
    """It is copied as it stands, and must count the ledger where the gateway's unit writes it."""
    example = tmp_path / "records.toml"
    shutil.copy(DEBIAN.parent / "packaging" / "records.toml", example)
    shutil.copy(DEBIAN.parent / "config" / "registry" / "dak-lak.toml", tmp_path / "registry.toml")

    config = load_config(example)

    assert ("/var/lib/congthu/ledger",) == config.records.ledgers
    assert "sqlite:////var/lib/congthu-records/records.db" == config.records.store
