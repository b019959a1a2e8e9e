"""Which mail carries our findings: what we found out about a sender does not leave the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.demo.mails import DEPARTMENT_A, OFFICE, PROVINCE
from tests.support.daemon import running_daemon

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.daemon import Daemon

URGENT = (
    b"From: vanthu@soa.thunghiem.gov.vn\r\nTo: x\r\nSubject: =?utf-8?q?H=E1=BB=8EA_T=E1=BB=90C?= cong dien\r\n"
    b"\r\nXin chao.\r\n"
)
OUTSIDE = "congdan@nha-mang.example"
CHANGES = {
    f'relay_domains = [".{PROVINCE}"]': (
        f'relay_domains = ["vpubnd.{PROVINCE}", "always.example", "never.example"]\nclient_networks = ["127.0.0.0/8"]'
    ),
    f'domains = [".{PROVINCE}"]': 'domains = ["*"]',
}


def add_telling_routes(folder: Path) -> None:
    """Beside the route to everybody, one for each setting, to one domain of ours and one outside."""
    config = folder / "congthu.toml"
    text = config.read_text("utf-8")
    (hosts,) = (line for line in text.splitlines() if line.startswith("hosts"))
    routes = "".join(
        f'[[relay.routes]]\nname = "{setting}"\ndomains = ["{setting}.example", "{setting}-outside.example"]\n'
        f'{hosts}\ntls = "none"\nown_fields = "{setting}"\n'
        for setting in ("always", "never")
    )
    config.write_text(text.replace("[policy]", f"{routes}\n[policy]"), "utf-8")


@pytest.fixture(scope="module")
def outbound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A gateway that relays everywhere for its own clients; few relay domains, the rest only in the registry."""
    folder = tmp_path_factory.mktemp("outbound")
    with running_daemon(folder, changes=CHANGES, before=add_telling_routes) as daemon:
        yield daemon


def fields(daemon: Daemon, *forward_paths: str) -> set[str]:
    """Names of the fields the next hop found above a message."""
    assert 250 == daemon.send(URGENT, DEPARTMENT_A, forward_paths)[0]
    above = daemon.next_hop.messages[-1].octets.removesuffix(URGENT).decode("ascii")
    return {line.partition(":")[0] for line in above.splitlines() if not line.startswith((" ", "\t"))}


@pytest.mark.parametrize(
    ("forward_paths", "is_inside"),
    [
        ((OFFICE,), True),
        ((f"vanthu@sob.{PROVINCE}",), True),
        ((OFFICE, f"vanthu@sob.{PROVINCE}"), True),
        ((OUTSIDE,), False),
        ((OFFICE, OUTSIDE), False),
        (("vanthu@tinh-khac.gov.vn",), False),
    ],
)
def test_findings_go_only_to_the_house(outbound: Daemon, forward_paths: tuple[str, ...], is_inside: bool) -> None:
    """Relay domains and registered domains get verdict and tags; anybody else, and who shares their copy, gets neither."""
    found = fields(outbound, *forward_paths)

    assert "Received" in found
    assert is_inside == ("Congthu-Verdict" in found) == any(name.startswith("Congthu-") for name in found)


@pytest.mark.parametrize(("setting", "is_shown"), [("always", True), ("never", False)])
def test_route_may_say_otherwise(outbound: Daemon, setting: str, is_shown: bool) -> None:
    """A route whose next hop takes the fields off itself gets them always; another never."""
    assert is_shown == ("Congthu-Verdict" in fields(outbound, f"ai@{setting}-outside.example"))
    assert is_shown == ("Congthu-Verdict" in fields(outbound, f"ai@{setting}.example"))
