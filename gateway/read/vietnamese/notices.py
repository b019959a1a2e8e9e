"""Notices: the fields by which a document system tells in a mail of a document.

A label and its value in one line, or in neighbouring cells: `Số, ký hiệu: 145/KH-UBND`, `Trích yếu`, `Ngày ban hành`
(names as in QCVN 102:2016/BTTTT). A notice is of one document; a digest of several is of none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import cells, is_quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.read.vietnamese.normalise import View
    from gateway.read.vietnamese.number import Candidate

NOTICE_LINES = 60
"""Lines of a mail among which the fields of a notice stand."""

_COMPANIONS = 2
"""Other fields without which a labelled number is no notice's."""

_FIELD = re.compile(
    r"[\W_]{0,6}(?:(?P<number>so(?:,? {0,2}/? {0,2}(?:va )?ky hieu| hieu| van ban| vb)?|ky hieu)"
    r"|(?P<type>loai(?: van ban| vb)?|the loai|hinh thuc(?: van ban| vb)?|ten loai)"
    r"|(?P<other>trich yeu(?: noi dung)?|ngay (?:van ban|vb|ban hanh|ky|phat hanh|den)"
    r"|(?:co quan|noi|don vi) (?:ban hanh|gui|soan thao)|(?:muc )?do (?:mat|khan)|nguoi ky|han (?:xu ly|xl)))"
    r"(?P<to> {0,3}: {0,3}|\W{0,3}\Z)"
)
"""A label at the start of a cell, with its colon, or filling the cell before the one of its value."""


def _fields(view: View) -> Iterator[tuple[str, int, int]]:
    """Fields in order: `number`, `type` or `other`, and `[start, end)` of the value."""
    for line in view.lines[:NOTICE_LINES]:
        if is_quoted(view, line.start):
            continue
        row = cells(view, line, at_bars=True)
        for at, (start, end) in enumerate(row):
            label = _FIELD.match(view.key[start : min(end, start + 60)])
            if label is None:
                continue
            first = start + label.end()
            if ":" in label["to"] and first < end:
                yield _name(label), first, end
            elif at + 1 < len(row):
                yield _name(label), *row[at + 1]


def _name(label: re.Match[str]) -> str:
    return next(name for name in ("number", "type", "other") if label[name] is not None)


def find_noticed(view: View, candidates: Sequence[Candidate]) -> Candidate | None:
    """The number of the document that a notice is of; None where no field, or more than one, gives a number."""
    if not candidates:
        return None
    fields = list(_fields(view))
    if sum(name != "number" for name, _, _ in fields) < _COMPANIONS:
        return None
    starts = {start: end for name, start, end in fields if name == "number"}
    found = {(one.number, one.notation): one for one in candidates if one.start in starts}
    return next(iter(found.values())) if len(found) == 1 else None


def find_noticed_type(view: View) -> int:
    """Where the value of the field of the type begins; 0 when no such field stands."""
    return next((start for name, start, _ in _fields(view) if name == "type"), 0)
