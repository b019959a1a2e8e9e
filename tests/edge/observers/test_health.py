"""The health listener over real loopback HTTP."""

from __future__ import annotations

import asyncio
import gzip
from contextlib import asynccontextmanager

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.edge.observers.health import MAX_CONNECTIONS, MAX_REQUEST_OCTETS, Health
from gateway.edge.observers.metrics import Metrics
from tests.support.records import relayed


@asynccontextmanager
async def serving(ready=None, live=None, deadline_s=5.0, metrics=None):
    """Run a listener on a free loopback port."""
    health = Health(metrics or Metrics("0.1.0"), ready or {}, live, deadline_s)
    await health.start("127.0.0.1", 0)
    try:
        yield health
    finally:
        await health.stop()


async def ask(health, octets):
    """Send raw octets and give (status, fields, body) of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", health.port)
    writer.write(octets)
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *fields = head.decode().split("\r\n")
    return int(first.split()[1]), dict(field.split(": ", 1) for field in fields), body


def get(path, *fields, method="GET"):
    """Spell a request."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *fields, "", ""]).encode()


def test_metrics_are_scraped_in_the_format_asked_for():
    """Plain text by default, OpenMetrics with exemplars by content negotiation; gauges are fresh."""

    async def story():
        metrics = Metrics("0.1.0")
        metrics.observe_transaction(relayed())
        metrics.samplers.append(lambda: metrics.set_gauge("workers_busy", 1))
        async with serving(metrics=metrics) as health:
            plain = await ask(health, get("/metrics"))
            openmetrics = await ask(health, get("/metrics?x=1", "accept: application/openmetrics-text;version=1.0.0"))
        return plain, openmetrics

    (status, fields, body), (_, open_fields, open_body) = asyncio.run(story())
    values = {
        sample.name: sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }

    assert status == 200
    assert fields["Content-Type"].startswith("text/plain; version=")
    assert int(fields["Content-Length"]) == len(body)
    assert values["congthu_workers_busy"] == 1
    assert open_fields["Content-Type"].startswith("application/openmetrics-text")
    assert b'trace_id="4bXk2TzQ"' in open_body


def test_readiness_says_what_is_missing():
    """503 with one line a reason; 200 once no check objects."""
    reasons = {"reader workers": "none is up", "next hop": ""}

    async def story():
        checks = {name: lambda name=name: reasons[name] for name in reasons}
        async with serving(ready=checks) as health:
            before = await ask(health, get("/readyz"))
            reasons["reader workers"] = ""
            return before, await ask(health, get("/readyz")), await ask(health, get("/livez"))

    before, after, live = asyncio.run(story())

    assert (before[0], before[2]) == (503, b"reader workers: none is up\n")
    assert (after[0], after[2]) == (200, b"ok\n")
    assert (live[0], live[2]) == (200, b"ok\n")


def test_liveness_has_checks_of_its_own():
    """What makes a restart necessary differs from what makes new mail unwelcome."""

    async def story():
        async with serving(live={"event loop": lambda: "blocked for 30 s"}) as health:
            return await ask(health, get("/livez"))

    assert asyncio.run(story())[0] == 503


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        (get("/"), 404),
        (get("/metrics/../x"), 404),
        (get("/metrics", method="POST"), 405),
        (b"EHLO x\r\n\r\n", 405),
        (b"\x16\x03\x01\x02\x00\r\n\r\n", 405),
        (get("/" + "x" * MAX_REQUEST_OCTETS), 431),
        (b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 10_000, 431),
    ],
)
def test_other_requests_are_refused(octets, status):
    """Unknown paths and methods, other protocols, endless requests."""

    async def story():
        async with serving() as health:
            return await ask(health, octets)

    assert asyncio.run(story())[0] == status


def test_head_gives_the_length_without_the_body():
    """RFC 9110 section 9.3.2."""

    async def story():
        async with serving() as health:
            return await ask(health, get("/livez", method="HEAD"))

    status, fields, body = asyncio.run(story())

    assert (status, fields["Content-Length"], body) == (200, "3", b"")


def test_a_peer_that_says_nothing_is_cut_off():
    """The deadline runs from connecting, whatever trickles in."""

    async def story():
        async with serving(deadline_s=0.05) as health:
            return await ask(health, b"GET /livez")

    assert asyncio.run(story())[0] == 408


def test_connections_are_bounded():
    """One more than the limit is closed unanswered, and the listener goes on."""

    async def story():
        async with serving() as health:
            idle = [await asyncio.open_connection("127.0.0.1", health.port) for _ in range(MAX_CONNECTIONS)]
            reader, writer = await asyncio.open_connection("127.0.0.1", health.port)
            refused = await reader.read()
            for _, open_writer in (*idle, (reader, writer)):
                open_writer.close()
            for open_reader, _ in idle:
                await open_reader.read()
            return refused, await ask(health, get("/livez"))

    refused, answer = asyncio.run(story())

    assert refused == b""
    assert answer[0] == 200


def test_stopping_ends_open_connections():
    """A scraper that hangs does not keep the daemon from ending."""

    async def story():
        async with serving() as health:
            reader, writer = await asyncio.open_connection("127.0.0.1", health.port)
            await ask(health, get("/livez"))
            await health.stop()
            rest = await reader.read()
            writer.close()
            return rest, health.port

    assert asyncio.run(story()) == (b"", 0)


@pytest.mark.parametrize(
    ("encodings", "is_gzip"),
    [
        (["Accept-Encoding: gzip"], True),
        (["accept-encoding: deflate, GZIP;q=0.5"], True),
        (["Accept-Encoding: br", "Accept-Encoding: x-gzip;q=1.000"], True),
        (["Accept-Encoding: gzip;q=0"], False),
        (["Accept-Encoding: gzip; q=0.000, identity"], False),
        (["Accept-Encoding: identity, gzipped"], False),
        ([], False),
    ],
)
def test_metrics_are_compressed_when_asked(encodings, is_gzip):
    """Gzip with a weight above 0 (RFC 9110 section 12.5.3), which Prometheus asks for; the same octets once opened."""

    async def story():
        metrics = Metrics("0.1.0")
        async with serving(metrics=metrics) as health:
            return await ask(health, get("/metrics", *encodings)), await ask(health, get("/metrics"))

    (status, fields, body), (_status, _fields, plain) = asyncio.run(story())

    assert status == 200
    assert is_gzip == (fields.get("Content-Encoding") == "gzip")
    assert int(fields["Content-Length"]) == len(body)
    names = {line.split("{")[0] for line in plain.decode().splitlines() if line.startswith("congthu_")}
    opened = gzip.decompress(body) if is_gzip else body
    assert names == {line.split("{")[0] for line in opened.decode().splitlines() if line.startswith("congthu_")}
    assert not is_gzip or len(body) < len(plain) / 5
