"""Whole files: the old one or the new one, with the permissions asked for, and nothing beside it."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.edge.wholefile import HALF_WRITTEN, HALF_WRITTEN_S, put, put_new, tidy

_FILLING = """
import pathlib, resource, signal, sys
from gateway.edge.wholefile import put
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    put(pathlib.Path(sys.argv[1]), b"x" * 1000)
except OSError as error:
    print(error.filename)
"""
"""A disk that takes ten octets of a file."""


def mode_of(file):
    """Permissions of a file."""
    return stat.S_IMODE(file.stat().st_mode)


def test_a_file_is_replaced_with_the_permissions_asked_for(tmp_path):
    """Whatever the umask; without any they are those of the umask."""
    file = tmp_path / "state.json"
    file.write_bytes(b"old and longer")
    before = os.umask(0o077)
    try:
        put(file, b"new", mode=0o644)
        put(tmp_path / "own", b"", mode=None)
    finally:
        os.umask(before)

    assert (file.read_bytes(), mode_of(file), mode_of(tmp_path / "own")) == (b"new", 0o644, 0o600)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["own", "state.json"]


def test_a_file_is_as_readable_as_another(tmp_path):
    """Permissions of one that is like it; owner and group too, where we may give them."""
    like = tmp_path / "like"
    like.write_bytes(b"")
    like.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(like, 4711, 4712)
    put(tmp_path / "file", b"x", mode=0o777, like=like.stat())
    found = (tmp_path / "file").stat()

    assert (found.st_uid, found.st_gid, mode_of(tmp_path / "file")) == (like.stat().st_uid, like.stat().st_gid, 0o640)


def test_a_link_is_replaced_and_what_it_names_is_left(tmp_path):
    """Else who may write one name could have us write another."""
    (tmp_path / "named").write_bytes(b"kept")
    (tmp_path / "link").symlink_to("named")
    put(tmp_path / "link", b"new")

    assert ((tmp_path / "named").read_bytes(), (tmp_path / "link").is_symlink()) == (b"kept", False)


@pytest.mark.parametrize(
    "plant", [os.mkfifo, lambda name: Path(name).symlink_to("elsewhere"), lambda name: os.link("own", name)]
)
def test_what_is_planted_under_its_name_neither_holds_nor_misleads(tmp_path, monkeypatch, plant):
    """A pipe nobody reads, a link to another file: whoever writes beside us knows the name we write under."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").write_bytes(b"kept")
    (tmp_path / "own").write_bytes(b"kept")
    plant(f"{HALF_WRITTEN}state.json.{os.getpid()}")
    signal.alarm(20)  # rather than to wait for ever
    put(tmp_path / "state.json", b"new")
    signal.alarm(0)

    assert stat.S_ISREG((tmp_path / "state.json").lstat().st_mode)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {
        "elsewhere": b"kept", "own": b"kept", "state.json": b"new",
    }  # fmt: skip


def test_a_folder_under_its_name_is_told_of(tmp_path):
    """It is not ours to take away; the error names the file that was to be written."""
    planted = tmp_path / f"{HALF_WRITTEN}state.json.{os.getpid()}"
    planted.mkdir()
    with pytest.raises(OSError, match="Is a directory") as caught:
        put(tmp_path / "state.json", b"new")

    assert (caught.value.filename, [*tmp_path.iterdir()]) == (str(tmp_path / "state.json"), [planted])


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path):
    """The error names the file that was to be written, not the one beside it."""
    file = tmp_path / "file"
    file.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", _FILLING, str(file)], capture_output=True, text=True, check=True, timeout=60
    )

    assert (done.stdout.strip(), file.read_bytes()) == (str(file), b"old")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_new_file_overwrites_none(tmp_path):
    """What is there may be the only one of its kind."""
    file, like = tmp_path / "copy", tmp_path.stat()
    put_new(file, b"first", like=like)
    with pytest.raises(FileExistsError) as caught:
        put_new(file, b"second", like=like)

    assert (caught.value.filename, file.read_bytes()) == (str(file), b"first")
    assert [one.name for one in tmp_path.iterdir()] == ["copy"]


def test_what_killed_processes_left_goes_after_an_hour(tmp_path):
    """Before that somebody may be writing it."""
    for name, at_s in (("a.1", 0.0), ("b.2", HALF_WRITTEN_S)):
        file = tmp_path / f"{HALF_WRITTEN}{name}"
        file.write_bytes(b"half")
        os.utime(file, (at_s, at_s))
    (tmp_path / "other").write_bytes(b"")
    tidy(tmp_path, HALF_WRITTEN_S + 1)

    assert sorted(one.name for one in tmp_path.iterdir()) == [f"{HALF_WRITTEN}b.2", "other"]
