"""What signatures show, from hostile files too. Honest ones are the `visible_*` files of the signed corpus."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.guard import attempt
from gateway.read.pdf.appearance import MAX_LOOKS, NO_LOOKS, gather_looks, unread_looks
from gateway.read.pdf.reader import read_pdf
from gateway.read.signatures.outcome import with_later
from gateway.read.trust.chains import SignerCache
from gateway.values.evidence import AppearanceFacts, Outcome, SignatureFacts
from tests.corpus.signed_keys import AT, agency, pki
from tests.corpus.signed_paper import Paper, Seal, paper, shown, stream, value_of
from tests.corpus.signed_revisions import unsigned_field

if TYPE_CHECKING:
    from gateway.demo.pki import Identity

SIGNERS = SignerCache()
RECT = (380, 780, 580, 820)
BLANK = (380, 100, 480, 200)


def signed_with(changes: dict[int, bytes], **own: object) -> Paper:
    """A signature whose appearance is object 20."""
    return paper().revise(changes).sign(**{"rect": RECT, "appearance": 20} | own)


def read(made: Paper):
    """Read as a worker does: appearance of the first signature, and the whole reading."""
    reading = read_pdf(made.octets, DEFAULT_BUDGET, pki().snapshot(), AT, signers=SIGNERS)
    return reading.facts.signatures[0].appearance, reading


def form(child: int, times: int) -> bytes:
    """A form that draws another some times."""
    about = b"/Type/XObject/Subtype/Form/BBox[0 0 200 40]/Resources<</XObject<</X %d 0 R>>>>" % child
    return stream(b"/X Do " * times, about)


def test_forms_that_multiply_are_placed_and_not_drawn() -> None:
    """Twenty levels of a form that draws the next one twice: a million drawings in a kilobyte."""
    changes = {20 + level: form(21 + level, 2) for level in range(20)} | {40: shown("ha")}
    about, _ = read(signed_with(changes))

    assert (1, "") == (about.page, about.text)


def test_a_form_that_draws_itself_is_not_drawn() -> None:
    """PDFium would not come back from it once it is made part of the page."""
    about, reading = read(signed_with({20: form(20, 2)}))

    assert ("", "over_budget") == (about.text, reading.uninspectable)


@pytest.mark.parametrize(
    "look",
    [
        b"<</AP<<>>>>",
        stream(b"", b"/Type/XObject/Subtype/Form"),
        stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 0 0]"),
        stream(b"", b"/Type/XObject/Subtype/Form/BBox[(a) null 1 2]"),
        stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 1e30 1e30]"),
        stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Matrix[0 0 0 0 0 0]"),
        stream(b"Q Q Q (", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources 99 0 R"),
        stream(b"\xff\xfe", b"/Filter/FlateDecode/Type/XObject/Subtype/Form/BBox[0 0 9 9]"),
    ],
)
def test_an_odd_appearance_shows_nothing_and_hides_nothing(look: bytes) -> None:
    """The signature is judged all the same, its place known."""
    about, reading = read(signed_with({20: look}))

    assert ("pass", (134.1, 7.8, 70.6, 14.1), "") == (
        reading.facts.signatures[0].outcome.value,
        about.place,
        about.text,
    )


def test_text_is_bounded() -> None:
    """Of a long appearance 500 characters are kept."""
    about, _ = read(signed_with({20: shown("a" * 3000, (5000, 40))}, rect=(0, 0, 500, 40)))

    assert 500 == len(about.text)


def test_only_so_many_are_looked_at() -> None:
    """Twenty fields of one file: sixteen are drawn and placed, all are told to show something."""
    with pikepdf.open(io.BytesIO(paper().revise({20: shown("x")}).octets)) as pdf:
        look = pdf.get_object(20, 0)
        fields = [
            pdf.make_indirect(pikepdf.Dictionary(Rect=[0, 0, 9, 9], AP=pikepdf.Dictionary(N=look))) for _ in range(20)
        ]

        looks = gather_looks(pdf, fields)

    with pikepdf.open(io.BytesIO(looks.drawing)) as drawing:
        assert (MAX_LOOKS, 20) == (len(drawing.pages), len(looks.shown))


def test_invisible_signatures_cost_nothing() -> None:
    """A rectangle of no size: nothing is copied."""
    with pikepdf.open(io.BytesIO(paper().octets)) as pdf:
        assert NO_LOOKS == gather_looks(pdf, [pikepdf.Dictionary(Rect=[0, 0, 0, 0])])


COVER = (40, 600, 560, 780)
"""Over the 41 letters of the page's only line."""


