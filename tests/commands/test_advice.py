"""Settings that `congthu check` lets pass with a warning, and that `--strict` does not."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from gateway.commands import checking
from gateway.commands.advice import advice, ask_routes
from gateway.commands.cli import cli
from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation
from tests.support.relaying import Remembering, until
from tests.support.scripted_nexthop import EXTENSIONS, ScriptedNextHop, in_thread

if TYPE_CHECKING:
    from pathlib import Path

ON = dt.date(2026, 11, 21)
REGISTRY = """
[[agency]]
id = "so-a"
name = "Sở A"
class = "department"
territory = "binh-duong"
domains = ["soa.thunghiem.gov.vn"]
mailboxes = ["vanthu@soa.thunghiem.gov.vn"]
"""
CONFIG = """
[gateway]
host = "congthu.thunghiem.gov.vn"
[listen]
addresses = ["127.0.0.1:10025"]
[registry]
files = ["registry.toml"]
"""


def warned(folder: Path, config: str = CONFIG, registry: str = REGISTRY) -> list[str]:
    """Load a configuration and give what it is warned of."""
    (folder / "registry.toml").write_text(registry, "utf-8")
    (folder / "congthu.toml").write_text(config, "utf-8")
    loaded = load_config(folder / "congthu.toml")
    generation, judge = load_generation(loaded, 1)
    return list(advice(loaded, generation, judge.registry, ON))


def warnings_of(config_file: Path) -> list[str]:
    """Ask the next hops of a configuration and give what is told."""
    config = load_config(config_file)
    return ask_routes(config, Remembering()).warnings(config)


def route(more: str, host: str = "127.0.0.1:2525", name: str = "mail", domains: str = "*") -> str:
    """One route as it is written."""
    return f'[[relay.routes]]\nname = "{name}"\ndomains = ["{domains}"]\nhosts = ["{host}"]\ntls = "none"\n{more}\n'


def networks(*given: str) -> str:
    """Client networks as they are written."""
    return f"[relay]\nclient_networks = {list(given)}\n" + route("")


def posture(more: str, posture: str = "off") -> str:
    """One posture entry as it is written."""
    return f'[[posture.entries]]\nposture = "{posture}"\n{more}\n'


def test_nothing_is_said_of_a_usual_configuration(tmp_path: Path) -> None:
    """Two packs, an agency they bind, a route to another port."""
    usual = CONFIG + '[policy]\npacks = ["national", "binh-duong-14-2014"]\n' + route("")

    assert warned(tmp_path, usual) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("[policy]\npacks = []\n", "policy.packs is empty"),
        (posture('rule = "NAT-SEC-1"\nagency = "so-a"'), "NAT-SEC-1, which keeps marked state secrets"),
        (posture('rule = "NAT-SEC-1"', "observe"), "off or only observed for 2 of 2"),
        (posture('rule = "NAT-FROM-4"\nvalid_to = 2026-01-01'), "posture.entries[0] ended on 2026-01-01"),
        (
            posture('rule = "NAT-FROM-4"') + posture('rule = "NAT-FROM-4"', "tag"),
            "posture.entries[1] contradicts posture.entries[0]",
        ),
        (
            posture('rule = "NAT-FROM-4"') + posture('rule = "NAT-FROM-4"\nvalid_from = 2027-01-01'),
            "posture.entries[1] repeats posture.entries[0]",
        ),
        (route("", host="127.0.0.1:10025"), "127.0.0.1:10025 is this gateway itself"),
        (route("", host="congthu.thunghiem.gov.vn:10025"), "is this gateway itself"),
        (networks("0.0.0.0/1"), "0.0.0.0/1 holds 2147483648 public addresses"),
        (networks("2001::/16"), "2001::/16 holds"),
        (
            '[[relay.clients]]\nnetworks = ["8.0.0.0/8"]\ndomains = ["so-a.example"]\n',
            "relay.clients[0].networks: 8.0.0.0/8 holds",
        ),
        (route("final_reply_timeout_s = 500"), "take 620 s, and clients wait 600"),
        (route("connect_timeout_s = 100"), "take 320 s, and clients wait 300"),
        (route("connect_timeout_s = 65").replace('"none"', '"opportunistic"'), "take 315 s, and clients wait 300"),
        (route("connect_timeout_s = 90") + route("", name="other", domains="b.example"), "take 305 s, and clients"),
        (
            '[[listen]]\nname = "b"\naddresses = ["127.0.0.1:10026"]\nrole = "internal"\n',
            "listen[1].role: internal lets client networks in",
        ),
        (
            '[[listen]]\nname = "b"\naddresses = ["127.0.0.1:10026"]\nproxy_networks = ["8.0.0.0/8"]\n',
            "listen[1].proxy_networks: 8.0.0.0/8 holds 16777216 public addresses, each of which may name any client",
        ),
        ('[[listen]]\nname = "b"\naddresses = ["127.0.0.1:10025"]\n', "names port 10025 of 127.0.0.1 twice"),
        ("[listen.limits]\nmessage_size_limit_octets = 10_000\n", "10000 octets are less than one scanned page"),
        ('[checking]\naddress = "kiemtra@ngoai.example"\n', "kiemtra@ngoai.example is in no relay domain"),
        (
            '[relay]\nrelay_domains = ["so-a.example"]\n'
            + route("", domains="so-a.example").replace("[relay]\n", "")
            + '[checking]\naddress = "kiemtra@so-a.example"\nasked_by = "anyone"\n',
            "checking.asked_by: whoever is named gets mail from here",
        ),
        ('[metrics]\nlisten = "127.0.0.1:10025"\n', "metrics.listen is one of listen.addresses"),
    ],
)
def test_setting_hardly_meant_is_named(tmp_path: Path, more: str, expected: str) -> None:
    """Each with its key and what follows from it, and nothing else."""
    config = CONFIG.replace("[listen]", "[[listen]]") if "[[listen]]" in more else CONFIG
    lines = warned(tmp_path, config + more)

    assert [expected in line for line in lines] == [True], lines


@pytest.mark.parametrize(
    "more",
    [
        posture('rule = "NAT-FROM-4"\nvalid_to = 2026-12-31') + posture('rule = "NAT-FROM-4"\nvalid_from = 2027-01-01'),
        posture('rule = "NAT-FROM-4"') + posture('rule = "NAT-FROM-4"\nagency = "so-a"', "tag"),
        '[posture]\ndefault = "observe"\n',
        '[[listen]]\nname = "b"\naddresses = ["127.0.0.1:0", "[::1]:0"]\n',
        route("", host="congthu2.thunghiem.gov.vn:10025"),
        route("", host="192.0.2.1:10025"),
        networks("10.0.0.0/8", "fc00::/7", "127.0.0.0/8", "203.162.0.0/20", "2402:800:6100::/40"),
    ],
)
def test_what_only_looks_like_it_is_not_named(tmp_path: Path, more: str) -> None:
    """Steps of a roll-out one after the other, a special case, a default, another host at our port."""
    config = CONFIG.replace("[listen]", "[[listen]]") if "[[listen]]" in more else CONFIG
    assert warned(tmp_path, config + more) == []


def test_everything_off_is_one_line(tmp_path: Path) -> None:
    """Not one line a rule, though rules about secrets must be named one by one to be off."""
    config = CONFIG + '[posture]\ndefault = "off"\n'
    (tmp_path / "registry.toml").write_text(REGISTRY, "utf-8")
    (tmp_path / "congthu.toml").write_text(config, "utf-8")
    secret = [
        rule.id
        for rule in load_generation(load_config(tmp_path / "congthu.toml"), 1)[0].rules.values()
        if rule.is_secret
    ]
    lines = warned(tmp_path, config + "".join(posture(f'rule = "{rule}"') for rule in secret))

    assert ["every rule of every pack is off" in line for line in lines] == [True]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('class = "department"', 'class = "departement"', "did you mean `department`?"),
        ('"vanthu@soa.thunghiem.gov.vn"', '"vanthu.soa@gmail.com"', "a mailbox at gmail.com (free)"),
        ('"binh-duong"', '"dong-nai"', "pack binh-duong-14-2014 binds nobody"),
    ],
)
def test_registry_hardly_meant_is_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """A class nobody scopes by, a free mailbox as one of an agency, a pack whose territory has no agency."""
    config = CONFIG + '[policy]\npacks = ["national", "binh-duong-14-2014"]\n'
    lines = warned(tmp_path, config, REGISTRY.replace(old, new))

    assert [expected in line for line in lines] == [True], lines


def test_no_registry_is_named(tmp_path: Path) -> None:
    """Allowed for a first try, and hardly for more."""
    (line,) = warned(tmp_path, CONFIG.replace('files = ["registry.toml"]', ""))

    assert "registry.files is empty" in line


def test_next_hops_are_asked(tmp_path: Path) -> None:
    """Which does not answer, at which stage and why, and which keeps an extension from all clients."""
    with (
        in_thread(ScriptedNextHop(extensions=("8BITMIME", "SMTPUTF8", "DSN"))) as whole,
        in_thread(ScriptedNextHop(extensions=("SMTPUTF8",))) as lacking,
    ):
        text = CONFIG + route("", whole.host, "whole", "a.example") + route("", lacking.host, "lacking", "b.example")
        text += route("", "127.0.0.1:1", "dead", "c.example")
        (tmp_path / "registry.toml").write_text(REGISTRY, "utf-8")
        (tmp_path / "congthu.toml").write_text(text, "utf-8")
        lines = warnings_of(tmp_path / "congthu.toml")
        asyncio.run(until(lambda: whole.commands == ["EHLO congthu.thunghiem.gov.vn", "QUIT"]))

    assert len(lines) == 2
    assert lines[0].startswith("route dead: 127.0.0.1:1: connect: ")
    assert lines[1].startswith("route lacking: its hosts do not all offer 8BITMIME, DSN,")


def test_next_hop_that_fails_at_tls_is_named(tmp_path: Path) -> None:
    """Under `opportunistic` its mail goes in plain, and nobody would notice; with what it said."""
    with in_thread(ScriptedNextHop({"STARTTLS": "454 4.7.0 Not now"}, extensions=(*EXTENSIONS, "STARTTLS"))) as hop:
        (tmp_path / "registry.toml").write_text(REGISTRY, "utf-8")
        asked = route("", hop.host, "old", "a.example").replace('"none"', '"opportunistic"')
        (tmp_path / "congthu.toml").write_text(CONFIG + asked, "utf-8")
        (line,) = warnings_of(tmp_path / "congthu.toml")

    assert line.startswith(
        f"route old: {hop.host} offers STARTTLS and fails at it (454 4.7.0 Not now), so its mail goes"
    )


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 78)])
def test_warnings_fail_only_when_strict(tmp_path: Path, options: list[str], code: int) -> None:
    """A build service may ask for none; an operator's look is no failure."""
    warned(tmp_path, CONFIG + "[policy]\npacks = []\n")
    result = CliRunner().invoke(cli, ["check", "--offline", "--config", str(tmp_path / "congthu.toml"), *options])

    assert (result.exit_code, checking.WARNING in result.output) == (code, True)


def test_budget_for_nothing_is_named(tmp_path: Path) -> None:
    """A worker reads one small PDF under the budget; where that is too much, so is every document."""
    warned(tmp_path, CONFIG + "[inspection.budget]\npdf_objects = 1\n")

    assert any("inspection.budget" in line for line in checking.report(tmp_path / "congthu.toml", is_offline=True))
    warned(tmp_path)
    assert not any("inspection.budget" in line for line in checking.report(tmp_path / "congthu.toml", is_offline=True))
