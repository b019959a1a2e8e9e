"""Sink of the benchmark: takes every mail, keeps nothing, counts. Two processes, so that it is no ceiling.

Postfix's smtp-sink looks at every octet and needs some 50 ms for a mail of 5 MB, more than what is measured here. This
one reads large pieces and looks for the final dot only where one may end; it is in the way of every peer alike.

usage: bench_sink.py PORT: prints the number of mails taken, as eight octets in native order, into standard output's
file, which must be a regular one.
"""

from __future__ import annotations

import mmap
import os
import socket
import sys
import threading

PROCESSES = 2
PIECE_OCTETS = 1 << 18
_END = b"\r\n.\r\n"
_OFFERS = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 104857600\r\n"


def take(connection: socket.socket, count: memoryview, lock: threading.Lock) -> None:
    """Serve one session; commands may come in one piece, a mail's end may share its piece with nothing but QUIT."""
    piece = bytearray(PIECE_OCTETS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(b"220 sink ESMTP\r\n")
    waiting = b""
    while (octets := connection.recv_into(piece)) > 0:
        waiting += piece[:octets]
        answers = b""
        while b"\r\n" in waiting:
            line, _, waiting = waiting.partition(b"\r\n")
            verb = line[:4].upper()
            if verb == b"DATA":
                connection.sendall(answers + b"354 go on\r\n")
                waiting = _skip_mail(connection, piece, waiting)
                with lock:
                    count[0] += 1
                answers = b"250 2.0.0 taken\r\n"
            elif verb == b"QUIT":
                connection.sendall(answers + b"221 2.0.0 bye\r\n")
                return
            else:
                answers += _OFFERS if verb == b"EHLO" else b"250 2.1.0 yes\r\n"
        if answers:
            connection.sendall(answers)


def _skip_mail(connection: socket.socket, piece: bytearray, begun: bytes) -> bytes:
    """Read to the end of a mail; what comes behind it, a short command at most, is given back."""
    tail = b"\r\n" + begun
    while _END not in tail:
        octets = connection.recv_into(piece)
        if octets <= 0:
            raise ConnectionError
        tail = bytes(piece[max(0, octets - 64) : octets]) if octets >= 64 else (tail + piece[:octets])[-64:]
    return tail.partition(_END)[2]


def serve(port: int, count: memoryview) -> None:
    """Accept for ever, a thread a session."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(1000)
        lock = threading.Lock()
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_session, args=(connection, count, lock), daemon=True).start()


def _session(connection: socket.socket, count: memoryview, lock: threading.Lock) -> None:
    with connection:
        try:
            take(connection, count, lock)
        except OSError:  # the peer went away
            return


if __name__ == "__main__":
    os.ftruncate(1, 8 * PROCESSES)
    counts = memoryview(mmap.mmap(1, 8 * PROCESSES)).cast("Q")
    place = 0
    for other in range(1, PROCESSES):
        if os.fork() == 0:
            place = other
            break
    serve(int(sys.argv[1]), counts[place : place + 1])
