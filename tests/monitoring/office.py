"""The real gateway of a province, watched: TLS, DNS, two next hops, packs of two territories, postures of every kind."""

from __future__ import annotations

import contextlib
import datetime as dt
import signal
from typing import TYPE_CHECKING

from gateway.demo.dns import DemoDns
from gateway.demo.nexthop import UNKNOWN_MAILBOX, DemoNextHop
from gateway.demo.ports import free_ports
from gateway.demo.run import TERRITORY
from gateway.demo.senders import zone
from tests.everyday.world import make_pki, registry_text
from tests.support.daemon import Daemon
from tests.support.throwaway_tls import ThrowawayAuthority

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ELSEWHERE = {"xa-d": "ho-chi-minh"}
"""One commune lies in another territory, so that there are two to compare."""

_PACKS = '["national", "binh-duong-14-2014", "ho-chi-minh-226-2014"]'
_SECOND_ROUTE = """
[[relay.routes]]
name = "xa"
domains = [".xac.thunghiem.gov.vn", ".xad.thunghiem.gov.vn"]
hosts = ["127.0.0.1:{port}"]
tls = "none"

[identity]
mode = "check"

[identity.dns]
addresses = ["127.0.0.1:{dns}"]

[ledger]
folder = "ledger"

[posture]

[[posture.entries]]
rule = "NAT-AUTH-2"
posture = "enforce"

[[posture.entries]]
posture = "observe"
agency = "so-b"
pack = "binh-duong-14-2014"

[[posture.entries]]
posture = "observe"
agency = "xa-c"
pack = "binh-duong-14-2014"
"""
_WAIVER = """
[[waivers]]
id = "wv-2026-001"
rules = ["BD-1a-8"]
agency = "so-a"
reason = "Sở A đang thống nhất mẫu dự thảo."
approved_by = "Chánh Văn phòng"
valid_from = {first}
valid_to = {last}
"""
_COMMUNES = "".join(f'{name}.thunghiem.gov.vn TXT "v=spf1 ip4:127.0.0.1 -all"\n' for name in ("xac", "xad"))


class Mailroom(DemoNextHop):
    """A next hop that keeps nothing, and says 451 while `is_busy`."""

    def __init__(self, port: int) -> None:
        super().__init__(frozenset(), port)
        self.port, self.is_busy, self.taken = port, False, 0

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - the library's name for the hook
        """Know every mailbox but one."""
        if address.startswith("khongco@"):
            return UNKNOWN_MAILBOX
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name for the hook
        """Count the message, or put it off."""
        if self.is_busy:
            return "451 4.3.2 Busy, try again"
        self.taken += 1
        return f"250 2.0.0 Ok: queued as MR{self.taken:06d}"


class Office(Daemon):
    """The gateway with all around it; `reload` takes the files on disk."""

    def __init__(self, folder: Path, main: Mailroom, communes: Mailroom, dns_port: int) -> None:
        super().__init__(folder, main, {})
        self.main, self.communes = main, communes
        pki, self.signers = make_pki(dt.datetime.now(dt.UTC))
        pki.write(folder / "trust")
        (folder / "registry.toml").write_text(registry_text(TERRITORY, ELSEWHERE), "utf-8")
        (folder / "dns.zone").write_text(zone() + _COMMUNES, "utf-8")
        now = dt.datetime.now(dt.UTC)
        first, last = now.date() - dt.timedelta(days=30), now.date() + dt.timedelta(days=10)
        (folder / "waivers.toml").write_text(_WAIVER.format(first=first, last=last), "utf-8")
        until = now + dt.timedelta(days=60)
        ThrowawayAuthority(folder).server_context("congthu", until=until)
        text = self.config.read_text("utf-8")
        text = text.replace(
            'packs = ["national", "binh-duong-14-2014"]', f'packs = {_PACKS}\nwaivers = ["waivers.toml"]'
        )
        text = text.replace("[listen]\n", '[listen]\ncertificate_file = "congthu.pem"\nkey_file = "congthu.pem"\n', 1)
        self.config.write_text(text + _SECOND_ROUTE.format(port=communes.port, dns=dns_port), "utf-8")
        self._good = self.config.read_text("utf-8")

    def reload(self, *, is_good: bool) -> None:
        """Reload the configuration, or one with a mistake in it, and wait for the end of it."""
        word = "ok" if is_good else "failed"
        before = self.metric("congthu_config_reloads_total", result=word)
        self.config.write_text(self._good if is_good else self._good + "\n[nonsense]\n", "utf-8")
        self.signal(signal.SIGHUP)
        self.wait_for(lambda: self.metric("congthu_config_reloads_total", result=word) > before, "no reload")


@contextlib.contextmanager
def open_office(folder: Path) -> Iterator[Office]:
    """Start gateway, next hops and DNS on free loopback ports; end them all."""
    folder.mkdir(parents=True, exist_ok=True)
    ports = free_ports(3)
    main, communes = Mailroom(ports[0]), Mailroom(ports[1])
    office = Office(folder, main, communes, ports[2])
    with contextlib.ExitStack() as stack:
        for hop in (main, communes):
            hop.start()
            stack.callback(hop.stop)
        names = DemoDns(folder / "dns.zone", ports[2])
        names.start()
        stack.callback(names.stop)
        stack.callback(office.stop)
        office.start()
        yield office
