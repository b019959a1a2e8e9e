"""`congthu policy test`: which operand decided, and goldens written anew."""

from __future__ import annotations

import json
import stat

import pytest

from gateway.commands.cases.goldens import with_expected
from gateway.commands.cases.operands import Operands, Seen, decided, split, why
from gateway.judge.cases import Expected
from gateway.values.verdict import Disposition
from tests.support.command import congthu

PACK = """
[pack]
id = "own"
version = "1"
title = { vi = "Gói", en = "Pack" }
territories = ["*"]
[[rules]]
id = "OWN-1"
scope = "message"
title = { vi = "Thư trả lời có tệp", en = "An answer with files" }
cites = [{ document = "house rule" }]
when = '''WHEN'''
effect = "tag"
posture = "tag"
tag = "own"
binding = { binds = "any" }
reply = { vi = "Thư sai.", en = "This letter is wrong." }
remedy = { vi = "Gửi lại.", en = "Mail it anew." }
"""
MAIL = b"From: x@y.example\r\nTo: a@b.example\r\nSubject: %s\r\n\r\nText.\r\n"


@pytest.fixture
def folder(tmp_path):
    """A pack with a case it hits, and one it misses whose golden is written on one line."""
    cases = tmp_path / "packs" / "own" / "cases"
    cases.mkdir(parents=True)
    plain = {"about": "Thư.", "mail_from": "x@y.example", "rcpt_to": ["a@b.example"], "at": "2026-11-23T09:00:00+07:00"}
    hit = plain | {"expect": {"disposition": "tag", "hits": ["OWN-1"], "misses": []}}
    (cases / "hit.verdict.json").write_bytes(
        json.dumps(hit, indent=4, ensure_ascii=False).replace("\n", "\r\n").encode()
    )
    miss = json.dumps(plain | {"expect": {"misses": ["OWN-1"], "disposition": "relay"}}, ensure_ascii=False)
    (cases / "miss.verdict.json").write_text(miss + "\n", encoding="utf-8")
    (cases / "hit.eml").write_bytes(MAIL % b"Re: x")
    (cases / "miss.eml").write_bytes(MAIL % b"x")
    return tmp_path / "packs"


def run(folder, when, *more):
    """Run the cases of the pack with this expression."""
    (folder / "own" / "pack.toml").write_text(PACK.replace("WHEN", when), encoding="utf-8")
    return congthu("policy", "test", "own", "--folder", folder, *more)


def test_a_failing_case_shows_the_operand_that_decided(folder):
    """Of the rule that hit or missed wrongly, every operand with its answer."""
    assert 0 == run(folder, "mail.is_reply && mail.attachment_count == 0").returncode
    done = run(folder, "mail.is_reply && mail.attachment_count > 0 // files\n && !mail.is_ambiguous")
    assert 1 == done.returncode
    assert [
        "    OWN-1 on message, joined by &&:",
        "      true  mail.is_reply",
        "      false mail.attachment_count > 0  <- decided",
        "      true  !mail.is_ambiguous",
        "own 1: 1 rules, 2 cases, 1 failed",
    ] == done.stdout.splitlines()[-5:]


def test_operands_no_case_tries_are_told(folder):
    """`never`: the rule could lose that operand and every case would pass."""
    done = run(folder, "mail.is_reply && mail.attachment_count == 0", "--operands")
    assert ["OWN-1 (&&)", "      1 mail.is_reply", "  never mail.attachment_count == 0"] == done.stdout.splitlines()[:3]


def test_new_goldens_are_shown_and_written_in_the_form_of_the_old(folder):
    """Only `expect` changes: indentation, line ends, order of keys and mode stay."""
    cases = folder / "own" / "cases"
    hit, miss = cases / "hit.verdict.json", cases / "miss.verdict.json"
    miss.chmod(0o640)
    before = {file: file.read_bytes() for file in (hit, miss)}
    broad = "mail.is_reply || mail.attachment_count == 0"
    done = run(folder, broad, "--update")
    assert (1, before) == (done.returncode, {file: file.read_bytes() for file in (hit, miss)})
    assert "Write 1 files?" in done.stdout
    done = run(folder, broad, "--update", "--yes")
    assert 0 == done.returncode, done.stderr
    assert '+{"about": "Thư."' in done.stdout
    assert "warning: then" in done.stdout  # nothing is left that names the rule under `misses`
    assert before[hit] == hit.read_bytes()
    expected = before[miss].replace(
        b'["OWN-1"], "disposition": "relay"}', b'[], "disposition": "tag", "hits": ["OWN-1"]}'
    )
    assert (expected, 0o640) == (miss.read_bytes(), stat.S_IMODE(miss.stat().st_mode))
    assert sorted(file.name for file in cases.iterdir()) == ["hit.eml", hit.name, "miss.eml", miss.name]


def test_an_indented_golden_stays_indented():
    """With its own step and line ends."""
    text = '{\r\n    "at": "x",\r\n    "expect": {\r\n        "disposition": "tag",\r\n        "hits": []\r\n    }\r\n}\r\n'
    made = with_expected(text, Expected(Disposition.REJECT, ("A-1",)))
    assert made == text.replace('"tag"', '"reject"').replace(
        '"hits": []', '"hits": [\r\n            "A-1"\r\n        ]'
    )
    assert text == with_expected(text, Expected(Disposition.TAG))


@pytest.mark.parametrize(
    ("when", "operands"),
    [
        ("a.b && c.d", ("&&", "a.b", "c.d")),
        ("a.b && c.d || e.f", ("||", "a.b && c.d", "e.f")),
        ("(a.b || c.d) && !(e.f && g.h)", ("&&", "(a.b || c.d)", "!(e.f && g.h)")),
        ("(a.b && c.d)", ("&&", "a.b", "c.d")),
        ("(a.b) && (c.d)", ("&&", "(a.b)", "(c.d)")),
        ('a.b == "x && y" && c.d', ("&&", 'a.b == "x && y"', "c.d")),
        ("a.b // && no\n && c.d", ("&&", "a.b", "c.d")),
        ("a.exists(x, x == 1 && x == 2)", ("", "a.exists(x, x == 1 && x == 2)")),
        ("a.b ? c.d && e.f : g.h || i.j", ("", "a.b ? c.d && e.f : g.h || i.j")),
    ],
)
def test_expressions_are_cut_where_they_are_joined(when, operands):
    """Outermost `||` first, then `&&`; brackets, texts and comments hold together; a choice is one operand."""
    assert Operands(operands[0], operands[1:]) == split(when)


def test_who_decided_alone():
    """Of `&&` a sole false, of `||` a sole true one; with two of them nobody did."""
    both, either = Operands("&&", ("a", "b")), Operands("||", ("a", "b"))
    seen = [Seen("message", (True, False)), Seen("part 1", (False, False)), Seen("part 2", (True, True))]
    assert ([1], [0]) == (list(decided(both, seen)), list(decided(either, seen)))
    assert ["on every subject, joined by &&:", "  false a", "  false b"] == list(why(both, []))
