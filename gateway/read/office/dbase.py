"""dBASE files (.dbf): the table beside the shapes of a map, and of old programs; one record a line, cells by tabs."""

from __future__ import annotations

from gateway.read.vietnamese.charsets import decode_text

_FIELD = 32
_FIELDS = 255
_RECORDS = 20_000


def read_dbase(octets: bytes, limit: int) -> tuple[str, str]:
    """Names of the fields and their values as far as `limit` characters, and the encoding as `decode_text` names it.

    Values that stand in another file (memo fields) are not there. Deleted records are read as well.
    """
    head, size = int.from_bytes(octets[8:10], "little"), int.from_bytes(octets[10:12], "little")
    names, widths = list[bytes](), list[int]()
    for at in range(_FIELD, min(head, _FIELD * (_FIELDS + 1)), _FIELD):
        if octets[at : at + 1] in (b"\r", b"\0", b""):
            break
        names.append(octets[at : at + 11].split(b"\0", 1)[0].strip())
        widths.append(octets[at + 16])
    rows, count = [b"\t".join(names)], 0
    for number in range(_RECORDS if size else 0):
        record = octets[head + number * size : head + (number + 1) * size]
        if len(record) < size or count > limit:
            break
        rows.append(_row(record, widths))
        count += len(rows[-1]) + 1
    text, encoding = decode_text(b"\n".join(rows), "")
    return text[:limit], encoding


def _row(record: bytes, widths: list[int]) -> bytes:
    """Cells of one record that hold something, without what pads them."""
    cells, at = list[bytes](), 1
    for width in widths:
        cells.append(record[at : at + width].strip(b" \0"))
        at += width
    return b"\t".join(filter(None, cells))