def outcomes(made: Paper) -> list[str]:
    """Outcomes in order of revision."""
    return [one.outcome.value for one in read(made)[1].facts.signatures]


def bought() -> Identity:
    """A certificate of a public list."""
    return pki().leaf("bought", authority="public")


def first_signed(**own: object) -> Paper:
    """Signed by the leader in a blank, with a picture."""
    return paper().revise({20: shown("Lanh dao ky")}).sign(**{"name": "Mot", "appearance": 20, "rect": BLANK} | own)


def test_a_signature_too_small_to_draw_takes_no_look_from_the_others() -> None:
    """Less than three points, of which no page is made: what another picture hides is seen all the same."""
    made = first_signed().revise({60: shown("", (520, 180))}).sign(name="Hai", rect=COVER, appearance=60)
    made = made.revise({90: shown("x")}).sign(name="Ba", rect=(30, 300, 31, 301), appearance=90)

    assert ["permerror", "pass", "pass"] == outcomes(made)


def test_every_rectangle_of_a_signature_is_weighed() -> None:
    """A field of two widgets: a larger one in a blank, and one over four letters, signed with a bought certificate."""
    made = first_signed().revise({60: shown("", (520, 180))})
    field, value, blank, over = range(made.free, made.free + 4)
    widget = b"<</Type/Annot/Subtype/Widget/Parent %d 0 R/F 132/Rect[%b]/P 3 0 R/AP<</N 60 0 R>>>>"
    seal = Seal(name="Hai", identity=bought())
    objects = {
        field: b"<</FT/Sig/T(Hai)/V %d 0 R/Kids[%d 0 R %d 0 R]>>" % (value, blank, over),
        value: value_of(seal),
        blank: widget % (field, b"100 300 200 400"),
        over: widget % (field, b"40 690 90 720"),
    }
    made = made.refresh(objects, fields=(*made.fields, field), annotations=(*made.annotations, blank, over))
    made = made.closed(seal)
    later = read(made)[1].facts.signatures[1].appearance

    assert ["permerror", "pass"] == outcomes(made)
    assert (35.3, True) == (later.place[2], later.covered_letters > 0)


@pytest.mark.parametrize(("is_agency_last", "expected"), [(True, ["pass", "pass"]), (False, ["permerror", "pass"])])
def test_the_seal_of_an_agency_may_touch_what_a_person_signed(is_agency_last: bool, expected: list[str]) -> None:
    """A person signs with a public certificate, and the seal lies over some letters; the other way round it is bought."""
    signers = (bought(), agency()) if is_agency_last else (agency(), bought())
    made = first_signed(identity=signers[0]).revise({60: shown("", (50, 30))})

    assert expected == outcomes(made.sign(name="Hai", identity=signers[1], rect=(40, 690, 90, 720), appearance=60))


@pytest.mark.parametrize(("level", "expected"), [(1, "permerror"), (2, "pass"), (3, "pass")])
def test_number_and_seal_may_follow_a_certification(level: int, expected: str) -> None:
    """The leader certifies; the clerk adds a seal over a third of his picture, and a date, each a visible signature."""
    made = first_signed(certify=level).revise({60: shown("SO A", (100, 100))})
    made = made.sign(name="Dau", rect=(345, 110, 445, 210), appearance=60).revise({90: shown("20/11")})

    assert [expected, "pass", "pass"] == outcomes(made.sign(name="Ngay", rect=(30, 300, 90, 330), appearance=90))


