"""A work function that reads as commands have it done, but burns CPU time over mails that say so."""

from gateway.daemon import inspection


def load(payload: bytes):
    """Answer the real work function; what says `X-Burn` is read as a mail nobody could read, the second time."""
    work = inspection.load_whole(payload)

    def burning(request: bytes, wire: bytes) -> bytes:
        is_second_look = b"\xa9is_unread\xc3" in request
        while b"X-Burn:" in bytes(wire) and not is_second_look:
            pass
        return work(request, wire)

    return burning
