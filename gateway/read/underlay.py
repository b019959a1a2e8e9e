"""Marks of a file name laid under those of its content: the content is right where both say something."""

from __future__ import annotations

from msgspec.structs import replace

from gateway.values.facts import Marks, Secrecy, Urgency

_NO_MARKS = Marks()
_SECRECY_ORDER = tuple(Secrecy)
_TYPE_FIELDS = ("doc_type", "type_source")
_MEETING_FIELDS = ("meeting_time", "meeting_flags")
_ALONE = ("meeting_change", "period", "issued_on")
_NUMBER_FIELDS = ("number", "notation", "number_source", "issuer_letters")
_EITHER = ("is_secrecy_mentioned", "is_restricted", "is_draft", "about_draft", "is_invitation", "has_blank_number")


def highest(*levels: Secrecy) -> Secrecy:
    """Highest of the given secrecy levels; NONE when there are none."""
    return max(levels, key=_SECRECY_ORDER.index, default=Secrecy.NONE)


def underlay(content: Marks, name: Marks) -> Marks:
    """Fill what the content leaves open from the name; secrecy is the higher of both."""
    if name == _NO_MARKS:
        return content
    if content == _NO_MARKS:
        return name
    filled: dict[str, object] = {
        field: getattr(name, field) for field in _ALONE if not getattr(content, field) and getattr(name, field)
    }
    filled |= {field: True for field in _EITHER if getattr(name, field)}
    if name.number and not content.number:
        filled |= {field: getattr(name, field) or getattr(content, field) for field in _NUMBER_FIELDS}
    # A default type is a guess; the precedence of `vietnamese.merge` puts the file name before it.
    if name.doc_type and (content.doc_type is None or content.type_source == "default"):
        filled |= {field: getattr(name, field) for field in _TYPE_FIELDS}
    if name.meeting_time and not content.meeting_time:
        filled |= {field: getattr(name, field) for field in _MEETING_FIELDS}
    if content.urgency is Urgency.NONE:
        filled["urgency"] = name.urgency
    filled["secrecy"] = highest(content.secrecy, name.secrecy)
    filled["policy_classes"] = tuple(sorted({*content.policy_classes, *name.policy_classes}))
    return replace(content, **filled)
