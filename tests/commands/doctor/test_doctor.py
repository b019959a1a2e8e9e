"""`congthu doctor` as a user runs it: on a running gateway with a real DNS server and real next hops."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gateway.edge.readers.tesseract import load_recogniser
from gateway.read.containers.libarchive import is_available
from tests.support.command import congthu
from tests.support.daemon import running_daemon
from tests.support.dns_server import dns_server
from tests.support.scripted_nexthop import ScriptedNextHop, in_thread

if TYPE_CHECKING:
    from pathlib import Path

TOPICS = [
    "configuration",
    "mx",
    "spf",
    "dmarc",
    "ports",
    "certificate",
    "clock",
    "memory",
    "sandbox",
    "disk",
    "next hop",
]


def test_running_gateway_is_well(tmp_path: Path) -> None:
    """Every topic has a line; what is not well here (no certificate, the host's clock and its packages) only warns."""
    with dns_server() as dns, running_daemon(tmp_path) as daemon:
        for name in ("soa", "sob", "vpubnd"):
            domain = f"{name}.thunghiem.gov.vn"
            dns.add(domain, "MX", "10 congthu.thunghiem.gov.vn.")
            dns.txt(domain, "v=spf1 ip4:9.9.9.9 -all")
        dns.txt("_dmarc.thunghiem.gov.vn", "v=DMARC1; p=reject")
        dns.add("congthu.thunghiem.gov.vn", "A", "203.0.113.5")
        daemon.config.write_text(f'{daemon.config.read_text()}\n[identity.dns]\naddresses = ["{dns.address}"]\n')
        done = congthu("doctor", "--json", "--config", daemon.config)
    lines = [json.loads(line) for line in done.stdout.splitlines()]

    assert (0, TOPICS) == (done.returncode, list(dict.fromkeys(line["topic"] for line in lines))), done.stdout
    # `congthu check` warns of libraries that this host lacks
    bare = set() if load_recogniser() is not None and is_available() else {"configuration"}
    assert bare | {"certificate", "clock"} >= {line["topic"] for line in lines if line["state"] == "warn"}
    assert "ok" == next(line["state"] for line in lines if "the gateway answers" in line["found"])
    assert "ok" == next(line["state"] for line in lines if "the gateway is ready" in line["found"])
    assert any("answers, in plain; offers 8BITMIME" in line["found"] for line in lines)


def test_what_is_broken_fails_and_says_what_to_do(tmp_path: Path) -> None:
    """A dead next hop beside a live one, one without extensions, a route without any, and nobody listening."""
    with in_thread(ScriptedNextHop(extensions=())) as poor, in_thread(ScriptedNextHop()) as whole:
        text = '[listen]\naddresses = ["127.0.0.1:0"]\n[metrics]\nlisten = ""\n'
        for name, hosts in (
            ("a", f'"127.0.0.1:1", "{whole.host}"'),
            ("b", f'"{poor.host}"'),
            ("c", '"127.0.0.1:1", "no.invalid:25"'),
        ):
            text += (
                f'[[relay.routes]]\nname = "{name}"\ndomains = ["{name}.example"]\nhosts = [{hosts}]\ntls = "none"\n'
            )
        (tmp_path / "congthu.toml").write_text(text)
        done = congthu("doctor", "--config", tmp_path / "congthu.toml")

    lines = done.stdout.splitlines()
    assert 69 == done.returncode
    refused = "next hop: route {}: 127.0.0.1:1: connect: Connection refused; "
    listens = "      -> see whether a mail server runs and listens there, and the firewalls between"
    told = lines.index("warn  " + refused.format("a") + "the others of its route take its mail")
    assert listens == lines[told + 1]
    told = lines.index("fail  " + refused.format("c") + "its mail is put off with 451")
    assert listens == lines[told + 1]
    assert lines[told + 2].startswith("fail  next hop: route c: no.invalid:25: connect: ")
    assert lines[told + 3] == "      -> mend its name under relay.routes, that name in DNS, or the way to it"
    assert any(line.startswith(f"ok    next hop: route a: {whole.host} answers") for line in lines)
    assert any(line.startswith("warn  next hop: route b: its hosts do not all offer 8BITMIME") for line in lines)


def test_configuration_that_cannot_be_loaded_is_all_there_is_to_tell(tmp_path: Path) -> None:
    """Each problem with its line."""
    (tmp_path / "congthu.toml").write_text("[listen]\nadresses = []\n[nonsense]\n")
    done = congthu("doctor", "--offline", "--config", tmp_path / "congthu.toml")

    assert 69 == done.returncode
    assert ["fail  configuration", "fail  configuration"] == [
        line.partition(":")[0] for line in done.stdout.splitlines() if not line.startswith(" ")
    ]
