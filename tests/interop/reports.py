"""Reports: what becomes of `NOTIFY=SUCCESS` (RFC 3461) where the next hop has DSN, and where it has not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tests.interop.senders import smtp_session
from tests.interop.servers import HOME
from tests.interop.trials import arrived, plain
from tests.interop.world import Route, Store, gateway, until
from tests.support.scripted_nexthop import EXTENSIONS

if TYPE_CHECKING:
    from tests.interop.servers import Server

PATIENCE_S = 15.0
ENVELOPE = ("RET=HDRS", "ENVID=QQ314159")
RECIPIENT = ("NOTIFY=SUCCESS", "ORCPT=rfc822;a@b.example")


class Reports(NamedTuple):
    """What was found with one server before the gateway."""

    name: str
    without_dsn: str
    """Action of the report its sender got, or `none`."""
    with_dsn: str
    """`passed on` when the next hop was asked for the report."""


def reports(server: Server, word: str) -> Reports:
    """Ask for a report over a next hop without DSN and over one with it."""
    return Reports(
        server.name, _asked(server, f"{word}1", EXTENSIONS), _asked(server, f"{word}2", (*EXTENSIONS, "DSN"))
    )


def _asked(server: Server, word: str, extensions: tuple[str, ...]) -> str:
    store, mail = Store(extensions), plain(word)
    with gateway(HOME / "congthu", [Route(store.port)]) as running, server.before(running):
        with smtp_session(server.inlet) as client:
            client.sendmail(mail.sender, mail.recipients, mail.octets, ENVELOPE, RECIPIENT)
        is_offered = "DSN" in extensions
        until(lambda: len(arrived(store.messages, word)) > (0 if is_offered else 1), PATIENCE_S)
    found = arrived(store.messages, word)
    if any(all(f" {asked}" in line for asked in RECIPIENT) for line in store.commands):
        return "passed on" if found[0].parameters.endswith(" ".join(ENVELOPE)) else "passed on in part"
    actions = [re.search(rb"(?m)^Action: (\w+)", one.octets) for one in found if not one.reverse_path]
    return "".join(action[1].decode() for action in actions if action) or "none"
