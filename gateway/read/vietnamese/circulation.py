"""Circulation: marks such as LƯU HÀNH NỘI BỘ (Decree 30/2020 Appendix I III.2c), which are no state secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import Scan

if TYPE_CHECKING:
    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import View

MAX_PLACES = 400
"""Places of one text that are judged."""

_RESTRICTED = Scan(r"(?<![a-z0-9])(?:luu hanh noi bo|xem xong tra lai|khong pho bien|tai lieu noi bo)(?![a-z0-9])")


def is_restricted(view: View, lead: Lead) -> bool:
    """A circulation mark stands on its own line, in brackets, or leads: restricted, never a state secret."""
    for count, match in enumerate(_RESTRICTED.finditer(view)):
        if count >= MAX_PLACES:
            return False
        before = view.key[max(0, match.start() - 3) : match.start()].strip(" -*\"'")
        after = view.key[match.end() : match.end() + 3].strip(" -*\"'.")
        upper = view.text[match.start() : match.end()].isupper()
        starts = not before or before[-1] in "\n[(|" or match.start() in {lead.start, 0}
        ends = not after or after[0] in "\n]):|"
        if (starts and ends) or (upper and (starts or ends)):
            return True
    return False
