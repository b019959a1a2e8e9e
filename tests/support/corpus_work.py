"""A work function for corpus tests that hangs on one file and reads the others as always."""

from gateway.commands.corpus import work as corpus_work


def load(payload: bytes):
    """Answer the real work function, but for files that say hang."""
    work = corpus_work.load(payload)

    def hanging(request: bytes, octets: bytes) -> bytes:
        while b"% hang" in bytes(octets):
            pass
        return work(request, octets)

    return hanging
