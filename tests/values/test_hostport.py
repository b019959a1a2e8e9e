"""Host and port: what is cut is what was written, and what cannot be is told with what to write."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.values.hostport import spell_host_port, split_host_port, split_ip_port

NAMES = st.from_regex(r"[a-z0-9_]([a-z0-9._-]{0,40}[a-z0-9])?", fullmatch=True)
ADDRESSES = st.ip_addresses().map(str)
PORTS = st.integers(1, 65_535)
ODD = st.text(st.sampled_from(":[]0123456789abc.%\x1b \u202e\u0661é"), max_size=24) | st.text(max_size=12)


@given(NAMES | ADDRESSES, PORTS)
def test_what_is_spelled_is_cut_again(host, port):
    """Names, IPv4 and IPv6, and every port."""
    assert split_host_port(spell_host_port(host, port)) == (host, port)


@given(ADDRESSES, PORTS)
def test_an_address_is_one_however_it_is_written(address, port):
    """IPv6 in full, in capitals: the same place, so that two settings can be compared."""
    long = ipaddress.ip_address(address).exploded.upper()

    assert split_ip_port(spell_host_port(long, port)) == (address, port)


@given(ADDRESSES)
def test_a_port_that_may_be_missing(address):
    """An address alone, in brackets or bare, has the usual port."""
    bracketed = f"[{address}]" if ":" in address else address

    assert split_ip_port(address, default=53) == split_ip_port(bracketed, default=53) == (address, 53)


@given(ODD, st.sampled_from([0, 1]), st.sampled_from([None, 53]))
def test_any_text_is_cut_into_something_that_can_be_spelled_or_is_refused_in_words(text, lowest, default):
    """No other error, no port out of range, no host with a bracket, blank or control character in it."""
    for split in (split_host_port, split_ip_port):
        try:
            found, told = split(text, lowest=lowest, default=default), ""
        except ValueError as error:
            found, told = ("none", 25), str(error)
        host, port = found

        assert not told or told.startswith(f"`{text}` ")
        assert lowest <= port <= 65_535
        assert host.isprintable()
        assert not {"[", "]", " "} & set(host)
        assert told or split(spell_host_port(host, port), lowest=lowest, default=default) == (host, port)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not `host:port`; write it like `192.0.2.1:25` or `[2001:db8::1]:25`"),
        ("mx", "is not `host:port`; write it like `192.0.2.1:25` or `[2001:db8::1]:25`"),
        ("::1:25", "is not `host:port`; write it like `192.0.2.1:25` or `[2001:db8::1]:25`"),
        ("[a:b]:25", "is not `host:port`; write it like `192.0.2.1:25` or `[2001:db8::1]:25`"),
        ("mx:0", "has no port between 1 and 65535"),
        ("mx:smtp", "has no port between 1 and 65535"),
        ("mx:" + "9" * 5000, "has no port between 1 and 65535"),
        ("mx:٢٥", "has no port between 1 and 65535"),
    ],
)
def test_a_refusal_says_what_to_write(text, said):
    """The same words for every setting and option."""
    with pytest.raises(ValueError, match="`") as caught:
        split_host_port(text)

    assert str(caught.value) == f"`{text}` {said}"


def test_a_name_is_no_address():
    """Where only an address will do, with the port that is usual there."""
    with pytest.raises(ValueError, match=r"has no IP address; write it like `192\.0\.2\.1:53` or"):
        split_ip_port("dns.so-a.example:53", default=53)
