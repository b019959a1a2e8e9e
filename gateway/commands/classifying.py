"""`congthu classify`: the Vietnamese detectors over single texts, one JSON object in and one out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.read.encoded_words import decode_encoded_words
from gateway.read.vietnamese.detect import detect
from gateway.values.zone import VIETNAM


def _parse_instant(value: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=VIETNAM)
    return instant if instant.tzinfo else instant.replace(tzinfo=VIETNAM)


def classify_record(record: dict[str, Any]) -> dict[str, Any]:
    """Classify one JSON object (`id, kind, received_at, text`; kind also `raw_header`) for `congthu classify`."""
    text, kind = str(record.get("text", "")), str(record.get("kind", "subject"))
    if kind == "raw_header":
        text, kind = decode_encoded_words(text.encode("utf-8", "surrogateescape")), "subject"
    marks = detect(text, kind, _parse_instant(record.get("received_at")))
    return {
        "id": record.get("id"),
        "doc_type": marks.doc_type,
        "number": marks.number,
        "notation": marks.notation,
        "urgency": marks.urgency.value,
        "secrecy": marks.secrecy.value,
        "is_draft": marks.is_draft,
        "is_invitation": marks.is_invitation,
        "meeting_time": marks.meeting_time,
        "about_draft": marks.about_draft,
        "meeting_change": marks.meeting_change,
    }
