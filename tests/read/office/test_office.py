"""Office files: wherever a mark or a program hides, the facts of the corpus tell of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.cache import ContentFacts
from gateway.read.notes import Notes
from gateway.read.office.opener import OfficeFiles
from gateway.read.reading import Reading
from gateway.values.trust import EMPTY_TRUST
from tests.corpus.golden import AT, HERE
from tests.corpus.packing import stored
from tests.corpus.places import MARKED, RUNNING, docx, first, lines, odf

if TYPE_CHECKING:
    from gateway.read.containers.members import Member
    from gateway.values.facts import PartFacts


class Shelf:
    """A host that keeps what it is given."""

    def __init__(self) -> None:
        self.members: list[Member] = []

    def member(self, member: Member, _path: str, _depth: int) -> list[PartFacts]:
        """Keep a file inside another."""
        self.members.append(member)
        return []

    def message(self, _octets: bytes, _depth: int) -> ContentFacts:
        """Nothing of it is looked at."""
        return ContentFacts("eml")


def read(octets: bytes, kind: str, budget: Budget = DEFAULT_BUDGET) -> tuple[ContentFacts | None, Shelf, Notes]:
    """Facts of an office file, the files inside it, and what was noted."""
    notes, shelf = Notes(budget), Shelf()
    reading = Reading(notes, EMPTY_TRUST, AT, None, None)
    return OfficeFiles(reading, shelf).read(octets, kind, 0), shelf, notes


def golden(name: str) -> dict:
    """Expected facts of one case."""
    return json.loads((HERE / "office" / f"{name}.facts.json").read_bytes())


@pytest.mark.parametrize("name", MARKED)
def test_a_mark_is_found_in_every_place(name: str) -> None:
    """A document marked secret in one place only is a secret."""
    assert golden(name).get("secrecy") == "mat"


@pytest.mark.parametrize("name", RUNNING)
def test_what_runs_is_active_content(name: str) -> None:
    """What loads or starts something shows on the document or on what is packed into it."""
    assert [part["path"] for part in golden(name)["parts"] if part.get("has_active_content")] != []


def test_documents_without_marks_stay_clear() -> None:
    """Plain text in every corner marks nothing and runs nothing."""
    facts, shelf, _ = read(docx(), "docx")

    assert facts is not None
    assert (facts.marks.secrecy.value, facts.has_active_content, shelf.members) == ("none", False, [])


@pytest.mark.parametrize("name", ["_xmlsignatures/sig1.xml", "META-INF/documentsignatures.xml"])
def test_signed_packages_are_recognised(name: str) -> None:
    """An XML signature of either family is a fact; its origin part alone is none."""
    plain, signed = (docx(), docx("", (name, b"<x/>"))) if name.startswith("_") else (odf(""), odf("", (name, b"<x/>")))
    kind = "docx" if name.startswith("_") else "odt"

    assert [read(octets, kind)[0].is_package_signed for octets in (plain, signed)] == [False, True]  # type: ignore[union-attr]


def test_pages_pasted_as_pictures_are_members() -> None:
    """A document with hardly any text gives its three greatest pictures; one with text, or emblems, gives none."""
    picture = b"\x89PNG\r\n\x1a\n" + b"\0" * 30_000
    pictures = [(f"word/media/image{number}.png", picture + b"\0" * number) for number in range(5)]
    emblem = ("word/media/emblem.png", picture[:9_000])

    assert len(read(first("", *pictures, emblem), "docx")[1].members) == 3
    assert read(docx("", *pictures), "docx")[1].members == []


def test_parts_inside_are_bounded() -> None:
    """More files inside than the budget has entries are an overrun."""
    many = [(f"word/embeddings/{number}.docx", first(lines())) for number in range(12)]
    _, shelf, notes = read(docx("", *many), "docx", Budget(container_entries=5))

    assert (len(shelf.members), notes.overruns) == (5, {"container_entries"})


def test_side_parts_are_bounded() -> None:
    """Hundreds of great side parts cost no more than their share, and the text of the document is read all the same."""
    side = f"<x>{'<a><b/></a>' * 15_000}</x>".encode()
    octets = stored(
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", first(lines())),
        *((f"word/khac{number}.xml", side) for number in range(9)),
    )
    _, _, notes = read(octets, "docx")

    assert Notes(DEFAULT_BUDGET).text_octets - notes.text_octets < 1_200_000
