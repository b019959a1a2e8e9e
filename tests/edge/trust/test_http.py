"""One bounded exchange: what is brought, and every way a peer can behave badly."""

from __future__ import annotations

import contextlib
import socket
import time

import pytest
from msgspec import structs

from gateway.edge.trust.http import FetchError, WebLimits, is_public, transfer
from tests.support.web import web_server

LIMITS = WebLimits(octets=100_000, deadline_s=5, hosts=("127.0.0.1",))


@pytest.fixture(scope="module")
def web():
    """One server for all tests here."""
    with web_server() as made:
        yield made


def failure(address, limits=LIMITS, body=None):
    """Why a transfer failed."""
    with pytest.raises(FetchError) as caught:
        transfer(address, limits, body, "application/ocsp-request")
    return caught.value.reason


def test_content_comes_whole(web):
    """GET, and POST with its body; the query goes along."""
    web.pages |= {"/list.crl?a=1": b"x" * 100_000, "/ocsp": b"answer"}

    assert b"x" * 100_000 == transfer(f"{web.base}/list.crl?a=1", LIMITS)
    assert b"answer" == transfer(f"{web.base}/ocsp", LIMITS, b"question", "application/ocsp-request")
    assert ("POST", "/ocsp", b"question") == web.asked[-1]


def test_too_many_octets_are_refused(web):
    """One more than allowed, announced or not, and a terabyte that is only announced."""
    web.pages |= {"/more": b"x" * 100_001, "/endless": web.endless, "/boast": web.boast}

    assert ["too_large"] * 3 == [failure(f"{web.base}/{name}") for name in ("more", "endless", "boast")]


def test_the_deadline_holds_for_silence_and_for_a_drip(web):
    """The whole transfer counts, not each wait."""
    web.pages |= {"/hang": web.hang, "/drip": web.drip}
    hasty = structs.replace(LIMITS, deadline_s=0.2)

    assert ["timeout"] * 2 == [failure(f"{web.base}/{name}", hasty) for name in ("hang", "drip")]


def test_a_silent_address_leaves_time_for_the_next(web, monkeypatch):
    """Its share of the deadline; and of many silent ones the deadline still holds."""
    web.pages["/list"] = b"list"
    with contextlib.ExitStack() as stack:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0)).getsockname()
        for _ in range(2):  # its queue is full: what comes now is never answered
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(silent)
        places = [(2, 1, 6, "", silent), (2, 1, 6, "", ("127.0.0.1", web.port))]
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: places)
        hasty = structs.replace(LIMITS, deadline_s=0.6)

        assert b"list" == transfer(f"{web.base}/list", hasty)
        places[1:] = places[:1] * 3
        before = time.monotonic()
        assert "timeout" == failure(f"{web.base}/list", structs.replace(LIMITS, deadline_s=0.2))
        assert time.monotonic() - before < 5


def test_other_statuses_bring_nothing(web):
    """Not found, an error, an empty success."""
    web.pages |= {"/500": web.status(500), "/204": web.status(204)}

    assert ["status"] * 3 == [failure(f"{web.base}/{name}") for name in ("missing", "500", "204")]


def test_redirects_stay_with_the_host_or_go_to_a_listed_one(web):
    """Three at most; elsewhere only where the configuration allows."""
    other = f"http://localhost:{web.port}"
    web.pages |= {
        "/near": web.moved("/list"), "/list": b"list", "/far": web.moved(f"{other}/list"),
        "/loop": web.moved("/loop", 301), "/file": web.moved("file:///etc/passwd"), "/nowhere": web.status(302),
    }  # fmt: skip
    wider = structs.replace(LIMITS, hosts=("127.0.0.1", "localhost"))

    assert b"list" == transfer(f"{web.base}/near", LIMITS) == transfer(f"{web.base}/far", wider)
    assert ["host", "redirect", "address", "redirect"] == [
        failure(f"{web.base}/{name}") for name in ("far", "loop", "file", "nowhere")
    ]
    assert "redirect" == failure(f"{web.base}/near", body=b"question")


def test_hosts_that_may_not_be_asked(web):
    """Our own networks, names without a dot, odd ports: unless listed. Nothing is sent."""
    before = len(web.asked)
    open_limits = structs.replace(LIMITS, hosts=())
    refused = [
        web.base, "http://10.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest",
        "http://localhost/", "http://intranet/", "http://0.0.0.0/", "http://192.0.2.1:22/", "http://8.8.8.8:8080/",
        "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://224.0.0.1/",
    ]  # fmt: skip

    assert ["host"] * len(refused) == [failure(address, open_limits) for address in refused]
    assert before == len(web.asked)
    assert "host" == failure("http://8.8.8.8/", structs.replace(LIMITS, is_closed=True))


def test_addresses_that_are_none():
    """Other schemes, user names, no host, letters beyond ASCII."""
    bad = ["ftp://crl.example/x", "http://user:pw@127.0.0.1/", "http:///x", "http://127.0.0.1/\u00e0", "ldap://x/"]

    assert ["address"] * len(bad) == [failure(address) for address in bad]
    assert ["unreachable"] * 2 == [failure(f"http://127.0.0.1{end}") for end in (":99999/", "/a b")]


def test_a_name_that_leads_to_our_own_network_is_refused(web, monkeypatch):
    """Its address is looked at before anything is connected, and no second look-up is made."""
    looked_up = []

    def leads_home(host, port, **_):
        looked_up.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", web.port))]

    monkeypatch.setattr("socket.getaddrinfo", leads_home)
    before = len(web.asked)

    assert "host" == failure("http://crl.example.vn/", LIMITS)
    assert (["crl.example.vn"], before) == (looked_up, len(web.asked))


def test_nobody_there(web):
    """A closed port, and a server that does not speak TLS."""
    assert "unreachable" == failure("http://127.0.0.1:9/")
    assert "tls" == failure(f"https://127.0.0.1:{web.port}/")


def test_through_a_proxy(web):
    """The whole address goes to the proxy, which finds the host; addresses of our own network stay refused."""
    web.pages["http://crl.example.vn/list.crl"] = b"list"
    limits = structs.replace(LIMITS, hosts=(), proxy=web.base)

    assert b"list" == transfer("http://crl.example.vn/list.crl", limits)
    assert "host" == failure("http://10.0.0.1/", limits)
    assert "unreachable" == failure("https://crl.example.vn/list.crl", limits)
    assert "CONNECT" == web.asked[-1][0]


@pytest.mark.parametrize(("address", "expected"), [
    ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("127.0.0.1", False), ("fe80::1%eth0", False),
    ("fd00::1", False), ("::ffff:10.0.0.1", False), ("100.64.0.1", False), ("::7f00:1", False), ("fec0::1", False),
    ("64:ff9b:1::7f00:1", False), ("2002:7f00:1::", False),
])  # fmt: skip
def test_public_addresses(address, expected):
    """Loopback, private, link-local, site-local, shared, mapped, compatible and translated ones are not."""
    assert expected is is_public(address)
