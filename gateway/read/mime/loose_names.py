"""File names in a message nobody takes apart: every field that could name a part, wherever it stands.

For messages that broke their reader. One pass, no structure: what stands in a quoted mail or in a text counts too, for
a name is asked here for its mark of secrecy alone.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from gateway.read.mime.fields import NO_PARAMETERS, read_parameters
from gateway.read.mime.names import find_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.notes import Notes

_FIELD: Final = re.compile(
    rb"^content-(?:disposition|type)[ \t]{0,16}:((?:[^\r\n]{0,998}\r?\n?(?:[ \t]|\Z)){0,16}[^\r\n]{0,998})",
    re.IGNORECASE | re.MULTILINE,
)
"""A field with its folded lines."""
_FIELDS: Final = 2_000
"""Of one message: two for each part it may have."""


def loose_names(octets: bytes, notes: Notes) -> Iterator[str]:
    """Give the file names in the first octets of a message, in every spelling some program shows."""
    for match in islice(_FIELD.finditer(octets), _FIELDS):
        name = find_name(read_parameters(match[1], notes), NO_PARAMETERS, notes)
        yield from filter(None, (name.name, *name.others))
