"""What rules see of a part: the pictures of its signatures."""

from __future__ import annotations

import datetime as dt

from gateway.judge.parts import view_part
from gateway.values.evidence import AppearanceFacts, Outcome
from tests.support.judging import pdf, registry, signature

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


def test_rules_see_pictures_without_a_signature():
    """What they are, and that they are all there is."""
    part = view(has_signature_picture_only=True, signature_pictures=("seal_picture",))

    assert (True, ["seal_picture"]) == (part.has_signature_picture_only, part.signature_pictures)
