"""Whom a document says it goes to, in words."""

from __future__ import annotations

from datetime import datetime

from gateway.read.vietnamese import detect
from gateway.read.vietnamese.merge import merge
from gateway.read.vietnamese.receivers import MAX_RECEIVERS, MAX_WORDS
from gateway.values.facts import Marks, Receiver, Secrecy
from gateway.values.zone import VIETNAM

AT = datetime(2026, 11, 30, 9, tzinfo=VIETNAM)
HEAD = "SỞ A\nSố: 12/SA-VP\nV/v phối hợp\n"


def read(text: str, kind: str = "first_page") -> list[tuple[str, str]]:
    """Words and roles of each line."""
    return [(one.words, ",".join(one.roles)) for one in detect(text, kind, AT).receivers]


def test_lines_with_their_roles() -> None:
    """Kính gửi acts; behind Nơi nhận the brackets tell, or nothing does."""
    text = HEAD + "Kính gửi: Sở B\nNội dung.\nNơi nhận:\n- Như trên;\n- Sở C (b/c, p/h);\n- Sở D;\n- Lưu: VT."
    assert [("Sở B", "act"), ("Sở C", "coordinate,report"), ("Sở D", ""), ("Lưu: VT", "archive")] == read(text)


def test_a_list_without_bullets_ends_with_its_full_stop() -> None:
    """Semicolons show the list; what a bracket says it is for is no part of the name."""
    text = HEAD + "Kính gửi:\nSở B;\nSở C (để tham mưu).\nĐề nghị các sở báo cáo.\n"
    assert [("Sở B", "act"), ("Sở C", "act")] == read(text)


def test_an_article_stands_for_whom_it_charges() -> None:
    """`Như Điều 2` is replaced where that article is there, and stays where it is not."""
    text = HEAD + "Điều 2. Giám đốc Sở B; Sở C chịu trách nhiệm thi hành.\nNơi nhận:\n- Như Điều {};\n- Lưu: VT."
    assert [("Giám đốc Sở B", "act"), ("Sở C", "act")] == read(text.format(2))[:2]
    assert [("Như Điều 5", "act")] == read(text.format(5))[:1]


def test_the_lines_of_an_annexed_draft_are_its_own() -> None:
    """A draft bound in behind goes to others than the letter it comes with."""
    draft = "DỰ THẢO\nQUYẾT ĐỊNH\nNơi nhận:\n- Sở D (t/h);\n- Lưu: VT."
    for page_break in ("\f", "\nPHỤ LỤC\n"):
        assert [("Sở B", "act")] == read(HEAD + "Kính gửi: Sở B\nNội dung." + page_break + draft)


def test_a_greeting_in_a_mail_is_no_line_of_a_document() -> None:
    """`Kính gửi anh chị` above a covering note."""
    assert [] == read("Kính gửi anh chị,\nGửi công văn.\nNơi nhận: các phòng.", "body")


def test_the_signature_beside_is_left_out() -> None:
    """Two columns, cut at a wide gap or run together behind a semicolon."""
    wide = HEAD + "Nơi nhận:      GIÁM ĐỐC\n- Sở B;      (Đã ký)\n- Lưu: VT."
    close = HEAD + "Nơi nhận:\n- Sở B; KT. GIÁM ĐỐC\n- Lưu: VT."
    assert [("Sở B", ""), ("Lưu: VT", "archive")] == read(wide) == read(close)


def test_hostile_lists_are_bounded() -> None:
    """Thousands of lines, and one without end."""
    many = detect(HEAD + "Nơi nhận:\n" + "".join(f"- Sở {one};\n" for one in range(5000)), "first_page", AT).receivers
    endless = detect(HEAD + "Kính gửi: " + "Sở rất dài " * 3000, "first_page", AT).receivers

    assert len(many) <= MAX_RECEIVERS
    assert all(len(one.words) <= MAX_WORDS for one in (*many, *endless))


def test_a_message_has_the_lines_of_its_principal_document() -> None:
    """Those of the file with its number; of two files without it nobody can tell whose count."""
    mine = Marks(number="12", notation="SA-VP", receivers=(Receiver("Sở B"),))
    other = Marks(number="15", notation="SC-VP", receivers=(Receiver("Sở D"),))
    subject = Marks(number="12", notation="SA-VP")

    assert mine.receivers == merge(subject, Marks(), [other, mine]).receivers
    assert () == merge(Marks(number="99", notation="SE-VP"), Marks(), [other, mine]).receivers


def test_what_stands_behind_one_bullet_shares_its_role() -> None:
    """`Sở B; Sở C (để t/h)` are charged alike; entries with roles of their own on one line are not."""
    listed = HEAD + "Nơi nhận:\n- Sở B; Sở C (để t/h);\n- Lưu: VT."
    apart = HEAD + "Nơi nhận:\n- Sở B (b/c); Sở C (để t/h);\n- Lưu: VT."
    unmarked = HEAD + "Nơi nhận: Sở B; Sở C (để t/h); Lưu: VT."

    assert [("Sở B", "act"), ("Sở C", "act"), ("Lưu: VT", "archive")] == read(listed)
    assert [("Sở B", "report"), ("Sở C", "act"), ("Lưu: VT", "archive")] == read(apart)
    assert [("Sở B", ""), ("Sở C", "act"), ("Lưu: VT", "archive")] == read(unmarked)


def test_kept_copies_need_no_colon() -> None:
    """`Lưu VPĐU`, as the Party writes it, ends the list."""
    text = HEAD + "Nơi nhận:\n- Sở B (b/c),\n- Lưu VPĐU.\nABSTRACT: deadline 5 July."

    assert [("Sở B", "report"), ("Lưu VPĐU", "archive")] == read(text)


def test_an_entry_set_in_below_the_first_is_one_too() -> None:
    """Where it names an office and is set in; what the document says begins at the margin."""
    text = HEAD + "Kính gửi: Sở B\n{}UBND xã C\n\nNội dung."

    assert [("Sở B", "act"), ("UBND xã C", "act")] == read(text.format(" " * 10))
    assert [("Sở B", "act")] == read(text.format(""))


def test_blanks_of_a_form_are_no_receivers() -> None:
    """Forms leave their lists blank, with leaders to write on; the text around them is read all the same."""
    text = HEAD + "MẬT\nKính gửi:\n- ..........;\n- ;;\nNội dung.\nNơi nhận:\n- ......;\n- Sở C; ....;\n- Lưu: VT."
    assert [("Sở C", ""), ("Lưu: VT", "archive")] == read(text)
    assert detect(text, "body", AT).secrecy is Secrecy.MAT