def test_a_stranger_may_show_nothing_over_a_certification() -> None:
    """The certified-document attack: signing is permitted, and he has no certificate of ours."""
    made = first_signed(certify=2).revise({60: shown("900", (100, 100))})
    stranger = pki().leaf("stranger", authority="foreign")

    made = made.sign(name="Hai", identity=stranger, rect=(345, 310, 445, 410), appearance=60)

    assert ["permerror", "permerror"] == outcomes(made)


@pytest.mark.parametrize("level", [0, 2])
def test_a_field_without_a_signature_shows_nothing_over_one(level: int) -> None:
    """No certificate at all: difference analysis calls the new field harmless, and no later signature is there to fail."""
    first = read_pdf(unsigned_field(first_signed(certify=level)), DEFAULT_BUDGET, pki().snapshot(), AT).facts.signatures

    assert [("permerror", "other")] == [(one.outcome.value, one.modification) for one in first]


def test_a_field_that_showed_something_before_the_signature_is_no_change() -> None:
    """A form prepared with a picture where the next signer shall sign; the clerk signs elsewhere."""
    field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Cho ky)/F 4/P 3 0 R/Rect[40 300 160 340]/AP<</N 30 0 R>>>>"
    base = paper().refresh({30: shown("Cho ky"), 31: field}, fields=(31,), annotations=(31,))

    assert ["pass", "pass"] == outcomes(base.sign(name="Mot").sign(name="Hai", rect=BLANK))


def test_an_empty_field_for_the_next_signer_is_harmless() -> None:
    """Added after the first signature, with a place and nothing to show."""
    made = first_signed()
    field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Cho ky)/F 4/P 3 0 R/Rect[40 300 160 340]>>"
    made = made.refresh({90: field}, fields=(*made.fields, 90), annotations=(*made.annotations, 90))

    assert ["pass"] == outcomes(made)


@pytest.mark.parametrize(("trust_list", "expected"), [("official", "pass"), ("public", "permerror")])
def test_a_picture_nobody_looked_at_may_hide_anything(trust_list: str, expected: str) -> None:
    """Beyond the limits, or where the reader gave up: signers of the same list are believed, bought ones are not."""
    own = SignatureFacts("Mot", outcome=Outcome.PASS, trust_list="official", modification="form")
    later = SignatureFacts("Hai", outcome=Outcome.PASS, trust_list=trust_list, appearance=AppearanceFacts())

    assert [expected, "pass"] == [one.outcome.value for one in with_later([own, later])]


def test_what_cannot_be_copied_is_still_known_to_show() -> None:
    """The reader gave up: only fields without any rectangle are known to show nothing."""
    fields = [{"/Rect": (0, 0, 9, 9)}, {"/Rect": (0, 0, 0, 0)}, {"/Rect": "odd"}]
    made = [pikepdf.Dictionary(one) for one in fields]

    assert [0] == [one.number for one in unread_looks(made, attempt).shown]
    assert [0] == [one.number for one in unread_looks([None], attempt).shown]


def test_letters_under_a_second_signature_are_counted() -> None:
    """The text of the page, not that of the first signature's picture."""
    first = paper().revise({20: shown("Lanh dao ky")}).sign(name="Mot", rect=(40, 600, 560, 690), appearance=20)
    made = first.revise({60: shown("", (520, 180))}).sign(name="Hai", rect=(40, 600, 560, 780), appearance=60)
    signatures = read(made)[1].facts.signatures

    assert [0, 41] == [one.appearance.covered_letters for one in signatures]
    assert ["permerror", "pass"] == [one.outcome.value for one in signatures]
