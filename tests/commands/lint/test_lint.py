"""`congthu policy lint`: each fault is found where it stands, and the shipped packs have none."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.commands.lint.rules import lint_packs
from gateway.commands.lint.run import lint_config
from gateway.commands.lint.trying import closed_set
from gateway.judge.packfile import parse_pack
from gateway.judge.rules import compile_packs
from tests.commands.replay.test_mails import CONFIG, REGISTRY
from tests.support.command import congthu

TODAY = dt.date(2026, 11, 23)
HEAD = """
[pack]
id = "own"
version = "1"
title = { vi = "Gói", en = "Pack" }
territories = ["*"]
"""
RULE = """
[[rules]]
id = "OWN-{number}"
scope = "message"
title = {{ vi = "Tiêu đề {number}", en = "Rule {number}" }}
cites = [{{ document = "{cite}" }}]
when = '''{when}'''
effect = "{effect}"
{posture}
tag = "{tag}"
reply = {{ vi = "{vi}", en = "{en}" }}
remedy = {{ vi = "Gửi lại thư.", en = "Mail it anew." }}
{more}
"""
PLAIN = {
    "posture": 'posture = "enforce"',
    "cite": "house rule",
    "effect": "tag",
    "vi": "Thư sai.",
    "en": "This letter is wrong.",
    "more": "",
    "when": "mail.is_reply",
}
SUBJECTS = ", ".join(f'"{number}"' for number in range(40))


def lint(*rules):
    """Lint a pack of these rules; give the messages without their place."""
    made = ({"number": number, "tag": f"t{number}", **PLAIN, **rule} for number, rule in enumerate(rules, 1))
    text = HEAD + "".join(RULE.format(**rule) for rule in made)
    return [one.message for one in lint_packs(compile_packs([parse_pack(text, "pack.toml")]), TODAY)]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ('mail.urgency == "khẩn"', "`mail.urgency` is never `khẩn`: it is no word of its set"),
        ('mail.urgency in ["khan", "hoatoc"]', "`mail.urgency` is never `hoatoc`: it is no word of its set"),
        ('"act" in document.roles && "ack" in document.roles', "`document.roles` is never `ack`"),
        ('mail.urgency == "khan" && mail.urgency == "hoa_toc"', "can never hit (every combination"),
        ("mail.is_reply && !mail.is_reply", "can never hit (every combination of its facts was tried)"),
        ("mail.attachment_count > 3 && mail.attachment_count < 2", "can never hit (every combination"),
        ("false && mail.is_reply", "can never hit"),
        ("mail.attachment_count >= 0 || mail.is_reply", "hits everything"),
    ],
)
def test_expressions_that_cannot_be_meant(when, said):
    """Words outside a closed set, contradictions, constants."""
    assert any(said in one for one in lint({"when": when})), lint({"when": when})


@pytest.mark.parametrize(
    "when",
    [
        'mail.urgency in ["khan", "hoa_toc"] && !mail.is_reply',
        'document.meeting_change != "" && document.hours_to_meeting < 24.0',
        'mail.file_kinds.exists(kind, kind in ["pdf", "docx"])',
        'document.doc_type == "to_trinh" && size(mail.uninspectable) > 0',
    ],
)
def test_sound_expressions_are_left_alone(when):
    """Open sets, thresholds, macros, the empty text."""
    assert [] == lint({"when": when})


def test_too_many_combinations_are_sampled_and_said_to_be():
    """A contradiction among many facts is likely, not proven."""
    flags = "mail.is_reply || mail.is_ambiguous || mail.is_unreadable || mail.is_restricted || mail.is_auto_submitted"
    when = f"mail.recipient_count < 1 && mail.recipient_count > 1 && ({flags} || mail.subject in [{SUBJECTS}])"
    assert ["rule OWN-1: seems never to hit (a sample of 16384 was tried)"] == lint({"when": when})


def test_a_rule_that_a_stricter_one_covers():
    """Found where the condition is implied, and not where it only overlaps."""
    wide = {"effect": "reject"}
    narrow = {"when": "mail.is_reply && mail.attachment_count > 2"}
    other = {"when": "mail.is_reply || mail.attachment_count > 2"}
    said = "rule OWN-2: is covered by OWN-1, which is stricter and hits too in every combination tried"
    assert [said] == lint(wide, narrow, other)
    softened = wide | {"posture": 'posture = "tag"'}
    assert [] == lint(softened, narrow)  # both tag: who reads either is told


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"more": 'evidence = ["mail.subject"]'}, "`mail.subject` would be quoted in log and reply; leave it out"),
        ({"more": "binding = { until = 2026-01-01 }"}, "ended on 2026-01-01; remove the rule"),
        ({"vi": "This letter is wrong."}, "both languages say the same; translate it"),
        ({"vi": "Thu nay sai quy dinh."}, "has no diacritics; write Vietnamese as it is"),
        ({"vi": "Thư sai → sửa lại."}, "holds a character that has no form on the wire"),
        (
            {"vi": "Thư này sai quy định. " * 18, "cite": "Quy chế " * 9, "effect": "reject"},
            "the reason does not fit the first line",
        ),
    ],
)
def test_words_that_will_not_do(rule, said):
    """One finding for each, and no other."""
    (found,) = lint(rule)
    assert said in found


def test_a_token_with_two_meanings():
    """Two rules may share one where they speak of the same thing."""
    other = {"when": "mail.is_restricted", "tag": "x", "en": "Circulation marked.", "more": ""}
    assert [] == lint({"tag": "x"}, {"tag": "x", "when": "mail.is_restricted"})
    (said,) = lint({"tag": "x"}, other)
    assert "`x` already means `Rule 1` (OWN-1); choose another token" in said


def test_where_it_is_in_force_nothing_may_reach_nobody(tmp_path):
    """Territories and classes without an agency, entries that are over, signatures nobody can trust."""
    (tmp_path / "registry.toml").write_text(REGISTRY.replace("binh-duong", "noi-khac"), encoding="utf-8")
    known = CONFIG.replace('["national"]', '["national", "binh-duong-14-2014"]')
    entry = '[[posture.entries]]\nposture = "tag"\nvalid_to = 2026-01-01\nrule = "NAT-8"\n'
    (tmp_path / "congthu.toml").write_text(known + entry, encoding="utf-8")
    said = [str(one) for one in lint_config(tmp_path / "congthu.toml", TODAY)]
    for text in (
        "no agency of the registry lies in binh-duong: the pack binds nobody",
        "congthu.toml:10: posture.entries[0].valid_to: ended on 2026-01-01; remove the entry",
        "`part.has_valid_signature` needs anchors, and trust.folder names none",
    ):
        assert any(text in one for one in said), (text, said)


def test_strict_is_an_exit_status(tmp_path):
    """Findings are printed either way."""
    (tmp_path / "registry.toml").write_text(REGISTRY, encoding="utf-8")
    (tmp_path / "congthu.toml").write_text(CONFIG, encoding="utf-8")
    done = congthu("policy", "lint", "-c", tmp_path / "congthu.toml")
    assert (0, True) == (done.returncode, "needs anchors" in done.stdout)
    assert 1 == congthu("policy", "lint", "--strict", "-c", tmp_path / "congthu.toml").returncode
    assert (0, "0 findings\n") == congthu("policy", "lint", "--strict")[:2]


def test_sets_are_read_from_their_descriptions():
    """Listed words close a set; an ellipsis leaves it open; `as ...` shares the set of another fact."""
    assert {"central", "province", "district", "commune", "unit"} == closed_set("recipient.agency_level")
    assert frozenset() == closed_set("document.doc_type")
