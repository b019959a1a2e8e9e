"""Recipients of several routes in one message: one route a transaction, that of most where they come together."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

import pytest

from gateway.demo.mails import DEPARTMENT_A, PROVINCE
from tests.support.daemon import PATIENCE_S, running_daemon
from tests.support.scripted_nexthop import DROP, HANG, ScriptedNextHop, in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.daemon import Daemon

PLAIN = b"From: vanthu@soa.thunghiem.gov.vn\r\nSubject: Trao doi\r\n\r\nXin chao.\r\n"
FEW = f"x@vpubnd.{PROVINCE}"
MOST = [f"{name}@sob.{PROVINCE}" for name in ("a", "b", "c")]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Daemon, ScriptedNextHop]]:
    """A gateway with a route of its own for one domain, and that route's next hop. No connection stays."""
    with in_thread(ScriptedNextHop()) as hop:
        route = f'[[relay.routes]]\nname = "so-b"\ndomains = ["sob.{PROVINCE}"]\nhosts = ["{hop.host}"]\ntls = "none"\n'
        changes = {"[policy]": f"{route}\n[policy]", 'tls = "none"': 'tls = "none"\nidle_s = 0.000001'}
        with running_daemon(tmp_path_factory.mktemp("routes"), changes=changes) as daemon:
            yield daemon, hop


@pytest.fixture
def routes(shared: tuple[Daemon, ScriptedNextHop]) -> tuple[Daemon, ScriptedNextHop]:
    """It, with next hops that accept everything and have received nothing yet, from a client known to wait."""
    daemon, hop = shared
    show_waiting(daemon)
    daemon.next_hop.begin_anew()
    hop.begin_anew()
    return shared


def show_waiting(daemon: Daemon) -> None:
    """Be a client that goes on to another message before it comes again for whom another route kept out."""
    with talking(daemon) as burst:
        assert ["250", "452 4.5.3", "354", "250"] == codes(burst(*to(FEW, MOST[0])))
        assert ["250", "354", "250"] == codes(burst(*to(FEW)))


@contextlib.contextmanager
def talking(daemon: Daemon) -> Iterator[Callable[..., list[str]]]:
    """Open a session; gives what sends MAIL, RCPT lines and DATA in one packet, and the message when it is asked for."""
    with socket.create_connection(("127.0.0.1", daemon.port), PATIENCE_S) as client:
        replies = client.makefile("rb")

        def reply() -> str:
            while (line := replies.readline())[3:4] == b"-":
                pass
            return line.decode().rstrip()

        def burst(*lines: str) -> list[str]:
            commands = [f"MAIL FROM:<{DEPARTMENT_A}>", *lines, "DATA"]
            client.sendall("".join(f"{line}\r\n" for line in commands).encode())
            found = [reply() for _ in commands]
            if found[-1].startswith("354"):
                client.sendall(PLAIN + b".\r\n")
                found.append(reply())
            return found[1:]

        client.sendall(b"EHLO client.example\r\n")
        reply(), reply()
        yield burst


def burst(daemon: Daemon, *lines: str) -> list[str]:
    """Send one burst in a session of its own; give the replies to all but MAIL."""
    with talking(daemon) as send:
        return send(*lines)


def to(*paths: str) -> list[str]:
    """Give RCPT lines."""
    return [f"RCPT TO:<{path}>" for path in paths]


def codes(replies: list[str]) -> list[str]:
    """Give the code and, of a refusal, its status."""
    return [reply[:3] if reply[0] in "23" else reply[:9] for reply in replies]


def test_route_of_most_goes_first(routes):
    """The first of a burst is of another route than most: he comes again, and nobody is asked for twice."""
    daemon, hop = routes
    first = burst(daemon, *to(FEW, *MOST))
    again = burst(daemon, *to(FEW))

    assert ["452 4.5.3", "250", "250", "250", "354", "250"] == codes(first)
    assert ["250", "354", "250"] == codes(again)
    assert [MOST] == [message.forward_paths for message in hop.messages]
    assert [[FEW]] == [message.forward_paths for message in daemon.next_hop.messages]
    assert 3 == sum(line.startswith("RCPT") for line in hop.commands)


def test_client_that_comes_at_once_loses_nobody_a_run(routes):
    """In the session, for a 452 behind an accepted recipient alone, as Exim does: the order of the client stays."""
    daemon, hop = routes
    with talking(daemon) as send:
        assert ["250", "452 4.5.3", "354", "250"] == codes(send(*to(FEW, MOST[0])))
        assert ["250", "354", "250"] == codes(send(*to(MOST[0])))
        assert ["250", *["452 4.5.3"] * 3, "354", "250"] == codes(send(*to(FEW, *MOST)))
        assert ["250", "250", "250", "354", "250"] == codes(send(*to(*MOST)))
    assert [MOST[:1], MOST] == [message.forward_paths for message in hop.messages]


def test_client_that_leaves_waits(shared):
    """The end of the session shows it as well as another message does."""
    daemon, _hop = shared
    with talking(daemon) as send:
        send(*to(FEW, MOST[0]))
        send(*to(MOST[0]))
    daemon.wait_for(lambda: "452" == burst(daemon, *to(FEW, *MOST))[0][:3], "it is not seen that the client waits")


