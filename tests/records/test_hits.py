"""Mails that a rule hit, one by one, for the inspection."""

from __future__ import annotations

import pytest

from gateway.records.figures import rules
from gateway.values.ledger import RuleHit, WaivedHit
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


SUBMITTED, LACKING = RuleHit("HCM-2a-paper", "enforced"), RuleHit("HCM-2a", "observed")


@pytest.mark.parametrize(
    ("mails", "found"),
    [
        ([("1", (SUBMITTED,)), ("2", (SUBMITTED, LACKING))], {"so-a": (1, 2)}),
        ([("1", (SUBMITTED, LACKING)), ("1", (SUBMITTED,))], {"so-a": (1, 1)}),
        ([("1", (SUBMITTED,)), ("1", (SUBMITTED, LACKING))], {"so-a": (1, 1)}),
        ([("1", (LACKING,))], {"so-a": (0, 1)}),
        ([("1", ()), ("2", (RuleHit("HN-2", "enforced"),))], {}),
    ],
)
def test_a_submission_is_whole_when_one_mail_brought_everything(store, mails, found):
    """By document, not by mail: what is sent again whole is whole; where the rule is not in force nothing is known."""
    sent = [mail(f"T{place}", letter(number), rules=rules_hit) for place, (number, rules_hit) in enumerate(mails)]
    read_in(store, Source(*(record for one in sent for record in taken(one))))

    with store.begin() as connection:
        assert rules.whole_submissions(connection, parse_period("2026-10")) == found
        assert rules.whole_submissions(connection, parse_period("2026-11")) == {}


def test_a_waived_lack_and_a_refused_mail_say_nothing_of_a_submission(store):
    """What a waiver covers is no lack; what the next hop refused was not submitted."""
    waived = (WaivedHit("HCM-2a", "W-1"),)
    read_in(
        store,
        Source(
            *taken(mail("T1", letter("1"), rules=(SUBMITTED,), waived=waived)),
            *taken(mail("T2", letter("2"), rules=(SUBMITTED, LACKING)), "refused", 550),
        ),
    )

    with store.begin() as connection:
        assert rules.whole_submissions(connection, parse_period("2026-10")) == {"so-a": (1, 1)}
