"""The demonstration of the monitoring, run as a user does, and ended as a terminal ends it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.monitoring.prometheus import IS_PRESENT, WHY_NOT
from tests.support.tree import ROOT

pytestmark = pytest.mark.skipif(not IS_PRESENT, reason=WHY_NOT)


def living(group):
    """Names of the processes of a group; one that has ended and waits for init to notice is none."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, state, _parent, its_group = re.search(r"\((.*)\) (\w) (\d+) (\d+) ", file.read_text("utf-8")).groups()
        except OSError:  # it ended meanwhile
            continue
        if int(its_group) == group and state != "Z":
            found.append(name)
    return found


def test_it_says_where_to_look_and_leaves_nothing():
    """Prometheus knows the gateway at the address told; after Ctrl-C there is no process and no folder of it."""
    demo = subprocess.Popen(
        [ROOT / "scripts" / "monitoring-demo"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        told = ""
        for line in demo.stdout:
            told += line
            if "Ctrl-C" in line:
                break
        folder = Path(re.search(r"^Log +(.+)/gateway/log$", told, re.MULTILINE)[1])
        url = re.search(r"^Prometheus +(http://[\d.:]+)/", told, re.MULTILINE)[1]
        with urllib.request.urlopen(f"{url}/api/v1/query?query=up", timeout=30) as page:
            answer = page.read().decode()
        while_running = living(demo.pid)

        os.killpg(demo.pid, signal.SIGINT)  # as Ctrl-C does: to all of them at once
        status = demo.wait(60)
    finally:
        demo.stdout.close()
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGKILL)

    assert '"job":"congthu"' in answer
    assert "prometheus" in while_running
    assert status == 0
    assert living(demo.pid) == []
    assert not folder.exists()