def test_equal_numbers_leave_the_first_his_route(routes):
    """One of each: the order of the client decides, as it does without pipelining."""
    daemon, hop = routes
    assert ["250", "452 4.5.3", "354", "250"] == codes(burst(daemon, *to(FEW, MOST[0])))
    assert [] == hop.messages
    with daemon.client() as client:
        client.mail(DEPARTMENT_A)
        assert [250, 452, 452, 452] == [client.rcpt(path)[0] for path in (FEW, *MOST)]


@pytest.mark.parametrize(
    "script",
    [
        {"RCPT": ["550 5.1.1 No", "550 5.1.1 No"]},
        {"RCPT": lambda _line: "450 4.2.1 Later"},
        {"MAIL": lambda _line: "451 4.3.0 Not now"},
        {"MAIL": lambda _line: "550 5.7.1 Not you"},
    ],
    ids=["unknown", "deferred", "down", "sender refused"],
)
def test_route_of_most_that_takes_nobody_keeps_nobody_waiting(routes, script):
    """The first one goes his way when those who are more are not accepted; none of them hears a 5yz of another."""
    daemon, hop = routes
    hop.begin_anew(script)
    expected = ["250", "452 4.5.3", "452 4.5.3", "452 4.5.3", "354", "250"]
    assert expected == codes(burst(daemon, *to(FEW, *MOST)))
    assert [[FEW]] == [message.forward_paths for message in daemon.next_hop.messages]


@pytest.mark.parametrize("script", [{"MAIL": lambda _line: DROP}, {"EHLO": lambda _line: HANG}], ids=["cut", "silent"])
def test_route_in_trouble_is_not_waited_for_again(routes, script):
    """Asked early it costs one burst some seconds and no other, until it takes a message of its own recipients."""
    daemon, hop = routes
    hop.begin_anew(script)
    expected = ["250", "452 4.5.3", "452 4.5.3", "452 4.5.3", "354", "250"]
    assert expected == codes(burst(daemon, *to(FEW, *MOST)))
    assert hop.commands
    hop.begin_anew()
    assert expected == codes(burst(daemon, *to(FEW, *MOST)))
    assert [] == hop.commands
    assert ["250", "250", "250", "354", "250"] == codes(burst(daemon, *to(*MOST)))
    assert ["452 4.5.3", "250", "250", "250", "354", "250"] == codes(burst(daemon, *to(FEW, *MOST)))


def test_route_that_defers_messages_lets_others_go_first(routes):
    """A next hop that takes recipients and no message, for days perhaps, holds up its own recipients alone."""
    daemon, hop = routes
    hop.begin_anew({"DOT": ["452 4.3.1 Disk full", None]})
    assert ["452 4.5.3", "250", "250", "250", "354", "452 4.3.1"] == codes(burst(daemon, *to(FEW, *MOST)))
    assert ["250", "452 4.5.3", "452 4.5.3", "452 4.5.3", "354", "250"] == codes(burst(daemon, *to(FEW, *MOST)))
    assert ["250", "250", "250", "354", "250"] == codes(burst(daemon, *to(*MOST)))
    assert ["452 4.5.3", "250", "250", "250", "354", "250"] == codes(burst(daemon, *to(FEW, *MOST)))
    assert [MOST, MOST] == [message.forward_paths for message in hop.messages]


def test_what_is_no_recipient_does_not_count(routes):
    """Lines that are refused at their turn give no route its number, and are refused at their turn."""
    junk = [f"RCPT TO:<a%elsewhere.example@sob.{PROVINCE}>", "RCPT TO:<@sob", f"RCPT TO:<a@sob.{PROVINCE}> X=1"]
    daemon, hop = routes
    replies = burst(daemon, *to(FEW), *junk, *to(MOST[0]))

    assert ["250", "5", "5", "5", "452 4.5.3", "354", "250"] == [
        code[:1] if code[0] == "5" else code for code in codes(replies)
    ]
    assert [] == hop.messages


def test_same_recipient_twice_is_answered_twice(routes):
    """Each command has its reply, also where the first of two was asked for early."""
    daemon, hop = routes
    twice = [MOST[0], MOST[0]]
    assert ["452 4.5.3", "250", "250", "354", "250"] == codes(burst(daemon, *to(FEW, *twice)))
    assert [twice] == [message.forward_paths for message in hop.messages]


def test_burst_that_is_broken_off_delivers_nothing(routes):
    """RSET behind the recipients: what the next hop was asked early goes with the transaction."""
    daemon, hop = routes
    replies = burst(daemon, *to(FEW, *MOST), "RSET", f"MAIL FROM:<{DEPARTMENT_A}>", *to(FEW))

    assert ["452 4.5.3", "250", "250", "250", "250", "250", "250", "354", "250"] == codes(replies)
    assert [] == hop.messages
    assert [[FEW]] == [message.forward_paths for message in daemon.next_hop.messages]
