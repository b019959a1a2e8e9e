"""What checking the sender costs small mail: the same mail with `[identity]` off and on, answers of DNS at hand."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from gateway.demo.dns import DemoDns
from gateway.demo.senders import signed, zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

PROVINCE = "bench.gov.vn"
"""Of the mails of the bench."""
CHECKED = """
[identity]
mode = "check"
[identity.dns]
addresses = ["127.0.0.1:{port}"]
"""
_NAMES = ("without signature, off", "SPF and DMARC", "with a DKIM signature of 2,048 bits, off", "SPF, DMARC and DKIM")
_AGAINST = (0, 0, 2, 2)
"""Place of the row each is compared with: the very same mail, unchecked."""


def write_signed(mail: Path) -> Path:
    """Write a mail of the bench again with a signature of its author on top, lines in LF as smtp-source reads them."""
    found = mail.with_name(f"{mail.stem}-signed.eml")
    found.write_bytes(signed(mail.read_bytes().replace(b"\n", b"\r\n"), PROVINCE).replace(b"\r\n", b"\n"))
    return found


def compare(mail: Path, home: Path, port: int, run: Callable[[Path, str], tuple[float, float]], rounds: int) -> None:
    """Print mails a second and processor time of each, and what is lost against the same mail and off in one round.

    Args:
        mail: small, of Sở A.
        home: folder for the zone.
        port: of the DNS server, free.
        run: sends the mail many times through a gateway with so much more configuration; (rate, CPU ms a mail).
        rounds: of runs, one of each row.
    """
    zone_file = home / "dns.zone"
    zone_file.write_text(zone(PROVINCE), "utf-8")
    server = DemoDns(zone_file, port)
    server.start()
    checked = CHECKED.format(port=port)
    with_signature = write_signed(mail)
    variants = ((mail, ""), (mail, checked), (with_signature, ""), (with_signature, checked))
    try:
        found = [[run(*one) for one in variants] for _ in range(rounds)]
    finally:
        server.stop()
    print("\n| sender of small mail checked | mails a second | against off |\n|---|---|---|")
    for place, (name, against) in enumerate(zip(_NAMES, _AGAINST, strict=True)):
        rate, cpu_ms = (_median(row[place][which] for row in found) for which in (0, 1))
        ratio = _median(row[place][0] / row[against][0] for row in found)
        print(f"| {name} | {rate:.0f} ({cpu_ms:.2f}) | {ratio:.2f} |", flush=True)


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)
