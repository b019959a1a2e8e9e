#!/usr/bin/env python3
"""Fetch what a production host installs, by hash, for every Python of Debian we support; build our own wheel beside.

Usage: scripts/wheels.py DIR. Leaves DIR/3.11/*.whl and DIR/3.13/*.whl (what requirements-run.lock names for that Python
on amd64) and DIR/ours/congthu-*.whl. Wheels alone, never source to compile; pip's own configuration says where from.
The Debian package and the offline bundle are made of these.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.13")
"""Of Debian 12 and of Debian 13."""
GLIBC = 36
"""Minor version of glibc in Debian 12: the newest manylinux that runs on both."""
PLATFORMS = [*(f"manylinux_2_{minor}_x86_64" for minor in range(5, GLIBC + 1)), "manylinux1_x86_64",
             "manylinux2010_x86_64", "manylinux2014_x86_64"]  # fmt: skip
FILTER = """
import sys
from pathlib import Path
from packaging.requirements import Requirement
target = {"python_version": sys.argv[2], "python_full_version": sys.argv[2] + ".0", "sys_platform": "linux",
          "platform_system": "Linux", "implementation_name": "cpython", "platform_python_implementation": "CPython"}
for entry in Path(sys.argv[1]).read_text("utf-8").replace("\\\\\\n", " ").splitlines():
    text, _, hashes = entry.partition(" --hash")
    need = Requirement(text)
    if need.marker is None or need.marker.evaluate(target):
        print(f"{need.name}{need.specifier} --hash{hashes}")
"""
"""pip asks markers of the Python it runs on; this asks them of the one that is meant."""


def run(*command: str | Path, **options: object) -> None:
    """Run a program; its failure is ours."""
    subprocess.run([str(word) for word in command], check=True, **options)  # type: ignore[call-overload]


def build_tools(folder: Path) -> Path:
    """Make the environment that builds, from its own lock; answer its Python."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    run(python, "-m", "pip", "install", "-q", "--require-hashes", "-r", ROOT / "requirements-build.lock")
    return python


def fetch(python: Path, version: str, folder: Path) -> None:
    """Fill a folder with the wheels of one Python."""
    folder.mkdir(parents=True, exist_ok=True)
    names = folder / "requirements.txt"
    lock = ROOT / "requirements-run.lock"
    names.write_text(subprocess.check_output([python, "-c", FILTER, lock, version], text=True), "utf-8")
    kinds = [word for name in PLATFORMS for word in ("--platform", name)]
    run(python, "-m", "pip", "download", "-q", "--no-deps", "--require-hashes", "--only-binary=:all:",
        "--python-version", version, "--implementation", "cp", *kinds, "-r", names, "-d", folder)  # fmt: skip


def main() -> None:
    """Build, then fetch."""
    folder = Path(sys.argv[1]).resolve()
    python = build_tools(folder / "venv")
    epoch = subprocess.check_output(["git", "-C", ROOT, "log", "-1", "--format=%ct"], text=True).strip()
    run(python, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder / "ours", ROOT,
        env=os.environ | {"SOURCE_DATE_EPOCH": epoch})  # fmt: skip
    for version in PYTHONS:
        fetch(python, version, folder / version)


if __name__ == "__main__":
    main()
