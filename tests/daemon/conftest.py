"""A gateway for tests that leave it as they found it."""

import pytest

from tests.support.daemon import running_daemon


@pytest.fixture(scope="session")
def running_gateway(tmp_path_factory):
    """One daemon for all modules. Its connections to the next hop do not stay, so that each test's script is met."""
    changes = {'tls = "none"': 'tls = "none"\nidle_s = 0.000001'}
    with running_daemon(tmp_path_factory.mktemp("gateway"), changes=changes) as daemon:
        yield daemon


@pytest.fixture
def gateway(running_gateway):
    """It, with an empty log, in front of a next hop that accepts everything and has received nothing."""
    running_gateway.begin_log()
    running_gateway.next_hop.begin_anew()
    return running_gateway
