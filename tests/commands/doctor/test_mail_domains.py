"""What DNS tells others of our domains, asked of a real server on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.commands.doctor.mail_domains import MAX_DOMAINS, examine, our_domains
from gateway.daemon.config.load import load_config
from tests.support.dns_server import DnsServer, dns_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOMAIN = "so-a.example"
HOST = "congthu.so-a.example"
NEXT_HOP = "9.9.9.9"
"""A public address, which nobody is asked at."""
CONFIG = """
[gateway]
host = "congthu.so-a.example"
[relay]
relay_domains = ["so-a.example"]
[[relay.routes]]
name = "mail"
domains = ["*"]
hosts = ["mail.so-a.example:25"]
[identity.dns]
addresses = ["{address}"]
lookup_timeout_s = 1
"""


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    """A domain set up as it should be."""
    with dns_server() as server:
        server.add(DOMAIN, "MX", f"10 {HOST}.")
        server.add(HOST, "A", "203.0.113.5")
        server.add("mail.so-a.example", "A", NEXT_HOP)
        server.txt(DOMAIN, f"v=spf1 ip4:{NEXT_HOP} -all", "other=words")
        server.txt(f"_dmarc.{DOMAIN}", "v=DMARC1; p=reject")
        yield server


def looked_at(folder: Path, dns: DnsServer, config: str = CONFIG) -> list[str]:
    """Examine, and give state, topic and words of every line."""
    (folder / "congthu.toml").write_text(config.replace("{address}", dns.address))
    lines = examine(load_config(folder / "congthu.toml"), ())
    assert all(bool(line.todo) == (line.state != "ok") for line in lines)
    return [f"{line.state} {line.topic}: {line.found} -> {line.todo}" for line in lines]


def test_domain_set_up_well_is_ok(tmp_path: Path, dns: DnsServer) -> None:
    """Where its mail goes, that its next hop is named, what forgeries get."""
    assert [
        f"ok mx: {DOMAIN}: {HOST} (203.0.113.5): this gateway -> ",
        f"ok spf: {DOMAIN}: next hop {NEXT_HOP}: pass (ip4 matches) -> ",
        f"ok dmarc: {DOMAIN}: p=reject of {DOMAIN} -> ",
    ] == looked_at(tmp_path, dns)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (
            ("10 mx.elsewhere.test.",),
            "warn mx: so-a.example: mx.elsewhere.test (203.0.113.9): mail by mx.elsewhere.test",
        ),
        ((f"10 {HOST}.", "20 mx.elsewhere.test."), "mail by mx.elsewhere.test goes around us"),
        (("10 gone.elsewhere.test.",), "fail mx: so-a.example: gone.elsewhere.test has no address"),
        (("0 .",), "fail mx: so-a.example says that it takes no mail"),
        ((), f"publish `so-a.example. MX 10 {HOST}.`"),
    ],
)
def test_mail_that_does_not_come_here_is_told(
    tmp_path: Path, dns: DnsServer, records: tuple[str, ...], expected: str
) -> None:
    """To another host, by a second record around us, to a dead name, to nobody, or without a record."""
    dns.add("mx.elsewhere.test", "A", "203.0.113.9")
    dns.add(DOMAIN, "MX", *records)

    assert expected in looked_at(tmp_path, dns)[0]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (
            ("v=spf1 ip4:9.9.9.8 -all",),
            f"fail spf: {DOMAIN}: next hop {NEXT_HOP}: fail (all matches) -> add `ip4:{NEXT_HOP}`",
        ),
        (("v=spf1 +all",), f"fail spf: {DOMAIN} lets anybody send"),
        (("v=spf1 ip4:9.9.9.9 -all", "v=spf1 -all"), f"fail spf: {DOMAIN} has 2 SPF records"),
        (("v=spf1 ipv4:9.9.9.9 -all",), f"fail spf: {DOMAIN}: its record cannot be used"),
        (("words",), f'publish `{DOMAIN}. TXT "v=spf1 ip4:{NEXT_HOP} -all"`'),
        (("v=spf1 include:dead.test -all",), "warn spf"),
    ],
)
def test_next_hop_that_spf_does_not_name_is_told(
    tmp_path: Path, dns: DnsServer, records: tuple[str, ...], expected: str
) -> None:
    """Not named, everybody named, two records, one that is none, none at all, one that cannot be followed now."""
    dns.behaviours["dead.test"] = "servfail"
    dns.txt(DOMAIN, *records)

    assert expected in looked_at(tmp_path, dns)[1]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("v=DMARC1; p=none; rua=mailto:a@so-a.example", "forged mail is only reported"),
        ("v=DMARC1; p=quarantine", f"ok dmarc: {DOMAIN}: p=quarantine"),
        ("v=DMARC1; p=reject; t=y", "p=quarantine of so-a.example, testing"),
        ("v=dmarc", f'-> publish `_dmarc.{DOMAIN}. TXT "v=DMARC1; p=none;'),
    ],
)
def test_policy_for_forgeries_is_told(tmp_path: Path, dns: DnsServer, record: str, expected: str) -> None:
    """Reported only, put aside, on trial, or none."""
    dns.txt(f"_dmarc.{DOMAIN}", record)

    assert expected in looked_at(tmp_path, dns)[2]


def test_domain_that_does_not_exist_has_one_line(tmp_path: Path, dns: DnsServer) -> None:
    """Nothing else can be said of it."""
    config = CONFIG.replace('["so-a.example"]', '["khongco.example"]')

    (line,) = looked_at(tmp_path, dns, config)
    assert line.startswith("fail mx: khongco.example does not exist")


def test_dns_that_does_not_answer_fails_nothing(tmp_path: Path, dns: DnsServer) -> None:
    """What is unknown is no fault of the domain."""
    for name in (DOMAIN, f"_dmarc.{DOMAIN}"):
        dns.behaviours[name] = "servfail"

    assert ["warn mx", "warn spf", "warn dmarc"] == [line.partition(":")[0] for line in looked_at(tmp_path, dns)]


def test_next_hop_inside_is_not_looked_for(tmp_path: Path, dns: DnsServer) -> None:
    """SPF names the public address it sends from, which nobody can tell from here."""
    dns.add("mail.so-a.example", "A", "10.0.0.10")
    lines = looked_at(tmp_path, dns)

    assert f"ok spf: {DOMAIN}: v=spf1 ip4:{NEXT_HOP} -all -> " in lines
    assert "not compared: mail.so-a.example has no public address here" in lines[-1]


def test_domains_of_a_pattern_are_those_registered() -> None:
    """A pattern itself stands for nobody where the registry knows who is below it."""
    registered = ["b.tinh.example", "a.tinh.example", "c.other.example"]

    assert ["x.example", "a.tinh.example", "b.tinh.example"] == our_domains(["x.example", ".tinh.example"], registered)
    assert ["empty.example"] == our_domains([".empty.example"], registered)


def test_many_domains_are_bounded(tmp_path: Path, dns: DnsServer) -> None:
    """A province has hundreds, and waits for none of the rest."""
    names = ", ".join(f'"x{number}.test"' for number in range(MAX_DOMAINS + 3))
    lines = looked_at(tmp_path, dns, CONFIG.replace('"so-a.example"', names))

    assert MAX_DOMAINS + 1 == len(lines)
    assert "ok mx: 3 domains more were not looked at -> " == lines[-1]
