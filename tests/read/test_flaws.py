"""A detector that raises: whatever else it takes along, a mark of secrecy counts, and nothing passes as if it were read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.read.cache import FactsCache
from gateway.read.message import only_top, read_message
from gateway.read.vietnamese import detect
from gateway.read.watch import Unwatched
from gateway.values.facts import Marks, Secrecy
from gateway.values.trust import EMPTY_TRUST
from tests.corpus.compose import file, many
from tests.read.test_message import AT, SMALL
from tests.support.flawed_work import others

BROKEN = "Văn bản này làm hỏng bộ dò."
HEAD = "UBND TỈNH A\nSỞ NỘI VỤ\nSố: 12/SNV-VP\n"


class Told(Unwatched):
    """Who looks on, and takes down what is caught."""

    def __init__(self):
        """Begin with nothing."""
        self.faults = []

    def caught(self, fault):
        """Take a fault down."""
        self.faults.append(type(fault))


def read(subject: str, body: str = "Kính gửi quý cơ quan.", *files: bytes, cache=None):
    """Facts of a mail with such a subject, text and files, and what was caught."""
    told = Told()
    octets = many(b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body.encode(), *files)
    octets = f"Subject: {subject}\r\n".encode() + octets
    return read_message(octets, SMALL, EMPTY_TRUST, AT, watch=told, others=others, cache=cache), told.faults


def text(words: str, name: str = "a.txt") -> bytes:
    """A text as a file."""
    return file(words.encode(), f"filename={name}".encode())


@pytest.mark.parametrize(
    ("words", "kind", "level"),
    [
        (f"[TỐI MẬT] 12/KH-UBND {BROKEN}", "subject", Secrecy.TOI_MAT),
        (f"MẬT - {BROKEN}.pdf", "file_name", Secrecy.MAT),
        (f"TUYỆT MẬT\n{HEAD}{BROKEN}", "first_page", Secrecy.TUYET_MAT),
        (f"{HEAD}{BROKEN} Tuyên truyền về bảo vệ bí mật nhà nước.", "first_page", Secrecy.NONE),
        (BROKEN, "body", Secrecy.NONE),
    ],
)
def test_secrecy_of_a_text_rests_on_no_other_detector(words, kind, level):
    """It is what a reading without the bug finds, and the only thing that is known then."""
    faults = []
    sound, marks = detect(words, kind, AT), detect(words, kind, AT, faults.append, others)

    assert marks == Marks(secrecy=level, is_secrecy_mentioned=sound.is_secrecy_mentioned)
    assert [KeyError] == [type(fault) for fault in faults]
    assert sound.secrecy is level


def test_who_asks_for_no_wall_sees_the_bug():
    """A command and the fuzzers find it so."""
    with pytest.raises(KeyError):
        detect(BROKEN, "body", AT, others=others)


@given(st.text(st.sampled_from("MẬTmậtỐIUYỆ [](){}\n:-.,/12"), max_size=60), st.sampled_from(["subject", "first_page"]))
def test_the_same_level_with_the_bug_as_without(words, kind):
    """Of any text at all."""
    whole = f"{words}\n{BROKEN}"

    assert detect(whole, kind, AT, lambda _fault: None, others).secrecy is detect(whole, kind, AT).secrecy


def test_a_subject_that_breaks_a_detector_leaves_the_message_unread_by_name():
    """Its parts are read all the same, and marks in them count."""
    facts, faults = read(BROKEN, "MẬT\n" + HEAD, text(f"TỐI MẬT\n{HEAD}"))

    assert (faults, facts.is_unreadable, facts.subject_marks) == ([KeyError], True, Marks())
    assert facts.secrecy is Secrecy.TOI_MAT
    assert [("", True)] == [(part.uninspectable, bool(part.marks.number)) for part in facts.parts if part.is_attachment]


def test_a_file_that_breaks_a_detector_is_unread_by_name_and_no_other():
    """As one that broke its reader, but for its mark; the message is read."""
    facts, faults = read("x", "Gửi", text(f"TỐI MẬT\n{HEAD}{BROKEN}"), text(HEAD, "b.txt"))
    files = [part for part in facts.parts if part.is_attachment]

    assert (faults, facts.is_unreadable, facts.secrecy) == ([KeyError], False, Secrecy.TOI_MAT)
    assert [("crashed_reader", None), ("", "12")] == [(part.uninspectable, part.marks.number) for part in files]


def test_what_a_bug_left_open_is_remembered_for_nobody():
    """The same file in another mail is told of again."""
    cache = FactsCache(10, EMPTY_TRUST.generation)
    mails = [read("x", "Gửi", text(f"{HEAD}{BROKEN}"), cache=cache) for _ in range(2)]

    assert [["crashed_reader"]] * 2 == [
        [one.uninspectable for one in facts.parts if one.is_attachment] for facts, _ in mails
    ]
    assert [[KeyError]] * 2 == [faults for _, faults in mails]


def test_mail_without_the_bug_is_read_as_ever():
    """The seam costs no fact."""
    facts, faults = read("Công văn số 12/SNV-VP", "Kính gửi", text(HEAD))

    assert (faults, facts.is_unreadable, facts.document.number) == ([], False, "12")


def test_of_a_message_that_cannot_be_judged_header_and_highest_mark_are_left():
    """The mark may stand in the deepest file."""
    facts, _ = read("Báo cáo", "Gửi", text(f"TỐI MẬT\n{HEAD}"))
    left = only_top(facts)

    assert (left.header, left.secrecy, left.is_unreadable, left.parts) == (facts.header, Secrecy.TOI_MAT, True, ())
