"""The answer to a checked mail: a message any server takes, whatever was written in the mail."""

from __future__ import annotations

import email
import email.policy

import pytest

from gateway.mark.checked import MAX_FINDINGS, Frame, answer_octets
from gateway.values.envelope import Client, Envelope
from gateway.values.verdict import Disposition, Finding, Inspection, Posture, Verdict
from tests.support.judging import PACKS

RULES = {rule.id: rule for pack in PACKS for rule in pack.rules}
FRAME = Frame("gate.example", "kiemtra@so-a.example", "vanthu@so-a.example", "https://help.example/r", "Tổ hỗ trợ, máy lẻ 9",
              "công văn", len(RULES))  # fmt: skip
ENVELOPE = Envelope(
    Client("192.0.2.1"), "nguoi@so-a.example", ("vanthu@so-a.example",), 1_796_000_000_000_000, "0A1B2C3D4E5F"
)


def finding(disposition=Disposition.REJECT, rule="BD-1c-0", **more):
    """One that came to this."""
    return Finding(rule, "p", "1", Disposition.REJECT, Posture.ENFORCE, disposition, cites=RULES[rule].cites, **more)


def answer(*findings, disposition=Disposition.REJECT, message_id="<m1@x.example>", **more):
    """Write and read the answer to a mail with these findings."""
    verdict = Verdict(disposition, findings, **more)
    octets = answer_octets(Inspection(verdict, message_id=message_id), ENVELOPE, RULES, FRAME)
    assert octets.isascii()
    assert all(len(line) <= 78 for line in octets.split(b"\r\n"))
    assert b"\r\n." not in octets
    assert octets.count(b"\n") == octets.count(b"\r\n")
    assert octets.endswith(b"--\r\n")
    found = email.message_from_bytes(octets, policy=email.policy.default)
    assert found.defects == []
    return found, *(found.get_body((kind,)).get_content() for kind in ("plain", "html"))


def test_each_kind_of_finding_has_its_place():
    """To be refused, open, tagged, observed and waived, in this order."""
    _, text, _ = answer(
        finding(), finding(Disposition.DEFER, "BD-1c-2-invalid", is_unknown=True), finding(Disposition.TAG, "BD-1d-2", tag="x"),
        would=(finding(Disposition.TAG, "NAT-8"),), waived=(finding(rule="NAT-6"),),
    )  # fmt: skip
    places = [text.index(words) for words in (
        "PHẢI SỬA", "[BD-1c-0]", "CHƯA XÁC MINH", "[BD-1c-2-invalid]", "LƯU Ý", "[BD-1d-2]", "Nhãn: x", "ĐANG THEO DÕI",
        "[NAT-8]", "ĐƯỢC MIỄN", "[NAT-6]", "ĐÃ ĐÚNG", "VỀ LẦN KIỂM TRA NÀY", "Tổ hỗ trợ, máy lẻ 9",
    )]  # fmt: skip

    assert places == sorted(places)


def test_an_open_question_is_no_accusation():
    """What could not be judged says so, and not what the rule would have found."""
    _, text, _ = answer(finding(Disposition.DEFER, is_unknown=True), disposition=Disposition.DEFER)

    assert RULES["BD-1c-0"].reply_vi not in text
    assert "chưa xác minh được" in text


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>.pdf", "a\r\nBcc: x@y.example\r\n.pdf", "gpj.\u202efdp.exe", "a" * 999]
)
def test_names_of_files_are_shown_and_nothing_else(name):
    """Markup, line ends and marks that turn the direction of writing lose their power; long names are cut."""
    found, text, html = answer(finding(file_name=name))

    assert "<script>" not in html
    assert found["Bcc"] is None
    assert "\u202e" not in text + html
    assert "\nBcc:" not in text
    assert "a" * 200 not in text


@pytest.mark.parametrize(
    "message_id", ["", "no at sign", "<a@b>\r\nBcc: x@y.example", "<" + "a" * 300 + "@b>", "<á@b>"]
)
def test_an_odd_message_id_is_left_out(message_id):
    """It becomes a field of ours, so only what is one is taken."""
    found, _, _ = answer(message_id=message_id)

    assert (found["In-Reply-To"], found["References"], found["Bcc"]) == (None, None, None)


def test_a_flood_of_findings_is_counted():
    """A thousand files at fault make no mail of a megabyte."""
    _, text, _ = answer(*(finding(file_name=f"{number}.docx") for number in range(1000)))

    assert text.count("[BD-1c-0]") == MAX_FINDINGS
    assert f"và {1000 - MAX_FINDINGS} điểm nữa" in text


def test_the_same_mail_has_the_same_answer():
    """Nothing in it is drawn by lot."""
    verdict = Verdict(Disposition.REJECT, (finding(),))
    first, second = (answer_octets(Inspection(verdict), ENVELOPE, RULES, FRAME) for _ in range(2))

    assert first == second


def test_a_secret_has_no_answer():
    """A caller that forgets is a bug."""
    with pytest.raises(ValueError, match="secret"):
        answer(is_secret=True)
