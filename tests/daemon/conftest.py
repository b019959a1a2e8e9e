"""A gateway for tests that leave it as they found it."""

import pytest

from tests.support.daemon import running_daemon


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    """One daemon for a whole module; its next hop accepts everything."""
    with running_daemon(tmp_path_factory.mktemp("gateway")) as daemon:
        yield daemon
