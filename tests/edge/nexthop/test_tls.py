"""TLS policies of a route against a next hop with a throw-away certificate."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import TYPE_CHECKING, Any

import pytest

from gateway.values.delivery import NextHopRefused, TlsPolicy
from gateway.values.faults import Misconfigured
from tests.support.relaying import LARGE, RECIPIENT, SMALL, Remembering, begin, hops_to, relay, send
from tests.support.scripted_nexthop import DROP, RESET, ScriptedNextHop
from tests.support.throwaway_tls import ThrowawayAuthority

if TYPE_CHECKING:
    from pathlib import Path

NAME = "mail.so-b.example"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> ThrowawayAuthority:
    """One authority for the module."""
    return ThrowawayAuthority(tmp_path_factory.mktemp("tls"))


def outcome(hop: ScriptedNextHop, octets: bytes = SMALL, **route: Any) -> str:
    """Relay one message; return code, status and whether the message came over TLS."""

    async def story() -> str:
        async with hop:
            hops = hops_to(hop.host, **route)
            answer = await relay(hops, octets)
            await hops.close()
        carried = [f"tls={message.is_tls}" for message in hop.messages]
        assert all(message.octets == octets for message in hop.messages)
        return " ".join([str(answer.reply.code), answer.reply.status, *carried])

    return asyncio.run(story())


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (TlsPolicy.NONE, "250 2.0.0 tls=False"),
        (TlsPolicy.OPPORTUNISTIC, "250 2.0.0 tls=True"),
        (TlsPolicy.REQUIRED, "250 2.0.0 tls=True"),
        (TlsPolicy.VERIFIED, "250 2.0.0 tls=True"),
    ],
)
def test_offered_tls_is_used(authority: ThrowawayAuthority, policy: TlsPolicy, expected: str) -> None:
    """Every policy but none encrypts when STARTTLS is offered by the right server."""
    verified = {"ca_file": authority.ca_file, "server_name": NAME} if policy is TlsPolicy.VERIFIED else {}
    hop = ScriptedNextHop(tls=authority.server_context(NAME))

    assert expected == outcome(hop, tls=policy, **verified)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (TlsPolicy.NONE, "250 2.0.0 tls=False"),
        (TlsPolicy.OPPORTUNISTIC, "250 2.0.0 tls=False"),
        (TlsPolicy.REQUIRED, "451 4.7.5"),
        (TlsPolicy.VERIFIED, "451 4.7.5"),
    ],
)
def test_tls_not_offered(policy: TlsPolicy, expected: str) -> None:
    """A stripped STARTTLS stops required and verified: nothing of the envelope is sent in plain."""
    hop = ScriptedNextHop()

    assert expected == outcome(hop, tls=policy)
    assert any(command.startswith("MAIL") for command in hop.commands) == (expected != "451 4.7.5")


def test_verified_refuses_a_wrong_name(authority: ThrowawayAuthority) -> None:
    """A good certificate for another name is 451 4.7.5, and no command follows the handshake."""
    hop = ScriptedNextHop(tls=authority.server_context("mail.elsewhere.example"))

    assert "451 4.7.5" == outcome(hop, tls=TlsPolicy.VERIFIED, ca_file=authority.ca_file, server_name=NAME)
    assert ["EHLO gateway.example", "STARTTLS"] == hop.commands


def test_verified_refuses_a_stranger_to_its_authority(authority: ThrowawayAuthority, tmp_path: Path) -> None:
    """The right name signed by another authority is 451 4.7.5."""
    hop = ScriptedNextHop(tls=authority.server_context(NAME))
    other = ThrowawayAuthority(tmp_path)

    assert "451 4.7.5" == outcome(hop, tls=TlsPolicy.VERIFIED, ca_file=other.ca_file, server_name=NAME)


def test_verified_takes_the_host_name_when_no_server_name_is_set(authority: ThrowawayAuthority) -> None:
    """Without server_name the certificate must carry the host of the route, here an address it lacks."""
    hop = ScriptedNextHop(tls=authority.server_context(NAME))

    assert "451 4.7.5" == outcome(hop, tls=TlsPolicy.VERIFIED, ca_file=authority.ca_file)


def test_opportunistic_goes_on_in_plain_when_starttls_is_refused(authority: ThrowawayAuthority) -> None:
    """454 to STARTTLS leaves the session as it was (RFC 3207 section 4)."""
    hop = ScriptedNextHop({"STARTTLS": "454 4.7.0 Not now"}, tls=authority.server_context(NAME))

    assert "250 2.0.0 tls=False" == outcome(hop, tls=TlsPolicy.OPPORTUNISTIC)


FAULTS_AT_STARTTLS = [
    "454 4.7.0 Not now",
    "554 5.7.0 Never",
    "421 4.3.2 Going down",
    "250 What",
    DROP,
    RESET,
    b"garbage\r\n",
    b"x" * 70_000,
    ("220 2.0.0 Go", DROP),
    (b"220 2.0.0 Go\r\n250 injected\r\n", DROP),
]


def opened(hop: ScriptedNextHop, **route: Any) -> list[tuple[str, str, str, str]]:
    """Relay one message; return what the observer was told of the connections, and the TLS the answer names."""

    async def story() -> list[tuple[str, str, str, str]]:
        told = Remembering()
        async with hop:
            hops = hops_to(hop.host, observer=told, **route)
            transaction = await begin(hops, forward_path=RECIPIENT, transaction_id="4bXk2TzQ")
            answer = await send(transaction)
            await hops.close()
        assert {("so-b", hop.host)} == {(record.route, record.next_hop) for record in told.connections}
        return [(record.tls, record.reason, record.transaction_id, answer.tls) for record in told.connections]

    return asyncio.run(story())


def test_observer_is_told_how_a_connection_was_opened(authority: ThrowawayAuthority) -> None:
    """Once, with the version of TLS; in plain with no reason where nothing was offered or asked for."""
    shown = {"tls": authority.server_context(NAME)}

    assert [("TLSv1.3", "", "4bXk2TzQ", "TLSv1.3")] == opened(ScriptedNextHop(**shown), tls=TlsPolicy.OPPORTUNISTIC)
    assert [("none", "", "4bXk2TzQ", "none")] == opened(ScriptedNextHop(**shown), tls=TlsPolicy.NONE)
    assert [("none", "", "4bXk2TzQ", "none")] == opened(ScriptedNextHop(), tls=TlsPolicy.OPPORTUNISTIC)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("454 4.7.0 Not now", "454 4.7.0 Not now"),
        # which of the two it is goes by the version of Python
        (("220 2.0.0 Go", DROP), ("SMTPServerDisconnected: ", "ConnectionResetError: ")),
        ("250 What", "250 What"),
    ],
    ids=["refused", "cut", "nonsense"],
)
def test_falling_back_to_plain_is_told(
    authority: ThrowawayAuthority, fault: Any, reason: str | tuple[str, ...]
) -> None:
    """One connection that failed at TLS, with the reply or the error; the attempt that failed is none of its own."""
    hop = ScriptedNextHop({"STARTTLS": fault}, tls=authority.server_context(NAME))
    ((tls, said, transaction_id, of_answer),) = opened(hop, tls=TlsPolicy.OPPORTUNISTIC)

    assert ("failed", "4bXk2TzQ", "failed") == (tls, transaction_id, of_answer)
    assert said.startswith(reason)


def test_server_without_tls_that_closes_did_not_fail_at_tls() -> None:
    """It offered none: what went wrong is the connection, and no other one is told as a fall back to plain."""

    async def story() -> list[str]:
        told = Remembering()
        async with ScriptedNextHop({"EHLO": [("250 mail.so-b.example", DROP), None]}) as hop:
            hops = hops_to(hop.host, observer=told, tls=TlsPolicy.OPPORTUNISTIC)
            with contextlib.suppress(NextHopRefused):
                await relay(hops, SMALL)
            await hops.close()
        return [record.tls for record in told.connections]

    assert {"none"} >= set(asyncio.run(story()))


@pytest.mark.parametrize("fault", FAULTS_AT_STARTTLS, ids=lambda fault: str(fault)[:30])
def test_opportunistic_never_delivers_less_than_none(authority: ThrowawayAuthority, fault: Any) -> None:
    """A server that offers STARTTLS and cannot do it gets the mail in plain, as if it had not offered it."""
    hop = ScriptedNextHop({"STARTTLS": fault}, tls=authority.server_context(NAME))

    assert "250 2.0.0 tls=False" == outcome(hop, tls=TlsPolicy.OPPORTUNISTIC, connect_timeout_s=20.0)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (TlsPolicy.OPPORTUNISTIC, "250 2.0.0 tls=False"),
        (TlsPolicy.REQUIRED, "451 4.7.5"),
    ],
)
def test_a_handshake_that_fails(authority: ThrowawayAuthority, policy: TlsPolicy, expected: str) -> None:
    """No cipher in common, as with old servers: plain where that is allowed, and 451 where it is not.

    OpenSMTPD 6.8 of Debian 12 says `220 2.0.0 Ready to start TLS` and answers every handshake with an alert.
    """
    context = authority.server_context(NAME)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-GCM-SHA256")  # needs an RSA key, and this one is of another kind
    hop = ScriptedNextHop(tls=context)

    assert expected == outcome(hop, tls=policy)


@pytest.mark.parametrize("fault", FAULTS_AT_STARTTLS, ids=lambda fault: str(fault)[:30])
@pytest.mark.parametrize("policy", [TlsPolicy.REQUIRED, TlsPolicy.VERIFIED])
def test_fault_at_starttls_is_no_tls(authority: ThrowawayAuthority, policy: TlsPolicy, fault: Any) -> None:
    """Whatever goes wrong between STARTTLS and the handshake is 451 4.7.5, never plain and never 5yz."""
    hop = ScriptedNextHop({"STARTTLS": fault}, tls=authority.server_context(NAME))

    assert "451 4.7.5" == outcome(hop, tls=policy, connect_timeout_s=20.0)


def test_second_ehlo_counts_not_the_first(authority: ThrowawayAuthority) -> None:
    """Extensions are those offered inside TLS (RFC 3207 section 4.2): 8BITMIME offered only in plain is not used."""
    script = {"EHLO": [None, "250-nexthop.example\r\n250 PIPELINING"]}
    hop = ScriptedNextHop(script, tls=authority.server_context(NAME))

    async def story() -> None:
        async with hop:
            hops = hops_to(hop.host, tls=TlsPolicy.REQUIRED)
            transaction = await begin(hops, is_8bit=True, forward_path=RECIPIENT)
            await send(transaction, has_8bit_octets=False)
            await hops.close()

    asyncio.run(story())

    assert [""] == [message.parameters for message in hop.messages]


def test_large_message_over_tls_is_exact(authority: ThrowawayAuthority) -> None:
    """Over TLS the octets go by write with back-pressure, unchanged."""
    hop = ScriptedNextHop(tls=authority.server_context(NAME))

    assert "250 2.0.0 tls=True" == outcome(hop, LARGE, tls=TlsPolicy.REQUIRED)


def test_ca_file_that_cannot_be_read_is_misconfigured(tmp_path: Path) -> None:
    """A missing or empty bundle stops the configuration, with the key."""
    (tmp_path / "empty.pem").write_text("")
    for name in ("missing.pem", "empty.pem"):
        with pytest.raises(Misconfigured, match=r"relay\.routes\[0\]\.ca_file"):
            hops_to("127.0.0.1:25", tls=TlsPolicy.VERIFIED, ca_file=str(tmp_path / name))


@pytest.mark.parametrize("end", [DROP, RESET])
def test_refusal_inside_the_message_is_passed_on_over_tls(authority: ThrowawayAuthority, end: Any) -> None:
    """A next hop that says why before it closes is quoted, not called lost."""
    hop = ScriptedNextHop({"BODY": ("500 5.5.2 Line too long", end)}, tls=authority.server_context(NAME))

    assert outcome(hop, LARGE, tls=TlsPolicy.REQUIRED) == "500 5.5.2"


def test_observer_hears_what_is_wrong_with_the_certificate(authority: ThrowawayAuthority, tmp_path: Path) -> None:
    """The library's own words on the certificate reach the operator, with the stage."""

    async def story() -> None:
        observer = Remembering()
        async with ScriptedNextHop(tls=authority.server_context(NAME)) as hop:
            other = ThrowawayAuthority(tmp_path)
            hops = hops_to(hop.host, observer=observer, tls=TlsPolicy.VERIFIED, ca_file=other.ca_file, server_name=NAME)
            await relay(hops)
            await hops.close()

        (record,) = observer.records
        assert ("STARTTLS", "next_hop_tls", "connection_failed") == (record.stage, record.situation, record.result)
        assert "certificate verify failed" in record.reason

    asyncio.run(story())
