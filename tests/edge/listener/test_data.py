"""The data reader, without any socket: the final dot, stray octets, limits, at every split."""

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.listener.data import DataPace, DataReader, has_stray_octets, uniform_end
from gateway.edge.listener.wirestore import RoomBudget, WireStore
from gateway.values.faults import Permanent


def read(chunks, limit_octets=1_000_000):
    """Feed chunks; answer (stored, rest, refusal); rest is None when no end was seen, 'stray_octets' when refused."""
    kept = []
    reader = DataReader(limit_octets, kept.append)
    rest = None
    for index, chunk in enumerate(chunks):
        try:
            rest = reader.feed(chunk)
        except Permanent as fault:
            return None, fault.situation, None
        if rest is not None:
            rest += b"".join(chunks[index + 1 :])
            break
    return b"".join(kept), rest, reader.refusal


WIRE = {
    b".\r\n": (b"", b""),
    b"a\r\n.\r\n": (b"a\r\n", b""),
    b"\r\n.\r\n": (b"\r\n", b""),
    b"..\r\n.\r\nQUIT\r\n": (b"..\r\n", b"QUIT\r\n"),
    b"a\r\n.b\r\n.\r\n": (b"a\r\n.b\r\n", b""),
    b"a\r\n..\r\n.\r\n.\r\n": (b"a\r\n..\r\n", b".\r\n"),
    b".a\r\n\r\n\r\n.\r\nMAIL": (b".a\r\n\r\n\r\n", b"MAIL"),
}


@pytest.mark.parametrize(("wire", "expected"), WIRE.items())
def test_final_dot_at_every_split(wire, expected):
    """The message is what stands before CRLF.CRLF, still dot-stuffed, however the octets arrive."""
    for cut in range(len(wire) + 1):
        assert (*expected, None) == read([wire[:cut], wire[cut:]])
    assert (*expected, None) == read([wire[index : index + 1] for index in range(len(wire))])


SMUGGLING = {
    # SEC Consult 2023, postfix.org smtp-smuggling, CVE-2023-51764, -51765, -51766, CVE-2024-27305.
    "LF dot LF": b"a\n.\nMAIL FROM:<x@y>\r\n.\r\n",
    "LF dot CRLF": b"a\r\n\n.\r\nMAIL\r\n.\r\n",
    "CRLF dot LF": b"a\r\n.\nMAIL\r\n.\r\n",
    "CR dot CR": b"a\r.\rMAIL\r\n.\r\n",
    "CRLF dot CR": b"a\r\n.\rMAIL\r\n.\r\n",
    "CR dot CRLF": b"a\r.\r\nMAIL\r\n.\r\n",
    "CR CRLF dot": b"a\r\r\n.\r\nMAIL\r\n.\r\n",
    "CRLF dot CR CRLF": b"a\r\n.\r\r\nMAIL\r\n.\r\n",
    "LF dot CR CRLF": b"a\n.\r\r\nMAIL\r\n.\r\n",
    "CRLF NUL dot": b"a\r\n\0.\r\nMAIL\r\n.\r\n",
    "CRLF dot NUL": b"a\r\n.\0\r\nMAIL\r\n.\r\n",
    "NUL CRLF dot": b"a\0\r\n.\r\n",
    "LF first": b"\n.\r\n\r\n.\r\n",
    "CR first": b"\r.\r\n\r\n.\r\n",
    "bare LF in text": b"a\nb\r\n.\r\n",
    "bare CR in text": b"a\rb\r\n.\r\n",
    "LF CR swapped": b"a\n\rb\r\n.\r\n",
}


@pytest.mark.parametrize("wire", SMUGGLING.values(), ids=SMUGGLING.keys())
def test_smuggling_endings_are_refused(wire):
    """Every ending another server might take for the final dot refuses the message, at every split."""
    for cut in range(len(wire) + 1):
        assert read([wire[:cut], wire[cut:]])[1] == "stray_octets"


_ALPHABET = st.sampled_from([b"\r\n", b".", b"a", b"\r", b"\n", b"\0", b"bc", b"\r\n."])


def naive(wire):
    """State the rule in the simplest way: the reference the fast reader must equal."""
    end = (b"\r\n" + wire).find(b"\r\n.\r\n")
    if end < 0:
        return None
    message, rest = wire[:end], wire[end + 3 :]
    bare = message.replace(b"\r\n", b"")
    return None if any(octet in bare for octet in b"\r\n\0") else (message, rest)


@given(st.lists(_ALPHABET, max_size=24).map(b"".join), st.data())
@settings(max_examples=100, deadline=None)
def test_any_split_gives_the_same_store(wire, data):
    """DATA cut anywhere stores the same octets and returns the same rest as in one piece, or is refused."""
    wire += b"\r\n.\r\nNOOP\r\n"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=8)))
    chunks = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]

    stored, rest, refusal = read(chunks)
    expected = naive(wire)
    if expected is None:
        assert rest == "stray_octets"
    else:
        assert (*expected, None) == (stored, rest, refusal)


@given(st.lists(st.sampled_from([b"a\r\n", b"..\r\n", b"\r\n", b".x\r\n"]), max_size=12).map(b"".join))
@settings(max_examples=50, deadline=None)
def test_dots_stay_stuffed(body):
    """Wire form in is wire form out: no dot is added or removed, so the relayed octets are the received ones."""
    assert (body, b"", None) == read([body + b".\r\n"])


