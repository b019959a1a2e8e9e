"""What signatures show, from hostile files too. Honest ones are the `visible_*` files of the signed corpus."""

from __future__ import annotations

import io

import pikepdf
import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.reader import read_pdf
from gateway.read.signatures.appearance import MAX_LOOKS, NO_LOOKS, gather_looks
from gateway.read.trust.chains import SignerCache
from tests.corpus.signed_keys import AT, pki
from tests.corpus.signed_paper import Paper, paper, shown, stream

SIGNERS = SignerCache()
RECT = (380, 780, 580, 820)


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
    """Twenty fields of one file: sixteen are looked at, none is an error."""
    with pikepdf.open(io.BytesIO(paper().revise({20: shown("x")}).octets)) as pdf:
        look = pdf.get_object(20, 0)
        fields = [
            pdf.make_indirect(pikepdf.Dictionary(Rect=[0, 0, 9, 9], AP=pikepdf.Dictionary(N=look))) for _ in range(20)
        ]

        assert MAX_LOOKS == len(gather_looks(pdf, fields).shown)


def test_invisible_signatures_cost_nothing() -> None:
    """A rectangle of no size: nothing is copied."""
    with pikepdf.open(io.BytesIO(paper().octets)) as pdf:
        assert NO_LOOKS == gather_looks(pdf, [pikepdf.Dictionary(Rect=[0, 0, 0, 0])])


def test_letters_under_a_second_signature_are_counted() -> None:
    """The text of the page, not that of the first signature's picture."""
    first = paper().revise({20: shown("Lanh dao ky")}).sign(name="Mot", rect=(40, 600, 560, 690), appearance=20)
    made = first.revise({60: shown("", (520, 180))}).sign(name="Hai", rect=(40, 600, 560, 780), appearance=60)
    signatures = read(made)[1].facts.signatures

    assert [0, 41] == [one.appearance.covered_letters for one in signatures]
    assert ["permerror", "pass"] == [one.outcome.value for one in signatures]
