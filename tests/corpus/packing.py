"""Zip files of stored members: the same octets from every build of zlib."""

from __future__ import annotations

import io
import zipfile


def stored(*members: tuple[str, bytes]) -> bytes:
    """A zip file of stored members with fixed dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as writer:
        for name, octets in members:
            writer.writestr(zipfile.ZipInfo(name, (2026, 11, 21, 9, 0, 0)), octets)
    return out.getvalue()
