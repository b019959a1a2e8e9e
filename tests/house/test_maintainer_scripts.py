"""Scripts dpkg runs of the Debian package, where something came to nothing or was taken away by hand."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

DEBIAN: Final = Path(__file__).parents[2] / "debian"


def run_script(name: str, word: str, root: Path) -> int:
    """Run a script as dpkg does, with the folders it names below another root; give its exit status."""
    text = (DEBIAN / f"congthu.{name}").read_text("utf-8")
    for folder in ("/usr/lib/congthu", "/run/congthu-install"):
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
