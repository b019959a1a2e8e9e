"""A small world with known figures: three departments and a committee of one territory, two months, paper and totals."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from gateway.daemon.loading import load_guides, load_packs
from gateway.edge.registry.files import load_registry
from gateway.records.definitions.criteria import load_criteria
from gateway.records.definitions.material import Ground, Material
from gateway.records.duties.packs import load_obligations
from gateway.records.imports.keeping import keep
from gateway.records.imports.reading import Import
from gateway.records.roster import Roster
from gateway.values.declared import DeclaredTotal, HandedIn, PaperPart, UnitPrice
from gateway.values.ledger import RuleHit, Secret
from gateway.values.period import parse_period
from tests.records.making import OTHER_CONTENT, Source, at, letter, mail, office, read_in, taken, to

ROOT = Path(__file__).parents[3]
FILES = {file.parent.name: file for file in sorted((ROOT / "policies").glob("*/pack.toml"))}
PACKS = load_packs(FILES)
OBLIGATIONS = load_obligations([(pack, Path(pack.file).parent) for pack in PACKS])
RULES = {rule.id: rule for pack in PACKS for rule in pack.rules}
GUIDES = {name: guide.title.vi for name, guide in load_guides(FILES).items()}
CRITERIA = load_criteria(ROOT / "config" / "records-criteria.toml")
OCTOBER, OCTOBER_BEFORE = parse_period("2026-10"), parse_period("2025-10")

REGISTRY = """
[[agency]]
id = "so-a"
name = "Sở A"
class = "department"
territory = "ha-noi"
mailboxes = ["vt@so-a.example", { address = "mot@so-a.example", kind = "personal" }]
[[agency]]
id = "so-b"
name = "Sở B"
class = "department"
territory = "ha-noi"
mailboxes = ["vt@so-b.example"]
[[agency]]
id = "so-c"
name = "Sở C"
class = "department"
territory = "ha-noi"
[[agency]]
id = "ubnd"
name = "UBND Thành phố"
class = "ubnd"
territory = "ha-noi"
[[agency]]
id = "so-x"
name = "Sở X"
class = "department"
territory = "dak-lak"
"""


def ledger():
    """Sở A issues 1, 2 and 5 (2 urgent, 5 with two contents) and, a year before, one; B one scan; C nothing."""
    a, b = to("so-b", "so-c"), to("ubnd", role="act")
    mails = [
        mail("T1", letter("1", is_own=True), recipients=a),
        mail("T1-again", letter("1"), recipients=a),
        mail("T2", letter("2", urgency="khan", classes=("submission",)), recipients=b, tags=("kem-ban-giay",),
             rules=(RuleHit("NAT-5-DPI", "observed"), RuleHit("HCM-2a", "observed"))),
        mail("T5", letter("5"), recipients=a),
        mail("T5-other", letter("5", digest=OTHER_CONTENT), recipients=b),
        mail("T-b", letter("7", issuer="so-b", notation="SB-VP", form="scan", signature="none"),
             sender=office("so-b"), recipients=to("so-a")),
        mail("T-x", letter("9", issuer="so-x", notation="SX-VP"), sender=office("so-x"), recipients=to("so-a")),
        mail("T-old", letter("1", year=2025), at_us=at("2025-10-06 09:00:00"), recipients=a),
    ]  # fmt: skip
    return Source(*(record for one in mails for record in taken(one)), Secret(day="2026-10-07"))


def declare(store):
    """Enter totals, paper parts, prices and a report handed in."""
    rows = {
        "totals": (
            DeclaredTotal("so-a", OCTOBER, 4, 6, is_paper_book_whole=True),
            DeclaredTotal("so-a", OCTOBER_BEFORE, 2, None, is_paper_book_whole=True),
        ),
        "paper": (
            PaperPart("so-a", "02", "SA-VP", 2026, "received", "ubnd", dt.date(2026, 10, 8), 1, 10),
            PaperPart("so-b", "8", "SB-VP", 2026, "sent", "", dt.date(2026, 10, 9), 1, 20),
        ),
        "prices": (
            UnitPrice("photocopy", 300, dt.date(2025, 1, 1), "BG 1"),
            UnitPrice("postage", 5_000, dt.date(2025, 1, 1), "BG 1"),
        ),
        "handed-in": (HandedIn("so-a", "HN-3", parse_period("2026-Q3"), dt.date(2026, 10, 20), "45/BC-SA"),),
    }
    for kind, found in rows.items():
        assert keep(store, f"{kind}.csv", kind.encode(), Import(kind, found), at("2026-11-01 08:00:00"))


def ground(folder, territory="ha-noi"):
    """Give what all periods share."""
    file = folder / "registry.toml"
    file.write_text(REGISTRY, "utf-8")
    registry = load_registry([file])
    today = dt.date(2026, 11, 30)
    return Ground(Roster(registry), registry, OBLIGATIONS, RULES, GUIDES, CRITERIA, today, territory)


def material(connection, folder, period="2026-10", territory="ha-noi"):
    """Give the material of a period."""
    return Material(connection, ground(folder, territory), parse_period(period))


def fill(store):
    """Read the ledger and enter what is declared."""
    read_in(store, ledger())
    declare(store)
