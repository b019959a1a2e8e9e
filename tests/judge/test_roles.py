"""Roles of recipients by lines and registry."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from gateway.judge.roles import MAX_PIECES, OPEN, read_receivers
from gateway.values.facts import Receiver
from gateway.values.registry import Agency
from tests.support.judging import AT, registry

PROVINCE = Agency(
    id="ubnd", name="Ủy ban nhân dân tỉnh Thử Nghiệm", agency_class="ubnd", level="province", territory="t"
)
SENDER = Agency(
    id="so-b", name="Sở B tỉnh Thử Nghiệm", agency_class="department", level="province", territory="t", parent="ubnd"
)
SPORT = Agency(
    id="so-vh", name="Sở Văn hóa, Thể thao và Du lịch tỉnh Thử Nghiệm", agency_class="department", territory="t"
)
COMMUNE = Agency(id="xa-c", name="Ủy ban nhân dân xã C", agency_class="commune_ubnd", level="commune", territory="t")
STRANGER = Agency(id="so-x", name="Sở B tỉnh Khác", agency_class="department", level="province", territory="u")
ALL = (PROVINCE, SENDER, SPORT, COMMUNE, STRANGER)


def roles(agency, *lines, sender=SENDER):
    """Roles of one agency by lines, each `words` or `words|role`."""
    receivers = [Receiver(one.partition("|")[0], tuple(filter(None, [one.partition("|")[2]]))) for one in lines]
    return read_receivers(receivers, sender, [agency], registry(*ALL), AT.date()).roles[0]


@pytest.mark.parametrize(
    ("agency", "line"),
    [
        (PROVINCE, "UBND tỉnh"),
        (PROVINCE, "CT, các PCT UBND tỉnh"),
        (PROVINCE, "Chủ tịch UBND tỉnh Thử Nghiệm"),
        (SPORT, "Sở Văn hóa, Thể thao và Du lịch"),
        (SPORT, "Sở VH,TT&DL"),
        (SPORT, "Sở VHTTDL tỉnh"),
        (SENDER, "Các Sở: B, VH,TT&DL"),
        (SPORT, "Các Sở: B, Văn hóa, Thể thao và Du lịch"),
        (SPORT, "Thủ trưởng các sở, ban, ngành tỉnh"),
        (COMMUNE, "UBND các xã, phường: C, D"),
        (COMMUNE, "Chủ tịch UBND xã C"),
        (SENDER, "Lãnh đạo Sở"),
    ],
)
def test_lines_that_mean_an_agency(agency, line):
    """By name, by who heads it, in a list that shares its first word, in a group."""
    assert (("act",), True) == roles(agency, f"{line}|act")


def test_who_is_not_meant():
    """Only where every line was understood, or names offices of another kind and place; else it may be anybody."""
    assert ((), False) == roles(COMMUNE, "Sở Văn hóa, Thể thao và Du lịch|act")
    assert OPEN == roles(COMMUNE, "Sở Văn hóa, Thể thao và Du lịch|act", "Công ty Cấp nước")
    assert ((), False) == roles(SPORT, "Trung tâm D|act", "Đảng ủy xã|report")
    assert OPEN == roles(SPORT, "Sở D|act") == roles(replace(COMMUNE, name="UBND xã Mẫu"), "Đảng ủy xã Mẫu|act")
    assert ((), False) == roles(SPORT, "Các sở, ban, ngành (trừ Sở Văn hóa, Thể thao và Du lịch)|act")


def test_a_name_without_its_place_is_of_the_senders_territory():
    """`Sở B` of the other province is not meant for certain, nor not meant."""
    assert OPEN == roles(STRANGER, "Sở B|act")
    assert (("act",), True) == roles(STRANGER, "Sở B tỉnh Khác|act")


def test_roles_of_several_lines_add_up():
    """Who acts may also be told to know."""
    assert (("act", "know"), True) == roles(PROVINCE, "UBND tỉnh|act", "UBND tỉnh|know")


def test_nothing_is_known_without_sender_or_lines():
    """Names count as they stand in the sender's territory."""
    assert OPEN == roles(PROVINCE, "UBND tỉnh|act", sender=None) == roles(PROVINCE) == roles(None, "UBND tỉnh")


def test_hostile_lines_stay_open():
    """Beyond so many pieces nothing is looked up, and nobody is said not to be named."""
    assert OPEN == roles(COMMUNE, ", ".join(["UBND tỉnh"] * (MAX_PIECES + 1)))


def unwritten(*lines, to=(COMMUNE,)):
    """Mailboxes of those named beside the recipients."""
    sport = msgspec.structs.replace(SPORT, mailbox="vanthu@sovh.thunghiem.gov.vn")
    far = msgspec.structs.replace(STRANGER, mailbox="vanthu@sob.khac.gov.vn")
    office = registry(PROVINCE, SENDER, sport, COMMUNE, far)
    return read_receivers([Receiver(one, ("act",)) for one in lines], SENDER, to, office, AT.date()).unwritten


def test_who_is_named_and_not_written_to_is_told_by_its_mailbox():
    """The right address for one that nobody registered: of agencies named alone, in the sender's territory."""
    assert ("vanthu@sovh.thunghiem.gov.vn",) == unwritten("Sở Văn hóa, Thể thao và Du lịch", "UBND xã C")
    assert () == unwritten("Sở Văn hóa, Thể thao và Du lịch", to=(COMMUNE, SPORT))
    assert () == unwritten("Các sở, ban, ngành", "UBND xã C")
    assert () == unwritten("Sở B tỉnh Khác")
