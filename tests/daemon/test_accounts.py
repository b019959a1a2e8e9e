"""Whom a message's worker time is counted for."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.daemon.accounts import STRANGERS, account_of
from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation
from gateway.demo.mails import DEPARTMENT_A, OFFICE
from gateway.demo.run import write_world
from gateway.values.envelope import Client, Envelope
from tests.support.daemon import world

TODAY = dt.date(2026, 11, 30)


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """The registry of the demonstration."""
    folder = tmp_path_factory.mktemp("accounts")
    write_world(folder, world()[0], [1, 2, 3])
    return load_generation(load_config(folder / "congthu.toml"), 1)[1].registry


def account(registry, ip: str, reverse_path: str = "", *, is_trusted: bool = False) -> str:
    """Name the account of a message."""
    client = Client(ip, is_trusted=is_trusted)
    return account_of(Envelope(client, reverse_path, ("a@b.test",), 0, "ID"), registry, TODAY)


def test_addresses_of_one_network_are_one_account(registry):
    """A /24 of IPv4, a /56 of IPv6: what one customer of a provider has. Who they say they are does not matter."""
    assert {account(registry, f"198.51.100.{last}", f"a{last}@x.test") for last in range(256)} == {"198.51.100.0/24"}
    assert account(registry, "2001:db8:1:2ff::1") == account(registry, "2001:db8:1:200:5::9")
    assert account(registry, "2001:db8:1:2ff::1") != account(registry, "2001:db8:1:300::1")
    assert account(registry, "198.51.100.1") != account(registry, "198.51.101.1")


def test_behind_a_trusted_client_each_agency_is_an_account(registry):
    """All its mailboxes and domains are one; another agency's mail is not held up."""
    first = account(registry, "127.0.0.1", DEPARTMENT_A, is_trusted=True)
    same = account(registry, "127.0.0.2", "khac@" + DEPARTMENT_A.partition("@")[2].upper(), is_trusted=True)

    assert first == same == "agency so-a"
    assert account(registry, "127.0.0.1", OFFICE, is_trusted=True) not in {first, ""}


def test_many_invented_domains_are_one_account(registry):
    """Anybody may write any domain into a reverse-path, the null one included."""
    paths = ["", *(f"a@d{number}.test" for number in range(1_000))]
    names = {account(registry, "127.0.0.1", path, is_trusted=True) for path in paths}

    assert names == {STRANGERS}
