"""Interoperability: real programs before and behind a real gateway; run by `scripts/interop`."""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import rsa

from scripts.bench_peers import free_port
from tests.interop import tables
from tests.interop.proxies import proxies
from tests.interop.reports import reports
from tests.interop.senders import Curl, Msmtp, Smtplib, Swaks
from tests.interop.servers import HOME, Aiosmtpd, Exim, Nullmailer, OpenSmtpd, Postfix, PostfixProxy
from tests.interop.spread import spread
from tests.interop.trials import TRIALS, Chain, run
from tests.interop.world import Route, Store, Tls, gateway
from tests.support.throwaway_tls import ThrowawayAuthority

if TYPE_CHECKING:
    from tests.interop.senders import Sender
    from tests.interop.servers import Server
    from tests.interop.tables import Row

BEFORE: tuple[Sender, ...] = (
    Postfix(), PostfixProxy(), Exim(), OpenSmtpd(), Nullmailer(), Msmtp(), Swaks(), Curl(), Smtplib(),
)  # fmt: skip
BEHIND: tuple[Server, ...] = (Postfix(), Exim(), OpenSmtpd(), Aiosmtpd())
SPREADING: tuple[Server, ...] = (Postfix(), Exim(), OpenSmtpd())
REPORTING: tuple[Server, ...] = (Postfix(), PostfixProxy(), Exim(), OpenSmtpd())


def certificate() -> Tls:
    """Make a certificate for `localhost`."""
    folder = HOME / "tls"
    folder.mkdir(parents=True)
    authority = ThrowawayAuthority(folder)
    # OpenSMTPD 6.8 with OpenSSL 3 fails on an ECDSA key
    authority.server_context("localhost", rsa.generate_private_key(65537, 2048))
    return Tls(folder / "localhost.pem", Path(authority.ca_file))


def try_before(sender: Sender, tls: Tls) -> Row:
    """Try one program before the gateway."""
    store = Store()
    cells = []
    for shown in (None, tls):
        with gateway(HOME / "congthu", [Route(store.port)], shown) as running, sender.before(running):
            chain = Chain(sender, running, store, store.down, store.up, lambda: 0)
            cells += _cells(chain, sender.name, is_tls=shown is not None)
    return tables.Row(sender.name, sender.version(), dict(cells))


def try_behind(server: Server, tls: Tls) -> Row:
    """Try one server behind the gateway; smtplib stands before it."""
    store = Store()
    cells = []
    for shown in (None, tls):
        sender, port = Smtplib(), free_port()
        route = Route(port, ca_file=tls.ca_file if shown else None)
        stack = contextlib.ExitStack()

        def up(stack: contextlib.ExitStack = stack, port: int = port, shown: Tls | None = shown) -> None:
            stack.enter_context(server.running(store.port, port, shows=shown, has_mailboxes=True))

        up()
        with stack, gateway(HOME / "congthu", [route]) as running, sender.before(running):
            chain = Chain(sender, running, store, stack.close, up, server.waiting)
            cells += _cells(chain, server.name, is_tls=shown is not None)
    return tables.Row(server.name, server.version(), dict(cells))


def _cells(chain: Chain, name: str, *, is_tls: bool) -> list[tuple[str, str]]:
    found = []
    for trial in TRIALS:
        if trial.is_tls == is_tls:
            found.append((trial.title, run(trial, _word(), chain)))
            sys.stderr.write(f"  {name:28} {trial.title:26} {found[-1][1]}\n")
    return found


def _word() -> str:
    return uuid.uuid4().hex[:12]


def main() -> int:
    """Try everything; 1 when something differs that is not known to."""
    parser = argparse.ArgumentParser(prog="scripts/interop", description=__doc__)
    parser.add_argument("--only", default="", metavar="WORD", help="programs whose name contains this; writes nothing")
    parser.add_argument("--spread", action="store_true", help="only the recipients of several routes; writes nothing")
    asked = parser.parse_args()
    shutil.rmtree(HOME, ignore_errors=True)
    tls = certificate()
    chosen = lambda one: asked.only.lower() in one.name.lower()  # noqa: E731 - shorter than a function here
    before = [] if asked.spread else [try_before(one, tls) for one in filter(chosen, BEFORE)]
    behind = [] if asked.spread else [try_behind(one, tls) for one in filter(chosen, BEHIND)]
    spreads = [spread(one, (_word(), _word())) for one in filter(chosen, SPREADING)]
    asked_for = [] if asked.spread else [reports(one, _word()) for one in filter(chosen, REPORTING)]
    ways = [] if asked.spread or asked.only not in "proxies" else proxies(tls, _word())
    text = tables.render(before, behind, spreads, asked_for, ways)
    if not asked.only and not asked.spread:
        tables.renew(text)
    found = [
        *tables.surprises(before, behind),
        *(f"{one.name}: {one.missing} missing" for one in spreads if one.missing),
        *(f"{one.name}: {one.found}" for one in ways if one.found != "ok"),
    ]
    sys.stdout.write("\n".join([text, *(f"look into: {line}" for line in found)]) + "\n")
    shutil.rmtree(HOME, ignore_errors=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
