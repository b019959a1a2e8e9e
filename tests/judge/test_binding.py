"""Whom a rule binds, from when, and how hard."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
import pytest

from gateway.judge.binding import is_pack_bound, posture_for
from gateway.judge.describe import describe
from gateway.values.pack import OWN_POSTURE, Bound, PostureEntry, PostureTable, Scope, Start
from gateway.values.verdict import Posture
from tests.support.judging import AGENCY, AT, OFFICE_MAILBOX, PACKS, envelope, message, registry

if TYPE_CHECKING:
    from gateway.values.registry import Agency

PROVINCE, NATION = (next(pack for pack in PACKS if pack.id == name) for name in ("binh-duong-14-2014", "national"))
RULE = next(rule for rule in PROVINCE.rules if rule.id == "BD-1c-2")
STRANGER = "someone@example.com"


def scene(agency: Agency = AGENCY, *, author: str = "", at: dt.datetime = AT, to: str = OFFICE_MAILBOX):
    """Describe a letter of this agency, or of another author."""
    facts = message(author=author) if author else message()
    return describe(envelope(author or "vanthu@soa.thunghiem.gov.vn", to), facts, registry(agency), at)


def agency(**changes: object) -> Agency:
    """Sở A with other facts."""
    return msgspec.structs.replace(AGENCY, **changes)


def rule(**binding: object):
    """BD-1c-2 with another binding."""
    return msgspec.structs.replace(RULE, binding=Scope(**binding))


def test_a_pack_binds_its_territory_and_the_national_one_everyone():
    """Neither sender nor recipient in the territory: the pack has nothing to say."""
    far = scene(author=STRANGER, to=STRANGER)
    assert (False, True) == (is_pack_bound(PROVINCE, far), is_pack_bound(NATION, far))
    assert is_pack_bound(PROVINCE, scene(author=STRANGER))


@pytest.mark.parametrize(
    ("binds", "author", "to", "expected"),
    [
        (Bound.SENDER, "", STRANGER, Posture.ENFORCE),
        (Bound.SENDER, STRANGER, OFFICE_MAILBOX, Posture.OFF),
        (Bound.RECIPIENT, STRANGER, OFFICE_MAILBOX, Posture.ENFORCE),
        (Bound.RECIPIENT, "", STRANGER, Posture.OFF),
        (Bound.ANY, "", STRANGER, Posture.ENFORCE),
        (Bound.ANY, STRANGER, OFFICE_MAILBOX, Posture.ENFORCE),
    ],
)
def test_sides(binds, author, to, expected):
    """A rule looks to the sender's agency, the recipients', or both."""
    assert expected is posture_for(rule(binds=binds), PROVINCE, scene(author=author, to=to), 0, OWN_POSTURE)


@pytest.mark.parametrize(
    ("binding", "expected"),
    [
        ({"classes": ("department",)}, Posture.ENFORCE),
        ({"classes": ("commune_ubnd",)}, Posture.OFF),
        ({"exempt_classes": ("department",)}, Posture.OFF),
        ({"exempt_agencies": ("so-a",)}, Posture.OFF),
        ({"since": dt.date(2026, 11, 23)}, Posture.ENFORCE),
        ({"since": dt.date(2026, 11, 24)}, Posture.OFF),
        ({"until": dt.date(2026, 11, 23)}, Posture.ENFORCE),
        ({"until": dt.date(2026, 11, 22)}, Posture.OFF),
        ({"start": Start(default=dt.date(2026, 11, 24))}, Posture.OBSERVE),
    ],
)
def test_classes_exemptions_and_dates(binding, expected):
    """An exemption is a scope inside a rule; before the start a rule is observed."""
    assert expected is posture_for(rule(**binding), PROVINCE, scene(), 0, OWN_POSTURE)


@pytest.mark.parametrize(
    ("changes", "day", "expected"),
    [
        ({}, "2014-06-30", Posture.OBSERVE),
        ({}, "2014-07-01", Posture.ENFORCE),
        ({"agency_class": "service_unit"}, "2014-08-31", Posture.OBSERVE),
        ({"agency_class": "service_unit"}, "2014-09-01", Posture.ENFORCE),
        ({"agency_class": "commune_ubnd"}, "2026-11-23", Posture.OBSERVE),
        (
            {"agency_class": "commune_ubnd", "start_dates": {"binh-duong-14-2014": dt.date(2015, 1, 1)}},
            "2015-01-01",
            Posture.ENFORCE,
        ),
        ({"start_dates": {"BD-1c-2": dt.date(2015, 1, 1)}}, "2014-12-31", Posture.OBSERVE),
        ({"has_start_date_unset": True}, "2026-11-23", Posture.OBSERVE),
        ({"end_dates": {"BD-1c-2": dt.date(2018, 12, 31)}}, "2018-12-31", Posture.ENFORCE),
        ({"end_dates": {"BD-1c-2": dt.date(2018, 12, 31)}}, "2019-01-01", Posture.OFF),
        ({"end_dates": {"binh-duong-14-2014": dt.date(2018, 12, 31)}}, "2019-01-01", Posture.OFF),
        ({"end_dates": {"BD-1c-1": dt.date(2018, 12, 31)}}, "2019-01-01", Posture.ENFORCE),
    ],
)
def test_dates_by_class_and_agency(changes, day, expected):
    """BD-1d-4 and BD-1d-5: two dates by class; sub-units by decision, and until then observed. Ends by decision, one by one."""
    at = dt.datetime.fromisoformat(f"{day}T00:30:00+07:00")
    assert expected is posture_for(RULE, PROVINCE, scene(agency(**changes), at=at), 0, OWN_POSTURE)


def test_the_strictest_of_several_agencies_counts_and_strangers_are_other():
    """An observing sender does not disarm a rule that also protects the recipient."""
    table = PostureTable(
        None, (PostureEntry(Posture.OBSERVE, agency="so-a"), PostureEntry(Posture.TAG, agency="other"))
    )
    assert Posture.ENFORCE is posture_for(rule(binds=Bound.ANY), PROVINCE, scene(), 0, table)
    far = scene(author=STRANGER, to=STRANGER)
    assert Posture.TAG is posture_for(rule(binds=Bound.ANY), NATION, far, 0, table)
