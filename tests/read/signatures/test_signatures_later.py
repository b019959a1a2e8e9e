"""What came after a signature: only what the standard lists is long-term validation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pikepdf import Array, Dictionary, Name, String

from gateway.demo.signing import append_revision, changed
from gateway.values.evidence import Outcome
from tests.support.signed_pdfs import read, signed

if TYPE_CHECKING:
    from collections.abc import Callable

    import pikepdf


def _with(octets: bytes, edit: Callable[[pikepdf.Pdf], list[pikepdf.Object]]) -> bytes:
    """Append a revision in which `edit` makes and changes objects."""
    return append_revision(octets, lambda pdf: changed(*edit(pdf)))


def _script(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def _store(pdf: pikepdf.Pdf, **more: object) -> pikepdf.Object:
    pdf.Root.DSS = pdf.make_indirect(Dictionary(Type=Name.DSS, **more))
    return pdf.Root.DSS


LATER: dict[str, tuple[str, Callable[[pikepdf.Pdf], list[pikepdf.Object]]]] = {
    "a script nothing names": ("other", lambda pdf: [_script(pdf)]),
    "a script beside a store": ("other", lambda pdf: [_store(pdf), pdf.Root, _script(pdf)]),
    "a page nothing names": ("other", lambda pdf: [pdf.make_indirect(Dictionary(Type=Name.Page))]),
    "a file nothing names": ("other", lambda pdf: [pdf.make_stream(b"MZ", Type=Name.EmbeddedFile, Length=2)]),
    "numbers nothing names": ("other", lambda pdf: [pdf.make_indirect(Array([1, 2, 3]))]),
    "a store": ("lta", lambda pdf: [_store(pdf), pdf.Root]),
}


@pytest.mark.parametrize("name", LATER)
def test_only_what_the_standard_lists_is_long_term_validation(name: str) -> None:
    """A security store and document timestamps are; an object that was merely appended is none."""
    level, edit = LATER[name]
    (first, *_) = read(_with(signed(), edit)).facts.signatures

    assert level == first.modification
    assert (Outcome.PASS if level == "lta" else Outcome.PERMERROR) == first.outcome


def test_script_in_the_extensions_is_no_maintenance() -> None:
    """A key that difference analysis leaves alone brings nothing that acts."""

    def edit(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
        script = _script(pdf)
        pdf.Root.Extensions = Dictionary(ADBE=script)
        return [pdf.Root, script]

    assert "other" == read(_with(signed(), edit)).facts.signatures[0].modification


def test_new_properties_that_show_nothing_are_metadata() -> None:
    """A program that saves again writes its name and the date: no validation data, and no change of what is shown."""

    def edit(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
        pdf.trailer.Info.Producer = String("Trinh xem")
        return [pdf.trailer.Info]

    first = read(_with(signed(), edit)).facts.signatures[0]

    assert ("metadata", Outcome.PASS) == (first.modification, first.outcome)
