"""Mails that a rule hit, one by one, for the inspection."""

from __future__ import annotations

from gateway.records.figures import rules
from gateway.values.ledger import RuleHit
from gateway.values.period import parse_period
from tests.records.making import Source, letter, mail, office, read_in, taken


def test_mails_of_other_territories_take_no_place_of_the_list(store, monkeypatch):
    """What is not shown is left out before the list is cut off."""
    monkeypatch.setattr(rules, "MAX_LISTED", 1)
    hit = (RuleHit("HCM-2a", "observed"),)
    mails = [
        mail("T1", letter("1"), rules=hit),
        mail("T2", letter("2", issuer="so-b", notation="SB-VP"), sender=office("so-b"), rules=hit),
    ]
    read_in(store, Source(*(record for one in mails for record in taken(one))))

    with store.begin() as connection:
        found = rules.hit_documents(connection, parse_period("2026-10"), {"HCM-2a"}, lambda agency: agency == "so-b")

    assert [(one.agency, one.number) for one in found] == [("so-b", "2")]
