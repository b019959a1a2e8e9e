#!/usr/bin/env python3
"""Prove the filters of systemd/congthu.service with the real daemon: trace it while it works, compare with the unit.

Usage: scripts/unit_filters.py, as root or for processes of one's own. Runs the demonstration under strace, looks at the
gateway and all it starts (loader, nursery, workers), and names every system call, address family, writable and
executable memory, and file outside of what the unit shows it; then exit 1. Needs strace and systemd-analyze.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNIT = ROOT / "systemd" / "congthu.service"
LINE = re.compile(r"^(\d+) (?:<\.\.\. )?(\w+)(.*)$")
"""A line of `strace -f`: process, call, the rest; a resumed call too."""
ALWAYS = {"/proc", "/dev", "/sys", "/tmp", "/run/credentials", "/var/cache/congthu", "/var/lib/congthu", "/run/congthu"}
"""What systemd mounts or makes for the unit beside its BindReadOnlyPaths."""
OURS = {str(ROOT), sys.prefix, sys.base_prefix}
"""A clone stands for what is installed below /usr/lib/congthu or /opt/congthu."""

TAKES_NO = {
    "system call fchown": "SQLite, when root makes a file; the unit's account is not root",
    "memory writable and executable: mmap": "libffi tries it once as it is loaded, and goes on without",
}
"""What is asked for and may be refused. That it works all the same is tried by scripts/try-deb under the unit."""


def settings(name: str) -> list[str]:
    """Give the values of one setting of the unit, in order."""
    return re.findall(rf"(?m)^{name}=(.*)$", UNIT.read_text("utf-8"))


def members(word: str) -> set[str]:
    """Expand a group such as `@system-service` to system calls."""
    if not word.startswith("@"):
        return {word}
    text = subprocess.check_output(["systemd-analyze", "--no-pager", "syscall-filter", word], text=True)
    inside = [line.strip() for line in text.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return set().union(*(members(one) for one in inside))


def allowed_calls() -> set[str]:
    """Apply SystemCallFilter= as systemd does: lists add, those with a tilde take away."""
    allowed: set[str] = set()
    for line in settings("SystemCallFilter"):
        found = set().union(*(members(word) for word in line.removeprefix("~").split()))
        allowed = allowed - found if line.startswith("~") else allowed | found
    # systemd allows these whatever the list says: without them no program starts (systemd.exec(5), @default)
    return allowed | members("@default")


def trace(folder: Path) -> list[tuple[str, str]]:
    """Run the demonstration; answer call and the rest of its line, for the gateway and what it started."""
    output = folder / "trace"
    command = [sys.executable, "-m", "gateway", "demo", "--folder", str(folder / "demo")]
    subprocess.run(["strace", "-f", "-qq", "-s", "200", "-o", output, *command], cwd=ROOT, check=True, timeout=900,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    family: set[str] = set()
    found = []
    for line in output.read_text("utf-8", "replace").splitlines():
        match = LINE.match(line)
        if match is None:
            continue
        process, call, rest = match.groups()
        if call == "execve" and '"run", "--config"' in rest:
            family.add(process)
        if process in family:
            found.append((call, rest))
            child = re.search(r"= (\d+)$", rest)
            if call in {"clone", "clone3", "fork", "vfork"} and child:
                family.add(child[1])
    return found


def is_shown(path: str, shown: set[str]) -> bool:
    """Tell whether the unit shows a path to the daemon."""
    return any(path == folder or path.startswith(f"{folder}/") for folder in shown)


def findings(calls: list[tuple[str, str]], demo: str) -> list[str]:
    """Name what the unit would have refused."""
    allowed = allowed_calls()
    families = {word for line in settings("RestrictAddressFamilies") for word in line.split()}
    visible = {word.lstrip("-") for line in settings("BindReadOnlyPaths") for word in line.split()}
    shown = visible | ALWAYS | OURS | {demo}
    found: Counter[str] = Counter()
    for call, rest in calls:
        if call not in allowed:
            found[f"system call {call}"] += 1
        if call == "socket" and (family := re.match(r"\((AF_\w+)", rest)) and family[1] not in families:
            found[f"address family {family[1]}"] += 1
        if call in {"mmap", "mprotect", "pkey_mprotect"} and "PROT_EXEC" in rest and "PROT_WRITE" in rest:
            found[f"memory writable and executable: {call}"] += 1
        if call in {"clone", "clone3", "unshare", "setns"} and "CLONE_NEW" in rest:
            found[f"namespace: {call}"] += 1
        path = re.search(r'"(/[^"]*)"', rest) if call in {"open", "openat", "execve"} else None
        if path and "= -1" not in rest and not is_shown(path[1], shown):
            found[f"file {path[1]}"] += 1
    return [f"{what} ({count} times)" for what, count in sorted(found.items())]


def main() -> int:
    """Trace, compare, tell."""
    with tempfile.TemporaryDirectory(prefix="congthu-filters") as name:
        calls = trace(Path(name))
        wrong = findings(calls, name)
    seen = {call for call, _ in calls}
    print(f"{len(calls)} calls of {len(seen)} kinds; the unit allows {len(allowed_calls())}; refused: {len(wrong)}")
    for line in wrong:
        print(f"refused: {line}" + (f": {reason}" if (reason := TAKES_NO.get(line.partition(" (")[0])) else ""))
    return 1 if not calls or any(line.partition(" (")[0] not in TAKES_NO for line in wrong) else 0


if __name__ == "__main__":
    sys.exit(main())
