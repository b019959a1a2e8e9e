"""The signed corpus: every file yields what was reasoned of it beforehand, and no attack passes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from gateway.edge.trust.folder import load_trust
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.message import read_message
from gateway.read.pdf.reader import read_pdf
from gateway.read.trust.chains import SignerCache
from tests.corpus.signed import CASES, HERE, NOT_REPEATED, TRUST, expected, label, labels, page, path_of
from tests.corpus.signed_keys import AT

if TYPE_CHECKING:
    from tests.corpus.signed_case import Case

SIGNERS = SignerCache()


@cache
def trust():
    """The snapshot of the corpus's own trust folder."""
    return load_trust(TRUST)


def found(case: Case) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Read a file: its signatures, and the facts of the file."""
    octets = path_of(case).read_bytes()
    if case.suffix == "pdf":
        facts = [read_pdf(octets, DEFAULT_BUDGET, trust(), AT, signers=SIGNERS).facts]
    else:
        parts = read_message(octets, DEFAULT_BUDGET, trust(), AT, host="mx.gateway.example").parts
        facts = [part.pdf for part in parts if part.pdf]
    signatures = [as_json(signature) for one in facts for signature in one.signatures]
    return signatures, as_json(facts[0])


def as_json(struct: msgspec.Struct) -> dict[str, Any]:
    """A record with its defaults, as JSON sees it."""
    return {name: msgspec.json.decode(msgspec.json.encode(getattr(struct, name))) for name in struct.__struct_fields__}


@pytest.mark.parametrize("name", sorted(CASES))
def test_file_yields_what_was_reasoned(name: str) -> None:
    """Signatures in order with their outcomes and claims, and the facts that matter."""
    wanted = msgspec.json.decode(path_of(CASES[name]).with_suffix(".facts.json").read_bytes())
    signatures, facts = found(CASES[name])
    shown = [
        {key: signature[key] for key in one} for one, signature in zip(wanted["signatures"], signatures, strict=False)
    ]

    assert (wanted["signatures"], len(wanted["signatures"])) == (shown, len(signatures))
    assert wanted["facts"] == {key: facts[key] for key in wanted["facts"]}


@pytest.mark.parametrize("name", sorted(CASES))
def test_file_is_composed(name: str) -> None:
    """The file on disk is octet for octet what its row makes, and so is what is expected of it."""
    case = CASES[name]

    assert expected(case) == path_of(case).with_suffix(".facts.json").read_bytes()
    assert name in NOT_REPEATED or case.make() == path_of(case).read_bytes()


def test_folder_holds_the_cases_and_nothing_else() -> None:
    """No file without a row, no row without a file; the page and the labels follow from the rows."""
    names = {path_of(case).name for case in CASES.values()}

    assert names == {path.name for path in HERE.iterdir() if path.suffix in {".pdf", ".eml"}}
    assert len(names) >= 200
    assert page() == (HERE / "README.md").read_text("utf-8")
    assert labels() == (HERE / "labels.csv").read_text("utf-8")


def test_every_word_of_an_outcome_occurs() -> None:
    """Sound files pass, and the others end in each of the other words."""
    assert {"passed", "failed", "indeterminate", "none"} == {label(case) for case in CASES.values()}
