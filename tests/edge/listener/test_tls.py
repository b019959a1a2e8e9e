"""Server TLS: what is offered, and that a bad pair never replaces a good one."""

import asyncio
import ssl

import pytest

from gateway.edge.listener.tls import ServerTls, build_server_context
from gateway.values.faults import Misconfigured
from tests.support.certificates import subject, write_pair
from tests.support.smtp_client import bench


def test_nothing_older(tmp_path):
    """TLS 1.1 and older, and ciphers without forward secrecy or with CBC, are not offered."""
    context = build_server_context(*write_pair(tmp_path, "gw.cqnn.test"))

    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    names = [cipher["name"] for cipher in context.get_ciphers()]
    assert names
    assert all(name.startswith(("TLS_", "ECDHE-")) for name in names)
    assert all(name.startswith("TLS_") or "GCM" in name or "POLY1305" in name for name in names)


def test_bad_pair_keeps_the_old_one(tmp_path):
    """A key that does not belong, a missing file, garbage or a pass phrase: refused, the old context stays whole."""
    certificate, key = write_pair(tmp_path, "old.cqnn.test")
    tls = ServerTls(certificate, key)
    before = tls.context()
    _, other_key = write_pair(tmp_path, "other.cqnn.test")
    _, locked_key = write_pair(tmp_path, "locked.cqnn.test", password=b"secret")
    for bad in (other_key.read_bytes(), b"garbage", b"", locked_key.read_bytes()):
        key.write_bytes(bad)
        with pytest.raises(Misconfigured):
            tls.reload()
        assert tls.context() is before
    key.unlink()
    with pytest.raises(Misconfigured) as caught:
        tls.reload()
    assert caught.value.problems[0].file == str(key)
    assert tls.context() is before

    async def story():
        async with bench(ssl_context_provider=tls.context) as made:
            client = await made.client()
            await client.greet()
            await client.ask(b"STARTTLS")
            await client.start_tls()
            assert subject(client) == "CN=old.cqnn.test"

    asyncio.run(asyncio.wait_for(story(), 20))
