"""The loader: a generation comes out of a child process as if it had been loaded here."""

import asyncio
import datetime as dt

import pytest

from gateway.daemon import loader
from gateway.daemon.config.load import load_config
from gateway.daemon.loader import load_apart
from gateway.daemon.loading import load_generation
from gateway.demo.pki import throw_away_pki
from gateway.demo.run import write_world
from gateway.values.faults import Misconfigured, Transient


@pytest.fixture(scope="module")
def config_file(tmp_path_factory):
    """The demonstration's world."""
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, throw_away_pki(dt.datetime.now(dt.UTC)), [2525, 2526, 2527])
    return folder / "congthu.toml"


def test_the_child_hands_back_what_it_loaded(config_file):
    """Configuration and generation survive the way between the processes."""
    config = load_config(config_file)

    assert asyncio.run(load_apart(config_file, 7)) == (config, load_generation(config, 7)[0])


def test_problems_keep_file_line_and_key(config_file, tmp_path):
    """What is wrong reads as if it had been found here."""
    broken = tmp_path / "congthu.toml"
    broken.write_text(config_file.read_text().replace("relay_domains", "relay_domain"))

    with pytest.raises(Misconfigured) as here:
        load_config(broken)
    with pytest.raises(Misconfigured) as there:
        asyncio.run(load_apart(broken, 1))

    assert list(map(str, here.value.problems)) == list(map(str, there.value.problems))


def test_a_child_that_takes_too_long_is_a_fault(config_file, monkeypatch):
    """Nothing waits for a stuck load."""
    monkeypatch.setattr(loader, "LOAD_SECONDS", 0.001)

    with pytest.raises(Transient) as fault:
        asyncio.run(load_apart(config_file, 1))

    assert fault.value.situation == "not_ready"


def test_a_child_that_dies_is_a_fault(config_file, monkeypatch):
    """A crash of the loading process is no crash of the daemon."""
    monkeypatch.setattr(loader.sys, "executable", "/bin/false")

    with pytest.raises(Transient) as fault:
        asyncio.run(load_apart(config_file, 1))

    assert "ended with 1" in fault.value.detail
