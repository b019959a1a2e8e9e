"""Golden mails: what they say comes along and whether it does, written before anybody saw what is read there.

`golden/enclosures*.jsonl` hold one mail a line: subject, body, files with the text of their first pages (or why there is
none), and what is right: how many enclosures are named, which are missing, whether all are there (null: nobody can tell).
A title agrees when one of the two wordings holds the other.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from gateway.judge.enclosures import answer_enclosures
from gateway.judge.parts import principal_of
from gateway.read.mime.paragraphs import plain_lines
from gateway.read.mime.quotes import join_bodies, part_quotes
from gateway.read.underlay import underlay
from gateway.read.vietnamese import detect
from gateway.read.vietnamese.merge import merge
from gateway.values.evidence import PdfFacts
from gateway.values.facts import HeaderFacts, Marks, MessageFacts, PartFacts
from gateway.values.registry import name_key
from tests.support.judging import AT

FILES = sorted((Path(__file__).parent / "golden").glob("enclosures*.jsonl"))
ROWS = [json.loads(line) for path in FILES for line in path.read_text("utf-8").splitlines()]
LEAST_AGREEMENT = 0.97
KINDS = {"jpg": "jpeg", "p7s": "pkcs7", "dwg": "drawing"}
REASONS = {"scan": "no_ocr", "photo": "no_ocr", "encrypted": "encrypted", "no_text": "no_text_format"}


def part_of(file: dict[str, Any], path: str) -> PartFacts:
    """A file as the reader gives it."""
    extension = file["name"].rpartition(".")[2].lower()
    kind = KINDS.get(extension, extension)
    text, pages, state = file.get("text", ""), file.get("pages", 1), file.get("state", "")
    marks = detect(text, "first_page", AT) if text else Marks()
    is_scan = state == "scan"
    return PartFacts(
        path=path,
        kind=kind,
        name=file["name"],
        name_kind=extension,
        is_attachment=True,
        is_encrypted=state == "encrypted",
        uninspectable=REASONS.get(state, ""),
        pdf=PdfFacts(page_count=pages, has_text=bool(text), image_pages=pages if is_scan else 0)
        if kind == "pdf"
        else None,
        marks=underlay(marks, detect(file["name"], "file_name", AT)),
    )


def facts_of(row: dict[str, Any]) -> MessageFacts:
    """The facts of one mail."""
    paths: dict[str, str] = {}
    parts = []
    for number, file in enumerate(row["files"], 2):
        outer = file.get("inside")
        path = f"{paths[outer]}!{number}" if outer else str(number)
        paths[file["name"]] = path
        parts.append(part_of(file, path))
    subject = detect(row["subject"], "subject", AT) if row["subject"] else Marks()
    own = join_bodies([part_quotes(plain_lines(row["body"]))]) if row["body"] else ""
    body = detect(own, "body", AT) if own else Marks()
    documents = [part.marks for part in parts]
    return MessageFacts(
        size_octets=1,
        header=HeaderFacts(subject=row["subject"]),
        parts=tuple(parts),
        subject_marks=subject,
        body_marks=body,
        document=merge(subject, body, documents, is_answer=row["subject"].startswith("Re:")),
    )


def is_same_title(one: str, other: str) -> bool:
    """One wording holds the other."""
    mine, theirs = name_key(one), name_key(other)
    return mine in theirs or theirs in mine


def differences(row: dict[str, Any]) -> list[str]:
    """What is seen otherwise than the line says."""
    facts = facts_of(row)
    seen, right = answer_enclosures(facts, principal_of(facts)), row["expected"]
    said = [] if seen.named == right["named"] else [f"named: expected {right['named']}, found {seen.named}"]
    is_alike = len(seen.missing) == len(right["missing"]) and all(map(is_same_title, seen.missing, right["missing"]))
    said += [] if is_alike else [f"missing: expected {right['missing']}, found {list(seen.missing)}"]
    return said + (
        [] if seen.has_all is right["has_all"] else [f"all: expected {right['has_all']}, found {seen.has_all}"]
    )


def test_enclosures_agree_with_the_golden_mails() -> None:
    """At least 97 of 100 mails are read as their writer meant them."""
    wrong = {row["id"]: said for row in ROWS if (said := differences(row))}
    report = [f"{name}: {one}" for name, said in wrong.items() for one in said]
    sys.stdout.write("\n".join([*report, f"enclosures: {len(ROWS) - len(wrong)} of {len(ROWS)} mails agree", ""]))

    assert len(ROWS) >= 60
    assert len(ROWS) - len(wrong) >= LEAST_AGREEMENT * len(ROWS), "\n".join(report)
