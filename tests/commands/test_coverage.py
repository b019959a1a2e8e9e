"""`congthu check` on a registry whose agencies cannot be written to."""

import datetime as dt

import pytest

from gateway.commands.coverage import uncovered
from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation

REGISTRY = """
[[agency]]
id = "so-a"
name = "Sở A"
domains = ["soa.tinh.example", "tinh.example"]
mailboxes = ["vanthu@soa.tinh.example"]
[[agency]]
id = "so-b"
name = "Sở B"
mailboxes = ["sob@thu-cu.example"]
[[agency]]
id = "so-c"
name = "Sở C"
domains = [{ value = "cu.tinh.example", valid_to = 2020-01-01 }]
"""
KNOWN = '[[relay.clients]]\nnetworks = ["10.0.0.10"]\ndomains = ["soa.tinh.example"]'
ROUTE = '[[relay.routes]]\nname = "mx"\ndomains = [{}]\nhosts = ["127.0.0.1:26"]\ntls = "none"\n'


def told(place, relay, routes='".tinh.example", ".khac.example"'):
    """Load a configuration and answer what is told of it."""
    (place / "r.toml").write_text(REGISTRY, encoding="utf-8")
    file = place / "c.toml"
    file.write_text(f'[registry]\nfiles = ["r.toml"]\n[relay]\n{relay}\n{ROUTE.format(routes)}', encoding="utf-8")
    config = load_config(file)
    _generation, judge = load_generation(config, 1)
    return list(uncovered(config, judge.registry, dt.date(2026, 11, 30)))


def test_what_meets_is_not_told(tmp_path):
    """The pattern of the guides takes the domain and all below; other people's domains are theirs."""
    assert told(tmp_path, 'relay_domains = [".tinh.example"]') == []
    assert told(tmp_path, 'relay_domains = ["tinh.example", "soa.tinh.example"]') == []
    assert told(tmp_path, 'client_networks = ["10.0.0.0/8"]', '"*"') == []
    assert told(tmp_path, KNOWN, '"*"') == []


@pytest.mark.parametrize(
    ("relay", "words"),
    [
        (
            'relay_domains = ["tinh.example"]',
            "`tinh.example` is that domain alone, and strangers cannot write to `soa.tinh.example`",
        ),
        ('relay_domains = [".tinh.example", ".khac.example"]', "lies in `.khac.example`; is it written right?"),
        ('client_networks = ["10.0.0.0/8"]', "no route takes mail for `thu-cu.example`, which"),
        ('[listen]\nclient_networks = ["10.0.0.0/8"]', "no route takes mail for `thu-cu.example`, which"),
        (KNOWN, "no route takes mail for `thu-cu.example`, which"),
    ],
)
def test_what_does_not_meet_is_told(tmp_path, relay, words):
    """One line each, with what to write; an agency that ended years ago is not missed."""
    (line,) = told(tmp_path, relay)
    assert words in line
    assert "cu.tinh.example" not in line


def test_without_a_registry_nothing_is_told(tmp_path):
    """A gateway without agencies compares nothing."""
    file = tmp_path / "c.toml"
    file.write_text('[relay]\nrelay_domains = ["tinh.example"]\n' + ROUTE.format('"*"'))
    config = load_config(file)
    assert list(uncovered(config, load_generation(config, 1)[1].registry, dt.date(2026, 11, 30))) == []
