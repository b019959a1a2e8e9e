"""Guide: one kind of remedy, step by step in the programs a clerk works with; data of `policies/guides.toml`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
GuideId = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9][a-z0-9-]{0,31}\Z")]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages."""

    vi: Text
    en: Text


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is drawn beside a step."""

    kind: Literal["menu", "dialog", "mail", "flow", "paper"]
    """`menu`: what to open one after the other; `dialog`: title, rows, button; `mail`: lines of a mail; `flow`: what
    to do (`v `) and not to do (`x `); `paper`: a page with marks at their places."""
    labels: Annotated[tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=60)], ...], msgspec.Meta(min_length=1)]


class Step(Words, frozen=True, forbid_unknown_fields=True):
    """One thing to do."""

    picture: Picture | None = None


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to do it in one program."""

    tool: Literal["any", "word", "libreoffice", "signing", "mail", "admin"]
    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1)]


class Guide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of remedy, named in the key `help` of rules."""

    id: GuideId
    title: Words
    ways: Annotated[tuple[Way, ...], msgspec.Meta(min_length=1)]
