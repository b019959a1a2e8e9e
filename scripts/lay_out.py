#!/usr/bin/env python3
"""Lay out the tree of the Debian package from the wheels of scripts/wheels.py.

Usage: scripts/lay_out.py WHEELS TREE. One package for both Debians: what fits every Python lies in `common`, what is
compiled for one of them in a folder of its own that is a virtual environment without pip (ADR 0020).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path("/usr/lib/congthu")
"""Where the tree will be on a host."""
JUNK = ("bin", "bazel-project", "aiosmtpd/docs", "aiosmtpd/qa", "*/tests")
"""Programs of libraries, and what was packed by mistake: sources of others, test keys. Nothing imports them."""


def install(wheels: list[Path], version: str, target: Path) -> None:
    """Unpack wheels for one Python; nothing is fetched, nothing compiled."""
    names = {tag for wheel in wheels for tag in wheel.stem.rsplit("-", 1)[1].split(".") if tag != "any"}
    kinds = [word for name in sorted(names) for word in ("--platform", name)]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--no-compile", "--only-binary=:all:",
         "--root-user-action=ignore", "--python-version", version, "--implementation", "cp", *kinds, "--target", target,
         *map(str, wheels)], check=True,
    )  # fmt: skip
    for name in JUNK:
        for path in target.glob(name):
            shutil.rmtree(path)
    for record in [*target.glob("*.dist-info/direct_url.json"), *target.glob("*.dist-info/REQUESTED")]:
        record.unlink()


def environment(tree: Path, version: str) -> Path:
    """Make the virtual environment of one Python; answer its folder of packages."""
    home = tree / version
    packages = home / "lib" / f"python{version}" / "site-packages"
    (home / "bin").mkdir(parents=True)
    packages.mkdir(parents=True)
    (home / "bin" / "python3").symlink_to(f"/usr/bin/python{version}")
    (home / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n", "utf-8")
    (packages / "congthu.pth").write_text(f"{HOME / 'common'}\n", "utf-8")
    return packages


def main() -> None:
    """Tell what is common by its name, then unpack."""
    wheels, root = Path(sys.argv[1]), Path(sys.argv[2])
    tree = root / HOME.relative_to("/")
    found = {folder.name: {file.name: file for file in folder.glob("*.whl")} for folder in wheels.glob("3.*")}
    common = set.intersection(*(set(files) for files in found.values()))
    oldest = min(found)
    ours = sorted((wheels / "ours").glob("*.whl"))
    install([*ours, *(found[oldest][name] for name in sorted(common))], oldest, tree / "common")
    for version, files in sorted(found.items()):
        own = [files[name] for name in sorted(set(files) - common)]
        packages = environment(tree, version)
        install(own, version, packages)
        # pip empties nothing it finds, but the path file must be there whatever it does
        assert (packages / "congthu.pth").is_file()


if __name__ == "__main__":
    main()