def test_over_the_limit_is_drained():
    """Past the limit nothing more is kept, the end is still found, and the answer is too_big."""
    wire = b"x" * 100 + b"\r\n.\r\nNOOP\r\n"
    for size in (1, 7, 200):
        chunks = [wire[index : index + size] for index in range(0, len(wire), size)]
        stored, rest, refusal = read(chunks, limit_octets=50)
        assert (rest, refusal) == (b"NOOP\r\n", "too_big")
        assert len(stored) <= 50


def test_at_the_limit_is_kept():
    """A message of exactly the limit is taken."""
    assert read([b"x" * 48 + b"\r\n.\r\n"], limit_octets=50) == (b"x" * 48 + b"\r\n", b"", None)


def test_stray_octets_past_the_limit_are_still_refused():
    """An oversized message does not turn the smuggling check off."""
    assert read([b"x" * 100, b"\n.\n", b"\r\n.\r\n"], limit_octets=50)[1] == "stray_octets"


def test_room_spent_is_drained():
    """When the common room is spent the message is read to its end and answered memory_short."""
    store = WireStore(RoomBudget(10))
    reader = DataReader(1000, store.append)

    assert reader.feed(b"x" * 20) is None
    assert reader.feed(b"\r\n.\r\n") == b""
    assert reader.refusal == "memory_short"
    store.close()


def test_endless_line_is_bounded():
    """A line that never ends (aiosmtpd keeps 150 MB of one) is kept up to the limit only."""
    kept = []
    reader = DataReader(100_000, kept.append)
    for _ in range(100):
        assert reader.feed(b"x" * 65_536) is None

    assert reader.refusal == "too_big"
    assert sum(map(len, kept)) <= 100_000


@pytest.mark.parametrize("line", [b"\r\n", b"..\r\n", b"A" * 76 + b"\r\n"], ids=["empty", "dots", "base64"])
def test_ten_megabytes_cost_little(line):
    """10 MB of empty lines (10 s and 872 MB in aiosmtpd) cost 0.15 s of processor and no second copy."""
    chunk = line * (262_144 // len(line))
    with WireStore(RoomBudget(20_000_000)) as store:
        reader = DataReader(20_000_000, store.append)
        began = time.process_time()
        for _ in range(40):
            assert reader.feed(chunk) is None
        assert reader.feed(b".\r\n") == b""
        cost_s = time.process_time() - began

        assert cost_s < 0.15
        assert store.size_octets == 40 * len(chunk)


def test_memory_of_a_large_message():
    """The heap holds a few chunks, not the message."""
    chunk = b"\r\n" * 131_072
    with WireStore(RoomBudget(20_000_000)) as store:
        reader = DataReader(20_000_000, store.append)
        tracemalloc.start()
        for _ in range(10):
            reader.feed(chunk)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert peak < 4 * len(chunk)


def test_deadlines_of_data():
    """Silence ends after a block timeout, slow arrival by the earned time, anything by the total."""
    pace = DataPace(1000.0, block_timeout_s=10, total_timeout_s=60, minimum_rate_octets_per_s=100)

    assert pace.deadline(1000.0, 0) == (1010.0, "idle_timeout")
    assert pace.deadline(1009.0, 9) == (1010.09, "too_slow")
    assert pace.deadline(1009.0, 100_000) == (1019.0, "idle_timeout")
    assert pace.deadline(1055.0, 100_000) == (1060.0, "too_slow")


def test_no_minimum_rate():
    """A rate of 0 leaves only the silence and the total."""
    pace = DataPace(0.0, block_timeout_s=10, total_timeout_s=60, minimum_rate_octets_per_s=0)

    assert pace.deadline(30.0, 1) == (40.0, "idle_timeout")


@given(
    st.integers(1, 9),
    st.integers(0, 8),
    st.lists(
        st.tuples(st.integers(0, 90), st.sampled_from([b"\r", b"\n", b"\0", b".", b"\r\n", b"\r\n.\r\n"])), max_size=3
    ),
    st.integers(0, 12),
)
@settings(max_examples=400, deadline=None)
def test_lines_of_one_length_hide_nothing(length, count, changes, tail):
    """In front of a uniform end nothing is stray and no final dot begins, whatever was done to the lines."""
    octets = (b"x" * length + b"\r\n") * count + b"y" * tail
    for place, change in changes:
        octets = octets[:place] + change + octets[place + len(change) :]
    end = uniform_end(octets)
    assert not has_stray_octets(octets[:end])
    assert b"\r\n.\r\n" not in octets[:end]
    if not changes and count > 1 and length > 1:
        assert end == count * (length + 2)


@given(st.binary(max_size=40).map(lambda octets: octets.translate(bytes([10, 13, 0, 46] * 64))))
@settings(max_examples=300, deadline=None)
def test_stray_octets_are_those_outside_crlf(octets):
    """The fast test says what looking at each octet says."""
    rest = octets.replace(b"\r\n", b"")
    assert has_stray_octets(octets) == any(octet in rest for octet in b"\r\n\0")
