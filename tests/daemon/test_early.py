"""The sockets are open before there is anything to answer with: who connects during a start waits, and is served."""

import asyncio
import socket

import pytest

from gateway.daemon.early import open_places
from gateway.edge.listener.admission import Admission
from gateway.edge.listener.server import Listener, ListenerSettings
from gateway.values.faults import Misconfigured
from tests.support.smtp_client import HOST, RawClient, RecordingHandler


def configured(folder, *addresses, more=""):
    """Write a configuration that listens there."""
    file = folder / "congthu.toml"
    file.write_text(f"[listen]\naddresses = {[*addresses]}\n{more}")
    return file


def test_a_client_of_the_first_moment_is_greeted(tmp_path):
    """Connected before there is a listener, greeted by it."""

    async def story():
        (place,) = open_places(configured(tmp_path, "127.0.0.1:0", "[::1]:0"))
        assert (place.block, place.are_ours) == ("smtp", True)
        early = [await RawClient.connect(one.getsockname()[:2]) for one in place.sockets]
        listener = Listener(ListenerSettings(), HOST, RecordingHandler(), admission=Admission([], []))
        await listener.start(place.sockets)
        for client in early:
            assert (await client.reply()).startswith(b"220 gw.cqnn.test ")
            assert (await client.ask(b"QUIT")).startswith(b"221 ")
            await client.close()
        await listener.stop_accepting()
        assert await listener.drain(20) == 0

    asyncio.run(asyncio.wait_for(story(), 20))


def test_all_addresses_or_none(tmp_path):
    """An address in use opens none, and is the operator's to see."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with socket.create_server(("127.0.0.1", 0)) as other:
            free = other.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            open_places(configured(tmp_path, f"127.0.0.1:{free}", f"127.0.0.1:{port}"))
        socket.create_server(("127.0.0.1", free)).close()


def test_several_instances_share_a_port(tmp_path):
    """`has_reuse_port` holds for sockets opened early too."""
    with socket.socket() as first:
        first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        first.bind(("127.0.0.1", 0))
        first.listen()
        address = f"127.0.0.1:{first.getsockname()[1]}"
        file = configured(tmp_path, address, more="limits = {has_reuse_port = true}\n")
        ((second,),) = (place.sockets for place in open_places(file))
        second.close()


@pytest.mark.parametrize(("name", "problem"), [("congthu.toml", "no_such_key"), ("nowhere.toml", "cannot be read")])
def test_a_broken_configuration_opens_nothing(tmp_path, name, problem):
    """It ends the start before anything slow was begun."""
    configured(tmp_path, "127.0.0.1:0", more="[relay]\nno_such_key = 1\n")
    with pytest.raises(Misconfigured) as caught:
        open_places(tmp_path / name)

    assert problem in str(caught.value)
