"""Tables of what was found, and the reasons of what is known to differ; they stand between two marks of one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.interop.trials import TRIALS
from tests.support.tree import ROOT

if TYPE_CHECKING:
    from tests.interop.proxies import Way
    from tests.interop.reports import Reports
    from tests.interop.spread import Spread

PAGE = ROOT / "docs" / "interoperability.md"
BEGIN, END = "<!-- scripts/interop: begin -->\n", "<!-- scripts/interop: end -->\n"
BEFORE, BEHIND = "before the gateway", "behind the gateway"

KNOWN = {
    (BEFORE, "Postfix smtpd_proxy_filter", "STARTTLS"): "no TLS to a proxy filter: keep it on one host",
    (BEFORE, "OpenSMTPD", "SMTPUTF8"): "not offered to its own clients",
    (BEFORE, "nullmailer", "SMTPUTF8"): "sends the address undeclared: 553 5.6.7, the mail fails",
    (BEFORE, "nullmailer", "50 recipients, 5 refused"): "one refused recipient fails the mail for all; it says so",
    (BEFORE, "msmtp", "SMTPUTF8"): "sends the address undeclared: 553 5.6.7, told at once",
    (BEFORE, "msmtp", "50 recipients, 5 refused"): "one refused recipient and it sends nothing; told at once",
    (BEFORE, "swaks", "SMTPUTF8"): "sends the address undeclared: 553 5.6.7, told at once",
    (BEHIND, "OpenSMTPD", "SMTPUTF8"): "lacks it, so the gateway does not offer it",
    (
        BEHIND,
        "OpenSMTPD",
        "STARTTLS",
    ): "its handshake fails (Debian's build with OpenSSL 3): 451 4.7.5 under `verified`; "
    "`opportunistic` goes on in plain",
}
"""What a program cannot do, by table, program and trial. Anything else that differs is to be looked into."""


class Row(NamedTuple):
    """What came of one program."""

    name: str
    version: str
    cells: dict[str, str]
    """Title of a trial to `ok` or what differs."""


def surprises(before: list[Row], behind: list[Row]) -> list[str]:
    """List what differs and is not known to, and what is known to differ and does not."""
    return [
        f"{row.name} {table}, {title}: {found}"
        for table, rows in ((BEFORE, before), (BEHIND, behind))
        for row in rows
        for title, found in row.cells.items()
        if (found == "ok") == ((table, row.name, title) in KNOWN)
    ]


def render(
    before: list[Row], behind: list[Row], spreads: list[Spread], asked_for: list[Reports], ways: list[Way]
) -> str:
    """Give all tables as Markdown."""
    lines = [*_table(BEFORE, before), "", *_table(BEHIND, behind), ""]
    lines += [
        "| 50 recipients of 3 routes, twice | had it after the first run | runs of the queue | transactions |",
        "|---|---|---|---|",
    ]
    for one in spreads:
        cells = [f"{first}, then {second}" for first, second in zip(one.first[:3], one.second[:3], strict=True)]
        lines.append("| " + " | ".join([one.name, *cells]) + " |")
    lines += ["", "| `NOTIFY=SUCCESS` and a next hop | without DSN: report to the sender | with DSN |", "|---|---|---|"]
    lines += [f"| {one.name} | {one.without_dsn} | {one.with_dsn} |" for one in asked_for]
    lines += [
        "",
        "| proxy before the gateway | version | the client is named, and has its own rights |",
        "|---|---|---|",
    ]
    lines += [f"| {one.name} | {one.version} | {one.found} |" for one in ways]
    return "\n".join(lines) + "\n"


def _table(title: str, rows: list[Row]) -> list[str]:
    lines = ["| " + " | ".join([title, "version", *(trial.title for trial in TRIALS)]) + " |"]
    lines.append("|" + "---|" * (len(TRIALS) + 2))
    for row in rows:
        found = [row.cells[trial.title] for trial in TRIALS]
        cells = [
            said if said == "ok" else KNOWN.get((title, row.name, trial.title), f"**{said}**")
            for said, trial in zip(found, TRIALS, strict=True)
        ]
        lines.append("| " + " | ".join([row.name, row.version, *cells]) + " |")
    return lines


def renew(text: str) -> None:
    """Put the tables into the page, in place of the old ones."""
    page = PAGE.read_text("utf-8")
    head, _, rest = page.partition(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", "utf-8")
