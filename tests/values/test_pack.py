"""Packs and postures."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from gateway.values.pack import PostureEntry, PostureTable, ascii_form
from gateway.values.verdict import Posture
from tests.support.judging import PACKS

RULES = {rule.id: rule for pack in PACKS for rule in pack.rules}
SIGNED, SECRET = RULES["BD-1c-2"], RULES["NAT-SEC-1"]
ON = dt.date(2026, 11, 23)


def posture(*entries: PostureEntry, rule=SIGNED, default=None) -> Posture:
    """What a table says of a rule of the Bình Dương pack for Sở A."""
    return PostureTable(default, entries).posture_of(rule, "binh-duong-14-2014", "so-a", ON)


def test_without_entries_a_rule_has_its_own_posture():
    """The pack's author chose it."""
    assert Posture.ENFORCE is posture()
    assert Posture.OBSERVE is posture(default=Posture.OBSERVE)


def test_the_most_specific_entry_wins_wherever_it_stands():
    """Agency and rule, rule, agency and pack, agency, pack."""
    steps = [
        PostureEntry(Posture.OFF, agency="so-a", rule="BD-1c-2"),
        PostureEntry(Posture.OBSERVE, rule="BD-1c-2"),
        PostureEntry(Posture.TAG, agency="so-a", pack="binh-duong-14-2014"),
        PostureEntry(Posture.ENFORCE, agency="so-a"),
        PostureEntry(Posture.OFF, pack="binh-duong-14-2014"),
    ]
    assert [step.posture for step in steps] == [posture(*steps[index:]) for index in range(len(steps))]
    assert steps[0].posture is posture(*reversed(steps))


def test_of_equals_the_later_entry_wins():
    """As in every list of overrides."""
    assert Posture.TAG is posture(PostureEntry(Posture.OFF, agency="so-a"), PostureEntry(Posture.TAG, agency="so-a"))


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(ON, ON, True), (None, None, True), ("2026-11-24", None, False), (None, "2026-11-22", False)],
)
def test_entries_hold_between_their_dates(first, last, holds):
    """Both days included."""
    days = [dt.date.fromisoformat(day) if isinstance(day, str) else day for day in (first, last)]
    entry = PostureEntry(Posture.OFF, rule="BD-1c-2", valid_from=days[0], valid_to=days[1])
    assert holds is (posture(entry) is Posture.OFF)


def test_entries_about_others_do_not_matter():
    """Another agency, pack or rule."""
    others = [PostureEntry(Posture.OFF, **{key: "x"}) for key in ("agency", "pack", "rule")]
    assert Posture.ENFORCE is posture(*others)


def test_secrecy_is_softened_only_by_name():
    """A blanket observe for an agency must not let marked secrets through."""
    blanket = PostureEntry(Posture.OBSERVE, agency="so-a")
    assert Posture.ENFORCE is posture(blanket, rule=SECRET, default=Posture.OBSERVE)
    assert Posture.OBSERVE is posture(PostureEntry(Posture.OBSERVE, rule="NAT-SEC-1"), rule=SECRET)


def test_the_wire_form_is_printable_ascii():
    """Every text of every rule survives without diacritics."""
    assert 'Dieu 5, "so" - d D' == ascii_form("Điều 5, “số” – đ Đ")
    texts = [text for rule in RULES.values() for text in (rule.reply_ascii, rule.remedy_ascii)]
    assert [] == [text for text in texts if not text.isascii() or "?" in text]


def test_a_table_survives_json():
    """Generations carry postures as plain data."""
    table = PostureTable(Posture.TAG, (PostureEntry(Posture.OFF, rule="X-1", valid_from=ON),))
    assert table == msgspec.json.decode(msgspec.json.encode(table), type=PostureTable)
