"""The principal document."""

from __future__ import annotations

import msgspec
import pytest

from gateway.judge.documents import UNKNOWN_TIME, view_document
from gateway.values.facts import Marks, MessageFacts, PartFacts, Secrecy
from gateway.values.working_days import LAWFUL_DAYS
from tests.support.judging import AT

LETTER = {"doc_type": "cong_van", "number": "125", "notation": "SA-VP"}


def document(**marks):
    """Show these marks at 09:00 on 23 November 2026."""
    return view_document(MessageFacts(size_octets=1, document=Marks(**marks)), AT, LAWFUL_DAYS)


@pytest.mark.parametrize(
    ("marks", "is_issued", "is_official"),
    [
        (LETTER, True, True),
        (LETTER | {"number": None}, False, False),
        (LETTER | {"is_draft": True}, False, False),
        (LETTER | {"has_blank_number": True}, False, False),
        (LETTER | {"doc_type": "lich_lam_viec"}, True, False),
        (LETTER | {"doc_type": "tai_lieu_hop"}, True, False),
        (LETTER | {"doc_type": "phieu_gui"}, True, False),
        (LETTER | {"policy_classes": ("meeting_papers",)}, True, False),
        (LETTER | {"doc_type": "giay_moi", "is_invitation": True, "policy_classes": ("meeting_papers",)}, True, True),
        (LETTER | {"about_draft": True}, True, True),
    ],
)
def test_what_is_official(marks, is_issued, is_official):
    """Numbered, no draft, no schedule, booking, paper or covering note; a letter about a draft is official."""
    shown = document(**marks)
    assert (is_issued, is_official) == (shown.is_issued, shown.is_official)


@pytest.mark.parametrize(
    ("time", "hours"),
    [
        ("2026-11-24T09:00:00+07:00", 24.0),
        ("2026-11-23T02:30:00+00:00", 0.5),
        ("2026-11-22T09:00:00+07:00", -24.0),
        ("2026-11-24", None),
        ("2026-11-24T09:00:00", None),
        ("Tmrw", None),
        (None, None),
    ],
)
def test_hours_to_a_meeting(time, hours):
    """Only a start with hour and zone counts; anything else is no meeting time."""
    shown = document(meeting_time=time)
    expected = (hours is not None, UNKNOWN_TIME if hours is None else hours)
    assert expected == (shown.has_meeting_time, shown.hours_to_meeting)


@pytest.mark.parametrize(
    ("number", "notation", "defects"),
    [
        ("125", "SA-VP", []),
        ("7", "SA-VP", ["no_leading_zero"]),
        ("07", "UBND", ["single_group"]),
        ("148", "2025/QH15", []),
    ],
)
def test_number_defects(number, notation, defects):
    """Decree 30/2020: a leading zero below ten, groups joined by a hyphen."""
    assert defects == document(number=number, notation=notation).number_defects


DECISION = {"doc_type": "quyet_dinh", "number": "15", "notation": "QĐ-UBND", "issuer_letters": "UBND"}


@pytest.mark.parametrize(
    ("marks", "is_publishable"),
    [
        (DECISION, True),
        (DECISION | {"notation": "VPUBND-KT", "issuer_letters": "VPUBND", "policy_classes": ("normative",)}, True),
        (DECISION | {"doc_type": "cong_van"}, False),
        (DECISION | {"notation": "QĐ-SA", "issuer_letters": "SA"}, False),
        (DECISION | {"is_draft": True}, False),
        (DECISION | {"is_restricted": True}, False),
        (DECISION | {"policy_classes": ("personnel",)}, False),
    ],
)
def test_what_may_be_proposed_for_the_website(marks, is_publishable):
    """Directing documents of a committee or its office: no letter, draft, restricted one, or matter of persons (BD-2a)."""
    assert is_publishable == document(**marks).is_publishable


def test_what_was_not_read_is_not_proposed():
    """A mark of secrecy anywhere, or a file that could hold one."""
    facts = MessageFacts(size_octets=1, document=Marks(**DECISION))
    scan = PartFacts(path="2", is_attachment=True, uninspectable="no_ocr")
    for odd in ({"secrecy": Secrecy.MAT}, {"parts": (scan,)}, {"overruns": ("parts",)}):
        assert not view_document(msgspec.structs.replace(facts, **odd), AT, LAWFUL_DAYS).is_publishable
