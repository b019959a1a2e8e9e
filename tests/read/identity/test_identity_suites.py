"""Public suites are run whole, and what differs must be explained: scripts/identity-suites."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.tree import ROOT

SUITE = """
description: two cases of our own
tests:
  passes: {host: 192.0.2.1, helo: mail.so-a.example, mailfrom: "a@so-a.example", result: pass}
  fails: {host: 192.0.2.2, helo: mail.so-a.example, mailfrom: "a@so-a.example", result: [RESULT]}
zonedata:
  so-a.example:
    - SPF: [ "v=spf1 ", "a:alias.so-a.example -all" ]
  alias.so-a.example:
    - CNAME: mail.so-a.example
  mail.so-a.example:
    - A: 192.0.2.1
"""
DEVIATION = """
[[deviation]]
suite = "rfc7208-tests.yml"
case = "fails"
got = "fail"
reason = "for a test"
"""


def run(folder, result, known=""):
    """Run the script on a suite of one scene: exit status and lines."""
    (folder / "below").mkdir()
    (folder / "below" / "rfc7208-tests.yml").write_text(SUITE.replace("RESULT", result))
    (folder / "known.toml").write_text(known)
    command = [sys.executable, ROOT / "scripts" / "identity-suites", folder, "--deviations", folder / "known.toml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize(
    ("result", "known", "status", "line"),
    [
        ("fail", "", 0, "rfc7208-tests.yml: 2 cases, 2 as the suite has it"),
        ("neutral, fail", "", 0, "allowed: rfc7208-tests.yml fails: fail, preferred neutral"),
        ("softfail", "", 1, "UNEXPLAINED: rfc7208-tests.yml fails: fail, not softfail"),
        ("softfail", DEVIATION, 0, "explained: rfc7208-tests.yml fails: fail, not softfail: for a test"),
        ("fail", DEVIATION, 1, "OBSOLETE: rfc7208-tests.yml fails: known as a deviation, and is none of that kind"),
        ("pass", DEVIATION.replace('"fail"', '"none"'), 1, "UNEXPLAINED: rfc7208-tests.yml fails: fail, not pass"),
    ],
)
def test_what_differs_must_be_explained(tmp_path, result, known, status, line):
    """And what no longer differs must be forgotten."""
    returned, lines = run(tmp_path, result, known)

    assert line in lines
    assert returned == status


def test_empty_folder_proves_nothing(tmp_path):
    """So it is a failure."""
    command = [sys.executable, ROOT / "scripts" / "identity-suites", tmp_path]

    assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 1
