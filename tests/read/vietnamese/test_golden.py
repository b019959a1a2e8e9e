"""Golden sets: what a careful reader of a text answers, and how often the detectors say the same."""

from __future__ import annotations

import datetime as dt
import json
from itertools import product
from pathlib import Path

import pytest

from gateway.judge.due import Basis, fall, spell
from gateway.read.mime.paragraphs import plain_lines
from gateway.read.mime.quotes import part_quotes
from gateway.read.vietnamese.detect import detect
from gateway.values.registry import name_key
from gateway.values.working_days import LAWFUL_DAYS
from gateway.values.zone import VIETNAM

FILES = sorted((Path(__file__).parent / "golden").glob("*.jsonl"))
LETTERS = "letters"
"""The file whose texts are whole letters and mails, with the answers of every fact."""
WANTED = 0.97
"""Share of texts answered as by a reader."""
FRESH = {
    "time_limits": ("time_limits-5", "time_limits-6", LETTERS),
    "cited_numbers": ("cited_numbers-3", "cited_numbers-4", LETTERS),
    "issued_on": ("issued_on-3", "issued_on-4", LETTERS),
    "urgent_before": ("urgent_before-3", "urgent_before-4", LETTERS),
    "enclosures": (LETTERS,),
    "receivers": (LETTERS,),
}
"""Files of readers who had not seen the detectors."""
SPOKEN_ROLES = {"act": "act", "archive": "file"}
"""A reader tells who acts and what is kept; report, know, coordinate and nothing said are all `know`."""


def minute(instant):
    """Write an instant as a reader does: to the minute, in Vietnam."""
    return instant and dt.datetime.fromisoformat(instant).astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")


def time_limits(marks, at):
    """Spell every time limit as rules see it in `document.time_limits`."""
    issued_on = dt.date.fromisoformat(marks.issued_on) if marks.issued_on else None
    return [spell(fall(one, Basis(at, issued_on, LAWFUL_DAYS))) for one in marks.time_limits]


def enclosures(marks, _at):
    """How many are named, and their titles."""
    return {"count": sum(one.count for one in marks.enclosures), "titles": [one.title for one in marks.enclosures]}


def receivers(marks, _at):
    """Lines of Kính gửi and Nơi nhận with their role, but for those that refer to others (`Như trên`)."""
    lines = [one for one in marks.receivers if not name_key(one.words).startswith("nhu ")]
    roles = [next((SPOKEN_ROLES[role] for role in one.roles if role in SPOKEN_ROLES), "know") for one in lines]
    return [[one.words, role] for one, role in zip(lines, roles, strict=True)]


def amends(marks, _at):
    """Spell what the text says corrects or replaces what."""
    return [" ".join(filter(None, (one.by, one.kind, one.number, str(one.year or "")))) for one in marks.amends]


ANSWERS = {
    "time_limits": time_limits,
    "cited_numbers": lambda marks, _at: list(marks.cited_numbers),
    "issued_on": lambda marks, _at: marks.issued_on,
    "urgent_before": lambda marks, _at: minute(marks.urgent_before),
    "enclosures": enclosures,
    "receivers": receivers,
    "paper": lambda marks, _at: marks.paper,
    "amends": amends,
}
SETS = [
    (path, fact)
    for path, fact in product(FILES, ANSWERS)
    if path.stem == LETTERS or path.stem.partition("-")[0] == fact
]


def is_same_name(one, other):
    """One wording holds the other."""
    mine, theirs = name_key(one), name_key(other)
    return mine in theirs or theirs in mine


def are_titles(expected, found):
    """As many, called alike."""
    is_alike = len(expected["titles"]) == len(found["titles"]) and all(
        map(is_same_name, expected["titles"], found["titles"])
    )
    return expected["count"] == found["count"] and is_alike


def are_receivers(expected, found):
    """Everybody is held by a line with that role, and no line holds nobody; a reader may part what stands in one."""

    def is_held(one, lines):
        return any(role == one[1] and is_same_name(words, one[0]) for words, role in lines)

    return all(is_held(one, found) for one in expected) and all(is_held(one, expected) for one in found)


AGREE = {"enclosures": are_titles, "receivers": are_receivers}
"""How answers in words are compared; others are the same or not."""


def records(path, fact):
    """Read the texts of one golden file that say something of a fact."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [one for one in rows if fact in one["expected"]]


def answer(fact, one):
    """Answer as the gateway does, which leaves out what a whole mail quotes."""
    at = dt.datetime.fromisoformat(one["received_at"])
    text, kind = one["text"], one["kind"]
    if kind == "mail":
        text, kind = part_quotes(plain_lines(text)).own, "body"
    return ANSWERS[fact](detect(text, kind, at), at)


def test_every_fact_has_a_set_of_some_size():
    """Sixty texts a fact at least, no text twice."""
    for fact in ANSWERS:
        texts = [one["text"] for path, of in SETS if of == fact for one in records(path, fact)]
        assert len(texts) >= 60
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("fact", FRESH)
def test_every_fact_has_sixty_texts_of_fresh_readers(fact):
    """Written by somebody who had not seen the detectors."""
    assert sum(len(records(path, fact)) for path in FILES if path.stem in FRESH[fact]) >= 60


@pytest.mark.parametrize(("path", "fact"), SETS, ids=lambda one: getattr(one, "stem", one))
def test_detectors_agree_with_readers(path, fact):
    """At least 97 of 100 texts are answered alike, the others are named as `known` with the reason; so is no other."""
    agree = AGREE.get(fact, lambda expected, found: expected == found)
    rows, wrong, surprises = records(path, fact), [], []
    for one in rows:
        expected, found = one["expected"][fact], answer(fact, one)
        is_alike, is_known = agree(expected, found), fact in one.get("known", {})
        said = f"{one['id']}: expected {expected!r}, found {found!r}: {one['text'][-120:]!r}"
        wrong += [] if is_alike else [said]
        surprises += [f"known, but alike: {one['id']}"] if is_alike and is_known else []
        surprises += [] if is_alike or is_known else [said]
    print(f"{path.name} {fact}: {len(rows) - len(wrong)} of {len(rows)}", *wrong, sep="\n")  # noqa: T201 - shown by -s, of sets that pass
    assert len(wrong) <= (1 - WANTED) * len(rows), "\n".join(wrong)
    assert not surprises, "\n".join(surprises)
