"""What is told of an exception in a reader: class and place, and nothing else whatever a worker says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.edge.readers.bugs import MAX_TOLD, OTHER, Bug, bug_of, heard, joined, parted, told
from gateway.read.budget import Budget
from gateway.read.notes import Notes


class OwnError(ValueError):
    """An exception nobody knows."""


def caught(call) -> BaseException:
    """Give what a call raises."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - any exception is what is asked for here
        return error
    raise AssertionError("nothing was raised")


def test_class_and_innermost_line_of_ours_are_told():
    """The place is where our code called what raised; a class of somebody else's is the built-in one it is."""
    bug = bug_of(caught(lambda: Notes(Budget()).ambiguous(["MẬT"])))  # type: ignore[arg-type]

    assert bug.kind == "TypeError"
    assert bug.place.startswith("gateway.read.notes:")
    assert heard(told(bug)) == bug
    assert bug_of(OwnError("MẬT")) == Bug("ValueError", "")


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"MAT",
        b"ValueError",
        "ValueError MẬT:1".encode(),
        b"TOI MAT gateway.mat:1",
        b"Secret gateway.read.to-khai:1",
        b"ValueError gateway.read.notes:123456",
        b"ValueError gateway.read.notes:1 and more",
        b"ValueError gateway." + b"a" * 200 + b":1",
        b"ValueError gateway....etc.passwd:1",
        b"x" * 4_000_000,
    ],
)
def test_what_a_worker_says_is_believed_as_far_as_it_can_be_true(said):
    """A class that is built in, a module that is ours, a number of a line; anything else is left out."""
    bug = heard(said)

    assert bug.kind in {OTHER, "ValueError"}
    assert bug.place == ""


@given(st.binary(max_size=200))
def test_no_octets_say_more(said):
    """Whatever comes, nothing of it goes through but what stands in closed sets."""
    kind, place = heard(said)

    assert kind == OTHER or issubclass(getattr(__import__("builtins"), kind), BaseException)
    assert not place or place.startswith("gateway.")


@given(
    st.lists(
        st.builds(Bug, st.sampled_from(["KeyError", OTHER]), st.just("gateway.read.notes:1")), min_size=1, max_size=12
    ),
    st.binary(),
)
def test_an_answer_is_had_behind_its_bugs(found, answer):
    """The first of them, and the answer to the octet."""
    told_of, rest = parted(joined(found, answer))

    assert rest == answer
    assert told_of == found[:MAX_TOLD]


@given(st.binary(max_size=200))
def test_octets_of_any_worker_are_taken_apart(octets):
    """What was announced is bounded, and nothing of it is believed that cannot be true."""
    try:
        told_of, rest = parted(octets)
    except ValueError:  # then the worker is killed
        told_of, rest = [Bug(OTHER, "")], b""

    assert 1 <= len(told_of) <= MAX_TOLD
    assert octets.endswith(rest)
    assert all(bug.place == "" or bug.place.startswith("gateway.") for bug in told_of)
