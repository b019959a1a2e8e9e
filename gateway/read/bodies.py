"""Bodies of messages: leaves shown as the message itself -> PartFacts, their texts put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from gateway.read.kinds import sniff
from gateway.read.mime.quotes import BodyText
from gateway.read.reading import NO_MARKS, Reading
from gateway.read.texts import NOT_FLOWED, Flow, plausible_charsets, read_body
from gateway.read.web.markup import NO_MARKUP, read_markup

if TYPE_CHECKING:
    from gateway.read.mime.parts import Leaf
    from gateway.values.facts import PartFacts

_BODY_KINDS = frozenset({"text", "html", "xml", "ics", "eml", "empty"})
_NO_TEXT = BodyText("")
_CHARSET_CHARACTERS = 40


class Shown(NamedTuple):
    """How one leaf is shown as the message itself."""

    charsets: list[str]
    flow: Flow
    bodies: list[BodyText]
    """Where texts of the message itself are collected."""
    is_nested: bool
    """It belongs to a message inside."""


def charsets_of(leaf: Leaf) -> list[str]:
    """List the declared charsets, the one most readers take first; empty text when none is declared."""
    fields = (leaf.content_type, *leaf.further)
    found = [field.text("charset") for field in fields]
    found += [value.decode("latin-1") for field in fields for name, value in field.repeats if name == "charset"]
    words = [one.strip().lower()[:_CHARSET_CHARACTERS] for one in found]
    return list(dict.fromkeys([words[0], *filter(None, words[1:])]))


def flow_of(leaf: Leaf) -> Flow:
    """Read format=flowed and DelSp=yes (RFC 3676 section 4)."""
    if leaf.content_type.text("format").strip().lower() != "flowed":
        return NOT_FLOWED
    return Flow(is_flowed=True, is_delsp=leaf.content_type.text("delsp").strip().lower() == "yes")


def read_shown(reading: Reading, part: PartFacts, decoded: bytes, shown: Shown) -> PartFacts | None:
    """Facts of a text shown as the message itself; None when it is no text after all."""
    kind = sniff(decoded)
    if kind not in _BODY_KINDS:
        return None
    if reading.is_text_spent():
        return replace(part, kind=kind, is_body=True, uninspectable="over_budget")
    is_markup = part.media_type == "text/html" or (kind == "html" and part.media_type != "text/plain")
    read_as = "html" if is_markup else "ics" if kind == "ics" else "text"
    texts: list[BodyText] = []
    encoding = ""
    for charset in plausible_charsets(shown.charsets, decoded if is_markup else b""):
        text, found = read_body(decoded, read_as, charset, reading.notes, shown.flow)
        encoding = encoding or found
        texts += [text] if text != _NO_TEXT and text not in texts else []
    if len(texts) > 1:
        reading.notes.ambiguous("charset_disputed")
    marks = NO_MARKS
    if shown.is_nested:
        marks = reading.body_marks(texts, encoding)
    else:
        shown.bodies.extend(texts)
    page = read_markup(decoded) if is_markup else NO_MARKUP
    shown_kind = "text" if kind == "eml" else kind
    return replace(
        part, kind="html" if is_markup and kind == "text" else shown_kind, is_body=True, markup=page.traits,
        has_active_content=page.is_active, marks=reading.with_secrecy(marks, [page.aside], "body"),
    )  # fmt: skip
