"""Times of a signature as its maker writes them: the CMS attribute, and /M of the signature dictionary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.read.cms.structure import Cms
    from gateway.read.signatures.geometry import SignatureRecord


def claimed_time(record: SignatureRecord, parsed: Cms) -> datetime | None:
    """Take the signer's own word for the time: signingTime of the CMS, else /M; None when neither can be read."""
    return parsed.signing_time or pdf_date(record.claimed_time)


def pdf_date(text: str) -> datetime | None:
    """Read a PDF date (ISO 32000-1 section 7.9.4) of at least `D:YYYYMMDDHHmmSS`; no offset means UTC."""
    digits, offset = text.removeprefix("D:")[:14], text.removeprefix("D:")[14:].replace("'", "")
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if offset[:1] in {"+", "-"}:
            away = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5] or 0))
            moment = moment - away if offset[0] == "+" else moment + away
    except (ValueError, OverflowError):
        return None
    return moment
