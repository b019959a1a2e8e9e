"""Roots: folders a mail server runs in as if it were alone on a machine (chroot), under `build/interop`.

Debian's mail servers exclude each other as packages and have their folders built in. So `scripts/interop` unpacks each
into a root of its own; here it gets the libraries of this machine, accounts and the two devices it needs.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess

from tests.support.tree import ROOT

UNPACKED = ROOT / "build" / "interop"
PASSWD = """\
root:x:0:0::/root:/bin/sh
nobody:x:65534:65534::/:/bin/false
mail:x:8:8::/:/bin/false
Debian-exim:x:61002:61002::/:/bin/false
opensmtpd:x:61003:61003::/:/bin/false
opensmtpq:x:61004:61004::/:/bin/false
"""
"""Inside the roots alone; the machine's own accounts stay as they are."""
DEVICES = {"null": 3, "urandom": 9}


class Root:
    """One root, with its program's folders emptied."""

    def __init__(self, name: str, state: dict[str, tuple[int, int]]) -> None:
        """Make it ready. `state` lists folders of the program's own, emptied, with owner (user and group) and mode."""
        self.path = UNPACKED / name
        if not self.path.is_dir():
            raise SystemExit(f"interop: {self.path} is missing: start scripts/interop")
        for folder in ("dev", "etc", "run", "tmp", "var/run"):
            (self.path / folder).mkdir(parents=True, exist_ok=True)
        (self.path / "tmp").chmod(0o1777)
        self.write("etc/passwd", PASSWD)
        accounts = [line.split(":") for line in PASSWD.splitlines()]
        self.write("etc/group", "".join(f"{name}:x:{gid}:\n" for name, _, _, gid, *_ in accounts))
        self.write("etc/hosts", "127.0.0.1 localhost\n")
        self.write("etc/mailname", f"{name}.interop.example\n")
        for device, minor in DEVICES.items():
            if not (self.path / "dev" / device).exists():
                os.mknod(self.path / "dev" / device, stat.S_IFCHR | 0o666, os.makedev(1, minor))
                (self.path / "dev" / device).chmod(0o666)
        self._copy_libraries()
        for folder, (owner, mode) in state.items():
            shutil.rmtree(self.path / folder, ignore_errors=True)
            (self.path / folder).mkdir(parents=True)
            (self.path / folder).chmod(mode)
            os.chown(self.path / folder, owner, owner)

    def write(self, name: str, text: str) -> None:
        """Write a file of the root."""
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text)

    def start(self, *command: str, log: str) -> subprocess.Popen[bytes]:
        """Start a program of the root that stays in the foreground."""
        with (self.path / log).open("ab") as file:
            return subprocess.Popen(
                ["chroot", str(self.path), *command],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    @staticmethod
    def stop(process: subprocess.Popen[bytes]) -> None:
        """End a program and all it started: a child may go on with a session it has."""
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()

    def run(self, *command: str, stdin: bytes = b"") -> tuple[int, str]:
        """Run a program of the root to its end; answer status and what it printed."""
        done = subprocess.run(
            ["chroot", str(self.path), *command], input=stdin, capture_output=True, check=False, timeout=120
        )
        return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")

    def _copy_libraries(self) -> None:
        if (self.path / ".libraries").exists():
            return
        wanted = set()
        for file in self.path.rglob("*"):
            if file.is_file() and not file.is_symlink() and os.access(file, os.X_OK):
                listed = subprocess.run(["ldd", str(file)], capture_output=True, text=True, check=False).stdout
                if absent := re.findall(r"(\S+) => not found", listed):
                    raise SystemExit(f"interop: {file} needs {' '.join(absent)}")
                wanted |= set(re.findall(r"(/\S+) \(0x", listed))
        for library in wanted:
            target = self.path / library[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, target)
        (self.path / ".libraries").touch()


def version_of(*packages: str) -> str:
    """Name the version of a package: unpacked ones by their file."""
    for package in packages:
        for file in (UNPACKED / "packages").glob(f"{package}_*.deb"):
            return file.name.split("_")[1].replace("%3a", ":").partition(":")[2] or file.name.split("_")[1]
    shown = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Version}", packages[0]], capture_output=True, text=True, check=False
    )
    return shown.stdout
