"""The wire store: octets in RAM behind a descriptor, within one common budget."""

import fcntl
import mmap
import os
import tracemalloc

import pytest

from gateway.edge.listener.wirestore import RoomBudget, WireStore
from gateway.values.faults import Transient


def test_octets_come_back_through_the_descriptor():
    """What was appended, in small and large pieces, is what the descriptor holds."""
    room = RoomBudget(10_000_000)
    pieces = [b"a" * 10, b"b" * 200_000, b"", b"c" * 70_000, b"d"]
    with WireStore(room) as store:
        for piece in pieces:
            store.append(piece)

        assert store.size_octets == 270_011
        assert b"".join(pieces) == os.pread(store.fd, store.size_octets, 0)
        assert b"".join(pieces) == store.octets()
        assert os.fstat(store.fd).st_size == store.size_octets


def test_appending_after_the_descriptor_was_asked_for():
    """Asking for the descriptor early loses nothing that comes later."""
    with WireStore(RoomBudget(100)) as store:
        store.append(b"mot ")
        assert os.pread(store.fd, 10, 0) == b"mot "
        store.append(b"hai")
        assert store.octets() == b"mot hai"


def test_empty_store():
    """An empty message has a descriptor too."""
    with WireStore(RoomBudget(0)) as store:
        assert store.octets() == b""
        assert os.fstat(store.fd).st_size == 0


def test_descriptor_is_not_inherited():
    """A program the process starts never sees a message."""
    with WireStore(RoomBudget(100)) as store:
        assert fcntl.fcntl(store.fd, fcntl.F_GETFD) & fcntl.FD_CLOEXEC


def test_room_is_shared_and_given_back():
    """All stores draw on one budget; a refused append adds nothing; close gives room back once."""
    room = RoomBudget(10)
    first, second = WireStore(room), WireStore(room)
    first.append(b"x" * 6)
    with pytest.raises(Transient) as caught:
        second.append(b"y" * 5)
    assert caught.value.situation == "memory_short"
    assert (second.size_octets, room.used_octets, room.free_octets) == (0, 6, 4)

    first.close()
    first.close()
    assert room.used_octets == 0
    second.append(b"y" * 10)
    second.close()
    assert room.used_octets == 0


def test_lost_store_is_freed():
    """A store its holder forgot gives room and descriptor back when it is collected."""
    room = RoomBudget(1000)
    store = WireStore(room)
    store.append(b"x" * 500)
    fd = store.fd
    del store

    assert room.used_octets == 0
    with pytest.raises(OSError):
        os.fstat(fd)


def test_large_message_is_not_held_twice():
    """While a large message is gathered, the heap holds no more than one spill of it."""
    room = RoomBudget(64 * 1024 * 1024)
    block = b"z" * 65_536
    with WireStore(room) as store:
        tracemalloc.start()
        for _ in range(320):
            store.append(block)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert peak < 300_000
        assert store.size_octets == 320 * 65_536


def test_many_small_pieces_are_not_kept_as_objects():
    """A message that arrives two octets at a time costs its octets, not an object for each piece."""
    with WireStore(RoomBudget(1_000_000)) as store:
        tracemalloc.start()
        for _ in range(50_000):
            store.append(bytes(2))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert peak < 50_000
        assert store.octets() == bytes(100_000)


def test_a_sealed_message_can_be_read_and_never_changed():
    """Whoever holds the descriptor of a complete message, a worker taken over too, cannot alter what is relayed."""
    with WireStore(RoomBudget(100)) as store:
        store.append(b"octets\r\n")
        store.seal()
        for change in (
            lambda: os.pwrite(store.fd, b"X", 0),
            lambda: os.ftruncate(store.fd, 1),
            lambda: os.ftruncate(store.fd, 1_000),
            lambda: mmap.mmap(store.fd, 0, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE),
        ):
            with pytest.raises(PermissionError):
                change()

        with mmap.mmap(store.fd, 0, mmap.MAP_PRIVATE, mmap.PROT_READ) as mapped:
            assert mapped[:] == b"octets\r\n"


def test_a_share_takes_from_the_whole_and_never_more_than_its_limit():
    """One client may use its share, and only while there is room at all; both get back what it leaves."""
    whole = RoomBudget(10)
    share, other = RoomBudget(6, whole), RoomBudget(6, whole)
    with WireStore(share) as store:
        store.append(b"x" * 6)
        assert (share.free_octets, other.free_octets, whole.used_octets) == (0, 4, 6)
        assert not share.reserve(1)
        assert not other.reserve(5)
        assert (other.used_octets, whole.used_octets) == (0, 6)

    assert (share.used_octets, whole.used_octets) == (0, 0)
