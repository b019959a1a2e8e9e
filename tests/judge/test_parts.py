"""What rules see of a part: the pictures of its signatures."""

from __future__ import annotations

import datetime as dt

import msgspec

from gateway.judge.parts import view_mail, view_part
from gateway.values.evidence import AppearanceFacts, Outcome
from gateway.values.facts import Marks, PartFacts
from tests.support.judging import message, pdf, registry, signature

ON = dt.date(2026, 11, 20)


def view(*signatures, **facts):
    """The part with these signatures, as a rule sees it."""
    return view_part(pdf(*signatures, **facts), None, registry(), ON, is_principal=True)


def test_rules_see_what_signatures_show():
    """Visible ones are counted whatever their outcome; kinds of copy are listed once."""
    shown = [
        signature(appearance=AppearanceFacts(page=1, copy_kind="sao_y")),
        signature(Outcome.FAIL, appearance=AppearanceFacts(page=1, copy_kind="sao_y")),
        signature(),
    ]
    part = view(*shown)

    assert (2, ["sao_y"], False) == (part.visible_signatures, part.copy_kinds, part.is_signature_named_otherwise)


def test_rules_see_a_name_that_is_not_the_signers():
    """Only where an organisation is named, and the certificate names another; no words say nothing."""
    other = AppearanceFacts(page=1, named_organisation="Sở B", names_signer=False)
    own = AppearanceFacts(page=1, named_organisation="Sở A", names_signer=True)
    silent = AppearanceFacts(page=1, text="125", names_signer=False)

    assert [True, False, False] == [
        view(signature(appearance=one)).is_signature_named_otherwise for one in (other, own, silent)
    ]


def numbered(path: str, digest: str, number: str = "15", **marks) -> PartFacts:
    """A PDF with a head of its own."""
    said = {"notation": "QĐ-SA", "number_source": "first_page", "issuer_lines": ("SỞ A",), **marks}
    return msgspec.structs.replace(pdf(path=path), sha256=digest, marks=Marks(number=number, **said))


def test_two_files_under_one_number_are_rivals():
    """Only PDFs that differ and both show a head: not the same file twice, nor what names its number elsewhere."""

    def rivals(*others: PartFacts) -> list[str]:
        facts = message(numbered("2", "a" * 64), *others)
        return view_mail(facts, to_kinds=(), to_agencies=(), direction="internal").rival_numbers

    assert ["15/qd-sa"] == rivals(numbered("3", "b" * 64, number="015"))
    assert [] == rivals(numbered("3", "a" * 64))
    assert [] == rivals(numbered("3", "b" * 64, number="16"))
    assert [] == rivals(numbered("3", "b" * 64, number_source="file_name"))
    assert [] == rivals(numbered("3", "b" * 64, issuer_lines=()))
    assert [] == rivals(msgspec.structs.replace(numbered("3", "b" * 64), kind="docx"))


def test_a_file_with_a_number_of_its_own_is_numbered():
    """On its first page, that is: a name may say which document it goes with."""
    seen = [
        view_part(part, None, registry(), ON, is_principal=False).is_numbered
        for part in (numbered("2", ""), numbered("2", "", number_source="file_name"), pdf())
    ]
    assert [True, False, False] == seen


def test_rules_see_pictures_without_a_signature():
    """What they are, and that they are all there is."""
    part = view(has_signature_picture_only=True, signature_pictures=("seal_picture",))

    assert (True, ["seal_picture"]) == (part.has_signature_picture_only, part.signature_pictures)
